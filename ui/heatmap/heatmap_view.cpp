#include "heatmap/heatmap_view.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"
#include "widgets/time_axis.h"
#include "widgets/words.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QToolTip>

#include <cmath>

namespace aisle {

namespace {

constexpr int kBar = 32, kAxisHeight = 20, kAxisWidth = 62;
constexpr double kClick = 3;

struct Maps {
    Heatmap whole, matching;
};

} // namespace

HeatmapView::HeatmapView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), traces_(new QToolButton(this)), spans_(new QToolButton(this)), errors_(new QToolButton(this)), words_(new ElidedLabel(this)), empty_(new EmptyState(this)) {
    setAccessibleName(tr("Heatmap of durations"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    const std::tuple<QToolButton*, QString, QString> buttons[] = {{traces_, tr("Traces"), tr("Each trace, by its start and its length")},
                                                                  {spans_, tr("Spans"), tr("Each span that matches")},
                                                                  {errors_, tr("Share of errors"), tr("Colours by how many of a cell have errors, instead of how many there are")}};
    for (const auto& [button, text, help] : buttons) {
        button->setText(text);
        button->setToolTip(help);
        button->setCheckable(true);
        button->setObjectName(QStringLiteral("toggle"));
        bar->addWidget(button);
    }
    traces_->setChecked(true);
    words_->setForegroundRole(QPalette::PlaceholderText);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addLayout(bar);
    box->addStretch(1);
    connect(traces_, &QToolButton::clicked, this, [this] { show(HeatmapOf::Traces); });
    connect(spans_, &QToolButton::clicked, this, [this] { show(HeatmapOf::Spans); });
    connect(errors_, &QToolButton::toggled, this, &HeatmapView::setShowsErrors);
    connect(&context(), &ViewContext::scopeResultChanged, this, &HeatmapView::refresh);
    connect(&context(), &ViewContext::timeZoneChanged, this, qOverload<>(&QWidget::update));
    connect(empty_, &EmptyState::buttonClicked, this, [this] { Q_EMIT context().openRequested(); });
    refresh();
}

void HeatmapView::show(HeatmapOf of) {
    traces_->setChecked(of == HeatmapOf::Traces);
    spans_->setChecked(of == HeatmapOf::Spans);
    if (of_ == of)
        return;
    of_ = of;
    wholeOf_.reset();
    refresh();
}

void HeatmapView::setShowsErrors(bool shows) {
    showsErrors_ = shows;
    errors_->setChecked(shows);
    update();
}

QRectF HeatmapView::body() const { return QRectF(0, kBar, width(), std::max(0, height() - kBar)); }

HeatmapLayout HeatmapView::layoutNow() const { return {whole_.axes, body().size(), kAxisWidth, kAxisHeight}; }

void HeatmapView::refresh() {
    isDue_ = !isVisible();
    if (isDue_)
        return;
    const auto columns = static_cast<uint32_t>(std::max(8.0, (body().width() - kAxisWidth - 8) / HeatmapLayout::kCellWidth));
    const auto rows = static_cast<uint32_t>(std::max(8.0, (body().height() - kAxisHeight - 4) / HeatmapLayout::kCellHeight));
    // The axes are of everything: they stay while the scope changes, so that what is brushed does not move away.
    const bool sameWhole = wholeOf_ == context().table() && whole_.axes.columns() <= columns && columns - whole_.axes.columns() < 20 && whole_.axes.rows() <= rows && rows - whole_.axes.rows() < 8;
    worker_.run<Maps>(
        [table = context().table(), scope = context().scopeResult(), of = of_, columns, rows, known = sameWhole ? std::make_shared<Heatmap>(whole_) : nullptr](const StopToken& stop) {
            Maps maps;
            maps.whole = known ? *known : heatmap(*table, nullptr, of, heatmapAxes(*table, of, columns, rows), stop);
            maps.matching = scope->everything ? maps.whole : heatmap(*table, scope.get(), of, maps.whole.axes, stop);
            return maps;
        },
        [this, table = context().table()](Maps maps) {
            whole_ = std::move(maps.whole);
            matching_ = std::move(maps.matching);
            wholeOf_ = table;
            const QString what = of_ == HeatmapOf::Traces ? toQString(counted(matching_.counted, "trace", "traces")) : toQString(counted(matching_.counted, "span", "spans"));
            words_->setText(what + (matching_.errors > 0 ? tr(", %1 with errors").arg(toQString(formatCount(matching_.errors))) : QString()) +
                            (matching_.without > 0 ? tr("; %1 without a start or an end are left out").arg(toQString(formatCount(matching_.without))) : QString()));
            if (whole_.counted == 0)
                empty_->show(tr("Durations over time"), tr("Every trace by when it started and how long it took. Drag a box to select some."), context().table()->isEmpty() ? tr("Open a file") : QString());
            else
                empty_->hideState();
            update();
            Q_EMIT statusTextChanged();
        });
}

void HeatmapView::paint(QPainter& p, const HeatmapLayout& layout) const {
    const Theme& t = theme();
    if (whole_.axes.columns() == 0)
        return;
    const QRectF plot = layout.plot();
    p.setFont(t.axisFont);
    for (const int64_t tick : layout.durationTicks()) {
        const double y = std::round(layout.yOf(tick));
        p.fillRect(QRectF(plot.left(), y, plot.width(), 1), t.line);
        p.setPen(t.mutedText);
        p.drawText(QRectF(0, y - 10, plot.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, toQString(formatDuration(tick)));
    }
    const double most = std::log1p(std::max(1U, matching_.most)), mostOfAll = std::log1p(std::max(1U, whole_.most));
    for (uint32_t c = 0; c < whole_.axes.columns(); ++c)
        for (uint32_t r = 0; r < whole_.axes.rows(); ++r) {
            const HeatmapCell& all = whole_.at(c, r);
            if (all.count == 0)
                continue;
            const HeatmapCell& cell = matching_.at(c, r);
            const QRectF rect = layout.cell(c, r).adjusted(0, 0, -1, -1);
            if (cell.count == 0) { // left out by the scope
                p.fillRect(rect, mixed(t.neutralBar, t.surface, 0.12 + 0.25 * std::log1p(all.count) / mostOfAll));
            } else if (showsErrors_) {
                const double share = static_cast<double>(cell.errors) / cell.count;
                p.fillRect(rect, cell.errors == 0 ? mixed(t.neutralBar, t.surface, 0.55) : mixed(t.error, t.surface, 0.35 + 0.65 * share));
            } else {
                // Never the colour of the ground: one is seen, too.
                p.fillRect(rect, t.ramp(0.12 + 0.88 * std::log1p(cell.count) / most));
                if (cell.errors > 0)
                    p.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 2), t.error);
            }
        }
    p.save();
    paintTimeAxis(p, QRectF(plot.left(), plot.bottom() + 2, plot.width(), kAxisHeight - 2), whole_.axes.times.front(), whole_.axes.times.back(), context().timeZone(), t);
    p.restore();
    if (const auto cells = HeatmapLayout::cellsOf(whole_.axes, of_, selection().scope())) {
        const QRectF box = layout.box(*cells);
        QColor fill = t.accent;
        fill.setAlphaF(0.08F);
        p.fillRect(box, fill);
        frameRect(p, box, t.accent);
    }
}

void HeatmapView::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme().surface);
    p.translate(body().topLeft());
    paint(p, layoutNow());
}

void HeatmapView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    refresh();
}

void HeatmapView::showEvent(QShowEvent* event) {
    View::showEvent(event);
    if (isDue_)
        refresh();
}

void HeatmapView::changeEvent(QEvent* event) {
    View::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        update();
}

/// The terms of the box take the place of those that are there; the rest of the scope stays.
void HeatmapView::setCells(const HeatmapCells& cells, bool live) {
    Scope scope = selection().scope();
    const bool ofTraces = of_ == HeatmapOf::Traces;
    for (size_t i = scope.terms().size(); i-- > 0;)
        if (const auto kind = scope.terms()[i].kind; kind == (ofTraces ? ScopeTerm::Kind::TraceTime : ScopeTerm::Kind::Time) || kind == (ofTraces ? ScopeTerm::Kind::TraceDuration : ScopeTerm::Kind::Duration))
            scope = scope.without(i);
    for (ScopeTerm& term : heatmapTerms(whole_.axes, of_, cells.firstColumn, cells.lastColumn, cells.firstRow, cells.lastRow))
        scope = scope.with(std::move(term));
    if (live)
        selection().setScopeLive(scope);
    else
        selection().setScope(scope);
    update();
}

void HeatmapView::clearCells() {
    Scope scope = selection().scope();
    for (size_t i = scope.terms().size(); i-- > 0;)
        if (const auto kind = scope.terms()[i].kind;
            kind == ScopeTerm::Kind::TraceTime || kind == ScopeTerm::Kind::Time || kind == ScopeTerm::Kind::TraceDuration || kind == ScopeTerm::Kind::Duration)
            scope = scope.without(i);
    selection().setScope(scope);
}

void HeatmapView::mousePressEvent(QMouseEvent* event) {
    const QPointF at = event->position() - body().topLeft();
    if (event->button() != Qt::LeftButton || !layoutNow().cellAt(at))
        return View::mousePressEvent(event);
    press_ = at;
    dragged_ = false;
    setFocus(Qt::MouseFocusReason);
}

void HeatmapView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position() - body().topLeft();
    const HeatmapLayout layout = layoutNow();
    if (!press_) {
        const auto cell = layout.cellAt(at);
        setCursor(cell ? Qt::CrossCursor : Qt::ArrowCursor);
        const QString words = cell ? describe(*cell) : QString();
        if (words.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(event->globalPosition().toPoint(), plainToolTip(words), this);
        return;
    }
    if (!dragged_ && (at - *press_).manhattanLength() < kClick)
        return;
    dragged_ = true;
    const HeatmapCells cells = layout.cellsBetween(*press_, at);
    setCells(cells, true);
    QToolTip::showText(event->globalPosition().toPoint(), plainToolTip(describe(cells)), this);
}

void HeatmapView::mouseReleaseEvent(QMouseEvent* event) {
    if (!press_)
        return View::mouseReleaseEvent(event);
    // A click beside the box takes it away, one into a cell looks at the longest that is there.
    if (!dragged_ && HeatmapLayout::cellsOf(whole_.axes, of_, selection().scope()))
        clearCells();
    else if (!dragged_)
        if (const auto cell = layoutNow().cellAt(*press_); cell && whole_.at(cell->firstColumn, cell->firstRow).count > 0)
            focusOn(*cell);
    press_.reset();
    selection().setScope(selection().scope()); // the next one is a step of history of its own
}

void HeatmapView::mouseDoubleClickEvent(QMouseEvent*) { clearCells(); }

/// An exemplar: the longest trace, or span, of a cell.
void HeatmapView::focusOn(const HeatmapCells& cell) {
    const SpanTable& table = *context().table();
    const auto& scope = *context().scopeResult();
    // Comparisons alone: of 5 M spans on this thread.
    const int64_t from = whole_.axes.times[cell.firstColumn], to = whole_.axes.times[cell.firstColumn + 1], low = whole_.axes.durations[cell.firstRow], high = whole_.axes.durations[cell.firstRow + 1];
    const auto isIn = [=](int64_t start, int64_t duration) { return start >= from && start < to && std::max<int64_t>(0, duration) >= low && duration < high; };
    if (of_ == HeatmapOf::Traces) {
        TraceIndex longest = kNoTrace;
        for (TraceIndex t = 0; t < table.traceSlots(); ++t)
            if (const TraceSummary& s = table.summary(t); s.spans > 0 && s.hasStart && scope.traces[t] && isIn(s.start, s.duration) && (longest == kNoTrace || s.duration > table.summary(longest).duration))
                longest = t;
        if (longest != kNoTrace)
            selection().setFocus(Focus::onTrace(table.traceId(longest)));
        return;
    }
    Row longest = kNoRow;
    scope.spans.forEach([&](Row row) {
        if (isIn(table.start(row), table.duration(row)) && (longest == kNoRow || table.duration(row) > table.duration(longest)))
            longest = row;
    });
    if (longest != kNoRow)
        selection().setFocus(Focus::onSpan(table, longest));
}

/// The box by keyboard: arrows move it, with Shift they change its size, Escape takes it away.
void HeatmapView::keyPressEvent(QKeyEvent* event) {
    const auto now = HeatmapLayout::cellsOf(whole_.axes, of_, selection().scope());
    if (event->key() == Qt::Key_Escape && now)
        return clearCells();
    const int dx = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0, dy = event->key() == Qt::Key_Up ? 1 : event->key() == Qt::Key_Down ? -1 : 0;
    if ((dx == 0 && dy == 0) || whole_.axes.columns() == 0)
        return View::keyPressEvent(event);
    const auto columns = static_cast<int>(whole_.axes.columns()), rows = static_cast<int>(whole_.axes.rows());
    if (!now)
        return setCells({0, static_cast<uint32_t>(columns / 10), 0, static_cast<uint32_t>(rows - 1)}, false);
    int c1 = static_cast<int>(now->firstColumn), c2 = static_cast<int>(now->lastColumn), r1 = static_cast<int>(now->firstRow), r2 = static_cast<int>(now->lastRow);
    if ((event->modifiers() & Qt::ShiftModifier) != 0) {
        c2 = std::clamp(c2 + dx, c1, columns - 1);
        r2 = std::clamp(r2 + dy, r1, rows - 1);
    } else {
        const int mx = std::clamp(dx, -c1, columns - 1 - c2), my = std::clamp(dy, -r1, rows - 1 - r2);
        c1 += mx;
        c2 += mx;
        r1 += my;
        r2 += my;
    }
    setCells({static_cast<uint32_t>(c1), static_cast<uint32_t>(c2), static_cast<uint32_t>(r1), static_cast<uint32_t>(r2)}, true);
}

bool HeatmapView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape && HeatmapLayout::cellsOf(whole_.axes, of_, selection().scope())) {
            event->accept();
            return true;
        }
    }
    return View::event(event);
}

QString HeatmapView::describe(const HeatmapCells& cells) const {
    uint64_t all = 0, matching = 0, errors = 0;
    for (uint32_t c = cells.firstColumn; c <= cells.lastColumn; ++c)
        for (uint32_t r = cells.firstRow; r <= cells.lastRow; ++r) {
            all += whole_.at(c, r).count;
            matching += matching_.at(c, r).count;
            errors += matching_.at(c, r).errors;
        }
    if (all == 0)
        return {};
    const bool ofTraces = of_ == HeatmapOf::Traces;
    const QString what = toQString(ofTraces ? counted(all, "trace", "traces") : counted(all, "span", "spans"));
    return tr("%1, %2 to %3\n%4").arg(rangeWords(whole_.axes.times[cells.firstColumn], whole_.axes.times[cells.lastColumn + 1], context().timeZone()),
                                    toQString(formatDuration(whole_.axes.durations[cells.firstRow])), toQString(formatDuration(whole_.axes.durations[cells.lastRow + 1])), what) +
           (matching != all ? tr(", %1 in the scope").arg(toQString(formatCount(matching))) : QString()) + (errors > 0 ? tr(", %1 with errors").arg(toQString(formatCount(errors))) : QString());
}

QString HeatmapView::statusText() const { return whole_.counted == 0 ? QString() : words_->text(); }

std::unique_ptr<Tabular> HeatmapView::tabular() const { return whole_.counted == 0 ? nullptr : std::make_unique<Tabular>(tabulate(matching_, context().timeZone().utc)); }

QSize HeatmapView::pictureSize(int) const { return whole_.counted == 0 ? QSize() : body().size().toSize(); }

void HeatmapView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    paint(painter, HeatmapLayout(whole_.axes, size, kAxisWidth, kAxisHeight));
}

} // namespace aisle
