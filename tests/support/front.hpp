// Front: a server on the loopback in front of a Transport, so that another process goes through what a test does there
// (FaultTransport). Signatures are passed on as they came; the local server looks at none.
#pragma once

#include "support/http_server.hpp"
#include "wire/transport.hpp"

#include <string>

namespace drift::testing {

class Front {
 public:
  // `network` outlives it; `server` is the URL that requests are sent on to.
  Front(wire::Transport& network, const std::string& server);

  [[nodiscard]] std::string endpoint() const { return front_.endpoint().url(); }

 private:
  HttpServer front_;
};

}  // namespace drift::testing
