// What clicks, keys and menus on the service graph mean.
#include "graph/graph_view.h"

#include "widgets/plain_text.h"

#include <QKeyEvent>
#include <QMenu>

namespace aisle {

void GraphView::followFocus() {
    const Focus::Kind kind = selection().focus().kind;
    bar_->setOnlyFocusEnabled(kind != Focus::Kind::None);
    if (bar_->isOnlyFocus() && (kind == Focus::Kind::Trace || kind == Focus::Kind::Span)) {
        layOut();
        return;
    }
    remark();
    // While it is hidden it has no size to scroll in: then it is done when it is shown.
    if (!isOwnFocus_ && isVisible())
        canvas_->reveal(focusRect());
}

void GraphView::remark() {
    if (!shown_ || !whole_.source)
        return;
    // Of only what is in focus nothing is set apart by being in focus.
    const Focus& focus = selection().focus();
    const bool isAllInFocus = bar_->isOnlyFocus() && focus.kind != Focus::Kind::Service && focus.kind != Focus::Kind::Edge && focus.kind != Focus::Kind::Span;
    GraphMarks marks = graphMarks(*shown_, *whole_.source->table(), isAllInFocus ? Focus() : focus, context().focusMatches().get());
    if (!found_.empty()) {
        marks.isDimmed = true;
        std::fill(marks.nodes.begin(), marks.nodes.end(), uint8_t(0));
        std::fill(marks.edges.begin(), marks.edges.end(), uint8_t(0));
        for (const uint32_t node : found_)
            marks.nodes[node] |= GraphMarks::kRelated;
    } else if (lensed_) {
        for (const uint32_t e : lensed_->shortestPath)
            if (!marks.isDimmed)
                marks.edges[e] |= GraphMarks::kHovered;
    }
    hover(*shown_, *whole_.source->table(), hover_, marks);
    canvas_->setMarks(std::move(marks));
}

void GraphView::select(const GraphHit& hit) {
    if (!shown_)
        return;
    isOwnFocus_ = true; // what was clicked is in view already
    if (hit.kind == GraphHit::Kind::Node && hit.number < shown_->nodes.size()) {
        selection().setFocus(Focus::onService(shown_->nodes[hit.number].name));
        canvas_->setAccessibleDescription(describe(hit));
    } else if (hit.kind == GraphHit::Kind::Edge && hit.number < shown_->edges.size()) {
        const ServiceGraph::Edge& edge = shown_->edges[hit.number];
        selection().setFocus(Focus::onEdge(shown_->nodes[edge.from].name, shown_->nodes[edge.to].name));
        canvas_->setAccessibleDescription(describe(hit));
    } else if (focusedHit().kind != GraphHit::Kind::None) {
        selection().setFocus({});
    }
    isOwnFocus_ = false;
}

/// A group is opened, anything else filtered to.
void GraphView::activate(const GraphHit& hit, QPoint global) {
    if (shown_ && hit.kind == GraphHit::Kind::Node && hit.number < shown_->nodes.size() && shown_->nodes[hit.number].kind == ServiceGraph::NodeKind::Group)
        openGroup(shown_->nodes[hit.number].name);
    else
        filterTo(hit, global);
}

QString GraphView::describe(const GraphHit& hit) const {
    if (!shown_ || hit.kind == GraphHit::Kind::None)
        return {};
    if (difference_)
        return toQString((hit.kind == GraphHit::Kind::Node ? shown_->nodes[hit.number].name : shown_->nodes[shown_->edges[hit.number].from].name + " → " + shown_->nodes[shown_->edges[hit.number].to].name) +
                         "\n" + changeOf(hit).sentence);
    return hit.kind == GraphHit::Kind::Node ? describeNode(*shown_, hit.number, details_.get()) : describeEdge(*shown_, hit.number, details_.get());
}

GraphHit GraphView::focusedHit() const {
    for (uint32_t n = 0; shown_ && n < marks().nodes.size(); ++n)
        if ((marks().nodes[n] & GraphMarks::kFocused) != 0)
            return {GraphHit::Kind::Node, n};
    for (uint32_t e = 0; shown_ && e < marks().edges.size(); ++e)
        if ((marks().edges[e] & GraphMarks::kFocused) != 0)
            return {GraphHit::Kind::Edge, e};
    return {};
}

std::vector<ScopeTerm> GraphView::filterTerms(const GraphHit& hit) const {
    std::vector<ScopeTerm> terms;
    const auto addEdge = [&](const ServiceGraph::Edge& edge) {
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Edge;
        term.text = shown_->nodes[edge.from].name;
        term.other = shown_->nodes[edge.to].name;
        terms.push_back(std::move(term));
    };
    if (hit.kind == GraphHit::Kind::Edge) {
        addEdge(shown_->edges[hit.number]);
    } else if (hit.kind == GraphHit::Kind::Node) {
        const ServiceGraph::Node& node = shown_->nodes[hit.number];
        if (node.kind == ServiceGraph::NodeKind::Service) {
            ScopeTerm term;
            term.kind = ScopeTerm::Kind::Service;
            term.text = node.name;
            return {term};
        }
        // Databases and their like have no spans of their own: what can be filtered is a call.
        for (const ServiceGraph::Edge& edge : shown_->edges)
            if (edge.from == hit.number || edge.to == hit.number)
                addEdge(edge);
    }
    return terms;
}

void GraphView::filterTo(const GraphHit& hit, QPoint global) {
    if (!shown_)
        return;
    const auto terms = filterTerms(hit);
    if (terms.size() == 1) {
        selection().addTerm(terms.front());
    } else if (terms.size() > 1) { // several calls: which one?
        select(hit);
        QMenu menu(this);
        addFilters(menu, hit);
        menu.exec(global);
    }
}

void GraphView::addFilters(QMenu& menu, const GraphHit& hit) {
    for (const ScopeTerm& term : filterTerms(hit)) {
        // "&" would mark a shortcut in a menu.
        QString words = singleLine(toQString(term.toWords()));
        words.replace(QLatin1Char('&'), QLatin1String("&&"));
        menu.addAction(tr("Filter to this: %1").arg(words), this, [this, term] { selection().addTerm(term); });
    }
}

/// On the screen, for a menu that was asked for by a key.
QPoint GraphView::placeOf(const GraphHit& hit) const {
    const QPoint middle = canvas_->rect().center();
    if (hit.kind != GraphHit::Kind::Node)
        return canvas_->mapToGlobal(middle);
    const QPoint centre = viewport().toView(frame().nodes[hit.number].rect.center()).toPoint();
    return canvas_->mapToGlobal(canvas_->rect().contains(centre) ? centre : middle);
}

/// What is focused and what belongs to it.
QRectF GraphView::focusRect() const {
    QRectF area;
    for (size_t n = 0; n < frame().nodes.size() && n < marks().nodes.size(); ++n)
        if ((marks().nodes[n] & (GraphMarks::kFocused | GraphMarks::kRelated)) != 0)
            area |= frame().nodes[n].rect;
    return area;
}

void GraphView::walk(Qt::Key key) {
    if (!shown_ || shown_->nodes.empty())
        return;
    const GraphHit now = focusedHit();
    std::optional<uint32_t> next;
    if (now.kind == GraphHit::Kind::None)
        next = 0;
    else if (now.kind == GraphHit::Kind::Edge)
        next = key == Qt::Key_Left || key == Qt::Key_Up ? shown_->edges[now.number].from : shown_->edges[now.number].to;
    else
        next = neighbourNode(*shown_, frame(), now.number, key);
    if (!next)
        return;
    select({GraphHit::Kind::Node, *next});
    canvas_->reveal(frame().nodes[*next].rect);
}

void GraphView::keyPressed(QKeyEvent* event) {
    const GraphHit focused = focusedHit();
    const auto around = [&](uint32_t hops, GraphLens::Direction direction) {
        if (focused.kind == GraphHit::Kind::Node)
            lookAround(focused.number, hops, direction);
    };
    event->accept();
    switch (event->key()) {
    case Qt::Key_F: canvas_->fit(focusRect()); return;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down: walk(static_cast<Qt::Key>(event->key())); return;
    case Qt::Key_1:
    case Qt::Key_2:
    case Qt::Key_3: around(static_cast<uint32_t>(event->key() - Qt::Key_0), GraphLens::Direction::Both); return;
    case Qt::Key_U: around(0, GraphLens::Direction::Upstream); return;
    case Qt::Key_D: around(0, GraphLens::Direction::Downstream); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: activate(focused, placeOf(focused)); return;
    case Qt::Key_Escape:
        // The last thing first.
        if (!pathFrom_.isEmpty()) {
            pathFrom_.clear();
            showWords();
        } else if (focused.kind != GraphHit::Kind::None) {
            selection().setFocus({});
        } else if (!lens_.around.empty()) {
            setLens({{}, 0, GraphLens::Direction::Both, {}, lens_.mostEdges});
        } else {
            break;
        }
        return;
    default: break;
    }
    event->ignore();
}

void GraphView::lookAround(uint32_t node, uint32_t hops, GraphLens::Direction direction) { setLens({shown_->nodes[node].id, hops, direction, {}, lens_.mostEdges}); }

void GraphView::addLenses(QMenu& menu, uint32_t node) {
    const auto add = [&](const QString& words, uint32_t hops, GraphLens::Direction direction) {
        // The graph may be another one while the menu is open.
        menu.addAction(words, this, [this, id = shown_->nodes[node].id, hops, direction] { setLens({id, hops, direction, {}, lens_.mostEdges}); });
    };
    add(tr("Only 1 call around it\t1"), 1, GraphLens::Direction::Both);
    add(tr("Only 2 calls around it\t2"), 2, GraphLens::Direction::Both);
    add(tr("Everything that leads to it\tU"), 0, GraphLens::Direction::Upstream);
    add(tr("Everything that it leads to\tD"), 0, GraphLens::Direction::Downstream);
    menu.addAction(tr("Ways from here to…"), this, [this, id = shown_->nodes[node].id] {
        pathFrom_ = toQString(id);
        showWords();
    });
    if (bar_->places() == GraphBar::Places::Radial)
        return;
    menu.addAction(tr("Rings around it"), this, [this, name = shown_->nodes[node].name] {
        selection().setFocus(Focus::onService(name));
        bar_->setPlaces(GraphBar::Places::Radial);
        layOut();
    });
}

void GraphView::openMenu(const GraphHit& hit, QPoint global) {
    if (!shown_)
        return;
    QMenu menu(this);
    addFilters(menu, hit);
    if (hit.kind == GraphHit::Kind::Node) {
        const ServiceGraph::Node& node = shown_->nodes[hit.number];
        if (node.kind == ServiceGraph::NodeKind::Group)
            menu.addAction(tr("Open the group\tEnter"), this, [this, name = node.name] { openGroup(name); });
        menu.addSeparator();
        addLenses(menu, hit.number);
    }
    menu.addSeparator();
    if (!opened_.empty())
        menu.addAction(tr("Close all groups"), this, [this] { groupBy(bar_->groupBy()); });
    if (!lens_.around.empty())
        menu.addAction(tr("Show everything"), bar_, &GraphBar::lensEnded);
    menu.addAction(tr("Fit the whole graph\t0"), canvas_, &GraphCanvas::fitAll);
    menu.addAction(tr("Fit the focus\tF"), this, [this] { canvas_->fit(focusRect()); })->setEnabled(!focusRect().isEmpty());
    menu.addAction(tr("Zoom in\t+"), this, [this] { canvas_->zoom(1.2); });
    menu.addAction(tr("Zoom out\t-"), this, [this] { canvas_->zoom(1 / 1.2); });
    menu.exec(global);
}

/// While it is typed what fits is brought out; Enter goes to the first of it.
void GraphView::search(const QString& text, bool isChosen) {
    found_.clear();
    for (uint32_t n = 0; shown_ && !text.trimmed().isEmpty() && n < shown_->nodes.size(); ++n)
        if (singleLine(nodeTitle(shown_->nodes[n])).contains(text.trimmed(), Qt::CaseInsensitive))
            found_.insert(n);
    if (isChosen && !found_.empty()) {
        const auto exact = std::find_if(found_.begin(), found_.end(), [&](uint32_t n) { return singleLine(nodeTitle(shown_->nodes[n])) == text; });
        const uint32_t node = exact == found_.end() ? *found_.begin() : *exact;
        found_.clear();
        select({GraphHit::Kind::Node, node});
        canvas_->reveal(frame().nodes[node].rect);
        takeFocus();
    }
    remark();
}

} // namespace aisle
