// The transport against a server that answers in every way a server may: what comes back, and which connection is used.
#include "wire_fixture.hpp"

#include <fcntl.h>

#include <atomic>
#include <filesystem>
#include <latch>
#include <random>
#include <set>
#include <thread>

namespace drift::testing {
namespace {

using wire::Response;

class AsioTransport : public WireFixture {};

std::string random_body(std::size_t bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string body(bytes, '\0');
  for (char& c : body) c = static_cast<char>(random());
  return body;
}

TEST_F(AsioTransport, GivesBackStatusHeadersAndBody) {
  HttpServer server([](const ServedRequest&) { return reply(418, "short and stout", "X-Pot: tea\r\n"); });
  const auto answer = ask(server);
  const auto& response = std::get<Response>(answer);
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.header("x-POT"), "tea");
  EXPECT_EQ(response.header("content-length"), "15");
  EXPECT_EQ(response.headers, "content-length: 15\r\nX-Pot: tea\r\n");
  EXPECT_EQ(response.body, "short and stout");
}

TEST_F(AsioTransport, SendsMethodTargetHeadersAndBody) {
  HttpServer server(echo);
  auto request = request_to(server.endpoint(), "body");
  request.method = "PUT";
  request.target = "/latest/api/token?a=b";
  request.headers += "x-one: 1\r\n";
  ask(std::move(request));
  auto empty = request_to(server.endpoint(), "");
  empty.method = "GET";
  ask(std::move(empty));

  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].method, "PUT");
  EXPECT_EQ(requests[0].target, "/latest/api/token?a=b");
  EXPECT_EQ(requests[0].header("x-one"), "1");
  EXPECT_EQ(requests[0].header("content-length"), "4");
  EXPECT_EQ(requests[0].body, "body");
  EXPECT_EQ(requests[1].method, "GET");
  EXPECT_EQ(requests[1].header("content-length"), "");
}

TEST_F(AsioTransport, AnswersOfAllSizesComeWhole) {
  HttpServer server(echo);
  for (const std::size_t bytes : {0U, 1U, 3'950U, 4'096U, 8'192U, 8'193U, 65'536U, 1'000'003U, 17'000'000U}) {
    const auto body = random_body(bytes, bytes);
    const auto answer = ask(server, body);
    ASSERT_TRUE(std::holds_alternative<Response>(answer)) << text_of(answer);
    EXPECT_TRUE(std::get<Response>(answer).body == body) << bytes << " bytes";
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(AsioTransport, ReadsAnswersInAnyPieces) {
  const auto body = random_body(300, 7);
  std::atomic<std::size_t> piece_bytes = 1;
  std::atomic<std::size_t> chunk_bytes = 0;
  HttpServer server([&](const ServedRequest&) {
    auto answer = chunk_bytes == 0 ? reply(200, body) : chunked_reply(200, body, chunk_bytes);
    answer.piece_bytes = piece_bytes;
    return answer;
  });
  for (const std::size_t pieces : {1U, 2U, 3U, 50U, 1'000U}) {
    for (const std::size_t chunks : {0U, 1U, 16U, 299U, 300U, 5'000U}) {
      piece_bytes = pieces;
      chunk_bytes = chunks;
      EXPECT_EQ(text_of(ask(server)), body) << "pieces of " << pieces << ", chunks of " << chunks;
    }
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(AsioTransport, SkipsInterimAnswers) {
  HttpServer server([](const ServedRequest&) {
    Reply answer = reply(200, "final");
    answer.bytes = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + answer.bytes;
    return answer;
  });
  EXPECT_EQ(text_of(ask(server)), "final");
  EXPECT_EQ(text_of(ask(server)), "final");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(AsioTransport, AnswersWithoutABodyEndWithTheirHead) {
  HttpServer server([](const ServedRequest& request) {
    Reply answer;
    answer.bytes =
        request.method == "HEAD" ? "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n" : "HTTP/1.1 204 No Content\r\n\r\n";
    return answer;
  });
  EXPECT_EQ(text_of(ask(server)), "");
  auto head = request_to(server.endpoint(), "");
  head.method = "HEAD";
  EXPECT_EQ(text_of(ask(std::move(head))), "");
  EXPECT_EQ(text_of(ask(server)), "");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(AsioTransport, AnswersWithoutALengthEndWithTheConnection) {
  HttpServer server([](const ServedRequest&) {
    Reply answer;
    answer.bytes = "HTTP/1.0 200 OK\r\n\r\nold style";
    answer.close = true;
    return answer;
  });
  EXPECT_EQ(text_of(ask(server)), "old style");
  EXPECT_EQ(text_of(ask(server)), "old style");
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(AsioTransport, KeepsAConnectionForTheNextRequest) {
  HttpServer server(echo);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(text_of(ask(server, std::to_string(i))), std::to_string(i));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(AsioTransport, TakesTheConnectionThatWasUsedLast) {
  HttpServer server(echo);
  std::vector<std::future<wire::Answer>> answers;
  answers.reserve(8);
  for (int i = 0; i < 8; ++i) answers.push_back(start(request_to(server.endpoint())));
  for (auto& answer : answers) wait(std::move(answer));
  std::set<std::size_t> used;
  for (int i = 0; i < 10; ++i) {
    ask(server);
    used.insert(server.requests().back().connection);
  }
  EXPECT_EQ(used.size(), 1U);
}

TEST_F(AsioTransport, ClosesAConnectionThatTheServerWillNotKeep) {
  HttpServer server([](const ServedRequest& request) { return reply(200, request.body, "Connection: close\r\n"); });
  EXPECT_EQ(text_of(ask(server, "1")), "1");
  EXPECT_EQ(text_of(ask(server, "2")), "2");
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(AsioTransport, TakesAnotherConnectionWhenTheServerHasClosedAnIdleOne) {
  HttpServer server(echo);
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(text_of(ask(server, "before")), "before");
    server.close_connections();
    // Nothing was written on the closed connection, so this must not be a failure, however close the race.
    EXPECT_EQ(text_of(ask(server, "after")), "after");
  }
}

TEST_F(AsioTransport, WhatACompletionSendsDoesNotLeaveOnAConnectionThatTheServerHasClosed) {
  HttpServer server(echo);
  for (int i = 0; i < 30; ++i) {
    std::promise<wire::Answer> second;
    transport().send(request_to(server.endpoint(), "first"), [&](const wire::Answer& first) {
      EXPECT_EQ(text_of(first), "first");
      server.close_connections();
      transport().send(request_to(server.endpoint(), "second"),
                       [&](wire::Answer answer) { second.set_value(std::move(answer)); });
    });
    EXPECT_EQ(text_of(wait(second.get_future())), "second");
  }
}

TEST_F(AsioTransport, ClosesAConnectionOnWhichTheServerSpeaksUnasked) {
  HttpServer server([](const ServedRequest& request) {
    Reply answer = echo(request);
    answer.piece_bytes = answer.bytes.size();
    answer.between_pieces = std::chrono::milliseconds(20);
    if (request.ordinal == 0) answer.bytes += reply(200, "an answer to nothing").bytes;
    return answer;
  });
  EXPECT_EQ(text_of(ask(server, "1")), "1");
  EXPECT_TRUE(server.wait_for_open_connections(0));
  EXPECT_EQ(text_of(ask(server, "2")), "2");
}

TEST_F(AsioTransport, OpensNoMoreConnectionsThanAllowed) {
  HttpServer server(echo);
  start_transport({.connections_max = 3});
  std::vector<std::future<wire::Answer>> answers;
  answers.reserve(100);
  for (int i = 0; i < 100; ++i) answers.push_back(start(request_to(server.endpoint(), std::to_string(i))));
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(text_of(wait(std::move(answers[static_cast<std::size_t>(i)]))), std::to_string(i));
  EXPECT_LE(server.connections(), 3U);
}

TEST_F(AsioTransport, ClosesIdleConnections) {
  HttpServer server(echo);
  start_transport({.idle_timeout = std::chrono::milliseconds(1)});
  ask(server);
  EXPECT_TRUE(server.wait_for_open_connections(0));
  EXPECT_EQ(text_of(ask(server, "again")), "again");
}

TEST_F(AsioTransport, ManyRequestsFromManyThreadsEachGetTheirOwnAnswer) {
  HttpServer server(echo);
  start_transport({.connections_max = 16});
  constexpr int threads = 4;
  constexpr int requests = 500;
  std::atomic<int> right = 0;
  std::latch all(std::ptrdiff_t{threads} * requests);
  std::vector<std::jthread> senders;
  senders.reserve(threads);
  for (int t = 0; t < threads; ++t) {
    senders.emplace_back([&, t] {
      for (int i = 0; i < requests; ++i) {
        const std::string body = std::to_string(t) + "/" + std::to_string(i);
        transport().send(request_to(server.endpoint(), body), [&, body](const wire::Answer& answer) {
          if (text_of(answer) == body) ++right;
          all.count_down();
        });
      }
    });
  }
  all.wait();
  EXPECT_EQ(right, threads * requests);
  EXPECT_LE(server.connections(), 16U);
}

TEST_F(AsioTransport, CompletionsRunOnTheLoopAndMaySendAgain) {
  HttpServer server(echo);
  std::atomic<bool> always_on_loop = true;
  std::promise<void> done;
  int left = 200;  // the loop's thread only
  std::function<void(wire::Answer)> again = [&](const wire::Answer& answer) {
    if (!transport().loop().on_loop_thread() || text_of(answer) != "{}") always_on_loop = false;
    if (--left == 0) return done.set_value();
    transport().send(request_to(server.endpoint()), again);
  };
  transport().send(request_to(server.endpoint()), again);
  done.get_future().wait();
  EXPECT_TRUE(always_on_loop);
  EXPECT_EQ(server.connections(), 1U);
  stop_transport();
}

TEST_F(AsioTransport, ReadsAnEarlyAnswerWhileItStillSends) {
  HttpServer server(
      [](const ServedRequest&) {
        Reply answer = reply(413, "too long");
        answer.never = false;
        return answer;
      },
      {.read_body = false});
  std::string large;
  large.resize(30'000'000, 'b');
  auto request = request_to(server.endpoint(), std::move(large));
  const auto answer = ask(std::move(request));
  ASSERT_TRUE(std::holds_alternative<Response>(answer)) << text_of(answer);
  EXPECT_EQ(std::get<Response>(answer).status, 413);
}

TEST_F(AsioTransport, ItsSocketsAreNotInherited) {
  HttpServer server(echo);
  ask(server);
  std::size_t sockets = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (gone || !target.starts_with("socket:")) continue;
    const int descriptor = std::stoi(entry.path().filename().string());
    EXPECT_NE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0) << target;
    ++sockets;
  }
  EXPECT_GE(sockets, 2U);
}

TEST_F(AsioTransport, ResolvesNames) {
  HttpServer server(echo);
  auto endpoint = server.endpoint();
  endpoint.host = "localhost";
  EXPECT_EQ(text_of(ask(request_to(endpoint, "by name"))), "by name");
}

}  // namespace
}  // namespace drift::testing
