#pragma once
// What a node is called where people read it; scope terms and exports keep its stable name.

#include "service_graph/service_graph.h"

namespace aisle {

/// "User" for the user node, else the name itself.
inline std::string nodeWords(const std::string& name) { return name == kUserNode ? std::string("User") : name; }

} // namespace aisle
