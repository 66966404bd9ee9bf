#include "column.h"

#include <limits>

namespace lazyframe {

namespace {

constexpr size_t FEW = 4096;  // distinct texts that are worth a dictionary, whatever the number of rows

// A bit for each byte that is not 0.
Buffer packed(const Buffer& bytes) {
  Buffer bits;
  const size_t size = (bytes.size() + 7) / 8;
  char* out = bits.grow(size ? size : 1);
  memset(out, 0, size);
  for (size_t i = 0; i < bytes.size(); ++i) out[i / 8] = static_cast<char>(out[i / 8] | (bytes.data()[i] != 0) << (i % 8));
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

}  // namespace

Column::Column(Type type, bool codes) : type_(type) {
  if (type != Type::text) return;
  offsets_.append(int64_t{0});
  if (codes) dictionary_ = std::make_unique<TextNumbers>();
}

void Column::miss(size_t row) {
  if (missing_ == 0) memset(valid_.grow(row), 1, row);
  ++missing_;
}

void Column::append(const Vector& vector, const uint32_t* rows, uint32_t count) {
  if (type_ == Type::text) {
    append_texts(vector, rows, count);
    return;
  }
  if (type_ == Type::boolean) {
    auto* out = reinterpret_cast<uint8_t*>(values_.grow(count));
    for (uint32_t i = 0; i < count; ++i) out[i] = vector.booleans[rows[i]];
  } else if (type_ == Type::part) {
    auto* out = reinterpret_cast<int32_t*>(values_.grow(count * size_t{4}));
    for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<int32_t>(vector.integers[rows[i]]);
  } else {
    auto* out = reinterpret_cast<int64_t*>(values_.grow(count * size_t{8}));
    for (uint32_t i = 0; i < count; ++i) out[i] = vector.integers[rows[i]];  // reals too: the bytes are what counts
  }
  if (vector.valid && type_ != Type::real) {
    for (uint32_t i = 0; i < count; ++i) {
      if (!vector.valid[rows[i]]) miss(size_ + i);
      if (missing_) valid_.append(vector.valid[rows[i]]);
    }
  } else if (missing_) {
    memset(valid_.grow(count), 1, count);
  }
  size_ += count;
}

void Column::append_texts(const Vector& vector, const uint32_t* rows, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) append(vector.texts[rows[i]]);
  if (dictionary_ && dictionary_->texts().size() > FEW + size_ / 4) decode();
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
    case Type::integer: return "l";
    case Type::real: return "g";
    case Type::boolean: return "b";
    case Type::date: return "tsu:";
    case Type::part: return "i";
    default: return distinct_ ? "i" : "U";
  }
}

void Column::export_to(std::shared_ptr<Column> column, ArrowSchema* schema, ArrowArray* array) {
  column->finish();
  auto* schema_hold = new Hold{column};
  auto* array_hold = new Hold{column};
  *schema = {column->format(), "", nullptr, 2 /* nullable */, 0, nullptr, nullptr, release_schema, schema_hold};
  const bool has_offsets = column->type_ == Type::text && !column->distinct_;
  *array = {static_cast<int64_t>(column->size_), static_cast<int64_t>(column->missing_), 0, has_offsets ? 3 : 2, 0,
            column->buffers_, nullptr, nullptr, release_array, array_hold};
  if (column->distinct_) {
    export_to(column->distinct_, &schema_hold->dictionary_schema, &array_hold->dictionary_array);
    schema->dictionary = &schema_hold->dictionary_schema;
    array->dictionary = &array_hold->dictionary_array;
  }
}

}  // namespace lazyframe
