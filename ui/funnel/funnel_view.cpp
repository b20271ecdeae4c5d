#include "funnel/funnel_view.h"

#include "journey/funnel_table.h"
#include "funnel/funnel_painter.h"
#include "widgets/empty_state.h"
#include "widgets/plain_text.h"

#include <QComboBox>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace aisle {

FunnelView::FunnelView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), journeys_(new QComboBox(this)), notes_(new QLabel(this)), chart_(new FunnelChart(shared, this)),
      empty_(new EmptyState(this)) {
    setAccessibleName(QStringLiteral("Funnel"));
    notes_->setTextFormat(Qt::PlainText);
    notes_->setWordWrap(true);
    notes_->setForegroundRole(QPalette::PlaceholderText);
    notes_->setContentsMargins(measure::kGap, 0, measure::kGap, measure::kPadding);
    journeys_->setToolTip(QStringLiteral("Which journey the stages belong to"));
    journeys_->setAccessibleName(QStringLiteral("Journey"));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 0);
    bar->addWidget(journeys_);
    bar->addStretch(1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(chart_, 1);
    box->addWidget(notes_);
    connect(&context(), &ViewContext::journeyChanged, this, &FunnelView::refresh);
    connect(&context(), &ViewContext::scopeResultChanged, this, [this] { whenSeen([this] { follow(); }); });
    connect(journeys_, &QComboBox::activated, this, [this](int index) {
        const auto presets = journeyPresets();
        if (index >= 0 && static_cast<size_t>(index) < presets.size())
            context().setJourney(presets[static_cast<size_t>(index)]);
    });
    connect(empty_, &EmptyState::buttonClicked, this, [this] {
        if (context().table()->isEmpty())
            Q_EMIT context().openRequested();
        else
            selection().setScope({});
    });
    for (const JourneyDefinition& journey : journeyPresets())
        journeys_->addItem(toQString(journey.name));
    refresh();
}

void FunnelView::refresh() {
    fillJourneys();
    follow();
}

void FunnelView::follow() {
    const auto state = context().journey();
    const auto scope = context().scopeResult();
    if (!state->definition || state->cases().cases().empty() || state->table != context().table()) {
        worker_.cancel();
        show(std::make_shared<FunnelResult>(), scope);
        return;
    }
    if (scope->everything) {
        worker_.cancel();
        show(std::shared_ptr<const FunnelResult>(state, &state->everything), scope);
        return;
    }
    worker_.follow<std::shared_ptr<const FunnelResult>>(
        [state, scope](const StopToken& stop) { return std::make_shared<const FunnelResult>(funnelInScope(*state, *scope, stop)); },
        [this, state, scope](std::shared_ptr<const FunnelResult> result) {
            if (state == context().journey())
                show(std::move(result), scope);
        });
}

void FunnelView::fillJourneys() {
    const auto& definition = context().journey()->definition;
    journeys_->setEnabled(!context().table()->isEmpty());
    if (definition)
        journeys_->setCurrentIndex(journeys_->findText(toQString(definition->name), Qt::MatchExactly));
}

void FunnelView::show(std::shared_ptr<const FunnelResult> funnel, std::shared_ptr<const ScopeResult> scope) {
    setShownScope(std::move(scope));
    funnel_ = std::move(funnel);
    chart_->setFunnel(funnel_);
    std::string words;
    for (const std::string& note : funnelNotes(*context().journey(), *funnel_))
        words += (words.empty() ? "" : " ") + note;
    notes_->setText(toQString(words));
    const bool nothing = funnel_->stages.empty() || funnel_->cases == 0;
    if (!nothing)
        empty_->hideState();
    else if (context().table()->isEmpty())
        empty_->show(QStringLiteral("No journey"),
                     QStringLiteral("The funnel shows how far customers came, over all their traces. Open a trace file or a workspace to see it."),
                     QStringLiteral("Open a file..."));
    else if (context().isProvisional())
        empty_->show(QStringLiteral("The import goes on"), QStringLiteral("The funnel is counted when all spans are there."));
    else if (!context().journey()->problem.empty())
        empty_->show(QStringLiteral("No funnel for this file"), toQString(context().journey()->problem));
    else if (!funnel_->stages.empty())
        empty_->show(QStringLiteral("No case in this scope"), QStringLiteral("None of the traces in the scope belongs to a session, user or order."),
                     QStringLiteral("Clear the scope"));
    else
        empty_->show(QStringLiteral("Counting"), QStringLiteral("Sessions are being put together."));
    Q_EMIT statusTextChanged();
}

QString FunnelView::statusText() const {
    if (funnel_->stages.empty() || funnel_->stages[0].reached == 0)
        return {};
    const double share = static_cast<double>(funnel_->stages.back().reached) / static_cast<double>(funnel_->stages[0].reached);
    return QStringLiteral("%1 %2, %3 converted")
        .arg(toQString(formatCount(funnel_->cases)), toQString(context().journey()->cases().key().plural), toQString(formatPercent(share)));
}

std::unique_ptr<Tabular> FunnelView::tabular() const {
    if (funnel_->stages.empty())
        return nullptr;
    return std::make_unique<Tabular>(tabulateFunnel(*context().journey(), *funnel_));
}

void FunnelView::takeFocus() { chart_->setFocus(); }

QSize FunnelView::pictureSize(int) const { return funnel_->stages.empty() ? QSize() : QSize(960, 360); }

void FunnelView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    paintFunnel(painter, layOutFunnel(*funnel_, size, QFontMetricsF(theme().font).height()), *funnel_, {}, theme());
}

} // namespace aisle
