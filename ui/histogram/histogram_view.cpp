#include "histogram/histogram_view.h"

#include "charts/duration_ticks.h"
#include "charts/field_box.h"
#include "charts/group_colours.h"
#include "text/format.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QPainter>

#include <cmath>

namespace aisle {

namespace {
constexpr int kAxisHeight = 20, kAxisWidth = 62, kMarkHeight = 16;
constexpr double kBarWidth = 9; // px, about
}

HistogramView::HistogramView(ViewContext& shared, QWidget* parent) : ChartView(shared, {{ScopeTerm::Kind::TraceDuration}, {ScopeTerm::Kind::Duration}}, parent) {
    setAccessibleName(tr("Histogram of durations"));
    by_ = addFieldBox(tr("What the parts of a bar are"));
    legend_ = addLegend();
    legend_->hide();
    connect(legend_, &Legend::pointedChanged, this, &HistogramView::contentChanged);
    refresh();
}

void HistogramView::count() {
    const auto table = context().table();
    const auto bars = static_cast<uint32_t>(std::max(8.0, plotIn(body().size()).width() / kBarWidth));
    const uint32_t now = histogram_.bars();
    const bool sameEdges = edgesOf_ == std::pair(table, items()) && now <= bars && bars - now < 12;
    worker_.follow<DurationHistogram>(
        [asked = context().queryContext(), among = scope().result(), of = items(), by = by_->field(), bars, known = sameEdges ? histogram_.edges : std::vector<int64_t>()](const StopToken& stop) {
            return durationHistogram(asked, *among, of, by, known.empty() ? heatmapAxes(*asked.table, of, 1, bars).durations : known, stop);
        },
        [this, among = scope().result(), table](DurationHistogram found) {
            if (!isWanted(table, found.of))
                return;
            setContentOf(table, among);
            histogram_ = std::move(found);
            edgesOf_ = {table, histogram_.of};
            recolour();
            showWords();
            contentChanged();
        },
        [this](const QString& why) {
            histogram_ = {};
            edgesOf_ = {};
            setProblem(why);
        });
}

void HistogramView::recolour() { legend_->setItems(legendOf(histogram_.groups, histogram_.by, context().serviceColours(), theme()), histogram_.of); }

QString HistogramView::words() const {
    QString text = countedItems(histogram_.counted, items());
    if (histogram_.counted > 0)
        text += tr(": p50 %1, p90 %2, p95 %3, p99 %4")
                    .arg(toQString(formatDuration(histogram_.p50)), toQString(formatDuration(histogram_.p90)), toQString(formatDuration(histogram_.p95)), toQString(formatDuration(histogram_.p99)));
    if (histogram_.without > 0)
        text += tr("; %1 without a start or an end are left out").arg(toQString(formatCount(histogram_.without)));
    return text;
}

std::pair<QString, QString> HistogramView::emptyWords() const { return {tr("How long things took"), tr("How many traces or spans took how long. Drag to select those of some duration.")}; }

QRectF HistogramView::plotIn(QSizeF size) {
    return {kAxisWidth, kMarkHeight + 4.0, std::max(0.0, size.width() - kAxisWidth - 12), std::max(0.0, size.height() - kAxisHeight - kMarkHeight - 4)};
}

double HistogramView::xOf(const QRectF& plot, int64_t duration) const {
    const auto& edges = histogram_.edges;
    if (duration <= 0)
        return plot.left();
    if (duration >= edges.back())
        return plot.right();
    const auto bar = static_cast<size_t>(std::upper_bound(edges.begin(), edges.end(), duration) - edges.begin()) - 1;
    const double from = static_cast<double>(edges[bar]), to = static_cast<double>(edges[bar + 1]);
    const double within = bar == 0 ? 0 : std::log(static_cast<double>(duration) / from) / std::log(to / from);
    return plot.left() + plot.width() * (static_cast<double>(bar) + within) / histogram_.bars();
}

QRectF HistogramView::column(uint32_t first, uint32_t last) const {
    const QRectF area = plot();
    const auto x = [&](uint32_t bar) { return std::round(area.left() + area.width() * bar / histogram_.bars()); };
    return {QPointF(x(first), area.top()), QPointF(x(last + 1), area.bottom())};
}

std::optional<uint32_t> HistogramView::barAt(double x) const {
    const QRectF area = plot();
    if (isEmpty() || area.width() <= 0)
        return std::nullopt;
    return static_cast<uint32_t>(std::clamp(std::floor((x - area.left()) / area.width() * histogram_.bars()), 0.0, histogram_.bars() - 1.0));
}

void HistogramView::paint(QPainter& p, QSizeF size) const {
    const Theme& t = theme();
    const QRectF area = plotIn(size);
    uint64_t most = 1;
    for (uint32_t bar = 0; bar < histogram_.bars(); ++bar)
        most = std::max({most, histogram_.all[bar], histogram_.selected[bar]});
    // The square root, so that the few slow ones are seen beside the many fast ones; the axis says what is what.
    const auto heightOf = [&](double count) { return count <= 0 ? 0.0 : std::max(1.0, std::round(area.height() * std::sqrt(count / static_cast<double>(most)))); };
    p.setFont(t.axisFont);
    std::vector<uint64_t> ticks;
    for (uint64_t power = 1; power <= most && ticks.size() < 40; power *= 10)
        for (const uint64_t n : {1, 2, 5})
            if (power * n <= most)
                ticks.push_back(power * n);
    double last = area.top() - 100;
    for (auto tick = ticks.rbegin(); tick != ticks.rend(); ++tick) {
        const double y = area.bottom() - heightOf(static_cast<double>(*tick));
        if (y - last < 26 || area.bottom() - y < 14)
            continue;
        last = y;
        p.fillRect(QRectF(area.left(), y, area.width(), 1), t.line);
        p.setPen(t.mutedText);
        p.drawText(QRectF(0, y - 10, area.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, toQString(formatCount(*tick)));
    }
    p.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), t.line);
    const auto colours = groupColours(histogram_.groups, histogram_.by, context().serviceColours(), t);
    const int pointed = legend_->pointed();
    const QColor faint = mixed(t.neutralBar, t.surface, 0.28);
    for (uint32_t bar = 0; bar < histogram_.bars(); ++bar) {
        const double left = std::round(area.left() + area.width() * bar / histogram_.bars()), right = std::round(area.left() + area.width() * (bar + 1) / histogram_.bars());
        const auto fill = [&](double height, double bottom, const QColor& colour) { p.fillRect(QRectF(left, bottom - height, std::max(1.0, right - left - 1), height), colour); };
        fill(heightOf(static_cast<double>(histogram_.all[bar])), area.bottom(), faint);
        const double whole = heightOf(static_cast<double>(histogram_.selected[bar]));
        // A bar is as high as it is whole, and divided evenly: only whole bars can be compared by the axis.
        double below = 0;
        for (size_t g = 0; g < histogram_.groups.size() && histogram_.selected[bar] > 0; ++g) {
            const double share = static_cast<double>(histogram_.ofGroup[g][bar]) / static_cast<double>(histogram_.selected[bar]);
            const QColor colour = pointed >= 0 && static_cast<int>(g) != pointed ? mixed(colours[g], t.surface, 0.2) : colours[g];
            const double height = std::round((below + share) * whole) - std::round(below * whole);
            fill(height, area.bottom() - std::round(below * whole), colour);
            below += share;
        }
        if (histogram_.errors[bar] > 0 && histogram_.by.empty())
            fill(std::max(2.0, std::round(whole * static_cast<double>(histogram_.errors[bar]) / static_cast<double>(histogram_.selected[bar]))), area.bottom(), t.error);
    }
    // Ticks of the durations: powers of ten where they have room.
    p.setPen(t.mutedText);
    double lastLabel = area.left() - 100;
    for (const int64_t tick : durationTicks(histogram_.edges.back()))
        if (const double x = std::round(xOf(area, tick)); tick >= histogram_.edges[1] && x - lastLabel > 56 && x < area.right() - 20) {
            lastLabel = x;
            p.fillRect(QRectF(x, area.bottom(), 1, 4), t.mutedText);
            p.drawText(QRectF(x - 40, area.bottom() + 3, 80, kAxisHeight - 3), Qt::AlignHCenter | Qt::AlignTop, toQString(formatDuration(tick)));
        }
    if (histogram_.counted == 0)
        return;
    double free = area.left() - 100;
    for (const auto& [label, value] : {std::pair(QStringLiteral("p50"), histogram_.p50), std::pair(QStringLiteral("p90"), histogram_.p90), std::pair(QStringLiteral("p95"), histogram_.p95), std::pair(QStringLiteral("p99"), histogram_.p99)}) {
        const double x = std::round(xOf(area, value));
        p.fillRect(QRectF(x, kMarkHeight, 1, size.height() - kAxisHeight - kMarkHeight), t.text);
        const double width = p.fontMetrics().horizontalAdvance(label) + 4;
        if (x - width / 2 >= free) {
            p.setPen(t.text);
            p.drawText(QRectF(x - width / 2, 0, width, kMarkHeight), Qt::AlignCenter, label);
            free = x + width / 2;
        }
    }
}

void HistogramView::paintBrush(QPainter& p, QSizeF size) const {
    const QRectF area = plotIn(size);
    if (const auto own = ownBars()) {
        const auto x = [&](uint32_t bar) { return std::round(area.left() + area.width() * bar / histogram_.bars()); };
        paintOutside(p, area, QRectF(QPointF(x(own->first), area.top()), QPointF(x(own->second + 1), area.bottom())));
    }
}

std::optional<std::pair<uint32_t, uint32_t>> HistogramView::ownBars() const {
    const auto kind = ownTerms().front();
    const auto& edges = histogram_.edges;
    for (const ScopeTerm& term : selection().scope().terms()) {
        if (term.kind != kind || isEmpty() || term.from >= edges.back())
            continue;
        const auto barOf = [&](int64_t duration) { return static_cast<uint32_t>(std::upper_bound(edges.begin(), edges.end() - 1, duration) - edges.begin()) - 1; };
        return std::pair(barOf(term.from), term.to > 0 ? barOf(term.to) : histogram_.bars() - 1);
    }
    return std::nullopt;
}

std::optional<QRectF> HistogramView::brush() const {
    const auto own = ownBars();
    return own ? std::optional(column(own->first, own->second)) : std::nullopt;
}

std::vector<ScopeTerm> HistogramView::between(QPointF a, QPointF b) const {
    const auto first = barAt(std::min(a.x(), b.x())), last = barAt(std::max(a.x(), b.x()));
    if (!first || !last)
        return {};
    ScopeTerm term;
    term.kind = ownTerms().front();
    term.from = *first == 0 ? 0 : histogram_.edges[*first];
    term.to = *last + 1 < histogram_.bars() ? histogram_.edges[*last + 1] - 1 : 0;
    return term.from == 0 && term.to == 0 ? std::vector<ScopeTerm>() : std::vector<ScopeTerm>{term};
}

void HistogramView::openExemplar(QPointF at) {
    if (const auto bar = barAt(at.x()); bar && histogram_.selected[*bar] > 0)
        openItem(histogram_.exemplars[*bar].trace, histogram_.exemplars[*bar].row);
}

QString HistogramView::describe(QPointF at) const {
    const auto bar = barAt(at.x());
    if (!bar || histogram_.all[*bar] == 0)
        return {};
    QString text = tr("%1 to %2").arg(toQString(formatDuration(histogram_.edges[*bar])), toQString(formatDuration(histogram_.edges[*bar + 1]))) + QLatin1Char('\n') + countedItems(histogram_.selected[*bar], items());
    if (histogram_.all[*bar] != histogram_.selected[*bar])
        text += tr(" of %1").arg(toQString(formatCount(histogram_.all[*bar])));
    if (histogram_.errors[*bar] > 0)
        text += tr(", %1 with errors").arg(toQString(formatCount(histogram_.errors[*bar])));
    for (size_t g = 0; g < histogram_.groups.size() && !histogram_.by.empty(); ++g)
        if (histogram_.ofGroup[g][*bar] > 0)
            text += QLatin1Char('\n') + singleLine(toQString(histogram_.groups[g].label)).left(80) + QLatin1String(": ") + toQString(formatCount(histogram_.ofGroup[g][*bar]));
    return text;
}

std::unique_ptr<Tabular> HistogramView::tabular() const { return isEmpty() ? nullptr : std::make_unique<Tabular>(tabulate(histogram_)); }

} // namespace aisle
