#include "cli/script/json_protocol.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace drift::script {
namespace {

using Kind = ProgramAction::Kind;

std::string nonsense(const auto& read) {
  try {
    read();
  } catch (const Nonsense& problem) {
    return problem.what();
  }
  return "none";
}

std::string refused_hello(std::string_view line) {
  return nonsense([&] { parse_hello(line); });
}
std::string refused_answer(std::string_view line, Call call = Call::up) {
  return nonsense([&] { parse_answer(line, 8, call, 1); });
}
// Of an answer with this one action.
ProgramAction action(const std::string& json) {
  return parse_answer(R"({"id":8,"results":[{"actions":[)" + json + "]}]}", 8, Call::up, 1).at(0).actions.at(0);
}
std::string refused_action(const std::string& json) {
  return nonsense([&] { action(json); });
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(JsonProtocol, SaysHello) {
  EXPECT_EQ(hello_line(20261123101500), R"({"drift":1,"hello":{"number":20261123101500}})");
}

TEST(JsonProtocol, ReadsWhatAProgramIs) {
  EXPECT_EQ(parse_hello(R"({"table":"Movies"})"), (ProgramTable{.table = "Movies"}));
  EXPECT_EQ(parse_hello(R"x({"table":"Movies","filter":"attribute_exists(year)"})x"),
            (ProgramTable{.table = "Movies", .filter = {.text = "attribute_exists(year)"}}));
  EXPECT_EQ(parse_hello(R"( {"drift":1, "table":"M\u00e9", "description":"add \"it\"", "has_down":true,
                             "has_verify":true, "reads":["year","a.b"], "filter":{"expression":"#y > :y",
                             "values":{":y":{"N":"1990"}}, "names":{"#y":"year"}}, "index":"by_year",
                             "copies":3, "timeout_seconds":60,
                             "error":null} )"),
            (ProgramTable{.table = "Mé",
                          .description = "add \"it\"",
                          .has_down = true,
                          .has_verify = true,
                          .reads = {"year", "a.b"},
                          .filter = {.text = "#y > :y", .values = {{":y", 1990}}, .names = {{"#y", "year"}}},
                          .index = "by_year",
                          .copies = 3,
                          .timeout_seconds = 60}));
}

TEST(JsonProtocol, RefusesWhatIsNoProgramOfThisProtocol) {
  EXPECT_EQ(refused_hello("Hello, world"),
            "its answer is no JSON object: \"Hello, world\" (what is to be printed belongs on stderr)");
  EXPECT_TRUE(has(refused_hello(""), "is no JSON object"));
  EXPECT_TRUE(has(refused_hello("[1]"), "is no JSON object"));
  EXPECT_TRUE(has(refused_hello("{'table': 'Movies'}"), "its answer begins: {'table': 'Movies'}"));
  EXPECT_TRUE(has(refused_hello(R"({"table":"T"} x)"), "its answer begins"));
  EXPECT_EQ(refused_hello("{}"), "it names no table: {\"table\": \"...\"}");
  EXPECT_EQ(refused_hello(R"({"table":"T","drift":2})"),
            "it speaks version 2 of the protocol, and this drift version 1");
  EXPECT_EQ(refused_hello(R"({"error":"needs pandas"})"), "it says: needs pandas");
  EXPECT_EQ(
      refused_hello(R"({"table":"T","has_dwon":true})"),
      "what it says of itself has the unknown field \"has_dwon\"; there are: drift, table, description, has_down, "
      "has_verify, reads, filter, index, copies, timeout_seconds, error");
  EXPECT_TRUE(has(refused_hello(R"({"table":"T","filter":7})"), "the member \"filter\" is not a string"));
  EXPECT_EQ(refused_hello(R"({"table":"T","filter":{"values":{}}})"),
            "filter: a text, or an object with the field expression");
  EXPECT_EQ(refused_hello(R"({"table":"T","filter":{"expression":"a = :a","value":{}}})"),
            "filter has the unknown field \"value\"; there are: expression, values, names");
  EXPECT_EQ(refused_hello(R"({"table":"T","copies":0})"), "copies: 1 to 256, not 0");
  EXPECT_EQ(refused_hello(R"({"table":"T","copies":257})"), "copies: 1 to 256, not 257");
  EXPECT_EQ(refused_hello(R"({"table":"T","timeout_seconds":4000})"), "timeout_seconds: 1 to 3600, not 4000");
  EXPECT_TRUE(has(refused_hello(R"({"table":"T","table":"U"})"), "the field \"table\" twice"));
  EXPECT_TRUE(has(refused_hello(R"({"table":7})"), "the member \"table\" is not a string"));
  EXPECT_TRUE(has(refused_hello(R"({"table":"T","has_down":1})"), "is not true or false"));
  EXPECT_TRUE(has(refused_hello(R"({"table":"T","reads":[1]})"), "its answer begins"));
  EXPECT_TRUE(has(refused_hello(R"({"table":"T","reads":"year"})"), "is not an array"));
}

TEST(JsonProtocol, AsksForItemsInOneLine) {
  const std::array<std::string_view, 2> items{R"({"id":{"N":"1"}})", "{\n\"id\":\r\n{\"N\":\"2\"}}"};
  EXPECT_EQ(request_line(8, Call::down, items),
            R"({"id":8,"call":"down","items":[{"id":{"N":"1"}},{ "id":  {"N":"2"}}]})");
  const std::array<std::string_view, 1> ends{"{\"id\":{\"S\":\"a\u2028b\u2029\u2028c\"}}"};
  EXPECT_TRUE(has(request_line(8, Call::up, ends), R"({"S":"a\u2028b\u2029\u2028c"})"));
  EXPECT_TRUE(has(request_line(1, Call::up, items), R"("call":"up")"));
  EXPECT_TRUE(has(request_line(1, Call::verify, items), R"("call":"verify")"));
}

TEST(JsonProtocol, ReadsUpdates) {
  const ProgramAction full = action(R"json({"update":"SET #d = :d","values":{":d":{"N":"1990"}},"names":{"#d":"decade"},
      "condition":"attribute_exists(id)","table":"Other","key":{"id":{"N":"7"}},"guard":"exists"})json");
  EXPECT_EQ(full.kind, Kind::update);
  EXPECT_EQ(full.expression, "SET #d = :d");
  EXPECT_EQ(full.options.values, (Attributes{{":d", 1990}}));
  EXPECT_EQ(full.options.names, (Names{{"#d", "decade"}}));
  EXPECT_EQ(full.options.condition, "attribute_exists(id)");
  EXPECT_EQ(full.table, "Other");
  EXPECT_EQ(full.item, (Attributes{{"id", 7}}));
  EXPECT_EQ(full.options.guard, Guard::exists);
  const ProgramAction bare =
      action(R"({"update":"REMOVE a","values":{},"names":null,"condition":"","table":"","key":{},"guard":""})");
  EXPECT_EQ(bare.expression, "REMOVE a");
  EXPECT_TRUE(bare.item.empty() && bare.table.empty() && bare.options.values.empty() && bare.options.names.empty());
  EXPECT_FALSE(bare.options.guard);
  EXPECT_EQ(action(R"({"update":"REMOVE a","guard":"unchanged"})").options.guard, Guard::unchanged);
  EXPECT_EQ(action(R"({"update":"REMOVE a","guard":"none"})").options.guard, Guard::none);
}

TEST(JsonProtocol, ReadsInsertsPutsAndRemoves) {
  const ProgramAction insert = action(R"({"insert":{"id":{"N":"7"},"x":{"NULL":true}},"table":"Other"})");
  EXPECT_EQ(insert.kind, Kind::insert);
  EXPECT_EQ(insert.item, (Attributes{{"id", 7}, {"x", nullptr}}));
  EXPECT_EQ(insert.table, "Other");
  const ProgramAction put = action(R"({"put":{"id":{"N":"7"}},"condition":"a = :a","values":{":a":{"L":[]}}})");
  EXPECT_EQ(put.kind, Kind::put);
  EXPECT_EQ(put.options.condition, "a = :a");
  EXPECT_EQ(put.options.values, (Attributes{{":a", List{}}}));
  EXPECT_EQ(action(R"({"remove":true})").kind, Kind::remove_scanned);
  const ProgramAction remove = action(R"({"remove":{"id":{"N":"7"}},"table":"Other"})");
  EXPECT_EQ(remove.kind, Kind::remove);
  EXPECT_EQ(remove.item, (Attributes{{"id", 7}}));
}

TEST(JsonProtocol, RefusesActionsThatItDoesNotUnderstand) {
  EXPECT_TRUE(has(refused_action(R"({"updat":"REMOVE a"})"), "one of the fields update, insert, put, remove"));
  EXPECT_TRUE(has(refused_action(R"({"update":"REMOVE a","vales":{}})"), "unknown field \"vales\""));
  EXPECT_TRUE(has(refused_action(R"({"update":"REMOVE a","put":{}})"), "unknown field \"put\""));
  EXPECT_TRUE(has(refused_action(R"({"put":{},"key":{}})"), "unknown field \"key\""));
  EXPECT_TRUE(has(refused_action(R"({"update":["REMOVE a"]})"), "is not a string"));
  EXPECT_TRUE(has(refused_action(R"({"update":"SET a = :a","values":{":a":1}})"), "its answer begins"));
  EXPECT_TRUE(has(refused_action(R"({"update":"SET a = :a","values":{":a":{"N":1}}})"), "its answer begins"));
  EXPECT_TRUE(has(refused_action(R"({"update":"SET a = :a","values":{":a":{"N":"1e999"}}})"), "its answer begins"));
  EXPECT_TRUE(has(refused_action(R"({"update":"SET #a = b","names":{"#a":7}})"), "its answer begins"));
  EXPECT_TRUE(has(refused_action(R"({"put":[{"id":{"N":"7"}}]})"), "its answer begins"));
  EXPECT_TRUE(has(refused_action(R"({"put":null})"), "its answer begins"));
  EXPECT_TRUE(has(refused_action(R"({"update":"REMOVE a","guard":"some"})"), "guard: \"unchanged\""));
  EXPECT_TRUE(has(refused_action(R"({"remove":false})"), "remove: true for the item itself"));
  EXPECT_TRUE(has(refused_action(R"({"remove":true,"table":"Other"})"), "takes the item's key"));
  EXPECT_TRUE(has(refused_action("7"), "its answer begins"));
}

TEST(JsonProtocol, ReadsAResultForEachItem) {
  const auto results = parse_answer(
      R"({"id":8,"results":[{"actions":[]},{"error":"no year"},{"actions":[{"remove":true}],"error":""}]})", 8,
      Call::up, 3);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_TRUE(results[0].actions.empty() && results[0].error.empty());
  EXPECT_EQ(results[1].error, "no year");
  EXPECT_EQ(results[2].actions.size(), 1U);
  const auto held =
      parse_answer(R"({"results":[{"holds":true},{"holds":false},{"error":"?"}],"id":8})", 8, Call::verify, 3);
  EXPECT_TRUE(held.at(0).holds);
  EXPECT_FALSE(held.at(1).holds);
  EXPECT_EQ(held.at(2).error, "?");
}

TEST(JsonProtocol, RefusesWhatIsNoAnswer) {
  EXPECT_TRUE(has(refused_answer("Traceback (most recent call last):"), "is no JSON object"));
  EXPECT_EQ(refused_answer(R"({"id":7,"results":[{"actions":[]}]})"), "the answer has the id 7 and not 8");
  EXPECT_EQ(refused_answer(R"({"results":[{"actions":[]}]})"), "the answer has no id");
  EXPECT_EQ(refused_answer(R"({"id":8,"results":[]})"), "the answer has 0 results for 1 item");
  EXPECT_EQ(refused_answer(R"({"id":8})"), "the answer has 0 results for 1 item");
  EXPECT_EQ(refused_answer(R"({"id":8,"results":[{"actions":[]},{"actions":[]}]})"),
            "the answer has 2 results for 1 item");
  EXPECT_TRUE(has(refused_answer(R"({"id":8,"results":[{"actions":[]}],"more":1})"), "unknown field \"more\""));
  EXPECT_TRUE(has(refused_answer(R"({"id":8,"results":[{}]})"), "a result has the field actions"));
  EXPECT_TRUE(has(refused_answer(R"({"id":8,"results":[{"holds":true}]})"), "unknown field \"holds\""));
  EXPECT_TRUE(has(refused_answer(R"({"id":8,"results":[{"actions":{}}]})"), "is not an array"));
  EXPECT_TRUE(
      has(refused_answer(R"({"id":8,"results":[{}]})", Call::verify), "a result of verify has the field holds"));
  EXPECT_TRUE(has(refused_answer(R"({"id":8,"results":[{"actions":[]}]})", Call::verify), "unknown field \"actions\""));
  EXPECT_TRUE(has(refused_answer(R"({"id":8,"results":[{"actions":[]}])"), "its answer begins"));
}

}  // namespace
}  // namespace drift::script
