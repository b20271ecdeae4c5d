#pragma once
// Numbers and times in sentences, everywhere alike.

#include "text/format.h"

#include <QString>

#include <string_view>

namespace aisle {

/// "1 trace", "8,043 traces".
std::string counted(uint64_t n, std::string_view one, std::string_view many);
/// "2026-03-14 09:00:01 to 09:12:44 UTC"; the date comes again where it is another one.
QString rangeWords(int64_t start, int64_t end, TimeZone zone);

} // namespace aisle
