// Which of a block's separators a pattern chooses: its bits, from the lowest on, at the places of the separators' bits.
// Included in the namespaces of processors with a fast PDEP.

inline uint64_t misplaced(uint64_t pattern, uint64_t separators, uint64_t newlines) {
  return _pdep_u64(pattern, separators) ^ newlines;
}

inline uint32_t* choose(uint64_t pattern, uint64_t separators, uint64_t limit, uint32_t base, uint32_t* out) {
  return flatten(_pdep_u64(pattern, separators) & limit, base, out);
}
