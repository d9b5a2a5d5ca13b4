// EventTransport: see the header.
#include "event_transport.hpp"

#include "events.hpp"
#include "support/fault_transport.hpp"

#include <memory>
#include <random>
#include <utility>

namespace drift::testing::crash {

namespace {

constexpr std::uint64_t losses_end = 40;

// What names an action's item, roughly: the first id in the request.
std::string item_of(const std::string& body) {
  const std::size_t at = body.find(R"("id":{"N":")");
  return at == std::string::npos ? std::string() : body.substr(at, body.find('}', at) - at);
}

bool names_table(const std::string& body, const std::string& table) {
  return body.find("\"TableName\":\"" + table + '"') != std::string::npos ||
         body.find('"' + table + "\":[") != std::string::npos;  // of a batch
}

// So that a segment has several pages, each with items of several callbacks.
void make_page_small(std::string& scan) {
  constexpr std::string_view limit = "\"Limit\":";
  const std::size_t at = scan.find(limit);
  if (at == std::string::npos) return;
  const std::size_t begin = at + limit.size();
  const std::size_t end = scan.find_first_not_of("0123456789", begin);
  if (end - begin > 1) scan.replace(begin, end - begin, "3");
}

}  // namespace

bool EventTransport::is_action(const std::string& operation, const std::string& body) const {
  const bool writes = operation == "UpdateItem" || operation == "PutItem" || operation == "DeleteItem" ||
                      operation == "TransactWriteItems" || operation == "BatchWriteItem";
  return writes && (names_table(body, options_.table) || names_table(body, options_.other_table));
}

EventTransport::Fate EventTransport::fate_of_action() {
  const std::uint64_t number = actions_++;
  if (!options_.loses_answers || number >= losses_end || !events::is_applying()) return Fate::answered;
  switch (std::mt19937_64(options_.seed * 1'000 + number)() % 8) {
    case 0:
      return Fate::not_sent;
    case 1:
      return Fate::answer_lost;
    default:
      return Fate::answered;
  }
}

void EventTransport::doubt(const std::string& body) {
  const std::lock_guard lock(mutex_);
  if (doubts_.insert(item_of(body)).second) events::doubt_begins();
}

void EventTransport::resolved(const std::string& body) {
  const std::lock_guard lock(mutex_);
  if (doubts_.erase(item_of(body)) > 0) events::doubt_ends();
}

void EventTransport::send(wire::Request request, Completion done) {
  if (!options_.watched) return inner_->send(std::move(request), std::move(done));
  const std::string operation = operation_of(request);
  const bool action = is_action(operation, request.body);
  if (operation == "Scan" && names_table(request.body, options_.table)) make_page_small(request.body);
  const std::string name = "request." + operation + (action ? ".action" : "");
  events::reach(name + ".before");
  const Fate fate = action ? fate_of_action() : Fate::answered;
  if (fate == Fate::not_sent) {
    doubt(request.body);
    return loop().post([name, done = std::move(done)] {
      events::reach(name + ".lost");
      done(lost_answer());
    });
  }
  const std::string body = action ? request.body : std::string();
  inner_->send(std::move(request), [this, name, fate, body, done = std::move(done)](wire::Answer answer) {
    if (fate == Fate::answer_lost) {
      doubt(body);
      events::reach(name + ".lost");
      return done(lost_answer());
    }
    events::reach(name + ".after");
    done(std::move(answer));
    if (!body.empty()) resolved(body);
  });
}

}  // namespace drift::testing::crash
