#include "trace/time_range.h"

#include "text/format.h"
#include "widgets/plain_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace aisle {

namespace {

constexpr int64_t kSecond = 1'000'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

int64_t roundStep(int64_t atLeast) {
    for (int64_t power = 1; power <= kSecond; power *= 10)
        for (const int64_t digit : {1, 2, 5})
            if (power * digit >= atLeast && power * digit <= 5 * kSecond)
                return power * digit;
    constexpr std::array<int64_t, 14> kClock = {
        10 * kSecond, 15 * kSecond, 30 * kSecond, kMinute,   2 * kMinute, 5 * kMinute, 10 * kMinute,
        15 * kMinute, 30 * kMinute, kHour,        2 * kHour, 6 * kHour,   12 * kHour,  kDay};
    for (const int64_t step : kClock)
        if (step >= atLeast)
            return step;
    int64_t step = kDay;
    while (step < atLeast && step < std::numeric_limits<int64_t>::max() / 10)
        step *= step < 1000 * kDay ? 2 : 10;
    return std::max(step, atLeast);
}

} // namespace

TimeRange TimeRange::within(const TimeRange& bounds) const {
    const int64_t longest = std::max(bounds.length(), kShortest);
    const int64_t wanted = std::clamp(length(), kShortest, longest);
    const int64_t first =
        std::clamp(from, bounds.from, std::max(bounds.from, bounds.from + longest - wanted));
    return {first, first + wanted};
}

TimeRange TimeRange::zoomed(double share, double factor, const TimeRange& bounds) const {
    const double before = static_cast<double>(length());
    const double after = std::clamp(before * factor, static_cast<double>(kShortest),
                                    static_cast<double>(std::max(bounds.length(), kShortest)));
    const int64_t first = from + static_cast<int64_t>(std::llround((before - after) * share));
    return TimeRange{first, first + static_cast<int64_t>(std::llround(after))}.within(bounds);
}

TimeRange TimeRange::moved(double share, const TimeRange& bounds) const {
    const auto by = static_cast<int64_t>(std::llround(share * static_cast<double>(length())));
    return TimeRange{from + by, to + by}.within(bounds);
}

void Zoom::reset(const TimeRange& bounds) {
    range_ = bounds_ = bounds;
    history_.clear();
}

void Zoom::to(const TimeRange& range) {
    const TimeRange next = range.within(bounds_);
    if (next == range_)
        return;
    remember();
    range_ = next;
}

void Zoom::stepBack() {
    if (history_.empty()) {
        range_ = bounds_;
    } else {
        range_ = history_.back();
        history_.pop_back();
    }
}

void Zoom::at(double share, double factor) {
    const TimeRange next = range_.zoomed(std::clamp(share, 0.0, 1.0), factor, bounds_);
    if (history_.empty() && next != range_)
        remember();
    range_ = next;
}

void Zoom::move(double share) { range_ = range_.moved(share, bounds_); }

void Zoom::put(const TimeRange& range) { range_ = range.within(bounds_); }

void Zoom::remember() {
    constexpr size_t kMost = 100;
    history_.push_back(range_);
    if (history_.size() > kMost)
        history_.erase(history_.begin());
}

void Zoom::forgetUnchanged() {
    if (!history_.empty() && history_.back() == range_)
        history_.pop_back();
}

int64_t timeStep(const TimeRange& range, int most) {
    return roundStep(std::min(range.length() / std::max(1, most), std::numeric_limits<int64_t>::max() - 1) + 1);
}

std::vector<int64_t> timesAt(const TimeRange& range, int64_t origin, int64_t step) {
    std::vector<int64_t> times;
    if (range.length() <= 0 || step <= 0)
        return times;
    const int64_t offset = range.from - origin;
    int64_t first = offset / step * step;
    if (first < offset && __builtin_add_overflow(first, step, &first))
        return times;
    int64_t time = 0;
    for (int64_t at = first; !__builtin_add_overflow(origin, at, &time) && time <= range.to;) { // near the largest number it ends
        times.push_back(time);
        if (__builtin_add_overflow(at, step, &at))
            break;
    }
    return times;
}

QString offsetLabel(int64_t offset, int64_t step) {
    if (offset == 0)
        return QStringLiteral("0");
    const int64_t size = std::abs(offset);
    // From an hour on a duration is said without seconds, from a minute on without parts of them.
    if (size >= kMinute && (step % kMinute == 0 || (step % kSecond == 0 && size < kHour)))
        return toQString(formatDuration(offset));
    struct Unit {
        int64_t size;
        const char* name;
    };
    const Unit unit = size >= kSecond     ? Unit{kSecond, "s"}
                      : size >= 1'000'000 ? Unit{1'000'000, "ms"}
                      : size >= 1000      ? Unit{1000, "µs"}
                                          : Unit{1, "ns"};
    int decimals = 0;
    for (int64_t part = unit.size; part > 1 && step % part != 0; part /= 10)
        ++decimals;
    if (size >= kMinute) { // 3:12:05.25
        const int64_t minutes = size / kMinute;
        const QString seconds = QString::number(static_cast<double>(size % kMinute) / kSecond, 'f', decimals);
        return QStringLiteral("%1%2:%3:%4").arg(offset < 0 ? QStringLiteral("−") : QString()).arg(minutes / 60).arg(minutes % 60, 2, 10, QLatin1Char('0')).arg(seconds, decimals > 0 ? decimals + 3 : 2, QLatin1Char('0'));
    }
    return QString::number(static_cast<double>(offset) / static_cast<double>(unit.size), 'f', decimals) + QChar(0x00a0) + QString::fromUtf8(unit.name);
}

} // namespace aisle
