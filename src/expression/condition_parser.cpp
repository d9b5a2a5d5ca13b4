// Recursive descent, a function for each rule of the grammar in the header.
#include "expression/condition_parser.hpp"

#include "expression/limits.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace drift::expression {
namespace {

struct Function {
  std::string_view name;
  Condition::Kind kind;
  std::size_t arguments;
  bool needs_path;  // as its first argument
};

constexpr std::array<Function, 5> functions{{
    {"attribute_exists", Condition::Kind::attribute_exists, 1, true},
    {"attribute_not_exists", Condition::Kind::attribute_not_exists, 1, true},
    {"attribute_type", Condition::Kind::attribute_type, 2, true},
    {"begins_with", Condition::Kind::begins_with, 2, false},
    {"contains", Condition::Kind::contains, 2, false},
}};

const Function* find_function(std::string_view name) noexcept {
  for (const Function& function : functions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

std::optional<Comparator> comparator_of(const Token& token) noexcept {
  if (token.kind != Token::Kind::symbol) return std::nullopt;
  if (token.text == "=") return Comparator::equal;
  if (token.text == "<>") return Comparator::not_equal;
  if (token.text == "<") return Comparator::less;
  if (token.text == "<=") return Comparator::less_or_equal;
  if (token.text == ">") return Comparator::greater;
  if (token.text == ">=") return Comparator::greater_or_equal;
  return std::nullopt;
}

}  // namespace

std::shared_ptr<const ConditionExpression> ConditionParser::parse() {
  Condition root = condition_of(parse_or());
  expect_end("AND, OR");
  const std::shared_ptr<ConditionExpression> expression(new ConditionExpression());  // its constructor is private
  expression->text_ = text_;
  expression->root_ = std::make_shared<const Condition>(std::move(root));
  expression->placeholders_ = std::move(placeholders_);
  expression->operators_ = operators_;
  return expression;
}

ConditionParser::Term ConditionParser::parse_or() {
  return parse_chain("OR", Condition::Kind::any, &ConditionParser::parse_and);
}

ConditionParser::Term ConditionParser::parse_and() {
  return parse_chain("AND", Condition::Kind::all, &ConditionParser::parse_not);
}

// A long chain becomes one node with many children, so a tree is never deeper than its text is nested.
ConditionParser::Term ConditionParser::parse_chain(std::string_view keyword, Condition::Kind kind, Rule part) {
  Term first = (this->*part)();
  if (!at_keyword(keyword)) return first;
  Condition chain;
  chain.kind = kind;
  chain.at = peek().at;
  chain.children.push_back(condition_of(std::move(first)));
  while (at_keyword(keyword)) {
    count_operator();
    next();
    chain.children.push_back(condition_of((this->*part)()));
  }
  return {std::move(chain)};
}

ConditionParser::Term ConditionParser::parse_not() {
  if (!at_keyword("NOT")) return parse_predicate();
  count_operator();
  Condition negation;
  negation.kind = Condition::Kind::negation;
  negation.at = next().at;
  negation.children.push_back(condition_of(parse_not()));
  return {std::move(negation)};
}

ConditionParser::Term ConditionParser::parse_predicate() {
  Term left = parse_primary();
  const std::optional<Comparator> comparator = comparator_of(peek());
  if (!comparator && !at_keyword("BETWEEN") && !at_keyword("IN")) return left;
  auto* const operand = std::get_if<Operand>(&left.node);
  if (operand == nullptr) fail(peek(), "what stands before is a condition and cannot be compared");
  count_operator();
  if (comparator) return {parse_comparison(std::move(*operand), *comparator)};
  return {at_keyword("IN") ? parse_in(std::move(*operand)) : parse_between(std::move(*operand))};
}

Condition ConditionParser::parse_comparison(Operand left, Comparator comparator) {
  Condition condition;
  condition.kind = Condition::Kind::compare;
  condition.comparator = comparator;
  condition.at = next().at;
  condition.operands.push_back(std::move(left));
  condition.operands.push_back(parse_operand());
  return condition;
}

Condition ConditionParser::parse_between(Operand left) {
  Condition condition;
  condition.kind = Condition::Kind::between;
  condition.at = next().at;
  condition.operands.push_back(std::move(left));
  condition.operands.push_back(parse_operand());
  if (!take_keyword("AND")) fail_expected("AND and the upper bound of BETWEEN");
  condition.operands.push_back(parse_operand());
  return condition;
}

Condition ConditionParser::parse_in(Operand left) {
  const Token& keyword = next();
  Condition condition;
  condition.kind = Condition::Kind::in;
  condition.at = keyword.at;
  condition.operands.push_back(std::move(left));
  expect_symbol("(", "and the candidates of IN");
  do {
    condition.operands.push_back(parse_operand());
  } while (take_symbol(","));
  expect_symbol(")", "behind the candidates of IN");
  const std::size_t candidates = condition.operands.size() - 1;
  if (candidates > in_operands_max) {
    fail(keyword,
         "IN has " + std::to_string(candidates) + " candidates, DynamoDB takes at most " +
             std::to_string(in_operands_max),
         "Join several INs with OR.");
  }
  return condition;
}

ConditionParser::Term ConditionParser::parse_primary() {
  if (at_symbol("(")) return parse_parenthesised();
  if (at_function() && peek().text != "size") return {parse_function()};
  return {parse_operand()};
}

ConditionParser::Term ConditionParser::parse_parenthesised() {
  const Token& open = next();
  const Nesting level(*this);
  Term inner = parse_or();
  if (!at_symbol(")")) {
    static_cast<void>(condition_of(std::move(inner)));  // says what an operand alone lacks
    fail_expected("AND, OR or \")\"");
  }
  next();
  if (inner.parenthesised) fail(open, "the parentheses are redundant");
  inner.parenthesised = true;
  return inner;
}

Operand ConditionParser::parse_operand() {
  if (at_symbol("(")) {
    const Token& open = peek();
    Term inner = parse_parenthesised();
    auto* const operand = std::get_if<Operand>(&inner.node);
    if (operand == nullptr) fail(open, "a condition cannot be an operand");
    return std::move(*operand);
  }
  if (at_function()) return parse_size();
  Operand operand;
  operand.at = peek().at;
  if (peek().kind == Token::Kind::value) {
    operand.value = parse_value_placeholder();
    return operand;
  }
  if (peek().kind != Token::Kind::word && peek().kind != Token::Kind::name) {
    fail_expected("a path, a value placeholder (\":v\") or a function");
  }
  operand.kind = Operand::Kind::path;
  operand.path = parse_path();
  return operand;
}

Operand ConditionParser::parse_size() {
  const Token& name = peek();
  if (name.text != "size") {
    static_cast<void>(parse_function());  // says so when there is no such function
    fail(name, "the function " + std::string(name.text) + " is a condition and cannot be an operand");
  }
  count_operator();
  Operand operand;
  operand.kind = Operand::Kind::size;
  operand.at = next().at;
  next();  // the parenthesis
  operand.arguments.push_back(parse_operand());
  expect_symbol(")", "behind the one argument of size");
  return operand;
}

Condition ConditionParser::parse_function() {
  const Token& name = peek();
  const Function* const function = find_function(name.text);
  const std::string quoted_name(name.text);
  if (name.text == "if_not_exists" || name.text == "list_append") {
    fail(name, "the function " + quoted_name + " belongs in an update, not in a condition");
  }
  if (function == nullptr) {
    fail(name, "there is no function " + quoted_name + " in conditions; there are attribute_exists, " +
                   "attribute_not_exists, attribute_type, begins_with, contains and size, in lower case");
  }
  count_operator();
  Condition condition;
  condition.kind = function->kind;
  condition.at = next().at;
  next();  // the parenthesis
  do {
    condition.operands.push_back(parse_operand());
  } while (take_symbol(","));
  expect_symbol(")", "behind the arguments of " + quoted_name);
  if (condition.operands.size() != function->arguments) {
    fail(name, quoted_name + " takes " + std::to_string(function->arguments) +
                   (function->arguments == 1 ? " argument, not " : " arguments, not ") +
                   std::to_string(condition.operands.size()));
  }
  if (function->needs_path && condition.operands.front().kind != Operand::Kind::path) {
    fail(name, "the first argument of " + quoted_name + " must be a path");
  }
  return condition;
}

Condition ConditionParser::condition_of(Term term) const {
  if (auto* const condition = std::get_if<Condition>(&term.node)) return std::move(*condition);
  if (std::get<Operand>(term.node).kind == Operand::Kind::size) {
    fail_expected("a comparison of size() with a number");
  }
  fail_expected("a comparison (= <> < <= > >=), BETWEEN or IN");
}

}  // namespace drift::expression
