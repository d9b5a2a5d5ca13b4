// The operators of `drift.number` and the functions of the same names: one function each.
#include "cli/script/lua_number.hpp"

#include "cli/script/decimal.hpp"
#include "cli/script/lua_context.hpp"

#include <charconv>
#include <string>

namespace drift::script {

namespace {

Number operand(lua_State* lua, int index) {
  const auto number = number_at(lua, index);
  if (!number) fault("arithmetic on a number and a " + kind_name(lua, index));
  return *number;
}

template <Number (*operation)(const Number&, const Number&)>
int binary_operator(lua_State* lua) {
  push_number(lua, operation(operand(lua, 1), operand(lua, 2)));
  return 1;
}

Number sum(const Number& a, const Number& b) { return a + b; }
Number difference(const Number& a, const Number& b) { return a - b; }

int negate(lua_State* lua) {
  push_number(lua, -operand(lua, 1));
  return 1;
}

int places_at(lua_State* lua, int index) {
  const lua_Integer places = luaL_optinteger(lua, index, 0);
  if (places < -125 || places > 130) fault("places: between -125 and 130");
  return static_cast<int>(places);
}

int divided(lua_State* lua) {
  const Number a = operand(lua, 1);
  const Number b = operand(lua, 2);
  push_number(lua, lua_isnoneornil(lua, 3) ? divide(a, b) : divide_rounded(a, b, places_at(lua, 3)));
  return 1;
}

bool is_float(lua_State* lua, int index) {
  return lua_type(lua, index) == LUA_TNUMBER && lua_isinteger(lua, index) == 0;
}

bool is_number(lua_State* lua, int index) {
  return lua_type(lua, index) == LUA_TNUMBER || box_at<NumberBox>(lua, index, Kind::number) != nullptr;
}

// Here a float may be any, since rounding is what is asked for.
int round_number(lua_State* lua) {
  const int places = places_at(lua, 2);
  push_number(lua,
              is_float(lua, 1) ? rounded(lua_tonumber(lua, 1), places) : divide_rounded(operand(lua, 1), 1, places));
  return 1;
}

int is_equal(lua_State* lua) {
  const auto a = number_at(lua, 1);
  const auto b = number_at(lua, 2);
  lua_pushboolean(lua, a && b && *a == *b);
  return 1;
}

int is_less(lua_State* lua) {
  lua_pushboolean(lua, operand(lua, 1) < operand(lua, 2));
  return 1;
}

int is_less_or_equal(lua_State* lua) {
  lua_pushboolean(lua, operand(lua, 1) <= operand(lua, 2));
  return 1;
}

int text(lua_State* lua) {
  push_text(lua, operand(lua, 1).text());
  return 1;
}

int concatenate(lua_State* lua) {
  for (int i = 1; i <= 2; ++i) {
    if (lua_type(lua, i) != LUA_TSTRING && !is_number(lua, i)) fault("a number next to a " + kind_name(lua, i));
    luaL_tolstring(lua, i, nullptr);
  }
  lua_concat(lua, 2);
  return 1;
}

int make_number(lua_State* lua) {
  if (lua_type(lua, 1) == LUA_TSTRING)
    push_number(lua, Number::parse(text_at(lua, 1)));
  else if (const auto number = number_at(lua, 1))
    push_number(lua, *number);
  else
    fault("drift.number takes a number or its text, not a " + kind_name(lua, 1));
  return 1;
}

int to_float(lua_State* lua) {
  if (is_float(lua, 1)) return lua_settop(lua, 1), 1;
  const std::string digits = operand(lua, 1).text();
  double result = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), result);
  lua_pushnumber(lua, result);
  return 1;
}

}  // namespace

void push_number(lua_State* lua, const Number& number) {
  if (const auto integer = number.try_int64())
    lua_pushinteger(lua, *integer);
  else
    push_box<NumberBox>(lua, context_of(lua).number_key)->number = number;
}

std::optional<Number> number_at(lua_State* lua, int index) {
  if (lua_type(lua, index) != LUA_TNUMBER) {
    const auto* const box = box_at<NumberBox>(lua, index, Kind::number);
    return box == nullptr ? std::nullopt : std::optional(box->number);
  }
  if (lua_isinteger(lua, index) != 0) return Number(lua_tointeger(lua, index));
  return exact(lua_tonumber(lua, index));
}

void open_numbers(lua_State* lua) {
  set_function<make_number>(lua, "number");
  set_function<binary_operator<sum>>(lua, "add");
  set_function<binary_operator<difference>>(lua, "sub");
  set_function<binary_operator<multiply>>(lua, "mul");
  set_function<divided>(lua, "div");
  set_function<binary_operator<floor_divide>>(lua, "idiv");
  set_function<binary_operator<floor_modulo>>(lua, "mod");
  set_function<round_number>(lua, "round");
  set_function<to_float>(lua, "float");

  push_new_metatable(lua, context_of(lua).number_key, "drift.number");
  set_function<binary_operator<sum>>(lua, "__add");
  set_function<binary_operator<difference>>(lua, "__sub");
  set_function<binary_operator<multiply>>(lua, "__mul");
  set_function<binary_operator<divide>>(lua, "__div");
  set_function<binary_operator<floor_divide>>(lua, "__idiv");
  set_function<binary_operator<floor_modulo>>(lua, "__mod");
  set_function<negate>(lua, "__unm");
  set_function<is_equal>(lua, "__eq");
  set_function<is_less>(lua, "__lt");
  set_function<is_less_or_equal>(lua, "__le");
  set_function<text>(lua, "__tostring");
  set_function<concatenate>(lua, "__concat");
  lua_pop(lua, 1);
}

}  // namespace drift::script
