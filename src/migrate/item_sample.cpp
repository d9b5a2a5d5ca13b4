// ItemSample: see the header. A callback's actions are a group, and groups are whole in the queue, one after another.
#include "migrate/item_sample.hpp"

#include "value/attribute_json.hpp"

namespace drift::migrate {

bool ItemSample::cut(std::vector<journal::ActionRecord>& actions) {
  if (items_max_ == 0) return false;
  for (auto action = actions.begin(); action != actions.end(); ++action) {
    if (!items_.empty() && action->group == last_group_) continue;
    if (items_.size() == items_max_) {
      actions.erase(action, actions.end());
      is_cut_ = true;
      return true;
    }
    last_group_ = action->group;
    items_.push_back(value::parse_attributes(action->scanned_item ? action->key : action->scanned_key));
  }
  return false;
}

}  // namespace drift::migrate
