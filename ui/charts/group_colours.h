#pragma once
// The colours of groups, the same as those of services of that name, and their legend.

#include "analysis/items.h"
#include "charts/legend.h"
#include "theme/theme.h"

namespace aisle {

/// By group; one that is not divided and the others of many are grey.
std::vector<QColor> groupColours(const std::vector<ItemGroups::Group>& groups, const Theme& theme);
/// `by`: the field that they are by, as TraceQL names it.
std::vector<LegendItem> legendOf(const std::vector<ItemGroups::Group>& groups, const std::string& by, const Theme& theme);

} // namespace aisle
