#include "journal/shapes.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

namespace drift::journal {
namespace {

constexpr std::size_t cached_count_max = 1'024;
constexpr std::size_t cached_bytes_max = 1U << 20U;

}  // namespace

Shapes::Shapes(Database& database)
    : database_(&database),
      insert_(database,
              "INSERT INTO shapes(id, kind, scanned_item, table_name, expression, condition, names, guard, repeat,"
              " guarded, checksum) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      select_(database,
              "SELECT kind, scanned_item, table_name, expression, condition, names, guard, repeat, guarded, checksum"
              " FROM shapes WHERE id = ?") {
  Statement last(database, "SELECT coalesce(max(id), 0) FROM shapes");
  last.step();
  last_id_ = last.natural(0);
}

std::size_t Shapes::Hash::operator()(const Shape* shape) const noexcept {
  const std::hash<std::string_view> hash;
  return mix(hash(shape->table) ^ mix(hash(shape->expression)) ^ mix(hash(shape->condition) + hash(shape->names)) ^
             (hash(shape->guarded) * 3) ^ static_cast<std::uint64_t>(shape->kind) ^
             (static_cast<std::uint64_t>(shape->guard) << 8U) ^ (static_cast<std::uint64_t>(shape->repeat) << 16U));
}

bool Shapes::Equal::operator()(const Shape* a, const Shape* b) const noexcept {
  return a->kind == b->kind && a->scanned_item == b->scanned_item && a->expression == b->expression &&
         a->table == b->table && a->condition == b->condition && a->names == b->names && a->guard == b->guard &&
         a->repeat == b->repeat && a->guarded == b->guarded;
}

Shapes::Shape Shapes::view(const ActionRecord& action) noexcept {
  return Shape{.id = 0,
               .kind = action.kind,
               .scanned_item = action.scanned_item,
               .guard = action.guard,
               .repeat = action.repeat,
               .table = action.table,
               .expression = action.expression,
               .condition = action.condition,
               .names = action.names,
               .guarded = action.guarded};
}

std::int32_t Shapes::checksum(const Shape& shape) noexcept {
  Checksum sum;
  sum.add({shape.id, static_cast<std::uint64_t>(shape.kind), static_cast<std::uint64_t>(shape.scanned_item),
           static_cast<std::uint64_t>(shape.guard), static_cast<std::uint64_t>(shape.repeat)});
  sum.add(shape.table).add(shape.expression).add(shape.condition).add(shape.names).add(shape.guarded);
  return sum.value();
}

std::uint64_t Shapes::id_of(const ActionRecord& action) {
  Shape shape = view(action);
  if (const auto found = by_content_.find(&shape); found != by_content_.end()) {
    return (*found)->id;
  }
  shape.id = last_id_ + 1;
  insert_.bind(1, static_cast<std::int64_t>(shape.id));
  insert_.bind(2, static_cast<std::int64_t>(shape.kind));
  insert_.bind(3, static_cast<std::int64_t>(shape.scanned_item));
  insert_.bind(4, shape.table);
  insert_.bind(5, shape.expression);
  insert_.bind(6, shape.condition);
  insert_.bind(7, shape.names);
  insert_.bind(8, static_cast<std::int64_t>(shape.guard));
  insert_.bind(9, static_cast<std::int64_t>(shape.repeat));
  insert_.bind(10, shape.guarded);
  insert_.bind(11, std::int64_t{checksum(shape)});
  if (!insert_.run()) {
    throw damaged(database_->file(), "shape " + std::to_string(shape.id) + " is there twice");
  }
  ++last_id_;
  remember(shape);
  return shape.id;
}

void Shapes::fill(std::uint64_t id, ActionRecord& action) {
  const auto found = by_id_.find(id);
  const Shape& shape = found != by_id_.end() ? found->second.shape : load(id);
  action.kind = shape.kind;
  action.scanned_item = shape.scanned_item;
  action.table = shape.table;
  action.expression = shape.expression;
  action.condition = shape.condition;
  action.names = shape.names;
  action.guard = shape.guard;
  action.repeat = shape.repeat;
  action.guarded = shape.guarded;
}

bool Shapes::has(RepeatKind repeat) {
  Statement shape(*database_, "SELECT 1 FROM shapes WHERE repeat = ? LIMIT 1");
  shape.bind(1, static_cast<std::int64_t>(repeat));
  return shape.step();
}

std::vector<std::string> Shapes::tables() {
  Statement table(*database_, "SELECT DISTINCT table_name FROM shapes ORDER BY table_name");
  std::vector<std::string> tables;
  while (table.step()) tables.emplace_back(table.text(0));
  return tables;
}

void Shapes::forget() noexcept {
  by_content_.clear();
  by_id_.clear();
  cached_bytes_ = 0;
}

const Shapes::Shape& Shapes::remember(const Shape& shape) {
  const std::size_t bytes =
      shape.table.size() + shape.expression.size() + shape.condition.size() + shape.names.size() + shape.guarded.size();
  if (by_id_.size() >= cached_count_max || cached_bytes_ + bytes > cached_bytes_max) {
    forget();
  }
  cached_bytes_ += bytes;
  Stored& stored = by_id_[shape.id];
  stored.shape = shape;
  stored.texts.reserve(bytes);
  for (const auto member : {&Shape::table, &Shape::expression, &Shape::condition, &Shape::names, &Shape::guarded}) {
    const std::size_t start = stored.texts.size();
    stored.texts += shape.*member;
    stored.shape.*member = std::string_view(stored.texts.data() + start, (shape.*member).size());
  }
  by_content_.insert(&stored.shape);
  return stored.shape;
}

const Shapes::Shape& Shapes::load(std::uint64_t id) {
  const StatementReset reset(select_);
  select_.bind(1, static_cast<std::int64_t>(id));
  if (!select_.step()) {
    throw damaged(database_->file(), "shape " + std::to_string(id) + " is missing");
  }
  const Shape shape{.id = id,
                    .kind = static_cast<ActionKind>(select_.integer(0)),
                    .scanned_item = select_.integer(1) != 0,
                    .guard = static_cast<GuardKind>(select_.integer(6)),
                    .repeat = static_cast<RepeatKind>(select_.integer(7)),
                    .table = select_.text(2),
                    .expression = select_.text(3),
                    .condition = select_.text(4),
                    .names = select_.text(5),
                    .guarded = select_.text(8)};
  if (select_.integer(9) != checksum(shape) || shape.kind > ActionKind::recall ||
      shape.guard > GuardKind::scanned_check || shape.repeat > RepeatKind::marker) {
    throw damaged(database_->file(), "shape " + std::to_string(id) + " is not as it was written");
  }
  return remember(shape);
}

}  // namespace drift::journal
