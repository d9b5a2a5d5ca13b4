// ScriptFixture: scripts in a directory of their own, called for items of a table that only memory has, and what they
// queue. Verbs: write, load, up, run, error_of.
#pragma once

#include "cli/script/lua_script.hpp"
#include "client/error_of.hpp"
#include "client/memory_client_fixture.hpp"
#include "migrate/action_collector.hpp"
#include "migrate/table_catalog.hpp"
#include "support/processes.hpp"

#include <drift/error.hpp>
#include <drift/json.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace drift::script {

using journal::ActionKind;
using journal::ActionRecord;

class ScriptFixture : public testing::MemoryClientFixture {
 protected:
  void SetUp() override {
    // Every table is there, and has the number key `id`.
    serve([](std::string_view, const std::string& body) {
      const auto at = body.find("\"TableName\":\"") + 13;
      return testing::ok(describe(body.substr(at, body.find('"', at) - at)));
    });
    options_.log = [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(line);
    };
  }

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::filesystem::path path = directory() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  Migration load(const std::string& text) { return load_lua(write("00001_test.lua", text), options_); }

  // A migration whose `up` has this body.
  static std::string up_of(const std::string& body) {
    return "return { table = 'Movies', up = function(item, actions) " + body + "\nend }";
  }

  // What `callback` queues for an item.
  std::vector<ActionRecord> call(const Callback& callback, const Item& item) {
    migrate::TableCatalog catalog(*client_);
    const auto table = std::make_shared<const migrate::CatalogTable>(migrate::CatalogTable{
        .description = {.name = "Movies", .key = {{.name = "id", .type = Type::number}}}, .wire_name = "Movies"});
    migrate::ActionCollector collector(*client_, catalog, table, {});
    collector.begin(item);
    Actions actions(collector);
    callback(item, actions);
    return collector.take();
  }

  std::vector<ActionRecord> up(const std::string& text, Attributes attributes) {
    attributes.try_emplace("id", 1);
    return call(load(text).up, Item::of(attributes, {"id"}));
  }

  // The body of `up`, run for an item.
  std::vector<ActionRecord> run(const std::string& body, const Attributes& attributes = {}) {
    return up(up_of(body), attributes);
  }

  // What Lua makes of an expression, as print prints it.
  std::string eval(const std::string& expression, const Attributes& attributes = {}) {
    lines_.clear();
    run("print(" + expression + ")", attributes);
    return lines_.empty() ? "nothing was printed" : lines_.back();
  }

  // The message that a body ends with; "none" when it does not.
  std::string error_of(const std::string& body, const Attributes& attributes = {}) {
    return error_of_script(up_of(body), attributes);
  }

  std::string error_of_script(const std::string& text, const Attributes& attributes = {}) {
    try {
      up(text, attributes);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "ScriptError");
      return error.message();
    }
    return "none";
  }

  ScriptOptions options_ = {.number = 1};
  std::vector<std::string> lines_;

 private:
  testing::TemporaryDirectory directory_;
  std::mutex mutex_;
};

}  // namespace drift::script
