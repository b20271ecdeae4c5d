#pragma once
// What this file (or the scope) is, in ten seconds; every element leads on.

#include "analysis/overview.h"
#include "view.h"

class QLabel;
class QScrollArea;
class QTableWidget;
class QVBoxLayout;

namespace aisle {

class EmptyState;
class FunnelChart;
class ShowButton;
class FactRow;

class OverviewView : public View {
    Q_OBJECT
public:
    explicit OverviewView(ViewContext& context, QWidget* parent = nullptr);

    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void lookOver();
    void show(SpanTablePtr table, Overview overview);
    void showFacts();
    void showFindings();
    void showServices();
    void markFocus();
    void mark(QTableWidget* table, int row, bool isFocused, bool isRelated);
    void openMenu(QTableWidget* table, const QPoint& at);
    std::vector<ScopeTerm> filterTerms(const QTableWidget* table, int row) const;
    void showOperations();
    void showFunnel();
    void updateEmptyState();

    QWidget* page_ = nullptr; ///< what scrolls
    QLabel* range_;
    SpanTablePtr table_;
    Overview overview_;
    FactRow* facts_;
    QWidget* findings_;
    std::vector<ShowButton*> showButtons_;
    QVBoxLayout* findingsBox_;
    QLabel* findingsTitle_;
    QLabel* funnelTitle_;
    QLabel* funnelNotes_; ///< what is odd about it
    FunnelChart* funnel_;
    QTableWidget* services_;
    QTableWidget* operations_;
    EmptyState* empty_;
    Worker worker_{this}, funnelWorker_{this};
};

} // namespace aisle
