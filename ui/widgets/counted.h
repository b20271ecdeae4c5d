#pragma once
// "1 trace", "8,043 traces".

#include "text/format.h"

#include <string_view>

namespace aisle {

inline std::string counted(uint64_t n, std::string_view one, std::string_view many) {
    return formatCount(n).append(" ").append(n == 1 ? one : many);
}

} // namespace aisle
