// The console: tables, colours, and the line that changes.
#include "cli/captured_console.hpp"
#include "cli/columns.hpp"

#include <gtest/gtest.h>

namespace drift::cli {
namespace {

TEST(ConsoleTest, ResultsAndAllElseAreApart) {
  CapturedConsole console;
  console->result("a result");
  console->note("a note");
  EXPECT_EQ(console.out(), "a result\n");
  EXPECT_EQ(console.err(), "a note\n");
}

TEST(ConsoleTest, AResultThatCannotBeWrittenIsSaidOnce) {
  CapturedStream err;
  std::FILE* const full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  Console console({.out = full, .err = err.file()});
  EXPECT_FALSE(console.has_lost_results());
  console.result("a result");
  console.result("another");
  EXPECT_TRUE(console.has_lost_results());
  EXPECT_EQ(err.text(), "note: the output cannot be written: No space left on device\n");
  std::fclose(full);
}

TEST(ConsoleTest, ColumnsOfATableAreAsWideAsTheirWidestText) {
  CapturedConsole console(80, true);
  console->table({{"number", "name", "state"},
                  {"1", "größe", console->colored("applied", Color::green, true)},
                  {"12", "a", ""},
                  {"3", "", "x"}});
  EXPECT_EQ(console.out(),
            "number  name   state\n"
            "1       größe  \x1b[32mapplied\x1b[0m\n"
            "12      a\n"
            "3              x\n");
}

TEST(ConsoleTest, AnErrorHasItsNextStepBelow) {
  CapturedConsole console;
  console->error(Error({.code = "Locked", .message = "it is locked", .next_step = "Wait."}));
  console->error(Error("Failed", "for no reason"));
  EXPECT_EQ(console.err(), "error: Locked: it is locked\n  Wait.\nerror: Failed: for no reason\n");
  EXPECT_EQ(console.out(), "");
}

TEST(ConsoleTest, OfManyErrorsEachAdviceIsSaidOnce) {
  CapturedConsole console;
  std::vector<Error> errors(30, Error({.code = "Locked", .message = "it is locked", .next_step = "Wait."}));
  errors[3] = Error({.code = "Failed", .message = "the item", .next_step = "Mend it."});
  errors[4] = Error("Failed", "for no reason");
  console->errors(errors, 1'234);
  const std::string text = console.err();
  EXPECT_TRUE(text.starts_with("error: Locked: it is locked\nerror: Locked: it is locked\n")) << text;
  EXPECT_TRUE(text.ends_with("\nerror: Locked: it is locked\n... and 1,214 more errors\n  Wait.\n  Mend it.\n"))
      << text;
}

TEST(ConsoleTest, ColoursAreForTerminalsThatWantThem) {
  CapturedConsole wanted(80, true);
  EXPECT_EQ(wanted->colored("x", Color::red), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(wanted->colored("x", Color::none), "x");
  CapturedConsole unwanted(80, false);
  EXPECT_EQ(unwanted->colored("x", Color::red), "x");
  CapturedConsole pipe(0, true);
  EXPECT_EQ(pipe->colored("x", Color::red), "x");
}

TEST(ConsoleTest, TheNextLineTakesTheLiveOneAway) {
  CapturedConsole console(40);
  console->live("one");
  console->live("two");
  console->note("a note");
  console->note("another");
  EXPECT_EQ(console.err(), "one\r\x1b[2Ktwo\r\x1b[2Ka note\nanother\n");
  console->live("three");
  console->result("a result");
  EXPECT_TRUE(console.err().ends_with("three\r\x1b[2K"));
  EXPECT_EQ(console.out(), "a result\n");
}

TEST(ConsoleTest, ALiveLineIsCutAndLeavesRoomForWhatATerminalEchoes) {
  CapturedConsole console(14);
  console->live("12345678901234567890");
  EXPECT_EQ(console.err(), "1234567...");
}

TEST(ConsoleTest, WithoutATerminalThereIsNoLiveLine) {
  CapturedConsole console;
  console->live("one");
  EXPECT_EQ(console.err(), "");
}

TEST(ColumnsTest, CharactersCountAndColoursDoNot) {
  EXPECT_EQ(columns_of("abc"), 3U);
  EXPECT_EQ(columns_of("größe"), 5U);
  EXPECT_EQ(columns_of("\x1b[32mabc\x1b[0m"), 3U);
  EXPECT_EQ(columns_of("映画"), 4U);
  EXPECT_EQ(columns_of("\x1b"), 0U);
  EXPECT_EQ(columns_of("\xff"), 2U);  // no character: rather too many than too few
}

TEST(ColumnsTest, WhatFitsStaysAsItIs) {
  EXPECT_EQ(fitted("größe", 5), "größe");
  EXPECT_EQ(fitted("", 0), "");
}

TEST(ColumnsTest, WhatDoesNotFitIsCutAtACharacter) {
  EXPECT_EQ(fitted("abcdefgh", 7), "abcd...");
  EXPECT_EQ(fitted("größere", 6), "grö...");
  EXPECT_EQ(fitted("映画映画", 6), "映...");
  EXPECT_EQ(fitted("abcdefgh", 3), "...");
  EXPECT_EQ(fitted("abcdefgh", 2), "..");
  EXPECT_EQ(fitted("abcdefgh", 0), "");
}

TEST(ColumnsTest, NothingLeavesTheLine) { EXPECT_EQ(fitted("a\nb\rc\x1b[2Kd\x7f\xc2\x9b", 80), "a?b?c?[2Kd??"); }

}  // namespace
}  // namespace drift::cli
