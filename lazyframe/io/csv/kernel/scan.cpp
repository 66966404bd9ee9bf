#include "scan.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "numbers.h"

namespace lazyframe {

namespace {

// Bytes held at most: of a long record as much again is read as is there.
constexpr size_t LONGEST = size_t{1} << 24;

// Bytes of a stretch that is read ahead.
constexpr uint64_t AHEAD_BYTES = uint64_t{1} << 24;

const char* reason_of(Odd odd) {
  switch (odd) {
    case Odd::quote:
      return "a quote within a field";
    case Odd::carriage_return:
      return "a carriage return without a newline";
    default:
      return "a record with another number of fields";
  }
}

}  // namespace

Scan::Scan(const Architecture& architecture, ParseOptions options)
    : architecture_(architecture), meanings_(std::move(options)) {
  if (meanings_.dialect.columns == 0) throw std::invalid_argument("a record has at least one field");
}

Scan::~Scan() {
  if (file_ >= 0) close(file_);
}

int Scan::column(uint32_t position, Type type, bool may_miss) {
  if (position >= meanings_.dialect.columns) throw std::invalid_argument("there is no such column");
  is_parsed_.resize(meanings_.dialect.columns);
  if (is_parsed_[position]) throw std::invalid_argument("a column is parsed once");
  is_parsed_[position] = true;
  columns_.push_back({position, 0, std::make_shared<ColumnNode>(type, may_miss)});
  return add(columns_.back().node);
}

int Scan::add(NodePointer node) {
  steps_.push_back(std::move(node));
  return static_cast<int>(steps_.size()) - 1;
}

void Scan::begin() {
  if (layout_) return;
  std::vector<uint32_t> positions;
  for (const Parsed& column : columns_) positions.push_back(column.position);
  layout_ = std::make_unique<Layout>(meanings_.dialect, positions);
  for (Parsed& column : columns_) column.offset = layout_->offset_of(column.position);
}

void Scan::open(const std::string& path, uint64_t start, uint64_t end) {
  if (file_ >= 0) close(file_);
  path_ = path;
  file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) throw ReadError(path + ": " + strerror(errno));
#ifdef POSIX_FADV_SEQUENTIAL
  posix_fadvise(file_, static_cast<off_t>(start), static_cast<off_t>(end - start), POSIX_FADV_SEQUENTIAL);
#endif
  offset_ = start_ = start;
  end_ = end;
  asked_ = start + AHEAD_BYTES;
}

// Asks the operating system, while a stretch of bytes is worked on, to have the next one ready.
void Scan::read_ahead() {
  if (offset_ + AHEAD_BYTES < asked_ || asked_ >= end_) return;
#ifdef POSIX_FADV_WILLNEED
  posix_fadvise(file_, static_cast<off_t>(asked_), static_cast<off_t>(std::min(AHEAD_BYTES, end_ - asked_)),
                POSIX_FADV_WILLNEED);
#endif
  asked_ += AHEAD_BYTES;
}

bool Scan::advance(double seconds) {
  using Clock = std::chrono::steady_clock;
  begin();
  const auto stop = Clock::now() + std::chrono::duration<double>(seconds);
  while (offset_ < end_ && !is_done_) {
    read_ahead();
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(next_piece(), end_ - offset_));
    char* place = buffer(wanted);
    const ssize_t got = pread(file_, place, wanted, static_cast<off_t>(offset_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw ReadError(path_ + ": " + strerror(errno));
    if (got == 0)
      throw ReadError(path_ + " ends at byte " + std::to_string(offset_) + "; it was cut off while it was read");
    const bool is_first = offset_ == start_;
    offset_ += static_cast<uint64_t>(got);
    size_ += static_cast<size_t>(got);
    const int64_t before = records;
    process(offset_ == end_);
    if (is_first) expect(static_cast<size_t>(records - before));
    if (Clock::now() >= stop) break;
  }
  return is_done_ || offset_ >= end_;
}

// Tells how many rows are to come, if the others are as long as those of the first piece; a few more do no harm.
void Scan::expect(size_t rows) {
  const double bytes = static_cast<double>(offset_ - start_ - size_), left = static_cast<double>(end_ - offset_);
  if (bytes <= 0) return;
  const auto expected = static_cast<size_t>(static_cast<double>(rows) / bytes * left * 1.05);
  for (const auto& answer : answers_) answer->expect(expected);
}

// Of a record that is longer than a piece, as much again is read as is there: its text is searched from its start each
// time.
size_t Scan::next_piece() const { return std::max(piece, size_); }

void Scan::feed(const char* text, size_t size) {
  begin();
  while (size && !is_done_) {
    const size_t part = std::min(size, next_piece());
    memcpy(buffer(part), text, part);
    size_ += part;
    text += part;
    size -= part;
    process(false);
  }
}

void Scan::finish() {
  begin();
  if (!is_done_) process(true);
}

// Room for some more bytes behind those in the buffer, and for a newline.
char* Scan::buffer(size_t size) {
  const size_t needed = size_ + size + 1;
  if (needed > capacity_) {
    if (needed > LONGEST) throw FallbackRequired("a record of more than 8 MB");
    const size_t capacity = capacity_ ? std::max(needed, capacity_ * 2) : needed + PADDING;
    std::unique_ptr<char[]> moved(new char[capacity + 2 * PADDING]);
    memset(moved.get(), 0, PADDING);
    if (size_) memcpy(moved.get() + PADDING, buffer_.get() + PADDING, size_);
    buffer_ = std::move(moved);
    capacity_ = capacity;
    offsets_.reset(new uint32_t[offsets_of(capacity)]);
    scratch_.reset();
  }
  return buffer_.get() + PADDING + size_;
}

// Takes all whole records out of the buffer.
void Scan::process(bool is_last) {
  if (is_last && size_ && buffer_[PADDING + size_ - 1] != '\n') {
    *buffer(1) = '\n';
    ++size_;
  }
  if (size_ == 0) return;
  char* const text = buffer_.get() + PADDING;
  memset(text + size_, 0, PADDING);
  size_t done = 0;
  while (done < size_ && !is_done_) {
    const Found found = architecture_.find(text + done, size_ - done, *layout_, offsets_.get() + 1);
    compute(text + done, found);
    done += found.size;
    if (is_last && found.odd == Odd::nothing && done < size_) throw FallbackRequired("a quote that stays open");
    if (found.odd == Odd::nothing) break;
    const size_t blank = text[done] == '\n' ? 1 : text[done] == '\r' && text[done + 1] == '\n' ? 2 : 0;
    if (blank == 0) throw FallbackRequired(reason_of(found.odd));
    done += blank;
  }
  size_ -= done;
  memmove(text, text + done, size_);
}

// A vector of rows after another: its columns are converted, then every answer takes what it needs.
void Scan::compute(const char* text, const Found& found) {
  if (meanings_.dialect.columns == 1 && has_blank_record(text, offsets_.get() + 1, found.records)) {
    throw FallbackRequired("a blank line in a file of one column");
  }
  if (found.has_quotes && !scratch_) scratch_.reset(new char[capacity_ + PADDING]);
  const uint32_t stride = layout_->offsets;
  for (size_t first = 0; first < found.records && !is_done_; first += WIDTH) {
    const auto rows = static_cast<uint32_t>(std::min<size_t>(WIDTH, found.records - first));
    char* scratch = scratch_.get();
    for (size_t index = 0; index < columns_.size(); ++index) {
      Parsed& column = columns_[index];
      const uint32_t* offsets = offsets_.get() + 1 + first * stride + column.offset;
      const bool is_in_end = column.position == meanings_.dialect.columns - 1;
      convert(column, index, {text, offsets, stride, rows, is_in_end, found.has_quotes, found.is_ascii, &scratch});
    }
    ++vectors_;
    for (const auto& answer : answers_) answer->add(vectors_, rows, records);
    records += rows;
    is_done_ = is_full();
  }
}

void Scan::convert(Parsed& column, size_t index, const Fields& fields) {
  const Vector& out = column.node->buffer.vector;
  uint8_t* valid = column.node->buffer.valid();
  Converted converted{};
  switch (column.node->type) {
    case Type::real:
      converted = architecture_.reals(fields, meanings_, out.reals);
      break;
    case Type::boolean:
      converted = architecture_.booleans(fields, meanings_, out.booleans, valid);
      break;
    case Type::text:
      converted = architecture_.texts(fields, meanings_, out.texts);
      break;
    case Type::date:
      converted = architecture_.dates(fields, meanings_, out.integers, valid);
      break;
    default:
      converted = architecture_.integers(fields, meanings_, out.integers, valid);
  }
  for (const double number : column.node->type == Type::real ? missing_numbers : std::vector<double>{}) {
    for (uint32_t row = 0; row < converted.rows; ++row) {
      if (out.reals[row] != number) continue;
      out.reals[row] = std::numeric_limits<double>::quiet_NaN();
      converted.has_missing = true;
    }
  }
  const bool is_integer = column.node->type == Type::integer;
  if (converted.rows < fields.rows) {
    const uint32_t* offset = fields.offsets + converted.rows * fields.stride;
    const uint32_t begin = offset[-1] + 1;
    const bool has_fraction = is_fraction(fields.text + begin, *offset - begin);
    throw FallbackRequired("a text that does not fit its column", static_cast<int>(index), is_integer && has_fraction);
  }
  if (converted.has_missing && !column.node->may_miss) {
    throw FallbackRequired("a missing value where none can be", static_cast<int>(index), is_integer);
  }
  column.node->set_missing(converted.has_missing);
}

bool Scan::is_full() const {
  return !answers_.empty() &&
         std::all_of(answers_.begin(), answers_.end(), [](const auto& answer) { return answer->is_full(); });
}

}  // namespace lazyframe
