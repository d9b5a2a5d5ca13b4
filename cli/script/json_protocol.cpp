// Reading is strict: a field that is not known is an error, because a misspelt one would else be an action that does
// less than was meant.
#include "cli/script/json_protocol.hpp"

#include "base/text.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <utility>

namespace drift::script {

namespace {

using value::JsonObject;

constexpr std::uint64_t copies_max = 256;
constexpr std::uint64_t timeout_seconds_max = 3'600;

[[noreturn]] void refuse(const std::string& problem) { throw Nonsense(problem); }

std::string quoted(std::string_view text) { return '"' + base::one_line(text, 100) + '"'; }

[[noreturn]] void refuse_unknown(const std::string& what, const std::string& name,
                                 std::initializer_list<std::string_view> known) {
  std::string names;
  for (const std::string_view one : known) names.append(names.empty() ? "" : ", ").append(one);
  refuse(what + " has the unknown field " + quoted(name) + "; there are: " + names);
}

// That the object has no members but these, and none twice. `what`: "the answer".
void check_members(const JsonObject& object, const std::string& what, std::initializer_list<std::string_view> known) {
  std::vector<std::string> seen;
  for (const JsonObject::Member& member : object.members()) {
    std::string name = JsonObject::unescaped(member);
    if (std::ranges::find(known, name) == known.end()) refuse_unknown(what, name, known);
    if (std::ranges::find(seen, name) != seen.end()) refuse(what + " has the field " + quoted(name) + " twice");
    seen.push_back(std::move(name));
  }
}

// Some languages end a line at these, which stand in strings only.
void escape_all(std::string& line, std::string_view character, std::string_view escape) {
  for (auto at = line.find(character); at != std::string::npos; at = line.find(character, at))
    line.replace(at, character.size(), escape);
}

std::string text_of(const JsonObject& object, std::string_view name) {
  return object.string(name).value_or(std::string());
}

// A whole number from 1 on; 0 where there is none.
std::uint64_t at_most(const JsonObject& object, std::string_view name, std::uint64_t most) {
  const auto number = object.integer(name);
  if (number && (*number == 0 || *number > most))
    refuse(std::string(name) + ": 1 to " + std::to_string(most) + ", not " + std::to_string(*number));
  return number.value_or(0);
}

Attributes attributes_of(const JsonObject& object, std::string_view name) {
  const auto raw = object.raw(name);
  return !raw || *raw == "null" ? Attributes{} : value::parse_attributes(*raw);
}

Names names_of(const JsonObject& object) {
  Names names;
  if (const auto given = object.object("names")) {
    for (const JsonObject::Member& member : given->members())
      names.insert_or_assign(JsonObject::unescaped(member), value::unescape_json_string(member.value));
  }
  return names;
}

std::optional<Guard> guard_of(const JsonObject& object) {
  const std::string name = text_of(object, "guard");
  if (name.empty()) return std::nullopt;
  if (name == "unchanged") return Guard::unchanged;
  if (name == "exists") return Guard::exists;
  if (name == "none") return Guard::none;
  refuse("guard: \"unchanged\", \"exists\" or \"none\", not " + quoted(name));
}

// "attribute_exists(d)", or {"expression": "d > :d", "values": {...}, "names": {...}}.
Expression filter_of(const JsonObject& hello) {
  const std::string_view raw = hello.raw("filter").value_or("null");
  if (raw == "null") return {};
  if (!raw.starts_with('{')) return {.text = text_of(hello, "filter")};
  const JsonObject object = JsonObject::parse(raw);
  check_members(object, "filter", {"expression", "values", "names"});
  Expression filter{
      .text = text_of(object, "expression"), .values = attributes_of(object, "values"), .names = names_of(object)};
  if (filter.text.empty()) refuse("filter: a text, or an object with the field expression");
  return filter;
}

void parse_remove(const JsonObject& object, std::string_view raw, ProgramAction& action) {
  check_members(object, "remove", {"remove", "table", "condition", "values", "names", "guard"});
  if (raw.starts_with('{')) {
    action.item = value::parse_attributes(raw);
    return;
  }
  if (raw != "true") refuse("remove: true for the item itself, or the key of another one");
  if (!action.table.empty()) refuse("remove: to remove from another table takes the item's key");
  action.kind = ProgramAction::Kind::remove_scanned;
}

ProgramAction parse_action(std::string_view text) {
  using Kind = ProgramAction::Kind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 4> kinds{
      {{"update", Kind::update}, {"insert", Kind::insert}, {"put", Kind::put}, {"remove", Kind::remove}}};
  const JsonObject object = JsonObject::parse(text);
  const auto kind = std::ranges::find_if(kinds, [&](const auto& one) { return object.raw(one.first).has_value(); });
  if (kind == kinds.end())
    refuse("an action has one of the fields update, insert, put, remove: " + base::one_line(text, 200));
  const auto& [name, which] = *kind;
  ProgramAction action{.kind = which,
                       .table = text_of(object, "table"),
                       .options = {.condition = text_of(object, "condition"),
                                   .values = attributes_of(object, "values"),
                                   .names = names_of(object),
                                   .guard = guard_of(object)}};
  if (which == Kind::update) {
    check_members(object, "update", {"update", "table", "key", "condition", "values", "names", "guard"});
    action.expression = text_of(object, "update");
    action.item = attributes_of(object, "key");
  } else if (which == Kind::remove) {
    parse_remove(object, *object.raw(name), action);
  } else {
    check_members(object, std::string(name), {name, "table", "condition", "values", "names", "guard"});
    action.item = value::parse_attributes(*object.raw(name));
  }
  return action;
}

ProgramResult parse_result(std::string_view text, Call call) {
  const JsonObject object = JsonObject::parse(text);
  const std::string_view field = call == Call::verify ? "holds" : "actions";
  check_members(object, "a result", {field, "error"});
  ProgramResult result{.error = text_of(object, "error")};
  if (!result.error.empty()) return result;
  if (call == Call::verify) {
    const auto holds = object.boolean(field);
    if (!holds) refuse("a result of verify has the field holds, true or false, or error");
    result.holds = *holds;
    return result;
  }
  const auto raw = object.raw(field);
  if (!raw || *raw == "null") refuse("a result has the field actions, a list that may be empty, or error");
  for (const std::string_view action : object.array(field)) result.actions.push_back(parse_action(action));
  return result;
}

// Reads with `parse`; whatever it finds wrong is Nonsense, with the beginning of the line where it is no JSON at all.
template <typename Parse>
auto strictly(std::string_view line, const Parse& parse) {
  if (!base::trim(line).starts_with('{'))
    refuse("its answer is no JSON object: " + quoted(line) + " (what is to be printed belongs on stderr)");
  try {
    return parse();
  } catch (const Error& error) {
    refuse(error.message() + "; its answer begins: " + base::one_line(line, 200));
  }
}

}  // namespace

std::string_view call_name(Call call) noexcept {
  static constexpr std::array<std::string_view, 3> names{"up", "down", "verify"};
  return names.at(static_cast<std::size_t>(call));
}

std::string hello_line(std::uint64_t number) {
  return "{\"drift\":" + std::to_string(protocol_version) + ",\"hello\":{\"number\":" + std::to_string(number) + "}}";
}

ProgramTable parse_hello(std::string_view line) {
  return strictly(line, [&] {
    const JsonObject object = JsonObject::parse(line);
    check_members(object, "what it says of itself",
                  {"drift", "table", "description", "has_down", "has_verify", "reads", "filter", "index", "copies",
                   "timeout_seconds", "error"});
    if (const std::string error = text_of(object, "error"); !error.empty()) refuse("it says: " + error);
    if (const auto version = object.integer("drift"); version && *version != protocol_version) {
      refuse("it speaks version " + std::to_string(*version) + " of the protocol, and this drift version " +
             std::to_string(protocol_version));
    }
    ProgramTable table{.table = text_of(object, "table"),
                       .description = text_of(object, "description"),
                       .has_down = object.boolean("has_down").value_or(false),
                       .has_verify = object.boolean("has_verify").value_or(false),
                       .filter = filter_of(object),
                       .index = text_of(object, "index"),
                       .copies = at_most(object, "copies", copies_max),
                       .timeout_seconds = at_most(object, "timeout_seconds", timeout_seconds_max)};
    for (const std::string_view name : object.array("reads")) table.reads.push_back(value::unescape_json_string(name));
    if (table.table.empty()) refuse("it names no table: {\"table\": \"...\"}");
    return table;
  });
}

std::string request_line(std::uint64_t id, Call call, std::span<const std::string_view> items) {
  std::string line = "{\"id\":" + std::to_string(id) + ",\"call\":\"";
  line.append(call_name(call)).append("\",\"items\":[");
  for (std::size_t i = 0; i < items.size(); ++i) line.append(i == 0 ? "" : ",").append(items[i]);
  // Between the tokens of JSON a line's end is a space; within a string it cannot be.
  for (char& c : line) c = c == '\n' || c == '\r' ? ' ' : c;
  escape_all(line, "\u2028", "\\u2028");
  escape_all(line, "\u2029", "\\u2029");
  return line += "]}";
}

std::vector<ProgramResult> parse_answer(std::string_view line, std::uint64_t id, Call call, std::size_t items) {
  return strictly(line, [&] {
    std::vector<std::string_view> texts;
    const JsonObject object = JsonObject::parse(line, "results", texts);
    check_members(object, "the answer", {"id", "results"});
    const auto answered = object.integer("id");
    if (!answered) refuse("the answer has no id");
    if (*answered != id)
      refuse("the answer has the id " + std::to_string(*answered) + " and not " + std::to_string(id));
    if (texts.size() != items) {
      refuse("the answer has " + std::to_string(texts.size()) + " results for " + std::to_string(items) +
             (items == 1 ? " item" : " items"));
    }
    std::vector<ProgramResult> results;
    results.reserve(items);
    for (const std::string_view text : texts) results.push_back(parse_result(text, call));
    return results;
  });
}

}  // namespace drift::script
