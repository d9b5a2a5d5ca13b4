// What must hold for every text whatever, shared by the fuzz targets and by the test that replays their corpus. Each
// returns what was broken; empty when nothing was.
#pragma once

#include "value/attribute_json.hpp"
#include "value/item_access.hpp"
#include "value/json_object.hpp"
#include "value/page.hpp"

#include <drift/error.hpp>
#include <drift/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drift::value {

// The text in a buffer of exactly its size, so that AddressSanitizer sees each byte read beyond it.
class ExactBuffer {
 public:
  explicit ExactBuffer(std::string_view text) : bytes_(text.begin(), text.end()) { bytes_.shrink_to_fit(); }
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

// Any text as a value or as attributes: refused with a clear error, or read and written again without loss.
inline std::string broken_value_property(std::string_view any) {
  const ExactBuffer buffer(any);
  try {
    const Value value = value_from_json(buffer.text());
    const std::string json = to_json(value);
    if (!(value_from_json(json) == value)) return "the value is another after writing and reading";
    if (to_json(value_from_json(json)) != json) return "the text is another after reading and writing";
    if (value.size_bytes() > 4 * any.size()) return "the size is beyond what the text can hold";
  } catch (const Error& error) {
    if (error.code() != "ValidationException") return std::string("refused with ") + error.what();
  }
  try {
    const Attributes attributes = attributes_from_json(buffer.text());
    if (!(attributes_from_json(to_json(attributes)) == attributes)) return "attributes are others after a round trip";
    // What the strict reader takes, the lazy one splits into the same attributes.
    const Item item = ItemAccess::own(std::string(any), std::make_shared<const KeySchema>());
    for (const auto& [name, value] : attributes)
      if (item.find(name) != value) return "an item finds another value of an attribute";
    if (item.size_bytes() != size_bytes(attributes)) return "an item has another size";
  } catch (const Error& error) {
    if (error.code() != "ValidationException") return std::string("attributes refused with ") + error.what();
  }
  return {};
}

// What was broken by `action`, which may succeed or be refused with "MalformedAnswer", nothing else.
inline std::string broken_unless_malformed(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    if (error.code() != "MalformedAnswer") return std::string("refused with ") + error.what();
  }
  return {};
}

// Looks at everything of an item, one thing after the other, whichever of them is refused.
inline std::string broken_by_looking(const Item& item) {
  std::vector<std::string> names = {"id"};
  std::string broken = broken_unless_malformed([&] {
    const JsonObject fields = JsonObject::parse(item.json());
    for (const JsonObject::Member& member : fields.members()) names.emplace_back(member.name);
  });
  for (const std::string& name : names) broken += broken_unless_malformed([&] { (void)item.find(name); });
  broken += broken_unless_malformed([&] { (void)ItemAccess::key_json(item); });
  broken += broken_unless_malformed([&] { (void)item.key(); });
  broken += broken_unless_malformed([&] { (void)item.size_bytes(); });
  broken += broken_unless_malformed([&] { (void)item.attributes(); });
  broken += broken_unless_malformed([&] { (void)item.detach(); });
  return broken;
}

// Any text as the answer of a scan: nothing but "MalformedAnswer", whatever is looked at.
inline std::string broken_page_property(std::string_view any) {
  static const auto key = std::make_shared<const KeySchema>(KeySchema{{.name = "id", .type = Type::string}});
  std::shared_ptr<const Page> page;
  std::string broken = broken_unless_malformed([&] { page = Page::parse(std::string(any), key); });
  for (std::size_t i = 0; page != nullptr && i < page->size(); ++i) {
    const std::string_view json = page->item_json(i);
    if (!json.starts_with('{') || !json.ends_with('}')) return "an item is not an object";
    broken += broken_by_looking(page->item(i));
  }
  return broken + broken_unless_malformed([&] {  // the same in a buffer without a byte behind it
           const ExactBuffer buffer(any);
           const JsonObject object = JsonObject::parse(buffer.text());
           for (const JsonObject::Member& member : object.members()) {
             (void)object.raw(member.name);
             if (member.value.starts_with('{')) (void)JsonObject::parse(member.value);
             if (member.value.starts_with('"')) (void)unescape_json_string(member.value);
           }
           (void)object.array("Items");
         });
}

}  // namespace drift::value
