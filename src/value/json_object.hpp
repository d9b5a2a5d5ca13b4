// JsonObject: where the top-level members of one JSON object begin and end. The one way in which drift looks into JSON
// that it received: answers of the server, and items, whose attributes are its members. Nothing is copied: every view
// is into the text given to parse(), which must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift::value {

class JsonObject {
 public:
  struct Member {
    std::string_view name;   // as it stands between its quotes, escapes and all
    std::string_view value;  // raw JSON
  };

  // Throws Error (code "MalformedAnswer") when `text` is not one JSON object, whole and balanced. Scalars inside nested
  // values are not looked at before they are asked for.
  static JsonObject parse(std::string_view text);
  // The same, and appends the raw JSON of each element of the array `name` to `elements`: an answer that is nearly all
  // one array is walked once and not twice. None when the member is absent or null; throws when it is no array.
  static JsonObject parse(std::string_view text, std::string_view name, std::vector<std::string_view>& elements);

  [[nodiscard]] const std::vector<Member>& members() const noexcept { return members_; }
  // A member's name as it is meant.
  static std::string unescaped(const Member& member);
  // The raw JSON of a member, by its unescaped name; an empty optional when it is absent.
  [[nodiscard]] std::optional<std::string_view> raw(std::string_view name) const;
  // Each throws Error (code "MalformedAnswer") when the member is there but of another kind. A member that is null
  // counts as absent.
  [[nodiscard]] std::optional<std::string> string(std::string_view name) const;
  [[nodiscard]] std::optional<std::uint64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<double> real(std::string_view name) const;  // capacity units and the like, never a Number
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;
  [[nodiscard]] std::optional<JsonObject> object(std::string_view name) const;
  // The raw JSON of each element of an array member; empty when the member is absent.
  [[nodiscard]] std::vector<std::string_view> array(std::string_view name) const;

 private:
  [[nodiscard]] std::optional<std::string_view> present(std::string_view name) const;
  static JsonObject parse(std::string_view text, const auto& take_value);

  std::vector<Member> members_;
  bool escaped_names_ = false;  // true iff there is a backslash in a name: then a name may have two spellings
};

// Appends `text` as a JSON string, quotes included. Throws Error (code "ValidationException"), `out` being as before,
// when it is not valid UTF-8: JSON cannot carry it.
void append_json_string(std::string& out, std::string_view text);

// The text of a raw JSON string (quotes included). Throws Error (code "MalformedAnswer") when it is none.
std::string unescape_json_string(std::string_view raw);

}  // namespace drift::value
