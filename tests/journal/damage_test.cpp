// A damaged file: the journal says so, or what it says is right. Never a wrong answer, whatever was overwritten or cut
// off.
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "said.hpp"

#include <array>
#include <optional>

namespace drift::journal {
namespace {

constexpr int rounds = 400;

class DamageTest : public JournalFixture {
 protected:
  // A run in its apply phase, with all kinds of rows. `step` is called after each transaction.
  void make_journal(const std::function<void()>& step) {
    create();
    for (std::uint32_t n = 0; n < 12; ++n) {
      PageRecord page = a_page(n % 4, n >= 8 ? "" : "key " + std::to_string(n), std::uint64_t{n} * 100, 60);
      page.groups[7] = {a_guarded_update(n), a_guarded_update(n + 1), a_guarded_update(n + 2)};
      page.groups[5][0].expression += std::to_string(n);
      page.groups[6][0].item = std::string(std::size_t{n} * 900, 'i');
      append(page);
      step();
    }
    journal_->set_phase(RunPhase::applying);
    step();
    for (std::uint64_t first = 1; first < 500; first += 50) {
      std::vector<ActionOutcome> outcomes;
      for (std::uint64_t i = 0; i < 50; ++i) {
        outcomes.push_back({.sequence = first + i, .write_units = 1});
        if (i % 5 == 4) {
          outcomes.back().before = R"({"pk":{"S":")" + std::to_string(first + i) + R"("}})";
        }
        if (i % 17 == 3 && first > 200) {
          outcomes.back().state = i % 2 == 0 ? ActionState::failed : ActionState::in_doubt;
          outcomes.back().detail = "refused";
        }
      }
      journal_->record(outcomes);
      step();
      journal_->move_send_mark(first + 60);
      step();
    }
    trimmed_ = journal_->trim();
    EXPECT_GT(trimmed_, 200U);
    step();
    for (const std::uint64_t group : {8U + 60U * 10U, 8U + 60U * 11U}) {
      journal_->replace_rest(group, {a_guarded_update(1), a_guarded_update(2), a_guarded_update(3), an_update(4)});
      step();
    }
  }

  // What the damaged file says; empty where the damage was noticed. Any other error fails the test.
  std::optional<std::string> said_when_opened() {
    try {
      const auto journal = Journal::open(file_);
      return said_by(*journal);
    } catch (const Error& error) {
      // The version and the application are fields of the header, which can be overwritten like any other.
      const bool noticed = error.code() == "JournalDamaged" || error.code() == "JournalVersion" ||
                           error.message().find("not a drift journal") != std::string::npos;
      EXPECT_TRUE(noticed) << error.what();
      return std::nullopt;
    }
  }

  // A place in the content: anywhere, or among the few rows of a small table, which are at the end of its one page.
  std::size_t place_in(const std::string& content, bool has_small_tables) {
    constexpr std::size_t page_bytes = 4'096;
    constexpr std::size_t small_tables = 6;  // the first page is the schema's
    if (!has_small_tables || random_() % 2 == 0) {
      return random_() % content.size();
    }
    return (2 + random_() % small_tables) * page_bytes - 1 - random_() % 200;
  }

  // Overwrites, zeroes, or cuts off something.
  void damage(std::string& content, bool has_small_tables) {
    const std::size_t at = place_in(content, has_small_tables);
    const std::size_t size = std::min<std::size_t>(content.size() - at, std::size_t{1} << (random_() % 10));
    switch (random_() % 5) {
      case 0:
        content.resize(at);
        break;
      case 1:
        std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(at), size, '\0');
        break;
      case 2:
        content[at] = static_cast<char>(content[at] ^ (1 << random_() % 8));
        break;
      default:
        for (std::size_t i = 0; i < size; ++i) {
          content[at + i] = static_cast<char>(random_());
        }
    }
  }

  std::mt19937_64 random_{random_seed()};
  std::uint64_t trimmed_ = 0;
};

TEST_F(DamageTest, of_the_file_is_noticed_or_without_consequence) {
  make_journal([] {});
  const std::string expected = said_by(*journal_);
  close();
  const std::string sound = read_file(file_);
  int noticed = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    std::string content = sound;
    damage(content, true);
    write_file(file_, content);
    fs::remove(file_.string() + "-wal");
    const auto said = said_when_opened();
    noticed += said ? 0 : 1;
    ASSERT_TRUE(!said || *said == expected);
  }
  std::printf("noticed in %d of %d rounds\n", noticed, rounds);
  EXPECT_GT(noticed, rounds / 4);
}

TEST_F(DamageTest, of_the_log_is_noticed_unless_it_looks_like_what_a_crash_leaves_of_its_end) {
  std::vector<std::string> states;
  make_journal([&] { states.push_back(said_by(*journal_)); });
  // A copy of the files of an open journal is what a crash leaves.
  const std::string main = read_file(file_);
  const std::string log = read_file(file_.string() + "-wal");
  close();
  ASSERT_GT(log.size(), 100'000U);
  int noticed = 0;
  int lost = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    std::string content = log;
    damage(content, false);
    // What is cut off cannot be known: a log may end anywhere.
    if (content.size() < log.size()) {
      continue;
    }
    write_file(file_, main);
    write_file(file_.string() + "-wal", content);
    const auto said = said_when_opened();
    noticed += said ? 0 : 1;
    if (said && *said != states.back()) {
      ++lost;
      // The last one; or the last two, when the end mark of the last but one was hit.
      ASSERT_TRUE(*said == states.at(states.size() - 2) || *said == states.at(states.size() - 3));
    }
  }
  std::printf("noticed in %d of %d rounds, last transactions lost in %d\n", noticed, rounds, lost);
  EXPECT_LT(lost, rounds / 10);
  EXPECT_GT(noticed, rounds / 2);
}

TEST_F(DamageTest, a_log_that_ends_anywhere_gives_the_state_after_some_transaction) {
  std::vector<std::string> states;
  make_journal([&] { states.push_back(said_by(*journal_)); });
  const std::string main = read_file(file_);
  const std::string log = read_file(file_.string() + "-wal");
  close();
  fs::remove(file_.string() + "-wal");
  write_file(file_, main);
  reopen();
  const std::string before_all = said_by(*journal_);
  close();
  for (int round = 0; round < rounds / 4; ++round) {
    write_file(file_, main);
    write_file(file_.string() + "-wal", log.substr(0, random_() % log.size()));
    const auto said = said_when_opened();
    ASSERT_TRUE(said);
    ASSERT_TRUE(*said == before_all || std::find(states.begin(), states.end(), *said) != states.end());
  }
}

TEST_F(DamageTest, says_which_file_and_what_to_do) {
  make_journal([] {});
  close();
  std::string content = read_file(file_);
  content.replace(content.find("user-0000001155"), 4, "abcd");
  write_file(file_, content);
  const auto journal = Journal::open(file_);  // it is not met yet
  const Error error = error_of([&] { (void)journal->pending(0, SIZE_MAX, SIZE_MAX); });
  EXPECT_EQ(error.code(), "JournalDamaged");
  EXPECT_NE(error.message().find(file_.string()), std::string::npos);
  EXPECT_NE(error.message().find("action 740"), std::string::npos) << error.message();
  EXPECT_NE(error.next_step().find("copy"), std::string::npos);
}

}  // namespace
}  // namespace drift::journal
