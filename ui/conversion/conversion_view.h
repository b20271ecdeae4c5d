#pragma once
// How the share of customers who convert changes over time, with its interval, above how many entered. A range that is dragged is the
// scope's time of traces.

#include "funnel/journey_page.h"
#include "journey/funnel_breakdown.h"

namespace aisle {

class ElidedLabel;
class ConversionChart;

class ConversionView : public JourneyPage {
    Q_OBJECT
public:
    explicit ConversionView(ViewContext& context, QWidget* parent = nullptr);

    const FunnelTrend& trend() const { return trend_; }
    ConversionChart* chart() const { return chart_; }
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;

private:
    void count() override;
    void clear() override;
    bool isEmpty() const override;
    void list(size_t step, const CaseFilter& filter);

    FunnelTrend trend_;
    ConversionChart* chart_;
    ElidedLabel* words_;
};

/// Geometry: pure, in logical pixels.
struct ConversionLayout {
    ConversionLayout(const FunnelTrend& trend, QSizeF size);
    QRectF rates, counts; ///< above and below
    double highest = 1;   ///< rate at the top of `rates`, a round one
    uint64_t most = 1;    ///< cases of the highest bar
    int64_t start = 0, step = 1;
    size_t steps = 0;
    double xOf(int64_t time) const;
    int64_t timeAt(double x) const; ///< clamped to the plot
    double yOf(double rate) const { return rates.bottom() - rate / highest * rates.height(); }
    std::optional<size_t> stepAt(double x) const;
};

class ConversionChart : public QWidget {
    Q_OBJECT
public:
    ConversionChart(ViewContext& context, const FunnelTrend& trend, QWidget* parent);
    void paint(QPainter& painter, const ConversionLayout& layout) const;
    void contentChanged();
    std::optional<size_t> cursor() const { return cursor_; } ///< the step of the keys
    QSize minimumSizeHint() const override { return {240, 140}; }

Q_SIGNALS:
    void casesWanted(size_t step, const aisle::CaseFilter& filter); ///< of those that entered in the step

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent*) override { update(); }
    void focusOutEvent(QFocusEvent*) override { update(); }

private:
    QString describe(size_t step) const;
    void setRange(int64_t from, int64_t to, bool live);
    std::optional<std::pair<int64_t, int64_t>> range() const;

    ViewContext& context_;
    const FunnelTrend& trend_;
    std::optional<size_t> cursor_;
    std::optional<QPointF> press_;
    bool dragged_ = false;
};

} // namespace aisle
