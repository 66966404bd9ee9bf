// For architectures that convert numbers one by one. Included in their namespaces.

constexpr uint32_t LANES = 0;

template <class Number>
inline uint32_t numbers_in_lanes(const Fields&, const uint32_t*, char, Number*) {
  return 0;
}
