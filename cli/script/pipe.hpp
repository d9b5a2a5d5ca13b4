// A pipe to a program, or from it.
#pragma once

#include "base/descriptor.hpp"

#include <utility>

namespace drift::script {

using base::Descriptor;

// What is read from, and what is written to: both above the three that a program has from the start, which may be
// closed in this process. Throws ChildFailure.
std::pair<Descriptor, Descriptor> make_pipe();

}  // namespace drift::script
