// FaultSchedule: see the header.
#include "support/fault_schedule.hpp"

#include "base/crc32.hpp"
#include "support/fault_transport.hpp"

#include <array>
#include <ctime>
#include <string_view>
#include <utility>

namespace drift::testing {

enum class FaultSchedule::Fault : std::uint8_t {
  none,
  refused_connection,
  cut_before,
  cut_after,
  time_out_before,
  time_out_after,
  held,
  error_500_before,
  error_500_after,
  error_503_before,
  error_503_after,
  throttled,
  conflict,
  truncated,
  damaged,
  unprocessed,
  empty_page,
  expired,
  count,
};

namespace {

constexpr std::array<std::string_view, 17> names{
    "refused connection", "cut before", "cut after",   "time-out before", "time-out after", "held",
    "500 before",         "500 after",  "503 before",  "503 after",       "throttled",      "conflict",
    "truncated",          "damaged",    "unprocessed", "empty page",      "expired"};
// Pages of a few items, so that a small table has several.
constexpr std::string_view page_limit = R"({"Limit":7,)";
constexpr std::chrono::minutes signature_valid{15};

wire::Failure failure(wire::Failure::Kind kind, bool maybe_executed) {
  return {.kind = kind, .maybe_executed = maybe_executed, .message = "by the schedule"};
}

wire::Response answered(int status, std::string body, std::string headers = {}) {
  headers += "x-amz-crc32: " + std::to_string(base::crc32(body)) + "\r\nx-amzn-requestid: SCHEDULE\r\n";
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

// The text of a member that is an object, braces and all; empty when there is none.
std::string object_of(std::string_view json, std::string_view member) {
  const std::string name = '"' + std::string(member) + "\":{";
  const auto found = json.find(name);
  if (found == std::string_view::npos) return {};
  const std::size_t begin = found + name.size() - 1;
  int depth = 0;
  bool in_text = false;
  for (std::size_t at = begin; at < json.size(); ++at) {
    const char c = json[at];
    if (in_text && c == '\\') {
      ++at;
    } else if (c == '"') {
      in_text = !in_text;
    } else if (!in_text && c == '{') {
      ++depth;
    } else if (!in_text && c == '}' && --depth == 0) {
      return std::string(json.substr(begin, at + 1 - begin));
    }
  }
  return {};
}

bool is_write(std::string_view operation) {
  return operation == "UpdateItem" || operation == "PutItem" || operation == "DeleteItem" ||
         operation == "TransactWriteItems";
}

wire::Answer conflict_of(std::string_view operation) {
  if (operation != "TransactWriteItems") return refusal(400, "TransactionConflictException");
  return answered(400, R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"by the )"
                       R"(schedule","CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict"}]})");
}

base::SystemTime time_of(const wire::Request& request) {
  std::tm parts{};
  const std::string date(wire::find_header(request.headers, "x-amz-date"));
  strptime(date.c_str(), "%Y%m%dT%H%M%SZ", &parts);
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

std::string http_date(base::SystemTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), length};
}

// With another token, as one that the server has never seen.
void change_token(std::string& body) {
  constexpr std::string_view member = "\"ClientRequestToken\":\"";
  if (const auto found = body.find(member); found != std::string::npos) {
    char& first = body[found + member.size()];
    first = first == 'z' ? 'y' : 'z';
  }
}

}  // namespace

FaultSchedule::FaultSchedule(std::shared_ptr<wire::Transport> inner, std::uint64_t seed)
    : inner_(std::move(inner)), loop_(inner_->loop()), random_(seed) {}

FaultSchedule::~FaultSchedule() {
  std::unique_lock lock(mutex_);
  delivered_.wait(lock, [this] { return delivering_ == 0; });
}

void FaultSchedule::after_requests(std::uint64_t requests, std::function<void()> then) {
  const std::lock_guard lock(mutex_);
  alarm_at_ = sent_ + requests;
  alarm_ = std::move(then);
}

std::map<std::string, std::uint64_t> FaultSchedule::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void FaultSchedule::send(wire::Request request, Completion done) {
  const std::string operation = operation_of(request);
  if (operation == "Scan" && request.body.find("\"Limit\"") == std::string::npos) {
    request.body.replace(0, 1, page_limit);
  }
  // Refused, and so never executed, whatever else happens.
  if (is_signed_wrongly(request)) return answer(std::move(done), wrong_signature());
  Fault fault = Fault::none;
  std::vector<wire::Request> due;
  std::function<void()> alarm;
  {
    const std::lock_guard lock(mutex_);
    ++sent_;
    if (alarm_ && sent_ >= alarm_at_) alarm = std::exchange(alarm_, {});
    for (Held& held : held_) {
      if (held.due != 0 && held.due <= sent_) due.push_back(std::move(held.request));
    }
    std::erase_if(held_, [&](const Held& held) { return held.due != 0 && held.due <= sent_; });
    if (chance(per_mille_)) fault = choose(operation, request);
    if (fault != Fault::none) ++counts_[std::string(names.at(static_cast<std::size_t>(fault) - 1))];
    if (fault == Fault::held) hold(request);
    if (chance(per_mille_ / 8)) jump();
  }
  if (alarm) alarm();
  for (wire::Request& late : due) deliver(std::move(late));
  carry_out(fault, std::move(request), std::move(done));
}

bool FaultSchedule::is_signed_wrongly(const wire::Request& request) {
  const auto off_by = time_of(request) - inner_->loop().clock().system();
  return off_by > signature_valid || off_by < -signature_valid;
}

wire::Answer FaultSchedule::wrong_signature() {
  return answered(400,
                  R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired, )"
                  R"(by the schedule"})",
                  "Date: " + http_date(inner_->loop().clock().system()) + "\r\n");
}

FaultSchedule::Fault FaultSchedule::choose(const std::string& operation, const wire::Request& request) {
  const auto fault = static_cast<Fault>(1 + random_() % (static_cast<std::uint64_t>(Fault::count) - 1));
  switch (fault) {
    case Fault::conflict:
      return is_write(operation) ? fault : Fault::cut_before;
    case Fault::unprocessed:
      return operation == "BatchWriteItem" ? fault : Fault::cut_after;
    case Fault::empty_page:
      return operation == "Scan" && !object_of(request.body, "ExclusiveStartKey").empty() ? fault : Fault::truncated;
    case Fault::expired:
      return std::exchange(has_expired_, true) ? Fault::held : fault;
    default:
      return fault;
  }
}

void FaultSchedule::carry_out(Fault fault, wire::Request request, Completion done) {
  using Kind = wire::Failure::Kind;
  const auto instead = [](wire::Answer given) { return [given](const wire::Answer&) { return given; }; };
  switch (fault) {
    case Fault::refused_connection:
      return answer(std::move(done), failure(Kind::connect, false));
    case Fault::cut_before:
      return answer(std::move(done), failure(Kind::lost, true));
    case Fault::time_out_before:
    case Fault::held:
      return answer(std::move(done), failure(Kind::timeout, true));
    case Fault::error_500_before:
      return answer(std::move(done), refusal(500, "InternalServerError"));
    case Fault::error_503_before:
      return answer(std::move(done), refusal(503, "ServiceUnavailable"));
    case Fault::throttled:
      return answer(std::move(done), refusal(400, "ProvisionedThroughputExceededException"));
    case Fault::conflict:
      return answer(std::move(done), conflict_of(operation_of(request)));
    case Fault::unprocessed:
      return answer(std::move(done),
                    answered(200, "{\"UnprocessedItems\":" + object_of(request.body, "RequestItems") + "}"));
    case Fault::empty_page:
      return answer(std::move(done), answered(200, R"({"Items":[],"Count":0,"ScannedCount":0,"LastEvaluatedKey":)" +
                                                       object_of(request.body, "ExclusiveStartKey") + "}"));
    case Fault::expired:
      return answer(std::move(done), refusal(400, "ExpiredTokenException"));
    case Fault::cut_after:
      done = with(std::move(done), instead(failure(Kind::lost, true)));
      break;
    case Fault::time_out_after:
      done = with(std::move(done), instead(failure(Kind::timeout, true)));
      break;
    case Fault::error_500_after:
      done = with(std::move(done), instead(refusal(500, "InternalServerError")));
      break;
    case Fault::error_503_after:
      done = with(std::move(done), instead(refusal(503, "ServiceUnavailable")));
      break;
    case Fault::truncated:
      done = with(std::move(done), [this](wire::Answer given) { return truncated(std::move(given)); });
      break;
    case Fault::damaged:
      done = with(std::move(done), [this](wire::Answer given) { return damaged(std::move(given)); });
      break;
    case Fault::none:
    case Fault::count:
      break;
  }
  inner_->send(std::move(request), std::move(done));
}

void FaultSchedule::hold(const wire::Request& request) {
  constexpr std::uint64_t soon = 40;
  const bool is_late = random_() % 2 == 0;
  Held held{.request = request, .due = is_late ? 0 : sent_ + 1 + random_() % soon};
  held.request.stop = {};  // it is out of the client's hands
  held_.push_back(std::move(held));
}

void FaultSchedule::deliver(wire::Request request) {
  {
    const std::lock_guard lock(mutex_);
    ++delivering_;
  }
  inner_->send(std::move(request), [this](const wire::Answer&) {
    const std::lock_guard lock(mutex_);
    --delivering_;
    delivered_.notify_all();
  });
}

void FaultSchedule::deliver_held(bool server_forgot) {
  std::vector<Held> held;
  {
    const std::lock_guard lock(mutex_);
    held = std::exchange(held_, {});
  }
  for (Held& late : held) {
    if (server_forgot) change_token(late.request.body);
    deliver(std::move(late.request));
  }
  std::unique_lock lock(mutex_);
  delivered_.wait(lock, [this] { return delivering_ == 0; });
}

void FaultSchedule::jump() {
  ++counts_["clock jump"];
  if (random_() % 2 == 0) return loop_.suspend(std::chrono::minutes(random_() % 60));
  loop_.set_time_of_day(std::chrono::minutes(static_cast<std::int64_t>(random_() % 120) - 60));
}

void FaultSchedule::answer(Completion done, wire::Answer given) {
  const auto shared = std::make_shared<wire::Answer>(std::move(given));
  loop_.post([shared, done = std::move(done)] { done(std::move(*shared)); });
}

wire::Transport::Completion FaultSchedule::with(Completion done, std::function<wire::Answer(wire::Answer)> change) {
  return [done = std::move(done), change = std::move(change)](wire::Answer given) { done(change(std::move(given))); };
}

wire::Answer FaultSchedule::truncated(wire::Answer given) {
  auto* response = std::get_if<wire::Response>(&given);
  if (response == nullptr || response->body.empty()) return given;
  const std::lock_guard lock(mutex_);
  response->body.resize(random_() % response->body.size());
  return given;
}

wire::Answer FaultSchedule::damaged(wire::Answer given) {
  auto* response = std::get_if<wire::Response>(&given);
  if (response == nullptr || response->body.empty()) return given;
  const std::lock_guard lock(mutex_);
  char& byte = response->body[random_() % response->body.size()];
  byte = static_cast<char>(byte ^ (1 << random_() % 7));
  return given;
}

}  // namespace drift::testing
