// The address of a Unix socket: see the header.
#include "cli/unix_address.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

namespace drift::cli {

UnixAddress::UnixAddress(const std::filesystem::path& file) {
  const std::string path = file.string();
  if (path.size() >= sizeof(address_.sun_path)) {
    throw control_socket_error(file, "its path has " + std::to_string(path.size()) + " bytes, a socket's at most " +
                                         std::to_string(sizeof(address_.sun_path) - 1) + ": --state-dir sets another");
  }
  address_.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), std::begin(address_.sun_path));
}

Error control_socket_error(const std::filesystem::path& file, const std::string& what, int number) {
  std::string message = "the control socket " + file.string() + ": " + what;
  if (number != 0) message += ": " + std::generic_category().message(number);
  return Error("ControlSocket", std::move(message));
}

}  // namespace drift::cli
