// What the fields of a sample look like, column by column: enough to tell the dtypes of most columns.
#pragma once

#include <cstdint>
#include <vector>

#include "architecture.h"

namespace lazyframe {

// The kinds of fields, as bits. An `unknown` one may be a number or a boolean in a form that only pandas knows; a
// `text` has a letter that no number and no word for a boolean or an infinity has.
enum Kind : uint8_t { MISSING = 1, INTEGER = 2, REAL = 4, UNKNOWN = 8, TEXT = 16 };

struct Sniffed {
  size_t size;                 // bytes of whole records
  bool is_regular;             // there are records, all with as many fields as columns, and with nothing odd in them
  std::vector<uint8_t> kinds;  // of each column asked for, all that were met
};

Sniffed sniff(const Architecture& architecture, const ParseOptions& options, const std::vector<uint32_t>& columns,
              const char* text, size_t size);

}  // namespace lazyframe
