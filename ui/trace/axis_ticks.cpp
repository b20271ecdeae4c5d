#include "trace/axis_ticks.h"

#include "widgets/plain_text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {

constexpr double kGap = 12; ///< between labels

class Layouter {
public:
    Layouter(const AxisInput& input, const QFont& font) : in_(input), metrics_(font), right_(input.right) {}

    AxisFrame layout() {
        folds();
        if (in_.clock) {
            out_.zone = toQString(zoneName(timeAt(in_.range.from), *in_.clock));
            const double width = metrics_.horizontalAdvance(out_.zone);
            out_.zoneRect = QRectF(right_ - width - 2, in_.rect.top(), width + 2, in_.rect.height());
            right_ -= width + kGap;
        }
        // Halved until all labels have room, but for those beside a fold.
        for (int most = std::max(1, static_cast<int>(in_.rect.width() / 80)); most >= 1; most = most > 1 ? most / 2 : 0)
            if (ticks(most) || most == 1)
                break;
        for (AxisTick& tick : out_.ticks)
            if (tick.rect.right() > right_)
                tick.label.clear();
        return std::move(out_);
    }

private:
    double snap(double value) const { return std::round(value * in_.dpr) / in_.dpr; }
    int64_t timeAt(int64_t place) const { return in_.axis != nullptr ? in_.axis->timeAt(place) : place; }
    double xOf(int64_t time) const {
        const int64_t place = in_.axis != nullptr ? in_.axis->at(time) : time;
        const double share = (static_cast<double>(place) - static_cast<double>(in_.range.from)) / static_cast<double>(in_.range.length());
        return std::clamp(in_.rect.left() + share * in_.rect.width(), -1e6, 1e6);
    }

    void folds() {
        if (in_.axis == nullptr)
            return;
        const auto& all = in_.axis->folds();
        const double pixel = static_cast<double>(in_.range.length()) / in_.rect.width();
        auto at = std::partition_point(all.begin(), all.end(), [&](const TraceAxis::Fold& fold) { return fold.at + fold.place < in_.range.from; });
        for (; at != all.end() && at->at <= in_.range.to; ++at) {
            const TraceAxis::Fold& fold = *at;
            if (static_cast<double>(fold.place) < pixel)
                continue; // too narrow to be a mark
            const double from = std::max(snap(xOf(fold.from)), in_.rect.left()), to = std::max(from + 2, std::min(snap(xOf(fold.to)), in_.rect.right()));
            AxisFold out{QRectF(from, in_.rect.top(), to - from, in_.rect.height()), toQString(formatDuration(fold.to - fold.from)), fold.to - fold.from};
            if (metrics_.horizontalAdvance(out.label) + 4 > out.rect.width())
                out.label.clear();
            out_.folds.push_back(std::move(out));
        }
    }

    bool isOnFold(double x, double width) const {
        return std::any_of(out_.folds.begin(), out_.folds.end(), [&](const AxisFold& fold) { return !fold.label.isEmpty() && x + width > fold.rect.left() && x < fold.rect.right(); });
    }

    /// False when labels of neighbours would touch.
    bool ticks(int most) {
        out_.ticks.clear();
        // The step follows from the place that there is, so that it is the same on both sides of a fold.
        const int64_t step = timeStep(in_.range, most);
        int64_t from = timeAt(in_.range.from);
        const int64_t end = timeAt(in_.range.to);
        double reached = -1e9;
        bool fits = true;
        const auto part = [&](int64_t to) {
            if (from > to || out_.ticks.size() > 1000)
                return;
            const int64_t origin = in_.clock ? 0 : in_.origin;
            if (from - origin >= 0 && (to - origin) / step == (from - origin) / step && (from - origin) % step != 0)
                return; // none within: of 100,000 parts most have none
            for (const int64_t time : timesAt({from, std::max(to, from + 1)}, in_.clock ? 0 : in_.origin, step)) {
                const double x = snap(xOf(time));
                QString label = in_.clock ? clockLabel(time, step) : offsetLabel(time - in_.origin, step);
                const double width = metrics_.horizontalAdvance(label) + 2;
                if (isOnFold(x + 4, width)) {
                    label.clear();
                } else if (x + 4 < reached + kGap - 4) {
                    fits = false;
                    label.clear();
                } else {
                    reached = x + 4 + width;
                }
                out_.ticks.push_back({x, QRectF(x + 4, in_.rect.top(), label.isEmpty() ? 0 : width, in_.rect.height()), label});
            }
        };
        for (const TraceAxis::Fold& fold : in_.axis != nullptr ? in_.axis->folds() : std::vector<TraceAxis::Fold>()) {
            if (fold.to <= from)
                continue;
            if (fold.from >= end)
                break;
            part(fold.from);
            from = fold.to;
        }
        part(end);
        return fits;
    }

    QString clockLabel(int64_t time, int64_t step) const {
        constexpr int64_t kSecond = 1'000'000'000, kDay = 24 * 3600 * kSecond;
        if (step >= kDay)
            return toQString(formatTime(time, *in_.clock, 0)).left(10);
        const int decimals = step % kSecond == 0 ? 0 : step % 1'000'000 == 0 ? 3 : step % 1000 == 0 ? 6 : 9;
        QString text = toQString(formatClock(time, *in_.clock, decimals));
        if (timeAt(in_.range.to) - timeAt(in_.range.from) > kDay)
            text = toQString(formatTime(time, *in_.clock, decimals)).mid(5);
        return text;
    }

    const AxisInput& in_;
    QFontMetricsF metrics_;
    double right_;
    AxisFrame out_;
};

constexpr int kLeft = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine;

} // namespace

AxisFrame layoutAxis(const AxisInput& input, const QFont& font) {
    if (input.range.length() <= 0 || input.rect.width() < 1)
        return {};
    return Layouter(input, font).layout();
}

void paintAxis(QPainter& painter, const AxisFrame& frame, const QRectF& rect, int tick, const Theme& theme) {
    for (const AxisFold& fold : frame.folds)
        painter.fillRect(fold.rect, theme.line);
    painter.setFont(theme.axisFont);
    painter.setPen(theme.mutedText);
    for (const AxisTick& t : frame.ticks) {
        painter.fillRect(QRectF(t.x, rect.bottom() - tick, 1, tick), theme.mutedText);
        if (!t.label.isEmpty())
            painter.drawText(t.rect, kLeft, t.label);
    }
    for (const AxisFold& fold : frame.folds)
        painter.drawText(fold.rect, Qt::AlignCenter | Qt::TextSingleLine, fold.label);
    painter.drawText(frame.zoneRect, kLeft, frame.zone);
}

void paintAxisLines(QPainter& painter, const AxisFrame& frame, const QRectF& body, const Theme& theme) {
    for (const AxisTick& tick : frame.ticks)
        painter.fillRect(QRectF(tick.x, body.top(), 1, body.height()), theme.line);
    for (const AxisFold& fold : frame.folds) {
        const QRectF band(fold.rect.left(), body.top(), fold.rect.width(), body.height());
        painter.fillRect(band, theme.background);
        painter.fillRect(QRectF(band.left(), band.top(), 1, band.height()), theme.line);
        painter.fillRect(QRectF(band.right() - 1, band.top(), 1, band.height()), theme.line);
    }
}

} // namespace aisle
