// JsonText: a result as a JSON object, on one line, member by member.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drift::cli {

// A JSON string. JSON cannot carry what is no UTF-8, such as the name of a file: that has '?' in its place.
std::string json_string(std::string_view text);

// A JSON array of what `json` makes of each element.
template <class Elements, class Json>
std::string json_array(const Elements& elements, const Json& json) {
  std::string out = "[";
  for (const auto& element : elements) out.append(out.size() > 1 ? "," : "").append(json(element));
  return out + "]";
}

class JsonText {
 public:
  JsonText& text(std::string_view name, std::string_view value);
  JsonText& text_if(std::string_view name, std::string_view value);  // left out where it is empty
  JsonText& number(std::string_view name, std::uint64_t value);
  JsonText& decimal(std::string_view name, double value);
  JsonText& flag(std::string_view name, bool value);
  JsonText& raw(std::string_view name, std::string_view json);

  // The object; the writer is empty afterwards.
  std::string take();

 private:
  std::string& begin(std::string_view name);

  std::string out_ = "{";
};

}  // namespace drift::cli
