// Which of a block's separators a pattern chooses, without PDEP: for processors that have none, or a slow one. Included
// in their namespaces.
//
// The places of all separators are listed, in the same steps however many there are: of each byte of the mask a table
// has the places of its bits, which are written where those of the bytes before it end.

struct PlacesInBytes {
  uint64_t of[256];  // byte r: the place of the r-th bit

  constexpr PlacesInBytes() : of() {
    for (unsigned byte = 0; byte < 256; ++byte) {
      unsigned rank = 0;
      for (unsigned place = 0; place < 8; ++place)
        if (byte >> place & 1) of[byte] |= uint64_t{place} << 8 * rank++;
    }
  }
};

inline uint32_t ones(uint64_t mask) { return static_cast<uint32_t>(__builtin_popcountll(mask)); }

inline uint64_t lowest(uint32_t count) { return count < 64 ? ~(~uint64_t{0} << count) : ~uint64_t{0}; }

// Whether the first of some newlines, if there is one, is a separator that the pattern chooses.
inline bool is_placed(uint64_t newlines, uint64_t pattern, uint64_t separators) {
  const uint64_t before = (newlines & (uint64_t{0} - newlines)) - 1;
  return newlines == 0 || (pattern >> (ones(separators & before) & 63) & 1);
}

// Where the bits of a mask stand, one after another; byte i of `counts` is how many there are up to byte i of the mask.
inline void list(uint64_t mask, uint64_t counts, uint8_t* out) {
  static constexpr PlacesInBytes places{};
  uint64_t before = counts << 8, base = 0;
  for (int byte = 0; byte < 8; ++byte) {
    const uint64_t own = places.of[mask >> 8 * byte & 0xff] + base;
    memcpy(out + (before >> 8 * byte & 0xff), &own, 8);
    base += 0x0808080808080808u;
  }
}

// The bits of each byte of a mask and of those before it.
inline uint64_t counted(uint64_t mask) {
  uint64_t counts = mask - (mask >> 1 & 0x5555555555555555u);
  counts = (counts & 0x3333333333333333u) + (counts >> 2 & 0x3333333333333333u);
  return ((counts + (counts >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u;
}

inline uint64_t misplaced(uint64_t pattern, uint64_t separators, uint64_t newlines) {
  pattern &= lowest(ones(separators));
  uint64_t rest = newlines & (newlines - 1);
  bool is_right = is_placed(newlines, pattern, separators) & is_placed(rest, pattern, separators);
  is_right &= ones(pattern) == ones(newlines);
  for (rest &= rest - 1; rest; rest &= rest - 1) is_right &= is_placed(rest, pattern, separators);
  if (is_right) return 0;
  uint8_t places[72];
  list(separators, counted(separators), places);
  uint64_t expected = 0;
  for (; pattern; pattern &= pattern - 1) expected |= uint64_t{1} << places[__builtin_ctzll(pattern)];
  return expected ^ newlines;
}

// Four places are written in one go, whatever their number: a branch for each would be foretold wrongly.
inline uint32_t* choose(uint64_t pattern, uint64_t separators, uint64_t limit, uint32_t base, uint32_t* out) {
  uint8_t places[72];
  list(separators, counted(separators), places);
  pattern &= lowest(ones(separators & limit));
  const uint32_t count = ones(pattern);
  for (uint32_t done = 0; done < count; done += 4) {
    for (uint32_t i = 0; i < 4; ++i) {
      out[done + i] = base + places[__builtin_ctzll(pattern | uint64_t{1} << 63)];
      pattern &= pattern - 1;
    }
  }
  return out + count;
}
