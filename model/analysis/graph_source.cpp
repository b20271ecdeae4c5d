#include "analysis/graph_source.h"

namespace aisle {

GraphSource::GraphSource(std::shared_ptr<Workspace> workspace, SpanTablePtr table)
    : workspace_(std::move(workspace)), table_(std::move(table)) {}

std::shared_ptr<const PeerColumns> GraphSource::peers(const StopToken& stop) {
    const std::lock_guard guard(mutex_);
    if (!peers_) {
        PeerColumns columns;
        if (workspace_) {
            const auto db = workspace_->connect();
            columns = readPeerColumns(*db, *table_, stop);
        }
        peers_ = std::make_shared<const PeerColumns>(std::move(columns));
    }
    return peers_;
}

ServiceGraphPtr GraphSource::whole(const StopToken& stop) {
    const auto columns = peers(stop);
    const std::lock_guard guard(mutex_);
    if (!whole_)
        whole_ = std::make_shared<const ServiceGraph>(serviceGraph(*table_, nullptr, *columns, stop));
    return whole_;
}

ServiceGraphPtr GraphSource::ofTraces(const BitSet& traces, const StopToken& stop) {
    const auto columns = peers(stop);
    return std::make_shared<const ServiceGraph>(serviceGraph(*table_, &traces, *columns, stop));
}

} // namespace aisle
