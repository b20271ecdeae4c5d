#include "sequence/sequence_chart.h"

#include "sequence/sequence_painter.h"
#include "widgets/plain_text.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace aisle {

using namespace sequence_measure;

namespace {
constexpr uint32_t kNone = SequenceScene::kNone;
}

SequenceChart::SequenceChart(QWidget* parent) : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    auto* corner = new QWidget(this); // between the scroll bars, which style sheets leave to be drawn in relief
    corner->setBackgroundRole(QPalette::Base);
    corner->setAutoFillBackground(true);
    setCornerWidget(corner);
}

void SequenceChart::setContent(SequenceContentPtr content, bool isOther) {
    content_ = std::move(content);
    lit_.clear();
    selected_ = participant_ = kNone;
    hovered_ = pressed_ = {};
    isPressed_ = false;
    makeScene();
    if (isOther) {
        horizontalScrollBar()->setValue(0);
        verticalScrollBar()->setValue(0);
    }
}

std::vector<QColor> SequenceChart::coloursOf(const SequenceContent& content) {
    std::vector<QColor> out;
    for (const SequenceDiagram::Participant& participant : content.diagram.participants)
        out.push_back(participant.kind == SequenceDiagram::NodeKind::Service ? content.data->colours.of(participant.name, theme())
                                                                             : theme().neutralBar);
    return out;
}

void SequenceChart::makeScene() {
    scene_ = content_ ? sequenceScene(content_->diagram, theme()) : SequenceScene();
    colours_ = content_ ? coloursOf(*content_) : std::vector<QColor>();
    updateScrollBars();
}

QSize SequenceChart::bodySize() const {
    return {std::max(0, viewport()->width() - scene_.gutter), std::max(0, viewport()->height() - kHeader)};
}

int SequenceChart::linesOnPage() const { return std::max(1, bodySize().height() / kRow - 1); }

/// Each bar takes room from the other.
void SequenceChart::updateScrollBars() {
    const QSize wanted(scene_.gutter + scene_.width, kHeader + scene_.height() + measure::kPadding);
    QSize room = maximumViewportSize();
    const int across = horizontalScrollBar()->sizeHint().height(), down = verticalScrollBar()->sizeHint().width();
    const bool isTall = wanted.height() > room.height() - (wanted.width() > room.width() ? across : 0);
    const bool isWide = wanted.width() > room.width() - (isTall ? down : 0);
    room -= QSize(isTall ? down : 0, isWide ? across : 0);
    horizontalScrollBar()->setRange(0, std::max(0, wanted.width() - room.width()));
    horizontalScrollBar()->setPageStep(std::max(1, room.width() - scene_.gutter));
    horizontalScrollBar()->setSingleStep(kLeast / 3);
    verticalScrollBar()->setRange(0, std::max(0, wanted.height() - room.height()));
    verticalScrollBar()->setPageStep(std::max(1, room.height() - kHeader - kRow));
    verticalScrollBar()->setSingleStep(kRow);
    viewport()->update();
}

void SequenceChart::select(uint32_t message) {
    selected_ = message;
    viewport()->update();
    if (message == kNone)
        return;
    QScrollBar &across = *horizontalScrollBar(), &down = *verticalScrollBar();
    const int top = static_cast<int>(scene_.requestLine[message]) * kRow;
    if (top < down.value())
        down.setValue(top - kRow);
    else if (top + 2 * kRow > down.value() + bodySize().height())
        down.setValue(top + 2 * kRow - bodySize().height());
    // The caller's end, and of the callee's what there is room for.
    const int from = scene_.columns[content_->diagram.messages[message].from].x(), to = scene_.columns[content_->diagram.messages[message].to].x();
    const int room = std::max(1, bodySize().width()), margin = std::min(kMost / 2, room / 3);
    const int left = std::min(from, to) - margin, right = std::max(from, to) + margin;
    if (right - left <= room)
        across.setValue(std::clamp(across.value(), right - room, left));
    else
        across.setValue(std::clamp(across.value(), from + margin - room, from - margin));
}

void SequenceChart::focusParticipant(uint32_t participant) {
    participant_ = participant;
    viewport()->update();
    if (participant == kNone)
        return;
    const SequenceScene::Column& column = scene_.columns[participant];
    const int value = horizontalScrollBar()->value();
    horizontalScrollBar()->setValue(std::min(std::max(value, column.left + column.width - bodySize().width()), column.left));
}

void SequenceChart::setLit(std::vector<bool> lit) {
    lit_ = std::move(lit);
    viewport()->update();
}

SequenceFrame SequenceChart::frame() const {
    if (!content_)
        return {};
    SequenceInput in;
    in.scene = &scene_;
    in.diagram = &content_->diagram;
    in.size = viewport()->size();
    in.scroll = {horizontalScrollBar()->value(), verticalScrollBar()->value()};
    in.selected = selected_;
    in.hovered = hovered_;
    in.focused = participant_;
    in.lit = lit_.empty() ? nullptr : &lit_;
    in.colours = colours_;
    return layoutSequence(in, theme());
}

QPoint SequenceChart::placeOf(uint32_t message) const {
    for (const SequenceFrame::Arrow& arrow : frame().arrows)
        if (arrow.message == message && !arrow.isReturn)
            return viewport()->mapToGlobal(QPoint(scene_.gutter, static_cast<int>(arrow.row.bottom())));
    return viewport()->mapToGlobal(QPoint(scene_.gutter, kHeader));
}

void SequenceChart::scrollAcross(int columns) { horizontalScrollBar()->setValue(horizontalScrollBar()->value() + columns * kLeast); }

void SequenceChart::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme().surface);
    if (content_)
        paintSequence(painter, frame(), theme());
}

/// What is selected stays in sight.
void SequenceChart::resizeEvent(QResizeEvent* event) {
    const int top = selected_ == kNone ? -1 : static_cast<int>(scene_.requestLine[selected_]) * kRow - verticalScrollBar()->value();
    updateScrollBars();
    if (top >= 0 && top + kRow <= event->oldSize().height() - kHeader)
        select(selected_);
}

/// What was put in focus while this was hidden was scrolled to for another size.
void SequenceChart::showEvent(QShowEvent*) {
    updateScrollBars();
    focusParticipant(participant_);
    select(selected_);
}

void SequenceChart::scrollContentsBy(int, int) {
    hovered_ = {}; // something else is below the mouse now
    viewport()->update();
}

void SequenceChart::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        makeScene();
}

bool SequenceChart::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave)
        hover({});
    if (event->type() != QEvent::ToolTip || !content_)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const SequenceHit hit = frame().hit(QPointF(help->pos()));
    QString words;
    switch (hit.kind) {
    case SequenceHit::Kind::Message: words = messageToolTip(*content_, hit.number); break;
    case SequenceHit::Kind::Participant: words = participantToolTip(*content_, hit.number); break;
    case SequenceHit::Kind::Loop: words = loopToolTip(scene_.loops[hit.number]); break;
    case SequenceHit::Kind::None: break;
    }
    if (words.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), plainToolTip(words), viewport());
    return true;
}

void SequenceChart::hover(const SequenceHit& hit) {
    if (hit == hovered_)
        return;
    hovered_ = hit;
    viewport()->update();
}

void SequenceChart::mousePressEvent(QMouseEvent* event) {
    if (!content_ || event->button() != Qt::LeftButton)
        return;
    pressed_ = frame().hit(event->position());
    isPressed_ = true;
}

void SequenceChart::mouseMoveEvent(QMouseEvent* event) {
    if (content_)
        hover(frame().hit(event->position()));
}

void SequenceChart::mouseReleaseEvent(QMouseEvent* event) {
    if (!content_ || event->button() != Qt::LeftButton || !std::exchange(isPressed_, false))
        return;
    const SequenceHit hit = frame().hit(event->position());
    if (hit.kind == SequenceHit::Kind::None || hit != pressed_)
        return;
    if (hit.isChevron)
        Q_EMIT opened(hit);
    else
        Q_EMIT clicked(hit, event->modifiers());
}

/// Of what was clicked first: that may have been scrolled since.
void SequenceChart::mouseDoubleClickEvent(QMouseEvent* event) {
    isPressed_ = false;
    if (content_ && event->button() == Qt::LeftButton && pressed_.kind != SequenceHit::Kind::None && !pressed_.isChevron)
        Q_EMIT opened(pressed_);
}

void SequenceChart::wheelEvent(QWheelEvent* event) {
    const int turn = event->angleDelta().y();
    if ((event->modifiers() & Qt::ShiftModifier) != 0 && turn != 0) {
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - turn);
        event->accept();
    } else {
        QAbstractScrollArea::wheelEvent(event);
    }
}

void SequenceChart::keyPressEvent(QKeyEvent* event) { event->ignore(); }

void SequenceChart::contextMenuEvent(QContextMenuEvent* event) {
    if (!content_)
        return;
    if (event->reason() == QContextMenuEvent::Mouse)
        Q_EMIT menuRequested(frame().hit(QPointF(event->pos())), event->globalPos());
    else if (selected_ != kNone)
        Q_EMIT menuRequested({SequenceHit::Kind::Message, selected_, false}, placeOf(selected_));
    else
        Q_EMIT menuRequested({}, viewport()->mapToGlobal(QPoint(scene_.gutter, kHeader)));
}

} // namespace aisle
