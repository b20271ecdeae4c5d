#include "cases/cases_view.h"

#include "cases/which_cases_box.h"
#include "journey/case_scope.h"
#include "journey_words.h"
#include "orders/fulfilment.h"
#include "orders/order_list.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/rest_column.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QTableView>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <utility>

namespace aisle {

namespace {

CaseOrder orderOf(int section) {
    static constexpr std::array<CaseOrder, CasesModel::ColumnTotal> kOrders = {CaseOrder::Value, CaseOrder::Start, CaseOrder::Duration, CaseOrder::Traces,
                                                                               CaseOrder::Spans, CaseOrder::Errors, CaseOrder::Stage, CaseOrder::Outcome, CaseOrder::Start, CaseOrder::Start};
    return kOrders[static_cast<size_t>(std::clamp(section, 0, CasesModel::ColumnTotal - 1))];
}

/// The list as `aisle show cases` or `aisle show orders` prints it.
Tabular tabulated(const CasesModel::Content& content, bool utc, const StopToken& stop = {}) {
    return content.log ? tabulateOrders(*content.journey, *content.log, content.cases, utc, stop) : tabulateCases(*content.journey, *content.totals, content.cases, utc, stop);
}

} // namespace

CasesView::CasesView(ViewContext& shared, QWidget* parent)
    : JourneyPage(shared, shared.isOfOrders() ? tr("Orders") : tr("Cases"), shared.isOfOrders() ? tr("Every order: when it was, what is in it, how far it came, and whether it is done, under way, stuck or failed.") : tr("Every session, user or order: when it was, what is in it, how far it came on the journey and whether it converted."), parent), model_(new CasesModel(JourneyWords::of(shared), this)),
      list_(new QTableView(this)), text_(new QLineEdit(this)), which_(new WhichCasesBox(shared, this)), only_(new QToolButton(this)), words_(new ElidedLabel(this)) {
    list_->setModel(model_);
    list_->setItemDelegate(new ListDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, list_));
    styleList(*list_);
    const JourneyWords words = JourneyWords::of(shared);
    list_->setAccessibleName(shared.isOfOrders() ? tr("Orders") : tr("Cases"));
    QHeaderView* header = list_->horizontalHeader();
    header->setSortIndicator(CasesModel::StartColumn, Qt::AscendingOrder);
    const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
    static constexpr std::array<int, CasesModel::ColumnTotal> kWidths = {30, 24, 12, 7, 7, 7, 14, 11, 13, 12};
    for (int c = CasesModel::StartColumn; c < CasesModel::ColumnTotal; ++c)
        header->resizeSection(c, kWidths[static_cast<size_t>(c)] * digit);
    values_ = new RestColumn(*list_, CasesModel::ValueColumn, 18);
    // Before the figures: "5 | Add to cart" would be read as one.
    header->moveSection(CasesModel::StageColumn, CasesModel::DurationColumn);
    header->moveSection(CasesModel::OutcomeColumn, CasesModel::DurationColumn + 1);
    showOrderColumns(false); // until there are orders
    text_->setPlaceholderText(tr("Filter %1").arg(words.several));
    text_->setAccessibleName(text_->placeholderText());
    text_->setClearButtonEnabled(true);
    text_->setMaximumWidth(260);
    only_->setObjectName(QStringLiteral("toggle"));
    only_->setText(tr("Only these"));
    only_->setToolTip(tr("Every view shows only the traces of the %1 that are listed").arg(words.several));
    only_->setEnabled(false);
    words_->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(text_, 1);
    bar->addWidget(which_);
    bar->addWidget(only_);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(list_, 1);
    setEmptyState(list_);
    setTabOrder(text_, which_);
    setTabOrder(which_, only_);
    setTabOrder(only_, list_);
    fillWhich();
    connect(text_, &QLineEdit::textChanged, this, &CasesView::refresh);
    connect(which_, &QComboBox::currentIndexChanged, this, &CasesView::refresh);
    connect(only_, &QToolButton::clicked, this, &CasesView::filterToThese);
    connect(&selection(), &SelectionModel::scopeChanged, &filterWorker_, &Worker::cancel); // something else has been chosen meanwhile
    connect(&context(), &ViewContext::tableChanged, &filterWorker_, &Worker::cancel);
    connect(&context(), &ViewContext::journeyChanged, &filterWorker_, &Worker::cancel);
    connect(header, &QHeaderView::sortIndicatorChanged, this, &CasesView::refresh);
    connect(list_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (list_->selectionModel()->isSelected(now)) // Qt makes the first row current, and selects it not, when the keyboard comes to the list
            choose(now.row());
    });
    connect(list_, &QTableView::clicked, this, [this](const QModelIndex& index) { choose(index.row()); }); // of the row that already is current
    connect(list_, &QTableView::doubleClicked, this, [this](const QModelIndex& index) { open(model_->at(index.row()).value); });
    connect(list_, &QWidget::customContextMenuRequested, this, &CasesView::openMenu);
    connect(&context(), &ViewContext::journeyChanged, this, &CasesView::fillWhich);
    connect(&context(), &ViewContext::timeZoneChanged, this, [this] { model_->setTimeZone(context().timeZone()); });
    connect(&selection(), &SelectionModel::focusChanged, this, [this] {
        which_->followStage(selection().focus());
        followCase();
    });
    model_->setTimeZone(context().timeZone());
    list_->installEventFilter(this);
    refresh();
}

bool CasesView::isEmpty() const { return model_->content().all == 0 && !which_->listed(); }

bool CasesView::list(const CaseSet& set) {
    if (set.journey != context().journey())
        return false;
    which_->offer(set);
    {
        const QSignalBlocker blocker(text_);
        text_->clear();
    }
    refresh();
    return true;
}

void CasesView::fillWhich() {
    if (which_->fill())
        refresh(); // what is under way may be of a stage that there was before
}

CaseFilter CasesView::filter() const {
    CaseFilter out = which_->filter();
    out.text = text_->text().trimmed().toStdString();
    return out;
}

void CasesView::count() {
    const auto journey = this->journey();
    const auto totals = model_->content().journey == journey ? model_->content().totals : nullptr;
    const QHeaderView* header = list_->horizontalHeader();
    work<CasesModel::Content>(
        [journey, totals, set = which_->listed(), log = context().orderLog(), section = header->sortIndicatorSection(), ofOrders = which_->orderFilter(), filter = filter(), order = orderOf(header->sortIndicatorSection()), descending = header->sortIndicatorOrder() == Qt::DescendingOrder](
            const JourneyState& state, const std::vector<bool>& inScope, const StopToken& stop) {
            CasesModel::Content out;
            std::vector<bool> only = inScope;
            if (set) { // these, and no others, whatever the scope is now
                only.assign(inScope.size(), false);
                for (const CaseNumber c : set->cases) {
                    only[c] = true;
                    out.outside += !inScope[c];
                }
            }
            out.journey = journey;
            out.totals = totals ? totals : std::make_shared<const CaseTotals>(caseTotals(state));
            out.cases = aisle::listCases(state, *out.totals, only, filter, order, descending, stop);
            out.log = log;
            if (log) {
                if (ofOrders.state || ofOrders.late)
                    std::erase_if(out.cases, [&](CaseNumber c) { return !passes(*log, c, ofOrders); });
                const auto rank = [&](CaseNumber c) -> int64_t {
                    switch (section) {
                    case CasesModel::SilentColumn: return log->silent[c];
                    case CasesModel::LeadColumn: return log->lead[c];
                    default: return static_cast<int64_t>(log->state[c]);
                    }
                };
                if (section == CasesModel::SilentColumn || section == CasesModel::LeadColumn || section == CasesModel::OutcomeColumn)
                    std::stable_sort(out.cases.begin(), out.cases.end(), [&](CaseNumber a, CaseNumber b) { return descending ? rank(a) > rank(b) : rank(a) < rank(b); });
            }
            out.all = static_cast<uint64_t>(std::count(only.begin(), only.end(), true));
            for (const CaseNumber number : out.cases) {
                const CaseIndex::Case& one = state.cases().cases()[number];
                out.longest = std::max(out.longest, one.end - one.start);
            }
            return out;
        },
        [this](CasesModel::Content found) {
            {
                const QScopedValueRollback following(isFollowing_, true); // a list that is filled anew chooses nothing
                model_->setContent(std::move(found));
            }
            showOrderColumns(model_->content().log != nullptr);
            values_->fit();
            showWords();
            followCase();
        });
}

/// Spans give them room, for the number of the order.
void CasesView::showOrderColumns(bool shown) {
    QHeaderView* header = list_->horizontalHeader();
    for (const int ofOrders : {CasesModel::SilentColumn, CasesModel::LeadColumn})
        header->setSectionHidden(ofOrders, !shown);
    header->setSectionHidden(CasesModel::SpansColumn, shown);
}

void CasesView::clear() {
    const QScopedValueRollback following(isFollowing_, true);
    model_->setContent({});
    words_->setText({});
    only_->setEnabled(false);
    copyWorker_.cancel();
}

void CasesView::showWords() {
    const CasesModel::Content& content = model_->content();
    const CaseKey& key = content.journey->cases().key();
    const std::string all = counted(content.all, key.noun(), key.plural);
    QString words = toQString(all);
    if (content.cases.size() != content.all)
        words = content.cases.empty() ? tr("None of %1").arg(words) : tr("%1 of %2").arg(toQString(formatCount(content.cases.size())), words);
    if (content.outside > 0)
        words += tr(", %1 of them not in the scope").arg(toQString(formatCount(content.outside)));
    if (content.log && !hasTarget(*content.log) && which_->orderFilter().late)
        words += tr(". The flow sets no target, so none is late: set one where the flow is edited.");
    if (!content.journey->definition)
        words += tr(". No %1 was found for this file, so nothing says how far they came.").arg(JourneyWords::of(context()).journey);
    words_->setText(words);
    only_->setEnabled(!content.cases.empty() && (content.cases.size() != content.all || which_->listed()));
}

void CasesView::filterToThese() {
    const CasesModel::Content& content = model_->content();
    if (content.cases.empty() || content.journey != context().journey())
        return;
    std::vector<Scope> candidates;
    if (const auto set = which_->listed())
        candidates = set->scopes;
    else if (shownScope())
        candidates = scopesFor(*content.journey, shownScope()->scope, filter());
    filterWorker_.run<std::optional<Scope>>(
        [asked = context().queryContext(), journey = content.journey, cases = content.cases, candidates](const StopToken& stop) { return scopeOfCases(asked, *journey, cases, candidates, stop); },
        [this, count = content.cases.size()](const std::optional<Scope>& found) {
            if (found)
                selection().setScope(*found);
            else
                words_->setText(tr("No query says which these %1 are, and they are too many to name one by one").arg(toQString(formatCount(count))));
        },
        [this](const QString& problem) { words_->setText(problem); });
}

void CasesView::followCase() {
    const auto& journey = model_->content().journey;
    const CaseNumber number = journey && journey->table == context().table() ? caseInFocus(*journey, selection().focus()) : kNoCase;
    model_->setMarked(number);
    const QScopedValueRollback following(isFollowing_, true);
    const int row = number == kNoCase ? -1 : model_->rowOf(number);
    if (row == list_->currentIndex().row())
        return;
    list_->setCurrentIndex(row < 0 ? QModelIndex() : model_->index(row, 0));
    if (row >= 0)
        list_->scrollTo(model_->index(row, 0), QAbstractItemView::EnsureVisible);
}

void CasesView::choose(int row) {
    if (!isFollowing_ && row >= 0 && row < model_->rowCount())
        selection().setFocus(Focus::onCase(model_->at(row).value));
}

void CasesView::open(const std::string& value) {
    ScopeTerm term;
    term.kind = ScopeTerm::Kind::Case;
    term.text = value;
    selection().setFocus(Focus::onCase(value)); // a trace of it may have been in focus
    selection().addTerm(term);
    Q_EMIT context().traceRequested();
}

void CasesView::openMenu(QPoint at) {
    QMenu menu(this);
    if (const QModelIndex index = list_->indexAt(at); index.isValid()) {
        const auto journey = model_->content().journey; // the rows may be others while the menu is open
        const CaseIndex::Case& one = model_->at(index.row());
        const QString noun = menuText(toQString(journey->cases().key().noun()));
        connect(menu.addAction(tr("Filter to this %1\tEnter").arg(noun)), &QAction::triggered, this, [this, journey, &one] { open(one.value); });
        QAction* timeline = menu.addAction(tr("Show its traces on one timeline"));
        timeline->setEnabled(one.traces.size() <= ShownTrace::kMostTraces);
        connect(timeline, &QAction::triggered, this, [this, journey, &one] {
            std::vector<TraceId> traces;
            for (const TraceIndex t : one.traces)
                traces.push_back(journey->table->traceId(t));
            selection().setFocus(Focus::onTraces(std::move(traces)));
            Q_EMIT context().traceRequested();
        });
        QAction* only = menu.addAction(tr("Only these %1").arg(menuText(toQString(counted(model_->content().cases.size(), journey->cases().key().noun(), journey->cases().key().plural)))));
        only->setEnabled(only_->isEnabled());
        connect(only, &QAction::triggered, this, &CasesView::filterToThese);
        menu.addSeparator();
        connect(menu.addAction(tr("Copy %1").arg(menuText(toQString(journey->cases().attribute())))), &QAction::triggered, this,
                [this, journey, &one] { context().exporter().toClipboard(context().exporter().render(journey->cases().attribute(), one.value)); });
    }
    connect(menu.addAction(tr("Copy list as CSV")), &QAction::triggered, this, &CasesView::copyList);
    menu.exec(list_->viewport()->mapToGlobal(at));
}

/// There may be a million of them.
void CasesView::copyList() {
    const CasesModel::Content& content = model_->content();
    if (content.cases.empty())
        return;
    words_->setText(tr("Copying %1…").arg(toQString(counted(content.cases.size(), content.journey->cases().key().noun(), content.journey->cases().key().plural))));
    copyWorker_.run<std::string>(
        [exporter = context().exporter(), content, utc = context().timeZone().utc](const StopToken& stop) {
            const Tabular table = tabulated(content, utc, stop);
            stop.check();
            return exporter.render(table, TextFormat::Csv);
        },
        [this](const std::string& csv) {
            context().exporter().toClipboard(csv);
            showWords();
        },
        [this](const QString& problem) { words_->setText(problem); });
}

bool CasesView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const QModelIndex now = list_->currentIndex();
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && now.isValid()) {
            open(model_->at(now.row()).value);
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

QJsonObject CasesView::settings() const {
    QJsonObject out = which_->settings();
    out[QStringLiteral("filter")] = text_->text();
    out[QStringLiteral("sort")] = list_->horizontalHeader()->sortIndicatorSection();
    out[QStringLiteral("descending")] = list_->horizontalHeader()->sortIndicatorOrder() == Qt::DescendingOrder;
    return out;
}

void CasesView::applySettings(const QJsonObject& settings) {
    which_->applySettings(settings);
    if (const QJsonValue text = settings[QStringLiteral("filter")]; text.isString())
        text_->setText(text.toString());
    if (const int section = settings[QStringLiteral("sort")].toInt(-1); section >= 0 && section < CasesModel::ColumnTotal)
        list_->horizontalHeader()->setSortIndicator(section, settings[QStringLiteral("descending")].toBool() ? Qt::DescendingOrder : Qt::AscendingOrder);
}

QString CasesView::statusText() const { return words_->text(); }

std::unique_ptr<Tabular> CasesView::tabular() const {
    const CasesModel::Content& content = model_->content();
    if (content.cases.empty())
        return nullptr;
    return std::make_unique<Tabular>(tabulated(content, context().timeZone().utc));
}

void CasesView::takeFocus() { list_->setFocus(); }
QSize CasesView::pictureSize(int tallest) const { return model_->rowCount() == 0 ? QSize() : listPictureSize(*list_, tallest); }
void CasesView::paintPicture(QPainter& painter, QSize size) const { paintListPicture(painter, *list_, size, context().exporter().redactor()); }

} // namespace aisle
