#include "orders/order_delegate.h"

#include "orders/order_model.h"
#include "theme/theme.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QAbstractItemView>
#include <QPainter>

#include <algorithm>

namespace aisle {

OrderRow layOutOrder(const QString& sentence, bool isDetail, int clock, QPoint topLeft, int width, const QFontMetrics& metrics) {
    constexpr int kEdge = measure::kPadding, kMark = 14;
    OrderRow row;
    const int line = metrics.height(), left = topLeft.x() + kEdge, top = topLeft.y() + (isDetail ? 2 : 5);
    row.clock = QRect(left, top, clock, line);
    row.mark = QRect(left + clock + (clock > 0 ? kEdge : 0), top, kMark, line);
    const int text = row.mark.right() + 1 + (isDetail ? kMark : 0), room = std::max(80, topLeft.x() + width - kEdge - text);
    const int high = isDetail ? line : std::clamp(metrics.boundingRect(QRect(0, 0, room, 10'000), Qt::TextWordWrap, sentence).height(), line, 6 * line);
    row.sentence = QRect(text, top, room, high);
    row.height = top + high + (isDetail ? 2 : 5) - topLeft.y();
    return row;
}

QString shownDetail(const QString& text, const QString& id, int width, const QFontMetrics& metrics) {
    if (metrics.horizontalAdvance(text) <= width)
        return text; // elidedText() cuts what is wider by a fraction of a pixel
    if (id.isEmpty() || !text.endsWith(id))
        return metrics.elidedText(text, Qt::ElideRight, width);
    const QString before = text.chopped(id.size());
    const int least = std::min(width / 3, metrics.horizontalAdvance(QStringLiteral("trace 0000…0000"))), room = width - metrics.horizontalAdvance(before);
    if (room >= least)
        return before + metrics.elidedText(id, Qt::ElideMiddle, room);
    const QString end = metrics.elidedText(id, Qt::ElideMiddle, least), space = QStringLiteral(" ");
    return metrics.elidedText(before, Qt::ElideRight, width - metrics.horizontalAdvance(space + end)) + space + end;
}

QString shownClock(const QString& clock, int width, const QFontMetrics& metrics) {
    for (const qsizetype chopped : {0, 5, 11})
        if (const QString shown = clock.sliced(std::min(chopped, clock.size())); metrics.horizontalAdvance(shown) + 1 <= width) // a fraction of a pixel is rounded away
            return shown;
    return metrics.elidedText(clock.sliced(std::min<qsizetype>(11, clock.size())), Qt::ElideRight, width);
}

OrderDelegate::OrderDelegate(const OrderModel& model, QObject* parent) : CellDelegate(parent), model_(model) {
    connect(&model, &QAbstractItemModel::modelReset, this, [this] { clockWidth_ = -1; });
}

int OrderDelegate::clockWidth() const {
    if (const QFont font = theme().tabular(); clockWidth_ < 0 || font != clockFont_) {
        const QFontMetrics metrics(font);
        clockFont_ = font;
        clockWidth_ = 0;
        for (const OrderPage::Line& line : model_.page().lines)
            if (!line.clock.empty())
                clockWidth_ = std::max(clockWidth_, metrics.horizontalAdvance(toQString(line.clock)) + 1); // a fraction of a pixel is rounded away
    }
    return clockWidth_;
}

/// Of times: no more than a third, and no more than what is shown of them.
int OrderDelegate::columnWidth(int width) const {
    const int whole = clockWidth(), most = width / 3;
    if (whole <= most)
        return whole;
    const QFontMetrics metrics(theme().tabular());
    int out = 0;
    for (const OrderPage::Line& line : model_.page().lines)
        if (!line.clock.empty()) {
            out = metrics.horizontalAdvance(shownClock(toQString(line.clock), most, metrics)) + 1; // digits are of one width
            break;
        }
    return out;
}

OrderRow OrderDelegate::rowOf(const QModelIndex& index, const QWidget* view, QPoint topLeft, int width) const {
    // By the view with its scroll bar: rows that were measured before there was one would have room for times in another form.
    return layOutOrder(index.data(Qt::DisplayRole).toString(), model_.placeOf(index.row()).detail >= 0, columnWidth(view != nullptr ? view->width() : width), topLeft, width, QFontMetrics(theme().font));
}

QSize OrderDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const int width = view != nullptr ? view->viewport()->width() : option.rect.width();
    return {std::min(width, 200), rowOf(index, view, {}, width).height};
}

void OrderDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    item.state &= ~QStyle::State_HasFocus;
    if (item.widget != nullptr)
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    const Theme& t = theme();
    const QFontMetrics metrics(t.font);
    const OrderRow row = rowOf(index, option.widget, option.rect.topLeft(), option.rect.width());
    const bool isDetail = model_.placeOf(index.row()).detail >= 0;
    painter->save();
    painter->setClipRect(option.rect);
    painter->setFont(isDetail ? t.font : t.tabular());
    painter->setPen(t.mutedText);
    if (!isDetail) {
        painter->drawText(row.clock, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shownClock(index.data(OrderModel::ClockRole).toString(), row.clock.width(), QFontMetrics(t.tabular())));
        const auto kind = static_cast<StoryKind>(index.data(OrderModel::KindRole).toInt());
        if (kind == StoryKind::Failed)
            paintErrorTriangle(*painter, QPointF(row.mark.left(), row.mark.center().y() + 4), t.error);
        else
            painter->drawText(row.mark, Qt::AlignLeft | Qt::AlignVCenter, index.data(OrderModel::OpenRole).toBool() ? QStringLiteral("▾") : QStringLiteral("▸"));
        painter->setFont(t.font);
        painter->setPen(kind == StoryKind::Failed ? t.error : kind == StoryKind::Open ? t.warning : kind == StoryKind::More ? t.mutedText : t.text);
        painter->drawText(row.sentence, Qt::AlignLeft | Qt::TextWordWrap, index.data(Qt::DisplayRole).toString());
    } else {
        painter->drawText(row.sentence, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shownDetail(index.data(Qt::DisplayRole).toString(), index.data(OrderModel::IdRole).toString(), row.sentence.width(), metrics));
    }
    painter->restore();
}

} // namespace aisle
