// Tables, comparison with other traces, replay.
#include "graph/graph_view.h"

#include "charts/baseline_box.h"
#include "graph/graph_replay.h"
#include "service_graph/graph_tables.h"
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

void GraphView::showTable() {
    const GraphBar::Show show = bar_->show();
    stack_->setCurrentWidget(show == GraphBar::Show::Picture ? static_cast<QWidget*>(canvas_) : list_);
    if (show == GraphBar::Show::Picture) {
        model_->setTable({});
        return;
    }
    const auto before = std::pair(list_->verticalScrollBar()->value(), model_->columnCount());
    const auto table = tabular();
    model_->setTable(table ? *table : Tabular());
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
    baseline_->setVisible(bar_->isComparing());
    if (!whole_.source || whole_.source != context().graphSource())
        return;
    const auto scope = context().scopeResult();
    exactWorker_.cancel();
    detailsWorker_.cancel();
    // Places are of all traces, so that no node moves from one comparison to the next.
    if (laid_.of != whole_.graph || laid_.kind != layoutKind()) {
        setShownScope(nullptr);
        placeNodes(whole_.graph, nullptr);
        return;
    }
    differenceWorker_.run<std::shared_ptr<const GraphDifference>>(
        [asked = context().queryContext(), scope, baseline = baseline_->baseline()](const StopToken& stop) {
            return std::make_shared<const GraphDifference>(graphDifference(asked, *scope, baseline, stop));
        },
        [this, scope](std::shared_ptr<const GraphDifference> difference) {
            setShownScope(scope);
            problem_.clear();
            details_ = nullptr;
            difference_ = std::move(difference);
            full_ = ServiceGraphPtr(difference_, &difference_->graph);
            const Counted counted = throughLens(full_, lens_);
            shown_ = counted.graph;
            lensed_ = counted.lensed;
            makeFrame();
        },
        [this](const QString& why) { showProblem(why); });
}

void GraphView::compareWith(const Scope& baseline) {
    baseline_->keep(baseline);
    if (bar_->isComparing())
        return; // the box has said so
    bar_->setComparing(true);
    compare();
}

void GraphView::stopComparing() {
    differenceWorker_.cancel();
    baseline_->hide();
    difference_ = nullptr;
    full_ = nullptr;
    setShownScope(nullptr);
    layOut();
}

QString GraphView::differenceWords() const {
    if (difference_->tracesBefore == 0 || difference_->tracesAfter == 0)
        return difference_->tracesAfter == 0 ? tr("Nothing is selected that is not in the baseline") : tr("There is nothing to compare with: select some of the traces, or choose a baseline");
    const auto clear = std::count_if(difference_->ranked.begin(), difference_->ranked.end(), [this](const GraphDifference::Place& place) { return difference_->at(place).isClear(); });
    return tr("%1 traces against %2: %3 of %4 changed beyond chance; chosen by what they did themselves (slow, failed), they differ in that of course")
        .arg(toQString(formatCount(difference_->tracesAfter)), toQString(formatCount(difference_->tracesBefore)), toQString(formatCount(static_cast<uint64_t>(clear))),
             toQString(counted(difference_->ranked.size(), "node or edge", "nodes and edges")));
}

const GraphChange& GraphView::changeOf(const GraphHit& hit) const {
    const bool isNode = hit.kind == GraphHit::Kind::Node;
    const uint32_t number = !lensed_ ? hit.number : isNode ? lensed_->nodeNumbers[hit.number] : lensed_->edgeNumbers[hit.number];
    return isNode ? difference_->nodes[number] : difference_->edges[number];
}

/// Blue: less of it, grey: the same or not clear, orange: more of it (slower, more failures, more calls). What was added or is gone says so.
void GraphView::colourDifferences(GraphFrame& frame) const {
    if (!difference_)
        return;
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

// --- replay

void GraphView::startReplay() {
    replay_->setVisible(bar_->isReplaying());
    if (!bar_->isReplaying()) {
        replay_->stop();
        timelineWorker_.cancel();
        replay_->setTimeline(nullptr, context().timeZone());
        makeFrame();
        return;
    }
    if (!shown_ || shown_->isApproximate || shown_->to <= shown_->from)
        return;
    constexpr uint32_t kBuckets = 240;
    timelineWorker_.run<std::shared_ptr<const GraphTimeline>>(
        [graph = shown_, table = tableOnShow(), traces = shownTraces()](const StopToken& stop) {
            return std::make_shared<const GraphTimeline>(*graph, table, traces ? &*traces : nullptr, GraphTimeline::Range{graph->from, graph->to + 1, kBuckets}, stop);
        },
        [this](std::shared_ptr<const GraphTimeline> timeline) { replay_->setTimeline(std::move(timeline), context().timeZone()); }, [this](const QString& why) { showProblem(why); });
}

/// The same nodes and edges with the numbers of a moment; what is silent then is faint.
void GraphView::showMoment(const ServiceGraph& moment) {
    if (!shown_ || moment.nodes.size() != shown_->nodes.size() || moment.edges.size() != shown_->edges.size())
        return;
    auto frame = std::make_shared<GraphFrame>(graphFrame(moment, laid_.plan, context().serviceColours(), theme()));
    frame->colours = GraphFrame::Colours::Moment;
    std::vector<std::string> ids;
    for (uint32_t n = 0; n < moment.nodes.size(); ++n) {
        ids.push_back(moment.nodes[n].id);
        if (moment.nodes[n].calls == 0)
            frame->nodes[n].colour = theme().line;
    }
    for (uint32_t e = 0; e < moment.edges.size(); ++e) {
        GraphFrame::Edge& edge = frame->edges[e];
        const ServiceGraph::Edge &now = moment.edges[e], &usual = shown_->edges[e];
        if (now.calls == 0) {
            edge.label.clear();
            edge.width = 1;
            edge.colour = mixed(theme().line, theme().background, 0.7);
        } else if (now.p50 > 0 && usual.p50 > 0) { // slower or faster than over the whole time
            edge.colour = theme().difference(std::clamp(std::log2(static_cast<double>(now.p50) / static_cast<double>(usual.p50)) / 2, -1.0, 1.0));
        }
    }
    canvas_->setFrame(std::move(frame), ids, false);
    remark();
}

} // namespace aisle
