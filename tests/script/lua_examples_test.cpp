// All code of docs/scripts.md: the complete migrations are those of examples/migrations and do what they say on the
// real local server; everything else runs as the body of `up`.
#include "cli/script/lua_script.hpp"

#include "support/migrator_fixture.hpp"

#include <drift/verify.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace drift::testing {
namespace {

const std::filesystem::path root = DRIFT_SOURCE_DIR;

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The blocks of Lua in docs/scripts.md.
std::vector<std::string> blocks() {
  std::istringstream document(read(root / "docs/scripts.md"));
  std::vector<std::string> found;
  bool inside = false;
  for (std::string line; std::getline(document, line);) {
    if (line == "```lua") {
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

constexpr std::string_view file_mark = "-- migrations/";

class LuaExamplesTest : public MigratorFixture {
 protected:
  void SetUp() override {
    MigratorFixture::SetUp();
    for (const char* const name : {"Movies", "Archive", "Directors"}) make_table(table_name(name));
  }

  void put(const std::string& table, const Attributes& item) { plain().put_item(table_name(table), item); }
  Attributes movie(int id) { return plain().get_item(table_name("Movies"), {{"id", id}}).value_or(Attributes{}); }

  Migration load(const std::filesystem::path& file) {
    return script::load_lua(file, {.number = ++number_, .table_prefix = table_name(""), .reader = [this]() -> Client& {
                                     return client();
                                   }});
  }
  void apply(const std::string& name) {
    const Report report = migrator().run(load(root / "examples/migrations" / name), {});
    ASSERT_EQ(report.outcome, Outcome::applied) << errors_of(report);
  }

 private:
  std::uint64_t number_ = 0;
};

TEST_F(LuaExamplesTest, ThePageShowsTheFiles) {
  std::set<std::string> shown;
  for (const std::string& block : blocks()) {
    if (!block.starts_with(file_mark)) continue;
    const auto end = block.find('\n');
    const std::string name = block.substr(file_mark.size(), end - file_mark.size());
    EXPECT_EQ(block.substr(end + 1), read(root / "examples/migrations" / name)) << name;
    shown.insert(name);
  }
  for (const auto& entry : std::filesystem::directory_iterator(root / "examples/migrations")) {
    EXPECT_TRUE(entry.is_directory() || shown.contains(entry.path().filename().string())) << entry.path();
  }
}

TEST_F(LuaExamplesTest, EverythingElseOnThePageRuns) {
  put("Movies",
      {{"id", 1}, {"title", "x"}, {"year", 1987}, {"rating", nullptr}, {"cast", List{"a"}}, {"status", "draft"}});
  const TemporaryDirectory directory;
  int count = 0;
  for (const std::string& block : blocks()) {
    if (block.starts_with(file_mark)) continue;
    const auto file = directory.path() / "snippet.lua";
    std::ofstream(file) << "return { table = 'Movies', up = function(item, actions)\n" << block << "end }";
    const Report report = migrator().run(load(file), {});
    EXPECT_EQ(report.outcome, Outcome::applied) << block << errors_of(report);
    ++count;
  }
  EXPECT_GE(count, 5);
}

TEST_F(LuaExamplesTest, AddDecade) {
  put("Movies", {{"id", 1}, {"year", 1987}});
  put("Movies", {{"id", 2}, {"year", 1987}, {"decade", 7}});
  put("Movies", {{"id", 3}});
  apply("00001_add_decade.lua");
  EXPECT_EQ(movie(1).at("decade"), Value(1980));
  EXPECT_EQ(movie(2).at("decade"), Value(7));
  EXPECT_FALSE(movie(3).contains("decade"));
}

TEST_F(LuaExamplesTest, FullNames) {
  put("Directors", {{"id", 1}, {"first", "Agnes"}, {"last", "Varda"}});
  put("Directors", {{"id", 2}, {"name", "Costa-Gavras"}});
  const Migration migration = load(root / "examples/migrations/00006_full_names.lua");
  EXPECT_EQ(verify(client(), migration).keys, (std::vector<Attributes>{{{"id", 1}}}));
  ASSERT_EQ(migrator().run(migration).outcome, Outcome::applied);
  EXPECT_TRUE(verify(client(), migration).holds());
  EXPECT_EQ(plain().get_item(table_name("Directors"), {{"id", 1}})->at("name"), Value("Agnes Varda"));
}

TEST_F(LuaExamplesTest, OneShape) {
  put("Movies", {{"id", 1}, {"name", "x"}, {"year", "1987"}, {"tmp", 1}, {"debug.info", 2}});
  put("Movies", {{"id", 2}, {"title", "y"}, {"year", 1988}, {"state", "gone"}});
  apply("00002_one_shape.lua");
  EXPECT_EQ(movie(1), (Attributes{{"id", 1}, {"title", "x"}, {"year", 1987}, {"state", "active"}}));
  EXPECT_EQ(movie(2), (Attributes{{"id", 2}, {"title", "y"}, {"year", 1988}, {"state", "gone"}}));
}

TEST_F(LuaExamplesTest, Archive) {
  put("Movies", {{"id", 1}, {"year", 1927}, {"plot", "long"}});
  put("Movies", {{"id", 2}, {"year", 1930}});
  apply("00003_archive.lua");
  EXPECT_TRUE(movie(1).empty());
  EXPECT_FALSE(movie(2).empty());
  const auto archived = plain().get_item(table_name("Archive"), {{"id", 1}});
  EXPECT_EQ(archived, (Attributes{{"id", 1}, {"year", 1927}, {"archived", true}}));
}

TEST_F(LuaExamplesTest, Prices) {
  put("Movies", {{"id", 1}, {"cents", 999}});
  put("Movies", {{"id", 2}, {"price", 5}});
  apply("00004_prices.lua");
  EXPECT_EQ(movie(1), (Attributes{{"id", 1}, {"price", Number::parse("11.89")}}));
  EXPECT_EQ(movie(2), (Attributes{{"id", 2}, {"price", 5}}));
}

TEST_F(LuaExamplesTest, Genres) {
  put("Directors", {{"id", 7}, {"name", "Agnes"}});
  put("Movies", {{"id", 1}, {"genres", " drama, comedy,drama,"}, {"director_id", 7}});
  put("Movies", {{"id", 2}, {"director_id", 8}});
  apply("00005_genres.lua");
  EXPECT_EQ(movie(1).at("genre_set"), Value::string_set({"comedy", "drama"}));
  EXPECT_EQ(movie(1).at("director"), Value("Agnes"));
  EXPECT_EQ(movie(2), (Attributes{{"id", 2}, {"director_id", 8}, {"director", nullptr}}));
}

}  // namespace
}  // namespace drift::testing
