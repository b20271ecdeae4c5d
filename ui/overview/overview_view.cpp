#include "overview/overview_view.h"

#include "funnel/funnel_view.h"
#include "overview/fact_row.h"
#include "theme/theme.h"
#include "waterfall/waterfall_painter.h"
#include "widgets/cell_delegate.h"
#include "widgets/empty_state.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QApplication>
#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QTableWidget>
#include <QTimer>
#include <QToolButton>

namespace aisle {

/// Is in no picture: there is nobody to press it there.
class ShowButton : public QToolButton {
public:
    using QToolButton::QToolButton;
    bool isInPicture = false;

protected:
    void paintEvent(QPaintEvent* event) override {
        if (!isInPicture)
            QToolButton::paintEvent(event);
    }
};

namespace {

constexpr int kNumberRole = Qt::UserRole + 1;

QLabel* sectionTitle(const QString& text, QWidget* parent) {
    auto* label = plainLabel(text, parent);
    label->setTextInteractionFlags(Qt::NoTextInteraction);
    label->setFont(theme().titleFont);
    return label;
}

QTableWidget* makeTable(const QStringList& titles, const QString& name, QWidget* parent) {
    auto* table = new QTableWidget(0, static_cast<int>(titles.size()), parent);
    table->setHorizontalHeaderLabels(titles);
    table->setAccessibleName(name);
    table->setItemDelegate(new CellDelegate(table));
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setTabKeyNavigation(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(measure::kRow);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int c = 1; c < table->columnCount(); ++c)
        table->horizontalHeaderItem(c)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    table->horizontalHeaderItem(0)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return table;
}

void fit(QTableWidget* table) {
    table->setFixedHeight(table->horizontalHeader()->sizeHint().height() + table->rowCount() * measure::kRow + 2);
}

void setText(QTableWidget* table, int row, int column, const QString& text, bool isBad = false) {
    auto* item = new QTableWidgetItem(text);
    if (column > 0)
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    if (isBad)
        item->setForeground(theme().error);
    item->setToolTip(plainToolTip(text));
    table->setItem(row, column, item);
}

QPixmap swatch(const QColor& colour, qreal ratio) {
    QPixmap pixmap(QSize(10, 10) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(colour);
    return pixmap;
}

/// Error and warning differ in shape, too: a circle and a triangle.
QPixmap findingMark(bool isError, qreal ratio) {
    QPixmap pixmap(QSize(16, 16) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    if (isError) {
        paintErrorMark(painter, QRectF(0, 0, 16, 16), theme(), true);
        return pixmap;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().warning, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolygon(QPolygonF{QPointF(8, 2), QPointF(15, 14), QPointF(1, 14)});
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(7, 6, 2, 4), theme().warning);
    painter.fillRect(QRectF(7, 11, 2, 2), theme().warning);
    return pixmap;
}

} // namespace

OverviewView::OverviewView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), table_(shared.table()), findings_(new QWidget), findingsBox_(new QVBoxLayout(findings_)) {
    setAccessibleName(QStringLiteral("Overview"));
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new QWidget;
    page_ = page;
    page->setBackgroundRole(QPalette::Base);
    page->setAutoFillBackground(true);
    auto* box = new QVBoxLayout(page);
    box->setContentsMargins(measure::kGap, measure::kGap, measure::kGap, measure::kGap);
    box->setSpacing(measure::kPadding);

    range_ = plainLabel({}, page);
    range_->setWordWrap(true);
    range_->setForegroundRole(QPalette::PlaceholderText);
    facts_ = new FactRow(page);
    findingsBox_->setContentsMargins(0, 0, 0, 0);
    findingsBox_->setSpacing(4);
    findingsTitle_ = sectionTitle(QStringLiteral("What to look at first"), page);
    funnelTitle_ = sectionTitle(QStringLiteral("Journey"), page);
    funnel_ = new FunnelChart(shared, page);
    funnel_->setFixedHeight(210);
    funnelNotes_ = plainLabel({}, page);
    funnelNotes_->setWordWrap(true);
    funnelNotes_->setForegroundRole(QPalette::PlaceholderText);
    services_ = makeTable({QStringLiteral("Service"), QStringLiteral("Calls"), QStringLiteral("Errors"), QStringLiteral("p50"),
                           QStringLiteral("p95"), QStringLiteral("Self time")},
                          QStringLiteral("Services"), page);
    operations_ = makeTable({QStringLiteral("Operation"), QStringLiteral("Calls"), QStringLiteral("Errors"), QStringLiteral("p50"),
                             QStringLiteral("p95"), QStringLiteral("p99")},
                            QStringLiteral("Slowest operations"), page);
    box->addWidget(range_);
    box->addWidget(facts_);
    box->addWidget(findingsTitle_);
    box->addWidget(findings_);
    box->addSpacing(measure::kPadding);
    box->addWidget(funnelTitle_);
    box->addWidget(funnel_);
    box->addWidget(funnelNotes_);
    box->addSpacing(measure::kPadding);
    box->addWidget(sectionTitle(QStringLiteral("Services, by time of their own"), page));
    box->addWidget(services_);
    box->addSpacing(measure::kPadding);
    box->addWidget(sectionTitle(QStringLiteral("Slowest operations, by p95"), page));
    box->addWidget(operations_);
    box->addStretch(1);
    scroll->setWidget(page);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    empty_ = new EmptyState(this);
    connect(empty_, &EmptyState::buttonClicked, this, [this] {
        if (table_->isEmpty())
            Q_EMIT context().openRequested();
        else
            selection().setScope({});
    });

    const auto lead = [this](QTableWidget* table) {
        connect(table, &QTableWidget::cellClicked, this, [this, table](int row) {
            const int number = table->item(row, 0)->data(kNumberRole).toInt();
            const ScopeTerm term = filterTerms(table, row).front();
            if (table == services_)
                selection().setFocus(Focus::onService(term.text));
            else
                selection().setFocus(Focus::onSpan(*table_, overview_.operations[static_cast<size_t>(number)].slowest));
            if ((QApplication::keyboardModifiers() & Qt::ShiftModifier) != 0)
                selection().addTerm(term);
        });
        table->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(table, &QWidget::customContextMenuRequested, this, [this, table](const QPoint& at) { openMenu(table, at); });
        connect(table, &QTableWidget::cellActivated, table, [table](int row) { Q_EMIT table->cellClicked(row, 0); });
    };
    lead(services_);
    lead(operations_);
    connect(&context(), &ViewContext::scopeSettled, this, &OverviewView::refresh);
    connect(&context(), &ViewContext::journeyChanged, this, &OverviewView::showFunnel);
    connect(&context(), &ViewContext::timeZoneChanged, this, &OverviewView::showFacts);
    connect(&selection(), &SelectionModel::focusChanged, this, &OverviewView::markFocus);
    connect(&context(), &ViewContext::focusMatchesChanged, this, &OverviewView::markFocus);
    refresh();
}

void OverviewView::changeEvent(QEvent* event) {
    View::changeEvent(event);
    // Swatches, tints and red figures are made of the theme's colours. Later: rows are made anew, and the application is
    // going through all widgets that there were.
    if (event->type() == QEvent::PaletteChange)
        QTimer::singleShot(0, this, [this] {
            if (table_->isEmpty())
                return;
            showFindings();
            showServices();
            showOperations();
            markFocus();
        });
}

void OverviewView::refresh() {
    whenSeen([this] { lookOver(); });
}

void OverviewView::lookOver() {
    using Result = std::pair<SpanTablePtr, Overview>;
    worker_.run<Result>(
        [table = context().table(), scope = context().scopeResult()](const StopToken& stop) {
            return Result(table, overview(*table, *scope, stop));
        },
        [this](Result result) { show(std::move(result.first), std::move(result.second)); });
    showFunnel();
}

void OverviewView::show(SpanTablePtr table, Overview result) {
    table_ = std::move(table);
    overview_ = std::move(result);
    showFacts();
    showFindings();
    showServices();
    showOperations();
    markFocus();
    updateEmptyState();
}

void OverviewView::showFacts() {
    const Overview& o = overview_;
    const auto text = [](const std::string& s) { return toQString(s); };
    const double seconds = static_cast<double>(o.end - o.start) / 1e9;
    std::vector<FactRow::Fact> facts;
    range_->setText(rangeWords(o.start, o.end, context().timeZone()));
    facts.push_back({text(formatDuration(o.end - o.start)), QStringLiteral("from start to end")});
    facts.push_back({text(formatCount(o.traces)), o.traces == 1 ? QStringLiteral("trace") : QStringLiteral("traces")});
    facts.push_back({text(formatCount(o.spans)), o.spans == 1 ? QStringLiteral("span") : QStringLiteral("spans")});
    facts.push_back({text(formatRate(seconds > 0 ? static_cast<double>(o.requests.calls) / seconds : 0)), QStringLiteral("requests")});
    facts.push_back({text(formatPercent(o.requests.errorShare())), QStringLiteral("requests failed"), o.requests.errors > 0});
    facts.push_back({text(formatDuration(o.requests.p50)), QStringLiteral("p50")});
    facts.push_back({text(formatDuration(o.requests.p95)), QStringLiteral("p95")});
    facts.push_back({text(formatDuration(o.requests.p99)), QStringLiteral("p99")});
    facts_->setFacts(std::move(facts));
}

void OverviewView::showFindings() {
    while (QLayoutItem* item = findingsBox_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    showButtons_.clear();
    findingsTitle_->setVisible(!overview_.findings.empty());
    for (const Finding& finding : overview_.findings) {
        auto* row = new QWidget(findings_);
        auto* line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(measure::kPadding);
        auto* mark = new QLabel(row);
        const bool isError = finding.kind == Finding::Kind::ErrorShare;
        mark->setPixmap(findingMark(isError, devicePixelRatioF()));
        mark->setAccessibleName(isError ? QStringLiteral("Error") : QStringLiteral("Warning"));
        mark->setFixedWidth(16);
        auto* words = plainLabel({}, row);
        words->setWordWrap(true);
        words->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        words->setText(toQString(finding.words)); // last: setting the policy forgets that the height follows the width
        line->addWidget(mark);
        line->addWidget(words, 1);
        if (finding.example != kNoRow || finding.kind == Finding::Kind::Imbalance) {
            auto* show = new ShowButton(row);
            showButtons_.push_back(show);
            show->setText(QStringLiteral("Show"));
            show->setAccessibleName(QStringLiteral("Show: %1").arg(singleLine(toQString(finding.words))));
            show->setToolTip(QStringLiteral("Puts an example in focus in every view"));
            connect(show, &QToolButton::clicked, this, [this, finding] {
                if (finding.example != kNoRow)
                    selection().setFocus(Focus::onSpan(*table_, finding.example));
                else
                    selection().setFocus(Focus::onService(table_->services()[finding.service]));
            });
            line->addWidget(show);
        }
        findingsBox_->addWidget(row);
    }
}

void OverviewView::showServices() {
    services_->setRowCount(0);
    services_->setRowCount(static_cast<int>(overview_.services.size()));
    for (int row = 0; row < services_->rowCount(); ++row) {
        const ServiceOverview& s = overview_.services[static_cast<size_t>(row)];
        const std::string& name = table_->services()[s.service];
        setText(services_, row, 0, singleLine(toQString(name)));
        services_->item(row, 0)->setIcon(swatch(context().serviceColours().of(name, theme()), devicePixelRatioF()));
        services_->item(row, 0)->setData(kNumberRole, row);
        setText(services_, row, 1, toQString(formatCount(s.entries.calls)));
        setText(services_, row, 2, s.entries.errors == 0 ? QString() : toQString(formatPercent(s.entries.errorShare())), true);
        setText(services_, row, 3, s.entries.calls == 0 ? QString() : toQString(formatDuration(s.entries.p50)));
        setText(services_, row, 4, s.entries.calls == 0 ? QString() : toQString(formatDuration(s.entries.p95)));
        setText(services_, row, 5, toQString(formatDuration(s.selfTime)));
    }
    fit(services_);
}

/// What is in focus is selected, wherever its row is after a refresh; what belongs to the focus is tinted.
void OverviewView::markFocus() {
    const Focus& focus = selection().focus();
    const FocusMatches& matches = *context().focusMatches();
    const bool isCurrent = table_ == context().table();
    const Row span = isCurrent ? focus.rowIn(*table_) : kNoRow;
    services_->clearSelection();
    operations_->clearSelection();
    for (int row = 0; row < services_->rowCount(); ++row) {
        const uint32_t service = overview_.services[static_cast<size_t>(row)].service;
        mark(services_, row, focus.kind == Focus::Kind::Service && table_->services()[service] == focus.name,
             isCurrent && service < matches.services.size() && matches.services[service]);
    }
    for (int row = 0; row < operations_->rowCount(); ++row) {
        const OperationOverview& o = overview_.operations[static_cast<size_t>(row)];
        mark(operations_, row, span != kNoRow && table_->service(span) == o.service && table_->name(span) == o.name,
             isCurrent && std::binary_search(matches.operations.begin(), matches.operations.end(), std::pair<uint32_t, uint32_t>(o.service, o.name)));
    }
}

void OverviewView::mark(QTableWidget* table, int row, bool isFocused, bool isRelated) {
    QColor tint = theme().accent;
    tint.setAlphaF(0.09F);
    for (int column = 0; column < table->columnCount(); ++column)
        table->item(row, column)->setBackground(isRelated ? QBrush(tint) : QBrush());
    if (isFocused)
        table->selectRow(row);
}

/// What "Filter to this" can add for a row, the plainest first.
std::vector<ScopeTerm> OverviewView::filterTerms(const QTableWidget* table, int row) const {
    const auto number = static_cast<size_t>(table->item(row, 0)->data(kNumberRole).toInt());
    const uint32_t service = table == services_ ? overview_.services[number].service : overview_.operations[number].service;
    std::vector<ScopeTerm> terms;
    if (table == operations_)
        terms.push_back({ScopeTerm::Kind::Name, std::string(table_->text(overview_.operations[number].name)), {}, 0, 0});
    terms.push_back({ScopeTerm::Kind::Service, table_->services()[service], {}, 0, 0});
    return terms;
}

void OverviewView::openMenu(QTableWidget* table, const QPoint& at) {
    const QTableWidgetItem* item = table->itemAt(at);
    if (item == nullptr)
        return;
    QMenu menu(this);
    for (const ScopeTerm& term : filterTerms(table, item->row())) {
        QAction* filter = menu.addAction(QStringLiteral("Filter to %1").arg(menuText(toQString(term.toWords()))));
        if (menu.actions().size() == 1)
            filter->setText(filter->text() + QStringLiteral("\tShift+click"));
        filter->setEnabled(!selection().scope().contains(term));
        connect(filter, &QAction::triggered, this, [this, term] { selection().addTerm(term); });
    }
    menu.exec(table->viewport()->mapToGlobal(at));
}

void OverviewView::showOperations() {
    constexpr size_t kShown = 12;
    operations_->setRowCount(0);
    operations_->setRowCount(static_cast<int>(std::min(kShown, overview_.operations.size())));
    for (int row = 0; row < operations_->rowCount(); ++row) {
        const OperationOverview& o = overview_.operations[static_cast<size_t>(row)];
        const std::string& service = table_->services()[o.service];
        setText(operations_, row, 0, singleLine(toQString(service) + QStringLiteral("  ") + toQString(table_->text(o.name))));
        operations_->item(row, 0)->setIcon(swatch(context().serviceColours().of(service, theme()), devicePixelRatioF()));
        operations_->item(row, 0)->setData(kNumberRole, row);
        setText(operations_, row, 1, toQString(formatCount(o.red.calls)));
        setText(operations_, row, 2, o.red.errors == 0 ? QString() : toQString(formatPercent(o.red.errorShare())), true);
        setText(operations_, row, 3, toQString(formatDuration(o.red.p50)));
        setText(operations_, row, 4, toQString(formatDuration(o.red.p95)));
        setText(operations_, row, 5, toQString(formatDuration(o.red.p99)));
    }
    fit(operations_);
}

void OverviewView::showFunnel() {
    const auto state = context().journey();
    const bool ready = state->definition && !state->everything.stages.empty() && state->table == context().table();
    funnelTitle_->setVisible(ready);
    funnel_->setVisible(ready);
    QString words;
    for (const std::string& note : state->unreached)
        words += (words.isEmpty() ? QString() : QStringLiteral(" ")) + toQString(note);
    funnelNotes_->setText(words);
    funnelNotes_->setVisible(ready && !words.isEmpty());
    if (!ready) {
        funnelWorker_.cancel();
        return;
    }
    funnelTitle_->setText(toQString(state->definition->name));
    funnelWorker_.run<std::shared_ptr<const FunnelResult>>(
        [state, scope = context().scopeResult()](const StopToken& stop) {
            return std::make_shared<const FunnelResult>(funnelInScope(*state, *scope, stop));
        },
        [this](std::shared_ptr<const FunnelResult> result) { funnel_->setFunnel(std::move(result)); });
}

void OverviewView::updateEmptyState() {
    if (table_->isEmpty())
        empty_->show(QStringLiteral("Open a trace file"),
                     QStringLiteral("Drop files or a folder here, or choose File > Open. Aisle reads what OpenTelemetry, Jaeger, "
                                    "Zipkin, Datadog, X-Ray, Elastic and others export, and CSV tables, also compressed or in "
                                    "an archive, and its own workspaces."),
                     QStringLiteral("Open a file..."));
    else if (overview_.traces == 0)
        empty_->show(QStringLiteral("Nothing in this scope"), QStringLiteral("No trace holds a match for every part of the scope above."),
                     QStringLiteral("Clear the scope"));
    else
        empty_->hideState();
}

QSize OverviewView::pictureSize(int) const { return table_->isEmpty() ? QSize() : page_->size(); }

/// What leaves is redacted: the page is drawn with other names in it, which go again when it is done.
void OverviewView::paintPicture(QPainter& painter, QSize) const {
    const Redactor& redactor = context().exporter().redactor();
    const auto redacted = [&](const char* key, std::string_view text) { return singleLine(toQString(redactor.redact(key, text))); };
    std::vector<std::pair<QTableWidgetItem*, QString>> cells;
    std::vector<std::pair<QLabel*, QString>> labels;
    const auto cell = [&](QTableWidgetItem* item, const QString& text) {
        cells.emplace_back(item, item->text());
        item->setText(text);
    };
    for (int row = 0; row < services_->rowCount(); ++row) {
        const ServiceOverview& s = overview_.services[static_cast<size_t>(row)];
        cell(services_->item(row, 0), redacted("service.name", table_->services()[s.service]));
    }
    for (int row = 0; row < operations_->rowCount(); ++row) {
        const OperationOverview& o = overview_.operations[static_cast<size_t>(row)];
        cell(operations_->item(row, 0), redacted("service.name", table_->services()[o.service]) + QStringLiteral("  ") +
                                            redacted("name", table_->text(o.name)));
    }
    for (auto* label : findings_->findChildren<QLabel*>()) {
        if (label->text().isEmpty())
            continue;
        labels.emplace_back(label, label->text());
        label->setText(redacted("finding", label->text().toStdString()));
    }
    for (ShowButton* button : showButtons_)
        button->isInPicture = true;
    page_->render(&painter, QPoint(), QRegion(), QWidget::DrawWindowBackground | QWidget::DrawChildren);
    for (ShowButton* button : showButtons_)
        button->isInPicture = false;
    for (const auto& [item, text] : cells)
        item->setText(text);
    for (const auto& [label, text] : labels)
        label->setText(text);
}

std::unique_ptr<Tabular> OverviewView::tabular() const { return std::make_unique<Tabular>(tabulateServices(*table_, overview_)); }

} // namespace aisle
