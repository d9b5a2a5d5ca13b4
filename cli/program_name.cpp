// The program's name: see the header.
#include "cli/program_name.hpp"

#include <utility>

namespace drift::cli {

std::string filled(std::string text, std::string_view place, std::string_view what) {
  for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += what.size()) {
    text.replace(at, place.size(), what);
  }
  return text;
}

std::string with_program(std::string text, std::string_view program) {
  return filled(std::move(text), "{drift}", program);
}

std::string base_name(std::string_view program) { return std::string(program.substr(program.rfind('/') + 1)); }

}  // namespace drift::cli
