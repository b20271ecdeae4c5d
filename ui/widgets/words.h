#pragma once
// Numbers and times in sentences, everywhere alike.

#include "text/format.h"

#include <QString>

namespace aisle {

/// "2026-03-14 09:00:01 to 09:12:44 UTC"; the date comes again where it is another one.
QString rangeWords(int64_t start, int64_t end, TimeZone zone);

} // namespace aisle
