#pragma once
// How long traces or spans took over time, as many as there are: dark where few are, bright where many. What the scope leaves
// out stays as grey.

#include "charts/plane_view.h"

namespace aisle {

class HeatmapView : public PlaneView {
    Q_OBJECT
public:
    explicit HeatmapView(ViewContext& context, QWidget* parent = nullptr);

    void setShowsErrors(bool shows);
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;
    const Heatmap& matching() const { return matching_; }
    std::unique_ptr<Tabular> tabular() const override;

private:
    void count() override;
    const HeatmapAxes& axes() const override { return whole_.axes; }
    bool isEmpty() const override { return whole_.counted == 0; }
    QString words() const override;
    void paint(QPainter& painter, QSizeF size) const override;
    QString describe(QPointF at) const override;
    void openExemplar(QPointF at) override;
    std::pair<QString, QString> emptyWords() const override;

    bool showsErrors_ = false;
    Heatmap whole_, matching_;
    std::pair<SpanTablePtr, ItemsOf> wholeOf_{nullptr, ItemsOf::Traces};
    QToolButton* errors_;
    Worker worker_{this}, exemplarWorker_{this};
};

} // namespace aisle
