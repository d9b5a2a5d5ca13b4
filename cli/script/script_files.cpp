// Which file a module's name may mean: names of letters, digits, '_' and '-' with dots between them, a real file whose
// path without symbolic links is below the script's directory.
#include "cli/script/script_files.hpp"

#include "base/text.hpp"
#include "cli/script/lua_api.hpp"
#include "cli/script/script_text.hpp"
#include "wire/sha256.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

namespace drift::script {

namespace {

namespace fs = std::filesystem;

bool is_module_name(std::string_view name) {
  const auto parts = base::split(name, '.');
  return name.size() <= 200 && std::ranges::all_of(parts, [](std::string_view part) {
           return !part.empty() && std::ranges::all_of(part, [](char c) {
             return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
           });
         });
}

bool is_below(const fs::path& file, const fs::path& directory) {
  const auto [rest, in_file] = std::ranges::mismatch(directory, file);
  return rest == directory.end() && in_file != file.end();
}

}  // namespace

ScriptFiles::ScriptFiles(const fs::path& script) : name_(script.filename().string()) {
  ScriptText read = read_script(script);
  std::error_code error;
  if (read.problem.empty()) directory_ = fs::canonical(script.has_parent_path() ? script.parent_path() : ".", error);
  if (error) read.problem = "cannot be read: " + error.message();
  if (!read.problem.empty()) {
    throw Error({.code = "ScriptError",
                 .message = "the script " + script.string() + ' ' + read.problem,
                 .next_step = "Nothing was done. Name a file of Lua that can be read."});
  }
  text_ = std::move(read.text);
}

const ScriptFiles::Module& ScriptFiles::module(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto known = modules_.find(name);
  if (known != modules_.end()) return known->second;
  if (closed_)
    fault("require \"" + base::one_line(name, 200) + "\" belongs at the top of the file, not into a callback");
  return modules_.emplace(name, read_module(name)).first->second;
}

ScriptFiles::Module ScriptFiles::read_module(const std::string& name) const {
  const std::string quoted = "the module \"" + base::one_line(name, 200) + '"';
  if (!is_module_name(name))
    fault(quoted + ": a module is named as \"util\" or \"lib.util\", in the script's directory");
  Module module{.name = name};
  std::ranges::replace(module.name, '.', '/');
  module.name += ".lua";
  std::error_code error;
  const fs::path path = fs::canonical(directory_ / module.name, error);
  if (error) fault(quoted + ": there is no file " + module.name + " in the script's directory");
  if (!is_below(path, directory_)) fault(quoted + " lies outside the script's directory");
  ScriptText read = read_script(path);
  if (!read.problem.empty()) fault(quoted + ' ' + read.problem);
  module.text = std::move(read.text);
  return module;
}

void ScriptFiles::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

std::string ScriptFiles::revision() const {
  const std::lock_guard lock(mutex_);
  std::string all = normalised(text_);
  for (const auto& [required, module] : modules_)
    all.append("\n--- ").append(module.name).append("\n").append(normalised(module.text));
  return wire::sha256_hex(all);
}

}  // namespace drift::script
