// The cases: see the header.
#include "live/fault_cases.hpp"

#include <utility>

namespace drift::testing {

namespace {

constexpr std::int64_t other_ids = 1'000;

std::int64_t id_of(const Item& item) { return item["id"].as_int64(); }

void add_to(Attributes& item, const std::string& name, std::int64_t amount) {
  const auto found = item.find(name);
  item[name] = (found == item.end() ? 0 : found->second.as_int64()) + amount;
}

void append_to(Attributes& item, const std::string& name, std::int64_t value) {
  List list = item.contains(name) ? item.at(name).as_list() : List{};
  list.emplace_back(value);
  item[name] = list;
}

Update count(const char* operation, Guard guard) {
  return {.expression = operation, .values = {{":one", 1}}, .guard = guard};
}

Update step(std::int64_t value) {
  return {.expression = "SET steps = list_append(if_not_exists(steps, :none), :step)",
          .values = {{":none", List{}}, {":step", List{value}}}};
}

// Arithmetic and lists under the guard; chains of up to three.
FaultCase guarded_updates() {
  const auto up = [](const std::string&) -> Callback {
    return [](const Item& item, Actions& actions) {
      actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
      if (id_of(item) % 3 == 0) actions.update(step(7));
      if (id_of(item) % 6 == 0) actions.update(step(8));
    };
  };
  const auto model = [](TwoTables& tables) {
    for (auto& [id, item] : tables.scanned) {
      add_to(item, "n", 1);
      if (id % 3 == 0) append_to(item, "steps", 7);
      if (id % 6 == 0) append_to(item, "steps", 8);
    }
  };
  const auto down = [](const Item& item, Actions& actions) {
    actions.update({.expression = "SET n = n - :one", .values = {{":one", 1}}});
    if (item.contains("steps")) actions.update({.expression = "REMOVE steps"});
  };
  return {.name = "guarded updates", .up = up, .model = model, .down = down, .can_restore = true};
}

// Whole items under the guard.
FaultCase guarded_items() {
  const auto up = [](const std::string&) -> Callback {
    return [](const Item& item, Actions& actions) {
      if (id_of(item) % 4 == 0) return actions.remove();
      Attributes all = item.attributes();
      add_to(all, "n", 1);
      actions.put(all);
      if (id_of(item) % 4 == 1) actions.update({.expression = "SET n = n + :ten", .values = {{":ten", 10}}});
    };
  };
  const auto model = [](TwoTables& tables) {
    std::erase_if(tables.scanned, [](const auto& entry) { return entry.first % 4 == 0; });
    for (auto& [id, item] : tables.scanned) add_to(item, "n", id % 4 == 1 ? 11 : 1);
  };
  return {.name = "guarded items", .up = up, .model = model};
}

// One action an item that may be sent again after a look.
FaultCase repeatable() {
  const auto up = [](const std::string& other) -> Callback {
    return [other](const Item& item, Actions& actions) {
      const std::int64_t id = id_of(item);
      const Attributes beside{{"id", id + other_ids}, {"copy", item["n"]}};
      switch (id % 5) {
        case 0:
          return actions.update(
              {.expression = "SET mark = :m REMOVE note", .values = {{":m", "new"}}, .guard = Guard::exists});
        case 1:
          return actions.put(beside, other);
        case 2:
          return actions.insert(beside, other);
        case 3:
          return actions.remove({{"id", id}}, other);
        default:
          return actions.update(
              {.expression = "ADD tags :t", .values = {{":t", Value::string_set({"a", "b"})}}, .guard = Guard::none});
      }
    };
  };
  const auto model = [](TwoTables& tables) {
    for (auto& [id, item] : tables.scanned) {
      if (id % 5 == 0) {
        item["mark"] = "new";
        item.erase("note");
      }
      if (id % 5 == 1 || id % 5 == 2) tables.other[id + other_ids] = {{"id", id + other_ids}, {"copy", item.at("n")}};
      if (id % 5 == 3) tables.other.erase(id);
      if (id % 5 == 4) item["tags"] = Value::string_set({"a", "b"});
    }
  };
  return {.name = "repeatable", .up = up, .model = model};
}

// What nothing tells but a marker.
FaultCase marked() {
  const auto up = [](const std::string& other) -> Callback {
    return [other](const Item& item, Actions& actions) {
      const std::int64_t id = id_of(item);
      actions.update(count("SET n = n + :one", Guard::none));
      if (id % 2 == 0) actions.update(count("ADD n :one", Guard::exists));
      if (id % 3 == 0) {
        actions.update({.key = {{"id", 0}}, .expression = "ADD visits :one", .values = {{":one", 1}}, .table = other});
      }
    };
  };
  const auto model = [](TwoTables& tables) {
    for (auto& [id, item] : tables.scanned) {
      add_to(item, "n", id % 2 == 0 ? 2 : 1);
      if (id % 3 == 0) add_to(tables.other.at(0), "visits", 1);
    }
  };
  const auto down = [](const Item& item, Actions& actions) {
    const std::int64_t less = id_of(item) % 2 == 0 ? -2 : -1;
    actions.update({.expression = "ADD n :less", .values = {{":less", less}}, .guard = Guard::exists});
  };
  return {.name = "marked", .up = up, .model = model, .down = down};
}

// A copy that is never stale: another table's put, together with a check of the scanned item.
FaultCase checked_copies() {
  const auto up = [](const std::string& other) -> Callback {
    return [other](const Item& item, Actions& actions) {
      actions.put({{"id", id_of(item) + other_ids}, {"copy", item["n"]}}, other, {.guard = Guard::unchanged});
      actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
    };
  };
  const auto model = [](TwoTables& tables) {
    for (auto& [id, item] : tables.scanned) {
      tables.other[id + other_ids] = {{"id", id + other_ids}, {"copy", item.at("n")}};
      add_to(item, "n", 1);
    }
  };
  return {.name = "checked copies", .up = up, .model = model};
}

// Plain puts and removes, many in a request, and here and there one that goes alone.
FaultCase batches() {
  const auto up = [](const std::string& other) -> Callback {
    return [other](const Item& item, Actions& actions) {
      const std::int64_t id = id_of(item);
      if (id % 4 == 0) return actions.put({{"id", id}, {"n", item["n"]}, {"put", true}});
      if (id % 4 == 1) return actions.remove({{"id", id}}, other);
      if (id % 8 == 3) actions.insert({{"id", id + 2 * other_ids}, {"of", id}}, other);
      actions.put({{"id", id + other_ids}, {"copy", item["n"]}}, other);
    };
  };
  const auto model = [](TwoTables& tables) {
    for (auto& [id, item] : tables.scanned) {
      if (id % 4 == 1) tables.other.erase(id);
      if (id % 4 > 1) tables.other[id + other_ids] = {{"id", id + other_ids}, {"copy", item.at("n")}};
      if (id % 8 == 3) tables.other[id + 2 * other_ids] = {{"id", id + 2 * other_ids}, {"of", id}};
      if (id % 4 == 0) item = {{"id", id}, {"n", item.at("n")}, {"put", true}};
    }
  };
  return {.name = "batches", .up = up, .model = model, .guard = Guard::none, .images = false};
}

FaultCase versioned() {
  FaultCase made = guarded_updates();
  made.name = "versioned";
  made.version = "ver";
  made.can_restore = false;
  made.down = {};
  made.model = [model = made.model](TwoTables& tables) {
    model(tables);
    for (auto& [id, item] : tables.scanned) add_to(item, "ver", id % 6 == 0 ? 3 : id % 3 == 0 ? 2 : 1);
  };
  return made;
}

FaultCase exact(FaultCase made) {
  made.name += ", exact";
  made.exact = true;
  made.can_restore = false;
  return made;
}

}  // namespace

TwoTables tables_before(std::size_t items) {
  TwoTables tables;
  for (std::int64_t id = 0; std::cmp_less(id, items); ++id) {
    tables.scanned[id] = {{"id", id}, {"n", id * 100}, {"note", "as it was"}};
    tables.other[id] = {{"id", id}, {"old", true}};
  }
  return tables;
}

std::string difference(const Items& found, const Items& expected) {
  std::string text;
  for (const auto& [id, item] : expected) {
    const auto there = found.find(id);
    if (there == found.end()) {
      text += "missing " + to_json(item) + '\n';
    } else if (there->second != item) {
      text += "found " + to_json(there->second) + ", expected " + to_json(item) + '\n';
    }
  }
  for (const auto& [id, item] : found) {
    if (!expected.contains(id)) text += "too much " + to_json(item) + '\n';
  }
  return text;
}

std::string difference(const TwoTables& found, const TwoTables& expected) {
  const std::string other = difference(found.other, expected.other);
  return difference(found.scanned, expected.scanned) + (other.empty() ? "" : "in the other table: " + other);
}

const std::vector<FaultCase>& fault_cases() {
  static const std::vector<FaultCase> cases{
      guarded_updates(),        guarded_items(),     repeatable(),           marked(), checked_copies(), versioned(),
      exact(guarded_updates()), exact(repeatable()), exact(guarded_items()), batches()};
  return cases;
}

}  // namespace drift::testing
