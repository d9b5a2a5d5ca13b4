// Gives the items of a table a new attribute that a new global secondary index sorts by: "the open tickets of a region,
// the most urgent first, and the oldest of these". The attribute is composed of two others ("1#2024-03-07T09:30:00Z"),
// and only open tickets get it: an index holds just the items that have its key, so this one stays as small as the
// question (a sparse index).
//
// The attribute is written first and the index made afterwards, so that DynamoDB fills it in one go.
#include <drift/drift.hpp>

#include <cstdio>
#include <string>

void add_rank(const drift::Item& ticket, drift::Actions& actions) {
  if (ticket["status"].as_string() != "open") return;
  const std::string rank = ticket["priority"].as_number().text() + "#" + ticket["opened_at"].as_string();
  actions.update({
      // if_not_exists: a ticket that already has one from the application keeps it.
      .expression = "SET #rank = if_not_exists(#rank, :rank)",
      .values = {{":rank", rank}},
      // A name goes through a placeholder when it is a reserved word or has a character such as this dot.
      .names = {{"#rank", "open.rank"}},
  });
}

// Takes away every rank, also those of the application, which add_rank kept: an item does not say who wrote it. Where
// both write, give the migration an attribute of its own, or one that marks what it has written.
void remove_rank(const drift::Item& ticket, drift::Actions& actions) {
  if (ticket.contains("open.rank")) actions.update({.expression = "REMOVE #rank", .names = {{"#rank", "open.rank"}}});
}

// "ACTIVE", "CREATING", ..., or nothing when there is no such index.
std::string index_status(drift::Client& dynamodb) {
  for (const drift::IndexDescription& index : dynamodb.describe_table("Tickets").indexes)
    if (index.name == "OpenTickets") return index.status;
  return "";
}

void create_index(drift::Client& dynamodb) {
  // What has no method of its own is called by its name in the DynamoDB API.
  dynamodb.call("UpdateTable", R"({
      "TableName": "Tickets",
      "AttributeDefinitions": [{"AttributeName": "region", "AttributeType": "S"},
                               {"AttributeName": "open.rank", "AttributeType": "S"}],
      "GlobalSecondaryIndexUpdates": [{"Create": {
          "IndexName": "OpenTickets",
          "KeySchema": [{"AttributeName": "region", "KeyType": "HASH"},
                        {"AttributeName": "open.rank", "KeyType": "RANGE"}],
          "Projection": {"ProjectionType": "ALL"}}}]})");
  dynamodb.wait_until_active("Tickets");
}

void print_open_tickets(drift::Client& dynamodb, const std::string& region) {
  std::printf("open tickets of %s, the most urgent first:\n", region.c_str());
  for (const drift::Item& ticket :
       dynamodb.query("Tickets", {.key_condition = {.text = "#region = :region",  // a reserved word
                                                    .values = {{":region", region}},
                                                   .names = {{"#region", "region"}}},
                                 .consistent = false,  // an index can not be read consistently
                                  .index = "OpenTickets"}))
    std::printf("  %-24s  %s\n", ticket["open.rank"].as_string().c_str(), ticket["subject"].as_string().c_str());
}

int main() try {
  drift::Client dynamodb;
  drift::Migrator migrator(dynamodb, {.meta_table = "Migrations"});
  migrator.init();
  const drift::Report report = migrator.run({.number = 2,
                                             .table = "Tickets",
                                             .description = "a sort key for the index of open tickets",
                                             .up = add_rank,
                                             .down = remove_rank});
  for (const drift::Error& error : report.errors)
    std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  if (!report.ok()) return 1;

  if (index_status(dynamodb).empty()) create_index(dynamodb);
  if (index_status(dynamodb) == "ACTIVE") {
    print_open_tickets(dynamodb, "eu");
  } else {
    std::puts(
        "DynamoDB is filling the index, which takes a while for a large table; it can be queried when it is ACTIVE");
  }
  return 0;
} catch (const drift::Error& error) {
  std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  return 1;
}
