#include "words.h"

namespace lazyframe {

Words::Words(const std::vector<std::string>& words) : words_(words.begin(), words.end()) {
  for (const std::string& word : words_) {
    if (word.empty()) {
      has_empty_ = true;
      continue;
    }
    sizes_[static_cast<uint8_t>(word[0])] |= uint64_t{1} << (word.size() < 63 ? word.size() : 63);
    may_be_numbers_ |= word.find_first_not_of("0123456789+-.,eE \tinfINFtyTY") == std::string::npos;
  }
}

bool Words::is_among(const char* data, uint32_t size) const { return words_.count(std::string(data, size)) > 0; }

}  // namespace lazyframe
