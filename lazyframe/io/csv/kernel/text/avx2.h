// 64 bytes in two registers of AVX2. Included in the namespaces of those that have it.

struct Block {
  __m256i low;
  __m256i upper;

  static Block load(const char* text) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(text)),
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32))};
  }
  static uint64_t mask_of(__m256i low, __m256i upper) {
    return static_cast<uint32_t>(_mm256_movemask_epi8(low)) |
           static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(upper))) << 32;
  }
  uint64_t equal(char one) const {
    const __m256i all = _mm256_set1_epi8(one);
    return mask_of(_mm256_cmpeq_epi8(low, all), _mm256_cmpeq_epi8(upper, all));
  }
  uint64_t high() const { return mask_of(low, upper); }
};

inline uint64_t prefix_xor(uint64_t mask) {
  const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<int64_t>(mask)), _mm_set1_epi8(-1), 0);
  return static_cast<uint64_t>(_mm_cvtsi128_si64(product));
}

// Eight places are written in one go, whatever their number: a branch for each would be foretold wrongly.
inline uint32_t* flatten(uint64_t mask, uint32_t base, uint32_t* out) {
  const uint32_t count = static_cast<uint32_t>(__builtin_popcountll(mask));
  for (uint32_t done = 0; done < count; done += 8) {
    for (uint32_t i = 0; i < 8; ++i) {
      out[done + i] = base + static_cast<uint32_t>(_tzcnt_u64(mask));
      mask = _blsr_u64(mask);
    }
  }
  return out + count;
}
