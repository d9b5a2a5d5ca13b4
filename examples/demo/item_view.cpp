// See item_view.hpp.
#include "demo/item_view.hpp"

#include "demo/text.hpp"

#include <algorithm>
#include <set>

namespace demo {

namespace {

constexpr std::size_t indent = 4;

class Diff {
 public:
  Diff(Terminal& terminal, std::size_t name_columns) : terminal_(&terminal), name_columns_(name_columns) {}

  void removed(const std::string& name, const drift::Value& value) { row(terminal_->bad("-"), name, value); }
  void added(const std::string& name, const drift::Value& value) { row(terminal_->good("+"), name, value); }

 private:
  void row(const std::string& sign, const std::string& name, const drift::Value& value) {
    const std::size_t left = Terminal::columns - indent - 2 - name_columns_ - 2;
    terminal_->line(std::string(indent, ' ') + sign + " " + terminal_->faint(padded_right(name, name_columns_)) + "  " +
                    cut(readable(value), left));
  }

  Terminal* terminal_;
  std::size_t name_columns_;
};

}  // namespace

void show_change(Terminal& terminal, const std::string& title, const drift::Attributes& before,
                 const drift::Attributes& after) {
  std::set<std::string> names;
  std::size_t name_columns = 0;
  std::size_t unchanged = 0;
  for (const auto* item : {&before, &after}) {
    for (const auto& [name, value] : *item) {
      names.insert(name);
      name_columns = std::max(name_columns, width_of(name));
    }
  }
  terminal.line("  " + terminal.accent(title));
  Diff diff(terminal, name_columns);
  for (const std::string& name : names) {
    const auto old = before.find(name);
    const auto now = after.find(name);
    if (old != before.end() && now != after.end() && old->second == now->second) {
      ++unchanged;
      continue;
    }
    if (old != before.end()) diff.removed(name, old->second);
    if (now != after.end()) diff.added(name, now->second);
  }
  if (unchanged > 0)
    terminal.line(std::string(indent + 2, ' ') + terminal.faint(std::to_string(unchanged) + " attributes as before"));
}

}  // namespace demo
