// To add an accumulator: a class of states with its steps, and a line in `accumulator_of`.
#include "accumulators.h"

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

// Takes a step with each value: of the state of its group, or of the only one, which then stays in registers. States
// that can be merged do not depend on the rows' order.
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
class States : public Accumulator {
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
  std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::integer);
    for (const uint32_t group : groups) column->append(states_[group]);
    return {column};
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
  std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::real);
    for (const uint32_t group : groups) column->append(states_[group].total());
    return {column};
  }
};

// Integers wrap around, as numpy's do.
class SumOfIntegers : public States<uint64_t> {
 public:
  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    accumulate(states_, kept, groups, count,
               [&](uint64_t& state, uint32_t row) { state += static_cast<uint64_t>(values.integers[row]); });
  }
  std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::integer);
    for (const uint32_t group : groups) column->append(static_cast<int64_t>(states_[group]));
    return {column};
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
  std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::real);
    for (const uint32_t group : groups) column->append(this->states_[group].value);
    return {column};
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
    accumulate_numbers(this->states_, values, kept, groups, count,
                       [](ExtremeInteger<IsLargest>& state, auto number) { state.add(static_cast<int64_t>(number)); });
  }
  std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(type_);
    for (const uint32_t group : groups) column->append(this->states_[group].value, this->states_[group].is_there);
    return {column};
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
  std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(type_);
    for (const uint32_t group : groups) {
      const Chosen& state = states_[group];
      if (type_ == Type::real) {
        column->append(state.real);
      } else {
        column->append(state.integer, state.is_there);
      }
    }
    return {column};
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
  std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const override {
    auto column = std::make_shared<Column>(Type::text);
    for (const uint32_t group : groups) {
      const std::string& text = states_[group].text;
      column->append(states_[group].is_there ? Text{text.data(), static_cast<uint32_t>(text.size())}
                                             : Text{nullptr, 0});
    }
    return {column};
  }
};

// Sums of distances from an origin, and of their squares, each with what rounding took from it.
struct Distances {
  Sum first;
  Sum second;
};

void merge(Distances& state, const Distances& other) {
  merge(state.first, other.first);
  merge(state.second, other.second);
}

// What a float's square lacks. T. J. Dekker, "A floating-point technique for extending the available precision",
// Numerische Mathematik 18 (1971).
double lost_of_square(double value, double square) {
  const double scaled = value * 134217729.0;  // 2^27 + 1
  const double high = scaled - (scaled - value), low = value - high;
  return ((high * high - square) + 2 * high * low) + low * low;
}

// Moments about the first value of each group, all in two floats; see lazyframe/moments.py, which merges them.
class Moments : public States<Distances> {
 public:
  void resize(size_t groups) override {
    States<Distances>::resize(groups);
    origins_.resize(groups);
  }

  void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) override {
    uint8_t is_there[WIDTH];
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t row = kept[i];
      is_there[row] =
          values.type == Type::real ? values.reals[row] == values.reals[row] : !values.valid || values.valid[row];
      if (is_there[row]) measure(number_of(values, row), origins_[groups ? groups[i] : 0], row);
    }
    accumulate(states_, kept, groups, count, [&](Distances& state, uint32_t row) {
      if (!is_there[row]) return;
      const double square = high_[row] * high_[row];
      state.first.add(high_[row]);
      state.first.lost += low_[row];
      state.second.add(square);
      state.second.lost += lost_of_square(high_[row], square) + 2 * high_[row] * low_[row];
    });
  }

  std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const override {
    std::vector<std::shared_ptr<Column>> columns;
    for (int i = 0; i < 6; ++i) columns.push_back(std::make_shared<Column>(Type::real));
    for (const uint32_t group : groups) {
      const Number& origin = origins_[group].number;
      const auto& [first, second] = states_[group];
      const double found[6] = {origin.high, origin.low, first.sum, rest(first), second.sum, rest(second)};
      for (int i = 0; i < 6; ++i) columns[static_cast<size_t>(i)]->append(found[i]);
    }
    return columns;
  }

 private:
  // The sum of two floats.
  struct Number {
    double high = 0;
    double low = 0;
  };
  struct Origin {
    Number number;
    bool is_known = false;
  };

  static Number number_of(const Vector& values, uint32_t row) {
    if (values.type == Type::real) return {values.reals[row], 0};
    const int64_t integer = values.integers[row];
    return {static_cast<double>(integer >> 32) * 4294967296.0, static_cast<double>(integer & 0xFFFFFFFF)};
  }

  static double rest(const Sum& sum) { return std::isfinite(sum.sum) ? sum.lost : 0; }

  // The distance of a number from the origin, which it is itself, if it is the first.
  void measure(Number number, Origin& origin, uint32_t row) {
    if (!origin.is_known) origin = {number, true};
    Sum distance{number.high, 0};
    distance.add(-origin.number.high);
    const double low = rest(distance) + (number.low - origin.number.low);
    high_[row] = distance.sum + low;
    low_[row] = std::isfinite(high_[row]) ? low - (high_[row] - distance.sum) : 0;
  }

  std::vector<Origin> origins_;
  double high_[WIDTH];
  double low_[WIDTH];
};

struct Never {
  bool operator()(std::string_view, std::string_view) const { return false; }
};
struct Always {
  bool operator()(std::string_view, std::string_view) const { return true; }
};

template <bool IsLargest>
std::unique_ptr<Accumulator> extreme_of(Type type) {
  // UTF-8 is ordered as its code points are, byte by byte
  using IsBeyond = std::conditional_t<IsLargest, std::greater<std::string_view>, std::less<std::string_view>>;
  if (type == Type::text) return std::make_unique<OneText<IsBeyond>>();
  if (type == Type::real) return std::make_unique<ExtremeOfReals<IsLargest>>();
  if (type == Type::integer || type == Type::date) return std::make_unique<ExtremeOfIntegers<IsLargest>>(type);
  return nullptr;
}

template <bool IsLast>
std::unique_ptr<Accumulator> chosen_of(Type type) {
  if (type == Type::text) return std::make_unique<OneText<std::conditional_t<IsLast, Always, Never>>>();
  return std::make_unique<ChosenValue<IsLast>>(type);
}

}  // namespace

std::unique_ptr<Accumulator> accumulator_of(const std::string& function, Type type) {
  std::unique_ptr<Accumulator> accumulator;
  if (function == "size") accumulator = std::make_unique<Size>();
  const bool is_number = type == Type::integer || type == Type::real;
  if (function == "count") accumulator = std::make_unique<Count>();
  if (function == "sum" && type == Type::integer) accumulator = std::make_unique<SumOfIntegers>();
  if ((function == "sum" && type == Type::real) || (function == "total" && is_number))
    accumulator = std::make_unique<Total>();
  if (function == "moments" && is_number) accumulator = std::make_unique<Moments>();
  if (function == "min") accumulator = extreme_of<false>(type);
  if (function == "max") accumulator = extreme_of<true>(type);
  if (function == "first") accumulator = chosen_of<false>(type);
  if (function == "last") accumulator = chosen_of<true>(type);
  if (!accumulator) throw std::invalid_argument("the kernel has no accumulator " + function + " of such values");
  return accumulator;
}

}  // namespace lazyframe
