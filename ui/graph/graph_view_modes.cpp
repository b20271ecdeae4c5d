// Tables, comparison with other traces, replay.
#include "graph/graph_view.h"

#include "charts/baseline_box.h"
#include "graph/graph_replay.h"
#include "service_graph/graph_tables.h"
#include "service_graph/node_words.h"
#include "text/format.h"
#include "widgets/plain_text.h"
#include "widgets/paint.h"
#include "widgets/tabular_model.h"

#include <QFontMetrics>
#include <QHeaderView>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>
#include <cmath>

namespace aisle {

// --- tables

namespace {
/// As in the picture; what is exported keeps the name that scope terms have.
void nameUser(Tabular& table) {
    for (size_t c = 0; c < table.columns.size(); ++c)
        if (const std::string& key = table.columns[c].key; key == "name" || key == "from" || key == "to" || key == "what")
            for (auto& row : table.rows)
                if (const auto* name = std::get_if<std::string>(&row[c].value); name != nullptr && name->starts_with(kUserNode)) // of a call: "(user) → shop"
                    row[c].shown = nodeWords(std::string(kUserNode)) + name->substr(kUserNode.size());
}
} // namespace

void GraphView::showTable() {
    const GraphBar::Show show = bar_->show();
    stack_->setCurrentWidget(show == GraphBar::Show::Picture ? static_cast<QWidget*>(canvas_) : list_);
    if (show == GraphBar::Show::Picture) {
        model_->setTable({});
        return;
    }
    const auto before = std::pair(list_->verticalScrollBar()->value(), model_->columnCount());
    const auto table = tabular();
    if (table && !model_->table().columns.empty() && model_->table().columns.front().key != table->columns.front().key)
        list_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder); // other columns
    if (table)
        nameUser(*table);
    model_->setTable(table ? std::move(*table) : Tabular());
    if (model_->columnCount() != before.second) {
        const QFontMetrics metrics(theme().font);
        for (int c = 0; c < model_->columnCount(); ++c) { // as wide as what is in the first rows
            int width = metrics.horizontalAdvance(model_->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString()) + 28;
            for (int r = 0; r < std::min(100, model_->rowCount()); ++r)
                width = std::max(width, metrics.horizontalAdvance(model_->index(r, c).data().toString()) + 20);
            list_->setColumnWidth(c, std::min(width, 420));
        }
    }
    const QHeaderView* header = list_->horizontalHeader();
    model_->sort(header->sortIndicatorSection() < model_->columnCount() ? header->sortIndicatorSection() : -1, header->sortIndicatorOrder());
    list_->verticalScrollBar()->setValue(before.first);
}

// --- comparison

void GraphView::compare() {
    detailsWorker_.cancel();
    const auto scope = context().scopeResult();
    differenceWorker_.run<Counted>(
        [counted = toCount(nullptr), scope, baseline = baseline_->baseline(), lens = lens_](const StopToken& stop) mutable {
            counted.difference = std::make_shared<const GraphDifference>(graphDifference(counted.asked, *scope, baseline, stop));
            counted.full = ServiceGraphPtr(counted.difference, &counted.difference->graph);
            return throughLens(std::move(counted), lens);
        },
        [this, scope](Counted counted) { display(std::move(counted), scope); }, [this](const QString& why) { showProblem(why); });
}

void GraphView::compareWith(const Scope& baseline) {
    baseline_->keep(baseline);
    bar_->setComparing(true);
    stopReplay();
    layOut();
}

QString GraphView::differenceWords() const {
    const GraphDifference& found = *counted_.difference;
    if (found.tracesAfter == 0)
        return tr("Nothing is selected that is not in the baseline");
    if (found.tracesBefore == 0)
        return tr("There is nothing to compare with: select some of the traces, or choose a baseline");
    const auto clear = std::count_if(found.ranked.begin(), found.ranked.end(), [&](const GraphDifference::Place& place) { return found.at(place).isClear(); });
    return tr("%1 against %2: %3 of %4 changed beyond chance")
        .arg(toQString(counted(found.tracesAfter, "trace", "traces")), toQString(formatCount(found.tracesBefore)), toQString(formatCount(static_cast<uint64_t>(clear))),
             toQString(counted(found.ranked.size(), "node or edge", "nodes and edges")));
}

const GraphChange& GraphView::changeOf(const GraphHit& hit) const {
    const bool isNode = hit.kind == GraphHit::Kind::Node;
    const uint32_t number = !counted_.lensed ? hit.number : isNode ? counted_.lensed->nodeNumbers[hit.number] : counted_.lensed->edgeNumbers[hit.number];
    return isNode ? counted_.difference->nodes[number] : counted_.difference->edges[number];
}

/// Blue: less of it, grey: the same or not clear, orange: more of it (slower, more failures, more calls). What was added or is gone says so.
void GraphView::colourDifferences(GraphFrame& frame) const {
    if (!counted_.difference)
        return;
    if (counted_.difference->tracesBefore == 0 || counted_.difference->tracesAfter == 0)
        return; // with nothing everything would be new
    frame.colours = GraphFrame::Colours::Difference;
    const auto colourOf = [&](const GraphChange& change) {
        if (change.presence == GraphChange::Presence::Added)
            return theme().difference(1);
        if (change.presence == GraphChange::Presence::Removed)
            return theme().difference(-1);
        double strongest = 0;
        const auto take = [&](const Change& one, double doubled) { // as many doublings, at most two
            if (one.isClear() && std::abs(doubled) > std::abs(strongest))
                strongest = doubled;
        };
        const auto doublings = [](const Change& one) { return one.before > 0 && one.after > 0 ? std::log2(one.after / one.before) / 2 : one.after > one.before ? 1.0 : -1.0; };
        take(change.p95, doublings(change.p95));
        take(change.p50, doublings(change.p50));
        take(change.rate, doublings(change.rate));
        take(change.errorShare, (change.errorShare.after - change.errorShare.before) * 5);
        return theme().difference(std::clamp(strongest, -1.0, 1.0));
    };
    const auto words = [&](const GraphChange& change) {
        return change.presence == GraphChange::Presence::Added ? tr("new") : change.presence == GraphChange::Presence::Removed ? tr("gone") : QString();
    };
    const auto change = [](const char* name, const Change& one) -> QString {
        if (!one.isClear() || one.before <= 0 || one.after <= 0)
            return {};
        return QLatin1String(name) + QStringLiteral(" ×") + QString::number(one.after / one.before, 'g', 3);
    };
    const auto points = [](const Change& share) -> QString {
        if (!share.isClear())
            return {};
        const double by = (share.after - share.before) * 100;
        return (by > 0 ? QLatin1String("+") : QLatin1String()) + QString::number(by, 'f', 1) + tr(" points");
    };
    for (uint32_t n = 0; n < frame.nodes.size(); ++n) {
        const GraphChange& of = changeOf({GraphHit::Kind::Node, n});
        GraphFrame::Node& node = frame.nodes[n];
        node.colour = colourOf(of);
        QStringList said{words(of), change("p95", of.p95), change("p50", of.p50), change("calls", of.rate)};
        said.removeAll(QString());
        GraphFrame::Node::Line line{said.isEmpty() ? tr("no clear change") : said.first(), said.size() > 1 ? said[1] : QString(), points(of.errorShare)};
        node.lines.insert(node.lines.begin(), line);
    }
    for (uint32_t e = 0; e < frame.edges.size(); ++e) {
        const GraphChange& of = changeOf({GraphHit::Kind::Edge, e});
        GraphFrame::Edge& edge = frame.edges[e];
        edge.colour = colourOf(of);
        edge.failed.clear();
        QStringList said{words(of), change("p95", of.p95), change("calls", of.rate)};
        said.removeAll(QString());
        edge.label = said.isEmpty() ? QString() : said.first();
        edge.errorLabel = points(of.errorShare);
    }
}

ChangesOf GraphView::changesShown() const {
    switch (bar_->show()) {
    case GraphBar::Show::Nodes: return ChangesOf::Nodes;
    case GraphBar::Show::Edges: return ChangesOf::Edges;
    case GraphBar::Show::Picture: break;
    }
    return ChangesOf::All;
}

// --- replay

namespace {

/// [from, to) ns that a scope names: when spans start, else when their traces do. nullopt: none.
std::optional<std::pair<int64_t, int64_t>> timeOf(const Scope& scope) {
    std::optional<std::pair<int64_t, int64_t>> found;
    for (const ScopeTerm::Kind kind : {ScopeTerm::Kind::TraceTime, ScopeTerm::Kind::Time})
        for (const ScopeTerm& term : scope.terms())
            if (term.kind == kind)
                found = {term.from, term.to};
    return found;
}

} // namespace

void GraphView::stopReplay() {
    bar_->setReplaying(false);
    startReplay();
}

void GraphView::startReplay() {
    replay_->setVisible(bar_->isReplaying());
    if (!bar_->isReplaying()) {
        replay_->stop();
        timelineWorker_.cancel();
        replay_->setTimeline(nullptr, context().timeZone());
        if (std::exchange(moment_, nullptr))
            makeFrame();
        return;
    }
    if (!shown_ || counted_.difference || shown_->isApproximate || !counted_.source)
        return; // it is started again by what is shown next
    if (shown_->from == 0 && shown_->to == 0) {
        replay_->setProblem(tr("None of these spans has a start."));
        return;
    }
    constexpr uint32_t kBuckets = 240;
    replay_->setProblem(tr("Working out moments…"));
    timelineWorker_.run<std::shared_ptr<const GraphTimeline>>(
        [counted = counted_, time = isOfOneTrace() ? std::nullopt : timeOf(shownScope()->scope)](const StopToken& stop) {
            const ServiceGraph& graph = *counted.full; // a node counts calls that the lens does not show, too
            const auto& table = counted.source->table();
            if (time)
                return std::make_shared<const GraphTimeline>(graph, table, counted.traces.get(), GraphTimeline::Range{time->first, time->second, kBuckets}, stop, counted.lensed.get());
            return std::make_shared<const GraphTimeline>(GraphTimeline::ofAll(graph, table, counted.traces.get(), kBuckets, stop, counted.lensed.get()));
        },
        [this](std::shared_ptr<const GraphTimeline> timeline) { replay_->setTimeline(std::move(timeline), context().timeZone()); },
        [this](const QString& why) { replay_->setProblem(why); });
}

/// Only a trace that is in focus is shown, whatever the scope is.
bool GraphView::isOfOneTrace() const { return bar_->isOnlyFocus() && counted_.isOfFocus && (only_.kind == Focus::Kind::Trace || only_.kind == Focus::Kind::Span); }

/// The same nodes and edges with the numbers of a moment.
void GraphView::showMoment(const ServiceGraph& moment) {
    if (!shown_ || moment.nodes.size() != shown_->nodes.size() || moment.edges.size() != shown_->edges.size())
        return;
    moment_ = std::make_shared<const ServiceGraph>(moment);
    std::vector<std::string> ids;
    for (const ServiceGraph::Node& node : moment.nodes)
        ids.push_back(node.id);
    canvas_->setFrame(std::make_shared<GraphFrame>(frameOf()), ids, false);
    point();
}

/// What is silent is faint, the rest as slow or fast as it is against the whole time.
void GraphView::colourMoment(GraphFrame& frame) const {
    constexpr uint64_t kFewestCalls = 5; // the median of fewer is chance: a call of two was called slow for being the slower one
    frame.colours = GraphFrame::Colours::Moment;
    for (uint32_t n = 0; n < moment_->nodes.size(); ++n)
        if (moment_->nodes[n].calls == 0)
            frame.nodes[n].colour = theme().line;
    for (uint32_t e = 0; e < moment_->edges.size(); ++e) {
        GraphFrame::Edge& edge = frame.edges[e];
        const ServiceGraph::Edge &now = moment_->edges[e], &usual = shown_->edges[e];
        if (now.calls == 0) {
            edge.label.clear();
            edge.width = 1;
            edge.colour = mixed(theme().line, theme().background, 0.7);
        } else if (now.calls >= kFewestCalls && now.p50 > 0 && usual.p50 > 0) {
            edge.colour = theme().difference(std::clamp(std::log2(static_cast<double>(now.p50) / static_cast<double>(usual.p50)) / 2, -1.0, 1.0));
        }
    }
}

} // namespace aisle
