// refuse: throws the Error of a check that did not pass. It names the table, and says what to do next.
#pragma once

#include <drift/error.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace drift::migrate {

[[noreturn]] inline void refuse(std::string code, std::string message, std::string_view table, std::string next_step) {
  throw Error({.code = std::move(code),
               .message = std::move(message),
               .table = std::string(table),
               .next_step = std::move(next_step)});
}

}  // namespace drift::migrate
