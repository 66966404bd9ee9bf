#include "numbers.h"

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

namespace lazyframe {

namespace {

bool is_blank(char one) { return one == ' ' || one == '\t'; }

void trim(const char*& text, uint32_t& size) {
  while (size && is_blank(text[0])) ++text, --size;
  while (size && is_blank(text[size - 1])) --size;
}

// std::from_chars knows no plus.
void skip_plus(const char*& text, uint32_t& size) {
  if (size > 1 && text[0] == '+' && text[1] != '-') ++text, --size;
}

}  // namespace

bool parse_integer(const char* text, uint32_t size, int64_t& value) {
  trim(text, size);
  skip_plus(text, size);
  const auto [end, error] = std::from_chars(text, text + size, value);
  return size && error == std::errc{} && end == text + size;
}

bool parse_real(const char* text, uint32_t size, char decimal, double& value) {
  const uint32_t whole = size;
  trim(text, size);
  if (size < whole && std::string_view(text, size).find_first_of("nN") != std::string_view::npos) return false;
  skip_plus(text, size);
  std::string own;
  if (decimal != '.') {
    own.assign(text, size);
    for (char& one : own) one = one == decimal ? '.' : one == '.' ? ',' : one;
    text = own.data();
  }
  const auto [end, error] = std::from_chars(text, text + size, value);
  return size && error == std::errc{} && end == text + size && value == value;
}

bool is_fraction(const char* text, uint32_t size) {
  return std::string_view(text, size).find_first_of(".eEiI") != std::string_view::npos;
}

bool is_utf8(const char* text, uint32_t size) {
  const auto* byte = reinterpret_cast<const uint8_t*>(text);
  const uint8_t* const end = byte + size;
  while (byte < end) {
    const uint8_t lead = *byte++;
    if (lead < 0x80) continue;
    const int more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
    if (more == 0 || end - byte < more) return false;
    const uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;   // overlong forms
    const uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;  // surrogates, and beyond U+10FFFF
    if (*byte < low || *byte > high) return false;
    for (int i = 1; i < more; ++i) {
      if ((byte[i] & 0xc0) != 0x80) return false;
    }
    byte += more;
  }
  return true;
}

}  // namespace lazyframe
