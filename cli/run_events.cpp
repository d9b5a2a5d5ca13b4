// Events of a run: see the header. What is written of Progress and read back is one list of its members.
#include "cli/run_events.hpp"

#include "cli/json_text.hpp"

#include "value/json_object.hpp"

#include <drift/json.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace drift::cli {

namespace {

constexpr std::array<std::string_view, 5> phases{"preparing", "scanning", "applying", "recording", "finished"};
constexpr std::array<std::string_view, 4> paces{"full", "limited", "throttled", "paused"};

template <class T>
using Members = std::vector<std::pair<std::string_view, T>>;

const Members<std::uint64_t Progress::*> counts{{"items_scanned", &Progress::items_scanned},
                                                {"items_estimated", &Progress::items_estimated},
                                                {"callbacks_done", &Progress::callbacks_done},
                                                {"callback_errors", &Progress::callback_errors},
                                                {"actions_queued", &Progress::actions_queued},
                                                {"actions_done", &Progress::actions_done},
                                                {"actions_skipped", &Progress::actions_skipped},
                                                {"action_errors", &Progress::action_errors},
                                                {"throttled", &Progress::throttled},
                                                {"gone", &Progress::gone},
                                                {"conflicts_resolved", &Progress::conflicts_resolved},
                                                {"in_doubt_applied", &Progress::in_doubt_applied},
                                                {"in_doubt_not_applied", &Progress::in_doubt_not_applied},
                                                {"quarantined", &Progress::quarantined},
                                                {"retried", &Progress::retried}};
const Members<double Progress::*> amounts{
    {"read_units", &Progress::read_units}, {"write_units", &Progress::write_units}, {"cost", &Progress::cost}};
const Members<std::string Progress::*> texts{{"run_id", &Progress::run_id},
                                             {"journal", &Progress::journal},
                                             {"pace_reason", &Progress::pace_reason},
                                             {"skew", &Progress::skew}};
const Members<std::uint32_t Progress::*> segments{{"segments", &Progress::segments},
                                                  {"segments_done", &Progress::segments_done}};

JsonText begun(std::string_view event, const RunName& run) {
  JsonText json;
  json.text("event", event)
      .number("number", run.number)
      .text("migration", run.migration)
      .text("table", run.table)
      .text("direction", run.direction);
  return json;
}

std::string json_of(const Error& error) {
  JsonText json;
  json.text("code", error.code()).text("message", error.message()).text_if("table", error.table());
  if (!error.key().empty()) json.raw("key", to_json(error.key()));
  return json.text_if("next_step", error.next_step())
      .flag("retryable", error.retryable())
      .flag("in_doubt", error.in_doubt())
      .take();
}

template <std::size_t Size>
std::size_t place_of(const std::array<std::string_view, Size>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? 0 : static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::string started_event(const RunName& run) { return begun("started", run).take(); }

std::string progress_event(const RunName& run, const Progress& progress) {
  JsonText json = begun("progress", run);
  json.text("phase", phases.at(static_cast<std::size_t>(progress.phase)));
  for (const auto& [name, member] : counts) json.number(name, progress.*member);
  for (const auto& [name, member] : amounts) json.decimal(name, progress.*member);
  json.text("pace", paces.at(static_cast<std::size_t>(progress.pace)));
  for (const auto& [name, member] : segments) json.number(name, progress.*member);
  for (const auto& [name, member] : texts) json.text(name, progress.*member);
  return json.take();
}

std::string finished_event(const RunName& run, const Report& report, ExitCode code) {
  return begun("finished", run)
      .text("outcome", outcome_text(report.outcome))
      .number("exit_code", static_cast<std::uint64_t>(code))
      .number("items_scanned", report.items_scanned)
      .number("callbacks_done", report.callbacks_done)
      .number("callback_errors", report.callback_errors)
      .number("actions_queued", report.actions_queued)
      .number("actions_done", report.actions_done)
      .number("skipped", report.skipped)
      .number("gone", report.gone)
      .number("conflicts_resolved", report.conflicts_resolved)
      .number("in_doubt_applied", report.in_doubt_applied)
      .number("in_doubt_not_applied", report.in_doubt_not_applied)
      .number("quarantined", report.quarantined)
      .number("retried", report.retried)
      .number("throttled", report.throttled)
      .decimal("read_units", report.read_units)
      .decimal("write_units", report.write_units)
      .decimal("cost", report.cost)
      .text("run_id", report.run_id)
      .text("journal", report.journal)
      .raw("notes", json_array(report.notes, json_string))
      .number("errors_total", report.errors_total)
      .raw("errors", json_array(report.errors, json_of))
      .take();
}

std::string ended_event(std::uint64_t number, std::string_view migration, std::string_view outcome) {
  return JsonText()
      .text("event", "ended")
      .number("number", number)
      .text("migration", migration)
      .text_if("outcome", outcome)
      .take();
}

SeenProgress read_progress_event(std::string_view json) {
  const value::JsonObject event = value::JsonObject::parse(json);
  SeenProgress seen{.migration = event.string("migration").value_or("")};
  Progress& progress = seen.progress;
  progress.phase = static_cast<Phase>(place_of(phases, event.string("phase").value_or("")));
  progress.pace = static_cast<Pace>(place_of(paces, event.string("pace").value_or("")));
  for (const auto& [name, member] : counts) progress.*member = event.integer(name).value_or(progress.*member);
  for (const auto& [name, member] : amounts) progress.*member = event.real(name).value_or(progress.*member);
  for (const auto& [name, member] : texts) progress.*member = event.string(name).value_or(progress.*member);
  for (const auto& [name, member] : segments) {
    progress.*member = static_cast<std::uint32_t>(event.integer(name).value_or(progress.*member));
  }
  return seen;
}

}  // namespace drift::cli
