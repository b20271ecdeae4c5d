#pragma once
// Lists that can be read without reading: the colour of a service beside its name, a bar behind a number, what the focus is
// about tinted.

#include "theme/service_colours.h"
#include "widgets/cell_delegate.h"

#include <functional>

class QPainter;
class QTableView;

namespace aisle {

class Redactor;

/// Roles that a model gives for the cells where they apply.
enum ListRole {
    ServiceRole = Qt::UserRole + 1, ///< name of the service whose colour stands beside the text
    ShareRole,                      ///< 0..1, length of the bar behind the text
    MarkRole,                       ///< true: the row is one that the focus is about
};

class ListDelegate : public CellDelegate {
public:
    /// `colours` gives those in force.
    ListDelegate(std::function<const ServiceColours&()> colours, QObject* parent) : CellDelegate(parent), colours_(std::move(colours)) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    std::function<const ServiceColours&()> colours_;
};

/// For Qt::TextAlignmentRole: numbers stand on the right.
QVariant cellAlignment(bool isNumber);

/// One row at a time, no grid, rows of one height, a SortHeader whose sections can be clicked.
void styleList(QTableView& list);

/// A list as a picture: its headings and as many rows as `tallest` has room for, at most 60.
QSize listPictureSize(const QTableView& list, int tallest);
/// Of what is in its cells `redactor` decides what may be seen.
void paintListPicture(QPainter& painter, const QTableView& list, QSize size, const Redactor& redactor);

} // namespace aisle
