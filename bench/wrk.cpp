// run_wrk: see the header. The requests are in a file, each behind a line with its size: a script of Lua may not have
// as many constants.
#include "bench/wrk.hpp"

#include "base/clock.hpp"
#include "support/certificate.hpp"
#include "wire/sigv4.hpp"
#include "wire/transport.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace drift::bench {

namespace {

constexpr wire::SigningKeys keys{"AKIDFAKEFAKEFAKE0000", "fakesecret/fakesecret/fakesecret/fake000", {}};

// As the transport writes them.
std::string signed_requests(const std::string& authority, const std::vector<std::string>& bodies) {
  wire::Signer signer("us-east-1", "dynamodb");
  std::string all;
  for (const std::string& body : bodies) {
    std::string request = "POST / HTTP/1.1\r\n";
    signer.sign(request, keys, authority, "DynamoDB_20120810.UpdateItem", body, base::machine_clock().system());
    request.append("content-length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    all.append(std::to_string(request.size())).append("\n").append(request);
  }
  return all;
}

std::string script_of(const std::string& requests_path) {
  return "local requests, file = {}, io.open('" + requests_path +
         "', 'rb')\n"
         "for size in function() return file:read('*n') end do\n"
         "  file:read(1)\n"
         "  requests[#requests + 1] = file:read(size)\n"
         "end\n"
         "local at = 0\n"
         "function request()\n"
         "  at = at % #requests + 1\n"
         "  return requests[at]\n"
         "end\n";
}

// The number that begins behind the last blank or line's end before `end`.
double number_before(std::string_view report, std::size_t end) {
  if (end == std::string_view::npos || end == 0) return 0;
  const std::size_t begin = report.find_last_of(" \n", end - 1) + 1;
  return std::strtod(std::string(report.substr(begin, end - begin)).c_str(), nullptr);
}

// The seconds of "200000 requests in 3.00s, ...".
double seconds_behind(std::string_view report, std::size_t begin) {
  return std::strtod(std::string(report.substr(begin, 16)).c_str(), nullptr);
}

}  // namespace

WrkResult run_wrk(const std::string& endpoint, const std::vector<std::string>& bodies, const WrkLoad& load) {
  const testing::TemporaryFile requests(signed_requests(wire::Endpoint::parse(endpoint)->authority(), bodies));
  const testing::TemporaryFile script(script_of(requests.path()));
  const Measured wrk =
      run_measured({"wrk", "-t1", "-c" + std::to_string(load.connections), "-d" + std::to_string(load.seconds) + "s",
                    "--timeout", "30s", "-s", script.path(), endpoint + "/"});
  const std::string_view report = wrk.output;
  constexpr std::string_view behind_count = " requests in ";
  const std::size_t at = report.find(behind_count);
  const double made = number_before(report, at);
  const bool met_errors =
      report.find("Socket errors") != std::string_view::npos || report.find("Non-2xx") != std::string_view::npos;
  if (!wrk.ok || made == 0 || met_errors) {
    std::fprintf(stderr, "wrk did not do its work; scripts/setup --bench installs it\n%s\n", wrk.output.c_str());
    return {};
  }
  const double seconds = seconds_behind(report, at + behind_count.size());
  return {.ok = true, .cpu_us = wrk.cpu_seconds * 1e6 / made, .per_second = made / seconds};
}

}  // namespace drift::bench
