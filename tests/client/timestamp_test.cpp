#include "client/timestamp.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace drift::client {
namespace {

std::int64_t seconds(std::optional<base::SystemTime> time) {
  if (!time) return -1;
  return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

TEST(HttpDate, IsRead) {
  EXPECT_EQ(seconds(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT")), 0);
  EXPECT_EQ(seconds(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT")), 784'111'777);
  EXPECT_EQ(seconds(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT")), 1'709'251'200);
}

TEST(HttpDate, AnythingElseIsNoDate) {
  for (const char* text :
       {"", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nix 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, -6 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(seconds(parse_http_date(text)), -1) << text;
  }
}

TEST(Iso8601, IsRead) {
  EXPECT_EQ(seconds(parse_iso8601("2026-01-02T03:04:05Z")), 1'767'323'045);
  EXPECT_EQ(seconds(parse_iso8601("2026-01-02T03:04:05.999Z")), 1'767'323'045);
  EXPECT_EQ(seconds(parse_iso8601("2026-01-02T05:04:05+02:00")), 1'767'323'045);
  EXPECT_EQ(seconds(parse_iso8601("2026-01-01T22:34:05-0430")), 1'767'323'045);
}

TEST(Iso8601, AnythingElseIsNoTime) {
  for (const char* text : {"", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-13-02T03:04:05Z",
                           "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05ZZ", "2026-01-02T03:04:05*02:00"}) {
    EXPECT_EQ(seconds(parse_iso8601(text)), -1) << text;
  }
}

}  // namespace
}  // namespace drift::client
