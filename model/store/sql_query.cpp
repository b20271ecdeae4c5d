#include "store/sql_query.h"

#include <sqlite3.h>

#include <array>

namespace aisle {

namespace {

constexpr std::array<std::pair<const char*, const char*>, 8> kViews = {{{"spans", "every span; times in ns since 1970, UTC"},
                                                                       {"traces", "every trace, with its length and how many spans, errors and services it has"},
                                                                       {"attributes", "attributes of spans: row is that of the span"},
                                                                       {"resources", "attributes of what the spans come from"},
                                                                       {"events", "events of spans, exceptions among them"},
                                                                       {"links", "links from one span to another"},
                                                                       {"logs", "log records"},
                                                                       {"files", "what was imported"}}};

/// While a query runs: looks every few thousand instructions whether it is still wanted.
class Watch {
public:
    Watch(Database& db, const StopToken& stop) : db_(db) {
        constexpr int kInstructions = 4000;
        sqlite3_progress_handler(db.handle(), kInstructions, [](void* token) { return static_cast<const StopToken*>(token)->isStopped() ? 1 : 0; }, const_cast<StopToken*>(&stop));
    }
    ~Watch() { sqlite3_progress_handler(db_.handle(), 0, nullptr, nullptr); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

private:
    Database& db_;
};

} // namespace

SqlAnswer answerSql(Database& db, std::string_view sql, size_t mostRows, const StopToken& stop) {
    db.restrictToQueries();
    Statement statement = db.prepare(sql);
    if (sqlite3_stmt_readonly(statement.handle()) == 0)
        throw StoreError("Only queries are allowed; SQL does not change the workspace.");
    SqlAnswer out;
    for (int c = 0; c < statement.columnCount(); ++c)
        out.table.columns.push_back({statement.columnName(c), statement.columnName(c), false});
    const Watch watch(db, stop);
    size_t bytes = 0;
    const auto step = [&] {
        try {
            return statement.step();
        } catch (const StoreError&) {
            stop.check(); // it was interrupted
            throw;
        }
    };
    while (step()) {
        if ((mostRows > 0 && out.table.rows.size() == mostRows) || bytes > SqlAnswer::kMostBytes) {
            out.isCut = true;
            break;
        }
        auto& row = out.table.rows.emplace_back();
        for (int c = 0; c < statement.columnCount(); ++c) {
            auto& column = out.table.columns[static_cast<size_t>(c)];
            switch (sqlite3_column_type(statement.handle(), c)) {
            case SQLITE_INTEGER:
                row.emplace_back(statement.integer(c));
                column.isNumber = true;
                break;
            case SQLITE_FLOAT:
                row.push_back(Cell::real(sqlite3_column_double(statement.handle(), c), {}));
                column.isNumber = true;
                break;
            case SQLITE_NULL: row.emplace_back(); break;
            default:
                row.emplace_back(std::string(statement.text(c)));
                bytes += statement.text(c).size();
            }
            bytes += sizeof(Cell);
        }
    }
    return out;
}

std::vector<SqlSource> sqlViews(Database& db) {
    std::vector<SqlSource> out;
    for (const auto& [name, words] : kViews) {
        SqlSource view{name, words, {}};
        Statement columns = db.prepare("PRAGMA table_info(" + std::string(name) + ")");
        while (columns.step())
            view.columns.emplace_back(columns.text(1));
        if (!view.columns.empty())
            out.push_back(std::move(view));
    }
    return out;
}

} // namespace aisle
