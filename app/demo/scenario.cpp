#include "demo/scenario.h"

#include <algorithm>
#include <array>

namespace aisle::demo {
namespace {

constexpr Nanos kBegin = 1'773'478'800 * kSecond;

constexpr Nanos kSteadyGap = 3 * kSecond; // 20 customers a minute
constexpr Nanos kSaleGap = 10 * kSecond;  // 6, and 48 during the sale

// Ten minutes of sale, ten minutes after each odd hour: a short file has one of them in its
// middle, and a long one has enough to compare.
constexpr Nanos kSaleEvery = 2 * kHour;
constexpr Nanos kSaleFrom = 10 * kMinute;
constexpr Nanos kSaleTo = 20 * kMinute;
constexpr int64_t kSaleFactor = 8000;

constexpr Nanos kRollout[] = {0, 8 * kMinute, 14 * kMinute}; // by replica; the first is never reached

// With the four-fold slowness of the pod this is about half a minute an order, more than its share
// of the orders leaves it: the queue grows until messages expire in it.
constexpr Nanos kLockWait = 4'800 * kMilli;

// Customers in 1/1000 of those at 09:00, by hour of the day (UTC).
constexpr std::array<int64_t, 24> kDay = {520,  400,  320,  280,  300,  400,  560,  760,
                                          900,  1000, 1040, 1080, 1100, 1060, 1020, 1000,
                                          1020, 1080, 1180, 1240, 1200, 1060, 860,  680};

int64_t dayShape(Nanos at) {
    const Nanos ofDay = at % (24 * kHour);
    const auto hour = static_cast<std::size_t>(ofDay / kHour);
    const int64_t minute = ofDay % kHour / kMinute;
    return kDay[hour] + (kDay[(hour + 1) % 24] - kDay[hour]) * minute / 60;
}

} // namespace

ScenarioModel::ScenarioModel(Scenario scenario, const Topology& topology)
    : scenario_(scenario), topology_(topology) {}

Nanos ScenarioModel::begin() {
    return kBegin;
}

int64_t ScenarioModel::loadFactor(Nanos at) const {
    if (scenario_ != Scenario::FlashSale)
        return 1000;
    const Nanos inCycle = (at - kBegin) % kSaleEvery;
    return inCycle >= kSaleFrom && inCycle < kSaleTo ? kSaleFactor : 1000;
}

Nanos ScenarioModel::arrivalGap(Nanos at, Rng& rng) const {
    const Nanos quiet = scenario_ == Scenario::FlashSale ? kSaleGap : kSteadyGap;
    return exponential(rng, quiet * 1000 / dayShape(at) * 1000 / loadFactor(at));
}

int64_t ScenarioModel::utilisation(Nanos at) const {
    // 11.7 % of the capacity in a quiet minute, so that eight times as many nearly fill it.
    return std::min<int64_t>(117 * loadFactor(at) / 1000 * dayShape(at) / 1000, 950);
}

int64_t ScenarioModel::stretch(Service service, Nanos at) const {
    const bool scarce = service == Service::Inventory || service == Service::Payment;
    const int64_t busy = scarce ? utilisation(at) : utilisation(at) / 2;
    return 1'000'000 / (1000 - busy);
}

uint32_t ScenarioModel::timeoutChance(Nanos at) const {
    const int64_t beyond = utilisation(at) - 800;
    return beyond > 0 ? static_cast<uint32_t>(beyond * 2) : 0;
}

InstanceId ScenarioModel::checkout(uint32_t replica, Nanos at) const {
    const bool replaced =
        scenario_ == Scenario::BadRelease && replica > 0 && at - kBegin >= kRollout[replica];
    return replaced ? topology_.badCheckout(replica) : topology_.instance(Service::Checkout, replica);
}

InstanceId ScenarioModel::reservationConsumer(uint8_t partition) const {
    // Slow inventory: the third pod has left the consumer group, and the second one, which is
    // overloaded already, was given its partition and one of the first pod's.
    constexpr std::array<uint32_t, 4> kBalanced = {0, 1, 2, 0};
    constexpr std::array<uint32_t, 4> kLopsided = {0, 1, 1, 1};
    const auto& owner = scenario_ == Scenario::SlowInventory ? kLopsided : kBalanced;
    return topology_.instance(Service::Inventory, owner[partition % owner.size()]);
}

Nanos ScenarioModel::stockLockWait(InstanceId inventory) const {
    if (scenario_ != Scenario::SlowInventory || topology_[inventory].slowness == 1)
        return 0;
    return kLockWait;
}

} // namespace aisle::demo
