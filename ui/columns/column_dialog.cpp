#include "columns/column_dialog.h"

#include "columns/preview_model.h"
#include "columns/saved_columns.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/marked_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScreen>
#include <QSet>
#include <QTableView>
#include <QVBoxLayout>

namespace aisle {

namespace {

/// With the letter for Alt.
QString labelOf(CsvRole role) {
    static constexpr std::array<const char*, kCsvRoles> labels = {"&Trace id", "&Span id", "&Parent span id", "&Name", "Ser&vice", "St&art",
                                                                  "&End", "&Duration", "&Kind", "Stat&us", "Status &message"};
    return QString::fromLatin1(labels[static_cast<size_t>(role)]);
}

QString helpOf(CsvRole role) {
    switch (role) {
    case CsvRole::Trace: return QStringLiteral("Which trace the span belongs to. Required");
    case CsvRole::Span: return QStringLiteral("The id of the span, which its children name. Required");
    case CsvRole::Parent: return QStringLiteral("The id of the span that called this one; without it there are no trees");
    case CsvRole::Name: return QStringLiteral("The operation: what the span did");
    case CsvRole::Service: return QStringLiteral("Which service the span belongs to");
    case CsvRole::Start: return QStringLiteral("When the span began. Required, unless there are an end and a duration");
    case CsvRole::End: return QStringLiteral("When the span ended");
    case CsvRole::Duration: return QStringLiteral("How long the span took");
    case CsvRole::Kind: return QStringLiteral("server, client, producer, consumer or internal");
    case CsvRole::Status: return QStringLiteral("ok, error, or an HTTP status code");
    case CsvRole::Message: return QStringLiteral("What went wrong, in words");
    }
    return {};
}

/// What could not be read is marked; so is the number of a row that is no span.
class PreviewDelegate : public MarkedDelegate {
public:
    using MarkedDelegate::MarkedDelegate;

private:
    Mark markOf(const QModelIndex& index) const override {
        if (index.column() == PreviewModel::kNumberColumn && index.data(PreviewModel::IsSkippedRole).toBool())
            return Failure;
        return index.data(PreviewModel::IsUnreadRole).toBool() ? Warning : None;
    }
};

QLabel* mutedLabel(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

ColumnDialog::ColumnDialog(const Export& out, const QString& name, std::shared_ptr<const TableSample> table, QWidget* parent)
    : QDialog(parent), out_(out), table_(std::move(table)), model_(new PreviewModel(this)), rows_(new QTableView(this)),
      counts_(new ElidedLabel(this)), others_(new ElidedLabel(this)), reason_(plainLabel({}, this)) {
    setWindowTitle(QStringLiteral("Columns of %1").arg(singleLine(name)));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(measure::kGap, measure::kGap, measure::kGap, measure::kGap);
    box->setSpacing(measure::kPadding);
    box->addWidget(new QLabel(table_->isSaved ? QStringLiteral("These columns were said before, for a table with the same header.")
                                              : QStringLiteral("What do the columns of this table hold? What could be guessed is filled in."),
                              this));
    auto* groups = new QHBoxLayout;
    groups->setSpacing(measure::kGap * 2);
    groups->addWidget(group(QStringLiteral("Which span"), {CsvRole::Trace, CsvRole::Span, CsvRole::Parent}), 1, Qt::AlignTop);
    groups->addWidget(group(QStringLiteral("When"), {CsvRole::Start, CsvRole::End, CsvRole::Duration}), 1, Qt::AlignTop);
    groups->addWidget(group(QStringLiteral("What"), {CsvRole::Name, CsvRole::Service, CsvRole::Kind, CsvRole::Status, CsvRole::Message}), 1, Qt::AlignTop);
    box->addLayout(groups);
    others_->setForegroundRole(QPalette::PlaceholderText);
    box->addWidget(others_);
    box->addSpacing(measure::kPadding);
    box->addWidget(counts_);
    rows_->setModel(model_);
    rows_->setItemDelegate(new PreviewDelegate(rows_));
    rows_->setAccessibleName(QStringLiteral("The first rows as spans"));
    rows_->setSelectionMode(QAbstractItemView::SingleSelection);
    rows_->setTabKeyNavigation(false);
    rows_->setShowGrid(false);
    rows_->setWordWrap(false);
    rows_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    rows_->verticalHeader()->hide();
    rows_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    rows_->verticalHeader()->setDefaultSectionSize(measure::kRow);
    rows_->horizontalHeader()->setHighlightSections(false);
    rows_->horizontalHeader()->setStretchLastSection(true);
    box->addWidget(rows_, 1);

    reason_->setWordWrap(true);
    reason_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* buttons = new QDialogButtonBox(this);
    auto* copy = buttons->addButton(QStringLiteral("&Copy for the command line"), QDialogButtonBox::ResetRole);
    copy->setToolTip(QStringLiteral("Copy these columns as the --map option of aisle import"));
    auto* again = buttons->addButton(QStringLiteral("&Guess again"), QDialogButtonBox::ResetRole);
    again->setToolTip(QStringLiteral("Forget what is chosen here and fill in what can be guessed"));
    ok_ = buttons->addButton(QStringLiteral("&Import"), QDialogButtonBox::AcceptRole);
    buttons->addButton(QStringLiteral("Cancel"), QDialogButtonBox::RejectRole); // without the style's icon
    ok_->setDefault(true);
    box->addWidget(reason_);
    box->addWidget(buttons);
    connect(copy, &QPushButton::clicked, this, [this] { out_.toClipboard(out_.render("columns", mapOption(table_->toText(mapping())))); });
    connect(again, &QPushButton::clicked, this, [this] { fill(table_->guess({})); });
    connect(buttons, &QDialogButtonBox::accepted, this, &ColumnDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    resize(QSize(1180, 680).boundedTo(screen()->availableSize() - QSize(80, 80)));
    fill(table_->mapping);
    choice(CsvRole::Trace).column->setFocus();
}

QWidget* ColumnDialog::group(const QString& title, const std::vector<CsvRole>& roles) {
    auto* box = new QWidget(this);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(measure::kPadding);
    grid->setVerticalSpacing(4);
    auto* heading = mutedLabel(box);
    heading->setText(title);
    grid->addWidget(heading, 0, 0, 1, 3);
    int row = 1;
    for (const CsvRole role : roles)
        addRole(role, grid, row++);
    grid->setColumnStretch(1, 1);
    return box;
}

void ColumnDialog::addRole(CsvRole role, QGridLayout* grid, int row) {
    Choice& made = choice(role);
    auto* label = new QLabel(labelOf(role), this);
    made.column = new QComboBox(this);
    label->setBuddy(made.column);
    made.column->setAccessibleName(roleTitle(role));
    for (QWidget* widget : std::initializer_list<QWidget*>{label, made.column})
        widget->setToolTip(helpOf(role));
    made.column->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    made.column->setMinimumContentsLength(8);
    made.column->addItem(QStringLiteral("none"), QString());
    QSet<QString> seen; // of columns with one name, the first is found
    for (const std::string& name : table_->header) {
        const QString shown = toQString(name);
        if (name.empty() || seen.contains(shown))
            continue;
        seen.insert(shown);
        made.column->addItem(singleLine(shown), shown);
    }
    made.column->insertSeparator(1);
    grid->addWidget(label, row, 0);
    grid->addWidget(made.column, row, 1);
    connect(made.column, &QComboBox::currentIndexChanged, this, [this, role] { columnChosen(role); });
    if (!isTimeRole(role))
        return;
    made.unit = new QComboBox(this);
    made.unit->setAccessibleName(QStringLiteral("Unit of ") + roleTitle(role).toLower());
    made.unit->setToolTip(QStringLiteral("What the numbers of this column count"));
    const std::pair<TimeUnit, QString> units[] = {{TimeUnit::Unknown, QStringLiteral("not known")},
                                                  {TimeUnit::Nanoseconds, QStringLiteral("ns")},
                                                  {TimeUnit::Microseconds, QStringLiteral("\u00b5s")},
                                                  {TimeUnit::Milliseconds, QStringLiteral("ms")},
                                                  {TimeUnit::Seconds, QStringLiteral("s")},
                                                  {TimeUnit::Text, role == CsvRole::Duration ? QStringLiteral("with unit") : QStringLiteral("date and time")}};
    for (const auto& [unit, words] : units)
        made.unit->addItem(words, static_cast<int>(unit));
    made.unit->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    made.unit->setMinimumContentsLength(7);
    grid->addWidget(made.unit, row, 2);
    connect(made.unit, &QComboBox::currentIndexChanged, this, &ColumnDialog::changed);
}

CsvMapping ColumnDialog::mapping() const {
    CsvMapping out;
    for (size_t i = 0; i < kCsvRoles; ++i) {
        out.columns[i].name = choices_[i].column->currentData().toString().toStdString();
        if (choices_[i].unit != nullptr && !out.columns[i].name->empty())
            out.columns[i].unit = static_cast<TimeUnit>(choices_[i].unit->currentData().toInt());
    }
    return out;
}

void ColumnDialog::fill(const CsvMapping& mapping) {
    {
        const QScopedValueRollback showing(isShowing_, true);
        for (size_t i = 0; i < kCsvRoles; ++i) {
            const CsvMapping::Column& column = mapping.columns[i];
            choices_[i].column->setCurrentIndex(std::max(0, choices_[i].column->findData(toQString(column.name.value_or("")))));
            if (choices_[i].unit != nullptr)
                choices_[i].unit->setCurrentIndex(choices_[i].unit->findData(static_cast<int>(column.unit)));
        }
    }
    changed();
}

/// A time in another column may have another unit.
void ColumnDialog::columnChosen(CsvRole role) {
    if (isShowing_)
        return;
    if (choice(role).unit != nullptr) {
        CsvMapping said = mapping();
        said[role].unit = TimeUnit::Unknown;
        const QScopedValueRollback showing(isShowing_, true);
        choice(role).unit->setCurrentIndex(choice(role).unit->findData(static_cast<int>(table_->guess(said)[role].unit)));
    }
    changed();
}

QString ColumnDialog::problem() const {
    const CsvMapping chosen = mapping();
    for (const CsvRole role : {CsvRole::Trace, CsvRole::Span})
        if (!chosen.has(role))
            return QStringLiteral("Choose the column that holds the %1.").arg(roleTitle(role).toLower());
    if (!chosen.has(CsvRole::Start) && !(chosen.has(CsvRole::End) && chosen.has(CsvRole::Duration)))
        return QStringLiteral("Choose the column that holds the start, or those of the end and the duration.");
    if (!model_->preview().problem.empty())
        return toQString(model_->preview().problem);
    if (model_->preview().spanCount == 0)
        return QStringLiteral("None of the first rows can be read as a span like this.");
    return {};
}

void ColumnDialog::changed() {
    if (isShowing_)
        return;
    for (Choice& made : choices_)
        if (made.unit != nullptr)
            made.unit->setEnabled(!made.column->currentData().toString().isEmpty());
    others_->setText(otherColumns());
    ok_->setEnabled(false); // until it is known what comes of it
    const CsvMapping chosen = mapping();
    previewWorker_.run<TablePreview>([table = table_, chosen](const StopToken&) { return table->preview(chosen); },
                                     [this, chosen](TablePreview preview) { showPreview(chosen, std::move(preview)); });
}

void ColumnDialog::showPreview(const CsvMapping& mapping, TablePreview preview) {
    model_->setPreview(table_->header, mapping, std::move(preview));
    sizeColumns();
    counts_->setText(countWords());
    const QString why = problem();
    ok_->setEnabled(why.isEmpty());
    QString words = why;
    if (why.isEmpty() && !mapping.has(CsvRole::End) && !mapping.has(CsvRole::Duration))
        words = QStringLiteral("Without an end or a duration no span has a length.");
    for (const CsvRole role : {CsvRole::Start, CsvRole::End, CsvRole::Duration})
        if (words.isEmpty() && mapping.has(role) && mapping[role].unit == TimeUnit::Unknown)
            words = QStringLiteral("The unit of the %1 is not known; what is assumed is said in the remarks. Choose it if that is wrong.").arg(roleTitle(role).toLower());
    reason_->setText(words);
}

void ColumnDialog::sizeColumns() {
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (int column = 0; column < model_->columnCount(); ++column)
        rows_->setColumnHidden(column, false); // what was the remark before may be something else
    rows_->setColumnWidth(PreviewModel::kNumberColumn, 6 * digit);
    for (size_t i = 0; i < model_->roles().size(); ++i) {
        const auto characters = [&] {
            switch (model_->roles()[i]) {
            case CsvRole::Span: return 11; // ids are recognised by their beginning
            case CsvRole::Trace:
            case CsvRole::Parent: return 14;
            case CsvRole::Service: return 16;
            case CsvRole::Name: return 20;
            case CsvRole::Start:
            case CsvRole::End: return 25;
            case CsvRole::Message: return 20;
            default: return 12;
            }
        }();
        rows_->setColumnWidth(static_cast<int>(i) + 1, characters * digit);
    }
    const bool hasRemarks = std::any_of(model_->preview().rows.begin(), model_->preview().rows.end(), [](const TablePreview::Row& row) { return !row.remark.empty(); });
    rows_->setColumnHidden(model_->remarkColumn(), !hasRemarks);
    rows_->setColumnWidth(model_->remarkColumn(), 34 * digit);
    for (int column = model_->remarkColumn() + 1; column < model_->columnCount(); ++column)
        rows_->setColumnWidth(column, 14 * digit);
}

QString ColumnDialog::countWords() const {
    const TablePreview& p = model_->preview();
    if (!p.problem.empty())
        return toQString("The first " + counted(p.rowCount, "row", "rows") + " as they stand there");
    QStringList words{toQString("The first " + counted(p.rowCount, "row", "rows") + ": " + counted(p.spanCount, "span", "spans"))};
    for (const auto& [reason, count] : p.skipped)
        words << toQString(counted(count, "row", "rows") + " skipped, " + reason);
    for (size_t i = 0; i < kCsvRoles; ++i)
        if (p.unread[i] > 0)
            words << roleTitle(static_cast<CsvRole>(i)) + toQString(": " + counted(p.unread[i], "cell", "cells") + " cannot be read");
    return words.join(QStringLiteral(" \u00b7 "));
}

QString ColumnDialog::otherColumns() const {
    const CsvMapping chosen = mapping();
    QStringList others;
    for (const std::string& name : table_->header)
        if (std::none_of(chosen.columns.begin(), chosen.columns.end(), [&](const CsvMapping::Column& c) { return *c.name == name; }))
            others << singleLine(toQString(name));
    if (others.isEmpty())
        return QStringLiteral("No other column is left over.");
    return (others.size() == 1 ? QStringLiteral("1 other column is kept with the span: ") : QStringLiteral("%1 other columns are kept with the span: ").arg(others.size())) +
           others.join(QStringLiteral(", "));
}

void ColumnDialog::accept() {
    if (!ok_->isEnabled())
        return;
    saveColumns(table_->signature, table_->toText(mapping()));
    QDialog::accept();
}

} // namespace aisle
