// What clicks, keys and menus on the service graph mean.
#include "graph/graph_view.h"

#include "graph/graph_replay.h"
#include "text/format.h"
#include "widgets/plain_text.h"
#include "widgets/tabular_model.h"

#include <QKeyEvent>
#include <QMenu>
#include <QTableView>

#include <algorithm>

namespace aisle {

GraphHit GraphView::hitOfRow(int row) const {
    auto number = static_cast<uint32_t>(model_->given(row));
    bool isNode = bar_->show() == GraphBar::Show::Nodes;
    if (!shown_ || shown_->isApproximate) // the table is still that of what was there before a brush began to move
        return {};
    if (counted_.difference) { // by impact, whatever the lens leaves of them
        number = placesOf(*counted_.difference, changesShown())[number].number;
        if (counted_.lensed) {
            const auto& of = isNode ? counted_.lensed->nodeNumbers : counted_.lensed->edgeNumbers;
            const auto at = std::lower_bound(of.begin(), of.end(), number);
            if (at == of.end() || *at != number)
                return {};
            number = static_cast<uint32_t>(at - of.begin());
        }
    }
    return {isNode ? GraphHit::Kind::Node : GraphHit::Kind::Edge, number};
}

/// A group is nobody that other views know: keys act on it, but it cannot be in focus, nor can calls of it.
void GraphView::select(const GraphHit& hit) {
    if (!shown_)
        return;
    const auto isGroup = [this](uint32_t node) { return shown_->nodes[node].kind == ServiceGraph::NodeKind::Group; };
    isOwnFocus_ = true; // what was clicked is in view already
    if (hit.kind == GraphHit::Kind::Node && hit.number < shown_->nodes.size()) {
        setCursor(hit);
        if (!isGroup(hit.number))
            selection().setFocus(Focus::onService(shown_->nodes[hit.number].name));
    } else if (hit.kind == GraphHit::Kind::Edge && hit.number < shown_->edges.size()) {
        const ServiceGraph::Edge& edge = shown_->edges[hit.number];
        setCursor(hit);
        if (!isGroup(edge.from) && !isGroup(edge.to))
            selection().setFocus(Focus::onEdge(shown_->nodes[edge.from].name, shown_->nodes[edge.to].name));
    } else {
        if (focused_.kind != GraphHit::Kind::None)
            selection().setFocus({});
        setCursor({});
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

/// For who does not see where keys act: what is there, or else what this is.
void GraphView::describeCursor() {
    const GraphHit at = keyHit();
    canvas_->setAccessibleDescription(at.kind == GraphHit::Kind::None ? tr("Services and the calls between them; arrow keys walk from node to node. Calls and Nodes show the same as tables.") : describe(at));
}

QString GraphView::describe(const GraphHit& hit) const {
    if (!shown_ || hit.kind == GraphHit::Kind::None)
        return {};
    const auto title = [this](uint32_t node) { return nodeTitle(shown_->nodes[node]); };
    if (counted_.difference)
        return (hit.kind == GraphHit::Kind::Node ? title(hit.number) : title(shown_->edges[hit.number].from) + QStringLiteral(" → ") + title(shown_->edges[hit.number].to)) + QLatin1Char('\n') +
               toQString(changeOf(hit).sentence);
    const ServiceGraph& graph = moment_ ? *moment_ : *shown_;
    const GraphDetails* details = moment_ ? nullptr : details_.get();
    if (hit.kind == GraphHit::Kind::Edge)
        return describeEdge(graph, hit.number, details);
    const QString members = membersFound(hit.number);
    return describeNode(graph, hit.number, details) + (members.isEmpty() ? QString() : QLatin1Char('\n') + tr("Found in it: %1").arg(members));
}

std::vector<ScopeTerm> GraphView::filterTerms(const GraphHit& hit) const {
    std::vector<ScopeTerm> terms;
    const auto addEdge = [&](const ServiceGraph::Edge& edge) {
        if (shown_->nodes[edge.from].kind == ServiceGraph::NodeKind::Group || shown_->nodes[edge.to].kind == ServiceGraph::NodeKind::Group)
            return; // no query knows groups
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Edge;
        term.text = shown_->nodes[edge.from].name;
        term.other = shown_->nodes[edge.to].name;
        terms.push_back(std::move(term));
    };
    if (hit.kind == GraphHit::Kind::Edge && hit.number < shown_->edges.size()) {
        addEdge(shown_->edges[hit.number]);
    } else if (hit.kind == GraphHit::Kind::Node && hit.number < shown_->nodes.size()) {
        const ServiceGraph::Node& node = shown_->nodes[hit.number];
        if (node.kind == ServiceGraph::NodeKind::Service) {
            ScopeTerm term;
            term.kind = ScopeTerm::Kind::Service;
            term.text = node.name;
            return {term};
        }
        // Databases and their like have no spans of their own: what can be filtered is a call.
        std::vector<uint32_t> around;
        for (uint32_t e = 0; e < shown_->edges.size(); ++e)
            if (shown_->edges[e].from == hit.number || shown_->edges[e].to == hit.number)
                around.push_back(e);
        std::stable_sort(around.begin(), around.end(), [this](uint32_t a, uint32_t b) { return shown_->edges[a].calls > shown_->edges[b].calls; });
        for (const uint32_t e : around)
            addEdge(shown_->edges[e]);
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

/// Of a database that thousands call, those that call it most: a menu is read from one end to the other.
void GraphView::addFilters(QMenu& menu, const GraphHit& hit) {
    constexpr size_t kMost = 12;
    const std::vector<ScopeTerm> terms = filterTerms(hit);
    for (size_t i = 0; i < std::min(kMost, terms.size()); ++i)
        menu.addAction(tr("Filter to this: %1").arg(menuText(toQString(terms[i].toWords()))), this, [this, term = terms[i]] { selection().addTerm(term); });
    if (terms.size() > kMost)
        menu.addAction(tr("%1 more: filter to them in the table Calls").arg(toQString(formatCount(terms.size() - kMost))))->setEnabled(false);
}

/// On the screen, for a menu that was asked for by a key.
QPoint GraphView::placeOf(const GraphHit& hit) const {
    const QPoint middle = canvas_->rect().center();
    if (hit.kind != GraphHit::Kind::Node)
        return canvas_->mapToGlobal(middle);
    const QPoint centre = viewport().toView(frame().nodes[hit.number].rect.center()).toPoint();
    return canvas_->mapToGlobal(canvas_->rect().contains(centre) ? centre : middle);
}

void GraphView::walk(Qt::Key key) {
    if (!shown_ || shown_->nodes.empty())
        return;
    const GraphHit now = keyHit();
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
    const GraphHit at = keyHit();
    const auto around = [&](uint32_t hops, GraphLens::Direction direction) {
        if (at.kind == GraphHit::Kind::Node)
            lookAround(at.number, hops, direction);
    };
    if ((event->modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier) // of the window, or nobody's
        return;
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
    case Qt::Key_Enter:
        if (!pathFrom_.isEmpty() && at.kind == GraphHit::Kind::Node)
            endPath(at.number);
        else
            activate(at, placeOf(at));
        return;
    case Qt::Key_Space:
        if (bar_->isReplaying()) {
            replay_->togglePlay();
            return;
        }
        break;
    case Qt::Key_Escape:
        // The last thing first.
        if (!pathFrom_.isEmpty()) {
            pathFrom_.clear();
            showWords();
        } else if (at.kind != GraphHit::Kind::None) {
            select({});
        } else if (!lensesBefore_.empty()) {
            GraphLens before = std::move(lensesBefore_.back());
            lensesBefore_.pop_back();
            before.mostEdges = lens_.mostEdges; // a choice of its own
            takeLens(before);
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

void GraphView::endPath(uint32_t node) { setLens({std::exchange(pathFrom_, {}).toStdString(), 0, GraphLens::Direction::Both, shown_->nodes[node].id, lens_.mostEdges}); }

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
    menu.addAction(tr("Rings around it"), this, [this, id = shown_->nodes[node].id] {
        if (const auto now = shown_->nodeById(id))
            select({GraphHit::Kind::Node, *now});
        bar_->setPlaces(GraphBar::Places::Radial);
        layOut();
    });
}

void GraphView::addForHit(QMenu& menu, const GraphHit& hit) {
    addFilters(menu, hit);
    if (hit.kind == GraphHit::Kind::Node) {
        const ServiceGraph::Node& node = shown_->nodes[hit.number];
        if (node.kind == ServiceGraph::NodeKind::Group)
            menu.addAction(tr("Open the group\tEnter"), this, [this, name = node.name] { openGroup(name); });
        menu.addSeparator();
        addLenses(menu, hit.number);
    }
    menu.addSeparator();
    const auto nameOf = [this](uint32_t n) {
        const ServiceGraph::Node& node = shown_->nodes[n];
        if (node.kind == ServiceGraph::NodeKind::User)
            return node.name;
        return context().exporter().render(node.kind == ServiceGraph::NodeKind::Service ? "service.name" : "service.peer.name", node.name);
    };
    if (hit.kind == GraphHit::Kind::Node)
        menu.addAction(tr("Copy name"), this, [this, name = nameOf(hit.number)] { context().exporter().toClipboard(name); });
    else if (hit.kind == GraphHit::Kind::Edge)
        menu.addAction(tr("Copy names"), this, [this, from = nameOf(shown_->edges[hit.number].from), to = nameOf(shown_->edges[hit.number].to)] {
            context().exporter().toClipboard(from + " -> " + to);
        });
    menu.addSeparator();
}

void GraphView::openTableMenu(QPoint at) {
    const QModelIndex index = list_->indexAt(at);
    const GraphHit hit = shown_ && index.isValid() ? hitOfRow(index.row()) : GraphHit();
    if (hit.kind == GraphHit::Kind::None)
        return;
    QMenu menu(this);
    addForHit(menu, hit);
    menu.exec(list_->viewport()->mapToGlobal(at));
}

void GraphView::openMenu(const GraphHit& hit, QPoint global) {
    if (!shown_)
        return;
    QMenu menu(this);
    addForHit(menu, hit);
    if (counted_.laid && counted_.laid->hasOpened)
        menu.addAction(tr("Close all groups"), this, [this] { groupBy(bar_->groupBy()); });
    if (!lens_.around.empty())
        menu.addAction(tr("Show everything"), bar_, &GraphBar::lensEnded);
    menu.addAction(tr("Fit the whole graph\t0"), canvas_, &GraphCanvas::fitAll);
    menu.addAction(tr("Fit the focus\tF"), this, [this] { canvas_->fit(focusRect()); })->setEnabled(!focusRect().isEmpty());
    menu.addAction(tr("Zoom in\t+"), this, [this] { canvas_->zoom(1.2); });
    menu.addAction(tr("Zoom out\t-"), this, [this] { canvas_->zoom(1 / 1.2); });
    menu.exec(global);
}

} // namespace aisle
