// What a whole run costs the client: CPU an item and peak memory, of a process of its own that does nothing else,
// against the real local server. The tables are filled by another process; the server is a third: neither is in the
// figures.
//
//   run_bench                    the table of all cases; 10^6 items take some minutes
//   run_bench --quick            100,000 items only
//   run_bench fill|run ENDPOINT TABLE ITEMS ITEM_BYTES    what the table's processes are started as
#include "local/local_server.hpp"

#include <drift/drift.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Case {
  std::size_t items;
  std::size_t item_bytes;
  double peak_mib_max;
  double cpu_us_max;  // 0: no figure asked for
};

// The Go library, measured: 148 us an item and 237 MB at 100,000 items of 400 bytes.
constexpr std::array cases = {Case{100'000, 400, 64, 30}, Case{1'000'000, 400, 64, 30}, Case{10'000, 100'000, 128, 0}};

drift::ClientOptions client_options(const std::string& endpoint) {
  return {.region = "us-east-1", .endpoint = endpoint, .credentials = drift::static_credentials("id", "secret")};
}

// Eight attributes, as items in real tables have; `text` fills it up to the size.
drift::Attributes make_item(std::size_t id, std::size_t bytes) {
  drift::Attributes item{{"id", id},
                         {"n", 0},
                         {"name", "item number " + std::to_string(id)},
                         {"tags", drift::Value::string_set({"red", "green", "blue"})},
                         {"active", true},
                         {"price", drift::Number::parse("1234.5678")},
                         {"where", drift::Attributes{{"street", "Long Street 17"}, {"city", "Nowhere"}}}};
  const std::size_t size = drift::size_bytes(item) + 4;
  item["text"] = std::string(bytes > size ? bytes - size : 0, 'x');
  return item;
}

int fill(const std::string& endpoint, const std::string& table, std::size_t items, std::size_t item_bytes) {
  drift::Client client(client_options(endpoint));
  client.create_table({.name = table, .key = {{.name = "id", .type = drift::Type::number}}});
  constexpr std::size_t threads = 4;
  std::vector<std::jthread> writers;
  for (std::size_t t = 0; t < threads; ++t) {
    writers.emplace_back([&, t] {
      std::vector<drift::Attributes> batch;
      for (std::size_t id = t; id < items; id += threads) {
        batch.push_back(make_item(id, item_bytes));
        if (batch.size() == 25) {
          client.batch_write(table, batch);
          batch.clear();
        }
      }
      if (!batch.empty()) client.batch_write(table, batch);
    });
  }
  return 0;
}

// CPU seconds of this process so far, and its peak resident set in MiB.
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

int run(const std::string& endpoint, const std::string& table, std::size_t items) {
  const auto state = std::filesystem::temp_directory_path() / ("drift-bench-" + std::to_string(getpid()));
  drift::Client client(client_options(endpoint));
  drift::Migrator migrator(client, {.meta_table = "Meta", .state_dir = state});
  migrator.init();
  std::size_t journal_bytes = 0;
  const drift::RunOptions options{
      .concurrency = 8, .on_progress = [&](const drift::Progress&) {
        std::error_code none;
        for (const auto& file : std::filesystem::recursive_directory_iterator(state, none)) {
          if (file.path().extension() != ".journal") continue;
          journal_bytes = std::max(journal_bytes, std::size_t{file.file_size(none)});
        }
      }};
  const auto up = [](const drift::Item& item, drift::Actions& actions) {
    if (!item.contains("n")) return;
    actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
  };
  const drift::Report report =
      migrator.run({.number = std::hash<std::string>{}(table) % 1'000'000, .table = table, .up = up}, options);
  std::filesystem::remove_all(state);
  if (!report.ok() || report.actions_done != items) {
    std::fprintf(stderr, "the run did not do its work: %s, %lu of %zu actions\n", drift::outcome_text(report.outcome),
                 report.actions_done, items);
    for (const auto& error : report.errors) std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::printf("%.2f %.1f %zu\n", cpu_seconds() * 1e6 / static_cast<double>(items), peak_mib(), journal_bytes / items);
  return 0;
}

// Runs this program again with the arguments; its standard output. Empty when it failed.
std::string run_self(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return "";
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    std::vector<char*> argv;
    static std::string self = "/proc/self/exe";
    argv.push_back(self.data());
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  std::string output;
  std::array<char, 256> chunk{};
  for (ssize_t n = 0; (n = read(ends[0], chunk.data(), chunk.size())) > 0;)
    output.append(chunk.data(), static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? output : "";
}

int print_table(bool quick) {
  std::printf("%-28s %14s %8s %14s %8s %18s\n", "a run, one update an item", "client CPU", "must be", "peak memory",
              "must be", "journal an action");
  int failures = 0;
  for (const Case& c : cases) {
    if (quick && c.items > 100'000) continue;
    drift::local::LocalServer server;
    const std::string table = "bench-" + std::to_string(c.items) + '-' + std::to_string(c.item_bytes);
    const std::vector<std::string> rest = {server.endpoint(), table, std::to_string(c.items),
                                           std::to_string(c.item_bytes)};
    const auto with = [&](const char* verb) {
      std::vector<std::string> arguments = {verb};
      arguments.insert(arguments.end(), rest.begin(), rest.end());
      return run_self(arguments);
    };
    with("fill");
    double cpu = 0;
    double peak = 0;
    std::size_t bytes = 0;
    if (std::sscanf(with("run").c_str(), "%lf %lf %zu", &cpu, &peak, &bytes) != 3) {
      ++failures;
      continue;
    }
    const std::string name = std::to_string(c.items) + " items of " + std::to_string(c.item_bytes) + " B";
    const std::string cpu_max = c.cpu_us_max > 0 ? "<= " + std::to_string(static_cast<int>(c.cpu_us_max)) : "-";
    std::printf("%-28s %8.1f us/it %8s %10.1f MiB %8s %16zu B\n", name.c_str(), cpu, cpu_max.c_str(), peak,
                ("<= " + std::to_string(static_cast<int>(c.peak_mib_max))).c_str(), bytes);
    std::fflush(stdout);
  }
  std::printf("%-28s %8.1f us/it %8s %10.1f MiB\n", "the Go library, 100,000", 148.0, "", 237.0);
  return failures;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (arguments.size() == 5) {
      const std::size_t items = std::stoul(arguments[3]);
      if (arguments[0] == "fill") return fill(arguments[1], arguments[2], items, std::stoul(arguments[4]));
      return run(arguments[1], arguments[2], items);
    }
    return print_table(!arguments.empty() && arguments[0] == "--quick");
  } catch (const drift::Error& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.next_step().c_str());
    return 1;
  }
}
