// The map and the variants under the pointer and keys, and the filters to their cases.
#include "paths/paths_view.h"

#include "graph/graph_canvas.h"
#include "text/format.h"
#include "widgets/plain_text.h"
#include "widgets/tabular_model.h"

#include <QKeyEvent>
#include <QMenu>
#include <QTableView>

#include <algorithm>

namespace aisle {

namespace {
constexpr size_t kMostCasesNamed = 50; ///< in a filter, one by one
}

void PathsView::select(const GraphHit& hit) {
    list_->clearSelection();
    cursor_ = hit;
    // What others know of: a stage.
    if (shown_ && shown_->of->choice.of == ActivityChoice::Of::Stages && hit.kind == GraphHit::Kind::Node && hit.number < shown_->graph.nodes.size())
        selection().setFocus(Focus::onStage(shown_->of->log.activities[shown_->graph.nodes[hit.number].activity]));
    showMarks();
}

uint32_t PathsView::chosenVariant() const {
    const QModelIndexList rows = list_->selectionModel()->selectedRows();
    return !shown_ || rows.isEmpty() ? Variants::kNone : static_cast<uint32_t>(model_->given(rows.front().row()));
}

PathsView::Filter PathsView::filterTo(std::vector<CaseNumber> cases, const std::vector<uint32_t>& activities) const {
    Filter out;
    out.cases = std::move(cases);
    if (out.cases.empty())
        return out;
    std::string text;
    if (out.cases.size() <= kMostCasesNamed) {
        for (const CaseNumber c : out.cases)
            text += (text.empty() ? "{ " : " || ") + std::string("aisle:case = ") + traceql::quoted(shown_->of->state->cases().cases()[c].value);
        text += " }";
        out.isExact = true;
    } else {
        for (const uint32_t activity : activities) {
            const std::string& condition = shown_->of->log.conditions[activity];
            if (condition.empty())
                return out;
            text += (text.empty() ? "aisle:case(" : " && ") + condition;
        }
        if (text.empty())
            return out;
        text += ")";
    }
    traceql::ParseError error;
    if (const auto query = traceql::parse(text, error))
        out.query = query->toText();
    return out;
}

PathsView::Filter PathsView::filterOf(const GraphHit& hit) const {
    if (!shown_)
        return {};
    const DirectlyFollows& graph = shown_->graph;
    const CaseLog& log = shown_->of->log;
    if (hit.kind == GraphHit::Kind::Node && hit.number < graph.nodes.size())
        return filterTo(casesOfNode(log, shown_->only, graph, hit.number), {graph.nodes[hit.number].activity});
    if (hit.kind == GraphHit::Kind::Node && hit.number < graph.nodes.size() + shown_->plan.circles.size())
        return filterTo(casesOfNode(log, shown_->only, graph, shown_->plan.mapNode(graph, hit.number)), {});
    if (hit.kind != GraphHit::Kind::Edge || hit.number >= graph.edges.size())
        return {};
    const DirectlyFollows::Edge& edge = graph.edges[hit.number];
    std::vector<uint32_t> activities;
    for (const uint32_t node : {edge.from, edge.to})
        if (node < graph.nodes.size() && (activities.empty() || activities.front() != graph.nodes[node].activity))
            activities.push_back(graph.nodes[node].activity);
    return filterTo(casesOfEdge(log, shown_->only, graph, edge.from, edge.to), activities);
}

PathsView::Filter PathsView::filterOfVariant(uint32_t variant) const {
    if (!shown_ || variant >= shown_->variants.variants.size())
        return {};
    std::vector<uint32_t> activities;
    for (const Variants::Step& step : shown_->variants.variants[variant].steps)
        if (std::find(activities.begin(), activities.end(), step.activity) == activities.end())
            activities.push_back(step.activity);
    return filterTo(casesOfVariant(shown_->variants, variant), activities);
}

void PathsView::filterTo(const Filter& filter) {
    if (filter.query.empty())
        return;
    ScopeTerm term;
    term.kind = ScopeTerm::Kind::Query;
    term.text = filter.query;
    selection().addTerm(term);
}

void PathsView::openMenu(const Filter& filter, QPoint global) {
    if (filter.cases.empty())
        return;
    QMenu menu(this);
    const QString cases = toQString(counted(filter.cases.size(), "case", "cases"));
    QAction* action = menu.addAction(filter.query.empty() ? tr("No query says which cases these %1 are").arg(toQString(formatCount(filter.cases.size())))
                                     : filter.isExact     ? tr("Filter to its %1\tEnter").arg(cases)
                                                          : tr("Filter to cases that have what is in these %1\tEnter").arg(cases));
    action->setEnabled(!filter.query.empty());
    connect(action, &QAction::triggered, this, [this, filter] { filterTo(filter); });
    menu.exec(global);
}

void PathsView::walk(Qt::Key key) {
    const GraphFrame& frame = canvas_->frame();
    uint32_t at = 0; // the most frequent one
    if (cursor_.kind == GraphHit::Kind::Edge && cursor_.number < shown_->graph.edges.size()) {
        const DirectlyFollows::Edge& edge = shown_->graph.edges[cursor_.number];
        at = shown_->plan.frameNode(shown_->graph, key == Qt::Key_Left || key == Qt::Key_Up ? edge.from : edge.to);
    } else if (cursor_.kind == GraphHit::Kind::Node) {
        at = neighbourOnPath(shown_->graph, shown_->plan, frame, cursor_.number, key).value_or(cursor_.number);
    }
    select({GraphHit::Kind::Node, at});
    canvas_->reveal(frame.nodes[at].rect);
}

void PathsView::nextLine() {
    if (cursor_.kind == GraphHit::Kind::None)
        select({GraphHit::Kind::Node, 0});
    const bool isOnLine = cursor_.kind == GraphHit::Kind::Edge;
    std::vector<uint32_t> lines = linesAt(shown_->graph, shown_->plan, isOnLine ? linesOf_ : cursor_.number);
    auto at = isOnLine ? std::find(lines.begin(), lines.end(), cursor_.number) : lines.end();
    if (isOnLine && at == lines.end()) { // clicked
        linesOf_ = shown_->plan.frameNode(shown_->graph, shown_->graph.edges[cursor_.number].from);
        lines = linesAt(shown_->graph, shown_->plan, linesOf_);
        at = std::find(lines.begin(), lines.end(), cursor_.number);
    } else if (!isOnLine) {
        linesOf_ = cursor_.number;
    }
    if (lines.empty())
        return;
    const uint32_t next = at == lines.end() || at + 1 == lines.end() ? lines.front() : *(at + 1);
    select({GraphHit::Kind::Edge, next});
    canvas_->reveal(canvas_->frame().edges[next].path.boundingRect());
}

void PathsView::keyPressed(QKeyEvent* event) {
    if (!shown_ || canvas_->frame().nodes.empty())
        return;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down: walk(static_cast<Qt::Key>(event->key())); break;
    case Qt::Key_L: nextLine(); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: filterTo(filterOf(cursor_)); break;
    case Qt::Key_Escape:
        if (cursor_.kind == GraphHit::Kind::None && chosenVariant() == Variants::kNone)
            return;
        select({});
        break;
    default: return;
    }
    event->accept();
}

bool PathsView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && chosenVariant() != Variants::kNone) {
            filterTo(filterOfVariant(chosenVariant()));
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

} // namespace aisle
