#include "notes/notes_view.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/empty_state.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

namespace aisle {

namespace {

class NoteDelegate : public ListDelegate {
public:
    using ListDelegate::ListDelegate;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QWidget* editor = ListDelegate::createEditor(parent, option, index);
        if (auto* line = qobject_cast<QLineEdit*>(editor))
            line->setMaxLength(Notes::kLongest / 3); // no character that a line edit counts is of more bytes
        return editor;
    }
};

} // namespace

NotesModel::NotesModel(ViewContext& context, QObject* parent) : QAbstractTableModel(parent), context_(context) {}

QString NotesModel::about(const Note& note) const { return singleLine(toQString(note.target.toWords(context_.table().get(), context_.timeZone()))); }

void NotesModel::refresh() {
    std::vector<Note> shown;
    for (const Note& note : context_.notes().all())
        if (filter_.isEmpty() || toQString(note.text).contains(filter_, Qt::CaseInsensitive) || about(note).contains(filter_, Qt::CaseInsensitive))
            shown.push_back(note);
    if (shown == shown_) { // another table, another zone: a note that is being written stays open
        if (!shown_.empty())
            Q_EMIT dataChanged(index(0, AboutColumn), index(rowCount() - 1, AboutColumn));
        return;
    }
    beginResetModel();
    shown_ = std::move(shown);
    endResetModel();
}

void NotesModel::setFilter(const QString& text) {
    filter_ = text;
    refresh();
}

int NotesModel::rowOf(const NoteTarget& target) const {
    const std::string text = target.toText();
    for (size_t i = 0; i < shown_.size(); ++i)
        if (shown_[i].target.toText() == text)
            return static_cast<int>(i);
    return -1;
}

int NotesModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(shown_.size()); }
int NotesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnTotal; }

QVariant NotesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<size_t>(index.row()) >= shown_.size())
        return {};
    const Note& note = shown_[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case AboutColumn: return about(note);
        case TextColumn: return note.text.empty() ? tr("(bookmark)") : singleLine(toQString(note.text));
        case ChangedColumn: return toQString(formatTime(note.changed, context_.timeZone(), 0));
        default: return {};
        }
    case Qt::EditRole: return index.column() == TextColumn ? QVariant(toQString(note.text)) : QVariant();
    case Qt::ForegroundRole: return index.column() == TextColumn && note.text.empty() ? QVariant(theme().mutedText) : QVariant();
    case Qt::ToolTipRole: return plainToolTip(about(note) + QLatin1Char('\n') + toQString(formatTime(note.changed, context_.timeZone(), 0)) + (note.text.empty() ? QString() : QLatin1Char('\n') + toQString(note.text)));
    case CopyKeyRole: return index.column() == AboutColumn ? QStringLiteral("about") : QStringLiteral("note");
    default: return {};
    }
}

bool NotesModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !index.isValid() || index.column() != TextColumn)
        return false;
    const Note note = shown_[static_cast<size_t>(index.row())];
    if (const std::string text = value.toString().trimmed().toStdString(); text != note.text)
        QMetaObject::invokeMethod( // later: the rows are made anew, which the editor that is being closed would not survive
            this, [this, target = note.target, text] { context_.notes().keep(target, text); }, Qt::QueuedConnection);
    return true;
}

QVariant NotesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(false);
    return role == Qt::DisplayRole ? QVariant(section == AboutColumn ? tr("About") : section == TextColumn ? tr("Note") : tr("Changed")) : QVariant();
}

Qt::ItemFlags NotesModel::flags(const QModelIndex& index) const {
    return QAbstractTableModel::flags(index) | (index.isValid() && index.column() == TextColumn ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

// --- NotesView

NotesView::NotesView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), model_(new NotesModel(shared, this)), list_(new QTableView(this)), filter_(new QLineEdit(this)), add_(new QPushButton(tr("Add note"), this)), undo_(new QToolButton(this)) {
    setAccessibleName(tr("Notes"));
    list_->setModel(model_);
    list_->setItemDelegate(new NoteDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, list_));
    styleList(*list_);
    list_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    list_->setAccessibleName(tr("Notes"));
    QHeaderView* header = list_->horizontalHeader();
    header->setSectionsClickable(false); // the newest first
    header->setSortIndicator(-1, Qt::AscendingOrder);
    const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
    header->resizeSection(NotesModel::AboutColumn, 20 * digit);
    list_->setColumnHidden(NotesModel::ChangedColumn, true); // there is little room; tool tips and exports have it
    header->setSectionResizeMode(NotesModel::TextColumn, QHeaderView::Stretch);
    filter_->setPlaceholderText(tr("Search notes"));
    filter_->setAccessibleName(tr("Search notes"));
    filter_->setClearButtonEnabled(true);
    undo_->setText(tr("Undo"));
    undo_->setToolTip(tr("The note that was removed comes back"));
    undo_->hide();
    connect(&context(), &ViewContext::tableChanged, this, [this] {
        if (workspace_.lock() == context().workspace())
            return;
        workspace_ = context().workspace();
        removed_.reset(); // it was another file's
        undo_->hide();
    });
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(filter_, 1);
    bar->addWidget(undo_);
    bar->addWidget(add_);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(list_, 1);
    empty_ = new EmptyState(list_);

    connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
        model_->setFilter(text.trimmed());
        showEmptyState();
    });
    connect(&context().notes(), &Notes::changed, this, &NotesView::refresh);
    connect(&context(), &ViewContext::timeZoneChanged, this, &NotesView::refresh);
    connect(&selection(), &SelectionModel::focusChanged, this, &NotesView::showSubject);
    connect(&selection(), &SelectionModel::scopeChanged, this, &NotesView::showSubject);
    connect(&context(), &ViewContext::tableChanged, this, &NotesView::showSubject);
    connect(add_, &QPushButton::clicked, this, &NotesView::edit);
    connect(undo_, &QToolButton::clicked, this, [this] {
        if (const auto note = std::exchange(removed_, std::nullopt))
            context().notes().keep(note->target, note->text);
        undo_->hide();
    });
    connect(list_, &QTableView::clicked, this, [this](const QModelIndex& index) { goTo(index.row()); });
    connect(list_, &QWidget::customContextMenuRequested, this, &NotesView::openMenu);
    list_->installEventFilter(this);
    refresh();
    showSubject();
}

void NotesView::refresh() {
    model_->refresh();
    showEmptyState();
    Q_EMIT statusTextChanged();
}

void NotesView::showEmptyState() {
    if (model_->rowCount() > 0)
        empty_->hideState();
    else if (!filter_->text().isEmpty())
        empty_->show(tr("No note says that"), tr("What notes are about and what they say is searched."));
    else
        empty_->show(tr("No notes yet"), tr("Choose a span, trace, service, edge, stage or session, or a time range, and write a note about it. Notes stay in the workspace."));
}

std::optional<NoteTarget> NotesView::subject() const {
    if (context().table()->isEmpty())
        return std::nullopt;
    if (const auto target = NoteTarget::of(selection().focus()))
        return target;
    return NoteTarget::ofRange(selection().scope());
}

void NotesView::showSubject() {
    const auto target = subject();
    add_->setEnabled(target.has_value());
    add_->setToolTip(target ? plainToolTip(tr("Write a note about %1 (Ctrl+Shift+N)").arg(singleLine(toQString(target->toWords(context().table().get(), context().timeZone())))))
                            : tr("Choose something first: a span, trace, service, edge, stage or session, or a time range"));
}

void NotesView::edit() {
    const auto target = subject();
    if (!target)
        return;
    filter_->clear();
    context().notes().addBookmark(*target);
    if (const int row = model_->rowOf(*target); row >= 0) {
        const QModelIndex index = model_->index(row, NotesModel::TextColumn);
        list_->setFocus();
        list_->setCurrentIndex(index);
        list_->edit(index);
    }
}

void NotesView::toggleBookmark() {
    const auto target = subject();
    if (!target)
        return;
    const Note* known = context().notes().on(*target);
    if (known == nullptr)
        context().notes().addBookmark(*target);
    else if (known->text.empty())
        context().notes().remove(*target);
}

void NotesView::goTo(int row) {
    if (row < 0 || row >= model_->rowCount())
        return;
    const NoteTarget target = model_->noteAt(row).target;
    if (!target.isRange())
        return selection().setFocus(target.focus);
    ScopeTerm range;
    range.kind = ScopeTerm::Kind::Time;
    range.from = target.from;
    range.to = target.to;
    selection().addTerm(range);
}

void NotesView::remove(int row) {
    if (row < 0 || row >= model_->rowCount())
        return;
    removed_ = model_->noteAt(row);
    context().notes().remove(removed_->target);
    undo_->show();
}

void NotesView::openMenu(const QPoint& at) {
    const int row = list_->indexAt(at).row();
    if (row < 0)
        return;
    QMenu menu(this);
    connect(menu.addAction(tr("Go there\tEnter")), &QAction::triggered, this, [this, row] { goTo(row); });
    connect(menu.addAction(tr("Edit\tF2")), &QAction::triggered, this, [this, row] { list_->edit(model_->index(row, NotesModel::TextColumn)); });
    connect(menu.addAction(tr("Remove\tDel")), &QAction::triggered, this, [this, row] { remove(row); });
    menu.exec(list_->viewport()->mapToGlobal(at));
}

bool NotesView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) { // an editor that is open has the keys itself
        const auto& key = *static_cast<QKeyEvent*>(event);
        if (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter) {
            goTo(list_->currentIndex().row());
            return true;
        }
        if (key.key() == Qt::Key_Delete) {
            remove(list_->currentIndex().row());
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

QString NotesView::statusText() const { return context().notes().all().empty() ? QString() : toQString(counted(context().notes().all().size(), "note", "notes")); }
void NotesView::takeFocus() { list_->setFocus(); }

std::unique_ptr<Tabular> NotesView::tabular() const {
    if (model_->rowCount() == 0)
        return nullptr;
    std::vector<Note> shown;
    for (int row = 0; row < model_->rowCount(); ++row)
        shown.push_back(model_->noteAt(row));
    return std::make_unique<Tabular>(tabulate(shown, context().table().get(), context().timeZone()));
}

} // namespace aisle
