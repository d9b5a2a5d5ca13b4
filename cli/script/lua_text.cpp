// string.find, match, gmatch and gsub over PatternMatch; string.rep, table.move, insert, remove and concat are Lua's
// own behind a check.
#include "cli/script/lua_text.hpp"

#include "cli/script/lua_context.hpp"
#include "cli/script/lua_meter.hpp"
#include "cli/script/lua_pattern.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace drift::script {

namespace {

std::string_view text_argument_at(lua_State* lua, int index) {
  luaL_checkstring(lua, index);  // a number counts as its text, as in Lua's own
  return text_at(lua, index);
}

// A place counted from 1, or from the end when it is negative, as one counted from 0.
std::size_t start_at(lua_State* lua, int index, std::size_t size) {
  const lua_Integer position = luaL_optinteger(lua, index, 1);
  if (position > 0) return static_cast<std::size_t>(position) - 1;
  if (position == 0 || position < -static_cast<lua_Integer>(size)) return 0;
  return size - static_cast<std::size_t>(-position);
}

void push_capture(lua_State* lua, const PatternMatch::Capture& capture) {
  if (capture.position)
    lua_pushinteger(lua, static_cast<lua_Integer>(*capture.position));
  else
    push_text(lua, capture.text);
}

// The first capture, or the whole match where there is none.
void push_first(lua_State* lua, const PatternMatch& match, std::string_view whole) {
  push_capture(lua, match.captures() == 0 ? PatternMatch::Capture{.text = whole} : match.capture(0));
}

int push_captures(lua_State* lua, const PatternMatch& match, std::string_view whole, bool whole_if_none) {
  if (match.captures() == 0 && whole_if_none) return push_text(lua, whole), 1;
  luaL_checkstack(lua, 34, "too many captures");
  for (std::size_t i = 0; i < match.captures(); ++i) push_capture(lua, match.capture(i));
  return static_cast<int>(match.captures());
}

int find_plain(lua_State* lua, std::string_view subject, std::string_view text, std::size_t start) {
  meter_of(lua).charge(subject.size() / 64);
  const std::size_t at = subject.find(text, start);
  if (at == std::string_view::npos) return lua_pushnil(lua), 1;
  lua_pushinteger(lua, static_cast<lua_Integer>(at) + 1);
  lua_pushinteger(lua, static_cast<lua_Integer>(at) + static_cast<lua_Integer>(text.size()));
  return 2;
}

template <bool with_place>
int find(lua_State* lua) {
  const std::string_view subject = text_argument_at(lua, 1);
  std::string_view pattern = text_argument_at(lua, 2);
  std::size_t start = start_at(lua, 3, subject.size());
  if (start > subject.size()) return lua_pushnil(lua), 1;
  const bool is_plain = lua_toboolean(lua, 4) != 0 || pattern.find_first_of("^$*+?.([%-") == std::string_view::npos;
  if (with_place && is_plain) return find_plain(lua, subject, pattern, start);

  const bool is_anchored = pattern.starts_with('^');
  if (is_anchored) pattern.remove_prefix(1);
  PatternMatch match(subject, pattern, meter_of(lua));
  do {
    const auto end = match.at(start);
    if (!end) continue;
    const std::string_view whole = subject.substr(start, *end - start);
    if (!with_place) return push_captures(lua, match, whole, true);
    lua_pushinteger(lua, static_cast<lua_Integer>(start) + 1);
    lua_pushinteger(lua, static_cast<lua_Integer>(*end));
    return push_captures(lua, match, whole, false) + 2;
  } while (++start <= subject.size() && !is_anchored);
  lua_pushnil(lua);
  return 1;
}

// Upvalues: the text, the pattern, where to go on, where the last match ended (-1: none).
int next_match(lua_State* lua) {
  const std::string_view subject = text_at(lua, lua_upvalueindex(1));
  const auto last = lua_tointeger(lua, lua_upvalueindex(4));
  PatternMatch match(subject, text_at(lua, lua_upvalueindex(2)), meter_of(lua));
  for (auto start = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(3))); start <= subject.size();
       ++start) {
    const auto end = match.at(start);
    if (!end || static_cast<lua_Integer>(*end) == last) continue;
    for (const int place : {3, 4}) {
      lua_pushinteger(lua, static_cast<lua_Integer>(*end));
      lua_replace(lua, lua_upvalueindex(place));
    }
    return push_captures(lua, match, subject.substr(start, *end - start), true);
  }
  return 0;
}

int gmatch(lua_State* lua) {
  const std::string_view subject = text_argument_at(lua, 1);
  text_argument_at(lua, 2);
  const std::size_t start = std::min(start_at(lua, 3, subject.size()), subject.size() + 1);
  lua_settop(lua, 2);
  lua_pushinteger(lua, static_cast<lua_Integer>(start));
  lua_pushinteger(lua, -1);
  lua_pushcclosure(lua, guarded<next_match>, 4);
  return 1;
}

// What gsub makes. It is outside Lua's memory, so it has the same limit by itself.
class Replaced {
 public:
  explicit Replaced(lua_State* lua) : lua_(lua) {}

  void add(std::string_view text) {
    if (text_.size() + text.size() > context_of(lua_).options->limits.memory_max)
      fault(meter_of(lua_).memory_message());
    text_.append(text);
  }

  // The match, replaced by what the argument at 3 says.
  void add_replacement(const PatternMatch& match, std::string_view whole) {
    switch (lua_type(lua_, 3)) {
      case LUA_TTABLE:
        push_first(lua_, match, whole);
        lua_gettable(lua_, 3);
        break;
      case LUA_TFUNCTION:
        lua_pushvalue(lua_, 3);
        lua_call(lua_, push_captures(lua_, match, whole, true), 1);
        break;
      default:
        return add_text(match, whole);
    }
    if (lua_toboolean(lua_, -1) == 0)
      add(whole);
    else if (lua_isstring(lua_, -1) != 0)
      add(text_at(lua_, -1));
    else
      fault("invalid replacement value (a " + kind_name(lua_, -1) + ")");
    lua_pop(lua_, 1);
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  // "%1" is the first capture, "%0" the match, "%%" a '%'.
  void add_text(const PatternMatch& match, std::string_view whole) {
    const std::string_view text = text_at(lua_, 3);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        add(text.substr(i, 1));
        continue;
      }
      const char c = ++i < text.size() ? text[i] : '\0';
      if (c == '%') {
        add("%");
      } else if (c == '0') {
        add(whole);
      } else if (c >= '1' && c <= '9') {
        if (c == '1')
          push_first(lua_, match, whole);
        else
          push_capture(lua_, match.capture(static_cast<std::size_t>(c - '1')));
        add(text_at(lua_, -1));
        lua_pop(lua_, 1);
      } else {
        fault("invalid use of '%' in replacement string");
      }
    }
  }

  lua_State* lua_;
  std::string text_;
};

int gsub(lua_State* lua) {
  const std::string_view subject = text_argument_at(lua, 1);
  std::string_view pattern = text_argument_at(lua, 2);
  const int kind = lua_type(lua, 3);
  luaL_argexpected(lua, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3,
                   "string/function/table");
  if (kind == LUA_TNUMBER) (void)text_at(lua, 3);  // becomes its text
  const lua_Integer count_max = luaL_optinteger(lua, 4, static_cast<lua_Integer>(subject.size()) + 1);
  const bool is_anchored = pattern.starts_with('^');
  if (is_anchored) pattern.remove_prefix(1);

  PatternMatch match(subject, pattern, meter_of(lua));
  Replaced result(lua);
  std::size_t at = 0;
  std::optional<std::size_t> last;
  lua_Integer count = 0;
  while (count < count_max) {
    const auto end = match.at(at);
    if (end && end != last) {
      ++count;
      result.add_replacement(match, subject.substr(at, *end - at));
      at = *end;
      last = end;
    } else if (at < subject.size()) {
      result.add(subject.substr(at++, 1));
    } else {
      break;
    }
    if (is_anchored) break;
  }
  result.add(subject.substr(at));
  push_text(lua, result.text());
  lua_pushinteger(lua, count);
  return 2;
}

// Lua's own function, which is the upvalue, with the arguments as they are.
int call_own(lua_State* lua) {
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  return lua_gettop(lua);
}

// Work on the places from `first` to `last`.
void charge_places(lua_State* lua, lua_Integer first, lua_Integer last) {
  if (last >= first) meter_of(lua).charge(static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first));
}

int repeat(lua_State* lua) {
  if (text_argument_at(lua, 1).empty() && std::string_view(luaL_optstring(lua, 3, "")).empty()) {
    lua_pushliteral(lua, "");
    return 1;
  }
  return call_own(lua);
}

int move(lua_State* lua) {
  charge_places(lua, luaL_checkinteger(lua, 2), luaL_checkinteger(lua, 3));
  return call_own(lua);
}

int insert_or_remove(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  const lua_Integer size = luaL_len(lua, 1);
  if (lua_gettop(lua) > 1 && lua_isinteger(lua, 2) != 0) charge_places(lua, lua_tointeger(lua, 2), size);
  return call_own(lua);
}

int concatenate(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  charge_places(lua, luaL_optinteger(lua, 3, 1),
                lua_isnoneornil(lua, 4) ? luaL_len(lua, 1) : luaL_checkinteger(lua, 4));
  return call_own(lua);
}

int sort(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  charge_places(lua, 1, luaL_len(lua, 1));
  return call_own(lua);
}

int unpack(lua_State* lua) {
  charge_places(lua, luaL_optinteger(lua, 2, 1),
                lua_isnoneornil(lua, 3) ? luaL_len(lua, 1) : luaL_checkinteger(lua, 3));
  return call_own(lua);
}

// Of a function that goes through the text that is its first argument.
int go_through(lua_State* lua) {
  luaL_checkany(lua, 1);
  if (lua_type(lua, 1) == LUA_TSTRING) meter_of(lua).charge(lua_rawlen(lua, 1) / 64);
  return call_own(lua);
}

template <lua_CFunction function>
void wrap(lua_State* lua, const char* name) {
  lua_getfield(lua, -1, name);
  lua_pushcclosure(lua, guarded<function>, 1);
  lua_setfield(lua, -2, name);
}

}  // namespace

void change_strings(lua_State* lua) {
  lua_pushnil(lua);
  lua_setfield(lua, -2, "dump");
  set_function<find<true>>(lua, "find");
  set_function<find<false>>(lua, "match");
  set_function<gmatch>(lua, "gmatch");
  set_function<gsub>(lua, "gsub");
  wrap<repeat>(lua, "rep");
}

void change_tables(lua_State* lua) {
  wrap<move>(lua, "move");
  wrap<insert_or_remove>(lua, "insert");
  wrap<insert_or_remove>(lua, "remove");
  wrap<concatenate>(lua, "concat");
  wrap<sort>(lua, "sort");
  wrap<unpack>(lua, "unpack");
}

void change_utf8(lua_State* lua) { wrap<go_through>(lua, "len"); }

void change_base(lua_State* lua) { wrap<go_through>(lua, "tonumber"); }

}  // namespace drift::script
