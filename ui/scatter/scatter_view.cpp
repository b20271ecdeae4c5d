#include "scatter/scatter_view.h"

#include "charts/field_box.h"
#include "charts/legend.h"
#include "charts/group_colours.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QPainter>

namespace aisle {

ScatterView::ScatterView(ViewContext& shared, QWidget* parent) : PlaneView(shared, {2, 2}, parent) {
    setAccessibleName(tr("Traces as dots"));
    by_ = addFieldBox(tr("What the colours stand for"));
    legend_ = addLegend();
    legend_->hide();
    connect(legend_, &Legend::pointedChanged, this, &ScatterView::contentChanged);
    refresh();
}

void ScatterView::count() {
    const auto table = context().table();
    const auto [columns, rows] = fitting(scatter_.axes);
    const bool sameAxes = axesOf_ == std::pair(table, items()) && scatter_.axes.columns() == columns && scatter_.axes.rows() == rows;
    worker_.follow<Scatter>(
        [asked = context().queryContext(), among = scope().result(), of = items(), by = by_->field(), columns = columns, rows = rows,
         known = sameAxes ? std::make_shared<HeatmapAxes>(scatter_.axes) : nullptr](const StopToken& stop) {
            return aisle::scatter(asked, *among, of, by, known ? *known : heatmapAxes(*asked.table, of, columns, rows), stop);
        },
        [this, among = scope().result(), table](Scatter found) {
            if (!isWanted(table, found.of))
                return;
            setContentOf(table, among);
            scatter_ = std::move(found);
            axesOf_ = {table, scatter_.of};
            recolour();
            showWords();
            contentChanged();
        },
        [this](const QString& why) {
            scatter_ = {};
            axesOf_ = {};
            setProblem(why);
        });
}

void ScatterView::recolour() { legend_->setItems(legendOf(scatter_.groups, scatter_.by, context().serviceColours(), theme()), scatter_.of); }

QString ScatterView::words() const { return countWords(scatter_.counted, scatter_.errors, scatter_.without); }

std::pair<QString, QString> ScatterView::emptyWords() const { return {tr("Every trace as a dot"), tr("When each trace started and how long it took. Click a dot to open it, drag a box to select some.")}; }

void ScatterView::paint(QPainter& p, QSizeF size) const {
    const Theme& t = theme();
    const PlaneLayout layout(scatter_.axes, size, kAxisWidth, kAxisHeight);
    paintAxes(p, layout);
    const auto colours = groupColours(scatter_.groups, scatter_.by, context().serviceColours(), t);
    const int pointed = legend_->pointed();
    const auto dot = [&](const Scatter::Dot& one, double radius, const QColor& colour) {
        const QPointF at = layout.cell(one.column, one.row).center();
        p.fillRect(QRectF(std::round(at.x() - radius), std::round(at.y() - radius), 2 * radius, 2 * radius), colour);
    };
    // Whole pixels without antialiasing: 100,000 dots in 4 ms. What failed comes last, so that nothing lies on it.
    for (const bool failed : {false, true})
        for (const Scatter::Dot& one : scatter_.dots) {
            if ((one.errors > 0) != failed)
                continue;
            const bool isAside = pointed >= 0 && static_cast<int>(one.group) != pointed;
            const QColor colour = failed ? t.error : colours[one.group];
            dot(one, failed ? 2 : 1.5, isAside ? mixed(colour, t.surface, 0.18) : colour);
        }
}

/// The dot that is nearest, within a few pixels.
const Scatter::Dot* ScatterView::dotAt(QPointF at) const {
    constexpr int kReach = 3; // cells
    const PlaneLayout layout = layoutNow();
    const auto cell = layout.cellAt(at - body().topLeft());
    if (!cell)
        return nullptr;
    const Scatter::Dot* best = nullptr;
    std::pair<bool, int> bestDistance;
    for (int dc = -kReach; dc <= kReach; ++dc)
        for (int dr = -kReach; dr <= kReach; ++dr) {
            const int64_t c = int64_t(cell->firstColumn) + dc, r = int64_t(cell->firstRow) + dr;
            if (c < 0 || r < 0 || c >= scatter_.axes.columns() || r >= scatter_.axes.rows())
                continue;
            const Scatter::Dot* dot = scatter_.at(static_cast<uint32_t>(c), static_cast<uint32_t>(r));
            const std::pair distance(dot == nullptr || dot->errors == 0, dc * dc + dr * dr); // what failed is on top
            if (dot != nullptr && (best == nullptr || distance < bestDistance)) {
                best = dot;
                bestDistance = distance;
            }
        }
    return best;
}

void ScatterView::openExemplar(QPointF at) {
    if (const Scatter::Dot* dot = dotAt(at))
        openItem(dot->item.trace, dot->item.row);
}

QString ScatterView::describe(QPointF at) const {
    const Scatter::Dot* dot = dotAt(at);
    if (dot == nullptr)
        return {};
    const SpanTable& table = *context().table();
    QString text;
    if (dot->item.row != kNoRow && axesOf_.first == context().table())
        text = singleLine(toQString(table.serviceText(dot->item.row))) + QLatin1Char(' ') + singleLine(toQString(table.nameText(dot->item.row))) + QLatin1Char('\n');
    text += toQString(formatTime(dot->item.start, context().timeZone())) + QLatin1String(", ") + toQString(formatDuration(dot->item.duration)) + (dot->item.isError ? tr(", with an error") : QString());
    if (!scatter_.by.empty())
        text += QLatin1Char('\n') + singleLine(toQString(scatter_.groups[dot->group].label));
    if (dot->count > 1)
        text += QLatin1Char('\n') + tr("and %1 more here").arg(toQString(formatCount(dot->count - 1)));
    return text;
}

std::unique_ptr<Tabular> ScatterView::tabular() const {
    return isEmpty() || axesOf_.first == nullptr ? nullptr : std::make_unique<Tabular>(tabulate(scatter_, *axesOf_.first, context().timeZone().utc));
}

} // namespace aisle
