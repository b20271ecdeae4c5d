#pragma once
// The cases of the scope one by one, or exactly those behind a number: how long they took, what is in them and how far they came on the
// journey. Without a journey, too.

#include "cases/cases_model.h"
#include "funnel/journey_page.h"

class QLineEdit;
class QTableView;
class QToolButton;

namespace aisle {

class ElidedLabel;
class RestColumn;
class WhichCasesBox;

class CasesView : public JourneyPage {
    Q_OBJECT
public:
    explicit CasesView(ViewContext& context, QWidget* parent = nullptr);

    /// Lists these, until another choice is made or the journey is another one. False: it is another one already.
    bool list(const CaseSet& set);
    const CasesModel& model() const { return *model_; }
    QTableView* list() const { return list_; }
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void count() override;
    void clear() override;
    bool isEmpty() const override;
    bool needsJourney() const override { return false; }
    CaseFilter filter() const;
    void fillWhich();
    void filterToThese();
    void followCase();
    void open(const std::string& value); ///< filters to it, and its traces are shown
    void choose(int row);
    void openMenu(QPoint at);
    void copyList();
    void showWords();
    void showOrderColumns(bool shown);

    CasesModel* model_;
    QTableView* list_;
    RestColumn* values_;
    QLineEdit* text_;
    WhichCasesBox* which_;
    QToolButton* only_;
    ElidedLabel* words_;
    bool isFollowing_ = false;
    Worker filterWorker_{this}, copyWorker_{this};
};

} // namespace aisle
