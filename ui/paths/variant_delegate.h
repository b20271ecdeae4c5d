#pragma once
// The list of variants. Ways through the same stages are alike for most of their length: one that has no room is told by what differs from the
// most frequent one.

#include "widgets/list_delegate.h"

namespace aisle {

class VariantDelegate : public ListDelegate {
public:
    /// `difference` of the variant in that row, with so many of the shared steps around it (variantDifference()); more of them are a longer text.
    VariantDelegate(std::function<const ServiceColours&()> colours, std::function<QString(int row, size_t around)> difference, QObject* parent) : ListDelegate(std::move(colours), parent), difference_(std::move(difference)) {}
    /// What fits into so many pixels: `whole`, else what differs with as much around it as there is room for.
    QString shown(const QString& whole, int row, const QFontMetrics& metrics, int room) const;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    std::function<QString(int row, size_t around)> difference_;
};

} // namespace aisle
