// ConditionParser: the text of a condition expression to its tree. For the time of one parse.
//
//   condition  conjunction OR ...
//   conj.      negation AND ...
//   negation   NOT negation | predicate
//   predicate  operand comparator operand | operand BETWEEN operand AND operand | operand IN (operand, ...)
//              | function(operand, ...) | ( condition )
//   operand    path | :v | size(operand) | ( operand )
//
// After "(" it is open whether a condition or an operand follows. Both are parsed by the same functions, as a Term, and
// what is behind it decides: so nothing is ever parsed twice.
#pragma once

#include "expression/condition_expression.hpp"
#include "expression/parser.hpp"

#include <memory>
#include <string_view>
#include <variant>

namespace drift::expression {

class ConditionParser : private Parser {
 public:
  explicit ConditionParser(std::string_view text) : Parser("ConditionExpression", text), text_(text) {}

  std::shared_ptr<const ConditionExpression> parse();

 private:
  struct Term {
    std::variant<Operand, Condition> node;
    bool parenthesised = false;
  };

  using Rule = Term (ConditionParser::*)();

  Term parse_or();
  Term parse_and();
  Term parse_chain(std::string_view keyword, Condition::Kind kind, Rule part);
  Term parse_not();
  Term parse_predicate();
  Term parse_primary();
  Term parse_parenthesised();
  Operand parse_operand();
  Operand parse_size();
  Condition parse_function();
  Condition parse_comparison(Operand left, Comparator comparator);
  Condition parse_between(Operand left);
  Condition parse_in(Operand left);
  // The condition of a term; an operand alone is none.
  Condition condition_of(Term term) const;

  std::string_view text_;
};

}  // namespace drift::expression
