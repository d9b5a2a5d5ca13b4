// MigratorFixture: see the header.
#include "support/migrator_fixture.hpp"

#include "client/core.hpp"
#include "wire/asio_transport.hpp"

#include <atomic>
#include <optional>
#include <utility>

namespace drift::testing {

void MigratorFixture::SetUp() {
  LocalFixture::SetUp();
  table_ = table_name("items");
  directory_ = std::make_unique<TemporaryDirectory>();
  network_ = std::make_shared<FaultTransport>(wire::make_asio_transport({}));
  client::ClientCore::Settings settings{.region = "us-east-1",
                                        .endpoint = *wire::Endpoint::parse(endpoint()),
                                        .credentials = static_credentials("id", "secret")};
  settings.retry.base = std::chrono::milliseconds(1);
  settings.retry.cap = std::chrono::milliseconds(4);
  client_ = std::make_unique<Client>(std::make_unique<client::ClientCore>(std::move(settings), network_));
  plain_client_ = std::make_unique<Client>(
      ClientOptions{.region = "us-east-1", .endpoint = endpoint(), .credentials = static_credentials("id", "secret")});
  migrator_ = std::make_unique<Migrator>(
      *client_, MigratorOptions{.meta_table = table_name("meta"), .state_dir = state_directory()});
  migrator_->init();
}

void MigratorFixture::TearDown() {
  migrator_.reset();
  client_.reset();
  plain_client_.reset();
  network_.reset();
  directory_.reset();
  LocalFixture::TearDown();
}

void MigratorFixture::make_table(const std::string& name, const KeySchema& key) {
  plain_client_->create_table({.name = name, .key = key});
}

void MigratorFixture::fill(std::size_t count, std::size_t padding) {
  make_table(table_);
  std::vector<Attributes> puts;
  for (std::size_t i = 0; i < count; ++i) {
    puts.push_back({{"id", i}, {"n", 0}, {"text", std::string(padding, 'x')}});
  }
  plain_client_->batch_write(table_, puts);
}

Migration MigratorFixture::migration(Callback up, Callback down) const {
  return {.number = 1, .table = table_, .description = "a test", .up = std::move(up), .down = std::move(down)};
}

void MigratorFixture::at_updates(std::function<void(int)> at) {
  network().before = [to = R"("TableName":")" + table() + '"', at = std::move(at),
                      sent = std::make_shared<std::atomic<int>>(0)](
                         std::string_view operation, const wire::Request& request) -> std::optional<wire::Answer> {
    const bool is_probe = request.body.find("drift_permission_check") != std::string::npos;
    if (operation == "UpdateItem" && !is_probe && request.body.find(to) != std::string::npos) at(++*sent);
    return std::nullopt;
  };
}

std::stop_token MigratorFixture::stop_at_update(int count) {
  std::stop_source stop;
  at_updates([stop, count](int sent) mutable {
    if (sent == count) stop.request_stop();
  });
  return stop.get_token();
}

std::map<std::int64_t, Attributes> MigratorFixture::items(const std::string& table) {
  std::map<std::int64_t, Attributes> found;
  for (const Item& item : plain_client_->scan(table)) found.emplace(item["id"].as_int64(), item.attributes());
  return found;
}

std::size_t MigratorFixture::count_where(const std::string& name, const Value& value) {
  std::size_t count = 0;
  for (const auto& [_, item] : items()) count += item.contains(name) && item.at(name) == value ? 1 : 0;
  return count;
}

std::vector<std::filesystem::path> MigratorFixture::journals() const {
  std::vector<std::filesystem::path> found;
  if (!std::filesystem::exists(state_directory())) return found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(state_directory())) {
    const std::string name = entry.path().filename();
    if (name.ends_with(".journal") && !name.ends_with("-applied.journal")) found.push_back(entry.path());
  }
  return found;
}

void count_up(const Item&, Actions& actions) {
  actions.update({.expression = "SET n = n + :one", .values = {{":one", 1}}});
}

std::string errors_of(const Report& report) {
  std::string text = outcome_text(report.outcome);
  for (const Error& error : report.errors)
    text.append("\n  ").append(error.what()).append(" -> ").append(error.next_step());
  return text;
}

}  // namespace drift::testing
