#pragma once
// Traffic and errors of the whole file over time; a brush on it is the scope's time range.

#include "analysis/traffic.h"
#include "scope_without.h"

#include <QWidget>

namespace aisle {

class TimeStrip : public QWidget {
    Q_OBJECT
public:
    explicit TimeStrip(ViewContext& context, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    int64_t timeAt(double x) const;
    double xOf(int64_t time) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Drag { None, New, Left, Right, Move };
    void refresh();
    QRectF chart() const;
    std::optional<std::pair<int64_t, int64_t>> range() const;
    void setRange(int64_t from, int64_t to, bool live);
    void clearRange();
    Drag edgeAt(double x) const;
    QString describe(double x) const;

    ViewContext& context_;
    std::shared_ptr<const EntryTimes> entries_;
    SpanTablePtr entriesOf_;
    Traffic whole_, matching_;
    bool filtered_ = false;
    ScopeWithout scope_; ///< without the range that is brushed here
    Drag drag_ = Drag::None;
    double pressX_ = 0;
    std::pair<int64_t, int64_t> pressRange_;
    Worker worker_{this};
};

} // namespace aisle
