// The words that the demo's catalogue is made of: thirteen languages in ten scripts, because a migration that damages a
// name nobody on the team can read is noticed late. Constant data.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace demo {

struct Language {
  std::string_view country;      // of the artists
  std::string_view conjunction;  // between two nouns, with its spaces: "rain and iron"
  std::array<std::string_view, 10> nouns;
  std::array<std::string_view, 5> given_names;
  std::array<std::string_view, 5> family_names;
  bool family_first = false;  // and written without a space between
};

std::span<const Language> languages() noexcept;
std::span<const std::string_view> genres() noexcept;
std::span<const std::string_view> cities() noexcept;

}  // namespace demo
