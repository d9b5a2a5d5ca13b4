// The parser of answers by itself: what is an answer, what is not, and that the result does not depend on how the bytes
// are cut into pieces.
#include "wire/http1.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace drift::wire {
namespace {

constexpr std::size_t body_max = 10'000;

// What came of parsing: the status, headers and body, or the failure; and how many bytes were the answer's.
struct Outcome {
  int status = 0;
  std::string headers = {};
  std::string body = {};
  bool keep_alive = false;
  std::string failure = {};
  std::size_t used = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(AnswerParser& parser, std::size_t used) {
  Outcome outcome;
  outcome.used = used;
  if (parser.done()) {
    outcome.keep_alive = parser.keep_alive();
    Response response = parser.take();
    outcome.status = response.status;
    outcome.headers = std::move(response.headers);
    outcome.body = std::move(response.body);
  } else {
    outcome.failure = parser.failed() ? parser.message() : "not complete";
  }
  return outcome;
}

// Parses pieces that end at the given places.
Outcome parse(std::string_view bytes, const std::vector<std::size_t>& ends, bool end_of_stream = false) {
  AnswerParser parser;
  parser.start(false, body_max);
  std::size_t used = 0;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    const std::string piece(bytes.substr(begin, end - begin));  // a copy: reading past it is an error that is seen
    used += parser.feed(piece);
    begin = end;
  }
  if (end_of_stream) parser.end_of_stream();
  return outcome_of(parser, used);
}

Outcome parse(std::string_view bytes, bool end_of_stream = false) {
  return parse(bytes, {bytes.size()}, end_of_stream);
}

std::string failure_of(std::string_view bytes) { return parse(bytes).failure; }

TEST(AnswerParser, ReadsAnAnswerWithALength) {
  const auto outcome = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello");
  EXPECT_EQ(outcome.status, 200);
  EXPECT_EQ(outcome.headers, "Content-Length: 5\r\nX: y\r\n");
  EXPECT_EQ(outcome.body, "hello");
  EXPECT_TRUE(outcome.keep_alive);
}

TEST(AnswerParser, LeavesWhatComesBehind) {
  const std::string answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  EXPECT_EQ(parse(answer + "HTTP/1.1 200 OK\r\n").used, answer.size());
  const std::string chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  EXPECT_EQ(parse(chunked + "x").used, chunked.size());
}

TEST(AnswerParser, ReadsChunksExtensionsAndTrailers) {
  const auto outcome = parse(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5;name=value\r\nhello\r\n1 \r\n,\r\n00A\r\n0123456789\r\n0\r\ntrailer: x\r\n\r\n");
  EXPECT_EQ(outcome.failure, "");
  EXPECT_EQ(outcome.body, "hello,0123456789");
}

TEST(AnswerParser, ReasonMayBeMissing) {
  EXPECT_EQ(parse("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n").status, 200);
  EXPECT_EQ(parse("HTTP/1.1 404 \r\ncontent-length: 0\r\n\r\n").status, 404);
}

TEST(AnswerParser, KnowsWhenTheConnectionWillNotBeKept) {
  EXPECT_FALSE(parse("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: Upgrade, Close\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
  const auto endless = parse("HTTP/1.1 200 OK\r\n\r\nuntil the end", true);
  EXPECT_EQ(endless.body, "until the end");
  EXPECT_FALSE(endless.keep_alive);
}

TEST(AnswerParser, ALengthMayBeRepeatedButNotChanged) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx").body, "x");
  EXPECT_NE(failure_of("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxy"), "");
  EXPECT_NE(failure_of("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 1\r\n\r\nxy"), "");
}

TEST(AnswerParser, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string begin = "HTTP/1.1 200 OK\r\n";
  for (const std::string head : {
           "content-length: 1\r\ntransfer-encoding: chunked\r\n",  //
           "transfer-encoding: gzip, chunked\r\n",                 //
           "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
           "content-length: +1\r\n",
           "content-length: -1\r\n",
           "content-length: 0x1\r\n",
           "content-length: 1, 1\r\n",
           "content-length:\r\n",
           "content-length: 99999999999999999999\r\n",
           "content-length : 1\r\n",
           "x: a\r\n b\r\n",
           "no colon\r\n",
           ": no name\r\n",
           "x\ny: z\r\n",
       })
    EXPECT_NE(failure_of(begin + head + "\r\n1\r\n1\r\n0\r\n\r\n").find("well-formed"), std::string::npos) << head;
}

TEST(AnswerParser, RefusesWhatIsNotHttp) {
  for (const std::string line : {"HTTP/2 200", "HTTP/1.2 200 OK", "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 abc OK",
                                 "HTTP/1.1  200 OK", "http/1.1 200 OK", "HTTP/1.1 099 OK", "\r\nHTTP/1.1 200 OK"})
    EXPECT_NE(failure_of(line + "\r\ncontent-length: 0\r\n\r\n").find("not HTTP/1.1"), std::string::npos) << line;
}

TEST(AnswerParser, RefusesBadChunks) {
  const std::string begin = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  for (const std::string body : {"\r\n", "-1\r\nx\r\n", "0x1\r\nx\r\n", "g\r\n", "1\r\nxy\r\n", "1\nx\r\n",
                                 "1\r\nx\n1\r\n", "fffffffffffffffff\r\n"})
    EXPECT_NE(failure_of(begin + body), "not complete") << body;
  EXPECT_NE(failure_of(begin + std::string(2'000, '1')), "not complete");
}

TEST(AnswerParser, KeepsTheLimits) {
  AnswerParser parser;
  const auto failure_after = [&](const std::string& bytes) {
    parser.start(false, body_max);
    parser.feed(bytes);
    return parser.failed() ? parser.failure() : Failure::Kind::resolve;
  };
  const std::string begin = "HTTP/1.1 200 OK\r\n";
  const std::string just = std::to_string(body_max);
  const std::string over = std::to_string(body_max + 1);
  EXPECT_EQ(failure_after(begin + "content-length: " + over + "\r\n\r\n"), Failure::Kind::too_large);
  EXPECT_EQ(failure_after(begin + "content-length: " + just + "\r\n\r\n"), Failure::Kind::resolve);
  EXPECT_EQ(failure_after(begin + "transfer-encoding: chunked\r\n\r\nffff\r\n"), Failure::Kind::too_large);
  EXPECT_EQ(failure_after(begin + "\r\n" + std::string(body_max + 1, 'x')), Failure::Kind::too_large);
  EXPECT_EQ(failure_after(begin + "x: " + std::string(answer_head_bytes_max, 'x')), Failure::Kind::malformed);
  std::string interim;
  while (interim.size() <= answer_head_bytes_max) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_EQ(failure_after(interim), Failure::Kind::malformed);
  std::string trailers = begin + "transfer-encoding: chunked\r\n\r\n0\r\n";
  while (trailers.size() <= 2 * answer_head_bytes_max) trailers += "trailer: " + std::string(500, 'x') + "\r\n";
  EXPECT_EQ(failure_after(trailers), Failure::Kind::malformed);
}

TEST(AnswerParser, IsReadyForTheNextAnswer) {
  AnswerParser parser;
  for (int i = 0; i < 3; ++i) {
    parser.start(false, body_max);
    EXPECT_FALSE(parser.begun());
    parser.feed("HTTP/1.1 200 OK\r\ncontent-");
    parser.feed("length: 1\r\n\r\n" + std::to_string(i));
    ASSERT_TRUE(parser.done());
    EXPECT_EQ(parser.take().body, std::to_string(i));
  }
  parser.start(false, body_max);
  parser.feed("garbage");
  EXPECT_TRUE(parser.failed());
  parser.start(false, body_max);
  parser.feed("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_TRUE(parser.done());
}

const std::vector<std::string>& answers() {
  static const std::vector<std::string> all{
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcEXTRA",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nt: x\r\n\r\nEXTRA",
      "HTTP/1.1 204 No Content\r\n\r\nEXTRA",
      "HTTP/1.0 200 OK\r\n\r\nuntil the end",
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
  };
  return all;
}

TEST(AnswerParser, PiecesMakeNoDifference) {
  for (const std::string& bytes : answers()) {
    const Outcome whole = parse(bytes, true);
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
      EXPECT_EQ(parse(bytes, {first, bytes.size()}, true), whole) << bytes << "\n cut at " << first;
      for (std::size_t second = first; second <= bytes.size(); ++second)
        ASSERT_EQ(parse(bytes, {first, second, bytes.size()}, true), whole)
            << bytes << "\n cut at " << first << " and " << second;
    }
  }
}

TEST(AnswerParser, SurvivesDamage) {
  const char* const given = std::getenv("DRIFT_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::cout << "DRIFT_SEED=" << seed << "\n";
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = answers()[below(answers().size())];
    for (std::size_t damage = below(4) + 1; damage > 0; --damage) {
      const std::size_t at = below(bytes.size());
      switch (below(3)) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, below(5));
          break;
        default:
          bytes.insert(at, answers()[below(answers().size())].substr(below(20), below(10)));
      }
      if (bytes.empty()) bytes = "x";
    }
    const std::size_t cut = below(bytes.size());
    const Outcome whole = parse(bytes, true);
    const Outcome pieces = parse(bytes, {cut, bytes.size()}, true);
    // A failure may be found in another place, but whether there is an answer, and which, is certain.
    EXPECT_EQ(pieces.failure.empty(), whole.failure.empty()) << bytes;
    if (whole.failure.empty()) {
      EXPECT_EQ(pieces, whole) << bytes;
    }
  }
}

}  // namespace
}  // namespace drift::wire
