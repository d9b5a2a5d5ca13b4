// write_batch: see the header.
#include "migrate/write_batch.hpp"

#include "client/request_json.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace drift::migrate {

namespace {

using journal::ActionKind;
using journal::ActionRecord;
using value::JsonObject;

// Around an item or key in the request.
constexpr std::size_t frame_bytes = 32;
constexpr double unit_bytes = 1'024;  // of a write capacity unit

// The key in a part that was left: {"PutRequest":{"Item":{...}}} or {"DeleteRequest":{"Key":{...}}}. `like` has the
// names.
Attributes key_of_part(std::string_view part_json, const Attributes& like) {
  const JsonObject part = JsonObject::parse(part_json);
  std::string_view attributes = "{}";
  if (const auto put = part.object("PutRequest")) attributes = put->raw("Item").value_or(attributes);
  if (const auto removal = part.object("DeleteRequest")) attributes = removal->raw("Key").value_or(attributes);
  Attributes found = value::parse_attributes(attributes, value::answer_rules);
  std::erase_if(found, [&](const auto& entry) { return !like.contains(entry.first); });
  return found;
}

void mark_unprocessed(std::vector<BatchPart>& parts, const BatchActions& actions, std::string_view part_json) {
  // By value, not by text: the server may write a number another way.
  const auto key_of = [&](std::size_t i) { return value::parse_attributes(actions[i]->key); };
  const Attributes key = key_of_part(part_json, key_of(0));
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (key_of(i) != key) continue;
    parts[i].is_processed = false;
    return;
  }
  throw Error("MalformedAnswer", "BatchWriteItem left an item unprocessed that was not in the request");
}

// About what a write costs. What a removal costs depends on the item that was there, which nobody knows.
double weight(const ActionRecord& action) {
  return std::max(1.0, std::ceil(static_cast<double>(action.item.size()) / unit_bytes));
}

// In whole units, as DynamoDB counts, so that they add up to what was consumed; the last one has what remains.
void share_out(std::vector<BatchPart>& parts, const BatchActions& actions, client::Consumption consumed) {
  double weights = 0;
  std::size_t last = parts.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].is_processed) continue;
    weights += weight(*actions[i]);
    last = i;
  }
  double seen = 0;
  double given = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].is_processed) continue;
    seen += weight(*actions[i]);
    const double up_to_here = i == last ? consumed.units : std::floor(consumed.units * seen / weights);
    parts[i].consumed.units = up_to_here - given;
    given = up_to_here;
  }
  // An index's consumption is only counted in sums: it may stand with any of them.
  if (last < parts.size()) parts[last].consumed.indexes = std::move(consumed.indexes);
}

}  // namespace

bool goes_in_batches(const ActionRecord& action, const WriteSettings& settings) {
  const bool is_plain_kind = action.kind == ActionKind::put || action.kind == ActionKind::remove;
  return is_plain_kind && action.guard == journal::GuardKind::none && action.condition.empty() &&
         action.repeat == journal::RepeatKind::repeatable && !settings.before_images && !is_stamped(action, settings);
}

PreparedRequest batch_request(const BatchActions& actions, const WriteSettings& settings) {
  static const client::Operation operation = client::Operation::named("BatchWriteItem");
  const std::string& table = actions.front()->table;
  std::size_t bytes = table.size() + 128;
  for (const ActionRecord* action : actions) bytes += std::max(action->item.size(), action->key.size()) + frame_bytes;
  client::RequestJson request(bytes);
  std::string& out = request.begin("RequestItems");
  out += '{';
  value::append_json_string(out, table);
  out += ":[";
  for (const ActionRecord* action : actions) {
    if (action != actions.front()) out += ',';
    const bool puts = action->kind == ActionKind::put;
    out += puts ? R"({"PutRequest":{"Item":)" : R"({"DeleteRequest":{"Key":)";
    out.append(puts ? action->item : action->key).append("}}");
  }
  out += "]}";
  request.text("ReturnConsumedCapacity", consumption_wanted(table, settings));
  return {.operation = &operation, .body = request.take()};
}

std::vector<BatchPart> batch_parts(const BatchActions& actions, std::string_view answer_json) {
  std::vector<BatchPart> parts(actions.size());
  const JsonObject answer = JsonObject::parse(answer_json);
  if (const auto tables = answer.object("UnprocessedItems")) {
    // There is only one, under the name that the server prefers.
    for (const JsonObject::Member& table : tables->members()) {
      for (const std::string_view left : tables->array(JsonObject::unescaped(table))) {
        mark_unprocessed(parts, actions, left);
      }
    }
  }
  share_out(parts, actions, client::consumption(answer_json));
  return parts;
}

}  // namespace drift::migrate
