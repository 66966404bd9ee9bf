// Dates as microseconds since 1970, in the proleptic Gregorian calendar. The functions are static, so that each file
// has those that were compiled with its own flags.
//
// The conversions between days and civil dates are Howard Hinnant's ("chrono-compatible low-level date algorithms").
#pragma once

#include <cstdint>

namespace lazyframe {

constexpr int64_t SECOND = 1'000'000;
constexpr int64_t DAY = 86'400 * SECOND;

struct Civil {
  int64_t year;
  unsigned month;
  unsigned day;
};

static inline int64_t days_of(int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const unsigned year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<int64_t>(day_of_era) - 719468;
}

static inline Civil civil_of(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const unsigned day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned month = (5 * day_of_year + 2) / 153;
  const unsigned civil_month = month < 10 ? month + 3 : month - 9;
  return {static_cast<int64_t>(year_of_era) + era * 400 + (civil_month <= 2), civil_month,
          day_of_year - (153 * month + 2) / 5 + 1};
}

static inline bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// 0 for a month that there is not.
static inline int64_t days_in(int64_t year, int64_t month) {
  constexpr int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < -9999 || year > 9999 || month < 1 || month > 12) return 0;
  return lengths[month - 1] + (month == 2 && is_leap(year));
}

static inline bool is_date(int64_t year, int64_t month, int64_t day) { return day >= 1 && day <= days_in(year, month); }

// Division that rounds down: microseconds before 1970 belong to the day that they are in.
static inline int64_t floor_divide(int64_t value, int64_t by) { return value / by - (value % by < 0); }

// Two digits as a number; more than 99 if they are no digits.
static inline unsigned two_digits(const char* text) {
  const unsigned tens = static_cast<uint8_t>(text[0]) - '0', ones = static_cast<uint8_t>(text[1]) - '0';
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

// YYYY-MM-DD, with or without [ T]HH:MM[:SS[.f]], f of up to six digits; false for any other text.
static inline bool parse_date(const char* text, uint32_t size, int64_t& microseconds) {
  if (size < 10 || text[4] != '-' || text[7] != '-') return false;
  const unsigned century = two_digits(text), years = two_digits(text + 2);
  const unsigned month = two_digits(text + 5), day = two_digits(text + 8);
  if (century > 99 || years > 99 || !is_date(century * 100 + years, month, day)) return false;
  microseconds = days_of(century * 100 + years, month, day) * DAY;
  if (size == 10) return true;
  if (size < 16 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':') return false;
  const unsigned hour = two_digits(text + 11), minute = two_digits(text + 14);
  if (hour > 23 || minute > 59) return false;
  microseconds += (hour * 3600 + minute * 60) * SECOND;
  if (size == 16) return true;
  if (size < 19 || text[16] != ':') return false;
  const unsigned second = two_digits(text + 17);
  if (second > 59) return false;
  microseconds += second * SECOND;
  if (size == 19) return true;
  if (size < 21 || size > 26 || text[19] != '.') return false;
  int64_t fraction = 0, unit = SECOND;
  for (uint32_t i = 20; i < size; ++i) {
    const unsigned digit = static_cast<uint8_t>(text[i]) - '0';
    if (digit > 9) return false;
    fraction = fraction * 10 + digit;
    unit /= 10;
  }
  microseconds += fraction * unit;
  return true;
}

}  // namespace lazyframe
