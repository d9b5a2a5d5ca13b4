// callback_error: what a callback of the user's threw, as one Error that names the item for which it was called. A
// function without state.
#pragma once

#include <drift/error.hpp>
#include <drift/item.hpp>

#include <exception>
#include <string>

namespace drift::migrate {

// `table`: the one that is scanned; `next_step`: where the error itself says none.
Error callback_error(const std::exception_ptr& thrown, const std::string& table, const Item& item,
                     std::string next_step);

}  // namespace drift::migrate
