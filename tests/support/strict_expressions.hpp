// RequestExpressions: all expressions of one request with its ExpressionAttributeNames and -Values, read by the strict
// parsers of src/expression and checked together, as AWS does: what is used is defined, what is defined is used.
#pragma once

#include "expression/ast.hpp"
#include "value/json_object.hpp"

#include <drift/client.hpp>
#include <drift/table.hpp>
#include <drift/value.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace drift::testing {

// Throws Error (code "ValidationException").
[[noreturn]] void refuse_request(const std::string& message);

class RequestExpressions {
 public:
  // Each throws Error (code "ValidationException"). `request`: the object with the members named here.
  explicit RequestExpressions(const value::JsonObject& request);

  // UpdateExpression. `key`: of the table, empty where it is not known.
  void check_update(const KeySchema& key);
  // ConditionExpression, FilterExpression, KeyConditionExpression: one grammar for all, as far as this goes.
  void check_condition(std::string_view member);
  // ProjectionExpression.
  void check_projection();
  // After all of them.
  void check_placeholders() const;

 private:
  void use(const expression::Placeholders& placeholders, std::size_t operators);

  const value::JsonObject& request_;
  bool has_names_ = false;
  bool has_values_ = false;
  Names names_ = {};
  Attributes values_ = {};
  bool any_expression_ = false;
  std::set<std::string> used_ = {};
};

}  // namespace drift::testing
