#include "trace/block_chart.h"

#include "selection/focus_matches.h"
#include "widgets/empty_state.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <climits>
#include <cmath>

namespace aisle {

using namespace block_measure;

namespace {
constexpr int kNoteHeight = 24; ///< line below a picture
}

BlockChart::BlockChart(ViewContext& shared, QWidget* parent)
    : View(shared, parent), scrollBar_(new QScrollBar(Qt::Vertical, this)), empty_(new EmptyState(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    scrollBar_->setSingleStep(kRow);
    connect(scrollBar_, &QScrollBar::valueChanged, this, [this] { update(); });
    connect(empty_, &EmptyState::buttonClicked, this, [this] {
        if (context().table()->isEmpty())
            Q_EMIT context().openRequested();
        else
            context().shownTrace().openSlowest();
    });
    connect(&selection(), &SelectionModel::focusChanged, this, &BlockChart::applyFocus);
    connect(&context().shownTrace(), &ShownTrace::changed, this, &BlockChart::follow);
    connect(&context().shownTrace(), &ShownTrace::clockChanged, this, [this] { update(); });
    connect(&context(), &ViewContext::timeZoneChanged, this, [this] { update(); });
    connect(&context(), &ViewContext::focusMatchesChanged, this, &BlockChart::light);
    connect(&context(), &ViewContext::tableChanged, this, &BlockChart::updateEmptyState);
}

BlockChart::~BlockChart() = default;

void BlockChart::start() { follow(); }

const Blocks& BlockChart::blocks() const {
    static const Blocks none;
    return content_ ? content_->blocks : none;
}

/// Hidden pages do nothing: they catch up when they are shown.
void BlockChart::follow() {
    const TraceDataPtr data = context().shownTrace().data();
    if (!data) {
        worker_.cancel();
        data_.reset();
        content_.reset();
        selected_ = hovered_ = pressedBlock_ = kNoBlock;
        updateScrollBar();
        updateEmptyState();
        Q_EMIT statusTextChanged();
    } else if (data != data_ && isVisible()) {
        worker_.run<ContentPtr>(maker(data), [this, data](ContentPtr content) { adopt(data, std::move(content)); });
    }
}

void BlockChart::adopt(TraceDataPtr data, ContentPtr content) {
    const bool keepRange = data_ && data_->isSame(*data) && content_->bounds == content->bounds;
    data_ = std::move(data);
    content_ = std::move(content);
    makeColours();
    if (!keepRange) {
        zoom_.reset(content_->bounds);
        scrollBar_->setValue(0);
    }
    selected_ = hovered_ = pressedBlock_ = kNoBlock;
    mark_.clear();
    isPressed_ = false;
    laid_.reset();
    updateScrollBar();
    updateEmptyState();
    light();
    applyFocus();
    Q_EMIT statusTextChanged();
}

void BlockChart::showEvent(QShowEvent*) {
    follow();
    light();
    if (data_)
        applyFocus(); // what was put in focus while this was hidden has not been scrolled to
}

void BlockChart::applyFocus() {
    update();
    const Focus& focus = selection().focus();
    if (!data_ || !data_->tree.holds(focus.trace))
        return;
    selected_ = kNoBlock;
    if (focus.kind != Focus::Kind::Span)
        return;
    const Row row = focus.rowIn(*data_->table);
    const NodeIndex node = row == kNoRow ? kNoNode : data_->tree.nodeOf(row);
    selected_ = node == kNoNode ? kNoBlock : blockOf(node);
    if (selected_ == kNoBlock)
        return;
    scrollTo(selected_);
    setAccessibleDescription(tr("Selected: %1").arg(textOf(selected_)));
}

/// Which blocks a focus on a service, call, stage, step or case is about; counted, so that those drawn as one are lit by any of them.
void BlockChart::light() {
    litBefore_.clear();
    ++lit_;
    update();
    const FocusMatches& matches = *context().focusMatches();
    if (!content_ || !isVisible() || !isOfManyTraces(selection().focus()) || matches.traceCount == 0)
        return;
    litBefore_.reserve(blocks().count() + 1);
    litBefore_.push_back(0);
    for (uint32_t block = 0; block < blocks().count(); ++block)
        litBefore_.push_back(litBefore_.back() + (holds(block, matches.rows) ? 1 : 0));
}

bool BlockChart::holds(uint32_t block, const RowSet& rows) const {
    const Row row = data_->tree.nodes[nodeOf(block)].row;
    return row != kNoRow && rows[row];
}

QString BlockChart::shownName(std::string_view name, const Redactor* redactor) {
    return singleLine(redactor != nullptr ? toQString(redactor->redact("name", name)) : toQString(name));
}

void BlockChart::makeColours() {
    colours_.clear();
    if (!data_)
        return;
    for (const std::string& service : data_->table->services())
        colours_.push_back(data_->colours.of(service, theme()));
    colours_.push_back(theme().neutralBar);
}

void BlockChart::select(uint32_t block) {
    if (block == kNoBlock)
        return;
    const Row row = data_->tree.nodes[nodeOf(block)].row;
    if (row != kNoRow)
        selection().setFocus(Focus::onSpan(*data_->table, row));
    selected_ = block; // also when the focus was there already, and where there is no span
    scrollTo(block);
}

void BlockChart::filterTo(uint32_t block) {
    const Row row = block == kNoBlock ? kNoRow : data_->tree.nodes[nodeOf(block)].row;
    if (row != kNoRow)
        selection().addTerm({ScopeTerm::Kind::Name, std::string(data_->table->nameText(row)), {}, 0, 0});
}

void BlockChart::scrollTo(uint32_t block) {
    const int64_t top = static_cast<int64_t>(blocks().rowOf(block)) * kRow, height = std::max(0, this->height() - kAxis);
    if (top < scrollBar_->value())
        scrollBar_->setValue(static_cast<int>(std::max<int64_t>(0, top - kRow)));
    else if (top + 2 * kRow > scrollBar_->value() + height)
        scrollBar_->setValue(static_cast<int>(top + 2 * kRow - height));
    const int64_t from = blocks().from[block], to = blocks().to[block];
    const TimeRange& range = zoom_.range();
    if (to < range.from || from > range.to) {
        const int64_t middle = from + (std::min(to, from + range.length()) - from) / 2;
        zoom_.put({middle - range.length() / 2, middle - range.length() / 2 + range.length()});
    }
    update();
}

void BlockChart::showWhole() {
    zoom_.to(zoom_.bounds());
    update();
}

void BlockChart::fit(uint32_t block) {
    if (block == kNoBlock)
        return;
    const int64_t from = blocks().from[block], to = blocks().to[block];
    const int64_t margin = std::max<int64_t>((to - from) / 40, 1);
    const TimeRange& bounds = zoom_.bounds();
    const TimeRange wanted{from - std::clamp<int64_t>(from - bounds.from, 0, margin), to + std::clamp<int64_t>(bounds.to - to, 0, margin)};
    if (zoom_.range() == wanted.within(zoom_.bounds())) // again: exactly
        zoom_.to({from, std::max(to, from + 1)});
    else
        zoom_.to(wanted);
    update();
}

// --- painting

BlockInput BlockChart::input(QSize size) const {
    BlockInput in;
    in.blocks = &blocks();
    in.size = size;
    in.dpr = devicePixelRatioF();
    in.range = zoom_.range();
    in.origin = content_ ? content_->origin : 0;
    in.axis = content_ ? content_->axis : nullptr;
    if (in.axis != nullptr && context().shownTrace().showsClock())
        in.clock = context().timeZone();
    if (litBefore_.size() == blocks().count() + size_t(1))
        in.litBefore = &litBefore_;
    in.text = [this](uint32_t block) { return textOf(block); };
    in.colours = colours_;
    return in;
}

const BlockFrame& BlockChart::frame() const {
    static const BlockFrame none;
    if (!content_)
        return none;
    BlockInput in = input({width() - scrollBar_->sizeHint().width(), height()});
    in.scroll = scrollBar_->value();
    in.selected = selected_;
    in.brush = mark_.range();
    const FrameKey key{content_.get(), in.size, in.dpr, in.range, scrollBar_->value(), in.selected, in.brush, in.clock.has_value(), in.clock && in.clock->utc, theme().isDark, lit_,
                       QFontMetrics(theme().axisFont).height()};
    if (!laid_ || !(key == laidKey_)) {
        laid_ = layoutBlocks(in, theme());
        laidKey_ = key;
    }
    return *laid_;
}

void BlockChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().surface);
    if (!content_)
        return;
    paintBlocks(painter, frame(), theme(), hovered_);
}

QSize BlockChart::pictureSize(int tallest) const {
    constexpr int kWidth = 1400;
    if (!content_ || blocks().count() == 0)
        return {};
    const int64_t height = kAxis + static_cast<int64_t>(blocks().rows()) * kRow + kNoteHeight;
    return {kWidth, static_cast<int>(std::min<int64_t>(height, tallest))};
}

void BlockChart::paintPicture(QPainter& painter, QSize size) const {
    if (!content_)
        return;
    const int64_t rows = std::clamp<int64_t>((size.height() - kAxis - kNoteHeight) / kRow, 0, blocks().rows());
    BlockInput in = input({size.width(), kAxis + static_cast<int>(rows) * kRow});
    in.dpr = painter.device() != nullptr ? std::max(1.0, painter.device()->devicePixelRatioF()) : 1.0;
    in.range = zoom_.bounds();
    in.text = [this](uint32_t block) { return textOf(block, &context().exporter().redactor()); };
    BlockFrame frame = layoutBlocks(in, theme());
    frame.all.setHeight(size.height());
    paintBlocks(painter, frame, theme());
    QString note = statusText();
    if (const uint64_t left = blocks().rows() - static_cast<uint64_t>(rows); left > 0)
        note += QStringLiteral("; ") + toQString(counted(left, "line below is", "lines below are") + " left out of this picture");
    painter.setFont(theme().axisFont);
    painter.setPen(theme().mutedText);
    painter.drawText(QRect(kPadding, size.height() - kNoteHeight, size.width(), kNoteHeight), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, note);
}

void BlockChart::updateScrollBar() {
    const int width = scrollBar_->sizeHint().width();
    scrollBar_->setGeometry(this->width() - width, kAxis, width, std::max(0, height() - kAxis));
    scrollBar_->setPageStep(std::max(kRow, height() - kAxis - kRow));
    const int64_t content = static_cast<int64_t>(blocks().rows()) * kRow;
    scrollBar_->setRange(0, static_cast<int>(std::clamp<int64_t>(content - (height() - kAxis), 0, INT_MAX)));
    scrollBar_->setVisible(scrollBar_->maximum() > 0); // its place stays, so that blocks do not jump
    update();
}

void BlockChart::updateEmptyState() {
    update();
    if (content_ && blocks().count() == 0)
        empty_->show(tr("Nothing has a place in time"), tr("No span of this trace has a start time. The waterfall and the table of spans list them."));
    else if (content_ || (context().shownTrace().data() && worker_.isBusy()))
        empty_->hideState();
    else if (context().table()->isEmpty())
        empty_->show(tr("No trace"), emptyWords(), tr("Open a file..."));
    else if (!context().shownTrace().problem().isEmpty())
        empty_->show(tr("The trace could not be read"), context().shownTrace().problem());
    else
        empty_->show(tr("No trace is chosen"), emptyWords(), tr("Open the slowest trace"));
}

void BlockChart::resizeEvent(QResizeEvent* event) {
    updateScrollBar();
    if (selected_ == kNoBlock)
        return;
    const int64_t top = static_cast<int64_t>(blocks().rowOf(selected_)) * kRow - scrollBar_->value();
    if (top + kRow > 0 && top < event->oldSize().height() - kAxis) // it was in sight
        scrollTo(selected_);
}

void BlockChart::changeEvent(QEvent* event) {
    View::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        makeColours();
        laid_.reset();
        update();
    }
}

// --- keys and mouse

bool BlockChart::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && content_) { // keys that the window uses, too
        const auto* key = static_cast<QKeyEvent*>(event);
        constexpr int kOwn[] = {Qt::Key_W, Qt::Key_S, Qt::Key_A, Qt::Key_D, Qt::Key_F, Qt::Key_0};
        if ((key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier && std::find(std::begin(kOwn), std::end(kOwn), key->key()) != std::end(kOwn)) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip && content_) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QPointF at(help->pos());
        const BlockFrame& f = frame();
        const uint32_t block = f.hit(at);
        QString text = block == kNoBlock ? QString() : toolTipOf(block);
        for (const BlockBox& box : f.boxes)
            if (box.block == block && box.count > 1)
                text += QLatin1Char('\n') + tr("and %1 more here: zoom in").arg(toQString(formatCount(box.count - 1)));
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), plainToolTip(text), this);
        return true;
    }
    return View::event(event);
}

/// To the row so many below, and the block so many on in the row. In another row: the one under the middle.
void BlockChart::step(int rows, int by) {
    const Blocks& b = blocks();
    if (b.count() == 0)
        return;
    if (selected_ == kNoBlock) {
        select(0);
        return;
    }
    const auto row = static_cast<int64_t>(b.rowOf(selected_));
    if (rows == 0) {
        const int64_t next = static_cast<int64_t>(selected_) + by;
        if (next >= b.first[static_cast<size_t>(row)] && next < b.first[static_cast<size_t>(row) + 1])
            select(static_cast<uint32_t>(next));
        return;
    }
    const int64_t to = std::clamp<int64_t>(row + rows, 0, static_cast<int64_t>(b.rows()) - 1);
    if (to == row)
        return;
    const uint32_t first = b.first[static_cast<size_t>(to)], last = b.first[static_cast<size_t>(to) + 1];
    if (first == last)
        return;
    // Downwards the first below it, upwards the one it stands on.
    const int64_t from = b.from[selected_];
    auto at = static_cast<uint32_t>(std::upper_bound(b.to.begin() + first, b.to.begin() + last, from) - b.to.begin());
    at = std::min(at, last - 1);
    select(at);
}

void BlockChart::keyPressEvent(QKeyEvent* event) {
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (!content_ || (modifiers != Qt::NoModifier && modifiers != Qt::ShiftModifier)) {
        View::keyPressEvent(event);
        return;
    }
    const auto zoomAtCursor = [&](double factor) {
        const BlockFrame& f = frame();
        const double x = mapFromGlobal(QCursor::pos()).x();
        zoom_.at(x > f.axis.left() && x < f.axis.right() ? (x - f.axis.left()) / f.axis.width() : 0.5, factor);
    };
    const int page = std::max(1, (height() - kAxis) / kRow - 1);
    switch (event->key()) {
    case Qt::Key_W: zoomAtCursor(0.75); break;
    case Qt::Key_S: zoomAtCursor(1 / 0.75); break;
    case Qt::Key_A: zoom_.move(-0.15); break;
    case Qt::Key_D: zoom_.move(0.15); break;
    case Qt::Key_0: showWhole(); break;
    case Qt::Key_F: mark_.range() ? zoomToMark() : fit(selected_); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (modifiers == Qt::ShiftModifier)
            filterTo(selected_);
        else if (mark_.range())
            zoomToMark();
        else
            fit(selected_);
        break;
    case Qt::Key_Up: step(-1, 0); break;
    case Qt::Key_Down: step(1, 0); break;
    case Qt::Key_Left: step(0, -1); break;
    case Qt::Key_Right: step(0, 1); break;
    case Qt::Key_PageUp: scrollBar_->setValue(scrollBar_->value() - page * kRow); break;
    case Qt::Key_PageDown: scrollBar_->setValue(scrollBar_->value() + page * kRow); break;
    case Qt::Key_Home: select(blocks().count() > 0 ? 0 : kNoBlock); break;
    case Qt::Key_Escape:
        if (mark_.range() || isPressed_) {
            mark_.clear();
            isPressed_ = false;
        } else if (zoom_.canStepBack()) {
            zoom_.stepBack();
        } else {
            View::keyPressEvent(event);
            return;
        }
        break;
    default: View::keyPressEvent(event); return;
    }
    update();
}

void BlockChart::mousePressEvent(QMouseEvent* event) {
    if (!content_ || event->button() != Qt::LeftButton)
        return;
    setFocus(Qt::MouseFocusReason);
    const BlockFrame& f = frame();
    pressed_ = event->position();
    pressedBlock_ = f.hit(pressed_);
    isPressed_ = true;
    if (const int edge = mark_.range() ? RangeMark::edgeAt(pressed_.x(), f.brush.left(), f.brush.right()) : 0; edge != 0)
        mark_.beginAtEdge(edge > 0);
}

void BlockChart::mouseMoveEvent(QMouseEvent* event) {
    if (!content_)
        return;
    const BlockFrame& f = frame(); // until something changes
    const QPointF at = event->position();
    if (isPressed_ && !mark_.isDragging() && std::abs(at.x() - pressed_.x()) >= QApplication::startDragDistance())
        mark_.begin(snappedPlace(f, pressed_.x()));
    if (mark_.isDragging()) {
        mark_.dragTo((event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) != 0 ? f.placeAt(at.x()) : snappedPlace(f, at.x()));
        update();
        return;
    }
    hover(f.hit(at));
    const bool isEdge = mark_.range() && RangeMark::edgeAt(at.x(), f.brush.left(), f.brush.right()) != 0;
    setCursor(isEdge ? Qt::SplitHCursor : f.axis.contains(at) ? Qt::CrossCursor : Qt::ArrowCursor);
}

void BlockChart::mouseReleaseEvent(QMouseEvent* event) {
    if (!content_ || event->button() != Qt::LeftButton || !std::exchange(isPressed_, false))
        return;
    if (mark_.isDragging()) {
        mark_.end();
    } else if (const uint32_t block = frame().hit(event->position()); block != kNoBlock) {
        select(block);
        if ((event->modifiers() & Qt::ShiftModifier) != 0)
            filterTo(block);
    }
    update();
}

void BlockChart::mouseDoubleClickEvent(QMouseEvent* event) {
    if (!content_ || event->button() != Qt::LeftButton)
        return;
    isPressed_ = false;
    const BlockFrame& f = frame();
    if (mark_.range() && f.brush.contains(event->position()))
        zoomToMark();
    else if (f.axis.contains(event->position()))
        showWhole();
    else
        fit(pressedBlock_); // the first click may have scrolled
}

void BlockChart::zoomToMark() {
    zoom_.to(*mark_.range());
    mark_.clear();
    update();
}

/// The edge of a block that is near, else what is there.
int64_t BlockChart::snappedPlace(const BlockFrame& f, double x) const {
    EdgeSnap snap(x);
    for (const BlockBox& box : f.boxes) {
        if (box.count > 1)
            continue;
        snap.consider(f.xOf(blocks().from[box.block]), blocks().from[box.block]);
        snap.consider(f.xOf(blocks().to[box.block]), blocks().to[box.block]);
    }
    return snap.placeOr(f.placeAt(x));
}

void BlockChart::leaveEvent(QEvent*) { hover(kNoBlock); }

void BlockChart::hover(uint32_t block) {
    if (block == hovered_)
        return;
    hovered_ = block;
    update();
}

void BlockChart::wheelEvent(QWheelEvent* event) {
    if (!content_)
        return;
    const QPoint turn = event->angleDelta();
    event->accept();
    if ((event->modifiers() & Qt::ControlModifier) != 0) {
        const BlockFrame& f = frame();
        zoom_.at((event->position().x() - f.axis.left()) / f.axis.width(), std::pow(0.8, turn.y() / 120.0));
    } else if ((event->modifiers() & Qt::ShiftModifier) != 0 || std::abs(turn.x()) > std::abs(turn.y())) {
        zoom_.move(-(turn.x() != 0 ? turn.x() : turn.y()) / 120.0 * 0.1);
    } else if (!event->pixelDelta().isNull()) {
        scrollBar_->setValue(scrollBar_->value() - event->pixelDelta().y());
    } else {
        scrollBar_->setValue(scrollBar_->value() - turn.y() * 3 * kRow / 120);
    }
    hovered_ = kNoBlock; // something else is below the mouse now
    update();
}

void BlockChart::contextMenuEvent(QContextMenuEvent* event) {
    if (!content_)
        return;
    uint32_t block = selected_;
    if (event->reason() == QContextMenuEvent::Mouse) {
        block = frame().hit(QPointF(event->pos()));
        select(block);
    }
    QMenu menu(this);
    // The keys are handled by the view itself; here they are only shown. Another trace may come while the menu is open.
    const auto add = [&](const QString& text, const QString& keys, std::function<void()> run, bool enabled) {
        QAction* action = menu.addAction(text + QLatin1Char('\t') + keys);
        action->setEnabled(enabled);
        connect(action, &QAction::triggered, this, [this, then = content_, run = std::move(run)] {
            if (content_ == then)
                run();
        });
    };
    const Row row = block == kNoBlock ? kNoRow : data_->tree.nodes[nodeOf(block)].row;
    add(tr("Fit"), QStringLiteral("F"), [this, block] { fit(block); }, block != kNoBlock);
    add(tr("Zoom to the marked range"), tr("Enter"), [this] { if (mark_.range()) zoomToMark(); }, mark_.range().has_value());
    add(tr("Everything"), QStringLiteral("0"), [this] { showWhole(); }, !zoom_.isWhole());
    add(tr("Step back"), tr("Esc"), [this] { zoom_.stepBack(); update(); }, zoom_.canStepBack());
    menu.addSeparator();
    add(tr("Filter to this operation"), tr("Shift+Enter"), [this, block] { filterTo(block); }, row != kNoRow);
    add(tr("Filter to this service"), {}, [this, row] {
        selection().addTerm({ScopeTerm::Kind::Service, std::string(data_->table->serviceText(row)), {}, 0, 0});
    }, row != kNoRow);
    menu.addSeparator();
    add(tr("Copy span id"), {}, [this, row] {
        Export& out = context().exporter();
        out.toClipboard(out.render("span_id", toHex(data_->table->id(row))));
    }, row != kNoRow);
    menu.exec(event->globalPos());
}

} // namespace aisle
