// Eight digits in one go. Included in a namespace of each file that uses it; see architecture.h for why.

inline uint64_t eight_bytes(const char* data) {
  uint64_t word;
  memcpy(&word, data, 8);
  return word;
}

// The number of the digits in a word, whose bytes are their values; false if they are no digits. Daniel Lemire's and
// Johnny Lee's way: pairs, then fours, then eights are joined by multiplications.
inline bool joined_digits(uint64_t word, uint64_t& value) {
  if (((word + 0x7676767676767676u) | word) & 0x8080808080808080u) return false;
  word = word * 10 + (word >> 8);
  value = (((word & 0x000000ff000000ffu) * 0x000f424000000064u) +
           (((word >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u)) >>
          32;
  return true;
}

// The number of 1 to 8 digits in the low bytes of a word, the first digit the lowest; false if they are no digits.
inline bool eight_digits(uint64_t word, uint32_t size, uint64_t& value) {
  return joined_digits((word ^ 0x3030303030303030u) << (64 - 8 * size), value);
}

// The same of 0 to 7 digits.
inline bool seven_digits(uint64_t word, uint32_t size, uint64_t& value) {
  return joined_digits((word ^ 0x3030303030303030u) << 1 << (63 - 8 * size), value);
}
