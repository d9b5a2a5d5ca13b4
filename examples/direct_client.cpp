// The client without migrations: makes a table, fills it, asks it, changes two items in one transaction, and calls an
// operation that has no method of its own.
#include <drift/drift.hpp>

#include <cstdio>
#include <string>
#include <vector>

void fill(drift::Client& dynamodb) {
  std::vector<drift::Attributes> books;
  for (int shelf = 1; shelf <= 3; ++shelf) {
    for (int place = 1; place <= 20; ++place) {
      books.push_back({{"shelf", "shelf-" + std::to_string(shelf)},
                       {"place", place},
                       {"copies", place % 4},
                       {"tags", drift::Value::string_set({"fiction", place % 2 == 0 ? "lent out" : "in"})}});
    }
  }
  dynamodb.batch_write("Library", books);  // any number: it is cut into requests, and repeated until all is written
  std::printf("wrote %zu books\n", books.size());
}

// One page after the other is asked for as the loop goes on.
void read(drift::Client& dynamodb) {
  int found = 0;
  for (const drift::Item& book :
       dynamodb.query("Library", {.key_condition = {.text = "shelf = :shelf AND place BETWEEN :from AND :to",
                                                   .values = {{":shelf", "shelf-2"}, {":from", 5}, {":to", 8}}}})) {
    std::printf("  shelf-2, place %ld\n", book["place"].as_int64());
    ++found;
  }
  int gone = 0;
  const drift::Expression no_copies{.text = "copies = :none", .values = {{":none", 0}}};
  for ([[maybe_unused]] const drift::Item& book : dynamodb.scan("Library", {.filter = no_copies})) ++gone;
  std::printf("%d books between places 5 and 8; %d without copies\n", found, gone);
}

// Moves a copy from one shelf to another: both books change, or neither does.
void move_copy(drift::Client& dynamodb, int place) {
  using Kind = drift::TransactAction::Kind;
  dynamodb.transact_write({{.kind = Kind::update,
                            .table = "Library",
                            .item = {{"shelf", "shelf-1"}, {"place", place}},
                            .expression = "SET copies = copies - :one",
                            .condition = "copies >= :one",
                            .values = {{":one", 1}}},
                           {.kind = Kind::update,
                            .table = "Library",
                            .item = {{"shelf", "shelf-3"}, {"place", place}},
                            .expression = "SET copies = copies + :one",
                            .values = {{":one", 1}}}});
}

int main() try {
  drift::Client dynamodb;
  dynamodb.create_table({.name = "Library", .key = {{"shelf", drift::Type::string}, {"place", drift::Type::number}}});
  fill(dynamodb);
  read(dynamodb);
  move_copy(dynamodb, 3);
  try {
    move_copy(dynamodb, 4);  // has no copy to give
  } catch (const drift::Error& error) {
    std::printf("refused, and nothing changed: %s\n", error.code().c_str());
  }
  const drift::Attributes counted = dynamodb.update_item(
      "Library", {{"shelf", "shelf-1"}, {"place", 5}},
      {.text = "SET lent = if_not_exists(lent, :zero) + :one", .values = {{":zero", 0}, {":one", 1}}},
      {.return_values = drift::ReturnValues::updated_new});
  std::printf("lent %s times\n", counted.at("lent").as_number().text().c_str());
  std::printf("%s\n", dynamodb.call("DescribeTimeToLive", R"({"TableName": "Library"})").c_str());
  return 0;
} catch (const drift::Error& error) {
  std::fprintf(stderr, "%s\n  %s\n", error.what(), error.next_step().c_str());
  return 1;
}
