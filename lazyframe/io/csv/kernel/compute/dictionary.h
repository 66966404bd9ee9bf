// Distinct values numbered in the order of their appearance, by open addressing.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "values.h"

namespace lazyframe {

// A hash whose low bits depend on all bits of the key: numbers in texts differ in the high bytes only, and so do reals.
inline uint64_t mixed(uint64_t key) {
  key = (key ^ (key >> 32)) * 0xd6e8feb86659fd93u;
  return key ^ (key >> 32);
}

// How many rows ahead of its turn a row's place in a table is fetched: a large table is in no near cache.
constexpr uint32_t AHEAD = 16;

// Whether a table is to grow: a small one is kept mostly empty, a large one must not take too much memory.
inline bool is_too_full(size_t keys, size_t slots) { return keys * (slots <= (1 << 16) ? 4 : 2) > slots; }

// Numbers of 64-bit keys.
class DictionaryEncoder {
 public:
  DictionaryEncoder() : slots_(64) {}

  static uint64_t hash(uint64_t key) { return mixed(key); }
  void fetch(uint64_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }

  uint32_t of(uint64_t key, uint64_t hash) {
    for (uint64_t place = hash;; ++place) {
      const Slot& slot = slots_[place & (slots_.size() - 1)];
      if (slot.follows == 0) return add(key);
      if (slot.key == key) return slot.follows - 1;
    }
  }

  const std::vector<uint64_t>& keys() const { return keys_; }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t follows = 0;  // the number, plus one; 0 where there is none
  };

  uint32_t add(uint64_t key) {
    keys_.push_back(key);
    const auto number = static_cast<uint32_t>(keys_.size()) - 1;
    if (is_too_full(keys_.size(), slots_.size())) {
      slots_.assign(slots_.size() * 2, Slot{});
      for (uint32_t other = 0; other < number; ++other) place(other);
    }
    place(number);
    return number;
  }

  void place(uint32_t number) {
    uint64_t place = hash(keys_[number]);
    while (slots_[place & (slots_.size() - 1)].follows) ++place;
    slots_[place & (slots_.size() - 1)] = {keys_[number], number + 1};
  }

  std::vector<Slot> slots_;
  std::vector<uint64_t> keys_;
};

// Numbers of pairs of numbers, in the order of their appearance. The first pair of each left number stands apart, found
// without a hash: of groups by several keys most have no other, so that rows of many groups look at near memory only.
class PairEncoder {
 public:
  // `out` may be `left`.
  void number(const uint32_t* left, const uint32_t* right, uint32_t count, uint32_t* out) {
    for (uint32_t i = 0; i < count; ++i) {
      if (i + AHEAD < count) fetch(left[i + AHEAD], right[i + AHEAD]);
      out[i] = of(left[i], right[i]);
    }
  }

  uint32_t of(uint32_t left, uint32_t right) {
    if (left >= firsts_.size()) firsts_.resize(left + 1);
    First& first = firsts_[left];
    if (first.follows == 0) {
      first = {right, add(left, right) + 1};
      return first.follows - 1;
    }
    if (first.right == right) return first.follows - 1;
    const uint64_t key = pair_of(left, right);
    const uint32_t other = others_.of(key, DictionaryEncoder::hash(key));
    if (other == numbers_.size()) numbers_.push_back(add(left, right));
    return numbers_[other];
  }

  const std::vector<uint64_t>& pairs() const { return pairs_; }

 private:
  struct First {
    uint32_t right = 0;
    uint32_t follows = 0;  // the pair's number, plus one; 0 where there is none
  };

  static uint64_t pair_of(uint32_t left, uint32_t right) { return uint64_t{left} << 32 | right; }

  void fetch(uint32_t left, uint32_t right) const {
    if (left < firsts_.size() && firsts_[left].follows && firsts_[left].right != right) {
      others_.fetch(DictionaryEncoder::hash(pair_of(left, right)));
    }
  }

  uint32_t add(uint32_t left, uint32_t right) {
    pairs_.push_back(pair_of(left, right));
    return static_cast<uint32_t>(pairs_.size()) - 1;
  }

  std::vector<First> firsts_;
  DictionaryEncoder others_;
  std::vector<uint32_t> numbers_;  // of the others
  std::vector<uint64_t> pairs_;
};

// Numbers of texts, which are copied when they are new. Texts must have PADDING bytes behind them: short ones are
// hashed and compared as whole words, without a loop or a branch on their size. `most` is at least the text's size, and
// rarely differs from call to call.
class TextEncoder {
 public:
  TextEncoder() : slots_(64) {}

  static uint64_t hash(Text text, uint32_t most) {
    if (most <= 8) return Packed<1>(text).hash();
    return text.size <= SHORT ? Packed<SHORT / 8>(text).hash() : Long(text).hash();
  }
  void fetch(uint64_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
  bool is_near() const { return slots_.size() <= 2048; }  // 48 kB, in a near cache
  void fetch_copy(uint64_t hash) const { __builtin_prefetch(slots_[hash & (slots_.size() - 1)].data); }

  uint32_t of(Text text, uint32_t most, uint64_t hash) {
    if (most <= 8) return of(text, Packed<1>(text), hash);
    return text.size <= SHORT ? of(text, Packed<SHORT / 8>(text), hash) : of(text, Long(text), hash);
  }
  uint32_t of(Text text) { return of(text, text.size, hash(text, text.size)); }

  const std::vector<Text>& texts() const { return texts_; }

 private:
  static constexpr uint32_t SHORT = 32;
  static constexpr size_t BLOCK = 1 << 16;

  // A text of up to SIZE * 8 bytes, with zeros behind it.
  template <int SIZE>
  struct Packed {
    explicit Packed(Text text) : size(text.size) {
      static constexpr struct {
        uint64_t ones[4] = {~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}};
        uint64_t zeros[4] = {};
      } masks;
      uint64_t mask[SIZE];
      memcpy(words, text.data, sizeof words);
      memcpy(mask, reinterpret_cast<const char*>(&masks) + 32 - size, sizeof mask);
      for (int i = 0; i < SIZE; ++i) words[i] &= mask[i];
    }
    uint64_t hash() const {
      constexpr uint64_t factors[] = {0x9e3779b97f4a7c15u, 0xc2b2ae3d27d4eb4fu, 0x165667b19e3779f9u,
                                      0xd6e8feb86659fd93u};
      uint64_t sum = size;
      for (int i = 0; i < SIZE; ++i) sum += words[i] * factors[i];
      return mixed(sum);
    }
    bool equals(const char* copy) const {
      uint64_t others[SIZE], differ = 0;
      memcpy(others, copy, sizeof others);
      for (int i = 0; i < SIZE; ++i) differ |= words[i] ^ others[i];
      return differ == 0;
    }
    uint64_t words[SIZE];
    uint32_t size;
  };

  // A longer one.
  struct Long {
    explicit Long(Text text) : text(text) {}
    uint64_t hash() const {
      uint64_t sum = text.size, word;
      for (uint32_t i = 0; i + 8 <= text.size; i += 8) {
        memcpy(&word, text.data + i, 8);
        sum = mixed(sum ^ word);
      }
      memcpy(&word, text.data + text.size - 8, 8);
      return mixed(sum ^ word);
    }
    bool equals(const char* copy) const { return memcmp(copy, text.data, text.size) == 0; }
    Text text;
  };

  struct Slot {
    uint64_t hash = 0;
    const char* data = nullptr;  // the copy
    uint32_t size = 0;
    uint32_t follows = 0;
  };

  template <class Content>
  uint32_t of(Text text, const Content& content, uint64_t hash) {
    for (uint64_t place = hash;; ++place) {
      const Slot& slot = slots_[place & (slots_.size() - 1)];
      if (slot.follows == 0) return add(text, hash);
      if (slot.hash == hash && slot.size == text.size && content.equals(slot.data)) return slot.follows - 1;
    }
  }

  uint32_t add(Text text, uint64_t hash) {
    texts_.push_back(copied(text));
    hashes_.push_back(hash);
    const auto number = static_cast<uint32_t>(texts_.size()) - 1;
    if (is_too_full(texts_.size(), slots_.size())) {
      slots_.assign(slots_.size() * 2, Slot{});
      for (uint32_t other = 0; other < number; ++other) place(other);
    }
    place(number);
    return number;
  }

  void place(uint32_t number) {
    uint64_t place = hashes_[number];
    while (slots_[place & (slots_.size() - 1)].follows) ++place;
    slots_[place & (slots_.size() - 1)] = {hashes_[number], texts_[number].data, texts_[number].size, number + 1};
  }

  // A copy with zeros behind it, up to SHORT bytes at least.
  Text copied(Text text) {
    const size_t buffer = text.size < SHORT ? SHORT : text.size;
    if (buffer > left_) {
      left_ = buffer > BLOCK ? buffer : BLOCK;
      blocks_.emplace_back(new char[left_ + PADDING]());
      next_ = blocks_.back().get();
    }
    memcpy(next_, text.data, text.size);
    const Text copy{next_, text.size};
    next_ += buffer;
    left_ -= buffer;
    return copy;
  }

  std::vector<Slot> slots_;
  std::vector<Text> texts_;
  std::vector<uint64_t> hashes_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace lazyframe
