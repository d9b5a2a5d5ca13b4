// Failpoints: named places at which a test may end the process, in pairs "<what>.before" and "<what>.after". They are
// in the sources that a crash must not harm, and compiled to nothing unless DRIFT_FAILPOINTS is defined (CMake option
// of the same name; never in what is installed). Any thread reaches them, several at once.
//
// A macro, so that a release has neither a call nor the name.
#pragma once

#ifdef DRIFT_FAILPOINTS

namespace drift::base {

// Called with the name of every failpoint that is reached, on the thread that reaches it.
using FailpointHandler = void (*)(const char* name);

// Null, as in the beginning: nothing is called.
void set_failpoint_handler(FailpointHandler handler) noexcept;
void reach_failpoint(const char* name) noexcept;

}  // namespace drift::base

#define DRIFT_FAILPOINT(name) ::drift::base::reach_failpoint(name)  // NOLINT(cppcoreguidelines-macro-usage): see above

#else

#define DRIFT_FAILPOINT(name) static_cast<void>(0)  // NOLINT(cppcoreguidelines-macro-usage): as above

#endif
