#include "store/sql_query.h"

#include <sqlite3.h>

#include <array>
#include <set>

namespace aisle {

namespace {

constexpr std::array<std::pair<const char*, const char*>, 8> kViews = {{{"spans", "every span; times in ns since 1970, UTC"},
                                                                       {"traces", "every trace, with its length and how many spans, errors and services it has"},
                                                                       {"attributes", "attributes of spans: row is that of the span"},
                                                                       {"resources", "attributes of what spans come from: resources.context = spans.context"},
                                                                       {"events", "events of spans, exceptions among them"},
                                                                       {"links", "links from one span to another"},
                                                                       {"logs", "log records"},
                                                                       {"files", "what was imported"}}};

constexpr const char* kOnlyQueries = "Only queries are allowed; SQL does not change the workspace or read other files.";

/// What is wrong in SQLite's words, without the path of the file, which everybody knows here. To be called where one is caught.
[[noreturn]] void rethrow(Database& db, const StoreError& error, const char* what) {
    const int code = sqlite3_errcode(db.handle());
    const std::string words = sqlite3_errmsg(db.handle());
    if (std::string_view(error.what()).find(words) == std::string_view::npos)
        throw; // a sentence of ours
    if (code == SQLITE_AUTH || words.find("not authorized") != std::string::npos)
        throw StoreError(kOnlyQueries);
    if (code == SQLITE_ERROR || code == SQLITE_TOOBIG)
        throw StoreError(what + words + ".");
    throw;
}

Statement prepared(Database& db, std::string_view sql) {
    try {
        return db.prepare(sql);
    } catch (const StoreError& error) {
        rethrow(db, error, "The query cannot be read: ");
    }
}

std::string hexadecimal(std::string_view bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out = "x'";
    out.reserve(2 * bytes.size() + 3);
    for (const char byte : bytes) {
        out += kDigits[static_cast<unsigned char>(byte) >> 4];
        out += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return out + '\'';
}

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

SqlAnswer answerSql(Database& db, std::string_view sql, size_t mostRows, size_t mostBytes, const StopToken& stop) {
    db.restrictToQueries();
    Statement statement = prepared(db, sql);
    if (sqlite3_stmt_readonly(statement.handle()) == 0)
        throw StoreError(kOnlyQueries);
    SqlAnswer out;
    std::set<std::string> names;
    for (int c = 0; c < statement.columnCount(); ++c) {
        const std::string name = statement.columnName(c);
        std::string key = name;
        for (int n = 2; !names.insert(key).second; ++n)
            key = name + "_" + std::to_string(n);
        out.table.columns.push_back({key, key, false});
    }
    const Watch watch(db, stop);
    size_t bytes = 0;
    const auto step = [&] {
        try {
            return statement.step();
        } catch (const StoreError& error) {
            stop.check(); // it was interrupted
            rethrow(db, error, "The query failed: ");
        }
    };
    while (step()) {
        if ((mostRows > 0 && out.table.rows.size() == mostRows) || (mostBytes > 0 && bytes > mostBytes)) {
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
            case SQLITE_BLOB:
                row.emplace_back(hexadecimal(statement.blob(c)));
                bytes += 2 * statement.blob(c).size();
                break;
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
