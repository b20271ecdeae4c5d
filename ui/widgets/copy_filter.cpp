#include "widgets/copy_filter.h"

#include "widgets/plain_text.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPlainTextEdit>

namespace aisle {

namespace {

constexpr char kKeyProperty[] = "copyKey";

/// The label or text field that an event is for; null for anything else. Fields get mouse events in their viewport.
QWidget* textWidget(QObject* watched) {
    if (auto* label = qobject_cast<QLabel*>(watched))
        return (label->textInteractionFlags() & Qt::TextSelectableByMouse) != 0 ? label : nullptr;
    if (auto* field = qobject_cast<QPlainTextEdit*>(watched))
        return field;
    return watched->parent() == nullptr ? nullptr : qobject_cast<QPlainTextEdit*>(watched->parent());
}

QString selectedText(const QWidget* widget) {
    if (const auto* label = qobject_cast<const QLabel*>(widget))
        return label->selectedText().remove(QChar(0x200b)).replace(QChar::Nbsp, QLatin1Char(' ')); // put in where a long word may break, and a number may not
    return static_cast<const QPlainTextEdit*>(widget)->textCursor().selectedText().replace(QChar::ParagraphSeparator, QLatin1Char('\n'));
}

void deselect(QWidget* widget) {
    if (auto* label = qobject_cast<QLabel*>(widget)) {
        label->setSelection(0, 0);
        return;
    }
    auto* field = static_cast<QPlainTextEdit*>(widget);
    QTextCursor cursor = field->textCursor();
    cursor.clearSelection();
    field->setTextCursor(cursor);
}

void selectAll(QWidget* widget) {
    if (auto* label = qobject_cast<QLabel*>(widget))
        label->setSelection(0, static_cast<int>(label->text().size()));
    else
        static_cast<QPlainTextEdit*>(widget)->selectAll();
}

bool isCopy(const QKeyEvent& key) { return key.matches(QKeySequence::Copy) || key.matches(QKeySequence::Cut); }

} // namespace

void setCopyKey(QWidget* widget, const QString& key) { widget->setProperty(kKeyProperty, key); }

CopyFilter::CopyFilter(const Export& out, QWidget* root) : QObject(root), out_(out), root_(root) {
    qApp->installEventFilter(this);
}

bool CopyFilter::isOurs(const QObject* object) const {
    while (object != nullptr && object != root_)
        object = object->parent();
    return object != nullptr;
}

bool CopyFilter::eventFilter(QObject* watched, QEvent* event) {
    const QEvent::Type type = event->type();
    if (!watched->isWidgetType() ||
        (type != QEvent::KeyPress && type != QEvent::ContextMenu && type != QEvent::MouseButtonPress && type != QEvent::MouseButtonRelease) ||
        !isOurs(watched))
        return false;
    if (const auto* view = qobject_cast<QAbstractItemView*>(watched)) {
        if (type != QEvent::KeyPress || !isCopy(*static_cast<QKeyEvent*>(event)))
            return false;
        copyCell(*view);
        return true;
    }
    QWidget* widget = textWidget(watched);
    if (widget == nullptr)
        return false;
    switch (type) {
    case QEvent::KeyPress:
        if (isCopy(*static_cast<QKeyEvent*>(event))) {
            if (!selectedText(widget).isEmpty())
                out_.toClipboard(rendered(widget));
            return true;
        }
        replaceMarked(widget);
        return false;
    case QEvent::ContextMenu:
        showMenu(widget, static_cast<QContextMenuEvent*>(event)->globalPos());
        return true;
    case QEvent::MouseButtonPress:
        // A press on selected text would drag it out of the window.
        if ((static_cast<QMouseEvent*>(event)->modifiers() & Qt::ShiftModifier) == 0 &&
            static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton)
            deselect(widget);
        return false;
    default:
        replaceMarked(widget);
        return false;
    }
}

void CopyFilter::copyCell(const QAbstractItemView& view) const {
    const QModelIndex index = view.currentIndex();
    if (!index.isValid())
        return;
    const QVariant text = index.data(CopyTextRole), key = index.data(CopyKeyRole);
    out_.toClipboard(out_.render(
        (key.isValid() ? key : index.model()->headerData(index.column(), Qt::Horizontal)).toString().toStdString(),
        (text.isValid() ? text : index.data(Qt::DisplayRole)).toString().toStdString()));
}

std::string CopyFilter::rendered(QWidget* widget) const {
    const QVariant key = widget->property(kKeyProperty);
    return out_.render(key.isValid() ? key.toString().toStdString() : std::string("text"), selectedText(widget).toStdString());
}

void CopyFilter::showMenu(QWidget* widget, const QPoint& at) {
    QMenu menu; // without a parent: the label may go while it is open
    QAction* copy = menu.addAction(tr("Copy"));
    copy->setEnabled(!selectedText(widget).isEmpty());
    connect(copy, &QAction::triggered, widget, [this, widget] { out_.toClipboard(rendered(widget)); });
    connect(menu.addAction(tr("Select all")), &QAction::triggered, widget, [widget] { selectAll(widget); });
    menu.exec(at);
}

/// Qt has it that selecting is copying for the middle button; it does so while the event is handled.
void CopyFilter::replaceMarked(QWidget* widget) {
    QMetaObject::invokeMethod(
        this,
        [this, kept = QPointer<QWidget>(widget)] {
            if (kept && !selectedText(kept).isEmpty())
                out_.toMarked(rendered(kept));
        },
        Qt::QueuedConnection);
}

} // namespace aisle
