// Numbers in forms that are not the usual ones, and texts beyond ASCII: out of line, for all architectures.
#pragma once

#include <cstdint>

namespace lazyframe {

// Each says whether the text is a number of its kind.
//
// Digits with or without a minus, within int64; spaces and tabs around them count for nothing.
bool parse_integer(const char* text, uint32_t size, int64_t& value);

// A decimal number, correctly rounded (the nearest double, ties to even), with spaces and tabs around it or not; or an
// infinity, without.
bool parse_real(const char* text, uint32_t size, char decimal, double& value);

// Whether a text that is no integer may be a real: it has a decimal point, an exponent or an infinity.
bool is_fraction(const char* text, uint32_t size);

// Whether a text is UTF-8 (Unicode 15, table 3-7).
bool is_utf8(const char* text, uint32_t size);

}  // namespace lazyframe
