#include "drop_off/drop_off_view.h"

#include "drop_off/drop_off_delegate.h"
#include "drop_off/drop_off_model.h"
#include "funnel/journey_page.h"
#include "journey/case_scope.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/elided_label.h"
#include "widgets/plain_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPainter>

namespace aisle {

namespace {

/// Those who stopped with a cause, as a scope.
struct CauseScope {
    enum How { Exact, Any, Examples };
    Scope scope;
    How how = Exact;
    size_t cases = 0; ///< that it selects
};

CauseScope scopeOf(const DropCause& cause, const DropOff& drop, const JourneyState& state, const Scope& base, const traceql::Context& asked, const StopToken& stop) {
    std::vector<bool> wanted(state.counted.size(), false);
    for (const CaseNumber c : cause.stopped)
        wanted[c] = true;
    std::optional<CauseScope> any;
    if (!cause.factor.condition.empty()) {
        ScopeTerm dropped;
        dropped.kind = ScopeTerm::Kind::Dropped;
        dropped.text = drop.stageName;
        const Scope scope = base.withTraces(cause.factor.condition, false).with(dropped);
        const std::vector<bool> found = casesInScope(state, evaluate(scope, asked, stop));
        if (found == wanted)
            return {scope, CauseScope::Exact, cause.stopped.size()};
        any = CauseScope{scope, CauseScope::Any, static_cast<size_t>(std::count(found.begin(), found.end(), true))};
    }
    if (any && cause.stopped.size() > kMostCasesNamed)
        return *any;
    std::vector<CaseNumber> cases = cause.stopped;
    const bool isAll = cases.size() <= kMostCasesNamed;
    if (!isAll) {
        cases.clear();
        for (const DropCause::Example& example : cause.examples)
            cases.push_back(example.number);
    }
    return {scopeNaming(state, cases), isAll ? CauseScope::Exact : CauseScope::Examples, cases.size()};
}

} // namespace

DropOffView::DropOffView(ViewContext& shared, QWidget* parent)
    : CasePage(shared, parent), workspace_(shared.workspace().get()), model_(new DropOffModel(this, [this]() -> const Redactor& { return context().exporter().redactor(); })), list_(new QListView(this)), stages_(new QComboBox(this)), words_(new ElidedLabel(this)), notes_(plainLabel({}, this)) {
    setAccessibleName(tr("Why they stopped"));
    delegate_ = new DropOffDelegate(*model_, list_);
    list_->setModel(model_);
    list_->setItemDelegate(delegate_);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setResizeMode(QListView::Adjust);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->setAccessibleName(tr("What goes together with stopping"));
    list_->installEventFilter(this);
    stages_->setToolTip(tr("The stage at which they stopped"));
    stages_->setAccessibleName(tr("Stage"));
    stages_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    stages_->setMaximumWidth(measure::kWidestBox);
    words_->setElideMode(Qt::ElideRight);
    words_->setForegroundRole(QPalette::PlaceholderText);
    words_->setContentsMargins(0, 0, 0, 0);
    notes_->setWordWrap(true);
    notes_->setForegroundRole(QPalette::PlaceholderText);
    notes_->setContentsMargins(measure::kPadding, 4, measure::kPadding, measure::kPadding);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(stages_);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(list_, 1);
    box->addWidget(notes_);
    empty_ = new JourneyEmptyState(context(), tr("Why they stopped"), tr("What those who stopped at a stage met with more often than those who went on: failures, delays, versions, devices. Open a trace file or a workspace to see it."), list_);
    setTabOrder(stages_, list_);

    connect(&context(), &ViewContext::workspaceMoved, this, [this] { workspace_ = context().workspace().get(); });
    connect(&context(), &ViewContext::tableChanged, this, [this] {
        if (std::exchange(workspace_, context().workspace().get()) != context().workspace().get())
            wanted_.clear();
    });
    connect(&context(), &ViewContext::journeyChanged, this, &DropOffView::refresh);
    connect(&context(), &ViewContext::scopeSettled, this, [this] {
        if (own_ && selection().scope() == *own_)
            return;
        own_.reset();
        refresh();
    });
    connect(&selection(), &SelectionModel::focusChanged, this, &DropOffView::followFocus);
    connect(stages_, &QComboBox::activated, this, [this](int index) { setStage(stages_->itemData(index).toString().toStdString()); });
    connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) {
        if (model_->isLine(index.row()))
            model_->setOpen(!model_->isOpen());
        else
            focusOn(index.row());
    });
    connect(list_, &QListView::doubleClicked, this, [this](const QModelIndex& index) {
        if (!model_->isLine(index.row()))
            filterTo(index.row());
    });
    connect(list_, &QWidget::customContextMenuRequested, this, &DropOffView::openMenu);
    connect(&worker_, &Worker::busyChanged, this, &DropOffView::showWords);
    connect(&elsewhereWorker_, &Worker::busyChanged, this, &DropOffView::showWords);
    connect(&selection(), &SelectionModel::scopeChanged, &filterWorker_, &Worker::cancel); // another scope has been chosen meanwhile
    refresh();
}

void DropOffView::setStage(const std::string& name) {
    if (name == wanted_)
        return;
    wanted_ = name;
    refresh();
}

QJsonObject DropOffView::settings() const { return {{QStringLiteral("stage"), toQString(wanted_)}}; }

void DropOffView::applySettings(const QJsonObject& settings) {
    if (const QJsonValue stage = settings[QStringLiteral("stage")]; stage.isString())
        setStage(stage.toString().toStdString());
}

void DropOffView::followFocus() {
    const Focus& focus = selection().focus();
    const auto& stages = context().journey()->everything.stages;
    for (size_t k = 0; k + 1 < stages.size(); ++k) // nobody stops at the end
        if (focus.kind == Focus::Kind::Stage && stages[k].name == focus.name)
            setStage(focus.name);
}

void DropOffView::refresh() {
    whenSeen([this] { workOut(); });
}

void DropOffView::workOut() {
    problem_.clear();
    filterWorker_.cancel();
    elsewhereWorker_.cancel();
    const auto state = context().journey();
    const bool isOwn = own_ && content_.scope; // what is on show is not of the scope that was made of it
    const auto scope = isOwn ? content_.scope : context().scopeResult();
    if (!state->definition || state->cases().cases().empty() || state->table != context().table()) {
        worker_.cancel();
        show({.state = state, .scope = scope});
        return;
    }
    worker_.run<Content>(
        [asked = context().queryContext(), state, of = scope, isOfOther = isOwn && content_.state != state, wanted = wanted_](const StopToken& stop) {
            const auto now = isOfOther ? std::make_shared<const ScopeResult>(evaluate(of->scope, asked, stop)) : of;
            Content out{.state = state, .scope = now, .funnel = funnelInScope(*state, *now, stop)};
            const auto& stages = out.funnel.stages;
            const auto named = std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& stage) { return stage.name == wanted; });
            out.isChosen = named != stages.end();
            const size_t stage = out.isChosen ? static_cast<size_t>(named - stages.begin()) : stageOfMostStops(out.funnel).value_or(0);
            out.drop = std::make_shared<const DropOff>(dropOff(asked, *state, casesInScope(*state, *now), stage, stop));
            return out;
        },
        [this, state](Content content) {
            if (state != context().journey())
                return;
            show(std::move(content));
            lookElsewhere();
        },
        [this, scope](const QString& problem) {
            problem_ = problem;
            show({.state = context().journey(), .scope = scope});
        });
    showWords();
}

/// As long as a comparison for each other stage: what there is of the first is on show meanwhile.
void DropOffView::lookElsewhere() {
    if (content_.isChosen || !content_.drop->causes.empty() || content_.funnel.cases == 0)
        return;
    elsewhereWorker_.run<std::optional<DropOff>>(
        [asked = context().queryContext(), state = content_.state, scope = content_.scope, except = content_.drop->stage](const StopToken& stop) { return clearestDropOff(asked, *state, casesInScope(*state, *scope), except, stop); },
        [this, state = content_.state](std::optional<DropOff> found) {
            if (state != context().journey() || model_->isOpen() || !isClearer(found, *content_.drop)) // what is being read stays
                return;
            Content other = content_;
            if (content_.drop->stopped > 0)
                other.insteadOf = content_.drop->stageName;
            other.drop = std::make_shared<const DropOff>(std::move(*found));
            show(std::move(other));
        },
        [this](const QString&) { showWords(); });
    showWords();
}

void DropOffView::show(Content content) {
    content_ = std::move(content);
    setShownScope(content_.scope);
    example_ = {-1, 0};
    model_->setContent(content_.drop);
    fillStages();
    showWords();
}

void DropOffView::fillStages() {
    stages_->clear();
    const auto& stages = content_.funnel.stages;
    for (size_t k = 0; k + 1 < stages.size(); ++k) // nobody stops at the end
        stages_->addItem(tr("%1: %2 stopped").arg(singleLine(toQString(stages[k].name)), toQString(formatCount(stages[k].dropped))), toQString(stages[k].name));
    stages_->setEnabled(stages_->count() > 0);
    stages_->setCurrentIndex(stages_->findData(toQString(content_.drop->stageName)));
}

void DropOffView::showWords() {
    const DropOff& drop = *content_.drop;
    const bool isShown = drop.compared > 0 && drop.problem.empty();
    if (worker_.isBusy())
        words_->setText(tr("Comparing…"));
    else if (elsewhereWorker_.isBusy())
        words_->setText(tr("Nothing stands out here. Looking at the other stages…"));
    else if (isShown && !content_.insteadOf.empty())
        words_->setText(tr("Most stopped at %1, where nothing stands out or nobody can be compared. Here %2 went on. Correlation: what goes together with stopping need not be its cause.")
                            .arg(singleLine(toQString(content_.insteadOf)), toQString(formatCount(drop.wentOn))));
    else if (isShown)
        words_->setText(tr("%1 went on. Correlation: what goes together with stopping need not be its cause.").arg(toQString(formatCount(drop.wentOn))));
    else
        words_->setText({});
    std::string notes;
    if (isShown)
        for (const std::string& note : dropOffNotes(drop))
            notes += (notes.empty() ? "" : " ") + note;
    notes_->setText(toQString(notes));
    notes_->setVisible(isShown);
    if (model_->rowCount() > 0)
        empty_->hideState();
    else if (!problem_.isEmpty())
        empty_->show(tr("This could not be compared"), problem_);
    else if (!empty_->showWithoutJourney())
        showNothingFound();
    Q_EMIT statusTextChanged();
}

void DropOffView::showNothingFound() {
    const DropOff& drop = *content_.drop;
    if (worker_.isBusy() || content_.funnel.stages.empty())
        empty_->show(tr("Comparing"), tr("Those who stopped are compared with those who went on."));
    else if (content_.funnel.cases == 0)
        empty_->showWithoutCases(*content_.scope);
    else if (!drop.problem.empty())
        empty_->show(drop.stopped == 0 ? tr("Nobody stopped here") : tr("Nobody to compare with"), toQString(drop.problem));
    else
        empty_->show(tr("Nothing stands out"), tr("%1 were made, and what differs between those who stopped at %2 and those who went on may be chance.")
                                                   .arg(toQString(counted(drop.compared, "comparison", "comparisons")), singleLine(toQString(drop.stageName))));
}

void DropOffView::focusOn(int row) {
    const DropCause* cause = model_->cause(row);
    if (cause == nullptr)
        return;
    if (cause->factor.kind == DropFactor::Kind::Resource)
        selection().setFocus(Focus::onService(cause->factor.service));
    else if (cause->factor.kind == DropFactor::Kind::CriticalPath)
        selection().setFocus(Focus::onService(cause->factor.value));
    else if (!cause->examples.empty() && content_.state->table == context().table())
        selection().setFocus(Focus::onSpan(*context().table(), cause->examples.front().row));
}

void DropOffView::showExample(int row) {
    const DropCause* cause = model_->cause(row);
    if (cause == nullptr || cause->examples.empty() || content_.state->table != context().table())
        return;
    if (example_.first != row)
        example_ = {row, 0};
    selection().setFocus(Focus::onSpan(*context().table(), cause->examples[example_.second].row));
    Q_EMIT context().traceRequested();
    example_.second = (example_.second + 1) % cause->examples.size();
}

void DropOffView::filterTo(int row) {
    const DropCause* cause = model_->cause(row);
    if (cause == nullptr)
        return;
    filterWorker_.run<CauseScope>(
        [asked = context().queryContext(), state = content_.state, base = content_.scope->scope, drop = content_.drop, cause = *cause](const StopToken& stop) { return scopeOf(cause, *drop, *state, base, asked, stop); },
        [this, all = cause->stopped.size()](const CauseScope& found) {
            own_ = found.scope;
            selection().setScope(found.scope);
            const QString counted = toQString(formatCount(all)), cases = toQString(formatCount(found.cases));
            switch (found.how) {
            case CauseScope::Exact: words_->setText(tr("Filtered to the %1 that stopped with it; the comparison is the one before").arg(counted)); break;
            case CauseScope::Any: words_->setText(tr("Filtered to %1 that met with it at any time, of which %2 count here; the comparison is the one before").arg(cases, counted)); break;
            case CauseScope::Examples: words_->setText(tr("Filtered to %1 examples of %2, because no query says which these are; the comparison is the one before").arg(cases, counted)); break;
            }
        },
        [this](const QString& problem) { words_->setText(problem); });
}

/// Exactly those that are counted; as a scope those that met with it may be more.
void DropOffView::list(int row) {
    const DropCause* cause = model_->cause(row);
    if (cause == nullptr)
        return;
    CaseSet set{content_.state, content_.drop->casePlural + " " + cause->factor.toWords() + ", stopped at " + content_.drop->stageName, cause->stopped, {}};
    std::sort(set.cases.begin(), set.cases.end());
    Q_EMIT casesWanted(set);
}

void DropOffView::activate(int row) {
    if (model_->isLine(row))
        model_->setOpen(!model_->isOpen());
    else
        filterTo(row);
}

void DropOffView::openMenu(QPoint at) {
    const QModelIndex index = list_->indexAt(at);
    const DropCause* cause = model_->cause(index.row());
    if (cause == nullptr)
        return;
    QMenu menu(this);
    const int row = index.row();
    // Other rows may be there when the menu closes.
    const auto unlessGone = [this, drop = content_.drop](auto f) {
        return [this, drop, f] {
            if (drop == content_.drop)
                f();
        };
    };
    connect(menu.addAction(tr("Filter to those who stopped with it\tEnter")), &QAction::triggered, this, unlessGone([this, row] { filterTo(row); }));
    connect(menu.addAction(cause->examples.size() > 1 ? tr("Show an example, or the next one\tE") : tr("Show an example\tE")), &QAction::triggered, this, unlessGone([this, row] { showExample(row); }));
    connect(menu.addAction(tr("List the %1 who stopped with it\tL").arg(toQString(formatCount(cause->stopped.size())))), &QAction::triggered, this, unlessGone([this, row] { list(row); }));
    menu.addSeparator();
    connect(menu.addAction(tr("Copy the sentence")), &QAction::triggered, this,
            [this, words = index.data(CopyTextRole).toString().toStdString()] { context().exporter().toClipboard(context().exporter().render("cause", words)); });
    menu.exec(list_->viewport()->mapToGlobal(at));
}

bool DropOffView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const int row = list_->currentIndex().row();
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter: activate(row); return true;
        case Qt::Key_Space:
            if (model_->isLine(row))
                activate(row);
            else
                focusOn(row);
            return true;
        case Qt::Key_E: showExample(row); return true;
        case Qt::Key_L: list(row); return true;
        default: break;
        }
    }
    return View::eventFilter(watched, event);
}

void DropOffView::takeFocus() { list_->setFocus(); }

QString DropOffView::statusText() const {
    const DropOff& drop = *content_.drop;
    if (drop.compared == 0)
        return {};
    return tr("%1 of %2 stopped at %3; %4 beyond chance")
        .arg(toQString(formatCount(drop.stopped)), toQString(formatCount(drop.stopped + drop.wentOn)), singleLine(toQString(drop.stageName)), toQString(formatCount(drop.causes.size())));
}

std::unique_ptr<Tabular> DropOffView::tabular() const {
    if (model_->rowCount() == 0)
        return nullptr;
    return std::make_unique<Tabular>(tabulate(redacted(*content_.drop, context().exporter().redactor()), *content_.state));
}

QSize DropOffView::pictureSize(int tallest) const {
    if (model_->rowCount() == 0)
        return {};
    constexpr int kWidth = 900;
    int height = 0;
    for (int row = 0; row < model_->rowCount(); ++row) {
        const int next = height + delegate_->heightOf(model_->index(row), kWidth);
        if (row > 0 && next > tallest)
            break;
        height = next;
    }
    return {kWidth, height};
}

void DropOffView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    QStyleOptionViewItem option;
    option.initFrom(list_);
    option.font = theme().font;
    option.state &= ~(QStyle::State_HasFocus | QStyle::State_MouseOver | QStyle::State_Selected);
    DropOffModel leaving;
    leaving.setContent(std::make_shared<const DropOff>(redacted(*content_.drop, context().exporter().redactor())));
    leaving.setOpen(model_->isOpen());
    const DropOffDelegate delegate(leaving, nullptr);
    for (int row = 0, y = 0; row < leaving.rowCount() && y < size.height(); ++row) {
        const int height = delegate.heightOf(leaving.index(row), size.width());
        option.rect = QRect(0, y, size.width(), height);
        delegate.paint(&painter, option, leaving.index(row));
        y += height;
    }
}

} // namespace aisle
