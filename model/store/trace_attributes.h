#pragma once
// The attributes of the spans of one trace, or of several, in memory: read once, searched often. Values of the dictionary are numbers; the
// rest (values that are kept with their span, and what fragments say) stays in the store, and it is known which spans have
// some. A span is meant by its place: its number among the rows of the traces that are not hidden, in row order.

#include "store/span_sink.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisle {

class TraceAttributes {
public:
    struct Pair {
        std::string key, value;
        ValueType type = ValueType::String;
    };

    /// 1 M spans take 0.15 s and up to 40 bytes each. Throws StoreError and Stopped. Thread: that of `db`; keep it off the UI thread.
    static TraceAttributes read(Database& db, const SpanTable& table, std::span<const TraceIndex> traces, const StopToken& stop);

    /// All that occur in the trace but the others, each once.
    const std::vector<Pair>& pairs() const { return pairs_; }
    size_t places() const { return hasOthers_.size(); }
    Row rowAt(size_t place) const { return rows_[place]; }
    /// Numbers of pairs of the span itself, and of its resource.
    std::span<const uint32_t> of(size_t place) const { return {numbers_.data() + first_[place], numbers_.data() + first_[place + 1]}; }
    std::span<const uint32_t> ofResource(size_t place) const { return resources_[resourceOf_[place]]; }
    /// There are values that are not in pairs().
    bool hasOthers(size_t place) const { return hasOthers_[place]; }

    /// Reads what a span says that has others: everything, those of fragments, too. Not of its resource.
    class Reader {
    public:
        Reader(Database& db, const TraceAttributes& attributes);
        const std::vector<Pair>& of(size_t place); ///< until the next call

    private:
        void add(Row row);
        const TraceAttributes& attributes_;
        Statement span_, key_;
        std::unordered_map<uint32_t, std::string> keys_;
        std::vector<Pair> found_;
    };

private:
    class Loader;
    std::vector<Row> rows_;
    std::vector<Pair> pairs_;
    std::unordered_map<uint32_t, uint32_t> numberOf_; ///< of a pair, by its id in the store
    std::vector<uint32_t> first_{0}, numbers_;
    std::vector<uint32_t> resourceOf_; ///< by place, into resources_
    std::vector<std::vector<uint32_t>> resources_;
    std::vector<bool> hasOthers_;
    std::multimap<size_t, Row> fragments_; ///< by place
};

class Workspace;

/// The same, read when first asked for. Thread: any; the first caller works, others wait for it.
class TraceAttributesSource {
public:
    /// Without a workspace there are none.
    TraceAttributesSource(std::shared_ptr<Workspace> workspace, SpanTablePtr table, std::vector<TraceIndex> traces);
    ~TraceAttributesSource();
    /// Null: not read yet. Does not wait.
    std::shared_ptr<const TraceAttributes> ready() const { return attributes_.load(); }
    /// Throws StoreError and Stopped; a stopped call leaves nothing behind. Off the UI thread.
    std::shared_ptr<const TraceAttributes> get(const StopToken& stop);
    const std::shared_ptr<Workspace>& workspace() const { return workspace_; }

private:
    std::shared_ptr<Workspace> workspace_;
    SpanTablePtr table_;
    std::vector<TraceIndex> traces_;
    std::mutex mutex_;
    std::atomic<std::shared_ptr<const TraceAttributes>> attributes_;
};

} // namespace aisle
