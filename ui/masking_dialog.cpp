#include "masking_dialog.h"

#include "own_rules_model.h"
#include "text/format.h"
#include "text/utf8.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/empty_state.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/rest_column.h"
#include "widgets/tabular_model.h"
#include "widgets/undo_bar.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QTabWidget>
#include <QTableView>

#include <algorithm>

namespace aisle {

namespace {

constexpr int kBefore = 5; ///< column of the example as it is; the last one has it masked
constexpr uint32_t kMostLooked = 100'000; ///< values of an attribute that spans do not share

/// What is copied of an example is masked as a value of its attribute.
class PreviewModel : public TabularModel {
public:
    using TabularModel::TabularModel;
    QVariant data(const QModelIndex& index, int role) const override {
        if (role == CopyKeyRole && index.isValid() && index.column() == kBefore)
            return toQString(cellText(table().rows[given(index.row())][0]));
        return TabularModel::data(index, role);
    }
};

} // namespace

MaskingDialog::MaskingDialog(ViewContext& context, WindowMasking& masking, QWidget* parent)
    : QDialog(parent), context_(context), masking_(masking), model_(new PreviewModel(this)), own_(new OwnRulesModel(this)) {
    setWindowTitle(tr("Masking"));
    resize(920, 600);
    auto* tabs = new QTabWidget(this);
    tabs->addTab(previewPage(), tr("What is masked"));
    tabs->addTab(ownPage(), tr("Own rules"));
    auto* close = new QPushButton(tr("Close"), this);
    close->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto* box = new QVBoxLayout(this);
    box->addWidget(tabs, 1);
    box->addLayout(buttons);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(&masking_, &WindowMasking::changed, this, [this] {
        takeKept();
        if (lookedBy_ != masking_.masking())
            return look();
        fill(); // revealed, or no more: examples are others
        fitColumns();
    });
    connect(&masking_, &WindowMasking::failed, this, [this](const QString& why) {
        undo_->tell(why);
        kept_.clear(); // what is edited can be saved again
        changed();
    });
    connect(&context_, &ViewContext::tableChanged, this, &MaskingDialog::look);
    takeKept();
    changed();
    look();
}

QWidget* MaskingDialog::previewPage() {
    auto* page = new QWidget(this);
    filter_ = new QLineEdit(page);
    filter_->setAccessibleName(tr("Attributes or rules to list"));
    filter_->setPlaceholderText(tr("Filter by attribute or rule"));
    filter_->setClearButtonEnabled(true);
    copy_ = new QPushButton(tr("Copy"), page);
    export_ = new QPushButton(tr("Export…"), page);
    list_ = new QTableView(page);
    list_->setModel(model_);
    styleList(*list_);
    examples_ = new RestColumn(*list_, kBefore + 1, 40);
    list_->setAccessibleName(tr("What is masked, and what remains"));
    notes_ = plainLabel({}, page);
    notes_->setWordWrap(true);
    empty_ = new EmptyState(list_);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(measure::kPadding);
    bar->addWidget(filter_, 1);
    for (QPushButton* button : {copy_, export_}) {
        button->setAutoDefault(false);
        bar->addWidget(button);
    }
    auto* box = new QVBoxLayout(page);
    box->addLayout(bar);
    box->addWidget(list_, 1);
    box->addWidget(notes_);
    connect(filter_, &QLineEdit::textChanged, this, &MaskingDialog::fill);
    list_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder); // masked ones first
    connect(list_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, model_, &TabularModel::sort);
    connect(copy_, &QPushButton::clicked, this, [this] { context_.exporter().toClipboard(context_.exporter().render(tabular(), TextFormat::Text)); });
    connect(export_, &QPushButton::clicked, this, &MaskingDialog::exportTable);
    connect(empty_, &EmptyState::buttonClicked, this, &MaskingDialog::look);
    return page;
}

QWidget* MaskingDialog::ownPage() {
    auto* page = new QWidget(this);
    undo_ = new UndoBar(page);
    lines_ = new QTableView(page);
    lines_->setModel(own_);
    lines_->setAccessibleName(tr("Own rules"));
    lines_->setSelectionBehavior(QAbstractItemView::SelectRows);
    lines_->setSelectionMode(QAbstractItemView::SingleSelection);
    lines_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    lines_->verticalHeader()->hide();
    lines_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    words_ = plainLabel({}, page);
    words_->setWordWrap(true);
    auto* add = new QPushButton(tr("Add"), page);
    remove_ = new QPushButton(tr("Remove"), page);
    auto* open = new QPushButton(tr("Open a file…"), page);
    auto* writes = new QPushButton(tr("Write to a file…"), page);
    save_ = new QPushButton(tr("Save"), page);
    save_->setToolTip(tr("Kept in the workspace: for this window, and for aisle with --mask"));
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {add, remove_, open, writes, save_})
        button->setAutoDefault(false);
    for (QPushButton* button : {add, remove_, open, writes})
        buttons->addWidget(button);
    buttons->addStretch(1);
    buttons->addWidget(save_);
    auto* box = new QVBoxLayout(page);
    box->addWidget(undo_);
    box->addWidget(lines_, 1);
    box->addWidget(words_);
    box->addLayout(buttons);
    connect(own_, &QAbstractItemModel::dataChanged, this, &MaskingDialog::changed);
    connect(own_, &QAbstractItemModel::rowsInserted, this, &MaskingDialog::changed);
    connect(own_, &QAbstractItemModel::rowsRemoved, this, &MaskingDialog::changed);
    connect(own_, &QAbstractItemModel::modelReset, this, &MaskingDialog::changed);
    connect(add, &QPushButton::clicked, this, [this] {
        const QModelIndex first = own_->index(own_->addLine(), OwnRulesModel::NameColumn);
        lines_->setCurrentIndex(first);
        lines_->edit(first);
    });
    connect(remove_, &QPushButton::clicked, this, &MaskingDialog::removeLine);
    auto* removes = new QShortcut(QKeySequence(QKeySequence::Delete), lines_);
    removes->setContext(Qt::WidgetShortcut);
    connect(removes, &QShortcut::activated, this, &MaskingDialog::removeLine);
    connect(open, &QPushButton::clicked, this, &MaskingDialog::openFile);
    connect(writes, &QPushButton::clicked, this, &MaskingDialog::writeFile);
    connect(save_, &QPushButton::clicked, this, [this] {
        if (!problem().isEmpty())
            return;
        kept_ = own_->rules();
        undo_->tell({});
        masking_.keepOwnRules(kept_.empty() ? std::string() : toJson(kept_)); // may tell why it cannot be kept
        changed();
    });
    return page;
}

void MaskingDialog::look() {
    lookedBy_ = masking_.masking();
    preview_.reset();
    trouble_.clear();
    const auto workspace = context_.workspace();
    if (!workspace || context_.table()->isEmpty()) {
        worker_.cancel();
        fill();
        return;
    }
    worker_.run<MaskingPreview>(
        [workspace, table = context_.table(), by = lookedBy_](const StopToken& stop) { return maskingPreview(*workspace->connect(), table, *by->another(), kMostLooked, stop); },
        [this](MaskingPreview found) {
            preview_ = std::move(found);
            fill();
            fitColumns();
        },
        [this](const QString& why) {
            trouble_ = why;
            fill();
        });
    fill();
}

bool MaskingDialog::isListed(const MaskingPreview::Key& key) const {
    const QString wanted = filter_->text().trimmed();
    return wanted.isEmpty() || toQString(key.key).contains(wanted, Qt::CaseInsensitive) || toQString(key.rule).contains(wanted, Qt::CaseInsensitive);
}

Tabular MaskingDialog::tabular() const {
    if (!preview_)
        return {};
    Tabular all = tabulate(*preview_);
    std::vector<std::vector<Cell>> rows;
    for (size_t i = 0; i < preview_->keys.size(); ++i)
        if (isListed(preview_->keys[i]))
            rows.push_back(std::move(all.rows[i]));
    all.rows = std::move(rows);
    return all;
}

void MaskingDialog::fill() {
    Tabular shown = tabular();
    QString notes;
    for (const std::string& note : shown.notes)
        notes += (notes.isEmpty() ? QString() : QStringLiteral(" ")) + toQString(note);
    notes_->setText(notes);
    if (preview_) {
        shown.columns.insert(shown.columns.begin() + kBefore, Column{"before", "Example"});
        size_t row = 0;
        constexpr size_t kLongest = 200;
        for (const MaskingPreview::Key& key : preview_->keys)
            if (isListed(key)) {
                const Cell before = key.before.empty() ? Cell() : Cell(masking_.isRevealed() ? std::string(beginning(key.before, kLongest)) : tr("hidden").toStdString());
                auto& cells = shown.rows[row++];
                cells.insert(cells.begin() + kBefore, before);
            }
    }
    const bool hasRows = !shown.rows.empty();
    model_->setTable(std::move(shown));
    if (hasRows)
        model_->sort(list_->horizontalHeader()->sortIndicatorSection(), list_->horizontalHeader()->sortIndicatorOrder());
    copy_->setEnabled(hasRows);
    export_->setEnabled(hasRows);
    if (hasRows)
        empty_->hideState();
    else if (!trouble_.isEmpty())
        empty_->show(tr("What is masked cannot be said"), trouble_, tr("Try again"));
    else if (!context_.workspace() || context_.table()->isEmpty())
        empty_->show(tr("Nothing is open"), tr("Open a trace file or a workspace to see what of it is masked."));
    else if (!preview_)
        empty_->show(tr("Looking at values"), tr("What would be masked of %1 is being worked out.").arg(toQString(counted(context_.table()->spanCount(), "span", "spans"))));
    else
        empty_->show(tr("Nothing to list"), filter_->text().isEmpty() ? tr("This file has no values.") : tr("No attribute or rule is called like that."));
}

/// What is in them can be read, and what room is left over has the last one. Not for each letter of the filter: somebody may have set a width.
void MaskingDialog::fitColumns() {
    const int most = list_->fontMetrics().averageCharWidth() * 40;
    for (int column = 0; column + 1 < model_->columnCount(); ++column)
        list_->setColumnWidth(column, std::max(list_->horizontalHeader()->sectionSizeHint(column), std::min(most, static_cast<QAbstractItemView*>(list_)->sizeHintForColumn(column))));
    examples_->fit();
}

void MaskingDialog::exportTable() {
    auto* dialog = new QFileDialog(this, tr("Export what is masked"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("CSV (*.csv)"), tr("JSON (*.json)"), tr("Text (*.txt)")});
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, table = tabular()](const QString& name) {
        const TextFormat format = name.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive) ? TextFormat::Json : name.endsWith(QStringLiteral(".txt"), Qt::CaseInsensitive) ? TextFormat::Text : TextFormat::Csv;
        write(name, [exporter = context_.exporter(), table, format] { return exporter.render(table, format); });
    });
    dialog->open();
}

void MaskingDialog::write(const QString& name, std::function<std::string()> render) {
    fileWorker_.run<bool>(
        [exporter = context_.exporter(), name, render = std::move(render)](const StopToken&) {
            exporter.toFile(name.toStdString(), render());
            return true;
        },
        [this](bool) { undo_->tell({}); },
        [this](const QString& why) {
            undo_->tell(why);
            notes_->setText(why);
        });
}

/// What is kept, unless something else is being edited.
void MaskingDialog::takeKept() {
    std::vector<OwnRule> now;
    try {
        if (!masking_.ownRules().empty())
            now = ownRulesOf(masking_.ownRules());
    } catch (const std::runtime_error& e) {
        undo_->tell(QString::fromUtf8(e.what()));
    }
    if (now == kept_)
        return;
    const bool isEdited = own_->rules() != kept_;
    kept_ = std::move(now);
    if (!isEdited)
        own_->setRules(kept_);
    changed();
}

/// A cell that is being edited gives what it has when it loses the focus; ~QDialog() would hide it when nobody is left to take that.
MaskingDialog::~MaskingDialog() { hide(); }

QString MaskingDialog::problem() const { return toQString(problemOf(own_->rules())); }

void MaskingDialog::changed() {
    const QString why = problem();
    save_->setEnabled(why.isEmpty() && own_->rules() != kept_ && context_.workspace() != nullptr);
    remove_->setEnabled(own_->rowCount() > 0);
    words_->setText(!why.isEmpty() ? why
                    : own_->rowCount() == 0 ? tr("Attributes and words of this shop that nobody else knows to be personal: add a line with what they are to be called, the last words of their keys, or a pattern that finds them in texts.")
                                            : tr("They mask beside the rules that are always there, in this window and for aisle with --mask."));
}

void MaskingDialog::removeLine() {
    const QModelIndex at = lines_->currentIndex();
    if (!at.isValid())
        return;
    const std::vector<OwnRule> before = own_->rules();
    own_->removeLine(at.row());
    undo_->offer(tr("A rule was removed."), [this, before] { own_->setRules(before); });
}

void MaskingDialog::replaceBy(const std::vector<OwnRule>& rules) {
    const std::vector<OwnRule> before = own_->rules();
    own_->setRules(rules);
    if (!before.empty() && before != rules)
        undo_->offer(tr("Other rules came from a file."), [this, before] { own_->setRules(before); });
}

void MaskingDialog::openFile() {
    auto* dialog = new QFileDialog(this, tr("Open rules of masking"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Rules of masking (*.json)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        fileWorker_.run<std::vector<OwnRule>>([path = path.toStdString()](const StopToken&) { return ownRulesOfFile(path); }, [this](const std::vector<OwnRule>& read) { replaceBy(read); },
                                              [this](const QString& why) { undo_->tell(why); });
    });
    dialog->open();
}

void MaskingDialog::writeFile() {
    auto* dialog = new QFileDialog(this, tr("Write rules of masking to a file"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Rules of masking (*.json)")});
    dialog->setDefaultSuffix(QStringLiteral("json"));
    // Rules are no data of anybody, and masked would be no rules.
    connect(dialog, &QFileDialog::fileSelected, this, [this, json = toJson(own_->rules())](const QString& name) { write(name, [json] { return json; }); });
    dialog->open();
}

} // namespace aisle
