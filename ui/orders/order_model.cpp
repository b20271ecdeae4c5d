#include "orders/order_model.h"

#include "text/format.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

namespace aisle {

void OrderModel::setPage(OrderPage page, TimeZone zone) {
    beginResetModel();
    page_ = std::move(page);
    zone_ = zone;
    open_.clear();
    rows_ = rowsOf();
    endResetModel();
}

std::vector<OrderModel::Place> OrderModel::rowsOf() const {
    std::vector<Place> out;
    for (size_t i = 0; i < page_.lines.size(); ++i) {
        out.push_back({i, -1});
        if (!open_.contains(i))
            continue;
        const auto details = static_cast<int>(page_.lines[i].details.size() + (page_.lines[i].moreDetails > 0 ? 1 : 0));
        for (int d = 0; d < details; ++d)
            out.push_back({i, d});
    }
    return out;
}

const OrderPage::Detail* OrderModel::detail(int row) const {
    if (row < 0 || row >= rowCount())
        return nullptr;
    const Place at = placeOf(row);
    const auto& details = page_.lines[at.line].details;
    return at.detail < 0 || static_cast<size_t>(at.detail) >= details.size() ? nullptr : &details[static_cast<size_t>(at.detail)];
}

void OrderModel::toggle(int row) {
    if (row < 0 || row >= rowCount() || placeOf(row).detail >= 0)
        return;
    const size_t line = placeOf(row).line;
    const int count = static_cast<int>(page_.lines[line].details.size() + (page_.lines[line].moreDetails > 0 ? 1 : 0));
    if (count == 0)
        return;
    if (open_.contains(line)) {
        beginRemoveRows({}, row + 1, row + count);
        open_.erase(line);
        rows_ = rowsOf();
        endRemoveRows();
    } else {
        beginInsertRows({}, row + 1, row + count);
        open_.insert(line);
        rows_ = rowsOf();
        endInsertRows();
    }
    Q_EMIT dataChanged(index(row), index(row));
}

QVariant OrderModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Place at = placeOf(index.row());
    const OrderPage::Line& line = page_.lines[at.line];
    if (at.detail >= 0) {
        const OrderPage::Detail* of = detail(index.row());
        const QString words = of != nullptr ? singleLine(toQString(detailText(*of, zone_))) : tr("%1 more").arg(toQString(formatCount(line.moreDetails)));
        switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole: return words;
        case Qt::ToolTipRole: return of == nullptr ? QVariant() : QVariant(plainToolTip(words + QLatin1Char('\n') + tr("A double click opens it")));
        case CopyKeyRole: return QStringLiteral("detail");
        case IdRole: return of == nullptr ? QVariant() : QVariant(singleLine(toQString(detailId(*of))));
        default: return {};
        }
    }
    switch (role) {
    case Qt::DisplayRole: return toQString(line.text);
    case Qt::AccessibleTextRole: {
        const QString clock = toQString(line.clock);
        return QString((clock.isEmpty() ? QString() : clock + QStringLiteral(": ")) + toQString(line.text) + (line.details.empty() ? QString() : open_.contains(at.line) ? tr(", open") : tr(", closed")));
    }
    case Qt::ToolTipRole: return plainToolTip((line.time ? toQString(formatTime(*line.time, zone_) + " " + zoneName(*line.time, zone_)) + QLatin1Char('\n') : QString()) + toQString(line.label) + (line.details.empty() ? QString() : QLatin1Char('\n') + tr("A click shows or hides the technical detail")));
    case ClockRole: return toQString(line.clock);
    case KindRole: return static_cast<int>(line.kind);
    case OpenRole: return open_.contains(at.line);
    case CopyKeyRole: return QStringLiteral("sentence");
    default: return {};
    }
}

} // namespace aisle
