// callback_error: see the header.
#include "migrate/callback_error.hpp"

#include <drift/json.hpp>

#include <utility>

namespace drift::migrate {

Error callback_error(const std::exception_ptr& thrown, const std::string& table, const Item& item,
                     std::string next_step) {
  Error::Details details;
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    details = error.details();
    if (!details.table.empty() && details.table != table) details.message += " (table " + details.table + ")";
    if (!details.key.empty()) details.message += " (key " + to_json(details.key) + ")";
  } catch (const std::exception& error) {
    details.code = "CallbackFailed";
    details.message = error.what();
  } catch (...) {
    details.code = "CallbackFailed";
    details.message = "the callback threw something that is no std::exception";
  }
  details.table = table;
  details.key = item.key();
  if (details.next_step.empty()) details.next_step = std::move(next_step);
  details.retryable = false;
  details.in_doubt = false;
  return Error(std::move(details));
}

bool is_given_up(const Error& error, const std::stop_token& stop) {
  return stop.stop_requested() && error.code() == "Cancelled";
}

}  // namespace drift::migrate
