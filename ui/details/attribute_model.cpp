#include "details/attribute_model.h"

#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

#include <QSize>

namespace aisle {

namespace {
constexpr qsizetype kShown = 300; ///< characters of a value on its line

QString line(const std::string& text) {
    // Cut before converting: a value may be megabytes.
    const std::string_view head = std::string_view(text).substr(0, static_cast<size_t>(kShown) * 4);
    QString out = singleLine(toQString(head));
    if (out.size() > kShown)
        out = out.left(kShown) + QChar(0x2026);
    return out;
}
} // namespace

AttributeModel::AttributeModel(QObject* parent) : QAbstractItemModel(parent) {}

void AttributeModel::setGroups(std::vector<DetailItem> groups) {
    beginResetModel();
    groups_ = std::move(groups);
    number();
    endResetModel();
}

/// Breadth first, so that the children of a node have consecutive numbers.
void AttributeModel::number() {
    nodes_.clear();
    for (size_t i = 0; i < groups_.size(); ++i)
        nodes_.push_back({&groups_[i], -1, static_cast<int>(i), 0});
    for (size_t at = 0; at < nodes_.size(); ++at) {
        nodes_[at].firstChild = static_cast<int>(nodes_.size());
        const auto& children = nodes_[at].item->children;
        for (size_t i = 0; i < children.size(); ++i)
            nodes_.push_back({&children[i], static_cast<int>(at), static_cast<int>(i), 0});
    }
}

const DetailItem* AttributeModel::item(const QModelIndex& index) const {
    return index.isValid() && index.internalId() < nodes_.size() ? nodes_[index.internalId()].item : nullptr;
}

QModelIndex AttributeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    const int first = parent.isValid() ? nodes_[parent.internalId()].firstChild : 0;
    return createIndex(row, column, static_cast<quintptr>(first + row));
}

QModelIndex AttributeModel::parent(const QModelIndex& index) const {
    if (!index.isValid())
        return {};
    const int up = nodes_[index.internalId()].parent;
    return up < 0 ? QModelIndex()
                  : createIndex(nodes_[static_cast<size_t>(up)].row, 0, static_cast<quintptr>(up));
}

int AttributeModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(groups_.size());
    return parent.column() == 0 ? static_cast<int>(nodes_[parent.internalId()].item->children.size()) : 0;
}

int AttributeModel::columnCount(const QModelIndex&) const {
    return 2;
}

QVariant AttributeModel::data(const QModelIndex& index, int role) const {
    const DetailItem* it = item(index);
    if (it == nullptr)
        return {};
    const bool isKey = index.column() == 0;
    const bool isGroup = nodes_[index.internalId()].parent < 0;
    switch (role) {
    case Qt::DisplayRole:
        if (isGroup && isKey && !it->value.empty()) // a group's line spans both columns
            return QString(line(it->key) + QStringLiteral("  ") + line(it->value));
        return isKey ? line(it->shownKey.empty() ? it->key : it->shownKey) : line(it->value);
    case Qt::SizeHintRole:
        return QSize(0, measure::kRow);
    case Qt::ToolTipRole: {
        const std::string& text = isKey ? it->key : it->value;
        return text.empty() ? QVariant() : plainToolTip(toQString(std::string_view(text).substr(0, 8000)));
    }
    case Qt::ForegroundRole:
        if (it->tone == DetailItem::Tone::Error && !isKey)
            return theme().error;
        if (it->tone == DetailItem::Tone::Warning)
            return theme().warning;
        if (it->target.kind != Focus::Kind::None && isKey)
            return theme().accent;
        if (it->tone == DetailItem::Tone::Muted || isGroup || isKey)
            return isGroup && isKey ? theme().text : theme().mutedText;
        return theme().text;
    case Qt::FontRole:
        if (isGroup && isKey) {
            QFont bold = theme().font;
            bold.setBold(true);
            return bold;
        }
        return isKey ? theme().font : theme().tabular();
    case ValueRole:
    case CopyTextRole:
        return toQString(it->value);
    case KeyRole:
    case CopyKeyRole:
        return toQString(it->key);
    case ErrorPartRole:
        return isKey ? QString() : toQString(it->errorPart);
    case IsGroupRole:
        return isGroup;
    default:
        return {};
    }
}

QVariant AttributeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Key") : tr("Value");
}

} // namespace aisle
