// To add a partial: a class of states with its steps, and a line in `partial_of`.
#include "partials.h"

#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace lazyframe {

namespace {

// Bytes of states that stay in a near cache.
constexpr size_t NEAR = 1 << 18;

constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();

// Groups that are few: rows that follow one another are often of one group, and each step would wait for the one before
// to come back from memory. So each group has several states that take turns, and are merged at the end of the vector.
constexpr size_t FEW = 32;
constexpr uint32_t TURNS = 4;

void merge(int64_t& state, int64_t other) { state += other; }
void merge(uint64_t& state, uint64_t other) { state += other; }

template <class State, class Step>
void accumulate_in_turns(std::vector<State>& states, const uint32_t* kept, const uint32_t* groups, uint32_t count,
                         Step step) {
  State turns[FEW * TURNS];
  for (size_t i = 0; i < states.size() * TURNS; ++i) turns[i] = State{};
  for (uint32_t i = 0; i < count; ++i) step(turns[groups[i] * TURNS + i % TURNS], kept[i]);
  for (size_t i = 0; i < states.size() * TURNS; ++i) merge(states[i / TURNS], turns[i]);
}

// Takes a step with each value: of the state of its group, or of the only one, which then stays in registers. States that
// can be merged do not depend on the rows' order.
template <class State, class Step>
void accumulate(std::vector<State>& states, const uint32_t* kept, const uint32_t* groups, uint32_t count, Step step) {
  if (!groups) {
    State state = states[0];
    for (uint32_t i = 0; i < count; ++i) step(state, kept[i]);
    states[0] = state;
    return;
  }
  if constexpr (requires(State state) { merge(state, state); }) {
    if (states.size() <= FEW) {
      accumulate_in_turns(states, kept, groups, count, step);
      return;
    }
  }
  const bool is_far = states.size() * sizeof(State) > NEAR;
  for (uint32_t i = 0; i < count; ++i) {
    if (is_far && i + AHEAD < count) __builtin_prefetch(&states[groups[i + AHEAD]], 1);
    step(states[groups[i]], kept[i]);
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

void merge(Sum& state, const Sum& other) {
  state.add(other.sum);
  state.lost += other.lost;
}

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

// NaN while there is none.
template <bool IsLargest>
struct ExtremeReal {
  double value = NOT_A_NUMBER;

  void add(double other) {
    const bool is_beyond = IsLargest ? other > value : other < value;
    value = is_beyond || value != value ? other : value;
  }
};

template <bool IsLargest>
void merge(ExtremeReal<IsLargest>& state, const ExtremeReal<IsLargest>& other) {
  state.add(other.value);
}

template <bool IsLargest>
class ExtremeOfReals : public States<ExtremeReal<IsLargest>> {
 public:
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate(this->states_, kept, groups, count,
               [&](ExtremeReal<IsLargest>& state, uint32_t row) { state.add(values.reals[row]); });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::real);
    for (const uint32_t group : groups) column->append(this->states_[group].value);
    return column;
  }
};

template <bool IsLargest>
struct ExtremeInteger {
  int64_t value = 0;
  bool is_there = false;

  void add(int64_t other) {
    const bool is_beyond = IsLargest ? other > value : other < value;
    value = is_beyond || !is_there ? other : value;
    is_there = true;
  }
};

template <bool IsLargest>
void merge(ExtremeInteger<IsLargest>& state, const ExtremeInteger<IsLargest>& other) {
  if (other.is_there) state.add(other.value);
}

template <bool IsLargest>
class ExtremeOfIntegers : public States<ExtremeInteger<IsLargest>> {
 public:
  explicit ExtremeOfIntegers(Type type) : type_(type) {}
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate_numbers(this->states_, values, kept, groups, count, [](ExtremeInteger<IsLargest>& state, auto number) {
      state.add(static_cast<int64_t>(number));
    });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(type_);
    for (const uint32_t group : groups) column->append(this->states_[group].value, this->states_[group].is_there);
    return column;
  }

 private:
  const Type type_;
};

// The first or the last value that is not missing, of numbers, dates and booleans; as the bits that a vector has.
struct Chosen {
  int64_t integer = 0;
  double real = NOT_A_NUMBER;
  bool is_there = false;
};

template <bool IsLast>
class ChosenValue : public States<Chosen> {
 public:
  explicit ChosenValue(Type type) : type_(type) {}
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate(states_, kept, groups, count, [&](Chosen& state, uint32_t row) {
      if (state.is_there && !IsLast) return;
      if (values.type == Type::real) {
        if (values.reals[row] != values.reals[row]) return;
        state.real = values.reals[row];
      } else {
        if (values.valid && !values.valid[row]) return;
        state.integer = values.type == Type::boolean ? values.booleans[row] : values.integers[row];
      }
      state.is_there = true;
    });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(type_);
    for (const uint32_t group : groups) {
      const Chosen& state = states_[group];
      if (type_ == Type::real) {
        column->append(state.real);
      } else {
        column->append(state.integer, state.is_there);
      }
    }
    return column;
  }

 private:
  const Type type_;
};

struct Copy {
  std::string text;
  bool is_there = false;
};

// One text of each group; `is_better` says whether another one, which is not missing, takes the place of that so far.
template <class IsBetter>
class OneText : public States<Copy> {
 public:
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate(states_, kept, groups, count, [&](Copy& state, uint32_t row) {
      const Text& text = values.texts[row];
      if (!text.data) return;
      if (state.is_there && !IsBetter{}(std::string_view(text.data, text.size), state.text)) return;
      state.text.assign(text.data, text.size);
      state.is_there = true;
    });
  }
  std::shared_ptr<Column> column(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::text);
    for (const uint32_t group : groups) {
      const std::string& text = states_[group].text;
      column->append(states_[group].is_there ? Text{text.data(), static_cast<uint32_t>(text.size())} : Text{nullptr, 0});
    }
    return column;
  }
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

struct Never {
  bool operator()(std::string_view, std::string_view) const { return false; }
};
struct Always {
  bool operator()(std::string_view, std::string_view) const { return true; }
};

template <bool IsLargest>
std::unique_ptr<Partial> extreme_of(Type type) {
  // UTF-8 is ordered as its code points are, byte by byte
  using IsBeyond = std::conditional_t<IsLargest, std::greater<std::string_view>, std::less<std::string_view>>;
  if (type == Type::text) return std::make_unique<OneText<IsBeyond>>();
  if (type == Type::real) return std::make_unique<ExtremeOfReals<IsLargest>>();
  if (type == Type::integer || type == Type::date) return std::make_unique<ExtremeOfIntegers<IsLargest>>(type);
  return nullptr;
}

template <bool IsLast>
std::unique_ptr<Partial> chosen_of(Type type) {
  if (type == Type::text) return std::make_unique<OneText<std::conditional_t<IsLast, Always, Never>>>();
  return std::make_unique<ChosenValue<IsLast>>(type);
}

}  // namespace

std::unique_ptr<Partial> partial_of(const std::string& function, Type type) {
  std::unique_ptr<Partial> partial;
  if (function == "size") partial = std::make_unique<Size>();
  const bool is_number = type == Type::integer || type == Type::real;
  if (function == "count") partial = std::make_unique<Count>();
  if (function == "sum" && type == Type::integer) partial = std::make_unique<SumOfIntegers>();
  if ((function == "sum" && type == Type::real) || (function == "total" && is_number)) partial = std::make_unique<Total>();
  if (function == "m2" && is_number) partial = std::make_unique<SumOfSquares>();
  if (function == "min") partial = extreme_of<false>(type);
  if (function == "max") partial = extreme_of<true>(type);
  if (function == "first") partial = chosen_of<false>(type);
  if (function == "last") partial = chosen_of<true>(type);
  if (!partial) throw std::invalid_argument("the kernel has no partial " + function + " of such values");
  return partial;
}

}  // namespace lazyframe
