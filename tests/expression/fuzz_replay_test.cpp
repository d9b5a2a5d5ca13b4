// The fuzz target on a small corpus, and on random damage to it: so it is known to work where no fuzzer is at hand.
#include "../../fuzz/expression_fuzz.cpp"  // NOLINT(bugprone-suspicious-include): it is the target that is tested

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <vector>

namespace drift::testing {
namespace {

// One that reaches each rule of both grammars, each check and each operation.
const std::vector<std::string>& corpus() {
  static const std::vector<std::string> inputs{
      "SET a = :v, m.a = a + :v, l[9] = :w REMOVE b, l[0] ADD n :v DELETE s :x",
      "SET #a.l[1].x = if_not_exists(m.l[0], :v), c = list_append(l, :w)",
      "SET x = (a - :v), y = (b), z = (:v)",
      "a = :v AND NOT (b <> :v OR l[0] BETWEEN :v AND :w) OR #a IN (:v, (b), m.a)",
      "attribute_exists(m.l[1].x) AND attribute_not_exists(q) AND size(l) >= :v",
      "begins_with(b, :v) OR contains(s, :w) OR attribute_type(a, :x)",
      R"(SET a = :v
{"item":{"M":{"pk":{"S":"k"}}},"values":{"M":{":v":{"N":"1"}}},"names":{"M":{}}})",
      R"(#n = :v
{"item":{"M":{"a":{"L":[]}}},"values":{"M":{":v":{"L":[]}}},"names":{"M":{"#n":{"S":"a"}}}})",
      std::string(4096, '('),
      "SET a = " + std::string(2000, '(') + ":v" + std::string(2000, ')'),
      std::string("SET a\0 = :v", 11),
      "\xFF\xFE#\xC3",
      "",
  };
  return inputs;
}

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

TEST(FuzzReplay, TheCorpusEndsInAResultOrARefusal) {
  for (const std::string& input : corpus()) run(input);
}

TEST(FuzzReplay, SoDoesRandomDamageToIt) {
  const char* const given = std::getenv("DRIFT_SEED");
  const std::uint64_t seed = given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
  std::cout << "DRIFT_SEED=" << seed << "\n";
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  constexpr std::size_t runs = 8'000;
  for (std::size_t i = 0; i < runs; ++i) {
    std::string input = corpus()[below(corpus().size())];
    const std::string& other = corpus()[below(corpus().size())];
    for (std::size_t damages = below(3) + 1; damages > 0 && !input.empty() && !other.empty(); --damages) {
      const std::size_t at = below(input.size());
      const std::size_t from = below(other.size());
      input.replace(at, below(6), other, from, below(8));
      if (!input.empty() && below(4) == 0) input[below(input.size())] = static_cast<char>(below(256));
    }
    run(input);
  }
}

}  // namespace
}  // namespace drift::testing
