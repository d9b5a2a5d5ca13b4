// UpdateParser: the text of an update expression to its actions. For the time of one parse.
//
//   update     clause...                          each of the four clauses at most once
//   clause     SET path = set-value, ... | REMOVE path, ... | ADD path :v, ... | DELETE path :v, ...
//   set-value  operand | operand + operand | operand - operand | ( set-value )
//   operand    path | :v | if_not_exists(path, operand) | list_append(operand, operand) | ( operand )
#pragma once

#include "expression/parser.hpp"
#include "expression/update_expression.hpp"

#include <memory>
#include <string_view>

namespace drift::expression {

class UpdateParser : private Parser {
 public:
  explicit UpdateParser(std::string_view text) : Parser("UpdateExpression", text), text_(text) {}

  std::shared_ptr<const UpdateExpression> parse();

 private:
  // An operand or a sum, and whether parentheses stand around it.
  struct Parsed {
    Operand operand;
    bool parenthesised = false;
  };

  UpdateAction::Kind parse_clause_keyword();
  UpdateAction parse_action(UpdateAction::Kind kind);
  Operand parse_added_value();
  Parsed parse_set_value();
  Parsed parse_sum(Parsed left);
  Parsed parse_operand();
  Parsed parse_parenthesised(bool may_be_sum);
  Operand parse_function();

  std::string_view text_;
  unsigned clauses_seen_ = 0;  // a bit for each UpdateAction::Kind
};

}  // namespace drift::expression
