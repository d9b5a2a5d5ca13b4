#include "journal/journal_writer.hpp"

#include "journal/problem.hpp"
#include "journal/work_queue.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <future>
#include <span>
#include <thread>
#include <utility>

namespace drift::journal {

namespace {

// So many outcomes are recorded before the next trim: it costs a commit of its own, which is little among so many, and
// what it drops is not read from the disk again.
constexpr std::size_t trim_every = 4'096;

// Under load a group is what has come while the one before was written, up to this: more would keep its completions
// waiting for no gain.
constexpr std::size_t group_records_max = 4'096;

// How many of these are committed together: a CallWork comes after all before it is durable, so it ends its group.
std::size_t group_size(std::span<const Work> works) {
  std::size_t records = 0;
  std::size_t size = 0;
  while (size < works.size() && records < group_records_max) {
    const Work& work = works[size++];
    if (std::holds_alternative<CallWork>(work)) {
      break;
    }
    records += weigh(work).records;
  }
  return size;
}

}  // namespace

class JournalWriter::Worker {
 public:
  Worker(std::unique_ptr<Journal> journal, Trimming trimming, base::Clock& clock)
      : journal_(std::move(journal)), trimming_(trimming), queue_(clock), thread_([this] { work(); }) {}
  ~Worker() { end(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void put(Work&& work);
  // Has `call` done after everything before it, waits for it, passes on what it throws.
  void call_and_wait(const std::function<void(Journal&)>& call);
  std::unique_ptr<Journal> finish();

  [[nodiscard]] std::size_t backlog() const noexcept { return backlog_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t backlog_bytes() const noexcept { return backlog_bytes_.load(std::memory_order_relaxed); }

 private:
  void end();
  void work();
  void commit(std::span<Work> group);
  void trim_if_due(std::size_t recorded);
  void complete(const Work& work);
  void do_call(const CallWork& work);
  // Does something with the journal; what that throws ends all work.
  void guarded(const std::function<void()>& step);

  std::unique_ptr<Journal> journal_;
  const Trimming trimming_;
  // Of the writer's thread.
  std::optional<Error> error_;
  std::vector<PageRecord> pages_;  // of one group; kept for their memory
  std::vector<ActionOutcome> outcomes_;
  std::size_t recorded_ = 0;  // outcomes since the last trim
  std::atomic<std::size_t> backlog_ = 0;
  std::atomic<std::size_t> backlog_bytes_ = 0;
  WorkQueue queue_;
  std::thread thread_;  // the last member: it uses all others
};

void JournalWriter::Worker::put(Work&& work) {
  const Weight weight = weigh(work);
  backlog_.fetch_add(weight.records, std::memory_order_relaxed);
  backlog_bytes_.fetch_add(weight.bytes, std::memory_order_relaxed);
  queue_.put(std::move(work));
}

void JournalWriter::Worker::work() {
  std::vector<Work> taken;
  for (queue_.take(taken); !taken.empty(); queue_.take(taken)) {
    for (std::span<Work> left = taken; !left.empty();) {
      const std::size_t size = group_size(left);
      commit(left.first(size));
      left = left.subspan(size);
    }
    taken.clear();
  }
}

void JournalWriter::Worker::commit(std::span<Work> group) {
  std::uint64_t send_mark = 0;
  Weight weight;
  for (Work& work : group) {
    const Weight more = weigh(work);
    weight.records += more.records;
    weight.bytes += more.bytes;
    if (auto* outcome = std::get_if<OutcomeWork>(&work)) {
      outcomes_.push_back(std::move(outcome->outcome));
    } else if (auto* page = std::get_if<PageWork>(&work)) {
      pages_.push_back(std::move(page->page));
    } else if (const auto* mark = std::get_if<MarkWork>(&work)) {
      send_mark = std::max(send_mark, mark->place);
    }
  }
  guarded([&] { journal_->write(pages_, outcomes_, send_mark); });
  const std::size_t recorded = outcomes_.size();
  pages_.clear();
  outcomes_.clear();
  backlog_.fetch_sub(weight.records, std::memory_order_relaxed);
  backlog_bytes_.fetch_sub(weight.bytes, std::memory_order_relaxed);
  for (const Work& work : group) {
    complete(work);
  }
  trim_if_due(recorded);
}

void JournalWriter::Worker::trim_if_due(std::size_t recorded) {
  recorded_ += recorded;
  if (trimming_ == Trimming::by_itself && recorded_ >= trim_every) {
    // It drops more than that where something had held it up, and so catches up.
    guarded([&] { (void)journal_->trim(); });
    recorded_ = 0;
  }
}

void JournalWriter::Worker::complete(const Work& work) {
  if (const auto* page = std::get_if<PageWork>(&work); page != nullptr && page->done) {
    page->done(error_);
  } else if (const auto* outcome = std::get_if<OutcomeWork>(&work); outcome != nullptr && outcome->done) {
    outcome->done(error_);
  } else if (const auto* mark = std::get_if<MarkWork>(&work); mark != nullptr && mark->done) {
    mark->done(error_);
  } else if (const auto* call = std::get_if<CallWork>(&work)) {
    do_call(*call);  // the last of its batch
  }
}

void JournalWriter::Worker::do_call(const CallWork& work) {
  guarded([&] { work.call(*journal_); });
  if (error_) {
    work.failed(error_);
  }
}

void JournalWriter::Worker::guarded(const std::function<void()>& step) {
  if (error_) {
    return;
  }
  try {
    step();
  } catch (const Error& error) {
    error_ = error;
  } catch (const std::exception& error) {
    error_ = journal_error(journal_->file(), error.what());
  }
}

void JournalWriter::Worker::call_and_wait(const std::function<void(Journal&)>& call) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    throw Error("JournalError", "The journal's own thread was told to wait for itself. This is a fault in drift.");
  }
  if (!thread_.joinable()) {
    throw Error("JournalError", "The journal was used after its end. This is a fault in drift.");
  }
  std::promise<void> promise;
  put(CallWork{
      .call =
          [&](Journal& journal) {
            try {
              call(journal);
              promise.set_value();
            } catch (...) {
              promise.set_exception(std::current_exception());
            }
          },
      .failed = [&](const std::optional<Error>& error) { promise.set_exception(std::make_exception_ptr(*error)); }});
  promise.get_future().get();
}

std::unique_ptr<Journal> JournalWriter::Worker::finish() {
  try {
    call_and_wait([](Journal&) {});
  } catch (...) {
    end();
    journal_.reset();
    throw;
  }
  end();
  return std::move(journal_);
}

void JournalWriter::Worker::end() {
  queue_.end();
  if (thread_.joinable()) {
    thread_.join();
  }
}

JournalWriter::JournalWriter(std::unique_ptr<Journal> journal, Trimming trimming, base::Clock& clock)
    : worker_(std::make_unique<Worker>(std::move(journal), trimming, clock)) {}

JournalWriter::~JournalWriter() = default;

void JournalWriter::append_page(PageRecord page, Done done) {
  worker_->put(PageWork{.page = std::move(page), .done = std::move(done)});
}

void JournalWriter::record(ActionOutcome outcome, Done done) {
  worker_->put(Work(std::in_place_type<OutcomeWork>, std::move(outcome), std::move(done)));
}

void JournalWriter::move_send_mark(std::uint64_t place, Done done) {
  worker_->put(MarkWork{.place = place, .done = std::move(done)});
}

void JournalWriter::call(std::function<void(Journal&)> work, Done done) {
  const auto give = std::make_shared<Done>(std::move(done));
  worker_->put(CallWork{.call =
                            [give, work = std::move(work)](Journal& journal) {
                              std::optional<Error> error;
                              try {
                                work(journal);
                              } catch (const Error& thrown) {
                                error = thrown;
                              } catch (const std::exception& thrown) {
                                error = journal_error(journal.file(), thrown.what());
                              }
                              (*give)(error);
                            },
                        .failed = [give](const std::optional<Error>& error) { (*give)(error); }});
}

void JournalWriter::fetch(std::uint64_t after, std::size_t count, std::size_t bytes_max, Fetched fetched) {
  const auto give = std::make_shared<Fetched>(std::move(fetched));
  worker_->put(
      CallWork{.call = [=](Journal& journal) { (*give)(journal.pending(after, count, bytes_max), std::nullopt); },
               .failed = [=](const std::optional<Error>& error) { (*give)({}, error); }});
}

std::size_t JournalWriter::backlog() const noexcept { return worker_->backlog(); }

std::size_t JournalWriter::backlog_bytes() const noexcept { return worker_->backlog_bytes(); }

void JournalWriter::flush() {
  worker_->call_and_wait([](Journal&) {});
}

void JournalWriter::with_journal(const std::function<void(Journal&)>& work) { worker_->call_and_wait(work); }

std::unique_ptr<Journal> JournalWriter::finish() { return worker_->finish(); }

}  // namespace drift::journal
