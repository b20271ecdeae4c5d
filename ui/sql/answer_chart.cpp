#include "sql/answer_chart.h"

#include "sql/answer_model.h"
#include "theme/service_colours.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"
#include "widgets/time_axis.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double number(const Cell& cell) {
    if (const auto* integer = std::get_if<int64_t>(&cell.value))
        return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&cell.value))
        return std::isfinite(*real) ? *real : kNone;
    return kNone;
}

QString plain(double value) { return QString::number(value, 'g', 6); }

void paintBars(QPainter& p, const AnswerPlot& plot, const QSize& size, const Theme& t, const Redactor* redactor, const std::string& key) {
    const auto& values = plot.lines[0].y;
    double most = 0, least = 0;
    for (const double value : values)
        if (!std::isnan(value)) {
            most = std::max(most, value);
            least = std::min(least, value);
        }
    const QFontMetrics metrics(t.font);
    const int row = std::clamp(size.height() / std::max(1, static_cast<int>(values.size())), 14, measure::kRow), label = std::min(size.width() / 3, 220), figure = 90;
    const double room = std::max(1, size.width() - label - figure - 3 * measure::kPadding), unit = most > least ? room / (most - least) : 0, zero = label + measure::kPadding - least * unit;
    p.setFont(t.font);
    const auto fitting = static_cast<size_t>(std::max(0, (size.height() - measure::kPadding) / row));
    for (size_t i = 0; i < values.size(); ++i) {
        if (i + 1 == fitting && fitting < values.size()) {
            p.setPen(t.mutedText);
            p.drawText(QRect(label + measure::kPadding, measure::kPadding + static_cast<int>(i) * row, size.width(), row), Qt::AlignLeft | Qt::AlignVCenter,
                       AnswerChart::tr("and %1 more, for which there is no room").arg(values.size() - i));
            break;
        }
        const QRect line(0, measure::kPadding + static_cast<int>(i) * row, size.width(), row);
        p.setPen(t.text);
        const std::string text = redactor != nullptr ? redactor->redact(key, plot.labels[i]) : plot.labels[i];
        p.drawText(QRect(measure::kPadding, line.top(), label - measure::kPadding - 4, row), Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(singleLine(toQString(text)), Qt::ElideMiddle, label - measure::kPadding - 4));
        const QString value = std::isnan(values[i]) ? QString() : plain(values[i]);
        if (value.isEmpty() || (redactor != nullptr && redactor->redact(plot.lines[0].key, value.toStdString()) != value.toStdString()))
            continue; // a bar would say what its number must not
        const double to = zero + values[i] * unit;
        p.fillRect(QRectF(std::round(std::min(zero, to)), line.top() + 3, std::max(1.0, std::round(std::abs(to - zero))), row - 6), t.neutralBar);
        p.setPen(t.mutedText);
        p.drawText(QRectF(std::max(zero, to) + 6, line.top(), figure, row), Qt::AlignLeft | Qt::AlignVCenter, value);
    }
}

void paintLines(QPainter& p, const AnswerPlot& plot, const QSize& size, TimeZone zone, const Theme& t) {
    constexpr int kAxisWidth = 72, kAxisHeight = 20, kLegend = 20;
    const QRectF area(kAxisWidth, kLegend + 4, std::max(1, size.width() - kAxisWidth - 12), std::max(1, size.height() - kAxisHeight - kLegend - 8));
    double least = 0, most = 0;
    for (const auto& line : plot.lines)
        for (const double y : line.y)
            if (!std::isnan(y)) {
                least = std::min(least, y);
                most = std::max(most, y);
            }
    if (most <= least)
        most = least + 1;
    const double left = plot.first, right = plot.last > left ? plot.last : left + 1;
    const auto place = [&](double x, double y) { return QPointF(area.left() + (x - left) / (right - left) * area.width(), area.bottom() - (y - least) / (most - least) * area.height()); };
    p.setFont(t.axisFont);
    double step = std::pow(10, std::floor(std::log10((most - least) * 40 / std::max(40.0, area.height()))));
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (step * factor * area.height() / (most - least) >= 40) {
            step *= factor;
            break;
        }
    double tick = std::ceil(least / step) * step;
    for (int n = 0; tick <= most && n < 100; tick += step, ++n) {
        const double y = std::round(place(left, tick).y());
        p.fillRect(QRectF(area.left(), y, area.width(), 1), t.line);
        p.setPen(t.mutedText);
        p.drawText(QRectF(0, y - 10, area.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, plain(std::abs(tick) < step / 1e6 ? 0 : tick));
    }
    const QRectF axis(area.left(), area.bottom() + 2, area.width(), kAxisHeight - 2);
    if (plot.isTime) {
        paintTimeAxis(p, axis, static_cast<int64_t>(left), static_cast<int64_t>(right), zone, t);
    } else {
        p.setPen(t.mutedText);
        p.drawText(axis, Qt::AlignLeft | Qt::AlignVCenter, plain(left));
        p.drawText(axis, Qt::AlignRight | Qt::AlignVCenter, plain(right));
    }
    std::vector<std::string> titles;
    for (const auto& line : plot.lines)
        titles.push_back(line.title);
    const ServiceColours colours(titles);
    double legend = area.left();
    for (const auto& line : plot.lines) {
        const QColor colour = plot.lines.size() == 1 ? mixed(t.text, t.surface, 0.65) : colours.of(line.title, t);
        const QString title = singleLine(toQString(line.title)).left(40);
        p.fillRect(QRectF(legend, kLegend / 2.0 - 4, 9, 9), colour);
        p.setPen(t.text);
        p.drawText(QRectF(legend + 14, 0, 300, kLegend), Qt::AlignLeft | Qt::AlignVCenter, title);
        legend += 14 + p.fontMetrics().horizontalAdvance(title) + 16;
        p.save();
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(QPen(colour, 1.5));
        QPolygonF part;
        const auto draw = [&] {
            constexpr int kPiece = 8; // a long zigzag takes Qt's stroker seconds
            for (int from = 0; from + 1 < part.size(); from += kPiece)
                p.drawPolyline(part.mid(from, kPiece + 1));
            if (part.size() == 1)
                p.drawEllipse(part[0], 1.5, 1.5);
            part.clear();
        };
        for (size_t i = 0; i < line.x.size(); ++i) {
            if (std::isnan(line.y[i]))
                draw();
            else
                part.append(place(line.x[i], line.y[i]));
        }
        draw();
        p.restore();
    }
}

} // namespace

AnswerPlot answerPlot(const Tabular& table) {
    AnswerPlot out;
    std::vector<size_t> numbers;
    for (size_t c = 1; c < table.columns.size(); ++c)
        if (table.columns[c].isNumber)
            numbers.push_back(c);
    if (numbers.empty() || table.rows.empty())
        return out;
    const bool isNumber = std::all_of(table.rows.begin(), table.rows.end(), [](const auto& row) { return !std::isnan(number(row[0])); });
    if (!isNumber) {
        out.kind = AnswerPlot::Kind::Bars;
        out.lines.push_back({table.columns[numbers[0]].title, table.columns[numbers[0]].key, {}, {}});
        for (size_t i = 0; i < std::min(table.rows.size(), AnswerPlot::kMostBars); ++i) {
            out.labels.push_back(table.rows[i][0].value.index() == 0 ? "null" : cellText(table.rows[i][0]));
            out.lines[0].y.push_back(number(table.rows[i][numbers[0]]));
        }
        out.left = table.rows.size() - out.labels.size();
        return out;
    }
    out.kind = AnswerPlot::Kind::Lines;
    std::vector<size_t> order(table.rows.size());
    for (size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return number(table.rows[a][0]) < number(table.rows[b][0]); });
    constexpr double kYear1990 = 6.3e17; // ns since the epoch
    out.first = number(table.rows[order.front()][0]);
    out.last = number(table.rows[order.back()][0]);
    out.isTime = out.first > kYear1990;
    const size_t each = order.size() / (AnswerPlot::kMostPoints / 2) + 1;
    for (size_t n = 0; n < std::min(numbers.size(), AnswerPlot::kMostLines); ++n) {
        AnswerPlot::Line line{table.columns[numbers[n]].title, table.columns[numbers[n]].key, {}, {}};
        const auto valueOf = [&](size_t i) { return number(table.rows[order[i]][numbers[n]]); };
        const auto add = [&](size_t i) {
            line.x.push_back(number(table.rows[order[i]][0]));
            line.y.push_back(valueOf(i));
        };
        for (size_t from = 0; from < order.size(); from += each) {
            size_t least = from, most = from;
            for (size_t i = from; i < std::min(order.size(), from + each); ++i) {
                const double value = valueOf(i);
                if (std::isnan(valueOf(least)) || value < valueOf(least))
                    least = i;
                if (std::isnan(valueOf(most)) || value > valueOf(most))
                    most = i;
            }
            add(std::min(least, most));
            if (least != most)
                add(std::max(least, most));
        }
        out.lines.push_back(std::move(line));
    }
    return out;
}

void paintAnswer(QPainter& painter, const AnswerPlot& plot, const QSize& size, TimeZone zone, const Theme& theme, const Redactor* redactor, const std::string& key) {
    painter.fillRect(QRect(QPoint(), size), theme.surface);
    if (plot.kind == AnswerPlot::Kind::Bars)
        paintBars(painter, plot, size, theme, redactor, key);
    else if (plot.kind == AnswerPlot::Kind::Lines)
        paintLines(painter, plot, size, zone, theme);
}

void AnswerChart::setPlot(AnswerPlot plot, TimeZone zone) {
    plot_ = std::move(plot);
    zone_ = zone;
    update();
}

void AnswerChart::paintEvent(QPaintEvent*) {
    QPainter p(this);
    paintAnswer(p, plot_, size(), zone_, theme());
    if (plot_.kind != AnswerPlot::Kind::None)
        return;
    p.setPen(theme().mutedText);
    p.setFont(theme().font);
    p.drawText(rect().adjusted(24, 0, -24, 0), Qt::AlignCenter | Qt::TextWordWrap, tr("A chart needs a column of numbers behind the first one: text first for bars, a number or a time first for lines."));
}

} // namespace aisle
