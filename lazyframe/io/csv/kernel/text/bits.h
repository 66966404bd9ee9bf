// What architectures do that have no instructions for it. Included in their namespaces.

inline uint64_t prefix_xor(uint64_t mask) {
  for (int width = 1; width < 64; width *= 2) mask ^= mask << width;
  return mask;
}

inline uint64_t deposit(uint64_t bits, uint64_t mask) {
  uint64_t placed = 0;
  for (; mask; mask &= mask - 1, bits >>= 1) placed |= (mask & (uint64_t{0} - mask)) & (uint64_t{0} - (bits & 1));
  return placed;
}

inline uint32_t* flatten(uint64_t mask, uint32_t base, uint32_t* out) {
  for (; mask; mask &= mask - 1) *out++ = base + static_cast<uint32_t>(__builtin_ctzll(mask));
  return out;
}
