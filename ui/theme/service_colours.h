#pragma once
// The colours of services that are shown together. A service has the colour of its name in every file; where two of one
// file would look the same, the second one by name takes the colour that is left and farthest from the others.
// Depends on the set of names alone.

#include "theme/theme.h"

#include <map>
#include <string>
#include <vector>

namespace aisle {

class ServiceColours {
public:
    /// Every service in the colour of its name.
    ServiceColours() = default;
    explicit ServiceColours(const std::vector<std::string>& services);
    /// Of few that are no services: farther from each other and from the grey of what has no name.
    static ServiceColours wellApart(const std::vector<std::string>& names);
    QColor of(std::string_view service, const Theme& theme) const;

private:
    ServiceColours(const std::vector<std::string>& names, double alike, bool avoidsGrey);
    std::map<std::string, size_t, std::less<>> moved_; ///< slots of those that do not have their own
};

} // namespace aisle
