// What all parts of the kernel speak of: types, texts, vectors of values, the dialect, and why the kernel falls back.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace lazyframe {

// Rows computed at a time: a vector of numbers takes 8 kB, so that those of a query stay in the L1 and L2 caches.
constexpr uint32_t WIDTH = 1024;

// Bytes that may be read before and behind a piece of text, so that no loop looks at a word's end.
constexpr size_t PADDING = 64;

// A "part" is a part of a date: a small integer, which pandas keeps as int32.
enum class Type : uint8_t { integer, real, boolean, text, date, part };

// Bytes of a text in a piece or in a dictionary; without data it is a missing value.
struct Text {
  const char* data;
  uint32_t size;
};

// Values of consecutive rows. A real is missing where it is NaN, a text where it has no data; of the others, `valid`
// has 0 for what is missing, and is null if nothing is.
struct Vector {
  Type type;
  union {
    int64_t* integers;  // also dates, as microseconds since 1970, and parts of dates
    double* reals;
    uint8_t* booleans;
    Text* texts;
  };
  uint8_t* valid;
};

// How fields and values are written.
struct Dialect {
  char sep = ',';
  char quote = '"';  // 0: a quote is a character like any other
  char decimal = '.';
  uint32_t columns = 0;
};

// The text holds something that only the reference reader can tell the meaning of. `column` is the index of the
// parsed column that it stands in, -1 if it is no column's matter; `may_be_real` says that its integers may be reals.
struct FallbackRequired : std::runtime_error {
  explicit FallbackRequired(const std::string& reason, int column = -1, bool may_be_real = false)
      : std::runtime_error(reason), column(column), may_be_real(may_be_real) {}
  int column;
  bool may_be_real;
};

}  // namespace lazyframe
