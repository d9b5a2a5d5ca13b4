// The tokens of an expression. Every text has tokens: what DynamoDB's grammar does not know becomes a token of its own,
// and the parser that meets it says where it stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace drift::expression {

struct Token {
  enum class Kind : std::uint8_t {
    word,     // an attribute's name, a function or a keyword
    name,     // "#n"
    value,    // ":v"
    number,   // a list index: "0" or digits that do not begin with 0
    symbol,   // = <> < <= > >= + - ( ) [ ] . ,
    unknown,  // anything else, whole UTF-8 characters
    end,
  };
  Kind kind = Kind::end;
  std::string_view text = {};  // into the expression; empty at its end
  std::size_t at = 0;          // byte offset
};

// The last token is always the end. Complexity: linear.
std::vector<Token> tokenize(std::string_view text);

// ASCII letters only.
bool equals_keyword(std::string_view word, std::string_view upper_case_keyword) noexcept;

// True iff `text` is `sign` followed by one or more letters, digits or underscores: "#n", ":v".
bool is_placeholder(std::string_view text, char sign) noexcept;

}  // namespace drift::expression
