// The journal's costs on this machine: records a second, CPU and bytes an action, for a million actions.
//
// Usage: journal_bench [directory] [actions] [all|writer]. The directory decides which disk is measured.
#include "journal/journal.hpp"
#include "journal/journal_writer.hpp"

#include <sqlite3.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace drift::journal;
namespace fs = std::filesystem;

constexpr std::size_t page_actions = 2'500;
constexpr std::uint64_t trim_every = 4'096;  // as JournalWriter

double cpu_seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double cpu_seconds() { return cpu_seconds_of(CLOCK_PROCESS_CPUTIME_ID); }
double own_thread_cpu_seconds() { return cpu_seconds_of(CLOCK_THREAD_CPUTIME_ID); }

double peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Runs `work` on `records` records and prints a line; returns the CPU a record in us.
double measure(const char* name, std::uint64_t records, const std::function<void()>& work) {
  const auto started = std::chrono::steady_clock::now();
  const double cpu_started = cpu_seconds();
  work();
  const double cpu = cpu_seconds() - cpu_started;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const auto n = static_cast<double>(records);
  std::printf("%-44s %10.0f records/s %7.2f us CPU each\n", name, n / seconds, cpu / n * 1e6);
  return cpu / n * 1e6;
}

// A typical update: 40 bytes of key, 30 of expression, 40 of values.
ActionRecord an_update(std::uint64_t n) {
  char number[16];
  std::snprintf(number, sizeof number, "%08llu", static_cast<unsigned long long>(n));
  return {.kind = ActionKind::update,
          .scanned_item = true,
          .table = "Users",
          .key = std::string(R"({"pk":{"S":"u-)") + number + R"("},"sk":{"N":"1"}})",
          .expression = "SET name = :n, visits = :visits",
          .values = std::string(R"({":n":{"S":""},":visits":{"N":")") + number + R"("}})"};
}

// The same as exactly-once queues it: guarded, with an image of 60 bytes of the two attributes.
ActionRecord a_guarded_update(std::uint64_t n) {
  ActionRecord action = an_update(n);
  action.guard = GuardKind::unchanged;
  action.repeat = RepeatKind::guarded;
  action.guarded = R"(["name","visits"])";
  action.image =
      R"({"name":{"S":"Ada Lovelace"},"visits":{"N":")" + std::to_string(1'000'000'000'000'000 + n) + R"("}})";
  return action;
}

// What is measured: actions with or without a guard, outcomes with or without the item before, of this size.
struct Kind {
  bool guarded = false;
  std::size_t before_bytes = 0;
};

std::vector<PageRecord> make_pages(std::uint64_t actions, bool guarded = false) {
  std::vector<PageRecord> pages;
  for (std::uint64_t n = 0; n < actions; n += page_actions) {
    PageRecord page{.segment = 0, .last_key = R"({"pk":{"S":"user-0000000000"},"sk":{"N":"1"}})"};
    for (std::uint64_t i = n; i < std::min(actions, n + page_actions); ++i) {
      page.groups.push_back({guarded ? a_guarded_update(i) : an_update(i)});
    }
    page.items = page.callbacks = page.groups.size();
    pages.push_back(std::move(page));
  }
  return pages;
}

double bytes_on_disk(const fs::path& file) { return static_cast<double>(fs::file_size(file)); }

// With the send mark a group ahead, as the applier moves it.
void record_all(Journal& journal, std::uint64_t first, std::uint64_t end, std::size_t group,
                std::size_t before_bytes = 0) {
  std::vector<ActionOutcome> outcomes(group);
  for (std::uint64_t next = first; next < end; next += group) {
    for (std::size_t i = 0; i < group; ++i) {
      outcomes[i] = {.sequence = next + i, .state = ActionState::done, .write_units = 1};
      outcomes[i].before.assign(before_bytes, 'b');
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(group, end - next));
    journal.write({}, {outcomes.data(), count}, next + 2 * group);
  }
}

double append_all(Journal& journal, std::uint64_t actions, bool guarded) {
  // In portions, so that the records made for it are not what the peak of memory shows.
  double cpu = 0;
  const double n = static_cast<double>(actions);
  const auto started = std::chrono::steady_clock::now();
  std::chrono::duration<double> making{};
  for (std::uint64_t done = 0; done < actions; done += 50'000) {
    const auto making_started = std::chrono::steady_clock::now();
    auto pages = make_pages(std::min<std::uint64_t>(50'000, actions - done), guarded);
    making += std::chrono::steady_clock::now() - making_started;
    const double cpu_started = cpu_seconds();
    for (PageRecord& page : pages) {
      journal.append_pages({&page, 1});
    }
    cpu += cpu_seconds() - cpu_started;
  }
  const double seconds = (std::chrono::duration<double>(std::chrono::steady_clock::now() - started) - making).count();
  std::printf("%-44s %10.0f records/s %7.2f us CPU each\n", "append_pages, 2,500 actions a page", n / seconds,
              cpu / n * 1e6);
  return cpu / n * 1e6;
}

double fetch_all(Journal& journal, std::uint64_t actions) {
  return measure("pending, 1,024 at a time", actions, [&] {
    std::uint64_t after = 0;
    while (true) {
      const auto found = journal.pending(after, 1'024, 4U << 20U);
      if (found.empty()) {
        break;
      }
      after = found.back().sequence;
    }
  });
}

void measure_resume(const fs::path& file, std::uint64_t actions) {
  std::unique_ptr<Journal> journal;
  measure("open, reading through all outcomes", actions, [&] { journal = Journal::open(file); });
  measure("pending behind all these outcomes", actions, [&] {
    if (!journal->pending(0, 100, 1U << 20U).empty()) {
      std::abort();
    }
  });
  std::vector<ActionOutcome> failed;
  for (std::uint64_t sequence = 1; sequence <= actions; sequence += 1'000) {
    failed.push_back({.sequence = sequence, .state = ActionState::failed, .detail = "AccessDeniedException"});
  }
  measure("one in a thousand failed afterwards", failed.size(), [&] { journal->record(failed); });
  measure("pending of these, 100 at a time", failed.size(), [&] {
    std::uint64_t after = 0;
    for (auto found = journal->pending(0, 100, 1U << 20U); !found.empty();
         found = journal->pending(after, 100, 1U << 20U)) {
      after = found.back().sequence;
    }
  });
}

// A journal with that many queued actions, behind its writer.
std::unique_ptr<JournalWriter> a_writer_with(const fs::path& file, std::uint64_t actions) {
  auto writer = std::make_unique<JournalWriter>(Journal::create(file, {.run_id = "bench"}));
  for (std::uint64_t done = 0; done < actions; done += 50'000) {
    for (PageRecord& page : make_pages(std::min<std::uint64_t>(50'000, actions - done))) {
      writer->append_page(std::move(page));
    }
    writer->flush();
  }
  return writer;
}

// Outcomes one by one, as the applier hands them in: with a completion that holds something, and the send mark ahead of
// them, moved once in a while.
class Outcomes {
 public:
  Outcomes(JournalWriter& writer, std::uint64_t last, std::uint64_t mark_every)
      : writer_(&writer), last_(last), mark_every_(mark_every) {}
  [[nodiscard]] bool left() const noexcept { return next_ <= last_; }
  void hand_in(std::uint64_t count) {
    for (const std::uint64_t end = std::min(next_ + count, last_ + 1); next_ < end; ++next_) {
      writer_->record({.sequence = next_, .state = ActionState::done, .write_units = 1},
                      [halt = halt_](const std::optional<drift::Error>& error) {
                        if (error) {
                          *halt = true;
                        }
                      });
      if (next_ % mark_every_ == 0) {
        writer_->move_send_mark(next_ + 2 * mark_every_, [](const auto&) {});
      }
    }
  }

 private:
  JournalWriter* writer_;
  std::uint64_t last_;
  std::uint64_t mark_every_;
  std::uint64_t next_ = 1;
  std::shared_ptr<bool> halt_ = std::make_shared<bool>(false);
};

// As fast as they are taken.
void measure_writer(const fs::path& file, std::uint64_t actions) {
  const auto writer = a_writer_with(file, actions);
  Outcomes outcomes(*writer, actions, 64);
  measure("JournalWriter: record, as fast as it goes", actions, [&] {
    while (outcomes.left()) {
      while (writer->backlog() > 4'096) {
        ::usleep(100);
      }
      outcomes.hand_in(16);
    }
    writer->flush();
  });
  Journal::remove(writer->finish());
}

// At a pace, a millisecond's worth together, as a loop does that finds so many answers: what each thread pays.
void measure_pace(const fs::path& file, std::uint64_t a_second, std::uint64_t mark_every, std::uint64_t actions) {
  const auto writer = a_writer_with(file, actions);
  Outcomes outcomes(*writer, actions, mark_every);
  const double others_started = cpu_seconds() - own_thread_cpu_seconds();
  double handing_in = 0;
  for (auto next = std::chrono::steady_clock::now(); outcomes.left(); next += std::chrono::milliseconds(1)) {
    std::this_thread::sleep_until(next);
    const double started = own_thread_cpu_seconds();
    outcomes.hand_in(a_second / 1'000);
    handing_in += own_thread_cpu_seconds() - started;
  }
  writer->flush();
  const double others = cpu_seconds() - own_thread_cpu_seconds() - others_started;
  const auto n = static_cast<double>(actions);
  std::printf(
      "JournalWriter at %6llu/s, a mark every %4llu: CPU each of who hands in %5.2f us, of the writer %5.2f us\n",
      static_cast<unsigned long long>(a_second), static_cast<unsigned long long>(mark_every), handing_in / n * 1e6,
      others / n * 1e6);
  Journal::remove(writer->finish());
}

// A streaming run: pages, and the outcomes of the page before, with the beginning trimmed or not. What that costs, and
// how large the file becomes.
void measure_streaming(const fs::path& file, std::uint64_t actions, bool trims) {
  auto journal = Journal::create(file, {.run_id = "bench"});
  std::uint64_t queued = 0;
  std::uint64_t recorded = 0;
  double cpu = 0;
  double trim_cpu = 0;
  double longest = 0;
  std::printf("%s, MiB of the file after each eighth:", trims ? "streaming, trimmed" : "streaming, not trimmed");
  for (std::uint64_t portion = 1; portion <= 8; ++portion) {
    while (queued < actions * portion / 8) {
      auto pages = make_pages(page_actions);
      const double started = cpu_seconds();
      journal->append_pages(pages);
      queued += page_actions;
      while (recorded + 1'024 < queued) {
        record_all(*journal, recorded + 1, recorded + 1'025, 1'024);
        recorded += 1'024;
        if (trims && recorded % trim_every == 0) {
          const double trim_started = cpu_seconds();
          (void)journal->trim();
          const double taken = cpu_seconds() - trim_started;
          trim_cpu += taken;
          longest = std::max(longest, taken);
        }
      }
      cpu += cpu_seconds() - started;
    }
    std::printf(" %.1f", bytes_on_disk(file) / 1048576);
  }
  const auto n = static_cast<double>(actions);
  std::printf("\n%-44s %10.2f us, of it trims %.2f us, the longest %.1f ms\n", "CPU an action, append + record + trim",
              cpu / n * 1e6, trim_cpu / n * 1e6, longest * 1e3);
  Journal::remove(std::move(journal));
}

// Queues, fetches and records `actions`; what an action costs.
void measure_run(const fs::path& file, std::uint64_t actions, const Kind& kind) {
  std::printf("\n%s, %zu bytes of the item before\n", kind.guarded ? "guarded, an image of 60 bytes" : "plain",
              kind.before_bytes);
  auto journal = Journal::create(file, {.run_id = "bench"});
  const double append = append_all(*journal, actions, kind.guarded);
  const double fetch = fetch_all(*journal, actions);
  journal.reset();
  const double queue_bytes = bytes_on_disk(file);
  journal = Journal::open(file);
  const std::uint64_t small = actions / 10;
  measure("record and mark, 64 at a time", small, [&] { record_all(*journal, 1, small + 1, 64, kind.before_bytes); });
  const double record = measure("record and mark, 1,024 at a time", actions - small,
                                [&] { record_all(*journal, small + 1, actions + 1, 1'024, kind.before_bytes); });
  std::printf("%-44s %10.1f MiB, SQLite's part %.1f MiB\n", "peak memory (with 50,000 records made for it)", peak_mib(),
              static_cast<double>(sqlite3_memory_highwater(0)) / 1048576);
  std::printf("%-44s %10.1f MiB\n", "write-ahead log", bytes_on_disk(file.string() + "-wal") / 1048576);
  journal.reset();
  const double bytes = bytes_on_disk(file);
  const auto n = static_cast<double>(actions);
  std::printf("%-44s %10.2f us\n", "CPU an action, append + pending + record", append + fetch + record);
  std::printf("%-44s %10.1f (%.1f queued, %.1f its outcome)\n", "bytes an action on disk", bytes / n, queue_bytes / n,
              (bytes - queue_bytes) / n);
}

// Conflicts: each replaces a group of two by one of three.
void measure_replace(const fs::path& file, std::uint64_t groups) {
  auto journal = Journal::create(file, {.run_id = "bench"});
  PageRecord page{.segment = 0, .last_key = "k"};
  for (std::uint64_t i = 0; i < groups; ++i) {
    page.groups.push_back({a_guarded_update(i), a_guarded_update(i)});
  }
  journal->append_pages({&page, 1});
  const std::uint64_t conflicts = groups / 100;
  measure("replace_rest, 2 by 3, one in 100 groups", conflicts, [&] {
    for (std::uint64_t i = 1; i <= conflicts; ++i) {
      (void)journal->replace_rest(i * 100, std::vector<ActionRecord>(3, a_guarded_update(i)));
    }
  });
  Journal::remove(std::move(journal));
}

void measure_runs(const fs::path& file, std::uint64_t actions) {
  measure_run(file, actions, {});
  measure_resume(file, actions);
  Journal::remove(file);
  measure_run(file, actions, {.guarded = true});
  Journal::remove(file);
  measure_run(file, actions / 4, {.guarded = true, .before_bytes = 400});
  Journal::remove(file);
  std::printf("\n");
  measure_replace(file, std::min<std::uint64_t>(actions, 100'000));
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path directory = (argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path()) / "drift-journal-bench";
  const std::uint64_t actions = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  const std::string part = argc > 3 ? argv[3] : "all";
  fs::remove_all(directory);
  const fs::path file = directory / "bench.journal";
  std::printf("%llu actions in %s\n", static_cast<unsigned long long>(actions), directory.c_str());
  if (part == "all") {
    measure_runs(file, actions);
  }
  measure_writer(file, std::min<std::uint64_t>(actions, 200'000));
  for (const bool trims : {false, true}) {
    measure_streaming(file, 2 * actions, trims);
  }
  for (const std::uint64_t a_second : {10'000, 30'000, 50'000}) {
    for (const std::uint64_t mark_every : {64, 512}) {
      measure_pace(file, a_second, mark_every, std::min<std::uint64_t>(actions, 10 * a_second));
    }
  }
  fs::remove_all(directory);
  return 0;
}
