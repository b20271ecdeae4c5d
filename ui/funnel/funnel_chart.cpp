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
    return progress[number].last - 1;
}

void FunnelChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().surface);
    FunnelHighlight highlight;
    const Focus::Kind kind = context_.selection().focus().kind;
    if (kind == Focus::Kind::Service || kind == Focus::Kind::Edge)
        highlight.related = context_.focusMatches()->stages;
    highlight.focused = focusedStage();
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
    if (hit.part == FunnelFrame::Part::Dropped) {
        QString words = QStringLiteral("%1 stopped at %2").arg(toQString(formatCount(s.dropped)), singleLine(toQString(s.name)));
        if (s.open > 0)
            words += QStringLiteral("\n%1 may still go on").arg(toQString(formatCount(s.open)));
        return words + QStringLiteral("\nShift+click filters to those that stopped");
    }
    QString words = QStringLiteral("%1: %2 reached it").arg(singleLine(toQString(s.name)), toQString(formatCount(s.reached)));
    if (hit.stage > 0)
        words += QStringLiteral("\np50 %1, p90 %2, p95 %3 from the stage before")
                     .arg(toQString(formatDuration(s.p50FromPrevious)), toQString(formatDuration(s.p90FromPrevious)), toQString(formatDuration(s.p95FromPrevious)));
    if (comparison_ != nullptr && comparison_->stages[hit.stage].hasBefore) {
        const Interval& by = comparison_->stages[hit.stage].ofBefore;
        words += QStringLiteral("\n%1 of those of the stage before came here, %2 of what it is compared with: a difference of %3 to %4 points")
                     .arg(toQString(formatPercent(*shareOfBefore(comparison_->a, hit.stage))), toQString(formatPercent(*shareOfBefore(comparison_->b, hit.stage))))
                     .arg(by.low * 100, 0, 'f', 1)
                     .arg(by.high * 100, 0, 'f', 1);
    }
    return words + QStringLiteral("\nShift+click filters to these");
}

void FunnelChart::mouseMoveEvent(QMouseEvent* event) {
    const FunnelFrame::Hit hit = frame_.hit(event->position());
    if (hit.part == hovered_.part && hit.stage == hovered_.stage)
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
    context_.selection().setFocus(Focus::onStage(funnel_->stages[hit.stage].name));
    if ((event->modifiers() & Qt::ShiftModifier) != 0)
        filterTo(hit.part, funnel_->stages[hit.stage].name);
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
    const auto focusOn = [&](size_t stage) {
        Q_EMIT walkedTo(frame_.columns[stage].area.toAlignedRect());
        context_.selection().setFocus(Focus::onStage(funnel_->stages[stage].name));
    };
    switch (event->key()) {
    case Qt::Key_Right: focusOn(focused ? std::min(*focused + 1, n - 1) : 0); break;
    case Qt::Key_Left: focusOn(focused && *focused > 0 ? *focused - 1 : 0); break;
    case Qt::Key_Home: focusOn(0); break;
    case Qt::Key_End: focusOn(n - 1); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (focused)
            filterTo(FunnelFrame::Part::Stage, funnel_->stages[*focused].name);
        break;
    case Qt::Key_D:
        if (focused && *focused + 1 < n)
            filterTo(FunnelFrame::Part::Dropped, funnel_->stages[*focused].name);
        break;
    default: QWidget::keyPressEvent(event);
    }
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
    connect(menu.addAction(QStringLiteral("Filter to those who reached it\tEnter")), &QAction::triggered, this,
            [this, stage] { filterTo(FunnelFrame::Part::Stage, stage); });
    if (receivers(SIGNAL(casesWanted())) > 0)
        connect(menu.addAction(QStringLiteral("List the cases")), &QAction::triggered, this, [this, stage] {
            context_.selection().setFocus(Focus::onStage(stage));
            Q_EMIT casesWanted();
        });
    QAction* dropped = menu.addAction(QStringLiteral("Filter to those who stopped here\tD"));
    dropped->setEnabled(hit.stage + 1 < funnel_->stages.size());
    connect(dropped, &QAction::triggered, this, [this, stage] { filterTo(FunnelFrame::Part::Dropped, stage); });
    menu.exec(event->globalPos());
}

} // namespace aisle
