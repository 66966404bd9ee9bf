// To add a partial: a class of states with its steps, and a line in `partial_of`.
#include "answers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace lazyframe {

namespace {

// Bytes of states that stay in a near cache.
constexpr size_t NEAR = 1 << 18;

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

// Takes a step with each value: of the state of its group, or of the only one, which then stays in registers.
template <class State, class Step>
void accumulate(std::vector<State>& states, const uint32_t* kept, const uint32_t* groups, uint32_t count, Step step) {
  if (groups && states.size() * sizeof(State) > NEAR) {
    for (uint32_t i = 0; i < count; ++i) {
      if (i + AHEAD < count) __builtin_prefetch(&states[groups[i + AHEAD]], 1);
      step(states[groups[i]], kept[i]);
    }
  } else if (groups) {
    for (uint32_t i = 0; i < count; ++i) step(states[groups[i]], kept[i]);
  } else {
    State state = states[0];
    for (uint32_t i = 0; i < count; ++i) step(state, kept[i]);
    states[0] = state;
  }
}

// The same, with the values that are not missing, as numbers.
template <class State, class Step>
void accumulate_numbers(std::vector<State>& states, const Vector& values, const uint32_t* kept, const uint32_t* groups,
                        uint32_t count, Step step) {
  if (values.type == Type::real) {
    accumulate(states, kept, groups, count, [&](State& state, uint32_t row) {
      if (values.reals[row] == values.reals[row]) step(state, values.reals[row]);
    });
  } else if (values.valid) {
    accumulate(states, kept, groups, count, [&](State& state, uint32_t row) {
      if (values.valid[row]) step(state, values.integers[row]);
    });
  } else {
    accumulate(states, kept, groups, count, [&](State& state, uint32_t row) { step(state, values.integers[row]); });
  }
}

template <class State>
class States : public Partial {
 public:
  void resize(size_t groups) override { states_.resize(groups); }

 protected:
  std::vector<State> states_;
};

class Size : public States<int64_t> {
 public:
  void add(const Vector&, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate(states_, kept, groups, count, [](int64_t& state, uint32_t) { ++state; });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::integer);
    for (const uint32_t group : groups) column->append(states_[group]);
    return column;
  }
};

class Count : public Size {
 public:
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    if (values.type == Type::real) {
      accumulate(states_, kept, groups, count,
                 [&](int64_t& state, uint32_t row) { state += values.reals[row] == values.reals[row]; });
    } else if (values.type == Type::text) {
      accumulate(states_, kept, groups, count,
                 [&](int64_t& state, uint32_t row) { state += values.texts[row].data != nullptr; });
    } else if (values.valid) {
      accumulate(states_, kept, groups, count, [&](int64_t& state, uint32_t row) { state += values.valid[row]; });
    } else {
      Size::add(values, kept, groups, count);
    }
  }
};

// A sum with what rounding took from it (Knuth's two-sum, as Kahan's and Neumaier's sums use it): its error does not
// grow with the number of values.
struct Sum {
  double sum = 0;
  double lost = 0;

  void add(double value) {
    const double next = sum + value;
    const double part = next - sum;
    lost += (sum - (next - part)) + (value - part);
    sum = next;
  }
  double total() const { return std::isfinite(sum) ? sum + lost : sum; }
};

class Total : public States<Sum> {
 public:
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate_numbers(states_, values, kept, groups, count,
                       [](Sum& state, auto value) { state.add(static_cast<double>(value)); });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::real);
    for (const uint32_t group : groups) column->append(states_[group].total());
    return column;
  }
};

// Integers wrap around, as numpy's do.
class SumOfIntegers : public States<uint64_t> {
 public:
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate(states_, kept, groups, count,
               [&](uint64_t& state, uint32_t row) { state += static_cast<uint64_t>(values.integers[row]); });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::integer);
    for (const uint32_t group : groups) column->append(static_cast<int64_t>(states_[group]));
    return column;
  }
};

struct ExtremeReal {
  double value = NOT_A_NUMBER;
};

template <bool IsLargest>
class ExtremeOfReals : public States<ExtremeReal> {
 public:
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate(states_, kept, groups, count, [&](ExtremeReal& state, uint32_t row) {
      const double value = values.reals[row];
      const bool is_beyond = IsLargest ? value > state.value : value < state.value;
      state.value = is_beyond || state.value != state.value ? value : state.value;
    });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::real);
    for (const uint32_t group : groups) column->append(states_[group].value);
    return column;
  }
};

struct ExtremeInteger {
  int64_t value = 0;
  bool is_there = false;
};

template <bool IsLargest>
class ExtremeOfIntegers : public States<ExtremeInteger> {
 public:
  explicit ExtremeOfIntegers(Type type) : type_(type) {}
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate_numbers(states_, values, kept, groups, count, [](ExtremeInteger& state, auto number) {
      const auto value = static_cast<int64_t>(number);
      const bool is_beyond = IsLargest ? value > state.value : value < state.value;
      state.value = is_beyond || !state.is_there ? value : state.value;
      state.is_there = true;
    });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(type_);
    for (const uint32_t group : groups) column->append(states_[group].value, states_[group].is_there);
    return column;
  }

 private:
  const Type type_;
};

// Squared distances from the mean. All values are taken as distances from the first one, so that nothing is lost far from
// zero. Value by value: B. P. Welford, "Note on a method for calculating corrected sums of squares and products",
// Technometrics 4 (1962). Of all rows as one group, the mean of each vector is known before the distances from it, and
// vectors are merged as in T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample variance", The
// American Statistician 37 (1983).
struct Squares {
  double first = 0;
  int64_t count = 0;
  double mean = 0;
  double sum = 0;

  void add(double value) {
    if (count == 0) first = value;
    const double distance = value - first - mean;
    mean += distance / static_cast<double>(++count);
    sum += distance * (value - first - mean);
  }
  void merge(const double* values, uint32_t rows) {
    if (rows == 0) return;
    if (count == 0) first = values[0];
    Sum total;
    for (uint32_t i = 0; i < rows; ++i) total.add(values[i] - first);
    const auto own = static_cast<double>(count), others = static_cast<double>(rows);
    const double others_mean = total.total() / others, distance = others_mean - mean;
    count += rows;
    mean += distance * (others / (own + others));
    sum += distance * distance * (own * others / (own + others));
    for (uint32_t i = 0; i < rows; ++i) {
      const double from_mean = values[i] - first - others_mean;
      sum += from_mean * from_mean;
    }
  }
};

class SumOfSquares : public States<Squares> {
 public:
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    if (groups) {
      accumulate_numbers(states_, values, kept, groups, count,
                         [](Squares& state, auto value) { state.add(static_cast<double>(value)); });
      return;
    }
    double numbers[WIDTH];
    std::vector<uint32_t> there(1);
    accumulate_numbers(there, values, kept, nullptr, count,
                       [&](uint32_t& place, auto value) { numbers[place++] = static_cast<double>(value); });
    states_[0].merge(numbers, there[0]);
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::real);
    for (const uint32_t group : groups) column->append(states_[group].count ? states_[group].sum : NOT_A_NUMBER);
    return column;
  }
};

template <bool IsLargest>
std::unique_ptr<Partial> extreme(Type type) {
  if (type == Type::real) return std::make_unique<ExtremeOfReals<IsLargest>>();
  if (type == Type::integer || type == Type::date) return std::make_unique<ExtremeOfIntegers<IsLargest>>(type);
  return nullptr;
}

std::unique_ptr<Partial> partial_of(const std::string& function, Type type) {
  std::unique_ptr<Partial> partial;
  const bool is_number = type == Type::integer || type == Type::real;
  if (function == "count") partial = std::make_unique<Count>();
  if (function == "sum" && type == Type::integer) partial = std::make_unique<SumOfIntegers>();
  if ((function == "sum" && type == Type::real) || (function == "total" && is_number)) partial = std::make_unique<Total>();
  if (function == "m2" && is_number) partial = std::make_unique<SumOfSquares>();
  if (function == "min") partial = extreme<false>(type);
  if (function == "max") partial = extreme<true>(type);
  if (!partial) throw std::invalid_argument("the kernel has no partial " + function + " of such values");
  return partial;
}

uint64_t pair_of(uint32_t left, uint32_t right) { return uint64_t{left} << 32 | right; }

void number_pairs(Numbers& numbers, const uint32_t* left, const uint32_t* right, uint32_t count, uint32_t* out) {
  for (uint32_t i = 0; i < count; ++i) {
    if (i + AHEAD < count) numbers.fetch(Numbers::hash(pair_of(left[i + AHEAD], right[i + AHEAD])));
    const uint64_t pair = pair_of(left[i], right[i]);
    out[i] = numbers.of(pair, Numbers::hash(pair));
  }
}

}  // namespace

void Answer::add(uint64_t number, uint32_t rows, int64_t first) {
  if (!keep_) {
    add_kept(number, rows, all_rows(), rows, first);
    return;
  }
  const Vector& test = keep_->values(number, rows);
  if (test.valid) throw StepAside("missing values in a filter");
  const uint8_t* keep = test.booleans;
  uint32_t kept[WIDTH];
  uint32_t count = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    kept[count] = row;
    count += keep[row];
  }
  add_kept(number, rows, kept, count, first);
}

RowsAnswer::RowsAnswer(std::vector<NodePointer> columns, const std::vector<bool>& codes, NodePointer keep, int64_t limit)
    : Answer(keep), nodes_(std::move(columns)), limit_(limit), is_filtered_(keep != nullptr) {
  for (size_t place = 0; place < nodes_.size(); ++place) {
    this->columns.push_back(std::make_shared<Column>(nodes_[place]->type, codes[place]));
  }
  if (is_filtered_) numbers = std::make_shared<Column>(Type::integer);
}

void RowsAnswer::add_kept(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count, int64_t first) {
  found += count;
  for (size_t place = 0; place < nodes_.size(); ++place) {
    columns[place]->append(nodes_[place]->values(number, rows), kept, count);
  }
  for (uint32_t i = 0; is_filtered_ && i < count; ++i) numbers->append(first + kept[i]);
}

void Key::number(const Vector& values, const uint32_t* kept, uint32_t count, uint32_t* out) {
  if (values.type == Type::text) {
    number_texts(values.texts, kept, count, out);
  } else {
    number_bits(values, kept, count, out);
  }
  for (uint32_t i = 0; !has_missing_ && i < count; ++i) has_missing_ = out[i] == 0;
}

void Key::number_texts(const Text* texts, const uint32_t* kept, uint32_t count, uint32_t* out) {
  uint32_t most = 0;
  for (uint32_t i = 0; i < count; ++i) most = std::max(most, texts[kept[i]].size);
  if (texts_.is_near()) {
    for (uint32_t i = 0; i < count; ++i) {
      const Text& text = texts[kept[i]];
      out[i] = text.data ? texts_.of(text, most, TextNumbers::hash(text, most)) + 1 : 0;
    }
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    const Text& text = texts[kept[i]];
    hashes_[i] = text.data ? TextNumbers::hash(text, most) : 0;
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (i + AHEAD < count) texts_.fetch(hashes_[i + AHEAD]);
    if (i + AHEAD / 2 < count) texts_.fetch_copy(hashes_[i + AHEAD / 2]);
    const Text& text = texts[kept[i]];
    out[i] = text.data ? texts_.of(text, most, hashes_[i]) + 1 : 0;
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
    hashes_[i] = Numbers::hash(bits[i]);
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (i + AHEAD < count) numbers_.fetch(hashes_[i + AHEAD]);
    out[i] = out[i] ? numbers_.of(bits[i], hashes_[i]) + 1 : 0;
    if (values.type == Type::real && out[i] > reals_.size()) reals_.push_back(values.reals[kept[i]]);
  }
}

std::shared_ptr<Column> Key::column(const std::vector<uint32_t>& numbers) const {
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

ReduceAnswer::ReduceAnswer(std::vector<NodePointer> values, std::vector<NodePointer> by,
                           const std::vector<std::pair<std::string, uint32_t>>& partials, NodePointer keep, bool dropna)
    : Answer(std::move(keep)), values_(std::move(values)), dropna_(dropna) {
  for (NodePointer& node : by) keys_.push_back(std::make_unique<Key>(std::move(node)));
  pairs_.resize(keys_.empty() ? 0 : keys_.size() - 1);
  for (const auto& [function, place] : partials) {
    if (function == "size") {
      partials_.emplace_back(std::make_unique<Size>(), place);
    } else if (function == "distinct") {
      distinct_.emplace_back(std::make_unique<DistinctValues>(DistinctValues{Key(values_.at(place)), {}}), place);
    } else {
      partials_.emplace_back(partial_of(function, values_.at(place)->type), place);
    }
  }
}

// Numbers the groups of the rows kept; returns the number of groups so far.
uint32_t ReduceAnswer::numbered(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count) {
  uint32_t next[WIDTH];
  keys_[0]->number(keys_[0]->node->values(number, rows), kept, count, groups_);
  for (size_t key = 1; key < keys_.size(); ++key) {
    keys_[key]->number(keys_[key]->node->values(number, rows), kept, count, next);
    number_pairs(pairs_[key - 1], groups_, next, count, groups_);
  }
  uint32_t groups = static_cast<uint32_t>(is_used_.size());
  for (uint32_t i = 0; i < count; ++i) groups = groups_[i] < groups ? groups : groups_[i] + 1;
  is_used_.resize(groups);
  for (uint32_t i = 0; i < count; ++i) is_used_[groups_[i]] = 1;
  return groups;
}

void ReduceAnswer::add_kept(uint64_t number, uint32_t rows, const uint32_t* kept, uint32_t count, int64_t) {
  if (count == 0) return;
  if (keys_.empty()) is_used_.assign(1, 1);
  const uint32_t groups = keys_.empty() ? 1 : numbered(number, rows, kept, count);
  const uint32_t* group = keys_.empty() ? nullptr : groups_;
  for (const auto& [partial, place] : partials_) {
    static const Vector nothing{};  // a group's size is no matter of values
    const Vector& values = values_.empty() ? nothing : values_[place]->values(number, rows);
    if (values.valid && values.type == Type::integer) throw StepAside("missing values among integers");
    partial->resize(groups);
    partial->add(values, kept, group, count);
  }
  uint32_t values[WIDTH];
  for (const auto& [distinct, place] : distinct_) {
    distinct->key.number(values_[place]->values(number, rows), kept, count, values);
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t pair = pair_of(group ? group[i] : 0, values[i]);
      if (values[i]) distinct->pairs.of(pair, Numbers::hash(pair));
    }
  }
}

// The numbers of the keys of some groups, key by key.
std::vector<std::vector<uint32_t>> ReduceAnswer::keys_of(const std::vector<uint32_t>& groups) const {
  std::vector<std::vector<uint32_t>> numbers(keys_.size());
  for (uint32_t group : groups) {
    for (size_t key = keys_.size(); key-- > 1;) {
      const uint64_t pair = pairs_[key - 1].keys()[group];
      numbers[key].push_back(static_cast<uint32_t>(pair));
      group = static_cast<uint32_t>(pair >> 32);
    }
    if (!keys_.empty()) numbers[0].push_back(group);
  }
  return numbers;
}

void ReduceAnswer::finish() {
  std::vector<uint32_t> groups;
  for (uint32_t group = 0; group < is_used_.size(); ++group) {
    if (is_used_[group]) groups.push_back(group);
  }
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
  for (size_t key = 0; key < keys_.size(); ++key) keys.push_back(keys_[key]->column(numbers[key]));
  for (const auto& [partial, place] : partials_) {
    partial->resize(is_used_.size());
    partials.push_back(partial->column(groups));
  }
  std::vector<uint8_t> is_wanted(is_used_.size());
  for (const uint32_t group : groups) is_wanted[group] = 1;
  for (const auto& [one, place] : distinct_) {
    std::vector<uint32_t> pair_groups, pair_values;
    for (const uint64_t pair : one->pairs.keys()) {
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
