// The manual page drift(1), made from the rows of the verbs, the settings and the exit codes.
#pragma once

#include <string>

namespace drift::cli {

// In the man macros of troff.
std::string manual_page();

}  // namespace drift::cli
