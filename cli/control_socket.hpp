// ControlSocket: the door to a run that goes on, for other processes of the same user: a Unix socket in the state
// directory that takes a line and answers a line, `drift ctl` as well as `nc -U`. What the lines mean is for others
// (control_commands). A thread of its own serves all who are connected and never waits for one of them; it ends with
// the object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace drift::cli {

// <state directory>/<metadata table>-<number>.sock
std::filesystem::path control_socket_file(const std::filesystem::path& state_directory, std::string_view meta_table,
                                          std::uint64_t number);

class ControlSocket {
 public:
  // A line, without its end, to its answer, without one. Is called by the socket's thread; must not throw.
  using Answer = std::function<std::string(std::string_view line)>;

  // What is longer is answered by an error, and not kept.
  static constexpr std::size_t line_bytes_max = 4'096;

  // The file is made with mode 0600, what is missing of its directory with 0700. The file of a process that is gone is
  // replaced. Throws Error, code "ControlSocket": its process lives, the path is too long for a socket, or it cannot be
  // made.
  ControlSocket(std::filesystem::path file, Answer answer);
  // The file is gone, and whoever is connected sees the end.
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace drift::cli
