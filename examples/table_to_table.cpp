// Copies a table into a second one with another key: Customers (id) into CustomersByEmail (email). A customer without
// an address is left out; the rest keeps its id and its name. `insert` refuses to replace a different item, so two
// customers who share an address are reported instead of one silently winning.
#include <drift/drift.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string>

const std::string target = "CustomersByEmail";

// Addresses are compared as mail servers do: without regard to case.
std::string normalized(std::string address) {
  std::transform(address.begin(), address.end(), address.begin(), [](unsigned char c) { return std::tolower(c); });
  return address;
}

void copy(const drift::Item& customer, drift::Actions& actions) {
  const auto email = customer.find("email");
  if (!email) return;
  actions.insert(
      {{"email", normalized(email->as_string())}, {"customer_id", customer["id"]}, {"name", customer["name"]}}, target);
}

void remove_copy(const drift::Item& customer, drift::Actions& actions) {
  if (const auto email = customer.find("email")) actions.remove({{"email", normalized(email->as_string())}}, target);
}

// Returns once the table can be used; one that is there already is used as it is.
void create_target(drift::Client& dynamodb) {
  try {
    dynamodb.create_table({.name = target, .key = {{"email", drift::Type::string}}});
    std::printf("created %s\n", target.c_str());
  } catch (const drift::Error& error) {
    if (error.code() != "ResourceInUseException") throw;
  }
}

int main() try {
  drift::Client dynamodb;
  drift::Migrator migrator(dynamodb, {.meta_table = "Migrations"});
  migrator.init();
  create_target(dynamodb);  // before the run: an action for a table that is not there is refused

  const drift::Report report = migrator.run({.number = 1,
                                             .table = "Customers",
                                             .description = "customers by e-mail address",
                                             .up = copy,
                                             .down = remove_copy});
  std::printf("%s: %lu customers read, %lu copied\n", drift::outcome_text(report.outcome), report.items_scanned,
              report.actions_done);
  for (const drift::Error& error : report.errors)
    std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  return report.ok() ? 0 : 1;
} catch (const drift::Error& error) {
  std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  return 1;
}
