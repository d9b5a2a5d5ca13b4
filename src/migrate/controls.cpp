// Controls and Rate: the public face of ControlState.
#include <drift/controls.hpp>

#include "migrate/control_state.hpp"
#include "migrate/preflight.hpp"

#include <drift/error.hpp>

#include <cmath>
#include <string>

namespace drift {

namespace {

Error no_rate(const char* what, double value) {
  return Error({.code = "ConfigError",
                .message = "a rate of " + std::to_string(value) + " is " + what,
                .next_step = "Give a number of units a second above 0, or a share above 0 and at most 1."});
}

}  // namespace

Rate Rate::units(double per_second) {
  if (!std::isfinite(per_second) || per_second <= 0) throw no_rate("not above 0", per_second);
  return {Kind::units, per_second};
}

Rate Rate::share(double of_capacity) {
  if (!std::isfinite(of_capacity) || of_capacity <= 0 || of_capacity > 1) throw no_rate("no share", of_capacity);
  return {Kind::share, of_capacity};
}

Controls::Controls() : state_(std::make_shared<migrate::ControlState>()) {}

void Controls::pause() {
  state_->change([](auto& values) { values.paused = true; });
}

void Controls::unpause() {
  state_->change([](auto& values) { values.paused = false; });
}

void Controls::set_read_rate(Rate rate) {
  state_->change([rate](auto& values) { values.read_rate = rate; });
}

void Controls::set_write_rate(Rate rate) {
  state_->change([rate](auto& values) { values.write_rate = rate; });
}

void Controls::set_concurrency(std::size_t concurrency) {
  migrate::check_concurrency(concurrency, "Controls::set_concurrency", "");
  state_->change([concurrency](auto& values) { values.concurrency = concurrency; });
}

bool Controls::paused() const { return state_->values().paused; }

}  // namespace drift
