// What the command says of recovery and quotas in a plan, by answers that the local server does not give.
#include "cli/fronted_command.hpp"
#include "value/json_object.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::cli {
namespace {

using testing::Finished;
using value::JsonObject;

class PlanView : public testing::FrontedCommand {
 protected:
  // What is printed of `drift plan`.
  std::string plan(std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), "plan");
    const Finished finished = drift(std::move(flags));
    EXPECT_EQ(finished.code, 0) << finished.err;
    return finished.out;
  }
  // The lines behind "beware", without the table's name.
  std::string beware(const std::vector<std::string>& flags = {}) {
    std::string text = plan(flags);
    const auto at = text.find("beware");
    text.erase(0, at == std::string::npos ? text.size() : at);
    for (const std::string& of = table(); text.find(of) != std::string::npos;)
      text.replace(text.find(of), of.size(), "T");
    return text;
  }
  static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

  // Into a table that is there: {id: 0}, {id: 1}, ...
  void fill_ids(std::size_t count) {
    std::vector<Attributes> puts(count);
    for (std::size_t id = 0; id < count; ++id) puts[id] = {{"id", id}};
    plain().batch_write(table(), puts);
  }
  void fill_and_write(std::size_t count) {
    fill(count);
    write_migration("actions:update('SET flag = :t', { t = true })");
  }
};

TEST_F(PlanView, SaysWhetherThereIsRecovery) {
  fill_and_write(1);
  EXPECT_TRUE(has(beware(), "T: point-in-time recovery is not known: DescribeContinuousBackups was refused"));
  server().refuse("DescribeContinuousBackups", "AccessDeniedException");
  EXPECT_TRUE(has(beware(), "T: point-in-time recovery is not known: DescribeContinuousBackups was refused"));
  EXPECT_TRUE(has(plan({"--json"}), R"("point_in_time_recovery":null)"));
  server().set_recovery("DISABLED");
  EXPECT_TRUE(has(beware(), "T: point-in-time recovery is off; an undo has only what the journal keeps"));
  EXPECT_TRUE(has(plan({"--json"}), R"("point_in_time_recovery":false)"));
  server().set_recovery("ENABLED");
  EXPECT_EQ(beware(), "") << "nothing to be aware of";
  EXPECT_TRUE(has(plan({"--json"}), R"("point_in_time_recovery":true)"));
}

TEST_F(PlanView, SaysWhichMaximumTheRunMeetsAndWhatThatTakes) {
  fill_and_write(100);
  server().set_recovery("ENABLED");
  server().set_maximum(100, 2);
  EXPECT_EQ(beware({"--write-rate", "2"}), "") << "reading takes a moment in any case";
  EXPECT_EQ(beware(),
            "beware     T: its own maximum is 2 WCU/s, less than the 4,000 that a table on demand takes; writing "
            "takes 50 s, not under 1 s\n");
  EXPECT_EQ(beware({"--read-rate", "50", "--write-rate", "10"}),
            "beware     T: its own maximum is 2 WCU/s, less than the run's 10; writing takes 50 s, not 10 s\n");
  EXPECT_TRUE(has(plan({"--write-rate", "10"}), "50 s  writing, at 2 WCU/s, its own maximum"));
}

TEST_F(PlanView, SaysWhatIsProvisioned) {
  plain().create_table(
      {.name = table(), .key = {{.name = "id", .type = Type::number}}, .read_units = 10, .write_units = 5});
  fill_ids(100);
  write_migration("actions:update('SET flag = :t', { t = true })");
  server().set_recovery("ENABLED");
  EXPECT_EQ(beware(), "");
  EXPECT_TRUE(has(plan(), "20 s  writing, at 5 WCU/s, as provisioned"));
  EXPECT_EQ(beware({"--write-rate", "20"}),
            "beware     T: it is provisioned for 5 WCU/s, less than the run's 20; writing takes 20 s, not 5 s\n");
}

TEST_F(PlanView, SaysTheAccountsQuotaWhereTheRunMeetsIt) {
  fill_and_write(10);
  server().set_recovery("ENABLED");
  server().set_table_quotas(40, 2);
  EXPECT_EQ(beware({"--write-rate", "2"}), "");
  EXPECT_EQ(
      beware({"--write-rate", "10"}),
      "beware     T: the account's quota for a table is 2 WCU/s, less than the run's 10; writing takes 5 s, not 1 "
      "s\n");
  EXPECT_TRUE(has(plan({"--write-rate", "10"}), "5 s  writing, at 2 WCU/s, the account's quota for a table"));
  for (const char* code : {"AccessDeniedException", "UnknownOperationException", "ThrottlingException"}) {
    server().refuse("DescribeLimits", code);
    EXPECT_EQ(beware({"--write-rate", "40000"}), "") << code;
    EXPECT_EQ(
        beware({"--read-rate", "50000"}),
        "beware     the account's quota for a table is not known: DescribeLimits was refused; unless it was raised "
        "it is 40,000 RCU/s, less than the run's rate\n")
        << code;
  }
}

TEST_F(PlanView, SaysWhichKeyHoldsUpTheOthers) {
  plain().create_table({.name = table(),
                        .key = {{.name = "id", .type = Type::number}},
                        .indexes = {{.name = "by_state", .key = {{.name = "state", .type = Type::string}}}}});
  fill_ids(3'000);
  write_migration("actions:update('SET #s = :s', { s = 'done' }, { names = { s = 'state' } })");
  server().set_recovery("ENABLED");
  EXPECT_EQ(beware(),
            R"(beware     T, index by_state: 100 % of its writes go to {"state":{"S":"done"}}, and a partition takes )"
            "1,000 WCU/s; writing takes 3 s, not under 1 s\n");
  EXPECT_TRUE(has(plan(), "3 s  writing, at 1,000 WCU/s, as its busiest key takes (index by_state)"));
  EXPECT_EQ(beware({"--write-rate", "1000"}), "");
}

TEST_F(PlanView, JsonHasAllNumbers) {
  fill_and_write(10);
  server().set_table_quotas(50'000, 40'000);
  server().set_maximum(300, -1);
  const std::string text = plan({"--json", "--read-rate", "600"});
  const JsonObject json = JsonObject::parse(text);
  EXPECT_EQ(json.string("read_bound"), "maximum");
  EXPECT_EQ(json.real("read_per_second"), 300);
  EXPECT_EQ(json.object("account")->integer("account_read_units"), 80'000U);
  EXPECT_EQ(json.object("account")->integer("table_read_units"), 50'000U);
  EXPECT_EQ(json.object("account")->integer("table_write_units"), 40'000U);
  const JsonObject of_table = JsonObject::parse(json.array("tables").front());
  EXPECT_EQ(of_table.integer("max_read_units"), 300U);
  EXPECT_EQ(of_table.integer("max_write_units"), 0U);
  EXPECT_EQ(JsonObject::parse(json.array("writes").front()).string("bound"), "on_demand");
  const auto quotas = json.array("quotas");
  ASSERT_EQ(quotas.size(), 3U);
  std::vector<std::string> kinds;
  for (const std::string_view each : quotas) {
    const JsonObject quota = JsonObject::parse(each);
    EXPECT_EQ(quota.string("table"), table());
    kinds.push_back(*quota.string("kind") + (*quota.boolean("writes") ? " writes" : " reads") +
                    (*quota.boolean("met") ? " met" : ""));
    if (kinds.back() == "maximum reads met") {
      EXPECT_EQ(quota.real("units"), 300);
      EXPECT_EQ(quota.real("wanted"), 600);
      EXPECT_GT(quota.object("seconds")->real("value"), 0);
    }
  }
  std::sort(kinds.begin(), kinds.end());
  EXPECT_EQ(kinds, (std::vector<std::string>{"account reads", "account writes", "maximum reads met"}));
  server().refuse("DescribeLimits", "AccessDeniedException");
  EXPECT_TRUE(has(plan({"--json"}), R"("account":null)"));
}

TEST_F(PlanView, OfSeveralMigrationsAsksOnceAboutTheAccount) {
  fill_and_write(1);
  write_migration("actions:update('SET more = :t', { t = true })", "00002_other");
  server().set_table_quotas(40'000, 40'000);
  const std::string text = plan({"--json"});
  EXPECT_EQ(server().asked("DescribeLimits"), 1);
  EXPECT_NE(text.find(R"("account":{)"), text.rfind(R"("account":{)")) << "both have it";
}

}  // namespace
}  // namespace drift::cli
