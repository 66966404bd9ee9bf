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

  bool contains(const char* data, uint32_t size) const {
    const uint64_t sizes = size ? sizes_[static_cast<uint8_t>(*data)] : empty_;
    return (sizes >> (size < 63 ? size : 63) & 1) && is_among(data, size);
  }

  // Whether some word could be read as a number: then numbers too must be looked up.
  bool may_be_numbers() const { return may_be_numbers_; }

 private:
  bool is_among(const char* data, uint32_t size) const;

  uint64_t empty_ = 0;        // bit 0: the empty word is one
  uint64_t sizes_[256] = {};  // by first byte, a bit for each size that a word has; bit 63 for all longer ones
  bool may_be_numbers_ = false;
  std::unordered_set<std::string> words_;
};

}  // namespace lazyframe
