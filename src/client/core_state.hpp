// CoreState: what the calls of one ClientCore share. Belongs to the loop's thread once it is made.
#pragma once

#include "base/random.hpp"
#include "client/core.hpp"
#include "client/credential_cache.hpp"
#include "wire/sigv4.hpp"
#include "wire/transport.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace drift::client {

struct CoreState {
  CoreState(ClientCore::Settings given, wire::Transport& to)
      : settings(with_url(std::move(given))),
        transport(to),
        loop(to.loop()),
        authority(settings.endpoint.authority()),
        signer(settings.region, "dynamodb"),
        random(settings.random_seed == 0 ? base::random_seed() : settings.random_seed),
        credentials(std::make_shared<CredentialCache>(settings.credentials, loop, settings.run_blocking)) {}

  static ClientCore::Settings with_url(ClientCore::Settings given) {
    given.endpoint_url = given.endpoint.url();
    return given;
  }
  // The server's time, as far as it is known.
  [[nodiscard]] base::SystemTime now() const { return loop.clock().system() + clock_offset; }

  const ClientCore::Settings settings;
  wire::Transport& transport;
  base::Loop& loop;
  const std::string authority;
  wire::Signer signer;
  base::Random random;
  const std::shared_ptr<CredentialCache> credentials;
  base::SystemTime::duration clock_offset{};  // of the server's clock against this machine's
  bool answered = false;                      // the endpoint has answered a call of this client
};

}  // namespace drift::client
