#include "funnel/funnel_painter.h"
#include "funnel/funnel_view.h"
#include "funnel/journey_page.h"
#include "widgets/plain_text.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace aisle {

namespace {

/// Those that a double click lists.
CaseFilter filterOf(FunnelFrame::Hit hit) {
    CaseFilter out;
    out.stage = hit.stage;
    switch (hit.part) {
    case FunnelFrame::Part::Dropped: out.which = CaseFilter::Which::StoppedAt; break;
    case FunnelFrame::Part::Open: out.which = CaseFilter::Which::OpenAt; break;
    case FunnelFrame::Part::Between: out.which = CaseFilter::Which::FromBefore; break;
    default: out.which = CaseFilter::Which::Reached;
    }
    return out;
}

} // namespace

FunnelChart::FunnelChart(ViewContext& context, QWidget* parent) : QWidget(parent), context_(context) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QStringLiteral("Funnel stages"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&context.selection(), &SelectionModel::focusChanged, this, [this] { update(); });
    connect(&context, &ViewContext::focusMatchesChanged, this, [this] { update(); });
}

void FunnelChart::setFunnel(std::shared_ptr<const FunnelResult> funnel, std::shared_ptr<const FunnelComparison> comparison) {
    funnel_ = std::move(funnel);
    comparison_ = std::move(comparison);
    hovered_ = {};
    setMinimumWidth(static_cast<int>(std::ceil(funnelLeastWidth(funnel_->stages.size()))));
    layOut();
}

void FunnelChart::layOut() {
    frame_ = layOutFunnel(*funnel_, size(), QFontMetricsF(theme().font).height(), comparison_.get());
    QStringList words;
    for (const FunnelStage& s : funnel_->stages)
        words.append(QStringLiteral("%1: %2").arg(singleLine(toQString(s.name)), toQString(formatCount(s.reached))));
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

std::optional<size_t> FunnelChart::focusedStage() const {
    const Focus& focus = context_.selection().focus();
    // A trace or span in focus shows how far its case came.
    if (focus.kind == Focus::Kind::Stage) {
        for (size_t k = 0; k < funnel_->stages.size(); ++k)
            if (funnel_->stages[k].name == focus.name)
                return k;
        return std::nullopt;
    }
    const JourneyState& journey = *context_.journey();
    if (journey.table != context_.table())
        return std::nullopt;
    const CaseNumber number = caseInFocus(journey, focus);
    const auto& progress = journey.everything.progress;
    if (number == kNoCase || number >= progress.size() || progress[number].last == 0)
        return std::nullopt;
    const size_t stage = progress[number].last - 1;
    const bool isShown = stage < funnel_->stages.size() && funnel_->stages[stage].name == journey.everything.stages[stage].name; // which may be of the journey before
    return isShown ? std::optional(stage) : std::nullopt;
}

void FunnelChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().surface);
    FunnelHighlight highlight;
    const Focus::Kind kind = context_.selection().focus().kind;
    if (kind == Focus::Kind::Service || kind == Focus::Kind::Edge)
        highlight.related = context_.focusMatches()->stages;
    highlight.focused = focusedStage();
    highlight.isStopped = highlight.focused && context_.selection().focus().isStopped;
    if (hovered_.part == FunnelFrame::Part::Stage)
        highlight.hovered = hovered_.stage;
    paintFunnel(painter, frame_, *funnel_, highlight, theme());
    if (hasFocus()) {
        painter.setPen(theme().accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void FunnelChart::resizeEvent(QResizeEvent*) { layOut(); }

void FunnelChart::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        layOut();
    QWidget::changeEvent(event);
}

void FunnelChart::focusInEvent(QFocusEvent*) { update(); }
void FunnelChart::focusOutEvent(QFocusEvent*) { update(); }

QString FunnelChart::describe(FunnelFrame::Hit hit) const {
    if (hit.part == FunnelFrame::Part::None)
        return {};
    const FunnelStage& s = funnel_->stages[hit.stage];
    if (hit.part == FunnelFrame::Part::Dropped)
        return QStringLiteral("%1 left before this: they stopped at %2\nDouble click lists them, Shift+click filters to them").arg(toQString(formatCount(s.dropped)), singleLine(toQString(s.name)));
    if (hit.part == FunnelFrame::Part::Open)
        return QStringLiteral("%1 came to %2 and may still go on\nDouble click lists them").arg(toQString(formatCount(s.open)), singleLine(toQString(s.name)));
    QString words = QStringLiteral("%1: %2 reached it").arg(singleLine(toQString(s.name)), toQString(formatCount(s.reached)));
    if (hit.part == FunnelFrame::Part::Between && s.before != FunnelStage::kNone)
        words = QStringLiteral("%1 of the %2 that came to %3 came to %4").arg(toQString(formatCount(s.fromBefore)), toQString(formatCount(funnel_->stages[s.before].reached)), singleLine(toQString(funnel_->stages[s.before].name)), singleLine(toQString(s.name)));
    if (s.timed > 0)
        words += QStringLiteral("\np50 %1, p90 %2, p95 %3 from the stage before")
                     .arg(toQString(formatWait(s.p50FromPrevious)), toQString(formatWait(s.p90FromPrevious)), toQString(formatWait(s.p95FromPrevious)));
    if (comparison_ != nullptr && comparison_->stages[hit.stage].hasBefore) {
        const Interval& by = comparison_->stages[hit.stage].ofBefore;
        words += QStringLiteral("\n%1 of those of the stage before came here, %2 of what it is compared with: a difference of %3 to %4 points")
                     .arg(toQString(formatPercent(*shareOfBefore(comparison_->a, hit.stage))), toQString(formatPercent(*shareOfBefore(comparison_->b, hit.stage))))
                     .arg(by.low * 100, 0, 'f', 1)
                     .arg(by.high * 100, 0, 'f', 1);
    }
    return words + (hit.part == FunnelFrame::Part::Between ? QStringLiteral("\nDouble click lists them; the menu those who took longest") : QStringLiteral("\nDouble click lists these, Shift+click filters to them"));
}

void FunnelChart::mouseMoveEvent(QMouseEvent* event) {
    const FunnelFrame::Hit hit = frame_.hit(event->position());
    if (hit == hovered_)
        return;
    hovered_ = hit;
    update();
    QToolTip::showText(event->globalPosition().toPoint(), hit.part == FunnelFrame::Part::None ? QString() : plainToolTip(describe(hit)), this);
}

void FunnelChart::leaveEvent(QEvent*) {
    hovered_ = {};
    update();
}

void FunnelChart::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    const FunnelFrame::Hit hit = frame_.hit(event->position());
    if (hit.part == FunnelFrame::Part::None)
        return;
    const std::string stage = funnel_->stages[hit.stage].name;
    context_.selection().setFocus(hit.part == FunnelFrame::Part::Dropped ? Focus::onStopped(stage) : Focus::onStage(stage));
    if ((event->modifiers() & Qt::ShiftModifier) != 0 && (hit.part == FunnelFrame::Part::Stage || hit.part == FunnelFrame::Part::Dropped))
        filterTo(hit.part, stage);
}

void FunnelChart::mouseDoubleClickEvent(QMouseEvent* event) {
    const FunnelFrame::Hit hit = frame_.hit(event->position());
    if (event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier && hit.part != FunnelFrame::Part::None)
        Q_EMIT casesWanted(filterOf(hit));
}

/// By name: numbers of stages are those of one funnel, and another may come while a menu is open.
void FunnelChart::filterTo(FunnelFrame::Part part, const std::string& stage) {
    ScopeTerm term;
    term.kind = part == FunnelFrame::Part::Dropped ? ScopeTerm::Kind::Dropped : ScopeTerm::Kind::Stage;
    term.text = stage;
    context_.selection().addTerm(term);
}

void FunnelChart::keyPressEvent(QKeyEvent* event) {
    const size_t n = funnel_->stages.size();
    const auto focused = focusedStage();
    if (n == 0)
        return QWidget::keyPressEvent(event);
    const bool isStopped = context_.selection().focus().isStopped;
    const auto focusOn = [&](size_t stage) {
        Q_EMIT walkedTo(frame_.columns[stage].area.toAlignedRect());
        context_.selection().setFocus(Focus::onStage(funnel_->stages[stage].name));
    };
    switch (event->key()) {
    case Qt::Key_Right: focusOn(focused ? std::min(*focused + 1, n - 1) : 0); break;
    case Qt::Key_Left: focusOn(focused && *focused > 0 ? *focused - 1 : 0); break;
    case Qt::Key_Up: // to the part of those who stopped there
        if (focused && *focused + 1 < n && funnel_->stages[*focused].dropped > 0) {
            Q_EMIT walkedTo(frame_.columns[*focused + 1].area.toAlignedRect());
            context_.selection().setFocus(Focus::onStopped(funnel_->stages[*focused].name));
        }
        break;
    case Qt::Key_Down:
        if (focused)
            focusOn(*focused);
        break;
    case Qt::Key_Home: focusOn(0); break;
    case Qt::Key_End: focusOn(n - 1); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (focused)
            filterTo(isStopped ? FunnelFrame::Part::Dropped : FunnelFrame::Part::Stage, funnel_->stages[*focused].name);
        break;
    case Qt::Key_D:
        if (focused && *focused + 1 < n)
            filterTo(FunnelFrame::Part::Dropped, funnel_->stages[*focused].name);
        break;
    case Qt::Key_L:
        if (focused)
            Q_EMIT casesWanted(filterOf({isStopped || (event->modifiers() & Qt::ShiftModifier) != 0 ? FunnelFrame::Part::Dropped : FunnelFrame::Part::Stage, *focused}));
        break;
    default: QWidget::keyPressEvent(event);
    }
}

/// Every number that is about the stage, and those of the whole funnel.
void FunnelChart::addLists(QMenu& menu, FunnelFrame::Hit hit) {
    using Which = CaseFilter::Which;
    const FunnelStage& s = funnel_->stages[hit.stage];
    const auto add = [&](QMenu& to, const QString& words, uint64_t count, const CaseFilter& filter) {
        QAction* action = to.addAction(words);
        action->setEnabled(count > 0);
        connect(action, &QAction::triggered, this, [this, filter, funnel = funnel_] {
            if (funnel == funnel_) // another may come while the menu is open
                Q_EMIT casesWanted(filter);
        });
    };
    const auto number = [](uint64_t count) { return toQString(formatCount(count)); };
    add(menu, QStringLiteral("List the %1 who reached it\tL").arg(number(s.reached)), s.reached, {.which = Which::Reached, .stage = hit.stage});
    add(menu, QStringLiteral("List the %1 who stopped here\tShift+L").arg(number(s.dropped)), s.dropped, {.which = Which::StoppedAt, .stage = hit.stage});
    add(menu, QStringLiteral("List the %1 who may still go on from here").arg(number(s.open)), s.open, {.which = Which::OpenAt, .stage = hit.stage});
    if (s.before != FunnelStage::kNone)
        add(menu, QStringLiteral("List the %1 who came from the stage before").arg(number(s.fromBefore)), s.fromBefore, {.which = Which::FromBefore, .stage = hit.stage});
    if (s.timed > 0)
        for (const auto& [name, time] : {std::pair("p50", s.p50FromPrevious), std::pair("p90", s.p90FromPrevious), std::pair("p95", s.p95FromPrevious)})
            add(menu, QStringLiteral("List who took %1 (%2) or longer to come here").arg(QLatin1String(name), toQString(formatWait(time))), s.reached, {.which = Which::Time, .stage = hit.stage, .from = time});
    QMenu* all = menu.addMenu(QStringLiteral("List of all stages"));
    const FunnelResult& f = *funnel_;
    uint64_t stopped = 0, open = 0;
    for (const FunnelStage& stage : f.stages) {
        stopped += stage.dropped;
        open += stage.open;
    }
    add(*all, QStringLiteral("%1 who entered").arg(number(entered(f))), entered(f), {.which = Which::Entered});
    add(*all, QStringLiteral("%1 who converted").arg(number(f.converted)), f.converted, {.which = Which::Outcome, .outcome = CaseOutcome::Converted});
    add(*all, QStringLiteral("%1 who stopped").arg(number(stopped)), stopped, {.which = Which::Outcome, .outcome = CaseOutcome::Stopped});
    add(*all, QStringLiteral("%1 who may still go on").arg(number(open)), open, {.which = Which::Outcome, .outcome = CaseOutcome::Open});
    add(*all, QStringLiteral("%1 who never began").arg(number(f.notEntered)), f.notEntered, {.which = Which::Outcome, .outcome = CaseOutcome::NotEntered});
}

void FunnelChart::contextMenuEvent(QContextMenuEvent* event) {
    FunnelFrame::Hit hit = event->reason() == QContextMenuEvent::Keyboard ? FunnelFrame::Hit{} : frame_.hit(event->pos());
    if (hit.part == FunnelFrame::Part::None) {
        const auto focused = focusedStage();
        if (!focused)
            return;
        hit = {FunnelFrame::Part::Stage, *focused};
    }
    const std::string stage = funnel_->stages[hit.stage].name;
    QMenu menu(this);
    const bool isStopped = context_.selection().focus().isStopped; // which is what keys are about
    connect(menu.addAction(isStopped ? QStringLiteral("Filter to those who reached it") : QStringLiteral("Filter to those who reached it\tEnter")), &QAction::triggered, this,
            [this, stage] { filterTo(FunnelFrame::Part::Stage, stage); });
    QAction* dropped = menu.addAction(isStopped ? QStringLiteral("Filter to those who stopped here\tEnter") : QStringLiteral("Filter to those who stopped here\tD"));
    dropped->setEnabled(hit.stage + 1 < funnel_->stages.size());
    connect(dropped, &QAction::triggered, this, [this, stage] { filterTo(FunnelFrame::Part::Dropped, stage); });
    menu.addSeparator();
    addLists(menu, hit);
    menu.exec(event->globalPos());
}

} // namespace aisle
