#pragma once
// A chart of start and duration: its axes, and a box of cells as its brush, by mouse and by arrow keys.

#include "charts/chart_view.h"
#include "charts/plane_layout.h"

namespace aisle {

class PlaneView : public ChartView {
    Q_OBJECT
public:
    /// In coordinates of body().
    PlaneLayout layoutNow() const { return {axes(), body().size(), kAxisWidth, kAxisHeight}; }

protected:
    /// `cell`: how large one is, px.
    PlaneView(ViewContext& context, QSizeF cell, QWidget* parent);
    virtual const HeatmapAxes& axes() const = 0;

    static constexpr int kAxisHeight = 20, kAxisWidth = 62;
    /// How many columns and rows there is room for; those of `now` while they nearly fit, so that nothing flickers while a dock
    /// is made larger.
    std::pair<uint32_t, uint32_t> fitting(const HeatmapAxes& now) const;
    void paintAxes(QPainter& painter, const PlaneLayout& layout) const;
    void paintBrush(QPainter& painter, QSizeF size) const override;
    std::optional<PlaneCells> box() const { return PlaneLayout::cellsOf(axes(), items(), selection().scope()); }
    QString placeWords(const PlaneCells& cells) const; ///< from when to when, how long

    bool isEmpty() const override { return axes().columns() == 0 || axes().rows() == 0; }
    QRectF plot() const override { return layoutNow().plot().translated(body().topLeft()); }
    std::vector<ScopeTerm> between(QPointF a, QPointF b) const override;
    std::optional<QRectF> brush() const override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void setCells(const PlaneCells& cells, bool live);
    const QSizeF cell_;
};

} // namespace aisle
