// Where records and fields end, over masks of 64 bytes. Included in the namespace of each architecture, which has:
//
//   Block                          64 bytes: load, equal(char) as a mask, high() as a mask of the bytes over 127
//   prefix_xor(mask)               bit i: whether the number of bits up to and with i is odd
//   misplaced(pattern, separators, newlines)
//                                  a bit of each newline that is none of the separators that the pattern chooses, and
//                                  of each of these that is no newline
//   choose(pattern, separators, limit, base, out)
//                                  base + the place of each separator that the pattern chooses and that is within the
//                                  limit; returns the end; may write 64 more
//
// The separators and newlines that are outside of quotes are numbered through: in a record of n fields, every n-th is
// its newline. So for each block of 64 bytes two patterns say which of its separators are wanted and which must be
// newlines. No field in between is looked at, and still every record is known to have n fields: the newlines are
// exactly where they must be. The first byte for which this, or a quote or a carriage return, is not as it should be
// ends the search; what to do then is the caller's matter.
//
// To change what is odd, change `Finder::step`. What the tail of a text is, is a type: `Tail` masks what is behind it.

struct Whole {
  uint64_t inside(uint64_t mask) const { return mask; }
  uint64_t last() const { return uint64_t{1} << 63; }
};

struct Tail {
  uint64_t bits;
  uint64_t inside(uint64_t mask) const { return mask & bits; }
  uint64_t last() const { return bits ^ (bits >> 1); }
};

// If it `lists` no offsets, records are only counted.
template <bool HasQuotes, bool Lists>
class Finder {
 public:
  Finder(const char* text, const Layout& layout, uint32_t* offsets) : text_(text), layout_(layout), out_(offsets) {}

  Found find(size_t size, const uint32_t* offsets) {
    size_t place = 0;
    while (place + 64 <= size && step(static_cast<uint32_t>(place), Whole{})) place += 64;
    if (odd_ == Odd::nothing && place < size)
      step(static_cast<uint32_t>(place), Tail{~(~uint64_t{0} << (size - place))});
    if constexpr (Lists) {
      records_ = static_cast<size_t>(out_ - offsets) / layout_.offsets;
      end_ = records_ ? offsets[records_ * layout_.offsets - 1] + size_t{1} : 0;
    }
    return {records_, end_, odd_, has_quotes_, high_ == 0};
  }

 private:
  // One block; false if something in it is odd.
  template <class End>
  bool step(uint32_t place, End end) {
    const Block block = Block::load(text_ + place);
    const Dialect& dialect = layout_.dialect;
    uint64_t sep = end.inside(block.equal(dialect.sep));
    uint64_t newline = end.inside(block.equal('\n'));
    uint64_t cr = end.inside(block.equal('\r'));
    high_ |= end.inside(block.high());
    uint64_t wrong_quotes = 0, closes = 0;
    if constexpr (HasQuotes) {
      const uint64_t quote = end.inside(block.equal(dialect.quote));
      if (quote | inside_) {
        has_quotes_ = true;
        const uint64_t inside = prefix_xor(quote) ^ inside_;  // a quote that opens is inside, one that closes is not
        sep &= ~inside;
        newline &= ~inside;
        cr &= ~inside;
        closes = quote & ~inside;
        const uint64_t opens_field = (sep | newline | closes) << 1 | opens_field_;
        const uint64_t is_behind = closes << 1 | closed_;
        wrong_quotes = (quote & inside & ~opens_field) | end.inside(is_behind & ~(sep | newline | cr | quote));
        inside_ = uint64_t{0} - (inside >> 63);
      } else {
        wrong_quotes = closed_ & ~(sep | newline | cr);
      }
    }
    const uint64_t separators = sep | newline;
    const uint64_t wrong_cr = (cr & ~(newline >> 1) & ~end.last()) | (cr_ & ~newline);
    const uint64_t wrong_fields = misplaced(layout_.ends[phase_], separators, newline);
    const uint64_t wanted = layout_.wanted[phase_];
    const uint64_t wrong = wrong_fields | wrong_cr | wrong_quotes;
    if (wrong) {
      const uint64_t first = wrong & (uint64_t{0} - wrong);
      take(wanted, separators, newline, first - 1, place);
      odd_ = wrong_quotes & first ? Odd::quote : wrong_cr & first ? Odd::carriage_return : Odd::fields;
      return false;
    }
    take(wanted, separators, newline, ~uint64_t{0}, place);
    phase_ = layout_.phase[phase_ + static_cast<uint32_t>(__builtin_popcountll(separators))];
    opens_field_ = (separators | closes) >> 63;
    closed_ = closes >> 63;
    cr_ = cr >> 63;
    return true;
  }

  // What is wanted of a block, up to a limit.
  void take(uint64_t wanted, uint64_t separators, uint64_t newlines, uint64_t limit, uint32_t place) {
    if constexpr (Lists) {
      out_ = choose(wanted, separators, limit, place, out_);
    } else {
      newlines &= limit;
      records_ += static_cast<size_t>(__builtin_popcountll(newlines));
      if (newlines) end_ = place + size_t{64} - static_cast<size_t>(__builtin_clzll(newlines));
    }
  }

  const char* text_;
  const Layout& layout_;
  uint32_t* out_;
  size_t records_ = 0;
  size_t end_ = 0;
  uint32_t phase_ = 0;
  uint64_t inside_ = 0;       // all ones within quotes
  uint64_t opens_field_ = 1;  // whether a quote may open at the next byte
  uint64_t closed_ = 0;       // whether the last byte was a quote that closes
  uint64_t cr_ = 0;           // whether it was a carriage return
  uint64_t high_ = 0;
  bool has_quotes_ = false;
  Odd odd_ = Odd::nothing;
};

template <bool HasQuotes>
inline Found found(const char* text, size_t size, const Layout& layout, uint32_t* offsets) {
  return layout.offsets ? Finder<HasQuotes, true>(text, layout, offsets).find(size, offsets)
                        : Finder<HasQuotes, false>(text, layout, offsets).find(size, offsets);
}

// The places of the wanted separators, one after another; offsets[-1] is set so that the first field begins at 0.
inline Found find(const char* text, size_t size, const Layout& layout, uint32_t* offsets) {
  offsets[-1] = ~uint32_t{0};
  return layout.dialect.quote ? found<true>(text, size, layout, offsets) : found<false>(text, size, layout, offsets);
}
