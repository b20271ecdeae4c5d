#include "funnel/funnel_view.h"

#include "journey/funnel_table.h"
#include "cases/case_key_box.h"
#include "cases/case_keys.h"
#include "charts/baseline_box.h"
#include "funnel/funnel_painter.h"
#include "funnel/journey_page.h"
#include "journey_editor/journey_box.h"
#include "text/utf8.h"
#include "widgets/flow_layout.h"
#include "widgets/plain_text.h"

#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace aisle {

FunnelView::FunnelView(ViewContext& shared, QWidget* parent)
    : CasePage(shared, parent), journeys_(new JourneyBox(shared, this)), bots_(new QToolButton(this)), never_(new QToolButton(this)), compares_(new QToolButton(this)), baseline_(new BaselineBox(shared, this)), notes_(new QLabel(this)), scroll_(new QScrollArea(this)), chart_(new FunnelChart(shared, this)),
      empty_(new JourneyEmptyState(shared, tr("No journey"), tr("The funnel shows how far customers came, over all their traces. Open a trace file or a workspace to see it."), scroll_)) {
    setAccessibleName(QStringLiteral("Funnel"));
    notes_->setTextFormat(Qt::PlainText);
    notes_->setWordWrap(true);
    notes_->setForegroundRole(QPalette::PlaceholderText);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setWidgetResizable(true);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->setWidget(chart_);
    scroll_->setMinimumHeight(chart_->minimumSizeHint().height());
    connect(chart_, &FunnelChart::walkedTo, this, [this](const QRect& stage) { scroll_->ensureVisible(stage.center().x(), stage.center().y(), stage.width(), 0); });
    auto* line = new QWidget(this); // goes on in another row where a comparison leaves no room for the rest
    auto* bar = new FlowLayout(line, measure::kPadding);
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 0);
    bar->addWidget(journeys_);
    auto* keys = new CaseKeyBox(shared, this);
    bar->addWidget(keys);
    connect(keys, &CaseKeyBox::caseKeyChosen, this, [this](const QString& id) { chooseCases(id.toStdString()); });
    bots_->setText(QStringLiteral("With bots"));
    bots_->setCheckable(true);
    bots_->setObjectName(QStringLiteral("toggle"));
    bar->addWidget(bots_);
    connect(bots_, &QToolButton::clicked, this, [this](bool withBots) {
        JourneyDefinition other = journeys_->present().value_or(journeyPresets().front());
        other.withBots = withBots;
        journeys_->setJourney(other);
    });
    bar->addWidget(journeys_->editButton());
    compares_->setText(QStringLiteral("Compare"));
    compares_->setCheckable(true);
    compares_->setObjectName(QStringLiteral("toggle"));
    compares_->setToolTip(QStringLiteral("Beside everything else, another file, a scope that was kept"));
    bar->addWidget(compares_);
    bar->addWidget(baseline_);
    baseline_->hide();
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addWidget(line);
    box->addWidget(scroll_, 1);
    auto* below = new QHBoxLayout;
    below->setContentsMargins(measure::kGap, 4, measure::kGap, measure::kPadding);
    below->setSpacing(measure::kGap);
    below->addWidget(notes_, 1);
    below->addWidget(never_, 0, Qt::AlignTop);
    box->addLayout(below);
    never_->setAccessibleName(tr("Who never began"));
    never_->setObjectName(QStringLiteral("toggle"));
    never_->setPopupMode(QToolButton::InstantPopup);
    never_->setMenu(new QMenu(never_));
    never_->hide();
    connect(&context(), &ViewContext::journeyChanged, this, &FunnelView::refresh);
    connect(&context(), &ViewContext::scopeResultChanged, this, [this] { whenSeen([this] { follow(); }); });
    connect(&context(), &ViewContext::scopeSettled, this, [this] {
        if (isVisible())
            followNeverBegan();
    });
    connect(compares_, &QToolButton::toggled, this, [this](bool compares) {
        baseline_->setVisible(compares);
        follow();
    });
    connect(baseline_, &BaselineBox::baselineChanged, this, &FunnelView::follow);
    connect(chart_, &FunnelChart::casesWanted, this, [this](const CaseFilter& filter) {
        Asked asked{shownJourney_, shownScope(), filter, {}, {}};
        if (comparison_ != nullptr) // of everything what it is compared with is taken away
            asked.isOne = [of = comparison_](CaseNumber c) { return of->ofA[c]; };
        listCases(std::move(asked));
    });
    connect(journeys_, &JourneyBox::counting, this, [this] {
        casesWorker_.cancel(); // what was chosen before
        notes_->setText(tr("Counting…"));
    });
    connect(journeys_, &JourneyBox::said, this, &FunnelView::say);
    connect(&context().caseKeys(), &CaseKeys::failed, this, &FunnelView::say);
    connect(&context(), &ViewContext::tableChanged, &casesWorker_, &Worker::cancel);
    setTabOrder(journeys_, keys);
    setTabOrder(keys, bots_);
    setTabOrder(bots_, journeys_->editButton());
    setTabOrder(journeys_->editButton(), compares_);
    setTabOrder(chart_, never_);
    refresh();
}

void FunnelView::refresh() {
    showBots();
    follow();
}

void FunnelView::showBots() {
    const JourneyState& state = *context().journey();
    const uint64_t bots = syntheticCases(state);
    const CaseKey& key = state.cases().key();
    bots_->setEnabled(bots > 0 && state.definition);
    bots_->setChecked(state.definition && state.definition->withBots);
    if (bots > 0)
        bots_->setToolTip(plainToolTip(tr("%1 of bots and synthetic traffic: count them, too").arg(toQString(counted(bots, key.noun(), key.plural)))));
    else
        bots_->setToolTip(tr("Nobody here is a bot or synthetic traffic; which spans say so can be edited where it is chosen what a case is"));
}

void FunnelView::compareWith(const std::optional<Scope>& baseline) {
    if (baseline)
        baseline_->keep(*baseline);
    compares_->setChecked(baseline.has_value());
    follow();
}

QJsonObject FunnelView::settings() const {
    return {{QStringLiteral("compare"), compares_->isChecked()}, {QStringLiteral("baseline"), baseline_->baseline().isEmpty() ? QString() : toQString(baseline_->baseline().toText())}};
}

void FunnelView::applySettings(const QJsonObject& settings) {
    if (const QJsonValue text = settings[QStringLiteral("baseline")]; text.isString()) {
        traceql::ParseError error;
        if (const auto scope = text.toString().isEmpty() ? std::optional(Scope()) : Scope::parse(text.toString().toStdString(), error))
            baseline_->keep(*scope); // an empty one: everything else
    }
    compares_->setChecked(settings[QStringLiteral("compare")].toBool(compares_->isChecked()));
}

void FunnelView::follow() {
    problem_.clear();
    const auto state = context().journey();
    const auto scope = context().scopeResult();
    if (!state->definition || state->cases().cases().empty() || state->table != context().table()) {
        worker_.cancel();
        show(std::make_shared<FunnelResult>(), nullptr, scope);
        return;
    }
    // What everything is compared with is nothing.
    const bool compares = compares_->isChecked() && !(scope->everything && baseline_->baseline().isEmpty());
    if (scope->everything && !compares) {
        worker_.cancel();
        show(std::shared_ptr<const FunnelResult>(state, &state->everything), nullptr, scope);
        return;
    }
    worker_.follow<std::shared_ptr<const FunnelComparison>>(
        [state, scope, compares, baseline = baseline_->baseline(), asked = context().queryContext()](const StopToken& stop) {
            if (compares)
                return std::make_shared<const FunnelComparison>(compareFunnels(*state, *scope, baseline, asked, stop));
            FunnelComparison alone;
            alone.a = funnelInScope(*state, *scope, stop);
            return std::make_shared<const FunnelComparison>(std::move(alone));
        },
        [this, state, scope, compares](std::shared_ptr<const FunnelComparison> result) {
            if (state == context().journey())
                show(std::shared_ptr<const FunnelResult>(result, &result->a), compares ? result : nullptr, scope);
        },
        [this, scope](const QString& problem) {
            problem_ = problem;
            show(std::make_shared<FunnelResult>(), nullptr, scope);
        });
}

void FunnelView::say(const QString& problem) {
    message_ = problem;
    showNotes();
}

void FunnelView::chooseCases(const std::string& key) {
    message_.clear();
    casesWorker_.run<JourneyDefinition>([asked = context().queryContext(), present = journeys_->present(), key](const StopToken& stop) { return journeyByCases(asked, present, key, {}, stop); },
                                           [this](const JourneyDefinition& found) { journeys_->setJourney(found); }, [this](const QString& problem) { say(problem); });
    notes_->setText(tr("Counting…"));
}

void FunnelView::show(std::shared_ptr<const FunnelResult> funnel, std::shared_ptr<const FunnelComparison> comparison, std::shared_ptr<const ScopeResult> scope) {
    setShownScope(std::move(scope));
    shownJourney_ = context().journey();
    funnel_ = std::move(funnel);
    comparison_ = std::move(comparison);
    chart_->setFunnel(funnel_, comparison_);
    never_->hide();
    neverBegan_.reset();
    neverWorker_.cancel();
    showNotes();
    const bool nothing = funnel_->stages.empty() || funnel_->cases == 0;
    if (!nothing)
        empty_->hideState();
    else if (!problem_.isEmpty())
        empty_->show(tr("This could not be counted"), problem_);
    else if (!empty_->showWithoutJourney())
        empty_->showWithoutCases(*shownScope());
    Q_EMIT statusTextChanged();
    if (isVisible())
        followNeverBegan();
    else if (funnel_->notEntered > 0)
        whenSeen([this] { follow(); });
}

void FunnelView::showNotes() {
    std::string words;
    for (const std::string& note : funnelNotes(*context().journey(), *funnel_, neverBegan_.get(), shownScope() ? shownScope()->scope : Scope()))
        words += (words.empty() ? "" : " ") + note;
    const CaseKey& key = context().journey()->cases().key();
    if (compares_->isChecked() && comparison_ == nullptr && !funnel_->stages.empty())
        words = "Everything is selected, and there is nothing else to compare it with: select something, or compare it with a scope. " + words;
    else if (comparison_ != nullptr)
        words = "The narrow bars are of what it is compared with, " + counted(comparison_->b.cases, key.noun(), key.plural) +
                "; differences in bold are more than chance (95 %). " + words;
    notes_->setText(message_.isEmpty() ? toQString(words) : message_ + QLatin1Char(' ') + toQString(words));
}

/// Takes longer than the funnel, which a brush moves: what those did that never began is said when it stands still.
void FunnelView::followNeverBegan() {
    if (neverBegan_ || neverWorker_.isBusy() || context().isMoving() || comparison_ || funnel_->notEntered == 0 || !shownScope() || shownJourney_ != context().journey())
        return;
    neverWorker_.run<std::shared_ptr<const NeverBegan>>(
        [asked = context().queryContext(), state = shownJourney_, scope = shownScope()](const StopToken& stop) { return std::make_shared<const NeverBegan>(neverBegan(asked, *state, casesInScope(*state, *scope), stop)); },
        [this](std::shared_ptr<const NeverBegan> found) {
            if (shownJourney_ != context().journey())
                return;
            neverBegan_ = std::move(found);
            showNotes();
            offerNeverBegan();
        });
}

void FunnelView::offerNeverBegan() {
    never_->menu()->clear();
    // Another funnel may come while the menu is open.
    const auto add = [this, journey = shownJourney_, scope = shownScope()](const QString& text, const std::string& words, std::function<bool(CaseNumber)> isOne) {
        connect(never_->menu()->addAction(text), &QAction::triggered, this, [this, journey, scope, words, isOne = std::move(isOne)] {
            listCases({journey, scope, {.which = CaseFilter::Which::Outcome, .outcome = CaseOutcome::NotEntered}, isOne, words});
        });
    };
    const auto number = [](size_t count) { return toQString(formatCount(count)); };
    never_->setText(tr("Never began: %1").arg(number(neverBegan_->cases.size())));
    add(tr("List all %1").arg(number(neverBegan_->cases.size())), {}, {});
    for (const NeverBegan::Request& request : neverBegan_->requests)
        add(tr("List the %1 who asked for %2").arg(number(request.cases.size()), menuText(toQString(request.name))), "never began, asked for " + shortened(request.name),
            [cases = request.cases](CaseNumber c) { return std::binary_search(cases.begin(), cases.end(), c); });
    never_->show();
}

QString FunnelView::statusText() const {
    if (funnel_->stages.empty() || entered(*funnel_) == 0)
        return {};
    const double share = static_cast<double>(funnel_->converted) / static_cast<double>(std::max<uint64_t>(1, entered(*funnel_)));
    const CaseKey& key = shownJourney_->cases().key();
    return QStringLiteral("%1, %2 converted").arg(toQString(counted(funnel_->cases, key.noun(), key.plural)), toQString(formatPercent(share)));
}

std::unique_ptr<Tabular> FunnelView::tabular() const {
    if (funnel_->stages.empty())
        return nullptr;
    return std::make_unique<Tabular>(comparison_ != nullptr ? tabulate(*comparison_) : tabulateFunnel(*shownJourney_, *funnel_, neverBegan_.get(), shownScope() ? shownScope()->scope : Scope()));
}

void FunnelView::takeFocus() { chart_->setFocus(); }

QSize FunnelView::pictureSize(int) const { return funnel_->stages.empty() ? QSize() : QSize(std::max(960, chart_->minimumWidth()), 360); }

void FunnelView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    paintFunnel(painter, layOutFunnel(*funnel_, size, QFontMetricsF(theme().font).height(), comparison_.get()), *funnel_, {}, theme());
}

} // namespace aisle
