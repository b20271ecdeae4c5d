#pragma once
// Where a statement of SQL holds values and words of people, whatever program it is for: literals and comments. Any thread.
//
// Double quotes are of names in standard SQL and of texts in MySQL: a statement in which one stands where only a name can ("a"."b", FROM "a")
// is of the first kind, every other of the second. SQLite takes both, so that what is no name, or is compared with, counts as text all
// the same. Where programs disagree on the end of a text (a backslash before its quote, comments within comments) the longest is meant.
// # begins a comment (MySQL) but before what is certain to be an operator of PostgreSQL or a table of SQL Server; q'[...]' is a text (Oracle).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace aisle {

/// Begins as statements do; everything else is not looked through.
bool looksLikeStatement(std::string_view text);

/// `found` is called in the order of the text with parts that do not overlap, without quotes. Numbers below 100 stay, comments that say nothing
/// but where a statement comes from (sqlcommenter) as well. Linear.
void findSqlLiterals(std::string_view statement, const std::function<void(size_t begin, size_t end, bool isNumber)>& found);

/// Where a statement begins in a text that is about something else, too, such as a message of a program; npos: there is none that has texts.
size_t findStatement(std::string_view text);
/// The first statement from `from` on, if it has texts or not, and `behind` the words by which it was known; npos: there is none.
size_t findBeginOfStatement(std::string_view text, size_t from, size_t* behind);

struct SqlLiteral {
    size_t begin = 0, end = 0; ///< without quotes
    bool isNumber = false;
    std::string_view column; ///< that it is assigned to or compared with; empty: of a row that is inserted without naming columns
    std::string_view table;  ///< whose column it is, or in which it is inserted; empty: of one of those that the statement names
};
/// Those of which the statement says where they belong, and the first tables that it names. A literal may be of several columns, one call each.
/// Linear in time and memory, some tens of bytes for each of the statement's at worst: who has a long one cuts it.
enum class StatementIs : uint8_t { Whole, InText }; ///< InText: which quotes it and goes on behind it
void findLiteralsOfColumns(std::string_view statement, StatementIs is, const std::function<void(const SqlLiteral& literal, const std::vector<std::string_view>& tables)>& found);

} // namespace aisle
