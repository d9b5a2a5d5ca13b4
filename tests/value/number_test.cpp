// Number against exact decimal arithmetic done elsewhere (data/number_vectors.txt), and against a schoolbook of its
// own.
#include <drift/number.hpp>

#include "fixed_point.hpp"
#include "random_value.hpp"
#include "refused.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>
#include <type_traits>

namespace drift::value {
namespace {

static_assert(sizeof(Number) == 24);
static_assert(!std::is_constructible_v<Number, double> && !std::is_constructible_v<Number, float>);
static_assert(!std::is_constructible_v<Number, bool> && !std::is_constructible_v<Number, char>);
static_assert(std::is_convertible_v<unsigned long long, Number> && std::is_convertible_v<signed char, Number>);

std::string sum_text(const Number& a, const Number& b) {
  try {
    return (a + b).text();
  } catch (const Error& error) {
    return error.code() == "ValidationException" ? "error" : error.what();
  }
}

int sign_of(std::strong_ordering order) { return std::is_lt(order) ? -1 : std::is_gt(order) ? 1 : 0; }

TEST(Number, AgreesWithExactDecimalArithmetic) {
  std::ifstream file("tests/value/data/number_vectors.txt");
  ASSERT_TRUE(file) << "run from the project's root";
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    std::istringstream fields(line);
    std::string what, a, b, expected;
    fields >> what >> a;
    if (what != "text") fields >> b;
    fields >> expected;
    if (what == "text") {
      const auto number = Number::try_parse(a);
      EXPECT_EQ(number ? number->text() : "error", expected) << line;
    } else if (what == "add") {
      EXPECT_EQ(sum_text(Number::parse(a), Number::parse(b)), expected) << line;
      EXPECT_EQ(sum_text(Number::parse(b), Number::parse(a)), expected) << line;
    } else {
      EXPECT_EQ(std::to_string(sign_of(Number::parse(a) <=> Number::parse(b))), expected) << line;
      EXPECT_EQ(Number::parse(a) == Number::parse(b), expected == "0") << line;
    }
  }
  EXPECT_GT(cases, 2000);
}

TEST(Number, RefusesWhatIsNoNumber) {
  for (const char* text : {"",    " ",        "+",     "-",  ".",  "-.",  "e5",  ".e5",   "1e",    "1e+",   "1e-",
                           "--1", "+-1",      "1-",    "1 ", " 1", "1 0", "1,0", "1.2.3", "1e2.5", "1e2e3", "0x10",
                           "NaN", "Infinity", "1_000", "١",  "1f", "1e٣", "1\n", "\t1",   "e",     "1e 5",  "½"}) {
    EXPECT_FALSE(Number::try_parse(text)) << text;
    EXPECT_EQ(code_of([&] { return Number::parse(text); }), "ValidationException") << text;
  }
  EXPECT_FALSE(Number::try_parse(std::string_view("1\0", 2)));
}

TEST(Number, SaysWhatIsWrong) {
  const auto what = [](const std::string& text) { return what_of([&] { return Number::parse(text); }); };
  EXPECT_EQ(what("twelve"), "ValidationException: \"twelve\" is not a number");
  EXPECT_EQ(what("1e126"),
            "ValidationException: \"1e126\" is too large for a DynamoDB number: the largest is below 1E+126");
  EXPECT_EQ(what("1e-131"),
            "ValidationException: \"1e-131\" is too small for a DynamoDB number: the smallest above zero is 1E-130");
  EXPECT_EQ(
      what("1.00000000000000000000000000000000000001"),
      "ValidationException: \"1.00000000000000000000000000000000000001\" has more than 38 significant digits, the "
      "most a DynamoDB number can have");
  EXPECT_LT(what(std::string(100'000, 'x')).size(), 200U);
}

TEST(Number, ReadsHugeTextsWithoutOverflow) {
  const std::string zeros(100'000, '0');
  EXPECT_EQ(Number::parse(zeros + "12." + zeros), Number(12));
  EXPECT_EQ(Number::parse("0." + zeros + "12e100000").text(), "0.12");
  EXPECT_EQ(Number::parse("12" + zeros + "e-100000").text(), "12");
  EXPECT_FALSE(Number::try_parse("1" + zeros + "e99999999999999999999999999"));
  EXPECT_FALSE(Number::try_parse("1e-" + std::string(100'000, '9')));
}

TEST(Number, HoldsEveryInteger) {
  EXPECT_EQ(Number(std::numeric_limits<std::int64_t>::min()).text(), "-9223372036854775808");
  EXPECT_EQ(Number(std::numeric_limits<std::int64_t>::max()).text(), "9223372036854775807");
  EXPECT_EQ(Number(std::numeric_limits<std::uint64_t>::max()).text(), "18446744073709551615");
  EXPECT_EQ(Number(std::int8_t{-128}).text(), "-128");
  EXPECT_EQ(Number(0).text(), "0");
  EXPECT_EQ(Number(), Number(0));
  EXPECT_EQ(Number(-100), Number::parse("-1e2"));
}

TEST(Number, GivesBackIntegers) {
  for (const std::int64_t n : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                               std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'000'000'000'000'000'000}})
    EXPECT_EQ(Number(n).try_int64(), n);
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e19", "1e125",
                           "0.5", "-1e-130", "36893488147419103232"}) {
    EXPECT_EQ(Number::parse(text).try_int64(), std::nullopt) << text;
    EXPECT_EQ(code_of([&] { return Number::parse(text).as_int64(); }), "ValidationException") << text;
  }
  EXPECT_TRUE(Number::parse("1e125").is_integer());
  EXPECT_FALSE(Number::parse("1.5").is_integer());
  EXPECT_TRUE(Number().is_integer());
  EXPECT_EQ(what_of([] { return Number::parse("2.5").as_int64(); }), "ValidationException: 2.5 is not an integer");
}

TEST(Number, NegatesAndSubtracts) {
  EXPECT_EQ(-Number(5), Number(-5));
  EXPECT_EQ(-Number(0), Number(0));
  EXPECT_FALSE((-Number(0)).is_negative());
  EXPECT_EQ(Number(5) - Number(7), Number(-2));
  EXPECT_EQ(Number::parse("0.3") - Number::parse("0.1"), Number::parse("0.2"));
  Number n = 10;
  n += 5;
  n -= Number::parse("0.5");
  EXPECT_EQ(n.text(), "14.5");
  EXPECT_EQ(code_of([] { return Number::parse("1.5e-130") - Number::parse("1.4e-130"); }), "ValidationException");
}

// As measured at the real service's 400 KB limit.
TEST(Number, SizeCountsDigitPairsOnBothSidesOfThePoint) {
  const std::pair<const char*, std::size_t> cases[] = {{"0", 1},       {"1", 2},
                                                       {"12", 2},      {"123", 3},
                                                       {"1234", 3},    {"123456789", 6},
                                                       {"0042", 2},    {"100", 2},
                                                       {"1010", 3},    {"1E125", 2},
                                                       {"1.5", 3},     {"1.234", 4},
                                                       {"3.14159", 5}, {"100.5", 4},
                                                       {"0.15", 2},    {"0.0000001", 2},
                                                       {"1E-100", 2},  {"-42", 3},
                                                       {"-1E125", 3},  {"-0.15", 3},
                                                       {"-0", 1},      {"12345678901234567890123456789012345678", 20}};
  for (const auto& [text, size] : cases) EXPECT_EQ(Number::parse(text).size_bytes(), size) << text;
}

using RandomNumber = Seeded;

TEST_F(RandomNumber, SumsAndOrderAgreeWithTheSchoolbook) {
  for (int i = 0; i < 20'000; ++i) {
    const Number a = random_number(random());
    // Mostly numbers of about the same magnitude: only they interact.
    const Number b =
        one_in(random(), 3) ? random_number(random()) : Number::parse(FixedPoint(a.text()).near(random()).text_or("7"));
    const FixedPoint x(a.text()), y(b.text());
    EXPECT_EQ(sum_text(a, b), (x + y).text_or("error")) << a.text() << " + " << b.text();
    EXPECT_EQ(sum_text(a, -b), (x + y.negated()).text_or("error")) << a.text() << " - " << b.text();
    EXPECT_EQ(sign_of(a <=> b), x.compare(y)) << a.text() << " and " << b.text();
    EXPECT_EQ(a == b, x.compare(y) == 0);
    if (testing::Test::HasFailure()) break;
  }
}

TEST_F(RandomNumber, TextIsCanonicalHoweverItWasWritten) {
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_number_text(random());
    const Number number = Number::parse(text);
    EXPECT_EQ(number.text(), FixedPoint(text).text_or("error"));
    EXPECT_EQ(Number::parse(number.text()), number);
  }
}

}  // namespace
}  // namespace drift::value
