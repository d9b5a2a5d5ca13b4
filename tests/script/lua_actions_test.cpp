// What scripts queue is what a C++ callback would: each action as its record, the helpers as plain updates and puts,
// and what was looked at in the guard.
#include "cli/script/convert.hpp"

#include "script_fixture.hpp"

namespace drift::script {
namespace {

class LuaActionsTest : public ScriptFixture {
 protected:
  ActionRecord one(const std::string& body, const Attributes& attributes = {}) {
    auto records = run(body, attributes);
    EXPECT_EQ(records.size(), 1U) << body;
    return records.empty() ? ActionRecord{} : records[0];
  }
};

TEST_F(LuaActionsTest, QueuesAnUpdate) {
  const ActionRecord record = one("actions:update('SET decade = :d', { d = item.year // 10 * 10 })", {{"year", 1987}});
  EXPECT_EQ(record.kind, ActionKind::update);
  EXPECT_TRUE(record.scanned_item);
  EXPECT_EQ(record.expression, "SET decade = :d");
  EXPECT_EQ(record.values, R"({":d":{"N":"1980"}})");
  EXPECT_EQ(record.guarded, R"(["year","decade"])");
  EXPECT_EQ(record.image, R"({"year":{"N":"1987"}})");
}

TEST_F(LuaActionsTest, PassesOptionsOn) {
  const ActionRecord record =
      one("actions:update('SET #n = :v', { [':v'] = 1, d = 2 }, { names = { n = 'first name', ['#y'] = 'year' },"
          " condition = '#y < :d', guard = 'exists', key = { id = 5 }, table = 'Others' })");
  EXPECT_EQ(record.table, "Others");
  EXPECT_EQ(record.key, R"({"id":{"N":"5"}})");
  EXPECT_EQ(record.condition, "#y < :d");
  EXPECT_EQ(record.names, R"({"#n":"first name","#y":"year"})");
  EXPECT_EQ(record.values, R"({":d":{"N":"2"},":v":{"N":"1"}})");
  EXPECT_EQ(record.guard, journal::GuardKind::exists);
  EXPECT_EQ(one("actions:update('SET a = :v', { v = 1 }, { guard = 'none' })").guard, journal::GuardKind::none);
  EXPECT_EQ(one("actions:update('SET a = :v', { v = 1 }, { guard = 'unchanged' })").guard,
            journal::GuardKind::unchanged);
}

TEST_F(LuaActionsTest, QueuesInsertPutAndRemove) {
  const auto records =
      run("actions:insert({ id = 2, a = 1 })\n"
          "actions:put(item, 'Archive', { condition = 'attribute_not_exists(#i)', names = { i = 'id' } })\n"
          "actions:remove({ id = 3 }, 'Archive', { condition = 'a = :a', values = { a = 1 } })\n"
          "actions:remove()",
          {{"title", "x"}});
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[0].kind, ActionKind::insert);
  EXPECT_EQ(records[0].item, R"({"a":{"N":"1"},"id":{"N":"2"}})");
  EXPECT_EQ(records[1].kind, ActionKind::put);
  EXPECT_EQ(records[1].table, "Archive");
  EXPECT_EQ(records[1].item, R"({"id":{"N":"1"},"title":{"S":"x"}})");
  EXPECT_EQ(records[1].names, R"({"#i":"id"})");
  EXPECT_EQ(records[2].kind, ActionKind::remove);
  EXPECT_EQ(records[2].key, R"({"id":{"N":"3"}})");
  EXPECT_EQ(records[2].values, R"({":a":{"N":"1"}})");
  EXPECT_EQ(records[3].kind, ActionKind::remove);
  EXPECT_TRUE(records[3].scanned_item);
  EXPECT_TRUE(one("actions:remove(nil, nil, { condition = 'a = :a', values = { a = 1 } })").scanned_item);
}

TEST_F(LuaActionsTest, PutsThePrefixBeforeEveryTable) {
  options_.table_prefix = "test-";
  EXPECT_EQ(load(up_of("")).table, "test-Movies");
  const auto records =
      run("actions:put({ id = 1 }, 'A') actions:remove({ id = 1 }, 'B') actions:copy_to('C')\n"
          "actions:update('SET a = :a', { a = 1 }, { key = { id = 1 }, table = 'D' })");
  ASSERT_EQ(records.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(records[i].table, std::string("test-") + "ABCD"[i]);
}

TEST_F(LuaActionsTest, RecordsWhatWasLookedAt) {
  EXPECT_EQ(one("if item.a or item.b then end actions:update('SET c = :c', { c = 1 })", {{"b", 1}, {"z", 1}}).guarded,
            R"(["a","b","c"])");
  EXPECT_EQ(one("for _ in pairs(item) do end actions:update('SET c = :c', { c = 1 })", {{"b", 1}}).image,
            R"({"b":{"N":"1"}})");
  EXPECT_EQ(one("drift.key(item) drift.size_bytes(item) actions:update('SET c = :c', { c = 1 })", {{"b", 1}}).guarded,
            R"(["c"])");
}

TEST_F(LuaActionsTest, Renames) {
  const ActionRecord record = one("assert(actions:rename('name', 'full.name'))", {{"name", "x"}});
  EXPECT_EQ(record.expression, "SET #new = #old REMOVE #old");
  EXPECT_EQ(record.names, R"({"#new":"full.name","#old":"name"})");
  EXPECT_EQ(record.guard, journal::GuardKind::unchanged);
  EXPECT_EQ(run("assert(actions:rename('name', 'x') == false)").size(), 0U);
  EXPECT_EQ(run("assert(actions:rename('name', 'x') == false)", {{"x", 1}}).size(), 0U);
  EXPECT_EQ(error_of("actions:rename('a', 'b')", {{"a", 1}, {"b", 1}}),
            "00001_test.lua:1: rename: the item has \"a\" and \"b\"");
}

TEST_F(LuaActionsTest, SetsDefaults) {
  const ActionRecord record = one("assert(actions:default('status', 'new'))");
  EXPECT_EQ(record.expression, "SET #name = if_not_exists(#name, :value)");
  EXPECT_EQ(record.names, R"({"#name":"status"})");
  EXPECT_EQ(record.values, R"({":value":{"S":"new"}})");
  EXPECT_EQ(run("assert(not actions:default('status', 'new'))", {{"status", nullptr}}).size(), 0U);
  EXPECT_NE(error_of("actions:default('status')").find("the default: there is nothing"), std::string::npos);
}

TEST_F(LuaActionsTest, Converts) {
  const ActionRecord record = one("assert(actions:convert('year', 'N'))", {{"year", "1987.50"}});
  EXPECT_EQ(record.expression, "SET #name = :value");
  EXPECT_EQ(record.values, R"({":value":{"N":"1987.5"}})");
  EXPECT_EQ(
      run("assert(not actions:convert('year', 'N')) assert(not actions:convert('gone', 'N'))", {{"year", 1}}).size(),
      0U);
  EXPECT_EQ(error_of("actions:convert('year', 'N')", {{"year", "MCMLXXXVII"}}),
            "00001_test.lua:1: convert: \"year\" is \"MCMLXXXVII\", which is no number");
  EXPECT_NE(error_of("actions:convert('year', 'M')", {{"year", 1}}).find("S, N, B, BOOL"), std::string::npos);
}

TEST_F(LuaActionsTest, ConversionsAreExactOrRefused) {
  const auto to = [](const Value& value, const char* tag) { return converted(value, *type_of_tag(tag)); };
  EXPECT_EQ(to(Number::parse("12345678901234567890.5"), "S"), Value("12345678901234567890.5"));
  EXPECT_EQ(to("a\xc3\xa9", "B"), Value::binary({'a', 0xc3, 0xa9}));
  EXPECT_EQ(to(Value::binary({'a'}), "S"), Value("a"));
  EXPECT_EQ(to(true, "S"), Value("true"));
  EXPECT_EQ(to("false", "BOOL"), Value(false));
  EXPECT_EQ(to(1, "BOOL"), Value(true));
  EXPECT_EQ(to(false, "N"), Value(0));
  EXPECT_EQ(to(List{"b", "a"}, "SS"), Value::string_set({"a", "b"}));
  EXPECT_EQ(to(List{1}, "NS"), Value::number_set({1}));
  EXPECT_EQ(to(List{Value::binary({1})}, "BS"), Value::binary_set({{1}}));
  EXPECT_EQ(to(Value::number_set({1, 2}), "L"), Value(List{1, 2}));
  for (const auto& [value, tag] : std::initializer_list<std::pair<Value, const char*>>{{Value::binary({0xff}), "S"},
                                                                                       {"TRUE", "BOOL"},
                                                                                       {2, "BOOL"},
                                                                                       {List{1, "a"}, "NS"},
                                                                                       {List{"a", "a"}, "SS"},
                                                                                       {List{}, "SS"},
                                                                                       {"a", "SS"},
                                                                                       {nullptr, "S"},
                                                                                       {Attributes{}, "S"},
                                                                                       {List{}, "S"},
                                                                                       {1, "B"},
                                                                                       {"1e200", "N"},
                                                                                       {1, "L"}})
    EXPECT_THROW(to(value, tag), ConversionError) << to_json(value) << ' ' << tag;
  EXPECT_FALSE(type_of_tag("M") || type_of_tag("NULL") || type_of_tag("n"));
}

TEST_F(LuaActionsTest, CopiesToATable) {
  const Attributes item = {{"title", "x"}, {"year", 1987}};
  EXPECT_EQ(one("assert(actions:copy_to('Archive'))", item).item,
            R"({"id":{"N":"1"},"title":{"S":"x"},"year":{"N":"1987"}})");
  EXPECT_EQ(one("actions:copy_to('Archive', function(copy) copy.year = nil copy.seen = true end)", item).item,
            R"({"id":{"N":"1"},"seen":{"BOOL":true},"title":{"S":"x"}})");
  EXPECT_EQ(one("actions:copy_to('Archive', function(copy) return { id = copy.id } end)", item).item,
            R"({"id":{"N":"1"}})");
  EXPECT_EQ(run("assert(not actions:copy_to('Archive', function() return false end))", item).size(), 0U);
  EXPECT_EQ(error_of("actions:copy_to('Archive', function(copy)\n error('not this one') end)", item),
            "00001_test.lua:2: not this one");
}

TEST_F(LuaActionsTest, Drops) {
  const ActionRecord record = one("assert(actions:drop('a', 'status', 'b'))", {{"a", 1}, {"b", 2}});
  EXPECT_EQ(record.expression, "REMOVE #n1, #n3");
  EXPECT_EQ(record.names, R"({"#n1":"a","#n3":"b"})");
  EXPECT_EQ(run("assert(not actions:drop('c'))").size(), 0U);
}

TEST_F(LuaActionsTest, RefusesWhatCouldNeverSucceed) {
  EXPECT_NE(error_of("actions:update('SET a = ', {})").find("00001_test.lua:1: ValidationException"),
            std::string::npos);
  EXPECT_NE(error_of("actions:update('SET a = :a', { b = 1 })").find(":a"), std::string::npos);
  EXPECT_NE(error_of("actions:update('SET id = :a', { a = 1 })").find("id"), std::string::npos);
  EXPECT_NE(error_of("actions:update('SET a = :a', { a = 1 }, { gaurd = 'none' })")
                .find("the option gaurd is not known; there are: condition, guard"),
            std::string::npos);
  EXPECT_NE(error_of("actions:update('SET a = :a', { a = 1 }, { guard = 'all' })").find("\"all\""), std::string::npos);
  EXPECT_NE(error_of("actions:put({ a = 1 })").find("id"), std::string::npos);
  EXPECT_NE(error_of("actions:put({ 1, 2 })").find("item: a map has names"), std::string::npos);
  EXPECT_NE(error_of("actions:put(drift.list{ 1 })").find("a table with names"), std::string::npos);
  EXPECT_NE(error_of("actions.update('SET a = :a')").find("called with a colon"), std::string::npos);
  EXPECT_NE(error_of("actions:remove(nil, 'Archive')").find("takes the item's key"), std::string::npos);
  EXPECT_NE(error_of("return #item").find("no length"), std::string::npos);
  EXPECT_NE(error_of("return item[1]").find("attributes have names"), std::string::npos);
  EXPECT_NE(error_of("item.title = 'x'").find("actions:update(\"SET title = :v\""), std::string::npos);
}

TEST_F(LuaActionsTest, ACaughtRefusalQueuesNothing) {
  const auto records = run("assert(not pcall(actions.put, actions, {}))\nactions:remove()");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].kind, ActionKind::remove);
}

}  // namespace
}  // namespace drift::script
