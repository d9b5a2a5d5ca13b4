// What a new migration begins as, in each language: a whole file in which "TABLE" and "DESCRIPTION" are to be replaced.
// For several threads at once.
#pragma once

#include <string_view>

namespace drift::cli {

struct MigrationTemplate {
  std::string_view language = {};   // as --lang names it
  std::string_view extension = {};  // ".py"
  bool executable = false;
  std::string_view text = {};
};

// "lua", "py" or "js". Throws Error, code "Usage", for another language.
const MigrationTemplate& migration_template(std::string_view language);

}  // namespace drift::cli
