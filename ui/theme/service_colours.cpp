#include "theme/service_colours.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace aisle {

namespace {

constexpr size_t kSlots = Theme::kServiceSlots;
constexpr double kAlike = 45; ///< nearer than that two colours are taken for the same

/// How far apart two colours look, in the theme where they are nearer: the weighted RGB distance of Riemersma ("redmean").
double distance(size_t one, size_t two) {
    double nearest = 1000;
    for (const Theme& theme : {Theme::light(), Theme::dark()}) {
        const QColor a = theme.serviceColour(one), b = theme.serviceColour(two);
        const double mean = (a.red() + b.red()) / 2.0;
        const double red = a.red() - b.red(), green = a.green() - b.green(), blue = a.blue() - b.blue();
        nearest = std::min(nearest, std::sqrt((2 + mean / 256) * red * red + 4 * green * green + (2 + (255 - mean) / 256) * blue * blue));
    }
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

ServiceColours::ServiceColours(const std::vector<std::string>& services) {
    std::vector<std::string_view> names(services.begin(), services.end()), without;
    std::sort(names.begin(), names.end());
    std::vector<size_t> taken;
    const auto toNearest = [&](size_t slot) {
        double nearest = 1000;
        for (const size_t other : taken)
            nearest = std::min(nearest, distances()[slot][other]);
        return nearest;
    };
    for (const std::string_view name : names) {
        const size_t own = Theme::serviceSlot(name);
        if (toNearest(own) >= kAlike)
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
