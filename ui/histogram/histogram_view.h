#pragma once
// How often each duration occurs, of what is selected before all there is, with its percentiles. A range that is dragged is the
// scope's.

#include "analysis/duration_histogram.h"
#include "analysis/heatmap.h"
#include "charts/chart_view.h"

namespace aisle {

class HistogramView : public ChartView {
    Q_OBJECT
public:
    explicit HistogramView(ViewContext& context, QWidget* parent = nullptr);
    const DurationHistogram& histogram() const { return histogram_; }
    FieldBox* fields() const { return by_; }
    /// Of a bar and the bars after it up to `last`, as high as the plot; in coordinates of the view.
    QRectF column(uint32_t first, uint32_t last) const;
    std::unique_ptr<Tabular> tabular() const override;

private:
    void count() override;
    void recolour() override;
    bool isEmpty() const override { return histogram_.bars() == 0; }
    QString words() const override;
    QRectF plot() const override { return plotIn(body().size()).translated(body().topLeft()); }
    void paint(QPainter& painter, QSizeF size) const override;
    void paintBrush(QPainter& painter, QSizeF size) const override;
    QString describe(QPointF at) const override;
    std::vector<ScopeTerm> between(QPointF a, QPointF b) const override;
    std::optional<QRectF> brush() const override;
    void openExemplar(QPointF at) override;
    std::pair<QString, QString> emptyWords() const override;
    static QRectF plotIn(QSizeF size);
    double xOf(const QRectF& plot, int64_t duration) const;
    std::optional<uint32_t> barAt(double x) const;
    std::optional<std::pair<uint32_t, uint32_t>> ownBars() const;

    DurationHistogram histogram_;
    std::pair<SpanTablePtr, ItemsOf> edgesOf_{nullptr, ItemsOf::Traces};
    FieldBox* by_;
    Legend* legend_;
    Worker worker_{this};
};

} // namespace aisle
