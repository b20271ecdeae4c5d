#include "graph/graph_edge_layer.h"

#include <QPainter>
#include <QWidget>

namespace aisle {

namespace {

/// What the pointer is at is painted on top, so that no picture is made for it.
std::vector<uint8_t> withoutHover(const std::vector<uint8_t>& marks) {
    std::vector<uint8_t> out = marks;
    for (uint8_t& mark : out)
        mark &= static_cast<uint8_t>(~GraphMarks::kHovered);
    return out;
}

bool isSame(const GraphViewport& a, const GraphViewport& b) { return a.scale == b.scale && a.offset == b.offset; }

} // namespace

GraphEdgeLayer::GraphEdgeLayer(QWidget* owner) : QObject(owner), owner_(owner) {}

void GraphEdgeLayer::paint(QPainter& painter, const std::shared_ptr<const GraphFrame>& frame, const GraphMarks& marks, const GraphViewport& viewport, const Theme& theme) {
    const QRectF area = owner_->rect();
    if (frame->edges.size() <= kMostAtOnce) {
        shown_ = {};
        paintGraphEdges(painter, *frame, marks, viewport, area, theme);
        return;
    }
    const double ratio = owner_->devicePixelRatioF();
    const QSize size = owner_->size();
    Picture wanted{{}, frame, withoutHover(marks.edges), viewport, theme.isDark};
    const auto isOf = [&](const Picture& picture) {
        return picture.frame == wanted.frame && picture.marks == wanted.marks && isSame(picture.viewport, wanted.viewport) && picture.isDark == wanted.isDark;
    };
    const bool isReady = isOf(shown_) && shown_.image.size() == size * ratio;
    if (!isReady && !(worker_.isBusy() && isOf(asked_)))
        ask(wanted, size, ratio, theme);
    if (!shown_.image.isNull() && shown_.frame == frame && shown_.isDark == theme.isDark) {
        const double factor = viewport.scale / shown_.viewport.scale;
        painter.save();
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
        painter.translate(viewport.offset - shown_.viewport.offset * factor);
        painter.scale(factor, factor);
        painter.drawImage(QPointF(0, 0), shown_.image);
        painter.restore();
    }
    paintGraphEdges(painter, *frame, marks, viewport, area, theme, GraphEdges::Marked);
}

void GraphEdgeLayer::ask(Picture wanted, QSize size, double ratio, const Theme& theme) {
    asked_ = wanted;
    worker_.follow<Picture>(
        [wanted, size, ratio, theme, isDimmed = std::any_of(wanted.marks.begin(), wanted.marks.end(), [](uint8_t mark) { return mark != 0; })](const StopToken&) {
            Picture made = wanted;
            made.image = QImage(size * ratio, QImage::Format_ARGB32_Premultiplied);
            made.image.setDevicePixelRatio(ratio);
            made.image.fill(Qt::transparent);
            GraphMarks marks;
            marks.edges = wanted.marks;
            marks.isDimmed = isDimmed;
            QPainter painter(&made.image);
            paintGraphEdges(painter, *wanted.frame, marks, wanted.viewport, QRectF(QPointF(0, 0), size), theme);
            return made;
        },
        [this](Picture made) {
            shown_ = std::move(made);
            owner_->update();
        });
}

} // namespace aisle
