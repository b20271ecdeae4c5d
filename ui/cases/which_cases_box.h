#pragma once
// Chooses which cases are listed: all, those of an outcome or a stage of the journey, orders by how they stand, or exactly those behind a number
// that another view asked for. What settings want waits for the journey that has it.

#include "cases/case_page.h"
#include "orders/order_list.h"

#include <QComboBox>
#include <QJsonObject>

namespace aisle {

class WhichCasesBox : public QComboBox {
    Q_OBJECT
public:
    explicit WhichCasesBox(ViewContext& context, QWidget* parent = nullptr);

    /// Offers what the present journey has; what is chosen stays, as far as it has it. Without a signal; true: another choice may be on show.
    bool fill();
    /// Offers these as well and chooses them, until another choice is made or the journey is another one. Without a signal.
    void offer(const CaseSet& set);
    /// Chooses the stage in focus.
    void followStage(const Focus& focus);
    std::shared_ptr<const CaseSet> listed() const; ///< the set that is chosen; null: what the scope has
    CaseFilter filter() const;                     ///< without a text
    OrderFilter orderFilter() const;               ///< where the cases are orders
    QJsonObject settings() const;
    void applySettings(const QJsonObject& settings);

private:
    void chooseWanted();
    void forgetSet();
    QString kindName() const; ///< of the entry that is chosen

    ViewContext& context_;
    std::shared_ptr<const JourneyState> of_; ///< whose stages are in it
    QJsonObject wanted_;                     ///< settings that wait for a journey; empty: none
    std::shared_ptr<const CaseSet> set_;     ///< that was offered last
    bool isOfStopped_ = false;               ///< the focus was on those who stopped, and nothing has been chosen since
};

} // namespace aisle
