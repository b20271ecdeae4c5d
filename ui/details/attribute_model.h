#pragma once
// Keys and values in collapsible groups, as a tree model of two columns.
// Thread: the UI thread. Values are shown on one line and cut; the whole value is in ValueRole.

#include "selection/scope.h"
#include "selection/selection_model.h"

#include <QAbstractItemModel>

#include <optional>
#include <string>
#include <vector>

namespace aisle {

/// One line; with children it is a group or an entry such as an event.
struct DetailItem {
    enum class Tone { Plain, Muted, Error, Warning };
    std::string key;   ///< attribute key or name of the line, UTF-8
    std::string value; ///< whole
    std::string errorPart; ///< end of the value: what it says of errors
    Tone tone = Tone::Plain;
    std::string shownKey;          ///< instead of the key, when that is for machines
    Focus target;                  ///< where activating the line leads; kind None: nowhere
    std::optional<ScopeTerm> term; ///< "Filter to this"
    std::string condition;         ///< TraceQL of spans with this value; empty: it is none of an attribute
    std::vector<DetailItem> children;
    bool startsOpen = true;
};

class AttributeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role { ValueRole = Qt::UserRole, KeyRole, IsGroupRole, ErrorPartRole };
    explicit AttributeModel(QObject* parent = nullptr);

    void setGroups(std::vector<DetailItem> groups);
    /// The line of an index; null for an invalid one. Valid until setGroups().
    const DetailItem* item(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node {
        const DetailItem* item;
        int parent;     ///< -1: top
        int row;        ///< among its siblings
        int firstChild; ///< siblings are numbered one after the other
    };
    void number();
    std::vector<DetailItem> groups_;
    std::vector<Node> nodes_;
};

} // namespace aisle
