#pragma once
// Names that attributes had in earlier versions of OpenTelemetry's semantic conventions
// (resources/presets/semantic_conventions.json): a query that uses one of them means all.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aisle::traceql {

/// One attribute under all its names.
struct Convention {
    std::vector<std::string> names; ///< the present one first
    std::unordered_map<std::string, std::string> values; ///< former value to present one

    /// The present value of a former one, else the text itself.
    std::string_view present(std::string_view value) const;
};

/// Null for names that never changed. The table lives as long as the program.
const Convention* conventionOf(std::string_view name);
/// The names of an attribute, the present one first; the name itself when it never changed.
std::vector<std::string> namesOf(std::string_view name);

} // namespace aisle::traceql
