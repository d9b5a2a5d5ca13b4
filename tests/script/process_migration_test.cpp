// Programs on the real local server: the runs of a Migrator, as with any other callback.
#include "process_fixture.hpp"
#include "support/migrator_fixture.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <stop_token>

namespace drift::testing {
namespace {

class ProcessMigrationTest : public MigratorFixture {
 protected:
  Migration program(const std::string& text, const std::string& reads = "[]") {
    const auto file = directory_.path() / "00001_test.py";
    std::ofstream(file) << "#!" << script::python() << script::python_begin << "def hello(): return {'table': '"
                        << table() << "', 'has_down': True, 'has_verify': True, 'reads': " << reads << "}\n"
                        << text << script::python_end;
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return script::load_process(file, options_);
  }
  // What the programs of OneThatDies... and OneThatHangs... wait for.
  void mend() const { std::ofstream(directory_.path() / "00001_test.py.mended") << "yes"; }
  // Before the first action is sent, the application changes that attribute of item 3.
  void application_writes(const std::string& name) {
    auto done = std::make_shared<std::atomic<bool>>(false);
    network().before = [this, done, name](std::string_view,
                                          const wire::Request& request) -> std::optional<wire::Answer> {
      if (request.body.find("\"apply\"") != std::string::npos && !done->exchange(true))
        plain().update_item(table(), {{"id", 3}},
                            {.text = "SET #n = :x", .values = {{":x", 77}}, .names = {{"#n", name}}});
      return std::nullopt;
    };
  }

  const std::string twice_ = R"(
def up(item):
    return [{"update": "SET twice = :t", "values": {":t": {"N": str(2 * int(item["n"]["N"]))}}}]
def down(item): return [{"update": "REMOVE twice"}]
def verify(item): return int(item["twice"]["N"]) == 2 * int(item["n"]["N"])
)";
  script::ProcessOptions options_ = {.number = 1};

 private:
  TemporaryDirectory directory_;
};

TEST_F(ProcessMigrationTest, IsAppliedToEveryItemAndUndone) {
  fill(120);
  const Migration migration = program(twice_);
  const Report up = migrator().run(migration, {.concurrency = 4});
  ASSERT_EQ(up.outcome, Outcome::applied) << errors_of(up);
  EXPECT_EQ(up.actions_done, 120U);
  for (const auto& [id, item] : items()) EXPECT_EQ(item.at("twice").as_int64(), 2 * item.at("n").as_int64());
  for (const Item& item : plain().scan(table())) EXPECT_TRUE(migration.verify(item));
  const Report down = migrator().undo(migration, {});
  ASSERT_EQ(down.outcome, Outcome::undone) << errors_of(down);
  for (const auto& [id, item] : items()) EXPECT_FALSE(item.contains("twice"));
}

TEST_F(ProcessMigrationTest, OneThatDiesNamesTheItemAndNothingIsAppliedAndTheRunGoesOn) {
  fill(40);
  const std::string dies = R"(
def up(item):
    if item["id"]["N"] == "7" and not os.path.exists(__file__ + ".mended"): raise ValueError("no sevens")
    return [{"update": "REMOVE #t", "names": {"#t": "text"}}]
)";
  const Migration migration = program(dies);
  const Report report = migrator().run(migration, {});
  EXPECT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(report.errors.size(), 1U) << errors_of(report);
  EXPECT_EQ(report.errors[0].code(), "ScriptError");
  EXPECT_EQ(report.errors[0].key(), (Attributes{{"id", 7}}));
  EXPECT_TRUE(report.errors[0].message().starts_with("00001_test.py: ended with status 1")) << errors_of(report);
  EXPECT_TRUE(report.errors[0].message().ends_with("ValueError: no sevens"));
  for (const auto& [id, item] : items()) EXPECT_TRUE(item.contains("text"));
  mend();
  const Report again = migrator().run(migration, {});
  ASSERT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  for (const auto& [id, item] : items()) EXPECT_FALSE(item.contains("text"));
}

// Some items are with the copies, others wait for them; it does not even end when it is asked to.
TEST_F(ProcessMigrationTest, OneThatHangsDoesNotKeepAStopAndTheRunGoesOn) {
  fill(150, 30'000);  // five pages
  const std::string hangs = R"(
if not os.path.exists(__file__ + ".mended"): signal.signal(signal.SIGTERM, signal.SIG_IGN)
def up(item):
    if int(item["id"]["N"]) % 10 == 7 and not os.path.exists(__file__ + ".mended"):
        sys.stderr.write("hangs %d\n" % os.getpid()); sys.stderr.flush()
        hang()
    return [{"update": "SET n = n + :one", "values": {":one": {"N": "1"}}}]
)";
  std::stop_source stop;
  std::promise<int> hanging;
  std::atomic<bool> told = false;
  options_.stop = stop.get_token();
  options_.log = [&](std::string_view line) {
    if (line.starts_with("hangs ") && !told.exchange(true)) hanging.set_value(std::stoi(std::string(line.substr(6))));
  };
  Report report;
  {
    const Migration migration = program(hangs);
    auto running = std::async(std::launch::async,
                              [&] { return migrator().run(migration, {.concurrency = 12, .stop = stop.get_token()}); });
    const int pid = hanging.get_future().get();
    stop.request_stop();
    EXPECT_EQ(running.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    report = running.get();
    EXPECT_FALSE(is_alive(pid));
  }
  ASSERT_EQ(report.outcome, Outcome::stopped) << errors_of(report);
  EXPECT_EQ(report.errors_total, 0U) << errors_of(report);
  mend();
  options_.stop = {};
  const Report again = migrator().run(program(hangs), {.concurrency = 12});
  ASSERT_EQ(again.outcome, Outcome::applied) << errors_of(again);
  EXPECT_EQ(again.run_id, report.run_id);
  EXPECT_EQ(count_where("n", 1), 150U);
}

// Whatever changes counts, because the program was given all of it.
TEST_F(ProcessMigrationTest, ALiveWriterIsSeenAndTheProgramAskedAgain) {
  fill(10);
  const Migration migration = program(twice_);
  application_writes("text");
  const Report report = migrator().run(migration, {});
  ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  EXPECT_EQ(report.conflicts_resolved, 1U);
  EXPECT_EQ(items().at(3).at("text"), Value(77));
  EXPECT_EQ(items().at(3).at("twice"), Value(0));
}

TEST_F(ProcessMigrationTest, WhatItDeclaresIsWhatCounts) {
  fill(10);
  application_writes("text");
  const Report unrelated = migrator().run(program(twice_, "['n']"), {});
  ASSERT_EQ(unrelated.outcome, Outcome::applied) << errors_of(unrelated);
  EXPECT_EQ(unrelated.conflicts_resolved, 0U);
  EXPECT_EQ(items().at(3).at("text"), Value(77));
  ASSERT_EQ(migrator().undo(program(twice_, "['n']"), {}).outcome, Outcome::undone);
  application_writes("n");
  const Report declared = migrator().run(program(twice_, "['n']"), {});
  ASSERT_EQ(declared.outcome, Outcome::applied) << errors_of(declared);
  EXPECT_EQ(declared.conflicts_resolved, 1U);
  EXPECT_EQ(items().at(3).at("twice"), Value(154));
}

}  // namespace
}  // namespace drift::testing
