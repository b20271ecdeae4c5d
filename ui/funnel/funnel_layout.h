#pragma once
// Geometry of the funnel: pure, in logical pixels. Painting and hit-testing use the same frame.

#include "journey/funnel_breakdown.h"

#include <QRectF>
#include <QString>

#include <vector>

namespace aisle {

struct FunnelFrame {
    /// One stage: a column whose bar is as high as its share of the first stage; above the bar what the stage before
    /// lost on the way here.
    struct Column {
        QRectF area;    ///< the whole column, for hits
        QRectF bar;     ///< cases that reached the stage
        QRectF dropped; ///< of the stage before: stopped there; empty for the first
        QRectF open;    ///< of the stage before: may still go on
        QRectF openLabel, droppedLabel; ///< in these parts, or above them (of the open ones in that of those who stopped) where they are thin; empty: no room, or nobody. A hit on one is one on its part
        QRectF baseline; ///< beside the bar, of what it is compared with: by its own share of those that entered
        QRectF title, count, share;
    };
    /// Between two columns: how many went on, and how long that took.
    struct Step {
        QRectF area;
        QString conversion, time;
        QString baseline;     ///< the conversion of what it is compared with
        double difference = 0; ///< of the two, where it is more than chance; else 0
    };
    std::vector<Column> columns;
    std::vector<Step> steps;
    QRectF baseline;
    QSizeF size;

    enum class Part { None, Stage, Dropped, Open, Between };
    struct Hit {
        Part part = Part::None;
        size_t stage = 0; ///< Dropped and Open: the stage that was the last one reached; Between: the one that the step leads to
        bool operator==(const Hit&) const = default;
    };
    Hit hit(QPointF at) const;
};

/// Below that it is laid out as if it had that, and is wider than `size`.
double funnelLeastWidth(size_t stages);
/// `comparison`: beside what; its first side is the funnel. Null: beside nothing.
FunnelFrame layOutFunnel(const FunnelResult& funnel, QSizeF size, double lineHeight, const FunnelComparison* comparison = nullptr);

} // namespace aisle
