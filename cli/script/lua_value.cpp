// The two directions of lua_value.hpp.
#include "cli/script/lua_value.hpp"

#include "base/utf8.hpp"
#include "cli/script/lua_binary.hpp"
#include "cli/script/lua_collection.hpp"
#include "cli/script/lua_context.hpp"
#include "cli/script/lua_item.hpp"
#include "cli/script/lua_meter.hpp"
#include "cli/script/lua_number.hpp"

#include <drift/error.hpp>

#include <utility>
#include <vector>

namespace drift::script {

namespace {

// What a value is counted as while it is read: each member, name and byte of it. One table may stand in many places, so
// that few of them would make more than memory holds; an item has 400 KB at most.
constexpr std::size_t counted_max = std::size_t{1} << 20U;

constexpr int levels_max = 32;  // Amazon DynamoDB Developer Guide, "Naming rules and data types"

template <typename Members>
void push_array(lua_State* lua, Mark mark, const Members& members, const auto& push) {
  luaL_checkstack(lua, 6, "a value is nested too deeply");
  lua_createtable(lua, static_cast<int>(members.size()), 0);
  lua_Integer at = 0;
  for (const auto& member : members) {
    push(member);
    lua_rawseti(lua, -2, ++at);
  }
  set_mark(lua, mark);
}

// Reads a value, and knows where in it it is.
class Reader {
 public:
  Reader(lua_State* lua, std::string place) : lua_(lua), place_(std::move(place)) {}

  Value value(int index, int level) {
    count(1);
    if (level > levels_max)
      fail("nested over " + std::to_string(levels_max) + " levels, or a table that contains itself");
    switch (lua_type(lua_, index)) {
      case LUA_TBOOLEAN:
        return lua_toboolean(lua_, index) != 0;
      case LUA_TNUMBER:
        return number(index);
      case LUA_TSTRING:
        return text(index);
      case LUA_TTABLE:
        return table(lua_absindex(lua_, index), level);
      case LUA_TUSERDATA:
        return boxed(index);
      case LUA_TNIL:
      case LUA_TNONE:
        fail("there is nothing (nil); DynamoDB's null is drift.null");
      default:
        fail("a " + kind_name(lua_, index) + " cannot be stored");
    }
  }

  // Of a table on the stack; `index` is absolute.
  Attributes map(int index, int level) {
    luaL_checkstack(lua_, 6, "a value is nested too deeply");
    Attributes result;
    for (lua_pushnil(lua_); lua_next(lua_, index) != 0; lua_pop(lua_, 1)) {
      if (lua_type(lua_, -2) != LUA_TSTRING)
        fail("a map has names, but here is a key that is a " + kind_name(lua_, -2));
      std::string name(text_at(lua_, -2));
      count(name.size());
      const Inside inside(*this, "." + name);
      if (name.empty() || !base::is_utf8(name)) fail("an attribute's name is UTF-8 and not empty");
      Value member = value(-1, level + 1);
      result.emplace(std::move(name), std::move(member));
    }
    return result;
  }

  [[noreturn]] void fail(const std::string& what) const { fault(place_ + ": " + what); }

 private:
  class Inside {
   public:
    Inside(Reader& reader, const std::string& part) : place_(reader.place_), size_(place_.size()) { place_ += part; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { place_.resize(size_); }

   private:
    std::string& place_;
    std::size_t size_;
  };

  void count(std::size_t more) {
    counted_ += more;
    if (counted_ > counted_max) {
      fail("more than " + std::to_string(counted_max) + " bytes and members; DynamoDB's items have 400 KB at most");
    }
    meter_of(lua_).charge(1 + more / 64);
  }

  Number number(int index) const {
    try {
      if (const auto number = number_at(lua_, index)) return *number;
    } catch (const std::exception& error) {
      fail(error.what());
    }
    fail("a number belongs here, not a " + kind_name(lua_, index));
  }

  std::string text(int index) {
    if (lua_type(lua_, index) != LUA_TSTRING) fail("a string belongs here, not a " + kind_name(lua_, index));
    const std::string_view text = text_at(lua_, index);
    count(text.size());
    if (!base::is_utf8(text)) fail("a string that is not UTF-8; bytes are drift.binary(...)");
    return std::string(text);
  }

  Bytes bytes(int index) {
    const auto bytes = binary_at(lua_, index);
    if (!bytes) fail("a drift.binary belongs here, not a " + kind_name(lua_, index));
    count(bytes->size());
    return {bytes->begin(), bytes->end()};
  }

  Value boxed(int index) {
    switch (*static_cast<const Kind*>(lua_touserdata(lua_, index))) {
      case Kind::null:
        return nullptr;
      case Kind::number:
        return number(index);
      case Kind::binary:
        return Value::binary(bytes(index));
      case Kind::item:
        count(item_at(lua_, index).size_bytes());
        return item_at(lua_, index).attributes();
      case Kind::actions:
        break;
    }
    fail("actions cannot be stored");
  }

  Value table(int index, int level) {
    luaL_checkstack(lua_, 6, "a value is nested too deeply");
    const auto mark = mark_at(lua_, index);
    if (mark == Mark::map) return map(index, level);
    if (mark == Mark::list) return array<Value>(index, [&] { return value(-1, level + 1); });
    try {
      if (mark == Mark::string_set) return Value::string_set(array<std::string>(index, [&] { return text(-1); }));
      if (mark == Mark::number_set) return Value::number_set(array<Number>(index, [&] { return number(-1); }));
      if (mark == Mark::binary_set) return Value::binary_set(array<Bytes>(index, [&] { return bytes(-1); }));
    } catch (const Error& error) {
      fail(error.message());
    }
    if (lua_rawlen(lua_, index) != 0) return array<Value>(index, [&] { return value(-1, level + 1); });
    Attributes members = map(index, level);
    if (members.empty()) fail("an empty table may be a list or a map: write drift.list{} or drift.map{}");
    return members;
  }

  // The members 1 to n of a table that has no others. `take` reads the one on top of the stack.
  template <typename Member>
  std::vector<Member> array(int index, const auto& take) {
    const auto size = static_cast<lua_Integer>(lua_rawlen(lua_, index));
    count(static_cast<std::size_t>(size));
    lua_Integer keys = 0;
    for (lua_pushnil(lua_); lua_next(lua_, index) != 0; lua_pop(lua_, 1), ++keys)
      if (lua_isinteger(lua_, -2) == 0)
        fail("a list has the keys 1 to n, but here is a key that is a " + kind_name(lua_, -2));
    std::vector<Member> members;
    members.reserve(static_cast<std::size_t>(size));
    for (lua_Integer i = 1; i <= size; ++i) {
      const Inside inside(*this, "[" + std::to_string(i) + "]");
      lua_rawgeti(lua_, index, i);
      members.push_back(take());
      lua_pop(lua_, 1);
    }
    if (keys != size) fail("a list has the keys 1 to n without a gap");
    return members;
  }

  lua_State* lua_;
  std::string place_;
  std::size_t counted_ = 0;
};

}  // namespace

void push_attributes(lua_State* lua, const Attributes& attributes) {
  luaL_checkstack(lua, 6, "a value is nested too deeply");
  lua_createtable(lua, 0, static_cast<int>(attributes.size()));
  for (const auto& [name, value] : attributes) {
    push_text(lua, name);
    push_value(lua, value);
    lua_rawset(lua, -3);
  }
  set_mark(lua, Mark::map);
}

void push_value(lua_State* lua, const Value& value) {
  switch (value.type()) {
    case Type::string:
      return push_text(lua, value.as_string());
    case Type::number:
      return push_number(lua, value.as_number());
    case Type::binary:
      return push_binary(lua, value.as_binary());
    case Type::boolean:
      return lua_pushboolean(lua, value.as_bool() ? 1 : 0);
    case Type::null:
      lua_rawgetp(lua, LUA_REGISTRYINDEX, &context_of(lua).null_key);
      return;
    case Type::list:
      return push_array(lua, Mark::list, value.as_list(), [lua](const Value& member) { push_value(lua, member); });
    case Type::map:
      return push_attributes(lua, value.as_map());
    case Type::string_set:
      return push_array(lua, Mark::string_set, value.as_string_set(),
                        [lua](const std::string& member) { push_text(lua, member); });
    case Type::number_set:
      return push_array(lua, Mark::number_set, value.as_number_set(),
                        [lua](const Number& member) { push_number(lua, member); });
    case Type::binary_set:
      return push_array(lua, Mark::binary_set, value.as_binary_set(),
                        [lua](const Bytes& member) { push_binary(lua, member); });
  }
}

Value value_at(lua_State* lua, int index, std::string place) { return Reader(lua, std::move(place)).value(index, 1); }

Attributes attributes_at(lua_State* lua, int index, std::string place) {
  if (is_item(lua, index)) return item_at(lua, index).attributes();
  Reader reader(lua, std::move(place));
  const auto mark = lua_type(lua, index) == LUA_TTABLE ? mark_at(lua, index) : Mark::list;
  if (mark && mark != Mark::map) reader.fail("a table with names belongs here, not a " + kind_name(lua, index));
  return reader.map(lua_absindex(lua, index), 0);
}

}  // namespace drift::script
