// The second half of the programs is that of examples/migrations/other, word for word (process_examples_test).
#include "cli/migration_templates.hpp"

#include "cli/usage_error.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace drift::cli {

namespace {

constexpr std::string_view lua =
    R"(-- What `up` queues is executed when every item has been looked at without an error.
-- The whole language: docs/scripts.md
return {
  table = "TABLE",
  description = "DESCRIPTION",
  up = function(item, actions)
    if item.done then return end
    actions:update("SET done = :d", { d = true })
  end,
  down = function(item, actions)
    actions:update("REMOVE done")
  end,
}
)";

constexpr std::string_view python = R"py(#!/usr/bin/env python3
# What `up` returns is executed when every item has been looked at without an error.
# Items are DynamoDB JSON, {"year": {"N": "1987"}}: numbers are texts, and Decimal(item["year"]["N"]) is exact.
# All that may be returned: docs/other-languages.md
import json
import sys
import traceback

TABLE = "TABLE"
DESCRIPTION = "DESCRIPTION"
READS = []  # the attributes on which the actions depend; none: the whole item


def up(item):
    if "done" in item:
        return []
    return [{"update": "SET done = :d", "values": {":d": {"BOOL": True}}}]


def down(item):
    return [{"update": "REMOVE done"}]


# From here on it is the same in every migration: drift asks with a line, and is answered with a line.
def result(call, item):
    try:
        returned = globals()[call](item)
        return {"holds": returned} if call == "verify" else {"actions": returned or []}
    except Exception as error:
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}


def answer(request):
    if "hello" in request:
        return {"table": TABLE, "description": DESCRIPTION, "reads": READS,
                "has_down": "down" in globals(), "has_verify": "verify" in globals()}
    return {"id": request["id"], "results": [result(request["call"], item) for item in request["items"]]}


answers, sys.stdout = sys.stdout, sys.stderr  # what is printed goes to the log
for line in sys.stdin.buffer:
    answers.write(json.dumps(answer(json.loads(line))) + "\n")
    answers.flush()
)py";

constexpr std::string_view javascript = R"js(#!/usr/bin/env node
// What `up` returns is executed when every item has been looked at without an error.
// Items are DynamoDB JSON, {"year": {"N": "1987"}}: numbers are texts, and BigInt(item.year.N) is exact.
// All that may be returned: docs/other-languages.md
const table = "TABLE";
const description = "DESCRIPTION";
const reads = []; // the attributes on which the actions depend; none: the whole item

const calls = {
  up(item) {
    if (item.done) return [];
    return [{ update: "SET done = :d", values: { ":d": { BOOL: true } } }];
  },
  down(item) {
    return [{ update: "REMOVE done" }];
  },
};

// From here on it is the same in every migration: drift asks with a line, and is answered with a line.
async function result(call, item) {
  try {
    const returned = await calls[call](item);
    return call === "verify" ? { holds: returned } : { actions: returned ?? [] };
  } catch (error) {
    console.error(error);
    return { error: String(error) };
  }
}

async function answer(request) {
  if (request.hello) {
    return { table, description, reads, has_down: "down" in calls, has_verify: "verify" in calls };
  }
  const results = [];
  for (const item of request.items) results.push(await result(request.call, item));
  return { id: request.id, results };
}

console.log = console.error; // what is printed goes to the log
let rest = "";
for await (const text of process.stdin.setEncoding("utf8")) {
  const lines = (rest + text).split("\n");
  rest = lines.pop();
  for (const line of lines) process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
}
)js";

constexpr std::array<MigrationTemplate, 3> templates{
    {{.language = "lua", .extension = ".lua", .text = lua},
     {.language = "py", .extension = ".py", .executable = true, .text = python},
     {.language = "js", .extension = ".mjs", .executable = true, .text = javascript}}};

}  // namespace

const MigrationTemplate& migration_template(std::string_view language) {
  const auto* const found = std::ranges::find(templates, language, &MigrationTemplate::language);
  if (found == templates.end()) {
    throw usage_error("there is no template in \"" + std::string(language) + "\"",
                      "--lang lua, py or js; any other language speaks the same protocol: docs/other-languages.md");
  }
  return *found;
}

}  // namespace drift::cli
