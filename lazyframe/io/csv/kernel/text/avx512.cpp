// 64 bytes in one register: Ice Lake, Zen 4 and later (AVX-512 BW and VBMI2, BMI2, carry-less multiplication).
#include <immintrin.h>

#include <cstring>
#include <type_traits>

#include "architecture.h"
#include "dates.h"
#include "numbers.h"
#include "processor.h"

namespace lazyframe::avx512 {

struct Block {
  __m512i bytes;

  static Block load(const char* text) { return {_mm512_loadu_si512(text)}; }
  uint64_t equal(char one) const { return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(one)); }
  uint64_t high() const { return _mm512_movepi8_mask(bytes); }
};

inline uint64_t prefix_xor(uint64_t mask) {
  const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<int64_t>(mask)), _mm_set1_epi8(-1), 0);
  return static_cast<uint64_t>(_mm_cvtsi128_si64(product));
}

// The places of all bits come from one instruction, sixteen are written in one go.
inline uint32_t* flatten(uint64_t mask, uint32_t base, uint32_t* out) {
  alignas(64) static constexpr uint8_t identity[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                                       16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                                       32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                                       48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  const __m512i places = _mm512_maskz_compress_epi8(mask, _mm512_load_si512(identity));
  const __m512i first = _mm512_set1_epi32(static_cast<int>(base));
  const uint32_t count = static_cast<uint32_t>(__builtin_popcountll(mask));
  _mm512_storeu_si512(out, _mm512_add_epi32(first, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places))));
  if (count > 16) {
    _mm512_storeu_si512(out + 16, _mm512_add_epi32(first, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 1))));
    if (count > 32) {
      _mm512_storeu_si512(out + 32,
                          _mm512_add_epi32(first, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 2))));
      _mm512_storeu_si512(out + 48,
                          _mm512_add_epi32(first, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 3))));
    }
  }
  return out + count;
}

constexpr uint32_t LANES = 8;

// `short_integer` and `short_real` of convert.h, eight at a time.
template <class Number>
inline uint32_t numbers_in_lanes(const Fields& fields, const uint32_t* offset, char decimal, Number* out) {
  constexpr bool is_real = std::is_same_v<Number, double>;
  const auto all = [](uint64_t value) { return _mm512_set1_epi64(static_cast<int64_t>(value)); };
  const __m256i place =
      _mm256_mullo_epi32(_mm256_set1_epi32(static_cast<int>(fields.stride)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  const auto* offsets = reinterpret_cast<const int*>(offset);
  const __m256i end = _mm256_i32gather_epi32(offsets, place, 4);
  const __m256i begin = _mm256_add_epi32(_mm256_i32gather_epi32(offsets - 1, place, 4), _mm256_set1_epi32(1));
  __m512i size = _mm512_cvtepu32_epi64(_mm256_sub_epi32(end, begin));
  __m512i word = _mm512_i32gather_epi64(begin, fields.text, 1);
  const __mmask8 too_long = _mm512_cmpgt_epu64_mask(size, all(8));
  if (fields.is_last) {
    const __m512i last = _mm512_srlv_epi64(word, _mm512_slli_epi64(_mm512_sub_epi64(size, all(1)), 3));
    const __mmask8 has_cr = _mm512_cmpeq_epi64_mask(_mm512_and_si512(last, all(0xff)), all('\r'));
    size = _mm512_mask_sub_epi64(size, has_cr, size, all(1));
  }
  const __mmask8 is_negative = _mm512_cmpeq_epi64_mask(_mm512_and_si512(word, all(0xff)), all('-'));
  word = _mm512_mask_srli_epi64(word, is_negative, word, 8);
  size = _mm512_mask_sub_epi64(size, is_negative, size, all(1));
  __m512i decimals = _mm512_setzero_si512();
  if constexpr (is_real) {
    const __m512i differs = _mm512_xor_si512(word, _mm512_set1_epi8(decimal));
    const __m512i inside = _mm512_srlv_epi64(all(~uint64_t{0}), _mm512_sub_epi64(all(64), _mm512_slli_epi64(size, 3)));
    __m512i points = _mm512_andnot_si512(differs, _mm512_sub_epi64(differs, all(0x0101010101010101u)));
    points = _mm512_and_si512(_mm512_and_si512(points, all(0x8080808080808080u)), inside);
    const __mmask8 has_point = _mm512_test_epi64_mask(points, points);
    const __m512i first = _mm512_and_si512(points, _mm512_sub_epi64(_mm512_setzero_si512(), points));
    const __m512i before = _mm512_sub_epi64(_mm512_srli_epi64(first, 7), all(1));  // all ones if there is no point
    word = _mm512_or_si512(_mm512_and_si512(word, before), _mm512_andnot_si512(before, _mm512_srli_epi64(word, 8)));
    size = _mm512_mask_sub_epi64(size, has_point, size, all(1));
    const __m512i bytes_before = _mm512_srli_epi64(_mm512_sub_epi64(all(64), _mm512_lzcnt_epi64(before)), 3);
    decimals = _mm512_maskz_sub_epi64(has_point, size, bytes_before);
  }
  const __mmask8 is_empty = _mm512_cmpgt_epu64_mask(all(1), size) | _mm512_cmpgt_epu64_mask(size, all(8));
  const __m512i shift = _mm512_sub_epi64(all(64), _mm512_slli_epi64(size, 3));
  const __m512i digits = _mm512_sllv_epi64(_mm512_xor_si512(word, all(0x3030303030303030u)), shift);
  const __m512i beyond = _mm512_or_si512(_mm512_add_epi64(digits, all(0x7676767676767676u)), digits);
  const __mmask8 no_digits = _mm512_test_epi64_mask(beyond, all(0x8080808080808080u));
  const __m512i pairs = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(0x010a));
  const __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
  const __m512i number = _mm512_add_epi64(_mm512_mul_epu32(fours, all(10000)), _mm512_srli_epi64(fours, 32));
  if constexpr (is_real) {
    const __m512d powers = _mm512_setr_pd(1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7);
    const __m512d value = _mm512_div_pd(_mm512_cvtepu64_pd(number), _mm512_permutexvar_pd(decimals, powers));
    _mm512_storeu_pd(out, _mm512_mask_xor_pd(value, is_negative, value, _mm512_set1_pd(-0.0)));
  } else {
    _mm512_storeu_si512(out, _mm512_mask_sub_epi64(number, is_negative, _mm512_setzero_si512(), number));
  }
  return static_cast<uint32_t>(too_long | is_empty | no_digits);
}

#include "pdep.h"
//
#include "structure.h"
//
#include "convert.h"

bool is_supported() { return processor().has_avx512; }

extern const Architecture ARCHITECTURE;
const Architecture ARCHITECTURE = {"avx512", is_supported, find, integers, reals, booleans, texts, dates};

}  // namespace lazyframe::avx512
