// DynamoDB's limits on a request's expressions, checked before anything is sent (Developer Guide, "Quotas": an
// expression 4 KB, all values 2 MB, 300 operators, 255 bytes a name or placeholder; IN 100 operands).
#pragma once

#include "expression/condition_expression.hpp"
#include "expression/update_expression.hpp"

#include <drift/client.hpp>
#include <drift/value.hpp>

namespace drift::expression {

inline constexpr std::size_t expression_bytes_max = 4096;
inline constexpr std::size_t operators_max = 300;
inline constexpr std::size_t in_operands_max = 100;
inline constexpr std::size_t placeholder_bytes_max = 255;
inline constexpr std::size_t values_bytes_max = std::size_t{2} << 20U;
inline constexpr std::size_t item_bytes_max = std::size_t{400} << 10U;

// The expressions of one request against its values and names: each placeholder used is defined, each defined is used,
// its form is right (":v", "#n"), values are within 2 MB, operators within 300 in all. Either expression may be null.
// Throws Error (code "ValidationException"), naming the placeholder.
void check_placeholders(const UpdateExpression* update, const ConditionExpression* condition, const Attributes& values,
                        const Names& names);

}  // namespace drift::expression
