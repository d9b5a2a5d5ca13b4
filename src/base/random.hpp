// Random: numbers for back-off jitter, identifiers of runs and idempotency tokens. Not for secrets. For one thread at a
// time; give each thread its own.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace drift::base {

// From the system's source; two calls never repeat one another.
std::uint64_t random_seed();

class Random {
 public:
  explicit Random(std::uint64_t seed = random_seed()) : engine_(seed) {}

  std::uint64_t next() { return engine_(); }
  // Below `bound`, each number as likely as another. `bound` must not be 0.
  std::uint64_t below(std::uint64_t bound);
  // From 0 up to, and without, 1.
  double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

 private:
  std::mt19937_64 engine_;
};

// 128 random bits from the system's source in the form of a version 4 UUID (RFC 9562):
// "0b9f3a3c-5c63-4a5e-9d6e-1f1f6f0b7c55".
std::string random_uuid();

}  // namespace drift::base
