// Tables in the API's JSON: what DescribeTable and its kin answer, and what CreateTable is asked.
#pragma once

#include <drift/table.hpp>

#include <string>
#include <string_view>

namespace drift::client {

// The answer of DescribeTable, CreateTable, UpdateTable or DeleteTable. Throws Error (code "MalformedAnswer").
TableDescription parse_table_description(std::string_view json);

// The request of CreateTable. Throws Error (code "ValidationException") when an attribute is named with two types.
std::string create_table_request(const TableSpec& spec);

}  // namespace drift::client
