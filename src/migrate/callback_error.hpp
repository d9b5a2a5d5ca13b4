// callback_error: what a callback of the user's threw, as one Error that names the item for which it was called; and
// whether it is one. Functions without state.
#pragma once

#include <drift/error.hpp>
#include <drift/item.hpp>

#include <exception>
#include <stop_token>
#include <string>

namespace drift::migrate {

// `table`: the one that is scanned; `next_step`: where the error itself says none.
Error callback_error(const std::exception_ptr& thrown, const std::string& table, const Item& item,
                     std::string next_step);

// Whether the callback gave its work up because of the stop, which it says with the code "Cancelled": then it has
// neither done that nor failed, and is called again when what was stopped goes on.
bool is_given_up(const Error& error, const std::stop_token& stop);

}  // namespace drift::migrate
