#include "charts/group_colours.h"

#include "text/format.h"
#include "theme/service_colours.h"
#include "widgets/plain_text.h"

namespace aisle {

std::vector<QColor> groupColours(const std::vector<ItemGroups::Group>& groups, const std::string& by, const ServiceColours& services, const Theme& theme) {
    const auto isGrey = [](const ItemGroups::Group& group) { return group.condition.empty() || group.condition.ends_with(" = nil"); };
    const auto field = fieldOf(by);
    const bool isService = field && (field->name == "service.name" || field->name == "trace:rootService");
    std::vector<std::string> names;
    for (const auto& group : groups)
        if (!isGrey(group))
            names.push_back(group.label);
    const ServiceColours colours = isService ? services : ServiceColours::wellApart(names);
    std::vector<QColor> out;
    for (const auto& group : groups)
        out.push_back(isGrey(group) ? theme.neutralBar : colours.of(group.label, theme));
    return out;
}

std::vector<LegendItem> legendOf(const std::vector<ItemGroups::Group>& groups, const std::string& by, const ServiceColours& services, const Theme& theme) {
    const auto field = fieldOf(by);
    const auto colours = groupColours(groups, by, services, theme);
    std::vector<LegendItem> out;
    for (size_t g = 0; g < groups.size(); ++g)
        out.push_back({singleLine(toQString(groups[g].label)), toQString(formatCount(groups[g].items)), colours[g], groups[g].condition, field ? field->name : std::string()});
    return out;
}

} // namespace aisle
