// --require-pitr with the real command: a run of a table that has recovery, that has none, and of which nobody knows.
#include "cli/fronted_command.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::cli {
namespace {

using testing::Finished;

class RequiredRecovery : public testing::FrontedCommand {
 protected:
  void SetUp() override {
    FrontedCommand::SetUp();
    fill(3);
    write_migration("actions:update('SET n = :one', { one = 1 })");
  }

  // `drift up --require-pitr`, which is refused with this in its message.
  void expect_refused(const std::string& message) {
    const Finished up = drift({"up", "--require-pitr"});
    EXPECT_EQ(up.code, 2) << up.err;
    EXPECT_NE(up.err.find(message), std::string::npos) << up.err;
    EXPECT_NE(up.err.find("Nothing was done."), std::string::npos) << up.err;
    EXPECT_EQ(count_where("n", 1), 0U);
  }
};

TEST_F(RequiredRecovery, WhereItIsOnTheRunGoesOn) {
  server().set_recovery("ENABLED");
  const Finished up = drift({"up", "--require-pitr"});
  EXPECT_EQ(up.code, 0) << up.err;
  EXPECT_EQ(count_where("n", 1), 3U);
}

TEST_F(RequiredRecovery, WhereItIsOffTheRunIsRefused) {
  server().set_recovery("DISABLED");
  expect_refused("the table has no point-in-time recovery");
  server().answer("DescribeContinuousBackups",
                  R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"DISABLED"}})");
  expect_refused("the table has no point-in-time recovery");
  EXPECT_EQ(drift({"up"}).code, 0) << "nobody asks for it";
  EXPECT_EQ(count_where("n", 1), 3U);
}

TEST_F(RequiredRecovery, WhereItIsNotKnownTheRunIsRefused) {
  expect_refused("is not known: DescribeContinuousBackups was refused with UnknownOperationException");
  server().refuse("DescribeContinuousBackups", "AccessDeniedException");
  expect_refused("is not known: DescribeContinuousBackups was refused with AccessDeniedException");
}

TEST_F(RequiredRecovery, AnotherFailureIsWhatItIs) {
  server().refuse("DescribeContinuousBackups", "TableNotFoundException");
  const Finished up = drift({"up", "--require-pitr"});
  EXPECT_EQ(up.code, 1);
  EXPECT_NE(up.err.find("TableNotFoundException"), std::string::npos) << up.err;
  EXPECT_EQ(count_where("n", 1), 0U);
}

}  // namespace
}  // namespace drift::cli
