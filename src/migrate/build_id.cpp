// build_id: read from the notes of the loaded program (elf(5), NT_GNU_BUILD_ID).
#include "migrate/build_id.hpp"

#include "base/text.hpp"

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace drift::migrate {

namespace {

// The build id among the notes of one segment.
std::string find_build_id(std::string_view notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes.data(), sizeof header);
    const auto padded = [](std::size_t bytes) { return (bytes + 3) & ~std::size_t{3}; };
    const std::size_t bytes = sizeof header + padded(header.n_namesz) + padded(header.n_descsz);
    if (bytes > notes.size()) break;
    const std::string_view name = notes.substr(sizeof header, header.n_namesz);
    if (header.n_type == NT_GNU_BUILD_ID && name == std::string_view("GNU\0", 4)) {
      const auto id = notes.substr(sizeof header + padded(header.n_namesz), header.n_descsz);
      return base::hex({reinterpret_cast<const std::uint8_t*>(id.data()), id.size()});
    }
    notes.remove_prefix(bytes);
  }
  return "";
}

// The first object is the program itself: it ends the walk.
int read_program(dl_phdr_info* info, std::size_t, void* result) {
  for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* start = reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
    auto& id = *static_cast<std::string*>(result);
    id = find_build_id({start, segment.p_memsz});
    if (!id.empty()) break;
  }
  return 1;
}

}  // namespace

std::string build_id() {
  std::string id;
  dl_iterate_phdr(read_program, &id);
  return id;
}

}  // namespace drift::migrate
