#include "number_text.h"

#include <charconv>
#include <cmath>

size_t number_text_read(const unsigned char *first, size_t count, double *value) {
  const char *begin = reinterpret_cast<const char *>(first);
  auto [end, error] = std::from_chars(begin, begin + count, *value);
  if (error != std::errc() || !std::isfinite(*value)) return 0;
  return static_cast<size_t>(end - begin);
}
