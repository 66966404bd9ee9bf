// A set of short words, such as those for missing values, that says "no" without a look at most texts.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace lazyframe {

class Words {
 public:
  explicit Words(const std::vector<std::string>& words = {});

  // Always inlined: the linker must not keep the one that was compiled for the newest processor.
  [[gnu::always_inline]] bool contains(const char* data, uint32_t size) const {
    if (size == 0) return has_empty_;
    return (sizes_[static_cast<uint8_t>(*data)] >> (size < 63 ? size : 63) & 1) && is_among(data, size);
  }

  // Whether some word could be read as a number: then numbers too must be looked up.
  bool may_be_numbers() const { return may_be_numbers_; }

 private:
  bool is_among(const char* data, uint32_t size) const;

  bool has_empty_ = false;
  uint64_t sizes_[256] = {};  // by first byte, a bit for each size that a word has; bit 63 for all longer ones
  bool may_be_numbers_ = false;
  std::unordered_set<std::string> words_;
};

}  // namespace lazyframe
