// Rate: how much capacity a run may consume a second.
#pragma once

namespace drift {

class Rate {
 public:
  // None given: as fast as the table takes it; a run that is throttled slows down by itself.
  Rate() noexcept = default;
  // So many RCU or WCU a second, of each table together with its indexes. Throws Error (code "ConfigError") unless it
  // is a number above 0.
  static Rate units(double per_second);
  // This share of what each table, and each of its indexes by itself, is provisioned for, or warm for (DescribeTable);
  // where a table on demand does not say, of 4,000 WCU and 12,000 RCU a second, which a new one takes; of its own
  // maximum, where it has one that is less. Throws Error (code "ConfigError") unless it is above 0 and at most 1.
  static Rate share(double of_capacity);

  [[nodiscard]] bool is_given() const noexcept { return kind_ != Kind::none; }
  [[nodiscard]] bool is_share() const noexcept { return kind_ == Kind::share; }
  // Units a second, or the share; 0 when none is given.
  [[nodiscard]] double value() const noexcept { return value_; }

  friend bool operator==(const Rate&, const Rate&) = default;

 private:
  enum class Kind : unsigned char { none, units, share };
  Rate(Kind kind, double value) noexcept : kind_(kind), value_(value) {}
  Kind kind_ = Kind::none;
  double value_ = 0;
};

}  // namespace drift
