// prove_write_permission: see the header.
#include "migrate/permission_probe.hpp"

#include "migrate/repeat_harmless.hpp"

#include <drift/error.hpp>

#include <string>

namespace drift::migrate {

void prove_write_permission(Client& client, std::string_view table, const KeySchema& key) {
  Attributes probe;
  for (const KeyAttribute& attribute : key) {
    const Value value = attribute.type == Type::number   ? Value(0)
                        : attribute.type == Type::binary ? Value::binary({0})
                                                         : Value("drift-permission-check");
    probe.emplace(attribute.name, value);
  }
  const Expression impossible{.text = "attribute_exists(#key) AND attribute_not_exists(#key)",
                              .names = {{"#key", key.front().name}}};
  try {
    // A key alone has no attribute to set; removing one that nobody has is an update as well.
    const Expression nothing{.text = "REMOVE drift_permission_check"};
    repeat_harmless([&] { client.update_item(table, probe, nothing, {.condition = impossible}); });
  } catch (const Error& error) {
    if (error.code() == "ConditionalCheckFailedException") return;
    Error::Details details = error.details();
    details.table = std::string(table);
    if (error.code() == "AccessDeniedException") {
      details.next_step = "Nothing was read or written. Allow dynamodb:UpdateItem on the table and run it again.";
    }
    throw Error(std::move(details));
  }
}

}  // namespace drift::migrate
