// The parser's states follow the grammar: head, then a body by length, by chunks or until the end of the connection.
#include "wire/http1.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace drift::wire {
namespace {

constexpr std::size_t chunk_line_bytes_max = 1024;

constexpr std::string_view version = "HTTP/1.";
constexpr const char* not_http = "what it answered is not HTTP/1.1; if it speaks TLS, the endpoint should be https://";

bool is_begin_of_http(std::string_view text) noexcept {
  return text.substr(0, version.size()) == version.substr(0, text.size());
}

// Of names and values of headers (RFC 9110, 5.6.2 and 5.5), as tables, because each character of a head is looked up.
using CharacterSet = std::array<bool, 256>;

constexpr CharacterSet token_characters = [] {
  CharacterSet set{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~"))
    set[static_cast<unsigned char>(c)] = true;
  return set;
}();

constexpr CharacterSet value_characters = [] {
  CharacterSet set{};
  for (std::size_t byte = 0x20; byte < set.size(); ++byte) set[byte] = byte != 0x7f;
  set['\t'] = true;
  return set;
}();

bool all_in(const CharacterSet& set, std::string_view text) noexcept {
  return std::ranges::all_of(text, [&set](char c) { return set[static_cast<unsigned char>(c)]; });
}

// Whether the comma-separated list has the token.
bool has_token(std::string_view list, std::string_view token) noexcept {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (base::equals_ignoring_case(base::trim(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

bool parse_size(std::string_view digits, int base, std::size_t& size) noexcept {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, base);
  return !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
}

}  // namespace

void AnswerParser::start(bool no_body, std::size_t body_bytes_max) {
  state_ = State::head;
  no_body_ = no_body;
  begun_ = false;
  keep_alive_ = true;
  body_bytes_max_ = body_bytes_max;
  head_bytes_ = 0;
  partial_.clear();
  response_ = {};
}

std::size_t AnswerParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (!bytes.empty()) begun_ = true;
  while (used < bytes.size() && !done() && !failed()) used += feed_some(bytes.substr(used));
  return used;
}

std::size_t AnswerParser::feed_some(std::string_view bytes) {
  switch (state_) {
    case State::head:
      return feed_head(bytes);
    case State::body_of_length:
    case State::body_until_end:
    case State::chunk_data:
      return feed_body(bytes);
    default:
      return feed_line(bytes);
  }
}

std::size_t AnswerParser::feed_head(std::string_view bytes) {
  constexpr std::string_view end = "\r\n\r\n";
  if (partial_.empty()) {  // the usual case: the whole head in one piece, read where it lies
    const auto at = bytes.find(end);
    if (at != std::string_view::npos) {
      on_head(bytes.substr(0, at + 2));
      return at + end.size();
    }
  }
  const std::size_t before = partial_.size();
  partial_.append(bytes);
  if (!is_begin_of_http(partial_)) {  // found out at once: what is not HTTP may never end a line
    fail(Failure::Kind::malformed, not_http);
    return bytes.size();
  }
  const auto at = partial_.find(end, before > 3 ? before - 3 : 0);
  if (at == std::string::npos) {
    if (head_bytes_ + partial_.size() > answer_head_bytes_max)
      fail(Failure::Kind::malformed, "the head of its answer is over 64 KB");
    return bytes.size();
  }
  const std::string head = std::exchange(partial_, {});
  on_head(std::string_view(head).substr(0, at + 2));
  return at + end.size() - before;
}

void AnswerParser::on_head(std::string_view head) {
  head_bytes_ += head.size() + 2;  // the empty line too
  if (head_bytes_ > answer_head_bytes_max)
    return fail(Failure::Kind::malformed, "the head of its answer is over 64 KB");
  const auto line_end = head.find("\r\n");
  chunked_ = false;
  has_length_ = false;
  if (!read_status_line(head.substr(0, line_end))) return fail(Failure::Kind::malformed, not_http);
  const auto lines = head.substr(line_end + 2);
  if (!read_headers(lines) || (chunked_ && has_length_))
    return fail(Failure::Kind::malformed, "the head of its answer is not well-formed");
  if (response_.status / 100 == 1) {
    // Interim answers come before the real one. 101 would change the protocol, for which drift never asks.
    if (response_.status == 101) fail(Failure::Kind::malformed, "it switched protocols unasked");
    return;
  }
  response_.headers.assign(lines);
  begin_body();
}

bool AnswerParser::read_status_line(std::string_view line) {
  // "HTTP/1.1 200 OK"; the reason may be missing.
  constexpr std::size_t code_at = 9;
  if (!line.starts_with(version) || line.size() < code_at + 3 || line[8] != ' ') return false;
  if (line[7] != '0' && line[7] != '1') return false;
  if (line.size() > code_at + 3 && line[code_at + 3] != ' ') return false;
  std::size_t status = 0;
  if (!parse_size(line.substr(code_at, 3), 10, status) || status < 100) return false;
  keep_alive_ = line[7] == '1';
  response_.status = static_cast<int>(status);
  return all_in(value_characters, line);
}

bool AnswerParser::read_headers(std::string_view lines) {
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    const auto line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    const auto colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) return false;
    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 1);
    if (!all_in(token_characters, name) || !all_in(value_characters, value)) return false;
    if (!read_header(name, base::trim(value))) return false;
  }
  return true;
}

bool AnswerParser::read_header(std::string_view name, std::string_view value) {
  if (base::equals_ignoring_case(name, "content-length")) {
    std::size_t length = 0;
    if (!parse_size(value, 10, length) || (has_length_ && length != remaining_)) return false;
    has_length_ = true;
    remaining_ = length;
  } else if (base::equals_ignoring_case(name, "transfer-encoding")) {
    if (chunked_ || !base::equals_ignoring_case(value, "chunked")) return false;
    chunked_ = true;
  } else if (base::equals_ignoring_case(name, "connection")) {
    if (has_token(value, "close")) keep_alive_ = false;
  }
  return true;
}

void AnswerParser::begin_body() {
  constexpr int no_content = 204;
  constexpr int not_modified = 304;
  if (no_body_ || response_.status == no_content || response_.status == not_modified) {
    state_ = State::done;
  } else if (chunked_) {
    state_ = State::chunk_size;
  } else if (has_length_) {
    if (remaining_ > body_bytes_max_) return fail_too_large();
    response_.body.reserve(remaining_);
    state_ = remaining_ == 0 ? State::done : State::body_of_length;
  } else {
    keep_alive_ = false;
    state_ = State::body_until_end;
  }
}

std::size_t AnswerParser::feed_body(std::string_view bytes) {
  if (state_ == State::body_until_end) {
    if (bytes.size() > body_bytes_max_ - response_.body.size()) {
      fail_too_large();
    } else {
      response_.body.append(bytes);
    }
    return bytes.size();
  }
  const std::size_t size = std::min(bytes.size(), remaining_);
  response_.body.append(bytes.substr(0, size));
  remaining_ -= size;
  if (remaining_ == 0) state_ = state_ == State::chunk_data ? State::chunk_end : State::done;
  return size;
}

std::size_t AnswerParser::feed_line(std::string_view bytes) {
  // The parts of a chunked body that are lines: sizes, the ends of chunks, trailers.
  const auto newline = bytes.find('\n');
  const std::size_t used = newline == std::string_view::npos ? bytes.size() : newline + 1;
  partial_.append(bytes.substr(0, used));
  if (partial_.size() > chunk_line_bytes_max) {
    fail(Failure::Kind::malformed, "a line of its chunked answer is over 1 KB");
  } else if (newline != std::string_view::npos) {
    if (partial_.size() < 2 || partial_[partial_.size() - 2] != '\r') {
      fail(Failure::Kind::malformed, "a line of its chunked answer is not well-formed");
    } else {
      on_line(std::string_view(partial_).substr(0, partial_.size() - 2));
    }
    partial_.clear();
  }
  return used;
}

void AnswerParser::on_line(std::string_view line) {
  if (state_ == State::chunk_end) {
    if (!line.empty()) return fail(Failure::Kind::malformed, "a chunk of its answer has not the length that it says");
    state_ = State::chunk_size;
  } else if (state_ == State::trailer) {
    head_bytes_ += line.size() + 2;
    if (line.empty()) {
      state_ = State::done;
    } else if (head_bytes_ > answer_head_bytes_max) {
      fail(Failure::Kind::malformed, "the trailers of its answer are over 64 KB");
    }
  } else {
    const auto digits = base::trim(line.substr(0, line.find(';')));
    if (!parse_size(digits, 16, remaining_))
      return fail(Failure::Kind::malformed, "a chunk of its answer says no length");
    if (remaining_ > body_bytes_max_ - response_.body.size()) return fail_too_large();
    state_ = remaining_ == 0 ? State::trailer : State::chunk_data;
  }
}

void AnswerParser::end_of_stream() {
  if (done() || failed()) return;
  if (state_ == State::body_until_end) {
    state_ = State::done;
  } else {
    fail(Failure::Kind::lost, begun_ ? "it closed the connection in the middle of its answer"
                                     : "it closed the connection without an answer");
  }
}

Response AnswerParser::take() { return std::exchange(response_, {}); }

void AnswerParser::fail(Failure::Kind kind, std::string message) {
  state_ = State::failed;
  failure_ = kind;
  message_ = std::move(message);
}

void AnswerParser::fail_too_large() {
  fail(Failure::Kind::too_large, "its answer is larger than the " + std::to_string(body_bytes_max_) + " bytes allowed");
}

}  // namespace drift::wire
