// Settings: where each comes from, which one holds, and what is said of those that cannot be.
#include "cli/settings.hpp"
#include "cli/setting_sources.hpp"
#include "cli/usage_of.hpp"
#include "support/processes.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>

namespace drift::cli {
namespace {

class SettingsTest : public ::testing::Test {
 protected:
  std::string file(const std::string& text) {
    const auto path = directory_.path() / "drift.toml";
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  [[nodiscard]] Environment environment() const {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
  }

  Settings gather(const std::string& config = {}, const Flags& flags = {}) {
    return gather_settings(config.empty() ? file("") : config, environment(), flags);
  }

  static std::pair<const SettingRow*, std::string> flag(const char* name, const char* text) {
    return {find_setting(name), text};
  }

  // What is said when a flag has this text.
  std::string fault(const char* name, const char* text) {
    return error_of([&] { gather({}, {flag(name, text)}); });
  }

  testing::TemporaryDirectory directory_;
  std::map<std::string, std::string> variables_;
};

TEST_F(SettingsTest, ADefaultHoldsWhereNothingIsSet) {
  const Settings settings = gather();
  EXPECT_EQ(settings.dir, "migrations");
  EXPECT_EQ(settings.meta_table, "drift");
  EXPECT_EQ(settings.run.concurrency, 8U);
  EXPECT_FALSE(settings.run.write_rate.is_given());
  EXPECT_TRUE(settings.color);
  EXPECT_FALSE(settings.json);
}

TEST_F(SettingsTest, AFlagIsOverTheEnvironmentAndThatOverTheFile) {
  const std::string config = file("meta-table = \"of_file\"\ndir = \"of_file\"\nregion = \"of-file\"\n");
  variables_ = {{"DRIFT_META_TABLE", "of_environment"}, {"DRIFT_DIR", "of_environment"}};
  const Settings settings = gather(config, {flag("meta-table", "of_flag")});
  EXPECT_EQ(settings.meta_table, "of_flag");
  EXPECT_EQ(settings.dir, "of_environment");
  EXPECT_EQ(settings.client.region, "of-file");
}

TEST_F(SettingsTest, EachSettingHasAVariableAndALineOfTheFile) {
  for (const SettingRow& row : setting_rows()) {
    const std::string name(row.name);
    const std::string said = error_of([&] { gather(file(name + " = [1]\n")); });
    EXPECT_NE(said.find(name + ": a text, a number or true and false are expected"), std::string::npos) << said;
    std::string variable = variable_of(row);
    EXPECT_EQ(variable.find('-'), std::string::npos);
    EXPECT_TRUE(variable.starts_with("DRIFT_"));
  }
}

TEST_F(SettingsTest, AVariableThatIsEmptyDoesNotCount) {
  variables_ = {{"DRIFT_META_TABLE", ""}, {"NO_COLOR", ""}};
  EXPECT_EQ(gather().meta_table, "drift");
  EXPECT_TRUE(gather().color);
}

TEST_F(SettingsTest, NoColorIsHeardWhateverItIs) {
  variables_ = {{"NO_COLOR", "0"}};
  EXPECT_FALSE(gather().color);
  variables_ = {};
  EXPECT_FALSE(gather({}, {flag("no-color", "true")}).color);
}

TEST_F(SettingsTest, AFileHasNumbersAndTruthValuesToo) {
  const Settings settings = gather(file("concurrency = 4\nmax-cost = 1.5\njson = true\nwrite-rate = 500\n"));
  EXPECT_EQ(settings.run.concurrency, 4U);
  EXPECT_EQ(settings.run.max_cost, 1.5);
  EXPECT_TRUE(settings.json);
  EXPECT_EQ(settings.run.write_rate, Rate::units(500));
}

TEST_F(SettingsTest, AnUnknownNameIsRefusedWithTheNearest) {
  const std::string config = file("dir = \"m\"\nwrite_rate = 5\n");
  EXPECT_EQ(error_of([&] { gather(config); }),
            "Usage: " + config + ":2: write_rate is no setting | Nothing was done. Did you mean write-rate?");
  EXPECT_EQ(error_of([&] { gather(file("colour_of_the_sky = 5\n")); }),
            "Usage: " + config +
                ":1: colour_of_the_sky is no setting | Nothing was done. {drift} --help lists the "
                "settings.");
}

TEST_F(SettingsTest, WhatIsNoTomlIsRefusedWithItsLine) {
  const std::string config = file("dir = \"m\"\nsegments =\n");
  const std::string said = error_of([&] { gather(config); });
  EXPECT_TRUE(said.starts_with("Usage: " + config + ":2: ")) << said;
}

TEST_F(SettingsTest, ANamedFileThatIsNotThereIsAnError) {
  const std::string missing = (directory_.path() / "other.toml").string();
  const std::string said = error_of([&] { gather(missing); });
  EXPECT_TRUE(said.starts_with("Usage: ") && said.find(missing) != std::string::npos) << said;
}

TEST_F(SettingsTest, ARateIsUnitsAShareOrNone) {
  EXPECT_EQ(gather({}, {flag("write-rate", "500")}).run.write_rate, Rate::units(500));
  EXPECT_EQ(gather({}, {flag("read-rate", "50%")}).run.read_rate, Rate::share(0.5));
  variables_ = {{"DRIFT_WRITE_RATE", "500"}};
  EXPECT_FALSE(gather({}, {flag("write-rate", "none")}).run.write_rate.is_given());
  for (const char* none : {"0", "-1", "0%", "101%", "5x", "nan", "inf", "50 %"}) {
    EXPECT_EQ(fault("write-rate", none),
              "Usage: --write-rate: \"" + std::string(none) +
                  "\" is not units a second like 500, a share of the table's capacity like 50%, or none | Nothing was "
                  "done.");
  }
  EXPECT_EQ(
      fault("write-rate", ""),
      "Usage: --write-rate: \"\" is not units a second like 500, a share of the table's capacity like 50%, or none "
      "| Nothing was done. Give it a value, or leave it out.");
}

TEST_F(SettingsTest, ATimeHasAUnit) {
  EXPECT_EQ(gather({}, {flag("lock-timeout", "90")}).run.lock_timeout, std::chrono::seconds(90));
  EXPECT_EQ(gather({}, {flag("lock-timeout", "90s")}).run.lock_timeout, std::chrono::seconds(90));
  EXPECT_EQ(gather({}, {flag("lock-timeout", "5m")}).run.lock_timeout, std::chrono::minutes(5));
  EXPECT_EQ(gather({}, {flag("lock-timeout", "2h")}).run.lock_timeout, std::chrono::hours(2));
  for (const char* none : {"", "s", "-1s", "5d", "1.5h"}) {
    EXPECT_NE(fault("lock-timeout", none).find("is not a time like 90s, 5m or 2h"), std::string::npos) << none;
  }
}

TEST_F(SettingsTest, WhatIsOutOfRangeIsRefusedAndNamesItsSource) {
  EXPECT_EQ(fault("concurrency", "0"),
            "Usage: --concurrency: \"0\" is not a number from 1 to 1,024 | Nothing was done.");
  EXPECT_EQ(fault("segments", "10001"),
            "Usage: --segments: \"10001\" is not a number from 0 to 10,000 | Nothing was done.");
  EXPECT_EQ(fault("max-cost", "nan"), "Usage: --max-cost: \"nan\" is not an amount of dollars | Nothing was done.");
  EXPECT_EQ(fault("guard", "some"),
            "Usage: --guard: \"some\" is none of unchanged, exists and none | Nothing was done.");
  EXPECT_EQ(fault("apply", "now"), "Usage: --apply: \"now\" is neither after-scan nor streaming | Nothing was done.");
  variables_ = {{"DRIFT_CONCURRENCY", "many"}};
  EXPECT_EQ(error_of([&] { gather(); }),
            "Usage: DRIFT_CONCURRENCY: \"many\" is not a number from 1 to 1,024 | Nothing was done.");
}

}  // namespace
}  // namespace drift::cli
