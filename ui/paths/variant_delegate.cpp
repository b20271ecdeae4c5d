#include "paths/variant_delegate.h"

#include "paths/variants.h"

#include <QApplication>
#include <QStyle>

namespace aisle {

QString VariantDelegate::shown(const QString& whole, int row, const QFontMetrics& metrics, int room) const {
    // A character has a pixel at least. Layouts take up to a pixel more than advances say.
    const auto fits = [&](const QString& text) { return text.size() < room && metrics.horizontalAdvance(text) < room; };
    if (fits(whole))
        return whole;
    QString out = difference_(row, 0);
    for (size_t around = 1; around < Variants::kMostSteps; ++around) {
        QString more = difference_(row, around);
        if (!fits(more))
            break;
        out = std::move(more);
    }
    return out;
}

void VariantDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    ListDelegate::initStyleOption(option, index);
    if (index.column() != 0)
        return;
    const QStyle& style = option->widget != nullptr ? *option->widget->style() : *QApplication::style();
    const int margin = style.pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, option->widget) + 1;
    option->text = shown(option->text, index.row(), option->fontMetrics, option->rect.width() - 2 * margin);
}

} // namespace aisle
