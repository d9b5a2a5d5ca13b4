// The verbs: see the headers.
#include "cli/verbs.hpp"

#include "cli/usage_error.hpp"

#include <charconv>

namespace drift::cli {

std::optional<std::uint64_t> Arguments::number(std::string_view name) const {
  if (!has(name)) return std::nullopt;
  const std::string& given = text(name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
  if (error == std::errc{} && end == given.data() + given.size()) return number;
  throw usage_error(std::string(name) + ": \"" + given + "\" is no number", "Nothing was done.");
}

std::uint64_t Arguments::needed_number(std::string_view name) const { return number(name).value(); }

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      up_verb(),           up_to_verb(),        down_verb(),     down_to_verb(), goto_verb(),     redo_verb(),
      resume_verb(),       run_verb(),          status_verb(),   version_verb(), history_verb(),  plan_verb(),
      verify_verb(),       new_verb(),          validate_verb(), policy_verb(),  failures_verb(), resolve_verb(),
      mark_applied_verb(), mark_pending_verb(), locks_verb(),    unlock_verb(),  adopt_verb(),    restart_verb(),
      sweep_verb(),        prune_verb(),        init_verb(),     ctl_verb(),     watch_verb(),    local_verb(),
      demo_verb(),         completion_verb(),   manual_verb()};
  return all;
}

}  // namespace drift::cli
