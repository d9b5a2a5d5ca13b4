// Recursive descent, a function for each rule of the grammar in the header. What DynamoDB's grammar has not (sums of
// more than two operands, a sum inside a function) is refused here, so that no later step has to think of it.
#include "expression/update_parser.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace drift::expression {
namespace {

constexpr std::array<std::pair<std::string_view, UpdateAction::Kind>, 4> clause_keywords{{
    {"SET", UpdateAction::Kind::set},
    {"REMOVE", UpdateAction::Kind::remove},
    {"ADD", UpdateAction::Kind::add},
    {"DELETE", UpdateAction::Kind::delete_members},
}};

bool is_condition_function(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> functions{
      "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"};
  return std::find(functions.begin(), functions.end(), name) != functions.end();
}

}  // namespace

std::shared_ptr<const UpdateExpression> UpdateParser::parse() {
  UpdateClauses clauses;
  do {
    const UpdateAction::Kind kind = parse_clause_keyword();
    do {
      clauses.actions.push_back(parse_action(kind));
    } while (take_symbol(","));
  } while (peek().kind != Token::Kind::end);

  const std::shared_ptr<UpdateExpression> expression(new UpdateExpression());  // its constructor is private
  expression->text_ = text_;
  expression->clauses_ = std::move(clauses);
  expression->placeholders_ = std::move(placeholders_);
  expression->operators_ = operators_;
  return expression;
}

UpdateAction::Kind UpdateParser::parse_clause_keyword() {
  for (const auto& [keyword, kind] : clause_keywords) {
    if (!at_keyword(keyword)) continue;
    const unsigned bit = 1U << static_cast<unsigned>(kind);
    if ((clauses_seen_ & bit) != 0) {
      fail(peek(), "the clause " + std::string(keyword) + " stands here a second time",
           "Write all its actions in one clause, with commas between them.");
    }
    clauses_seen_ |= bit;
    next();
    return kind;
  }
  fail_expected(clauses_seen_ == 0 ? "SET, REMOVE, ADD or DELETE"
                                   : "a comma and the next action, another clause or the end of the expression");
}

UpdateAction UpdateParser::parse_action(UpdateAction::Kind kind) {
  UpdateAction action;
  action.kind = kind;
  action.target = parse_path();
  if (kind == UpdateAction::Kind::set) {
    expect_symbol("=", "behind the path that SET writes");
    action.operand = parse_set_value().operand;
  } else if (kind != UpdateAction::Kind::remove) {
    action.operand = parse_added_value();
  }
  return action;
}

Operand UpdateParser::parse_added_value() {
  if (peek().kind != Token::Kind::value) fail_expected("a value placeholder (\":v\")");
  Operand operand;
  operand.at = peek().at;
  operand.value = parse_value_placeholder();
  return operand;
}

UpdateParser::Parsed UpdateParser::parse_set_value() {
  return parse_sum(at_symbol("(") ? parse_parenthesised(true) : parse_operand());
}

UpdateParser::Parsed UpdateParser::parse_sum(Parsed left) {
  while (at_symbol("+") || at_symbol("-")) {
    if (left.operand.is_arithmetic())
      fail(peek(), "a sum has two operands; DynamoDB takes neither a third nor a sum as one");
    count_operator();
    const Token& sign = next();
    Parsed sum;
    sum.operand.kind = sign.text == "+" ? Operand::Kind::plus : Operand::Kind::minus;
    sum.operand.at = sign.at;
    sum.operand.arguments.push_back(std::move(left.operand));
    sum.operand.arguments.push_back(parse_operand().operand);
    left = std::move(sum);
  }
  return left;
}

UpdateParser::Parsed UpdateParser::parse_operand() {
  if (at_symbol("(")) return parse_parenthesised(false);
  if (peek().kind == Token::Kind::value) return {parse_added_value()};
  if (at_function()) return {parse_function()};
  if (peek().kind != Token::Kind::word && peek().kind != Token::Kind::name) {
    fail_expected("a path, a value placeholder (\":v\"), if_not_exists or list_append");
  }
  Operand operand;
  operand.kind = Operand::Kind::path;
  operand.at = peek().at;
  operand.path = parse_path();
  return {std::move(operand)};
}

UpdateParser::Parsed UpdateParser::parse_parenthesised(bool may_be_sum) {
  const Token& open = next();
  const Nesting level(*this);
  Parsed inner = may_be_sum ? parse_set_value() : parse_operand();
  if (at_symbol("+") || at_symbol("-")) fail(peek(), "a sum cannot be an operand of a sum or of a function");
  expect_symbol(")", "behind the operand");
  if (inner.parenthesised) fail(open, "the parentheses are redundant");
  inner.parenthesised = true;
  return inner;
}

Operand UpdateParser::parse_function() {
  const Token& name = peek();
  Operand call;
  call.at = name.at;
  if (name.text == "if_not_exists") {
    call.kind = Operand::Kind::if_not_exists;
  } else if (name.text == "list_append") {
    call.kind = Operand::Kind::list_append;
  } else if (is_condition_function(name.text)) {
    fail(name, "the function " + std::string(name.text) + " belongs in a condition, not in an update");
  } else {
    fail(name, "there is no function " + std::string(name.text) + " in updates, only if_not_exists and list_append");
  }
  count_operator();
  next();
  next();  // the parenthesis
  Operand first = parse_operand().operand;
  if (call.kind == Operand::Kind::if_not_exists) {
    if (first.kind != Operand::Kind::path) fail(name, "the first argument of if_not_exists must be a path");
    call.path = std::move(first.path);
  } else {
    call.arguments.push_back(std::move(first));
  }
  const std::string takes_two = "and the second argument of " + std::string(name.text);
  expect_symbol(",", takes_two);
  call.arguments.push_back(parse_operand().operand);
  if (at_symbol("+") || at_symbol("-")) fail(peek(), "a sum cannot be an operand of a sum or of a function");
  expect_symbol(")", "behind the two arguments of " + std::string(name.text));
  return call;
}

}  // namespace drift::expression
