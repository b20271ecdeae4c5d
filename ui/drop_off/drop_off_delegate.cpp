#include "drop_off/drop_off_delegate.h"

#include "drop_off/drop_off_model.h"
#include "theme/theme.h"
#include "widgets/paint.h"

#include <QAbstractItemView>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {
constexpr int kBar = 120;
constexpr double kLeastOdds = 0.5;
} // namespace

int DropOffRow::at(double odds, double most) const {
    const double share = std::log(std::clamp(odds, kLeastOdds, most) / kLeastOdds) / std::log(most / kLeastOdds);
    return bar.left() + static_cast<int>(std::lround(share * (bar.width() - 1)));
}

DropOffRow layOutDropOff(const QString& sentence, bool hasAlso, QPoint topLeft, int width, const QFontMetrics& metrics) {
    constexpr int kEdge = measure::kPadding;
    const int room = std::max(80, width - 2 * kEdge), line = metrics.height();
    DropOffRow row;
    const int lines = std::clamp(metrics.boundingRect(QRect(0, 0, room, 10'000), Qt::TextWordWrap, sentence).height(), line, 3 * line);
    const int left = topLeft.x() + kEdge;
    int y = topLeft.y() + 5;
    row.sentence = QRect(left, y, room, lines);
    y += lines + 2;
    const int bar = std::min(kBar, room / 3);
    row.bar = QRect(left, y, bar, line);
    row.detail = QRect(left + bar + kEdge, y, room - bar - kEdge, line);
    y += line;
    if (hasAlso) {
        row.also = QRect(left, y + 1, room, line);
        y += line + 1;
    }
    row.height = y + 6 - topLeft.y();
    return row;
}

int DropOffDelegate::heightOf(const QModelIndex& index, int width) const {
    const QFontMetrics metrics(theme().font);
    if (model_.isLine(index.row()))
        return metrics.height() + 10;
    return layOutDropOff(index.data(Qt::DisplayRole).toString(), !index.data(DropOffModel::AlsoRole).toString().isEmpty(), {}, width, metrics).height;
}

QSize DropOffDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const int width = view != nullptr ? view->viewport()->width() : option.rect.width();
    return {std::min(width, 200), heightOf(index, width)}; // the view makes it as wide as it is
}

void DropOffDelegate::paintBar(QPainter& p, const DropOffRow& row, const QModelIndex& index) const {
    const QList<QVariant> interval = index.data(DropOffModel::IntervalRole).toList();
    const bool isClear = index.data(DropOffModel::ClearRole).toBool();
    const double most = model_.mostOdds();
    const int one = row.at(1, most), low = row.at(interval[0].toDouble(), most), value = row.at(interval[1].toDouble(), most), high = row.at(interval[2].toDouble(), most);
    const int middle = row.bar.center().y();
    p.fillRect(row.bar.adjusted(0, row.bar.height() / 2, 0, -row.bar.height() / 2), theme().line);
    p.fillRect(QRect(one, row.bar.top() + 1, 1, row.bar.height() - 2), theme().mutedText);
    p.fillRect(QRect(low, middle - 2, std::max(1, high - low), 5), mixed(isClear ? theme().text : theme().mutedText, theme().surface, isClear ? 0.45 : 0.35));
    p.fillRect(QRect(value - 1, middle - 5, 3, 11), isClear ? theme().text : theme().mutedText);
}

void DropOffDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    item.state &= ~QStyle::State_HasFocus;
    if (item.widget != nullptr)
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    painter->save();
    painter->setFont(theme().font);
    const QFontMetrics metrics(theme().font);
    const QString words = index.data(Qt::DisplayRole).toString();
    if (model_.isLine(index.row())) {
        painter->setPen(theme().mutedText);
        const QRect room = option.rect.adjusted(measure::kPadding, 0, -measure::kPadding, 0);
        painter->drawText(room, Qt::AlignVCenter | Qt::TextSingleLine, (model_.isOpen() ? QStringLiteral("▾ ") : QStringLiteral("▸ ")) + words);
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), option.rect.width(), 1), theme().line);
        painter->restore();
        return;
    }
    const QString also = index.data(DropOffModel::AlsoRole).toString();
    const DropOffRow row = layOutDropOff(words, !also.isEmpty(), option.rect.topLeft(), option.rect.width(), metrics);
    painter->setPen(index.data(DropOffModel::ClearRole).toBool() ? theme().text : theme().mutedText);
    painter->setClipRect(option.rect);
    painter->drawText(row.sentence, Qt::AlignLeft | Qt::TextWordWrap, words);
    paintBar(*painter, row, index);
    painter->setPen(theme().mutedText);
    painter->drawText(row.detail, Qt::AlignVCenter | Qt::TextSingleLine, metrics.elidedText(index.data(DropOffModel::DetailRole).toString(), Qt::ElideRight, row.detail.width()));
    if (!also.isEmpty())
        painter->drawText(row.also, Qt::AlignVCenter | Qt::TextSingleLine, metrics.elidedText(also, Qt::ElideRight, row.also.width()));
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme().line);
    painter->restore();
}

} // namespace aisle
