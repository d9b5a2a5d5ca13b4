// FakeEnvironment: environment variables and files of a test's own making. Made for one thread; an Environment from
// environment() sees what is set later, too.
#pragma once

#include "client/environment.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace drift::testing {

class FakeEnvironment {
 public:
  void set(const std::string& name, std::string value) { state_->variables[name] = std::move(value); }
  void file(const std::string& path, std::string text) { state_->files[path] = std::move(text); }
  void config(std::string text) { file("/home/me/.aws/config", std::move(text)); }
  void credentials(std::string text) { file("/home/me/.aws/credentials", std::move(text)); }

  [[nodiscard]] client::Environment environment() const {
    return {
        .variable = [state = state_](const char* name) { return look(state->variables, name); },
        .read_file = [state = state_](const std::filesystem::path& path) { return look(state->files, path.string()); },
        .home = "/home/me"};
  }

 private:
  using Texts = std::map<std::string, std::string>;
  struct State {
    Texts variables;
    Texts files;
  };
  static std::optional<std::string> look(const Texts& texts, const std::string& name) {
    const auto found = texts.find(name);
    return found == texts.end() ? std::nullopt : std::optional(found->second);
  }
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace drift::testing
