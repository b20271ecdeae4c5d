#pragma once
// The funnel of all cases of the scope over the stages of the present journey.

#include "cases/case_page.h"
#include "funnel/funnel_layout.h"
#include "journey/never_began.h"

class QLabel;
class QMenu;
class QScrollArea;
class QToolButton;

namespace aisle {

class BaselineBox;
class FunnelChart;
class JourneyBox;
class JourneyEmptyState;

class FunnelView : public CasePage {
    Q_OBJECT
public:
    explicit FunnelView(ViewContext& context, QWidget* parent = nullptr);

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;

    const FunnelResult& funnel() const { return *funnel_; }
    FunnelChart* chart() const { return chart_; }
    /// Beside everything else (an empty scope) or another scope; nothing: beside nothing.
    void compareWith(const std::optional<Scope>& baseline);
    const FunnelComparison* comparison() const { return comparison_.get(); }
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;

private:
    void refresh();
    void follow();
    void showBots();
    void show(std::shared_ptr<const FunnelResult> funnel, std::shared_ptr<const FunnelComparison> comparison, std::shared_ptr<const ScopeResult> scope);
    void say(const QString& problem);
    void chooseCases(const std::string& key);
    void showNotes();
    void followNeverBegan();
    void offerNeverBegan();

    std::shared_ptr<const JourneyState> shownJourney_; ///< that the funnel is of
    std::shared_ptr<const FunnelResult> funnel_ = std::make_shared<FunnelResult>();
    std::shared_ptr<const FunnelComparison> comparison_;
    std::shared_ptr<const NeverBegan> neverBegan_; ///< of the funnel on show; null: nobody, or it is not known yet
    JourneyBox* journeys_;
    QToolButton *bots_, *never_;
    QToolButton* compares_;
    BaselineBox* baseline_;
    QLabel* notes_;
    QScrollArea* scroll_;
    FunnelChart* chart_;
    JourneyEmptyState* empty_; ///< over the chart alone: where a file has no case that is known, what one is is chosen above it
    QString problem_, message_; ///< message_: what failed, until the next choice
    Worker worker_{this}, casesWorker_{this}, neverWorker_{this};
};

/// The drawing itself: hover, click, keyboard.
class FunnelChart : public QWidget {
    Q_OBJECT
public:
    FunnelChart(ViewContext& context, QWidget* parent);
    /// `comparison`: of it as the first side; null: it is compared with nothing.
    void setFunnel(std::shared_ptr<const FunnelResult> funnel, std::shared_ptr<const FunnelComparison> comparison = nullptr);
    const FunnelFrame& frame() const { return frame_; }
    QSize sizeHint() const override { return {720, 280}; }
    QSize minimumSizeHint() const override { return {320, 150}; }

Q_SIGNALS:
    void casesWanted(const aisle::CaseFilter& filter);
    void walkedTo(const QRect& stage); ///< by the keyboard

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void layOut();
    std::optional<size_t> focusedStage() const;
    void filterTo(FunnelFrame::Part part, const std::string& stage);
    QString describe(FunnelFrame::Hit hit) const;
    void addLists(QMenu& menu, FunnelFrame::Hit hit);

    ViewContext& context_;
    std::shared_ptr<const FunnelResult> funnel_ = std::make_shared<FunnelResult>();
    std::shared_ptr<const FunnelComparison> comparison_;
    FunnelFrame frame_;
    FunnelFrame::Hit hovered_;
};

} // namespace aisle
