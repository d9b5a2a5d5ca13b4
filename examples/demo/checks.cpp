// See checks.hpp.
#include "demo/checks.hpp"

#include "demo/text.hpp"

namespace demo {

namespace {

constexpr std::size_t problems_shown = 5;

void complain(CheckResult& result, std::string problem) {
  ++result.problems;
  if (result.first_problems.size() < problems_shown) result.first_problems.push_back(std::move(problem));
}

// The first attribute that is not as it has to be.
std::string difference(const drift::Attributes& is, const drift::Attributes& must) {
  for (const auto& [name, value] : must) {
    const auto found = is.find(name);
    if (found == is.end()) return name + " is missing";
    if (!(found->second == value))
      return name + "\n  is      " + readable(found->second) + "\n  must be " + readable(value);
  }
  for (const auto& [name, value] : is)
    if (!must.contains(name)) return name + " must not be there";
  return {};
}

}  // namespace

CheckResult check_table(const std::string& endpoint, const CheckedTable& table, std::size_t albums,
                        const Expected& expected, const std::function<void(std::size_t)>& on_item) {
  drift::Client client(
      {.region = "us-east-1", .endpoint = endpoint, .credentials = drift::static_credentials("checker", "checker")});
  CheckResult result;
  std::vector<bool> seen(albums, false);
  for (const drift::Item& item : client.scan(table.name)) {
    on_item(++result.compared);
    const drift::Attributes is = item.attributes();
    const std::string id = item[table.id_attribute].as_string();
    const auto number = number_of(id);
    if (!number || *number >= albums || seen[*number]) {
      complain(result, id + " must not be there" + (number && *number < albums ? " twice" : ""));
      continue;
    }
    seen[*number] = true;
    const auto must = expected(make_album(*number));
    if (!must) {
      complain(result, id + " must not be there");
    } else if (is != *must) {
      complain(result, id + ": " + difference(is, *must));
    }
  }
  for (std::size_t number = 0; number < albums; ++number) {
    if (seen[number]) continue;
    const Album album = make_album(number);
    if (expected(album)) complain(result, album.id + " is missing");
  }
  return result;
}

}  // namespace demo
