#include "charts/group_colours.h"

#include "text/format.h"
#include "theme/service_colours.h"
#include "widgets/plain_text.h"

namespace aisle {

std::vector<QColor> groupColours(const std::vector<ItemGroups::Group>& groups, const Theme& theme) {
    std::vector<std::string> names;
    for (const auto& group : groups)
        if (!group.condition.empty())
            names.push_back(group.label);
    const ServiceColours colours(names);
    std::vector<QColor> out;
    for (const auto& group : groups)
        out.push_back(group.condition.empty() || group.label == "(none)" ? theme.neutralBar : colours.of(group.label, theme));
    return out;
}

std::vector<LegendItem> legendOf(const std::vector<ItemGroups::Group>& groups, const std::string& by, const Theme& theme) {
    const auto field = fieldOf(by);
    const auto colours = groupColours(groups, theme);
    std::vector<LegendItem> out;
    for (size_t g = 0; g < groups.size(); ++g)
        out.push_back({singleLine(toQString(groups[g].label)), toQString(formatCount(groups[g].items)), colours[g], groups[g].condition, field ? field->name : std::string()});
    return out;
}

} // namespace aisle
