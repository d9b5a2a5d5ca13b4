// The generator walks the item when it needs a path and looks at the type there when it needs a fitting operand; each
// such choice is sometimes made blindly instead. A part of the texts is then damaged, token by token.
#include "random_case.hpp"

#include "expression/lexer.hpp"

#include <drift/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

namespace drift::testing {
namespace {

// Attribute names: plain ones, and ones that only a placeholder can name.
constexpr std::array<std::string_view, 12> attribute_names{"a",      "b",     "c",   "d",      "list1", "map1",
                                                           "status", "_priv", "x.y", "\u00fc", "nums",  "tags"};

// A path with the text that names it.
struct PathText {
  std::string text;
  const Value* value = nullptr;  // what is there; null: nothing
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  RandomCase make(const std::string& key) {
    case_.item = {{"pk", key}};
    case_.exists = !one_in(12);
    if (case_.exists) {
      const std::size_t count = below(8) + 1;
      for (std::size_t i = 0; i < count; ++i) case_.item.insert_or_assign(std::string(pick(attribute_names)), value(0));
    }
    if (!one_in(3)) case_.update = update();
    if (case_.update.empty() || one_in(8)) case_.condition = condition(0);
    define_what_is_used();  // paths that were tried and dropped have left names behind
    damage();
    return std::move(case_);
  }

 private:
  std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <typename Range>
  const typename Range::value_type& pick(const Range& range) {
    return range[below(std::size(range))];
  }

  // --- values ---

  std::string text() {
    static constexpr std::array<std::string_view, 8> texts{"", "x", "xy", "y", "\u00e9\U0001F600", "N", "SS", "hello"};
    return std::string(pick(texts));
  }

  Number number() {
    static constexpr std::array<std::string_view, 14> numbers{"0",
                                                              "1",
                                                              "2",
                                                              "3",
                                                              "-1",
                                                              "0.5",
                                                              "10",
                                                              "-2.50",
                                                              "1E10",
                                                              "1E-10",
                                                              "12345678901234567890123456789012345678",
                                                              "99999999999999999999999999999999999999",
                                                              "9.9E125",
                                                              "1E-130"};
    return Number::parse(numbers[below(one_in(6) ? numbers.size() : 10)]);
  }

  Bytes bytes() {
    Bytes bytes(below(3));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(below(3) * 100);
    return bytes;
  }

  template <typename Make>
  auto members(Make make) {
    std::vector<decltype(make())> members;
    const std::size_t count = below(3) + 1;
    for (std::size_t i = 0; i < count; ++i) members.push_back(make());
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    return members;
  }

  Value value_of(Type type, std::size_t depth) {
    switch (type) {
      case Type::string:
        return text();
      case Type::number:
        return number();
      case Type::binary:
        return Value::binary(bytes());
      case Type::boolean:
        return one_in(2);
      case Type::null:
        return nullptr;
      case Type::list: {
        List list(depth > 2 ? 0 : below(4));
        for (Value& element : list) element = value(depth + 1);
        return list;
      }
      case Type::map: {
        Attributes map;
        for (std::size_t i = depth > 2 ? 0 : below(4); i > 0; --i) {
          map.insert_or_assign(std::string(pick(attribute_names)), value(depth + 1));
        }
        return map;
      }
      case Type::string_set:
        return Value::string_set(members([this] { return "m" + text(); }));
      case Type::number_set:
        return Value::number_set(members([this] { return number(); }));
      case Type::binary_set:
        return Value::binary_set(members([this] {
          Bytes member = bytes();
          member.push_back(1);
          return member;
        }));
    }
    return nullptr;
  }

  Type type() {
    static constexpr std::array<Type, 16> types{Type::string,     Type::string,     Type::number, Type::number,
                                                Type::number,     Type::number,     Type::list,   Type::list,
                                                Type::list,       Type::map,        Type::map,    Type::boolean,
                                                Type::string_set, Type::number_set, Type::null,   Type::binary};
    return one_in(12) ? Type::binary_set : pick(types);
  }

  Value value(std::size_t depth) { return value_of(type(), depth); }

  std::string placeholder(Value value) {
    if (!case_.values.empty() && one_in(40)) return case_.values.begin()->first;
    std::string name = ":v" + std::to_string(case_.values.size());
    case_.values.emplace(name, std::move(value));
    return name;
  }
  std::string constant(Type wanted) { return placeholder(one_in(15) ? value(0) : value_of(wanted, 0)); }

  // --- paths ---

  std::string name_text(std::string_view name) {
    const bool plain = name != "status" && name != "_priv" && name != "x.y" && name != "\u00fc";
    if (one_in(60) || (plain && !one_in(4))) return std::string(name);
    for (const auto& [known, meaning] : case_.names) {
      if (meaning == name) return known;
    }
    std::string placeholder = "#n" + std::to_string(case_.names.size());
    case_.names.emplace(placeholder, name);
    return placeholder;
  }

  PathText blind_path() {
    PathText path{name_text(pick(attribute_names))};
    for (std::size_t i = below(3); i > 0; --i) {
      path.text += one_in(2) ? "[" + std::to_string(below(4)) + "]" : "." + name_text(pick(attribute_names));
    }
    return path;
  }

  // A path of the item; its last step sometimes leads to nothing.
  PathText path() {
    if (one_in(25) || case_.item.size() < 2) return blind_path();
    auto at = std::next(case_.item.begin(), static_cast<std::ptrdiff_t>(below(case_.item.size())));
    if (at->first == "pk" && !one_in(20)) return path();
    PathText path{name_text(at->first), &at->second};
    while (path.value != nullptr && !one_in(3)) {
      if (path.value->type() == Type::list) {
        const List& list = path.value->as_list();
        const std::size_t index = below(list.size() + 2);
        path.text += "[" + std::to_string(index) + "]";
        path.value = index < list.size() ? &list[index] : nullptr;
      } else if (path.value->type() == Type::map) {
        const Attributes& map = path.value->as_map();
        const std::string name(one_in(4) || map.empty() ? std::string(pick(attribute_names)) : map.begin()->first);
        path.text += "." + name_text(name);
        const auto found = map.find(name);
        path.value = found == map.end() ? nullptr : &found->second;
      } else {
        break;
      }
    }
    return path;
  }

  // One with a value of this type, if luck has it.
  std::optional<PathText> path_to(Type wanted) {
    for (int i = 0; i < 12; ++i) {
      PathText found = path();
      if (found.value != nullptr && found.value->type() == wanted) return found;
    }
    if (one_in(12)) return path();
    return std::nullopt;
  }

  // The attribute of this name, or the path to it where there is none yet.
  PathText attribute(std::string_view name) {
    const auto found = case_.item.find(name);
    return {name_text(name), found == case_.item.end() ? nullptr : &found->second};
  }

  std::string root_of(const PathText& path) {
    const std::string root = path.text.substr(0, path.text.find_first_of(".["));
    const auto found = case_.names.find(root);
    return found == case_.names.end() ? root : found->second;
  }

  // A path to write to: rarely the key or part of an attribute that another action writes to, rarely one whose value
  // `fits` says no to (null: nothing there).
  template <typename Fits>
  PathText target(Fits fits) {
    for (int i = 0; i < 20; ++i) {
      PathText candidate = one_in(3) ? attribute(pick(attribute_names)) : path();
      const std::string root = root_of(candidate);
      const bool fresh = root != "pk" && std::find(targets_.begin(), targets_.end(), root) == targets_.end();
      if ((fresh && fits(candidate.value)) || one_in(150)) {
        targets_.push_back(root);
        return candidate;
      }
    }
    return path();
  }
  PathText target() {
    return target([](const Value*) { return true; });
  }

  // --- updates ---

  std::string update() {
    std::vector<std::string> clauses;
    const std::size_t kinds = below(15) + 1;  // a bit for each clause
    if ((kinds & 1U) != 0 || kinds > 8) clauses.push_back("SET " + actions([this] { return set_action(); }));
    if ((kinds & 2U) != 0) clauses.push_back("REMOVE " + actions([this] { return target().text; }));
    if ((kinds & 4U) != 0) clauses.push_back("ADD " + actions([this] { return add_action(); }));
    if ((kinds & 12U) == 12U || clauses.empty())
      clauses.push_back("DELETE " + actions([this] { return delete_action(); }));
    std::shuffle(clauses.begin(), clauses.end(), random_);
    if (one_in(80)) clauses.push_back(clauses.front());
    std::string text;
    for (const std::string& clause : clauses) text += (text.empty() ? "" : " ") + clause;
    return text;
  }

  template <typename Make>
  std::string actions(Make make) {
    std::string text = make();
    while (one_in(3)) text += ", " + make();
    return text;
  }

  std::string set_action() {
    const std::string target = this->target().text;
    switch (below(6)) {
      case 0:
        return target + " = " + operand(Type::number, 0) + (one_in(2) ? " + " : " - ") + operand(Type::number, 0);
      case 1:
        return target + " = if_not_exists(" + (one_in(2) ? target : path().text) + ", " + operand(type(), 1) + ")";
      case 2:
        return target + " = " + call_list_append(1);
      case 3:
        return target + " = " + operand(type(), 0);
      case 4:
        return target + (one_in(4) ? " = (" + operand(Type::number, 0) + " + " + operand(Type::number, 0) + ")"
                                   : "=(" + constant(type()) + ")");
      default:
        return target + " = " + constant(type());
    }
  }

  std::string call_list_append(std::size_t depth) {
    return "list_append(" + operand(Type::list, depth) + ", " + operand(Type::list, depth) + ")";
  }

  std::string operand(Type wanted, std::size_t depth) {
    if (depth < 3 && one_in(6)) return "if_not_exists(" + path().text + ", " + operand(wanted, depth + 1) + ")";
    if (depth < 3 && wanted == Type::list && one_in(6)) return call_list_append(depth + 1);
    if (one_in(40)) return "(" + operand(wanted, depth) + ")";
    const std::optional<PathText> found = one_in(2) ? path_to(wanted) : std::nullopt;
    return found ? found->text : constant(wanted);
  }

  static bool is_set(Type type) { return type >= Type::string_set; }

  std::string add_action() {
    const PathText path = target(
        [](const Value* value) { return value == nullptr || value->type() == Type::number || is_set(value->type()); });
    return path.text + " " +
           constant(path.value != nullptr ? path.value->type()
                    : one_in(2)           ? Type::number
                                          : Type::number_set);
  }

  std::string delete_action() {
    const PathText path = target([](const Value* value) { return value == nullptr || is_set(value->type()); });
    if (path.value != nullptr && one_in(3)) return path.text + " " + placeholder(*path.value);
    return path.text + " " + constant(path.value != nullptr ? path.value->type() : Type::string_set);
  }

  // --- conditions ---

  std::string condition(std::size_t depth) {
    if (depth < 4 && one_in(3)) {
      return condition(depth + 1) + (one_in(2) ? " AND " : " or ") + condition(depth + 1);
    }
    if (depth < 4 && one_in(6)) return "NOT " + condition(depth + 1);
    if (depth < 4 && one_in(6)) return "(" + condition(depth + 1) + ")";
    return predicate();
  }

  std::string predicate() {
    const PathText subject = path();
    subject_ = subject.text;
    const Type wanted = subject.value == nullptr ? type() : subject.value->type();
    switch (below(9)) {
      case 0:
        return "attribute_exists(" + subject.text + ")";
      case 1:
        return "attribute_not_exists (" + subject.text + ")";
      case 2:
        return "attribute_type(" + subject.text + ", " +
               placeholder(std::string(type_tag(one_in(3) ? type() : wanted))) + ")";
      case 3:
        return "begins_with(" + subject.text + ", " +
               (wanted == Type::binary || one_in(20) ? compared(wanted, subject.value) : constant(Type::string)) + ")";
      case 4:
        return "contains(" + subject.text + ", " + part_of(subject.value) + ")";
      case 5:
        return "size(" + subject.text + ") " + comparator(Type::number) + " " + placeholder(Number(below(4)));
      case 6:
        return subject.text + between(wanted, subject.value);
      case 7: {
        std::string text = subject.text + " IN (" + compared(wanted, subject.value);
        while (one_in(2)) text += ", " + compared(type(), nullptr);
        return text + ")";
      }
      default:
        return subject.text + " " + comparator(wanted) + " " + compared(wanted, subject.value);
    }
  }

  static bool is_ordered(Type type) { return type == Type::string || type == Type::number || type == Type::binary; }

  std::string comparator(Type type) {
    static constexpr std::array<std::string_view, 6> comparators{"=", "<>", "<", "<=", ">", ">="};
    return std::string(comparators[below(is_ordered(type) || one_in(25) ? comparators.size() : 2)]);
  }

  std::string between(Type wanted, const Value* same) {
    const Type type = is_ordered(wanted) || one_in(25) ? wanted : Type::number;
    if (type != Type::number || one_in(4))
      return " BETWEEN " + compared(type, nullptr) + " AND " + compared(type, same);
    const auto [low, high] = std::minmax({number(), number()});
    return " BETWEEN " + placeholder(low) + " AND " + placeholder(high);
  }

  // Something to compare a value of this type with: often the same value.
  std::string compared(Type wanted, const Value* same) {
    if (one_in(4)) {
      const std::optional<PathText> found = path_to(wanted);
      if (found && (found->text != subject_ || one_in(20))) return found->text;
    }
    if (one_in(20)) return "size(" + path().text + ")";
    return same != nullptr && one_in(2) ? placeholder(*same) : constant(wanted);
  }

  std::string part_of(const Value* whole) {
    if (whole == nullptr || one_in(8)) return compared(type(), nullptr);
    switch (whole->type()) {
      case Type::list:
        return whole->as_list().empty() ? constant(type()) : placeholder(pick(whole->as_list()));
      case Type::string_set:
        return placeholder(pick(whole->as_string_set()));
      case Type::number_set:
        return placeholder(pick(whole->as_number_set()));
      case Type::binary_set:
        return placeholder(Value::binary(pick(whole->as_binary_set())));
      default:
        return constant(whole->type());
    }
  }

  // --- damage ---

  void damage() {
    if (one_in(10)) damage_text(case_.update.empty() ? case_.condition : case_.update);
    if (one_in(80)) case_.values.emplace(":unused", 1);
    if (one_in(80)) case_.names.emplace("#unused", "u");
    if (one_in(80) && !case_.values.empty()) case_.values.erase(case_.values.begin());
    if (one_in(80) && !case_.names.empty()) case_.names.erase(case_.names.begin());
  }

  void damage_text(std::string& text) {
    static constexpr std::array<std::string_view, 26> tokens{
        "(", ")",   "[",  "]",       ".",    ",",  "=",  "<>",     "+", "-", "AND", "SET",  "REMOVE",
        "0", "NOT", "IN", "BETWEEN", "size", "#z", ":z", "\u00e9", "{", "#", "ADD", "name", "01"};
    std::vector<std::string> parts;
    for (const auto& token : expression::tokenize(text)) {
      if (!token.text.empty()) parts.emplace_back(token.text);
    }
    const auto at = static_cast<std::ptrdiff_t>(below(parts.size()));
    switch (below(4)) {
      case 0:
        parts.erase(parts.begin() + at);
        break;
      case 1:
        parts.insert(parts.begin() + at, std::string(pick(tokens)));
        break;
      case 2:
        parts[static_cast<std::size_t>(at)] = pick(tokens);
        break;
      default:
        std::swap(parts[static_cast<std::size_t>(at)], parts[below(parts.size())]);
        break;
    }
    text.clear();
    for (const std::string& part : parts) {
      // The local server takes no space after "[", DynamoDB does.
      text += (text.empty() || text.back() == '[' || one_in(10) ? "" : " ") + part;
    }
    if (text.empty()) text = "?";
    if (!one_in(5)) define_what_is_used();  // so that the damage is what is wrong
  }

  void define_what_is_used() {
    Attributes values;
    Names names;
    for (const std::string* const text : {&case_.update, &case_.condition}) {
      for (const auto& token : expression::tokenize(*text)) {
        const std::string used(token.text);
        if (token.kind == expression::Token::Kind::value) {
          values.emplace(used, case_.values.contains(used) ? case_.values.at(used) : value(0));
        } else if (token.kind == expression::Token::Kind::name) {
          names.emplace(used, case_.names.contains(used) ? case_.names.at(used) : "a");
        }
      }
    }
    case_.values = std::move(values);
    case_.names = std::move(names);
  }

  std::mt19937_64 random_;
  RandomCase case_;
  std::vector<std::string> targets_;  // the roots of what the update writes to
  std::string subject_;               // the path that a predicate begins with
};

}  // namespace

RandomCase random_case(std::uint64_t seed, const std::string& key) { return Generator(seed).make(key); }

std::string describe(const RandomCase& random) {
  std::string text = "  item       " + (random.exists ? to_json(random.item) : "none, key " + to_json(random.item));
  if (!random.update.empty()) text += "\n  update     " + random.update;
  if (!random.condition.empty()) text += "\n  condition  " + random.condition;
  text += "\n  values     " + to_json(random.values) + "\n  names     ";
  for (const auto& [placeholder, name] : random.names) text.append(" ").append(placeholder).append(" = ").append(name);
  return text;
}

}  // namespace drift::testing
