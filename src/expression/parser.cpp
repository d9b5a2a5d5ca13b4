// The shared part of the two recursive-descent parsers.
#include "expression/parser.hpp"

#include "base/text.hpp"
#include "expression/limits.hpp"
#include "expression/refusal.hpp"
#include "expression/reserved_words.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

namespace drift::expression {
namespace {

// Parentheses directly around parentheses are refused as redundant, so each pair holds an operator or function of its
// own, except the innermost around an operand: no expression within 300 operators nests deeper.
constexpr std::size_t nesting_max = operators_max + 1;

// Developer Guide, "Quotas": the number of dereference operators in a document path.
constexpr std::size_t dereferences_max = 32;

void add_once(std::vector<std::string>& list, std::string_view text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

bool is_operator_word(std::string_view word) noexcept {
  return equals_keyword(word, "AND") || equals_keyword(word, "OR") || equals_keyword(word, "NOT") ||
         equals_keyword(word, "IN") || equals_keyword(word, "BETWEEN");
}

std::string quoted(std::string_view text) { return '"' + base::one_line(text, 80) + '"'; }

}  // namespace

Parser::Parser(std::string_view label, std::string_view text) : label_(label), text_(text) {
  if (text.size() > expression_bytes_max) {
    refuse(std::string(label) + ": the expression has " + std::to_string(text.size()) +
               " bytes, DynamoDB takes at most " + std::to_string(expression_bytes_max),
           "Shorten its names through #placeholders, or split the update into several actions.");
  }
  tokens_ = tokenize(text);
  if (tokens_.size() == 1) refuse(std::string(label) + ": the expression is empty");
}

const Token& Parser::peek(std::size_t ahead) const noexcept {
  return tokens_[std::min(cursor_ + ahead, tokens_.size() - 1)];
}

const Token& Parser::next() noexcept {
  const Token& token = tokens_[cursor_];
  if (cursor_ + 1 < tokens_.size()) ++cursor_;
  return token;
}

bool Parser::at_symbol(std::string_view symbol) const noexcept {
  return peek().kind == Token::Kind::symbol && peek().text == symbol;
}

bool Parser::at_keyword(std::string_view keyword) const noexcept {
  return peek().kind == Token::Kind::word && equals_keyword(peek().text, keyword);
}

bool Parser::at_function() const noexcept {
  return peek().kind == Token::Kind::word && !is_operator_word(peek().text) && peek(1).kind == Token::Kind::symbol &&
         peek(1).text == "(";
}

bool Parser::take_symbol(std::string_view symbol) noexcept {
  const bool there = at_symbol(symbol);
  if (there) next();
  return there;
}

bool Parser::take_keyword(std::string_view keyword) noexcept {
  const bool there = at_keyword(keyword);
  if (there) next();
  return there;
}

void Parser::expect_symbol(std::string_view symbol, std::string_view purpose) {
  if (!take_symbol(symbol)) fail_expected(quoted(symbol) + ' ' + std::string(purpose));
}

void Parser::expect_end(std::string_view what_else) {
  if (peek().kind != Token::Kind::end) fail_expected(std::string(what_else) + " or the end of the expression");
}

Path Parser::parse_path() {
  const Token& first = peek();
  Path path;
  path.at = first.at;
  path.steps.push_back(parse_name_step());
  while (true) {
    if (take_symbol(".")) {
      path.steps.push_back(parse_name_step());
    } else if (take_symbol("[")) {
      path.steps.push_back(parse_index_step());
    } else {
      break;
    }
  }
  if (path.steps.size() > dereferences_max + 1) {
    fail(first, "the document path has " + std::to_string(path.steps.size() - 1) +
                    " steps into maps and lists, DynamoDB takes at most " + std::to_string(dereferences_max));
  }
  return path;
}

Step Parser::parse_name_step() {
  const Token& token = peek();
  if (token.kind == Token::Kind::name) {
    next();
    add_once(placeholders_.names, token.text);
    return {Step::Kind::placeholder, std::string(token.text)};
  }
  if (token.kind != Token::Kind::word) fail_expected("the name of an attribute");
  const std::string word(token.text);
  const std::string escape =
      "Write #" + word + " in the expression and add {\"#" + word + "\", \"" + word + "\"} to its names.";
  if (is_reserved_word(word)) {
    fail(token, '"' + word + "\" is one of DynamoDB's reserved words and cannot name an attribute here", escape);
  }
  if (equals_keyword(word, "REMOVE")) {  // the one keyword that is not reserved
    fail(token, '"' + word + "\" is a keyword and cannot name an attribute here", escape);
  }
  if (word.front() == '_') {
    fail(token, '"' + word + "\" begins with \"_\"; DynamoDB takes such a name only through a placeholder",
         "Write #n" + word + " in the expression and add {\"#n" + word + "\", \"" + word + "\"} to its names.");
  }
  next();
  return {Step::Kind::name, word};
}

Step Parser::parse_index_step() {
  const Token& token = peek();
  if (token.kind != Token::Kind::number) fail_expected("the index of a list element (digits, no leading zero)");
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), index);
  if (error != std::errc{} || index > static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max())) {
    fail(token, "the list index is out of range; DynamoDB takes at most 2147483647");
  }
  next();
  expect_symbol("]", "behind the list index");
  return {Step::Kind::index, {}, index};
}

std::string Parser::parse_value_placeholder() {
  const Token& token = next();
  add_once(placeholders_.values, token.text);
  return std::string(token.text);
}

void Parser::count_operator() {
  if (++operators_ > operators_max) {
    fail(peek(), "the expression has more than " + std::to_string(operators_max) + " operators and functions",
         "Split it into several actions.");
  }
}

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  if (parser_.nesting_ == nesting_max) parser_.fail(parser_.peek(), "the expression is nested too deeply");
  ++parser_.nesting_;
}

// The tokens before and behind show where it is better than the position alone.
std::string Parser::near(const Token& token) const {
  const auto index = static_cast<std::size_t>(
      std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& other) { return other.at == token.at; }) -
      tokens_.begin());
  const Token& first = tokens_[index > 0 ? index - 1 : 0];
  const Token& last = tokens_[std::min(index + 1, tokens_.size() - 1)];
  return quoted(text_.substr(first.at, last.at + last.text.size() - first.at));
}

void Parser::fail(const Token& token, std::string_view message, std::string next_step) const {
  refuse(std::string(label_) + ", character " + std::to_string(token.at + 1) + ": " + std::string(message) + "; near " +
             near(token),
         std::move(next_step));
}

void Parser::fail_expected(std::string_view what) const {
  const Token& token = peek();
  const std::string found = token.kind == Token::Kind::end ? "the end" : quoted(token.text);
  fail(token, "expected " + std::string(what) + ", found " + found);
}

}  // namespace drift::expression
