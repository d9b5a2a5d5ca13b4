// A view of a client that only reads: what is no read is refused before anything is signed or sent.
#include "client/core_fixture.hpp"

#include <drift/client.hpp>

#include <memory>
#include <stop_token>

namespace drift::testing {
namespace {

class CoreReadOnly : public CoreFixture {
 protected:
  CoreReadOnly() : view_(core().reading_only()) {}

  client::CallResult read_only_call(client::ClientCore& of, const client::Operation& operation, std::string body,
                                    client::CallOptions options = {}) {
    std::optional<client::CallResult> result;
    of.start(operation, std::move(body), std::move(options), [&](client::CallResult got) { result = std::move(got); });
    EXPECT_FALSE(result) << "never before start() returns";
    if (!loop_.run_until([&] { return result.has_value(); })) throw std::logic_error("the call never ended");
    return std::move(*result);
  }
  Error refusal(const client::Operation& operation, std::string body, client::CallOptions options = {}) {
    const auto result = read_only_call(*view_, operation, std::move(body), std::move(options));
    EXPECT_EQ(requests(), 0U);
    return result.error.value();
  }

  std::unique_ptr<client::ClientCore> view_;
};

TEST_F(CoreReadOnly, ReadsGoThrough) {
  script(ok("{}"));
  const auto result = read_only_call(*view_, client::Operation::named("GetItem"), "{}");
  EXPECT_FALSE(result.error);
  EXPECT_EQ(requests(), 1U);
}

TEST_F(CoreReadOnly, AWriteIsRefusedAndNamesOperationAndTable) {
  const Error error = refusal(client::Operation::named("UpdateItem"), std::string(update_request));
  EXPECT_EQ(error.code(), "ReadOnly");
  EXPECT_NE(error.message().find("UpdateItem"), std::string::npos) << error.what();
  EXPECT_EQ(error.table(), "Movies");
  EXPECT_FALSE(error.in_doubt());
  EXPECT_FALSE(error.retryable());
  EXPECT_EQ(refusal(client::Operation::named("PutItem"), "{}", {.table = "Given"}).table(), "Given");
}

TEST_F(CoreReadOnly, BatchesAndTransactionsNameTheirTables) {
  EXPECT_EQ(refusal(client::Operation::named("BatchWriteItem"), R"({"RequestItems":{"B":[],"A":[]}})").table(), "A, B");
  const client::Operation transaction("TransactWriteItems", client::Repeat::with_token);
  EXPECT_EQ(
      refusal(transaction, R"({"TransactItems":[{"Put":{"TableName":"T"}},{"Delete":{"TableName":"T"}}]})").table(),
      "T");
}

TEST_F(CoreReadOnly, WhatIsNotKnownToReadIsRefused) {
  for (const std::string_view name : {"ExecuteStatement", "DeleteTable", "UpdateTimeToLive", "OfTheFuture"}) {
    EXPECT_EQ(refusal(client::Operation::named(name), "no JSON").code(), "ReadOnly") << name;
  }
}

TEST_F(CoreReadOnly, AViewOfTheViewReadsOnlyToo) {
  std::stop_source stop;
  const auto view = view_->given_up_at(stop.get_token());
  const auto result = read_only_call(*view, client::Operation::named("PutItem"), "{}");
  EXPECT_EQ(result.error->code(), "ReadOnly");
  EXPECT_EQ(requests(), 0U);
}

TEST_F(CoreReadOnly, WhatWasRefusedIsRememberedOnce) {
  EXPECT_FALSE(view_->take_refused());
  refusal(client::Operation::named("PutItem"), R"({"TableName":"Movies"})");
  refusal(client::Operation::named("DeleteItem"), "{}");
  const auto of_view = view_->given_up_at({});
  EXPECT_EQ(of_view->take_refused().value().message(), "PutItem is no read, and this client only reads");
  EXPECT_FALSE(view_->take_refused());
  read_only_call(*of_view, client::Operation::named("UpdateItem"), "{}");
  EXPECT_TRUE(view_->take_refused());
}

TEST_F(CoreReadOnly, TheClientItselfStillWrites) {
  script(ok("{}"));
  EXPECT_FALSE(call("UpdateItem").error);
  EXPECT_EQ(requests(), 1U);
}

}  // namespace
}  // namespace drift::testing
