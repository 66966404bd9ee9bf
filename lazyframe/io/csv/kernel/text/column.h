// A column that is gathered vector by vector and leaves by the Arrow C data interface, without a copy.
// https://arrow.apache.org/docs/format/CDataInterface.html
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "dictionary.h"
#include "values.h"

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

namespace lazyframe {

// Bytes that grow. Large ones stand at the start of a huge page, where the operating system has such: a page fault for
// each 4 kB would take a fifth of the time of reading whole tables.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { std::free(data_); }

  void reserve(size_t size);

  // Room for some more bytes, which count from now on; and behind them for some that may be written.
  char* grow(size_t size, size_t behind = 0) {
    if (!data_ || size_ + size + behind > capacity_) reserve((size_ + size + behind) * 3 / 2 + 64);
    size_ += size;
    return data_ + size_ - size;
  }

  template <class T>
  void append(T value) {
    memcpy(grow(sizeof(T)), &value, sizeof(T));
  }

  const char* data() const { return data_; }
  char* data() { return data_; }
  size_t size() const { return size_; }

 private:
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

class Column {
 public:
  // With `codes`, texts are kept as codes of a dictionary while few of them differ.
  explicit Column(Type type, bool codes = false);

  // Texts that are given as codes of these distinct ones.
  explicit Column(std::shared_ptr<Column> distinct);

  // Room for so many more rows, whose texts are about as long as those so far.
  void reserve(size_t rows);

  // Some rows of a vector; the first `count`, if `rows` is null.
  void append(const Vector& vector, const uint32_t* rows, uint32_t count);
  void append(Text text);
  void append(int64_t integer, bool is_valid = true);
  void append(double real);
  void append_code(int32_t code, bool is_valid);

  size_t size() const { return size_; }

  // Gives the column away; what is exported keeps it alive.
  static void export_to(std::shared_ptr<Column> column, ArrowSchema* schema, ArrowArray* array);

 private:
  template <class Out, class In>
  void append_values(const In* values, const uint32_t* rows, uint32_t count);
  void append_texts(const Text* texts, const uint32_t* rows, uint32_t count);
  void miss(size_t row);
  void decode();
  void finish();
  const char* format() const;

  const Type type_;
  size_t size_ = 0;
  size_t missing_ = 0;
  Buffer values_;   // of texts their bytes; of codes the codes
  Buffer offsets_;  // of texts
  Buffer valid_;    // a byte a row, from the first missing value on; bits, once finished
  std::unique_ptr<TextEncoder> dictionary_;
  std::shared_ptr<Column> distinct_;  // the dictionary, once finished
  bool is_finished_ = false;
  const void* buffers_[3] = {};
};

}  // namespace lazyframe
