#include <drift/error.hpp>

#include <gtest/gtest.h>

#include <type_traits>

namespace drift::value {
namespace {

static_assert(std::is_nothrow_copy_constructible_v<Error> && std::is_nothrow_copy_assignable_v<Error>);

TEST(Error, WhatIsOneLineWithCodeMessageTableAndKey) {
  EXPECT_STREQ(Error("NoRegion", "no region is set").what(), "NoRegion: no region is set");
  EXPECT_STREQ(Error("Bare", "").what(), "Bare");
  const Error error({.code = "ValidationException",
                     .message = "line one\nline two\x01",
                     .request_id = "r",
                     .table = "Orders",
                     .key = {{"id", "a\nb"}, {"n", 7}},
                     .next_step = "do this",
                     .retryable = true,
                     .in_doubt = true});
  EXPECT_STREQ(error.what(),
               R"(ValidationException: line one line two  (table Orders, key {"id":{"S":"a\u000ab"},"n":{"N":"7"}}))");
  EXPECT_EQ(error.message(), "line one\nline two\x01");
  EXPECT_EQ(error.request_id(), "r");
  EXPECT_EQ(error.table(), "Orders");
  EXPECT_EQ(error.key().at("n"), Value(7));
  EXPECT_EQ(error.next_step(), "do this");
  EXPECT_TRUE(error.retryable());
  EXPECT_TRUE(error.in_doubt());
  EXPECT_STREQ(Error({.code = "X", .message = "m", .key = {{"id", 1}}}).what(), R"(X: m (key {"id":{"N":"1"}}))");
}

TEST(Error, WhatLivesAsLongAsACopy) {
  const char* what = nullptr;
  Error copy("a", "b");
  {
    const Error error("Code", std::string(100, 'x'));
    what = error.what();
    copy = error;
  }
  EXPECT_EQ(what, copy.what());
  EXPECT_EQ(std::string(what), "Code: " + std::string(100, 'x'));
}

TEST(Error, WhatIsShortAndWellFormedWhateverTheKey) {
  const Error error(
      {.code = "X", .message = std::string(5000, 'm'), .table = "T", .key = {{"id", std::string(2048, 'k')}}});
  EXPECT_LT(std::string(error.what()).size(), 2600U);
  EXPECT_STREQ(Error({.code = "X", .message = "m\xFF", .key = {{"id", "\xFF"}}}).what(),
               "X: m? (key (holds broken UTF-8))");
}

}  // namespace
}  // namespace drift::value
