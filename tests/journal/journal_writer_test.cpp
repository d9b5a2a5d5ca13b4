// JournalWriter: group commits, order, completions, and what becomes of an error.
#include "journal/journal_writer.hpp"

#include "fixture.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

namespace drift::journal {
namespace {

using Sequences = std::vector<std::uint64_t>;

class JournalWriterTest : public JournalFixture {
 protected:
  void start() {
    create();
    writer_ = std::make_unique<JournalWriter>(std::move(journal_));
  }
  std::vector<ActionRecord> fetch(std::uint64_t after, std::size_t count) {
    std::promise<std::vector<ActionRecord>> promise;
    writer_->fetch(after, count, SIZE_MAX, [&](std::vector<ActionRecord> actions, const std::optional<Error>& error) {
      EXPECT_FALSE(error);
      promise.set_value(std::move(actions));
    });
    return promise.get_future().get();
  }
  // Keeps the writer's thread busy, so that what is handed in waits.
  void hold_until(std::promise<void>& release) {
    std::promise<void> entered;
    writer_->call(
        [&entered, released = release.get_future().share()](Journal&) {
          entered.set_value();
          released.wait();
        },
        [](const auto&) {});
    entered.get_future().get();
  }
  // Has the journal refuse what comes next: an outcome for an action that does not exist.
  void break_it() { writer_->record({.sequence = 1'000'000'000}); }

  std::unique_ptr<JournalWriter> writer_;
};

TEST_F(JournalWriterTest, what_is_handed_in_becomes_durable_by_itself) {
  start();
  std::promise<bool> page_done;
  writer_->append_page(a_page(0, "a", 1, 3), [&](const auto& error) { page_done.set_value(!error); });
  EXPECT_TRUE(page_done.get_future().get());
  std::promise<bool> outcome_done;
  writer_->record({.sequence = 2}, [&](const auto& error) { outcome_done.set_value(!error); });
  EXPECT_TRUE(outcome_done.get_future().get());
  EXPECT_EQ(writer_->backlog(), 0U);
  EXPECT_EQ(writer_->backlog_bytes(), 0U);
  std::promise<bool> cursor_done;
  writer_->append_page({.segment = 1, .last_key = "z"}, [&](const auto& error) { cursor_done.set_value(!error); });
  EXPECT_TRUE(cursor_done.get_future().get());
}

TEST_F(JournalWriterTest, finish_gives_back_a_journal_that_has_everything) {
  start();
  for (std::uint64_t i = 0; i < 100; ++i) {
    writer_->append_page(a_page(0, "k" + std::to_string(i), i * 30, 30));
  }
  writer_->append_page({.segment = 3, .last_key = "end"});
  journal_ = writer_->finish();
  EXPECT_EQ(journal_->totals().queued, 3'000U);
  EXPECT_EQ(journal_->cursors().at(0).last_key, "k99");
  EXPECT_EQ(journal_->cursors().at(1).last_key, "end");
}

TEST_F(JournalWriterTest, the_destructor_commits_what_was_handed_in) {
  start();
  writer_->append_page(a_page(0, "a", 1, 5));
  writer_->append_page({.segment = 1, .last_key = "b"});
  writer_.reset();
  reopen();
  EXPECT_EQ(journal_->totals().queued, 5U);
  EXPECT_EQ(journal_->cursors().size(), 2U);
}

TEST_F(JournalWriterTest, a_fetch_sees_everything_handed_in_before_it) {
  start();
  writer_->append_page(a_page(0, "a", 1, 2'000));
  EXPECT_EQ(fetch(0, 5'000).size(), 2'000U);
  for (std::uint64_t i = 1; i <= 1'999; ++i) {
    writer_->record({.sequence = i});
  }
  const auto left = fetch(0, 5'000);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].sequence, 2'000U);
}

TEST_F(JournalWriterTest, completions_come_in_the_order_of_the_calls) {
  start();
  std::vector<int> order;
  for (int i = 0; i < 3'000; ++i) {
    if (i % 3 == 0) {
      writer_->append_page(a_page(0, "a", 1, 1), [&order, i](const auto&) { order.push_back(i); });
    } else {
      writer_->record({.sequence = 1}, [&order, i](const auto&) { order.push_back(i); });
    }
  }
  writer_->flush();
  ASSERT_EQ(order.size(), 3'000U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(JournalWriterTest, the_backlog_is_what_is_not_durable) {
  start();
  std::promise<void> release;
  hold_until(release);
  writer_->append_page(a_page(0, "a", 1, 7));
  writer_->append_page({.segment = 1, .last_key = "b"});
  writer_->record({.sequence = 1});
  EXPECT_EQ(writer_->backlog(), 9U);
  EXPECT_GT(writer_->backlog_bytes(), 7 * an_update(1).bytes());
  release.set_value();
  writer_->flush();
  EXPECT_EQ(writer_->backlog(), 0U);
  EXPECT_EQ(writer_->backlog_bytes(), 0U);
}

TEST_F(JournalWriterTest, a_call_comes_between_what_was_handed_in_before_and_after_it_however_much_waits) {
  start();
  writer_->append_page(a_page(0, "a", 1, 10'000));
  std::promise<void> release;
  hold_until(release);
  std::vector<std::uint64_t> done;
  const auto record = [&](std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
      writer_->record({.sequence = sequence});
    }
    writer_->call([&](Journal& journal) { done.push_back(journal.totals().done); },
                  [](const auto& error) { EXPECT_FALSE(error); });
  };
  record(1, 10);
  record(11, 9'000);
  record(9'001, 9'001);
  release.set_value();
  writer_->flush();
  EXPECT_EQ(done, (std::vector<std::uint64_t>{10, 9'000, 9'001}));
}

TEST_F(JournalWriterTest, the_first_error_goes_to_every_completion_from_then_on) {
  start();
  writer_->append_page(a_page(0, "a", 1, 5));
  writer_->flush();
  break_it();
  std::vector<std::string> codes;
  const auto note = [&](const std::optional<Error>& error) { codes.push_back(error ? error->code() : "durable"); };
  writer_->append_page(a_page(0, "b", 6, 5), note);
  writer_->record({.sequence = 1}, note);
  writer_->append_page({.segment = 0, .last_key = "c"}, note);
  writer_->fetch(0, 10, SIZE_MAX, [&](const auto& actions, const auto& error) {
    EXPECT_TRUE(actions.empty());
    note(error);
  });
  EXPECT_EQ(error_of([&] { writer_->flush(); }).code(), "JournalError");
  EXPECT_EQ(codes, (std::vector<std::string>(4, "JournalError")));
  EXPECT_EQ(error_of([&] { writer_->with_journal([](Journal&) { FAIL(); }); }).code(), "JournalError");
  EXPECT_EQ(error_of([&] { writer_->finish(); }).code(), "JournalError");
  reopen();  // what was acknowledged is there, and the file is free
  EXPECT_EQ(journal_->totals().queued, 5U);
  EXPECT_EQ(journal_->totals().done, 0U);
  EXPECT_EQ(journal_->cursors().at(0).last_key, "a");
}

TEST_F(JournalWriterTest, with_journal_passes_on_what_its_work_throws_and_goes_on) {
  start();
  EXPECT_THROW(writer_->with_journal([](Journal&) { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_EQ(
      error_of([&] { writer_->with_journal([](Journal& j) { j.record(std::vector<ActionOutcome>(1)); }); }).code(),
      "JournalError");
  writer_->append_page(a_page(0, "a", 1, 1));
  writer_->with_journal([](Journal& journal) { journal.set_phase(RunPhase::applying); });
  journal_ = writer_->finish();
  EXPECT_EQ(journal_->phase(), RunPhase::applying);
  EXPECT_EQ(journal_->totals().queued, 1U);
}

TEST_F(JournalWriterTest, a_send_mark_is_durable_with_what_was_handed_in_before_when_it_is_reported) {
  start();
  writer_->append_page(a_page(0, "a", 1, 5));
  writer_->record({.sequence = 2});
  std::promise<bool> marked;
  writer_->move_send_mark(4, [&](const auto& error) { marked.set_value(!error); });
  writer_->move_send_mark(3, {});
  ASSERT_TRUE(marked.get_future().get());
  writer_->flush();
  journal_ = writer_->finish();
  EXPECT_EQ(journal_->send_mark(), 4U);
  crash_and_reopen();
  Sequences doubtful;
  for (const ActionRecord& action : journal_->pending(0, 10, SIZE_MAX)) {
    if (action.maybe_sent) {
      doubtful.push_back(action.sequence);
    }
  }
  EXPECT_EQ(doubtful, (Sequences{1, 3, 4}));
}

TEST_F(JournalWriterTest, a_call_sees_everything_handed_in_before_it_and_passes_on_what_it_throws) {
  start();
  writer_->append_page(a_page_of_groups({2, 1}));
  writer_->record({.sequence = 1});
  std::vector<ActionRecord> rest;
  std::promise<std::optional<Error>> replaced;
  writer_->call([&](Journal& journal) { rest = journal.replace_rest(1, {an_update(7)}); },
                [&](const auto& error) { replaced.set_value(error); });
  EXPECT_FALSE(replaced.get_future().get());
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].sequence, 2U);
  std::promise<std::optional<Error>> refused;
  writer_->call([](Journal& journal) { (void)journal.group(99); },
                [&](const auto& error) { refused.set_value(error); });
  EXPECT_EQ(refused.get_future().get().value_or(Error("", "")).code(), "JournalError");
  std::promise<std::optional<Error>> odd;
  writer_->call([](Journal&) { throw std::runtime_error("something else"); },
                [&](const auto& error) { odd.set_value(error); });
  EXPECT_NE(odd.get_future().get().value_or(Error("", "")).message().find("something else"), std::string::npos);
  journal_ = writer_->finish();  // none of it has ended the writer
  EXPECT_EQ(pending_sequences(), (Sequences{2, 3}));
}

TEST_F(JournalWriterTest, a_call_and_a_mark_get_the_error_that_ended_the_writer) {
  start();
  break_it();
  std::vector<std::string> codes;
  const auto note = [&](const std::optional<Error>& error) { codes.push_back(error ? error->code() : "durable"); };
  writer_->move_send_mark(1, note);
  writer_->call([](Journal&) { FAIL(); }, note);
  EXPECT_EQ(error_of([&] { writer_->flush(); }).code(), "JournalError");
  EXPECT_EQ(codes, (std::vector<std::string>(2, "JournalError")));
}

TEST_F(JournalWriterTest, waiting_on_its_own_thread_is_refused_and_not_a_deadlock) {
  start();
  std::string code;
  writer_->append_page(a_page(0, "a", 1, 1), [&](const auto&) { code = error_of([&] { writer_->flush(); }).code(); });
  writer_->flush();
  EXPECT_EQ(code, "JournalError");
}

TEST_F(JournalWriterTest, completions_may_hand_in_more) {
  start();
  std::promise<void> done;
  writer_->append_page(a_page(0, "a", 1, 1),
                       [&](const auto&) { writer_->record({.sequence = 1}, [&](const auto&) { done.set_value(); }); });
  done.get_future().get();
  EXPECT_TRUE(fetch(0, 10).empty());
}

TEST_F(JournalWriterTest, threads_hand_in_at_once) {
  start();
  constexpr std::uint64_t threads = 6;
  constexpr std::uint64_t each = 400;
  std::atomic<std::uint64_t> durable = 0;
  const auto in_parallel = [](const std::function<void(std::uint64_t)>& work) {
    std::vector<std::jthread> running;
    for (std::uint64_t t = 0; t < threads; ++t) {
      running.emplace_back([&work, t] { work(t); });
    }
  };
  in_parallel([&](std::uint64_t t) {
    for (std::uint64_t i = 0; i < each; ++i) {
      writer_->append_page(a_page(static_cast<std::uint32_t>(t % 4), "k", t * each + i, 1),
                           [&](const auto& error) { durable += error ? 0 : 1; });
      if (i % 100 == 0) {
        fetch(0, 3);
      }
    }
    writer_->flush();
  });
  in_parallel([&](std::uint64_t t) {
    for (std::uint64_t i = 0; i < each; ++i) {
      writer_->record({.sequence = t * each + i + 1, .write_units = 1},
                      [&](const auto& error) { durable += error ? 0 : 1; });
    }
  });
  journal_ = writer_->finish();
  EXPECT_EQ(durable, 2 * threads * each);
  EXPECT_EQ(journal_->totals().done, threads * each);
  EXPECT_DOUBLE_EQ(journal_->totals().write_units, static_cast<double>(threads * each));
  EXPECT_TRUE(pending_sequences().empty());
}

}  // namespace
}  // namespace drift::journal
