#include "orders/fulfilment_delegate.h"

#include "orders/fulfilment_model.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QAbstractItemView>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {

constexpr int kEdge = measure::kPadding, kShare = 48, kLeastBar = 40;

QFont heavy(const QFont& font) {
    QFont out = font;
    out.setWeight(QFont::DemiBold);
    return out;
}

QRect sentenceRect(const QString& text, const QRect& rect, const QFontMetrics& metrics) {
    const int room = std::max(80, rect.width() - 2 * kEdge);
    const int high = std::clamp(metrics.boundingRect(QRect(0, 0, room, 10'000), Qt::TextWordWrap, text).height(), metrics.height(), 4 * metrics.height());
    return {rect.left() + kEdge, rect.top() + 5, room, high};
}

} // namespace

StageRow layOutStage(bool hasBaseline, QPoint topLeft, int width, const QFontMetrics& metrics) {
    StageRow row;
    const int line = metrics.height(), room = std::max(240, width - 2 * kEdge);
    const int left = topLeft.x() + kEdge, top = topLeft.y() + 6;
    const int names = std::clamp(room * 45 / 100, 110, 360), rest = room - names - kEdge;
    row.name = QRect(left, top, names, line);
    row.detail = QRect(left, top + line + 2, names, line);
    const int right = left + names + kEdge, alarm = std::min({rest * 45 / 100, 220, rest - kLeastBar - kShare - 2 * kEdge});
    row.bar = QRect(right, top + 3, rest - kShare - alarm - 2 * kEdge, line - 6);
    row.share = QRect(row.bar.right() + 1 + kEdge, top, kShare, line);
    row.alarm = QRect(right + rest - alarm, top, alarm, line);
    row.times = QRect(right, top + line + 2, rest, line);
    int y = top + 2 * line + 2;
    if (hasBaseline) {
        row.baseline = QRect(right, y + 1, rest, line);
        y += line + 1;
    }
    row.height = y + 7 - topLeft.y();
    return row;
}

int FulfilmentDelegate::heightOf(int row, int width) const {
    const QFontMetrics metrics(theme().font);
    const FulfilmentModel::Line* line = model_.line(row);
    if (line == nullptr)
        return 0;
    switch (line->kind) {
    case FulfilmentModel::Kind::Stage: return layOutStage(!line->baseline.isEmpty(), {}, width, metrics).height;
    case FulfilmentModel::Kind::Heading: return metrics.height() + measure::kGap + 4;
    case FulfilmentModel::Kind::Looking: return static_cast<int>(line->at) * (3 * metrics.height() + 13); // of a bottleneck whose sentence takes two lines
    default: return sentenceRect(line->text, QRect(0, 0, width, 0), metrics).height() + (line->detail.isEmpty() ? 0 : sentenceRect(line->detail, QRect(0, 0, width, 0), metrics).height() + 2) + 11 + line->space;
    }
}

QSize FulfilmentDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const int width = view != nullptr ? view->viewport()->width() : option.rect.width();
    return {std::min(width, 200), heightOf(index.row(), width)}; // the view makes it as wide as it is
}

void FulfilmentDelegate::paintStage(QPainter& p, const QRect& rect, int at) const {
    const Theme& t = theme();
    const QFontMetrics metrics(t.font);
    const FulfilmentModel::Line& line = *model_.line(at);
    const StageRow row = layOutStage(!line.baseline.isEmpty(), rect.topLeft(), rect.width(), metrics);
    const auto text = [&](const QRect& where, const QString& words, Qt::Alignment side = Qt::AlignLeft) {
        p.drawText(where, static_cast<int>(side | Qt::AlignVCenter) | Qt::TextSingleLine, metrics.elidedText(words, Qt::ElideRight, where.width()));
    };
    p.setPen(t.text);
    p.setFont(heavy(t.font));
    p.drawText(row.name, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, QFontMetrics(heavy(t.font)).elidedText(line.text, Qt::ElideRight, row.name.width()));
    p.setFont(t.font);
    p.setPen(t.mutedText);
    text(row.detail, line.detail);
    text(row.times, line.more);
    if (!line.baseline.isEmpty())
        text(row.baseline, line.baseline);
    const FulfilmentFigures::Stage& stage = model_.content().figures.stages[line.at];
    p.fillRect(row.bar, mixed(t.line, t.surface, 0.6));
    const double whole = std::max(1e-9, model_.mostShare());
    const int wait = static_cast<int>(std::lround(row.bar.width() * stage.waitShare / whole)), work = static_cast<int>(std::lround(row.bar.width() * stage.workShare / whole));
    p.fillRect(QRect(row.bar.left(), row.bar.top(), wait, row.bar.height()), t.neutralBar);
    p.fillRect(QRect(row.bar.left() + wait, row.bar.top(), std::max(work, stage.workShare > 0 ? 2 : 0), row.bar.height()), t.ramp(t.isDark ? 0.6 : 0.45));
    p.setPen(t.mutedText);
    p.setFont(t.tabular());
    p.drawText(row.share, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, toQString(formatPercent(stage.waitShare + stage.workShare)));
    p.setFont(t.font);
    p.setPen(t.warning);
    text(row.alarm, line.alarm, Qt::AlignRight);
}

void FulfilmentDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    item.state &= ~QStyle::State_HasFocus;
    if (item.widget != nullptr)
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    const FulfilmentModel::Line* line = model_.line(index.row());
    if (line == nullptr)
        return;
    const Theme& t = theme();
    const QFontMetrics metrics(t.font);
    painter->save();
    painter->setFont(t.font);
    painter->setClipRect(option.rect);
    switch (line->kind) {
    case FulfilmentModel::Kind::Stage: paintStage(*painter, option.rect, index.row()); break;
    case FulfilmentModel::Kind::Heading: {
        const QRect room = option.rect.adjusted(kEdge, 0, -kEdge, -4);
        painter->setFont(heavy(t.font));
        painter->setPen(t.text);
        painter->drawText(room, Qt::AlignLeft | Qt::AlignBottom | Qt::TextSingleLine, line->text);
        const int after = QFontMetrics(heavy(t.font)).horizontalAdvance(line->text) + measure::kGap;
        painter->setFont(t.font);
        painter->setPen(t.mutedText);
        const QRect share = layOutStage(false, option.rect.topLeft(), option.rect.width(), metrics).share;
        const QRect column(option.rect.left() + kEdge + after, room.top(), share.right() + 1 - option.rect.left() - kEdge - after, room.height());
        if (!line->more.isEmpty() && column.width() > metrics.horizontalAdvance(line->more))
            painter->drawText(column, Qt::AlignRight | Qt::AlignBottom | Qt::TextSingleLine, line->more);
        painter->drawText(room.adjusted(after, 0, 0, 0), Qt::AlignLeft | Qt::AlignBottom | Qt::TextSingleLine, metrics.elidedText(line->detail, Qt::ElideRight, room.width() - after));
        break;
    }
    default: {
        const QRect sentence = sentenceRect(line->text, option.rect, metrics);
        const bool isMuted = line->kind != FulfilmentModel::Kind::Bottleneck && line->kind != FulfilmentModel::Kind::Deviation;
        painter->setPen(isMuted ? t.mutedText : t.text);
        if (line->kind == FulfilmentModel::Kind::More)
            painter->drawText(sentence, Qt::AlignLeft | Qt::TextSingleLine, metrics.elidedText((model_.isUnfolded() ? QStringLiteral("▾ ") : QStringLiteral("▸ ")) + line->text, Qt::ElideRight, sentence.width()));
        else
            painter->drawText(sentence, Qt::AlignLeft | Qt::TextWordWrap, line->text);
        painter->setPen(t.mutedText);
        if (!line->detail.isEmpty())
            painter->drawText(QRect(sentence.left(), sentence.bottom() + 3, sentence.width(), sentenceRect(line->detail, option.rect, metrics).height()), Qt::AlignLeft | Qt::TextWordWrap, line->detail);
        break;
    }
    }
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.line);
    painter->restore();
}

} // namespace aisle
