// Items before and after, for a person to read: only what changed, as a diff.
#pragma once

#include "demo/terminal.hpp"

#include <drift/drift.hpp>

#include <string>

namespace demo {

// A line each attribute that went (-), came (+) or changed (both), then how many stayed as they were. An empty `before`
// is an item that was not there.
void show_change(Terminal& terminal, const std::string& title, const drift::Attributes& before,
                 const drift::Attributes& after);

}  // namespace demo
