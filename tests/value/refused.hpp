// What an action is refused with, as text to compare.
#pragma once

#include <drift/error.hpp>

#include <string>

namespace drift::value {

inline std::string code_of(const auto& action) {
  try {
    (void)action();
  } catch (const Error& error) {
    return error.code();
  }
  return "no error";
}

inline std::string what_of(const auto& action) {
  try {
    (void)action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace drift::value
