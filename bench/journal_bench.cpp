// The journal's costs on this machine: records a second, CPU and bytes an action, for a million actions.
//
// Usage: journal_bench [directory] [actions]. The directory decides which disk is measured.
#include "journal/journal.hpp"
#include "journal/journal_writer.hpp"

#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace drift::journal;
namespace fs = std::filesystem;

constexpr std::size_t page_actions = 2'500;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double own_thread_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
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

// As the engine uses it: outcomes one by one, as fast as they are taken, and at the speed of a busy table.
void measure_writer(const fs::path& file, std::uint64_t actions) {
  auto writer = std::make_unique<JournalWriter>(Journal::create(file, {.run_id = "bench"}));
  for (PageRecord& page : make_pages(actions)) {
    writer->append_page(std::move(page));
  }
  writer->flush();
  std::uint64_t next = 1;
  const auto record_next = [&] { writer->record({.sequence = next++, .state = ActionState::done, .write_units = 1}); };
  const std::uint64_t slow = actions / 4;
  measure("JournalWriter: record, as fast as it goes", actions - slow, [&] {
    while (next <= actions - slow) {
      while (writer->backlog() > 4'096) {
        ::usleep(100);
      }
      record_next();
    }
    writer->flush();
  });
  const double cpu_started = cpu_seconds() - own_thread_cpu_seconds();
  while (next <= actions) {
    for (int i = 0; i < 10 && next <= actions; ++i) {
      record_next();
    }
    ::usleep(1'000);
  }
  writer->flush();
  const double cpu = cpu_seconds() - own_thread_cpu_seconds() - cpu_started;
  std::printf("%-44s %29.2f us CPU each\n", "JournalWriter: its thread, at < 10,000/s",
              cpu / static_cast<double>(slow) * 1e6);
  Journal::remove(writer->finish());
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

}  // namespace

int main(int argc, char** argv) {
  const fs::path directory = (argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path()) / "drift-journal-bench";
  const std::uint64_t actions = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  fs::remove_all(directory);
  const fs::path file = directory / "bench.journal";
  std::printf("%llu actions in %s\n", static_cast<unsigned long long>(actions), directory.c_str());
  measure_run(file, actions, {});
  measure_resume(file, actions);
  Journal::remove(Journal::open(file));
  measure_run(file, actions, {.guarded = true});
  Journal::remove(Journal::open(file));
  measure_run(file, actions / 4, {.guarded = true, .before_bytes = 400});
  Journal::remove(Journal::open(file));
  std::printf("\n");
  measure_replace(file, std::min<std::uint64_t>(actions, 100'000));
  measure_writer(directory / "writer.journal", std::min<std::uint64_t>(actions, 200'000));
  fs::remove_all(directory);
  return 0;
}
