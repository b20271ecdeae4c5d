#pragma once
// What a case is: which attributes say to which session, user or order a trace belongs, and what else ties traces to one. Presets are
// in resources/presets/cases.json; a workspace keeps those of its users as items of the kind "case-key", which come first.
//
// Names are those of OpenTelemetry's semantic conventions, old and new, and of the shops that demonstrate it.

#include "store/user_items.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

/// One notion of a case and the attributes that stand for it.
struct CaseKey {
    std::string id;     ///< "session"; of cases by one attribute its name: "app.user.id"
    std::string title;  ///< "Session"
    std::string plural; ///< "sessions"
    std::vector<std::string> keys; ///< attributes, best first
    /// Attributes that tie a trace without the key to one that has it, best first: the id of an order, of a message.
    std::vector<std::string> ties = {};
    bool links = false; ///< span links tie as well
    /// TraceQL: a case with such a span is of a bot or a test, as one that says so of itself (syntheticMarks()). Empty: no other.
    std::string bots = {};
    bool operator==(const CaseKey&) const = default;

    std::string noun() const; ///< "session"
    static constexpr size_t kMostAttributes = 50;
};

/// Presets, in the order in which they are tried.
std::vector<CaseKey> caseKeys();
/// The user's own of what a store keeps (kCaseKey: the name is the id, the content JSON), newest first. What cannot be read, of a later
/// version or a stranger, is left out.
std::vector<CaseKey> caseKeysOf(const std::vector<UserItem>& items);
/// The user's own, then the presets; one with the id of a preset takes its place.
std::vector<CaseKey> withPresets(std::vector<CaseKey> own);
/// Those of a workspace, with the presets. Throws StoreError. Thread: that of `db`.
std::vector<CaseKey> caseKeys(Database& db);
/// No preset is exactly so.
bool isOwn(const CaseKey& key);
/// Kept in the workspace under its id. Throws std::runtime_error when it is none, StoreError.
void keepCaseKey(Database& db, const CaseKey& key, int64_t now);
inline constexpr size_t kMostOwnCaseKeys = 100;

/// Throws std::runtime_error with what is wrong.
CaseKey caseKeyFromJson(std::string_view json);
CaseKey caseKeyOfFile(const std::string& path); ///< the same of a file, at most 1 MB
std::string toJson(const CaseKey& key); ///< pretty; reads back the same

/// What is wrong with it, in one sentence; empty: nothing.
std::string problemOf(const CaseKey& key);
/// What it says, in a sentence: "A visit is all traces with the same session.id, else sid; ...".
std::string sentenceOf(const CaseKey& key);

/// Cases by one attribute alone: as the notion that has it or that its name speaks of (an order, for "shop.order_no") would be, else as any
/// case. CaseKey::id is the attribute.
CaseKey caseKeyOf(const std::vector<CaseKey>& known, const std::string& attribute);

/// "an order", "a user".
std::string withArticle(const std::string& noun);

/// The words of an attribute's name, in small letters: "app.cartId" is app, cart, id.
std::vector<std::string> attributeWords(std::string_view attribute);

/// Attributes that bots and tests say of themselves, with the values that count; none: any but "", "false" and "0".
std::map<std::string, std::vector<std::string>> syntheticMarks();

} // namespace aisle
