// Haswell, Zen 3 and later: AVX2, BMI2, carry-less multiplication.
#include <immintrin.h>

#include <cstring>

#include "architecture.h"
#include "dates.h"
#include "numbers.h"
#include "processor.h"

namespace lazyframe::avx2 {

#include "avx2.h"
//
#include "pdep.h"
//

#include "no_lanes.h"
//
#include "structure.h"
//
#include "convert.h"

bool is_supported() { return processor().has_avx2 && processor().has_bmi2; }

extern const Architecture ARCHITECTURE;
const Architecture ARCHITECTURE = {"avx2", is_supported, find, integers, reals, booleans, texts, dates};

}  // namespace lazyframe::avx2
