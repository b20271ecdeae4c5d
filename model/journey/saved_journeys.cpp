#include "journey/saved_journeys.h"

#include <stdexcept>

namespace aisle {

std::vector<JourneyDefinition> journeysOf(const std::vector<UserItem>& items) {
    std::vector<JourneyDefinition> out;
    for (const UserItem& item : items) {
        try {
            out.push_back(journeyFromJson(item.content));
            out.back().name = item.name;
        } catch (const std::runtime_error&) {
        }
    }
    return out;
}

std::optional<JourneyDefinition> lastJourney(Database& db, std::string_view kind) {
    const auto journeys = journeysOf(userItems(db, kind, kMostJourneys));
    return journeys.empty() ? std::nullopt : std::optional(journeys.front());
}

} // namespace aisle
