#pragma once
// The colours of groups and their legend: services have those they have everywhere, others some that can be told apart.

#include "analysis/items.h"
#include "charts/legend.h"
#include "theme/theme.h"

namespace aisle {

/// `by`: the field that they are by, as TraceQL names it; `services`: of the table. By group; one that is not divided, the one
/// without a value and the others of many are grey.
std::vector<QColor> groupColours(const std::vector<ItemGroups::Group>& groups, const std::string& by, const ServiceColours& services, const Theme& theme);
std::vector<LegendItem> legendOf(const std::vector<ItemGroups::Group>& groups, const std::string& by, const ServiceColours& services, const Theme& theme);

} // namespace aisle
