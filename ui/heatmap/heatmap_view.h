#pragma once
// How long traces or spans took over time, as many as there are: dark where few are, bright where many. A box that is dragged is
// the scope's range of times and durations, live. What the scope leaves out stays as grey, so that the box can be moved.

#include "heatmap/heatmap_layout.h"
#include "view.h"

class QToolButton;

namespace aisle {

class ElidedLabel;
class EmptyState;

class HeatmapView : public View {
    Q_OBJECT
public:
    explicit HeatmapView(ViewContext& context, QWidget* parent = nullptr);

    void show(HeatmapOf of);
    void setShowsErrors(bool shows);
    const Heatmap& matching() const { return matching_; }
    HeatmapLayout layoutNow() const;

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    QSize sizeHint() const override { return {600, 260}; }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void setCells(const HeatmapCells& cells, bool live);
    void clearCells();
    void focusOn(const HeatmapCells& cell);
    void paint(QPainter& painter, const HeatmapLayout& layout) const;
    QString describe(const HeatmapCells& cells) const;
    QRectF body() const;

    HeatmapOf of_ = HeatmapOf::Traces;
    bool showsErrors_ = false, isDue_ = true;
    Heatmap whole_, matching_;
    SpanTablePtr wholeOf_;
    std::optional<QPointF> press_;
    bool dragged_ = false;
    QToolButton *traces_, *spans_, *errors_;
    ElidedLabel* words_;
    EmptyState* empty_;
    Worker worker_{this};
};

} // namespace aisle
