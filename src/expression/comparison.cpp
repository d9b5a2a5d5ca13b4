// Pure functions of values; the order of strings and binaries is that of their bytes.
#include "expression/comparison.hpp"

#include <algorithm>
#include <compare>
#include <string_view>

namespace drift::expression {
namespace {

// Of two values of one ordered type.
std::strong_ordering order(const Value& a, const Value& b) {
  if (a.type() == Type::number) return a.as_number() <=> b.as_number();
  if (a.type() == Type::string) return a.as_string() <=> b.as_string();
  return a.as_binary() <=> b.as_binary();
}

bool holds(std::strong_ordering order, Comparator comparator) noexcept {
  switch (comparator) {
    case Comparator::equal:
      return std::is_eq(order);
    case Comparator::not_equal:
      return std::is_neq(order);
    case Comparator::less:
      return std::is_lt(order);
    case Comparator::less_or_equal:
      return std::is_lteq(order);
    case Comparator::greater:
      return std::is_gt(order);
    case Comparator::greater_or_equal:
      break;
  }
  return std::is_gteq(order);
}

template <typename Members, typename Member>
bool has_member(const Members& members, const Member& member) {
  return std::binary_search(members.begin(), members.end(), member);
}

// A UTF-8 sequence is one UTF-16 unit, or two where it has four bytes.
std::size_t utf16_length(std::string_view text) noexcept {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

}  // namespace

bool is_ordered(Type type) noexcept { return type == Type::string || type == Type::number || type == Type::binary; }

bool compare(const Value* a, Comparator comparator, const Value* b) noexcept {
  if (a == nullptr || b == nullptr || a->type() != b->type()) return comparator == Comparator::not_equal;
  if (comparator == Comparator::equal) return *a == *b;
  if (comparator == Comparator::not_equal) return !(*a == *b);
  return is_ordered(a->type()) && holds(order(*a, *b), comparator);
}

bool begins_with(const Value& value, const Value& prefix) {
  if (value.type() != prefix.type()) return false;
  if (value.type() == Type::string) return value.as_string().starts_with(prefix.as_string());
  if (value.type() != Type::binary) return false;
  const Bytes& bytes = value.as_binary();
  const Bytes& first = prefix.as_binary();
  return first.size() <= bytes.size() && std::equal(first.begin(), first.end(), bytes.begin());
}

bool contains(const Value& value, const Value& part) {
  switch (value.type()) {
    case Type::string:
      return part.type() == Type::string && value.as_string().find(part.as_string()) != std::string::npos;
    case Type::binary: {
      if (part.type() != Type::binary) return false;
      const Bytes& bytes = value.as_binary();
      const Bytes& wanted = part.as_binary();
      return wanted.empty() || std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end()) != bytes.end();
    }
    case Type::list:
      return std::find(value.as_list().begin(), value.as_list().end(), part) != value.as_list().end();
    case Type::string_set:
      return part.type() == Type::string && has_member(value.as_string_set(), part.as_string());
    case Type::number_set:
      return part.type() == Type::number && has_member(value.as_number_set(), part.as_number());
    case Type::binary_set:
      return part.type() == Type::binary && has_member(value.as_binary_set(), part.as_binary());
    default:
      return false;
  }
}

std::optional<std::size_t> size_of(const Value& value) {
  switch (value.type()) {
    case Type::string:
      return utf16_length(value.as_string());
    case Type::binary:
      return value.as_binary().size();
    case Type::list:
      return value.as_list().size();
    case Type::map:
      return value.as_map().size();
    case Type::string_set:
      return value.as_string_set().size();
    case Type::number_set:
      return value.as_number_set().size();
    case Type::binary_set:
      return value.as_binary_set().size();
    default:
      return std::nullopt;
  }
}

}  // namespace drift::expression
