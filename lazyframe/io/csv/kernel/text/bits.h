// What architectures do that have no instructions for it. Included in their namespaces.

inline uint64_t prefix_xor(uint64_t mask) {
  for (int width = 1; width < 64; width *= 2) mask ^= mask << width;
  return mask;
}

#include "select.h"
