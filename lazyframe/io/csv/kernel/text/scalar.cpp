// Any processor: eight bytes in a word at a time.
#include <cstring>

#include "architecture.h"
#include "dates.h"
#include "numbers.h"

namespace lazyframe::scalar {

// The highest bits of eight bytes, as the lowest byte.
inline uint64_t gathered(uint64_t highs) { return (highs >> 7) * 0x0102040810204080u >> 56; }

struct Block {
  uint64_t words[8];

  static Block load(const char* text) {
    Block block;
    memcpy(block.words, text, 64);
    return block;
  }
  uint64_t equal(char one) const {
    uint64_t mask = 0;
    for (int i = 0; i < 8; ++i) {
      const uint64_t differs = words[i] ^ (0x0101010101010101u * static_cast<uint8_t>(one));
      const uint64_t nonzero = ((differs & 0x7f7f7f7f7f7f7f7fu) + 0x7f7f7f7f7f7f7f7fu) | differs;
      mask |= gathered(~nonzero & 0x8080808080808080u) << (8 * i);
    }
    return mask;
  }
  uint64_t high() const {
    uint64_t mask = 0;
    for (int i = 0; i < 8; ++i) mask |= gathered(words[i] & 0x8080808080808080u) << (8 * i);
    return mask;
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
const Architecture ARCHITECTURE = {"scalar", is_supported, find, integers, reals, booleans, texts, dates};

}  // namespace lazyframe::scalar
