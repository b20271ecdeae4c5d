#include "query/condition_cache.h"

namespace aisle::traceql {

std::shared_ptr<const ConditionCache::Facts> ConditionCache::facts(const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    if (facts_)
        return facts_;
    auto made = std::make_shared<Facts>();
    made->visible = RowSet(*table_);
    made->hasHidden.resize(table_->segmentCount());
    made->starts.resize(table_->segmentCount(), {std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()});
    for (uint32_t number = 0; number < table_->segmentCount(); ++number) {
        if (!table_->hasSegment(number))
            continue;
        stop.check();
        const auto& flags = table_->derivedAt(number).flags;
        made->visible.segment(number).setWhere([&](size_t i) { return (flags[i] & kHidden) == 0; });
        made->hasHidden[number] = made->visible.segment(number).count() < flags.size();
        for (const int64_t start : table_->segmentAt(number).start) {
            made->starts[number].first = std::min(made->starts[number].first, start);
            made->starts[number].last = std::max(made->starts[number].last, start);
        }
    }
    made->traces = BitSet(table_->traceSlots());
    for (TraceIndex t = 0; t < table_->traceSlots(); ++t) {
        const TraceSummary& summary = table_->summary(t);
        if (summary.spans > 0)
            made->traces.set(t);
        made->traceStarts.push_back(summary.hasStart ? summary.start : Facts::kNoStart);
        made->traceDurations.push_back(summary.duration);
    }
    return facts_ = std::move(made);
}

std::shared_ptr<const ConditionCache::PathValues> ConditionCache::pathValues(const std::string& rows, const std::function<PathValues()>& make) {
    const std::lock_guard lock(pathsMutex_);
    auto& known = pathValues_[rows];
    if (!known)
        known = std::make_shared<const PathValues>(make());
    return known;
}

std::shared_ptr<const ConditionCache::RowsOfTraces> ConditionCache::rowsOfTraces() {
    const std::lock_guard lock(mutex_);
    return rowsOfTraces_;
}

void ConditionCache::keep(RowsOfTraces rows) {
    auto kept = std::make_shared<const RowsOfTraces>(std::move(rows));
    const std::lock_guard lock(mutex_);
    rowsOfTraces_.swap(kept);
}

std::shared_ptr<const RowSet> ConditionCache::find(const std::string& condition) {
    const std::lock_guard lock(mutex_);
    const auto found = byCondition_.find(condition);
    if (found == byCondition_.end())
        return nullptr;
    newestFirst_.splice(newestFirst_.begin(), newestFirst_, found->second);
    return found->second->second;
}

void ConditionCache::keep(const std::string& condition, const RowSet& rows) {
    const size_t bytes = table_->rowCount() / 8 + 1;
    auto copy = std::make_shared<const RowSet>(rows);
    const std::lock_guard lock(mutex_);
    if (byCondition_.contains(condition))
        return;
    newestFirst_.emplace_front(condition, std::move(copy));
    byCondition_[condition] = newestFirst_.begin();
    while (newestFirst_.size() > 1 && newestFirst_.size() * bytes > kMostBytes) {
        byCondition_.erase(newestFirst_.back().first);
        newestFirst_.pop_back();
    }
}

} // namespace aisle::traceql
