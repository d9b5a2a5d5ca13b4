// ItemAccess: what drift's own parts may do with an Item that its users may not: make one, and read what was looked at.
#pragma once

#include <drift/item.hpp>
#include <drift/table.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::value {

class Page;

// What a callback looked at, absent attributes included.
struct Looked {
  bool all = false;
  std::vector<std::string> names = {};  // in the order of the first look, each once
};

class ItemAccess {
 public:
  // A view of `json`, which `page` keeps alive.
  static Item view(std::shared_ptr<const Page> page, std::string_view json, std::shared_ptr<const KeySchema> key);
  // An item with a buffer of its own. Throws Error (code "MalformedAnswer").
  static Item own(std::string json, std::shared_ptr<const KeySchema> key);

  // The raw DynamoDB JSON of one attribute ({"N":"1"}), not recorded as looked at; empty optional when absent.
  static std::optional<std::string_view> raw(const Item& item, std::string_view name);
  // The key in canonical DynamoDB JSON: partition key first, numbers in canonical text. Equal keys, equal text.
  static std::string key_json(const Item& item);
  // The whole item, not recorded as looked at.
  static std::string_view json(const Item& item);
  static Looked looked(const Item& item);
};

// A key in canonical DynamoDB JSON, of an item or a key given as Attributes; further attributes are ignored. Throws
// Error (code "ValidationException") when a key attribute is missing, empty, too long or of another type than the
// schema's.
std::string canonical_key_json(const Attributes& attributes, const KeySchema& key);

}  // namespace drift::value
