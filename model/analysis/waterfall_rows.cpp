// Which nodes of a waterfall are visible, and which match a search.

#include "analysis/waterfall.h"

#include <QString>

#include <algorithm>
#include <unordered_map>

namespace aisle {

VisibleRows::VisibleRows(const Waterfall& waterfall)
    : waterfall_(&waterfall), collapsed_(waterfall.nodes.size(), false) {
    rebuild();
}

void VisibleRows::rebuild() {
    const auto& all = waterfall_->nodes;
    nodes_.clear();
    for (NodeIndex i = 0; i < all.size(); i = collapsed_[i] ? all[i].end : i + 1)
        nodes_.push_back(i);
}

/// Lines are in pre-order, and everything between a visible node and the next one is below the former.
uint32_t VisibleRows::lineOf(NodeIndex node) const {
    const auto after = std::upper_bound(nodes_.begin(), nodes_.end(), node);
    return after == nodes_.begin() ? 0 : static_cast<uint32_t>(after - nodes_.begin() - 1);
}

void VisibleRows::setCollapsed(NodeIndex node, bool collapsed) {
    if (collapsed_[node] == collapsed)
        return;
    collapsed_[node] = collapsed;
    rebuild();
}

void VisibleRows::collapseAll() {
    collapsed_.assign(collapsed_.size(), true);
    rebuild();
}

void VisibleRows::expandAll() {
    collapsed_.assign(collapsed_.size(), false);
    rebuild();
}

void VisibleRows::reveal(NodeIndex node) {
    bool changed = false;
    for (NodeIndex up = waterfall_->nodes[node].parent; up != kNoNode; up = waterfall_->nodes[up].parent) {
        changed = changed || collapsed_[up];
        collapsed_[up] = false;
    }
    if (changed)
        rebuild();
}

std::vector<Row> VisibleRows::collapsedRows() const {
    std::vector<Row> rows;
    for (NodeIndex i = 0; i < collapsed_.size(); ++i)
        if (isCollapsed(i) && waterfall_->nodes[i].row != kNoRow)
            rows.push_back(waterfall_->nodes[i].row);
    return rows;
}

void VisibleRows::collapseRows(const std::vector<Row>& rows) {
    for (const Row row : rows)
        if (const NodeIndex node = waterfall_->nodeOf(row); node != kNoNode)
            collapsed_[node] = true;
    rebuild();
}

std::vector<NodeIndex> searchNodes(const SpanTable& table, const Waterfall& waterfall, std::string_view text,
                                   const StopToken& stop) {
    std::vector<NodeIndex> found;
    if (text.empty())
        return found;
    const QString wanted = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    const auto contains = [&](std::string_view candidate) {
        return QString::fromUtf8(candidate.data(), static_cast<qsizetype>(candidate.size()))
            .contains(wanted, Qt::CaseInsensitive);
    };
    // Each distinct name and service is compared once, not each of a million spans.
    std::unordered_map<uint32_t, bool> names, services;
    const auto once = [](auto& known, uint32_t id, auto&& compare) {
        const auto [at, isNew] = known.try_emplace(id, false);
        if (isNew)
            at->second = compare();
        return at->second;
    };
    const auto id = spanIdFromHex(text);
    for (NodeIndex i = 0; i < waterfall.nodes.size(); ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        const Row row = waterfall.nodes[i].row;
        if (row == kNoRow) {
            const MissingParent* missing = waterfall.missingAt(i);
            if (missing != nullptr && id && missing->id == *id)
                found.push_back(i);
            continue;
        }
        if ((id && text.size() == 16 && table.id(row) == *id) ||
            once(names, table.name(row), [&] { return contains(table.nameText(row)); }) ||
            once(services, table.service(row), [&] { return contains(table.serviceText(row)); }))
            found.push_back(i);
    }
    return found;
}

} // namespace aisle
