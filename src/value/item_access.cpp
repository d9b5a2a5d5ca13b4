#include "value/item_access.hpp"

#include "base/text.hpp"
#include "value/attribute_json.hpp"
#include "value/item_state.hpp"
#include "value/page.hpp"

#include <drift/error.hpp>

#include <utility>

namespace drift::value {

namespace {

// Developer Guide, "Quotas": the longest partition key and sort key.
constexpr std::size_t partition_key_bytes_max = 2048;
constexpr std::size_t sort_key_bytes_max = 1024;

[[noreturn]] void fail(const char* code, const KeyAttribute& part, const std::string& problem) {
  throw Error(code, "the key attribute \"" + base::one_line(part.name, 255) + "\" " + problem);
}

void check_key_value(const Value& value, const KeyAttribute& part, bool partition, const char* code) {
  if (value.type() != part.type)
    fail(code, part,
         "is of type " + std::string(type_tag(value.type())) + ", in the table it is " +
             std::string(type_tag(part.type)));
  const bool scalar = part.type == Type::string || part.type == Type::number || part.type == Type::binary;
  if (!scalar) fail(code, part, "is no string, number or binary value");
  if (part.type == Type::number) return;
  const std::size_t bytes = value.size_bytes();
  const std::size_t bytes_max = partition ? partition_key_bytes_max : sort_key_bytes_max;
  if (bytes == 0) fail(code, part, "is empty");
  if (bytes > bytes_max)
    fail(code, part, "has " + std::to_string(bytes) + " bytes, at most " + std::to_string(bytes_max) + " are allowed");
}

// `find`: gives the value of a key attribute, or an empty optional.
std::string make_key_json(const KeySchema& key, const char* code, const auto& find) {
  std::string json;
  for (const KeyAttribute& part : key) {
    const auto value = find(part.name);
    if (!value) fail(code, part, "is missing");
    check_key_value(*value, part, json.empty(), code);
    json += json.empty() ? '{' : ',';
    append_json_string(json, part.name);
    json += ':';
    append_json(json, *value);
  }
  json += '}';
  return json;
}

}  // namespace

Item ItemAccess::view(std::shared_ptr<const Page> page, std::string_view json, std::shared_ptr<const KeySchema> key) {
  auto state = std::make_shared<ItemState>();
  state->page = std::move(page);
  state->json = json;
  state->key = std::move(key);
  return Item(std::move(state));
}

Item ItemAccess::own(std::string json, std::shared_ptr<const KeySchema> key) {
  auto state = std::make_shared<ItemState>();
  state->own = std::move(json);
  state->json = state->own;
  state->key = std::move(key);
  state->fields = JsonObject::parse(state->json);
  return Item(std::move(state));
}

std::optional<std::string_view> ItemAccess::raw(const Item& item, std::string_view name) {
  return item.state_->raw(name);
}

std::string ItemAccess::key_json(const Item& item) {
  ItemState& state = *item.state_;
  return make_key_json(*state.key, answer_rules.code, [&](const std::string& name) -> std::optional<Value> {
    const auto raw = state.raw(name);
    if (!raw) return std::nullopt;
    return parse_value(*raw, answer_rules);
  });
}

std::string_view ItemAccess::json(const Item& item) { return item.state_->json; }

Looked ItemAccess::looked(const Item& item) { return item.state_->looked; }

std::string canonical_key_json(const Attributes& attributes, const KeySchema& key) {
  return make_key_json(key, "ValidationException", [&](const std::string& name) -> const Value* {
    const auto at = attributes.find(name);
    return at == attributes.end() ? nullptr : &at->second;
  });
}

}  // namespace drift::value
