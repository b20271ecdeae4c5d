#include "heatmap/heatmap_view.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QPainter>
#include <QToolButton>

#include <cmath>

namespace aisle {

namespace {

struct Maps {
    Heatmap whole, matching;
};

} // namespace

HeatmapView::HeatmapView(ViewContext& shared, QWidget* parent) : PlaneView(shared, {5, 6}, parent) {
    setAccessibleName(tr("Heatmap of durations"));
    errors_ = addToggle(tr("Share of errors"), tr("Colours by how many of a cell have errors, instead of how many there are"));
    connect(errors_, &QToolButton::toggled, this, &HeatmapView::setShowsErrors);
    refresh();
}

void HeatmapView::setShowsErrors(bool shows) {
    showsErrors_ = shows;
    errors_->setChecked(shows);
    contentChanged();
}

QJsonObject HeatmapView::settings() const {
    QJsonObject out = PlaneView::settings();
    out[QStringLiteral("errors")] = showsErrors_;
    return out;
}

void HeatmapView::applySettings(const QJsonObject& settings) {
    PlaneView::applySettings(settings);
    setShowsErrors(settings[QStringLiteral("errors")].toBool(showsErrors_));
}

void HeatmapView::count() {
    const auto table = context().table();
    // The axes are of everything: they stay while the scope changes, so that what is brushed does not move away.
    const auto [columns, rows] = fitting(whole_.axes);
    const bool sameWhole = wholeOf_ == std::pair(table, items()) && whole_.axes.columns() == columns && whole_.axes.rows() == rows;
    worker_.follow<Maps>(
        [table, among = scope().result(), of = items(), columns = columns, rows = rows, known = sameWhole ? std::make_shared<Heatmap>(whole_) : nullptr](const StopToken& stop) {
            Maps maps;
            maps.whole = known ? *known : heatmap(*table, nullptr, of, heatmapAxes(*table, of, columns, rows), stop);
            maps.matching = among->everything ? maps.whole : heatmap(*table, among.get(), of, maps.whole.axes, stop);
            return maps;
        },
        [this, among = scope().result(), table, of = items()](Maps maps) {
            if (!isWanted(table, of))
                return; // the next one is on its way
            setContentOf(table, among);
            whole_ = std::move(maps.whole);
            matching_ = std::move(maps.matching);
            wholeOf_ = {table, of};
            showWords();
            contentChanged();
        },
        [this](const QString& why) {
            whole_ = matching_ = {};
            wholeOf_ = {};
            setProblem(why);
        });
}

QString HeatmapView::words() const {
    uint64_t inBox = 0; // a box is of whole cells
    if (const auto cells = box())
        for (uint32_t c = cells->firstColumn; c <= cells->lastColumn; ++c)
            for (uint32_t r = cells->firstRow; r <= cells->lastRow; ++r)
                inBox += matching_.at(c, r).errors;
    return countWords(matching_.counted, matching_.errors, matching_.without, inBox);
}

std::pair<QString, QString> HeatmapView::emptyWords() const {
    return {tr("Durations over time"), tr("Every trace by when it started and how long it took. Drag a box to select some.")};
}

void HeatmapView::paint(QPainter& p, QSizeF size) const {
    const Theme& t = theme();
    const PlaneLayout layout(whole_.axes, size, kAxisWidth, kAxisHeight);
    paintAxes(p, layout);
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
}

/// An exemplar: the longest trace, or span, of a cell.
void HeatmapView::openExemplar(QPointF at) {
    const auto cell = layoutNow().cellAt(at - body().topLeft());
    if (!cell || matching_.at(cell->firstColumn, cell->firstRow).count == 0 || wholeOf_.first != context().table())
        return;
    const HeatmapAxes& a = whole_.axes;
    const int64_t from = a.times[cell->firstColumn], to = a.times[cell->firstColumn + 1], low = a.durations[cell->firstRow], high = a.durations[cell->firstRow + 1];
    exemplarWorker_.run<std::optional<Item>>(
        [table = context().table(), among = shownScope(), of = items(), from, to, low, high](const StopToken& stop) {
            std::optional<Item> longest;
            forEachItem(
                *table, among.get(), of, stop,
                [&](const Item& item) {
                    if (item.start >= from && item.start < to && std::max<int64_t>(0, item.duration) >= low && item.duration < high && (!longest || item.duration > longest->duration))
                        longest = item;
                },
                [] {});
            return longest;
        },
        [this, table = context().table()](std::optional<Item> longest) {
            if (longest && table == context().table())
                openItem(longest->trace, longest->row);
        });
}

QString HeatmapView::describe(QPointF at) const {
    const auto cell = layoutNow().cellAt(at - body().topLeft());
    const HeatmapCell all = cell ? whole_.at(cell->firstColumn, cell->firstRow) : HeatmapCell();
    if (all.count == 0)
        return {};
    const HeatmapCell matching = matching_.at(cell->firstColumn, cell->firstRow);
    return placeWords(*cell) + QLatin1Char('\n') + countedItems(all.count, items()) + (matching.count != all.count ? tr(", %1 in the scope").arg(toQString(formatCount(matching.count))) : QString()) +
           (matching.errors > 0 ? tr(", %1 with errors").arg(toQString(formatCount(matching.errors))) : QString());
}

std::unique_ptr<Tabular> HeatmapView::tabular() const { return isEmpty() ? nullptr : std::make_unique<Tabular>(tabulate(matching_, context().timeZone().utc)); }

} // namespace aisle
