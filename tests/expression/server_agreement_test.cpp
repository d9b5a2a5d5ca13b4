// The evaluator against a real server: random items and expressions, right and wrong ones, must give the same item, the
// same failed condition, or both an error.
//
// DRIFT_SEED repeats a run; a case that differs is printed whole. In known places the local server is laxer or stricter
// than DynamoDB, and this evaluator follows DynamoDB: such cases are counted and printed, and must stay few.
#include "expression/lexer.hpp"
#include "expression/limits.hpp"
#include "random_case.hpp"
#include "support/local_fixture.hpp"

#include <drift/client.hpp>
#include <drift/json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

namespace drift::testing {
namespace {

constexpr std::size_t cases = 6'000;
constexpr std::size_t threads = 4;
constexpr std::size_t differences_shown = 10;
const KeySchema key_schema{{"pk", Type::string}};

std::uint64_t seed_of_run() {
  if (const char* const given = std::getenv("DRIFT_SEED")) return std::strtoull(given, nullptr, 10);
  return std::random_device{}();
}

struct Outcome {
  enum class Kind : std::uint8_t { item, condition_failed, refused };
  Kind kind = Kind::item;
  Attributes item = {};      // after the update
  std::string message = {};  // of a refusal

  friend bool operator==(const Outcome& a, const Outcome& b) { return a.kind == b.kind && a.item == b.item; }
};

std::string text_of(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::item) return to_json(outcome.item);
  return outcome.kind == Outcome::Kind::refused ? "refused: " + outcome.message : "condition failed";
}

Outcome evaluated(const RandomCase& random) {
  using expression::ConditionExpression;
  using expression::UpdateExpression;
  try {
    const auto update = random.update.empty() ? nullptr : UpdateExpression::parse(random.update);
    const auto condition = random.condition.empty() ? nullptr : ConditionExpression::parse(random.condition);
    expression::check_placeholders(update.get(), condition.get(), random.values, random.names);
    if (update != nullptr) update->check(random.values, random.names, key_schema);
    if (condition != nullptr) condition->check(random.values, random.names);
    const Attributes stored = random.exists ? random.item : Attributes();
    if (condition != nullptr && !condition->holds(stored, random.values, random.names)) {
      return {Outcome::Kind::condition_failed};
    }
    return {Outcome::Kind::item,
            update == nullptr ? random.item : update->apply(random.item, random.values, random.names)};
  } catch (const Error& error) {
    return {Outcome::Kind::refused, {}, error.what()};
  }
}

Outcome executed(Client& client, const std::string& table, const RandomCase& random) {
  try {
    const Expression condition{random.condition, random.update.empty() ? random.values : Attributes(),
                               random.update.empty() ? random.names : Names()};
    if (random.update.empty()) {
      client.put_item(table, random.item, {condition});
      return {Outcome::Kind::item, random.item};
    }
    const Expression update{random.update, random.values, random.names};
    const Attributes key{{"pk", random.item.at("pk")}};
    return {Outcome::Kind::item, client.update_item(table, key, update, {condition, ReturnValues::all_new})};
  } catch (const Error& error) {
    if (error.code() == "ConditionalCheckFailedException") return {Outcome::Kind::condition_failed};
    if (error.code() == "ValidationException") return {Outcome::Kind::refused, {}, error.what()};
    throw;
  }
}

// Why the local server takes what DynamoDB refuses; an empty optional when it is not known to.
std::optional<std::string> known_laxity(const Outcome& ours, const Outcome& servers) {
  struct Laxity {
    std::string_view says;  // in our refusal
    const char* what;
  };
  static constexpr std::array laxities{
      Laxity{"begins with \"_\"", "a name that begins with _ unescaped"},
      Laxity{"; DynamoDB takes only different ones", "one path as both operands"},
      Laxity{"it takes strings, numbers and binaries", "an order of values that have none"},
      Laxity{"of begins_with has the type", "begins_with of a constant of another type"},
      Laxity{"of size has the type", "size of what has none"},
      Laxity{"the second argument of attribute_type", "attribute_type of a path"},
      Laxity{"of attribute_type has the type", "attribute_type of no string"},
      Laxity{"names no type", "attribute_type of no type's name"},
      Laxity{"of list_append has the type", "list_append of no list where if_not_exists leaves it unused"},
      Laxity{"a sum has two operands", "a sum of sums in parentheses"},
      Laxity{"a sum cannot be an operand", "a sum in a function or a sum"},
      Laxity{"the parentheses are redundant", "redundant parentheses in an update"},
  };
  // What is refused because of the item's own values is never excused.
  if (ours.kind != Outcome::Kind::refused || ours.message.find("this item") != std::string::npos) return std::nullopt;
  static constexpr std::array<std::string_view, 3> seen_in_execution{"is part of the primary key",
                                                                     "it takes numbers (N)", " conflict: "};
  const auto says = [&](std::string_view part) { return ours.message.find(part) != std::string::npos; };
  if (servers.kind == Outcome::Kind::condition_failed &&
      std::any_of(seen_in_execution.begin(), seen_in_execution.end(), says)) {
    return "an update that its condition keeps from being executed";
  }
  for (const Laxity& laxity : laxities) {
    if (says(laxity.says)) return laxity.what;
  }
  return std::nullopt;
}

// "size(:v)": in DynamoDB's grammar, but not in the local server's.
bool has_size_of_a_constant(std::string_view text) {
  using expression::Token;
  const std::vector<Token> tokens = expression::tokenize(text);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i].text == "size" && tokens[i + 1].text == "(" && tokens[i + 2].kind == Token::Kind::value) return true;
  }
  return false;
}

// Parentheses around an operand of a condition, "(a) = :v", "size((a)) = :v", "(size(a)) = :v": in DynamoDB's grammar,
// but not in the local server's.
bool parenthesises_an_operand(std::string_view text) {
  using expression::Token;
  const std::vector<Token> tokens = expression::tokenize(text);
  const auto is = [&](std::size_t i, std::string_view what) {
    return i < tokens.size() && expression::equals_keyword(tokens[i].text, what);
  };
  const auto names_a_function = [&](std::size_t i) {
    const auto keyword = [&](std::string_view word) { return is(i, word); };
    static constexpr std::array<std::string_view, 4> not_functions{"AND", "OR", "NOT", "BETWEEN"};
    return tokens[i].kind == Token::Kind::word && std::none_of(not_functions.begin(), not_functions.end(), keyword);
  };
  for (std::size_t open = 0; open < tokens.size(); ++open) {
    if (!is(open, "(") || (open > 0 && names_a_function(open - 1))) continue;
    std::size_t close = open + 1;
    static constexpr std::string_view of_a_path = ".[]";
    if (is(close, "size") && is(close + 1, "(")) close += 2;
    const std::size_t operand = close;
    while (close < tokens.size() && (tokens[close].kind != Token::Kind::symbol ||
                                     of_a_path.find(tokens[close].text) != std::string_view::npos)) {
      ++close;
    }
    if (close == operand || !is(close, ")")) continue;
    if (operand == open + 1 || is(close + 1, ")")) return true;
  }
  return false;
}

std::optional<std::string> known_strictness(const RandomCase& random, const Outcome& servers) {
  const bool says_so = servers.message.find("ConditionExpression: Syntax error") != std::string::npos ||
                       servers.message.find("redundant parentheses") != std::string::npos;
  if (servers.kind != Outcome::Kind::refused || !says_so) return std::nullopt;
  if (parenthesises_an_operand(random.condition)) return "parentheses around an operand of a condition";
  if (has_size_of_a_constant(random.condition)) return "size of a constant";
  return std::nullopt;
}

// What all threads found.
struct Tally {
  std::mutex mutex;
  std::map<Outcome::Kind, std::size_t> agreed;
  std::map<std::string, std::size_t> skipped;  // by reason
  std::vector<std::string> differences;

  void add(const RandomCase& random, std::uint64_t seed, const Outcome& ours, const Outcome& servers) {
    const std::scoped_lock lock(mutex);
    if (ours == servers) {
      ++agreed[ours.kind];
    } else if (const auto laxity = known_laxity(ours, servers)) {
      ++skipped["the local server is laxer: " + *laxity];
    } else if (const auto strictness = known_strictness(random, servers)) {
      ++skipped["the local server is stricter: " + *strictness];
    } else {
      differences.push_back("case " + std::to_string(seed) + "\n" + describe(random) + "\n  evaluated  " +
                            text_of(ours) + "\n  executed   " + text_of(servers));
    }
  }
};

class ServerAgreement : public LocalFixture {
 protected:
  ServerAgreement()
      : client_({.region = "eu-west-1", .endpoint = endpoint(), .credentials = static_credentials("a", "b")}) {
    client_.create_table({.name = table_, .key = key_schema});
  }

  // Cases `first`, `first` + `threads`, ...
  void compare(std::uint64_t run_seed, std::size_t first) {
    constexpr std::size_t batch = 25;
    for (std::size_t i = first; i < cases; i += threads * batch) {
      std::vector<RandomCase> randoms;
      std::vector<std::uint64_t> seeds;
      std::vector<Attributes> stored;
      for (std::size_t j = i; j < std::min(cases, i + threads * batch); j += threads) {
        seeds.push_back(run_seed * cases + j);
        randoms.push_back(random_case(seeds.back(), "item " + std::to_string(j)));
        if (randoms.back().exists) stored.push_back(randoms.back().item);
      }
      client_.batch_write(table_, stored);
      for (std::size_t k = 0; k < randoms.size(); ++k) {
        tally_.add(randoms[k], seeds[k], evaluated(randoms[k]), executed(client_, table_, randoms[k]));
      }
    }
  }

  std::string table_ = table_name();
  Client client_;
  Tally tally_;
};

TEST_F(ServerAgreement, RandomCasesGiveTheSame) {
  const std::uint64_t seed = seed_of_run();
  std::cout << "DRIFT_SEED=" << seed << "\n";
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < threads; ++i) {
      workers.emplace_back([this, seed, i] {
        try {
          compare(seed, i);
        } catch (const std::exception& error) {
          ADD_FAILURE() << error.what();
        }
      });
    }
  }

  std::size_t agreed = 0;
  for (const auto& [kind, count] : tally_.agreed) agreed += count;
  std::cout << agreed << " of " << cases << " agree: " << tally_.agreed[Outcome::Kind::item] << " items, "
            << tally_.agreed[Outcome::Kind::condition_failed] << " failed conditions, "
            << tally_.agreed[Outcome::Kind::refused] << " refused by both\n";
  std::size_t skipped = 0;
  for (const auto& [reason, count] : tally_.skipped) {
    skipped += count;
    std::cout << "  " << count << " skipped, " << reason << "\n";
  }
  for (std::size_t i = 0; i < std::min(tally_.differences.size(), differences_shown); ++i) {
    ADD_FAILURE() << tally_.differences[i];
  }
  EXPECT_TRUE(tally_.differences.empty()) << tally_.differences.size() << " differences";
  EXPECT_LT(skipped, cases / 20);
  // The generator is worth something only while all kinds are common.
  EXPECT_GT(tally_.agreed[Outcome::Kind::item], cases / 4);
  EXPECT_GT(tally_.agreed[Outcome::Kind::condition_failed], cases / 20);
  EXPECT_GT(tally_.agreed[Outcome::Kind::refused], cases / 10);
}

}  // namespace
}  // namespace drift::testing
