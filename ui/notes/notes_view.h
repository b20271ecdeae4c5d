#pragma once
// Notes and bookmarks, to be found again: what they are about, what they say. The words are edited in place.

#include "notes/notes.h"
#include "view.h"

#include <QAbstractTableModel>

class QLineEdit;
class QPushButton;
class QTableView;
class QToolButton;

namespace aisle {

class EmptyState;

class NotesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { AboutColumn, TextColumn, ChangedColumn, ColumnTotal };
    NotesModel(ViewContext& context, QObject* parent);

    void setFilter(const QString& text);
    const Note& noteAt(int row) const { return shown_[static_cast<size_t>(row)]; }
    int rowOf(const NoteTarget& target) const; ///< -1: it is not shown
    void refresh();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    QString about(const Note& note) const;
    ViewContext& context_;
    QString filter_;
    std::vector<Note> shown_;
};

class NotesView : public View {
    Q_OBJECT
public:
    explicit NotesView(ViewContext& context, QWidget* parent = nullptr);

    /// What a new note would be about: the focus, else the time range of the scope.
    std::optional<NoteTarget> subject() const;
    /// Makes a note on the subject, if there is none, and edits its words.
    void edit();
    /// A bookmark on the subject, or none; one with words stays.
    void toggleBookmark();

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    void takeFocus() override;

private:
    void refresh();
    void showEmptyState();
    void showSubject();
    void goTo(int row);
    void remove(int row);
    void openMenu(const QPoint& at);
    bool eventFilter(QObject* watched, QEvent* event) override;

    NotesModel* model_;
    QTableView* list_;
    QLineEdit* filter_;
    QPushButton* add_;
    QToolButton* undo_;
    EmptyState* empty_;
    std::optional<Note> removed_;
    std::weak_ptr<Workspace> workspace_; ///< that it was of
};

} // namespace aisle
