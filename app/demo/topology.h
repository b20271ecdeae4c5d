#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/latency.h"

namespace aisle::demo {

enum class Service : uint8_t {
    Frontend,
    ProductCatalog,
    Search,
    Recommendation,
    Cart,
    Pricing,
    Checkout,
    Payment,
    Shipping,
    Inventory,
    Fulfilment,
    Warehouse,
    Delivery,
    Email,
};
constexpr std::size_t kServices = 14;

struct ServiceInfo {
    Service service;
    std::string_view name;
    std::string_view language; // telemetry.sdk.language
    std::string_view version;
    uint8_t replicas;
    bool exceptionsAsLogs; // exceptions leave as log records; the others still write span events
};

const ServiceInfo& info(Service service);

// One running copy of a service, with the JSON of its resource and scope ready to be written.
struct Instance {
    Service service;
    uint8_t replica;  // from 0
    Nanos clockSkew;  // what its host's clock is ahead by, ns
    int64_t slowness; // its work takes this many times as long
    bool badRelease;  // checkout 2.5.0
    std::string resource;
    std::string scope;
};

using InstanceId = uint16_t;

class Topology {
public:
    Topology();

    const Instance& operator[](InstanceId id) const { return instances_[id]; }
    std::size_t size() const { return instances_.size(); }

    InstanceId instance(Service service, uint32_t replica) const;
    // The pod that runs checkout 2.5.0 in place of that replica.
    InstanceId badCheckout(uint32_t replica) const;

private:
    void add(const ServiceInfo& service, uint32_t replica, std::string_view version);

    std::vector<Instance> instances_;
    std::vector<InstanceId> first_; // by service
    InstanceId firstBadCheckout_ = 0;
};

} // namespace aisle::demo
