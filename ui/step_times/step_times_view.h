#pragma once
// How long the steps of the journey took, as one histogram a step, and how long those who stopped had stayed.

#include "funnel/journey_page.h"
#include "journey/step_times.h"

class QScrollArea;

namespace aisle {

class StepTimesChart;

class StepTimesView : public JourneyPage {
    Q_OBJECT
public:
    explicit StepTimesView(ViewContext& context, QWidget* parent = nullptr);

    const StepTimes& times() const { return times_; }
    StepTimesChart* chart() const { return chart_; }
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;

private:
    void count() override;
    void clear() override;
    bool isEmpty() const override;

    StepTimes times_;
    StepTimesChart* chart_;
    QScrollArea* scroll_;
};

/// Geometry: pure, in logical pixels.
struct StepTimesLayout {
    struct Row {
        QRectF area, title, bars, p50, p90, p95;
        size_t stage = 0; ///< of StepTimes::stages; one behind the last: the whole journey
        bool isStayed = false, isWhole = false;
        const StepTimes::Times* times = nullptr;
    };
    std::vector<Row> rows;
    QRectF axis;
    double xOf(int64_t ns) const;
    int64_t shortest = 1, longest = 10; ///< ns, of the axis
    std::vector<int64_t> edges; ///< of the bars
    QRectF barOf(const Row& row, size_t bar) const; ///< empty: it counts nothing

    /// Where the mouse is, or the keys.
    struct Hit {
        enum class Part { None, All, Bar, P50, P90, P95 }; ///< All: the whole row
        Part part = Part::None;
        size_t row = 0, bar = 0;
        bool operator==(const Hit&) const = default;
    };
    Hit hit(QPointF at) const;
    /// The cases that are counted there.
    CaseFilter filterOf(const Hit& hit) const;
};
StepTimesLayout layOutStepTimes(const StepTimes& times, QSizeF size, double lineHeight);
int stepTimesHeight(const StepTimes& times, double lineHeight);

class StepTimesChart : public QWidget {
    Q_OBJECT
public:
    StepTimesChart(ViewContext& context, const StepTimes& times, QWidget* parent);
    void contentChanged();
    StepTimesLayout layoutNow() const;
    void paint(QPainter& painter, const StepTimesLayout& layout, std::optional<size_t> focused) const;
    const StepTimesLayout::Hit& cursor() const { return cursor_; } ///< of the keys

Q_SIGNALS:
    void casesWanted(const aisle::CaseFilter& filter);
    void cursorMoved(const QRect& to);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent*) override { update(); }
    void focusOutEvent(QFocusEvent*) override { update(); }

private:
    std::optional<size_t> focusedStage() const;
    QString titleOf(const StepTimesLayout::Row& row) const;
    QString describe(const StepTimesLayout& layout, const StepTimesLayout::Hit& hit) const;
    void moveTo(const StepTimesLayout& layout, const StepTimesLayout::Hit& hit);

    ViewContext& context_;
    const StepTimes& times_;
    StepTimesLayout::Hit cursor_;
};

} // namespace aisle
