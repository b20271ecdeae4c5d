// The charts of orders as they are laid out and drawn: what is on them is where the layout says.

#include "charts/count_ticks.h"
#include "orders/dotted_chart_painter.h"
#include "orders/order_canvas.h"
#include "orders/performance_spectrum_painter.h"
#include "orders/spectrum_hits.h"
#include "orders/work_in_progress_painter.h"
#include "ui_fixture.h"
#include "../model/order_log_fixture.h"

#include <QImage>
#include <QPainter>

#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <tuple>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

template <typename Paint>
QImage drawn(QSize size, const Paint& paint) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(theme().surface);
    QPainter painter(&image);
    paint(painter);
    return image;
}

bool hasColour(const QImage& image, const QRectF& rect, const QColor& colour) {
    const QRect area = rect.toAlignedRect().intersected(image.rect());
    for (int y = area.top(); y <= area.bottom(); ++y)
        for (int x = area.left(); x <= area.right(); ++x)
            if (image.pixelColor(x, y) == colour)
                return true;
    return false;
}

FulfilmentLog someLog() {
    FulfilmentLog log = orderLog({{"A0-2 B5-6 C7-8"}, {"A1-3 B9-12 C13-14"}, {"A2-4 B4-5 B11-12 C15-16"}, {"A3-4", OrderState::UnderWay}, {"A4-5", OrderState::Stuck}}, 40, 4, kSecond);
    log.visits[5].failed = true;
    return log;
}

/// Remembers what it was asked for.
class AskedRedactor : public Redactor {
public:
    std::string redact(std::string_view, std::string_view value) const override {
        asked.emplace(value);
        return "hidden";
    }
    mutable std::set<std::string> asked;
};

} // namespace

class TestOrderCharts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }

    // The axis said 0 and the largest number, whatever that was.
    void countsHaveRoundTicks() {
        using Ticks = std::vector<uint64_t>;
        QCOMPARE(countTicks(0, 300, 32), Ticks{0});
        QCOMPARE(countTicks(246, 300, 32), (Ticks{0, 50, 100, 150, 200}));
        QCOMPARE(countTicks(5, 200, 32), (Ticks{0, 1, 2, 3, 4, 5}));
        QCOMPARE(countTicks(1, 10, 32), Ticks{0});
        QCOMPARE(countTicks(400, 320, 32), (Ticks{0, 50, 100, 150, 200, 250, 300, 350, 400}));
        const auto isRound = [](uint64_t step) {
            while (step % 10 == 0)
                step /= 10;
            return step == 1 || step == 2 || step == 5;
        };
        for (uint64_t most = 1; most < 5000; most += 7)
            for (const double length : {90.0, 250.0, 700.0}) {
                const Ticks ticks = countTicks(most, length, 32);
                QCOMPARE(ticks.front(), uint64_t(0));
                if (ticks.size() < 2)
                    continue;
                const uint64_t step = ticks[1];
                QVERIFY(isRound(step) && static_cast<double>(step) * length / static_cast<double>(most) >= 32 - 1e-9);
                QCOMPARE(ticks.size(), size_t(most / step + 1));
                for (size_t i = 0; i < ticks.size(); ++i)
                    QCOMPARE(ticks[i], i * step);
                for (uint64_t less = 1; less < step; ++less) // no smaller one has the room
                    QVERIFY(!isRound(less) || static_cast<double>(less) * length / static_cast<double>(most) < 32);
            }
        // In the largest numbers, too, it ends.
        QVERIFY(countTicks(std::numeric_limits<uint64_t>::max(), 40, 32).size() <= 4);
    }

    // Names of stages, which somebody may have made of anything, were painted as they are into pictures that leave.
    void picturesAreRedacted() {
        const FulfilmentLog log = someLog();
        const QSize size(600, 300);
        const DottedChart dotted = dottedChart(log, allOrders(log), {});
        const PerformanceSpectrum spectrum = performanceSpectrum(log, allOrders(log), {});
        const WorkInProgress work = workInProgress(log, allOrders(log));
        const std::set<std::string> stages{log.stages.begin(), log.stages.begin() + 3}, pair{spectrum.from, spectrum.to}; // nobody is at the fourth
        const auto differs = [&](const auto& paint, const auto& chart, const std::set<std::string>& names) {
            AskedRedactor redactor;
            const QImage shown = drawn(size, [&](QPainter& p) { paint(p, size, chart, TimeZone{true}, theme(), nullptr); });
            const QImage leaving = drawn(size, [&](QPainter& p) { paint(p, size, chart, TimeZone{true}, theme(), &redactor); });
            return redactor.asked == names && shown != leaving;
        };
        QVERIFY(differs(paintDottedChart, dotted, stages));
        QVERIFY(differs(paintWorkInProgress, work, stages));
        QVERIFY(differs(paintPerformanceSpectrum, spectrum, pair));
        AskedRedactor asked;
        for (const LegendEntry& entry : WorkLayout(work, size, theme(), &asked).entries)
            QVERIFY2(!stages.contains(entry.words.toStdString()), qPrintable(entry.words));
    }

    void dots() {
        const FulfilmentLog log = someLog();
        const QSize size(600, 300);
        DottedChartAsked asked;
        std::tie(asked.columns, asked.rows) = DottedChartLayout::cellsFor(size);
        const DottedChart chart = dottedChart(log, allOrders(log), asked);
        const DottedChartLayout layout(chart, size, theme());
        const QImage image = drawn(size, [&](QPainter& p) { paintDottedChart(p, size, chart, {true}, theme()); });
        const std::vector<QColor> colours = stageColours(chart.stages, theme());
        for (const DottedChart::Dot& dot : chart.dots) {
            const QRectF rect = layout.dotRect(dot);
            QVERIFY(layout.plot.adjusted(-1, -1, 8, 1).contains(rect));
            QVERIFY(hasColour(image, rect, colours[dot.stage]));
            if (dot.failed > 0)
                QVERIFY(hasColour(image, rect.adjusted(-1, -1, 1, 1), theme().error));
            const auto cell = layout.cellAt(QPointF(rect.left() + 0.5 + layout.columnWidth / 2, rect.center().y()), chart);
            QVERIFY(cell && cell->first == dot.row && std::abs(int(cell->second) - int(dot.column)) <= 1);
        }
        QVERIFY(!layout.cellAt({1, 1}, chart));
        QCOMPARE(layout.entries.size(), size_t(4)); // A, B, C, failed; nothing of D
        QVERIFY(layout.legend.bottom() <= size.height());
        QVERIFY(hasColour(image, layout.legend, colours[1]));
    }

    void segments() {
        const FulfilmentLog log = someLog();
        const QSize size(600, 400);
        const PerformanceSpectrum spectrum = performanceSpectrum(log, allOrders(log), {});
        const SpectrumLayout layout(spectrum, size, theme());
        const QImage image = drawn(size, [&](QPainter& p) { paintPerformanceSpectrum(p, size, spectrum, {true}, theme()); });
        for (const auto& segment : spectrum.segments) {
            QVERIFY(layout.xOf(segment.start) <= layout.xOf(segment.end));
            const int64_t back = layout.timeAt(layout.xOf(segment.end));
            QVERIFY(std::abs(back - segment.end) < kSecond / 1000);
            const QRectF middle((layout.xOf(segment.start) + layout.xOf(segment.end)) / 2 - 3, layout.segments.center().y() - 3, 6, 6);
            bool isDrawn = false;
            for (int y = 0; y < 6; ++y)
                for (int x = 0; x < 6; ++x)
                    isDrawn = isDrawn || image.pixelColor(int(middle.left()) + x, int(middle.top()) + y) != theme().surface;
            QVERIFY(isDrawn);
        }
        QCOMPARE(spectrum.waiting.size(), size_t(2));
        QVERIFY(hasColour(image, layout.segments, theme().warning));
        QVERIFY(hasColour(image, layout.counts, theme().neutralBar));
        QCOMPARE(layout.most, uint64_t(3)); // from 4 s on: two that wait and one that comes at 9 s
        QVERIFY(layout.legend.bottom() <= size.height());
    }

    /// Pointing at random places of random segments, against a look at all of them.
    void segmentsUnderThePoint() {
        std::mt19937 random(11);
        const auto pick = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint64_t>(n)); };
        int hits = 0, misses = 0;
        for (int round = 0; round < 40; ++round) {
            PerformanceSpectrum spectrum;
            const int64_t whole = (1 + pick(1000)) * kSecond;
            spectrum.bins = TimeBins::over(0, whole, 100);
            const int64_t longest = round % 4 == 0 ? whole : 1 + whole / (1 + pick(50)); // upright and flat ones
            const int64_t grid = round % 3 == 0 ? whole / 10 + 1 : 1;                    // many alike
            for (int64_t i = 1 + pick(400); i > 0; --i) {
                PerformanceSpectrum::Segment one;
                one.start = pick(whole) / grid * grid;
                one.end = std::min(whole, one.start + pick(longest));
                spectrum.segments.push_back(one);
            }
            const SpectrumHits found(spectrum);
            for (const QSize size : {QSize(300, 700), QSize(1400, 260)}) {
                const SpectrumLayout layout(spectrum, size, theme());
                const double high = layout.segments.height();
                for (int i = 0; i < 200; ++i) {
                    const QPointF at(layout.segments.left() + static_cast<double>(pick(10'000)) / 10'000 * layout.segments.width(), layout.segments.top() + static_cast<double>(pick(10'000)) / 10'000 * high);
                    std::optional<size_t> expected;
                    double nearest = SpectrumHits::kReach;
                    for (size_t s = 0; s < spectrum.segments.size(); ++s) {
                        const double x0 = layout.xOf(spectrum.segments[s].start), x1 = layout.xOf(spectrum.segments[s].end);
                        const double away = std::abs(x0 + (x1 - x0) * ((at.y() - layout.segments.top()) / high) - at.x()) * high / std::hypot(x1 - x0, high);
                        if (away < nearest) {
                            nearest = away;
                            expected = s;
                        }
                    }
                    QCOMPARE(found.at(spectrum, layout, at), expected);
                    ++(expected ? hits : misses);
                }
                QVERIFY(!found.at(spectrum, layout, layout.segments.topLeft() - QPointF(1, 1)));
                QVERIFY(!found.at(spectrum, layout, layout.counts.center()));
            }
        }
        QVERIFY2(hits > 300 && misses > 300, qPrintable(QStringLiteral("%1 hits, %2 misses").arg(hits).arg(misses)));
        const PerformanceSpectrum none;
        const SpectrumLayout layout(none, QSize(300, 300), theme());
        QVERIFY(!SpectrumHits(none).at(none, layout, layout.segments.center()));
        QVERIFY(!SpectrumHits().at(none, layout, layout.segments.center()));
    }

    /// A picture is kept as long as there is nothing else to paint.
    void canvasKeepsItsPicture() {
        Host<OrderCanvas> host(QSize(300, 200), QStringLiteral("Chart"));
        QVERIFY(QTest::qWaitForWindowExposed(&host.window));
        OrderCanvas& canvas = *host.view;
        int painted = 0, over = 0;
        QColor colour(Qt::blue);
        canvas.content = [&](QPainter& p, QSizeF size) {
            ++painted;
            p.fillRect(QRectF(QPointF(), size), colour);
        };
        canvas.overlay = [&](QPainter& p, QSizeF) {
            ++over;
            p.fillRect(QRectF(0, 0, 20, 20), Qt::green);
        };
        canvas.redraw();
        const auto at = [&](QPoint point) { return canvas.grab().toImage().pixelColor(point * canvas.devicePixelRatioF()); };
        QCOMPARE(at({100, 100}), QColor(Qt::blue));
        QCOMPARE(at({5, 5}), QColor(Qt::green));
        const int once = painted, overlays = over;
        colour = Qt::red;
        QCOMPARE(at({100, 100}), QColor(Qt::blue));
        QCOMPARE(painted, once);
        QVERIFY(over > overlays);
        canvas.redraw();
        QCOMPARE(at({100, 100}), QColor(Qt::red));
        QCOMPARE(painted, once + 1);
        canvas.resize(200, 180);
        QCOMPARE(at({100, 100}), QColor(Qt::red));
        QCOMPARE(painted, once + 2);
        applyTheme(ThemeMode::Dark);
        colour = Qt::yellow;
        QCoreApplication::processEvents();
        QCOMPARE(at({100, 100}), QColor(Qt::yellow));
        applyTheme(ThemeMode::Light);
    }

    void stacks() {
        const FulfilmentLog log = someLog();
        const QSize size(600, 400);
        const WorkInProgress work = workInProgress(log, allOrders(log), 50);
        const WorkLayout layout(work, size, theme());
        const QImage image = drawn(size, [&](QPainter& p) { paintWorkInProgress(p, size, work, {true}, theme()); });
        QCOMPARE(layout.most, uint64_t(5));
        QCOMPARE(layout.yOf(0), layout.stacks.bottom());
        QCOMPARE(layout.yOf(5), layout.stacks.top());
        const std::vector<QColor> colours = stageColours(log.stages, theme());
        for (uint32_t i = 0; i < work.bins.count; ++i) {
            QCOMPARE(*layout.binAt((layout.xOf(i) + layout.xOf(i + 1)) / 2), i);
            uint64_t below = 0;
            for (size_t k = work.stages.size(); k-- > 0;)
                if (const uint64_t in = work.stages[k].bins[i].inProgress; in > 0) {
                    const double y = (layout.yOf(below) + layout.yOf(below + in)) / 2, x = (layout.xOf(i) + layout.xOf(i + 1)) / 2;
                    QVERIFY(hasColour(image, QRectF(x, y - 3, 1, 6), colours[k]));
                    below += in;
                }
            QCOMPARE(below, work.all.bins[i].inProgress);
        }
        QVERIFY(!layout.binAt(1));
        QVERIFY(hasColour(image, layout.stacks, theme().warning)); // one is stuck
    }

    // Whatever there is: nothing, one order, a picture too small for it, and names of strangers.
    void ends() {
        FulfilmentLog strange = orderLog({{"A-5--5 B7-7"}}, 9);
        strange.stages[0] = "<b>bold</b>\nsecond line " + std::string(300, 'x');
        for (const FulfilmentLog& log : {orderLog({}, 0), orderLog({{"A1-1"}}, 1), strange})
            for (const QSize size : {QSize(1132, 640), QSize(30, 20)}) {
                const QImage image = drawn(size, [&](QPainter& p) {
                    paintDottedChart(p, size, dottedChart(log, allOrders(log), {}), {true}, theme());
                    paintDottedChart(p, size, dottedChart(log, allOrders(log), {DottedTime::SinceStart, DottedSort::Lead, 10, 10}), {true}, theme());
                    paintPerformanceSpectrum(p, size, performanceSpectrum(log, allOrders(log), {}), {true}, theme());
                    paintWorkInProgress(p, size, workInProgress(log, allOrders(log)), {true}, theme());
                });
                QCOMPARE(image.size(), size);
            }
        const std::vector<LegendEntry> many(30, {QStringLiteral("a stage of some length"), theme().accent});
        QVERIFY(legendHeight(many, 300, theme()) > 5 * legendHeight({many[0]}, 300, theme()));
        QCOMPARE(legendHeight({}, 300, theme()), 0.0);
    }
};

AISLE_TEST_MAIN(TestOrderCharts)
#include "tst_order_charts.moc"
