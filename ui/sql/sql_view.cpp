#include "sql/sql_view.h"

#include "privacy/masking_redactor.h"
#include "privacy/own_rules.h"
#include "sql/answer_chart.h"
#include "sql/sql_edit.h"
#include "store/sql_query.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeWidget>

namespace aisle {

namespace {

constexpr size_t kMostRows = 100'000, kMostBytes = size_t(256) << 20;
constexpr int kLongest = 100'000; ///< characters of a query that are remembered
const QString kLast = QStringLiteral("sql/last");

struct Answered {
    SqlAnswer answer;
    AnswerPlot plot;
    std::shared_ptr<const std::unordered_set<std::string>> texts;
    int64_t took = 0; ///< ns
};

} // namespace

SqlView::SqlView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), edit_(new SqlEdit(this)), schema_(new QTreeWidget(this)), run_(new QPushButton(tr("Run"), this)), stop_(new QPushButton(tr("Stop"), this)), asTable_(new QToolButton(this)),
      asChart_(new QToolButton(this)), words_(new ElidedLabel(this)), problem_(new QLabel(this)), pages_(new QStackedWidget(this)), list_(new QTableView(this)), model_(new AnswerModel(this)), chart_(new AnswerChart(this)) {
    setAccessibleName(tr("SQL"));
    edit_->setAccessibleName(tr("SQL query"));
    edit_->setPlainText(QSettings().value(kLast).toString());
    run_->setToolTip(tr("Run the query (Ctrl+Enter)"));
    stop_->setEnabled(false);
    for (const auto& [button, text] : {std::pair(asTable_, tr("Table")), std::pair(asChart_, tr("Chart"))}) {
        button->setText(text);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setObjectName(QStringLiteral("toggle"));
    }
    asTable_->setChecked(true);
    words_->setForegroundRole(QPalette::PlaceholderText);
    problem_->setTextFormat(Qt::PlainText);
    problem_->setWordWrap(true);
    problem_->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    problem_->hide();
    schema_->setHeaderHidden(true);
    schema_->setFrameShape(QFrame::NoFrame);
    schema_->setAccessibleName(tr("Views and columns"));
    schema_->setToolTip(tr("A double click writes the name into the query"));
    list_->setModel(model_);
    list_->setItemDelegate(new ListDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, list_));
    styleList(*list_);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    list_->setAccessibleName(tr("Answer"));
    pages_->addWidget(list_);
    pages_->addWidget(chart_);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(run_);
    bar->addWidget(stop_);
    bar->addWidget(asTable_);
    bar->addWidget(asChart_);
    bar->addWidget(words_, 1);
    auto* answer = new QWidget(this);
    auto* below = new QVBoxLayout(answer);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(0);
    below->addLayout(bar);
    below->addWidget(problem_);
    below->addWidget(pages_, 1);
    auto* column = new QSplitter(Qt::Vertical, this);
    column->addWidget(edit_);
    column->addWidget(answer);
    column->setStretchFactor(1, 1);
    column->setSizes({90, 300});
    column->setChildrenCollapsible(false);
    auto* across = new QSplitter(Qt::Horizontal, this);
    across->addWidget(schema_);
    across->addWidget(column);
    across->setStretchFactor(1, 1);
    across->setSizes({190, 700});
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(across);

    connect(run_, &QPushButton::clicked, this, &SqlView::run);
    connect(stop_, &QPushButton::clicked, this, &SqlView::stop);
    connect(edit_, &SqlEdit::runRequested, this, &SqlView::run);
    connect(asTable_, &QToolButton::toggled, this, [this](bool on) { pages_->setCurrentIndex(on ? 0 : 1); });
    connect(list_->horizontalHeader(), &QHeaderView::sectionClicked, this, &SqlView::sortBy);
    connect(&worker_, &Worker::busyChanged, this, [this](bool busy) {
        run_->setEnabled(!busy);
        stop_->setEnabled(busy);
    });
    connect(schema_, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
        edit_->insertPlainText(item->text(0));
        edit_->setFocus();
    });
    const auto read = [this] { whenSeen([this] { readSchema(); }); };
    connect(&context(), &ViewContext::tableChanged, this, read);
    connect(&context(), &ViewContext::maskingChanged, this, [this] {
        if (context().masks())
            comparePersonal(); // rules may be others
    });
    read();
}

void SqlView::readSchema() {
    const auto workspace = context().workspace();
    if (workspace && schemaOf_.lock() == workspace)
        return;
    schemaOf_ = workspace;
    stop();
    model_->setTable({});
    texts_.reset();
    personalWorker_.cancel();
    chart_->setPlot({}, context().timeZone());
    showWords({}, false);
    if (!workspace) {
        schema_->clear();
        return;
    }
    schemaWorker_.run<std::vector<SqlSource>>(
        [workspace](const StopToken&) { return sqlViews(*workspace->connect()); },
        [this](const std::vector<SqlSource>& views) {
            schema_->clear();
            QStringList names;
            for (const SqlSource& view : views) {
                auto* top = new QTreeWidgetItem(schema_, {toQString(view.name)});
                top->setToolTip(0, plainToolTip(toQString(view.words)));
                top->setSizeHint(0, {0, measure::kRow});
                names << toQString(view.name);
                for (const std::string& column : view.columns) {
                    (new QTreeWidgetItem(top, {toQString(column)}))->setSizeHint(0, {0, measure::kRow});
                    names << toQString(column);
                }
            }
            names.removeDuplicates();
            edit_->setNames(names);
        },
        [this](const QString& problem) { showWords(problem, true); });
}

void SqlView::ask(const QString& sql) {
    edit_->setPlainText(sql);
    run();
}

QJsonObject SqlView::settings() const { return {{QStringLiteral("sql"), edit_->toPlainText().left(kLongest)}, {QStringLiteral("chart"), asChart_->isChecked()}}; }

void SqlView::applySettings(const QJsonObject& settings) {
    if (const QJsonValue sql = settings[QStringLiteral("sql")]; sql.isString())
        edit_->setPlainText(sql.toString().left(kLongest));
    (settings[QStringLiteral("chart")].toBool(asChart_->isChecked()) ? asChart_ : asTable_)->setChecked(true);
}

void SqlView::run() {
    const QString sql = edit_->toPlainText();
    const auto workspace = context().workspace();
    if (!workspace)
        return showWords(tr("Open a trace file or a workspace to ask about it."), false);
    if (sql.trimmed().isEmpty())
        return showWords(tr("Write a query first: SELECT service, count(*) FROM spans GROUP BY service"), false);
    QSettings().setValue(kLast, sql.left(kLongest));
    showWords(tr("Running…"), false);
    worker_.run<Answered>(
        [workspace, text = sql.toStdString()](const StopToken& stop) {
            QElapsedTimer timer;
            timer.start();
            Answered out;
            out.answer = answerSql(*workspace->connect(), text, kMostRows, kMostBytes, stop);
            out.plot = answerPlot(out.answer.table);
            out.texts = std::make_shared<const std::unordered_set<std::string>>(textsOf(out.answer.table));
            out.took = timer.nsecsElapsed();
            return out;
        },
        [this](Answered done) {
            const size_t rows = done.answer.table.rows.size();
            showWords(tr("%1%2 in %3").arg(done.answer.isCut ? tr("the first ") : QString(), toQString(counted(rows, "row", "rows")), toQString(formatDuration(done.took))) +
                          (done.plot.left > 0 ? tr("; the chart shows the first %1").arg(rows - done.plot.left) : QString()),
                      false);
            sorted_ = -1;
            list_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
            model_->setTable(std::move(done.answer.table));
            texts_ = std::move(done.texts);
            comparePersonal();
            chart_->setPlot(std::move(done.plot), context().timeZone());
            const QFontMetrics metrics(theme().font);
            constexpr int kLooked = 50, kWidest = 360;
            for (int c = 0; c < model_->columnCount(); ++c) {
                int width = metrics.horizontalAdvance(model_->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString()) + 24;
                for (int r = 0; r < std::min(model_->rowCount(), kLooked); ++r)
                    width = std::max(width, metrics.horizontalAdvance(model_->index(r, c).data().toString().left(60)) + 16);
                list_->horizontalHeader()->resizeSection(c, std::clamp(width, 60, kWidest));
            }
            Q_EMIT statusTextChanged();
        },
        [this](const QString& problem) { showWords(problem, true); });
}

/// Which cells are personal though the query gave them another name; until that is known every text may be. By the rules that mask, and while
/// personal data is revealed by those that are kept: it may be masked again.
void SqlView::comparePersonal() {
    personalWorker_.cancel();
    const auto workspace = context().workspace();
    if (!texts_ || texts_->empty() || !workspace)
        return;
    PersonalCells pending;
    pending.isPending = true;
    model_->setPersonal(std::move(pending));
    if (schemaOf_.lock() != workspace) // of another one than the answer, which goes when this is seen
        return;
    std::shared_ptr<const MaskingRedactor> by;
    if (const auto* masking = dynamic_cast<const MaskingRedactor*>(&context().exporter().redactor()))
        by = masking->another();
    personalWorker_.run<PersonalCells>(
        [workspace, table = context().table(), texts = texts_, by = std::move(by)](const StopToken& stop) {
            const auto db = workspace->connect();
            const auto kept = by ? nullptr : maskingRulesWith(keptOwnRules(*db));
            return personalCells(*db, table, by ? by->rules() : *kept, *texts, stop);
        },
        [this](PersonalCells cells) { model_->setPersonal(std::move(cells)); },
        [](const QString&) {}); // then what leaves says so
}

void SqlView::stop() {
    if (!worker_.isBusy())
        return;
    worker_.cancel();
    showWords(tr("Stopped."), false);
}

void SqlView::showWords(const QString& words, bool isProblem) {
    words_->setText(isProblem ? QString() : words);
    problem_->setText(isProblem ? words : QString());
    problem_->setVisible(isProblem);
    Q_EMIT statusTextChanged();
}

void SqlView::sortBy(int section) {
    isDescending_ = sorted_ == section ? !isDescending_ : model_->table().columns[static_cast<size_t>(section)].isNumber;
    sorted_ = section;
    list_->horizontalHeader()->setSortIndicator(section, isDescending_ ? Qt::DescendingOrder : Qt::AscendingOrder);
    model_->sortBy(section, isDescending_);
}

QString SqlView::statusText() const { return words_->text(); }
void SqlView::takeFocus() { edit_->setFocus(); }

std::unique_ptr<Tabular> SqlView::tabular() const {
    if (model_->table().columns.empty())
        return nullptr;
    auto out = std::make_unique<Tabular>(model_->table());
    redactCells(*out, model_->personal(), context().exporter().redactor());
    if (context().masks() && model_->personal().isPending)
        out->notes.emplace_back("Every text, and number of three digits and more, is masked: they were not compared with what is personal.");
    return out;
}

QSize SqlView::pictureSize(int) const {
    const AnswerPlot& plot = chart_->plot();
    if (plot.kind == AnswerPlot::Kind::None)
        return {};
    return {900, plot.kind == AnswerPlot::Kind::Bars ? static_cast<int>(plot.labels.size()) * measure::kRow + 2 * measure::kPadding : 420};
}

void SqlView::paintPicture(QPainter& painter, QSize size) const {
    const auto& columns = model_->table().columns;
    const CellRedactor redactor(model_->personal(), context().exporter().redactor());
    paintAnswer(painter, chart_->plot(), size, context().timeZone(), theme(), &redactor, columns.empty() ? std::string() : columns[0].key);
}

} // namespace aisle
