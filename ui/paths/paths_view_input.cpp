// The map and the variants under the pointer and keys.
#include "paths/paths_view.h"

#include "graph/graph_canvas.h"
#include "widgets/tabular_model.h"

#include <QKeyEvent>
#include <QTableView>

#include <algorithm>

namespace aisle {

void PathsView::select(const GraphHit& hit) {
    list_->clearSelection();
    cursor_ = hit;
    showMarks();
    // What others know of: a stage, or what lies between two. Lines between visits are no steps of stages, which leave out those that failed.
    if (!shown_ || (shown_->of->choice.of != ActivityChoice::Of::Stages && shown_->of->choice.of != ActivityChoice::Of::Visits))
        return;
    const DirectlyFollows& graph = shown_->graph;
    const auto stageOf = [&](uint32_t node) {
        const bool isStage = node < graph.nodes.size() && graph.nodes[node].activity < shown_->of->state->everything.stages.size(); // those behind are of failed visits
        return isStage ? shown_->of->log.activities[graph.nodes[node].activity] : std::string();
    };
    std::string from, to;
    if (hit.kind == GraphHit::Kind::Node) {
        to = stageOf(hit.number);
    } else if (hit.kind == GraphHit::Kind::Edge && hit.number < graph.edges.size() && shown_->of->choice.of == ActivityChoice::Of::Stages) {
        from = stageOf(graph.edges[hit.number].from);
        to = stageOf(graph.edges[hit.number].to);
    }
    std::vector<std::string> passing; // the line is of what follows without them
    for (const uint32_t activity : graph.leftOut)
        if (activity < shown_->of->state->everything.stages.size())
            passing.push_back(shown_->of->log.activities[activity]);
    if (!from.empty() && !to.empty())
        selection().setFocus(Focus::onStep(from, to, passing));
    else if (!from.empty() || !to.empty()) // to or from a circle
        selection().setFocus(Focus::onStage(from.empty() ? to : from));
}

uint32_t PathsView::chosenVariant() const {
    const QModelIndexList rows = list_->selectionModel()->selectedRows();
    return !shown_ || rows.isEmpty() ? Variants::kNone : static_cast<uint32_t>(model_->given(rows.front().row()));
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
    case Qt::Key_N: nextLine(); break;
    case Qt::Key_L: findOf(cursor_, lists()); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: findOf(cursor_, filters()); break;
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
            findOfVariant(chosenVariant(), filters());
            return true;
        }
        if (key == Qt::Key_L && chosenVariant() != Variants::kNone) {
            findOfVariant(chosenVariant(), lists());
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

} // namespace aisle
