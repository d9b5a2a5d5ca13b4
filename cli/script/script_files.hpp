// ScriptFiles: the texts of a script and of the modules that it requires. Each file is read once, while the script is
// loaded for the first time; afterwards every state gets these same texts, whatever becomes of the files, and no other
// file is read. For several threads at once.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace drift::script {

class ScriptFiles {
 public:
  // Throws Error (code "ScriptError") when the script cannot be read.
  explicit ScriptFiles(const std::filesystem::path& script);

  // The script's name without its directory, which is what messages call it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  // A module, "lib.util" for lib/util.lua in the script's directory.
  struct Module {
    std::string name = {};  // "lib/util.lua"
    std::string text = {};
  };
  // Throws std::runtime_error when there is none, when it lies outside the directory, or after close().
  const Module& module(const std::string& name);
  // From now on no file is read any more.
  void close();

  // The checksum of all texts so far, line ends and what follows the last word of a line left out.
  [[nodiscard]] std::string revision() const;

 private:
  [[nodiscard]] Module read_module(const std::string& name) const;

  std::filesystem::path directory_;
  std::string name_;
  std::string text_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::map<std::string, Module, std::less<>> modules_;  // by what they are required as
};

}  // namespace drift::script
