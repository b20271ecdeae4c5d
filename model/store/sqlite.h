#pragma once
// RAII over SQLite's C interface: Database, Statement, Transaction. All SQL of Aisle goes through here.
//
// A Database is one connection and belongs to one thread (opened NOMUTEX). Everything throws StoreError
// with a sentence that names the file; nothing here retries.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace aisle {

/// What went wrong with a workspace file and what to do, in words.
struct StoreError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Somebody else is writing.
struct BusyError : StoreError {
    using StoreError::StoreError;
};

class Statement {
public:
    /// Throws also when `sql` holds a second statement, which would not be run.
    Statement(sqlite3* db, std::string_view sql);
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    // Parameters are numbered from 1. Text and blobs are borrowed until the next step() or reset().
    Statement& bind(int index, int64_t value);
    Statement& bind(int index, std::string_view text);
    Statement& bindBlob(int index, std::string_view bytes);
    Statement& bindNull(int index);

    bool step();  ///< true: a row is there; false: done
    void run();   ///< step to the end, then reset
    void reset(); ///< keeps the bindings

    int64_t integer(int column) const;
    std::string_view text(int column) const; ///< valid until the next step()
    std::string_view blob(int column) const; ///< valid until the next step()
    bool isNull(int column) const;
    int columnCount() const;
    std::string columnName(int column) const;
    sqlite3_stmt* handle() { return stmt_; }

private:
    sqlite3_stmt* stmt_ = nullptr;
};

class Database {
public:
    enum class Mode { ReadWrite, Create, ReadOnly, Immutable };

    Database(const std::filesystem::path& path, Mode mode);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    void exec(const char* sql);
    Statement prepare(std::string_view sql) { return {db_, sql}; }
    int64_t integer(std::string_view sql); ///< first column of the first row; 0 when there is none

    /// From now on: one SELECT at a time, nothing attached, no pragma but harmless reads, no extension.
    void restrictToQueries();
    /// Stops what this connection runs, from any thread.
    void interrupt();

    sqlite3* handle() { return db_; }

private:
    sqlite3* db_ = nullptr;
};

/// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Database& db);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Database& db_;
    bool open_ = true;
};

/// One snapshot for all that is read in its life: another connection may commit or remove a file between two queries. It also spares
/// each query a lock and a look at the file, which take longer than to read one span. Within a transaction it is part of that.
class ReadTransaction {
public:
    explicit ReadTransaction(Database& db);
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;
    ~ReadTransaction();

private:
    Database& db_;
};

} // namespace aisle
