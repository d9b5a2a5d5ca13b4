// The command in a terminal: its progress line, Ctrl-C, and the run of another process. A run lasts because its rate is
// low, and is made to end by another rate.
#include "cli/columns.hpp"
#include "cli/control_client.hpp"
#include "cli/control_socket.hpp"
#include "cli/program.hpp"
#include "cli/run_events.hpp"
#include "support/migrator_fixture.hpp"
#include "value/json_object.hpp"

#include <gtest/gtest.h>

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace drift::cli {
namespace {

using testing::Finished;
using testing::TerminalProgram;
using testing::Variables;
using value::JsonObject;

class TerminalTest : public testing::MigratorFixture {
 protected:
  void SetUp() override {
    MigratorFixture::SetUp();
    static int tables = 0;
    meta_table_ = "meta" + std::to_string(++tables);
    variables_ = {{"AWS_ENDPOINT_URL_DYNAMODB", endpoint()},
                  {"AWS_REGION", "us-east-1"},
                  {"AWS_ACCESS_KEY_ID", "id"},
                  {"AWS_SECRET_ACCESS_KEY", "secret"},
                  {"DRIFT_DIR", (state_directory().parent_path() / "migrations").string()},
                  {"DRIFT_STATE_DIR", state_directory().string()},
                  {"DRIFT_META_TABLE", meta_table_}};
    std::filesystem::create_directories(variables_["DRIFT_DIR"]);
    ASSERT_EQ(drift({"init"}).code, 0);
  }

  // 00001_count.lua: `first` and then the item's n goes up by one.
  void write_migration(const std::string& first = "") {
    std::ofstream(std::filesystem::path(variables_["DRIFT_DIR"]) / "00001_count.lua")
        << "return { table = '" << table() << "', up = function(item, actions) " << first
        << " actions:update('SET n = n + :one', { one = 1 }) end }";
  }

  static std::vector<std::string> line(std::vector<std::string> words) {
    words.insert(words.begin(), DRIFT_PROGRAM);
    return words;
  }
  Finished drift(const std::vector<std::string>& words) { return testing::run_program(line(words), variables_); }

  // `drift up` at a rate that leaves time, in a terminal; its first actions are done.
  std::unique_ptr<TerminalProgram> slow_up(std::vector<std::string> words = {"up"}, unsigned short columns = 120) {
    Variables slow = variables_;
    slow["DRIFT_WRITE_RATE"] = "20";
    auto program = std::make_unique<TerminalProgram>(line(std::move(words)), slow, columns);
    EXPECT_TRUE(program->wait_for("00001_count  apply "));
    return program;
  }

  void end_quickly() { EXPECT_EQ(drift({"ctl", "1", "set", "write-rate=none"}).code, 0); }

  std::string meta_table_;
  Variables variables_;
};

// What a test stops goes on with its end.
class StoppedProcess {
 public:
  explicit StoppedProcess(int pid) : pid_(pid) { ::kill(pid_, SIGSTOP); }
  ~StoppedProcess() { ::kill(pid_, SIGCONT); }
  StoppedProcess(const StoppedProcess&) = delete;
  StoppedProcess& operator=(const StoppedProcess&) = delete;

 private:
  int pid_;
};

TEST_F(TerminalTest, TheLineChangesFitsAndGivesWayToWhatStays) {
  fill(400);
  write_migration();
  constexpr unsigned short columns = 70;
  const auto up = slow_up({"up"}, columns);
  ASSERT_TRUE(up->wait_for(" left"));  // after a second
  end_quickly();
  EXPECT_EQ(up->wait(), 0) << up->output();
  std::set<std::string> applying;
  for (const std::string& each : up->lines()) {
    if (!each.starts_with("00001_count  apply ")) continue;
    applying.insert(each);
    EXPECT_LT(columns_of(each), columns) << each;
  }
  EXPECT_GT(applying.size(), 2U) << up->output();
  std::size_t results = 0;
  for (const std::string& row : up->screen()) {
    EXPECT_TRUE(!row.starts_with("00001_count  apply ") || row.starts_with("00001_count  apply done: ")) << row;
    results += row.find("applied\x1b[0m  00001_count: 400 items, 400 of 400 actions done") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(results, 1U) << up->output();
  EXPECT_EQ(count_where("n", 1), 400U);
}

TEST_F(TerminalTest, CtrlCStopsAndTheCommandThatIsPrintedGoesOn) {
  fill(400);
  write_migration();
  const auto up = slow_up();
  up->press_ctrl_c();
  ASSERT_TRUE(up->wait_for(
      "Stopping: what is under way is finished ... (Ctrl-C again ends at once; it can be gone on with even then)\r\n"));
  EXPECT_TRUE(up->wait_for("stopped\x1b[0m  00001_count: 400 items, "));
  EXPECT_TRUE(up->wait_for("Nothing is lost. To go on: "));
  EXPECT_EQ(up->wait(), 7);
  const std::string& output = up->output();
  EXPECT_TRUE(output.ends_with("\r\n"));
  const std::size_t begin = output.rfind("To go on: ") + 10;
  const std::string command = output.substr(begin, output.find('\r', begin) - begin);
  EXPECT_EQ(command, std::string(DRIFT_PROGRAM) + " up");
  EXPECT_LT(count_where("n", 1), 400U);

  const Finished rest = testing::run_program({"/bin/sh", "-c", command}, variables_);
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(count_where("n", 1), 400U);
}

// While the server is stopped too nothing that is under way comes to its end: only the second Ctrl-C ends the process.
TEST_F(TerminalTest, CtrlCTwiceEndsAtOnceAndGoingOnIsExact) {
  fill(300);
  write_migration("for i = 1, 20 do drift.get('" + table() + "', { id = item.id }) end");
  TerminalProgram up(line({"up", "--apply", "streaming", "--segments", "8", "--concurrency", "1"}), variables_);
  ASSERT_TRUE(up.wait_for("00001_count  apply "));
  {
    ControlClient run(control_socket_file(state_directory(), meta_table_, 1));
    for (bool any_done = false; !any_done;) {
      const auto status = run.ask("status");
      ASSERT_TRUE(status.has_value()) << "it ended before it could be stopped";
      any_done = read_progress_event(*status).progress.actions_done > 0;
    }
    const StoppedProcess server(testing::shared_local_server().pid());
    up.press_ctrl_c();
    ASSERT_TRUE(up.wait_for("Stopping: "));
    up.press_ctrl_c();
    EXPECT_EQ(up.wait(), -SIGINT) << up.output();
  }
  EXPECT_EQ(up.output().find("To go on: "), std::string::npos);
  EXPECT_EQ(runs_at(state_directory(), meta_table_), std::vector<std::uint64_t>{});
  const std::size_t done = count_where("n", 1);
  EXPECT_GT(done, 0U);
  EXPECT_LT(done, 300U);

  const Finished rest = drift({"up"});
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(count_where("n", 1), 300U);
}

TEST_F(TerminalTest, CtrlCBeforeARunHasBegunSaysThatNothingWasDone) {
  fill(400);
  write_migration();
  TerminalProgram asked(line({"up", "--ask-above", "1"}), variables_);
  ASSERT_TRUE(asked.wait_for(" Go on? [y/N] "));
  asked.press_ctrl_c();
  EXPECT_TRUE(asked.wait_for("Refused: it was stopped at the question"));
  EXPECT_TRUE(asked.wait_for("Nothing was done."));
  EXPECT_EQ(asked.wait(), 2) << asked.output();

  const auto up = slow_up();
  TerminalProgram waiting(line({"up"}), variables_);
  ASSERT_TRUE(waiting.wait_for("00001_count  preparing"));
  waiting.press_ctrl_c();
  EXPECT_TRUE(waiting.wait_for("It had not begun: nothing was done. To do it: " DRIFT_PROGRAM " up\r\n"));
  EXPECT_EQ(waiting.wait(), 7) << waiting.output();
  EXPECT_EQ(drift({"ctl", "stop"}).code, 0);
  EXPECT_EQ(up->wait(), 7) << up->output();
}

TEST_F(TerminalTest, CtrlCAtAQuestionIsANo) {
  fill(50);
  write_migration();
  TerminalProgram up(line({"up", "--canary", "5", "--concurrency", "1"}), variables_);
  ASSERT_TRUE(up.wait_for(" Go on with the rest? [y/N] "));
  EXPECT_EQ(drift({"ctl", "set", "concurrency=4"}).code, 0);
  up.press_ctrl_c();
  EXPECT_TRUE(up.wait_for("The rest is as it was. To go on: " DRIFT_PROGRAM " resume --concurrency=1\r\n"));
  EXPECT_EQ(up.wait(), 7) << up.output();
  EXPECT_EQ(count_where("n", 1), 5U);
  EXPECT_EQ(drift({"resume"}).code, 0);
  EXPECT_EQ(count_where("n", 1), 50U);
}

TEST_F(TerminalTest, CtlPausesUnpausesAndSetsRates) {
  fill(400);
  write_migration();
  const auto up = slow_up();
  const Finished paused = drift({"ctl", "pause"});
  EXPECT_EQ(paused.code, 0) << paused.err;
  EXPECT_EQ(paused.out, "ok: paused; what is under way ends, unpause goes on\n");
  ASSERT_TRUE(up->wait_for(" of 400 actions, paused by ctl"));
  const Finished status = drift({"ctl", "1", "status"});
  EXPECT_EQ(JsonObject::parse(status.out).string("pace"), "paused") << status.err;
  EXPECT_EQ(drift({"ctl", "1", "unpause"}).code, 0);
  ASSERT_TRUE(up->wait_for("/s, "));  // rates again
  const Finished wrong = drift({"ctl", "1", "set", "write-rate=fast"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_TRUE(wrong.err.starts_with("error: Usage: write-rate: \"fast\" is not units a second")) << wrong.err;
  end_quickly();
  EXPECT_EQ(up->wait(), 0) << up->output();
  EXPECT_EQ(count_where("n", 1), 400U);
}

TEST_F(TerminalTest, StatusHasTheNumbersOfTheRunItself) {
  fill(400);
  write_migration();
  const auto up = slow_up();
  ASSERT_TRUE(up->wait_for(" left"));  // a hundredth is done
  ASSERT_EQ(drift({"ctl", "pause"}).code, 0);
  const Finished status = drift({"status", "--json"});
  const JsonObject row = JsonObject::parse(status.out);
  EXPECT_EQ(row.integer("items"), 400U) << status.out;
  EXPECT_GT(row.integer("actions"), 0U) << status.out;
  EXPECT_EQ(row.integer("actions_queued"), 400U) << status.out;

  Variables elsewhere = variables_;
  elsewhere["DRIFT_STATE_DIR"] += "-of-another-host";
  const Finished other = testing::run_program(line({"status"}), elsewhere);
  EXPECT_TRUE(other.err.starts_with("1: its run does not answer here; what it has done so far is not known"))
      << other.err;
  EXPECT_EQ(drift({"ctl", "stop"}).code, 0);
  EXPECT_EQ(up->wait(), 7) << up->output();
}

TEST_F(TerminalTest, CtlStops) {
  fill(400);
  write_migration();
  const auto up = slow_up();
  EXPECT_EQ(drift({"ctl", "stop"}).out, "ok: it stops when what is under way is finished, and can be gone on with\n");
  EXPECT_TRUE(up->wait_for("Stopping, as ctl asked: what is under way is finished ..."));
  EXPECT_EQ(up->wait(), 7) << up->output();
  EXPECT_EQ(drift({"up"}).code, 0);
  EXPECT_EQ(count_where("n", 1), 400U);
}

TEST_F(TerminalTest, CtlReachesWhoHasWaitedOnceTheRunIsTheirs) {
  fill(400);
  write_migration();
  const auto first = slow_up();
  TerminalProgram second(line({"up", "--lock-timeout", "60s", "--write-rate", "20"}), variables_);
  ASSERT_TRUE(second.wait_for("00001_count  preparing"));
  EXPECT_EQ(drift({"ctl", "stop"}).code, 0);
  EXPECT_EQ(first->wait(), 7) << first->output();
  ASSERT_TRUE(second.wait_for("00001_count  apply "));
  EXPECT_EQ(drift({"ctl", "stop"}).code, 0);
  EXPECT_EQ(second.wait(), 7) << second.output();
  EXPECT_EQ(second.output().find("cannot reach"), std::string::npos) << second.output();
}

TEST_F(TerminalTest, WhereNothingIsRunCtlAndWatchSaySo) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"ctl", "stop"}, {"ctl", "7", "stop"}, {"watch"}}) {
    const Finished none = drift(words);
    EXPECT_EQ(none.code, 2);
    EXPECT_TRUE(none.err.starts_with("error: NoSuchRun: ")) << none.err;
  }
  const Finished none = drift({"watch", "7"});
  EXPECT_EQ(none.code, 2);
  EXPECT_EQ(none.err, "error: NoSuchRun: nobody runs migration 7\n  " DRIFT_PROGRAM " history 7 lists its runs.\n");
}

TEST_F(TerminalTest, WatchShowsTheLineOfAnotherProcessUntilItEnds) {
  fill(400);
  write_migration();
  const auto up = slow_up();
  TerminalProgram watch(line({"watch"}), variables_);
  TerminalProgram events(line({"watch", "1", "--json"}), variables_);
  ASSERT_TRUE(watch.wait_for("00001_count  apply ["));
  ASSERT_TRUE(events.wait_for("{\"event\":\"progress\",\"number\":1,"));
  ASSERT_TRUE(watch.wait_for(" left"));
  end_quickly();
  EXPECT_EQ(watch.wait(), 0);
  EXPECT_TRUE(watch.output().ends_with("\r\x1b[2Kapplied  00001_count\r\n")) << watch.output();
  EXPECT_EQ(events.wait(), 0);
  EXPECT_TRUE(events.output().ends_with(
      "{\"event\":\"ended\",\"number\":1,\"migration\":\"00001_count\",\"outcome\":\"applied\"}\r\n"))
      << events.output();
  EXPECT_EQ(up->wait(), 0);
}

TEST_F(TerminalTest, WatchSaysWhoRunsWhatElsewhere) {
  fill(400);
  write_migration();
  const auto up = slow_up();
  Variables elsewhere = variables_;
  elsewhere["DRIFT_STATE_DIR"] += "-of-another-host";
  const Finished watch = testing::run_program(line({"watch", "1"}), elsewhere);
  EXPECT_EQ(watch.code, 0) << watch.err;
  EXPECT_TRUE(watch.out.starts_with("migration 1 is being run by ")) << watch.out;
  EXPECT_NE(watch.out.find("(process " + std::to_string(up->pid()) + ") since 20"), std::string::npos) << watch.out;
  end_quickly();
  EXPECT_EQ(up->wait(), 0);
}

TEST_F(TerminalTest, JsonIsEventsAndNothingElse) {
  fill(60);
  write_migration();
  variables_["DRIFT_WRITE_RATE"] = "30";  // two seconds and some progress
  const Finished up = drift({"up", "--json"});
  EXPECT_EQ(up.code, 0) << up.err;
  EXPECT_EQ(up.err, "");
  std::vector<std::string> events;
  std::string last;
  for (std::size_t at = 0; at < up.out.size(); at = up.out.find('\n', at) + 1) {
    last = up.out.substr(at, up.out.find('\n', at) - at);
    events.push_back(JsonObject::parse(last).string("event").value_or(last));
  }
  ASSERT_GT(events.size(), 2U);
  EXPECT_EQ(events.front(), "started");
  EXPECT_EQ(events.back(), "finished");
  EXPECT_EQ(std::count(events.begin(), events.end(), "progress"), static_cast<std::ptrdiff_t>(events.size() - 2));
  const JsonObject finished = JsonObject::parse(last);
  EXPECT_EQ(finished.string("outcome"), "applied");
  EXPECT_EQ(finished.integer("actions_done"), 60U);
  EXPECT_EQ(finished.string("migration"), "00001_count");
}

TEST_F(TerminalTest, QuietHasNoProgressAndNoColorNoColour) {
  fill(20);
  write_migration();
  TerminalProgram quiet(line({"up", "-q", "--no-color"}), variables_);
  EXPECT_EQ(quiet.wait(), 0);
  EXPECT_TRUE(quiet.output().starts_with("applied  00001_count: 20 items, 20 of 20 actions done")) << quiet.output();
  EXPECT_EQ(quiet.output().find('\x1b'), std::string::npos);
  Variables colorless = variables_;
  colorless["NO_COLOR"] = "1";
  TerminalProgram status(line({"status"}), colorless);
  EXPECT_EQ(status.wait(), 0);
  EXPECT_EQ(status.output().find('\x1b'), std::string::npos) << status.output();
  TerminalProgram colored(line({"status"}), variables_);
  EXPECT_EQ(colored.wait(), 0);
  EXPECT_NE(colored.output().find("\x1b[32mapplied\x1b[0m"), std::string::npos) << colored.output();
}

TEST_F(TerminalTest, ARunGoesOnWithoutASocketWhereThereCanBeNone) {
  fill(20);
  write_migration();
  variables_["DRIFT_STATE_DIR"] = (state_directory() / std::string(100, 'x')).string();
  const Finished up = drift({"up"});
  EXPECT_EQ(up.code, 0);
  EXPECT_TRUE(up.err.starts_with("note: ctl and watch cannot reach this run: the control socket ")) << up.err;
  EXPECT_NE(up.err.find(" bytes, a socket's at most 107: --state-dir sets another"), std::string::npos) << up.err;
  EXPECT_EQ(count_where("n", 1), 20U);
}

}  // namespace
}  // namespace drift::cli
