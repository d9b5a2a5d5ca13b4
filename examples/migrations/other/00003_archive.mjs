#!/usr/bin/env node
// Movies before 1930 go into another table.
const table = "Movies";
const description = "archive the oldest movies";
const reads = []; // the attributes on which the actions depend; none: the whole item

const calls = {
  up(movie) {
    if (!movie.year || BigInt(movie.year.N) >= 1930n) return [];
    const { plot, ...kept } = movie;
    return [{ insert: { ...kept, archived: { BOOL: true } }, table: "Archive" }, { remove: true }];
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
