#include "own_rules_model.h"

#include "widgets/plain_text.h"

namespace aisle {

void OwnRulesModel::setRules(const std::vector<OwnRule>& rules) {
    beginResetModel();
    lines_.clear();
    for (const OwnRule& rule : rules) {
        QStringList keys;
        for (const std::string& key : rule.keys)
            keys.append(toQString(key));
        lines_.push_back({toQString(rule.name), keys.join(QStringLiteral(", ")), rule.patterns.empty() ? QString() : toQString(rule.patterns.front())});
        for (size_t i = 1; i < rule.patterns.size(); ++i)
            lines_.push_back({toQString(rule.name), QString(), toQString(rule.patterns[i])});
    }
    endResetModel();
}

std::vector<OwnRule> OwnRulesModel::rules() const {
    std::vector<OwnRule> out;
    for (const Line& line : lines_) {
        OwnRule rule;
        rule.name = line[NameColumn].trimmed().toStdString();
        for (const QString& key : line[KeysColumn].split(QLatin1Char(','), Qt::SkipEmptyParts))
            if (!key.trimmed().isEmpty())
                rule.keys.push_back(key.trimmed().toStdString());
        if (!line[PatternColumn].isEmpty())
            rule.patterns.push_back(line[PatternColumn].toStdString());
        if (rule != OwnRule())
            out.push_back(std::move(rule));
    }
    return out;
}

int OwnRulesModel::addLine() {
    const int row = rowCount();
    beginInsertRows({}, row, row);
    lines_.emplace_back();
    endInsertRows();
    return row;
}

void OwnRulesModel::removeLine(int row) {
    if (row < 0 || row >= rowCount())
        return;
    beginRemoveRows({}, row, row);
    lines_.erase(lines_.begin() + row);
    endRemoveRows();
}

int OwnRulesModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(lines_.size()); }
int OwnRulesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(kColumns); }

Qt::ItemFlags OwnRulesModel::flags(const QModelIndex& index) const { return index.isValid() ? QAbstractTableModel::flags(index) | Qt::ItemIsEditable : Qt::NoItemFlags; }

QVariant OwnRulesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const QString& text = lines_[static_cast<size_t>(index.row())][static_cast<size_t>(index.column())];
    if (role == Qt::EditRole)
        return text;
    return role == Qt::DisplayRole ? QVariant(singleLine(text)) : QVariant();
}

bool OwnRulesModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || role != Qt::EditRole)
        return false;
    lines_[static_cast<size_t>(index.row())][static_cast<size_t>(index.column())] = value.toString();
    Q_EMIT dataChanged(index, index, {Qt::DisplayRole, Qt::EditRole});
    return true;
}

QVariant OwnRulesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::DisplayRole)
        return section == NameColumn ? tr("Masked as") : section == KeysColumn ? tr("Attributes") : tr("Found in texts by");
    if (role == Qt::ToolTipRole)
        return plainToolTip(section == NameColumn   ? tr("Name of a rule; that of one there is adds to it")
                            : section == KeysColumn ? tr("The last words of their keys, with commas between: loyalty no is also customer.loyaltyNo")
                                                    : tr("A regular expression (RE2); its first group is masked where it has one"));
    return {};
}

} // namespace aisle
