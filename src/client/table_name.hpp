// What DynamoDB takes for the name of a table. Pure functions.
#pragma once

#include <string_view>

namespace drift::client {

// DynamoDB Developer Guide, "Naming rules": 3 to 255 of a-z, A-Z, 0-9, '_', '-', '.'.
bool is_table_name(std::string_view name) noexcept;

// "arn:aws:dynamodb:eu-west-1:123456789012:table/Movies"
bool is_table_arn(std::string_view text) noexcept;

}  // namespace drift::client
