// See local_fixture.hpp.
#include "support/local_fixture.hpp"

#include <drift/error.hpp>

#include <algorithm>

namespace drift::testing {

local::LocalServer& shared_local_server() {
  // Destroyed at the program's end; were it not, the guardian would end the server all the same.
  static local::LocalServer server;
  return server;
}

// Here and not in SetUp: the constructors of other fixtures make their clients with endpoint().
LocalFixture::LocalFixture() {
  try {
    endpoint_ = shared_local_server().endpoint();
  } catch (const Error& error) {
    problem_ = std::string(error.what()) + " " + error.next_step();
  }
}

void LocalFixture::SetUp() {
  if (!problem_.empty()) FAIL() << problem_;
}

void LocalFixture::TearDown() {
  if (problem_.empty() && !shared_local_server().running()) ADD_FAILURE() << shared_local_server().failure();
}

std::string LocalFixture::table_name(std::string_view name) {
  const ::testing::TestInfo& test = *::testing::UnitTest::GetInstance()->current_test_info();
  std::string full = std::string(test.test_suite_name()) + "." + test.name() + "." + std::string(name);
  std::replace(full.begin(), full.end(), '/', '-');  // of parameterized tests
  constexpr std::size_t characters_max = 255;
  return full.substr(0, characters_max);
}

}  // namespace drift::testing
