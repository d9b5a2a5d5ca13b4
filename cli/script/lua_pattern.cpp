// PatternMatch: backtracking over the pattern, as Lua does it. Only what can match in several ways calls match() again;
// everything else goes round in its loop.
#include "cli/script/lua_pattern.hpp"

#include <cctype>
#include <string>

namespace drift::script {

namespace {

constexpr int depth_max = 200;
constexpr std::uint64_t steps_charged = 1'000;

bool in_class(unsigned char c, unsigned char letter) {
  bool found = false;
  switch (std::tolower(letter)) {
    case 'a':
      found = std::isalpha(c) != 0;
      break;
    case 'c':
      found = std::iscntrl(c) != 0;
      break;
    case 'd':
      found = std::isdigit(c) != 0;
      break;
    case 'g':
      found = std::isgraph(c) != 0;
      break;
    case 'l':
      found = std::islower(c) != 0;
      break;
    case 'p':
      found = std::ispunct(c) != 0;
      break;
    case 's':
      found = std::isspace(c) != 0;
      break;
    case 'u':
      found = std::isupper(c) != 0;
      break;
    case 'w':
      found = std::isalnum(c) != 0;
      break;
    case 'x':
      found = std::isxdigit(c) != 0;
      break;
    default:
      return letter == c;
  }
  return found != (std::isupper(letter) != 0);
}

}  // namespace

std::optional<std::size_t> PatternMatch::at(std::size_t start) {
  level_ = 0;
  depth_ = 0;
  const std::size_t end = match(start, 0);
  return end == none ? std::nullopt : std::optional(end);
}

PatternMatch::Capture PatternMatch::capture(std::size_t index) const {
  if (index >= level_) fault("invalid capture index %" + std::to_string(index + 1));
  const Span& span = spans_[index];
  if (span.state == Span::State::open) fault("unfinished capture");
  if (span.state == Span::State::position) return {.position = span.start + 1};
  return {.text = subject_.substr(span.start, span.size)};
}

void PatternMatch::step() {
  if (++steps_ % steps_charged == 0) meter_->charge(steps_charged);
}

unsigned char PatternMatch::pattern_at(std::size_t p) const noexcept {
  return p < pattern_.size() ? static_cast<unsigned char>(pattern_[p]) : 0;
}

std::size_t PatternMatch::match(std::size_t s, std::size_t p) {
  if (++depth_ > depth_max) fault("pattern too complex");
  std::size_t end = none;
  for (;;) {
    step();
    if (p == pattern_.size()) {
      end = s;
      break;
    }
    bool is_special = false;
    end = match_special(s, p, is_special);
    if (is_special) break;
    if (pattern_at(p) == '%' && (pattern_at(p + 1) == 'f' || std::isdigit(pattern_at(p + 1)) != 0)) {
      const bool is_frontier = pattern_at(p + 1) == 'f';
      s = is_frontier ? frontier(s, p + 2) : back_reference(s, p + 1);
      if (s == none) break;
      p = is_frontier ? end_of_class(p + 2) : p + 2;
      continue;
    }
    const std::size_t class_end = end_of_class(p);
    const unsigned char suffix = class_end < pattern_.size() ? pattern_at(class_end) : 0;
    if (suffix == '*' || suffix == '+' || suffix == '-' || suffix == '?') {
      end = match_repeated(s, p, class_end);
      break;
    }
    if (!matches_one(s, p, class_end)) break;
    ++s;
    p = class_end;
  }
  --depth_;
  return end;
}

// What decides the whole rest of the match.
std::size_t PatternMatch::match_special(std::size_t s, std::size_t p, bool& is_special) {
  is_special = true;
  switch (pattern_at(p)) {
    case '(':
      return pattern_at(p + 1) == ')' ? open_capture(s, p + 2, Span::State::position)
                                      : open_capture(s, p + 1, Span::State::open);
    case ')':
      return close_capture(s, p + 1);
    case '$':
      if (p + 1 == pattern_.size()) return s == subject_.size() ? s : none;
      break;
    case '%':
      if (pattern_at(p + 1) == 'b') {
        s = balance(s, p + 2);
        return s == none ? none : match(s, p + 4);
      }
      break;
    default:
      break;
  }
  is_special = false;
  return none;
}

std::size_t PatternMatch::match_repeated(std::size_t s, std::size_t p, std::size_t class_end) {
  switch (pattern_at(class_end)) {
    case '?': {
      const std::size_t end = matches_one(s, p, class_end) ? match(s + 1, class_end + 1) : none;
      return end != none ? end : match(s, class_end + 1);
    }
    case '+':
      return matches_one(s, p, class_end) ? expand_most(s + 1, p, class_end) : none;
    case '*':
      return expand_most(s, p, class_end);
    default:
      return expand_least(s, p, class_end);
  }
}

std::size_t PatternMatch::expand_most(std::size_t s, std::size_t p, std::size_t class_end) {
  std::size_t count = 0;
  for (; matches_one(s + count, p, class_end); ++count) step();
  for (;; --count) {
    const std::size_t end = match(s + count, class_end + 1);
    if (end != none || count == 0) return end;
  }
}

std::size_t PatternMatch::expand_least(std::size_t s, std::size_t p, std::size_t class_end) {
  for (;; ++s) {
    const std::size_t end = match(s, class_end + 1);
    if (end != none) return end;
    if (!matches_one(s, p, class_end)) return none;
  }
}

std::size_t PatternMatch::open_capture(std::size_t s, std::size_t p, Span::State state) {
  if (level_ == captures_max) fault("too many captures");
  spans_[level_++] = {.start = s, .state = state};
  const std::size_t end = match(s, p);
  if (end == none) --level_;
  return end;
}

std::size_t PatternMatch::close_capture(std::size_t s, std::size_t p) {
  std::size_t last = level_;
  while (last > 0 && spans_[last - 1].state != Span::State::open) --last;
  if (last == 0) fault("invalid pattern capture");
  Span& span = spans_[last - 1];
  span.size = s - span.start;
  span.state = Span::State::closed;
  const std::size_t end = match(s, p);
  if (end == none) span.state = Span::State::open;
  return end;
}

std::size_t PatternMatch::balance(std::size_t s, std::size_t p) {
  if (p + 1 >= pattern_.size()) fault("malformed pattern (missing arguments to '%b')");
  if (s >= subject_.size() || subject_[s] != pattern_[p]) return none;
  std::size_t open = 1;
  for (++s; s < subject_.size(); ++s) {
    step();
    if (subject_[s] == pattern_[p + 1]) {
      if (--open == 0) return s + 1;
    } else if (subject_[s] == pattern_[p]) {
      ++open;
    }
  }
  return none;
}

std::size_t PatternMatch::frontier(std::size_t s, std::size_t p) {
  if (pattern_at(p) != '[') fault("missing '[' after '%f' in pattern");
  const std::size_t closing = end_of_class(p) - 1;
  const auto character = [this](std::size_t at) {
    return at < subject_.size() ? static_cast<unsigned char>(subject_[at]) : static_cast<unsigned char>(0);
  };
  const unsigned char before = s == 0 ? 0 : character(s - 1);
  return !matches_set(before, p, closing) && matches_set(character(s), p, closing) ? s : none;
}

std::size_t PatternMatch::back_reference(std::size_t s, std::size_t p) {
  const std::size_t index = pattern_at(p) == '0' ? none : static_cast<std::size_t>(pattern_at(p) - '1');
  if (index >= level_ || spans_[index].state == Span::State::open)
    fault(std::string("invalid capture index %") + pattern_[p]);
  if (spans_[index].state == Span::State::position) return none;  // a place is no text
  const std::string_view text = subject_.substr(spans_[index].start, spans_[index].size);
  meter_->charge(text.size() / 64);
  return subject_.substr(s).starts_with(text) ? s + text.size() : none;
}

std::size_t PatternMatch::end_of_class(std::size_t p) const {
  const unsigned char first = pattern_at(p++);
  if (first == '%') {
    if (p >= pattern_.size()) fault("malformed pattern (ends with '%')");
    return p + 1;
  }
  if (first != '[') return p;
  if (pattern_at(p) == '^') ++p;
  do {  // the first ']' is a character
    if (p >= pattern_.size()) fault("malformed pattern (missing ']')");
    if (pattern_at(p++) == '%') ++p;
  } while (p >= pattern_.size() || pattern_at(p) != ']');
  return p + 1;
}

bool PatternMatch::matches_one(std::size_t s, std::size_t p, std::size_t class_end) const {
  if (s >= subject_.size()) return false;
  const auto c = static_cast<unsigned char>(subject_[s]);
  switch (pattern_at(p)) {
    case '.':
      return true;
    case '%':
      return in_class(c, pattern_at(p + 1));
    case '[':
      return matches_set(c, p, class_end - 1);
    default:
      return pattern_at(p) == c;
  }
}

bool PatternMatch::matches_set(unsigned char c, std::size_t p, std::size_t closing) const {
  const bool negated = pattern_at(p + 1) == '^';
  if (negated) ++p;
  while (++p < closing) {
    if (pattern_at(p) == '%') {
      if (in_class(c, pattern_at(++p))) return !negated;
    } else if (pattern_at(p + 1) == '-' && p + 2 < closing) {
      if (pattern_at(p) <= c && c <= pattern_at(p + 2)) return !negated;
      p += 2;
    } else if (pattern_at(p) == c) {
      return !negated;
    }
  }
  return negated;
}

}  // namespace drift::script
