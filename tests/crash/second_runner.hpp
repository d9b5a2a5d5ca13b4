// A second process that starts the same migration, from a state directory of its own, while the first one stands still
// at the barrier.
#pragma once

#include "matrix.hpp"

#include <string>

namespace drift::testing::crash {

// `second`: the settings of the second one. Empty when it was locked out and the first one went on to the model's end;
// else what was wrong.
std::string second_runner(const MatrixOptions& options, const std::string& name, const migrate::RunSettings& second);

}  // namespace drift::testing::crash
