// AnswerParser: reads one HTTP/1.1 answer (RFC 9112) out of bytes that come in pieces of any size. Strict where
// leniency would let two readers see two answers: line ends are CRLF, a header line is never folded, a length is said
// once. For one thread at a time.
#pragma once

#include "wire/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drift::wire {

inline constexpr std::size_t answer_head_bytes_max = std::size_t{64} << 10U;

class AnswerParser {
 public:
  // Before each answer. `no_body`: the request was HEAD. `body_bytes_max`: more is too_large.
  void start(bool no_body, std::size_t body_bytes_max);

  // Reads on; returns how many of the bytes belong to this answer, which is all of them until it is done or failed.
  std::size_t feed(std::string_view bytes);
  // The connection has ended. An answer that says no length is complete by that; any other is cut off.
  void end_of_stream();

  [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
  [[nodiscard]] bool failed() const noexcept { return state_ == State::failed; }
  // True iff a byte of the answer has come.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  // True iff only the end of the connection can end this answer.
  [[nodiscard]] bool ends_with_stream() const noexcept { return state_ == State::body_until_end; }
  // Of a done answer: true iff the connection may carry another request.
  [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }

  // Of a done answer, once.
  [[nodiscard]] Response take();
  // Of a failed one: malformed, too_large or lost, and a message that names no endpoint.
  [[nodiscard]] Failure::Kind failure() const noexcept { return failure_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

 private:
  enum class State : std::uint8_t {
    head,
    body_of_length,
    body_until_end,
    chunk_size,
    chunk_data,
    chunk_end,
    trailer,
    done,
    failed,
  };

  std::size_t feed_some(std::string_view bytes);
  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  std::size_t feed_line(std::string_view bytes);
  void on_head(std::string_view head);
  void on_line(std::string_view line);
  bool read_status_line(std::string_view line);
  bool read_headers(std::string_view lines);
  bool read_header(std::string_view name, std::string_view value);
  void begin_body();
  void fail(Failure::Kind kind, std::string message);
  void fail_too_large();

  State state_ = State::done;
  bool no_body_ = false;
  bool begun_ = false;
  bool keep_alive_ = true;
  bool chunked_ = false;
  bool has_length_ = false;
  Failure::Kind failure_ = Failure::Kind::malformed;
  std::size_t body_bytes_max_ = 0;
  std::size_t head_bytes_ = 0;  // of all heads and trailers of this answer, 1xx included
  std::size_t remaining_ = 0;   // of the body or of the chunk
  std::string partial_ = {};    // of a head or a line that has not come whole
  Response response_ = {};
  std::string message_ = {};
};

}  // namespace drift::wire
