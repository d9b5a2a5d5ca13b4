// LocalServer: starting, answering, stopping, several at once, and what is left behind when the owner or the server
// dies.
#include "local/local_server.hpp"

#include "support/local_fixture.hpp"
#include "support/processes.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace drift::local {
namespace {

using testing::end_of;
using testing::is_alive;
using testing::post;
using testing::TemporaryDirectory;

std::string create_table(const LocalServer& server, const std::string& name) {
  return post(server.endpoint(), "CreateTable",
              R"({"TableName":")" + name +
                  R"(","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
                  R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]})");
}

std::string tables(const LocalServer& server) { return post(server.endpoint(), "ListTables", "{}"); }

TEST(LocalServer, AnswersWhenTheConstructorReturnsAndIsGoneAfterStop) {
  LocalServer server;
  EXPECT_TRUE(server.running());
  EXPECT_EQ(server.failure(), "");
  EXPECT_EQ(tables(server), R"({"TableNames":[]})");
  const int pid = server.pid();
  EXPECT_TRUE(is_alive(pid));
  server.stop();
  EXPECT_FALSE(is_alive(pid));
  EXPECT_FALSE(server.running());
  EXPECT_NE(server.failure().find("was stopped"), std::string::npos) << server.failure();
  server.stop();  // again: nothing
}

TEST(LocalServer, EndsWithItsObjectAndLeavesNoChild) {
  int pid = 0;
  {
    const LocalServer server;
    pid = server.pid();
  }
  EXPECT_FALSE(is_alive(pid));
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child process was left behind";
}

TEST(LocalServer, SeveralAtOnceKeepTheirOwnTables) {
  const LocalServer one;
  const LocalServer two;
  EXPECT_NE(one.endpoint(), two.endpoint());
  create_table(one, "OnlyInOne");
  EXPECT_EQ(tables(one), R"({"TableNames":["OnlyInOne"]})");
  EXPECT_EQ(tables(two), R"({"TableNames":[]})");
}

TEST(LocalServer, StoppingOneLeavesTheOtherRunning) {
  LocalServer one;
  LocalServer two;
  one.stop();
  EXPECT_TRUE(two.running());
  EXPECT_EQ(tables(two), R"({"TableNames":[]})");
  two.stop();
}

TEST(LocalServer, DatabaseFileKeepsItsTables) {
  const TemporaryDirectory directory;
  const LocalServerOptions options{.database = directory.path() / "tables.db"};
  {
    const LocalServer server(options);
    create_table(server, "Kept");
  }
  const LocalServer server(options);
  EXPECT_EQ(tables(server), R"({"TableNames":["Kept"]})");
}

TEST(LocalServer, EndsWhenItsOwnerIsKilled) {
  testing::Child owner([](int to_parent) {
    const LocalServer server;
    const int pid = server.pid();
    testing::send_number(to_parent, pid);
    pause();
  });
  const int server = owner.receive_number();
  ASSERT_TRUE(is_alive(server));
  owner.kill_now();
  EXPECT_TRUE(end_of(server)) << "the server outlived its owner";
}

TEST(LocalServer, EndsWhenItsGuardianIsKilled) {
  LocalServer server;
  const int pid = server.pid();
  kill(testing::parent_of(pid), SIGKILL);
  EXPECT_TRUE(end_of(pid));
  EXPECT_FALSE(server.running());
  EXPECT_NE(server.failure().find("guardian process was killed"), std::string::npos) << server.failure();
}

TEST(LocalServer, TellsHowTheServerDiedAndWhatItPrintedLast) {
  LocalServer server;
  const int pid = server.pid();
  kill(pid, SIGKILL);
  ASSERT_TRUE(end_of(pid));
  while (server.running()) continue;  // the guardian tells within microseconds
  EXPECT_NE(server.failure().find("was ended by signal 9 (Killed)"), std::string::npos) << server.failure();
  EXPECT_NE(server.failure().find("listening on " + server.endpoint()), std::string::npos) << server.failure();
}

TEST(LocalServer, IgnoresTheTerminalsInterrupt) {
  LocalServer server;
  EXPECT_NE(getpgid(server.pid()), getpgrp());
  EXPECT_NE(getsid(server.pid()), getsid(0));
}

TEST(LocalServer, InheritsNoDescriptorOfItsOwner) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);  // without close-on-exec, as other libraries open theirs
  const LocalServer server;
  close(ends[1]);
  char byte = 0;
  EXPECT_EQ(read(ends[0], &byte, 1), 0) << "somebody else holds the pipe open";
  close(ends[0]);
}

std::string message_of(const LocalServerOptions& options) {
  try {
    const LocalServer server(options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "LocalServer");
    return error.message();
  }
  return "started";
}

TEST(LocalServer, SaysWhatItPrintedWhenItEndsAtOnce) {
  const std::string message = message_of({.database = "/nonexistent-directory/tables.db"});
  EXPECT_NE(message.find("ended with exit code 1"), std::string::npos) << message;
  EXPECT_NE(message.find("unable to open database file"), std::string::npos) << message;
}

TEST(LocalServer, SaysThatAFixedPortIsTaken) {
  const LocalServer first;
  const auto port = static_cast<std::uint16_t>(std::stoi(first.endpoint().substr(first.endpoint().rfind(':') + 1)));
  const std::string message = message_of({.port = port});
  EXPECT_NE(message.find("already in use"), std::string::npos) << message;
}

TEST(LocalServer, TakesAnotherPortWhenItsFirstWasTakenMeanwhile) {
  // A program that loses the port the first time, and is the real one from then on.
  const TemporaryDirectory directory;
  const auto program = directory.path() / "dynoxide";
  std::ofstream(program) << "#!/bin/sh\nif mkdir " << (directory.path() / "lost").string() << " 2>/dev/null; then\n"
                         << "  echo 'error: port is already in use' >&2; exit 1\nfi\nexec "
                         << LocalServer::find_program().value_or("dynoxide").string() << " \"$@\"\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const LocalServer server({.program = program});
  EXPECT_EQ(tables(server), R"({"TableNames":[]})");
}

TEST(LocalServer, SaysThatAProgramListensAndDoesNotAnswer) {
  const TemporaryDirectory directory;
  const auto program = directory.path() / "dynoxide";
  std::ofstream(program) << "#!/bin/sh\necho $$ > " << (directory.path() / "pid").string()
                         << "\necho listening on http://127.0.0.1:$4 >&2\nexec sleep 60\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string message = message_of({.program = program});
  EXPECT_NE(message.find("does not answer"), std::string::npos) << message;
  int pid = 0;
  std::ifstream(directory.path() / "pid") >> pid;
  EXPECT_FALSE(is_alive(pid)) << "it was not ended";
}

TEST(LocalServer, SaysThatAProgramCannotBeExecuted) {
  const TemporaryDirectory directory;
  const auto program = directory.path() / "dynoxide";
  std::ofstream(program) << "no program at all\n";
  EXPECT_NE(message_of({.program = program}).find("is not a program"), std::string::npos);
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string message = message_of({.program = program});
  EXPECT_NE(message.find("could not be started: Exec format error"), std::string::npos) << message;
}

class SharedServer : public testing::LocalFixture {};

TEST_F(SharedServer, IsTheSameForEveryTestOfTheProgram) {
  EXPECT_EQ(endpoint(), testing::shared_local_server().endpoint());
  EXPECT_EQ(post(endpoint(), "ListTables", "{}"), R"({"TableNames":[]})");
}

TEST_F(SharedServer, NamesTablesAfterTheTest) { EXPECT_EQ(table_name("a"), "SharedServer.NamesTablesAfterTheTest.a"); }

}  // namespace
}  // namespace drift::local
