#pragma once
// What Qt's widgets copy by themselves, on its way out through Export: the current cell of a table or tree (Ctrl+C),
// selected text of labels and text fields (Ctrl+C, context menu, dragging, the selection that X11 pastes).
//
// One filter on the application for all widgets of a window, so that a new table or label cannot forget it.
// Single-line fields are left alone: they hold what the user wrote.
// Thread: the UI thread.

#include "export/export.h"

#include <QAbstractItemView>
#include <QPointer>

namespace aisle {

/// Roles of a model that says itself what is copied of a cell; else it is the shown text under the column's title.
enum CopyRole { CopyTextRole = Qt::UserRole + 1000, CopyKeyRole };

/// What the text of a label or text field is, for the redactor: an attribute key. Without one it is "text".
void setCopyKey(QWidget* widget, const QString& key);

class CopyFilter : public QObject {
    Q_OBJECT
public:
    /// For all widgets below `root`, docks that float included; `out` must outlive this.
    CopyFilter(const Export& out, QWidget* root);

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool isOurs(const QObject* object) const;
    void copyCell(const QAbstractItemView& view) const;
    std::string rendered(QWidget* widget) const;
    void showMenu(QWidget* widget, const QPoint& at);
    void replaceMarked(QWidget* widget);

    const Export& out_;
    const QWidget* root_;
};

} // namespace aisle
