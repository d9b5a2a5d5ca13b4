#include "client/table_json.hpp"

#include "client/request_json.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace drift::client {
namespace {

using value::JsonObject;
using AttributeTypes = std::map<std::string, Type, std::less<>>;

[[noreturn]] void malformed(const std::string& what) {
  throw Error("MalformedAnswer", "The description of a table " + what + ".");
}

Type key_type(std::string_view tag) {
  for (const Type type : {Type::string, Type::number, Type::binary}) {
    if (type_tag(type) == tag) return type;
  }
  malformed("has a key attribute of type " + std::string(tag));
}

AttributeTypes read_types(const JsonObject& table) {
  AttributeTypes types;
  for (const std::string_view raw : table.array("AttributeDefinitions")) {
    const JsonObject definition = JsonObject::parse(raw);
    types[definition.string("AttributeName").value_or("")] =
        key_type(definition.string("AttributeType").value_or("none"));
  }
  return types;
}

KeySchema read_key(const JsonObject& owner, const AttributeTypes& types) {
  KeySchema key;
  for (const std::string_view raw : owner.array("KeySchema")) {
    const JsonObject element = JsonObject::parse(raw);
    const std::string name = element.string("AttributeName").value_or("");
    const auto type = types.find(name);
    if (type == types.end()) malformed("names no type for its key attribute " + name);
    // The partition key first, in whatever order they came.
    const bool partition = element.string("KeyType") == "HASH";
    key.insert(partition ? key.begin() : key.end(), KeyAttribute{.name = name, .type = type->second});
  }
  return key;
}

struct Throughput {
  std::uint64_t read_units = 0;
  std::uint64_t write_units = 0;
};

Throughput read_throughput(const JsonObject& owner) {
  const auto throughput = owner.object("ProvisionedThroughput");
  if (!throughput) return {};
  return {.read_units = throughput->integer("ReadCapacityUnits").value_or(0),
          .write_units = throughput->integer("WriteCapacityUnits").value_or(0)};
}

// API reference, "TableWarmThroughputDescription".
Throughput read_warm_throughput(const JsonObject& owner) {
  const auto throughput = owner.object("WarmThroughput");
  if (!throughput) return {};
  return {.read_units = throughput->integer("ReadUnitsPerSecond").value_or(0),
          .write_units = throughput->integer("WriteUnitsPerSecond").value_or(0)};
}

// API reference, "OnDemandThroughput". One that was taken away again stays in the answer as -1.
Throughput read_maximum(const JsonObject& owner) {
  const auto throughput = owner.object("OnDemandThroughput");
  if (!throughput) return {};
  const auto units = [&](std::string_view name) {
    return static_cast<std::uint64_t>(std::max(0.0, throughput->real(name).value_or(0)));
  };
  return {.read_units = units("MaxReadRequestUnits"), .write_units = units("MaxWriteRequestUnits")};
}

IndexDescription read_index(std::string_view raw, bool global, const AttributeTypes& types) {
  const JsonObject json = JsonObject::parse(raw);
  IndexDescription index;
  index.name = json.string("IndexName").value_or("");
  index.key = read_key(json, types);
  index.global = global;
  index.status = json.string("IndexStatus").value_or("");
  if (const auto projection = json.object("Projection")) {
    index.projection = projection->string("ProjectionType").value_or("ALL");
    for (const std::string_view name : projection->array("NonKeyAttributes")) {
      index.projected.push_back(value::unescape_json_string(name));
    }
  }
  const Throughput throughput = read_throughput(json);
  index.read_units = throughput.read_units;
  index.write_units = throughput.write_units;
  const Throughput warm = read_warm_throughput(json);
  index.warm_read_units = warm.read_units;
  index.warm_write_units = warm.write_units;
  index.items_estimated = json.integer("ItemCount").value_or(0);
  index.bytes_estimated = json.integer("IndexSizeBytes").value_or(0);
  const Throughput maximum = read_maximum(json);
  index.max_read_units = maximum.read_units;
  index.max_write_units = maximum.write_units;
  return index;
}

bool read_on_demand(const JsonObject& table, const Throughput& throughput) {
  if (const auto summary = table.object("BillingModeSummary")) {
    return summary->string("BillingMode") == "PAY_PER_REQUEST";
  }
  return throughput.read_units == 0 && throughput.write_units == 0;
}

// AttributeDefinitions: each key attribute of table and indexes, once.
class KeyAttributes {
 public:
  void add(const KeySchema& key) {
    for (const KeyAttribute& attribute : key) {
      const auto [known, added] = types_.emplace(attribute.name, attribute.type);
      if (!added && known->second != attribute.type) {
        throw Error("ValidationException", "Key attribute " + attribute.name + " is given two types.");
      }
    }
  }
  void append_to(std::string& out) const {
    out += '[';
    for (const auto& [name, type] : types_) {
      if (out.back() != '[') out += ',';
      out += RequestJson(96).text("AttributeName", name).text("AttributeType", type_tag(type)).take();
    }
    out += ']';
  }

 private:
  AttributeTypes types_;
};

void append_key(std::string& out, const KeySchema& key) {
  out += '[';
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (i > 0) out += ',';
    out += RequestJson(96).text("AttributeName", key[i].name).text("KeyType", i == 0 ? "HASH" : "RANGE").take();
  }
  out += ']';
}

std::string throughput_json(std::uint64_t read_units, std::uint64_t write_units) {
  return RequestJson(64).number("ReadCapacityUnits", read_units).number("WriteCapacityUnits", write_units).take();
}

std::string index_json(const IndexSpec& index, const TableSpec& spec) {
  RequestJson json;
  json.text("IndexName", index.name);
  append_key(json.begin("KeySchema"), index.key);
  json.raw("Projection", index.keys_only ? R"({"ProjectionType":"KEYS_ONLY"})" : R"({"ProjectionType":"ALL"})");
  if (spec.read_units > 0 || spec.write_units > 0) {
    json.raw("ProvisionedThroughput", throughput_json(spec.read_units, spec.write_units));
  }
  return json.take();
}

}  // namespace

TableDescription parse_table_description(std::string_view json) {
  const JsonObject answer = JsonObject::parse(json);
  auto found = answer.object("Table");
  if (!found) found = answer.object("TableDescription");
  if (!found) malformed("is missing in the answer");
  const JsonObject& table = *found;
  const AttributeTypes types = read_types(table);
  TableDescription description;
  description.name = table.string("TableName").value_or("");
  description.arn = table.string("TableArn").value_or("");
  description.id = table.string("TableId").value_or("");
  description.status = table.string("TableStatus").value_or("");
  description.key = read_key(table, types);
  for (const std::string_view raw : table.array("GlobalSecondaryIndexes")) {
    description.indexes.push_back(read_index(raw, true, types));
  }
  for (const std::string_view raw : table.array("LocalSecondaryIndexes")) {
    description.indexes.push_back(read_index(raw, false, types));
  }
  description.items_estimated = table.integer("ItemCount").value_or(0);
  description.bytes_estimated = table.integer("TableSizeBytes").value_or(0);
  const Throughput throughput = read_throughput(table);
  description.on_demand = read_on_demand(table, throughput);
  description.read_units = description.on_demand ? 0 : throughput.read_units;
  description.write_units = description.on_demand ? 0 : throughput.write_units;
  const Throughput warm = read_warm_throughput(table);
  description.warm_read_units = warm.read_units;
  description.warm_write_units = warm.write_units;
  const Throughput maximum = read_maximum(table);
  description.max_read_units = maximum.read_units;
  description.max_write_units = maximum.write_units;
  for (const std::string_view replica : table.array("Replicas")) {
    description.replicas.push_back(JsonObject::parse(replica).string("RegionName").value_or(""));
  }
  return description;
}

std::string create_table_request(const TableSpec& spec) {
  KeyAttributes attributes;
  attributes.add(spec.key);
  for (const IndexSpec& index : spec.indexes) attributes.add(index.key);
  RequestJson json;
  json.text("TableName", spec.name);
  attributes.append_to(json.begin("AttributeDefinitions"));
  append_key(json.begin("KeySchema"), spec.key);
  if (!spec.indexes.empty()) {
    std::string& out = json.begin("GlobalSecondaryIndexes");
    out += '[';
    for (const IndexSpec& index : spec.indexes) {
      if (out.back() != '[') out += ',';
      out += index_json(index, spec);
    }
    out += ']';
  }
  if (spec.read_units == 0 && spec.write_units == 0) {
    json.text("BillingMode", "PAY_PER_REQUEST");
  } else {
    json.text("BillingMode", "PROVISIONED");
    json.raw("ProvisionedThroughput", throughput_json(spec.read_units, spec.write_units));
  }
  return json.take();
}

}  // namespace drift::client
