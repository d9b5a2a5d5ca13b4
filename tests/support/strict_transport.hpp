// StrictTransport: a Transport around another one, which refuses what AWS refuses and the local server lets pass, so
// that tests against the local server find it out. A refused request never reaches the server. It learns the tables'
// keys from the answers that go through it. Safe from any thread.
#pragma once

#include "support/strict_rules.hpp"
#include "wire/transport.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace drift::testing {

class StrictTransport final : public wire::Transport {
 public:
  explicit StrictTransport(std::shared_ptr<wire::Transport> inner);
  ~StrictTransport() override;

  void send(wire::Request request, Completion done) override;
  [[nodiscard]] base::Loop& loop() override { return inner_->loop(); }

  // "PutItem: ValidationException: ..." for each request refused so far: what a test may hold to be empty.
  [[nodiscard]] std::vector<std::string> refusals() const;

 private:
  struct Shared;
  std::shared_ptr<wire::Transport> inner_;
  std::shared_ptr<Shared> shared_;  // completions may outlive this object
};

}  // namespace drift::testing
