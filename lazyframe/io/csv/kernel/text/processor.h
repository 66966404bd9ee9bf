// What an x86 processor can do. It is asked itself: the libraries of some compilers (Zig's) say that it can do nothing.
#pragma once

namespace lazyframe {

struct Processor {
  bool has_avx2;          // with BMI, LZCNT, POPCNT and carry-less multiplication, as all have that have it
  bool has_bmi2;          // PDEP
  bool has_avx512;        // F, BW, DQ, VL, CD and VBMI2: Ice Lake, Zen 4
  bool has_slow_deposit;  // PDEP is microcode
};

const Processor& processor();  // the one at hand

}  // namespace lazyframe
