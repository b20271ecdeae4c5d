#pragma once
// Every trace, or span, as a dot by its start and its duration, coloured by a field; what failed is red, on top and larger.

#include "analysis/scatter.h"
#include "charts/plane_view.h"

namespace aisle {

class ScatterView : public PlaneView {
    Q_OBJECT
public:
    explicit ScatterView(ViewContext& context, QWidget* parent = nullptr);
    const Scatter& scatter() const { return scatter_; }
    FieldBox* fields() const { return by_; }
    std::unique_ptr<Tabular> tabular() const override;

private:
    void count() override;
    void recolour() override;
    const HeatmapAxes& axes() const override { return scatter_.axes; }
    QString words() const override;
    void paint(QPainter& painter, QSizeF size) const override;
    QString describe(QPointF at) const override;
    void openExemplar(QPointF at) override;
    std::pair<QString, QString> emptyWords() const override;
    const Scatter::Dot* dotAt(QPointF at) const;

    Scatter scatter_;
    std::pair<SpanTablePtr, ItemsOf> axesOf_{nullptr, ItemsOf::Traces};
    FieldBox* by_;
    Legend* legend_;
    Worker worker_{this};
};

} // namespace aisle
