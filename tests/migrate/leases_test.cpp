// What operators do with leases, and how a machine tells which of its own processes live.
#include "migrate/leases.hpp"

#include "migrate/host_identity.hpp"
#include "migrate/lease_machine.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace drift::migrate {
namespace {

using testing::error_of;
using testing::Machine;
using namespace std::chrono_literals;

// A process of this machine that has ended.
ProcessIdentity ended_process() {
  ProcessIdentity who = this_process();
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  who.pid = static_cast<std::uint64_t>(child);
  return who;
}

TEST(HostIdentity, NamesThisProcess) {
  const ProcessIdentity who = this_process();
  EXPECT_FALSE(who.host.empty());
  EXPECT_FALSE(who.user.empty());
  EXPECT_EQ(who.pid, static_cast<std::uint64_t>(getpid()));
  EXPECT_FALSE(who.pid_space.empty());
  EXPECT_GT(who.started, 0U);
}

TEST(HostIdentity, TellsWhichProcessesLive) {
  EXPECT_EQ(life_of(this_process()), Life::running);
  EXPECT_EQ(life_of(ended_process()), Life::ended);
}

TEST(HostIdentity, APidThatWasGivenOutAgainIsNotTheProcess) {
  ProcessIdentity who = this_process();
  --who.started;
  EXPECT_EQ(life_of(who), Life::ended);
}

TEST(HostIdentity, AProcessThatNobodyHasWaitedForHasEnded) {
  ProcessIdentity who = this_process();
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  who.pid = static_cast<std::uint64_t>(child);
  EXPECT_EQ(life_of(who), Life::ended);
  waitpid(child, nullptr, 0);
}

TEST(HostIdentity, NothingIsKnownOfOtherMachinesBootsAndPidsThatCannotBe) {
  const ProcessIdentity here = this_process();
  for (auto change :
       {+[](ProcessIdentity& who) { who.host += "x"; }, +[](ProcessIdentity& who) { who.pid_space += "x"; },
        +[](ProcessIdentity& who) { who.pid_space.clear(); }, +[](ProcessIdentity& who) { who.pid = 0; },
        +[](ProcessIdentity& who) { who.pid = std::uint64_t{1} << 40U; }}) {
    ProcessIdentity who = here;
    change(who);
    EXPECT_EQ(life_of(who), Life::unknown);
  }
}

class Leases : public testing::LeaseFixture {
 protected:
  void SetUp() override {
    LeaseFixture::SetUp();
    if (HasFatalFailure()) return;
    operator_ = std::make_unique<Machine>(*client_, run_table(), "desk");
  }
  void TearDown() override {
    operator_.reset();
    LeaseFixture::TearDown();
  }
  void unlock(std::uint64_t token) { operator_->unlock(number, token); }
  // Held by a process of another machine that has ended.
  void leave_lease() {
    Machine gone(*client_, run_table(), "gone");
    LeaseHolder& owner = gone.start_process();
    ASSERT_TRUE(gone.take(owner, number));
  }
  void give_lease_to(const ProcessIdentity& who) {
    client_->update_item(
        run_table(), lease_key(number),
        {.text = "SET #host = :host, #pid = :pid, #space = :space, #started = :started",
         .values = {{":host", who.host}, {":pid", who.pid}, {":space", who.pid_space}, {":started", who.started}},
         .names = {{"#host", "Host"}, {"#pid", "Pid"}, {"#space", "PidSpace"}, {"#started", "PidStarted"}}});
  }
  void set_renewed(base::SystemTime time) {
    client_->update_item(run_table(), lease_key(number),
                         {.text = "SET #r = :r", .values = {{":r", iso_time(time)}}, .names = {{"#r", "Renewed"}}});
  }
  bool is_owner_gone() { return leases(*client_, run_table()).at(0).owner_gone; }

  std::unique_ptr<Machine> operator_;
};

TEST_F(Leases, OfADeadProcessOfThisMachineIsTakenAtOnce) {
  leave_lease();
  give_lease_to(ended_process());
  LeaseHolder next(*client_, run_table());
  ASSERT_TRUE(next.acquire(number, "run-2", 0ms, {}, {}));
  EXPECT_EQ(next.token(), 2U);
  EXPECT_EQ(row().lease.pid, static_cast<std::uint64_t>(getpid()));
}

TEST_F(Leases, TellOfAProcessOfThisMachineAtOnceWhetherItIsGone) {
  leave_lease();
  give_lease_to(ended_process());
  set_renewed(base::machine_clock().system());
  EXPECT_TRUE(is_owner_gone());
  give_lease_to(this_process());
  set_renewed(base::machine_clock().system() - 1h);
  EXPECT_FALSE(is_owner_gone());
}

TEST_F(Leases, TellOfAProcessElsewhereByItsLastSignOfLife) {
  leave_lease();
  set_renewed(base::machine_clock().system() - 30s);
  EXPECT_FALSE(is_owner_gone());
  set_renewed(base::machine_clock().system() - 70s);
  EXPECT_TRUE(is_owner_gone());
}

TEST_F(Leases, IsNotUnlockedWhileItsProcessRunsHere) {
  LeaseHolder owner(*client_, run_table());
  ASSERT_TRUE(take(owner));
  const Error error = error_of([&] { migrate::unlock(*client_, run_table(), number, 1); });
  EXPECT_EQ(error.code(), "OwnerAlive");
  EXPECT_NE(error.message().find("pid " + std::to_string(getpid())), std::string::npos) << error.message();
  EXPECT_FALSE(row().lease.released);
}

TEST_F(Leases, IsNotUnlockedWhileItsOwnerRenewsIt) {
  LeaseHolder& owner = operator_->start_process();  // the same clock moves both; it is not known to be of this machine
  ASSERT_TRUE(operator_->take(owner, number));
  const Error error = error_of([&] { unlock(1); });
  EXPECT_EQ(error.code(), "OwnerAlive");
  EXPECT_NE(error.message().find("renewed"), std::string::npos) << error.message();
  EXPECT_FALSE(row().lease.released);
}

TEST_F(Leases, OfAnOwnerThatIsNotSeenIsUnlocked) {
  Machine alpha(*client_, run_table(), "alpha");
  LeaseHolder& owner = alpha.start_process();
  ASSERT_TRUE(alpha.take(owner, number));
  unlock(1);
  EXPECT_TRUE(row().lease.released);
  EXPECT_TRUE(leases(*client_, run_table()).empty());
  unlock(1);  // harmless
  const auto next = holder("beta");
  ASSERT_TRUE(take(*next));
  EXPECT_EQ(next->token(), 2U);
}

TEST_F(Leases, IsNotUnlockedWithAnothersToken) {
  const auto owner = holder("alpha");
  ASSERT_TRUE(take(*owner));
  EXPECT_EQ(error_of([&] { unlock(2); }).code(), "TokenChanged");
  EXPECT_EQ(error_of([&] { operator_->unlock(number + 1, 1); }).code(), "NotLocked");
  EXPECT_FALSE(row().lease.released);
}

TEST_F(Leases, AnUnlockingWhoseAnswerIsLostIsFoundByReading) {
  Machine alpha(*client_, run_table(), "alpha");
  LeaseHolder& owner = alpha.start_process();
  ASSERT_TRUE(alpha.take(owner, number));
  int lost = 0;
  operator_->fault = [&](std::string_view operation, const wire::Request& request) {
    std::optional<wire::Answer> answer;
    if (operation != "UpdateItem" || lost++ > 0) return answer;
    client_->call("UpdateItem", request.body);
    answer = testing::lost();
    return answer;
  };
  unlock(1);
  operator_->fault = {};
  EXPECT_EQ(lost, 1);
  EXPECT_TRUE(row().lease.released);
}

}  // namespace
}  // namespace drift::migrate
