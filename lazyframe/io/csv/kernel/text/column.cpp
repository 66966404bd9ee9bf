#include "column.h"

#include <sys/mman.h>

#include <new>

namespace lazyframe {

namespace {

constexpr size_t SHORT = 16;  // bytes of a text that are copied in one go
constexpr size_t FEW = 4096;  // distinct texts that are worth a dictionary, whatever the number of rows

// A bit for each byte that is not 0.
Buffer packed(const Buffer& bytes) {
  Buffer bits;
  const size_t size = (bytes.size() + 7) / 8;
  char* out = bits.grow(size ? size : 1);
  memset(out, 0, size);
  for (size_t i = 0; i < bytes.size(); ++i)
    out[i / 8] = static_cast<char>(out[i / 8] | (bytes.data()[i] != 0) << (i % 8));
  return bits;
}

// What an exported array or schema holds on to.
struct Hold {
  std::shared_ptr<Column> column;
  ArrowArray dictionary_array{};
  ArrowSchema dictionary_schema{};
};

void release_array(ArrowArray* array) {
  auto* hold = static_cast<Hold*>(array->private_data);
  if (array->dictionary && array->dictionary->release) array->dictionary->release(array->dictionary);
  delete hold;
  array->release = nullptr;
}

void release_schema(ArrowSchema* schema) {
  auto* hold = static_cast<Hold*>(schema->private_data);
  if (schema->dictionary && schema->dictionary->release) schema->dictionary->release(schema->dictionary);
  delete hold;
  schema->release = nullptr;
}

constexpr size_t HUGE_PAGE = size_t{1} << 21;

void* moved(void* data, size_t size, size_t capacity) {
  if (capacity < HUGE_PAGE) return std::realloc(data, capacity);
  void* buffer = nullptr;
  if (posix_memalign(&buffer, HUGE_PAGE, capacity) != 0) return nullptr;
#ifdef MADV_HUGEPAGE
  madvise(buffer, capacity / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);  // no page that would not be full
#endif
  if (size) memcpy(buffer, data, size);
  std::free(data);
  return buffer;
}

}  // namespace

void Buffer::reserve(size_t size) {
  if (size <= capacity_) return;
  void* const buffer = moved(data_, size_, size);
  if (!buffer) throw std::bad_alloc();
  data_ = static_cast<char*>(buffer);
  capacity_ = size;
}

Column::Column(Type type, bool codes) : type_(type) {
  if (type != Type::text) return;
  offsets_.append(int64_t{0});
  if (codes) dictionary_ = std::make_unique<TextEncoder>();
}

Column::Column(std::shared_ptr<Column> distinct) : type_(Type::text), distinct_(std::move(distinct)) {}

void Column::miss(size_t row) {
  if (missing_ == 0) memset(valid_.grow(row), 1, row);
  ++missing_;
}

void Column::reserve(size_t rows) {
  const size_t width = type_ == Type::boolean ? 1 : type_ == Type::part || dictionary_ ? 4 : 8;
  if (type_ == Type::text && !dictionary_) {
    if (size_ == 0) return;
    offsets_.reserve((size_ + rows + 1) * sizeof(int64_t));
    values_.reserve(values_.size() + values_.size() / size_ * rows);
  } else {
    values_.reserve((size_ + rows) * width);
  }
}

template <class Out, class In>
void Column::append_values(const In* values, const uint32_t* rows, uint32_t count) {
  auto* out = reinterpret_cast<Out*>(values_.grow(count * sizeof(Out)));
  if (rows) {
    for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<Out>(values[rows[i]]);
  } else {
    for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<Out>(values[i]);
  }
}

void Column::append(const Vector& vector, const uint32_t* rows, uint32_t count) {
  if (type_ == Type::text) {
    append_texts(vector.texts, rows, count);
    return;
  }
  if (type_ == Type::boolean) {
    append_values<uint8_t>(vector.booleans, rows, count);
  } else if (type_ == Type::part) {
    append_values<int32_t>(vector.integers, rows, count);
  } else {
    append_values<int64_t>(vector.integers, rows, count);  // reals too: the bytes are what counts
  }
  if (vector.valid && type_ != Type::real) {
    for (uint32_t i = 0; i < count; ++i) {
      const uint8_t is_valid = vector.valid[rows ? rows[i] : i];
      if (!is_valid) miss(size_ + i);
      if (missing_) valid_.append(is_valid);
    }
  } else if (missing_) {
    memset(valid_.grow(count), 1, count);
  }
  size_ += count;
}

// Short texts are copied as whole words: there is room behind those in a piece, and made behind those of a column.
void Column::append_texts(const Text* texts, const uint32_t* rows, uint32_t count) {
  if (dictionary_) {
    for (uint32_t i = 0; i < count; ++i) append(texts[rows ? rows[i] : i]);
    if (dictionary_->texts().size() > FEW + size_ / 4) decode();
    return;
  }
  size_t bytes = 0, missing = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const Text& text = texts[rows ? rows[i] : i];
    bytes += text.data ? text.size : 0;
    missing += text.data == nullptr;
  }
  if (missing || missing_) {
    for (uint32_t i = 0; i < count; ++i) append(texts[rows ? rows[i] : i]);
    return;
  }
  auto offset = static_cast<int64_t>(values_.size());
  char* out = values_.grow(bytes, SHORT);
  auto* offsets = reinterpret_cast<int64_t*>(offsets_.grow(count * sizeof(int64_t)));
  for (uint32_t i = 0; i < count; ++i) {
    const Text& text = texts[rows ? rows[i] : i];
    if (text.size <= SHORT) {
      memcpy(out, text.data, SHORT);
    } else {
      memcpy(out, text.data, text.size);
    }
    out += text.size;
    offsets[i] = offset += text.size;
  }
  size_ += count;
}

void Column::append(Text text) {
  if (!text.data) miss(size_);
  if (missing_) valid_.append(uint8_t{text.data != nullptr});
  if (dictionary_) {
    values_.append(text.data ? static_cast<int32_t>(dictionary_->of(text)) : 0);
  } else {
    if (text.size) memcpy(values_.grow(text.size), text.data, text.size);
    offsets_.append(static_cast<int64_t>(values_.size()));
  }
  ++size_;
}

void Column::append(int64_t integer, bool is_valid) {
  if (!is_valid) miss(size_);
  if (missing_) valid_.append(uint8_t{is_valid});
  if (type_ == Type::boolean) {
    values_.append(static_cast<uint8_t>(integer));
  } else if (type_ == Type::part) {
    values_.append(static_cast<int32_t>(integer));
  } else {
    values_.append(integer);
  }
  ++size_;
}

void Column::append(double real) {
  values_.append(real);
  ++size_;
}

void Column::append_code(int32_t code, bool is_valid) {
  if (!is_valid) miss(size_);
  if (missing_) valid_.append(uint8_t{is_valid});
  values_.append(code);
  ++size_;
}

// Texts instead of codes.
void Column::decode() {
  Buffer codes = std::move(values_);
  values_ = Buffer();
  const auto dictionary = std::move(dictionary_);
  for (size_t row = 0; row < size_; ++row) {
    if (!missing_ || valid_.data()[row]) {
      const Text text = dictionary->texts()[static_cast<size_t>(reinterpret_cast<const int32_t*>(codes.data())[row])];
      if (text.size) memcpy(values_.grow(text.size), text.data, text.size);
    }
    offsets_.append(static_cast<int64_t>(values_.size()));
  }
}

void Column::finish() {
  if (is_finished_) return;
  is_finished_ = true;
  if (type_ == Type::boolean) values_ = packed(values_);
  if (missing_) valid_ = packed(valid_);
  if (dictionary_) {
    distinct_ = std::make_shared<Column>(Type::text);
    for (const Text& text : dictionary_->texts()) distinct_->append(text);
    if (missing_ == size_ && dictionary_->texts().empty()) distinct_->append(Text{"", 0});
    dictionary_.reset();
  }
  values_.reserve(1);  // Arrow wants a buffer even if there is nothing in it
  buffers_[0] = missing_ ? valid_.data() : nullptr;
  const bool is_plain_text = type_ == Type::text && !distinct_;
  buffers_[1] = is_plain_text ? offsets_.data() : values_.data();
  buffers_[2] = is_plain_text ? values_.data() : nullptr;
}

const char* Column::format() const {
  switch (type_) {
    case Type::integer:
      return "l";
    case Type::real:
      return "g";
    case Type::boolean:
      return "b";
    case Type::date:
      return "tsu:";
    case Type::part:
      return "i";
    default:
      return distinct_ ? "i" : "U";
  }
}

void Column::export_to(std::shared_ptr<Column> column, ArrowSchema* schema, ArrowArray* array) {
  column->finish();
  auto* schema_hold = new Hold{column};
  auto* array_hold = new Hold{column};
  *schema = {column->format(), "", nullptr, 2 /* nullable */, 0, nullptr, nullptr, release_schema, schema_hold};
  const bool has_offsets = column->type_ == Type::text && !column->distinct_;
  *array = {static_cast<int64_t>(column->size_),
            static_cast<int64_t>(column->missing_),
            0,
            has_offsets ? 3 : 2,
            0,
            column->buffers_,
            nullptr,
            nullptr,
            release_array,
            array_hold};
  if (column->distinct_) {
    export_to(column->distinct_, &schema_hold->dictionary_schema, &array_hold->dictionary_array);
    schema->dictionary = &schema_hold->dictionary_schema;
    array->dictionary = &array_hold->dictionary_array;
  }
}

}  // namespace lazyframe
