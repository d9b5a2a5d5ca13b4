#include "client/item_source.hpp"

#include "client/core.hpp"
#include "client/request_json.hpp"

#include <utility>

namespace drift {
namespace client {
namespace {

std::string query_request(std::string_view table, const QueryOptions& options) {
  RequestJson json;
  json.text("TableName", table);
  json.text_if("IndexName", options.index);
  if (options.consistent) json.flag("ConsistentRead", true);
  json.text("KeyConditionExpression", options.key_condition.text);
  json.text_if("FilterExpression", options.filter).text_if("ProjectionExpression", options.projection);
  json.names(options.key_condition.names).values(options.key_condition.values);
  if (!options.forward) json.flag("ScanIndexForward", false);
  if (options.page_limit > 0) json.number("Limit", options.page_limit);
  return json.take();
}

}  // namespace

ItemSource::ItemSource(Client& client, std::string table, const ScanOptions& options)
    : client_(client),
      operation_(Operation::named("Scan")),
      table_(std::move(table)),
      request_(scan_request({.table = table_, .options = &options})) {
  request_.pop_back();
}

ItemSource::ItemSource(Client& client, std::string table, const QueryOptions& options)
    : client_(client),
      operation_(Operation::named("Query")),
      table_(std::move(table)),
      request_(query_request(table_, options)) {
  request_.pop_back();
}

void ItemSource::fetch() {
  if (!key_) key_ = std::make_shared<const KeySchema>(client_.describe_table(table_).key);
  std::string request = request_;
  if (page_) request.append(R"(,"ExclusiveStartKey":)").append(page_->last_key());
  request += '}';
  page_ = value::Page::parse(client_.core().call(operation_, std::move(request), {.table = table_}), key_);
  next_ = 0;
}

void ItemSource::advance() {
  item_.reset();
  while (!page_ || next_ == page_->size()) {
    if (page_ && page_->last_key().empty()) {
      ended_ = true;
      return;
    }
    fetch();
  }
  item_ = page_->item(next_++);
}

}  // namespace client

ItemRange::ItemRange(std::unique_ptr<client::ItemSource> source) noexcept : source_(std::move(source)) {}
ItemRange::ItemRange(ItemRange&&) noexcept = default;
ItemRange& ItemRange::operator=(ItemRange&&) noexcept = default;
ItemRange::~ItemRange() = default;

ItemRange::iterator ItemRange::begin() {
  if (!source_->started()) source_->advance();
  return iterator(source_.get());
}

const Item& ItemRange::iterator::operator*() const { return source_->item(); }

const Item* ItemRange::iterator::operator->() const { return &source_->item(); }

ItemRange::iterator& ItemRange::iterator::operator++() {
  source_->advance();
  return *this;
}

void ItemRange::iterator::operator++(int) { source_->advance(); }

bool ItemRange::iterator::at_end() const noexcept { return source_->at_end(); }

}  // namespace drift
