// LuaMeter: what a state of Lua may use. Counts instructions, and bytes, of which each allocation is also some work, so
// that few instructions on huge strings end too; and the processor's time, for instructions that take long in another
// way. While it looks at that it also hears of a stop. For the state's thread only.
#pragma once

#include "base/clock.hpp"
#include "cli/script/lua_api.hpp"
#include "cli/script/lua_script.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace drift::script {

class LuaMeter {
 public:
  LuaMeter(const ScriptLimits& limits, std::stop_token stop) : limits_(limits), stop_(std::move(stop)) {}
  LuaMeter(const LuaMeter&) = delete;
  LuaMeter& operator=(const LuaMeter&) = delete;

  // Begins to count anew.
  void begin();

  // More work, in instructions. Throws std::runtime_error when it is too much.
  void charge(std::uint64_t work);
  // True iff a limit was exceeded since begin(), or there is a stop: no pcall may go on then.
  [[nodiscard]] bool exceeded() const noexcept { return end_ != End::none; }
  // True iff it is the stop.
  [[nodiscard]] bool stopped() const noexcept { return end_ == End::stop; }
  // True iff memory was refused since begin(), be it that Lua collected garbage and went on.
  [[nodiscard]] bool memory_refused() const noexcept { return memory_refused_; }

  // Why exceeded().
  [[nodiscard]] std::string message() const;
  [[nodiscard]] std::string memory_message() const;
  // "file.lua:3: ", where memory was refused the last time; Lua's own error for it says nothing.
  [[nodiscard]] const char* refused_at() const noexcept { return refused_at_.data(); }

  // As lua_Alloc; `meter` is the LuaMeter.
  static void* allocate(void* meter, void* block, std::size_t old_bytes, std::size_t bytes);
  // Counts from now on what runs in the state.
  void watch(lua_State* lua);

 private:
  enum class End : std::uint8_t { none, instructions, time, stop };

  static void count(lua_State* lua, lua_Debug*);
  [[nodiscard]] bool spend(std::uint64_t work) noexcept;
  void look_at_time();
  void refuse() noexcept;

  const ScriptLimits limits_;
  const std::stop_token stop_;
  std::uint64_t work_ = 0;
  std::size_t bytes_ = 0;
  End end_ = End::none;
  std::optional<base::SteadyTime> looked_ = {};             // since begin(), at the time
  std::optional<std::chrono::nanoseconds> used_then_ = {};  // at the first look, by the thread
  bool memory_refused_ = false;
  std::array<char, 100> refused_at_{};
  lua_State* lua_ = nullptr;
};

// "file.lua:3: ", the innermost place in the script's own text; empty where there is none. Takes no memory of Lua's.
std::array<char, 100> place_of(lua_State* lua) noexcept;

// The meter of a state.
LuaMeter& meter_of(lua_State* lua);

}  // namespace drift::script
