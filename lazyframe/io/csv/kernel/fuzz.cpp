// A target for libFuzzer: any bytes, in any dialect, must be read alike by all architectures, whatever the pieces, and
// as many records must be found as a slow and plain reader finds; or all fall back.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "sinks.h"
#include "scan.h"
#include "sniff.h"

using namespace lazyframe;

namespace {

constexpr Type TYPES[] = {Type::integer, Type::real, Type::boolean, Type::text, Type::date};
const std::vector<std::string> NULLS = {"", "NA", "nan", "null", "#N/A"};

void check(bool holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "not so: %s\n", what);
  abort();
}

struct Case {
  Dialect dialect;
  uint32_t types;  // base 5, a digit a column
  uint32_t predicate;
  std::string_view text;
};

std::string bytes_of(const ArrowArray& array, int64_t width) {
  const auto* values = static_cast<const char*>(array.buffers[1]);
  return std::string(values, static_cast<size_t>(array.length * width));
}

// What a column holds, as bytes; texts with their offsets.
std::string content(const std::shared_ptr<Column>& column, Type type) {
  ArrowSchema schema;
  ArrowArray array;
  Column::export_to(column, &schema, &array);
  std::string found = std::to_string(array.null_count) + schema.format;
  if (type == Type::text) {
    found += bytes_of(array, 8);
    const auto* offsets = static_cast<const int64_t*>(array.buffers[1]);
    if (array.buffers[2])
      found.append(static_cast<const char*>(array.buffers[2]), static_cast<size_t>(offsets[array.length]));
  } else if (type == Type::boolean) {
    found.append(static_cast<const char*>(array.buffers[1]), static_cast<size_t>((array.length + 7) / 8));
  } else {
    found += bytes_of(array, 8);
  }
  schema.release(&schema);
  array.release(&array);
  return found;
}

// The accumulators of values of a type; "sum" of reals, "total" and "moments" depend in their last bits on where
// vectors end.
std::vector<std::string> partials_of(Type type) {
  std::vector<std::string> functions = {"count", "first", "last", "size"};
  if (type != Type::boolean) functions.insert(functions.end(), {"min", "max"});
  if (type == Type::integer || type == Type::real) functions.insert(functions.end(), {"sum", "total", "moments"});
  return functions;
}

Type type_of(const std::string& function, Type type) {
  if (function == "count" || function == "size") return Type::integer;
  return function == "total" || function == "moments" ? Type::real : type;
}

bool is_rounded(const std::string& function, Type type) {
  return type_of(function, type) == Type::real && (function == "sum" || function == "total" || function == "moments");
}

// All answers as texts: what must be the same whatever the pieces, and what for the same pieces.
struct Read {
  std::string exact;
  std::string rounded;
};

Read read(const Case& one, const Architecture& architecture, size_t piece) {
  Scan scan(architecture, {one.dialect, Words(NULLS), Words({"1", "True", "yes"}), Words({"0", "False", "no"})});
  scan.piece = piece;
  std::vector<NodePointer> nodes;
  std::vector<bool> codes;
  uint32_t types = one.types;
  for (uint32_t column = 0; column < one.dialect.columns && column < 6; ++column, types /= 5) {
    nodes.push_back(scan.step(scan.column(column, TYPES[types % 5], true)));
    codes.push_back(false);
  }
  const NodePointer predicate =
      one.predicate % 3 ? call(one.predicate % 3 == 1 ? "notna" : "isna", {nodes[0]}) : nullptr;
  scan.want(std::make_unique<RowsSink>(nodes, codes, predicate, -1));
  // a missing integer would make all fall back
  const bool has_reals =
      std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node->type != Type::integer; });
  std::vector<NodePointer> by = {nodes.back(), nodes[0]};
  by.resize(one.predicate % 3);
  std::vector<NodePointer> values;
  for (const NodePointer& node : nodes) {
    if (node->type != Type::integer || !has_reals || one.predicate % 5 == 0) values.push_back(node);
  }
  std::vector<std::pair<std::string, uint32_t>> accumulators;
  for (uint32_t place = 0; place < values.size(); ++place) {
    for (const std::string& function : partials_of(values[place]->type)) accumulators.emplace_back(function, place);
  }
  const size_t count = accumulators.size();
  accumulators.emplace_back("distinct", 0);
  scan.want(std::make_unique<ReduceSink>(values, by, accumulators, predicate, one.predicate % 2));
  try {
    scan.feed(one.text.data(), one.text.size());
    scan.finish();
  } catch (const FallbackRequired&) {
    return {"aside", ""};
  }
  std::string found = std::to_string(scan.records), rounded;
  auto& rows = dynamic_cast<RowsSink&>(*scan.answers()[0]);
  for (size_t place = 0; place < nodes.size(); ++place) found += content(rows.columns[place], nodes[place]->type);
  auto& reduced = dynamic_cast<ReduceSink&>(*scan.answers()[1]);
  reduced.finish();
  auto column = reduced.accumulators.begin();
  for (size_t place = 0; place < count; ++place) {
    const auto& [function, value] = accumulators[place];
    const Type type = values[value]->type;
    for (const auto end = column + (function == "moments" ? 6 : 1); column != end; ++column) {
      (is_rounded(function, type) ? rounded : found) += content(*column, type_of(function, type));
    }
  }
  for (size_t key = 0; key < by.size(); ++key) found += content(reduced.keys[key], by[key]->type);
  return {found, rounded};
}

// The number of records, found character by character; -1 if they are not regular.
int64_t plain_count(const Dialect& dialect, std::string_view text) {
  int64_t records = 0;
  uint32_t fields = 1;
  bool is_inside = false, is_start = true, is_empty = true;
  for (size_t i = 0; i < text.size(); ++i) {
    const char one = text[i];
    if (is_inside) {
      if (one != dialect.quote) continue;
      if (i + 1 < text.size() && text[i + 1] == dialect.quote) {
        ++i;
        continue;
      }
      is_inside = false;
      if (i + 1 < text.size() && text[i + 1] != dialect.sep && text[i + 1] != '\n' && text[i + 1] != '\r') return -1;
    } else if (dialect.quote && one == dialect.quote) {
      if (!is_start) return -1;
      is_inside = true;
      is_start = is_empty = false;
    } else if (one == dialect.sep) {
      ++fields;
      is_start = true;
      is_empty = false;
    } else if (one == '\n') {
      if (!is_empty || dialect.columns == 1) {
        if (fields != dialect.columns) return -1;
        ++records;
      }
      fields = 1;
      is_start = is_empty = true;
    } else if (one == '\r') {
      if (i + 1 < text.size() && text[i + 1] != '\n') return -1;
    } else {
      is_start = is_empty = false;
    }
  }
  if (is_inside) return -1;
  if (!text.empty() && text.back() != '\n') {
    if (fields != dialect.columns && !is_empty) return -1;
    records += !is_empty;
  }
  return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 6) return 0;
  const char seps[] = {',', ';', '\t', '|'};
  const char quotes[] = {'"', '\'', 0};
  Case one;
  one.dialect.sep = seps[data[0] % 4];
  one.dialect.quote = quotes[data[1] % 3];
  one.dialect.decimal = data[1] / 3 % 2 && one.dialect.sep != ',' ? ',' : '.';
  one.dialect.columns = 1 + data[2] % 7;
  one.types = data[3] * 257u + data[2];
  one.predicate = data[4];
  one.text = {reinterpret_cast<const char*>(data) + 6, size - 6};
  const size_t pieces[] = {1, size_t{2} + data[5] % 200, size_t{1} << 18};
  std::string exact, rounded[3];
  for (const Architecture* architecture : ARCHITECTURES) {
    if (!architecture->is_supported()) continue;
    for (size_t i = 0; i < 3; ++i) {
      const Read found = read(one, *architecture, pieces[i]);
      if (exact.empty()) exact = found.exact;
      if (rounded[i].empty()) rounded[i] = found.rounded;
      check(found.exact == exact, "every architecture reads every piece alike");
      check(found.rounded == rounded[i], "every architecture adds alike");
    }
    std::vector<uint32_t> columns = {0, one.dialect.columns - 1};
    sniff(*architecture, {one.dialect, Words(NULLS), Words(), Words()}, columns, one.text.data(), one.text.size());
  }
  const int64_t expected = plain_count(one.dialect, one.text);
  for (const Architecture* architecture : ARCHITECTURES) {
    if (!architecture->is_supported()) continue;
    Scan counting(*architecture, {one.dialect, Words(NULLS), Words(), Words()});
    counting.want(std::make_unique<CountSink>(nullptr));
    try {
      counting.feed(one.text.data(), one.text.size());
      counting.finish();
      check(counting.records == expected, "as many records as a plain reader finds");
    } catch (const FallbackRequired&) {
      check(expected < 0 || one.dialect.columns == 1 || one.text.find('\r') != std::string_view::npos ||
                one.text.back() != '\n',
            "what is regular is read");
    }
  }
  return 0;
}
