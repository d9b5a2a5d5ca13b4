// LocalClientFixture: a Client on the real local server.
#pragma once

#include "client/error_of.hpp"
#include "support/local_fixture.hpp"

#include <drift/client.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace drift::testing {

class LocalClientFixture : public LocalFixture {
 protected:
  void SetUp() override {
    LocalFixture::SetUp();
    if (HasFatalFailure()) return;
    client_ = std::make_unique<Client>(ClientOptions{
        .region = "us-east-1", .endpoint = endpoint(), .credentials = static_credentials("id", "secret")});
  }

  // A table with the number key `id`.
  std::string make_table(std::string_view name = "table") {
    std::string table = table_name(name);
    client_->create_table({.name = table, .key = {{"id", Type::number}}});
    return table;
  }
  // A table with the string key `pk` and the number key `sk`.
  std::string make_sorted_table(std::string_view name = "table") {
    std::string table = table_name(name);
    client_->create_table({.name = table, .key = {{"pk", Type::string}, {"sk", Type::number}}});
    return table;
  }

  std::unique_ptr<Client> client_;
};

}  // namespace drift::testing
