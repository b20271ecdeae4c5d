#pragma once
// What the colours of a chart stand for, with a figure each: pointing at one brings it out, Shift and a click filter to it.

#include "analysis/items.h"
#include "view_context.h"

#include <QAbstractListModel>
#include <QColor>
#include <QListView>

namespace aisle {

struct LegendItem {
    QString label, figure;
    QColor colour;
    std::string condition; ///< TraceQL; empty: it cannot be filtered to
    std::string key = {};  ///< of the attribute whose value it is
    bool operator==(const LegendItem&) const = default;
};

class LegendModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { FigureRole = Qt::UserRole + 1 };
    using QAbstractListModel::QAbstractListModel;
    void setItems(std::vector<LegendItem> items);
    const std::vector<LegendItem>& items() const { return items_; }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<LegendItem> items_;
};

class Legend : public QListView {
    Q_OBJECT
public:
    Legend(ViewContext& context, QWidget* parent);
    /// `of`: what the chart is of; of traces a value is filtered to by whether a span has it.
    void setItems(std::vector<LegendItem> items, ItemsOf of);
    const std::vector<LegendItem>& items() const { return model_->items(); }
    int pointed() const { return pointed_; } ///< -1: none
    QSize sizeHint() const override;
    /// All of it, for pictures; labels redacted.
    void paintAll(QPainter& painter, const QRect& rect) const;

Q_SIGNALS:
    void pointedChanged();

protected:
    bool viewportEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void point(int row);
    void filterTo(int row, bool excludes);
    ViewContext& context_;
    LegendModel* model_;
    ItemsOf of_ = ItemsOf::Traces;
    int pointed_ = -1;
};

} // namespace aisle
