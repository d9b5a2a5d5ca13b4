// Names: see the header.
#include "cli/names.hpp"

namespace drift::cli {

std::string display_name(const KnownMigration& migration) {
  if (!migration.file.empty()) return migration.file.stem().string();
  std::string name = std::to_string(migration.number);
  if (!migration.name.empty()) name += " " + migration.name;
  return name;
}

}  // namespace drift::cli
