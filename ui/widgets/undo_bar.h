#pragma once
// Above what a dialog edits: what happened to it, a button that undoes it, and what failed.
// Ctrl+Z in the dialog presses the button, but in a line of text that has something to undo itself.
// Thread: the UI thread.

#include <QWidget>

#include <functional>

class QLabel;
class QPushButton;

namespace aisle {

class UndoBar : public QWidget {
    Q_OBJECT
public:
    /// Of the window that `parent` is in.
    explicit UndoBar(QWidget* parent);

    /// In the place of what was offered before. What `undo` does may be offered to be undone in turn.
    void offer(const QString& words, std::function<void()> undo);
    /// Beside what is offered, until something else is told or done. Empty: nothing.
    void tell(const QString& problem);
    void undo(); ///< nothing where nothing is offered

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void refresh();

    QString problem_, words_;
    std::function<void()> undoes_;
    QLabel* label_;
    QPushButton* button_;
};

} // namespace aisle
