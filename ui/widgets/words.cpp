#include "widgets/words.h"

#include "widgets/plain_text.h"

#include <limits>

namespace aisle {

QString rangeWords(int64_t start, int64_t end, TimeZone zone) {
    int64_t length = 0;
    if (__builtin_sub_overflow(end, start, &length)) // two times centuries apart
        length = std::numeric_limits<int64_t>::max();
    const int decimals = length >= 10'000'000'000 ? 0 : length >= 10'000'000 ? 3 : length >= 10'000 ? 6 : 9;
    const QString from = toQString(formatTime(start, zone, decimals)), to = toQString(formatTime(end, zone, decimals));
    const QString fromZone = toQString(zoneName(start, zone)), toZone = toQString(zoneName(end, zone));
    return from + (fromZone == toZone ? QString() : QLatin1Char(' ') + fromZone) + QStringLiteral(" to ") +
           (from.left(10) == to.left(10) ? to.mid(11) : to) + QLatin1Char(' ') + toZone;
}

} // namespace aisle
