// table_facts: what a plan says of a table beside its items: recovery, streams, replicas, expiry; and account_quotas.
// What the credentials may not read, or the server does not know, is not known and no error. Functions without state.
#pragma once

#include <drift/client.hpp>
#include <drift/plan.hpp>
#include <drift/table.hpp>

#include <optional>
#include <string>

namespace drift::migrate {

PlannedTable table_facts(Client& client, const std::string& wire_name, const TableDescription& table);

// Asked once and not again: DynamoDB throttles whoever asks more than once a minute (API reference, DescribeLimits).
std::optional<AccountQuotas> account_quotas(Client& client);

}  // namespace drift::migrate
