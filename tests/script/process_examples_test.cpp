// The programs of examples/migrations/other do what they say on the real local server; docs/other-languages.md shows
// them, and what it shows of a terminal is what happens there.
#include "process_fixture.hpp"
#include "support/migrator_fixture.hpp"
#include "value/random_value.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

namespace drift::testing {
namespace {

const std::filesystem::path root = DRIFT_SOURCE_DIR;
const std::filesystem::path examples = root / "examples/migrations/other";

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What a command prints on stdout, in the directory of the examples.
std::string output_of(const std::string& command) {
  const std::string line = "cd '" + examples.string() + "' && " + command;
  std::FILE* const pipe = ::popen(line.c_str(), "r");
  std::string output;
  std::array<char, 4096> part{};
  for (std::size_t count = 0; (count = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    output.append(part.data(), count);
  ::pclose(pipe);
  return output;
}

bool has_node() {
  static const bool found = !output_of("node --version 2>/dev/null").empty();
  return found;
}

// The blocks of the page in that language.
std::vector<std::string> blocks(const std::string& language) {
  std::istringstream page(read(root / "docs/other-languages.md"));
  std::vector<std::string> found;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```" + language) {
      found.emplace_back();
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      found.back() += line + "\n";
    }
  }
  return found;
}

std::vector<std::filesystem::path> example_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(examples)) files.push_back(entry.path());
  return files;
}

// What is the same in every program.
std::string conversation_of(const std::string& text) {
  const auto at = text.find("From here on it is the same");
  return at == std::string::npos ? "none" : text.substr(at);
}

class ProcessExamplesTest : public MigratorFixture {
 protected:
  void SetUp() override {
    MigratorFixture::SetUp();
    for (const char* const name : {"Movies", "Archive"}) make_table(table_name(name));
  }

  void put(const Attributes& movie) { plain().put_item(table_name("Movies"), movie); }
  Attributes movie(int id) { return item("Movies", id); }
  Attributes item(const std::string& table, int id) {
    return plain().get_item(table_name(table), {{"id", id}}).value_or(Attributes{});
  }

  Migration load(const std::filesystem::path& file) {
    return script::load_process(file, {.number = ++number_, .table_prefix = table_name("")});
  }
  void apply(const Migration& migration) {
    const Report report = migrator().run(migration, {});
    ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  }

 private:
  std::uint64_t number_ = 0;
};

TEST_F(ProcessExamplesTest, ThePageShowsTheFiles) {
  std::vector<std::string> shown = blocks("python");
  for (std::string& block : blocks("js")) shown.push_back(std::move(block));
  EXPECT_GE(shown.size(), 3U);
  const std::string page = read(root / "docs/other-languages.md");
  for (const auto& file : example_files()) EXPECT_NE(page.find(file.filename().string()), std::string::npos) << file;
  for (const std::string& block : shown) {
    bool found = false;
    for (const auto& file : example_files()) found = found || read(file).find(block) != std::string::npos;
    EXPECT_TRUE(found) << block;
  }
}

TEST_F(ProcessExamplesTest, WhatThePageShowsOfATerminalIsSo) {
  int count = 0;
  for (const std::string& block : blocks("console")) {
    std::istringstream lines(block);
    std::string command;
    std::string expected;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("$ ") || line.starts_with("> ")) {
        command.append(line, 2).append("\n");
      } else {
        expected.append(line).append("\n");
      }
    }
    EXPECT_EQ(output_of(command), expected) << command;
    ++count;
  }
  EXPECT_GE(count, 1);
}

TEST_F(ProcessExamplesTest, AllConverseInTheSameWayAsTheTemplates) {
  const std::string templates = read(root / "cli/migration_templates.cpp");
  for (const auto& file : example_files())
    EXPECT_NE(templates.find(conversation_of(read(file))), std::string::npos) << file;
}

// Of what is the same in every program, with an `up` that gives each item back.
class ProcessConversationTest : public script::ProcessFixture {
 protected:
  void every_random_value_survives(const std::string& name, const std::string& begin) {
    const std::string example = read(examples / name);
    const std::string all = example.substr(0, example.find('\n') + 1) + begin + conversation_of(example);
    value::Random random(value::choose_seed());
    const Migration migration = script::load_process(
        executable("00002_x" + std::filesystem::path(name).extension().string(), all), process_options_);
    for (int round = 0; round < 300; ++round) {
      Attributes attributes = value::random_attributes(random, 1 + value::below(random, 6));
      attributes.insert_or_assign("id", round);
      const auto records = ask(migration, attributes);
      ASSERT_EQ(records.size(), 1U);
      ASSERT_EQ(attributes_from_json(records[0].item), attributes) << to_json(attributes);
    }
  }
};

TEST_F(ProcessConversationTest, EveryRandomValueSurvivesInPython) {
  every_random_value_survives("00001_add_decade.py",
                              "import json, sys, traceback\n"
                              "TABLE, DESCRIPTION, READS = 'Movies', '', []\n"
                              "def up(item): return [{'put': item, 'guard': 'none'}]\n# ");
}

TEST_F(ProcessConversationTest, EveryRandomValueSurvivesInNode) {
  if (!has_node()) GTEST_SKIP() << "there is no node on this machine";
  every_random_value_survives("00003_archive.mjs",
                              "const table = 'Movies', description = '', reads = [];\n"
                              "const calls = { up(item) { return [{ put: item, guard: 'none' }]; } };\n// ");
}

TEST_F(ProcessExamplesTest, AddDecade) {
  put({{"id", 1}, {"year", 1987}});
  put({{"id", 2}, {"year", 1987}, {"decade", 7}});
  put({{"id", 3}});
  const Migration migration = load(examples / "00001_add_decade.py");
  apply(migration);
  EXPECT_EQ(movie(1).at("decade"), Value(1980));
  EXPECT_EQ(movie(2).at("decade"), Value(7));
  EXPECT_FALSE(movie(3).contains("decade"));
  EXPECT_TRUE(migration.verify(Item::of(movie(1), {"id"})));
  EXPECT_FALSE(migration.verify(Item::of({{"id", 1}, {"year", 1987}}, {"id"})));
  const Report undone = migrator().undo(migration, {});
  EXPECT_EQ(undone.outcome, Outcome::undone) << errors_of(undone);
  EXPECT_FALSE(movie(1).contains("decade"));
}

TEST_F(ProcessExamplesTest, Prices) {
  put({{"id", 1}, {"cents", 999}});
  put({{"id", 2}, {"price", 5}});
  put({{"id", 3}, {"cents", Number::parse("12345678901234567890123456789012345")}});
  apply(load(examples / "00002_prices.py"));
  EXPECT_EQ(movie(1), (Attributes{{"id", 1}, {"price", Number::parse("11.89")}}));
  EXPECT_EQ(movie(2), (Attributes{{"id", 2}, {"price", 5}}));
  EXPECT_EQ(movie(3).at("price"), Value(Number::parse("146913578924691357892469135789246.91")));
}

TEST_F(ProcessExamplesTest, AnErrorOfTheProgramNamesWhatItWas) {
  put({{"id", 1}, {"year", "unknown"}});
  const Report report = migrator().run(load(examples / "00001_add_decade.py"), {});
  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_EQ(report.errors[0].message(), "00001_add_decade.py: KeyError: 'N'");
  EXPECT_EQ(report.errors[0].key(), (Attributes{{"id", 1}}));
}

TEST_F(ProcessExamplesTest, Archive) {
  if (!has_node()) GTEST_SKIP() << "there is no node on this machine";
  put({{"id", 1}, {"year", 1927}, {"plot", "long"}, {"mark", "\u2028"}});
  put({{"id", 2}, {"year", 1930}});
  apply(load(examples / "00003_archive.mjs"));
  EXPECT_TRUE(movie(1).empty());
  EXPECT_FALSE(movie(2).empty());
  EXPECT_EQ(item("Archive", 1), (Attributes{{"id", 1}, {"year", 1927}, {"mark", "\u2028"}, {"archived", true}}));
}

}  // namespace
}  // namespace drift::testing
