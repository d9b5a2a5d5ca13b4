// Value: one DynamoDB attribute value of any of its ten types, owning. List and Attributes are its containers; a whole
// item, a key and the values of an expression are Attributes.
//
// Values in, values out; const methods may be called from several threads at once. Equality is DynamoDB's: by type and
// value, numbers by numeric value, sets without order.
#pragma once

#include <drift/number.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drift {

class Value;

using Bytes = std::vector<std::uint8_t>;
using List = std::vector<Value>;
using Attributes = std::map<std::string, Value, std::less<>>;

// DynamoDB's ten types, in the order of their tags S, N, B, BOOL, NULL, L, M, SS, NS, BS.
enum class Type : std::uint8_t { string, number, binary, boolean, null, list, map, string_set, number_set, binary_set };

// The tag that DynamoDB JSON uses for a type: "S", "N", ... "BS".
std::string_view type_tag(Type type) noexcept;

class Value {
 public:
  // Null.
  Value() noexcept;
  // NOLINTBEGIN(google-explicit-constructor): what a Value can hold is written where a Value is wanted
  Value(std::nullptr_t) noexcept : Value() {}
  Value(const char* text);
  Value(std::string text) noexcept;
  Value(std::string_view text);
  Value(Number number) noexcept;
  template <Integer I>
  Value(I number) noexcept : Value(Number(number)) {}
  template <typename B>
  requires std::same_as<B, bool> Value(B flag)
  noexcept : data_(flag) {}  // only a bool, no pointer, is a boolean
  Value(double) = delete;    // not exact; write Number::parse("0.1")
  Value(List list) noexcept;
  Value(Attributes map) noexcept;
  // NOLINTEND(google-explicit-constructor)

  static Value binary(Bytes bytes) noexcept;
  // Sets: at least one member and no member twice, else Error (code "ValidationException"). The order is not kept:
  // members are sorted.
  static Value string_set(std::vector<std::string> members);
  static Value number_set(std::vector<Number> members);
  static Value binary_set(std::vector<Bytes> members);

  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  [[nodiscard]] Type type() const noexcept { return static_cast<Type>(data_.index()); }
  [[nodiscard]] bool is_null() const noexcept { return type() == Type::null; }

  // Each throws Error (code "TypeMismatch", naming both types) when the value is of another type. References live as
  // long as the value does and is not assigned to. Of a temporary the content itself is returned, so that
  // `for (const Value& track : item["tracks"].as_list())` is safe.
  [[nodiscard]] const std::string& as_string() const&;
  [[nodiscard]] std::string as_string() &&;
  [[nodiscard]] const Number& as_number() const&;
  [[nodiscard]] Number as_number() &&;
  [[nodiscard]] std::int64_t as_int64() const;  // as_number().as_int64()
  [[nodiscard]] const Bytes& as_binary() const&;
  [[nodiscard]] Bytes as_binary() &&;
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] const List& as_list() const&;
  [[nodiscard]] List as_list() &&;
  [[nodiscard]] const Attributes& as_map() const&;
  [[nodiscard]] Attributes as_map() &&;
  [[nodiscard]] const std::vector<std::string>& as_string_set() const&;
  [[nodiscard]] std::vector<std::string> as_string_set() &&;
  [[nodiscard]] const std::vector<Number>& as_number_set() const&;
  [[nodiscard]] std::vector<Number> as_number_set() &&;
  [[nodiscard]] const std::vector<Bytes>& as_binary_set() const&;
  [[nodiscard]] std::vector<Bytes> as_binary_set() &&;

  // The size in bytes that DynamoDB counts for this value towards the 400 KB of an item (Developer Guide, "DynamoDB
  // item sizes and formats").
  [[nodiscard]] std::size_t size_bytes() const noexcept;

  friend bool operator==(const Value& a, const Value& b) noexcept;

 private:
  struct BinarySet {  // distinct from every other alternative
    std::vector<Bytes> members;
    bool operator==(const BinarySet&) const = default;
  };
  struct Null {
    bool operator==(const Null&) const = default;
  };
  // In the order of Type.
  using Data = std::variant<std::string, Number, Bytes, bool, Null, List, Attributes, std::vector<std::string>,
                            std::vector<Number>, BinarySet>;
  template <Type type>
  [[nodiscard]] const auto& get() const;
  template <Type type>
  [[nodiscard]] auto take();
  Data data_;
};

// The size in bytes that DynamoDB counts for an item: names and values.
std::size_t size_bytes(const Attributes& attributes) noexcept;

}  // namespace drift
