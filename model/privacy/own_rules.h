#pragma once
// Rules of masking that a user adds to those of the program, kept in the workspace: keys whose values are masked, and regular expressions (RE2)
// of what is masked in texts. As JSON {"rules": [{"name": "loyalty number", "keys": ["loyalty no"], "patterns": ["LOY-[0-9]+"]}]}, as rules
// of resources/presets/privacy.json are written. Any thread.

#include "store/sqlite.h"

#include <filesystem>
#include <string>
#include <vector>

namespace aisle {

struct OwnRule {
    std::string name; ///< that of a rule of the program adds to that
    std::vector<std::string> keys, patterns;
    bool operator==(const OwnRule&) const = default;
};

/// Throws std::runtime_error, without a full stop, where it is none, or says nothing.
std::vector<OwnRule> ownRulesOf(const std::string& json);
std::string toJson(const std::vector<OwnRule>& rules);
/// Why they cannot be used, a sentence about what is written; empty: they can.
std::string problemOf(const std::vector<OwnRule>& rules);
/// Of a file that was written of such ones. Throws std::runtime_error with a sentence.
std::vector<OwnRule> ownRulesOfFile(const std::filesystem::path& path);

inline constexpr char kOwnRulesName[] = "rules"; ///< of the one item that is kept
/// As JSON; empty: none are kept. Throws StoreError. Thread: that of `db`.
std::string keptOwnRules(Database& db);

} // namespace aisle
