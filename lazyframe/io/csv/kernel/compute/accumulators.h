// Accumulators of groups, such as sums, that can be merged with those of other rows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "column.h"
#include "values.h"

namespace lazyframe {

// An aggregate of each group.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  virtual void resize(size_t groups) = 0;
  // `groups` is the group of each row kept; null if there is but one group.
  virtual void add(const Vector& values, const uint32_t* kept, const uint32_t* groups, uint32_t count) = 0;
  // Of some groups; one column, but of "moments", which has six.
  virtual std::vector<std::shared_ptr<Column>> columns(const std::vector<uint32_t>& groups) const = 0;
};

// That of a function of `io.scan.Accumulator`, or "moments", of values of a type. Throws std::invalid_argument if there
// is none.
std::unique_ptr<Accumulator> accumulator_of(const std::string& function, Type type);

}  // namespace lazyframe
