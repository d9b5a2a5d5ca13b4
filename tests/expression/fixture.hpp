// What the tests of this folder share: items written as DynamoDB JSON, and the message of a refusal.
#pragma once

#include <drift/error.hpp>
#include <drift/json.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace drift::testing {

inline Attributes json(std::string_view text) { return attributes_from_json(text); }

// The message with which `call` is refused, its next step behind it; empty, and a failed test, when it is not.
template <typename Call>
std::string refusal(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ValidationException") << error.what();
    EXPECT_FALSE(error.retryable());
    EXPECT_FALSE(error.in_doubt());
    return error.message() + (error.next_step().empty() ? "" : " >> " + error.next_step());
  }
  ADD_FAILURE() << "was not refused";
  return {};
}

// True, or a failed test that shows both.
inline void expect_says(const std::string& message, std::string_view part, std::string_view what) {
  EXPECT_NE(message.find(part), std::string::npos) << what << "\n  says   " << message << "\n  not    " << part;
}

}  // namespace drift::testing
