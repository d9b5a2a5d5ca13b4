// What a client signs with: waiting for credentials, refreshing them, and correcting the clock.
#include "client/core_fixture.hpp"

#include <atomic>
#include <deque>
#include <functional>

namespace drift::testing {
namespace {

using namespace std::chrono_literals;

// Gives out what the test says, in order; the last for ever.
class ScriptedProvider final : public CredentialsProvider {
 public:
  using Step = std::function<Credentials()>;
  explicit ScriptedProvider(std::deque<Step> steps) : steps_(std::move(steps)) {}
  Credentials credentials() override {
    ++asked;
    const Step step = steps_.front();
    if (steps_.size() > 1) steps_.pop_front();
    return step();
  }
  std::atomic<int> asked = 0;

 private:
  std::deque<Step> steps_;
};

class CoreCredentials : public CoreFixture {
 protected:
  // The provider runs when the test says so, as if on another thread.
  CoreCredentials() {
    settings_.run_blocking = [this](std::function<void()> work) { blocking_.push_back(std::move(work)); };
  }

  void provide(std::deque<ScriptedProvider::Step> steps) {
    provider_ = std::make_shared<ScriptedProvider>(std::move(steps));
    settings_.credentials = provider_;
  }
  // Credentials with this name, for so long from the moment when they are asked for.
  ScriptedProvider::Step key(const std::string& name, std::optional<std::chrono::seconds> lasting = {}) {
    return [this, name, lasting] {
      Credentials credentials{.access_key_id = name, .secret_access_key = "secret"};
      if (lasting) credentials.expiry = loop_.clock().system() + *lasting;
      return credentials;
    };
  }
  static ScriptedProvider::Step failing(const std::string& message) {
    return [message]() -> Credentials { throw Error("CredentialsError", message); };
  }

  std::size_t run_blocking() {
    std::size_t count = 0;
    for (; !blocking_.empty(); ++count) {
      const auto work = std::move(blocking_.front());
      blocking_.pop_front();
      work();
    }
    return count;
  }
  // A call to its end, the provider answering at once.
  client::CallResult call_through(std::string_view operation) {
    const auto started = start(operation);
    loop_.run_until([&] {
      run_blocking();
      return started->done();
    });
    return std::move(*started->result);
  }
  [[nodiscard]] std::string signed_by(std::size_t index) const {
    const wire::Request request = transport_->requests().at(index);
    const auto header = wire::find_header(request.headers, "authorization");
    const auto begin = header.find("Credential=") + 11;
    return std::string(header.substr(begin, header.find('/', begin) - begin));
  }

  std::shared_ptr<ScriptedProvider> provider_;
  std::deque<std::function<void()>> blocking_;
};

TEST_F(CoreCredentials, AreAskedForOnceHoweverManyCallsWait) {
  provide({key("first")});
  std::vector<std::shared_ptr<Started>> all;
  all.reserve(20);
  for (int i = 0; i < 20; ++i) all.push_back(start("GetItem"));
  loop_.run_posted();
  EXPECT_EQ(requests(), 0U);
  EXPECT_EQ(run_blocking(), 1U);
  loop_.run_all();
  for (const auto& started : all) EXPECT_FALSE(started->result->error);
  EXPECT_EQ(provider_->asked, 1);
  EXPECT_EQ(requests(), 20U);
}

TEST_F(CoreCredentials, ThatCannotBeHadEndTheCallWithTheProvidersError) {
  provide({failing("Unable to locate credentials."), key("later")});
  const auto first = call_through("UpdateItem");
  EXPECT_EQ(first.error->code(), "CredentialsError");
  EXPECT_EQ(first.error->table(), "Movies");
  EXPECT_EQ(requests(), 0U);
  EXPECT_FALSE(call_through("UpdateItem").error) << "the next call asks again";
}

TEST_F(CoreCredentials, OfAForeignExceptionAreAnErrorToo) {
  provide({[]() -> Credentials { throw std::runtime_error("vault is sealed"); }});
  const auto result = call_through("UpdateItem");
  EXPECT_EQ(result.error->code(), "CredentialsError");
  EXPECT_NE(result.error->message().find("vault is sealed"), std::string::npos);
}

TEST_F(CoreCredentials, WithoutAKeyAreRefused) {
  provide({[] { return Credentials{}; }});
  EXPECT_EQ(call_through("UpdateItem").error->code(), "CredentialsError");
}

TEST_F(CoreCredentials, AreRefreshedInTheBackgroundBeforeTheyExpire) {
  provide({key("first", 1h), key("second", 1h)});
  call_through("GetItem");
  loop_.advance(54min);
  call_through("GetItem");
  EXPECT_EQ(provider_->asked, 1);
  loop_.advance(2min);
  const auto started = start("GetItem");
  loop_.run_posted();
  EXPECT_TRUE(started->done()) << "the call does not wait for the refresh";
  EXPECT_EQ(signed_by(2), "first");
  EXPECT_EQ(run_blocking(), 1U);
  loop_.run_posted();
  call_through("GetItem");
  EXPECT_EQ(signed_by(3), "second");
  EXPECT_EQ(provider_->asked, 2);
}

TEST_F(CoreCredentials, AreWaitedForWhenTheyHaveExpired) {
  provide({key("first", 1h), key("second", 1h)});
  call_through("GetItem");
  loop_.advance(61min);
  const auto started = start("GetItem");
  loop_.run_posted();
  EXPECT_FALSE(started->done());
  run_blocking();
  loop_.run_all();
  EXPECT_TRUE(started->done());
  EXPECT_EQ(signed_by(1), "second");
}

TEST_F(CoreCredentials, ThatAreStillValidOutliveAFailedRefresh) {
  provide({key("first", 1h), failing("the metadata service is away"), key("second", 1h)});
  call_through("GetItem");
  loop_.advance(57min);
  EXPECT_FALSE(call_through("GetItem").error);
  loop_.run_posted();
  EXPECT_EQ(provider_->asked, 2);
  EXPECT_FALSE(call_through("GetItem").error);
  EXPECT_EQ(provider_->asked, 2) << "not asked again at once";
  loop_.advance(31s);
  EXPECT_FALSE(call_through("GetItem").error);
  EXPECT_EQ(provider_->asked, 3);
}

TEST_F(CoreCredentials, ThatTheServerCallsExpiredAreRefreshedOnce) {
  provide({key("old"), key("new")});
  script(refused("ExpiredTokenException", "The security token included in the request is expired"));
  const auto result = call_through("UpdateItem");
  EXPECT_FALSE(result.error);
  EXPECT_EQ(provider_->asked, 2);
  EXPECT_EQ(signed_by(0), "old");
  EXPECT_EQ(signed_by(1), "new");
  EXPECT_EQ(elapsed(), 0ns) << "no back-off";
}

TEST_F(CoreCredentials, ThatStayExpiredAreAnError) {
  provide({key("old")});
  script(refused("ExpiredTokenException", "The security token included in the request is expired"), 10);
  const auto result = call_through("UpdateItem");
  EXPECT_EQ(result.error->code(), "ExpiredTokenException");
  EXPECT_FALSE(result.error->retryable());
  EXPECT_EQ(requests(), 2U);
  EXPECT_EQ(provider_->asked, 2);
}

TEST_F(CoreCredentials, AreRefreshedOnceForManyCallsThatMeetTheSameExpiry) {
  provide({key("old"), key("new")});
  call_through("GetItem");
  script(refused("ExpiredTokenException"), 10);
  std::vector<std::shared_ptr<Started>> all;
  all.reserve(10);
  for (int i = 0; i < 10; ++i) all.push_back(start("UpdateItem"));
  loop_.run_posted();
  EXPECT_EQ(run_blocking(), 1U);
  loop_.run_all();
  for (const auto& started : all) EXPECT_FALSE(started->result->error);
  EXPECT_EQ(provider_->asked, 2);
}

TEST_F(CoreCredentials, AWaitForThemEndsWithTheStop) {
  provide({key("first")});
  std::stop_source stop;
  const auto started = start("UpdateItem", update_request, {.stop = stop.get_token()});
  loop_.run_posted();
  stop.request_stop();
  loop_.run_posted();
  ASSERT_TRUE(started->done());
  EXPECT_EQ(started->error().code(), "Cancelled");
  run_blocking();
  loop_.run_all();
  EXPECT_EQ(requests(), 0U);
}

class CoreClock : public CoreCredentials {
 protected:
  // A server whose clock differs from this machine's, and that does not forgive it.
  void serve_with_clock(std::chrono::seconds ahead) {
    transport_ = std::make_shared<MemoryTransport>(loop_, [this, ahead](const wire::Request& request) -> wire::Answer {
      const auto now = std::chrono::floor<std::chrono::seconds>(loop_.clock().system()) + ahead;
      const std::string date(wire::find_header(request.headers, "x-amz-date"));
      if (date.substr(0, 13) == stamp(now).substr(0, 13)) return ok("{}");
      auto refusal = refused("InvalidSignatureException", "Signature expired: it is now later");
      refusal.headers += "date: " + http_date(now) + "\r\n";
      return refusal;
    });
  }
  using Seconds = std::chrono::sys_time<std::chrono::seconds>;
  static std::string format(Seconds time, const char* pattern) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), pattern, &parts)};
  }
  static std::string stamp(Seconds time) { return format(time, "%Y%m%dT%H%M%SZ"); }
  static std::string http_date(Seconds time) { return format(time, "%a, %d %b %Y %H:%M:%S GMT"); }
};

TEST_F(CoreClock, AClockThatIsOffIsCorrectedFromTheDateHeaderAndRemembered) {
  for (const std::chrono::hours off : {3h, -5h}) {
    serve_with_clock(off);
    client::ClientCore core(settings_, transport_);
    for (int i = 0; i < 3; ++i) {
      std::optional<client::CallResult> result;
      core.start(client::Operation::named("UpdateItem"), std::string(update_request), {},
                 [&](client::CallResult got) { result = std::move(got); });
      loop_.run_until([&] { return result.has_value(); });
      EXPECT_FALSE(result->error);
      EXPECT_EQ(result->attempts, i == 0 ? 2U : 1U);
    }
    EXPECT_EQ(requests(), 4U);
  }
}

TEST_F(CoreClock, ASignatureThatIsWrongForAnotherReasonIsNotRepeated) {
  auto refusal = refused("InvalidSignatureException", "The request signature we calculated does not match");
  refusal.headers += "date: " + http_date(std::chrono::floor<std::chrono::seconds>(loop_.clock().system())) + "\r\n";
  script(refusal, 5);
  const auto result = call("UpdateItem");
  EXPECT_EQ(requests(), 1U);
  EXPECT_EQ(result.error->code(), "InvalidSignatureException");
  EXPECT_NE(result.error->next_step().find("secret access key"), std::string::npos);
}

// DynamoDB may answer with the canonical request, in which the token stands.
TEST_F(CoreCredentials, WhatAServerSaysIsPassedOnWithoutTheirSecrets) {
  const std::string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  const std::string token = "FwoGZXIvYXdzEXAMPLE/token+with==";
  provide({[&] { return Credentials{.access_key_id = "AKID", .secret_access_key = secret, .session_token = token}; }});
  script(refused("InvalidSignatureException", "The Canonical String should have been 'x-amz-security-token:" + token +
                                                  " twice " + token + " " + secret + "'"));
  const auto result = call_through("UpdateItem");
  EXPECT_NE(result.error->message().find("'x-amz-security-token:*** twice *** ***'"), std::string::npos)
      << result.error->message();
}

// "local" and "test" are usual, and words.
TEST_F(CoreCredentials, AShortSecretIsNone) {
  settings_.credentials = static_credentials("local", "local", "test");
  script(refused("ValidationException", "a local test"));
  EXPECT_EQ(call("UpdateItem").error->message(), "UpdateItem: a local test");
}

TEST_F(CoreClock, IsCorrectedOnceACall) {
  auto refusal = refused("RequestExpired", "Request has expired");
  refusal.headers += "date: Fri, 02 Jan 2026 09:00:00 GMT\r\n";
  script(refusal);
  refusal.headers = "date: Fri, 02 Jan 2026 18:00:00 GMT\r\nx-amz-crc32: " +
                    std::string(wire::find_header(refusal.headers, "x-amz-crc32")) + "\r\n";
  script(refusal, 5);
  EXPECT_EQ(call("UpdateItem").error->code(), "RequestExpired");
  EXPECT_EQ(requests(), 2U);
}

}  // namespace
}  // namespace drift::testing
