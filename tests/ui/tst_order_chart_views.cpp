// The charts of orders as views: dots, the performance spectrum, work in progress. What the mouse meets, keys, lists, settings, an empty scope.

#include "orders/dotted_chart_painter.h"
#include "orders/dotted_chart_view.h"
#include "orders/order_canvas.h"
#include "orders/performance_spectrum_painter.h"
#include "orders/performance_spectrum_view.h"
#include "orders/work_in_progress_painter.h"
#include "orders/work_in_progress_view.h"
#include "orders_context.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QComboBox>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>

using namespace aisle;
using namespace aisle::test;

namespace {

template <typename Shown>
struct Window {
    explicit Window(std::shared_ptr<Workspace> workspace) {
        QObject::connect(host.view, &CasePage::casesWanted, host.view, [this](const CaseSet& set) {
            listed = set;
            ++times;
        });
        live.setWorkspace(std::move(workspace));
        [[maybe_unused]] const bool shown = QTest::qWaitForWindowExposed(&host.window);
        if (!settle())
            qFatal("the view is not done");
    }
    Shown* view() const { return host.view; }
    OrderCanvas* canvas() const { return host.view->canvas(); }
    const FulfilmentLog& log() const { return *orders.orderLog(); }
    QString number(CaseNumber order) const { return QString::fromStdString(orders.journey()->cases().cases()[order].value); }
    const Focus& focus() { return live.selection().focus(); }
    QImage picture() const {
        const QSize size = host.view->pictureSize();
        if (size.isEmpty())
            return {};
        QImage out(size, QImage::Format_RGB32);
        QPainter painter(&out);
        host.view->paintPicture(painter, size);
        return out;
    }
    CaseSet listed; ///< asked for last
    int times = 0;
    ViewContext live;
    OrdersContext orders{live};
    Host<Shown> host{QSize(1000, 600), orders};
};

bool hasColour(const QImage& image, const QColor& colour) {
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixelColor(x, y) == colour)
                return true;
    return false;
}

/// What is drawn over the content, on black.
QImage overlayOf(const OrderCanvas& canvas) {
    QImage out(canvas.size(), QImage::Format_RGB32);
    out.fill(Qt::black);
    QPainter painter(&out);
    canvas.overlay(painter, canvas.size());
    return out;
}

/// Nothing is open, then a scope without orders, then all of it again.
template <typename Shown>
void emptyStates(const std::shared_ptr<Workspace>& workspace) {
    Window<Shown> w(nullptr);
    const auto verifyEmpty = [&](const char* words) {
        QVERIFY2(visibleWords(w.view()).contains(QString::fromLatin1(words)), qPrintable(visibleWords(w.view())));
        QVERIFY(w.view()->tabular() == nullptr && w.view()->pictureSize().isEmpty() && w.view()->statusText().isEmpty());
        for (const auto key : {Qt::Key_Down, Qt::Key_Right, Qt::Key_Return})
            QTest::keyClick(w.canvas(), key);
        QTest::mouseClick(w.canvas(), Qt::LeftButton, {}, w.canvas()->rect().center());
        QTest::mouseDClick(w.canvas(), Qt::LeftButton, {}, w.canvas()->rect().center());
        QVERIFY(w.canvas()->describe(w.canvas()->rect().center()).isEmpty());
        QCOMPARE(w.times, 0);
        QCOMPARE(w.focus(), Focus());
    };
    verifyEmpty("Open a trace file");
    w.live.setWorkspace(workspace);
    QVERIFY(settle());
    QVERIFY(!visibleWords(w.view()).contains(QStringLiteral("Open a trace file")));
    QVERIFY(w.view()->tabular() != nullptr && !w.view()->statusText().isEmpty());
    traceql::ParseError error;
    w.live.selection().setScope(*Scope::parse("{ name = \"nothing is called so\" }", error));
    QVERIFY(settle());
    verifyEmpty("No order in this scope");
    w.live.selection().setScope({});
    QVERIFY(settle());
    QVERIFY(w.view()->tabular() != nullptr);
    w.live.setWorkspace(nullptr);
    QVERIFY(settle());
    verifyEmpty("Open a trace file");
}

} // namespace

class TestOrderChartViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 400, demo::Scenario::SlowInventory);
    }

    void dots() {
        Window<DottedChartView> w(workspace_);
        const DottedChart& chart = w.view()->chart();
        QVERIFY(chart.orders.size() > 20 && chart.dots.size() > 50);
        QCOMPARE(size_t(chart.rows), chart.orders.size()); // there is room for a row each
        const DottedChartLayout layout(chart, w.canvas()->size(), theme());
        const auto placeOf = [&](const DottedChart::Dot& dot) { return QPoint(static_cast<int>(std::ceil(layout.plot.left() + dot.column * layout.columnWidth + 0.25)), static_cast<int>(layout.plot.top() + (dot.row + 0.5) * layout.rowHeight)); };
        for (size_t i = 0; i < chart.dots.size(); i += 7) {
            const DottedChart::Dot& dot = chart.dots[i];
            const QString words = w.canvas()->describe(placeOf(dot));
            QVERIFY2(words.startsWith(w.number(chart.ordersOf(dot.row).front())), qPrintable(words));
            constexpr size_t kSaid = 6; // the rest is counted
            QVERIFY2(words.contains(QString::fromStdString(w.log().stages[dot.stage])) || visitsAt(chart, w.log(), dot.row, dot.column).size() > kSaid, qPrintable(words));
        }
        QVERIFY(w.canvas()->describe({1, 1}).isEmpty());
        QTest::mouseMove(w.canvas(), placeOf(chart.dots[0])); // its tool tip is plain text, and no warning

        const DottedChart::Dot dot = chart.dots[chart.dots.size() / 2];
        const std::vector<CaseNumber> there(chart.ordersOf(dot.row).begin(), chart.ordersOf(dot.row).end());
        QTest::mouseClick(w.canvas(), Qt::LeftButton, {}, placeOf(dot));
        QCOMPARE(w.focus(), Focus::onCase(w.number(there.front()).toStdString()));
        QTest::keyClick(w.canvas(), Qt::Key_Return);
        QCOMPARE(w.times, 1);
        QCOMPARE(w.listed.cases, there);
        QVERIFY(w.listed.journey == w.orders.journey());
        QVERIFY(!w.canvas()->cursor().isEmpty());
        QSignalSpy traces(&w.live, &ViewContext::traceRequested);
        QTest::mouseDClick(w.canvas(), Qt::LeftButton, {}, placeOf(dot));
        QCOMPARE(traces.count(), 1);
        const std::vector<uint32_t> visits = visitsAt(chart, w.log(), dot.row, dot.column);
        QVERIFY(!visits.empty());
        QCOMPARE(w.focus(), Focus::onSpan(*w.live.table(), w.log().visits[visits[0]].row));
        QVERIFY(chooseInMenu(w.canvas(), placeOf(dot), QStringLiteral("List the %1 of this line").arg(there.size() == 1 ? QStringLiteral("1 order") : QString::number(there.size()) + QStringLiteral(" orders"))));
        QCOMPARE(w.listed.cases, there);
        QVERIFY(hasColour(w.picture(), stageColours(chart.stages, theme())[0]));
    }

    // What was found by search or chosen in a list was marked nowhere, and a brush took the mark away.
    void dotsMarkTheFocus() {
        Window<DottedChartView> w(workspace_);
        const DottedChart& chart = w.view()->chart();
        QVERIFY(!hasColour(overlayOf(*w.canvas()), theme().accent));
        const auto verifyMarked = [&](CaseNumber order) {
            const auto place = placeOfOrder(chart, order);
            QVERIFY(place.has_value());
            const DottedChartLayout layout(chart, w.canvas()->size(), theme());
            const QImage marks = overlayOf(*w.canvas());
            const int y = static_cast<int>(std::floor(layout.plot.top() + (chart.rowOf(*place) + 0.5) * layout.rowHeight));
            const FulfilmentLog& log = w.log();
            for (uint32_t v = log.first[order]; v < log.first[order + 1]; ++v) {
                const int64_t x = chart.asked.time == DottedTime::Absolute ? log.visits[v].start : log.visits[v].start - chart.start[*place];
                for (const int beside : {-2, 2}) // of the line through them, by which a dot is 6 px high
                    QCOMPARE(marks.pixelColor(static_cast<int>(std::floor(layout.plot.left() + chart.columnOf(x) * layout.columnWidth)), y + beside), theme().accent);
            }
            for (int other = 0; other < marks.height(); ++other) // one line through the whole plot, and no other
                if (std::abs(other - y) > 60)
                    for (int at = 0; at < marks.width(); at += 3)
                        QCOMPARE(marks.pixelColor(at, other), QColor(Qt::black));
        };
        const CaseNumber late = chart.orders[chart.orders.size() - 3], early = chart.orders[2];
        w.live.selection().setFocus(Focus::onCase(w.number(late).toStdString()));
        verifyMarked(late);
        QTest::keyClick(w.canvas(), Qt::Key_Down); // keys go on from there
        QCOMPARE(w.focus(), Focus::onCase(w.number(chart.orders[chart.orders.size() - 2]).toStdString()));
        // A trace or a span of an order stands for it.
        w.live.selection().setFocus(Focus::onSpan(*w.live.table(), w.log().visits[w.log().first[early]].row));
        verifyMarked(early);
        w.view()->applySettings({{QStringLiteral("time"), 1}, {QStringLiteral("sort"), 1}});
        QVERIFY(settle());
        QCOMPARE(chart.asked.sort, DottedSort::Lead);
        verifyMarked(early);
        w.live.selection().setFocus({});
        QVERIFY(!hasColour(overlayOf(*w.canvas()), theme().accent));
        w.live.selection().setFocus(Focus::onCase("no order"));
        QVERIFY(!hasColour(overlayOf(*w.canvas()), theme().accent));
    }

    void dotsByKeys() {
        Window<DottedChartView> w(workspace_);
        const DottedChart& chart = w.view()->chart();
        QTest::keyClick(w.canvas(), Qt::Key_Return); // nothing is chosen
        QCOMPARE(w.times, 0);
        const auto isAt = [&](uint32_t row) { return w.focus() == Focus::onCase(w.number(chart.ordersOf(row).front()).toStdString()); };
        QTest::keyClick(w.canvas(), Qt::Key_Down);
        QVERIFY(isAt(0));
        QTest::keyClick(w.canvas(), Qt::Key_Down);
        QVERIFY(isAt(1));
        QTest::keyClick(w.canvas(), Qt::Key_Return);
        QCOMPARE(w.times, 1);
        QVERIFY(std::ranges::equal(w.listed.cases, chart.ordersOf(1)));
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(w.canvas(), Qt::Key_Up);
        QVERIFY(isAt(0));
        for (uint32_t i = 0; i < chart.rows + 2; ++i)
            QTest::keyClick(w.canvas(), Qt::Key_Down);
        QVERIFY(isAt(chart.rows - 1));
    }

    void dotsKeepSettings() {
        Window<DottedChartView> w(workspace_), copy(workspace_);
        QCOMPARE(w.view()->chart().asked.time, DottedTime::Absolute);
        w.view()->applySettings({{QStringLiteral("time"), 1}, {QStringLiteral("sort"), 2}});
        QVERIFY(settle());
        QCOMPARE(w.view()->chart().asked.time, DottedTime::SinceStart);
        QCOMPARE(w.view()->chart().asked.sort, DottedSort::LastStage);
        copy.view()->applySettings(w.view()->settings());
        QVERIFY(settle());
        QVERIFY(copy.view()->chart().asked == w.view()->chart().asked);
        copy.view()->applySettings({{QStringLiteral("time"), 99}, {QStringLiteral("sort"), QStringLiteral("x")}});
        copy.view()->applySettings({});
        QVERIFY(settle());
        QCOMPARE(copy.view()->settings(), w.view()->settings());
        // As many cells as there is room for.
        const auto columns = copy.view()->chart().asked.columns;
        copy.host.view->resize(600, 400);
        QVERIFY(settle());
        QVERIFY(copy.view()->chart().asked.columns < columns);
    }

    void spectrum() {
        Window<PerformanceSpectrumView> w(workspace_);
        const PerformanceSpectrum& found = w.view()->spectrum();
        const auto widest = widestPair(stagePairs(w.log(), w.orders.journey()->counted));
        QVERIFY(widest.has_value());
        QVERIFY(found.asked.from == widest->from && found.asked.to == widest->to);
        QVERIFY(found.segments.size() > 20);
        const SpectrumLayout layout(found, w.canvas()->size(), theme());
        const auto awayFrom = [&](const PerformanceSpectrum::Segment& one, QPointF at) { // by the area of the triangle with the line
            const QPointF a(layout.xOf(one.start), layout.segments.top()), b(layout.xOf(one.end), layout.segments.bottom()), ab = b - a, ap = at - a;
            return std::abs(ab.x() * ap.y() - ab.y() * ap.x()) / std::hypot(ab.x(), ab.y());
        };
        for (size_t i = 0; i < found.segments.size(); i += 5) {
            const PerformanceSpectrum::Segment& one = found.segments[i];
            const QPoint at(static_cast<int>((layout.xOf(one.start) + layout.xOf(one.end)) / 2), static_cast<int>(layout.segments.center().y()));
            const QString words = w.canvas()->describe(at);
            double nearest = 1e9;
            for (const PerformanceSpectrum::Segment& other : found.segments)
                nearest = std::min(nearest, awayFrom(other, at));
            const auto hit = std::find_if(found.segments.begin(), found.segments.end(), [&](const PerformanceSpectrum::Segment& other) { return words.startsWith(w.number(other.order) + QLatin1Char(':')) && awayFrom(other, at) < nearest + 0.01; });
            QVERIFY2(hit != found.segments.end(), qPrintable(words));
            QVERIFY2(words.contains(QString::fromStdString(formatDuration(hit->duration()))), qPrintable(words));
            QTest::mouseClick(w.canvas(), Qt::LeftButton, {}, at);
            QCOMPARE(w.focus(), Focus::onCase(w.number(hit->order).toStdString()));
            QTest::keyClick(w.canvas(), Qt::Key_Return);
            QCOMPARE(w.listed.cases, std::vector<CaseNumber>{hit->order});
        }
        QSignalSpy traces(&w.live, &ViewContext::traceRequested);
        const PerformanceSpectrum::Segment& last = found.segments.back();
        QTest::mouseDClick(w.canvas(), Qt::LeftButton, {}, QPoint(static_cast<int>((layout.xOf(last.start) + layout.xOf(last.end)) / 2), static_cast<int>(layout.segments.center().y())));
        QCOMPARE(traces.count(), 1);
        QCOMPARE(w.focus().kind, Focus::Kind::Span);

        // Below: what went in and out, and what waited.
        const uint32_t bin = found.bins.count / 2;
        const QPointF below((layout.xOf(found.bins.startOf(bin)) + layout.xOf(found.bins.startOf(bin + 1))) / 2, layout.counts.center().y());
        const PerformanceSpectrum::Bin& counts = found.counts[bin];
        const QString expected = QStringLiteral("%1 in, %2 out, %3 waiting at its end").arg(counts.in).arg(counts.out).arg(counts.waiting);
        QVERIFY2(w.canvas()->describe(below).endsWith(expected), qPrintable(w.canvas()->describe(below)));
        QVERIFY(w.canvas()->describe({1, 1}).isEmpty());
        QVERIFY(hasColour(w.picture(), theme().neutralBar));
    }

    void spectrumMarksTheFocus() {
        Window<PerformanceSpectrumView> w(workspace_);
        const PerformanceSpectrum& found = w.view()->spectrum();
        QVERIFY(!hasColour(overlayOf(*w.canvas()), theme().accent));
        const auto verifyMarked = [&](const PerformanceSpectrum::Segment& one) {
            const SpectrumLayout layout(found, w.canvas()->size(), theme());
            const QImage marks = overlayOf(*w.canvas());
            for (const double share : {0.25, 0.5, 0.75}) {
                const double x = layout.xOf(one.start) + (layout.xOf(one.end) - layout.xOf(one.start)) * share, y = layout.segments.top() + layout.segments.height() * share;
                QCOMPARE(marks.pixelColor(static_cast<int>(std::floor(x)), static_cast<int>(std::floor(y))), theme().accent);
            }
        };
        const auto& cases = w.orders.journey()->cases();
        const auto isSimple = [&](const PerformanceSpectrum::Segment& of) { // it is the only one of its order, whose trace it ends in
            return std::ranges::count(found.segments, of.order, &PerformanceSpectrum::Segment::order) == 1 && std::ranges::count(found.waiting, of.order, &PerformanceSpectrum::Waiting::order) == 0 &&
                   cases.caseOf(w.live.table()->trace(of.toRow)) == of.order;
        };
        const auto simple = std::find_if(found.segments.begin() + static_cast<std::ptrdiff_t>(found.segments.size() / 2), found.segments.end(), isSimple);
        QVERIFY(simple != found.segments.end());
        const PerformanceSpectrum::Segment one = *simple;
        w.live.selection().setFocus(Focus::onCase(w.number(one.order).toStdString()));
        verifyMarked(one);
        w.live.selection().setFocus(Focus::onSpan(*w.live.table(), one.toRow));
        verifyMarked(one);
        // Another size and what is counted anew keep it.
        w.host.view->resize(700, 500);
        QVERIFY(settle());
        verifyMarked(one);
        w.view()->setPair(QStringLiteral("Paid"), QStringLiteral("Accepted"));
        QVERIFY(settle());
        w.view()->setPair(QString(), QString());
        QVERIFY(settle());
        verifyMarked(one);
        w.live.selection().setFocus({});
        QVERIFY(!hasColour(overlayOf(*w.canvas()), theme().accent));
        // One that waits has a longer mark where it went in.
        const auto* pairs = named<QComboBox>(w.view(), QStringLiteral("Between which stages"));
        std::vector<QStringList> names;
        for (int i = 0; i < pairs->count(); ++i)
            names.push_back(pairs->itemData(i).toStringList());
        for (size_t i = 0; i < names.size() && found.waiting.empty(); ++i) {
            w.view()->setPair(names[i].value(0), names[i].value(1));
            QVERIFY(settle());
        }
        QVERIFY(!found.waiting.empty());
        w.live.selection().setFocus(Focus::onCase(w.number(found.waiting.front().order).toStdString()));
        const SpectrumLayout layout(found, w.canvas()->size(), theme());
        QCOMPARE(overlayOf(*w.canvas()).pixelColor(static_cast<int>(std::round(layout.xOf(found.waiting.front().start))), static_cast<int>(layout.segments.top() + 12)), theme().accent);
    }

    void spectrumByKeys() {
        Window<PerformanceSpectrumView> w(workspace_);
        const auto& segments = w.view()->spectrum().segments;
        QTest::keyClick(w.canvas(), Qt::Key_Return);
        QCOMPARE(w.times, 0);
        const auto isAt = [&](size_t i) { return w.focus() == Focus::onCase(w.number(segments[i].order).toStdString()); };
        QTest::keyClick(w.canvas(), Qt::Key_Right);
        QVERIFY(isAt(0));
        QTest::keyClick(w.canvas(), Qt::Key_Right);
        QVERIFY(isAt(1));
        QTest::keyClick(w.canvas(), Qt::Key_Return);
        QCOMPARE(w.listed.cases, std::vector<CaseNumber>{segments[1].order});
        QTest::keyClick(w.canvas(), Qt::Key_Left);
        QTest::keyClick(w.canvas(), Qt::Key_Left);
        QVERIFY(isAt(0));
        // Enter listed an order that was marked no more.
        QTest::keyClick(w.canvas(), Qt::Key_Right);
        w.live.selection().setFocus({});
        const int times = w.times;
        QTest::keyClick(w.canvas(), Qt::Key_Return);
        QCOMPARE(w.times, times);
        QTest::keyClick(w.canvas(), Qt::Key_Right);
        QVERIFY(isAt(0));
    }

    // The box said the first pair where the one on show was not among those that follow directly, and settings without a pair took it away.
    void spectrumKeepsSettings() {
        Window<PerformanceSpectrumView> w(workspace_), copy(workspace_);
        auto* pairs = named<QComboBox>(w.view(), QStringLiteral("Between which stages"));
        w.view()->setPair(QStringLiteral("Paid"), QStringLiteral("Accepted"));
        QVERIFY(settle());
        QCOMPARE(w.view()->spectrum().from, std::string("Paid"));
        QCOMPARE(w.view()->spectrum().to, std::string("Accepted"));
        QVERIFY2(pairs->currentText().startsWith(QStringLiteral("Paid to Accepted")), qPrintable(pairs->currentText()));
        w.view()->applySettings({{QStringLiteral("from"), QStringLiteral("Placed")}, {QStringLiteral("to"), QStringLiteral("Delivered")}, {QStringLiteral("eventually"), true}});
        QVERIFY(settle());
        QVERIFY(!w.view()->spectrum().asked.directly && w.view()->spectrum().segments.size() > 10);
        QCOMPARE(w.view()->spectrum().to, std::string("Delivered"));
        QVERIFY2(pairs->currentText().startsWith(QStringLiteral("Placed to Delivered")), qPrintable(pairs->currentText()));
        copy.view()->applySettings(w.view()->settings());
        QVERIFY(settle());
        QVERIFY(copy.view()->spectrum().asked == w.view()->spectrum().asked);
        copy.view()->applySettings({});
        copy.view()->applySettings({{QStringLiteral("from"), 3}, {QStringLiteral("to"), QStringLiteral("Paid")}});
        QVERIFY(settle());
        QCOMPARE(copy.view()->settings(), w.view()->settings());
        // Names of another flow: the pair between which most time passed.
        copy.view()->setPair(QStringLiteral("nowhere"), QStringLiteral("Paid"));
        QVERIFY(settle());
        const auto widest = widestPair(stagePairs(copy.log(), copy.orders.journey()->counted));
        QCOMPARE(copy.view()->spectrum().asked.from, widest->from);
        // By hand.
        pairs->setCurrentIndex(1);
        Q_EMIT pairs->activated(1);
        const QStringList names = pairs->itemData(1).toStringList();
        QVERIFY(settle());
        QCOMPARE(w.view()->spectrum().from, names[0].toStdString());
        QCOMPARE(w.view()->spectrum().to, names[1].toStdString());
    }

    void workInProgress() {
        Window<WorkInProgressView> w(workspace_);
        const WorkInProgress& work = w.view()->workInProgress();
        QVERIFY(work.bins.count > 20 && work.all.arrived > 20);
        const WorkLayout layout(work, w.canvas()->size(), theme());
        QTest::keyClick(w.canvas(), Qt::Key_Return); // nothing is chosen
        QCOMPARE(w.times, 0);
        int asked = 0;
        for (uint32_t i = 0; i < work.bins.count; ++i) {
            const WorkInProgress::Bin& bin = work.all.bins[i];
            QTest::keyClick(w.canvas(), Qt::Key_Right);
            QVERIFY(std::abs(w.canvas()->cursor().left() - layout.xOf(i)) < 1);
            QTest::keyClick(w.canvas(), Qt::Key_Return);
            // Those that were there before, and those that came.
            const uint64_t there = (i > 0 ? work.all.bins[i - 1].inProgress : 0) + bin.arrivals;
            asked += there > 0;
            QCOMPARE(w.times, asked);
            if (there > 0)
                QCOMPARE(w.listed.cases.size(), there);
            const QString words = w.canvas()->describe({(layout.xOf(i) + layout.xOf(i + 1)) / 2, layout.stacks.center().y()});
            const QString expected = QStringLiteral("\n%1 came, %2 ended, %3 in progress at its end").arg(bin.arrivals).arg(bin.completions).arg(bin.inProgress);
            QVERIFY2(words.contains(expected), qPrintable(words));
        }
        QVERIFY(asked > 10);
        QTest::keyClick(w.canvas(), Qt::Key_Right); // there is no further one
        QVERIFY(std::abs(w.canvas()->cursor().left() - layout.xOf(work.bins.count - 1)) < 1);
        QTest::keyClick(w.canvas(), Qt::Key_Left);
        QVERIFY(std::abs(w.canvas()->cursor().left() - layout.xOf(work.bins.count - 2)) < 1);
        // By the mouse: a click chooses, a double click lists.
        const QPoint first(static_cast<int>(std::ceil(layout.xOf(0))), static_cast<int>(layout.stacks.center().y()));
        QTest::mouseClick(w.canvas(), Qt::LeftButton, {}, first);
        QVERIFY(std::abs(w.canvas()->cursor().left() - layout.xOf(0)) < 1);
        QCOMPARE(w.times, asked);
        QTest::mouseDClick(w.canvas(), Qt::LeftButton, {}, first);
        QCOMPARE(w.times, asked + 1);
        QCOMPARE(w.listed.cases.size(), work.all.bins[0].arrivals);
        QVERIFY(w.canvas()->describe({1, 1}).isEmpty());
        QVERIFY(hasColour(w.picture(), theme().neutralBar));
        QCOMPARE(w.view()->tabular()->rows.size(), size_t(work.bins.count));
    }

    void emptyDots() { emptyStates<DottedChartView>(workspace_); }
    void emptySpectrum() { emptyStates<PerformanceSpectrumView>(workspace_); }
    void emptyWork() { emptyStates<WorkInProgressView>(workspace_); }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestOrderChartViews)
#include "tst_order_chart_views.moc"
