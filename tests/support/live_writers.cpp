// LiveWriters: see the header.
#include "support/live_writers.hpp"

#include <array>
#include <map>

namespace drift::testing {

namespace {

constexpr std::int64_t addition = 1'000;

// Room for items that are created during a run: so many for each hundred of the table.
constexpr std::size_t spare_percent = 20;

Attributes key_of(std::int64_t id) { return {{"id", id}}; }

}  // namespace

LiveWriters::LiveWriters(Client& client, std::string table, std::uint64_t seed, Mix mix, Migrating migrating)
    : client_(client), table_(std::move(table)), seed_(seed), mix_(mix), migrating_(migrating) {}

Attributes LiveWriters::item_of(std::int64_t id, const Known& known) {
  return {{"id", id},
          {"n", known.added * addition + known.mimicked},
          {"source", known.source},
          {"note", known.note},
          {"flag", known.flag}};
}

void LiveWriters::fill(std::size_t items) {
  std::mt19937_64 random(seed_);
  std::vector<Attributes> puts;
  for (std::size_t id = 0; id < items + items * spare_percent / 100; ++id) {
    Known& known = known_.emplace_back();
    if (id >= items) continue;
    known.exists = true;
    known.must_migrate = true;
    known.may_migrate = true;
    known.added = static_cast<std::int64_t>(random() % 50);
    known.source = static_cast<std::int64_t>(random() % 1'000);
    known.note = "first";
    known.flag = random() % 2 == 0;
    known.states.emplace(known.added * addition, known.source);
    puts.push_back(item_of(static_cast<std::int64_t>(id), known));
  }
  client_.batch_write(table_, puts);
}

void LiveWriters::pass_barrier() {
  for (Known& known : known_) {
    const std::lock_guard lock(known.mutex);
    known.states = {{known.added * addition, known.source}};
    known.is_written = false;
    is_past_barrier_ = true;
  }
}

void LiveWriters::write(std::size_t writes) {
  std::mt19937_64 random(seed_ + writes_ + 1);
  for (std::size_t i = 0; i < writes; ++i) write_one(random);
}

void LiveWriters::start(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i] {
      std::mt19937_64 random(seed_ ^ (0x9e3779b97f4a7c15U * (i + 1)));
      while (!stopping_) write_one(random);
    });
  }
}

void LiveWriters::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  stopping_ = false;
}

std::size_t LiveWriters::items_written() const {
  std::size_t written = 0;
  for (const Known& known : known_) {
    const std::lock_guard lock(known.mutex);
    written += known.is_written ? 1 : 0;
  }
  return written;
}

void LiveWriters::write_one(std::mt19937_64& random) {
  const std::array weights{mix_.add,    mix_.note, mix_.source,     mix_.flag, mix_.remove,
                           mix_.create, mix_.put,  mix_.write_back, mix_.mimic};
  std::discrete_distribution<unsigned> choose(weights.begin(), weights.end());
  const auto id = static_cast<std::int64_t>(random() % known_.size());
  Known& known = known_[static_cast<std::size_t>(id)];
  const std::lock_guard lock(known.mutex);
  try {
    change(id, known, choose(random), random);
  } catch (const Error& error) {
    problem(id, std::string("the application met ") + error.what());
  }
}

void LiveWriters::change(std::int64_t id, Known& known, unsigned kind, std::mt19937_64& random) {
  if (!known.exists) return kind == 5 ? create(id, known, random) : void();
  Known after;
  take(after, known);
  switch (kind) {
    case 0:
      ++after.added;
      return update(id, known, after, {.text = "SET n = n + :k", .values = {{":k", addition}}});
    case 1:
      after.note = std::to_string(random());
      return update(id, known, after, {.text = "SET note = :v", .values = {{":v", after.note}}});
    case 2:
      after.source = static_cast<std::int64_t>(random() % 1'000);
      return update(id, known, after,
                    {.text = "SET #s = :v", .values = {{":v", after.source}}, .names = {{"#s", "source"}}});
    case 3:
      after.flag = !known.flag;
      return update(id, known, after, {.text = "SET flag = :v", .values = {{":v", after.flag}}});
    case 4:
      return remove(id, known);
    case 6:
      return put(id, known, random);
    case 7:
      if (is_migrated(id, known)) known.undone = true;
      after.done = false;
      after.coincides = true;
      return update(id, known, after,
                    {.text = "SET n = :n REMOVE derived", .values = {{":n", item_of(id, known).at("n")}}});
    case 8:
      if (known.done || known.mimicked > 0) return;
      after.mimicked = 1;
      after.coincides = true;
      return update(id, known, after,
                    {.text = "SET n = n + :one, derived = :s", .values = {{":one", 1}, {":s", known.source}}});
    default:
      return;
  }
}

// The members that a write of the application changes.
void LiveWriters::take(Known& known, const Known& after) {
  known.exists = after.exists;
  known.done = after.done;
  known.coincides = after.coincides;
  known.added = after.added;
  known.mimicked = after.mimicked;
  known.source = after.source;
  known.note = after.note;
  known.flag_changed = known.flag_changed || known.flag != after.flag;
  known.flag = after.flag;
}

void LiveWriters::update(std::int64_t id, Known& known, const Known& after, const Expression& update) {
  const WriteOptions options{.condition = {.text = "attribute_exists(id)"}, .return_values = ReturnValues::all_new};
  ++writes_;
  try {
    const Attributes item = client_.update_item(table_, key_of(id), update, options);
    const std::int64_t source_before = known.source;
    take(known, after);
    known.is_written = true;
    known.states.emplace(known.added * addition, known.source);
    see(id, known, item, source_before);
  } catch (const Error& error) {
    if (error.code() != "ConditionalCheckFailedException") throw;
    missing(id, known);
  }
}

// As a careful application puts an item: on the condition that what others may write is as it was read.
void LiveWriters::put(std::int64_t id, Known& known, std::mt19937_64& random) {
  auto item = client_.get_item(table_, key_of(id));
  if (!item) return missing(id, known);
  see(id, known, *item, known.source);
  Known after;
  take(after, known);
  after.note = std::to_string(random());
  ++after.added;
  const Value n = item->at("n");
  (*item)["n"] = n.as_int64() + addition;
  (*item)["note"] = after.note;
  ++writes_;
  try {
    client_.put_item(table_, *item, {.condition = {.text = "n = :n", .values = {{":n", n}}}});
  } catch (const Error& error) {
    if (error.code() != "ConditionalCheckFailedException") throw;
    return;  // the migration was first; the application lets it be
  }
  after.done = known.done;
  take(known, after);
  known.is_written = true;
  known.states.emplace(known.added * addition, known.source);
}

void LiveWriters::remove(std::int64_t id, Known& known) {
  ++writes_;
  const Attributes item = client_.delete_item(table_, key_of(id), {.return_values = ReturnValues::all_old});
  if (item.empty()) return missing(id, known);
  see(id, known, item, known.source);
  known.exists = false;
  known.is_written = true;
}

void LiveWriters::create(std::int64_t id, Known& known, std::mt19937_64& random) {
  known.may_migrate = known.may_migrate || !is_past_barrier_;
  known.must_migrate = false;
  known.done = false;
  known.coincides = false;
  known.undone = false;
  known.mimicked = 0;
  known.added = static_cast<std::int64_t>(random() % 50);
  known.source = static_cast<std::int64_t>(random() % 1'000);
  known.note = "again";
  ++writes_;
  try {
    client_.put_item(table_, item_of(id, known), {.condition = {.text = "attribute_not_exists(id)"}});
  } catch (const Error& error) {
    if (error.code() != "ConditionalCheckFailedException") throw;
    return problem(id, "was deleted, and is back");
  }
  known.exists = true;
  known.is_written = true;
  known.flag_changed = true;
  known.states.emplace(known.added * addition, known.source);
}

// Somebody else has removed it.
void LiveWriters::missing(std::int64_t id, Known& known) {
  if (migrating_ != Migrating::removing) problem(id, "is missing; the application did not delete it");
  if (migrating_ == Migrating::removing && !known.flag) problem(id, "was removed with a change of its flag lost");
  known.exists = false;
}

void LiveWriters::see(std::int64_t id, Known& known, const Attributes& item, std::int64_t source_before) {
  const std::int64_t n = item.at("n").as_int64();
  const std::int64_t by_others = n % addition - known.mimicked;
  if (n / addition != known.added) {
    problem(id, "n is " + std::to_string(n) + " after " + std::to_string(known.added) + " additions");
  }
  if (item.at("note") != Value(known.note)) problem(id, "a change of its note is lost");
  if (item.at("source") != Value(known.source)) problem(id, "a change of its source is lost");
  if (item.at("flag") != Value(known.flag)) problem(id, "a change of its flag is lost");
  if (known.coincides) return;
  const bool is_done = by_others == 1;
  if (by_others != 0 && !is_done) problem(id, "was migrated " + std::to_string(by_others) + " times");
  if (known.done && !is_done) problem(id, "was migrated, and is not any more");
  if (is_done && (migrating_ != Migrating::counting || !known.may_migrate))
    problem(id, "was migrated, and must not be");
  if (is_done != item.contains("derived")) problem(id, "is half migrated");
  if (is_done && !known.done && item.contains("derived") && item.at("derived") != Value(source_before)) {
    problem(id, "was migrated for a source that it did not have any more");
  }
  known.done = is_done;
}

bool LiveWriters::is_migrated(std::int64_t id, const Known& known) {
  const auto item = client_.get_item(table_, key_of(id));
  return item && item->at("n").as_int64() % addition != known.mimicked;
}

Resolution LiveWriters::knows(std::int64_t id) {
  const Known& known = known_.at(static_cast<std::size_t>(id));
  const std::lock_guard lock(known.mutex);
  if (!known.exists) return Resolution::skip;
  return known.undone || is_migrated(id, known) ? Resolution::done : Resolution::again;
}

std::vector<std::string> LiveWriters::problems() {
  std::map<std::int64_t, Attributes> items;
  for (const Item& item : client_.scan(table_)) items.emplace(item["id"].as_int64(), item.attributes());
  coincidences_ = 0;
  for (std::size_t id = 0; id < known_.size(); ++id) {
    const auto found = items.find(static_cast<std::int64_t>(id));
    const auto item = found == items.end() ? std::nullopt : std::optional(found->second);
    check_end(static_cast<std::int64_t>(id), known_[id], item);
    if (found != items.end()) items.erase(found);
  }
  for (const auto& [id, item] : items) problem(id, "is nobody's");
  return problems_;
}

void LiveWriters::check_end(std::int64_t id, Known& known, const std::optional<Attributes>& item) {
  if (!known.exists) return item ? problem(id, "was deleted, and is back") : void();
  if (!item) return missing(id, known);
  see(id, known, *item, known.source);
  const std::int64_t by_others = item->at("n").as_int64() % addition - known.mimicked;
  if (known.coincides) {
    const bool is_applied_again = by_others == 1 && known.undone;
    const bool is_taken_for_applied = by_others == 0 && known.mimicked != 0 && !known.undone;
    coincidences_ += is_applied_again || is_taken_for_applied ? 1 : 0;
    if (by_others < -1 || by_others > 2) problem(id, "is beyond any coincidence");
    return;
  }
  if (migrating_ == Migrating::counting && known.must_migrate && by_others != 1) problem(id, "was not migrated");
  if (migrating_ == Migrating::removing && known.must_migrate && known.flag && !known.flag_changed) {
    problem(id, "was not removed");
  }
}

std::vector<std::string> LiveWriters::problems_of_copies(const std::string& table) {
  std::set<std::int64_t> copied;
  for (const Item& copy : client_.scan(table)) {
    const std::int64_t id = copy["id"].as_int64();
    const Known& known = known_.at(static_cast<std::size_t>(id));
    copied.insert(id);
    if (!known.states.contains({copy["n"].as_int64(), copy["source"].as_int64()})) problem(id, "has a stale copy");
  }
  for (std::size_t id = 0; id < known_.size(); ++id) {
    const Known& known = known_[id];
    if (known.exists && known.must_migrate && !copied.contains(static_cast<std::int64_t>(id))) {
      problem(static_cast<std::int64_t>(id), "was not copied");
    }
  }
  return problems_;
}

void LiveWriters::problem(std::int64_t id, const std::string& what) {
  const std::lock_guard lock(problems_mutex_);
  problems_.push_back("item " + std::to_string(id) + ' ' + what);
}

}  // namespace drift::testing
