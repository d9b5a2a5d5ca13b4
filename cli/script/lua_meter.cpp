// LuaMeter: see the header. Lua's count hook comes every `step` instructions; while a limit is exceeded it raises its
// error again each time, so that nothing a script does with the first one lets it go on.
#include "cli/script/lua_meter.hpp"

#include <cstdio>
#include <cstdlib>

namespace drift::script {

namespace {

// So few that those of them that take a millisecond each, within Lua's own functions, are noticed soon.
constexpr int step = 500;
// The time of a thread is dear to find out, so another clock says when that is worth it.
constexpr std::chrono::milliseconds look_every{50};
constexpr std::size_t bytes_per_instruction = 64;  // what copying them takes, about

}  // namespace

std::array<char, 100> place_of(lua_State* lua) noexcept {
  std::array<char, 100> place{};
  lua_Debug frame{};
  for (int level = 0; lua_getstack(lua, level, &frame) != 0; ++level) {
    if (lua_getinfo(lua, "Sl", &frame) == 0 || frame.currentline <= 0) continue;
    std::snprintf(place.data(), place.size(), "%s:%d: ", frame.short_src, frame.currentline);
    break;
  }
  return place;
}

LuaMeter& meter_of(lua_State* lua) {
  void* meter = nullptr;
  lua_getallocf(lua, &meter);
  return *static_cast<LuaMeter*>(meter);
}

void LuaMeter::begin() {
  work_ = 0;
  end_ = End::none;
  looked_.reset();
  used_then_.reset();
  memory_refused_ = false;
  refused_at_ = {};
}

void LuaMeter::refuse() noexcept {
  memory_refused_ = true;
  if (lua_ != nullptr) refused_at_ = place_of(lua_);
}

bool LuaMeter::spend(std::uint64_t work) noexcept {
  work_ += work;
  if (work_ > limits_.instructions_max && end_ == End::none) end_ = End::instructions;
  return !exceeded();
}

// What a callback did before the first look is not counted: most end before it.
void LuaMeter::look_at_time() {
  const base::SteadyTime now = base::machine_clock().steady();
  if (!looked_) looked_ = now;
  if (now - *looked_ < look_every) return;
  looked_ = now;
  const std::chrono::nanoseconds used = base::thread_processor_time();
  if (!used_then_) used_then_ = used;
  if (end_ != End::none) return;
  if (stop_.stop_requested()) {
    end_ = End::stop;
  } else if (used - *used_then_ > limits_.processor_time_max) {
    end_ = End::time;
  }
}

void LuaMeter::charge(std::uint64_t work) {
  if (!spend(work)) fault(message());
}

std::string LuaMeter::message() const {
  if (end_ == End::stop) return "was not waited for any more, because of a stop";
  if (end_ == End::time) {
    return "more than " + std::to_string(limits_.processor_time_max.count()) +
           " ms of a processor's time in one call (the limit of a script); does a loop never end?";
  }
  return "more than " + std::to_string(limits_.instructions_max) +
         " instructions in one call (the limit of a script); does a loop never end?";
}

std::string LuaMeter::memory_message() const {
  return "more than " + std::to_string(limits_.memory_max) + " bytes of memory (the limit of a script)";
}

void* LuaMeter::allocate(void* meter, void* block, std::size_t old_bytes, std::size_t bytes) {
  auto& self = *static_cast<LuaMeter*>(meter);
  if (block == nullptr) old_bytes = 0;  // then it says what the block is for
  if (bytes == 0) {
    std::free(block);
    self.bytes_ -= old_bytes;
    return nullptr;
  }
  if (bytes > old_bytes && self.bytes_ - old_bytes + bytes > self.limits_.memory_max) {
    self.refuse();
    return nullptr;
  }
  void* const result = std::realloc(block, bytes);
  if (result == nullptr) return nullptr;
  self.bytes_ = self.bytes_ - old_bytes + bytes;
  (void)self.spend(bytes / bytes_per_instruction);  // the hook says so
  return result;
}

void LuaMeter::watch(lua_State* lua) {
  lua_ = lua;
  lua_sethook(lua, count, LUA_MASKCOUNT, step);
}

void LuaMeter::count(lua_State* lua, lua_Debug*) {
  LuaMeter& meter = meter_of(lua);
  meter.look_at_time();
  if (meter.spend(step)) return;
  lua_pushstring(lua, place_of(lua).data());
  push_text(lua, meter.message());
  lua_concat(lua, 2);
  lua_error(lua);
}

}  // namespace drift::script
