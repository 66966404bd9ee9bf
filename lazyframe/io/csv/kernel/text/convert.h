// Fields of text to values. Included in the namespace of each architecture.
//
// The usual forms are read here, eight digits in one go; anything else goes to numbers.h. A text that is not exactly
// what its type allows stops the conversion: the reference reader says what it is.

// A field without its quotes.
template <bool HasQuotes>
struct Field {
  const char* data;
  uint32_t size;
  bool is_quoted = false;

  Field(const Fields& fields, const uint32_t* offset, char quote) {
    const uint32_t begin = offset[-1] + 1;
    data = fields.text + begin;
    size = *offset - begin;
    if (fields.is_last && size && data[size - 1] == '\r') --size;
    if constexpr (HasQuotes) {
      if (size && *data == quote) {
        is_quoted = true;
        ++data;
        size -= 2;
      }
    }
  }
};

#include "digits.h"
#include "decimal.h"

inline bool short_integer(const char* data, uint32_t size, int64_t& value) {
  const uint32_t sign = *data == '-';
  uint64_t number;
  if (size - sign - 1 >= 8 || !eight_digits(eight_bytes(data + sign), size - sign, number)) return false;
  value = sign ? -static_cast<int64_t>(number) : static_cast<int64_t>(number);
  return true;
}

// Up to eight characters, one of which may be the decimal point: both parts are exact, so that their quotient is the
// nearest double.
inline bool short_real(const char* data, uint32_t size, char decimal, double& value) {
  constexpr double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
  const uint32_t sign = *data == '-';
  size -= sign;
  if (size - 1 >= 8) return false;
  uint64_t word = eight_bytes(data + sign), number;
  const uint64_t differs = word ^ (0x0101010101010101u * static_cast<uint8_t>(decimal));
  const uint64_t inside = ~uint64_t{0} >> (64 - 8 * size);
  const uint64_t points = (differs - 0x0101010101010101u) & ~differs & 0x8080808080808080u & inside;
  uint32_t decimals = 0;
  if (points) {
    const uint32_t bits = static_cast<uint32_t>(__builtin_ctzll(points)) & ~7u;  // of the characters before it
    const uint64_t before = (uint64_t{1} << bits) - 1;
    word = (word & before) | (word >> 8 & ~before);
    decimals = --size - bits / 8;
    if (size == 0) return false;
  }
  if (!eight_digits(word, size, number)) return false;
  const double magnitude = static_cast<double>(number) / powers[decimals];
  value = sign ? -magnitude : magnitude;
  return true;
}

// Calls `read` with each field until it says no.
template <bool HasQuotes, class Read>
inline uint32_t each(const Fields& fields, char quote, Read read) {
  const uint32_t* offset = fields.offsets;
  for (uint32_t row = 0; row < fields.rows; ++row, offset += fields.stride) {
    if (!read(row, Field<HasQuotes>(fields, offset, quote))) return row;
  }
  return fields.rows;
}

template <class Read>
inline uint32_t each_field(const Fields& fields, char quote, Read read) {
  return fields.has_quotes ? each<true>(fields, quote, read) : each<false>(fields, quote, read);
}

// Times in a row that no lane has a number in the usual form, after which the rest of a vector is read one by one.
constexpr uint32_t PATIENCE = 4;

// Numbers: in lanes where the architecture has them and the texts are plain, one by one where not.
template <class Number, class ReadOne>
inline uint32_t numbers(const Fields& fields, const ParseOptions& options, Number* out, ReadOne read) {
  const char quote = options.dialect.quote;
  if (LANES == 0 || fields.has_quotes || options.missing.may_be_numbers()) return each_field(fields, quote, read);
  uint32_t row = 0;
  const uint32_t* offset = fields.offsets;
  uint32_t in_vain = 0;
  for (; row + LANES <= fields.rows && in_vain < PATIENCE; row += LANES, offset += LANES * fields.stride) {
    uint32_t odd = numbers_in_lanes(fields, offset, options.dialect.decimal, out + row);
    in_vain = odd + 1 == 1u << LANES ? in_vain + 1 : 0;
    for (; odd; odd &= odd - 1) {
      const auto lane = static_cast<uint32_t>(__builtin_ctz(odd));
      if (!read(row + lane, Field<false>(fields, offset + lane * fields.stride, quote))) return row + lane;
    }
  }
  for (; row < fields.rows; ++row, offset += fields.stride) {
    if (!read(row, Field<false>(fields, offset, quote))) return row;
  }
  return row;
}

inline Converted integers(const Fields& fields, const ParseOptions& options, int64_t* out, uint8_t* valid) {
  bool has_missing = false;
  const bool words_first = options.missing.may_be_numbers();
  memset(valid, 1, fields.rows);
  const uint32_t rows = numbers(fields, options, out, [&](uint32_t row, const auto& field) {
    if (!words_first && short_integer(field.data, field.size, out[row])) return true;
    if (!words_first && long_integer(field.data, field.size, out[row])) return true;
    if (options.missing.contains(field.data, field.size)) {
      has_missing = true;
      out[row] = valid[row] = 0;
      return true;
    }
    return parse_integer(field.data, field.size, out[row]);
  });
  return {rows, has_missing};
}

inline Converted reals(const Fields& fields, const ParseOptions& options, double* out) {
  bool has_missing = false;
  const bool words_first = options.missing.may_be_numbers();
  const char decimal = options.dialect.decimal;
  const uint32_t rows = numbers(fields, options, out, [&](uint32_t row, const auto& field) {
    if (!words_first && short_real(field.data, field.size, decimal, out[row])) return true;
    if (!words_first && long_real(field.data, field.size, decimal, out[row])) return true;
    if (options.missing.contains(field.data, field.size)) {
      has_missing = true;
      out[row] = __builtin_nan("");
      return true;
    }
    return parse_real(field.data, field.size, decimal, out[row]);
  });
  return {rows, has_missing};
}

inline Converted booleans(const Fields& fields, const ParseOptions& options, uint8_t* out, uint8_t* valid) {
  bool has_missing = false;
  const uint32_t rows = each_field(fields, options.dialect.quote, [&](uint32_t row, const auto& field) {
    valid[row] = 1;
    out[row] = options.boolean_of[static_cast<uint8_t>(*field.data)];
    if (field.size == 1 && out[row] < 2) return true;
    if (options.missing.contains(field.data, field.size)) {
      has_missing = true;
      out[row] = valid[row] = 0;
      return true;
    }
    out[row] = options.trues.contains(field.data, field.size);
    return out[row] || options.falses.contains(field.data, field.size);
  });
  return {rows, has_missing};
}

inline Converted texts(const Fields& fields, const ParseOptions& options, Text* out) {
  bool has_missing = false;
  const char quote = options.dialect.quote;
  const uint32_t rows = each_field(fields, quote, [&](uint32_t row, const auto& field) {
    Text text{field.data, field.size};
    if (field.is_quoted && memchr(text.data, quote, text.size)) {
      char* end = *fields.scratch;
      for (uint32_t i = 0; i < text.size; ++i) {
        *end++ = text.data[i];
        i += text.data[i] == quote;
      }
      text = {*fields.scratch, static_cast<uint32_t>(end - *fields.scratch)};
      *fields.scratch = end;
    }
    if (options.missing.contains(text.data, text.size)) {
      has_missing = true;
      text = {nullptr, 0};
    }
    out[row] = text;
    return fields.is_ascii || text.data == nullptr || is_utf8(text.data, text.size);
  });
  return {rows, has_missing};
}

inline Converted dates(const Fields& fields, const ParseOptions& options, int64_t* out, uint8_t* valid) {
  bool has_missing = false;
  const uint32_t rows = each_field(fields, options.dialect.quote, [&](uint32_t row, const auto& field) {
    valid[row] = 1;
    if (!options.missing.contains(field.data, field.size)) return parse_date(field.data, field.size, out[row]);
    has_missing = true;
    out[row] = valid[row] = 0;
    return true;
  });
  return {rows, has_missing};
}
