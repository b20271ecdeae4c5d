#include "demo/topology.h"

#include <array>

#include "demo/json_out.h"

namespace aisle::demo {
namespace {

constexpr std::array<ServiceInfo, kServices> kInfo = {{
    {Service::Frontend, "frontend", "nodejs", "3.12.1", 3, false},
    {Service::ProductCatalog, "product-catalog", "go", "1.8.0", 2, false},
    {Service::Search, "search", "java", "2.1.3", 2, true},
    {Service::Recommendation, "recommendation", "python", "0.9.4", 2, false},
    {Service::Cart, "cart", "dotnet", "1.14.2", 2, true},
    {Service::Pricing, "pricing", "rust", "1.3.0", 2, false},
    {Service::Checkout, "checkout", "java", "2.4.0", 3, true},
    {Service::Payment, "payment", "nodejs", "1.9.5", 2, false},
    {Service::Shipping, "shipping", "go", "1.6.1", 2, false},
    {Service::Inventory, "inventory", "java", "4.0.2", 3, true},
    {Service::Fulfilment, "order-fulfilment", "java", "2.2.0", 2, true},
    {Service::Warehouse, "warehouse", "go", "1.1.7", 2, false},
    {Service::Delivery, "delivery", "python", "1.0.9", 1, false},
    {Service::Email, "email", "ruby", "1.2.0", 1, false},
}};

constexpr std::string_view kBadCheckoutVersion = "2.5.0";
constexpr uint32_t kNodes = 4;
constexpr uint32_t kSkewedNode = 3;
constexpr Nanos kSkew = 180 * kMilli;
constexpr int64_t kOverloaded = 4;

// Pods are spread over the nodes by hand rather than by chance: the second copies of cart, payment,
// shipping and warehouse share the host with the wrong clock, and no frontend does, so that the
// customers' own timeline stays right.
uint32_t nodeOf(Service service, uint32_t replica) {
    switch (service) {
    case Service::Cart:
    case Service::Payment:
    case Service::Shipping:
    case Service::Warehouse:
        return replica == 1 ? kSkewedNode : 1;
    case Service::Frontend:
        return std::array<uint32_t, 3>{1, 2, 4}[replica % 3];
    default: {
        const uint32_t node = 1 + (static_cast<uint32_t>(service) + replica) % kNodes;
        return node == kSkewedNode ? 4 : node;
    }
    }
}

std::string podName(const ServiceInfo& service, uint32_t replica, std::string_view version) {
    const uint64_t hash = mix64(mix64(static_cast<uint64_t>(service.service) + 1) + replica +
                                (version == service.version ? 0 : 1000));
    std::string hex;
    appendHex(hex, hash);
    std::string pod(service.name);
    pod.append("-").append(hex, 0, 10).append("-").append(hex, 10, 5);
    return pod;
}

} // namespace

const ServiceInfo& info(Service service) {
    return kInfo[static_cast<std::size_t>(service)];
}

Topology::Topology() {
    for (const ServiceInfo& service : kInfo) {
        first_.push_back(static_cast<InstanceId>(instances_.size()));
        for (uint32_t replica = 0; replica < service.replicas; ++replica)
            add(service, replica, service.version);
    }
    firstBadCheckout_ = static_cast<InstanceId>(instances_.size());
    for (uint32_t replica = 0; replica < info(Service::Checkout).replicas; ++replica)
        add(info(Service::Checkout), replica, kBadCheckoutVersion);
}

InstanceId Topology::instance(Service service, uint32_t replica) const {
    return static_cast<InstanceId>(first_[static_cast<std::size_t>(service)] + replica);
}

InstanceId Topology::badCheckout(uint32_t replica) const {
    return static_cast<InstanceId>(firstBadCheckout_ + replica);
}

void Topology::add(const ServiceInfo& service, uint32_t replica, std::string_view version) {
    const uint32_t node = nodeOf(service.service, replica);
    const bool overloaded = service.service == Service::Inventory && replica == 1;

    Instance instance{};
    instance.service = service.service;
    instance.replica = static_cast<uint8_t>(replica);
    instance.clockSkew = node == kSkewedNode ? kSkew : 0;
    instance.slowness = overloaded ? kOverloaded : 1;
    instance.badRelease = version == kBadCheckoutVersion;

    std::string attributes;
    addText(attributes, "service.name", service.name);
    addText(attributes, "service.namespace", "shop");
    addText(attributes, "service.version", version);
    addText(attributes, "service.instance.id", std::string(service.name) + '-' + std::to_string(replica + 1));
    addText(attributes, "deployment.environment.name", "production");
    addText(attributes, "host.name", "node-" + std::to_string(node));
    addText(attributes, "k8s.pod.name", podName(service, replica, version));
    addText(attributes, "telemetry.sdk.name", "opentelemetry");
    addText(attributes, "telemetry.sdk.language", service.language);
    instance.resource = R"("resource":{"attributes":[)" + attributes + "]}";

    instance.scope.append(R"("scope":{"name":"shop.)")
        .append(service.name)
        .append(R"(","version":")")
        .append(version)
        .append("\"}");
    instances_.push_back(std::move(instance));
}

} // namespace aisle::demo
