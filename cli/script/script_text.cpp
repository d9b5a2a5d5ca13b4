#include "cli/script/script_text.hpp"

#include "base/text.hpp"

#include <fstream>
#include <system_error>

namespace drift::script {

namespace fs = std::filesystem;

ScriptText read_script(const fs::path& path, std::size_t megabytes_max) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {.problem = fs::exists(path, error) ? "is no file" : "does not exist"};
  std::ifstream in(path, std::ios::binary);
  if (!in) return {.problem = "cannot be opened"};
  const std::size_t bytes_max = megabytes_max << 20U;
  ScriptText read;
  const auto size = fs::file_size(path, error);
  read.text.resize((error || size > bytes_max ? bytes_max : static_cast<std::size_t>(size)) + 1);
  in.read(read.text.data(), static_cast<std::streamsize>(read.text.size()));
  if (in.bad()) return {.problem = "cannot be read"};
  read.text.resize(static_cast<std::size_t>(in.gcount()));
  if (read.text.size() > bytes_max) return {.problem = "is larger than " + std::to_string(megabytes_max) + " MB"};
  if (read.text.starts_with("\xEF\xBB\xBF")) read.text.erase(0, 3);
  return read;
}

std::string normalised(std::string_view text) {
  std::string out;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto last = line.find_last_not_of(" \t\r");
    out.append(line.substr(0, last == std::string_view::npos ? 0 : last + 1)).append("\n");
  }
  while (out.ends_with("\n")) out.pop_back();
  return out;
}

}  // namespace drift::script
