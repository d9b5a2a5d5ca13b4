// Flags that several of up, down and goto take.
#pragma once

#include "cli/verb.hpp"

namespace drift::cli {

constexpr VerbArgument allow_missing{
    .name = "allow-missing", .help = "also apply those that are out of order", .is_flag = true, .has_value = false};

constexpr VerbArgument allow_later{.name = "allow-later",
                                   .help = "also where a later one changed the same table; what that changed stays",
                                   .is_flag = true,
                                   .has_value = false};

}  // namespace drift::cli
