// Damaged input: every prefix of valid texts, bytes changed, cut out and doubled, and the fuzz targets' corpus. Never a
// crash, never a read outside, never another error than the one for broken input. Run under AddressSanitizer.
#include "properties.hpp"
#include "random_json.hpp"
#include "random_value.hpp"
#include "refused.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace drift::value {
namespace {

class Malformed : public Seeded {
 protected:
  std::string spelt_item() {
    Attributes attributes = random_attributes(random(), 4, 6);
    attributes.insert_or_assign("id", random_text(random(), 5));
    return RandomJson(random()).spell(attributes);
  }

  std::string spelt_page() {
    std::string page = R"({"ConsumedCapacity":{"CapacityUnits":1.5},"Items":[)" + spelt_item();
    for (std::size_t count = below(random(), 3); count != 0; --count) page += ',' + spelt_item();
    return page + R"(],"LastEvaluatedKey":{"id":{"S":"x"}},"ScannedCount":3})";
  }

  // One to four small accidents.
  std::string damaged(std::string text) {
    static constexpr std::string_view likely = "\"\\{}[]:,u0eE-+.\x00\xFF\x80 ";
    for (std::size_t count = 1 + below(random(), 4); count != 0 && !text.empty(); --count) {
      const std::size_t at = below(random(), text.size());
      switch (below(random(), 5)) {
        case 0:
          text[at] = static_cast<char>(random()());
          break;
        case 1:
          text[at] = likely[below(random(), likely.size())];
          break;
        case 2:
          text.erase(at, 1 + below(random(), 8));
          break;
        case 3:
          text.insert(at, text.substr(at, 1 + below(random(), 8)));
          break;
        default:
          text[at] = static_cast<char>(text[at] ^ (1 << below(random(), 8)));
      }
    }
    return text;
  }
};

TEST_F(Malformed, EveryPrefixIsRefused) {
  for (int i = 0; i < 5; ++i) {
    const std::string page = spelt_page();
    for (std::size_t length = 0; length < page.size(); ++length) {
      ASSERT_EQ(code_of([&] { return Page::parse(page.substr(0, length), nullptr); }), "MalformedAnswer") << length;
      const ExactBuffer prefix(std::string_view(page).substr(0, length));
      ASSERT_EQ(code_of([&] { return JsonObject::parse(prefix.text()); }), "MalformedAnswer") << length;
    }
    const std::string item = spelt_item();
    for (std::size_t length = 0; length < item.size(); ++length) {
      const ExactBuffer prefix(std::string_view(item).substr(0, length));
      ASSERT_EQ(code_of([&] { return attributes_from_json(prefix.text()); }), "ValidationException") << length;
      ASSERT_EQ(broken_value_property(prefix.text()), "");
    }
  }
}

TEST_F(Malformed, DamagedPagesAreRefusedOrRead) {
  for (int i = 0; i < 2'000; ++i) {
    const std::string page = damaged(spelt_page());
    ASSERT_EQ(broken_page_property(page), "") << page;
  }
}

TEST_F(Malformed, DamagedValuesAreRefusedOrRead) {
  for (int i = 0; i < 5'000; ++i) {
    const std::string item = damaged(spelt_item());
    ASSERT_EQ(broken_value_property(item), "") << item;
    const std::string value = damaged(RandomJson(random()).spell(random_value(random(), 3)));
    ASSERT_EQ(broken_value_property(value), "") << value;
  }
}

// What the fuzz targets found interesting, or broken once.
TEST(FuzzCorpus, HoldsItsProperties) {
  std::size_t files = 0;
  for (const char* folder : {"value_json", "page"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string("fuzz/corpus/") + folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      EXPECT_EQ(broken_value_property(text), "") << entry.path();
      EXPECT_EQ(broken_page_property(text), "") << entry.path();
      ++files;
    }
  }
  EXPECT_GT(files, 20U) << "run from the project's root";
}

}  // namespace
}  // namespace drift::value
