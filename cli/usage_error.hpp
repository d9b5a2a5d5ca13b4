// What a person typed and drift cannot do: an Error of the code "Usage", and the nearest of the names that there are.
#pragma once

#include <drift/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace drift::cli {

Error usage_error(std::string message, std::string next_step);

// The name that is nearest to `typed`, by insertions, deletions, replacements and swaps of neighbours; empty where none
// is near.
std::string_view nearest(std::string_view typed, const std::vector<std::string_view>& names);
// "Did you mean --write-rate?", or `otherwise`.
std::string did_you_mean(std::string_view nearest_name, std::string otherwise);

}  // namespace drift::cli
