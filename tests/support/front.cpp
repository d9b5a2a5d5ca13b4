// Front: see the header.
#include "support/front.hpp"

#include <future>
#include <memory>
#include <utility>
#include <variant>

namespace drift::testing {

namespace {

// "name: value\r\n", empty where there is none.
std::string header_line(const std::string& name, std::string_view value) {
  return value.empty() ? "" : name + ": " + std::string(value) + "\r\n";
}

Reply pass_on(wire::Transport& network, const wire::Endpoint& server, const ServedRequest& served) {
  wire::Request request{.endpoint = server, .headers = header_line("host", server.authority()), .body = served.body};
  for (const char* name : {"content-type", "x-amz-target", "x-amz-date", "authorization"}) {
    request.headers += header_line(name, served.header(name));
  }
  const auto answered = std::make_shared<std::promise<wire::Answer>>();
  network.send(std::move(request), [answered](wire::Answer answer) { answered->set_value(std::move(answer)); });
  const wire::Answer answer = answered->get_future().get();
  const auto* const response = std::get_if<wire::Response>(&answer);
  if (response == nullptr) return {.close = true};
  return reply(response->status, response->body, header_line("x-amz-crc32", response->header("x-amz-crc32")));
}

}  // namespace

Front::Front(wire::Transport& network, const std::string& server)
    : front_([&network, to = *wire::Endpoint::parse(server)](const ServedRequest& served) {
        return pass_on(network, to, served);
      }) {}

}  // namespace drift::testing
