#pragma once
// The cases of the scope one by one: how long they took, what is in them and how far they came on the journey.

#include "cases/cases_model.h"
#include "funnel/journey_page.h"

class QComboBox;
class QLineEdit;
class QTableView;

namespace aisle {

class ElidedLabel;

class CasesView : public JourneyPage {
    Q_OBJECT
public:
    explicit CasesView(ViewContext& context, QWidget* parent = nullptr);

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
    bool isEmpty() const override { return model_->content().all == 0; }
    CaseFilter filter() const;
    void fillWhich();
    void followStage();
    void followCase();
    void filterTo(const std::string& value);
    void choose(int row);
    void openMenu(QPoint at);
    void showWords();

    CasesModel* model_;
    QTableView* list_;
    QLineEdit* text_;
    QComboBox* which_;
    ElidedLabel* words_;
    std::shared_ptr<const JourneyState> whichOf_; ///< whose stages are in which_
    int wanted_ = -1; ///< of which_: what settings asked for before the journey was known
    bool isFollowing_ = false;
};

} // namespace aisle
