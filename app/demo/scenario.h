#pragma once

#include <cstdint>

#include "demo/demo_shop.h"
#include "demo/topology.h"

namespace aisle::demo {

// All that differs between the scenarios, as functions of the simulated time. The code that builds
// requests asks these questions and never which scenario it is in.
class ScenarioModel {
public:
    ScenarioModel(Scenario scenario, const Topology& topology);

    static Nanos begin(); // 2026-03-14T09:00:00Z

    // The wait for the next customer after one who came at `at`.
    Nanos arrivalGap(Nanos at, Rng& rng) const;

    // How full the shop's scarce parts (inventory, payment) are, in 1/1000 of their capacity.
    int64_t utilisation(Nanos at) const;
    // Stretch of the time a service needs at that moment, in 1/1000: R = S / (1 - rho), the
    // response time of an M/M/1 queue.
    int64_t stretch(Service service, Nanos at) const;
    // Chance, in 1/1000, that a call to a scarce part times out, beyond 80 % utilisation.
    uint32_t timeoutChance(Nanos at) const;

    // The pod that answers as that replica of checkout at that moment.
    InstanceId checkout(uint32_t replica, Nanos at) const;

    // Which inventory pod consumes a partition of the reservations.
    InstanceId reservationConsumer(uint8_t partition) const;
    // How long one stock row's lock is typically waited for (on an instance of normal speed) while a
    // batch job holds it; 0 where none runs.
    Nanos stockLockWait(InstanceId inventory) const;

private:
    int64_t loadFactor(Nanos at) const; // 1/1000 of a quiet moment's arrivals

    Scenario scenario_;
    const Topology& topology_;
};

} // namespace aisle::demo
