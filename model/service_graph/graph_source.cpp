#include "service_graph/graph_source.h"

#include "service_graph/graph_details.h"

namespace aisle {

namespace {

std::unique_lock<std::timed_mutex> locked(std::timed_mutex& mutex, const StopToken& stop) {
    std::unique_lock lock(mutex, std::defer_lock);
    while (!lock.try_lock_for(std::chrono::milliseconds(10)))
        stop.check();
    return lock;
}

} // namespace

GraphSource::GraphSource(std::shared_ptr<Workspace> workspace, SpanTablePtr table)
    : workspace_(std::move(workspace)), table_(std::move(table)) {}

std::shared_ptr<const GraphCalls> GraphSource::calls(const StopToken& stop) {
    const std::lock_guard guard(mutex_);
    if (!calls_) {
        PeerColumns columns;
        if (workspace_) {
            const auto db = workspace_->connect();
            columns = readPeerColumns(*db, *table_, stop);
        }
        calls_ = std::make_shared<const GraphCalls>(*table_, columns, stop);
    }
    return calls_;
}

ServiceGraphPtr GraphSource::whole(const StopToken& stop) {
    const auto found = calls(stop);
    const std::lock_guard guard(mutex_);
    if (!whole_)
        whole_ = std::make_shared<const ServiceGraph>(found->count(nullptr, stop));
    return whole_;
}

ServiceGraphPtr GraphSource::ofTraces(const BitSet* traces, const StopToken& stop, const GraphGroups* groups) {
    if (traces == nullptr && groups == nullptr)
        return whole(stop);
    const auto count = [&] { return std::make_shared<const ServiceGraph>(calls(stop)->count(traces, stop, groups)); };
    if (groups != nullptr)
        return count();
    const auto lock = locked(lastMutex_, stop);
    if (!last_ || lastTraces_ != *traces) {
        last_ = count();
        lastTraces_ = *traces;
    }
    return last_;
}

std::shared_ptr<const GraphDetails> GraphSource::detailsOf(const ServiceGraphPtr& graph, const StopToken& stop, const std::function<GraphDetails()>& find) {
    const auto lock = locked(detailsMutex_, stop);
    if (detailedGraph_ != graph) {
        details_ = std::make_shared<const GraphDetails>(find());
        detailedGraph_ = graph;
    }
    return details_;
}

std::shared_ptr<const GraphSource::Findings> GraphSource::findings(const traceql::Source& source, const StopToken& stop) {
    const std::lock_guard guard(findingsMutex_);
    if (!findings_) {
        RowSet all(*table_);
        table_->forEachRow([&](Row row) { all.set(row); });
        findings_ = std::make_shared<const Findings>(Findings{ErrorKinds(source, all, stop), Sampling(source, stop)});
    }
    return findings_;
}

} // namespace aisle
