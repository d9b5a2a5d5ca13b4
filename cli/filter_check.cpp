// The check of a filter: see the header. The same that a run makes of it before its scan.
#include "cli/filter_check.hpp"

#include "migrate/item_filter.hpp"

#include <drift/error.hpp>

#include <string>
#include <utility>

namespace drift::cli {

void check_filter(const Migration& migration, const std::filesystem::path& file) {
  try {
    static_cast<void>(migrate::ItemFilter::make(migration.filter, {}));
  } catch (const Error& error) {
    const std::string form =
        file.extension() == ".lua"
            ? R"(filter = { "#y > :y", values = { y = 1990 }, names = { y = "year" } })"
            : R"("filter": {"expression": "#y > :y", "values": {":y": {"N": "1990"}}, "names": {"#y": "year"}})";
    throw Error({.code = "ScriptError",
                 .message = file.filename().string() + ": " + error.message(),
                 .next_step = "Nothing was done. Mend the filter; one with a value and a name is " + form + "."});
  }
}

}  // namespace drift::cli
