// LeaseFixture: a metadata table and its run table on the real local server, a client whose network a test can spoil,
// and processes that contend for a lease. Verbs: hold, take, row.
#pragma once

#include "client/core.hpp"
#include "migrate/lease_holder.hpp"
#include "migrate/lease_row.hpp"
#include "migrate/ledger.hpp"
#include "migrate/run_table.hpp"
#include "support/fault_transport.hpp"
#include "support/local_fixture.hpp"
#include "wire/asio_transport.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace drift::testing {

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

class LeaseFixture : public LocalFixture {
 protected:
  static constexpr std::uint64_t number = 7;
  static constexpr migrate::LeaseTimes times{.poll = std::chrono::milliseconds(1)};

  void SetUp() override {
    LocalFixture::SetUp();
    if (HasFatalFailure()) return;
    network_ = std::make_shared<FaultTransport>(wire::make_asio_transport({}));
    client_ = make_client(network_);
    migrate::Ledger(*client_, meta_table()).init({});
  }

  [[nodiscard]] std::unique_ptr<Client> make_client(std::shared_ptr<wire::Transport> network) const {
    client::ClientCore::Settings settings{.region = "us-east-1",
                                          .endpoint = *wire::Endpoint::parse(endpoint()),
                                          .credentials = static_credentials("id", "secret")};
    settings.retry.base = std::chrono::milliseconds(1);
    settings.retry.cap = std::chrono::milliseconds(4);
    return std::make_unique<Client>(std::make_unique<client::ClientCore>(std::move(settings), std::move(network)));
  }

  static std::string meta_table() { return table_name("meta"); }
  static std::string run_table() { return meta_table() + ".runs"; }

  // A process of another machine, as far as this one can tell.
  static migrate::ProcessIdentity stranger(const std::string& host) {
    return {.host = host, .user = "maria", .pid = 4'711, .pid_space = "another boot", .started = 1};
  }

  [[nodiscard]] std::unique_ptr<migrate::LeaseHolder> holder(const std::string& host) {
    return std::make_unique<migrate::LeaseHolder>(*client_, run_table(), stranger(host), times);
  }
  // True iff it was taken.
  static bool take(migrate::LeaseHolder& holder, std::chrono::milliseconds lock_timeout = {},
                   migrate::LeaseHolder::OnLost on_lost = {}) {
    return holder.acquire(number, "run-1", lock_timeout, {}, std::move(on_lost));
  }
  [[nodiscard]] migrate::LeaseRow row() { return *migrate::read_lease(*client_, run_table(), number); }

  std::shared_ptr<FaultTransport> network_;
  std::unique_ptr<Client> client_;
};

}  // namespace drift::testing
