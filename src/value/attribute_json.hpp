// DynamoDB JSON: attribute values to text and back. drift/json.hpp is the public form of these. The appending writers
// serve requests (shapes are fixed, so they need no builder); the parsers check all that DynamoDB checks.
#pragma once

#include <drift/value.hpp>

#include <string>
#include <string_view>

namespace drift::value {

void append_json(std::string& out, const Value& value);            // {"N":"1"}
void append_json(std::string& out, const Attributes& attributes);  // {"id":{"N":"1"},...}

// As drift/json.hpp says of its parsers.
Value parse_value(std::string_view json);
Attributes parse_attributes(std::string_view json);

}  // namespace drift::value
