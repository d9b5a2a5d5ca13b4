// build_id: which build of the program this is, so that a run is not gone on with by other code than it began with.
#pragma once

#include <string>

namespace drift::migrate {

// The GNU build id of the executable, in hexadecimal: it changes with its code. Empty where the linker wrote none.
std::string build_id();

}  // namespace drift::migrate
