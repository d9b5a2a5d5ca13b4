// LocalClientFixture: a Client on the real local server.
#pragma once

#include "support/local_fixture.hpp"

#include <drift/client.hpp>

#include <string>

namespace drift::testing {

class LocalClientFixture : public LocalFixture {
 protected:
  void SetUp() override {
    LocalFixture::SetUp();
    if (HasFatalFailure()) return;
    // One for all tests: each new client reads the system's certificates, which takes longer than most tests.
    static Client client(
        {.region = "us-east-1", .endpoint = endpoint(), .credentials = static_credentials("id", "secret")});
    client_ = &client;
  }

  // A table with the number key `id`.
  std::string make_table(std::string_view name = "table") {
    const std::string table = table_name(name);
    client_->create_table({.name = table, .key = {{"id", Type::number}}});
    return table;
  }
  // A table with the string key `pk` and the number key `sk`.
  std::string make_sorted_table(std::string_view name = "table") {
    const std::string table = table_name(name);
    client_->create_table({.name = table, .key = {{"pk", Type::string}, {"sk", Type::number}}});
    return table;
  }

  Client* client_ = nullptr;
};

// The error of a call that must fail.
template <typename Call>
Error error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Error("none", "nothing was thrown");
}

}  // namespace drift::testing
