#pragma once
// The funnel by the values of a field, at first one that divides the cases: who converts, and where the others stop. Enter and the menu filter to a value;
// a double click on a count lists its cases, as L and the menu do.

#include "breakdown/breakdown_model.h"
#include "funnel/journey_page.h"

class QComboBox;
class QTableView;

namespace aisle {

class ElidedLabel;
class FieldBox;
class RestColumn;

class BreakdownView : public JourneyPage {
    Q_OBJECT
public:
    explicit BreakdownView(ViewContext& context, QWidget* parent = nullptr);

    const BreakdownModel& model() const { return *model_; }
    FieldBox* fields() const { return field_; }
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
    bool isEmpty() const override { return model_->rowCount() == 0; }
    QString lacks() const override;
    void fillAttributions();
    void filterTo(const QModelIndex& index, bool excludes);
    void list(size_t group, const CaseFilter& filter);
    void openMenu(QPoint at);

    BreakdownModel* model_;
    QTableView* list_;
    RestColumn* values_;
    FieldBox* field_;
    bool isChosen_ = false; ///< the field, by the user or by settings; else it is usualField()
    std::shared_ptr<const JourneyState> usualOf_; ///< for which it was looked for
    QComboBox* attribution_;
    QString wanted_; ///< as data of attribution_: also before the stages are known, and while a journey lacks the stage
    ElidedLabel* words_;
};

} // namespace aisle
