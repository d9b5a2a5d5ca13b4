// Figures: see the header.
#include "bench/figure.hpp"

#include <array>
#include <cstdarg>
#include <cstdio>

namespace drift::bench {

void print_figure(const Figure& figure) {
  const char* const judged = figure.must_be.empty() ? "" : figure.met ? "met" : "not met";
  const std::string ratio = figure.ratio ? text("%.4f", *figure.ratio) : "-";
  std::printf("ratio\t%.*s\t%s\t%s\t%s\t%s\t%s\n", static_cast<int>(figure.name.size()), figure.name.data(),
              ratio.c_str(), figure.measured.c_str(), figure.reference.c_str(), figure.must_be.c_str(), judged);
  std::fflush(stdout);
}

std::string text(const char* format, ...) {
  std::array<char, 256> buffer{};
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer.data(), buffer.size(), format, arguments);
  va_end(arguments);
  return buffer.data();
}

}  // namespace drift::bench
