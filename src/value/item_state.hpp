// ItemState: what an Item and its copies share. For one thread at a time, as they are.
#pragma once

#include "value/item_access.hpp"
#include "value/json_object.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drift::value {

struct ItemState {
  std::shared_ptr<const Page> page = {};  // keeps `json` alive, unless `own` holds it
  std::string own = {};
  std::string_view json = {};
  std::shared_ptr<const KeySchema> key = {};
  std::optional<JsonObject> fields = {};  // of `json`; built at the first look
  Looked looked = {};

  ItemState() = default;
  ItemState(const ItemState&) = delete;  // `json` may point into `own`
  ItemState& operator=(const ItemState&) = delete;
  ~ItemState() = default;

  // The raw JSON of one attribute; an empty optional when it is absent. Throws Error (code "MalformedAnswer").
  std::optional<std::string_view> raw(std::string_view name);
  // The primary key alone.
  [[nodiscard]] Attributes key_attributes();
  // Records that the attribute was looked at.
  void look(std::string_view name);
};

}  // namespace drift::value
