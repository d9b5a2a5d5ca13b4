// Every failpoint that stands in the sources is reached by the scenario, and they stand in pairs.
#include "matrix.hpp"
#include "support/local_fixture.hpp"
#include "support/processes.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace drift::testing::crash {
namespace {

std::set<std::string> failpoints_in_sources() {
  std::set<std::string> names;
  const std::regex failpoint(R"rx(DRIFT_FAILPOINT\("([^"]+)"\))rx");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(DRIFT_SOURCE_DIR "/src")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string source = text.str();
    for (std::sregex_iterator it(source.begin(), source.end(), failpoint), end; it != end; ++it) names.insert((*it)[1]);
  }
  return names;
}

class FailpointsTest : public LocalFixture {
 protected:
  // The names of all events of a run that was ended half way and gone on with.
  std::set<std::string> reached_by(Variant variant, std::size_t concurrency) {
    MatrixOptions options{.endpoint = endpoint(), .directory = directory_.path(), .name = "f"};
    options.settings.lease.renew = std::chrono::milliseconds(1);
    const Point whole{.variant = variant, .concurrency = concurrency, .seed = 1};
    std::set<std::string> names;
    const auto take = [&](const Recording& recording) {
      for (const Log::Event& event : recording) names.insert(event.name.data());
    };
    const Recording recording = record(options, whole);
    take(recording);
    Point half = whole;
    half.crash_at = static_cast<std::uint32_t>(recording.size() / 2);
    take(record(options, half));
    return names;
  }
  TemporaryDirectory directory_;
};

TEST_F(FailpointsTest, StandInPairs) {
  const auto names = failpoints_in_sources();
  EXPECT_GE(names.size(), 40U);
  for (const std::string& name : names) {
    const std::string what = name.substr(0, name.rfind('.'));
    EXPECT_TRUE(names.contains(what + ".before")) << name;
    EXPECT_TRUE(names.contains(what + ".after")) << name;
  }
}

TEST_F(FailpointsTest, EachIsReached) {
  std::set<std::string> reached;
  for (const Variant variant : {Variant::run, Variant::doubts, Variant::streaming, Variant::batches, Variant::index,
                                Variant::undo, Variant::restore}) {
    for (const std::size_t concurrency : {1U, 4U}) reached.merge(reached_by(variant, concurrency));
  }
  for (const std::string& name : failpoints_in_sources()) EXPECT_TRUE(reached.contains(name)) << name;
}

}  // namespace
}  // namespace drift::testing::crash
