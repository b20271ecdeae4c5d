#include "report/report_panel.h"

#include "report/report_model.h"
#include "theme/theme.h"
#include "widgets/sort_header.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/marked_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <array>

namespace aisle {

namespace {

/// What failed or was lost has a mark beside its words.
class ReportDelegate : public MarkedDelegate {
public:
    using MarkedDelegate::MarkedDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return {MarkedDelegate::sizeHint(option, index).width(), measure::kRow};
    }

private:
    bool hasRoom(const QModelIndex& index) const override { return index.parent().isValid() || index.column() == ReportModel::ResultColumn; }
    Mark markOf(const QModelIndex& index) const override {
        if (!hasRoom(index))
            return None;
        switch (static_cast<ReportNote::Kind>(index.data(ReportModel::NoteKindRole).toInt())) {
        case ReportNote::Failure: return Failure;
        case ReportNote::Warning: return Warning;
        default: return None;
        }
    }
};

constexpr int kExpandedAtOnce = 20; ///< a folder of damaged files is not unfolded by itself

} // namespace

ReportPanel::ReportPanel(const Export& out, QWidget* parent)
    : QWidget(parent), out_(out), model_(new ReportModel(this)), filter_(new ReportFilter(this)), tree_(new QTreeView(this)),
      text_(new QLineEdit(this)), columns_(new QToolButton(this)), remove_(new QToolButton(this)), copy_(new QToolButton(this)),
      summary_(new ElidedLabel(this)) {
    setAccessibleName(QStringLiteral("Import report"));
    filter_->setSourceModel(model_);
    tree_->setModel(filter_);
    tree_->setItemDelegate(new ReportDelegate(tree_));
    tree_->setAccessibleName(QStringLiteral("Import report"));
    tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setUniformRowHeights(true);
    tree_->setAllColumnsShowFocus(true);
    tree_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    tree_->setContextMenuPolicy(Qt::CustomContextMenu);
    tree_->installEventFilter(this);
    auto* header = new SortHeader(tree_);
    tree_->setHeader(header);
    header->setSectionsClickable(true);
    header->setHighlightSections(false);
    header->setStretchLastSection(false);
    header->setMinimumSectionSize(40);
    header->setSortIndicator(-1, Qt::AscendingOrder); // in the order of the import; a third click gives it back
    header->setSortIndicatorClearable(true);
    tree_->setSortingEnabled(true);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setSectionResizeMode(ReportModel::FileColumn, QHeaderView::Stretch);
    const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
    const std::array<int, ReportModel::ColumnTotal> widths = {40, 14, 18, 9, 9, 13, 10, 10, 10, 10, 9, 10};
    for (int c = 0; c < ReportModel::ColumnTotal; ++c)
        header->resizeSection(c, widths[static_cast<size_t>(c)] * digit);

    text_->setPlaceholderText(QStringLiteral("Filter by file, format, result or words of the report"));
    text_->setClearButtonEnabled(true);
    text_->setAccessibleName(QStringLiteral("Filter the import report"));
    columns_->setText(QStringLiteral("Map columns..."));
    remove_->setText(QStringLiteral("Remove"));
    copy_->setText(QStringLiteral("Copy"));
    copy_->setToolTip(QStringLiteral("Copy the report of the files that are shown"));
    copy_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(copy_);
    connect(menu->addAction(QStringLiteral("As text")), &QAction::triggered, this, [this] { copy(shown(), TextFormat::Text); });
    connect(menu->addAction(QStringLiteral("As JSON")), &QAction::triggered, this, [this] { copy(shown(), TextFormat::Json); });
    connect(menu->addAction(QStringLiteral("As CSV")), &QAction::triggered, this, [this] { copy(shown(), TextFormat::Csv); });
    copy_->setMenu(menu);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(text_, 1);
    bar->addWidget(columns_);
    bar->addWidget(remove_);
    bar->addWidget(copy_);
    summary_->setContentsMargins(measure::kPadding, 3, measure::kPadding, 3);
    summary_->setForegroundRole(QPalette::PlaceholderText);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(tree_, 1);
    box->addWidget(summary_);
    empty_ = new EmptyState(tree_);

    connect(text_, &QLineEdit::textChanged, this, [this](const QString& text) {
        filter_->setText(text);
        refresh();
    });
    connect(columns_, &QToolButton::clicked, this, [this] {
        if (const auto rows = selected(); rows.size() == 1)
            Q_EMIT columnsRequested(model_->reports()[rows.front()]);
    });
    connect(remove_, &QToolButton::clicked, this, &ReportPanel::removeSelected);
    connect(tree_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ReportPanel::refresh);
    connect(tree_, &QWidget::customContextMenuRequested, this, &ReportPanel::openMenu);
    connect(tree_, &QTreeView::expanded, this, [this](const QModelIndex& file) {
        for (int i = 0; i < filter_->rowCount(file); ++i)
            tree_->setFirstColumnSpanned(i, file, true);
    });
    connect(empty_, &EmptyState::buttonClicked, text_, &QLineEdit::clear);
    refresh();
}

void ReportPanel::setDocument(const DocumentPtr& document) {
    if (document_)
        disconnect(document_.get(), nullptr, this, nullptr);
    document_ = document;
    if (document_) {
        Document* d = document_.get();
        connect(d, &Document::reportsChanged, this, &ReportPanel::showNews);
        connect(d, &Document::reportsReset, this, &ReportPanel::showAll);
        connect(d, &Document::workspaceChanged, this, &ReportPanel::refresh);
        connect(d, &Document::removalStarted, this, &ReportPanel::refresh);
        connect(d, &Document::removalFinished, this, &ReportPanel::refresh);
        connect(d, &Document::importStarted, this, &ReportPanel::refresh);
        connect(d, &Document::importFinished, this, [this] {
            expandProblems();
            refresh();
        });
        looked_ = 0;
        showAll();
    }
    refresh();
}

const std::vector<ImportReport>& ReportPanel::reports() const { return model_->reports(); }

void ReportPanel::showAll() {
    model_->setReports(document_->reports());
    looked_ = std::min(looked_, model_->reports().size());
    if (!document_->isImporting())
        expandProblems();
    refresh();
}

void ReportPanel::showNews(size_t first) {
    const std::vector<ImportReport>& all = document_->reports();
    model_->addReports({all.begin() + static_cast<std::ptrdiff_t>(first), all.end()});
    refresh();
}

/// One file alone, and files with something to be known, are shown with their sentences when their import is over.
void ReportPanel::expandProblems() {
    const std::vector<ImportReport>& all = model_->reports();
    for (size_t i = std::exchange(looked_, all.size()); i < all.size() && all.size() <= kExpandedAtOnce; ++i)
        if (all.size() == 1 || !all[i].succeeded() || all[i].lostSomething() || all[i].needsColumns)
            tree_->expand(filter_->mapFromSource(model_->index(static_cast<int>(i), 0)));
}

void ReportPanel::refresh() {
    const std::vector<ImportReport>& all = model_->reports();
    if (all.empty())
        empty_->show(QStringLiteral("No import yet"), QStringLiteral("What was read, repaired and skipped is listed here after an import."));
    else if (filter_->rowCount() == 0)
        empty_->show(QStringLiteral("No file passes the filter"),
                     QStringLiteral("There are reports of %1, but none holds these words.").arg(toQString(counted(all.size(), "file", "files"))),
                     QStringLiteral("Clear the filter"));
    else
        empty_->hideState();
    uint64_t files = 0, spans = 0, skipped = 0, failed = 0;
    for (const ImportReport& report : all) {
        failed += report.outcome() == ImportReport::Outcome::Failed;
        if (report.file == 0)
            continue;
        ++files;
        spans += report.spansKept;
        skipped += report.skippedCount();
    }
    summary_->setText(all.empty() ? QString()
                                  : toQString(counted(files, "file", "files") + " in the workspace \u00b7 " + counted(spans, "span", "spans") +
                                              (skipped > 0 ? " \u00b7 " + counted(skipped, "record", "records") + " skipped" : "") +
                                              (failed > 0 ? " \u00b7 " + counted(failed, "file", "files") + " failed" : "")));
    summary_->setVisible(!all.empty());
    const auto rows = selected();
    const QString why = whyNotRemovable(rows);
    remove_->setEnabled(why.isEmpty());
    remove_->setToolTip(why.isEmpty() ? QStringLiteral("Take the selected files out of the workspace (Del)") : plainToolTip(why));
    const bool mappable = rows.size() == 1 && canMap(rows.front());
    columns_->setEnabled(mappable);
    columns_->setToolTip(mappable ? QStringLiteral("Say what the columns of this table hold, and import it again")
                                  : QStringLiteral("Select a table (CSV, TSV) whose file is still there"));
    copy_->setEnabled(filter_->rowCount() > 0);
}

std::vector<size_t> ReportPanel::selected() const {
    std::vector<size_t> rows;
    for (const QModelIndex& index : tree_->selectionModel()->selectedRows())
        rows.push_back(model_->reportOf(filter_->mapToSource(index)));
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

std::vector<ImportReport> ReportPanel::shown() const {
    std::vector<ImportReport> out;
    for (int row = 0; row < filter_->rowCount(); ++row)
        out.push_back(model_->reports()[model_->reportOf(filter_->mapToSource(filter_->index(row, 0)))]);
    return out;
}

QString ReportPanel::whyNotRemovable(const std::vector<size_t>& reports) const {
    if (std::none_of(reports.begin(), reports.end(), [this](size_t r) { return model_->reports()[r].file != 0; }))
        return reports.empty() ? QStringLiteral("Select the files to remove.") : QStringLiteral("What is selected is not in the workspace.");
    return document_ ? document_->whyNotRemovable() : QStringLiteral("Nothing is open.");
}

bool ReportPanel::canMap(size_t report) const {
    const ImportReport& r = model_->reports()[report];
    std::error_code error;
    return (r.needsColumns || !r.columns.empty()) && !r.removed && std::filesystem::is_regular_file(r.path, error);
}

void ReportPanel::copy(const std::vector<ImportReport>& reports, TextFormat format) {
    out_.toClipboard(format == TextFormat::Csv ? out_.render(tabulateReports(reports), format)
                                               : out_.render("report", format == TextFormat::Json ? reportsToJson(reports) : reportsToText(reports)));
}

void ReportPanel::removeSelected() {
    const auto rows = selected();
    if (!whyNotRemovable(rows).isEmpty())
        return;
    std::vector<ImportReport> files;
    for (const size_t row : rows)
        if (model_->reports()[row].file != 0)
            files.push_back(model_->reports()[row]);
    Q_EMIT removeRequested(files);
}

void ReportPanel::openMenu(const QPoint& at) {
    const auto rows = selected();
    if (rows.empty())
        return;
    QMenu menu(this);
    menu.setToolTipsVisible(true);
    const auto add = [&](const QString& words, bool isEnabled, auto&& run) {
        QAction* action = menu.addAction(words);
        action->setEnabled(isEnabled);
        connect(action, &QAction::triggered, this, run);
        return action;
    };
    const ImportReport report = model_->reports()[rows.front()]; // a copy: the menu runs an event loop
    std::vector<ImportReport> chosen;
    for (const size_t row : rows)
        chosen.push_back(model_->reports()[row]);
    if (rows.size() == 1) {
        add(QStringLiteral("Filter to this file"), report.file != 0, [this, report] { Q_EMIT filterRequested(report.name); });
        add(QStringLiteral("Map columns..."), canMap(rows.front()), [this, report] { Q_EMIT columnsRequested(report); });
    }
    menu.addSeparator();
    add(QStringLiteral("Copy report as text"), true, [this, chosen] { copy(chosen, TextFormat::Text); });
    add(QStringLiteral("Copy report as JSON"), true, [this, chosen] { copy(chosen, TextFormat::Json); });
    menu.addSeparator();
    const QString why = whyNotRemovable(rows);
    add(rows.size() == 1 ? QStringLiteral("Remove\tDel") : QStringLiteral("Remove %1 files\tDel").arg(rows.size()), why.isEmpty(), [this] { removeSelected(); })
        ->setToolTip(plainToolTip(why));
    if (rows.size() == 1 && report.removed) {
        const bool can = document_ && Document::canUndoRemoval(report);
        add(QStringLiteral("Undo the removal\tCtrl+Z"), can, [this, report] { Q_EMIT undoRequested(report); })
            ->setToolTip(can ? QString() : QStringLiteral("The file that it came from is not there any more."));
    }
    menu.exec(tree_->viewport()->mapToGlobal(at));
}

bool ReportPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == tree_ && event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Undo)) {
        event->accept(); // here it is about files, whatever else the window offers to undo
        return true;
    }
    if (watched == tree_ && event->type() == QEvent::KeyPress) {
        const QModelIndex now = tree_->currentIndex().siblingAtColumn(0);
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo)) {
            Q_EMIT undoLastRequested();
            return true;
        }
        switch (key->key()) {
        case Qt::Key_Delete: removeSelected(); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: // as a double click
            if (now.isValid() && !now.parent().isValid())
                tree_->setExpanded(now, !tree_->isExpanded(now));
            return true;
        default: break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace aisle
