// Every way in which there is no answer: its kind, whether the request may have been executed, and that it is completed
// once, also when it is cancelled or the transport ends.
#include "wire_fixture.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <stop_token>

namespace drift::testing {
namespace {

using wire::Failure;
using Kind = wire::Failure::Kind;
using std::chrono::milliseconds;

// A listening socket that accepts nothing: connections to it succeed as far as its backlog goes.
class DeafListener {
 public:
  explicit DeafListener(int backlog) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, backlog) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      ADD_FAILURE() << "no listener";
    port_ = ntohs(address.sin_port);
  }
  ~DeafListener() { close(); }
  DeafListener(const DeafListener&) = delete;
  DeafListener& operator=(const DeafListener&) = delete;

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  [[nodiscard]] wire::Endpoint endpoint(bool tls = false) const { return {tls, "127.0.0.1", port_}; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

class TransportFailure : public WireFixture {
 protected:
  static Reply raw(std::string bytes, bool close = false) {
    Reply reply;
    reply.bytes = std::move(bytes);
    reply.close = close;
    return reply;
  }

  // What a server that answers with these bytes, and then closes or not, comes to.
  void expect_of_bytes(const std::string& bytes, bool close, Kind kind, const std::string& words = {}) {
    HttpServer server([&](const ServedRequest&) { return raw(bytes, close); });
    expect_failure(ask(server), kind, true, words);
    stop_transport();
  }
};

TEST_F(TransportFailure, RefusedConnection) {
  DeafListener listener(1);
  listener.close();
  expect_failure(ask(request_to(listener.endpoint())), Kind::connect, false, "refused");
}

TEST_F(TransportFailure, UnknownName) {
  const wire::Endpoint nowhere{false, "no-such-host.invalid", 80};
  expect_failure(ask(request_to(nowhere)), Kind::resolve, false, "no-such-host.invalid");
}

TEST_F(TransportFailure, EachRequestOfManyFailsWhenNoConnectionOpens) {
  DeafListener listener(1);
  listener.close();
  start_transport({.connections_max = 2});
  std::vector<std::future<wire::Answer>> answers;
  answers.reserve(50);
  for (int i = 0; i < 50; ++i) answers.push_back(start(request_to(listener.endpoint())));
  for (auto& answer : answers) expect_failure(wait(std::move(answer)), Kind::connect, false);
}

TEST_F(TransportFailure, ConnectionThatDoesNotComeAbout) {
  DeafListener listener(0);
  std::vector<std::future<wire::Answer>> answers;
  answers.reserve(6);
  for (int i = 0; i < 6; ++i) {  // more than fit in the backlog
    auto request = request_to(listener.endpoint());
    request.connect_timeout = milliseconds(150);
    request.answer_timeout = milliseconds(300);
    answers.push_back(start(std::move(request)));
  }
  std::size_t unsent = 0;
  for (auto& answer : answers) {
    const auto result = wait(std::move(answer));
    const auto& failure = std::get<Failure>(result);
    EXPECT_EQ(failure.kind, Kind::timeout) << failure.message;
    if (!failure.maybe_executed) ++unsent;
  }
  EXPECT_GT(unsent, 0U);
}

TEST_F(TransportFailure, SilentServer) {
  HttpServer server([](const ServedRequest&) { return Reply{.never = true}; });
  auto request = request_to(server.endpoint());
  request.answer_timeout = milliseconds(100);
  expect_failure(ask(std::move(request)), Kind::timeout, true, "did not answer within 100 ms");
}

TEST_F(TransportFailure, ServerThatStopsInTheMiddle) {
  HttpServer server([](const ServedRequest&) {
    Reply reply = raw("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    reply.between_pieces = std::chrono::hours(1);
    return reply;
  });
  auto request = request_to(server.endpoint());
  request.answer_timeout = milliseconds(100);
  expect_failure(ask(std::move(request)), Kind::timeout, true, "did not answer");
}

TEST_F(TransportFailure, LateAnswerIsNotTakenForTheNextOne) {
  HttpServer server([](const ServedRequest& request) {
    Reply answer = echo(request);
    if (request.connection == 0) answer.delay = milliseconds(150);
    return answer;
  });
  auto request = request_to(server.endpoint(), "first");
  request.answer_timeout = milliseconds(60);
  expect_failure(ask(std::move(request)), Kind::timeout, true);
  EXPECT_EQ(text_of(ask(server, "second")), "second");
}

TEST_F(TransportFailure, ConnectionClosedAsSoonAsItIsOpen) {
  HttpServer server(echo, {.close_on_accept = [](std::size_t) { return true; }});
  for (std::size_t i = 1; i <= 20; ++i) {
    const auto answer = ask(server);
    const auto* failure = std::get_if<Failure>(&answer);
    ASSERT_NE(failure, nullptr);
    // Whichever comes first, the request or the end; in neither case is another connection tried.
    EXPECT_EQ(failure->kind, failure->maybe_executed ? Kind::lost : Kind::connect) << failure->message;
    EXPECT_EQ(server.connections(), i);
  }
}

TEST_F(TransportFailure, ConnectionClosedInsteadOfAnAnswer) {
  HttpServer server([](const ServedRequest&) { return raw("", true); });
  expect_failure(ask(server), Kind::lost, true, "closed the connection without an answer");
  EXPECT_EQ(server.requests().size(), 1U);  // never sent again
}

TEST_F(TransportFailure, ReusedConnectionClosedInsteadOfAnAnswer) {
  HttpServer server(
      [](const ServedRequest& request) { return request.ordinal == 0 ? reply(200, "first") : raw("", true); });
  EXPECT_EQ(text_of(ask(server)), "first");
  expect_failure(ask(server), Kind::lost, true, "closed the connection without an answer");
  EXPECT_EQ(server.requests().size(), 2U);  // never sent again
}

TEST_F(TransportFailure, ConnectionReset) {
  HttpServer server([](const ServedRequest& request) {
    Reply answer = request.body == "half" ? raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal") : raw("");
    answer.reset = true;
    return answer;
  });
  expect_failure(ask(server, "whole"), Kind::lost, true, "reset");
  const auto answer = ask(server, "half");
  expect_failure(answer, Kind::lost, true);
}

TEST_F(TransportFailure, TruncatedAnswers) {
  const std::string words = "in the middle of its answer";
  expect_of_bytes("HTTP/1.1 2", true, Kind::lost, words);
  expect_of_bytes("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n", true, Kind::lost, words);
  expect_of_bytes("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfour", true, Kind::lost, words);
  expect_of_bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfive!\r\n", true, Kind::lost, words);
  expect_of_bytes("HTTP/1.1 100 Continue\r\n\r\n", true, Kind::lost, words);
}

TEST_F(TransportFailure, MalformedAnswersAreFoundOutWithoutATimeout) {
  expect_of_bytes("SSH-2.0-OpenSSH_9.2\r\n", false, Kind::malformed, "not HTTP/1.1");
  expect_of_bytes("\x15\x03\x01", false, Kind::malformed, "https://");
  expect_of_bytes("HTTP/1.1 200 OK\r\ncontent-length: 5x\r\n\r\nfive!", false, Kind::malformed, "well-formed");
  expect_of_bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", false, Kind::malformed, "chunk");
  expect_of_bytes("HTTP/1.1 200 OK\r\nx: " + std::string(70'000, 'x'), false, Kind::malformed, "64 KB");
}

TEST_F(TransportFailure, AnswersThatAreTooLarge) {
  HttpServer server([](const ServedRequest& request) {
    if (request.body == "chunked") return chunked_reply(200, std::string(1'001, 'x'), 100);
    if (request.body == "endless") return raw("HTTP/1.1 200 OK\r\n\r\n" + std::string(1'001, 'x'));
    return reply(200, std::string(request.body == "most" ? 1'000 : 1'001, 'x'));
  });
  for (const std::string body : {"length", "chunked", "endless", "most"}) {
    auto request = request_to(server.endpoint(), body);
    request.answer_bytes_max = 1'000;
    const auto answer = ask(std::move(request));
    if (body == "most") {
      EXPECT_EQ(text_of(answer).size(), 1'000U);
    } else {
      expect_failure(answer, Kind::too_large, true, "larger than the 1000 bytes allowed");
    }
  }
}

TEST_F(TransportFailure, AfterAFailureTheNextRequestHasAConnectionOfItsOwn) {
  HttpServer server([](const ServedRequest& request) {
    if (request.body == "bad") return raw("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n2222");
    return echo(request);
  });
  EXPECT_EQ(text_of(ask(server, "bad")), "2");  // whole, but the connection is out of step
  EXPECT_EQ(text_of(ask(server, "good")), "good");
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(TransportFailure, CancelledBeforeItIsSent) {
  HttpServer server(echo);
  std::stop_source stop;
  stop.request_stop();
  auto request = request_to(server.endpoint());
  request.stop = stop.get_token();
  expect_failure(ask(std::move(request)), Kind::cancelled, false);
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(TransportFailure, CancelledWhileItWaitsForAConnection) {
  std::latch arrived(1);
  HttpServer server([&](const ServedRequest&) {
    arrived.count_down();
    return Reply{.never = true};
  });
  start_transport({.connections_max = 1});
  auto first = start(request_to(server.endpoint()));
  arrived.wait();
  std::stop_source stop;
  auto request = request_to(server.endpoint());
  request.stop = stop.get_token();
  auto second = start(std::move(request));
  stop.request_stop();
  expect_failure(wait(std::move(second)), Kind::cancelled, false);
  stop_transport();
  expect_failure(wait(std::move(first)), Kind::cancelled, true);
}

TEST_F(TransportFailure, CancelledWhileItConnects) {
  DeafListener listener(8);  // TCP connects; TLS never answers
  std::stop_source stop;
  auto request = request_to(listener.endpoint(true));
  request.stop = stop.get_token();
  auto answer = start(std::move(request));
  stop.request_stop();
  expect_failure(wait(std::move(answer)), Kind::cancelled, false);
}

TEST_F(TransportFailure, CancelledInFlight) {
  std::latch arrived(1);
  HttpServer server([&](const ServedRequest&) {
    arrived.count_down();
    return Reply{.never = true};
  });
  std::stop_source stop;
  auto request = request_to(server.endpoint());
  request.stop = stop.get_token();
  auto answer = start(std::move(request));
  arrived.wait();
  stop.request_stop();
  expect_failure(wait(std::move(answer)), Kind::cancelled, true);
}

TEST_F(TransportFailure, WaitingForAConnectionEndsToo) {
  HttpServer server([](const ServedRequest&) { return Reply{.never = true}; });
  start_transport({.connections_max = 1});
  auto first = start(request_to(server.endpoint()));
  auto request = request_to(server.endpoint());
  request.connect_timeout = milliseconds(50);
  request.answer_timeout = milliseconds(50);
  expect_failure(ask(std::move(request)), Kind::timeout, false, "busy");
  stop_transport();
  wait(std::move(first));
}

TEST_F(TransportFailure, TheEndOfTheTransportCompletesEverything) {
  std::latch arrived(4);
  HttpServer server([&](const ServedRequest&) {
    arrived.count_down();
    return Reply{.never = true};
  });
  DeafListener listener(8);
  start_transport({.connections_max = 4});
  std::atomic<int> completions = 0;
  const auto count = [&](const wire::Answer& answer) {
    const auto* failure = std::get_if<Failure>(&answer);
    if (failure != nullptr && failure->kind == Kind::cancelled) ++completions;
  };
  for (int i = 0; i < 20; ++i) transport().send(request_to(server.endpoint()), count);       // 4 sent, 16 waiting
  for (int i = 0; i < 5; ++i) transport().send(request_to(listener.endpoint(true)), count);  // in the TLS handshake
  arrived.wait();
  stop_transport();
  EXPECT_EQ(completions, 25);
}

TEST_F(TransportFailure, ACompletionThatSendsWhileTheTransportEndsIsAnswered) {
  HttpServer server([](const ServedRequest&) { return Reply{.never = true}; });
  start_transport();
  std::atomic<int> completions = 0;
  wire::Transport* const one = &transport();
  one->send(request_to(server.endpoint()), [&, one](const wire::Answer&) {
    ++completions;
    one->send(request_to(server.endpoint()), [&](const wire::Answer& answer) {
      expect_failure(answer, Kind::cancelled, false);
      ++completions;
    });
  });
  stop_transport();
  EXPECT_EQ(completions, 2);
}

}  // namespace
}  // namespace drift::testing
