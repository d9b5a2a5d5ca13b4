// Actions: the public face of ActionCollector.
#include <drift/actions.hpp>

#include "migrate/action_collector.hpp"

namespace drift {

void Actions::update(const Update& update) { collector_->update(update); }

void Actions::insert(const Attributes& item, const std::string& table, const ActionOptions& options) {
  collector_->put(journal::ActionKind::insert, item, table, options);
}

void Actions::put(const Attributes& item, const std::string& table, const ActionOptions& options) {
  collector_->put(journal::ActionKind::put, item, table, options);
}

void Actions::remove() { collector_->remove_scanned(); }

void Actions::remove(const Attributes& key, const std::string& table, const ActionOptions& options) {
  collector_->remove(key, table, options);
}

Client& Actions::client() const noexcept { return collector_->client(); }

}  // namespace drift
