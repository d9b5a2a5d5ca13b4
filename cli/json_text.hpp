// JsonText: a result as a JSON object, on one line, member by member.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drift::cli {

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
