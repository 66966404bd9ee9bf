// To add a function: a line in `call`, and its values in `compute` of a node. Nodes write into a buffer of their own.
#include "expression.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "dates.h"

namespace lazyframe {

namespace {

size_t size_of(Type type) {
  switch (type) {
    case Type::boolean:
      return 1;
    case Type::text:
      return sizeof(Text);
    default:
      return 8;
  }
}

bool is_integral(Type type) { return type == Type::integer || type == Type::part || type == Type::date; }

bool is_missing(const Vector& vector, uint32_t row) {
  if (vector.type == Type::real) return vector.reals[row] != vector.reals[row];
  if (vector.type == Type::text) return vector.texts[row].data == nullptr;
  return vector.valid && !vector.valid[row];
}

int compare(const Text& left, const Text& right) {
  const int order = memcmp(left.data, right.data, std::min(left.size, right.size));
  return order ? order : left.size < right.size ? -1 : left.size > right.size;
}

bool equal(const Text& left, const Text& right) {
  return left.size == right.size && memcmp(left.data, right.data, left.size) == 0;
}

class Literal : public Node {
 public:
  Literal(Type type, int64_t integer, double real, std::string text, bool missing)
      : Node(type), buffer_(type), text_(std::move(text)) {
    values_ = buffer_.vector;
    for (uint32_t row = 0; row < WIDTH; ++row) {
      switch (type) {
        case Type::real:
          values_.reals[row] = missing ? std::numeric_limits<double>::quiet_NaN() : real;
          break;
        case Type::boolean:
          values_.booleans[row] = integer != 0;
          break;
        case Type::text:
          values_.texts[row] = {missing ? nullptr : text_.data(), static_cast<uint32_t>(text_.size())};
          break;
        default:
          values_.integers[row] = integer;
      }
    }
    if (missing && type != Type::real && type != Type::text) {
      memset(buffer_.valid(), 0, WIDTH);
      values_.valid = buffer_.valid();
    }
  }

 protected:
  void compute(uint64_t, uint32_t) override {}

 private:
  VectorBuffer buffer_;
  const std::string text_;
};

// A step with operands and a buffer for its values.
class Function : public Node {
 public:
  Function(Type type, std::vector<NodePointer> args) : Node(type), args_(std::move(args)), buffer_(type) {
    values_ = buffer_.vector;
  }

 protected:
  const Vector& arg(size_t place, uint64_t number, uint32_t rows) { return args_[place]->values(number, rows); }

  // A missing operand makes the value missing.
  void set_missing(const Vector& left, const Vector& right, uint32_t rows) {
    values_.valid = nullptr;
    if (!left.valid && !right.valid) return;
    for (uint32_t row = 0; row < rows; ++row) {
      buffer_.valid()[row] = (!left.valid || left.valid[row]) && (!right.valid || right.valid[row]);
    }
    values_.valid = buffer_.valid();
  }

  std::vector<NodePointer> args_;
  VectorBuffer buffer_;
};

// Integers as reals; what is missing is NaN.
class AsReal : public Function {
 public:
  explicit AsReal(NodePointer value) : Function(Type::real, {std::move(value)}) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& value = arg(0, number, rows);
    for (uint32_t row = 0; row < rows; ++row) values_.reals[row] = static_cast<double>(value.integers[row]);
    for (uint32_t row = 0; value.valid && row < rows; ++row) {
      if (!value.valid[row]) values_.reals[row] = std::numeric_limits<double>::quiet_NaN();
    }
  }
};

struct Equal {
  static constexpr bool with_missing = false;
  template <class T>
  static bool of(T left, T right) {
    return left == right;
  }
  static bool of(const Text& left, const Text& right) { return equal(left, right); }
};
struct NotEqual {
  static constexpr bool with_missing = true;
  template <class T>
  static bool of(T left, T right) {
    return left != right;
  }
  static bool of(const Text& left, const Text& right) { return !equal(left, right); }
};
struct Less {
  static constexpr bool with_missing = false;
  template <class T>
  static bool of(T left, T right) {
    return left < right;
  }
  static bool of(const Text& left, const Text& right) { return compare(left, right) < 0; }
};
struct LessEqual {
  static constexpr bool with_missing = false;
  template <class T>
  static bool of(T left, T right) {
    return left <= right;
  }
  static bool of(const Text& left, const Text& right) { return compare(left, right) <= 0; }
};

template <class Test>
class Comparison : public Function {
 public:
  Comparison(NodePointer left, NodePointer right) : Function(Type::boolean, {std::move(left), std::move(right)}) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& left = arg(0, number, rows);
    const Vector& right = arg(1, number, rows);
    uint8_t* out = values_.booleans;
    if (left.type == Type::text) {
      for (uint32_t row = 0; row < rows; ++row) {
        const Text &a = left.texts[row], &b = right.texts[row];
        out[row] = a.data && b.data ? Test::of(a, b) : Test::with_missing;
      }
      return;
    }
    if (left.type == Type::real) {  // NaN compares as a missing value does
      for (uint32_t row = 0; row < rows; ++row) out[row] = Test::of(left.reals[row], right.reals[row]);
    } else if (left.type == Type::boolean) {
      for (uint32_t row = 0; row < rows; ++row) out[row] = Test::of(left.booleans[row], right.booleans[row]);
    } else {
      for (uint32_t row = 0; row < rows; ++row) out[row] = Test::of(left.integers[row], right.integers[row]);
    }
    for (const Vector* operand : {&left, &right}) {
      for (uint32_t row = 0; operand->valid && row < rows; ++row) {
        if (!operand->valid[row]) out[row] = Test::with_missing;
      }
    }
  }
};

struct And {
  static uint8_t of(uint8_t left, uint8_t right) { return left & right; }
};
struct Or {
  static uint8_t of(uint8_t left, uint8_t right) { return left | right; }
};
struct Xor {
  static uint8_t of(uint8_t left, uint8_t right) { return left ^ right; }
};

template <class Operation>
class Logic : public Function {
 public:
  Logic(NodePointer left, NodePointer right) : Function(Type::boolean, {std::move(left), std::move(right)}) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& left = arg(0, number, rows);
    const Vector& right = arg(1, number, rows);
    for (uint32_t row = 0; row < rows; ++row) {
      values_.booleans[row] = Operation::of(left.booleans[row], right.booleans[row]);
    }
    set_missing(left, right, rows);
  }
};

class Invert : public Function {
 public:
  explicit Invert(NodePointer value) : Function(Type::boolean, {std::move(value)}) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& value = arg(0, number, rows);
    for (uint32_t row = 0; row < rows; ++row) values_.booleans[row] = !value.booleans[row];
    set_missing(value, value, rows);
  }
};

// Integers wrap around, as numpy's do.
struct Add {
  static int64_t of(uint64_t left, uint64_t right) { return static_cast<int64_t>(left + right); }
  static double of(double left, double right) { return left + right; }
};
struct Subtract {
  static int64_t of(uint64_t left, uint64_t right) { return static_cast<int64_t>(left - right); }
  static double of(double left, double right) { return left - right; }
};
struct Multiply {
  static int64_t of(uint64_t left, uint64_t right) { return static_cast<int64_t>(left * right); }
  static double of(double left, double right) { return left * right; }
};
struct Divide {
  static double of(double left, double right) { return left / right; }
};

template <class Operation>
class Arithmetic : public Function {
 public:
  Arithmetic(Type type, NodePointer left, NodePointer right) : Function(type, {std::move(left), std::move(right)}) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& left = arg(0, number, rows);
    const Vector& right = arg(1, number, rows);
    if (type == Type::real) {
      for (uint32_t row = 0; row < rows; ++row) values_.reals[row] = Operation::of(left.reals[row], right.reals[row]);
      return;
    }
    if constexpr (!std::is_same_v<Operation, Divide>) {
      for (uint32_t row = 0; row < rows; ++row) {
        values_.integers[row] =
            Operation::of(static_cast<uint64_t>(left.integers[row]), static_cast<uint64_t>(right.integers[row]));
      }
    }
    set_missing(left, right, rows);
  }
};

template <bool IsNegative>
class Sign : public Function {
 public:
  explicit Sign(NodePointer value) : Function(value->type, {value}) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& value = arg(0, number, rows);
    for (uint32_t row = 0; row < rows; ++row) {
      if (type == Type::real) {
        values_.reals[row] = IsNegative ? -value.reals[row] : std::fabs(value.reals[row]);
      } else if (IsNegative || value.integers[row] < 0) {
        values_.integers[row] = static_cast<int64_t>(uint64_t{0} - static_cast<uint64_t>(value.integers[row]));
      } else {
        values_.integers[row] = value.integers[row];
      }
    }
    set_missing(value, value, rows);
  }
};

class IsMissing : public Function {
 public:
  IsMissing(NodePointer value, bool is_inverted)
      : Function(Type::boolean, {std::move(value)}), is_inverted_(is_inverted) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& value = arg(0, number, rows);
    for (uint32_t row = 0; row < rows; ++row) values_.booleans[row] = is_missing(value, row) != is_inverted_;
  }

 private:
  const bool is_inverted_;
};

class Among : public Function {
 public:
  Among(NodePointer value, std::vector<int64_t> integers, std::vector<double> reals, std::vector<std::string> texts)
      : Function(Type::boolean, {std::move(value)}),
        integers_(std::move(integers)),
        reals_(std::move(reals)),
        texts_(std::move(texts)) {
    std::sort(integers_.begin(), integers_.end());
    std::sort(reals_.begin(), reals_.end());
    std::sort(texts_.begin(), texts_.end());
  }

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& value = arg(0, number, rows);
    for (uint32_t row = 0; row < rows; ++row) values_.booleans[row] = !is_missing(value, row) && has(value, row);
  }

 private:
  bool has(const Vector& value, uint32_t row) const {
    if (value.type == Type::real) return std::binary_search(reals_.begin(), reals_.end(), value.reals[row]);
    if (value.type == Type::text) {
      const Text& text = value.texts[row];
      const auto place =
          std::lower_bound(texts_.begin(), texts_.end(), text, [](const std::string& one, const Text& other) {
            return compare({one.data(), static_cast<uint32_t>(one.size())}, other) < 0;
          });
      return place != texts_.end() && equal({place->data(), static_cast<uint32_t>(place->size())}, text);
    }
    return std::binary_search(integers_.begin(), integers_.end(), value.integers[row]);
  }

  std::vector<int64_t> integers_;
  std::vector<double> reals_;
  std::vector<std::string> texts_;
};

// A part of dates, from the day since 1970 and the microseconds of the day.
template <class Part>
class DatePart : public Function {
 public:
  DatePart(NodePointer value, Part part) : Function(Type::part, {std::move(value)}), part_(part) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& value = arg(0, number, rows);
    for (uint32_t row = 0; row < rows; ++row) {
      const int64_t days = floor_divide(value.integers[row], DAY);
      values_.integers[row] = part_(days, value.integers[row] - days * DAY);
    }
    set_missing(value, value, rows);
  }

 private:
  const Part part_;
};

template <class Part>
NodePointer date_part(const NodePointer& value, Part part) {
  return std::make_shared<DatePart<Part>>(value, part);
}

// A date of a year, a month and a day; missing where one of them is.
class DateOf : public Function {
 public:
  explicit DateOf(std::vector<NodePointer> parts) : Function(Type::date, std::move(parts)) {}

 protected:
  void compute(uint64_t number, uint32_t rows) override {
    const Vector& years = arg(0, number, rows);
    const Vector& months = arg(1, number, rows);
    const Vector& days = arg(2, number, rows);
    set_missing(years, months, rows);
    const Vector first = values_;
    set_missing(first, days, rows);
    for (uint32_t row = 0; row < rows; ++row) {
      const int64_t year = years.integers[row], month = months.integers[row], day = days.integers[row];
      if (values_.valid && !values_.valid[row]) {
        values_.integers[row] = 0;
        continue;
      }
      if (year != year_ || month != month_) begin_month(year, month);
      if (day < 1 || day > length_) throw FallbackRequired("numbers that are no date");
      values_.integers[row] = (start_ + day - 1) * DAY;
    }
  }

 private:
  // Rows that follow one another are often of one month.
  void begin_month(int64_t year, int64_t month) {
    year_ = year;
    month_ = month;
    length_ = days_in(year, month);
    start_ = length_ ? days_of(year, static_cast<unsigned>(month), 1) : 0;
  }

  int64_t year_ = 0;
  int64_t month_ = 0;
  int64_t length_ = 0;
  int64_t start_ = 0;
};

template <class Test>
NodePointer comparison(const NodePointer& left, const NodePointer& right) {
  return std::make_shared<Comparison<Test>>(left, right);
}

// Two numbers of one type; of an integer and a real, the integer as a real.
void make_alike(NodePointer& left, NodePointer& right) {
  if (left->type == Type::real && is_integral(right->type)) right = std::make_shared<AsReal>(right);
  if (right->type == Type::real && is_integral(left->type)) left = std::make_shared<AsReal>(left);
}

NodePointer as_real(const NodePointer& value) {
  return value->type == Type::real ? value : std::make_shared<AsReal>(value);
}

bool is_number(const NodePointer& node) { return node->type == Type::integer || node->type == Type::real; }

NodePointer binary(const std::string& function, NodePointer left, NodePointer right) {
  make_alike(left, right);
  const bool is_alike = left->type == right->type || (is_integral(left->type) && is_integral(right->type));
  if (is_alike && function == "eq") return comparison<Equal>(left, right);
  if (is_alike && function == "ne") return comparison<NotEqual>(left, right);
  if (is_alike && function == "lt") return comparison<Less>(left, right);
  if (is_alike && function == "le") return comparison<LessEqual>(left, right);
  if (is_alike && function == "gt") return comparison<Less>(right, left);
  if (is_alike && function == "ge") return comparison<LessEqual>(right, left);
  if (left->type == Type::boolean && right->type == Type::boolean) {
    if (function == "and") return std::make_shared<Logic<And>>(left, right);
    if (function == "or") return std::make_shared<Logic<Or>>(left, right);
    if (function == "xor") return std::make_shared<Logic<Xor>>(left, right);
  }
  if (is_number(left) && is_number(right)) {
    if (function == "add") return std::make_shared<Arithmetic<Add>>(left->type, left, right);
    if (function == "sub") return std::make_shared<Arithmetic<Subtract>>(left->type, left, right);
    if (function == "mul") return std::make_shared<Arithmetic<Multiply>>(left->type, left, right);
    if (function == "truediv") return std::make_shared<Arithmetic<Divide>>(Type::real, as_real(left), as_real(right));
  }
  return nullptr;
}

int month_of(int64_t days) { return static_cast<int>(civil_of(days).month); }

NodePointer part_of_date(const std::string& function, const NodePointer& date) {
  if (function == "year") return date_part(date, [](int64_t days, int64_t) { return civil_of(days).year; });
  if (function == "month") return date_part(date, [](int64_t days, int64_t) { return month_of(days); });
  if (function == "quarter") return date_part(date, [](int64_t days, int64_t) { return (month_of(days) + 2) / 3; });
  if (function == "day") return date_part(date, [](int64_t days, int64_t) { return civil_of(days).day; });
  if (function == "hour") return date_part(date, [](int64_t, int64_t time) { return time / (3600 * SECOND); });
  if (function == "minute") return date_part(date, [](int64_t, int64_t time) { return time / (60 * SECOND) % 60; });
  if (function == "second") return date_part(date, [](int64_t, int64_t time) { return time / SECOND % 60; });
  if (function == "day_of_week") {  // Monday is 0; 1970 began on a Thursday
    return date_part(date, [](int64_t days, int64_t) { return days + 3 - 7 * floor_divide(days + 3, 7); });
  }
  if (function == "day_of_year") {
    return date_part(date, [](int64_t days, int64_t) { return days - days_of(civil_of(days).year, 1, 1) + 1; });
  }
  return nullptr;
}

NodePointer unary(const std::string& function, const NodePointer& value) {
  if (function == "isna") return std::make_shared<IsMissing>(value, false);
  if (function == "notna") return std::make_shared<IsMissing>(value, true);
  if (function == "invert" && value->type == Type::boolean) return std::make_shared<Invert>(value);
  if (function == "neg" && is_number(value)) return std::make_shared<Sign<true>>(value);
  if (function == "abs" && is_number(value)) return std::make_shared<Sign<false>>(value);
  return value->type == Type::date ? part_of_date(function, value) : nullptr;
}

}  // namespace

VectorBuffer::VectorBuffer(Type type) : bytes_(new char[WIDTH * size_of(type)]), valid_(new uint8_t[WIDTH]) {
  vector.type = type;
  vector.integers = reinterpret_cast<int64_t*>(bytes_.get());
  vector.valid = nullptr;
}

NodePointer literal(Type type, int64_t integer, double real, const std::string& text, bool missing) {
  return std::make_shared<Literal>(type, integer, real, text, missing);
}

NodePointer among(NodePointer value, std::vector<int64_t> integers, std::vector<double> reals,
                  std::vector<std::string> texts) {
  if (value->type == Type::boolean) throw std::invalid_argument("the kernel has no isin of booleans");
  if (!reals.empty() && is_integral(value->type)) value = std::make_shared<AsReal>(value);
  if (value->type == Type::real) reals.insert(reals.end(), integers.begin(), integers.end());
  return std::make_shared<Among>(std::move(value), std::move(integers), std::move(reals), std::move(texts));
}

NodePointer call(const std::string& function, const std::vector<NodePointer>& args) {
  NodePointer node;
  if (args.size() == 1) node = unary(function, args[0]);
  if (args.size() == 2) node = binary(function, args[0], args[1]);
  if (args.size() == 3 && function == "date") node = std::make_shared<DateOf>(args);
  if (args.size() == 3 && function == "between") {
    node = call("and", {call("ge", {args[0], args[1]}), call("le", {args[0], args[2]})});
  }
  if (!node) throw std::invalid_argument("the kernel has no function " + function + " for such values");
  return node;
}

}  // namespace lazyframe
