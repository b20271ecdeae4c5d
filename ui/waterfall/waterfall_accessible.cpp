#include "waterfall/waterfall_accessible.h"

#include "waterfall/waterfall_view.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <unordered_map>

namespace aisle {

namespace {

/// One line of the view. It is asked for by a number that may be older than what is shown: then it is not valid.
class AccessibleRow : public QAccessibleInterface {
public:
    AccessibleRow(WaterfallView* view, uint32_t line) : view_(view), line_(line) {}

    bool isValid() const override { return view_ && view_->data() && line_ < view_->visibleRows().count(); }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* parent() const override { return view_ ? QAccessible::queryAccessibleInterface(view_) : nullptr; }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::TreeItem; }
    void setText(QAccessible::Text, const QString&) override {}
    QString text(QAccessible::Text kind) const override {
        if (!isValid())
            return {};
        if (kind == QAccessible::Name)
            return view_->wordsOf(node());
        return kind == QAccessible::Description ? WaterfallView::tr("Level %1").arg(view_->data()->tree.nodes[node()].depth + 1) : QString();
    }
    QRect rect() const override {
        if (isValid())
            for (const WaterfallRow& row : view_->frame().rows)
                if (row.node == node())
                    return {view_->mapToGlobal(row.rect.topLeft().toPoint()), row.rect.size().toSize()};
        return {}; // scrolled away
    }
    QAccessible::State state() const override {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.selectable = state.focusable = true;
        state.selected = state.focused = node() == view_->selectedNode();
        state.expandable = view_->data()->tree.nodes[node()].children > 0;
        state.collapsed = view_->visibleRows().isCollapsed(node());
        state.expanded = state.expandable && !state.collapsed;
        return state;
    }
    uint32_t line() const { return line_; }

private:
    NodeIndex node() const { return view_->visibleRows()[line_]; }
    QPointer<WaterfallView> view_;
    uint32_t line_;
};

class AccessibleWaterfall : public QAccessibleWidget {
public:
    explicit AccessibleWaterfall(WaterfallView* view) : QAccessibleWidget(view, QAccessible::Tree) {}
    ~AccessibleWaterfall() override {
        for (const auto& [line, id] : rows_)
            QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override { return view() != nullptr && view()->data() ? static_cast<int>(view()->visibleRows().count()) : 0; }
    QAccessibleInterface* child(int line) const override {
        if (line < 0 || line >= childCount())
            return nullptr;
        const auto [at, isNew] = rows_.try_emplace(static_cast<uint32_t>(line), 0);
        if (isNew)
            at->second = QAccessible::registerAccessibleInterface(new AccessibleRow(view(), static_cast<uint32_t>(line)));
        return QAccessible::accessibleInterface(at->second);
    }
    QAccessibleInterface* focusChild() const override {
        const bool hasSelected = view() != nullptr && view()->data() && view()->selectedNode() != kNoNode;
        return hasSelected ? child(static_cast<int>(view()->visibleRows().lineOf(view()->selectedNode()))) : nullptr;
    }
    QAccessibleInterface* childAt(int x, int y) const override {
        if (view() == nullptr || !view()->data())
            return nullptr;
        const WaterfallHit hit = view()->frame().hit(QPointF(view()->mapFromGlobal(QPoint(x, y))));
        return hit.node == kNoNode ? nullptr : child(static_cast<int>(view()->visibleRows().lineOf(hit.node)));
    }
    int indexOfChild(const QAccessibleInterface* row) const override {
        const auto* own = dynamic_cast<const AccessibleRow*>(row);
        return own != nullptr ? static_cast<int>(own->line()) : -1;
    }

private:
    WaterfallView* view() const { return static_cast<WaterfallView*>(widget()); }
    mutable std::unordered_map<uint32_t, QAccessible::Id> rows_; ///< by line, those that were asked for
};

QAccessibleInterface* make(const QString& className, QObject* object) {
    auto* view = className == QLatin1String("aisle::WaterfallView") ? qobject_cast<WaterfallView*>(object) : nullptr;
    return view != nullptr ? new AccessibleWaterfall(view) : nullptr;
}

} // namespace

void installWaterfallAccessibility() { QAccessible::installFactory(make); }

} // namespace aisle
