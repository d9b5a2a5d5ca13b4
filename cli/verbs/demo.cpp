// demo: the command shown on a table of its own: two migrations up and down again, and after each step every item is
// read back and compared.
#include "cli/command.hpp"
#include "cli/demo_albums.hpp"
#include "cli/numbers.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

#include "local/local_server.hpp"

#include <drift/client.hpp>
#include <drift/json.hpp>

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX's

#include <map>

namespace drift::cli {

namespace {

constexpr std::uint64_t albums_default = 10'000;
constexpr std::uint64_t albums_max = 1'000'000;

class DemoDirectory {
 public:
  DemoDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "drift-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw Error("ConfigError", "no directory can be made like " + pattern);
    path_ = pattern;
  }
  ~DemoDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  DemoDirectory(const DemoDirectory&) = delete;
  DemoDirectory& operator=(const DemoDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Demo {
 public:
  Demo(Session& session, std::uint64_t albums)
      : console_(session.console()),
        program_(session.program()),
        albums_(albums),
        client_(ClientOptions{.region = "us-east-1",
                              .endpoint = server_.endpoint(),
                              .credentials = static_credentials("local", "local")}) {}

  ExitCode show() {
    fill();
    write_demo_migrations(directory_.path() / "migrations");
    constexpr ExitCode done = ExitCode::done;
    ExitCode code = done;
    if ((code = call({"init"})) != done || (code = call({"plan", "1"})) != done) return code;
    if ((code = call({"up"})) != done || (code = call({"status"})) != done) return code;
    check(demo_table, demo_album_migrated);
    check(demo_artists, demo_album_by_artist);
    if ((code = call({"down-to", "0"})) != done) return code;
    check(demo_table, demo_album);
    check(demo_artists, [](std::size_t) { return Attributes(); });
    return done;
  }

 private:
  void fill() {
    console_.note("A local DynamoDB with " + grouped(albums_) + " items in the table " + demo_table +
                  "; all is gone afterwards.");
    client_.create_table({.name = demo_table, .key = {{.name = "id", .type = Type::number}}});
    client_.create_table({.name = demo_artists,
                          .key = {{.name = "artist", .type = Type::string}, {.name = "title", .type = Type::string}}});
    constexpr std::size_t together = 1'000;
    std::vector<Attributes> albums;
    for (std::size_t number = 0; number < albums_; ++number) {
      albums.push_back(demo_album(number));
      if (albums.size() < together && number + 1 < albums_) continue;
      client_.batch_write(demo_table, albums);
      albums.clear();
    }
  }

  // A line as a person would type it, with what makes it be about this server and directory.
  ExitCode call(std::vector<std::string> words) {
    std::string line = "$ " + program_;
    for (const std::string& word : words) line += " " + word;
    console_.result("");
    console_.result(console_.colored(line, Color::dim, true));
    words.insert(words.begin(), program_);
    for (const std::string& word : {std::string("--local"), "--endpoint=" + server_.endpoint(),
                                    "--dir=" + (directory_.path() / "migrations").string(),
                                    "--state-dir=" + (directory_.path() / "state").string(), std::string("--yes")}) {
      words.push_back(word);
    }
    return carry_out(words, {});
  }

  // Every item is there, none is there that should not be, and each is exactly as it must be.
  template <typename Expected>
  void check(const char* table, const Expected& expected) {
    std::map<std::string, std::size_t> wanted;  // by its JSON, in which nothing is lost
    for (std::size_t number = 0; number < albums_; ++number) {
      if (const Attributes item = expected(number); !item.empty()) ++wanted[to_json(item)];
    }
    std::size_t items = 0;
    for (const Item& item : client_.scan(table)) {
      const std::string json = to_json(item.attributes());
      const auto found = wanted.find(json);
      if (found == wanted.end())
        throw Error({.code = "Failed", .message = "not as it must be: " + json, .table = table});
      wanted.erase(found);
      ++items;
    }
    if (!wanted.empty()) {
      throw Error({.code = "Failed", .message = "missing: " + wanted.begin()->first, .table = table});
    }
    console_.note(std::string(table) + ": all " + grouped(items) + " items were read back and are as they must be.");
  }

  Console& console_;
  const std::string program_;
  const std::uint64_t albums_;
  const DemoDirectory directory_;
  local::LocalServer server_;
  Client client_;
};

ExitCode demo(Session& session, const Arguments& arguments) {
  const std::uint64_t albums = arguments.number("items").value_or(albums_default);
  if (albums < 1 || albums > albums_max) {
    throw usage_error("--items: " + std::to_string(albums) + " is not 1 to 1,000,000", "Nothing was done.");
  }
  return Demo(session, albums).show();
}

}  // namespace

Verb demo_verb() {
  return {.name = "demo",
          .help = "Watch two migrations of 10,000 items on a local DynamoDB, checked item by item, and undone",
          .arguments = {{.name = "items", .help = "how many; default: 10,000", .is_flag = true}},
          .examples = "  {drift} demo\n  {drift} demo --items 100000\n",
          .run = demo};
}

}  // namespace drift::cli
