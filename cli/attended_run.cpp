// AttendedRun: see the header.
#include "cli/attended_run.hpp"

#include "cli/control_commands.hpp"

#include <utility>

namespace drift::cli {

namespace {

constexpr std::chrono::seconds events_every{1};
constexpr const char* by_signal =
    "Stopping: what is under way is finished ... (Ctrl-C again ends at once; it can be gone on with even then)";
constexpr const char* by_control = "Stopping, as ctl asked: what is under way is finished ...";

}  // namespace

AttendedRun::AttendedRun(Session& session, RunName name)
    : session_(session),
      name_(std::move(name)),
      view_(session.console(), name_.migration),
      on_signal_(signal_.token(), [this] { stop(by_signal); }) {
  open_control_socket();  // if not now, then once the run is this process's
}

// Said first: what is under way may take its time.
void AttendedRun::stop(const char* why) {
  session_.console().note(why);
  session_.stop().request_stop();
}

std::optional<Error> AttendedRun::open_control_socket() {
  const Settings& settings = session_.settings();
  try {
    auto commands = std::make_shared<ControlCommands>(
        settings.run.controls, [this] { stop(by_control); }, [this] { return status(); });
    control_socket_ = std::make_unique<ControlSocket>(
        control_socket_file(session_.state_directory(), settings.meta_table, name_.number),
        [commands](std::string_view line) { return commands->answer(line); });
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

// Called while the run is this process's.
void AttendedRun::be_reached() {
  if (control_socket_) return;
  const auto error = open_control_socket();
  if (!error || std::exchange(said_unreachable_, true)) return;
  session_.console().note("note: ctl and watch cannot reach this run: " + error->message());
}

RunOptions AttendedRun::options() {
  RunOptions options = session_.settings().run;
  options.stop = session_.stop().get_token();
  options.on_progress = [this](const Progress& progress) {
    {
      const std::scoped_lock lock(mutex_);
      progress_ = progress;
    }
    if (!progress.run_id.empty()) be_reached();
    show(progress);
  };
  return options;
}

void AttendedRun::show(const Progress& progress) {
  if (session_.settings().quiet) return;
  const Time now = std::chrono::steady_clock::now();
  if (!session_.settings().json) return view_.show(progress, now);
  if (told_ && now - *told_ < events_every && progress.phase != Phase::finished) return;
  told_ = now;
  session_.console().result(progress_event(name_, progress));
}

std::string AttendedRun::status() const {
  const std::scoped_lock lock(mutex_);
  return progress_event(name_, progress_);
}

}  // namespace drift::cli
