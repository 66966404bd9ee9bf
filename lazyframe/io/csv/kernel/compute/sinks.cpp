#include "sinks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace lazyframe {

namespace {

// Groups from which on texts of their keys are given as codes; who merges states knows it as CODED (accumulators.py).
constexpr size_t MANY = 1 << 13;

constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();

// The numbers from 0 on: the rows of a vector if all are kept.
const uint32_t* all_rows() {
  static const auto rows = [] {
    std::vector<uint32_t> numbers(WIDTH);
    std::iota(numbers.begin(), numbers.end(), 0u);
    return numbers;
  }();
  return rows.data();
}

// Integers of at least -SMALL and less than SMALL, such as parts of dates: their numbers are found by themselves.
constexpr int64_t SMALL = 1 << 14;

int64_t integer_of(const Vector& values, uint32_t row) {
  return values.type == Type::boolean ? values.booleans[row] : values.integers[row];
}

bool is_small(const Vector& values, const uint32_t* kept, uint32_t count) {
  if (values.type == Type::real || values.type == Type::date) return false;
  uint64_t beyond = 0;
  for (uint32_t i = 0; i < count; ++i) {
    beyond |= (static_cast<uint64_t>(integer_of(values, kept[i])) + SMALL) / (2 * SMALL);
  }
  return beyond == 0;
}

}  // namespace

void Sink::add(uint64_t number, uint32_t rows, int64_t first) {
  if (!keep_) {
    add_kept(number, rows, all_rows(), rows, first);
    return;
  }
  const Vector& test = keep_->values(number, rows);
  if (test.valid) throw FallbackRequired("missing values in a filter");
  const uint8_t* predicate = test.booleans;
  uint32_t kept[WIDTH];
  uint32_t count = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    kept[count] = row;
    count += predicate[row];
  }
  add_kept(number, rows, kept, count, first);
}

RowsSink::RowsSink(std::vector<NodePointer> columns, const std::vector<bool>& codes, NodePointer predicate,
                   int64_t limit)
    : Sink(predicate), nodes_(std::move(columns)), limit_(limit), is_filtered_(predicate != nullptr) {
  for (size_t place = 0; place < nodes_.size(); ++place) {
    this->columns.push_back(std::make_shared<Column>(nodes_[place]->type, codes[place]));
  }
  if (is_filtered_) numbers = std::make_shared<Column>(Type::integer);
}

void RowsSink::expect(size_t rows) {
  if (is_filtered_ || limit_ >= 0) return;
  for (const auto& column : columns) column->reserve(rows);
}

void RowsSink::add_kept(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count, int64_t first) {
  found += count;
  for (size_t place = 0; place < nodes_.size(); ++place) {
    columns[place]->append(nodes_[place]->values(number, rows), is_filtered_ ? kept : nullptr, count);
  }
  for (uint32_t i = 0; is_filtered_ && i < count; ++i) numbers->append(first + kept[i]);
}

void Key::number(const Vector& values, const uint32_t* kept, uint32_t count, uint32_t* out) {
  const uint32_t before = size() - 1;
  if (values.type == Type::text) {
    number_texts(values.texts, kept, count, out);
  } else if (is_small(values, kept, count)) {
    number_small(values, kept, count, out);
  } else {
    number_bits(values, kept, count, out);
  }
  if (has_missing_) return;
  uint32_t* const end = out + count;
  uint32_t* const missing = std::find(out, end, 0u);
  if (missing == end) return;
  has_missing_ = true;
  before_missing_ = std::max(before, *std::max_element(out, missing + 1));
}

uint32_t Key::size() const {
  return 1 + static_cast<uint32_t>(node->type == Type::text ? texts_.texts().size() : numbers_.keys().size());
}

void Key::number_texts(const Text* texts, const uint32_t* kept, uint32_t count, uint32_t* out) {
  uint32_t most = 0;
  for (uint32_t i = 0; i < count; ++i) most = std::max(most, texts[kept[i]].size);
  if (texts_.is_near()) {
    for (uint32_t i = 0; i < count; ++i) {
      const Text& text = texts[kept[i]];
      out[i] = text.data ? texts_.of(text, most, TextEncoder::hash(text, most)) + 1 : 0;
    }
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    const Text& text = texts[kept[i]];
    hashes_[i] = text.data ? TextEncoder::hash(text, most) : 0;
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (i + AHEAD < count) texts_.fetch(hashes_[i + AHEAD]);
    if (i + AHEAD / 2 < count) texts_.fetch_copy(hashes_[i + AHEAD / 2]);
    const Text& text = texts[kept[i]];
    out[i] = text.data ? texts_.of(text, most, hashes_[i]) + 1 : 0;
  }
}

void Key::number_small(const Vector& values, const uint32_t* kept, uint32_t count, uint32_t* out) {
  small_.resize(2 * SMALL);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t row = kept[i];
    const int64_t value = integer_of(values, row);
    uint32_t& known = small_[static_cast<size_t>(value + SMALL)];
    if (values.valid && !values.valid[row]) {
      out[i] = 0;
      continue;
    }
    if (known == 0)
      known = numbers_.of(static_cast<uint64_t>(value), DictionaryEncoder::hash(static_cast<uint64_t>(value))) + 1;
    out[i] = known;
  }
}

// Of other values the bits are numbered.
void Key::number_bits(const Vector& values, const uint32_t* kept, uint32_t count, uint32_t* out) {
  uint64_t bits[WIDTH];
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t row = kept[i];
    if (values.type == Type::real) {
      const double real = values.reals[row] + 0.0;  // -0.0 is equal to 0.0
      memcpy(&bits[i], &real, 8);
      out[i] = real == real;
    } else {
      bits[i] = values.type == Type::boolean ? values.booleans[row] : static_cast<uint64_t>(values.integers[row]);
      out[i] = !values.valid || values.valid[row];
    }
    hashes_[i] = DictionaryEncoder::hash(bits[i]);
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (i + AHEAD < count) numbers_.fetch(hashes_[i + AHEAD]);
    out[i] = out[i] ? numbers_.of(bits[i], hashes_[i]) + 1 : 0;
    if (values.type == Type::real && out[i] > reals_.size()) reals_.push_back(values.reals[kept[i]]);
  }
}

// Texts as codes: worth it for many groups, of which several have each text.
std::shared_ptr<Column> Key::codes(const std::vector<uint32_t>& numbers) const {
  auto distinct = std::make_shared<Column>(Type::text);
  for (const Text& text : texts_.texts()) distinct->append(text);
  auto column = std::make_shared<Column>(std::move(distinct));
  for (const uint32_t number : numbers) column->append_code(static_cast<int32_t>(number) - (number != 0), number != 0);
  return column;
}

std::shared_ptr<Column> Key::column(const std::vector<uint32_t>& numbers, bool may_be_codes) const {
  const size_t texts = texts_.texts().size();
  if (may_be_codes && numbers.size() > MANY && texts && texts * 4 < numbers.size()) return codes(numbers);
  const bool is_real_part = node->type == Type::part && has_missing_;  // as pandas has parts of dates that are missing
  auto column = std::make_shared<Column>(is_real_part ? Type::real : node->type);
  for (const uint32_t number : numbers) {
    if (node->type == Type::text) {
      column->append(number ? texts_.texts()[number - 1] : Text{nullptr, 0});
      continue;
    }
    const uint64_t bits = number ? numbers_.keys()[number - 1] : 0;
    if (node->type == Type::real) {
      column->append(number ? reals_[number - 1] : NOT_A_NUMBER);
    } else if (is_real_part) {
      column->append(number ? static_cast<double>(static_cast<int64_t>(bits)) : NOT_A_NUMBER);
    } else {
      column->append(static_cast<int64_t>(bits), number != 0);
    }
  }
  return column;
}

ReduceSink::ReduceSink(std::vector<NodePointer> values, std::vector<NodePointer> by,
                       const std::vector<std::pair<std::string, uint32_t>>& accumulators, NodePointer predicate,
                       bool dropna)
    : Sink(std::move(predicate)), values_(std::move(values)), dropna_(dropna) {
  for (NodePointer& node : by) keys_.push_back(std::make_unique<Key>(std::move(node)));
  pairs_.resize(keys_.empty() ? 0 : keys_.size() - 1);
  for (const auto& [function, place] : accumulators) {
    if (function == "size") {
      partials_.emplace_back(accumulator_of(function, Type::integer), place);
    } else if (function == "distinct") {
      distinct_.emplace_back(std::make_unique<DistinctValues>(DistinctValues{Key(values_.at(place)), {}}), place);
    } else {
      partials_.emplace_back(accumulator_of(function, values_.at(place)->type), place);
    }
  }
}

// Numbers the groups of the rows kept.
void ReduceSink::number_groups(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count) {
  uint32_t next[WIDTH];
  keys_[0]->number(keys_[0]->node->values(number, rows), kept, count, groups_);
  for (size_t key = 1; key < keys_.size(); ++key) {
    keys_[key]->number(keys_[key]->node->values(number, rows), kept, count, next);
    pairs_[key - 1].number(groups_, next, count, groups_);
  }
}

// The groups so far are below it. Of a single key the group 0, that of a missing value, may have no row.
uint32_t ReduceSink::group_count() const {
  if (keys_.empty()) return has_rows_;
  return pairs_.empty() ? keys_[0]->size() : static_cast<uint32_t>(pairs_.back().pairs().size());
}

void ReduceSink::add_kept(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count, int64_t) {
  if (count == 0) return;
  has_rows_ = true;
  if (!keys_.empty()) number_groups(number, rows, kept, count);
  const uint32_t groups = group_count();
  const uint32_t* group = keys_.empty() ? nullptr : groups_;
  for (const auto& [accumulator, place] : partials_) {
    static const Vector nothing{};  // a group's size is no matter of values
    const Vector& values = values_.empty() ? nothing : values_[place]->values(number, rows);
    if (values.valid && values.type == Type::integer) throw FallbackRequired("missing values among integers");
    accumulator->resize(groups);
    accumulator->add(values, kept, group, count);
  }
  uint32_t values[WIDTH];
  for (const auto& [distinct, place] : distinct_) {
    distinct->key.number(values_[place]->values(number, rows), kept, count, values);
    for (uint32_t i = 0; i < count; ++i) {
      if (values[i]) distinct->pairs.of(group ? group[i] : 0, values[i]);
    }
  }
}

// The numbers of the keys of some groups, key by key.
std::vector<std::vector<uint32_t>> ReduceSink::keys_of(const std::vector<uint32_t>& groups) const {
  std::vector<std::vector<uint32_t>> numbers(keys_.size());
  for (auto& own : numbers) own.reserve(groups.size());
  for (uint32_t group : groups) {
    for (size_t key = keys_.size(); key-- > 1;) {
      const uint64_t pair = pairs_[key - 1].pairs()[group];
      numbers[key].push_back(static_cast<uint32_t>(pair));
      group = static_cast<uint32_t>(pair >> 32);
    }
    if (!keys_.empty()) numbers[0].push_back(group);
  }
  return numbers;
}

// All groups that have rows. They are numbered in the order of their first rows, but for that of a single missing key.
std::vector<uint32_t> ReduceSink::groups_in_order() const {
  std::vector<uint32_t> groups(group_count());
  std::iota(groups.begin(), groups.end(), 0u);
  if (keys_.size() != 1) return groups;
  const auto first = groups.begin();
  if (!keys_[0]->has_missing()) {
    groups.erase(first);
  } else {
    std::rotate(first, first + 1, first + 1 + keys_[0]->before_missing());
  }
  return groups;
}

void ReduceSink::finish() {
  std::vector<uint32_t> groups = groups_in_order();
  auto numbers = keys_of(groups);
  if (dropna_ && !keys_.empty()) {
    std::vector<uint32_t> there;
    for (size_t i = 0; i < groups.size(); ++i) {
      bool is_there = true;
      for (const std::vector<uint32_t>& one : numbers) is_there &= one[i] != 0;
      if (is_there) there.push_back(groups[i]);
    }
    groups = std::move(there);
    numbers = keys_of(groups);
  }
  for (size_t key = 0; key < keys_.size(); ++key) keys.push_back(keys_[key]->column(numbers[key], keys_.size() > 1));
  for (const auto& [accumulator, place] : partials_) {
    accumulator->resize(group_count());
    for (auto& column : accumulator->columns(groups)) accumulators.push_back(std::move(column));
  }
  std::vector<uint8_t> is_wanted(group_count());
  for (const uint32_t group : groups) is_wanted[group] = 1;
  for (const auto& [one, place] : distinct_) {
    std::vector<uint32_t> pair_groups, pair_values;
    for (const uint64_t pair : one->pairs.pairs()) {
      if (!is_wanted[pair >> 32]) continue;
      pair_groups.push_back(static_cast<uint32_t>(pair >> 32));
      pair_values.push_back(static_cast<uint32_t>(pair));
    }
    const auto pair_keys = keys_of(pair_groups);
    Distinct table;
    for (size_t key = 0; key < keys_.size(); ++key) table.keys.push_back(keys_[key]->column(pair_keys[key]));
    table.values = one->key.column(pair_values);
    distinct.push_back(std::move(table));
  }
}

}  // namespace lazyframe
