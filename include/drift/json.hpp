// DynamoDB JSON in both directions, for use with Client::call: {"id": {"N": "1"}, "tags": {"SS": ["a"]}}. Nothing is
// lost: parse(to_json(v)) == v.
//
// All of them throw Error (code "ValidationException", the parsers say where) for what DynamoDB would refuse: a wrong
// type tag, a number out of range, a duplicate or missing set member, an attribute twice or without a name, nesting
// over 32 levels, broken UTF-8, broken JSON.
#pragma once

#include <drift/value.hpp>

#include <string>
#include <string_view>

namespace drift {

std::string to_json(const Value& value);
std::string to_json(const Attributes& attributes);
Value value_from_json(std::string_view json);
Attributes attributes_from_json(std::string_view json);

}  // namespace drift
