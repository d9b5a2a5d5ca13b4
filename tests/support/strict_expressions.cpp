// The placeholders' rules are AWS's, and so is the sense of the messages.
#include "support/strict_expressions.hpp"

#include "expression/condition_expression.hpp"
#include "expression/limits.hpp"
#include "expression/update_expression.hpp"
#include "value/attribute_json.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <cctype>

namespace drift::testing {
namespace {

// "#n" or ":v": the sign, then letters, digits and underscores.
bool is_placeholder(std::string_view text, char sign) {
  return text.size() >= 2 && text.size() <= expression::placeholder_bytes_max && text.front() == sign &&
         std::ranges::all_of(text.substr(1),
                             [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)); });
}

}  // namespace

void refuse_request(const std::string& message) { throw Error("ValidationException", message); }

RequestExpressions::RequestExpressions(const value::JsonObject& request) : request_(request) {
  if (const auto names = request.object("ExpressionAttributeNames")) {
    has_names_ = true;
    for (const auto& member : names->members()) {
      const std::string placeholder(member.name);
      if (!is_placeholder(placeholder, '#'))
        refuse_request("ExpressionAttributeNames contains invalid key: Syntax error; key: \"" + placeholder + "\"");
      const auto name = value::unescape_json_string(member.value);
      if (name.empty()) refuse_request("ExpressionAttributeNames contains an empty attribute name");
      if (!names_.emplace(placeholder, name).second)
        refuse_request("ExpressionAttributeNames has " + placeholder + " twice");
    }
    if (names_.empty()) refuse_request("ExpressionAttributeNames must not be empty");
  }
  if (const auto values = request.raw("ExpressionAttributeValues")) {
    has_values_ = true;
    values_ = value::parse_attributes(*values);
    for (const auto& [placeholder, value] : values_) {
      if (!is_placeholder(placeholder, ':'))
        refuse_request("ExpressionAttributeValues contains invalid key: Syntax error; key: \"" + placeholder + "\"");
    }
    if (values_.empty()) refuse_request("ExpressionAttributeValues must not be empty");
    if (size_bytes(values_) > expression::values_bytes_max)
      refuse_request("ExpressionAttributeValues exceed the maximum size of 2 MB");
  }
}

void RequestExpressions::use(const expression::Placeholders& placeholders, std::size_t operators) {
  any_expression_ = true;
  if (operators > expression::operators_max) refuse_request("The expression contains too many operators");
  used_.insert(placeholders.names.begin(), placeholders.names.end());
  used_.insert(placeholders.values.begin(), placeholders.values.end());
}

void RequestExpressions::check_update(const KeySchema& key) {
  const auto text = request_.string("UpdateExpression");
  if (!text) return;
  const auto parsed = expression::UpdateExpression::parse(*text);
  parsed->check(values_, names_, key);
  use(parsed->placeholders(), parsed->operators());
}

void RequestExpressions::check_condition(std::string_view member) {
  const auto text = request_.string(member);
  if (!text) return;
  const auto parsed = expression::ConditionExpression::parse(*text);
  parsed->check(values_, names_);
  use(parsed->placeholders(), parsed->operators());
}

void RequestExpressions::check_projection() {
  const auto text = request_.string("ProjectionExpression");
  if (!text) return;
  // A list of paths that do not overlap is what REMOVE takes too.
  constexpr std::string_view clause = "REMOVE ";
  if (text->size() + clause.size() > expression::expression_bytes_max)
    refuse_request("Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size");
  const auto parsed = expression::UpdateExpression::parse(std::string(clause) + *text);
  parsed->check(values_, names_, {});
  use(parsed->placeholders(), 0);
}

void RequestExpressions::check_placeholders() const {
  if (!any_expression_ && has_names_)
    refuse_request("ExpressionAttributeNames can only be specified when using expressions");
  if (!any_expression_ && has_values_)
    refuse_request("ExpressionAttributeValues can only be specified when using expressions");
  for (const auto& [placeholder, name] : names_) {
    if (!used_.contains(placeholder))
      refuse_request("Value provided in ExpressionAttributeNames unused in expressions: keys: {" + placeholder + "}");
  }
  for (const auto& [placeholder, value] : values_) {
    if (!used_.contains(placeholder))
      refuse_request("Value provided in ExpressionAttributeValues unused in expressions: keys: {" + placeholder + "}");
  }
  for (const auto& placeholder : used_) {
    if (!names_.contains(placeholder) && !values_.contains(placeholder))
      refuse_request("An expression uses " + placeholder + ", which is not defined");
  }
}

}  // namespace drift::testing
