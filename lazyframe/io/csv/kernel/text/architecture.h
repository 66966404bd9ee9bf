// What each instruction set does in its own way: find fields in text, and make numbers of them.
//
// An architecture is a file with flags and a namespace of its own (scalar.cpp, avx2.cpp, ...), which includes
// structure.h and convert.h there. These use no templates of the standard library: the linker keeps one copy of such a
// template, and it must not be the one that was compiled for the newest processor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "values.h"
#include "words.h"

namespace lazyframe {

// Which separators are wanted, of those of a record. Field k ends at separator k; the last one is the record's newline.
//
// The offsets of a record are the wanted separators' places: the end of each wanted field, the separator before it, and
// the newline. There are none where no field of several is wanted: records are only counted then. `wanted[p]` and
// `ends[p]` say of the 64 separators from the p-th of a record on which are wanted, and which must be newlines;
// `phase[p + n]` is where in a record the n-th separator behind the p-th stands.
class Layout {
 public:
  Layout(const Dialect& dialect, const std::vector<uint32_t>& columns);
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;

  uint32_t offset_of(uint32_t column) const;  // the place among a record's offsets of a wanted field's end

  const Dialect dialect;
  uint32_t offsets;  // of a record
  const uint64_t* wanted;
  const uint64_t* ends;
  const uint32_t* phase;

 private:
  std::vector<uint32_t> marked_;  // the wanted separators of a record, ascending
  std::vector<uint64_t> wanted_;
  std::vector<uint64_t> ends_;
  std::vector<uint32_t> phase_;
};

enum class Odd : uint8_t { nothing, fields, quote, carriage_return };

// The records found in a piece of text that starts at one.
struct Found {
  size_t records;  // whole ones
  size_t size;     // bytes of them
  Odd odd;         // what stopped the search before the text's end
  bool has_quotes;
  bool is_ascii;
};

// One field of consecutive records: `offsets[r * stride]` is where that of the r-th ends, the offset before where it
// begins.
struct Fields {
  const char* text;
  const uint32_t* offsets;
  uint32_t stride;
  uint32_t rows;
  bool is_last;  // in its record: a carriage return before the newline is no part of it
  bool has_quotes;
  bool is_ascii;
  char** scratch;  // room for texts without their doubled quotes; for all of a piece it has as many bytes as the piece
};

// What the words of a text mean. `boolean_of` has the value of each text of one byte, and 2 for one that is no boolean.
struct ParseOptions {
  ParseOptions(const Dialect& dialect, Words missing, Words trues, Words falses);

  Dialect dialect;
  Words missing;
  Words trues;
  Words falses;
  uint8_t boolean_of[256];
};

// What came of a conversion: the row that could not be converted (the number of rows, if all could), and whether any
// value is missing.
struct Converted {
  uint32_t rows;
  bool has_missing;
};

struct Architecture {
  const char* name;
  bool (*is_supported)();
  Found (*find)(const char* text, size_t size, const Layout&, uint32_t* offsets);
  Converted (*integers)(const Fields&, const ParseOptions&, int64_t* out, uint8_t* valid);
  Converted (*reals)(const Fields&, const ParseOptions&, double* out);
  Converted (*booleans)(const Fields&, const ParseOptions&, uint8_t* out, uint8_t* valid);
  Converted (*texts)(const Fields&, const ParseOptions&, Text* out);
  Converted (*dates)(const Fields&, const ParseOptions&, int64_t* out, uint8_t* valid);
};

// All that this build has, the fastest first.
extern const std::vector<const Architecture*> ARCHITECTURES;

// The one with a name, or null; the fastest that this processor has, if the name is empty.
const Architecture* architecture(const std::string& name);

// Whether one of the records of a text of one column is blank. Such a line looks like a record with an empty field, but
// it is none.
bool has_blank_record(const char* text, const uint32_t* offsets, size_t records);

// How many offsets a piece of text of this size may have, with room for what is written in one go.
constexpr size_t offsets_of(size_t size) { return size + 2 * 64 + 1; }

}  // namespace lazyframe
