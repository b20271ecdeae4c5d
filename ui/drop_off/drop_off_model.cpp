#include "drop_off/drop_off_model.h"

#include "text/format.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {

QString figure(double value) { return value >= 1000 ? toQString(formatCount(static_cast<uint64_t>(std::min(value, 1e15)))) : QString::number(value, 'f', value >= 100 ? 0 : value >= 10 ? 1 : 2); }

} // namespace

void DropOffModel::setContent(std::shared_ptr<const DropOff> content) {
    beginResetModel();
    content_ = std::move(content);
    mostOdds_ = 4;
    for (const auto* list : {&content_->causes, &content_->chance})
        for (const DropCause& cause : *list)
            mostOdds_ = std::max(mostOdds_, std::min(cause.odds.high, 1000.0)); // an empty cell leaves no upper end
    open_ = false;
    endResetModel();
}

void DropOffModel::setOpen(bool open) {
    if (open == open_ || !hasLine())
        return;
    const int first = static_cast<int>(content_->causes.size()) + 1, last = first + static_cast<int>(content_->chance.size()) - 1;
    if (open) {
        beginInsertRows({}, first, last);
        open_ = true;
        endInsertRows();
    } else {
        beginRemoveRows({}, first, last);
        open_ = false;
        endRemoveRows();
    }
    Q_EMIT dataChanged(index(first - 1), index(first - 1));
}

const DropCause* DropOffModel::cause(int row) const {
    if (row < 0 || row >= rowCount() || isLine(row))
        return nullptr;
    const auto at = static_cast<size_t>(row);
    return at < content_->causes.size() ? &content_->causes[at] : &content_->chance[at - content_->causes.size() - 1];
}

int DropOffModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid())
        return 0;
    return static_cast<int>(content_->causes.size() + (hasLine() ? 1 : 0) + (open_ ? content_->chance.size() : 0));
}

QString DropOffModel::detailOf(const DropCause& cause) const {
    QStringList words = {tr("odds ratio %1 (%2 to %3)").arg(figure(cause.odds.value), figure(cause.odds.low), figure(cause.odds.high)),
                         cause.q < 0.001 ? tr("q < 0.001") : tr("q = %1").arg(cause.q, 0, 'g', 2)};
    if (const double excess = cause.cases.excess(); excess >= 0.5)
        words << tr("%1 more than among the others").arg(toQString(formatCount(static_cast<uint64_t>(std::llround(excess)))));
    if (const std::string money = cause.moneyWords(); !money.empty())
        words << singleLine(toQString(money));
    return words.join(QStringLiteral("  ·  "));
}

QVariant DropOffModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (isLine(index.row())) {
        const QString words = tr("May be chance (%1)").arg(content_->chance.size());
        switch (role) {
        case Qt::DisplayRole: return words;
        case Qt::AccessibleTextRole: return QString(words + (open_ ? tr(", open") : tr(", closed")));
        case Qt::ToolTipRole: return plainToolTip(tr("What differs next, but not beyond chance for so many comparisons. A click shows or hides it."));
        default: return {};
        }
    }
    const DropCause& of = *cause(index.row());
    switch (role) {
    case Qt::DisplayRole: return singleLine(toQString(sentenceOf(*content_, of)));
    case DetailRole: return detailOf(of);
    case AlsoRole: return singleLine(toQString(alsoOf(*content_, of)));
    case Qt::AccessibleTextRole: return QString(data(index, Qt::DisplayRole).toString() + QLatin1Char(' ') + detailOf(of));
    case Qt::ToolTipRole: {
        QString words = toQString(sentenceOf(*content_, of)) + QLatin1Char('\n') + detailOf(of);
        if (const std::string also = alsoOf(*content_, of); !also.empty())
            words += QLatin1Char('\n') + toQString(also);
        return plainToolTip(words + QLatin1Char('\n') + tr("What goes together with stopping need not be its cause."));
    }
    case IntervalRole: return QList<QVariant>{of.odds.low, of.odds.value, of.odds.high};
    case ClearRole: return static_cast<size_t>(index.row()) < content_->causes.size();
    case CopyTextRole: return redactor_ ? QVariant(toQString(sentenceOf(*content_, redacted(of, redactor_())))) : QVariant();
    case CopyKeyRole: return QStringLiteral("cause");
    default: return {};
    }
}

} // namespace aisle
