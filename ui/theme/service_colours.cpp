#include "theme/service_colours.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace aisle {

namespace {

constexpr size_t kSlots = Theme::kServiceSlots;
constexpr double kAlike = 10; ///< nearer than that two colours are taken for the same

/// CIE L*a*b* of sRGB for D65.
std::array<double, 3> lab(const QColor& colour) {
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    const double r = linear(colour.redF()), g = linear(colour.greenF()), b = linear(colour.blueF());
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047), y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b),
                 z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// CIE 1976.
double apart(const QColor& one, const QColor& two) {
    const auto a = lab(one), b = lab(two);
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// How far apart two colours look, in the theme where they are nearer.
double distance(size_t one, size_t two) {
    double nearest = 1000;
    for (const Theme& theme : {Theme::light(), Theme::dark()})
        nearest = std::min(nearest, apart(theme.serviceColour(one), theme.serviceColour(two)));
    return nearest;
}

/// From the bars that mean no one.
double greyDistance(size_t slot) {
    double nearest = 1000;
    for (const Theme& theme : {Theme::light(), Theme::dark()})
        nearest = std::min(nearest, apart(theme.serviceColour(slot), theme.neutralBar));
    return nearest;
}

using Distances = std::array<std::array<double, kSlots>, kSlots>;
const Distances& distances() {
    static const Distances all = [] {
        Distances out{};
        for (size_t a = 0; a < kSlots; ++a)
            for (size_t b = 0; b < kSlots; ++b)
                out[a][b] = distance(a, b);
        return out;
    }();
    return all;
}

} // namespace

ServiceColours::ServiceColours(const std::vector<std::string>& services) : ServiceColours(services, kAlike, false) {}

ServiceColours ServiceColours::wellApart(const std::vector<std::string>& names) {
    constexpr double kFar = 30;
    return {names, kFar, true};
}

ServiceColours::ServiceColours(const std::vector<std::string>& services, double alike, bool avoidsGrey) {
    std::vector<std::string_view> names(services.begin(), services.end()), without;
    std::sort(names.begin(), names.end());
    std::vector<size_t> taken;
    const auto toNearest = [&](size_t slot) {
        double nearest = avoidsGrey ? greyDistance(slot) : 1000;
        for (const size_t other : taken)
            nearest = std::min(nearest, distances()[slot][other]);
        return nearest;
    };
    for (const std::string_view name : names) {
        const size_t own = Theme::serviceSlot(name);
        if (toNearest(own) >= alike)
            taken.push_back(own);
        else
            without.push_back(name);
    }
    for (const std::string_view name : without) {
        if (taken.size() == kSlots)
            return; // more services than colours: the rest share by name
        size_t best = 0;
        for (size_t slot = 1; slot < kSlots; ++slot)
            if (toNearest(slot) > toNearest(best)) // 0 for one that is taken
                best = slot;
        taken.push_back(best);
        moved_.emplace(name, best);
    }
}

QColor ServiceColours::of(std::string_view service, const Theme& theme) const {
    const auto found = moved_.find(service);
    return theme.serviceColour(found == moved_.end() ? Theme::serviceSlot(service) : found->second);
}

} // namespace aisle
