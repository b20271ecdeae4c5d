#include "service_graph/graph_source.h"

namespace aisle {

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
    return std::make_shared<const ServiceGraph>(calls(stop)->count(traces, stop, groups));
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
