#include "value/page.hpp"

#include "value/attribute_json.hpp"
#include "value/item_access.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <utility>

namespace drift::value {

std::shared_ptr<const Page> Page::parse(std::string body, std::shared_ptr<const KeySchema> key) {
  const auto page = std::make_shared<Page>(Private{});
  page->body_ = std::move(body);
  page->key_ = std::move(key);
  const JsonObject answer = JsonObject::parse(page->body_, "Items", page->items_);
  for (const std::string_view item : page->items_)
    if (!item.starts_with('{')) throw Error(answer_rules.code, "an item of the answer is not an object");
  if (const auto last_key = answer.object("LastEvaluatedKey")) page->last_key_ = *answer.raw("LastEvaluatedKey");
  page->scanned_count_ = answer.integer("ScannedCount").value_or(page->items_.size());
  if (const auto consumed = answer.object("ConsumedCapacity"))
    page->read_units_ = consumed->real("CapacityUnits").value_or(0);
  return page;
}

Item Page::item(std::size_t index) const { return ItemAccess::view(shared_from_this(), items_[index], key_); }

}  // namespace drift::value
