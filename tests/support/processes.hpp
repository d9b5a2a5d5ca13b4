// What tests of processes need: a child that can be killed, waiting for the end of any process without sleeping, a
// temporary directory, the environment put back afterwards, and one plain request to a local server.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace drift::testing {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Changes variables of this process, and puts them back when it goes.
class EnvironmentGuard {
 public:
  EnvironmentGuard() = default;
  ~EnvironmentGuard();
  EnvironmentGuard(const EnvironmentGuard&) = delete;
  EnvironmentGuard& operator=(const EnvironmentGuard&) = delete;
  void set(const std::string& name, const std::string& value);
  void unset(const std::string& name);

 private:
  void remember(const std::string& name);
  std::map<std::string, std::optional<std::string>> before_;
};

// A process that runs `work` and exits; `work` may send numbers to the parent. Killed with its object.
class Child {
 public:
  explicit Child(const std::function<void(int to_parent)>& work);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // 0 when the child ended without sending one.
  [[nodiscard]] int receive_number() const;
  void kill_now();  // SIGKILL, and waits for its end

 private:
  int pid_ = 0;
  int from_child_ = -1;
};

void send_number(int to_parent, int number);

// Whether the process exists and is no zombie.
bool is_alive(int pid);
// Waits for the end of any process, up to 10 s; false when it still runs then.
bool end_of(int pid);
// 0 when there is no such process.
int parent_of(int pid);

// One DynamoDB operation over plain HTTP, with a signature that only a local server takes; the answer's body, or "".
std::string post(const std::string& endpoint, const std::string& operation, const std::string& body);

}  // namespace drift::testing
