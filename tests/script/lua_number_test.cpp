// Arithmetic of drift.number, held against drift::Number and against whole numbers of 128 bits.
#include "cli/script/lua_number.hpp"
#include "cli/script/decimal.hpp"

#include "script_fixture.hpp"
#include "value/random_value.hpp"
#include "value/refused.hpp"

namespace drift::script {
namespace {

Number n(const char* text) { return Number::parse(text); }

class DecimalTest : public value::Seeded {};

TEST_F(DecimalTest, AgreesWithWholeNumbers) {
  __extension__ using Wide = __int128;
  const auto number_of = [](Wide wide) {
    std::string text;
    const bool negative = wide < 0;
    for (Wide rest = negative ? -wide : wide; rest != 0; rest /= 10)
      text.insert(text.begin(), static_cast<char>('0' + int(rest % 10)));
    return text.empty() ? Number(0) : Number::parse((negative ? "-" : "") + text);
  };
  for (int round = 0; round < 20'000; ++round) {
    const auto any = [&] { return static_cast<std::int64_t>(random()()) >> value::below(random(), 60); };
    const std::int64_t a = any();
    const std::int64_t b = any();
    Wide product = static_cast<Wide>(a) * b;
    if (product < static_cast<Wide>(1) << 120 && product > -(static_cast<Wide>(1) << 120)) {
      ASSERT_EQ(multiply(a, b), number_of(product)) << a << " * " << b;
    }
    if (b == 0) continue;
    const Wide quotient = static_cast<Wide>(a) / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
    ASSERT_EQ(floor_divide(a, b), number_of(quotient)) << a << " // " << b;
    ASSERT_EQ(floor_modulo(a, b), number_of(static_cast<Wide>(a) - quotient * b)) << a << " % " << b;
  }
}

TEST_F(DecimalTest, QuotientAndRestGiveTheNumberBack) {
  for (int round = 0; round < 5'000; ++round) {
    const auto any = [&] {
      const std::string digits = std::to_string(1 + random()() % 999'999);
      return Number::parse((value::one_in(random(), 2) ? "-" : "") + digits + "e" +
                           std::to_string(int(value::below(random(), 12)) - 6));
    };
    const Number a = any();
    const Number b = any();
    ASSERT_EQ(multiply(floor_divide(a, b), b) + floor_modulo(a, b), a) << a.text() << ' ' << b.text();
    ASSERT_TRUE(floor_modulo(a, b).is_zero() || floor_modulo(a, b).is_negative() == b.is_negative());
    ASSERT_EQ(divide(multiply(a, b), b), a) << a.text() << ' ' << b.text();
  }
}

TEST_F(DecimalTest, RoundsWhereItIsAskedTo) {
  EXPECT_EQ(divide_rounded(2, 3, 2), n("0.67"));
  EXPECT_EQ(divide_rounded(-2, 3, 2), n("-0.67"));
  EXPECT_EQ(divide_rounded(1, 8, 2), n("0.13"));
  EXPECT_EQ(divide_rounded(-1, 8, 2), n("-0.13"));
  EXPECT_EQ(divide_rounded(1, 8, 3), n("0.125"));
  EXPECT_EQ(divide_rounded(1'249, 1, -2), n("1200"));
  EXPECT_EQ(divide_rounded(1'250, 1, -2), n("1300"));
  EXPECT_EQ(divide_rounded(n("0.4"), 1, 0), 0);
  EXPECT_EQ(divide_rounded(n("0.5"), 1, 0), 1);
}

TEST_F(DecimalTest, NothingIsRoundedInSilence) {
  EXPECT_EQ(multiply(n("12345678901234567890"), n("1e100")), n("1234567890123456789e101"));
  EXPECT_EQ(value::code_of([] { return multiply(n("1234567890123456789012345"), n("1234567890123456789012345")); }),
            "ValidationException");
  EXPECT_EQ(value::code_of([] { return multiply(n("1e100"), n("1e100")); }), "ValidationException");
  EXPECT_THROW(divide(1, 3), std::runtime_error);
  EXPECT_EQ(divide(1, 8), n("0.125"));
  EXPECT_EQ(divide(1, n("1e-5")), 100'000);
  for (const auto operation : {divide, floor_divide, floor_modulo}) EXPECT_THROW(operation(1, 0), std::runtime_error);
}

class LuaNumberTest : public ScriptFixture {};

TEST_F(LuaNumberTest, HasTheOperators) {
  const Attributes item = {{"price", n("19.99")}, {"big", n("9223372036854775808")}};
  EXPECT_EQ(eval("item.price + 1, 1 + item.price, item.price - 0.99, item.price * 3, -item.price", item),
            "20.99\t20.99\t19\t59.97\t-19.99");
  EXPECT_EQ(eval("item.price // 1, item.price % 1, item.price / 2, drift.round(item.price), drift.round(item.price, 1)",
                 item),
            "19\t0.99\t9.995\t20\t20");
  EXPECT_EQ(eval("item.big + 0, item.big - 1, math.type(item.big - 1), item.big * 2", item),
            "9223372036854775808\t9223372036854775807\tinteger\t18446744073709551616");
  EXPECT_EQ(
      eval("item.price < 20, item.price <= 19.99, 20 > item.price, item.price > item.big, item.price == item.price",
           item),
      "true\ttrue\ttrue\tfalse\ttrue");
  EXPECT_EQ(eval("'costs ' .. item.price .. ' EUR', tostring(item.price)", item), "costs 19.99 EUR\t19.99");
  EXPECT_EQ(eval("drift.float(item.price) == 19.99, math.type(drift.float(3))", item), "true\tfloat");
}

TEST_F(LuaNumberTest, HasFunctionsThatAreExactForIntegersToo) {
  EXPECT_EQ(eval("math.maxinteger + 1 < 0, drift.add(math.maxinteger, 1), drift.mul(math.maxinteger, 2)"),
            "true\t9223372036854775808\t18446744073709551614");
  EXPECT_EQ(eval("drift.sub(1, 0.9), drift.div(1, 8), drift.div(2, 3, 4), drift.idiv(-7, 2), drift.mod(-7, 2)"),
            "0.1\t0.125\t0.6667\t-4\t1");
  EXPECT_EQ(eval("drift.number('1.50'), drift.number('7'), math.type(drift.number('7'))"), "1.5\t7\tinteger");
}

TEST_F(LuaNumberTest, RefusesWhatIsNoNumberAndWhatIsNotExact) {
  const Attributes item = {{"price", n("19.99")}};
  EXPECT_EQ(error_of("return item.price / 3", item),
            "00001_test.lua:1: 19.99 / 3 has no exact result; drift.div(a, b, places) rounds, // rounds down");
  EXPECT_EQ(error_of("return item.price + {}", item), "00001_test.lua:1: arithmetic on a number and a table");
  EXPECT_NE(error_of("return item.price < 'a'", item).find("a number and a string"), std::string::npos);
  EXPECT_NE(error_of("return item.price // 0", item).find("a division by zero"), std::string::npos);
  EXPECT_NE(error_of("drift.number('x')").find("ValidationException"), std::string::npos);
  EXPECT_NE(error_of("return item.price ^ 2", item).find("drift.number"), std::string::npos);
  EXPECT_NE(error_of("return item.price .. {}", item).find("a number next to a table"), std::string::npos);
}

}  // namespace
}  // namespace drift::script
