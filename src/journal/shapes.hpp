// Shapes: what many actions have in common - kind, table, expression, condition, names, what is guarded and how - kept
// once in the journal. A run has a handful of them, so an action's row is little more than its key and values. A
// bounded cache finds them; a shape that fell out of it is simply stored again. For one thread at a time.
#pragma once

#include "journal/records.hpp"
#include "journal/sqlite.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace drift::journal {

class Shapes {
 public:
  explicit Shapes(Database& database);

  // The id of the action's shape, which is stored when it is not known. Within a transaction.
  std::uint64_t id_of(const ActionRecord& action);
  // Fills in the action's members that its shape holds. Throws Error for a damaged or missing one.
  void fill(std::uint64_t id, ActionRecord& action);
  // True iff there is a shape of this kind.
  bool has(RepeatKind repeat);
  // The tables of all shapes, each once.
  std::vector<std::string> tables();
  // After a rollback: what was stored may be gone.
  void forget() noexcept;

 private:
  struct Shape {
    std::uint64_t id = 0;
    ActionKind kind = ActionKind::update;
    bool scanned_item = false;
    GuardKind guard = GuardKind::none;
    RepeatKind repeat = RepeatKind::repeatable;
    std::string_view table, expression, condition, names, guarded;
  };
  struct Stored {
    std::string texts;
    Shape shape;
  };
  struct Hash {
    std::size_t operator()(const Shape* shape) const noexcept;
  };
  struct Equal {
    bool operator()(const Shape* a, const Shape* b) const noexcept;
  };
  static Shape view(const ActionRecord& action) noexcept;
  static std::int32_t checksum(const Shape& shape) noexcept;
  const Shape& remember(const Shape& shape);
  const Shape& load(std::uint64_t id);

  Database* database_;
  Statement insert_;
  Statement select_;
  std::uint64_t last_id_ = 0;
  std::size_t cached_bytes_ = 0;
  std::unordered_map<std::uint64_t, Stored> by_id_;  // its nodes stay in place
  std::unordered_set<const Shape*, Hash, Equal> by_content_;
};

}  // namespace drift::journal
