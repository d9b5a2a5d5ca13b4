// A pipe: see the header.
#include "cli/script/pipe.hpp"

#include "cli/script/child_failure.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace drift::script {

std::pair<Descriptor, Descriptor> make_pipe() {
  const auto failure = [] {
    return ChildFailure("cannot be started: no pipe: " + std::generic_category().message(errno));
  };
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw failure();
  Descriptor read(ends[0]);
  Descriptor write(ends[1]);
  for (Descriptor* const end : {&read, &write}) {
    if (end->get() <= STDERR_FILENO) *end = Descriptor(::fcntl(end->get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!end->is_open()) throw failure();
  }
  return {std::move(read), std::move(write)};
}

}  // namespace drift::script
