#include <drift/error.hpp>

#include "base/text.hpp"
#include "value/attribute_json.hpp"

#include <utility>

namespace drift {

namespace {

// One line is to be read, and found again in a log: a message or a key of 2 KB is cut.
constexpr std::size_t message_bytes_max = 2000;
constexpr std::size_t key_bytes_max = 400;

// The key as DynamoDB JSON, so that it can be pasted into a command that shows the item.
std::string describe_key(const Attributes& key) {
  std::string json;
  try {
    value::append_json(json, key);
  } catch (const Error&) {
    json = "(holds broken UTF-8)";
  }
  return base::one_line(json, key_bytes_max);
}

std::string describe(const Error::Details& details) {
  std::string line = details.code;
  if (!details.message.empty()) line += (line.empty() ? "" : ": ") + base::one_line(details.message, message_bytes_max);
  if (details.table.empty() && details.key.empty()) return line;
  line += " (";
  if (!details.table.empty()) line += "table " + base::one_line(details.table, key_bytes_max);
  if (!details.key.empty()) line += (details.table.empty() ? "key " : ", key ") + describe_key(details.key);
  return line + ')';
}

}  // namespace

Error::Error(Details details) {
  std::string what = describe(details);
  state_ = std::make_shared<const State>(State{.details = std::move(details), .what = std::move(what)});
}

Error::Error(std::string code, std::string message)
    : Error(Details{.code = std::move(code), .message = std::move(message)}) {}

const char* Error::what() const noexcept { return state_->what.c_str(); }

}  // namespace drift
