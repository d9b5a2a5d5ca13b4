// The version of drift that a program was compiled against.
#pragma once

namespace drift {

inline constexpr const char* version_text = "0.1.0";

}  // namespace drift
