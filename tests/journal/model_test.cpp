// Random sequences of operations on a journal and on a model of it (plain vectors): both say the same, at every step
// and after every reopening.
#include "fixture.hpp"
#include "journal/journal.hpp"

#include <map>

namespace drift::journal {
namespace {

struct Model {
  std::vector<ActionRecord> actions;
  std::vector<ActionOutcome> outcomes;  // one an action; queued: none
  std::map<std::uint32_t, Cursor> cursors;
  std::uint64_t groups = 0;
  Totals totals;
  RunPhase phase = RunPhase::scanning;

  void append(const PageRecord& page) {
    for (const auto& group : page.groups) {
      groups += group.empty() ? 0 : 1;
      for (ActionRecord action : group) {
        action.sequence = actions.size() + 1;
        action.group = groups;
        actions.push_back(action);
        outcomes.push_back({.sequence = action.sequence, .state = ActionState::queued});
      }
    }
    cursors[page.segment] = {page.segment, page.last_key, page.last_key.empty()};
    totals.items += page.items;
    totals.callbacks += page.callbacks;
    totals.throttled += page.throttled;
    totals.read_units += page.read_units;
  }
  void record(const ActionOutcome& outcome) {
    ActionOutcome& kept = outcomes.at(outcome.sequence - 1);
    kept.state = outcome.state;
    kept.detail = outcome.detail;
    kept.write_units += outcome.write_units;
    kept.throttled += outcome.throttled;
    totals.write_units += outcome.write_units;
    totals.throttled += outcome.throttled;
  }
  [[nodiscard]] std::uint64_t count(ActionState state) const {
    return static_cast<std::uint64_t>(
        std::count_if(outcomes.begin(), outcomes.end(), [&](const auto& outcome) { return outcome.state == state; }));
  }
  [[nodiscard]] std::vector<ActionRecord> pending(std::uint64_t after, std::size_t count, std::size_t bytes_max) const {
    std::vector<ActionRecord> result;
    std::size_t bytes = 0;
    std::size_t whole = 0;
    for (std::uint64_t i = after; i < actions.size() && count > 0; ++i) {
      const ActionState state = outcomes[i].state;
      if (state == ActionState::queued || state == ActionState::failed) {
        whole = !result.empty() && result.back().group != actions[i].group ? result.size() : whole;
        result.push_back(actions[i]);
        bytes += actions[i].bytes();
        if (whole > 0 && (result.size() > count || bytes > bytes_max)) {
          result.resize(whole);
          break;
        }
      }
    }
    return result;
  }
};

class ModelTest : public JournalFixture {
 protected:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  ActionRecord random_action() {
    ActionRecord action = an_update(below(1'000));
    action.kind = static_cast<ActionKind>(below(4));
    action.ordinal = static_cast<std::uint32_t>(below(3));
    action.scanned_item = below(2) == 0;
    action.expression += std::string(below(4), '!');
    action.table += std::to_string(below(3));
    action.condition = below(3) == 0 ? "attribute_exists(pk)" : "";
    action.names = below(3) == 0 ? R"({"#n":"n"})" : "";
    action.item = below(5) == 0 ? std::string(below(20'000), 'x') : "";
    return action;
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
      group.resize(below(4));
      std::generate(group.begin(), group.end(), [&] { return random_action(); });
    }
    return page;
  }
  ActionOutcome random_outcome(std::uint64_t sequences) {
    const auto state = static_cast<ActionState>(below(20) == 0 ? 0 : 1 + below(4));
    return {.sequence = below(sequences) + 1,
            .state = state,
            .detail = state == ActionState::failed ? "refused " + std::to_string(below(10)) : "",
            .write_units = static_cast<double>(below(5)) / 2,
            .throttled = static_cast<std::uint32_t>(below(2))};
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
    if (model_.actions.empty()) {
      return;
    }
    std::vector<ActionOutcome> outcomes(1 + below(30));
    std::generate(outcomes.begin(), outcomes.end(), [&] { return random_outcome(model_.actions.size()); });
    if (below(10) == 0) {
      outcomes.back().sequence = model_.actions.size() + 1;
      EXPECT_EQ(error_of([&] { journal_->record(outcomes); }).code(), "JournalError");
      return;
    }
    journal_->record(outcomes);
    for (const ActionOutcome& outcome : outcomes) {
      model_.record(outcome);
    }
  }
  void settle_the_beginning() {
    std::vector<ActionOutcome> outcomes;
    for (const ActionRecord& action : model_.pending(0, below(40), SIZE_MAX)) {
      outcomes.push_back({.sequence = action.sequence, .write_units = 1});
      model_.record(outcomes.back());
    }
    journal_->record(outcomes);
  }
  void change_the_run() {
    model_.phase = static_cast<RunPhase>(below(3));
    journal_->set_phase(model_.phase);
  }
  void step() {
    switch (below(8)) {
      case 0:
      case 1:
      case 2:
        return append_some();
      case 3:
      case 4:
        return record_some();
      case 5:
        return settle_the_beginning();
      case 6:
        return change_the_run();
      default:
        return reopen();
    }
  }

  void expect_same_pending() {
    const std::uint64_t after = below(2) == 0 ? 0 : below(model_.actions.size() + 2);
    const std::size_t count = below(2) == 0 ? 1 + below(20) : 1'000'000;
    const std::size_t bytes_max = below(2) == 0 ? below(40'000) : SIZE_MAX;
    const auto found = journal_->pending(after, count, bytes_max);
    const auto expected = model_.pending(after, count, bytes_max);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_TRUE(same(found[i], expected[i])) << found[i].sequence << " " << expected[i].sequence;
    }
  }
  void expect_same_totals() {
    const Totals totals = journal_->totals();
    EXPECT_EQ(totals.items, model_.totals.items);
    EXPECT_EQ(totals.callbacks, model_.totals.callbacks);
    EXPECT_EQ(totals.queued, model_.actions.size());
    EXPECT_EQ(totals.throttled, model_.totals.throttled);
    EXPECT_DOUBLE_EQ(totals.read_units, model_.totals.read_units);
    EXPECT_DOUBLE_EQ(totals.write_units, model_.totals.write_units);
    EXPECT_EQ(totals.done, model_.count(ActionState::done));
    EXPECT_EQ(totals.skipped, model_.count(ActionState::skipped));
    EXPECT_EQ(totals.failed, model_.count(ActionState::failed));
    EXPECT_EQ(totals.in_doubt, model_.count(ActionState::in_doubt));
  }
  void expect_same_rest() {
    EXPECT_EQ(journal_->phase(), model_.phase);
    const auto cursors = journal_->cursors();
    ASSERT_EQ(cursors.size(), model_.cursors.size());
    for (const Cursor& cursor : cursors) {
      const Cursor& expected = model_.cursors.at(cursor.segment);
      EXPECT_EQ(cursor.last_key, expected.last_key);
      EXPECT_EQ(cursor.finished, expected.finished);
    }
    const std::size_t troubles_max = 1 + below(50);
    const auto troubles = journal_->troubles(troubles_max);
    std::size_t next = 0;
    for (const ActionOutcome& outcome : model_.outcomes) {
      if (outcome.state >= ActionState::failed && next < troubles_max) {
        ASSERT_LT(next, troubles.size());
        EXPECT_TRUE(same(troubles[next].first, model_.actions[outcome.sequence - 1]));
        EXPECT_EQ(troubles[next].second.detail, outcome.detail);
        EXPECT_DOUBLE_EQ(troubles[next].second.write_units, outcome.write_units);
        EXPECT_EQ(troubles[next].second.throttled, outcome.throttled);
        ++next;
      }
    }
    EXPECT_EQ(next, troubles.size());
  }

  std::mt19937_64 random_{random_seed()};
  Model model_;
};

TEST_F(ModelTest, random_operations_have_the_results_of_the_model) {
  for (int round = 0; round < 12 && !HasFatalFailure(); ++round) {
    model_ = {};
    create();
    for (int i = 0; i < 60 && !HasFatalFailure(); ++i) {
      step();
      expect_same_pending();
      expect_same_totals();
      expect_same_rest();
    }
    Journal::remove(std::move(journal_));
  }
}

}  // namespace
}  // namespace drift::journal
