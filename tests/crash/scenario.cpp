// Scenario: see the header. What the callbacks do is said twice, as callbacks and as the model; nothing else is shared.
#include "scenario.hpp"

#include "client/core.hpp"
#include "event_transport.hpp"
#include "support/processes.hpp"
#include "wire/asio_transport.hpp"

#include <utility>

namespace drift::testing::crash {

namespace {

constexpr std::int64_t inserted_offset = 1'000;

// The roles of items, by id % 8.
enum Role : std::int64_t { plain_set, counted, two_actions, copied, inserts, removed, with_marker, written_live };

Update count_by(int amount, std::optional<Guard> guard = {}) {
  return {.expression = "SET n = n + :by", .values = {{":by", amount}}, .guard = guard};
}

void up(const std::string& other, const Item& item, Actions& actions) {
  const std::int64_t id = item["id"].as_int64();
  switch (id % 8) {
    case plain_set:
      actions.update({.expression = "SET #s = :done",
                      .values = {{":done", "done"}},
                      .names = {{"#s", "state"}},
                      .condition = id == 8 ? "attribute_exists(nothing)" : ""});
      break;
    case two_actions:
      actions.update(count_by(1));
      actions.update({.expression = "SET n = n + :ten, seen = n", .values = {{":ten", 10}}});
      break;
    case copied:
      actions.put({{"id", id}, {"n", item["n"]}, {"copy", true}}, other);
      actions.update({.expression = "SET copied = :t", .values = {{":t", true}}});
      break;
    case inserts:
      actions.insert({{"id", id + inserted_offset}, {"of", id}}, other);
      break;
    case removed:
      actions.remove();
      break;
    case with_marker:
      actions.update(count_by(1, Guard::exists));
      break;
    default:
      actions.update(count_by(1));
  }
}

void down(const std::string& other, const Item& item, Actions& actions) {
  const std::int64_t id = item["id"].as_int64();
  switch (id % 8) {
    case plain_set:
      actions.update({.expression = "REMOVE #s", .names = {{"#s", "state"}}});
      break;
    case two_actions:
      actions.update(count_by(-10));
      actions.update({.expression = "SET n = n - :by REMOVE seen", .values = {{":by", 1}}});
      break;
    case copied:
      actions.remove({{"id", id}}, other);
      actions.update({.expression = "REMOVE copied"});
      break;
    case inserts:
      actions.remove({{"id", id + inserted_offset}}, other);
      break;
    case with_marker:
      actions.update(count_by(-1, Guard::exists));
      break;
    default:
      actions.update(count_by(-1));
  }
}

// Without guards and before-images, so that batches take all of it.
void up_plain(const std::string& other, const Item& item, Actions& actions) {
  const std::int64_t id = item["id"].as_int64();
  switch (id % 8) {
    case plain_set:
    case counted:
      actions.put({{"id", id}, {"n", 1}, {"text", "put"}});
      break;
    case two_actions:
      actions.put({{"id", id}, {"n", 1}, {"text", "first"}}, other);
      actions.put({{"id", id}, {"n", 2}, {"text", "second"}}, other);
      break;
    case removed:
      actions.remove();
      break;
    default:
      actions.put({{"id", id}, {"copy", true}}, other);
  }
}

void down_plain(const std::string& other, const Item& item, Actions& actions) {
  actions.remove({{"id", item["id"]}}, other);
}

bool is_refused_with(const Report& report, std::string_view code) {
  return report.outcome == Outcome::refused && !report.errors.empty() && report.errors[0].code() == code;
}

std::string difference(const std::string& table, const Items& expected, const Items& found) {
  for (const auto& [id, item] : expected) {
    const auto it = found.find(id);
    if (it == found.end()) return table + ": item " + std::to_string(id) + " is missing";
    if (it->second != item) {
      return table + ": item " + std::to_string(id) + " is " + to_json(it->second) + ", not " + to_json(item);
    }
  }
  for (const auto& [id, item] : found) {
    if (!expected.contains(id)) return table + ": item " + to_json(item) + " should not be there";
  }
  return {};
}

// The application's write, at most once however often it is asked for.
struct LiveWrite {
  std::string endpoint;
  std::string table;
  std::string_view at = {};
  void (*before)(std::string_view failpoint) = nullptr;
};
LiveWrite& live_write() {
  static LiveWrite write;
  return write;
}

void write_live(std::string_view failpoint) {
  if (live_write().before != nullptr) live_write().before(failpoint);
  if (failpoint != live_write().at) return;
  for (const char* id : {"7", "15"}) {
    post(live_write().endpoint, "UpdateItem",
         R"({"TableName":")" + live_write().table + R"(","Key":{"id":{"N":")" + id +
             R"j("}},"UpdateExpression":"SET n = n + :h, lw = :t","ConditionExpression":"attribute_not_exists(lw)",)j" +
             R"("ExpressionAttributeValues":{":h":{"N":"100"},":t":{"BOOL":true}}})");
  }
}

}  // namespace

std::string errors_of(const Report& report) {
  std::string text = outcome_text(report.outcome);
  for (const Error& error : report.errors) text.append(" | ").append(error.what());
  return text;
}

const char* variant_name(Variant variant) {
  switch (variant) {
    case Variant::run:
      return "run";
    case Variant::doubts:
      return "doubts";
    case Variant::streaming:
      return "streaming";
    case Variant::batches:
      return "batches";
    case Variant::index:
      return "index";
    case Variant::undo:
      return "undo";
    case Variant::restore:
      break;
  }
  return "restore";
}

Scenario::Scenario(std::string endpoint, std::string name, std::filesystem::path state, ScenarioOptions options)
    : endpoint_(std::move(endpoint)), name_(std::move(name)), state_(std::move(state)), options_(std::move(options)) {}

Client& Scenario::plain() {
  if (!plain_) {
    plain_ = std::make_unique<Client>(
        ClientOptions{.region = "us-east-1", .endpoint = endpoint_, .credentials = static_credentials("id", "secret")});
  }
  return *plain_;
}

Migration Scenario::migration() const {
  const std::string other = other_table();
  Migration migration{
      .number = 1,
      .table = table(),
      .description = "crash",
      .up = [other, call = batches() ? up_plain : up](const Item& i, Actions& a) { call(other, i, a); }};
  if (options_.variant == Variant::index) migration.index = "by_text";
  if (options_.variant == Variant::undo) migration.down = [other](const Item& i, Actions& a) { down(other, i, a); };
  return migration;
}

RunOptions Scenario::run_options() const {
  return {.concurrency = options_.concurrency,
          .guard = batches() ? Guard::none : Guard::unchanged,
          .lock_timeout = std::chrono::milliseconds(200),
          .before_images = !batches(),
          .segments = options_.concurrency == 1 ? 1U : 3U,
          .apply = options_.variant == Variant::streaming ? Apply::streaming : Apply::after_scan};
}

void Scenario::prepare() {
  Migrator(plain(), migrator_options()).init();
  std::vector<Attributes> puts;
  for (int id = 0; id < items_count; ++id) {
    if (restores() && (id % 8 == with_marker || id % 8 == written_live)) continue;  // of which there are no images
    puts.push_back({{"id", id}, {"n", 0}, {"text", "x"}});
  }
  const KeySchema key{{.name = "id", .type = Type::number}};
  plain().create_table({.name = other_table(), .key = key});
  TableSpec spec{.name = table(), .key = key};
  if (options_.variant == Variant::index) spec.indexes = {{.name = "by_text", .key = {{.name = "text"}}}};
  plain().create_table(spec);
  plain().batch_write(table(), puts);
  if (is_undo()) {
    const Report report = execute(migrate::Direction::up, false);
    if (!report.ok()) throw Error("Scenario", "the run to be undone did not succeed: " + errors_of(report));
  }
}

Report Scenario::execute(migrate::Direction direction, bool watched) {
  const auto transport = std::make_shared<EventTransport>(
      wire::make_asio_transport({}),
      EventTransportOptions{.table = table(),
                            .other_table = other_table(),
                            .seed = options_.seed + static_cast<std::uint64_t>(lives_),
                            .loses_answers = crash::loses_answers(options_.variant) && lives_ < 2,
                            .watched = watched});
  client::ClientCore::Settings settings{.region = "us-east-1",
                                        .endpoint = *wire::Endpoint::parse(endpoint_),
                                        .credentials = static_credentials("id", "secret")};
  settings.retry.base = std::chrono::milliseconds(1);
  settings.retry.cap = std::chrono::milliseconds(4);
  Client client(std::make_unique<client::ClientCore>(std::move(settings), transport));
  const MigratorOptions migrator = migrator_options();
  const Migration what = migration();
  const RunOptions options = run_options();
  if (!restores()) add_live_writes();
  events::begin_run();
  ++lives_;
  return migrate::Run(client, migrator, what, direction, options, options_.settings).execute();
}

void Scenario::add_live_writes() {
  live_write().endpoint = endpoint_;
  live_write().table = table();
  // Before the first action, and behind the scan where that comes first.
  live_write().at = options_.variant == Variant::streaming ? "apply.mark.before" : "barrier.row.after";
  events::on_failpoint(write_live);
}

void Scenario::at_failpoints(void (*call)(std::string_view failpoint)) { live_write().before = call; }

Report Scenario::live() { return execute(is_undo() ? migrate::Direction::down : migrate::Direction::up, true); }

std::string Scenario::finish(bool doubt_possible) {
  constexpr int attempts_max = 4;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const Report report = live();
    if (report.ok()) return {};
    // It had come to its end, but for what is only for people.
    if (is_refused_with(report, is_undo() ? "NotApplied" : "AlreadyApplied")) return {};
    if (report.outcome != Outcome::quarantined || !doubt_possible) return "not finished: " + errors_of(report);
    if (const auto problem = resolve(report); !problem.empty()) return problem;
  }
  return "not finished after " + std::to_string(attempts_max) + " attempts";
}

// Only where the live write and a doubt coincide; whether the write was executed shows in the number.
std::string Scenario::resolve(const Report& report) {
  Migrator migrator(plain(), migrator_options());
  for (const Failure& failure : migrator.failures(report.run_id)) {
    const std::int64_t id = failure.key.at("id").as_int64();
    if (id % 8 != written_live || !failure.in_doubt) return "quarantined without need: " + errors_of(report);
    const auto item = plain().get_item(table(), failure.key);
    const bool is_done = item && item->at("n") == Value(is_undo() ? 100 : 101);
    migrator.resolve(report.run_id, failure.key, is_done ? Resolution::done : Resolution::again);
  }
  return {};
}

Items Scenario::expected_items(bool applied) const {
  Items items;
  for (std::int64_t id = 0; id < items_count; ++id) {
    const std::int64_t role = id % 8;
    if (restores() && (role == with_marker || role == written_live)) continue;
    if (role == removed && (applied || !restores())) continue;
    Attributes item{{"id", id}, {"n", 0}, {"text", "x"}};
    if (role == written_live) {
      item["n"] = applied && !batches() ? 101 : 100;
      item["lw"] = true;
    }
    if (batches()) {
      if (role == plain_set || role == counted) item = {{"id", id}, {"n", 1}, {"text", "put"}};
      items.emplace(id, std::move(item));
      continue;
    }
    if (applied && role == plain_set && id != 8) item["state"] = "done";
    if (applied && (role == counted || role == with_marker)) item["n"] = 1;
    if (applied && role == two_actions) {
      item["n"] = 11;
      item["seen"] = 1;
    }
    if (applied && role == copied) item["copied"] = true;
    items.emplace(id, std::move(item));
  }
  return items;
}

Items Scenario::expected_others(bool applied) const {
  Items items;
  for (std::int64_t id = 0; applied && id < items_count; ++id) {
    if (batches()) {
      const std::int64_t role = id % 8;
      if (role == two_actions) items.emplace(id, Attributes{{"id", id}, {"n", 2}, {"text", "second"}});
      if (role > two_actions && role != removed) items.emplace(id, Attributes{{"id", id}, {"copy", true}});
      continue;
    }
    if (id % 8 == copied) items.emplace(id, Attributes{{"id", id}, {"n", 0}, {"copy", true}});
    if (id % 8 == inserts) {
      items.emplace(id + inserted_offset, Attributes{{"id", id + inserted_offset}, {"of", id}});
    }
  }
  return items;
}

Items Scenario::items(const std::string& table) {
  Items found;
  for (const Item& item : plain().scan(table)) found.emplace(item["id"].as_int64(), item.attributes());
  return found;
}

std::string Scenario::check(bool doubt_possible) {
  const bool applied = !is_undo();
  if (auto problem = difference("items", expected_items(applied), items(table())); !problem.empty()) return problem;
  if (auto problem = difference("other", expected_others(applied), items(other_table())); !problem.empty()) {
    return problem;
  }
  return check_own_tables(doubt_possible);
}

std::string Scenario::check_own_tables(bool doubt_possible) {
  Migrator migrator(plain(), migrator_options());
  const auto rows = migrator.applied();
  if (rows.size() != (is_undo() ? 0U : 1U)) return "the metadata table has " + std::to_string(rows.size()) + " rows";
  if (!rows.empty() && (rows[0].number != 1 || rows[0].table != table())) return "the metadata row is another one";
  if (!migrator.leases().empty()) return "a lease is still held";
  for (const Item& row : plain().scan(meta_table() + ".runs")) {
    if (row["Part"].as_string().starts_with("marker#") && !doubt_possible) return "a marker is left";
  }
  return {};
}

std::string Scenario::there_and_back() {
  using migrate::Direction;
  if (options_.variant == Variant::undo) {
    const Report again = execute(Direction::up, false);
    return again.ok() ? "" : "run after its undo: " + errors_of(again);
  }
  if (options_.variant == Variant::restore) {
    const Report again = execute(Direction::up, false);
    return again.ok() ? "" : "run after its undo from images: " + errors_of(again);
  }
  Migration both = migration();
  both.down = [other = other_table(), call = batches() ? down_plain : down](const Item& i, Actions& a) {
    call(other, i, a);
  };
  const RunOptions options = run_options();
  const MigratorOptions own = migrator_options();
  const Report undone = migrate::Run(plain(), own, both, Direction::down, options, options_.settings).execute();
  if (!undone.ok()) return "undo after the run: " + errors_of(undone);
  const Report again = migrate::Run(plain(), own, both, Direction::up, options, options_.settings).execute();
  return again.ok() ? "" : "run after its undo: " + errors_of(again);
}

void Scenario::remove_tables() {
  for (const auto& table : {table(), other_table(), meta_table(), meta_table() + ".runs"}) {
    post(endpoint_, "DeleteTable", R"({"TableName":")" + table + "\"}");
  }
}

}  // namespace drift::testing::crash
