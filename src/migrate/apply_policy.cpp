// The exact policy: see the header.
#include "migrate/apply_policy.hpp"

#include "client/capacity.hpp"
#include "migrate/guard.hpp"
#include "migrate/stamp.hpp"
#include "value/attribute_json.hpp"
#include "value/json_object.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::migrate {

namespace {

using client::CallResult;
using journal::ActionKind;
using journal::ActionRecord;
using journal::ActionState;
using journal::GuardKind;
using journal::RepeatKind;
using value::JsonObject;
using Next = Verdict::Next;

// An item in an answer; empty: there is none.
std::string item_in(std::string_view object_json, std::string_view member) {
  return std::string(JsonObject::parse(object_json).raw(member).value_or(""));
}

Error about(const ActionRecord& action, std::string code, std::string message, std::string next_step,
            bool in_doubt = false) {
  return Error({.code = std::move(code),
                .message = std::move(message),
                .table = action.table,
                .key = value::parse_attributes(action.key),
                .next_step = std::move(next_step),
                .in_doubt = in_doubt});
}

Error with_item(const Error& error, const ActionRecord& action) {
  Error::Details details = error.details();
  details.table = action.table;
  details.key = value::parse_attributes(action.key);
  if (details.next_step.empty()) {
    details.next_step =
        "The item is unchanged by this action. Remove the cause and run the migration again: it goes on.";
    // The queue keeps what the code said when it was called.
    if (error.code() == "ValidationException") {
      details.next_step +=
          " Where the cause is the migration's code, mend it, then Migrator::restart: what was executed stays, and the "
          "next run reads the table anew.";
    }
  }
  return Error(std::move(details));
}

Verdict settled(ActionState state) { return {.state = state}; }

Verdict failed(ActionState state, Error error) { return {.state = state, .error = std::move(error)}; }

Verdict done_before() { return {.state = ActionState::done, .was_applied = true}; }

Verdict doubtful(const ActionRecord& action) {
  return failed(
      ActionState::in_doubt,
      about(action, "InDoubt", "the write may have been executed, and the item was changed since, so it does not tell",
            "It is not sent again by itself. Compare the item with the action, then say with "
            "Migrator::resolve whether it counts as done, is to be done again, or is skipped.",
            true));
}

// Errors of a whole batch that is not begun: a part of it is not as it should be, or it is not allowed.
bool refuses_all_of_it(const Error& error) {
  static constexpr std::array<std::string_view, 3> codes{"ValidationException", "ResourceNotFoundException",
                                                         "AccessDeniedException"};
  return std::find(codes.begin(), codes.end(), error.code()) != codes.end();
}

Verdict no_image(const ActionRecord& action) {
  return failed(ActionState::quarantined,
                about(action, "NoImage",
                      "nothing says what the item was before the migration: the answer was lost, or it was written in "
                      "a transaction",
                      "The item is as it is. Restore it by hand where that is wanted, then say with Migrator::resolve "
                      "that it is done, or is to be skipped."));
}

Verdict half_stamped(const ActionRecord& action) {
  return failed(
      ActionState::in_doubt,
      about(action, "HalfStamped",
            "the item's stamp says that a part of its callback's actions was applied by a run whose journal is "
            "gone",
            "The rest is not sent by itself. Look at the item, then say with Migrator::resolve whether it "
            "counts as done, is to be done again, or is skipped.",
            true));
}

class ExactPolicy final : public ApplyPolicy {
 public:
  ExactPolicy(WriteSettings settings, bool can_call_again)
      : settings_(std::move(settings)), can_call_again_(can_call_again) {}

  Next begin(const ActionRecord& action, bool maybe_sent) override {
    if (action.kind == ActionKind::recall) return Next::look;
    // An insert is its own look: it meets what it left.
    const bool looks = maybe_sent && action.repeat == RepeatKind::repeatable && action.kind != ActionKind::insert;
    return looks ? Next::look : Next::send;
  }

  PreparedRequest write(const ActionRecord& action) override { return write_request(action, settings_); }

  Verdict judge(const ActionRecord& action, const Standing& standing, const CallResult& result) override {
    if (!result.error) {
      Verdict verdict = settled(ActionState::done);
      verdict.was_not_applied = standing.maybe_sent;
      verdict.consumed = client::consumption(result.body);
      verdict.before = item_in(result.body, "Attributes");
      return verdict;
    }
    const Error& error = *result.error;
    if (error.code() == "ConditionalCheckFailedException") {
      return judge_condition(action, standing, item_in(result.error_body, "Item"));
    }
    if (error.code() == "TransactionCanceledException") return judge_cancellation(action, result);
    if (error.in_doubt()) return {.next = begin(action, true)};
    if (error.code() == "ItemCollectionSizeLimitExceededException") {
      return failed(ActionState::quarantined, with_item(error, action));
    }
    return failed(ActionState::failed, with_item(error, action));
  }

  bool goes_in_batches(const ActionRecord& action) override { return migrate::goes_in_batches(action, settings_); }

  PreparedRequest write_batch(const BatchActions& actions) override { return batch_request(actions, settings_); }

  BatchVerdict judge_batch(const BatchActions& actions, const CallResult& result) override {
    if (!result.error) return {.parts = batch_parts(actions, result.body)};
    const Error& error = *result.error;
    if (error.in_doubt() || error.retryable()) return {.next = BatchVerdict::Next::as_alone};
    if (refuses_all_of_it(error)) {
      return {.next = BatchVerdict::Next::singly, .are_forbidden = error.code() == "AccessDeniedException"};
    }
    // ItemCollectionSizeLimitExceededException is one item's, and nobody says what became of the others.
    return {.next = ends_the_run(error) ? BatchVerdict::Next::as_alone : BatchVerdict::Next::look};
  }

  Verdict judge_look(const ActionRecord& action, const CallResult& result) override {
    Verdict verdict = looked(action, result);
    if (!result.error) verdict.read_units = client::consumed_units(result.body);
    return verdict;
  }

 private:
  Verdict looked(const ActionRecord& action, const CallResult& result) const {
    if (result.error) return failed(ActionState::sent, with_item(*result.error, action));
    const std::string item = item_in(result.body, "Item");
    if (action.kind == ActionKind::recall) {
      if (!can_call_again_) return no_image(action);
      if (const auto stamp = stamp_on(item)) return stamp->complete() ? done_before() : half_stamped(action);
      return item.empty() ? settled(ActionState::gone) : call_again(action, item);
    }
    if (changes_nothing(action, item)) return done_before();
    if (item.empty() && action.guard == GuardKind::exists) return settled(ActionState::gone);
    return {.next = Next::send, .was_not_applied = true};
  }

  Verdict judge_condition(const ActionRecord& action, const Standing& standing, const std::string& item) const {
    bool maybe_sent = standing.maybe_sent;
    if (is_stamped(action, settings_)) {
      const auto stamp = item.empty() ? std::nullopt : find_stamp(item, settings_.stamp);
      if (stamp && stamp->ordinal >= stamp_of(action).ordinal) return done_before();
      maybe_sent = false;  // it would carry the stamp
    }
    if (action.kind == ActionKind::insert) return judge_insert(action, maybe_sent, item);
    if (item.empty()) {
      // Case a; but a removal that may have been sent has done what it should.
      const bool removed = std::any_of(standing.later.begin(), standing.later.end(),
                                       [](const ActionRecord* later) { return later->kind == ActionKind::remove; });
      if (maybe_sent && (action.kind == ActionKind::remove || removed)) return done_before();
      return settled(action.guard == GuardKind::none ? ActionState::skipped : ActionState::gone);
    }
    const bool by_value = action.guard == GuardKind::unchanged || action.guard == GuardKind::version;
    if (!by_value) return settled(ActionState::skipped);
    if (!action.condition.empty() && guard_holds(action, item)) return settled(ActionState::skipped);
    if (!maybe_sent) return call_again(action, item);  // case b
    // Cases c and d: the item is as this action leaves it, or a later one of its callback.
    const auto left_by = [&](const ActionRecord& done) {
      return done.kind != ActionKind::remove && is_result(done, item);
    };
    const bool is_done = left_by(action) || std::any_of(standing.later.begin(), standing.later.end(),
                                                        [&](const ActionRecord* later) { return left_by(*later); });
    return is_done ? done_before() : doubtful(action);
  }

  [[nodiscard]] std::optional<Stamp> stamp_on(const std::string& item) const {
    if (item.empty() || settings_.stamp.empty()) return std::nullopt;
    return find_stamp(item, settings_.stamp);
  }

  static Verdict judge_insert(const ActionRecord& action, bool maybe_sent, const std::string& met) {
    if (met.empty()) return settled(ActionState::skipped);  // absent, so it was the caller's own condition
    const bool equal = value::parse_attributes(met, value::answer_rules) == value::parse_attributes(action.item);
    if (equal && maybe_sent) return done_before();
    if (equal) {  // it was there before the run: its undo leaves it
      Verdict verdict = settled(ActionState::done);
      verdict.before = met;
      return verdict;
    }
    if (maybe_sent) return doubtful(action);
    return failed(ActionState::failed,
                  about(action, "ItemExists", "the insert met a different item with the same key; it was not replaced",
                        "The item is unchanged. Use put to replace items, or remove the item, and run the migration "
                        "again."));
  }

  // The reasons stand in the order of the transaction's parts: the write, its marker, the check.
  Verdict judge_cancellation(const ActionRecord& action, const CallResult& result) const {
    const auto reasons = JsonObject::parse(result.error_body).array("CancellationReasons");
    const auto refused = [&](std::size_t part) {
      return part < reasons.size() && JsonObject::parse(reasons[part]).string("Code") == "ConditionalCheckFailed";
    };
    if (refused(1)) return done_before();
    if (refused(2)) {
      const std::string item = item_in(reasons[2], "Item");
      return item.empty() ? settled(ActionState::gone) : call_again(action, item);
    }
    if (refused(0)) return judge_condition(action, {}, item_in(reasons[0], "Item"));
    return failed(ActionState::failed, with_item(*result.error, action));
  }

  Verdict call_again(const ActionRecord& action, std::string item) const {
    if (can_call_again_) return {.next = Next::call_again, .item = std::move(item)};
    return failed(ActionState::quarantined,
                  about(action, "ChangedSince", "the item was changed since the migration, so it was not restored",
                        "The item is as the application left it. Restore it by hand where that is wanted, then say "
                        "with Migrator::resolve that it is done, or is to be skipped."));
  }

  const WriteSettings settings_;
  const bool can_call_again_;
};

}  // namespace

bool ends_the_run(const Error& error) {
  static constexpr std::array<std::string_view, 9> codes{
      "AccessDeniedException",       "CredentialsError",     "ExpiredTokenException",
      "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
      "SignatureDoesNotMatch",       "WrongEndpoint",        "MissingAuthenticationTokenException"};
  return std::find(codes.begin(), codes.end(), error.code()) != codes.end();
}

std::unique_ptr<ApplyPolicy> make_exact_policy(WriteSettings settings, bool can_call_again) {
  return std::make_unique<ExactPolicy>(std::move(settings), can_call_again);
}

}  // namespace drift::migrate
