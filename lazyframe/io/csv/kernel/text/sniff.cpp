#include "sniff.h"

#include <cstring>
#include <memory>
#include <string_view>

#include "numbers.h"

namespace lazyframe {

namespace {

// The letters of numbers, of words for infinities, and of true and false.
constexpr std::string_view AMBIGUOUS = "abcdefilnrstuxyABCDEFILNRSTUXY";

bool is_text(const char* data, uint32_t size) {
  for (uint32_t i = 0; i < size; ++i) {
    const char one = data[i];
    const bool is_letter = (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z');
    if (is_letter && AMBIGUOUS.find(one) == std::string_view::npos) return true;
  }
  return false;
}

#include "digits.h"

// Up to eight digits, with or without a minus.
bool is_short_integer(const char* data, uint32_t size) {
  const uint32_t sign = *data == '-';
  uint64_t value;
  return size - sign - 1 < 8 && eight_digits(eight_bytes(data + sign), size - sign, value);
}

Kind kind_of(const ParseOptions& options, const char* data, uint32_t size) {
  if (!options.missing.may_be_numbers() && is_short_integer(data, size)) return INTEGER;
  if (options.missing.contains(data, size)) return MISSING;
  const bool is_plain = size && data[0] != ' ' && data[0] != '\t' && data[size - 1] != ' ' && data[size - 1] != '\t';
  if (is_short_integer(data, size)) return INTEGER;
  int64_t integer;
  double real;
  if (is_plain && parse_integer(data, size, integer)) return INTEGER;
  const bool has_point = std::string_view(data, size).find(options.dialect.decimal) != std::string_view::npos;
  if (is_plain && has_point && parse_real(data, size, options.dialect.decimal, real)) return REAL;
  if (options.trues.contains(data, size) || options.falses.contains(data, size)) return UNKNOWN;
  return is_text(data, size) ? TEXT : UNKNOWN;
}

}  // namespace

Sniffed sniff(const Architecture& architecture, const ParseOptions& options, const std::vector<uint32_t>& columns,
              const char* text, size_t size) {
  const Dialect& dialect = options.dialect;
  const Layout layout(dialect, columns);
  const std::unique_ptr<char[]> padded(new char[size + PADDING]);
  memcpy(padded.get(), text, size);
  memset(padded.get() + size, 0, PADDING);
  const std::unique_ptr<uint32_t[]> offsets(new uint32_t[offsets_of(size)]);
  const Found found = architecture.find(padded.get(), size, layout, offsets.get() + 1);
  const bool has_blank = dialect.columns == 1 && has_blank_record(padded.get(), offsets.get() + 1, found.records);
  Sniffed sniffed{found.size, found.records > 0 && found.odd == Odd::nothing && !has_blank, {}};
  for (const uint32_t column : columns) {
    uint8_t kinds = 0;
    const uint32_t* offset = offsets.get() + 1 + layout.offset_of(column);
    for (size_t record = 0; record < found.records && !(kinds & TEXT); ++record, offset += layout.offsets) {
      const char* data = padded.get() + (offset[-1] + 1);
      uint32_t length = *offset - offset[-1] - 1;
      if (column + 1 == dialect.columns && length && data[length - 1] == '\r') --length;
      if (dialect.quote && length && *data == dialect.quote) {
        ++data;
        length -= 2;
      }
      kinds |= kind_of(options, data, length);
    }
    sniffed.kinds.push_back(kinds);
  }
  return sniffed;
}

}  // namespace lazyframe
