#pragma once
// What queries about one table share, so that a scope of which only a part changes is not worked out as a whole: which rows are
// visible, when the spans of a segment start, and what conditions asked before came to. Ranges of time and duration are not
// kept: a brush asks for hundreds of them, each once, and they are comparisons of columns.
//
// Thread: any.

#include "table/cancel.h"
#include "table/row_set.h"

#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace aisle::traceql {

class ConditionCache {
public:
    static constexpr size_t kMostBytes = size_t(64) << 20;

    explicit ConditionCache(SpanTablePtr table) : table_(std::move(table)) {}

    /// Made by the first who asks, 15 ms for 5 M spans. Throws Stopped.
    struct Facts {
        RowSet visible;
        struct Starts {
            int64_t first, last; ///< of all rows of the segment
        };
        std::vector<Starts> starts; ///< by segment
        std::vector<bool> hasHidden; ///< by segment
        BitSet traces;              ///< that have visible rows
        /// By trace, ns: a brush reads these 8 bytes of a trace and not the 48 of its summary.
        std::vector<int64_t> traceStarts, traceDurations;
        static constexpr int64_t kNoStart = std::numeric_limits<int64_t>::max(); ///< before nothing
    };
    std::shared_ptr<const Facts> facts(const StopToken& stop);

    /// Null when it has not been asked, or was let go of.
    std::shared_ptr<const RowSet> find(const std::string& condition);
    void keep(const std::string& condition, const RowSet& rows);

    /// The values that aisle:path of some rows is taken from, in the order of its keys: all conditions about it read the same postings.
    struct PathValues {
        std::vector<std::pair<Row, uint32_t>> ids; ///< of a row, AttributeDictionary::value(); several where it has the key several times
        bool isWhole = true; ///< false: some are kept with their spans, and `ids` is of no use
    };
    /// Of the rows of that name (Source::withinName). Made by the first who asks, with `make`; who asks meanwhile waits, as long as postings are read.
    std::shared_ptr<const PathValues> pathValues(const std::string& rows, const std::function<PathValues()>& make);

    /// Visible rows of whole traces, as they were asked for last: a brush grows by few of them. Null before that.
    struct RowsOfTraces {
        BitSet traces;
        RowSet rows;
    };
    std::shared_ptr<const RowsOfTraces> rowsOfTraces();
    void keep(RowsOfTraces rows);

private:
    using Entry = std::pair<std::string, std::shared_ptr<const RowSet>>;
    const SpanTablePtr table_;
    std::mutex mutex_, pathsMutex_;
    std::unordered_map<std::string, std::shared_ptr<const PathValues>> pathValues_; ///< pathsMutex_
    std::shared_ptr<const Facts> facts_;
    std::shared_ptr<const RowsOfTraces> rowsOfTraces_;
    std::list<Entry> newestFirst_;
    std::unordered_map<std::string, std::list<Entry>::iterator> byCondition_;
};

} // namespace aisle::traceql
