#include "store/sqlite.h"

#include <sqlite3.h>

#include <array>
#include <cstring>

namespace aisle {

namespace {

[[noreturn]] void fail(sqlite3* db, int code) {
    const char* file = db != nullptr ? sqlite3_db_filename(db, "main") : nullptr;
    const std::string name = file != nullptr && *file != '\0' ? file : "the workspace";
    switch (code & 0xff) {
    case SQLITE_FULL:
        throw StoreError("The disk that holds " + name + " is full; free some space and try again.");
    case SQLITE_READONLY:
        if (code == SQLITE_READONLY_ROLLBACK)
            throw StoreError("A program ended while it wrote " + name + "; open it once where it can be written, so that this is undone.");
        [[fallthrough]];
    case SQLITE_PERM:
        throw StoreError(name + " cannot be written; it is read-only.");
    case SQLITE_CANTOPEN:
        throw StoreError(name + " cannot be opened: " + sqlite3_errmsg(db) + ".");
    case SQLITE_NOTADB:
        throw StoreError(name + " is not an Aisle workspace.");
    case SQLITE_CORRUPT:
        throw StoreError(name + " is damaged: " + sqlite3_errmsg(db) +
                         ". Import the trace files again into a new workspace.");
    case SQLITE_IOERR:
        throw StoreError("Reading or writing " + name + " failed: " + sqlite3_errmsg(db) +
                         ". The disk may be full or removed.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: throw BusyError(name + " is in use by another process.");
    case SQLITE_INTERRUPT: throw StoreError("The query was cancelled.");
    default: throw StoreError(std::string(sqlite3_errmsg(db)) + " (" + name + ").");
    }
}

void check(sqlite3* db, int code) {
    if (code != SQLITE_OK)
        fail(db, code);
}

int authorizeQueries(void*, int action, const char* first, const char* second, const char*, const char*) {
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_FUNCTION:
        // Hands out and takes pointers.
        return second != nullptr && sqlite3_stricmp(second, "fts3_tokenizer") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: {
        static constexpr std::array allowed = {"table_info", "table_xinfo", "table_list", "user_version",
                                               "application_id", "page_count", "page_size", "data_version"};
        for (const char* name : allowed)
            if (first != nullptr && sqlite3_stricmp(first, name) == 0)
                return SQLITE_OK;
        return SQLITE_DENY;
    }
    default: return SQLITE_DENY;
    }
}

} // namespace

Statement::Statement(sqlite3* db, std::string_view sql) {
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &stmt_, &rest);
    if (code != SQLITE_OK)
        fail(db, code);
    if (stmt_ == nullptr)
        throw StoreError("The SQL statement is empty.");
    // Behind it may be spaces and comments, which SQLite prepares to nothing; another statement would not run.
    sqlite3_stmt* second = nullptr;
    const auto left = static_cast<int>(sql.data() + sql.size() - rest);
    const bool isMore = left > 0 && (sqlite3_prepare_v3(db, rest, left, 0, &second, nullptr) != SQLITE_OK || second != nullptr);
    sqlite3_finalize(second);
    if (isMore) {
        sqlite3_finalize(stmt_);
        throw StoreError("There is more than one SQL statement; only one is run at a time.");
    }
}

Statement::Statement(Statement&& other) noexcept : stmt_(other.stmt_) { other.stmt_ = nullptr; }

Statement::~Statement() { sqlite3_finalize(stmt_); }

Statement& Statement::bind(int index, int64_t value) {
    check(sqlite3_db_handle(stmt_), sqlite3_bind_int64(stmt_, index, value));
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    const char* data = text.data() != nullptr ? text.data() : "";
    check(sqlite3_db_handle(stmt_),
          sqlite3_bind_text64(stmt_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bindBlob(int index, std::string_view bytes) {
    const char* data = bytes.data() != nullptr ? bytes.data() : "";
    check(sqlite3_db_handle(stmt_), sqlite3_bind_blob64(stmt_, index, data, bytes.size(), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bindNull(int index) {
    check(sqlite3_db_handle(stmt_), sqlite3_bind_null(stmt_, index));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(stmt_);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    sqlite3* db = sqlite3_db_handle(stmt_);
    const int extended = sqlite3_extended_errcode(db);
    fail(db, extended != SQLITE_OK ? extended : code);
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

void Statement::reset() { sqlite3_reset(stmt_); }

int64_t Statement::integer(int column) const { return sqlite3_column_int64(stmt_, column); }

std::string_view Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(stmt_, column));
    return data == nullptr ? std::string_view()
                           : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(stmt_, column)));
}

std::string_view Statement::blob(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(stmt_, column));
    return data == nullptr ? std::string_view()
                           : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(stmt_, column)));
}

bool Statement::isNull(int column) const { return sqlite3_column_type(stmt_, column) == SQLITE_NULL; }

int Statement::columnCount() const { return sqlite3_column_count(stmt_); }

std::string Statement::columnName(int column) const {
    const char* name = sqlite3_column_name(stmt_, column);
    return name == nullptr ? std::string() : std::string(name);
}

Database::Database(const std::filesystem::path& path, Mode mode) {
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE;
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        if (c == '%' || c == '?' || c == '#') {
            static constexpr char digits[] = "0123456789ABCDEF";
            uri += '%';
            uri += digits[static_cast<unsigned char>(c) >> 4];
            uri += digits[c & 15];
        } else {
            uri += c;
        }
    }
    switch (mode) {
    case Mode::ReadWrite: flags |= SQLITE_OPEN_READWRITE; break;
    case Mode::Create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    case Mode::ReadOnly: flags |= SQLITE_OPEN_READONLY; break;
    case Mode::Immutable:
        flags |= SQLITE_OPEN_READONLY;
        uri += "?immutable=1";
        break;
    }
    const int code = sqlite3_open_v2(uri.c_str(), &db_, flags, nullptr);
    if (code != SQLITE_OK) {
        const std::string why = db_ != nullptr ? sqlite3_errmsg(db_) : "out of memory";
        sqlite3_close(db_);
        db_ = nullptr;
        throw StoreError(path.string() + " cannot be opened: " + why + ".");
    }
    // A workspace may come from a stranger: its schema is not trusted and cannot rewrite itself.
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_busy_timeout(db_, 5000);
    try {
        exec("PRAGMA cell_size_check=ON");
    } catch (...) {
        sqlite3_close(db_);
        throw;
    }
}

Database::~Database() { sqlite3_close_v2(db_); }

void Database::exec(const char* sql) {
    const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(db_, code);
}

int64_t Database::integer(std::string_view sql) {
    Statement statement = prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

void Database::restrictToQueries() {
    exec("PRAGMA query_only=ON");
    sqlite3_limit(db_, SQLITE_LIMIT_ATTACHED, 0);
    constexpr int kLongestValue = 128 << 20; // a record of a file is at most 64 MB; a query could ask for values of 1 GB
    sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, kLongestValue);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_set_authorizer(db_, authorizeQueries, nullptr);
}

void Database::interrupt() { sqlite3_interrupt(db_); }

Transaction::Transaction(Database& db) : db_(db) { db_.exec("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
    if (!open_)
        return;
    try {
        db_.exec("ROLLBACK");
    } catch (const StoreError&) {
        // SQLite has rolled back by itself (disk full, I/O error); there is nothing left to undo.
    }
}

void Transaction::commit() {
    db_.exec("COMMIT");
    open_ = false;
}

ReadTransaction::ReadTransaction(Database& db) : db_(db) { db_.exec("SAVEPOINT reading"); } // unlike BEGIN one may be within another

ReadTransaction::~ReadTransaction() {
    try {
        db_.exec("RELEASE reading");
    } catch (const StoreError&) {
        // Nothing was written; closing the connection ends the reading as well.
    }
}

} // namespace aisle
