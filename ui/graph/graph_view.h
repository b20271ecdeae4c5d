#pragma once
// The service graph of the traces in the scope. The whole graph is laid out once per table; a scope hides what it
// does not touch and moves nothing. Zoom and place belong to the view and never filter.

#include "service_graph/graph_follower.h"
#include "graph/graph_scene_layout.h"
#include "view.h"

class QMenu;

namespace aisle {

class EmptyState;

class GraphView : public View {
    Q_OBJECT
public:
    explicit GraphView(ViewContext& context, QWidget* parent = nullptr);
    ~GraphView() override;

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    QSize sizeHint() const override { return {900, 560}; }
    QSize minimumSizeHint() const override { return {280, 160}; }

    // What is shown; for tests and actions.
    const GraphFrame& frame() const { return frame_; }
    const GraphMarks& marks() const { return marks_; }
    const GraphViewport& viewport() const { return viewport_; }
    const ServiceGraphPtr& graph() const { return shown_; } ///< null until the first one is there
    QString emptyText() const; ///< in words why there is nothing to see; empty when there is
    bool isBusy() const { return wholeWorker_.isBusy() || layoutWorker_.isBusy() || scopeWorker_.isBusy() || exactWorker_.isBusy(); }

    void fitAll();
    void fitFocus();
    void zoom(double factor);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void showEvent(QShowEvent* event) override;
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
    /// The graph of all traces, and where it and the graphs of some come from.
    struct Whole {
        std::shared_ptr<GraphSource> source;
        ServiceGraphPtr graph;
        std::shared_ptr<GraphFollower> follower; ///< null: there are too many edges
    };

    void readTable();
    void updateEmptyState();
    void layOut(const Whole& whole);
    void followScope();
    void settleScope();
    void countScope();
    void display(ServiceGraphPtr graph, std::shared_ptr<const ScopeResult> scope);
    void showProblem(const QString& problem);
    void followFocus();
    void remark();
    void setHover(const GraphHit& hit);
    void select(const GraphHit& hit);
    /// The terms that "Filter to this" adds: the service; of other nodes the calls to or from them.
    std::vector<ScopeTerm> filterTerms(const GraphHit& hit) const;
    void filterTo(const GraphHit& hit, const QPoint& globalPos);
    void addFilters(QMenu& menu, const GraphHit& hit);
    QPoint placeOf(const GraphHit& hit) const;
    GraphHit focusedHit() const;
    QRectF focusRect() const;
    void reveal(const QRectF& sceneRect);
    void walk(Qt::Key key);

    EmptyState* empty_;
    Worker wholeWorker_{this, Worker::Work::Long}, layoutWorker_{this}, scopeWorker_{this}, exactWorker_{this, Worker::Work::Long};
    Whole whole_;
    GraphPlan plan_;
    ServiceGraphPtr shown_;
    GraphFrame frame_;
    GraphMarks marks_;
    GraphViewport viewport_;
    GraphHit hover_;
    QString problem_;
    bool readAgain_ = false; ///< the table changed while an import's last one was being read
    bool isFitted_ = true;   ///< until the user zooms or drags
    bool isOwnFocus_ = false;
    bool isPressed_ = false, isDragging_ = false;
    QPointF pressedAt_, offsetAtPress_;
};

} // namespace aisle
