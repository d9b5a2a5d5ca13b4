// What the lines of a control socket do to a run's controls, and what they are answered.
#include "cli/control_commands.hpp"

#include "migrate/control_state.hpp"

#include <gtest/gtest.h>

namespace drift::cli {
namespace {

class ControlCommandsTest : public ::testing::Test {
 protected:
  std::string answer(std::string_view line) { return commands_.answer(line); }
  [[nodiscard]] migrate::ControlState::Values values() const { return controls_.state()->values(); }

  Controls controls_;
  int stops_ = 0;
  ControlCommands commands_{controls_, [this] { ++stops_; }, [] { return std::string(R"({"a":1})"); }};
};

constexpr const char* help =
    "status, pause, unpause, set write-rate=RATE, set read-rate=RATE, set concurrency=N, stop, help; a RATE is units a "
    "second (500), a share of the capacity (50%) or none";

TEST_F(ControlCommandsTest, StatusIsTheProgress) {
  EXPECT_EQ(answer("status"), R"({"a":1})");
  EXPECT_EQ(answer("  status \t"), R"({"a":1})");
}

TEST_F(ControlCommandsTest, PauseAndUnpause) {
  EXPECT_EQ(answer("pause"), "ok: paused; what is under way ends, unpause goes on");
  EXPECT_TRUE(controls_.paused());
  EXPECT_EQ(answer("unpause"), "ok: it goes on");
  EXPECT_FALSE(controls_.paused());
}

TEST_F(ControlCommandsTest, Rates) {
  EXPECT_EQ(answer("set write-rate=500"), "ok: write-rate is 500");
  EXPECT_EQ(values().write_rate, Rate::units(500));
  EXPECT_EQ(answer("set read-rate=50%"), "ok: read-rate is 50%");
  EXPECT_EQ(values().read_rate, Rate::share(0.5));
  EXPECT_EQ(answer("set  write-rate=none"), "ok: write-rate is none");
  EXPECT_EQ(values().write_rate, Rate());
}

TEST_F(ControlCommandsTest, Concurrency) {
  EXPECT_EQ(answer("set concurrency=4"), "ok: concurrency is 4");
  EXPECT_EQ(values().concurrency, 4U);
}

TEST_F(ControlCommandsTest, AValueThatCannotBeChangesNothing) {
  EXPECT_EQ(answer("set write-rate=5x"),
            "error: write-rate: \"5x\" is not units a second like 500, a share of the table's capacity like 50%, or "
            "none. Nothing was done.");
  EXPECT_EQ(answer("set concurrency=0"),
            "error: concurrency: \"0\" is not a number from 1 to 1,024. Nothing was done.");
  EXPECT_FALSE(values().write_rate.has_value());
  EXPECT_FALSE(values().concurrency.has_value());
}

TEST_F(ControlCommandsTest, StopStops) {
  EXPECT_EQ(answer("stop"), "ok: it stops when what is under way is finished, and can be gone on with");
  EXPECT_EQ(stops_, 1);
}

TEST_F(ControlCommandsTest, WhatIsUnknownIsAnsweredByWhatThereIs) {
  const std::string there_is = std::string(" There is: ") + help;
  EXPECT_EQ(answer("help"), help);
  EXPECT_EQ(answer("puase"), "error: \"puase\" is no command. Did you mean pause?" + there_is);
  EXPECT_EQ(answer(""), "error: \"\" is no command." + there_is);
  EXPECT_EQ(answer("stop now"), "error: \"stop now\" is no command." + there_is);
  EXPECT_EQ(answer("set"), "error: set what?" + there_is);
  EXPECT_EQ(answer("set write-rate="), "error: set \"write-rate=\" has no value." + there_is);
  EXPECT_EQ(answer("set write-rat=5"),
            "error: \"write-rat\" is nothing that can be set. Did you mean write-rate?" + there_is);
  EXPECT_EQ(answer("set meta-table=x"), "error: \"meta-table\" is nothing that can be set." + there_is);
  EXPECT_EQ(stops_, 0);
}

TEST_F(ControlCommandsTest, AnAnswerIsALineWhateverWasSent) {
  for (const std::string& line :
       {std::string("a\rb\x1b\x01"), std::string("\xff\xfe"), std::string("set write-rate=\xff"),
        std::string("set concurrency=") + std::string(4'000, '9')}) {
    const std::string said = answer(line);
    EXPECT_TRUE(said.starts_with("error: "));
    EXPECT_LT(said.size(), 1'100U);
    for (const char c : said) EXPECT_FALSE(c == '\n' || c == '\r' || c == '\x1b' || c == '\xff') << said;
  }
}

}  // namespace
}  // namespace drift::cli
