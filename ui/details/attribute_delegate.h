#pragma once
// Lines of the details: keys cut in their middle, where http.request.* and http.response.* are alike; only what a value
// says of errors in red.

#include "widgets/cell_delegate.h"

namespace aisle {

class AttributeDelegate : public CellDelegate {
public:
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

} // namespace aisle
