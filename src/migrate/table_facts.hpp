// table_facts: what a plan says of a table beside its items: recovery, streams, replicas, expiry. What the credentials
// may not read, or the server does not know, is not known and no error. A function without state.
#pragma once

#include <drift/client.hpp>
#include <drift/plan.hpp>
#include <drift/table.hpp>

#include <string>

namespace drift::migrate {

PlannedTable table_facts(Client& client, const std::string& wire_name, const TableDescription& table);

}  // namespace drift::migrate
