// EventTransport: the real network with an event before each request is sent and after each answer, small pages of the
// scan, and, where a test asks for it, answers of actions that are lost: half of them before the request is sent.
// Requests may be sent from any thread.
#pragma once

#include "wire/transport.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace drift::testing::crash {

struct EventTransportOptions {
  std::string table = {};        // the scanned one: its pages are small, its writes are actions
  std::string other_table = {};  // whose writes are actions too
  std::uint64_t seed = 0;        // of what is lost
  bool loses_answers = false;    // a quarter of the first 40 actions
  bool watched = true;           // false: no events
};

class EventTransport final : public wire::Transport {
 public:
  EventTransport(std::shared_ptr<wire::Transport> inner, EventTransportOptions options)
      : inner_(std::move(inner)), options_(std::move(options)) {}

  void send(wire::Request request, Completion done) override;
  base::Loop& loop() override { return inner_->loop(); }

 private:
  enum class Fate : std::uint8_t { answered, not_sent, answer_lost };
  [[nodiscard]] bool is_action(const std::string& operation, const std::string& body) const;
  Fate fate_of_action();
  void doubt(const std::string& body);
  void resolved(const std::string& body);

  std::shared_ptr<wire::Transport> inner_;
  const EventTransportOptions options_;
  std::atomic<std::uint64_t> actions_ = 0;
  std::mutex mutex_;
  std::set<std::string> doubts_;  // keys of the items
};

}  // namespace drift::testing::crash
