#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads a decimal number at `first` by the C++ library's from_chars, which rounds correctly and
/// knows no locale. Returns how many of `count` bytes it took: 0 where no finite number begins.
size_t number_text_read(const unsigned char *first, size_t count, double *value);

#ifdef __cplusplus
}
#endif
