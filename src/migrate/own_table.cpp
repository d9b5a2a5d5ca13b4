// OwnTable: see the header.
#include "migrate/own_table.hpp"

#include <drift/error.hpp>

namespace drift::migrate {

namespace {

// "Number (N)", "Part (S), Sort (S)"
std::string key_text(const KeySchema& key) {
  std::string text;
  for (const KeyAttribute& attribute : key) {
    if (!text.empty()) text += ", ";
    text.append(attribute.name).append(" (").append(type_tag(attribute.type)).append(")");
  }
  return text;
}

}  // namespace

void create_own_table(Client& client, const OwnTable& table, const InitOptions& options) {
  if ((options.read_units == 0) != (options.write_units == 0)) {
    throw Error({.code = "ConfigError",
                 .message = "a provisioned " + table.what + " needs both read_units and write_units",
                 .table = table.name,
                 .next_step = "Give both, or neither for a table on demand."});
  }
  try {
    client.create_table(
        {.name = table.name, .key = table.key, .read_units = options.read_units, .write_units = options.write_units});
  } catch (const Error& error) {
    // In doubt, or there already, by us or by somebody else: what counts is what is there.
    if (error.code() != "ResourceInUseException" && !error.in_doubt()) throw;
  }
  client.wait_until_active(table.name);
  describe_own_table(client, table);
}

TableDescription describe_own_table(Client& client, const OwnTable& table) {
  TableDescription description;
  try {
    description = client.describe_table(table.name);
  } catch (const Error& error) {
    if (error.code() != "ResourceNotFoundException") throw;
    throw Error({.code = table.code_missing,
                 .message = "the " + table.what + " " + table.name + " does not exist in " + client.region() + " at " +
                            client.endpoint(),
                 .table = table.name,
                 .next_step = "Call Migrator::init() once to create it."});
  }
  if (description.key != table.key) {
    throw Error({.code = table.code_wrong,
                 .message = "the table " + table.name + " is no " + table.what + ": its key is not " +
                            key_text(table.key) + " alone",
                 .table = table.name,
                 .next_step = "Nothing was changed. Name another metadata table."});
  }
  return description;
}

}  // namespace drift::migrate
