// Client: a DynamoDB client for one region and endpoint. Signed requests over kept-alive connections, one retry loop,
// and no request is ever sent again when its repetition could change the result.
//
// Every method may be called from many threads at once and returns when the answer is there. Every method throws Error:
// the server's refusals under DynamoDB's own names ("ConditionalCheckFailedException", "ResourceNotFoundException"),
// and drift's own codes:
//   "NoRegion", "ConfigError", "CredentialsError"   nothing was sent; the message says what was looked for, and where
//   "ConnectionFailed"   certainly not executed, or a read without an answer
//   "WrongEndpoint"      what answers is not DynamoDB
//   "AnswerLost"         a write that may have been executed: in_doubt() is true
//   "TimedOut"           of the waiters
// in_doubt() is true also for a write that the server answered with a fault of its own (HTTP status 500 and 503).
#pragma once

#include <drift/credentials.hpp>
#include <drift/error.hpp>
#include <drift/item.hpp>
#include <drift/table.hpp>
#include <drift/value.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift {

namespace client {
class ClientCore;
class ItemSource;
}  // namespace client

// What is empty is found as the AWS command line finds it.
struct ClientOptions {
  std::string region = {};    // AWS_REGION, AWS_DEFAULT_REGION, the profile's `region`
  std::string profile = {};   // AWS_PROFILE, AWS_DEFAULT_PROFILE, else "default"
  std::string endpoint = {};  // AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, the profile's `endpoint_url`, else AWS
  // The environment, the profile's role, a web identity, the shared files, the container, the EC2 instance. With a
  // `profile` here the environment's own credentials are not asked.
  std::shared_ptr<CredentialsProvider> credentials = {};
  // Of one call, where repeating is safe. 0: AWS_MAX_ATTEMPTS, the profile's `max_attempts`, else 10;
  // 3 as long as the endpoint has never answered.
  int max_attempts = 0;
  std::chrono::milliseconds connect_timeout{3'000};   // name, TCP and TLS together
  std::chrono::milliseconds request_timeout{20'000};  // from the first byte sent to the last one received
  std::string ca_bundle = {};  // a PEM file; AWS_CA_BUNDLE, the profile's `ca_bundle`, else the system's
  std::size_t connections_max = 256;
};

// Names and values for an expression: {{"#n", "name"}} and {{":v", 1}}.
using Names = std::map<std::string, std::string, std::less<>>;

// Expression text with its placeholders.
struct Expression {
  std::string text = {};
  Attributes values = {};
  Names names = {};
  friend bool operator==(const Expression&, const Expression&) = default;
};

struct GetOptions {
  bool consistent = true;
  std::string projection = {};  // empty: all attributes
  Names names = {};
};

enum class ReturnValues : std::uint8_t { none, all_old, all_new, updated_old, updated_new };

struct WriteOptions {
  Expression condition = {};  // empty: unconditional
  ReturnValues return_values = ReturnValues::none;
};

// One action of a transaction. `expression` for update; `condition` for all (required for check).
struct TransactAction {
  enum class Kind : std::uint8_t { put, update, remove, check };
  Kind kind = Kind::put;
  std::string table = {};
  Attributes item = {};         // of a put: the item; else the key
  std::string expression = {};  // of an update
  std::string condition = {};
  Attributes values = {};  // of both expressions
  Names names = {};
};

struct ScanOptions {
  bool consistent = true;
  std::string index = {};
  Expression filter = {};
  std::string projection = {};  // its names are in filter.names
  std::uint32_t segment = 0;
  std::uint32_t total_segments = 1;
  std::uint32_t page_limit = 0;  // items evaluated a page; 0: as many as fit 1 MB
};

struct QueryOptions {
  Expression key_condition = {};  // its names and values are also the filter's and the projection's
  bool consistent = true;
  std::string index = {};
  std::string filter = {};
  std::string projection = {};
  bool forward = true;
  std::uint32_t page_limit = 0;
};

// The items of a scan or a query, page by page as they are asked for: for (const Item& item : client.scan("T")) ...
// A single pass; for one thread at a time. begin() and ++ throw what a call throws.
class ItemRange {
 public:
  class iterator {  // NOLINT(readability-identifier-naming): as the standard calls it
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item*;
    using reference = const Item&;
    iterator() = default;
    reference operator*() const;
    pointer operator->() const;
    iterator& operator++();
    void operator++(int);
    friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.at_end(); }

   private:
    friend class ItemRange;
    explicit iterator(client::ItemSource* source) : source_(source) {}
    [[nodiscard]] bool at_end() const noexcept;
    client::ItemSource* source_ = nullptr;
  };

  explicit ItemRange(std::unique_ptr<client::ItemSource> source) noexcept;
  ItemRange(ItemRange&&) noexcept;
  ItemRange& operator=(ItemRange&&) noexcept;
  ~ItemRange();
  iterator begin();
  static std::default_sentinel_t end() noexcept { return {}; }

 private:
  std::unique_ptr<client::ItemSource> source_;
};

class Client {
 public:
  // Finds region, endpoint and credentials provider. Throws Error (code "NoRegion", "ConfigError") without any network
  // traffic; credentials are asked for at the first call.
  explicit Client(const ClientOptions& options = {});
  Client(const Client&) = delete;  // Migrators and callbacks refer to it
  Client& operator=(const Client&) = delete;
  ~Client();

  // Any operation of the DynamoDB API: its name without the version prefix and its request as JSON; the answer's JSON.
  std::string call(std::string_view operation, std::string_view json);

  std::optional<Attributes> get_item(std::string_view table, const Attributes& key, const GetOptions& options = {});
  // Each returns the attributes asked for by `return_values`, empty where there are none.
  Attributes put_item(std::string_view table, const Attributes& item, const WriteOptions& options = {});
  Attributes update_item(std::string_view table, const Attributes& key, const Expression& update,
                         const WriteOptions& options = {});
  Attributes delete_item(std::string_view table, const Attributes& key, const WriteOptions& options = {});

  // Any number of keys or writes, sent in requests of at most 100 and 25; what the server leaves unprocessed is sent
  // again until it is done. Items that do not exist are missing from the result, whose order is not that of the keys.
  // At most one write a key: a second one is an Error before anything is sent.
  std::vector<Attributes> batch_get(std::string_view table, const std::vector<Attributes>& keys,
                                    bool consistent = true);
  void batch_write(std::string_view table, const std::vector<Attributes>& puts,
                   const std::vector<Attributes>& removed_keys = {});
  // All or nothing; at most 100 actions. `token` makes repeating it harmless for ten minutes, so that a lost answer is
  // asked for again; empty: a random one.
  void transact_write(const std::vector<TransactAction>& actions, std::string_view token = {});

  // Needs permission for DescribeTable too, for the items' keys. The range refers to this client.
  ItemRange scan(std::string_view table, const ScanOptions& options = {});
  ItemRange query(std::string_view table, const QueryOptions& options);

  TableDescription describe_table(std::string_view table);
  std::vector<std::string> list_tables();
  // Each returns when the table is ACTIVE, or gone. create_table throws when it exists; so does remove when it does
  // not.
  TableDescription create_table(const TableSpec& spec);
  // Changes the provisioned throughput; both 0: on demand.
  TableDescription update_table(std::string_view table, std::uint64_t read_units, std::uint64_t write_units);
  void delete_table(std::string_view table);
  // Wait for at most `timeout`; throw Error (code "TimedOut") after it. Active: the table and all of its global
  // secondary indexes can be used; an index that a large table is being read into may take hours. Gone: the table and
  // its indexes.
  TableDescription wait_until_active(std::string_view table,
                                     std::chrono::milliseconds timeout = std::chrono::minutes(5));
  void wait_until_gone(std::string_view table, std::chrono::milliseconds timeout = std::chrono::minutes(5));

  [[nodiscard]] const std::string& region() const noexcept;
  [[nodiscard]] const std::string& endpoint() const noexcept;  // "https://dynamodb.eu-west-1.amazonaws.com"

  // For the parts of drift that build on it.
  [[nodiscard]] client::ClientCore& core() noexcept { return *core_; }
  explicit Client(std::unique_ptr<client::ClientCore> core) noexcept;

 private:
  std::unique_ptr<client::ClientCore> core_;
};

}  // namespace drift
