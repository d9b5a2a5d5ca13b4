#include <drift/error.hpp>
#include <drift/item.hpp>

#include "base/text.hpp"
#include "value/attribute_json.hpp"
#include "value/item_access.hpp"
#include "value/item_state.hpp"

#include <algorithm>
#include <utility>

namespace drift {

namespace {

std::string quoted(std::string_view name) { return '"' + base::one_line(name, 255) + '"'; }

// What is wrong with one attribute, told with the item that has it.
[[noreturn]] void fail(value::ItemState& state, std::string code, std::string message) {
  Attributes key;
  try {
    key = state.key_attributes();
  } catch (const Error&) {
    message += " (nor can its key be read)";
  }
  throw Error({.code = std::move(code), .message = std::move(message), .key = std::move(key)});
}

std::optional<Value> find_value(value::ItemState& state, std::string_view name) {
  const auto raw = state.raw(name);
  if (!raw) return std::nullopt;
  try {
    return value::parse_value(*raw, value::answer_rules);
  } catch (const Error& error) {
    fail(state, error.code(), "the attribute " + quoted(name) + " cannot be read: " + error.message());
  }
}

}  // namespace

namespace value {

std::optional<std::string_view> ItemState::raw(std::string_view name) {
  if (!fields) fields = JsonObject::parse(json);
  return fields->raw(name);
}

Attributes ItemState::key_attributes() {
  Attributes result;
  for (const KeyAttribute& part : *key) {
    const auto text = raw(part.name);
    if (!text) throw Error("MalformedAnswer", "an item without its key attribute " + quoted(part.name));
    result.emplace(part.name, parse_value(*text, answer_rules));
  }
  return result;
}

void ItemState::look(std::string_view name) {
  if (looked.all || std::find(looked.names.begin(), looked.names.end(), name) != looked.names.end()) return;
  looked.names.emplace_back(name);
}

}  // namespace value

Item Item::of(const Attributes& attributes, std::vector<std::string> key_names) {
  auto key = std::make_shared<KeySchema>();
  for (std::string& name : key_names) {
    const auto at = attributes.find(name);
    if (at == attributes.end()) throw Error("ValidationException", "an item without its key attribute " + quoted(name));
    key->push_back({.name = std::move(name), .type = at->second.type()});
  }
  value::canonical_key_json(attributes, *key);  // throws what is wrong with the key
  std::string json;
  value::append_json(json, attributes);
  return value::ItemAccess::own(std::move(json), std::move(key));
}

bool Item::contains(std::string_view name) const {
  state_->look(name);
  return state_->raw(name).has_value();
}

std::optional<Value> Item::find(std::string_view name) const {
  state_->look(name);
  return find_value(*state_, name);
}

Value Item::operator[](std::string_view name) const {
  auto value = find(name);
  if (!value) fail(*state_, "MissingAttribute", "the item has no attribute " + quoted(name));
  return *std::move(value);
}

Attributes Item::key() const { return state_->key_attributes(); }

Attributes Item::attributes() const {
  state_->looked.all = true;
  try {
    return value::parse_attributes(state_->json, value::answer_rules);
  } catch (const Error& error) {
    fail(*state_, error.code(), "the item cannot be read: " + error.message());
  }
}

std::string_view Item::json() const {
  state_->looked.all = true;
  return state_->json;
}

std::size_t Item::size_bytes() const {
  return drift::size_bytes(value::parse_attributes(state_->json, value::answer_rules));
}

Item Item::detach() const {
  state_->looked.all = true;
  return value::ItemAccess::own(std::string(state_->json), state_->key);
}

}  // namespace drift
