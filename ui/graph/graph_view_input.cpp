// Pointer and keys of the service graph.
#include "graph/graph_view.h"

#include "widgets/plain_text.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

namespace aisle {

namespace {
constexpr double kZoomStep = 1.2;
}

bool GraphView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const GraphHit hit = shown_ ? hitTest(frame_, viewport_, help->pos()) : GraphHit();
        if (hit.kind == GraphHit::Kind::None)
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(),
                               plainToolTip(hit.kind == GraphHit::Kind::Node ? describeNode(*shown_, hit.number)
                                                                             : describeEdge(*shown_, hit.number)),
                               this);
        return true;
    }
    return View::event(event);
}

void GraphView::resizeEvent(QResizeEvent*) {
    if (isFitted_ && shown_)
        fitAll();
}

void GraphView::changeEvent(QEvent* event) {
    // Other fonts need other cards, other themes other colours.
    if (event->type() == QEvent::PaletteChange && shown_)
        display(shown_, shownScope());
    if ((event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange) && whole_.source)
        layOut(whole_);
    View::changeEvent(event);
}

void GraphView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return;
    isPressed_ = true;
    isDragging_ = false;
    pressedAt_ = event->position();
    offsetAtPress_ = viewport_.offset;
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
    if (isPressed_) {
        const QPointF moved = event->position() - pressedAt_;
        if (!isDragging_ && moved.manhattanLength() < QApplication::startDragDistance())
            return;
        if (!isDragging_)
            setCursor(Qt::ClosedHandCursor);
        isDragging_ = true;
        isFitted_ = false;
        viewport_.offset = offsetAtPress_ + moved;
        update();
        return;
    }
    setHover(shown_ ? hitTest(frame_, viewport_, event->position()) : GraphHit());
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
    if (!isPressed_)
        return;
    isPressed_ = false;
    if (isDragging_) {
        isDragging_ = false;
        unsetCursor();
        return;
    }
    if (event->button() != Qt::LeftButton || !shown_)
        return;
    const GraphHit hit = hitTest(frame_, viewport_, event->position());
    select(hit);
    if (event->modifiers().testFlag(Qt::ShiftModifier))
        filterTo(hit, event->globalPosition().toPoint());
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && shown_)
        filterTo(hitTest(frame_, viewport_, event->position()), event->globalPosition().toPoint());
}

void GraphView::leaveEvent(QEvent*) { setHover({}); }

void GraphView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        viewport_.zoomAt(event->position(), std::pow(kZoomStep, event->angleDelta().y() / 120.0));
    } else {
        const QPointF by = event->pixelDelta().isNull() ? QPointF(event->angleDelta()) / 2 : QPointF(event->pixelDelta());
        viewport_.offset += event->modifiers().testFlag(Qt::ShiftModifier) && by.x() == 0 ? QPointF(by.y(), 0) : by;
    }
    isFitted_ = false;
    update();
    event->accept();
}

void GraphView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(kZoomStep); return;
    case Qt::Key_Minus: zoom(1 / kZoomStep); return;
    case Qt::Key_0:
    case Qt::Key_Home: fitAll(); return;
    case Qt::Key_F: fitFocus(); return;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down: walk(static_cast<Qt::Key>(event->key())); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: filterTo(focusedHit(), placeOf(focusedHit())); return;
    case Qt::Key_Escape:
        if (focusedHit().kind != GraphHit::Kind::None) {
            selection().setFocus({});
            return;
        }
        break;
    default: break;
    }
    View::keyPressEvent(event);
}

void GraphView::setHover(const GraphHit& hit) {
    if (hit == hover_)
        return;
    hover_ = hit;
    setCursor(hit.kind == GraphHit::Kind::None ? Qt::ArrowCursor : Qt::PointingHandCursor);
    remark();
}

void GraphView::select(const GraphHit& hit) {
    isOwnFocus_ = true; // what was clicked is in view already
    if (hit.kind == GraphHit::Kind::Node) {
        selection().setFocus(Focus::onService(shown_->nodes[hit.number].name));
        setAccessibleDescription(describeNode(*shown_, hit.number));
    } else if (hit.kind == GraphHit::Kind::Edge) {
        const ServiceGraph::Edge& edge = shown_->edges[hit.number];
        selection().setFocus(Focus::onEdge(shown_->nodes[edge.from].name, shown_->nodes[edge.to].name));
        setAccessibleDescription(describeEdge(*shown_, hit.number));
    } else if (focusedHit().kind != GraphHit::Kind::None) {
        selection().setFocus({});
    }
    isOwnFocus_ = false;
}

/// The service or edge that is focused, whether here or elsewhere.
GraphHit GraphView::focusedHit() const {
    for (uint32_t n = 0; shown_ && n < marks_.nodes.size(); ++n)
        if ((marks_.nodes[n] & GraphMarks::kFocused) != 0)
            return {GraphHit::Kind::Node, n};
    for (uint32_t e = 0; shown_ && e < marks_.edges.size(); ++e)
        if ((marks_.edges[e] & GraphMarks::kFocused) != 0)
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

void GraphView::filterTo(const GraphHit& hit, const QPoint& globalPos) {
    if (!shown_)
        return;
    const auto terms = filterTerms(hit);
    if (terms.size() == 1) {
        selection().addTerm(terms.front());
    } else if (terms.size() > 1) { // several calls: which one?
        select(hit);
        QMenu menu(this);
        addFilters(menu, hit);
        menu.exec(globalPos);
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
    if (hit.kind != GraphHit::Kind::Node)
        return mapToGlobal(rect().center());
    const QPoint centre = viewport_.toView(frame_.nodes[hit.number].rect.center()).toPoint();
    return mapToGlobal(rect().contains(centre) ? centre : rect().center());
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
        next = neighbourNode(*shown_, frame_, now.number, key);
    if (!next)
        return;
    select({GraphHit::Kind::Node, *next});
    reveal(frame_.nodes[*next].rect);
}

void GraphView::contextMenuEvent(QContextMenuEvent* event) {
    if (!shown_)
        return;
    const GraphHit hit = event->reason() == QContextMenuEvent::Keyboard ? focusedHit() : hitTest(frame_, viewport_, event->pos());
    QMenu menu(this);
    addFilters(menu, hit);
    menu.addSeparator();
    menu.addAction(tr("Fit the whole graph\t0"), this, &GraphView::fitAll);
    menu.addAction(tr("Fit the focus\tF"), this, &GraphView::fitFocus)->setEnabled(!focusRect().isEmpty());
    menu.addAction(tr("Zoom in\t+"), this, [this] { zoom(kZoomStep); });
    menu.addAction(tr("Zoom out\t-"), this, [this] { zoom(1 / kZoomStep); });
    menu.exec(event->globalPos());
}

} // namespace aisle
