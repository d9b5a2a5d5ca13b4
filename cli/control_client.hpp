// ControlClient: the other end of a run's control socket, for `drift ctl` and `drift watch`. For one thread.
#pragma once

#include "cli/unix_address.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::cli {

class ControlClient {
 public:
  // Throws Error, code "NoSuchRun", where nobody listens at the file.
  explicit ControlClient(std::filesystem::path file);

  // The answer to a line; empty: the run has ended. Throws Error, code "ControlSocket", where none comes within 10 s.
  std::optional<std::string> ask(std::string_view line);
  // Waits so long, or until the run has ended; true iff it has.
  bool ends_within(std::chrono::milliseconds time);

 private:
  const std::filesystem::path file_;
  Descriptor socket_;
  std::string in_;
};

// The numbers of the migrations that processes of this state directory and metadata table run now, ascending.
std::vector<std::uint64_t> runs_at(const std::filesystem::path& state_directory, std::string_view meta_table);

}  // namespace drift::cli
