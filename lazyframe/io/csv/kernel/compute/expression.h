// Expressions of a row's columns, computed a vector at a time, with pandas' rules for missing values: every comparison
// with a missing value is false, but for "ne", which is true.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "values.h"

namespace lazyframe {

// A step of an expression. Its values are computed once for each vector of rows, however many use them.
class Node {
 public:
  explicit Node(Type type) : type(type) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // The values of the `rows` rows of the vector with a number.
  const Vector& values(uint64_t number, uint32_t rows) {
    if (number != number_) {
      compute(number, rows);
      number_ = number;
    }
    return values_;
  }

  const Type type;

 protected:
  virtual void compute(uint64_t number, uint32_t rows) = 0;
  Vector values_{};

 private:
  uint64_t number_ = 0;
};

using NodePointer = std::shared_ptr<Node>;

// A buffer for a vector's values.
class VectorBuffer {
 public:
  explicit VectorBuffer(Type type);
  Vector vector;

 private:
  std::unique_ptr<char[]> bytes_;
  std::unique_ptr<uint8_t[]> valid_;

 public:
  uint8_t* valid() { return valid_.get(); }
};

// A vector that others fill before expressions are computed: a column of the file.
class ColumnNode : public Node {
 public:
  ColumnNode(Type type, bool may_miss) : Node(type), may_miss(may_miss), buffer(type) {}
  const bool may_miss;  // else a missing value makes the kernel fall back
  VectorBuffer buffer;
  void set_missing(bool has_missing) {
    values_ = buffer.vector;
    values_.valid = has_missing && type != Type::real && type != Type::text ? buffer.valid() : nullptr;
  }

 protected:
  void compute(uint64_t, uint32_t) override {}
};

// A constant, as a vector of equal values; `missing` makes it one of missing values.
NodePointer literal(Type type, int64_t integer, double real, const std::string& text, bool missing = false);

// Whether each value is among some.
NodePointer among(NodePointer value, std::vector<int64_t> integers, std::vector<double> reals,
                  std::vector<std::string> texts);

// A function by its name in `io.expression`, or "date" (of year, month and day). Throws std::invalid_argument if there
// is none for such operands.
NodePointer call(const std::string& function, const std::vector<NodePointer>& args);

}  // namespace lazyframe
