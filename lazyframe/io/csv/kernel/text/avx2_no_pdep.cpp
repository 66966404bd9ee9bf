// Zen 1 and 2, where PDEP takes hundreds of cycles: AVX2, BMI, carry-less multiplication.
#include <immintrin.h>

#include <cstring>

#include "architecture.h"
#include "dates.h"
#include "numbers.h"
#include "processor.h"

namespace lazyframe::avx2_no_pdep {

#include "avx2.h"
//
#include "select.h"
//
#include "no_lanes.h"
//
#include "structure.h"
//
#include "convert.h"

bool is_supported() { return processor().has_avx2; }

extern const Architecture ARCHITECTURE;
const Architecture ARCHITECTURE = {"avx2-no-pdep", is_supported, find, integers, reals, booleans, texts, dates};

}  // namespace lazyframe::avx2_no_pdep
