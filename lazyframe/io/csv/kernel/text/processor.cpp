#include "processor.h"

#include <cpuid.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>

namespace lazyframe {

namespace {

struct Registers {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// CPUID's answer; zeros where the processor does not know the question.
Registers cpuid(uint32_t leaf) {
  Registers found;
  if (!__get_cpuid_count(leaf, 0, &found.eax, &found.ebx, &found.ecx, &found.edx)) return {};
  return found;
}

bool has(uint32_t word, std::initializer_list<int> bits) {
  for (const int bit : bits) {
    if ((word >> bit & 1) == 0) return false;
  }
  return true;
}

// The registers that the operating system keeps when it switches threads (XCR0).
uint32_t kept_registers() {
  uint32_t low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

// Of AMD's before Zen 3 (family 19h), and of Hygon's, which are made after Zen 1.
bool has_slow_deposit() {
  const Registers first = cpuid(0);
  uint32_t vendor[3] = {first.ebx, first.edx, first.ecx};
  if (std::memcmp(vendor, "HygonGenuine", 12) == 0) return true;
  const uint32_t version = cpuid(1).eax;
  const uint32_t family = (version >> 8 & 0xf) + (version >> 20 & 0xff);
  return std::memcmp(vendor, "AuthenticAMD", 12) == 0 && family < 0x19;
}

Processor asked() {
  const Registers basic = cpuid(1), more = cpuid(7), extended = cpuid(0x80000001);
  const uint32_t kept = has(basic.ecx, {27}) ? kept_registers() : 0;  // OSXSAVE
  Processor found{};
  found.has_avx2 = has(kept, {1, 2}) && has(basic.ecx, {1, 23, 28}) && has(more.ebx, {3, 5}) && has(extended.ecx, {5});
  found.has_bmi2 = has(more.ebx, {8});
  found.has_avx512 = found.has_avx2 && found.has_bmi2 && has(kept, {5, 6, 7}) && has(more.ebx, {16, 17, 28, 30, 31}) &&
                     has(more.ecx, {6});
  found.has_slow_deposit = has_slow_deposit();
  return found;
}

}  // namespace

const Processor& processor() {
  static const Processor found = asked();
  return found;
}

}  // namespace lazyframe
