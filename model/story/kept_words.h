#pragma once
// Sentences of one's own (story/story_templates.h) that are kept in the workspace: for its windows, and for aisle without --words.

#include <string>

namespace aisle {

class Database;

inline constexpr char kStoryWordsName[] = "sentences"; ///< of the one item that is kept
/// As JSON; empty: none are kept. From a stranger, as the workspace may be. Throws StoreError. Thread: that of `db`.
std::string keptStoryWords(Database& db);

} // namespace aisle
