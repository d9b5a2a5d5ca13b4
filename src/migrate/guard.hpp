// The guard of an action: which attributes must still be as the callback saw them, as the condition of a request, and
// as a question to an item that came back. How it is kept: ActionRecord::guarded has the names, ::image the values.
#pragma once

#include "journal/records.hpp"

#include <drift/client.hpp>
#include <drift/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::migrate {

// The names behind ActionRecord::guarded: `["a","b"]`, with a star before it where all of the image is guarded.
struct Guarded {
  bool all = false;                     // every attribute of the image, and `names`
  std::vector<std::string> names = {};  // present in the image, or guarded to be absent
};
std::string guarded_text(const Guarded& guarded);
// Throws Error (code "MalformedAnswer") when it is no such text.
Guarded parse_guarded(std::string_view text);

// A condition, and what its placeholders stand for: members of the two maps, without braces.
struct ConditionParts {
  std::string text = {};
  std::string names = {};
  std::string values = {};
  std::size_t operators = 0;  // and functions, as DynamoDB counts them
};

// What counts of a condition for DynamoDB's limits.
struct ConditionSize {
  std::size_t bytes = 0;
  std::size_t operators = 0;
  std::size_t value_bytes = 0;
};
ConditionSize size_of(const ConditionParts& parts);
// What unchanged_condition() will not exceed, known without making it, which a callback's every action would pay for.
// Empty: it has to be made.
std::optional<ConditionSize> size_at_most(const Guarded& guarded, std::string_view image);

// "#drift", ":drift": the beginning of drift's own placeholders, which no action may use.
inline constexpr std::string_view own_name = "#drift";
inline constexpr std::string_view own_value = ":drift";

// The condition of `unchanged` and `version`: the item exists, and the guarded attributes are as in the image.
ConditionParts unchanged_condition(std::string_view guarded, std::string_view image, std::string_view key);
// The condition of `exists`.
ConditionParts exists_condition(std::string_view key);

// True iff the guarded attributes of an item (DynamoDB JSON) are as in the action's image, by DynamoDB's equality.
bool guard_holds(const journal::ActionRecord& action, std::string_view item);

// The guarded attributes that are present after the action, if they were as in its image before: the image of the next
// action on the item. Of an update or a put.
Attributes image_after(const journal::ActionRecord& action);
std::string image_json_after(const journal::ActionRecord& action);
// True iff an item (DynamoDB JSON) is what the action leaves, as far as it is guarded. Of an update or a put.
bool is_result(const journal::ActionRecord& action, std::string_view item);
// True iff executing a repeatable action on an item (DynamoDB JSON; empty: there is none) would leave it as it is.
bool changes_nothing(const journal::ActionRecord& action, std::string_view item);

// The action's names as they were given.
Names names_of(const journal::ActionRecord& action);
// The name of the partition key: the first member of a canonical key.
std::string partition_key_name(std::string_view key);

}  // namespace drift::migrate
