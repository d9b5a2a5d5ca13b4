#include "client/credential_cache.hpp"

#include "client/secrets.hpp"
#include "client/static_credentials.hpp"

#include <utility>

namespace drift::client {
namespace {

constexpr std::chrono::minutes refresh_ahead{5};
// A provider that fails, or that gives out what is about to expire, is not asked more often while there is something to
// sign with.
constexpr std::chrono::seconds refresh_interval_min{30};

}  // namespace

CredentialCache::CredentialCache(std::shared_ptr<CredentialsProvider> provider, base::Loop& loop,
                                 RunBlocking run_blocking)
    : provider_(std::move(provider)),
      never_changes_(dynamic_cast<const StaticCredentials*>(provider_.get()) != nullptr),
      loop_(loop),
      run_blocking_(std::move(run_blocking)) {
  // What never blocks needs no thread.
  if (never_changes_) current_ = provider_->credentials();
}

CredentialCache::~CredentialCache() { close(); }

const Credentials* CredentialCache::current(base::SystemTime now) {
  if (!current_) return nullptr;
  if (!current_->expiry) return &*current_;
  const auto left = *current_->expiry - now;
  if (left < refresh_ahead && !refreshing_ && loop_.clock().steady() >= next_refresh_) start_refresh();
  if (left <= std::chrono::seconds(0) && refreshing_) return nullptr;
  return &*current_;
}

void CredentialCache::when_ready(Ready ready) {
  waiting_.push_back(std::move(ready));
  if (!refreshing_) start_refresh();
}

bool CredentialCache::reject(std::uint64_t generation) noexcept {
  if (never_changes_) return false;
  if (generation == generation_ && current_) before_ = std::exchange(current_, std::nullopt);
  return true;
}

std::string CredentialCache::without_secrets(std::string text) const {
  for (const auto* credentials : {&current_, &before_}) {
    if (*credentials) text = client::without_secrets(std::move(text), **credentials);
  }
  return text;
}

void CredentialCache::close() noexcept {
  if (worker_.joinable()) worker_.join();
}

CredentialCache::Answer CredentialCache::ask(CredentialsProvider& provider) {
  try {
    Credentials credentials = provider.credentials();
    if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
      return {.error = Error("CredentialsError", "The credentials provider gave an empty access key.")};
    }
    return {.credentials = std::move(credentials)};
  } catch (const Error& error) {
    return {.error = error};
  } catch (const std::exception& error) {
    return {.error = Error("CredentialsError", std::string("The credentials provider failed: ") + error.what())};
  } catch (...) {
    return {.error = Error("CredentialsError", "The credentials provider failed.")};
  }
}

void CredentialCache::start_refresh() {
  refreshing_ = true;
  auto work = [provider = provider_, &loop = loop_, self = weak_from_this()] {
    Answer answer = ask(*provider);
    loop.post([self, answer = std::move(answer)]() mutable {
      if (const auto cache = self.lock()) cache->finish_refresh(std::move(answer));
    });
  };
  if (run_blocking_) {
    run_blocking_(std::move(work));
    return;
  }
  close();  // the one before has posted its answer and is at its end
  worker_ = std::jthread(std::move(work));
}

void CredentialCache::finish_refresh(Answer answer) {
  refreshing_ = false;
  next_refresh_ = loop_.clock().steady() + refresh_interval_min;
  if (current_) before_ = current_;
  if (answer.credentials) {
    current_ = std::move(answer.credentials);
    ++generation_;
  } else if (!waiting_.empty()) {
    current_.reset();  // somebody waits: what is left has expired
  }
  for (const Ready& ready : std::exchange(waiting_, {})) ready(answer.error);
}

}  // namespace drift::client
