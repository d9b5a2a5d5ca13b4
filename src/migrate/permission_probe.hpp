// prove_write_permission: whether a table may be written, found out without writing: an update under a condition that
// no item can meet costs one write unit and is answered either "the condition failed" or "not authorized".
#pragma once

#include <drift/client.hpp>
#include <drift/table.hpp>

#include <string_view>

namespace drift::migrate {

// Throws Error: "AccessDeniedException" in words, or whatever else the server says but that the condition failed.
void prove_write_permission(Client& client, std::string_view table, const KeySchema& key);

}  // namespace drift::migrate
