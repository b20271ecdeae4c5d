#include "cases/cases_view.h"

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

#include <QComboBox>
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

using Which = CaseFilter::Which;

CaseOrder orderOf(int section) {
    static constexpr std::array<CaseOrder, CasesModel::ColumnTotal> kOrders = {CaseOrder::Value, CaseOrder::Start, CaseOrder::Duration, CaseOrder::Traces,
                                                                               CaseOrder::Spans, CaseOrder::Errors, CaseOrder::Stage, CaseOrder::Outcome, CaseOrder::Start, CaseOrder::Start};
    return kOrders[static_cast<size_t>(std::clamp(section, 0, CasesModel::ColumnTotal - 1))];
}

/// What an entry of the combo asks for, by what its data and settings call it.
struct EntryKind {
    const char* name;
    Which which;
    CaseOutcome outcome = CaseOutcome::Converted;
};
constexpr EntryKind kAll{"all", Which::All}, kReached{"reached", Which::Reached}, kStoppedAt{"stopped-at", Which::StoppedAt};
constexpr EntryKind kOutcomes[] = {{"converted", Which::Outcome, CaseOutcome::Converted},
                              {"stopped", Which::Outcome, CaseOutcome::Stopped},
                              {"open", Which::Outcome, CaseOutcome::Open},
                              {"never-began", Which::Outcome, CaseOutcome::NotEntered}};
constexpr EntryKind kKinds[] = {kAll, kReached, kStoppedAt, kOutcomes[0], kOutcomes[1], kOutcomes[2], kOutcomes[3]};
/// Of orders, in the place of outcomes.
constexpr EntryKind kOrderStates[] = {{"done", Which::All}, {"under-way", Which::All}, {"stuck", Which::All}, {"failed", Which::All}, {"late", Which::All}};
OrderFilter orderFilterOf(const QString& name) {
    OrderFilter out;
    out.late = name == QLatin1String("late");
    for (const OrderState state : {OrderState::Done, OrderState::UnderWay, OrderState::Stuck, OrderState::Failed})
        if (name == QLatin1String(kOrderStates[static_cast<size_t>(state)].name))
            out.state = state;
    return out;
}
constexpr EntryKind kSet{"set", Which::All}; ///< the cases that a number asked for
constexpr int kWidest = 420;

/// The list as `aisle show cases` or `aisle show orders` prints it.
Tabular tabulated(const CasesModel::Content& content, bool utc, const StopToken& stop = {}) {
    return content.log ? tabulateOrders(*content.journey, *content.log, content.cases, utc, stop) : tabulateCases(*content.journey, *content.totals, content.cases, utc, stop);
}

/// The data of an entry: its kind and the name of its stage. Numbers of stages are those of one journey.
QStringList dataOf(const EntryKind& kind, const QString& stage = {}) { return {QString::fromLatin1(kind.name), stage}; }

bool isOfStage(Which which) { return which == Which::Reached || which == Which::StoppedAt; }

const EntryKind* kindOf(const QString& name) {
    const auto isNamed = [&](const EntryKind& kind) { return name == QLatin1String(kind.name); };
    const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds), isNamed);
    if (found != std::end(kKinds))
        return found;
    found = std::find_if(std::begin(kOrderStates), std::end(kOrderStates), isNamed);
    return found == std::end(kOrderStates) ? nullptr : found;
}

/// What settings ask for, as the data of an entry; empty: it makes no sense. They once said kind << 8 | number, of an outcome or of a stage.
QStringList dataOf(const QJsonObject& settings, const std::vector<FunnelStage>& stages) {
    const QJsonValue which = settings[QStringLiteral("which")];
    if (which.isString()) {
        const EntryKind* kind = kindOf(which.toString());
        return kind == nullptr ? QStringList() : dataOf(*kind, isOfStage(kind->which) ? settings[QStringLiteral("stage")].toString() : QString());
    }
    const int old = which.toInt(-1), number = old & 0xff;
    for (const EntryKind& kind : kKinds) {
        if (old < 0 || static_cast<int>(kind.which) != old >> 8 || (kind.which == Which::Outcome && static_cast<int>(kind.outcome) != number))
            continue;
        const bool isThere = isOfStage(kind.which) && static_cast<size_t>(number) < stages.size();
        return dataOf(kind, isThere ? toQString(stages[static_cast<size_t>(number)].name) : QString());
    }
    return {};
}

} // namespace

CasesView::CasesView(ViewContext& shared, QWidget* parent)
    : JourneyPage(shared, shared.isOfOrders() ? tr("Orders") : tr("Cases"), shared.isOfOrders() ? tr("Every order: when it was, what is in it, how far it came, and whether it is done, under way, stuck or failed.") : tr("Every session, user or order: when it was, what is in it, how far it came on the journey and whether it converted."), parent), model_(new CasesModel(JourneyWords::of(shared), this)),
      list_(new QTableView(this)), text_(new QLineEdit(this)), which_(new QComboBox(this)), only_(new QToolButton(this)), words_(new ElidedLabel(this)) {
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
    which_->setAccessibleName(tr("Which %1").arg(words.several));
    which_->setToolTip(shared.isOfOrders() ? tr("Which orders are listed; a stage that is clicked elsewhere is chosen here as well, and what a number of another page counts") : tr("Which cases are listed; a stage that is clicked in the funnel is chosen here as well, and what a number of the journey counts"));
    which_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    which_->setMaximumWidth(kWidest);
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
    connect(which_, &QComboBox::activated, this, [this] { isOfStopped_ = false; });
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
        followStage();
        followCase();
    });
    model_->setTimeZone(context().timeZone());
    list_->installEventFilter(this);
    refresh();
}

std::shared_ptr<const CaseSet> CasesView::listed() const { return which_->currentData() == dataOf(kSet) && set_ && set_->journey == context().journey() ? set_ : nullptr; }

bool CasesView::list(const CaseSet& set) {
    if (set.journey != context().journey())
        return false;
    set_ = std::make_shared<const CaseSet>(set);
    {
        const QSignalBlocker which(which_), text(text_);
        if (const int before = which_->findData(dataOf(kSet)); before >= 0)
            which_->removeItem(before);
        which_->addItem(singleLine(toQString(set.words)), dataOf(kSet));
        which_->setItemData(which_->count() - 1, plainToolTip(toQString(set.words)), Qt::ToolTipRole);
        which_->setCurrentIndex(which_->count() - 1);
        text_->clear();
    }
    refresh();
    return true;
}

/// Numbers of cases are those of one journey.
void CasesView::forgetSet() {
    set_ = nullptr;
    const QSignalBlocker blocker(which_);
    if (which_->currentData() == dataOf(kSet))
        which_->setCurrentIndex(0);
    if (const int index = which_->findData(dataOf(kSet)); index >= 0)
        which_->removeItem(index);
}

void CasesView::fillWhich() {
    const bool forgets = set_ && set_->journey != context().journey();
    if (forgets)
        forgetSet();
    const auto& stages = context().journey()->everything.stages;
    const bool isSame = whichOf_ && whichOf_->definition.has_value() == context().journey()->definition.has_value() && std::equal(stages.begin(), stages.end(), whichOf_->everything.stages.begin(), whichOf_->everything.stages.end(),
                                               [](const FunnelStage& a, const FunnelStage& b) { return a.name == b.name; });
    whichOf_ = context().journey();
    if (isSame && which_->count() > 0) {
        if (forgets)
            refresh();
        return;
    }
    if (wanted_.isEmpty())
        wanted_ = settings(); // what is chosen stays, as far as the journey has it
    const QSignalBlocker blocker(which_);
    which_->clear();
    which_->addItem(tr("All"), dataOf(kAll));
    if (context().orderLog()) {
        const QString words[] = {tr("Done"), tr("Under way"), tr("Stuck"), tr("Failed"), tr("Late")};
        for (size_t i = 0; i < std::size(kOrderStates); ++i)
            which_->addItem(words[i], dataOf(kOrderStates[i]));
    } else if (context().journey()->definition) {
        const QString words[] = {tr("Converted"), tr("Stopped"), tr("Still open"), tr("Never began")};
        for (size_t i = 0; i < std::size(kOutcomes); ++i)
            which_->addItem(words[i], dataOf(kOutcomes[i]));
    }
    for (const FunnelStage& stage : stages)
        which_->addItem(tr("Reached %1").arg(singleLine(toQString(stage.name))), dataOf(kReached, toQString(stage.name)));
    for (size_t k = 0; k + 1 < stages.size() && !context().orderLog(); ++k) // of orders it is said that they are stuck
        which_->addItem(tr("Stopped at %1").arg(singleLine(toQString(stages[k].name))), dataOf(kStoppedAt, toQString(stages[k].name)));
    chooseWanted();
    refresh(); // what is under way may be of a stage that there was before
}

/// All, where there is no such stage. As long as no journey is known it stays wanted.
void CasesView::chooseWanted() {
    if (const QStringList entry = dataOf(wanted_, context().journey()->everything.stages); !entry.isEmpty())
        which_->setCurrentIndex(std::max(0, which_->findData(entry)));
    if (context().journey()->definition)
        wanted_ = {};
}

CaseFilter CasesView::filter() const {
    CaseFilter out;
    out.text = text_->text().trimmed().toStdString();
    const QStringList entry = which_->currentData().toStringList();
    const EntryKind* kind = kindOf(entry.value(0));
    if (kind == nullptr)
        return out;
    if (isOfStage(kind->which)) {
        const auto& stages = context().journey()->everything.stages;
        const auto stage = std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& one) { return toQString(one.name) == entry.value(1); });
        if (stage == stages.end()) // the entries of another journey come next
            return out;
        out.stage = static_cast<size_t>(stage - stages.begin());
    }
    out.which = kind->which;
    out.outcome = kind->outcome;
    return out;
}

void CasesView::count() {
    const auto journey = this->journey();
    const auto totals = model_->content().journey == journey ? model_->content().totals : nullptr;
    const QHeaderView* header = list_->horizontalHeader();
    work<CasesModel::Content>(
        [journey, totals, set = listed(), log = context().orderLog(), section = header->sortIndicatorSection(), ofOrders = orderFilterOf(which_->currentData().toStringList().value(0)), filter = filter(), order = orderOf(header->sortIndicatorSection()), descending = header->sortIndicatorOrder() == Qt::DescendingOrder](
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
    if (content.log && !hasTarget(*content.log) && orderFilterOf(which_->currentData().toStringList().value(0)).late)
        words += tr(". The flow sets no target, so none is late: set one where the flow is edited.");
    if (!content.journey->definition)
        words += tr(". No %1 was found for this file, so nothing says how far they came.").arg(JourneyWords::of(context()).journey);
    words_->setText(words);
    only_->setEnabled(!content.cases.empty() && (content.cases.size() != content.all || listed()));
}

void CasesView::filterToThese() {
    const CasesModel::Content& content = model_->content();
    if (content.cases.empty() || content.journey != context().journey())
        return;
    std::vector<Scope> candidates;
    if (const auto set = listed())
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

/// Only when it comes into focus: another choice may follow.
void CasesView::followStage() {
    const Focus& focus = selection().focus();
    const auto& stages = context().journey()->everything.stages;
    const auto stage = std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& one) { return focus.kind == Focus::Kind::Stage && one.name == focus.name; });
    if (stage == stages.end())
        return;
    const EntryKind* now = kindOf(which_->currentData().toStringList().value(0));
    // Chosen in the box, it stays a list of those who stopped; chosen with the focus, it lasts as long.
    const bool isStopped = focus.isStopped || (now != nullptr && now->which == Which::StoppedAt && !isOfStopped_);
    isOfStopped_ = focus.isStopped;
    const int index = which_->findData(dataOf(isStopped ? kStoppedAt : kReached, toQString(stage->name)));
    if (index >= 0)
        which_->setCurrentIndex(index);
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
    QJsonObject out{{QStringLiteral("filter"), text_->text()}, {QStringLiteral("sort"), list_->horizontalHeader()->sortIndicatorSection()},
                    {QStringLiteral("descending"), list_->horizontalHeader()->sortIndicatorOrder() == Qt::DescendingOrder}};
    if (!wanted_.isEmpty()) { // the journey is not known yet
        for (const QString& key : {QStringLiteral("which"), QStringLiteral("stage")})
            if (wanted_.contains(key))
                out[key] = wanted_[key];
        return out;
    }
    const QStringList entry = which_->currentData().toStringList();
    const EntryKind* kind = kindOf(entry.value(0)); // null: a set, which is no setting
    out[QStringLiteral("which")] = QString::fromLatin1(kind == nullptr ? kAll.name : kind->name);
    if (kind != nullptr && isOfStage(kind->which))
        out[QStringLiteral("stage")] = entry.value(1);
    return out;
}

void CasesView::applySettings(const QJsonObject& settings) {
    if (settings.contains(QStringLiteral("which"))) {
        wanted_ = settings;
        chooseWanted();
    }
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
