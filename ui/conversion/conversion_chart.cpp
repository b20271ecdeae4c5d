#include "conversion/conversion_view.h"

#include "text/format.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"
#include "widgets/time_axis.h"
#include "widgets/words.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace aisle {

namespace {

constexpr double kAxisWidth = 56, kAxisHeight = 20, kGap = 14, kMargin = 10;

double rateOf(const FunnelTrend::Step& step) { return static_cast<double>(step.converted) / static_cast<double>(step.over()); }

/// The next one of 1, 2, 5, 10, 20, 50, 100 %.
double roundUp(double rate) {
    for (const double round : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5})
        if (rate <= round)
            return round;
    return 1;
}

} // namespace

ConversionLayout::ConversionLayout(const FunnelTrend& trend, QSizeF size) : start(trend.start), step(std::max<int64_t>(1, trend.step)), steps(trend.steps.size()) {
    const double high = std::max(60.0, size.height() - kAxisHeight - kGap - 2 * kMargin);
    const double width = std::max(40.0, size.width() - kAxisWidth - kMargin);
    rates = QRectF(kAxisWidth, kMargin, width, std::floor(high * 0.68));
    counts = QRectF(kAxisWidth, rates.bottom() + kGap, width, high - rates.height());
    double top = 0;
    std::vector<double> ends;
    for (const FunnelTrend::Step& s : trend.steps) {
        if (s.over() > 0) {
            top = std::max(top, rateOf(s));
            ends.push_back(s.conversion.high);
        }
        most = std::max(most, s.entered);
    }
    // Most intervals fit; one of a few cases must not make the rates of all others flat.
    std::nth_element(ends.begin(), ends.begin() + static_cast<ptrdiff_t>(ends.size() / 2), ends.end());
    highest = roundUp(std::max(top * 1.05, ends.empty() ? 0 : ends[ends.size() / 2]));
}

double ConversionLayout::xOf(int64_t time) const {
    const double whole = static_cast<double>(step) * static_cast<double>(std::max<size_t>(1, steps));
    return rates.left() + std::clamp(static_cast<double>(time - start) / whole, 0.0, 1.0) * rates.width();
}

int64_t ConversionLayout::timeAt(double x) const {
    const double share = std::clamp((x - rates.left()) / rates.width(), 0.0, 1.0);
    return start + static_cast<int64_t>(share * static_cast<double>(step) * static_cast<double>(std::max<size_t>(1, steps)));
}

std::optional<size_t> ConversionLayout::stepAt(double x) const {
    if (steps == 0 || x < rates.left() || x >= rates.right())
        return std::nullopt;
    return std::min(steps - 1, static_cast<size_t>((timeAt(x) - start) / step));
}

ConversionChart::ConversionChart(ViewContext& context, const FunnelTrend& trend, QWidget* parent) : QWidget(parent), context_(context), trend_(trend) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Conversion over time"));
    contentChanged();
}

void ConversionChart::contentChanged() {
    cursor_.reset(); // steps are others
    setAccessibleDescription(tr("Arrow keys move the time range, Escape clears it; with Ctrl they walk from step to step, and Enter lists who entered in it"));
    update();
}

void ConversionChart::paint(QPainter& p, const ConversionLayout& layout) const {
    const Theme& t = theme();
    p.setFont(t.axisFont);
    constexpr int kLines = 5; // of 1, 2 and 5 all are round
    for (int i = 0; i <= kLines; ++i) {
        const double rate = layout.highest * i / kLines, y = std::round(layout.yOf(rate));
        p.fillRect(QRectF(layout.rates.left(), y, layout.rates.width(), 1), t.line);
        p.setPen(t.mutedText);
        p.drawText(QRectF(0, y - 10, layout.rates.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, toQString(formatPercent(rate)));
    }
    p.fillRect(QRectF(layout.counts.left(), layout.counts.bottom(), layout.counts.width(), 1), t.line);
    p.setPen(t.mutedText);
    p.drawText(QRectF(0, layout.counts.top() - 8, layout.counts.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, toQString(formatCount(layout.most)));
    const int64_t end = layout.start + layout.step * static_cast<int64_t>(layout.steps);
    paintTimeAxis(p, QRectF(layout.counts.left(), layout.counts.bottom() + 2, layout.counts.width(), kAxisHeight - 2), layout.start, end, context_.timeZone(), t);
    const QColor band = mixed(t.ramp(t.isDark ? 0.55 : 0.45), t.surface, 0.30), line = t.ramp(t.isDark ? 0.55 : 0.45);
    std::optional<double> before;
    for (size_t i = 0; i < trend_.steps.size(); ++i) {
        const FunnelTrend::Step& s = trend_.steps[i];
        const double x0 = std::round(layout.xOf(layout.start + layout.step * static_cast<int64_t>(i))), x1 = std::round(layout.xOf(layout.start + layout.step * static_cast<int64_t>(i + 1)));
        if (s.over() > 0) {
            const double top = std::max(layout.rates.top(), layout.yOf(s.conversion.high));
            p.fillRect(QRectF(x0, std::round(top), x1 - x0, std::round(layout.yOf(s.conversion.low)) - std::round(top)), band);
            const double y = std::round(layout.yOf(rateOf(s)));
            p.fillRect(QRectF(x0, y - 1, x1 - x0, 2), line); // steps, for each is a rate of its own
            if (before && *before != y)
                p.fillRect(QRectF(x0 - 1, std::min(*before, y) - 1, 2, std::abs(*before - y) + 2), line);
            before = y;
        } else {
            before.reset();
        }
        if (s.entered > 0) {
            const double high = std::max(1.0, std::round(layout.counts.height() * static_cast<double>(s.entered) / static_cast<double>(layout.most)));
            p.fillRect(QRectF(x0, layout.counts.bottom() - high, std::max(1.0, x1 - x0 - 1), high), t.neutralBar);
        }
    }
}

void ConversionChart::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme().surface);
    const ConversionLayout layout(trend_, size());
    paint(p, layout);
    if (const auto selected = range()) {
        QColor veil = theme().surface;
        veil.setAlphaF(0.7F);
        const double x0 = std::round(layout.xOf(selected->first)), x1 = std::max(x0 + 1, std::round(layout.xOf(selected->second)));
        const double top = layout.rates.top(), high = layout.counts.bottom() - top;
        p.fillRect(QRectF(layout.rates.left(), top, x0 - layout.rates.left(), high), veil);
        p.fillRect(QRectF(x1, top, layout.rates.right() - x1, high), veil);
        p.fillRect(QRectF(x0, top, 1, high), theme().accent);
        p.fillRect(QRectF(x1, top, 1, high), theme().accent);
    }
    if (!hasFocus())
        return;
    frameRect(p, rect(), theme().accent);
    if (cursor_) {
        const double x0 = layout.xOf(layout.start + layout.step * static_cast<int64_t>(*cursor_)), x1 = layout.xOf(layout.start + layout.step * static_cast<int64_t>(*cursor_ + 1));
        frameRect(p, QRectF(QPointF(std::round(x0) - 1, layout.rates.top()), QPointF(std::round(x1) + 1, layout.counts.bottom() + 1)), theme().accent);
    }
}

QString ConversionChart::describe(size_t step) const {
    const FunnelTrend::Step& s = trend_.steps[step];
    const int64_t from = trend_.start + trend_.step * static_cast<int64_t>(step);
    QString words = rangeWords(from, from + trend_.step, context_.timeZone()) + QLatin1Char('\n');
    words += tr("%1 entered").arg(toQString(formatCount(s.entered)));
    if (s.over() > 0)
        words += tr(": %1 converted (%2, with 95 % confidence %3 to %4), %5 stopped")
                     .arg(toQString(formatCount(s.converted)), toQString(formatPercent(rateOf(s))), toQString(formatPercent(s.conversion.low)), toQString(formatPercent(s.conversion.high)), toQString(formatCount(s.dropped)));
    if (s.open > 0)
        words += tr(", %1 may still go on").arg(toQString(formatCount(s.open)));
    return words;
}

std::optional<std::pair<int64_t, int64_t>> ConversionChart::range() const {
    for (const ScopeTerm& term : context_.selection().scope().terms())
        if (term.kind == ScopeTerm::Kind::TraceTime)
            return std::pair(term.from, term.to);
    return std::nullopt;
}

void ConversionChart::setRange(int64_t from, int64_t to, bool live) {
    ScopeTerm term;
    term.kind = ScopeTerm::Kind::TraceTime;
    term.from = std::min(from, to);
    term.to = std::max(from, to);
    const Scope scope = context_.selection().scope().with(term);
    live ? context_.selection().setScopeLive(scope) : context_.selection().setScope(scope);
}

void ConversionChart::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && !trend_.steps.empty())
        press_ = event->position();
    dragged_ = false;
}

void ConversionChart::mouseMoveEvent(QMouseEvent* event) {
    const ConversionLayout layout(trend_, size());
    if (press_) {
        constexpr double kLeast = 4; // px
        dragged_ = dragged_ || std::abs(event->position().x() - press_->x()) >= kLeast;
        if (dragged_)
            setRange(layout.timeAt(press_->x()), layout.timeAt(event->position().x()), true);
        return;
    }
    QString words;
    if (const auto at = layout.stepAt(event->position().x())) {
        words = describe(*at);
        if (trend_.steps[*at].entered > 0)
            words += event->position().y() > layout.rates.bottom() ? tr("\nDouble click lists those that entered") : tr("\nDouble click lists those that converted");
    }
    QToolTip::showText(event->globalPosition().toPoint(), words.isEmpty() ? QString() : plainToolTip(words), this);
}

void ConversionChart::mouseReleaseEvent(QMouseEvent*) {
    if (press_ && dragged_)
        context_.selection().setScope(context_.selection().scope()); // the brush is done
    press_.reset();
}

/// Below the bar is of those that entered, above the line of those of them that converted.
void ConversionChart::mouseDoubleClickEvent(QMouseEvent* event) {
    const ConversionLayout layout(trend_, size());
    const auto at = layout.stepAt(event->position().x());
    if (event->button() != Qt::LeftButton || !at || trend_.steps[*at].entered == 0)
        return;
    CaseFilter filter;
    filter.which = event->position().y() > layout.rates.bottom() ? CaseFilter::Which::Entered : CaseFilter::Which::Outcome;
    Q_EMIT casesWanted(*at, filter);
}

void ConversionChart::contextMenuEvent(QContextMenuEvent* event) {
    const auto at = event->reason() == QContextMenuEvent::Keyboard ? cursor_ : ConversionLayout(trend_, size()).stepAt(event->pos().x());
    if (!at || *at >= trend_.steps.size() || trend_.steps[*at].entered == 0)
        return;
    const FunnelTrend::Step& step = trend_.steps[*at];
    QMenu menu(this);
    const auto add = [&](const QString& words, uint64_t count, const CaseFilter& filter) {
        QAction* action = menu.addAction(words.arg(toQString(formatCount(count))));
        action->setEnabled(count > 0);
        connect(action, &QAction::triggered, this, [this, at, filter, trend = std::pair(trend_.start, trend_.step)] {
            if (trend == std::pair(trend_.start, trend_.step)) // steps may be others when it closes
                Q_EMIT casesWanted(*at, filter);
        });
    };
    using Which = CaseFilter::Which;
    add(tr("List the %1 that entered\tEnter"), step.entered, {.which = Which::Entered});
    add(tr("List the %1 that converted"), step.converted, {.which = Which::Outcome, .outcome = CaseOutcome::Converted});
    add(tr("List the %1 that stopped"), step.dropped, {.which = Which::Outcome, .outcome = CaseOutcome::Stopped});
    add(tr("List the %1 that may still go on"), step.open, {.which = Which::Outcome, .outcome = CaseOutcome::Open});
    menu.exec(event->globalPos());
}

void ConversionChart::leaveEvent(QEvent*) { QToolTip::hideText(); }

void ConversionChart::keyPressEvent(QKeyEvent* event) {
    const int way = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (event->key() == Qt::Key_Escape && range()) {
        context_.selection().setScope(context_.selection().scope().without(std::array{ScopeTerm::Kind::TraceTime}));
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && cursor_) {
        Q_EMIT casesWanted(*cursor_, {.which = CaseFilter::Which::Entered});
        return;
    }
    if (way == 0 || trend_.steps.empty())
        return QWidget::keyPressEvent(event);
    if ((event->modifiers() & Qt::ControlModifier) != 0) { // to the next step in which somebody entered
        const auto end = static_cast<std::ptrdiff_t>(trend_.steps.size());
        auto next = cursor_ ? static_cast<std::ptrdiff_t>(*cursor_) + way : way > 0 ? 0 : end - 1;
        while (next >= 0 && next < end && trend_.steps[static_cast<size_t>(next)].entered == 0)
            next += way;
        if (next >= 0 && next < end) {
            cursor_ = static_cast<size_t>(next);
            setAccessibleDescription(describe(*cursor_));
            update();
        }
        return;
    }
    const auto selected = range();
    const int64_t length = selected ? selected->second - selected->first : trend_.step;
    const int64_t from = selected ? selected->first + way * trend_.step : trend_.start;
    const int64_t end = trend_.start + trend_.step * static_cast<int64_t>(trend_.steps.size());
    const int64_t at = std::clamp(from, trend_.start, std::max(trend_.start, end - length));
    setRange(at, at + length, false);
}

} // namespace aisle
