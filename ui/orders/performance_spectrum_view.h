#pragma once
// What passed between two stages, each order as a segment. A click focuses the order, a double click opens the trace that it
// came to; the order in focus is marked above the others.

#include "orders/orders_page.h"
#include "orders/performance_spectrum.h"
#include "orders/spectrum_hits.h"

class QCheckBox;
class QComboBox;
class QLabel;

namespace aisle {

class OrderCanvas;

class PerformanceSpectrumView : public OrdersPage {
    Q_OBJECT
public:
    explicit PerformanceSpectrumView(ViewContext& context, QWidget* parent = nullptr);

    const PerformanceSpectrum& spectrum() const { return found_.spectrum; }
    OrderCanvas* canvas() const { return canvas_; }
    /// Of names that the flow does not have the pair between which most time passed.
    void setPair(const QString& from, const QString& to);
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;

private:
    struct Found {
        std::vector<StagePair> pairs;
        std::vector<std::string> stages;
        PerformanceSpectrum spectrum;
    };
    void count() override;
    void clear() override;
    bool isEmpty() const override { return found_.pairs.empty(); }
    void show(Found found);
    std::optional<size_t> segmentAt(QPointF at) const;
    QString describe(QPointF at) const;
    void focusOn(size_t segment);
    void followFocus();
    void paintMarked(QPainter& painter, QSizeF size) const;
    void openMenu(QPointF at, QPoint global);

    Found found_;
    SpectrumHits hits_; ///< of found_.spectrum
    QComboBox* pairs_;
    QCheckBox* eventually_;
    QLabel* notes_;
    OrderCanvas* canvas_;
    std::pair<QString, QString> wanted_; ///< names of the stages; empty: the widest pair
    std::optional<size_t> segment_;      ///< of the keys
    CaseNumber marked_ = kNoCase;        ///< in focus, however that came about
};

} // namespace aisle
