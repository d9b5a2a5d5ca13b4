// See demo.hpp.
#include "demo/demo.hpp"

#include "demo/item_view.hpp"
#include "demo/migrations.hpp"
#include "demo/text.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace demo {

namespace {

constexpr std::size_t fill_step = 500;  // items handed to the client at once
constexpr std::size_t errors_shown = 5;

const CheckedTable albums_check{.name = albums_table, .id_attribute = "id"};
const CheckedTable shelf_check{.name = shelf_table, .id_attribute = "album"};

drift::ClientOptions options_for(const drift::local::LocalServer& server) {
  return {
      .region = "us-east-1", .endpoint = server.endpoint(), .credentials = drift::static_credentials("demo", "demo")};
}

std::string title_of(const drift::Attributes& item) { return item.at("title").as_string(); }

}  // namespace

Demo::Demo(Terminal& terminal, const Interrupts& interrupts, std::size_t albums)
    : terminal_(terminal),
      interrupts_(interrupts),
      albums_(albums),
      samples_{find_album("JP", albums / 4), find_album("UA", albums / 2), find_album("IS", albums / 4 * 3)},
      client_(options_for(server_)),
      migrator_(client_, {.meta_table = "Migrations", .state_dir = directory_.path()}),
      progress_(terminal) {}

void Demo::run() {
  const auto began = Clock::now();
  introduce();
  fill();
  restructure();
  build_shelf();
  undo_all();
  summary_.print(terminal_, Clock::now() - began);
}

void Demo::introduce() {
  terminal_.line(terminal_.strong("drift " + std::string(drift::version_text)) + ": two migrations of a catalogue of " +
                 with_commas(albums_) + " albums, and back");
  terminal_.line(
      terminal_.faint("A local DynamoDB at " + server_.endpoint() + ", in memory; nothing else is touched."));
}

void Demo::fill() {
  terminal_.heading("The table Albums is filled");
  const auto began = Clock::now();
  client_.create_table({.name = albums_table, .key = {{"id", drift::Type::string}}});
  std::size_t bytes = 0;
  for (std::size_t from = 0; from < albums_; from += fill_step) {
    stop_if_asked();
    std::vector<drift::Attributes> items;
    for (std::size_t number = from; number < std::min(albums_, from + fill_step); ++number) {
      items.push_back(original_item(make_album(number)));
      bytes += drift::size_bytes(items.back());
    }
    client_.batch_write(albums_table, items);
    progress_.show("filling", from + items.size(), albums_);
  }
  const Summary::Time time = Clock::now() - began;
  summary_.filled(albums_table, albums_, time);
  terminal_.line("  " + terminal_.good("✓") + " " + with_commas(albums_) + " items of " + with_commas(bytes / albums_) +
                 " bytes on average, in " + seconds_text(time));
  check(albums_check, "as they were generated", original_item);
}

void Demo::restructure() {
  const drift::Migration migration = restructure_albums();
  terminal_.heading("Migration 1 changes every item: " + migration.description);
  migrator_.init();
  const auto before = read_samples();
  migrate(migration, Way::up);
  const auto after = read_samples();
  for (std::size_t i = 0; i < samples_.size(); ++i)
    show_change(terminal_, before[i].at("id").as_string() + "  " + title_of(before[i]), before[i], after[i]);
  expect_applied(1);
  check(albums_check, "as migration 1 must leave them", migrated_item);
}

void Demo::build_shelf() {
  const drift::Migration migration = fill_shelf();
  terminal_.heading("Migration 2 writes a second table: " + migration.description);
  client_.create_table({.name = shelf_table, .key = {{"artist", drift::Type::string}, {"place", drift::Type::string}}});
  migrate(migration, Way::up);
  // One of the samples that are for sale.
  for (const std::size_t number : samples_) {
    const auto entry = shelf_item(make_album(number));
    if (!entry) continue;
    const drift::Attributes key{{"artist", entry->at("artist")}, {"place", entry->at("place")}};
    const auto found = client_.get_item(shelf_table, key);
    if (found) show_change(terminal_, std::string(shelf_table) + "  " + title_of(*found), {}, *found);
    break;
  }
  expect_applied(2);
  check(shelf_check, "as they must be, one for each album for sale", shelf_item);
  check(albums_check, "untouched by migration 2", migrated_item);
}

void Demo::undo_all() {
  terminal_.heading("Both are undone, the later one first");
  migrate(fill_shelf(), Way::down);
  migrate(restructure_albums(), Way::down);
  expect_applied(0);
  check(shelf_check, "gone", [](const Album&) { return std::nullopt; });
  check(albums_check, "as they were before", original_item);
}

void Demo::migrate(const drift::Migration& migration, Way way) {
  stop_if_asked();
  const drift::RunOptions options{.on_progress = [this](const drift::Progress& now) { progress_.show(now); },
                                  .stop = interrupts_.token()};
  const auto began = Clock::now();
  const drift::Report report = way == Way::up ? migrator_.run(migration, options) : migrator_.undo(migration, options);
  const Summary::Time time = Clock::now() - began;
  stop_if_asked();
  const std::string name = "migration " + std::to_string(migration.number);
  if (!report.ok()) {
    for (std::size_t i = 0; i < std::min(errors_shown, report.errors.size()); ++i) {
      terminal_.line("  " + terminal_.bad("✗") + " " + report.errors[i].what());
      if (!report.errors[i].next_step().empty()) terminal_.line("    " + report.errors[i].next_step());
    }
    throw Failed(name + " " + drift::outcome_text(report.outcome) + " with " + with_commas(report.errors_total) +
                 (report.errors_total == 1 ? " error" : " errors"));
  }
  summary_.ran((way == Way::up ? "" : "undo of ") + name, report, time);
  terminal_.line("  " + terminal_.good("✓") + " " + name + " " + drift::outcome_text(report.outcome) + " in " +
                 seconds_text(time) + ": " + with_commas(report.items_scanned) + " items read, " +
                 with_commas(report.actions_done) + " actions done, " + units_text(report.read_units) + " RCU, " +
                 units_text(report.write_units) + " WCU");
}

void Demo::expect_applied(std::size_t migrations) {
  const std::size_t applied = migrator_.applied().size();
  if (applied == migrations) return;
  throw Failed("the metadata table must name " + std::to_string(migrations) + " applied migrations, and names " +
               std::to_string(applied));
}

void Demo::check(const CheckedTable& table, const std::string& as, const Expected& expected) {
  const auto began = Clock::now();
  const CheckResult result = check_table(server_.endpoint(), table, albums_, expected, [this](std::size_t compared) {
    stop_if_asked();
    progress_.show("checking", compared, albums_);
  });
  summary_.checked(result.compared, Clock::now() - began);
  if (result.ok()) {
    const std::string items = result.compared == 0 ? "all items" : "all " + with_commas(result.compared) + " items";
    terminal_.line("  " + terminal_.good("✓") + " independent read of " + table.name + ": " + items + " " + as);
    return;
  }
  for (const std::string& problem : result.first_problems) {
    std::istringstream lines(problem);
    std::string mark = terminal_.bad("✗");
    for (std::string line; std::getline(lines, line); mark = " ")
      terminal_.line("  " + mark + " " + cut(line, Terminal::columns - 4));
  }
  throw Failed(with_commas(result.problems) + " items of " + table.name + " are not " + as);
}

std::vector<drift::Attributes> Demo::read_samples() {
  std::vector<drift::Attributes> items;
  for (const std::size_t number : samples_)
    items.push_back(client_.get_item(albums_table, {{"id", make_album(number).id}}).value());
  return items;
}

void Demo::stop_if_asked() const {
  if (interrupts_.requested()) throw Interrupted();
}

}  // namespace demo
