// A look at a run: see the header.
#include "cli/run_sight.hpp"

#include "cli/control_client.hpp"
#include "cli/control_socket.hpp"
#include "cli/progress_view.hpp"
#include "cli/run_events.hpp"

#include <chrono>

namespace drift::cli {

std::optional<RunSight> look_at_run(Session& session, std::uint64_t number) {
  try {
    ControlClient run(control_socket_file(session.state_directory(), session.settings().meta_table, number));
    const auto answer = run.ask("status");
    if (!answer) return std::nullopt;
    const SeenProgress seen = read_progress_event(*answer);
    const ProgressView view(session.console(), seen.migration);
    return RunSight{.line = view.line(seen.progress, std::chrono::steady_clock::now(), session.console().columns()),
                    .json = *answer,
                    .progress = seen.progress};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace drift::cli
