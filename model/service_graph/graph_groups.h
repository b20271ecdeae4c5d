#pragma once
// Which nodes of a service graph stand together as one.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisle {

struct GraphGroups {
    std::vector<std::string> names;
    std::unordered_map<std::string, uint32_t> of; ///< node id -> number in `names`
};

} // namespace aisle
