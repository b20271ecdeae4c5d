#pragma once
// A frame in a window: zoom, place, pointer and keys. What a click means is the view's matter.

#include "graph/graph_edge_layer.h"
#include "graph/graph_painter.h"

#include <QWidget>

#include <functional>
#include <memory>

namespace aisle {

class GraphCanvas : public QWidget {
    Q_OBJECT
public:
    explicit GraphCanvas(QWidget* parent);

    /// `keepsPlace`: the nodes that are in both frames stay where they are in the window, as far as one move can bring that about.
    void setFrame(std::shared_ptr<const GraphFrame> frame, const std::vector<std::string>& ids, bool keepsPlace);
    void setMarks(GraphMarks marks);
    void setNotice(const QString& text); ///< at the top left; empty: none

    const GraphFrame& frame() const { return *frame_; }
    const GraphMarks& marks() const { return marks_; }
    const GraphViewport& viewport() const { return viewport_; }
    const GraphLabels& labels() const;
    GraphHit hitAt(QPointF point) const; ///< nothing in the line of the legend
    QRectF graphArea() const; ///< where the graph is: above the line of the legend, which covers none of it
    bool isBusy() const { return edges_->isBusy(); }
    bool isFitted() const { return isFitted_; }

    void fitAll();
    /// As long as nobody zooms or drags: a graph that fits only when drawn smaller than this begins at its first layer. 0: all is shown.
    void setLeastScale(double scale) { leastScale_ = scale; }
    void fit(const QRectF& scene);
    void zoom(double factor);
    /// Moves no further than needed; what is larger than the window is centred.
    void reveal(const QRectF& scene);

    std::function<QString(const GraphHit&)> describe; ///< for tool tips

    QSize minimumSizeHint() const override { return {280, 160}; }

Q_SIGNALS:
    void hovered(const GraphHit& hit);
    void clicked(const GraphHit& hit, Qt::KeyboardModifiers modifiers, QPoint global);
    void doubleClicked(const GraphHit& hit, QPoint global);
    void menuRequested(const GraphHit& hit, bool isByKey, QPoint global);
    void keyPressed(QKeyEvent* event); ///< one that has nothing to do with zoom and place; accepted by who knows it
    void themeChanged();
    void fontChanged();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent*) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QRectF sceneArea() const;
    /// Null while all is in the window.
    QRectF minimap() const;
    void paintMinimap(QPainter& painter) const;
    void moveByMinimap(QPointF at);
    void place(const GraphViewport& viewport, bool isFitted);
    void refit();
    void setHover(const GraphHit& hit);

    std::shared_ptr<const GraphFrame> frame_ = std::make_shared<const GraphFrame>();
    std::vector<std::string> ids_; ///< of the frame's nodes
    GraphMarks marks_;
    GraphViewport viewport_;
    mutable GraphLabels labels_;
    QString notice_;
    GraphHit hover_;
    bool isFitted_ = true; ///< until the user zooms or drags
    bool isWhole_ = false; ///< who asked for all of it sees all of it
    double leastScale_ = 0;
    enum class Press { None, Canvas, Dragging, Minimap } press_ = Press::None;
    QPointF pressedAt_, offsetAtPress_;
    GraphEdgeLayer* edges_;
};

} // namespace aisle
