#include "story/kept_words.h"

#include "store/user_items.h"

namespace aisle {

std::string keptStoryWords(Database& db) {
    const std::vector<UserItem> kept = userItems(db, kStoryWords, 1);
    return kept.empty() ? std::string() : kept.front().content;
}

} // namespace aisle
