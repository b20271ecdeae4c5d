#include "demo/latency.h"

#include <array>
#include <cstddef>

namespace aisle::demo {
namespace {

// Quantiles i/64 of each distribution in 1/1024 of its median (mean for the exponential one), the
// ends cut at 0.3 % and 99.9 % (0.05 % for the exponential one) so that no sample is absurd.
using Quantiles = std::array<int32_t, 65>;

constexpr Quantiles kLogNormal = {
    341,  433,  486,  524,  554,  581,  604,  626,  646,  665,  684,  701,  718,  735,  751,  766,  782,
    797,  812,  827,  842,  857,  872,  887,  901,  916,  931,  946,  962,  977,  992,  1008, 1024, 1040,
    1057, 1073, 1091, 1108, 1126, 1144, 1163, 1183, 1203, 1224, 1245, 1268, 1291, 1315, 1341, 1368, 1397,
    1427, 1460, 1495, 1534, 1576, 1622, 1675, 1735, 1805, 1891, 2002, 2157, 2424, 3525};

constexpr Quantiles kWideLogNormal = {
    86,   147,  192,  227,  257,  286,  313,  339,  364,  388,  413,  437,  461,  485,  509,  533,  558,
    583,  608,  634,  660,  686,  713,  741,  769,  798,  827,  858,  889,  921,  954,  989,  1024, 1061,
    1099, 1138, 1180, 1223, 1268, 1315, 1364, 1416, 1471, 1529, 1590, 1655, 1724, 1799, 1879, 1966, 2060,
    2162, 2275, 2401, 2541, 2701, 2884, 3097, 3353, 3668, 4073, 4628, 5475, 7115, 16526};

constexpr Quantiles kExponential = {
    1,    16,   33,   49,   66,   83,   101,  119,  137,  155,  174,  193,  213,  233,  253,  273,  295,
    316,  338,  361,  384,  407,  431,  456,  481,  507,  534,  561,  589,  618,  648,  678,  710,  742,
    776,  811,  847,  884,  922,  963,  1004, 1048, 1093, 1141, 1191, 1244, 1299, 1357, 1420, 1486, 1556,
    1632, 1714, 1803, 1901, 2009, 2129, 2266, 2424, 2611, 2839, 3134, 3549, 4259, 7074};

// Linear between two quantiles; the scale has 10 + 16 fractional bits, split so that hours in ns
// times the largest quantile stay within 64 bits.
Nanos draw(const Quantiles& quantiles, Rng& rng, Nanos unit) {
    const uint64_t bits = rng.next();
    const auto cell = static_cast<std::size_t>(bits >> 58);
    const auto fraction = static_cast<int64_t>((bits >> 42) & 0xffff);
    const int64_t low = quantiles[cell];
    const int64_t scale = (low << 16) + (quantiles[cell + 1] - low) * fraction;
    return (unit >> 10) * (scale >> 8) >> 8;
}

} // namespace

Nanos logNormal(Rng& rng, Nanos median) {
    return draw(kLogNormal, rng, median);
}

Nanos wideLogNormal(Rng& rng, Nanos median) {
    return draw(kWideLogNormal, rng, median);
}

Nanos exponential(Rng& rng, Nanos mean) {
    return draw(kExponential, rng, mean);
}

} // namespace aisle::demo
