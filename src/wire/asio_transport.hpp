// AsioTransport: the real network. One thread of its own runs an Asio io_context with HTTP/1.1 over TCP or TLS
// (OpenSSL, always verified), and a pool of kept-alive connections for each endpoint. Asio stays in the .cpp files.
#pragma once

#include "wire/transport.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace drift::wire {

struct AsioTransportOptions {
  std::size_t connections_max = 256;  // for each endpoint; further requests wait for a connection, in order
  std::chrono::milliseconds idle_timeout{20'000};  // an unused connection is closed after this
  std::string ca_bundle = {};                      // a PEM file; empty: the system's certificates
  bool tls_expected = true;  // false: the CA bundle is read for the first TLS request, which fails if it cannot be
};

// Throws std::runtime_error when TLS is expected and the CA bundle cannot be read, saying why.
std::unique_ptr<Transport> make_asio_transport(AsioTransportOptions options);

}  // namespace drift::wire
