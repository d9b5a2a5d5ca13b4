// The text of a file that is a migration, and what tells whether it is still the same. Pure functions but for the
// reading, for several threads at once.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace drift::script {

// The text of a file without a byte order mark, or why there is none: "does not exist", "is larger than 1 MB".
struct ScriptText {
  std::string text = {};
  std::string problem = {};
};

ScriptText read_script(const std::filesystem::path& path, std::size_t megabytes_max = 1);

// The text as its checksum sees it: an editor's way to end lines and files changes nothing.
std::string normalised(std::string_view text);

}  // namespace drift::script
