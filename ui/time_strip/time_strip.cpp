#include "time_strip/time_strip.h"

#include "notes/notes.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"
#include "widgets/time_axis.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace aisle {

namespace {
constexpr int kChartHeight = 40, kAxisHeight = 16;
constexpr double kHandle = 5; // px around an edge that take hold of it
} // namespace

TimeStrip::TimeStrip(ViewContext& context, QWidget* parent) : QWidget(parent), context_(context), scope_(context, {ScopeTerm::Kind::Time}, this) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QStringLiteral("Traffic over time"));
    setAccessibleDescription(QStringLiteral("Arrow keys move the time range, Shift and arrows widen it, Escape clears it"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&scope_, &ScopeWithout::changed, this, &TimeStrip::refresh);
    connect(&context, &ViewContext::scopeResultChanged, &scope_, &ScopeWithout::follow);
    connect(&context, &ViewContext::timeZoneChanged, this, [this] { update(); });
    connect(&context.selection(), &SelectionModel::scopeChanged, this, [this] { update(); });
    connect(&context.selection(), &SelectionModel::focusChanged, this, [this] { update(); });
    connect(&context.notes(), &Notes::changed, this, [this] { update(); });
    if (!scope_.follow())
        refresh();
}

QSize TimeStrip::sizeHint() const { return {400, kChartHeight + kAxisHeight + 8}; }
QSize TimeStrip::minimumSizeHint() const { return {120, kChartHeight + kAxisHeight + 8}; }

QRectF TimeStrip::chart() const { return {8, 4, static_cast<double>(std::max(1, width() - 16)), kChartHeight}; }

void TimeStrip::refresh() {
    const auto buckets = static_cast<uint32_t>(std::max(1.0, chart().width() / 3)); // bars of 2 px and a gap
    const auto table = context_.table();
    if (entries_ && (entriesOf_ != table || (!table->isEmpty() && entries_->everything().buckets.size() != buckets)))
        entries_.reset();
    using Result = std::pair<std::shared_ptr<const EntryTimes>, Traffic>;
    worker_.follow<Result>(
        [table, scope = scope_.result(), known = entries_, buckets](const StopToken& stop) {
            auto entries = known ? known : std::make_shared<const EntryTimes>(*table, buckets, stop);
            return Result(entries, scope->everything ? Traffic() : entries->in(scope->spans, stop));
        },
        [this, table](Result result) {
            entries_ = std::move(result.first);
            entriesOf_ = table;
            whole_ = entries_->everything();
            matching_ = std::move(result.second);
            filtered_ = !matching_.buckets.empty();
            update();
        });
}

int64_t TimeStrip::timeAt(double x) const {
    if (whole_.buckets.empty())
        return 0;
    const double share = std::clamp((x - chart().left()) / chart().width(), 0.0, 1.0);
    return whole_.start + static_cast<int64_t>(share * static_cast<double>(whole_.end() - whole_.start));
}

double TimeStrip::xOf(int64_t time) const {
    if (whole_.buckets.empty())
        return 0;
    return chart().left() + static_cast<double>(time - whole_.start) / static_cast<double>(whole_.end() - whole_.start) * chart().width();
}

std::optional<std::pair<int64_t, int64_t>> TimeStrip::range() const {
    for (const ScopeTerm& term : context_.selection().scope().terms())
        if (term.kind == ScopeTerm::Kind::Time)
            return std::pair(term.from, term.to);
    return std::nullopt;
}

void TimeStrip::setRange(int64_t from, int64_t to, bool live) {
    ScopeTerm term;
    term.kind = ScopeTerm::Kind::Time;
    term.from = std::max(from, whole_.start);
    term.to = std::min(to, whole_.end());
    if (term.to <= term.from)
        return;
    const Scope scope = context_.selection().scope().with(term);
    if (live)
        context_.selection().setScopeLive(scope);
    else
        context_.selection().setScope(scope);
}

void TimeStrip::clearRange() {
    const auto& terms = context_.selection().scope().terms();
    for (size_t i = 0; i < terms.size(); ++i) {
        if (terms[i].kind == ScopeTerm::Kind::Time) {
            context_.selection().removeTerm(i);
            return;
        }
    }
}

void TimeStrip::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const Theme& t = theme();
    p.fillRect(rect(), t.surface);
    p.fillRect(QRect(0, height() - 1, width(), 1), t.line);
    const QRectF area = chart();
    if (whole_.buckets.empty() || whole_.peak == 0) {
        p.setPen(t.mutedText);
        p.setFont(t.axisFont);
        p.drawText(area, Qt::AlignCenter, context_.table()->isEmpty() ? QString() : QStringLiteral("No entry spans in this file"));
        return;
    }
    const auto brush = range();
    const double step = area.width() / static_cast<double>(whole_.buckets.size());
    const auto heightOf = [&](uint32_t count) {
        return count == 0 ? 0 : std::max(1, static_cast<int>(std::lround(area.height() * count / whole_.peak)));
    };
    QColor faint = t.neutralBar;
    faint.setAlphaF(0.40F);
    for (size_t i = 0; i < whole_.buckets.size(); ++i) {
        const TrafficBucket& bucket = whole_.buckets[i];
        const int x = static_cast<int>(std::lround(area.left() + static_cast<double>(i) * step));
        const int next = static_cast<int>(std::lround(area.left() + static_cast<double>(i + 1) * step));
        const int w = std::max(1, next - x - 1);
        const int bottom = static_cast<int>(area.bottom());
        const int h = heightOf(bucket.requests);
        if (h > 0)
            p.fillRect(x, bottom - h, w, h, filtered_ ? faint : t.neutralBar);
        const TrafficBucket& shown = filtered_ ? matching_.buckets[i] : bucket;
        if (filtered_ && shown.requests > 0)
            p.fillRect(x, bottom - heightOf(shown.requests), w, heightOf(shown.requests), t.neutralBar);
        if (shown.errors > 0) {
            const int errors = std::max(2, heightOf(shown.errors));
            p.fillRect(x, bottom - errors, w, errors, t.error);
        }
    }
    paintTimeAxis(p, QRectF(area.left(), area.bottom() + 1, area.width(), kAxisHeight), whole_.start, whole_.end(), context_.timeZone(), t);
    if (brush) {
        const double x0 = std::round(xOf(brush->first)), x1 = std::round(xOf(brush->second));
        QColor outside = t.surface;
        outside.setAlphaF(0.62F);
        p.fillRect(QRectF(area.left(), area.top(), x0 - area.left(), area.height()), outside);
        p.fillRect(QRectF(x1, area.top(), area.right() - x1, area.height()), outside);
        QColor inside = t.accent;
        inside.setAlphaF(0.10F);
        p.fillRect(QRectF(x0, area.top(), x1 - x0, area.height()), inside);
        for (const double x : {x0, x1}) {
            p.fillRect(QRectF(x - 1, area.top(), 2, area.height()), t.accent);
            p.fillRect(QRectF(x - 3, area.center().y() - 7, 6, 14), t.accent);
        }
    }
    // Notes: on a range a line below it, on a trace or a span a tick where it starts.
    for (const Note& note : context_.notes().all()) {
        const auto noted = note.target.focus.traceIn(*context_.table());
        const bool isKnown = note.target.isRange() || (noted && context_.table()->summary(*noted).hasStart);
        const int64_t from = !isKnown ? 0 : note.target.isRange() ? note.target.from : context_.table()->summary(*noted).start, to = note.target.isRange() ? note.target.to : from;
        if (!isKnown || from >= whole_.end() || to < whole_.start)
            continue;
        const double x0 = std::round(xOf(std::max(from, whole_.start))), x1 = std::round(xOf(std::min(to, whole_.end())));
        p.fillRect(QRectF(x0, area.bottom() - 2, std::max(2.0, x1 - x0), 2), t.text);
        p.fillRect(QRectF(x0, area.bottom() - 6, 2, 6), t.text);
    }
    // Where the trace in focus is.
    const auto trace = context_.selection().focus().traceIn(*context_.table());
    if (trace && context_.table()->summary(*trace).hasStart) {
        const double x = std::round(xOf(context_.table()->summary(*trace).start));
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(Qt::NoPen);
        p.setBrush(t.accent);
        const QPointF tip(x, area.top() + 6);
        p.drawPolygon(QPolygonF{QPointF(x - 4, area.top() - 1), QPointF(x + 4, area.top() - 1), tip});
    }
    if (hasFocus()) {
        p.setPen(t.accent);
        p.setBrush(Qt::NoBrush);
        p.setRenderHint(QPainter::Antialiasing, false);
        p.drawRect(rect().adjusted(0, 0, -1, -2));
    }
}

void TimeStrip::resizeEvent(QResizeEvent*) { refresh(); }

void TimeStrip::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

TimeStrip::Drag TimeStrip::edgeAt(double x) const {
    const auto brush = range();
    if (!brush)
        return Drag::None;
    const double x0 = xOf(brush->first), x1 = xOf(brush->second);
    if (std::abs(x - x0) <= kHandle)
        return Drag::Left;
    if (std::abs(x - x1) <= kHandle)
        return Drag::Right;
    return x > x0 && x < x1 ? Drag::Move : Drag::None;
}

void TimeStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || whole_.buckets.empty())
        return;
    pressX_ = event->position().x();
    drag_ = edgeAt(pressX_);
    if (drag_ == Drag::None)
        drag_ = Drag::New;
    pressRange_ = range().value_or(std::pair(timeAt(pressX_), timeAt(pressX_)));
}

void TimeStrip::mouseMoveEvent(QMouseEvent* event) {
    const double x = event->position().x();
    if (drag_ == Drag::None) {
        const Drag over = edgeAt(x);
        setCursor(over == Drag::Left || over == Drag::Right ? Qt::SizeHorCursor : over == Drag::Move ? Qt::OpenHandCursor : Qt::CrossCursor);
        QToolTip::showText(event->globalPosition().toPoint(), plainToolTip(describe(x)), this);
        return;
    }
    if (drag_ == Drag::New && std::abs(x - pressX_) < 3)
        return;
    switch (drag_) {
    case Drag::New: setRange(timeAt(std::min(x, pressX_)), timeAt(std::max(x, pressX_)), true); break;
    case Drag::Left: setRange(std::min(timeAt(x), pressRange_.second - whole_.width), pressRange_.second, true); break;
    case Drag::Right: setRange(pressRange_.first, std::max(timeAt(x), pressRange_.first + whole_.width), true); break;
    case Drag::Move: {
        const int64_t length = pressRange_.second - pressRange_.first;
        const int64_t from = std::clamp(pressRange_.first + timeAt(x) - timeAt(pressX_), whole_.start, std::max(whole_.start, whole_.end() - length));
        setRange(from, from + length, true);
        break;
    }
    case Drag::None: break;
    }
}

void TimeStrip::mouseReleaseEvent(QMouseEvent* event) {
    // A click beside the range takes it away.
    if (drag_ == Drag::New && std::abs(event->position().x() - pressX_) < 3 && range())
        clearRange();
    drag_ = Drag::None;
    // The drag is over: the next one is a step of history of its own.
    context_.selection().setScope(context_.selection().scope());
}

void TimeStrip::mouseDoubleClickEvent(QMouseEvent*) { clearRange(); }

void TimeStrip::leaveEvent(QEvent*) { unsetCursor(); }

void TimeStrip::keyPressEvent(QKeyEvent* event) {
    if (whole_.buckets.empty())
        return QWidget::keyPressEvent(event);
    const auto now = range();
    const int64_t length = whole_.end() - whole_.start, step = std::max<int64_t>(whole_.width, length / 50);
    const bool widen = (event->modifiers() & Qt::ShiftModifier) != 0;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
        if (!now) {
            setRange(whole_.start, whole_.start + length / 5, false);
            break;
        }
        const int64_t by = event->key() == Qt::Key_Right ? step : -step;
        if (widen) {
            setRange(now->first, std::max(now->second + by, now->first + step), false);
        } else {
            const int64_t from = std::clamp(now->first + by, whole_.start, std::max(whole_.start, whole_.end() - (now->second - now->first)));
            setRange(from, from + now->second - now->first, false);
        }
        break;
    }
    case Qt::Key_Escape:
        if (now)
            clearRange();
        else
            QWidget::keyPressEvent(event);
        break;
    default: QWidget::keyPressEvent(event);
    }
}

QString TimeStrip::describe(double x) const {
    if (whole_.buckets.empty())
        return {};
    const auto at = static_cast<size_t>(std::clamp<int64_t>((timeAt(x) - whole_.start) / whole_.width, 0, static_cast<int64_t>(whole_.buckets.size()) - 1));
    const TrafficBucket& bucket = whole_.buckets[at];
    const int64_t from = whole_.start + static_cast<int64_t>(at) * whole_.width;
    return QStringLiteral("%1 %2, %3 long\n%4, %5 failed\nDrag to select a time range")
        .arg(toQString(formatTime(from, context_.timeZone(), 0)), toQString(zoneName(from, context_.timeZone())),
             toQString(formatDuration(whole_.width)), toQString(counted(bucket.requests, "entry span", "entry spans")), toQString(formatCount(bucket.errors)));
}

} // namespace aisle
