// drift.binary(bytes), binary:bytes(), binary:base64(), #binary, ==.
#include "cli/script/lua_binary.hpp"

#include "base/base64.hpp"
#include "cli/script/lua_context.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace drift::script {

namespace {

std::span<const std::uint8_t> self(lua_State* lua) {
  const auto bytes = binary_at(lua, 1);
  if (!bytes) fault("a drift.binary belongs here, not a " + kind_name(lua, 1));
  return *bytes;
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

int make(lua_State* lua) {
  if (lua_type(lua, 1) != LUA_TSTRING) fault("drift.binary takes a string of bytes, not a " + kind_name(lua, 1));
  push_binary(lua, bytes_of(text_at(lua, 1)));
  return 1;
}

int from_base64(lua_State* lua) {
  if (lua_type(lua, 1) != LUA_TSTRING) fault("drift.from_base64 takes a string, not a " + kind_name(lua, 1));
  const auto bytes = base::decode_base64(text_at(lua, 1));
  if (!bytes) fault("drift.from_base64: this is no base64 with padding");
  push_binary(lua, *bytes);
  return 1;
}

int bytes(lua_State* lua) {
  const auto content = self(lua);
  lua_pushlstring(lua, reinterpret_cast<const char*>(content.data()), content.size());
  return 1;
}

int base64(lua_State* lua) {
  std::string text;
  base::append_base64(text, self(lua));
  push_text(lua, text);
  return 1;
}

int size(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(self(lua).size()));
  return 1;
}

int is_equal(lua_State* lua) {
  const auto a = binary_at(lua, 1);
  const auto b = binary_at(lua, 2);
  lua_pushboolean(lua, a && b && std::ranges::equal(*a, *b));
  return 1;
}

}  // namespace

void push_binary(lua_State* lua, std::span<const std::uint8_t> bytes) {
  auto* const box = push_box<BinaryBox>(lua, context_of(lua).binary_key, bytes.size());
  box->size = bytes.size();
  if (!bytes.empty()) std::memcpy(box + 1, bytes.data(), bytes.size());
}

std::optional<std::span<const std::uint8_t>> binary_at(lua_State* lua, int index) {
  const auto* const box = box_at<BinaryBox>(lua, index, Kind::binary);
  if (box == nullptr) return std::nullopt;
  return std::span(reinterpret_cast<const std::uint8_t*>(box + 1), box->size);
}

void open_binaries(lua_State* lua) {
  set_function<make>(lua, "binary");
  set_function<from_base64>(lua, "from_base64");

  push_new_metatable(lua, context_of(lua).binary_key, "drift.binary");
  set_function<size>(lua, "__len");
  set_function<is_equal>(lua, "__eq");
  set_function<base64>(lua, "__tostring");
  lua_createtable(lua, 0, 2);
  set_function<bytes>(lua, "bytes");
  set_function<base64>(lua, "base64");
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
}

}  // namespace drift::script
