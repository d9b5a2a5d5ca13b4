#include <drift/error.hpp>
#include <drift/value.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace drift {

namespace {

constexpr std::size_t type_count = 10;

constexpr std::array<std::string_view, type_count> type_tags = {"S", "N", "B",  "BOOL", "NULL",
                                                                "L", "M", "SS", "NS",   "BS"};
constexpr std::array<std::string_view, type_count> type_names = {
    "a string", "a number", "a binary value", "a boolean",    "null",
    "a list",   "a map",    "a string set",   "a number set", "a binary set"};

std::string describe(Type type) {
  return std::string(type_names[static_cast<std::size_t>(type)]) + " (" + std::string(type_tag(type)) + ")";
}

// Sorts the members of a set, and refuses what DynamoDB refuses of one.
template <typename Member>
std::vector<Member> make_set(std::vector<Member> members, Type type) {
  if (members.empty()) throw Error("ValidationException", describe(type) + " must have at least one member");
  if (!std::is_sorted(members.begin(), members.end())) std::sort(members.begin(), members.end());
  if (std::adjacent_find(members.begin(), members.end()) != members.end())
    throw Error("ValidationException", describe(type) + " must not have the same member twice");
  return members;
}

std::size_t sum_of_sizes(const auto& range, const auto& size_of) noexcept {
  return std::accumulate(range.begin(), range.end(), std::size_t{0},
                         [&](std::size_t sum, const auto& element) { return sum + size_of(element); });
}

// Developer Guide, "DynamoDB item sizes and formats".
constexpr std::size_t container_bytes = 3;  // of a list or a map
constexpr std::size_t element_bytes = 1;    // of each of its elements

}  // namespace

std::string_view type_tag(Type type) noexcept { return type_tags[static_cast<std::size_t>(type)]; }

Value::Value() noexcept : data_(Null{}) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(std::string text) noexcept : data_(std::move(text)) {}
Value::Value(std::string_view text) : data_(std::string(text)) {}
Value::Value(Number number) noexcept : data_(number) {}
Value::Value(List list) noexcept : data_(std::move(list)) {}
Value::Value(Attributes map) noexcept : data_(std::move(map)) {}

Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Value Value::binary(Bytes bytes) noexcept {
  Value value;
  value.data_ = std::move(bytes);
  return value;
}

Value Value::string_set(std::vector<std::string> members) {
  Value value;
  value.data_ = make_set(std::move(members), Type::string_set);
  return value;
}

Value Value::number_set(std::vector<Number> members) {
  Value value;
  value.data_ = make_set(std::move(members), Type::number_set);
  return value;
}

Value Value::binary_set(std::vector<Bytes> members) {
  Value value;
  value.data_ = BinarySet{make_set(std::move(members), Type::binary_set)};
  return value;
}

template <Type type>
const auto& Value::get() const {
  const auto* const data = std::get_if<static_cast<std::size_t>(type)>(&data_);
  if (data == nullptr)
    throw Error("TypeMismatch", "the value is " + describe(this->type()) + ", not " + describe(type));
  return *data;
}

template <Type type>
auto Value::take() {
  static_cast<void>(get<type>());  // throws for another type
  return std::get<static_cast<std::size_t>(type)>(std::move(data_));
}

const std::string& Value::as_string() const& { return get<Type::string>(); }
std::string Value::as_string() && { return take<Type::string>(); }
const Number& Value::as_number() const& { return get<Type::number>(); }
Number Value::as_number() && { return take<Type::number>(); }
std::int64_t Value::as_int64() const { return as_number().as_int64(); }
const Bytes& Value::as_binary() const& { return get<Type::binary>(); }
Bytes Value::as_binary() && { return take<Type::binary>(); }
bool Value::as_bool() const { return get<Type::boolean>(); }
const List& Value::as_list() const& { return get<Type::list>(); }
List Value::as_list() && { return take<Type::list>(); }
const Attributes& Value::as_map() const& { return get<Type::map>(); }
Attributes Value::as_map() && { return take<Type::map>(); }
const std::vector<std::string>& Value::as_string_set() const& { return get<Type::string_set>(); }
std::vector<std::string> Value::as_string_set() && { return take<Type::string_set>(); }
const std::vector<Number>& Value::as_number_set() const& { return get<Type::number_set>(); }
std::vector<Number> Value::as_number_set() && { return take<Type::number_set>(); }
const std::vector<Bytes>& Value::as_binary_set() const& { return get<Type::binary_set>().members; }
std::vector<Bytes> Value::as_binary_set() && { return take<Type::binary_set>().members; }

std::size_t Value::size_bytes() const noexcept {
  struct Measure {
    std::size_t operator()(const std::string& text) const { return text.size(); }
    std::size_t operator()(const Number& number) const { return number.size_bytes(); }
    std::size_t operator()(const Bytes& bytes) const { return bytes.size(); }
    std::size_t operator()(bool) const { return 1; }
    std::size_t operator()(const Null&) const { return 1; }
    std::size_t operator()(const Value& value) const { return value.size_bytes() + element_bytes; }
    std::size_t operator()(const List& list) const { return container_bytes + sum_of_sizes(list, *this); }
    std::size_t operator()(const Attributes& map) const {
      return container_bytes + map.size() * element_bytes + drift::size_bytes(map);
    }
    std::size_t operator()(const std::vector<std::string>& set) const { return sum_of_sizes(set, *this); }
    std::size_t operator()(const std::vector<Number>& set) const { return sum_of_sizes(set, *this); }
    std::size_t operator()(const BinarySet& set) const { return sum_of_sizes(set.members, *this); }
  };
  return std::visit(Measure{}, data_);
}

bool operator==(const Value& a, const Value& b) noexcept { return a.data_ == b.data_; }

std::size_t size_bytes(const Attributes& attributes) noexcept {
  return sum_of_sizes(attributes,
                      [](const auto& attribute) { return attribute.first.size() + attribute.second.size_bytes(); });
}

}  // namespace drift
