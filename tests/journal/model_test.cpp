// Random sequences of operations on a journal and on a model of it: both say the same, at every step and after every
// reopening, be it in order or after a crash.
#include "fixture.hpp"
#include "journal/journal.hpp"
#include "journal_model.hpp"
#include "said.hpp"

namespace drift::journal {
namespace {

class ModelTest : public JournalFixture {
 protected:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  ActionRecord random_action() {
    ActionRecord action = below(2) == 0 ? an_update(below(1'000)) : a_guarded_update(below(1'000));
    action.kind = static_cast<ActionKind>(below(5));
    action.ordinal = static_cast<std::uint32_t>(below(3));
    action.scanned_item = below(2) == 0;
    action.expression += std::string(below(4), '!');
    action.table += std::to_string(below(3));
    action.condition = below(3) == 0 ? "attribute_exists(pk)" : "";
    action.names = below(3) == 0 ? R"({"#n":"n"})" : "";
    action.item = below(5) == 0 ? std::string(below(20'000), 'x') : "";
    action.guard = static_cast<GuardKind>(below(5));
    action.repeat = static_cast<RepeatKind>(below(2));
    if (markers_ && below(60) == 0) {
      action.repeat = RepeatKind::marker;
    }
    action.scanned_key = below(3) == 0 ? an_update(below(9)).key : "";
    action.group_size = static_cast<std::uint32_t>(below(4));
    return action;
  }
  std::vector<ActionRecord> random_group(std::uint64_t size) {
    std::vector<ActionRecord> group(size);
    std::generate(group.begin(), group.end(), [&] { return random_action(); });
    return group;
  }
  PageRecord random_page() {
    PageRecord page{.segment = static_cast<std::uint32_t>(below(4)),
                    .last_key = below(20) == 0 ? "" : "key " + std::to_string(below(100)),
                    .items = below(10),
                    .callbacks = below(10),
                    .read_units = static_cast<double>(below(10)) / 2,
                    .throttled = static_cast<std::uint32_t>(below(3))};
    page.groups.resize(below(12));
    for (auto& group : page.groups) {
      group = random_group(below(5));
    }
    return page;
  }
  ActionOutcome random_outcome(std::uint64_t sequences) {
    const auto state = static_cast<ActionState>(below(9));
    return {.sequence = below(sequences) + 1,
            .state = state,
            .detail = below(3) == 0 ? "refused " + std::to_string(below(10)) : "",
            .write_units = static_cast<double>(below(5)) / 2,
            .read_units = static_cast<double>(below(3)) / 2,
            .throttled = static_cast<std::uint32_t>(below(2)),
            .retried = static_cast<std::uint32_t>(below(2)),
            .in_doubt_applied = static_cast<std::uint32_t>(below(2)),
            .in_doubt_not_applied = static_cast<std::uint32_t>(below(2)),
            .before = below(3) == 0 ? "image " + std::string(below(300), 'i') : ""};
  }

  void append_some() {
    std::vector<PageRecord> pages(1 + below(3));
    std::generate(pages.begin(), pages.end(), [&] { return random_page(); });
    if (below(10) == 0) {  // is refused, with all that stands with it
      pages.back().segment = 77;
      EXPECT_EQ(error_of([&] { journal_->append_pages(pages); }).code(), "JournalError");
      return;
    }
    journal_->append_pages(pages);
    for (const PageRecord& page : pages) {
      model_.append(page);
    }
  }
  void record_some() {
    std::vector<ActionOutcome> outcomes(1 + below(30));
    std::generate(outcomes.begin(), outcomes.end(), [&] { return random_outcome(model_.rows.size()); });
    const std::uint64_t mark = below(3) == 0 ? below(model_.rows.size() + 10) : 0;
    std::erase_if(outcomes, [&](const ActionOutcome& outcome) { return model_.is_trimmed(outcome.sequence); });
    if (below(10) == 0) {
      outcomes.push_back(random_outcome(model_.rows.size() + 1));
      outcomes.back().sequence = a_refused_sequence();
      EXPECT_EQ(error_of([&] { journal_->write({}, outcomes, mark); }).code(), "JournalError");
      return;
    }
    journal_->write({}, outcomes, mark);
    model_.send_mark = std::max(model_.send_mark, mark);
    for (const ActionOutcome& outcome : outcomes) {
      model_.record(outcome);
    }
  }
  std::uint64_t a_refused_sequence() {
    return model_.trimmed > 0 && below(2) == 0 ? 1 + below(model_.trimmed) : model_.rows.size() + 1;
  }
  // What is in doubt is decided too.
  void finish_the_beginning() {
    std::vector<ActionOutcome> outcomes;
    const std::size_t count = below(60);
    for (const std::size_t i : model_.order()) {
      if (!model_.rows[i].finished() && outcomes.size() < count) {
        outcomes.push_back({.sequence = i + 1, .write_units = 1});
        model_.record(outcomes.back());
      }
    }
    journal_->record(outcomes);
  }
  void trim() {
    const std::uint64_t expected = model_.trim();
    ASSERT_EQ(journal_->trim(), expected);
    trimmed_ += expected;
    ++(expected > 0 ? trims_ : no_trims_);
  }
  void replace_a_group() {
    const std::uint64_t group = 1 + below(model_.groups);
    const std::vector<ActionRecord> rest = random_group(below(6));
    if (model_.is_trimmed_group(group)) {
      EXPECT_EQ(error_of([&] { (void)journal_->replace_rest(group, rest); }).code(), "JournalError");
      return;
    }
    const auto now = journal_->replace_rest(group, rest);
    const auto expected = model_.replace_rest(group, rest);
    ASSERT_EQ(now.size(), expected.size());
    for (std::size_t i = 0; i < now.size(); ++i) {
      ASSERT_TRUE(same(now[i], model_.rows.at(expected[i] - 1).action));
      ASSERT_FALSE(now[i].maybe_sent || now[i].tried);
    }
  }
  void move_the_mark() {
    const std::uint64_t place = below(model_.rows.size() + 20);
    journal_->move_send_mark(place);
    model_.send_mark = std::max(model_.send_mark, place);
  }
  void change_the_run() {
    model_.phase = static_cast<RunPhase>(below(4));
    journal_->set_phase(model_.phase);
  }
  void end_and_go_on() {
    const bool distrusted = below(8) == 0;
    distrusted || below(2) == 0 ? reopen(distrusted) : crash_and_reopen();
    model_.open_again();
    if (distrusted) model_.distrust();
  }
  void step() {
    const std::uint64_t what = model_.rows.empty() ? 0 : below(14);
    switch (what) {
      case 0:
      case 1:
      case 2:
        return append_some();
      case 3:
      case 4:
        return record_some();
      case 5:
        return finish_the_beginning();
      case 6:
        return change_the_run();
      case 7:
      case 8:
        return replace_a_group();
      case 9:
        return move_the_mark();
      case 10:
      case 11:
        return trim();
      default:
        return end_and_go_on();
    }
  }

  void expect_same_pending() {
    const std::uint64_t after = below(2) == 0 ? 0 : below(model_.rows.size() + 2);
    const std::size_t count = below(2) == 0 ? below(20) : 1'000'000;
    const std::size_t bytes_max = below(2) == 0 ? below(40'000) : SIZE_MAX;
    const auto found = journal_->pending(after, count, bytes_max);
    const auto expected = model_.pending(after, count, bytes_max);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_TRUE(same(found[i], expected[i])) << found[i].sequence << " " << expected[i].sequence;
      ASSERT_EQ(found[i].maybe_sent, expected[i].maybe_sent) << found[i].sequence;
      ASSERT_EQ(found[i].tried, expected[i].tried) << found[i].sequence;
    }
  }
  void expect_same(const std::pair<ActionRecord, ActionOutcome>& found, const JournalModel::Row& expected) {
    const ActionOutcome outcome =
        expected.outcome.value_or(ActionOutcome{.sequence = expected.action.sequence, .state = ActionState::queued});
    ASSERT_TRUE(same(found.first, expected.action)) << found.first.sequence << " " << expected.action.sequence;
    ASSERT_EQ(found.second.sequence, outcome.sequence);
    ASSERT_EQ(found.second.state, outcome.state);
    ASSERT_EQ(found.second.detail, outcome.detail);
    ASSERT_DOUBLE_EQ(found.second.write_units, outcome.write_units);
    ASSERT_EQ(found.second.throttled, outcome.throttled);
  }
  void expect_same_backwards() {
    const std::uint64_t before = below(2) == 0 ? UINT64_MAX : below(model_.rows.size() + 3);
    const std::size_t count = below(2) == 0 ? below(20) : 1'000'000;
    const std::size_t bytes_max = below(2) == 0 ? below(40'000) : SIZE_MAX;
    const auto found = journal_->backwards(before, count, bytes_max);
    const auto expected = model_.backwards(before, count, bytes_max);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      expect_same(found[i], model_.rows[expected[i]]);
      ASSERT_EQ(journal_->before(found[i].first.sequence), model_.rows[expected[i]].image);
    }
  }
  void expect_same_group() {
    if (model_.groups == 0) {
      return;
    }
    const std::uint64_t group = 1 + below(model_.groups);
    if (model_.is_trimmed_group(group)) {
      EXPECT_EQ(error_of([&] { (void)journal_->before(1 + below(model_.trimmed)); }).code(), "JournalError");
      const Error error = error_of([&] { (void)journal_->group(group); });
      ASSERT_NE(error.message().find("no longer kept"), std::string::npos) << error.message();
      return;
    }
    auto expected = model_.members_of(group);
    std::erase_if(expected, [&](std::size_t i) { return model_.rows[i].state() == ActionState::replaced; });
    const auto found = journal_->group(group);
    ASSERT_EQ(found.size(), expected.size()) << "group " << group;
    for (std::size_t i = 0; i < found.size(); ++i) {
      expect_same(found[i], model_.rows[expected[i]]);
    }
  }
  void expect_same_troubles() {
    const std::size_t troubles_max = 1 + below(50);
    const auto troubles = journal_->troubles(troubles_max);
    std::size_t next = 0;
    for (const JournalModel::Row& row : model_.rows) {
      const ActionState state = row.state();
      const bool wanted =
          state == ActionState::failed || state == ActionState::in_doubt || state == ActionState::quarantined;
      if (wanted && next < troubles_max) {
        ASSERT_LT(next, troubles.size());
        expect_same(troubles[next], row);
        ++next;
      }
    }
    ASSERT_EQ(next, troubles.size());
  }
  void expect_same_rest() {
    ASSERT_EQ(text_of(journal_->totals()), text_of(model_.totals()));
    ASSERT_EQ(journal_->phase(), model_.phase);
    ASSERT_EQ(journal_->generation(), model_.generation);
    ASSERT_EQ(journal_->send_mark(), model_.send_mark);
    const auto cursors = journal_->cursors();
    ASSERT_EQ(cursors.size(), model_.cursors.size());
    for (const Cursor& cursor : cursors) {
      const Cursor& expected = model_.cursors.at(cursor.segment);
      ASSERT_EQ(cursor.last_key, expected.last_key);
      ASSERT_EQ(cursor.finished, expected.finished);
    }
  }

  std::mt19937_64 random_{random_seed()};
  JournalModel model_;
  bool markers_ = false;
  std::uint64_t trims_ = 0;
  std::uint64_t no_trims_ = 0;
  std::uint64_t trimmed_ = 0;
};

TEST_F(ModelTest, random_operations_have_the_results_of_the_model) {
  for (int round = 0; round < 30 && !HasFatalFailure(); ++round) {
    model_ = {};
    markers_ = round % 3 == 0;
    create();
    for (int i = 0; i < 80 && !HasFatalFailure(); ++i) {
      SCOPED_TRACE("round " + std::to_string(round) + ", step " + std::to_string(i));
      step();
      expect_same_pending();
      expect_same_backwards();
      expect_same_group();
      expect_same_troubles();
      expect_same_rest();
    }
    Journal::remove(std::move(journal_));
  }
  std::printf("%llu trims dropped %llu actions, %llu dropped none\n", static_cast<unsigned long long>(trims_),
              static_cast<unsigned long long>(trimmed_), static_cast<unsigned long long>(no_trims_));
  EXPECT_GT(trims_, 20U);
  EXPECT_GT(no_trims_, 20U);
}

}  // namespace
}  // namespace drift::journal
