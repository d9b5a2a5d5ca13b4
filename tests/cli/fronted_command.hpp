// FrontedCommand: a fixture with the real command, its migrations and a local server behind a front that answers what
// that server does not know (CannedAnswers).
#pragma once

#include "cli/program.hpp"
#include "support/canned_answers.hpp"
#include "support/front.hpp"
#include "support/migrator_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace drift::testing {

class FrontedCommand : public MigratorFixture {
 protected:
  void SetUp() override {
    MigratorFixture::SetUp();
    server_ = std::make_unique<CannedAnswers>(network());
    front_ = std::make_unique<Front>(network(), endpoint());
    directory_ = state_directory().parent_path() / "migrations";
    std::filesystem::create_directories(directory_);
    ASSERT_EQ(drift({"init"}).code, 0);
  }
  void TearDown() override {
    front_.reset();
    MigratorFixture::TearDown();
    server_.reset();
  }

  CannedAnswers& server() { return *server_; }

  // A file for the table `table()`, with this as the body of its `up`.
  void write_migration(const std::string& body, const std::string& name = "00001_change") const {
    std::ofstream(directory_ / (name + ".lua"))
        << "return { table = '" << table() << "', up = function(item, actions) " << body << " end }";
  }

  [[nodiscard]] Finished drift(std::vector<std::string> words) const {
    words.insert(words.begin(), DRIFT_PROGRAM);
    return run_program(words, {{"AWS_ENDPOINT_URL_DYNAMODB", front_->endpoint()},
                               {"AWS_REGION", "us-east-1"},
                               {"AWS_ACCESS_KEY_ID", "id"},
                               {"AWS_SECRET_ACCESS_KEY", "secret"},
                               {"DRIFT_DIR", directory_.string()},
                               {"DRIFT_STATE_DIR", state_directory().string()},
                               {"DRIFT_META_TABLE", table_name("command")}});
  }

 private:
  std::unique_ptr<CannedAnswers> server_;
  std::unique_ptr<Front> front_;
  std::filesystem::path directory_;
};

}  // namespace drift::testing
