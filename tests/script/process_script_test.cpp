// A program as a migration: what it says, what its answers queue, and everything that can go wrong with it.
#include "process_fixture.hpp"
#include "value/random_value.hpp"

#include <algorithm>
#include <latch>
#include <set>
#include <thread>

namespace drift::script {
namespace {

class ProcessScriptTest : public ProcessFixture {};

TEST_F(ProcessScriptTest, IsWhatItSays) {
  process_options_.number = 20261123101500;
  const Migration migration = load(
      "def hello(): return {'drift': 1, 'table': 'Movies', 'description': 'number %d' % request['hello']['number'],\n"
      "                     'has_down': True, 'has_verify': True, 'reads': ['year', 'decade']}\n"
      "def verify(item): return 'decade' in item\n");
  EXPECT_EQ(migration.number, 20261123101500U);
  EXPECT_EQ(migration.table, "Movies");
  EXPECT_EQ(migration.description, "number 20261123101500");
  EXPECT_EQ(migration.reads, (std::vector<std::string>{"year", "decade"}));
  EXPECT_EQ(migration.revision.size(), 64U);
  EXPECT_EQ(call(migration.up, item()).size(), 0U);
  EXPECT_EQ(call(migration.down, item()).size(), 1U);
  EXPECT_TRUE(migration.verify(item({{"decade", 1980}})));
  EXPECT_FALSE(migration.verify(item()));
  const Migration bare = load("def hello(): return {'table': 'T'}");
  EXPECT_FALSE(bare.down);
  EXPECT_FALSE(bare.verify);
  EXPECT_TRUE(bare.reads.empty());
}

TEST_F(ProcessScriptTest, ItsRevisionIsOfTheTextItself) {
  const std::string before = load("\n\n#").revision;
  EXPECT_EQ(load("  \n\n#  \t").revision, before);
  EXPECT_NE(load("\n#").revision, before);
}

TEST_F(ProcessScriptTest, RefusesWhatIsNoProgram) {
  EXPECT_TRUE(has(message_of_loading(directory() / "none.py"), "does not exist"));
  EXPECT_TRUE(has(message_of_loading(directory()), "is no file"));
  const auto plain = write("00003_plain.py", "#!/usr/bin/env python3\n");
  EXPECT_TRUE(has(message_of_loading(plain), "00003_plain.py is neither a script of Lua (.lua) nor executable"));
  EXPECT_TRUE(
      has(testing::error_of([&] { load_process(plain, process_options_); }).next_step(), "chmod +x " + plain.string()));
  EXPECT_EQ(message_of_loading(executable("00003_bare.py", "print('hello')\n")),
            "00003_bare.py: cannot be started: its first line names no interpreter, such as #!/usr/bin/env python3");
  EXPECT_EQ(message_of_loading(executable("00003_echo", "#!/bin/sh\necho Hello\n")),
            "00003_echo: its answer is no JSON object: \"Hello\" (what is to be printed belongs on stderr)");
  EXPECT_EQ(message_of_loading(executable("00003_dies", "#!/bin/sh\necho no pandas >&2\nexit 4\n")),
            "00003_dies: ended with status 4 without an answer; the last lines of its stderr: no pandas");
  EXPECT_EQ(message_of_loading(program("def hello(): return {'error': 'needs a later drift'}")),
            "00002_x.py: it says: needs a later drift");
  EXPECT_TRUE(has(message_of_loading(program("def hello(): return {'table': 7}")), "\"table\" is not a string"));
  process_options_.start_timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(message_of_loading(executable("00003_hangs", "#!/bin/sh\nexec tail -f /dev/null\n")),
            "00003_hangs: did not answer within 50 ms, and was ended");
}

TEST_F(ProcessScriptTest, ItsAnswersAreQueued) {
  const auto records = queued(
      R"py([{"update": "SET #d = :d", "values": {":d": {"N": str(int(item["year"]["N"]) // 10 * 10)}},
           "names": {"#d": "decade"}, "condition": "attribute_exists(id)"},
          {"insert": {"id": {"N": "7"}}, "table": "Other"}, {"put": {"id": {"N": "8"}}, "guard": "none"},
          {"update": "REMOVE a", "key": {"id": {"N": "9"}}, "table": "Other", "guard": "unchanged"},
          {"remove": {"id": {"N": "10"}}, "table": "Other"}, {"remove": True}])py",
      {{"year", 1987}});
  ASSERT_EQ(records.size(), 6U);
  EXPECT_EQ(records[0].kind, ActionKind::update);
  EXPECT_EQ(records[0].values, R"({":d":{"N":"1980"}})");
  EXPECT_TRUE(records[0].scanned_item);
  EXPECT_EQ(records[1].kind, ActionKind::insert);
  EXPECT_EQ(records[1].table, "Other");
  EXPECT_EQ(records[2].kind, ActionKind::put);
  EXPECT_EQ(records[2].table, "Movies");
  EXPECT_EQ(records[3].key, R"({"id":{"N":"9"}})");
  EXPECT_EQ(records[4].kind, ActionKind::remove);
  EXPECT_FALSE(records[4].scanned_item);
  EXPECT_EQ(records[5].kind, ActionKind::remove);
  EXPECT_TRUE(records[5].scanned_item);
  const auto with_condition = queued(R"py([{"remove": True, "condition": "attribute_exists(id)"}])py");
  EXPECT_TRUE(with_condition.at(0).scanned_item);
  EXPECT_EQ(with_condition.at(0).condition, "attribute_exists(id)");
}

TEST_F(ProcessScriptTest, TablesGetThePrefix) {
  process_options_.table_prefix = "dev-";
  const Migration migration =
      load(R"(def up(item): return [{"put": {"id": {"N": "7"}}, "table": "Other"}, {"update": "REMOVE a"}])");
  EXPECT_EQ(migration.table, "dev-Movies");
  const auto records = ask(migration);
  EXPECT_EQ(records.at(0).table, "dev-Other");
  EXPECT_EQ(records.at(1).table, "Movies");
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Movies";
  EXPECT_EQ(load("def hello(): return {'table': '" + arn + "'}").table, arn);
}

// What it declares instead is what a run asks for (process_migration_test).
TEST_F(ProcessScriptTest, TheWholeItemIsGuarded) {
  const auto records =
      queued(R"([{"update": "SET a = :a", "values": {":a": {"N": "1"}}}])", {{"year", 1987}, {"title", "x"}});
  EXPECT_EQ(attributes_from_json(records.at(0).image), (Attributes{{"year", 1987}, {"title", "x"}}));
}

TEST_F(ProcessScriptTest, EveryRandomValueSurvives) {
  value::Random random(value::choose_seed());
  const Migration migration = load(R"(def up(item): return [{"put": item, "guard": "none"}])");
  for (int round = 0; round < 1'500; ++round) {
    Attributes attributes = value::random_attributes(random, 1 + value::below(random, 6));
    attributes.insert_or_assign("id", round);
    const auto records = ask(migration, attributes);
    ASSERT_EQ(records.size(), 1U);
    ASSERT_EQ(attributes_from_json(records[0].item), attributes) << to_json(attributes);
  }
}

TEST_F(ProcessScriptTest, TheLargestItemsPass) {
  const std::string text(390'000, '\x01');  // six bytes each in JSON
  const auto records = queued(R"([{"put": item, "guard": "none"}] * 5)", {{"text", text}});
  ASSERT_EQ(records.size(), 5U);
  EXPECT_EQ(attributes_from_json(records[4].item).at("text"), Value(text));
}

TEST_F(ProcessScriptTest, AnErrorOfItsOwnNamesTheFileAndItLivesOn) {
  const Migration migration = load(
      "def answer(request): return {'id': request['id'], 'results': [{'error': 'no year, says %d' % os.getpid()}]}");
  const std::string first = message_of(migration);
  EXPECT_TRUE(first.starts_with("00002_x.py: no year, says ")) << first;
  EXPECT_EQ(message_of(migration), first);
}

TEST_F(ProcessScriptTest, WhatCouldNeverSucceedIsAnError) {
  EXPECT_TRUE(message_of(load(R"(def up(item): return [{"remove": True}, {"update": "SET"}])"))
                  .starts_with("00002_x.py: its action 2, update: ValidationException: "));
}

TEST_F(ProcessScriptTest, AnswersThatAreNoneAreErrorsAndTheNextCallStartsANewCopy) {
  const auto migration = [&](const std::string& answer) {
    return load(
        "def answer(request):\n"
        "    if 'bad' not in request['items'][0]: return {'id': request['id'], 'results': [{'actions': []}]}\n"
        "    sys.stderr.write('thinking\\n'); sys.stderr.flush()\n"
        "    return " +
        answer + "\n");
  };
  const auto refused = [&](const std::string& answer) {
    const Migration asked = migration(answer);
    std::string message = message_of(asked, {{"bad", true}});
    EXPECT_TRUE(has(message, "; the last lines of its stderr: thinking")) << message;
    EXPECT_EQ(ask(asked).size(), 0U);
    return message;
  };
  EXPECT_TRUE(has(refused("say('Hello') or hello()"), "00002_x.py: its answer is no JSON object: \"Hello\""));
  EXPECT_TRUE(has(refused("{'id': 99, 'results': [{'actions': []}]}"), "the answer has the id 99 and not 1"));
  EXPECT_TRUE(has(refused("{'id': request['id'], 'results': []}"), "0 results for 1 item"));
  EXPECT_TRUE(has(refused("{'id': request['id'], 'result': []}"), "unknown field \"result\""));
  EXPECT_TRUE(
      has(refused("{'id': request['id'], 'results': [{'actions': [{'putt': item}]} for item in request['items']]}"),
          "one of the fields update, insert, put, remove"));
  EXPECT_TRUE(has(refused("'x' * 17000000"), "answered with a line of more than 16777216 bytes"));
}

TEST_F(ProcessScriptTest, OneThatDiesIsAnErrorWithItsLastWords) {
  const Migration migration = load(
      "def up(item):\n"
      "    if 'bad' in item: raise ValueError('no year')\n"
      "    if 'kill' in item: os.kill(os.getpid(), signal.SIGKILL)\n"
      "    return [{'remove': True}]");
  EXPECT_EQ(ask(migration).size(), 1U);
  const std::string message = message_of(migration, {{"bad", true}});
  EXPECT_TRUE(
      message.starts_with("00002_x.py: ended with status 1 without an answer; the last lines of its stderr: Traceback"))
      << message;
  EXPECT_TRUE(message.ends_with(" | ValueError: no year")) << message;
  EXPECT_EQ(lines_.back(), "ValueError: no year");
  EXPECT_EQ(message_of(migration, {{"kill", true}}), "00002_x.py: was ended by the signal SIGKILL");
  EXPECT_EQ(ask(migration).size(), 1U);
}

TEST_F(ProcessScriptTest, OneThatFailsAgainAndAgainIsNotAskedAnyMore) {
  const Migration migration = load(
      "def up(item):\n"
      "    if 'bad' not in item: return []\n"
      "    sys.stderr.write('asked\\n'); sys.stderr.flush()\n"
      "    sys.exit(3)\n");
  const auto bad = [&] { return message_of(migration, {{"bad", true}}); };
  const std::string died = "00002_x.py: ended with status 3 without an answer; the last lines of its stderr: asked";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(bad(), died);
  EXPECT_EQ(ask(migration).size(), 0U) << "a good answer, so that they are not in a row";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bad(), died);
  lines_.clear();
  const std::string given_up = died + " (it has failed 3 times in a row, and is not asked any more)";
  EXPECT_EQ(bad(), given_up);
  EXPECT_EQ(message_of(migration), given_up);
  EXPECT_TRUE(lines_.empty()) << lines_.front();
}

TEST_F(ProcessScriptTest, ErrorsThatItReportsAreNoFailuresOfItsOwn) {
  const Migration migration = load(
      "def answer(request): return {'id': request['id'], 'results': [{'error': 'no year'}] * len(request['items'])}");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(message_of(migration), "00002_x.py: no year");
}

TEST_F(ProcessScriptTest, OneThatHangsIsEnded) {
  process_options_.timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(message_of(load("def up(item): hang()")), "00002_x.py: did not answer within 50 ms, and was ended");
  // What it says itself counts.
  EXPECT_EQ(message_of(load("def hello(): return {'table': 'T', 'timeout_seconds': 1}\ndef up(item): hang()")),
            "00002_x.py: did not answer within 1 s, and was ended");
}

TEST_F(ProcessScriptTest, NothingIsAskedAfterAStop) {
  std::stop_source stop;
  process_options_.stop = stop.get_token();
  const Migration migration = load("def up(item): return []");
  EXPECT_EQ(ask(migration).size(), 0U);
  stop.request_stop();
  const Error error = testing::error_of([&] { ask(migration); });
  EXPECT_EQ(error.code(), "Cancelled");
  EXPECT_EQ(error.message(), "00002_x.py: was not waited for any more, because of a stop");
}

TEST_F(ProcessScriptTest, AFileThatChangedMeanwhileIsNotStarted) {
  const Migration migration = load("def up(item):\n    if 'bad' in item: sys.exit(1)\n    return []");
  EXPECT_EQ(ask(migration).size(), 0U);
  write("00002_x.py", "#!/bin/sh\necho other\n");
  EXPECT_EQ(ask(migration).size(), 0U) << "the copy that runs is of the text as it was";
  EXPECT_TRUE(has(message_of(migration, {{"bad", 1}}), "ended with status 1"));
  EXPECT_EQ(message_of(migration), "00002_x.py: the file has been changed since it was loaded");
}

TEST_F(ProcessScriptTest, AProgramThatSaysSomethingElseTheNextTimeIsRefused) {
  const Migration migration = load("def hello(): return {'table': 'T%d' % os.getpid()}");
  EXPECT_EQ(message_of(migration), "00002_x.py: it says something else of itself than when it was loaded");
}

TEST_F(ProcessScriptTest, NothingIsLeftRunning) {
  const std::string text = "def up(item):\n    sys.stderr.write('%d\\n' % os.getpid())\n    return []";
  {
    const Migration migration = load(text);
    ask(migration);
  }
  EXPECT_TRUE(testing::end_of(std::stoi(lines_.at(0))));
}

class ProcessPoolTest : public ProcessFixture {
 protected:
  static constexpr int threads = 8;
  static constexpr int items = 60;

  // Asks for items on all threads at once; how many queued what `right` says.
  int ask_all(const Migration& migration, const auto& right) {
    std::latch start(threads);
    std::vector<std::thread> running;
    running.reserve(threads);
    std::atomic<int> count = 0;
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        start.arrive_and_wait();
        for (int i = 0; i < items; ++i) count += right(t * items + i, migration) ? 1 : 0;
      });
    }
    for (std::thread& thread : running) thread.join();
    return count;
  }
  int ask_all(const Migration& migration) {
    return ask_all(migration, [this](int id, const Migration& asked) {
      return ask(asked, {{"id", id}}).at(0).values == R"({":n":{"N":")" + std::to_string(id) + "\"}}";
    });
  }
  // What the programs said, each `word` once.
  [[nodiscard]] std::set<std::string> said() const { return {lines_.begin(), lines_.end()}; }

  const std::string numbered_ = R"(def up(item): return [{"update": "SET n = :n", "values": {":n": item["id"]}}]
sys.stderr.write("%d\n" % os.getpid())
)";
};

TEST_F(ProcessPoolTest, EachThreadGetsItsOwnItemsAnswer) {
  EXPECT_EQ(ask_all(load(numbered_)), threads * items);
  EXPECT_LE(said().size(), 1 + std::max(1U, std::thread::hardware_concurrency()));
}

TEST_F(ProcessPoolTest, AsManyCopiesRunAsTheProgramSays) {
  const std::string hello = "def hello(): return {'table': 'Movies', 'copies': ";
  EXPECT_EQ(ask_all(load(hello + "1}\n" + numbered_)), threads * items);
  EXPECT_EQ(said().size(), 2U) << "the one that was asked what it is, and one more";
  lines_.clear();
  // Each waits until there are as many as it said: only then all of them go on.
  const std::string together =
      "def up(item):\n"
      "    open(os.path.join(os.path.dirname(__file__), 'here.%d' % os.getpid()), 'w').close()\n"
      "    while sum(name.startswith('here.') for name in os.listdir(os.path.dirname(__file__))) < 5: "
      "os.sched_yield()\n"
      "    return []\n";
  EXPECT_EQ(ask_all(load(hello + "5}\n" + together),
                    [this](int id, const Migration& asked) {
                      return ask(asked, {{"id", id}}).empty();
                    }),
            threads * items);
}

TEST_F(ProcessPoolTest, ItemsThatWaitTogetherGoInOneLine) {
  const Migration migration = load("def hello(): return {'table': 'Movies', 'copies': 1}\n" + numbered_ +
                                   "old = answer\n"
                                   "def answer(request):\n"
                                   "    sys.stderr.write('items %d\\n' % len(request['items']))\n"
                                   "    return old(request)\n");
  EXPECT_EQ(ask_all(migration), threads * items);
  int lines = 0;
  int count = 0;
  for (const std::string& line : lines_) {
    if (!line.starts_with("items ")) continue;
    ++lines;
    count += std::stoi(line.substr(6));
  }
  EXPECT_EQ(count, threads * items);
  EXPECT_LT(lines, count);
}

// Those that wait when it is given up are told so too.
TEST_F(ProcessPoolTest, AProgramThatAlwaysDiesIsStartedAFewTimesOnly) {
  const Migration migration = load(
      "def hello(): return {'table': 'Movies', 'copies': 2}\n"
      "def answer(request):\n"
      "    sys.stderr.write('asked\\n'); sys.stderr.flush()\n"
      "    sys.exit(3)\n");
  EXPECT_EQ(ask_all(migration,
                    [this](int id, const Migration& asked) {
                      return has(message_of(asked, {{"id", id}}), "ended with status 3 without an answer");
                    }),
            threads * items);
  // Lines of several, which are asked again one by one, the three failures, and what the other copy had meanwhile.
  EXPECT_LE(std::ranges::count(lines_, "asked"), 12);
}

// Of a line that fails only the item that it fails for has an error.
TEST_F(ProcessPoolTest, OneBadItemSpoilsNoOther) {
  const Migration migration = load(
      "def hello(): return {'table': 'Movies', 'copies': 1}\n"
      "old = answer\n"
      "def answer(request):\n"
      "    if any(int(item['id']['N']) % 150 == 77 for item in request['items']): sys.exit(7)\n"
      "    return old(request)\n");
  std::mutex mutex;
  std::set<int> failed;
  const int right = ask_all(migration, [&](int id, const Migration& asked) {
    const Error error = testing::error_of([&] { ask(asked, {{"id", id}}); });
    if (error.code() == "none") return true;
    const std::lock_guard lock(mutex);
    EXPECT_TRUE(has(error.message(), "ended with status 7"));
    failed.insert(id);
    return false;
  });
  EXPECT_EQ(failed, (std::set<int>{77, 227, 377}));
  EXPECT_EQ(right, threads * items - 3);
}

}  // namespace
}  // namespace drift::script
