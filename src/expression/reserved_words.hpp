// DynamoDB's reserved words: attribute names that an expression may only mention through a `#name` placeholder.
#pragma once

#include <string_view>

namespace drift::expression {

// True iff `word` is one of them, in whatever case. Does not allocate.
bool is_reserved_word(std::string_view word) noexcept;

}  // namespace drift::expression
