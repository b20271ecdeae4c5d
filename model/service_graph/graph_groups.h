#pragma once
// Which nodes of a service graph belong together: by kind, or by what the resources of services say (namespace, team, anything).
// GraphGroups only says so; drawing a group as one node is another matter.

#include "service_graph/service_graph.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aisle {

struct GraphGroups {
    std::vector<std::string> names;               ///< of groups that have a node
    std::unordered_map<std::string, uint32_t> of; ///< node id -> number of its group; nodes without a group are not in it
    bool operator==(const GraphGroups&) const = default;
};

/// "Services", "Queues", "Caches", "Databases" and "External systems". The user is in none. Thread: any; pure, O(nodes).
GraphGroups groupByKind(const ServiceGraph& graph);

/// Services by their value (by SpanTable's service number; empty or beyond the end: no group), groups in the order of their names. A
/// queue, cache, database or external system is in the group of the services around it, when all of them, callers and callees, are in
/// that one: else it is shared, and in none, as the user is. Thread: any; pure, O(nodes + edges).
GraphGroups groupByValue(const ServiceGraph& graph, std::span<const std::string> valueOfService);

/// Keys of resource attributes, best first, to be handed to mostCommonValues().
inline constexpr std::string_view kNamespaceKeys[] = {"service.namespace", "k8s.namespace.name"};
inline constexpr std::string_view kTeamKeys[] = {"team", "owner", "service.team", "service.owner"};

/// Of each service the value that most of its spans have in their resource: of the first of these keys that a resource has (and does not
/// leave empty). Of equally many spans the value that sorts first; empty: none. Hidden spans do not count. Throws StoreError and Stopped.
/// Thread: that of `db`; keep it off the UI thread. O(spans + resources): 5 M spans and 1,000 contexts in 7 ms.
std::vector<std::string> mostCommonValues(Database& db, const SpanTable& table, std::span<const std::string_view> keys,
                                          const StopToken& stop = {});

struct GroupKey {
    std::string key;
    uint32_t services = 0; ///< that have the attribute in the resource of at least one span
    bool operator==(const GroupKey&) const = default;
};
/// All keys of resource attributes, those that most services have first, then by name: what services can be grouped by. Throws, thread and
/// cost: as mostCommonValues().
std::vector<GroupKey> groupKeys(Database& db, const SpanTable& table, const StopToken& stop = {});

} // namespace aisle
