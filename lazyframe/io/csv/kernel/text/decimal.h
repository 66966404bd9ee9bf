// Numbers of up to 19 digits, the nearest double of those with a decimal point. Included in the namespace of each
// architecture, behind digits.h.

constexpr uint32_t MOST_DIGITS = 19;

// The powers of ten, as integers and, exactly too, as doubles.
struct Tens {
  uint64_t integers[MOST_DIGITS + 1];
  double reals[MOST_DIGITS + 1];

  constexpr Tens() : integers(), reals() {
    integers[0] = 1;
    for (uint32_t n = 0; n <= MOST_DIGITS; ++n) {
      if (n) integers[n] = integers[n - 1] * 10;
      reals[n] = static_cast<double>(integers[n]);
    }
  }
};
constexpr Tens TENS;

// The number of up to 19 digits; false if there are other characters.
inline bool digits_of(const char* data, uint32_t size, uint64_t& value) {
  value = 0;
  while (size) {
    const uint32_t some = size < 8 ? size : 8;
    uint64_t part;
    if (!eight_digits(eight_bytes(data), some, part)) return false;
    value = value * TENS.integers[some] + part;
    data += some;
    size -= some;
  }
  return true;
}

inline bool long_integer(const char* data, uint32_t size, int64_t& value) {
  const uint32_t sign = *data == '-';
  uint64_t number;
  if (size - sign - 1 >= 18 || !digits_of(data + sign, size - sign, number)) return false;
  value = sign ? -static_cast<int64_t>(number) : static_cast<int64_t>(number);
  return true;
}

// 1 / 5^n, times 2^(63 + bits), rounded down: 64 bits, the highest set.
struct Reciprocals {
  uint64_t values[MOST_DIGITS + 1];
  int bits[MOST_DIGITS + 1];

  constexpr Reciprocals() : values(), bits() {
    uint64_t power = 1;
    for (uint32_t n = 0; n <= MOST_DIGITS; ++n, power *= 5) {
      while (uint64_t{1} << bits[n] < power) ++bits[n];
      values[n] = static_cast<uint64_t>((static_cast<unsigned __int128>(1) << (63 + bits[n])) / power);
    }
  }
};
constexpr Reciprocals RECIPROCALS;

// The double nearest to an integer over a power of ten; false if a closer look is needed, which is rarely so.
//
// Below 10^15 both are exact, and their quotient is rounded once (W. D. Clinger, "How to read floating point numbers
// accurately", 1990). From there on the integer is multiplied by the power's reciprocal, and the upper 64 bits of the
// product are kept, as in D. Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience 51
// (2021). The true product is at least as large, and by less than 2 larger: unless the bits below the double's are all
// zeros or all ones, it is on the same side of the middle, and not on it.
inline bool nearest(uint64_t number, uint32_t decimals, double& value) {
  if (number < TENS.integers[15]) {
    value = static_cast<double>(number) / TENS.reals[decimals];
    return true;
  }
  const int zeros = __builtin_clzll(number);
  const auto product = static_cast<unsigned __int128>(number << zeros) * RECIPROCALS.values[decimals];
  const auto high = static_cast<uint64_t>(product >> 64);
  const int shift = 9 + static_cast<int>(high >> 63);  // leaves 53 bits, and one for the middle
  const uint64_t mask = (uint64_t{1} << shift) - 1, rest = high & mask;
  if (rest == 0 || rest == mask) return false;
  const int exponent = shift + 2 - zeros - RECIPROCALS.bits[decimals] - static_cast<int>(decimals);
  const uint64_t scale = static_cast<uint64_t>(1023 + exponent) << 52;
  double power_of_two;
  memcpy(&power_of_two, &scale, 8);
  value = static_cast<double>(((high >> shift) + 1) >> 1) * power_of_two;
  return true;
}

// Up to 19 digits, with a decimal point among the first 8 characters or without.
inline bool long_real(const char* data, uint32_t size, char decimal, double& value) {
  const uint32_t sign = *data == '-';
  data += sign;
  size -= sign;
  if (size - 1 > MOST_DIGITS) return false;
  const uint64_t start = eight_bytes(data);
  const uint64_t differs = start ^ (0x0101010101010101u * static_cast<uint8_t>(decimal));
  const uint64_t points = (differs - 0x0101010101010101u) & ~differs & 0x8080808080808080u;
  const uint32_t place = points ? static_cast<uint32_t>(__builtin_ctzll(points)) / 8 : size;
  uint64_t number, part;
  if (place >= size) {
    if (size > MOST_DIGITS || !digits_of(data, size, number)) return false;
    value = static_cast<double>(number);
  } else {
    const uint32_t decimals = size - place - 1, few = decimals % 8;
    const char* next = data + place + 1;
    if (size == 1 || !seven_digits(start, place, number) || !seven_digits(eight_bytes(next), few, part)) return false;
    number = number * TENS.integers[few] + part;
    for (next += few; next < data + size; next += 8) {
      if (!eight_digits(eight_bytes(next), 8, part)) return false;
      number = number * TENS.integers[8] + part;
    }
    if (!nearest(number, decimals, value)) return false;
  }
  if (sign) value = -value;
  return true;
}
