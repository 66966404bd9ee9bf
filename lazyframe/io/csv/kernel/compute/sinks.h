// What is wanted of the rows, gathered vector by vector: their number, some of them, or accumulators of groups.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "column.h"
#include "expression.h"
#include "dictionary.h"
#include "accumulators.h"
#include "values.h"

namespace lazyframe {

class Sink {
 public:
  explicit Sink(NodePointer predicate) : keep_(std::move(predicate)) {}
  virtual ~Sink() = default;

  // Adds the `rows` rows of the vector with a number; `first` is the number of the first row.
  void add(uint64_t number, uint32_t rows, int64_t first);

  // About so many rows will follow.
  virtual void expect(size_t) {}

  // Whether more rows would change nothing.
  virtual bool is_full() const { return false; }

 protected:
  virtual void add_kept(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count, int64_t first) = 0;

 private:
  const NodePointer keep_;
};

class CountSink : public Sink {
 public:
  using Sink::Sink;
  int64_t count = 0;

 protected:
  void add_kept(uint64_t, uint32_t, const uint32_t*, uint32_t count, int64_t) override { this->count += count; }
};

class RowsSink : public Sink {
 public:
  // `codes` says of each column whether its texts are better kept as codes. A limit of -1 is none.
  RowsSink(std::vector<NodePointer> columns, const std::vector<bool>& codes, NodePointer predicate, int64_t limit);
  void expect(size_t rows) override;
  bool is_full() const override { return limit_ >= 0 && found >= limit_; }

  std::vector<std::shared_ptr<Column>> columns;
  std::shared_ptr<Column> numbers;  // of the rows kept, if there is a filter
  int64_t found = 0;

 protected:
  void add_kept(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count, int64_t first) override;

 private:
  const std::vector<NodePointer> nodes_;
  const int64_t limit_;
  const bool is_filtered_;
};

// The distinct values of a key, numbered; 0 is that of a missing value, whether there is one or not.
class Key {
 public:
  explicit Key(NodePointer node) : node(std::move(node)) {}
  void number(const Vector& values, const uint32_t* kept, uint32_t count, uint32_t* out);
  uint32_t size() const;  // the numbers given so far are below it
  bool has_missing() const { return has_missing_; }
  uint32_t before_missing() const { return before_missing_; }  // the numbers given before the first missing value
  std::shared_ptr<Column> column(const std::vector<uint32_t>& numbers, bool may_be_codes = false) const;
  const NodePointer node;

 private:
  void number_texts(const Text* texts, const uint32_t* kept, uint32_t count, uint32_t* out);
  void number_small(const Vector& values, const uint32_t* kept, uint32_t count, uint32_t* out);
  std::shared_ptr<Column> codes(const std::vector<uint32_t>& numbers) const;
  void number_bits(const Vector& values, const uint32_t* kept, uint32_t count, uint32_t* out);

  DictionaryEncoder numbers_;
  TextEncoder texts_;
  std::vector<uint32_t> small_;  // the numbers of small integers, plus one
  std::vector<double> reals_;    // as they were first seen, -0.0 or 0.0
  uint64_t hashes_[WIDTH];
  bool has_missing_ = false;
  uint32_t before_missing_ = 0;
};

class ReduceSink : public Sink {
 public:
  // An accumulator is a function and the place of its value; "distinct" gives a value's distinct values in each group.
  ReduceSink(std::vector<NodePointer> values, std::vector<NodePointer> by,
             const std::vector<std::pair<std::string, uint32_t>>& accumulators, NodePointer predicate, bool dropna);

  struct Distinct {
    std::vector<std::shared_ptr<Column>> keys;
    std::shared_ptr<Column> values;
  };

  // What is known of all rows added: the groups' keys, and the accumulators in order, without "distinct". Groups stand
  // in the order of their first rows.
  void finish();
  std::vector<std::shared_ptr<Column>> keys;
  std::vector<std::shared_ptr<Column>> accumulators;
  std::vector<Distinct> distinct;

 protected:
  void add_kept(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count, int64_t first) override;

 private:
  // Distinct pairs of a group and a value.
  struct DistinctValues {
    Key key;
    PairEncoder pairs;
  };

  void number_groups(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count);
  uint32_t group_count() const;
  std::vector<uint32_t> groups_in_order() const;
  std::vector<std::vector<uint32_t>> keys_of(const std::vector<uint32_t>& groups) const;

  const std::vector<NodePointer> values_;
  const bool dropna_;
  std::vector<std::unique_ptr<Key>> keys_;
  std::vector<PairEncoder> pairs_;  // of the groups by the keys so far, and the next key
  std::vector<std::pair<std::unique_ptr<Accumulator>, uint32_t>> partials_;
  std::vector<std::pair<std::unique_ptr<DistinctValues>, uint32_t>> distinct_;
  bool has_rows_ = false;
  uint32_t groups_[WIDTH];
};

}  // namespace lazyframe
