#include "value/json_object.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "value/json_cursor.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <charconv>

namespace drift::value {

namespace {

constexpr const char* malformed = "MalformedAnswer";

[[noreturn]] void fail_kind(std::string_view name, std::string_view expected) {
  throw Error(malformed, "the member \"" + base::one_line(name, 80) + "\" is not " + std::string(expected));
}

template <typename Number>
std::optional<Number> parse_whole(std::string_view raw) {
  Number number{};
  const auto [stopped, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (error != std::errc{} || stopped != raw.data() + raw.size()) return std::nullopt;
  return number;
}

void take_array(JsonCursor& cursor, std::vector<std::string_view>& elements) {
  cursor.expect('[');
  if (cursor.accept(']')) return;
  do elements.push_back(cursor.skip_value());
  while (cursor.accept(','));
  cursor.expect(']');
}

}  // namespace

// `take_value`: takes the value of the member so named from the cursor, and gives back its text.
JsonObject JsonObject::parse(std::string_view text, const auto& take_value) {
  JsonObject object;
  JsonCursor cursor(text, malformed);
  cursor.expect('{');
  if (!cursor.accept('}')) {
    object.members_.reserve(std::min<std::size_t>(text.size() / 24 + 1, 16));  // most objects: one allocation
    do {
      const RawString name = cursor.string();
      cursor.expect(':');
      object.escaped_names_ = object.escaped_names_ || name.escaped;
      object.members_.push_back({.name = name.text, .value = take_value(cursor, name.text)});
    } while (cursor.accept(','));
    cursor.expect('}');
  }
  cursor.expect_end();
  return object;
}

JsonObject JsonObject::parse(std::string_view text) {
  return parse(text, [](JsonCursor& cursor, std::string_view) { return cursor.skip_value(); });
}

JsonObject JsonObject::parse(std::string_view text, std::string_view name, std::vector<std::string_view>& elements) {
  return parse(text, [&](JsonCursor& cursor, std::string_view member) {
    if (member != name) return cursor.skip_value();
    if (cursor.peek() != '[') {
      const std::string_view value = cursor.skip_value();
      if (value != "null") cursor.fail("expected an array before it");
      return value;
    }
    const std::size_t first = cursor.position();
    take_array(cursor, elements);
    return text.substr(first, cursor.position() - first);
  });
}

std::optional<std::string_view> JsonObject::raw(std::string_view name) const {
  for (const Member& member : members_) {
    const bool escaped = escaped_names_ && member.name.find('\\') != std::string_view::npos;
    if (escaped ? unescaped(member) == name : member.name == name) return member.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> JsonObject::present(std::string_view name) const {
  const auto text = raw(name);
  return text == "null" ? std::nullopt : text;
}

std::string JsonObject::unescaped(const Member& member) {
  return JsonCursor(member.name, malformed).unescape({.text = member.name, .escaped = true, .ascii = false});
}

std::optional<std::string> JsonObject::string(std::string_view name) const {
  const auto text = present(name);
  if (!text) return std::nullopt;
  if (!text->starts_with('"')) fail_kind(name, "a string");
  return unescape_json_string(*text);
}

std::optional<std::uint64_t> JsonObject::integer(std::string_view name) const {
  const auto text = present(name);
  if (!text) return std::nullopt;
  const auto number = parse_whole<std::uint64_t>(*text);
  if (!number) fail_kind(name, "an integer that fits 64 bits");
  return number;
}

std::optional<double> JsonObject::real(std::string_view name) const {
  const auto text = present(name);
  if (!text) return std::nullopt;
  const auto number = parse_whole<double>(*text);
  if (!number) fail_kind(name, "a number");
  return number;
}

std::optional<bool> JsonObject::boolean(std::string_view name) const {
  const auto text = present(name);
  if (!text) return std::nullopt;
  if (text != "true" && text != "false") fail_kind(name, "true or false");
  return text == "true";
}

std::optional<JsonObject> JsonObject::object(std::string_view name) const {
  const auto text = present(name);
  if (!text) return std::nullopt;
  if (!text->starts_with('{')) fail_kind(name, "an object");
  return parse(*text);
}

std::vector<std::string_view> JsonObject::array(std::string_view name) const {
  const auto text = present(name);
  std::vector<std::string_view> elements;
  if (!text) return elements;
  if (!text->starts_with('[')) fail_kind(name, "an array");
  JsonCursor cursor(*text, malformed);
  take_array(cursor, elements);
  return elements;
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  const std::size_t start = out.size();
  out += '"';
  bool ascii = true;
  const char* from = text.data();
  const char* const end = text.data() + text.size();
  for (;;) {
    const char* const special = skip_plain(from, end, ascii);
    out.append(from, special);
    if (special == end) break;
    const auto byte = static_cast<unsigned char>(*special);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += *special;
    } else {
      out += "\\u00";
      out += hex[byte >> 4U];
      out += hex[byte & 0xFU];
    }
    from = special + 1;
  }
  if (!ascii && !base::is_utf8(text)) {
    out.resize(start);
    throw Error("ValidationException", "the string \"" + base::one_line(text, 80) + "\" is not valid UTF-8");
  }
  out += '"';
}

std::string unescape_json_string(std::string_view raw) {
  JsonCursor cursor(raw, malformed);
  const RawString string = cursor.string();
  cursor.expect_end();
  return cursor.unescape(string);
}

}  // namespace drift::value
