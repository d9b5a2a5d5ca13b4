// FaultSchedule: a Transport on which anything may go wrong that goes wrong between a client and DynamoDB, at random
// and from a seed: connections cut and time-outs before and after the execution, requests that arrive late, faults of
// the server, throttling, conflicts, unprocessed writes, spoilt bodies, empty pages, credentials that expire, clocks
// that jump. How a fault looks is in fault_schedule.cpp, one function each.
//
// A request that is held back counts as timed out for the client and is delivered later: behind some of the requests
// that follow, or by deliver_held(). May be used from several threads at once.
#pragma once

#include "support/jumping_loop.hpp"
#include "wire/transport.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace drift::testing {

class FaultSchedule final : public wire::Transport {
 public:
  FaultSchedule(std::shared_ptr<wire::Transport> inner, std::uint64_t seed);
  ~FaultSchedule() override;

  // Of so many of a thousand requests something goes wrong.
  void set_rate(unsigned per_mille) { per_mille_ = per_mille; }
  // Runs `then` once, on the thread that sends, when `requests` more have been sent.
  void after_requests(std::uint64_t requests, std::function<void()> then);
  // Delivers what is held back, and waits for the answers. `server_forgot`: as DynamoDB has forgotten a transaction's
  // token ten minutes later, so that it is executed as a new one.
  void deliver_held(bool server_forgot);
  // How often each fault happened.
  [[nodiscard]] std::map<std::string, std::uint64_t> counts() const;

  void send(wire::Request request, Completion done) override;
  [[nodiscard]] base::Loop& loop() override { return loop_; }

 private:
  enum class Fault : std::uint8_t;
  struct Held {
    wire::Request request;
    std::uint64_t due = 0;  // the number of requests sent; 0: only by deliver_held()
  };

  [[nodiscard]] bool is_signed_wrongly(const wire::Request& request);
  wire::Answer wrong_signature();
  Fault choose(const std::string& operation, const wire::Request& request);
  [[nodiscard]] bool chance(unsigned per_mille) { return random_() % 1'000 < per_mille; }
  void carry_out(Fault fault, wire::Request request, Completion done);
  void hold(const wire::Request& request);
  void deliver(wire::Request request);
  void jump();
  void answer(Completion done, wire::Answer answer);
  Completion with(Completion done, std::function<wire::Answer(wire::Answer)> change);
  wire::Answer truncated(wire::Answer answer);
  wire::Answer damaged(wire::Answer answer);

  const std::shared_ptr<wire::Transport> inner_;
  JumpingLoop loop_;
  std::atomic<unsigned> per_mille_ = 0;

  mutable std::mutex mutex_;  // of all below
  std::condition_variable delivered_;
  std::mt19937_64 random_;
  std::uint64_t sent_ = 0;
  std::uint64_t alarm_at_ = 0;
  std::function<void()> alarm_;
  std::vector<Held> held_;
  std::size_t delivering_ = 0;
  bool has_expired_ = false;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace drift::testing
