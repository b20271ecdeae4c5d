#include "rates/rates_view.h"

#include "charts/field_box.h"
#include "charts/group_colours.h"
#include "text/format.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"
#include "widgets/time_axis.h"
#include "widgets/words.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPainter>

#include <cmath>

namespace aisle {

namespace {

constexpr std::pair<Measure, const char*> kMeasures[] = {{Measure::Rate, "Rate"},
                                                         {Measure::ErrorShare, "Share of errors"},
                                                         {Measure::Percentiles, "Duration: p50, p95, p99"},
                                                         {Measure::P50, "Duration: p50"},
                                                         {Measure::P95, "Duration: p95"},
                                                         {Measure::P99, "Duration: p99"},
                                                         {Measure::Longest, "Duration: longest"}};

constexpr int kAxisHeight = 20, kAxisWidth = 62;

bool isDuration(Measure measure) { return measure != Measure::Rate && measure != Measure::ErrorShare; }

} // namespace

RatesView::RatesView(ViewContext& shared, QWidget* parent)
    : ChartView(shared, {{ScopeTerm::Kind::TraceTime}, {ScopeTerm::Kind::Time}}, parent), measure_(new QComboBox(this)) {
    setAccessibleName(tr("Over time"));
    for (const auto& [measure, title] : kMeasures)
        measure_->addItem(QString::fromLatin1(title), static_cast<int>(measure));
    measure_->setAccessibleName(tr("What is measured"));
    measure_->setToolTip(tr("What is measured"));
    bar()->insertWidget(2, measure_);
    by_ = addFieldBox(tr("One line for each value of a field"));
    logarithmic_ = addToggle(tr("Logarithmic"), tr("Durations by their order of magnitude, so that usual ones can be read beside the longest"));
    logarithmic_->setChecked(true);
    logarithmic_->hide();
    connect(logarithmic_, &QToolButton::toggled, this, &RatesView::contentChanged);
    legend_ = addLegend();
    legend_->hide();
    connect(measure_, &QComboBox::activated, this, [this] {
        setMeasure(static_cast<Measure>(measure_->currentData().toInt()));
    });
    connect(legend_, &Legend::pointedChanged, this, &RatesView::contentChanged);
    refresh();
}

void RatesView::setMeasure(Measure measure) {
    measure_->setCurrentIndex(measure_->findData(static_cast<int>(measure)));
    by_->setEnabled(measure != Measure::Percentiles);
    logarithmic_->setVisible(isDuration(measure));
    refresh();
}

QJsonObject RatesView::settings() const {
    QJsonObject out = ChartView::settings();
    out[QStringLiteral("measure")] = toQString(measureName(static_cast<Measure>(measure_->currentData().toInt())));
    out[QStringLiteral("logarithmic")] = logarithmic_->isChecked();
    return out;
}

void RatesView::applySettings(const QJsonObject& settings) {
    ChartView::applySettings(settings);
    if (const auto measure = measureOf(settings[QStringLiteral("measure")].toString().toStdString()))
        setMeasure(*measure);
    logarithmic_->setChecked(settings[QStringLiteral("logarithmic")].toBool(logarithmic_->isChecked()));
}

void RatesView::count() {
    OverTimeAsked asked;
    asked.of = items();
    asked.measure = static_cast<Measure>(measure_->currentData().toInt());
    asked.by = by_->field();
    constexpr int kStep = 8; // px
    asked.mostSteps = static_cast<uint32_t>(std::clamp(static_cast<int>(body().width()) / kStep, 20, 400));
    worker_.follow<OverTime>(
        [context = context().queryContext(), among = scope().result(), asked](const StopToken& stop) { return overTime(context, *among, asked, stop); },
        [this, among = scope().result(), table = context().table()](OverTime found) {
            if (!isWanted(table, found.asked.of))
                return; // the next one is on its way
            setContentOf(table, among);
            series_ = std::move(found);
            recolour();
            showWords();
            contentChanged();
        },
        [this](const QString& why) {
            series_ = {};
            setProblem(why);
        });
}

SeriesLayout RatesView::layoutFor(QSizeF size) const { return {series_, isDuration(series_.asked.measure) && logarithmic_->isChecked(), size, kAxisWidth, kAxisHeight}; }

void RatesView::recolour() {
    const auto lineColours = colours();
    const auto field = fieldOf(series_.asked.by);
    std::vector<LegendItem> legend;
    for (size_t i = 0; i < series_.lines.size(); ++i)
        legend.push_back({singleLine(toQString(series_.lines[i].label)), valueWords(series_.lines[i].whole), lineColours[i], series_.lines[i].condition, field ? field->name : std::string()});
    legend_->setItems(std::move(legend), series_.asked.of);
}

QString RatesView::words() const { return countWords(series_.counted, 0, series_.without); }

std::pair<QString, QString> RatesView::emptyWords() const {
    return {tr("Over time"), tr("How many traces or spans there are a second, how many fail and how long they take. Drag to select a time.")};
}

QString RatesView::valueWords(double value) const {
    if (std::isnan(value))
        return {};
    if (value == 0)
        return QStringLiteral("0");
    const Measure measure = series_.asked.measure;
    return toQString(isDuration(measure) ? formatDuration(static_cast<int64_t>(value)) : measure == Measure::Rate ? formatRate(value) : formatPercent(value));
}

/// Percentiles are of one thing: shades of grey, the highest strongest. Errors of one are red.
std::vector<QColor> RatesView::colours() const {
    const Theme& t = theme();
    if (series_.asked.measure == Measure::Percentiles)
        return {t.text, mixed(t.text, t.surface, 0.65), mixed(t.text, t.surface, 0.4)};
    if (series_.lines.size() == 1 && series_.lines[0].condition.empty())
        return {series_.asked.measure == Measure::ErrorShare ? t.error : mixed(t.text, t.surface, 0.65)};
    std::vector<ItemGroups::Group> groups;
    for (const auto& line : series_.lines)
        groups.push_back({line.label, line.condition, line.items});
    return groupColours(groups, series_.asked.by, context().serviceColours(), t);
}

void RatesView::paint(QPainter& p, QSizeF size) const {
    const Theme& t = theme();
    const SeriesLayout layout = layoutFor(size);
    const QRectF plot = layout.plot();
    p.setFont(t.axisFont);
    for (const double tick : layout.ticks()) {
        const double y = std::round(layout.yOf(tick));
        p.fillRect(QRectF(plot.left(), y, plot.width(), 1), t.line);
        p.setPen(t.mutedText);
        p.drawText(QRectF(0, y - 10, plot.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, valueWords(tick));
    }
    paintTimeAxis(p, QRectF(plot.left(), plot.bottom() + 2, plot.width(), kAxisHeight - 2), series_.start, series_.end(), context().timeZone(), t);
    const auto lineColours = colours();
    const int pointed = legend_->pointed();
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.setClipRect(plot.adjusted(0, -4, 0, 1));
    for (size_t l = series_.lines.size(); l-- > 0;) { // the one with most items on top
        const bool isAside = pointed >= 0 && static_cast<int>(l) != pointed;
        const QColor colour = isAside ? mixed(lineColours[l], t.surface, 0.2) : lineColours[l];
        QPolygonF part;
        const auto drawPart = [&] {
            p.setPen(QPen(colour, static_cast<int>(l) == pointed ? 2.5 : 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            p.setBrush(Qt::NoBrush);
            if (part.size() > 1) {
                // In pieces: of a zigzag of 400 points Qt's stroker takes seconds to find out where it crosses itself.
                constexpr int kPiece = 8;
                for (int from = 0; from + 1 < part.size(); from += kPiece)
                    p.drawPolyline(part.mid(from, kPiece + 1));
            } else if (part.size() == 1) { // between two gaps
                p.setPen(Qt::NoPen);
                p.setBrush(colour);
                p.drawEllipse(part[0], 2, 2);
            }
            part.clear();
        };
        for (size_t i = 0; i < series_.steps(); ++i) {
            if (std::isnan(series_.lines[l].values[i]))
                drawPart();
            else
                part.append(layout.pointOf(l, i));
        }
        drawPart();
    }
    p.restore();
}

void RatesView::paintBrush(QPainter& p, QSizeF size) const {
    const SeriesLayout layout = layoutFor(size);
    if (const auto range = brushIn(layout))
        paintOutside(p, layout.plot(), *range);
}

std::optional<QRectF> RatesView::brushIn(const SeriesLayout& layout) const {
    const auto kind = ownTerms().front();
    for (const ScopeTerm& term : selection().scope().terms())
        if (term.kind == kind && term.to > series_.start && term.from < series_.end()) {
            const QRectF plot = layout.plot();
            const double x0 = std::round(layout.xOf(std::max(term.from, series_.start))), x1 = std::round(layout.xOf(std::min(term.to, series_.end())));
            return QRectF(x0, plot.top(), std::max(1.0, x1 - x0), plot.height());
        }
    return std::nullopt;
}

std::optional<QRectF> RatesView::brush() const {
    const auto range = brushIn(layoutNow());
    return range ? std::optional(range->translated(body().topLeft())) : std::nullopt;
}

/// Whole steps, so that what is selected is what the points are of.
std::vector<ScopeTerm> RatesView::between(QPointF a, QPointF b) const {
    const SeriesLayout layout = layoutNow();
    const double left = body().left();
    const auto stepOf = [&](double x) { return (layout.timeAt(x - left) - series_.start) / series_.step; };
    const int64_t first = std::min(stepOf(a.x()), stepOf(b.x())), last = std::min(std::max(stepOf(a.x()), stepOf(b.x())), static_cast<int64_t>(series_.steps()) - 1);
    ScopeTerm term;
    term.kind = ownTerms().front();
    term.from = series_.start + first * series_.step;
    term.to = series_.start + (last + 1) * series_.step;
    return {term};
}

void RatesView::openExemplar(QPointF at) {
    if (const auto hit = layoutNow().hit(at - body().topLeft())) {
        const OverTime::Exemplar& exemplar = series_.lines[hit->line].exemplars[hit->step];
        openItem(exemplar.trace, exemplar.row);
    }
}

QString RatesView::describe(QPointF at) const {
    const auto hit = layoutNow().hit(at - body().topLeft());
    if (!hit)
        return {};
    const int64_t from = series_.start + static_cast<int64_t>(hit->step) * series_.step;
    QString text = rangeWords(from, from + series_.step, context().timeZone());
    for (size_t l = 0; l < series_.lines.size(); ++l)
        if (const double value = series_.lines[l].values[hit->step]; !std::isnan(value) && (value > 0 || l == hit->line)) {
            const QString label = singleLine(toQString(series_.lines[l].label));
            text += QLatin1Char('\n') + (label.isEmpty() ? QString() : label.left(80) + QLatin1String(": ")) + valueWords(value);
        }
    return text + QLatin1Char('\n') + tr("A click opens the longest one.");
}

std::unique_ptr<Tabular> RatesView::tabular() const { return isEmpty() ? nullptr : std::make_unique<Tabular>(tabulate(series_, context().timeZone().utc)); }

} // namespace aisle
