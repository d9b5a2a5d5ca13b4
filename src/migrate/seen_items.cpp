// SeenItems: see the header.
#include "migrate/seen_items.hpp"

#include "value/item_access.hpp"

#include <utility>

namespace drift::migrate {

void SeenItems::look(const std::shared_ptr<PageWork>& work, Then then) {
  journal_.call([self = shared_from_this(), work](journal::Journal& journal) { self->mark(journal, *work); },
                std::move(then));
}

void SeenItems::after_all(Then then) {
  journal_.call([](journal::Journal&) {}, std::move(then));
}

void SeenItems::mark(journal::Journal& journal, PageWork& work) {
  work.repeated.resize(work.page->size());
  for (std::size_t i = 0; i < work.page->size(); ++i) {
    std::string key = value::ItemAccess::key_json(work.page->item(i));
    if (journal.has_seen(key) || !at_work_.insert(key).second) {
      work.repeated[i] = true;
      --work.record.items;
      --work.record.callbacks;
    } else {
      work.record.seen.push_back(std::move(key));
    }
  }
}

void SeenItems::forget(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) at_work_.erase(key);
}

}  // namespace drift::migrate
