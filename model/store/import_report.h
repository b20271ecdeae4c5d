#pragma once
// What an import did to one input: shown in the window, printed by the CLI, stored with the file.

#include "export/tabular.h"
#include "store/span_sink.h"

#include <map>
#include <string>
#include <vector>

namespace aisle {

/// One reason for which records were skipped, repaired or left out, with its first positions.
struct ReportLine {
    uint64_t count = 0;
    std::vector<Position> examples; ///< at most 5
};

/// One line of a report.
struct ReportNote {
    enum Kind { Plain, Warning, Failure } kind = Plain; ///< warning: something is not in the workspace, or had to be assumed
    std::string words; ///< printable, one line
};

struct ImportReport {
    std::string name;            ///< of the input or archive member, as the user gave it
    std::string path;            ///< of the input on disk, absolute, for an archive its own; "-" is standard input
    std::string member;          ///< of an archive: the path within it; empty: the input itself
    int64_t modified = 0;        ///< when the input on disk was changed last, ns since the Unix epoch; 0: not known
    uint64_t recordLimit = 0, unpackLimit = 0; ///< in bytes, as they were; 0: the usual ones
    int64_t file = 0;            ///< its number in the workspace; 0: not in it
    std::string contentHash;     ///< of the content after decompression; empty when it is not in the workspace
    bool removed = false;        ///< taken out of the workspace again since; not stored
    std::string format;          ///< id, empty when not recognised
    std::string formatReason;    ///< why that format, or why none
    bool formatSaid = false;     ///< by the user, not found by looking
    std::string columns;         ///< of a table: what they were taken for, as in --map
    bool needsColumns = false;   ///< a table whose columns or units could not all be told
    std::string container;       ///< "gzip", "zip", ...; empty when plain
    std::string error;           ///< the import failed: one sentence; everything below counts what was read
    bool isRestOfFolder = false; ///< the error is about files of a folder that are no traces; the others have reports of their own
    std::string alreadyImported; ///< name under which the same content already is in the workspace
    uint64_t bytes = 0;          ///< after decompression
    double seconds = 0;
    uint64_t spansRead = 0, spansKept = 0, duplicates = 0, fragments = 0;
    uint64_t traces = 0, services = 0, logs = 0, logsWithoutSpan = 0;
    uint64_t orphans = 0, cycles = 0, unfinished = 0, withoutStart = 0, negative = 0, withoutId = 0;
    std::map<std::string, ReportLine> skipped, repaired;
    std::map<std::string, uint64_t> ignored;

    enum class Outcome { Failed, InPart, AlreadyHere, Imported, Removed }; ///< the worst first
    Outcome outcome() const;
    static const char* words(Outcome outcome); ///< "failed", "in part", "already here", "imported", "removed"
    bool succeeded() const { return error.empty(); }
    /// Something in the input is not in the workspace.
    bool lostSomething() const { return !skipped.empty(); }
    uint64_t skippedCount() const;
    uint64_t repairedCount() const;
    uint64_t ignoredCount() const;
    uint64_t spansPerSecond() const; ///< 0: not known

    std::string toJson() const;
    static ImportReport fromJson(const std::string& json); ///< tolerant: absent members keep their defaults
    /// Sentences for people, one per line: the name, and the notes below it.
    std::string toText() const;
    std::vector<ReportNote> notes() const;
};

/// Reports below each other, as text and as a JSON array.
std::string reportsToText(const std::vector<ImportReport>& reports);
std::string reportsToJson(const std::vector<ImportReport>& reports);
/// One row per file, in figures.
Tabular tabulateReports(const std::vector<ImportReport>& reports);

class Database;
/// Of the files in a workspace, in the order of their import.
std::vector<ImportReport> storedReports(Database& db);

} // namespace aisle
