// Finding spans in the trace on show: from the words in the box to rows that match.

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
    if (!data_->attributes->ready()) // so that they are there when the first word is typed
        attributeWorker_.run<bool>([attributes = data_->attributes](const StopToken& stop) { return attributes->get(stop) != nullptr; }, [](bool) {});
}

/// First what names, times and the values that are in memory say, at once; then the values, when they are read; then those that
/// are only in the store, with a running count.
void WaterfallView::startSearch(const QString& text) {
    matches_.clear();
    matchMarks_.clear();
    match_ = 0;
    isSearching_ = false;
    searchWorker_.cancel();
    search_->setCount(0, 0, false);
    update();
    std::string problem;
    const auto query = TraceQuery::parse(text.trimmed().toStdString(), problem);
    if (!query)
        search_->setProblem(toQString(problem));
    if (!data_ || !query || query->terms().empty()) {
        if (search_->onlyMatches())
            applyHidden();
        return;
    }
    isSearching_ = true;
    const auto attributes = data_->attributes->ready();
    searchWorker_.run<TraceMatches>(
        [data = data_, query = *query, attributes](const StopToken& stop) { return searchTrace(*data->table, data->tree, query, attributes.get(), stop); },
        [this, query = *query, attributes](TraceMatches matches) {
            showMatches(std::move(matches.found), matches.pending.empty());
            stepMatch(0);
            if (!attributes && !matches.pending.empty())
                searchValues(query);
            else
                searchOthers(query, std::move(matches.pending), 0);
        },
        [this](const QString& failure) { searchFailed(failure); });
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

void WaterfallView::searchValues(const TraceQuery& query) {
    searchWorker_.run<TraceMatches>(
        [data = data_, query](const StopToken& stop) { return searchTrace(*data->table, data->tree, query, data->attributes->get(stop).get(), stop); },
        [this, query](TraceMatches matches) {
            const bool isFirst = matches_.empty();
            showMatches(std::move(matches.found), matches.pending.empty());
            if (isFirst)
                stepMatch(0);
            searchOthers(query, std::move(matches.pending), 0);
        },
        [this](const QString& problem) { searchFailed(problem); });
}

void WaterfallView::searchOthers(const TraceQuery& query, std::vector<size_t> pending, size_t done) {
    constexpr size_t kAtOnce = 20'000; // a tenth of a second
    if (done == pending.size())
        return;
    const size_t end = std::min(pending.size(), done + kAtOnce);
    // Taken before the call: its arguments come in any order, and one of them takes `pending` away.
    std::vector<size_t> part(pending.begin() + static_cast<ptrdiff_t>(done), pending.begin() + static_cast<ptrdiff_t>(end));
    searchWorker_.run<std::vector<NodeIndex>>(
        [data = data_, query, part = std::move(part)](const StopToken& stop) {
            const auto attributes = data->attributes->get(stop);
            const auto db = data->attributes->workspace()->connect();
            TraceAttributes::Reader reader(*db, *attributes);
            return searchPending(*data->table, data->tree, query, *attributes, reader, part, stop);
        },
        [this, query, pending = std::move(pending), end](const std::vector<NodeIndex>& found) mutable {
            const bool isFirst = matches_.empty();
            std::vector<NodeIndex> all;
            all.reserve(matches_.size() + found.size());
            std::merge(matches_.begin(), matches_.end(), found.begin(), found.end(), std::back_inserter(all));
            showMatches(std::move(all), end == pending.size());
            if (isFirst)
                stepMatch(0);
            searchOthers(query, std::move(pending), end);
        },
        [this](const QString& problem) { searchFailed(problem); });
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
