// JsonText: see the header.
#include "cli/json_text.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "value/json_object.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace drift::cli {

std::string json_string(std::string_view text) {
  std::string out;
  value::append_json_string(out, base::is_utf8(text) ? std::string(text) : base::one_line(text, text.size()));
  return out;
}

std::string& JsonText::begin(std::string_view name) {
  if (out_.size() > 1) out_ += ',';
  value::append_json_string(out_, name);
  return out_ += ':';
}

JsonText& JsonText::text(std::string_view name, std::string_view value) { return raw(name, json_string(value)); }

JsonText& JsonText::text_if(std::string_view name, std::string_view value) {
  return value.empty() ? *this : text(name, value);
}

JsonText& JsonText::number(std::string_view name, std::uint64_t value) { return raw(name, std::to_string(value)); }

JsonText& JsonText::decimal(std::string_view name, double value) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return raw(name, std::string_view(digits.data(), end));
}

JsonText& JsonText::flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }

JsonText& JsonText::raw(std::string_view name, std::string_view json) {
  begin(name) += json;
  return *this;
}

std::string JsonText::take() {
  std::string taken = std::move(out_);
  out_.assign(1, '{');
  return taken += '}';
}

}  // namespace drift::cli
