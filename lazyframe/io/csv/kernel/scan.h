// One reading of a range of a file's bytes: pieces of text in, answers out.
//
//   Scan scan(architecture, options);
//   scan.column(...), scan.call(...), ...   what to compute, as numbers of steps
//   scan.count(...), scan.rows(...), scan.reduce(...)   what is wanted
//   scan.open(path, start, end); while (!scan.advance(seconds)) {}   or scan.feed(text) ... scan.finish()
//
// Several ranges may be read one after another; each starts and ends at a record.
//
// A piece is small enough to stay in the L2 cache from when it is read until the last answer has taken what it needs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sinks.h"
#include "architecture.h"
#include "expression.h"

namespace lazyframe {

// The file could not be read: not there, or shorter than it was.
struct ReadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Scan {
 public:
  Scan(const Architecture& architecture, ParseOptions options);
  ~Scan();
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  // Steps of expressions; each returns its number.
  int column(uint32_t position, Type type, bool may_miss);
  int add(NodePointer node);
  NodePointer step(int number) const { return number < 0 ? nullptr : steps_.at(static_cast<size_t>(number)); }

  void want(std::unique_ptr<Sink> answer) { answers_.push_back(std::move(answer)); }

  // Reals that stand for missing values, however they are written.
  std::vector<double> missing_numbers;

  // Bytes read in one go.
  size_t piece = 1 << 18;

  void open(const std::string& path, uint64_t start, uint64_t end);
  // Reads on for so long, and a piece; true once there is nothing more to read, or nobody wants more.
  bool advance(double seconds);

  void feed(const char* text, size_t size);
  void finish();

  const std::vector<std::unique_ptr<Sink>>& answers() const { return answers_; }
  int64_t records = 0;

 private:
  struct Parsed {
    uint32_t position;
    uint32_t offset;
    std::shared_ptr<ColumnNode> node;
  };

  void begin();
  void read_ahead();
  char* buffer(size_t size);
  void expect(size_t rows);
  size_t next_piece() const;
  void process(bool is_last);
  void compute(const char* text, const Found& found);
  void convert(Parsed& column, size_t index, const Fields& fields);
  bool is_full() const;

  const Architecture& architecture_;
  const ParseOptions meanings_;
  std::vector<NodePointer> steps_;
  std::vector<Parsed> columns_;
  std::vector<bool> is_parsed_;  // by position
  std::vector<std::unique_ptr<Sink>> answers_;
  std::unique_ptr<Layout> layout_;
  uint64_t vectors_ = 0;
  bool is_done_ = false;

  int file_ = -1;
  std::string path_;
  uint64_t offset_ = 0;
  uint64_t start_ = 0;
  uint64_t end_ = 0;
  uint64_t asked_ = 0;  // up to here the operating system was asked to read ahead

  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  size_t size_ = 0;  // bytes in the buffer
  std::unique_ptr<uint32_t[]> offsets_;
  std::unique_ptr<char[]> scratch_;
};

}  // namespace lazyframe
