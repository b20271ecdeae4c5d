#pragma once
// Rows of the page of an order: its sentences in the order of time, and below one that is open the technical detail behind it.

#include "story/order_page.h"

#include <QAbstractListModel>

#include <set>

namespace aisle {

class OrderModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        ClockRole = Qt::UserRole + 70, ///< in words; empty: of no moment
        KindRole,                      ///< StoryKind, of sentences
        OpenRole,                      ///< of a sentence: its detail is on show
        IdRole                         ///< of a detail: the ids that its text ends with
    };
    struct Place {
        size_t line = 0;
        int detail = -1; ///< -1: the sentence; behind the last one how many more there are
    };
    using QAbstractListModel::QAbstractListModel;

    void setPage(OrderPage page, TimeZone zone);
    const OrderPage& page() const { return page_; }
    Place placeOf(int row) const { return rows_[static_cast<size_t>(row)]; }
    const OrderPage::Detail* detail(int row) const; ///< null: it is a sentence, or says how many more there are
    void toggle(int row); ///< of a sentence: shows or hides its detail

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(rows_.size()); }
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<Place> rowsOf() const;

    OrderPage page_;
    TimeZone zone_;
    std::set<size_t> open_; ///< lines
    std::vector<Place> rows_;
};

} // namespace aisle
