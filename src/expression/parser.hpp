// Parser: what the two expression languages have in common: a cursor over the tokens, document paths, the count of
// operators, the depth of nesting, and errors that name the place. For the time of one parse.
#pragma once

#include "expression/ast.hpp"
#include "expression/lexer.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace drift::expression {

class Parser {
 protected:
  // `label`: "UpdateExpression" or "ConditionExpression". `text` must outlive the parser. Throws Error (code
  // "ValidationException") when it is longer than 4 KB.
  Parser(std::string_view label, std::string_view text);

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const noexcept;
  const Token& next() noexcept;  // the current token, and goes on; stays at the end
  [[nodiscard]] bool at_symbol(std::string_view symbol) const noexcept;
  [[nodiscard]] bool at_keyword(std::string_view keyword) const noexcept;
  [[nodiscard]] bool at_function() const noexcept;  // a word with "(" behind it
  bool take_symbol(std::string_view symbol) noexcept;
  bool take_keyword(std::string_view keyword) noexcept;
  void expect_symbol(std::string_view symbol, std::string_view purpose);
  void expect_end(std::string_view what_else);

  Path parse_path();
  // The current token, which must be ":v".
  std::string parse_value_placeholder();

  // Counts the current token as an operator or function against the limit of 300.
  void count_operator();

  // Throws: `message`, with the place of `token` and the text around it.
  [[noreturn]] void fail(const Token& token, std::string_view message, std::string next_step = {}) const;
  // Throws: "expected `what`", at the current token.
  [[noreturn]] void fail_expected(std::string_view what) const;

  // One level of parentheses, for as long as it lives. Without a limit a hostile text could overflow the stack.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };

  Placeholders placeholders_;
  std::size_t operators_ = 0;

 private:
  Step parse_name_step();
  Step parse_index_step();
  [[nodiscard]] std::string near(const Token& token) const;

  std::string_view label_;
  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t cursor_ = 0;
  std::size_t nesting_ = 0;
};

}  // namespace drift::expression
