#include "graph/graph_edge_layer.h"

#include <QPainter>
#include <QWidget>

#include <algorithm>

namespace aisle {

namespace {

bool isHovered(uint8_t mark) { return (mark & GraphMarks::kHovered) != 0; }

/// What the pointer is at is painted on top, so that no picture is made for it; at a hub with more lines than can be painted at once
/// it is in the picture.
std::vector<uint8_t> inPicture(const std::vector<uint8_t>& marks) {
    std::vector<uint8_t> out = marks;
    if (static_cast<size_t>(std::count_if(marks.begin(), marks.end(), isHovered)) <= GraphEdgeLayer::kMostAtOnce)
        for (uint8_t& mark : out)
            mark &= static_cast<uint8_t>(~GraphMarks::kHovered);
    return out;
}

/// What is painted at once, on the picture: what the pointer is at, and what is in focus unless it is in the picture; neither if that
/// is more than can be.
GraphMarks onTop(const GraphMarks& marks, bool isReady) {
    const auto keep = [&](bool onlyHovered) {
        GraphMarks out;
        out.edges = marks.edges;
        size_t kept = 0;
        for (uint8_t& mark : out.edges) {
            if (onlyHovered && !isHovered(mark))
                mark = 0;
            kept += mark != 0;
        }
        if (kept > GraphEdgeLayer::kMostAtOnce)
            out.edges.clear();
        return out;
    };
    GraphMarks all = isReady ? GraphMarks() : keep(false);
    return all.edges.empty() ? keep(true) : all;
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
    Picture wanted{{}, frame, inPicture(marks.edges), marks.isDimmed, viewport, theme.isDark};
    const auto isOf = [&](const Picture& picture) {
        return picture.frame == wanted.frame && picture.marks == wanted.marks && picture.isDimmed == wanted.isDimmed && isSame(picture.viewport, wanted.viewport) && picture.isDark == wanted.isDark;
    };
    const bool isReady = isOf(shown_) && shown_.image.size() == size * ratio;
    if (!isReady && !(worker_.isBusy() && isOf(asked_)))
        ask(wanted, size, ratio, theme);
    // While numbers change, as in a replay, the last picture stays.
    if (!shown_.image.isNull() && shown_.frame->places == frame->places && shown_.isDark == theme.isDark) {
        const double factor = viewport.scale / shown_.viewport.scale;
        painter.save();
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
        painter.translate(viewport.offset - shown_.viewport.offset * factor);
        painter.scale(factor, factor);
        painter.drawImage(QPointF(0, 0), shown_.image);
        painter.restore();
    }
    paintGraphEdges(painter, *frame, onTop(marks, isReady), viewport, area, theme, GraphEdges::Marked);
}

void GraphEdgeLayer::ask(Picture wanted, QSize size, double ratio, const Theme& theme) {
    asked_ = wanted;
    worker_.follow<Picture>(
        [wanted, size, ratio, theme](const StopToken&) {
            Picture made = wanted;
            made.image = QImage(size * ratio, QImage::Format_ARGB32_Premultiplied);
            made.image.setDevicePixelRatio(ratio);
            made.image.fill(Qt::transparent);
            GraphMarks marks;
            marks.edges = wanted.marks;
            marks.isDimmed = wanted.isDimmed;
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
