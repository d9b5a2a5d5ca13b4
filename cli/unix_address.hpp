// The address of a Unix socket: what the server of a run's control socket and its clients have in common.
#pragma once

#include "base/descriptor.hpp"

#include <drift/error.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>

namespace drift::cli {

using base::Descriptor;

struct UnixAddress {
  // Throws Error, code "ControlSocket", where the path has more bytes than an address has room for (107).
  explicit UnixAddress(const std::filesystem::path& file);

  [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&address_); }
  [[nodiscard]] static socklen_t size() noexcept { return sizeof(sockaddr_un); }

 private:
  sockaddr_un address_ = {};
};

// An error of a control socket, with what the system says of `number` where that is not 0.
Error control_socket_error(const std::filesystem::path& file, const std::string& what, int number = 0);

}  // namespace drift::cli
