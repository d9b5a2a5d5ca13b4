// What reading a table costs: a whole run whose callback reads one attribute and queues nothing, on the canned server.
// Beside it, what cannot be saved: the same answers, received by one blocking socket into a buffer and copied out of it
// once. Both are processes of their own, in turn, and a figure is the bytes of the answers by the CPU of such a
// process.
//
//   scan_bench [--rounds N] [--items N]     the table; medians of N rounds (5), of a table of so many items (1,000,000)
//   scan_bench serve ITEMS                  a canned server, until standard input ends; for a profiler
//   scan_bench run ENDPOINT ITEMS           what drift's processes are started as
//   scan_bench receive ENDPOINT ITEMS       and those that only receive
#include "bench/canned_server.hpp"
#include "bench/command_line.hpp"
#include "bench/figure.hpp"
#include "bench/measured_process.hpp"
#include "wire/transport.hpp"

#include <drift/drift.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace {

using drift::bench::CannedServer;
using drift::bench::Measured;

constexpr const char* table = "bench-scan";
constexpr std::size_t item_bytes = 400;
constexpr int mb_per_second_min = 400;

drift::bench::CannedTable table_of(std::size_t items) {
  return {.name = table, .items = items, .item_bytes = item_bytes};
}

// --- drift's process -------------------------------------------------------------------------------------------------

int run(const std::string& endpoint, std::size_t items) {
  const auto state = std::filesystem::temp_directory_path() / ("drift-bench-" + std::to_string(getpid()));
  drift::Client client(
      {.region = "us-east-1", .endpoint = endpoint, .credentials = drift::static_credentials("id", "secret")});
  drift::Migrator migrator(client, {.meta_table = "Meta", .state_dir = state});
  migrator.init();
  const auto up = [](const drift::Item& item, drift::Actions& actions) {
    if (item["n"].as_number() > drift::Number(0)) actions.update({.expression = "REMOVE n"});
  };
  const drift::Report report = migrator.run({.number = 1, .table = table, .up = up}, {});
  std::filesystem::remove_all(state);
  if (report.ok() && report.items_scanned == items) return 0;
  std::fprintf(stderr, "the run did not do its work: %s, %lu items\n", drift::outcome_text(report.outcome),
               report.items_scanned);
  return 1;
}

// --- only receiving --------------------------------------------------------------------------------------------------

class Receiver {
 public:
  explicit Receiver(const std::string& endpoint) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(drift::wire::Endpoint::parse(endpoint)->port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::perror("connect");
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  ~Receiver() { close(socket_); }

  // The body of the answer to a Scan that goes on behind this key; valid until the next call. Empty: none came.
  std::string_view scan(std::string_view start_key) {
    std::string body = R"({"TableName":")" + std::string(table) + '"';
    if (!start_key.empty()) body.append(R"(,"ExclusiveStartKey":)").append(start_key);
    body += '}';
    const std::string request =
        "POST / HTTP/1.1\r\nx-amz-target: DynamoDB_20120810.Scan\r\ncontent-length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    if (send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
    return receive();
  }

 private:
  std::string_view receive() {
    answer_.clear();
    std::size_t head = 0;
    for (std::size_t whole = std::string::npos; answer_.size() < whole;) {
      const ssize_t size = recv(socket_, buffer_.data(), buffer_.size(), 0);
      if (size <= 0) return {};
      answer_.append(buffer_.data(), static_cast<std::size_t>(size));  // the copy
      if (head > 0 || (head = answer_.find("\r\n\r\n") + 4) < 4) continue;
      constexpr std::string_view name = "Content-Length: ";
      std::size_t length = 0;
      const char* digits = answer_.data() + answer_.find(name) + name.size();
      std::from_chars(digits, answer_.data() + head, length);
      whole = head + length;
      answer_.reserve(whole);
    }
    return std::string_view(answer_).substr(head);
  }

  const int socket_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{256} << 10U);
  std::string answer_;
};

// Prints how many bytes the bodies had.
int receive(const std::string& endpoint) {
  Receiver receiver(endpoint);
  std::size_t bytes = 0;
  for (std::string last_key;;) {
    const std::string_view body = receiver.scan(last_key);
    if (body.empty()) return 1;
    bytes += body.size();
    constexpr std::string_view member = R"("LastEvaluatedKey":)";
    const std::size_t at = body.rfind(member);
    if (at == std::string_view::npos) break;
    last_key = body.substr(at + member.size());
    last_key.resize(last_key.find("}}") + 2);
  }
  std::printf("%zu\n", bytes);
  return 0;
}

// --- the table -------------------------------------------------------------------------------------------------------

int serve(std::size_t items) {
  CannedServer server(table_of(items));
  return drift::bench::serve_until_end_of_input(server);
}

Measured measure(const char* verb, std::size_t items) {
  const CannedServer server(table_of(items));
  return drift::bench::run_measured({drift::bench::this_program(), verb, server.endpoint(), std::to_string(items)});
}

int print_table(std::size_t rounds, std::size_t items) {
  std::vector<double> receiving;  // MB of body a CPU second
  std::vector<double> scanning;
  std::vector<double> ratios;
  for (std::size_t round = 0; round < rounds; ++round) {
    const Measured received = measure("receive", items);
    const Measured scanned = measure("run", items);
    if (!received.ok || !scanned.ok) return 1;
    const double mb = std::stod(received.output) / 1e6;
    receiving.push_back(mb / received.cpu_seconds);
    scanning.push_back(mb / scanned.cpu_seconds);
    ratios.push_back(scanned.cpu_seconds / received.cpu_seconds);
  }
  using drift::bench::median;
  const double ratio = median(ratios);
  std::printf("%-40s %18s %12s %12s %16s\n", "body a CPU second", "receive + memcpy", "drift", "must be",
              "CPU by theirs");
  std::printf("%-40s %13.0f MB/s %7.0f MB/s %4s %3d MB/s %14.2f x\n", "scan, a callback reads one attribute",
              median(receiving), median(scanning), ">=", mb_per_second_min, ratio);
  using drift::bench::text;
  drift::bench::print_figure({.name = "CPU a byte of a scan",
                              .ratio = ratio,
                              .measured = text("%.0f MB a CPU s", median(scanning)),
                              .reference = text("receive + memcpy %.0f MB", median(receiving)),
                              .must_be = text(">= %d MB", mb_per_second_min),
                              .met = median(scanning) >= mb_per_second_min});
  return 0;
}

int main_of(const std::vector<std::string>& arguments) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  if (verb == "serve" && arguments.size() == 2) return serve(std::stoul(arguments[1]));
  if (verb == "run" && arguments.size() == 3) return run(arguments[1], std::stoul(arguments[2]));
  if (verb == "receive" && arguments.size() == 3) return receive(arguments[1]);
  using drift::bench::number_option;
  return print_table(number_option(arguments, "--rounds", 5), number_option(arguments, "--items", 1'000'000));
}

}  // namespace

int main(int argc, char** argv) { return drift::bench::run_main(argc, argv, main_of); }
