// The command line: flags and arguments wherever they stand, and what is said of words that are none.
#include "cli/command_line.hpp"

#include "cli/program_name.hpp"

#include "cli/usage_of.hpp"

#include <drift/version.hpp>

#include <gtest/gtest.h>

namespace drift::cli {
namespace {

std::string fault(std::vector<std::string> words) {
  return error_of([&] { parse_command_line(std::move(words)); });
}

TEST(CommandLineTest, AFlagMayStandAnywhere) {
  const std::vector<std::vector<std::string>> lines{{"--write-rate", "500", "up", "2", "-q"},
                                                    {"up", "--write-rate=500", "2", "--quiet"},
                                                    {"up", "2", "-q", "--write-rate", "500"},
                                                    {"-q", "up", "2", "--write-rate", "500"}};
  for (const auto& words : lines) {
    const CommandLine line = parse_command_line(words);
    ASSERT_NE(line.verb, nullptr);
    EXPECT_EQ(line.verb->name, "up");
    EXPECT_EQ(line.arguments.number("N"), 2U);
    ASSERT_EQ(line.settings.size(), 2U);
    for (const auto& [row, text] : line.settings) EXPECT_EQ(text, row->name == "quiet" ? "true" : "500");
  }
}

TEST(CommandLineTest, AValueMayBeEmptyAndTheNextWordIsNone) {
  const CommandLine line = parse_command_line({"up", "--max-cost=", "1", "--table-prefix=", "--dir="});
  EXPECT_EQ(line.arguments.number("N"), 1U);
  ASSERT_EQ(line.settings.size(), 3U);
  for (const auto& [row, text] : line.settings) EXPECT_EQ(text, "") << row->name;
  EXPECT_EQ(parse_command_line({"--dir=", "status"}).verb->name, "status");
  EXPECT_EQ(fault({"--config=", "status"}),
            "Usage: --config: it is empty | Nothing was done. Name a file, or leave it out.");
  EXPECT_EQ(fault({"unlock", "--token=", "3"}),
            "Usage: --token: it is empty | Nothing was done. Give it a value, or leave it out.");
  EXPECT_EQ(fault({"--json=", "status"}), "Usage: --json: it is empty | Nothing was done. Write --json alone.");
  EXPECT_EQ(fault({"up", "--colour="}),
            "Usage: --colour is no flag of {drift} up | Nothing was done. See: {drift} up --help");
}

TEST(CommandLineTest, ASwitchMayBeOff) {
  const CommandLine line = parse_command_line({"status", "--json=false", "-q", "--yes=no", "--exit-code=off"});
  ASSERT_EQ(line.settings.size(), 3U);
  for (const auto& [row, text] : line.settings) {
    EXPECT_EQ(text, row->name == "json" ? "false" : row->name == "yes" ? "no" : "true");
  }
  EXPECT_FALSE(line.arguments.has("exit-code"));
  EXPECT_TRUE(parse_command_line({"status", "--exit-code=yes"}).arguments.has("exit-code"));
  EXPECT_EQ(fault({"status", "--exit-code=maybe"}),
            "Usage: --exit-code: \"maybe\" is neither true nor false | Nothing was done.");
}

TEST(CommandLineTest, AliasesAreTheirVerbs) {
  const std::vector<std::pair<std::string, std::string>> aliases{
      {"migrate", "up"}, {"info", "status"}, {"create", "new"}, {"rollback", "down"}, {"force", "mark-applied"}};
  for (const auto& [alias, verb] : aliases) {
    std::vector<std::string> words{alias};
    if (verb == "new" || verb == "mark-applied") words.emplace_back("1");
    EXPECT_EQ(parse_command_line(words).verb->name, verb);
  }
}

TEST(CommandLineTest, TheRestOfTheLineIsOneCommand) {
  const CommandLine line = parse_command_line({"ctl", "3", "--local", "set", "write-rate=500"});
  EXPECT_EQ(line.arguments.text("COMMAND"), "3 set write-rate=500");
  EXPECT_EQ(line.settings.size(), 1U);
}

TEST(CommandLineTest, AVerbThatIsNoneIsNamedWithTheNearest) {
  EXPECT_EQ(fault({"stauts"}), "Usage: {drift} has no verb \"stauts\" | Did you mean {drift} status?");
  EXPECT_EQ(fault({"elephant"}), "Usage: {drift} has no verb \"elephant\" | {drift} --help lists what there is.");
  EXPECT_EQ(fault({"status", "five"}),
            "Usage: {drift} status has no use for \"five\" | Nothing was done. See: {drift} status --help");
}

TEST(CommandLineTest, AFlagThatIsNoneIsNamedWithTheNearest) {
  EXPECT_EQ(fault({"up", "--wite-rate=5"}),
            "Usage: --wite-rate is no flag of {drift} up | Nothing was done. Did you mean --write-rate?");
  EXPECT_EQ(fault({"up", "--colour-of-the-sky"}),
            "Usage: --colour-of-the-sky is no flag of {drift} up | Nothing was done. See: {drift} up --help");
}

TEST(CommandLineTest, WhatIsRequiredIsAskedFor) {
  EXPECT_TRUE(fault({"up-to"}).starts_with("Usage: V is required"));
  EXPECT_TRUE(fault({"unlock", "3"}).starts_with("Usage: --token is required"));
  EXPECT_TRUE(fault({"up", "--write-rate"}).starts_with("Usage: "));
  EXPECT_EQ(error_of([] {
              static_cast<void>(parse_command_line({"up", "two"}).arguments.number("N"));
            }),
            "Usage: N: \"two\" is no number | Nothing was done.");
}

TEST(CommandLineTest, HelpAndVersionAreTexts) {
  EXPECT_EQ(parse_command_line({"--version"}).text, "drift " + std::string(version_text) + "\n");
  EXPECT_EQ(parse_command_line({"--version"}, "b/mine").text, "mine (drift " + std::string(version_text) + ")\n");
  EXPECT_NE(parse_command_line({"up", "--help"}, "b/mine").text.find("Usage: b/mine up"), std::string::npos);
  EXPECT_NE(parse_command_line({"up", "--help"}, "b/mine").text.find("\n  b/mine up 1 --write-rate 500"),
            std::string::npos);
  const std::string help = parse_command_line({"--help"}).text;
  EXPECT_EQ(parse_command_line({}).text, help);
  for (const Verb& verb : verbs()) {
    EXPECT_NE(help.find(verb.help), std::string::npos) << verb.name;
    const std::string own = parse_command_line({std::string(verb.name), "--help"}).text;
    EXPECT_NE(own.find("Examples:\n" + with_program(std::string(verb.examples), "drift")), std::string::npos)
        << verb.name;
    EXPECT_FALSE(verb.examples.empty()) << verb.name;
  }
}

}  // namespace
}  // namespace drift::cli
