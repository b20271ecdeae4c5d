#pragma once
// What users keep in a workspace: queries they asked, queries and views with a name, notes. Each is known by its kind and name.

#include "store/sqlite.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct UserItem {
    std::string name, content;
    int64_t changed = 0; ///< ns since the Unix epoch
};

inline constexpr std::string_view kAskedQuery = "asked-query"; ///< the name is the query
inline constexpr std::string_view kNamedQuery = "named-query"; ///< the content is the query
inline constexpr std::string_view kCaseKey = "case-key";         ///< the name is its id, the content JSON (cases/case_key.h)
inline constexpr std::string_view kNote = "note";              ///< the name is what it is about (selection/note_target.h)
inline constexpr std::string_view kJourney = "journey";        ///< the content is JSON (journey/journey.h)
inline constexpr std::string_view kOrderFlow = "order-flow";   ///< the same, of what orders go through (orders/order_flow.h)
inline constexpr std::string_view kSavedView = "saved-view";   ///< the content is JSON (ui/window/saved_view.h)
inline constexpr std::string_view kMaskingRules = "masking-rules"; ///< one item, the user's own (privacy/own_rules.h)
inline constexpr std::string_view kStoryWords = "story-words"; ///< one item, the user's own sentences of orders (story/kept_words.h)
inline constexpr std::string_view kMaskingSalt = "masking-salt"; ///< of pseudonyms (privacy/pseudonyms.h)

/// Newest first, at most `most`, of up to 1 MB each: a workspace may come from a stranger. None in one of an earlier version that
/// cannot be written. Throws StoreError. Thread: that of `db`.
std::vector<UserItem> userItems(Database& db, std::string_view kind, size_t most);
/// Takes the place of one with this name. Of more than `most` (0: any number) the oldest go.
void keepUserItem(Database& db, std::string_view kind, const UserItem& item, size_t most = 0);
/// Only where there is none of this name; true when it was added.
bool addUserItem(Database& db, std::string_view kind, const UserItem& item);
void removeUserItem(Database& db, std::string_view kind, std::string_view name);

} // namespace aisle
