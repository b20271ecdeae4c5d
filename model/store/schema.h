#pragma once
// The workspace file: tables, and the plain views for any SQLite tool.

#include "store/sqlite.h"

namespace aisle {

/// `PRAGMA application_id` of a workspace: "Aisl".
inline constexpr int32_t kApplicationId = 0x4169736c;
/// `PRAGMA user_version`: raised with every change of the schema.
inline constexpr int32_t kSchemaVersion = 4;

/// Makes the tables of a new, empty database.
void createSchema(Database& db);

/// Refuses what is no workspace and what a newer Aisle wrote. Throws StoreError naming `path`.
void checkSchema(Database& db, const std::filesystem::path& path);

/// Brings a workspace of an older version, which reads as it is, to this one:
///   2: the value index
///   3: postings, what users keep
void migrateSchema(Database& db);

} // namespace aisle
