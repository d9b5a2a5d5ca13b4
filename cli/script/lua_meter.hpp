// LuaMeter: what a state of Lua may use. Counts instructions, and bytes, of which each allocation is also some work, so
// that few instructions on huge strings end too. For the state's thread only.
#pragma once

#include "cli/script/lua_api.hpp"
#include "cli/script/lua_script.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace drift::script {

class LuaMeter {
 public:
  explicit LuaMeter(const ScriptLimits& limits) : limits_(limits) {}
  LuaMeter(const LuaMeter&) = delete;
  LuaMeter& operator=(const LuaMeter&) = delete;

  // Begins to count anew.
  void begin();

  // More work, in instructions. Throws std::runtime_error when it is too much.
  void charge(std::uint64_t work);
  // True iff a limit was exceeded since begin(): no pcall may go on then.
  [[nodiscard]] bool exceeded() const noexcept { return exceeded_; }
  // True iff memory was refused since begin(), be it that Lua collected garbage and went on.
  [[nodiscard]] bool memory_refused() const noexcept { return memory_refused_; }

  [[nodiscard]] std::string instructions_message() const;
  [[nodiscard]] std::string memory_message() const;
  // "file.lua:3: ", where memory was refused the last time; Lua's own error for it says nothing.
  [[nodiscard]] const char* refused_at() const noexcept { return refused_at_.data(); }

  // As lua_Alloc; `meter` is the LuaMeter.
  static void* allocate(void* meter, void* block, std::size_t old_bytes, std::size_t bytes);
  // Counts from now on what runs in the state.
  void watch(lua_State* lua);

 private:
  static void count(lua_State* lua, lua_Debug*);
  [[nodiscard]] bool spend(std::uint64_t work) noexcept;
  void refuse() noexcept;

  const ScriptLimits limits_;
  std::uint64_t work_ = 0;
  std::size_t bytes_ = 0;
  bool exceeded_ = false;
  bool memory_refused_ = false;
  std::array<char, 100> refused_at_{};
  lua_State* lua_ = nullptr;
};

// "file.lua:3: ", the innermost place in the script's own text; empty where there is none. Takes no memory of Lua's.
std::array<char, 100> place_of(lua_State* lua) noexcept;

// The meter of a state.
LuaMeter& meter_of(lua_State* lua);

}  // namespace drift::script
