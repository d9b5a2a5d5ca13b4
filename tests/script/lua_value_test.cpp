// Every value goes to Lua and back unchanged, and what is no value of DynamoDB's is refused with its place.
#include "script_fixture.hpp"
#include "value/random_value.hpp"

namespace drift::script {
namespace {

using value::Random;
using value::random_attributes;

class LuaValueTest : public ScriptFixture {
 protected:
  // What `item.v` is after Lua had it.
  Value through(const Value& value, const std::string& body = "actions:put({ id = item.id, v = item.v })") {
    const auto records = run(body, {{"v", value}});
    EXPECT_EQ(records.size(), 1U);
    return attributes_from_json(records.at(0).item).at("v");
  }
  Value made(const std::string& expression) { return through(1, "actions:put({ id = 1, v = " + expression + " })"); }
  std::string refused(const std::string& expression) {
    return error_of("actions:put({ id = 1, v = " + expression + " })");
  }
};

TEST_F(LuaValueTest, EveryRandomValueSurvives) {
  Random random(value::choose_seed());
  const Migration migration = load(
      up_of("actions:put(drift.attributes(item), nil, { guard = 'none' })\n"
            "local copy = {}\n"
            "for name, value in pairs(item) do copy[name] = item[name] assert(drift.equal(value, item[name])) end\n"
            "actions:put(copy, nil, { guard = 'none' })"));
  for (int round = 0; round < 1'500; ++round) {
    Attributes attributes = random_attributes(random, 1 + value::below(random, 6));
    attributes.insert_or_assign("id", round);
    const auto records = call(migration.up, Item::of(attributes, {"id"}));
    ASSERT_EQ(records.size(), 2U);
    for (const ActionRecord& record : records)
      ASSERT_EQ(attributes_from_json(record.item), attributes) << to_json(attributes);
  }
}

TEST_F(LuaValueTest, EveryLevelOfNestingSurvives) {
  Value value = List{};
  for (int level = 2; level <= 32; ++level)
    value = level % 2 == 0 ? Value(Attributes{{"m", value}}) : Value(List{value});
  EXPECT_EQ(through(value), value);
}

TEST_F(LuaValueTest, NumbersKeepEveryDigit) {
  for (const char* const text : {"0", "1", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
                                 "-9223372036854775809", "0.1", "12345678901234567890123456789012345678", "1e-130",
                                 "9.9999999999999999999999999999999999999e125", "-7.25"})
    EXPECT_EQ(through(Number::parse(text)), Value(Number::parse(text))) << text;
}

TEST_F(LuaValueTest, IntegersAreIntegersAndOtherNumbersAreExact) {
  const auto kind = [&](const char* number) {
    return eval("math.type(item.v) or getmetatable(item.v)", {{"v", Number::parse(number)}});
  };
  EXPECT_EQ(kind("7"), "integer");
  EXPECT_EQ(kind("7.00"), "integer");
  EXPECT_EQ(kind("9223372036854775807"), "integer");
  EXPECT_EQ(kind("9223372036854775808"), "drift.number");
  EXPECT_EQ(kind("7.5"), "drift.number");
}

TEST_F(LuaValueTest, FloatsAreStoredAsTheDecimalThatTheyStandFor) {
  EXPECT_EQ(made("0.1"), Value(Number::parse("0.1")));
  EXPECT_EQ(made("7 / 2"), Value(Number::parse("3.5")));
  EXPECT_EQ(made("6 / 2"), Value(3));
  EXPECT_EQ(made("-0.0"), Value(0));
  EXPECT_EQ(made("9007199254740.25"), Value(Number::parse("9007199254740.25")));
  EXPECT_EQ(made("1e15"), Value(1'000'000'000'000'000));
  EXPECT_EQ(made("-1.5e-100"), Value(Number::parse("-1.5e-100")));
  EXPECT_NE(refused("0/0").find("item.v: DynamoDB cannot store the number"), std::string::npos) << refused("0/0");
  EXPECT_NE(refused("1/0").find("inf"), std::string::npos);
  EXPECT_NE(refused("1e300").find("1e+300"), std::string::npos);
  EXPECT_NE(refused("5e-324").find("cannot store"), std::string::npos);
}

TEST_F(LuaValueTest, FloatsThatMayHaveLostDigitsAreRefusedWithWhatToWrite) {
  EXPECT_EQ(
      refused("0.1 + 0.2"),
      "00001_test.lua:1: item.v: the float 0.30000000000000004 may have lost digits, as floats keep 15. Exact are "
      "drift.add, drift.sub, drift.mul and drift.div(a, b), // for whole numbers, and drift.number(\"...\"); "
      "drift.round(x, places) and drift.div(a, b, places) round");
  const auto is_lossy = [this](const std::string& expression) {
    return refused(expression).find("may have lost digits") != std::string::npos;
  };
  for (const char* const expression :
       {"9007199254740993 / 100", "9007199254740993 * 1.0", "tonumber('12345678901234567890')", "1 / 3", "1e100",
        "2^53", "{ a = { 1, 2 / 3 } }", "drift.number_set{ 1 / 3 }", "drift.number(1 / 3)", "drift.add(1, 1 / 3)",
        "drift.round(9007199254740993 / 100, 2)", "drift.round(9007199254740993 * 1.0)", "drift.round(1 / 3, 16)"})
    EXPECT_TRUE(is_lossy(expression)) << expression << ": " << refused(expression);
  EXPECT_NE(error_of("return drift.number('1.5') < 1 / 3").find("may have lost digits"), std::string::npos);
  EXPECT_EQ(made("drift.div(9007199254740993, 100)"), Value(Number::parse("90071992547409.93")));
  EXPECT_EQ(made("drift.number('12345678901234567890')"), Value(Number::parse("12345678901234567890")));
  EXPECT_EQ(made("drift.round(1 / 3, 2)"), Value(Number::parse("0.33")));
  EXPECT_EQ(made("drift.round(-2.5)"), Value(-3));
  EXPECT_EQ(made("drift.round(0.1 + 0.2, 10)"), Value(Number::parse("0.3")));
  EXPECT_EQ(made("drift.round(0.5, 20)"), Value(Number::parse("0.5")));
  EXPECT_EQ(made("drift.round(1.23456789e20, -10)"), Value(Number::parse("1.234567890e20")));
  EXPECT_EQ(eval("drift.type(1 / 3), drift.float(1 / 3) == 1 / 3, drift.number('1.5') .. 1 / 4"),
            "number\ttrue\t1.50.25");
}

TEST_F(LuaValueTest, EveryDecimalOfFifteenDigitsSurvivesAsAFloat) {
  Random random(value::choose_seed());
  const Migration migration = load(up_of("actions:put({ id = 1, v = tonumber(item.text) })"));
  for (int round = 0; round < 1'500; ++round) {
    std::string text(1, static_cast<char>('1' + value::below(random, 9)));
    for (auto more = value::below(random, 15); more > 0; --more)
      text += static_cast<char>('0' + value::below(random, 10));
    text += "e" + std::to_string(-static_cast<int>(value::below(random, 100)));
    const auto records = call(migration.up, Item::of({{"id", 1}, {"text", text}}, {"id"}));
    ASSERT_EQ(attributes_from_json(records.at(0).item).at("v"), Value(Number::parse(text))) << text;
  }
}

TEST_F(LuaValueTest, EmptyListsAndMapsDiffer) {
  EXPECT_EQ(through(List{}), Value(List{}));
  EXPECT_EQ(through(Attributes{}), Value(Attributes{}));
  EXPECT_EQ(made("drift.list{}"), Value(List{}));
  EXPECT_EQ(made("drift.map{}"), Value(Attributes{}));
  EXPECT_EQ(refused("{}"),
            "00001_test.lua:1: item.v: an empty table may be a list or a map: write drift.list{} or drift.map{}");
}

TEST_F(LuaValueTest, TablesWithoutAMarkAreListsOrMaps) {
  EXPECT_EQ(made("{ 1, 'two', true }"), Value(List{1, "two", true}));
  EXPECT_EQ(made("{ a = 1, b = { c = drift.null } }"), Value(Attributes{{"a", 1}, {"b", Attributes{{"c", nullptr}}}}));
  EXPECT_EQ(made("setmetatable({ a = 1 }, { __index = { b = 2 } })"), Value(Attributes{{"a", 1}}));
  EXPECT_NE(refused("{ 1, a = 2 }").find("item.v: a list has the keys 1 to n"), std::string::npos);
  EXPECT_NE(refused("{ a = 1, [7] = 2 }").find("item.v: a map has names"), std::string::npos);
  EXPECT_NE(refused("{ [true] = 2 }").find("boolean"), std::string::npos);
  EXPECT_NE(refused("{ 1, nil, 3 }").find("item.v"), std::string::npos);
  EXPECT_NE(refused("drift.list{ a = 1 }").find("drift.list: a list has the keys"), std::string::npos);
  EXPECT_NE(refused("drift.map{ 1 }").find("drift.map: a map has names"), std::string::npos);
}

TEST_F(LuaValueTest, SetsAreTablesThatKnowTheirMembers) {
  EXPECT_EQ(made("drift.string_set{ 'b', 'a' }"), Value::string_set({"a", "b"}));
  EXPECT_EQ(made("drift.number_set{ 2, 1, drift.number('0.5') }"), Value::number_set({1, 2, Number::parse("0.5")}));
  EXPECT_EQ(made("drift.binary_set{ drift.binary('x') }"), Value::binary_set({{'x'}}));
  EXPECT_EQ(through(Value::string_set({"a", "b"}),
                    "local s = item.v\n"
                    "assert(#s == 2 and s:contains('a') and not s:contains('c'))\n"
                    "assert(s:add('c') and not s:add('a') and s:remove('b') and not s:remove('z'))\n"
                    "actions:put({ id = 1, v = s })"),
            Value::string_set({"a", "c"}));
  EXPECT_EQ(made("(function() local s = drift.number_set{} s:add(drift.number('1.5')) s:add(1) return s end)()"),
            Value::number_set({1, Number::parse("1.5")}));
  EXPECT_NE(refused("drift.string_set{}").find("item.v"), std::string::npos);
  EXPECT_NE(refused("drift.string_set{ 'a', 'a' }").find("drift.string_set"), std::string::npos);
  EXPECT_NE(refused("drift.string_set{ 1 }").find("drift.string_set[1]: a string belongs here, not a number"),
            std::string::npos);
  EXPECT_NE(refused("drift.binary_set{ 'a' }").find("a drift.binary belongs here"), std::string::npos);
}

TEST_F(LuaValueTest, ASetFindsItsNumbersByValue) {
  const Value set = Value::number_set({Number::parse("1.5"), 2, Number::parse("3.25")});
  EXPECT_EQ(eval("item.v:contains(1.5), item.v:contains(drift.number('3.25')), item.v:contains(2.0), "
                 "item.v:contains(1.25), item.v:contains('2')",
                 {{"v", set}}),
            "true\ttrue\ttrue\tfalse\tfalse");
  EXPECT_EQ(through(set,
                    "local s = item.v\n"
                    "assert(not s:add(1.5) and not s:add(drift.number('3.25')) and s:remove(1.5) and s:add(0.5))\n"
                    "assert(not s:add(drift.number('0.5')) and not s:remove(1.5))\n"
                    "actions:put({ id = 1, v = s })"),
            Value::number_set({Number::parse("0.5"), 2, Number::parse("3.25")}));
  EXPECT_EQ(eval("drift.binary_set{ drift.binary('x') }:contains(drift.binary('x'))"), "true");
}

TEST_F(LuaValueTest, BinaryHasItsBytes) {
  const Value bytes = Value::binary({0, 255, 10});
  EXPECT_EQ(through(bytes), bytes);
  EXPECT_EQ(made("drift.binary('\\0\\255\\n')"), bytes);
  EXPECT_EQ(made("drift.from_base64('AP8K')"), bytes);
  EXPECT_EQ(eval("item.v:bytes() == '\\0\\255\\n', #item.v, item.v:base64(), item.v == drift.binary('\\0\\255\\n')",
                 {{"v", bytes}}),
            "true\t3\tAP8K\ttrue");
  EXPECT_NE(error_of("drift.from_base64('!')").find("base64"), std::string::npos);
}

TEST_F(LuaValueTest, NullIsNotAbsent) {
  EXPECT_EQ(eval("item.v == drift.null, item.w == nil, item.v == nil, item.w == drift.null, tostring(drift.null)",
                 {{"v", nullptr}}),
            "true\ttrue\tfalse\tfalse\tdrift.null");
  EXPECT_EQ(made("drift.null"), Value(nullptr));
}

TEST_F(LuaValueTest, WhatCannotBeStoredIsRefusedWithItsPlace) {
  EXPECT_NE(refused("{ a = { 'ok', '\\xff' } }").find("item.v.a[2]: a string that is not UTF-8"), std::string::npos);
  EXPECT_NE(refused("{ ['\\xff'] = 1 }").find("UTF-8"), std::string::npos);
  EXPECT_NE(refused("{ [''] = 1 }").find("not empty"), std::string::npos);
  EXPECT_NE(refused("print").find("item.v: a function cannot be stored"), std::string::npos);
  EXPECT_NE(refused("actions").find("item.v: actions cannot be stored"), std::string::npos);
  EXPECT_NE(error_of("local t = {} t.t = t actions:put({ id = 1, v = t })").find("contains itself"), std::string::npos);
  EXPECT_NE(error_of("local t = {} t[1] = t actions:put({ id = 1, v = t })").find("contains itself"),
            std::string::npos);
}

// Few tables, each of which stands in many places.
TEST_F(LuaValueTest, WhatIsTooLargeIsRefusedWhileItIsRead) {
  const auto refused_at = [this](const std::string& body) {
    const std::string error = error_of(body);
    EXPECT_TRUE(error.ends_with("more than 1048576 bytes and members; DynamoDB's items have 400 KB at most")) << error;
    return error.substr(0, error.find(": more than"));
  };
  const std::string doubled = "local t = { 1 } for i = 1, 23 do t = { t, t } end ";
  EXPECT_TRUE(
      refused_at(doubled + "actions:update('SET x = :x', { x = t })").starts_with("00001_test.lua:1: values.x[1]"));
  EXPECT_TRUE(refused_at(doubled + "drift.equal(t, t)").starts_with("00001_test.lua:1: drift.equal[1]"));
  EXPECT_TRUE(refused_at("local s = ('x'):rep(400000) actions:put({ id = 1, a = s, b = s, c = s })")
                  .starts_with("00001_test.lua:1: item."));
  refused_at("local s = ('x'):rep(350000) drift.list{ { a = s }, s, s, s }");
  refused_at("local s = ('x'):rep(600000) local b = drift.binary(s) drift.list{ b, b }");
  refused_at("local name = ('n'):rep(60000) local t = {} for i = 1, 20 do t[i] = { [name] = 1 } end drift.list(t)");
  EXPECT_EQ(error_of("drift.list{ ('x'):rep(400000), ('y'):rep(400000) }"), "none");
}

TEST_F(LuaValueTest, WhatAScriptGetsIsACopy) {
  const auto records =
      run("local tags = item.tags\ntags[1] = 'changed'\nassert(item.tags[1] == 'old')\n"
          "actions:update('SET tags = :t', { t = tags })",
          {{"tags", List{"old"}}});
  EXPECT_EQ(records.at(0).values, R"({":t":{"L":[{"S":"changed"}]}})");
}

TEST_F(LuaValueTest, TypesAndEqualityAreDynamosOwn) {
  EXPECT_EQ(
      eval("drift.type(nil), drift.type('a'), drift.type(1), drift.type(1.5), drift.type(true), drift.type({ 1 })"),
      "nil\tstring\tnumber\tnumber\tboolean\tlist");
  EXPECT_EQ(
      eval("drift.type(drift.map{}), drift.type(drift.null), drift.type(drift.string_set{ 'a' }), drift.type(item)"),
      "map\tnull\tstring_set\tmap");
  EXPECT_EQ(eval("drift.equal({ 1, { a = 2 } }, drift.list{ 1, { a = 2 } }), drift.equal(item.v, 7.5), item.v == 7.5",
                 {{"v", Number::parse("7.5")}}),
            "true\ttrue\tfalse");
  EXPECT_EQ(eval("drift.equal(nil, nil), drift.equal(nil, drift.null)"), "true\tfalse");
}

}  // namespace
}  // namespace drift::script
