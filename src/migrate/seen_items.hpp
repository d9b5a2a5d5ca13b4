// SeenItems: knows an item of an index that comes again. An index is not in the order of the table's keys: an item
// whose index key is changed while the index is read can be met where it was and where it is. What was met is in the
// journal, written with the page that it came in, and here while that page is at work. Its methods may be called from
// any thread; they hand on to the journal's.
#pragma once

#include "journal/journal_writer.hpp"
#include "migrate/page_queue.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace drift::migrate {

class SeenItems : public std::enable_shared_from_this<SeenItems> {
 public:
  explicit SeenItems(journal::JournalWriter& journal) : journal_(journal) {}

  using Then = std::function<void(const std::optional<Error>& error)>;
  // Marks the items of the page that came before, takes them out of its counts, and then calls `then`, in the order of
  // the calls. `error`: of the journal, after which nothing goes on.
  void look(const std::shared_ptr<PageWork>& work, Then then);
  // Calls `then` after all that was handed in before.
  void after_all(Then then);
  // The page is durable. On the journal's thread.
  void forget(const std::vector<std::string>& keys);

 private:
  void mark(journal::Journal& journal, PageWork& work);

  journal::JournalWriter& journal_;
  // Of the journal's thread: the keys of the pages that are not durable yet.
  std::unordered_set<std::string> at_work_;
};

}  // namespace drift::migrate
