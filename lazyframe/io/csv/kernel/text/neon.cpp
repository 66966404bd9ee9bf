// 64 bytes in four registers: every 64-bit ARM.
#include <arm_neon.h>

#include <cstring>

#include "architecture.h"
#include "dates.h"
#include "numbers.h"

namespace lazyframe::neon {

struct Block {
  uint8x16x4_t bytes;

  static Block load(const char* text) {
    const auto* data = reinterpret_cast<const uint8_t*>(text);
    return {{{vld1q_u8(data), vld1q_u8(data + 16), vld1q_u8(data + 32), vld1q_u8(data + 48)}}};
  }
  // A bit of each byte, by three rounds of pairwise additions, as simdjson does.
  static uint64_t mask_of(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
    const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t low = vpaddq_u8(vandq_u8(a, bit), vandq_u8(b, bit));
    const uint8x16_t upper = vpaddq_u8(vandq_u8(c, bit), vandq_u8(d, bit));
    const uint8x16_t both = vpaddq_u8(low, upper);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(both, both)), 0);
  }
  uint64_t equal(char one) const {
    const uint8x16_t all = vdupq_n_u8(static_cast<uint8_t>(one));
    return mask_of(vceqq_u8(bytes.val[0], all), vceqq_u8(bytes.val[1], all), vceqq_u8(bytes.val[2], all),
                   vceqq_u8(bytes.val[3], all));
  }
  uint64_t high() const {
    const uint8x16_t top = vdupq_n_u8(0x80);
    return mask_of(vcgeq_u8(bytes.val[0], top), vcgeq_u8(bytes.val[1], top), vcgeq_u8(bytes.val[2], top),
                   vcgeq_u8(bytes.val[3], top));
  }
};

#include "bits.h"
//
#include "no_lanes.h"
//
#include "structure.h"
//
#include "convert.h"

bool is_supported() { return true; }

extern const Architecture ARCHITECTURE;
const Architecture ARCHITECTURE = {"neon", is_supported, find, integers, reals, booleans, texts, dates};

}  // namespace lazyframe::neon
