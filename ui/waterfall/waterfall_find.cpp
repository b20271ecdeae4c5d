// Finding spans in the trace on show: from words or a query in the box to rows that match.

#include "analysis/trace_search.h"
#include "waterfall/waterfall_search.h"
#include "waterfall/waterfall_view.h"
#include "widgets/plain_text.h"

#include <algorithm>

namespace aisle {

void WaterfallView::openSearch() {
    if (!data_)
        return;
    search_->open();
    search_->setCount(match_, matches_.size(), isSearching_);
}

/// First what names, times and the dictionary of values say, at once; then the values that are kept with their spans.
void WaterfallView::startSearch(const QString& text) {
    matches_.clear();
    matchMarks_.clear();
    match_ = 0;
    isSearching_ = false;
    searchWorker_.cancel();
    search_->setCount(0, 0, false);
    update();
    traceql::ParseError error;
    const auto query = traceql::read(text.trimmed().toStdString(), error, traceql::Words::InSpan);
    const bool isSeries = query && std::any_of(query->nodes.begin(), query->nodes.end(), [](const traceql::Node& node) { return node.type == traceql::Node::Type::Metric; });
    if (!query)
        search_->setProblem(toQString(error.message));
    else if (isSeries)
        search_->setProblem(tr("A search selects spans; series over time are asked for with aisle query."));
    if (!data_ || !query || isSeries || text.trimmed().isEmpty()) {
        if (search_->onlyMatches())
            applyHidden();
        return;
    }
    isSearching_ = true;
    search(*query, false);
}

void WaterfallView::search(const traceql::Query& query, bool readsKept) {
    traceql::Context asked = context().queryContext();
    asked.table = data_->source; // rows are those of any later table
    searchWorker_.run<TraceMatches>(
        [data = data_, asked, query, readsKept](const StopToken& stop) { return searchTrace(asked, data->tree, query, readsKept, stop); },
        [this, query](TraceMatches matches) {
            const bool isFirst = matches_.empty();
            showMatches(std::move(matches.found), !matches.isPartial);
            if (isFirst)
                stepMatch(0);
            if (matches.isPartial)
                search(query, true);
        },
        [this](const QString& problem) { searchFailed(problem); });
}

void WaterfallView::searchFailed(const QString& problem) {
    isSearching_ = false;
    search_->setProblem(problem);
    update();
}

/// In the order of the tree; the one that is gone to stays.
void WaterfallView::showMatches(std::vector<NodeIndex> found, bool isComplete) {
    const NodeIndex current = match_ < matches_.size() ? matches_[match_] : selected_ == kNoNode ? 0 : selected_;
    matches_ = std::move(found);
    // The first at or after the selected row, so that typing on does not jump about.
    const auto at = std::lower_bound(matches_.begin(), matches_.end(), current);
    match_ = at == matches_.end() ? 0 : static_cast<size_t>(at - matches_.begin());
    isSearching_ = !isComplete;
    constexpr size_t kMarks = 2048; // as finely as a screen is wide
    matchMarks_.assign(kMarks, false);
    const TimeRange bounds = data_->axis.places();
    for (const NodeIndex node : matches_) {
        if (!data_->tree.hasStart(*data_->table, node))
            continue;
        const double share = static_cast<double>(data_->axis.at(data_->tree.startOf(*data_->table, node)) - bounds.from) / static_cast<double>(bounds.length());
        matchMarks_[std::min(kMarks - 1, static_cast<size_t>(std::clamp(share, 0.0, 1.0) * kMarks))] = true;
    }
    search_->setCount(match_, matches_.size(), isSearching_);
    if (search_->onlyMatches() && isComplete)
        applyHidden();
    update();
}

void WaterfallView::stepMatch(int by) {
    update();
    if (matches_.empty())
        return;
    const auto count = static_cast<int64_t>(matches_.size());
    match_ = static_cast<size_t>((static_cast<int64_t>(match_) + by + count) % count);
    search_->setCount(match_, matches_.size(), isSearching_);
    reveal(matches_[match_]);
    updateScrollBar();
    if (by == 0)
        scrollToNode(matches_[match_]); // typing shows, Enter selects
    else
        select(matches_[match_]);
}

} // namespace aisle
