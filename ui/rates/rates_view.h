#pragma once
// Rate, share of errors and durations over time, in all or by any field. A range that is dragged is the scope's.

#include "analysis/over_time.h"
#include "charts/chart_view.h"
#include "rates/series_layout.h"

class QComboBox;

namespace aisle {

class RatesView : public ChartView {
    Q_OBJECT
public:
    explicit RatesView(ViewContext& context, QWidget* parent = nullptr);

    void setMeasure(Measure measure);
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;
    const OverTime& series() const { return series_; }
    FieldBox* fields() const { return by_; }
    /// In coordinates of body().
    SeriesLayout layoutNow() const { return layoutFor(body().size()); }
    std::unique_ptr<Tabular> tabular() const override;

private:
    void count() override;
    void recolour() override;
    bool isEmpty() const override { return series_.steps() == 0 || (series_.counted == 0 && series_.without > 0); }
    QString words() const override;
    QRectF plot() const override { return layoutNow().plot().translated(body().topLeft()); }
    void paint(QPainter& painter, QSizeF size) const override;
    void paintBrush(QPainter& painter, QSizeF size) const override;
    QString describe(QPointF at) const override;
    std::vector<ScopeTerm> between(QPointF a, QPointF b) const override;
    std::optional<QRectF> brush() const override;
    void openExemplar(QPointF at) override;
    std::pair<QString, QString> emptyWords() const override;
    std::optional<QRectF> brushIn(const SeriesLayout& layout) const;
    QString valueWords(double value) const;
    std::vector<QColor> colours() const;
    SeriesLayout layoutFor(QSizeF size) const;

    OverTime series_;
    QComboBox* measure_;
    QToolButton* logarithmic_;
    FieldBox* by_;
    Legend* legend_;
    Worker worker_{this};
};

} // namespace aisle
