// DynamoDB JSON: attribute values to text and back. drift/json.hpp is the public form of these. The appending writers
// serve requests (shapes are fixed, so they need no builder); the parsers check all that DynamoDB checks.
#pragma once

#include <drift/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace drift::value {

// Both throw Error (code "ValidationException"), `out` being as before, for what DynamoDB could not read: a string that
// is not valid UTF-8, an empty attribute name, nesting over 32 levels.
void append_json(std::string& out, const Value& value);            // {"N":"1"}
void append_json(std::string& out, const Attributes& attributes);  // {"id":{"N":"1"},...}

// Whose fault broken JSON is. By default the caller's.
struct ParseRules {
  const char* code = "ValidationException";  // of the Error
  std::size_t levels_max = 32;               // of nesting, an attribute itself being at level 1
};

// For what the server sent: reading is more lenient than DynamoDB's limit, so that an item which it did store somehow
// can be migrated.
inline constexpr ParseRules answer_rules{.code = "MalformedAnswer", .levels_max = 64};

// As drift/json.hpp says of its parsers.
Value parse_value(std::string_view json, const ParseRules& rules = {});
Attributes parse_attributes(std::string_view json, const ParseRules& rules = {});

}  // namespace drift::value
