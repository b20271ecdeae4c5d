#pragma once
// Headings of a list with the sort arrow beside the words: the style draws it over those that stand on the right.

#include <QHeaderView>

namespace aisle {

class SortHeader : public QHeaderView {
public:
    explicit SortHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {}
    /// Beside the words of a section in that rectangle.
    QRect arrowRect(const QRect& section, int logicalIndex) const;

protected:
    void paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const override;
};

} // namespace aisle
