#pragma once
// The lines of a graph with thousands of them, painted beside the UI thread: 5,000 curves take some 150 ms. What is on show until a
// picture is ready is the last one, moved and stretched to where it belongs.

#include "graph/graph_painter.h"
#include "worker.h"

#include <QImage>

#include <memory>

namespace aisle {

class GraphEdgeLayer : public QObject {
    Q_OBJECT
public:
    explicit GraphEdgeLayer(QWidget* owner);

    /// Up to so many lines are painted at once, in less than 8 ms.
    static constexpr size_t kMostAtOnce = 500;

    /// Paints the lines of a frame in all of the owner's area, or what there is of them yet.
    void paint(QPainter& painter, const std::shared_ptr<const GraphFrame>& frame, const GraphMarks& marks, const GraphViewport& viewport, const Theme& theme);
    bool isBusy() const { return worker_.isBusy(); }

private:
    struct Picture {
        QImage image;
        std::shared_ptr<const GraphFrame> frame;
        std::vector<uint8_t> marks; ///< of the lines; what the pointer is at only where that is more than kMostAtOnce
        bool isDimmed = false;
        GraphViewport viewport;
        bool isDark = false;
    };
    void ask(Picture wanted, QSize size, double ratio, const Theme& theme);

    QWidget* owner_;
    Picture shown_, asked_;
    Worker worker_{this};
};

} // namespace aisle
