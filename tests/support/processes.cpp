// See processes.hpp.
#include "support/processes.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace drift::testing {

namespace {

struct Status {
  char state = 0;  // 'Z' for a zombie, 0 when there is no such process
  int parent = 0;
};

Status status_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(") ");  // the program's name may contain anything
  if (name_end == std::string::npos) return {};
  return {line[name_end + 2], std::atoi(line.c_str() + name_end + 4)};
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "drift-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory " + name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void EnvironmentGuard::remember(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  before_.try_emplace(name, value == nullptr ? std::nullopt : std::optional<std::string>(value));
}

void EnvironmentGuard::set(const std::string& name, const std::string& value) {
  remember(name);
  setenv(name.c_str(), value.c_str(), 1);
}

void EnvironmentGuard::unset(const std::string& name) {
  remember(name);
  unsetenv(name.c_str());
}

EnvironmentGuard::~EnvironmentGuard() {
  for (const auto& [name, value] : before_) {
    if (value) {
      setenv(name.c_str(), value->c_str(), 1);
    } else {
      unsetenv(name.c_str());
    }
  }
}

Child::Child(const std::function<void(int)>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
  pid_ = fork();
  if (pid_ == 0) {
    close(ends[0]);
    work(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  from_child_ = ends[0];
}

Child::~Child() {
  kill_now();
  close(from_child_);
}

int Child::receive_number() const {
  int number = 0;
  return read(from_child_, &number, sizeof number) == sizeof number ? number : 0;
}

void Child::kill_now() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void send_number(int to_parent, int number) {
  if (write(to_parent, &number, sizeof number) != sizeof number) _exit(1);
}

bool is_alive(int pid) {
  const char state = status_of(pid).state;
  return state != 0 && state != 'Z';
}

int parent_of(int pid) { return status_of(pid).parent; }

bool end_of(int pid) {
  // By number: glibc 2.36 declares pidfd_open without C linkage.
  const int process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (process < 0) return true;  // gone already
  pollfd watched{process, POLLIN, 0};
  constexpr int patience_ms = 10'000;
  const int ready = poll(&watched, 1, patience_ms);
  close(process);
  return ready == 1;
}

std::string post(const std::string& endpoint, const std::string& operation, const std::string& body) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(endpoint.c_str() + endpoint.rfind(':') + 1)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string answer;
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string request =
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.0\r\n"
        "X-Amz-Target: DynamoDB_20120810." +
        operation +
        "\r\nX-Amz-Date: 20240101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 "
        "Credential=a/20240101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    send(connection, request.data(), request.size(), MSG_NOSIGNAL);
    char part[4096];
    for (ssize_t got = 0; (got = recv(connection, part, sizeof part, 0)) > 0;) {
      answer.append(part, static_cast<std::size_t>(got));
    }
  }
  close(connection);
  const std::size_t head = answer.find("\r\n\r\n");
  return head == std::string::npos ? std::string() : answer.substr(head + 4);
}

}  // namespace drift::testing
