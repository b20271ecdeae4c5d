#include "graph/graph_canvas.h"

#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace aisle {

namespace {
constexpr double kZoomStep = 1.2;
constexpr double kMinimapWidth = 168, kMinimapHeight = 104;
constexpr double kLoopHeight = 20; ///< loops reach above their node

double median(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}
} // namespace

GraphCanvas::GraphCanvas(QWidget* parent) : QWidget(parent), edges_(new GraphEdgeLayer(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

void GraphCanvas::setFrame(std::shared_ptr<const GraphFrame> frame, const std::vector<std::string>& ids, bool keepsPlace) {
    if (keepsPlace && !isFitted_) {
        std::unordered_map<std::string_view, QPointF> before;
        for (size_t n = 0; n < ids_.size(); ++n)
            before.emplace(ids_[n], frame_->nodes[n].rect.center());
        std::vector<double> x, y;
        for (size_t n = 0; n < ids.size(); ++n)
            if (const auto found = before.find(ids[n]); found != before.end()) {
                x.push_back(frame->nodes[n].rect.center().x() - found->second.x());
                y.push_back(frame->nodes[n].rect.center().y() - found->second.y());
            }
        if (!x.empty())
            viewport_.offset -= QPointF(median(x), median(y)) * viewport_.scale;
    }
    frame_ = std::move(frame);
    ids_ = ids;
    labels_ = {};
    hover_ = {};
    if (isFitted_)
        refit();
    update();
}

void GraphCanvas::setMarks(GraphMarks marks) {
    marks_ = std::move(marks);
    update();
}

void GraphCanvas::setNotice(const QString& text) {
    notice_ = text;
    update();
}

const GraphLabels& GraphCanvas::labels() const {
    if (labels_.scale != viewport_.scale)
        labels_ = graphLabels(*frame_, viewport_.scale, theme());
    return labels_;
}

GraphHit GraphCanvas::hitAt(QPointF point) const { return graphArea().contains(point) ? hitTest(*frame_, labels(), viewport_, point) : GraphHit(); }

void GraphCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().background);
    if (!frame_->nodes.empty()) {
        const QRectF area = graphArea();
        painter.setClipRect(area);
        edges_->paint(painter, frame_, marks_, viewport_, theme());
        paintGraphNodes(painter, *frame_, labels(), marks_, viewport_, area, theme());
        paintMinimap(painter);
        painter.setClipping(false);
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme().line);
        paintGraphLegend(painter, frame_->colours, rect(), theme());
    }
    if (!notice_.isEmpty()) {
        painter.setPen(theme().mutedText);
        painter.setFont(theme().font);
        painter.drawText(rect().adjusted(16, 12, -16, 0), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, notice_);
    }
    if (hasFocus()) {
        painter.setPen(theme().accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

QRectF GraphCanvas::sceneArea() const { return {QPointF(0, -kLoopHeight), frame_->size + QSizeF(0, kLoopHeight)}; }

QRectF GraphCanvas::graphArea() const { return QRectF(rect()).adjusted(0, 0, 0, -std::ceil(graphLegendHeight(frame_->colours, width(), theme()))); }

void GraphCanvas::place(const GraphViewport& viewport, bool isFitted) {
    viewport_ = viewport;
    isFitted_ = isFitted;
    update();
}

void GraphCanvas::fitAll() {
    isWhole_ = true;
    refit();
}

void GraphCanvas::refit() {
    GraphViewport viewport = GraphViewport::fitting(sceneArea(), graphArea().size());
    if (viewport.scale < leastScale_ && !isWhole_) {
        viewport.scale = leastScale_;
        const QRectF scene = sceneArea(), window = graphArea();
        viewport.offset = frame_->isDownward ? QPointF(window.center().x(), window.top()) - QPointF(scene.center().x(), scene.top()) * viewport.scale
                                             : QPointF(window.left(), window.center().y()) - QPointF(scene.left(), scene.center().y()) * viewport.scale;
    }
    place(viewport, true);
}

void GraphCanvas::fit(const QRectF& scene) {
    if (!scene.isEmpty())
        place(GraphViewport::fitting(scene.adjusted(-80, -80, 80, 80), graphArea().size()), false);
}

void GraphCanvas::zoom(double factor) {
    const QPointF pointer = mapFromGlobal(QPointF(QCursor::pos()));
    GraphViewport viewport = viewport_;
    viewport.zoomAt(underMouse() ? pointer : graphArea().center(), factor);
    place(viewport, false);
}

void GraphCanvas::reveal(const QRectF& scene) {
    if (scene.isEmpty())
        return;
    const QRectF target = viewport_.toView(scene), window = graphArea().adjusted(16, 16, -16, -16);
    const auto shift = [](double from, double to, double low, double high) {
        return to - from > high - low ? (low + high - from - to) / 2 : from < low ? low - from : to > high ? high - to : 0;
    };
    const QPointF by(shift(target.left(), target.right(), window.left(), window.right()),
                     shift(target.top(), target.bottom(), window.top(), window.bottom()));
    if (!by.isNull())
        place({viewport_.scale, viewport_.offset + by}, false);
}

// --- minimap

QRectF GraphCanvas::minimap() const {
    const QRectF shown = viewport_.toView(sceneArea());
    if (frame_->nodes.empty() || graphArea().adjusted(-1, -1, 1, 1).contains(shown) || width() < 2.5 * kMinimapWidth || height() < 2.5 * kMinimapHeight)
        return {};
    const QSizeF size = sceneArea().size().scaled({kMinimapWidth, kMinimapHeight}, Qt::KeepAspectRatio);
    return {graphArea().bottomRight() - QPointF(size.width() + 12, size.height() + 12), size};
}

void GraphCanvas::paintMinimap(QPainter& painter) const {
    const QRectF map = minimap();
    if (map.isNull())
        return;
    painter.fillRect(map, theme().surface);
    const double scale = map.width() / sceneArea().width();
    const auto onMap = [&](const QRectF& scene) { return QRectF(map.topLeft() + (scene.topLeft() - sceneArea().topLeft()) * scale, scene.size() * scale); };
    for (size_t n = 0; n < frame_->nodes.size(); ++n) {
        const QRectF node = onMap(frame_->nodes[n].rect);
        const bool isFocused = n < marks_.nodes.size() && (marks_.nodes[n] & (GraphMarks::kFocused | GraphMarks::kCursor)) != 0;
        painter.fillRect(QRectF(node.topLeft(), QSizeF(std::max(1.5, node.width()), std::max(1.5, node.height()))), isFocused ? theme().accent : frame_->nodes[n].colour);
    }
    const QRectF window = onMap({viewport_.toScene(graphArea().topLeft()), viewport_.toScene(graphArea().bottomRight())}) & map;
    painter.setPen(QPen(theme().text, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(window);
    frameRect(painter, map, theme().line);
}

void GraphCanvas::moveByMinimap(QPointF at) {
    const QRectF map = minimap();
    if (map.isNull())
        return;
    const QPointF scene = sceneArea().topLeft() + (at - map.topLeft()) * (sceneArea().width() / map.width());
    place({viewport_.scale, graphArea().center() - scene * viewport_.scale}, false);
}

// --- pointer and keys

bool GraphCanvas::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const GraphHit hit = hitAt(help->pos());
        if (hit.kind == GraphHit::Kind::None || !describe)
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), plainToolTip(describe(hit)), this);
        return true;
    }
    return QWidget::event(event);
}

void GraphCanvas::resizeEvent(QResizeEvent*) {
    if (isFitted_)
        refit();
}

void GraphCanvas::changeEvent(QEvent* event) {
    labels_ = {};
    if (event->type() == QEvent::PaletteChange)
        Q_EMIT themeChanged();
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        Q_EMIT fontChanged();
    QWidget::changeEvent(event);
}

void GraphCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return;
    pressedAt_ = event->position();
    offsetAtPress_ = viewport_.offset;
    press_ = minimap().contains(pressedAt_) ? Press::Minimap : Press::Canvas;
    if (press_ == Press::Minimap)
        moveByMinimap(pressedAt_);
}

void GraphCanvas::mouseMoveEvent(QMouseEvent* event) {
    switch (press_) {
    case Press::None: setHover(minimap().contains(event->position()) ? GraphHit() : hitAt(event->position())); return;
    case Press::Minimap: moveByMinimap(event->position()); return;
    case Press::Canvas:
        if ((event->position() - pressedAt_).manhattanLength() < QApplication::startDragDistance())
            return;
        press_ = Press::Dragging;
        setCursor(Qt::ClosedHandCursor);
        [[fallthrough]];
    case Press::Dragging: place({viewport_.scale, offsetAtPress_ + event->position() - pressedAt_}, false); return;
    }
}

void GraphCanvas::mouseReleaseEvent(QMouseEvent* event) {
    const Press was = std::exchange(press_, Press::None);
    if (was == Press::Dragging)
        unsetCursor();
    if (was == Press::Canvas && event->button() == Qt::LeftButton)
        Q_EMIT clicked(hitAt(event->position()), event->modifiers(), event->globalPosition().toPoint());
}

void GraphCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && !minimap().contains(event->position()))
        Q_EMIT doubleClicked(hitAt(event->position()), event->globalPosition().toPoint());
}

void GraphCanvas::leaveEvent(QEvent*) { setHover({}); }

void GraphCanvas::wheelEvent(QWheelEvent* event) {
    GraphViewport viewport = viewport_;
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        viewport.zoomAt(event->position(), std::pow(kZoomStep, event->angleDelta().y() / 120.0));
    } else {
        const QPointF by = event->pixelDelta().isNull() ? QPointF(event->angleDelta()) / 2 : QPointF(event->pixelDelta());
        viewport.offset += event->modifiers().testFlag(Qt::ShiftModifier) && by.x() == 0 ? QPointF(by.y(), 0) : by;
    }
    place(viewport, false);
    event->accept();
}

void GraphCanvas::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(kZoomStep); return;
    case Qt::Key_Minus: zoom(1 / kZoomStep); return;
    case Qt::Key_0:
    case Qt::Key_Home: fitAll(); return;
    default: break;
    }
    event->ignore();
    Q_EMIT keyPressed(event);
    if (!event->isAccepted())
        QWidget::keyPressEvent(event);
}

void GraphCanvas::contextMenuEvent(QContextMenuEvent* event) {
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    Q_EMIT menuRequested(isByKey ? GraphHit() : hitAt(event->pos()), isByKey, event->globalPos());
}

void GraphCanvas::setHover(const GraphHit& hit) {
    if (hit == hover_)
        return;
    hover_ = hit;
    setCursor(hit.kind == GraphHit::Kind::None ? Qt::ArrowCursor : Qt::PointingHandCursor);
    Q_EMIT hovered(hit);
}

} // namespace aisle
