// Keys and mouse of the waterfall.

#include "waterfall/waterfall_search.h"
#include "waterfall/waterfall_view.h"
#include "widgets/plain_text.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace aisle {

using Part = WaterfallHit::Part;

void WaterfallView::select(NodeIndex node) {
    if (node == kNoNode)
        return;
    if (const Row row = data_->tree.nodes[node].row; row != kNoRow) {
        selection().setFocus(Focus::onSpan(*data_->table, row));
        selected_ = node; // also when the focus was there already
    } else {
        selected_ = node; // nothing that other views could show
    }
    scrollToNode(node);
}

/// Whose service and name a node has: its own span, the members of a group; kNoRow: a missing parent.
Row WaterfallView::namedRow(NodeIndex node) const {
    return data_->tree.nodes[data_->tree.isGroup(node) ? node + 1 : node].row;
}

/// The scope narrows to the operation of the span; of a missing parent, and of nothing, to the trace.
void WaterfallView::filterTo(NodeIndex node) {
    if (!data_)
        return;
    const Row row = node == kNoNode ? kNoRow : namedRow(node);
    if (row == kNoRow)
        selection().addTerm({ScopeTerm::Kind::Trace, toHex(data_->tree.traceIds.front()), {}, 0, 0});
    else
        selection().addTerm({ScopeTerm::Kind::Name, std::string(data_->table->nameText(row)), {}, 0, 0});
}

void WaterfallView::goToOrigin(NodeIndex node) { select(errorOrigin(*data_->table, data_->tree, node)); }

void WaterfallView::toggle(NodeIndex node) {
    rows_.setCollapsed(node, !rows_.isCollapsed(node));
    isArranged_ = true;
    rowsChanged();
}

/// What is chosen and in something collapsed now: that is chosen instead, here and in Details.
void WaterfallView::selectVisible() {
    if (selected_ == kNoNode || rows_.count() == 0)
        return;
    NodeIndex up = selected_;
    while (up != kNoNode && (rows_.isHidden(up) || rows_[rows_.lineOf(up)] != up))
        up = data_->tree.nodes[up].parent;
    if (up != kNoNode && up != selected_)
        select(up);
}

void WaterfallView::collapseAll() {
    if (!data_)
        return;
    rows_.collapseAll();
    isArranged_ = true;
    selectVisible();
    rowsChanged();
}

void WaterfallView::expandAll() {
    if (!data_)
        return;
    rows_.expandAll();
    isArranged_ = true;
    rowsChanged();
    if (selected_ != kNoNode)
        scrollToNode(selected_);
}

void WaterfallView::collapseTo(uint32_t depth) {
    if (!data_)
        return;
    rows_.collapseTo(depth);
    isArranged_ = true;
    selectVisible();
    rowsChanged();
}

void WaterfallView::rootAt(NodeIndex node) {
    if (!data_ || node == rows_.root())
        return;
    rows_.setRoot(node);
    isArranged_ = true;
    rowsChanged();
    scrollBar_->setValue(0);
    if (node == kNoNode)
        showWhole();
    else
        fitNode(node);
    if (selected_ != kNoNode && node == kNoNode)
        scrollToNode(selected_);
    Q_EMIT statusTextChanged();
}

/// To the next of ascending nodes behind (1) or before (-1) the selected one; round and round.
void WaterfallView::stepTo(const std::vector<NodeIndex>& nodes, int by) {
    if (nodes.empty())
        return;
    const NodeIndex from = selected_ == kNoNode ? 0 : selected_;
    const auto at = by > 0 ? std::upper_bound(nodes.begin(), nodes.end(), from) : std::lower_bound(nodes.begin(), nodes.end(), from);
    if (by > 0)
        select(selected_ == kNoNode || at == nodes.end() ? nodes.front() : *at);
    else
        select(at == nodes.begin() ? nodes.back() : *(at - 1));
}

void WaterfallView::moveBy(int lines) {
    const auto last = static_cast<int64_t>(rows_.count()) - 1;
    const int64_t from = selected_ != kNoNode ? static_cast<int64_t>(rows_.lineOf(selected_))
                         : lines > 0          ? -1
                                              : 0;
    select(rows_[static_cast<uint32_t>(std::clamp<int64_t>(from + lines, 0, last))]);
}

// --- time

void WaterfallView::zoomTo(const TimeRange& range) {
    zoom_.to(range);
    update();
}

void WaterfallView::zoomBack() {
    zoom_.stepBack();
    update();
}

void WaterfallView::showWhole() {
    if (data_)
        zoomTo(data_->axis.places());
}

void WaterfallView::zoomToMark() {
    zoomTo(*mark_.range());
    mark_.clear();
}

/// The start or end of a span on show that is near, else what is there.
int64_t WaterfallView::snappedPlace(const WaterfallFrame& f, double x) const {
    EdgeSnap snap(x);
    for (const WaterfallRow& row : f.rows) {
        if (row.bar.isEmpty() || !data_->tree.hasStart(*data_->table, row.node))
            continue;
        for (const int64_t time : {data_->tree.startOf(*data_->table, row.node), data_->tree.endOf(*data_->table, row.node)})
            snap.consider(f.xOf(time), data_->axis.at(time));
    }
    return std::clamp(snap.placeOr(f.placeAt(x)), zoom_.bounds().from, zoom_.bounds().to);
}

/// A little more than the bar, so that its ends are seen.
void WaterfallView::fitNode(NodeIndex node) {
    if (!data_ || node == kNoNode || !data_->tree.hasStart(*data_->table, node))
        return;
    const int64_t start = data_->axis.at(data_->tree.startOf(*data_->table, node)), end = data_->axis.at(data_->tree.endOf(*data_->table, node));
    const int64_t margin = std::max<int64_t>((end - start) / 20, TimeRange::kShortest);
    const TimeRange wanted{start - margin, end + margin};
    zoomTo(zoom_.range() == wanted.within(zoom_.bounds()) ? TimeRange{start, std::max(end, start + 1)} : wanted); // again: exactly
}

void WaterfallView::zoomAtCursor(double factor) {
    const WaterfallFrame f = frame();
    double x = mapFromGlobal(QCursor::pos()).x();
    if (!f.lanes.contains(QPointF(x, f.lanes.center().y())))
        x = f.lanes.center().x();
    zoom_.at((x - f.lanes.left()) / std::max(1.0, f.lanes.width()), factor);
    update();
}

// --- keys

void WaterfallView::keyPressEvent(QKeyEvent* event) {
    if (!data_) {
        if (event->key() == Qt::Key_Return && !context().table()->isEmpty())
            context().shownTrace().openSlowest();
        else
            View::keyPressEvent(event);
        return;
    }
    if (!keyOnTree(event) && !keyOnTime(event))
        View::keyPressEvent(event);
}

bool WaterfallView::keyOnTree(QKeyEvent* event) {
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (event->matches(QKeySequence::Copy) && selected_ != kNoNode) {
        copyRow(selected_);
        return true;
    }
    if (modifiers == Qt::ShiftModifier && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        filterTo(selected_);
        return true;
    }
    if (event->text() == QLatin1String("]")) {
        expandAll();
        return true;
    }
    if (event->text() == QLatin1String("[")) {
        collapseAll();
        return true;
    }
    if (modifiers == Qt::NoModifier || modifiers == Qt::ShiftModifier) {
        const int by = modifiers == Qt::ShiftModifier ? -1 : 1;
        switch (event->key()) {
        case Qt::Key_E: stepTo(data_->tree.errors, by); return true;
        case Qt::Key_N: stepMatch(by); return true;
        case Qt::Key_G: followLinks(by < 0); return true;
        case Qt::Key_H:
            if (by < 0)
                showAllServices();
            else if (const Row row = selected_ == kNoNode ? kNoRow : namedRow(selected_); row != kNoRow)
                hideService(data_->table->service(row));
            return true;
        case Qt::Key_P: {
            std::vector<NodeIndex> nodes;
            for (const PathSection& stretch : data_->path.stretches)
                nodes.push_back(stretch.node);
            stepTo(nodes, by);
            return true;
        }
        default: break;
        }
    }
    if (modifiers != Qt::NoModifier)
        return false;
    if (event->key() >= Qt::Key_1 && event->key() <= Qt::Key_9) {
        collapseTo(static_cast<uint32_t>(event->key() - Qt::Key_0));
        return true;
    }
    if (event->key() == Qt::Key_R) {
        rootAt(rows_.root() != kNoNode ? kNoNode : selected_);
        return true;
    }
    if (rows_.count() == 0)
        return false; // everything is hidden
    const int page = std::max(1, bodyRect().height() / measure::kRow - 1);
    const auto& nodes = data_->tree.nodes;
    switch (event->key()) {
    case Qt::Key_Up:
        moveBy(-1);
        return true;
    case Qt::Key_Down:
        moveBy(1);
        return true;
    case Qt::Key_PageUp:
        moveBy(-page);
        return true;
    case Qt::Key_PageDown:
        moveBy(page);
        return true;
    case Qt::Key_Home:
        select(rows_[0]);
        return true;
    case Qt::Key_End:
        select(rows_[rows_.count() - 1]);
        return true;
    default:
        break;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        const bool isMarked = mark_.range().has_value();
        if (isMarked)
            zoomToMark();
        else
            fitNode(selected_);
        return isMarked || selected_ != kNoNode;
    }
    if (selected_ == kNoNode)
        return false;
    const NodeIndex parent = nodes[selected_].parent;
    switch (event->key()) {
    case Qt::Key_Left:
        if (nodes[selected_].children > 0 && !rows_.isCollapsed(selected_))
            toggle(selected_);
        else if (selected_ != rows_.root())
            select(parent);
        return true;
    case Qt::Key_Right:
        if (rows_.isCollapsed(selected_))
            toggle(selected_);
        else if (nodes[selected_].children > 0)
            select(selected_ + 1);
        return true;
    case Qt::Key_Period: { // next sibling
        const NodeIndex next = nodes[selected_].end;
        if (next < nodes.size() && nodes[next].parent == parent)
            select(next);
        return true;
    }
    case Qt::Key_Comma: { // the sibling before: the ancestor, at this depth, of the node before
        if (selected_ == 0 || selected_ - 1 == parent)
            return true;
        NodeIndex before = selected_ - 1;
        while (nodes[before].parent != parent)
            before = nodes[before].parent;
        select(before);
        return true;
    }
    default:
        return false;
    }
}

/// To the spans that this one links to, or that link to it: one after the other when there are several.
void WaterfallView::followLinks(bool incoming) {
    const Row row = selected_ == kNoNode ? kNoRow : data_->tree.nodes[selected_].row;
    if (row == kNoRow)
        return;
    if (!incoming) {
        if (const auto targets = linkTargets(*data_->table, row, 1); !targets.empty())
            goTo(targets.front());
        else
            QToolTip::showText(mapToGlobal(QPoint(8, waterfall_measure::kTop)), tr("This span links to none in the workspace."), this);
        return;
    }
    const auto workspace = context().workspace();
    if (!workspace)
        return;
    linkWorker_.run<Row>( // which spans link here is told by the store
        [workspace, data = data_, row](const StopToken& stop) {
            const auto db = workspace->connect();
            const SpanDetails details = readSpan(*db, *data->source, row, stop);
            return details.incoming.empty() ? kNoRow : details.incoming.front();
        },
        [this, data = data_](Row from) {
            if (data_ != data)
                return;
            if (from != kNoRow)
                goTo(from);
            else
                QToolTip::showText(mapToGlobal(QPoint(8, waterfall_measure::kTop)), tr("No span links to this one."), this);
        });
}

/// All that messages and links lead to, on one timeline.
void WaterfallView::addLinkedTraces() {
    linkWorker_.run<std::vector<TraceIndex>>(
        [data = data_](const StopToken& stop) { return linkedTraces(*data->source, data->tree.traces, ShownTrace::kMostTraces, stop); },
        [this, data = data_](const std::vector<TraceIndex>& traces) {
            if (data_ != data)
                return;
            if (traces.size() == data->tree.traces.size()) {
                QToolTip::showText(mapToGlobal(QPoint(8, waterfall_measure::kTop)), tr("No other trace is linked with what is shown."), this);
                return;
            }
            std::vector<TraceId> ids;
            for (const TraceIndex trace : traces)
                ids.push_back(data->source->traceId(trace));
            selection().setFocus(Focus::onTraces(std::move(ids)));
        });
}

void WaterfallView::goTo(Row row) {
    if (const NodeIndex node = data_->tree.nodeOf(row); node != kNoNode)
        select(node);
    else
        selection().setFocus(Focus::onSpan(*data_->source, row));
}

bool WaterfallView::keyOnTime(QKeyEvent* event) {
    if ((event->modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier)
        return false;
    switch (event->key()) {
    case Qt::Key_W:
        zoomAtCursor(0.75);
        return true;
    case Qt::Key_S:
        zoomAtCursor(1 / 0.75);
        return true;
    case Qt::Key_A:
        zoom_.move(-0.15);
        break;
    case Qt::Key_D:
        zoom_.move(0.15);
        break;
    case Qt::Key_F:
        if (mark_.range())
            zoomToMark();
        else
            fitNode(selected_);
        return true;
    case Qt::Key_I:
        context().shownTrace().setSkipsIdle(!context().shownTrace().skipsIdle());
        return true;
    case Qt::Key_C:
        setOnlyPath(!onlyPath_);
        return true;
    case Qt::Key_L:
        addLinkedTraces();
        return true;
    case Qt::Key_T:
        context().shownTrace().setShowsClock(!context().shownTrace().showsClock());
        return true;
    case Qt::Key_0:
        showWhole();
        return true;
    case Qt::Key_Escape:
        if (mark_.range() || drag_ != Drag::None) {
            mark_.clear();
            drag_ = Drag::None;
        } else if (search_->isVisible()) {
            search_->close();
        } else if (zoom_.canStepBack()) {
            zoomBack();
        } else if (rows_.root() != kNoNode) {
            rootAt(kNoNode);
        } else {
            return false;
        }
        break;
    default:
        return false;
    }
    update();
    return true;
}

// --- mouse

void WaterfallView::mousePressEvent(QMouseEvent* event) {
    if (!data_ || (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton))
        return;
    setFocus(Qt::MouseFocusReason);
    const WaterfallFrame f = frame();
    const WaterfallHit hit = f.hit(event->position());
    pressed_ = event->position();
    pressedHit_ = hit;
    pressedRange_ = zoom_.range();
    pressedScroll_ = scrollBar_->value();
    if (event->button() == Qt::MiddleButton) {
        if (hit.part == Part::Axis || hit.part == Part::Lane || hit.part == Part::Bar)
            drag_ = Drag::Pan;
        return;
    }
    switch (hit.part) {
    case Part::Splitter:
        drag_ = Drag::Splitter;
        break;
    case Part::Minimap:
        drag_ = Drag::Minimap;
        zoom_.remember();
        break;
    case Part::Arrow:
        toggle(hit.node);
        break;
    case Part::Tree:
        select(hit.node);
        if ((event->modifiers() & Qt::ShiftModifier) != 0)
            filterTo(hit.node);
        break;
    case Part::Axis:
    case Part::Lane:
    case Part::Bar:
        drag_ = Drag::Press;
        if (const int edge = mark_.range() ? RangeMark::edgeAt(pressed_.x(), f.brush.left(), f.brush.right()) : 0; edge != 0) {
            mark_.beginAtEdge(edge > 0);
            drag_ = Drag::Mark;
        }
        break;
    case Part::Title:
    case Part::None:
        break;
    }
}

void WaterfallView::mouseMoveEvent(QMouseEvent* event) {
    if (!data_)
        return;
    const WaterfallFrame f = frame();
    const QPointF at = event->position();
    if (drag_ == Drag::Press && (at - pressed_).manhattanLength() >= QApplication::startDragDistance()) {
        if ((event->modifiers() & Qt::ShiftModifier) != 0) {
            drag_ = Drag::Pan;
        } else if (std::abs(at.x() - pressed_.x()) >= QApplication::startDragDistance()) {
            drag_ = Drag::Mark;
            mark_.begin(snappedPlace(f, pressed_.x()));
        }
    }
    switch (drag_) {
    case Drag::Splitter:
        treeWidth_ = std::clamp(
            static_cast<int>(at.x()), waterfall_measure::kMinTree,
            std::max(waterfall_measure::kMinTree, bodyRect().width() - waterfall_measure::kMinLanes));
        update();
        return;
    case Drag::Mark: // Ctrl: exactly there, not at a span's edge (with Alt many window managers move the window)
        mark_.dragTo((event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) != 0 ? f.placeAt(at.x()) : snappedPlace(f, at.x()));
        update();
        return;
    case Drag::Pan: {
        const double share = std::clamp((pressed_.x() - at.x()) / std::max(1.0, f.lanes.width()), -1.0, 1.0);
        const auto by = static_cast<int64_t>(share * static_cast<double>(pressedRange_.length()));
        zoom_.put({pressedRange_.from + by, pressedRange_.to + by});
        scrollBar_->setValue(pressedScroll_ + static_cast<int>(pressed_.y() - at.y()));
        setCursor(Qt::ClosedHandCursor);
        update();
        return;
    }
    case Drag::Minimap: {
        const int64_t a = f.placeOnMinimap(pressed_.x()), b = f.placeOnMinimap(at.x());
        if (std::abs(at.x() - pressed_.x()) >= 4)
            zoom_.put({std::min(a, b), std::max(a, b)});
        update();
        return;
    }
    case Drag::Press:
        return;
    case Drag::None:
        break;
    }
    const WaterfallHit hit = f.hit(at);
    setHovered(hit.node);
    const bool isLane = hit.part == Part::Axis || hit.part == Part::Lane || hit.part == Part::Bar;
    const bool isEdge = isLane && mark_.range() && RangeMark::edgeAt(at.x(), f.brush.left(), f.brush.right()) != 0;
    setCursor(hit.part == Part::Splitter || isEdge                  ? Qt::SplitHCursor
              : hit.part == Part::Axis || hit.part == Part::Minimap ? Qt::CrossCursor
                                                                    : Qt::ArrowCursor);
}

void WaterfallView::mouseReleaseEvent(QMouseEvent* event) {
    if (!data_ || (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton))
        return;
    const Drag drag = std::exchange(drag_, Drag::None);
    const WaterfallFrame f = frame();
    if (drag == Drag::Mark) {
        mark_.end();
    } else if (drag == Drag::Pan) {
        setCursor(Qt::ArrowCursor);
    } else if (drag == Drag::Press) {
        if (const WaterfallHit hit = f.hit(event->position()); hit.node != kNoNode) {
            select(hit.node);
            if ((event->modifiers() & Qt::ShiftModifier) != 0)
                filterTo(hit.node);
        }
    } else if (drag == Drag::Minimap && std::abs(event->position().x() - pressed_.x()) < 4) {
        // A click moves the range there.
        const int64_t middle = f.placeOnMinimap(event->position().x());
        const int64_t length = zoom_.range().length();
        zoom_.put({middle - length / 2, middle - length / 2 + length});
    }
    if (drag == Drag::Minimap)
        zoom_.forgetUnchanged();
    update();
}

void WaterfallView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (!data_ || event->button() != Qt::LeftButton)
        return;
    drag_ = Drag::None;
    const WaterfallHit hit = pressedHit_.node != kNoNode && pressedHit_.node < data_->tree.nodes.size() ? pressedHit_ : frame().hit(event->position());
    if (mark_.range() && frame().brush.contains(event->position()))
        zoomToMark();
    else if (hit.part == Part::Bar || hit.part == Part::Lane)
        fitNode(hit.node);
    else if (hit.part == Part::Tree && data_->tree.nodes[hit.node].children > 0)
        toggle(hit.node);
    else if (hit.part == Part::Arrow)
        toggle(hit.node); // two quick clicks are two clicks
    else if (hit.part == Part::Axis || hit.part == Part::Minimap)
        showWhole();
}

void WaterfallView::leaveEvent(QEvent*) {
    setHovered(kNoNode);
}

void WaterfallView::setHovered(NodeIndex node) {
    if (hovered_ == node)
        return;
    hovered_ = node;
    update();
}

void WaterfallView::wheelEvent(QWheelEvent* event) {
    if (!data_)
        return;
    const QPoint turn = event->angleDelta();
    event->accept();
    if ((event->modifiers() & Qt::ControlModifier) != 0) {
        const WaterfallFrame f = frame();
        zoom_.at((event->position().x() - f.lanes.left()) / std::max(1.0, f.lanes.width()), std::pow(0.8, turn.y() / 120.0));
        update();
    } else if ((event->modifiers() & Qt::ShiftModifier) != 0 || std::abs(turn.x()) > std::abs(turn.y())) {
        const int by = turn.x() != 0 ? turn.x() : turn.y();
        zoom_.move(-by / 120.0 * 0.1);
        update();
    } else if (!event->pixelDelta().isNull()) {
        scrollBar_->setValue(scrollBar_->value() - event->pixelDelta().y());
    } else {
        scrollBar_->setValue(scrollBar_->value() - turn.y() * 3 * measure::kRow / 120);
    }
    setHovered(frame().hit(event->position()).node);
}

} // namespace aisle
