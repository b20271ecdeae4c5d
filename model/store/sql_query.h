#pragma once
// A user's SQL over a workspace: one SELECT, read only, and what there is to ask.
//
// The views `files`, `spans`, `traces`, `attributes`, `resources`, `events`, `links` and `logs` keep their names and columns in later
// versions; tables behind them do not.

#include "export/tabular.h"
#include "store/sqlite.h"
#include "table/cancel.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct SqlAnswer {
    Tabular table;
    bool isCut = false; ///< there are more rows than were asked for, or than memory is given to
};

/// At most `mostRows` and about `mostBytes` (0: all). Columns of one name are told apart: "name", "name_2". Blobs are hexadecimal,
/// x'00ff'. From now on `db` takes queries only, whose values are of at most 128 MB. Throws StoreError with what SQLite says, and
/// Stopped.
SqlAnswer answerSql(Database& db, std::string_view sql, size_t mostRows, size_t mostBytes, const StopToken& stop = {});

struct SqlSource {
    std::string name, words; ///< what its rows are
    std::vector<std::string> columns;
};
/// What is documented, in the order of the manual.
std::vector<SqlSource> sqlViews(Database& db);

} // namespace aisle
