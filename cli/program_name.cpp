// The program's name: see the header.
#include "cli/program_name.hpp"

namespace drift::cli {

std::string with_program(std::string text, std::string_view program) {
  constexpr std::string_view place = "{drift}";
  for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += program.size()) {
    text.replace(at, place.size(), program);
  }
  return text;
}

std::string base_name(std::string_view program) { return std::string(program.substr(program.rfind('/') + 1)); }

}  // namespace drift::cli
