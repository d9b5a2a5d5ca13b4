// The two things that starting a server asks of the loopback interface, with plain blocking sockets: this is process
// handling, for a server of one's own on this machine; requests go through drift::wire.
#pragma once

#include <cstdint>

namespace drift::local {

// A port of 127.0.0.1 that was free a moment ago, 0 when there is none. Another process may take it at any time.
std::uint16_t free_port() noexcept;

// True iff an HTTP server answers GET / on the port with status 200, within `patience_ms`.
bool answers(std::uint16_t port, int patience_ms) noexcept;

}  // namespace drift::local
