// Which architecture runs, and the layout that all of them share.
#include "architecture.h"

#ifdef LAZYFRAME_X86
#include "processor.h"
#endif

#include <algorithm>
#include <cstring>
#include <utility>

namespace lazyframe {

namespace scalar {
extern const Architecture ARCHITECTURE;
}
#ifdef LAZYFRAME_X86
namespace avx2 {
extern const Architecture ARCHITECTURE;
}
namespace avx2_no_pdep {
extern const Architecture ARCHITECTURE;
}
namespace avx512 {
extern const Architecture ARCHITECTURE;
}
#endif
#ifdef LAZYFRAME_ARM
namespace neon {
extern const Architecture ARCHITECTURE;
}
#endif

namespace {

std::vector<const Architecture*> fastest_first() {
#ifdef LAZYFRAME_X86
  if (processor().has_slow_deposit) return {&avx2_no_pdep::ARCHITECTURE, &avx2::ARCHITECTURE, &scalar::ARCHITECTURE};
  return {&avx512::ARCHITECTURE, &avx2::ARCHITECTURE, &avx2_no_pdep::ARCHITECTURE, &scalar::ARCHITECTURE};
#elif defined(LAZYFRAME_ARM)
  return {&neon::ARCHITECTURE, &scalar::ARCHITECTURE};
#else
  return {&scalar::ARCHITECTURE};
#endif
}

}  // namespace

const std::vector<const Architecture*> ARCHITECTURES = fastest_first();

const Architecture* architecture(const std::string& name) {
  for (const Architecture* one : ARCHITECTURES) {
    if ((name.empty() || name == one->name) && one->is_supported()) return one;
  }
  return nullptr;
}

Layout::Layout(const Dialect& dialect, const std::vector<uint32_t>& columns) : dialect(dialect) {
  const uint32_t count = dialect.columns;
  std::vector<bool> is_marked(count);
  is_marked[count - 1] = !columns.empty() || count == 1;
  for (const uint32_t column : columns) {
    is_marked[column] = true;
    if (column > 0) is_marked[column - 1] = true;
  }
  for (uint32_t separator = 0; separator < count; ++separator) {
    if (is_marked[separator]) marked_.push_back(separator);
  }
  wanted_.resize(count);
  ends_.resize(count);
  for (uint32_t bit = 0; bit < 64; ++bit) {
    const uint32_t separator = (count - 1 + bit) % count;
    wanted_[count - 1] |= uint64_t{is_marked[separator]} << bit;
    ends_[count - 1] |= uint64_t{separator == count - 1} << bit;
  }
  for (uint32_t first = count - 1; first-- > 0;) {
    wanted_[first] = wanted_[first + 1] << 1 | uint64_t{is_marked[first]};
    ends_[first] = ends_[first + 1] << 1;
  }
  phase_.resize(count + 64);
  for (uint32_t place = 0; place < phase_.size(); ++place) phase_[place] = place % count;
  offsets = static_cast<uint32_t>(marked_.size());
  wanted = wanted_.data();
  ends = ends_.data();
  phase = phase_.data();
}

ParseOptions::ParseOptions(const Dialect& dialect, Words missing, Words trues, Words falses)
    : dialect(dialect), missing(std::move(missing)), trues(std::move(trues)), falses(std::move(falses)) {
  for (int byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    const bool is_missing = this->missing.contains(&text, 1);
    const bool is_true = this->trues.contains(&text, 1), is_false = this->falses.contains(&text, 1);
    boolean_of[byte] = is_missing ? 2 : is_true ? 1 : is_false ? 0 : 2;
  }
}

bool has_blank_record(const char* text, const uint32_t* offsets, size_t records) {
  for (const uint32_t* offset = offsets; offset < offsets + records; ++offset) {
    uint32_t begin = offset[-1] + 1;
    while (text[begin] == ' ' || text[begin] == '\t') ++begin;
    if (text[begin] == '\n' || text[begin] == '\r') return true;
  }
  return false;
}

uint32_t Layout::offset_of(uint32_t column) const {
  return static_cast<uint32_t>(std::lower_bound(marked_.begin(), marked_.end(), column) - marked_.begin());
}

}  // namespace lazyframe
