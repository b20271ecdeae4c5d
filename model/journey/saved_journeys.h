#pragma once
// Journeys that users keep in a workspace. The one that was kept or chosen last is what the file is looked at with.

#include "journey/journey.h"
#include "store/user_items.h"

#include <optional>
#include <vector>

namespace aisle {

inline constexpr size_t kMostJourneys = 200;

/// Of what the store keeps (kJourney, kOrderFlow: the name is the journey's, the content JSON), newest first; what cannot be read, of a newer version or
/// a stranger, is left out.
std::vector<JourneyDefinition> journeysOf(const std::vector<UserItem>& items);
/// The one that was kept or chosen last; nothing: none is kept. Throws StoreError. Thread: that of `db`.
std::optional<JourneyDefinition> lastJourney(Database& db, std::string_view kind = kJourney);

} // namespace aisle
