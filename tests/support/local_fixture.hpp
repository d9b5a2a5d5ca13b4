// LocalFixture: a gtest fixture with a real DynamoDB behind it: one local server for the whole test program, in memory,
// started by the first test that needs it. Where the server's program is missing each such test fails and says what to
// do; nothing is skipped. Tests share the server, so each makes tables of its own (table_name()).
#pragma once

#include "local/local_server.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace drift::testing {

// The test program's server. Throws Error as LocalServer does, the first time and every time.
local::LocalServer& shared_local_server();

class LocalFixture : public ::testing::Test {
 protected:
  LocalFixture();
  // "http://127.0.0.1:41234"
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  // A name that no other test of this program has: "<suite>.<test>.<name>", without characters that DynamoDB refuses.
  static std::string table_name(std::string_view name = "table");

  void SetUp() override;
  void TearDown() override;

 private:
  std::string endpoint_;
  std::string problem_;
};

}  // namespace drift::testing
