// Endpoints and headers in words.
#include "wire/transport.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drift::wire {
namespace {

Endpoint parsed(std::string_view url) {
  const auto endpoint = Endpoint::parse(url);
  if (!endpoint) ADD_FAILURE() << url << " is an endpoint";
  return endpoint.value_or(Endpoint{});
}

TEST(Endpoint, ParsesWhatEndpointsLookLike) {
  EXPECT_EQ(parsed("https://dynamodb.us-east-1.amazonaws.com"),
            (Endpoint{true, "dynamodb.us-east-1.amazonaws.com", 443}));
  EXPECT_EQ(parsed("http://localhost:8000"), (Endpoint{false, "localhost", 8000}));
  EXPECT_EQ(parsed("http://localhost"), (Endpoint{false, "localhost", 80}));
  EXPECT_EQ(parsed("http://127.0.0.1:1/"), (Endpoint{false, "127.0.0.1", 1}));
  EXPECT_EQ(parsed("https://[::1]:65535"), (Endpoint{true, "::1", 65535}));
  EXPECT_EQ(parsed("http://[2001:db8::2]/"), (Endpoint{false, "2001:db8::2", 80}));
  EXPECT_EQ(parsed("HTTPS://Example.COM:443"), (Endpoint{true, "example.com", 443}));
}

TEST(Endpoint, RefusesAnythingElse) {
  for (const std::string url : {"",
                                "localhost:8000",
                                "ftp://x",
                                "http://",
                                "http://:80",
                                "http://x:",
                                "http://x:0",
                                "http://x:65536",
                                "http://x:80a",
                                "http://x:-1",
                                "http://x/path",
                                "http://x?query",
                                "http://user@x",
                                "http://a b",
                                "http://[::1",
                                "http://[localhost]",
                                "http://[]",
                                "http://::1",
                                "http://x//",
                                "http://x:80:80",
                                "http://\r\nx",
                                "https:/x"})
    EXPECT_FALSE(Endpoint::parse(url)) << url;
}

TEST(Endpoint, PutsThePortWhereItIsNotTheSchemesOwn) {
  EXPECT_EQ((Endpoint{true, "x", 443}).authority(), "x");
  EXPECT_EQ((Endpoint{true, "x", 80}).authority(), "x:80");
  EXPECT_EQ((Endpoint{false, "x", 80}).authority(), "x");
  EXPECT_EQ((Endpoint{false, "x", 443}).authority(), "x:443");
  EXPECT_EQ((Endpoint{false, "::1", 8000}).authority(), "[::1]:8000");
  EXPECT_EQ((Endpoint{true, "::1", 443}).url(), "https://[::1]");
}

TEST(Endpoint, UrlsParseToWhatTheyCameFrom) {
  for (const Endpoint& endpoint : {Endpoint{true, "a.b", 443}, Endpoint{false, "a.b", 1}, Endpoint{true, "::1", 2}})
    EXPECT_EQ(parsed(endpoint.url()), endpoint);
}

TEST(FindHeader, FindsWithoutCaseAndTrims) {
  const std::string headers = "A: 1\r\nx-amz-crc32:  42 \r\nX-Amz: no\r\nempty:\r\nA: 2\r\n";
  EXPECT_EQ(find_header(headers, "a"), "1");
  EXPECT_EQ(find_header(headers, "X-AMZ-CRC32"), "42");
  EXPECT_EQ(find_header(headers, "x-amz"), "no");
  EXPECT_EQ(find_header(headers, "empty"), "");
  EXPECT_EQ(find_header(headers, "mpty"), "");
  EXPECT_EQ(find_header(headers, "b"), "");
  EXPECT_EQ(find_header("", "a"), "");
  EXPECT_EQ(find_header("a: no end", "a"), "no end");
}

}  // namespace
}  // namespace drift::wire
