// What a signature costs, and a checksum: both are paid for every request.
#include "base/clock.hpp"
#include "base/crc32.hpp"
#include "wire/sigv4.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

namespace wire = drift::wire;

constexpr wire::SigningKeys without_token{"AKIDFAKEFAKEFAKE0000", "fakesecret/fakesecret/fakesecret/fake000", {}};

void sign(benchmark::State& state, const wire::SigningKeys& keys) {
  wire::Signer signer("us-east-1", "dynamodb");
  const std::string body(static_cast<std::size_t>(state.range(0)), 'x');
  const auto now = drift::base::machine_clock().system();
  std::string headers;
  for (auto _ : state) {
    headers.clear();
    signer.sign(headers, keys, "dynamodb.us-east-1.amazonaws.com", "DynamoDB_20120810.UpdateItem", body, now);
    benchmark::DoNotOptimize(headers.data());
  }
}

void sign_a_request(benchmark::State& state) { sign(state, without_token); }
BENCHMARK(sign_a_request)->Arg(200)->Arg(2'000)->Arg(20'000);

void sign_with_a_session_token(benchmark::State& state) {
  const std::string token(700, 't');
  sign(state, {without_token.access_key_id, without_token.secret_access_key, token});
}
BENCHMARK(sign_with_a_session_token)->Arg(200);

void checksum(benchmark::State& state) {
  const std::string body(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(drift::base::crc32(body));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(checksum)->Arg(2)->Arg(300)->Arg(1'000'000);

}  // namespace
