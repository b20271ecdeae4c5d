// The journey over time, through real events on a small demo shop.

#include "conversion/conversion_view.h"
#include "journey_pages_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestConversionView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void casesOverTime() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<ConversionView> host({900, 400}, context);
        QVERIFY(settle());
        const FunnelTrend& trend = host.view->trend();
        ConversionChart* chart = host.view->chart();
        const JourneyState& journey = *context.journey();
        Listed listed(host.view);
        int asked = 0;
        const ConversionLayout layout(trend, chart->size());
        for (size_t i = 0; i < trend.steps.size(); ++i) {
            const int64_t from = trend.start + trend.step * static_cast<int64_t>(i);
            const auto x = static_cast<int>(layout.xOf(from + trend.step / 2));
            const auto inStep = those(journey, [&](const CaseProgress& progress, CaseNumber c) {
                int64_t first = INT64_MAX;
                for (size_t k = 0; k < journey.everything.stages.size(); ++k)
                    if (progress.reached(k))
                        first = std::min(first, journey.everything.times[journey.everything.at(c, k)]);
                return progress.last > 0 && first >= from && first < from + trend.step;
            });
            QTest::mouseDClick(chart, Qt::LeftButton, {}, QPoint(x, static_cast<int>(layout.counts.center().y())));
            QVERIFY(settle());
            if (trend.steps[i].entered == 0) {
                QCOMPARE(listed.times, asked);
                continue;
            }
            QCOMPARE(listed.times, ++asked);
            QCOMPARE(listed.last.cases, inStep);
            QCOMPARE(listed.last.cases.size(), trend.steps[i].entered);
            QTest::mouseDClick(chart, Qt::LeftButton, {}, QPoint(x, static_cast<int>(layout.rates.center().y())));
            QVERIFY(settle());
            QCOMPARE(listed.times, ++asked);
            QCOMPARE(listed.last.cases.size(), trend.steps[i].converted);
        }
        QVERIFY(asked >= 6);
        QVERIFY(context.selection().scope().isEmpty()); // nothing was brushed
        // By keys, and what else the menu lists.
        QTest::keyClick(chart, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(listed.times, asked);
        QTest::keyClick(chart, Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(chart->cursor() && trend.steps[*chart->cursor()].entered > 0);
        QTest::keyClick(chart, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(listed.last.cases.size(), trend.steps[*chart->cursor()].entered);
        size_t stopped = 0;
        while (trend.steps[stopped].dropped == 0)
            ++stopped;
        const QPoint at(static_cast<int>(layout.xOf(trend.start + trend.step * static_cast<int64_t>(stopped) + trend.step / 2)), static_cast<int>(layout.rates.center().y()));
        QVERIFY(chooseInMenu(chart, at, QStringLiteral("List the %1 that stopped").arg(QString::fromStdString(formatCount(trend.steps[stopped].dropped)))));
        QVERIFY(settle());
        QCOMPARE(listed.last.cases.size(), trend.steps[stopped].dropped);
        QVERIFY2(listed.last.words.ends_with(", stopped"), listed.last.words.c_str());
    }

    void overTime() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<ConversionView> host({900, 400}, context);
        QVERIFY(settle());
        const FunnelTrend trend = host.view->trend();
        QVERIFY(trend.steps.size() > 5);
        QVERIFY(host.view->statusText().contains(QStringLiteral("converted")));
        ConversionChart* chart = host.view->chart();
        const ConversionLayout layout(trend, chart->size());
        const QPoint from(static_cast<int>(layout.rates.left() + 0.2 * layout.rates.width()), static_cast<int>(layout.rates.center().y()));
        const QPoint to(static_cast<int>(layout.rates.left() + 0.6 * layout.rates.width()), from.y());
        QTest::mousePress(chart, Qt::LeftButton, {}, from);
        QTest::mouseMove(chart, to);
        QVERIFY(context.isMoving());
        QTest::mouseRelease(chart, Qt::LeftButton, {}, to);
        QVERIFY(!context.isMoving());
        QVERIFY(settle());
        const auto& terms = context.selection().scope().terms();
        QCOMPARE(terms.size(), size_t(1));
        QVERIFY(terms[0].kind == ScopeTerm::Kind::TraceTime);
        QCOMPARE(terms[0].from, layout.timeAt(from.x()));
        QCOMPARE(terms[0].to, layout.timeAt(to.x()));
        QCOMPARE(host.view->trend().start, trend.start); // what is brushed does not move
        for (size_t i = 0; i < trend.steps.size(); ++i) // and is not filtered by its own brush, as it was
            QCOMPARE(host.view->trend().steps[i].entered, trend.steps[i].entered);
        const int64_t before = terms[0].from;
        chart->setFocus();
        QTest::keyClick(chart, Qt::Key_Right);
        QCOMPARE(context.selection().scope().terms()[0].from, before + trend.step);
        QTest::keyClick(chart, Qt::Key_Escape);
        QVERIFY(context.selection().scope().isEmpty());
        QVERIFY(settle());
        QVERIFY(host.view->tabular()->rows.size() >= 2);
        QVERIFY(!host.view->pictureSize().isEmpty());
    }

    // The intervals of few cases that never converted went beyond the top: a chart that was filled, with the axis at 1 %.
    void intervalsFit() {
        FunnelTrend trend;
        trend.step = 1'000'000'000;
        for (int i = 0; i < 3; ++i) {
            FunnelTrend::Step& step = trend.steps.emplace_back();
            step.entered = step.dropped = 3;
            step.conversion = shareInterval(0, 3); // to 56 %
        }
        QCOMPARE(ConversionLayout(trend, {900, 400}).highest, 1.0);
        trend.steps[0].conversion = shareInterval(0, 1000); // one that is narrower changes nothing
        QCOMPARE(ConversionLayout(trend, {900, 400}).highest, 1.0);
        QCOMPARE(ConversionLayout({}, {900, 400}).highest, 0.01);
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestConversionView)
#include "tst_conversion_view.moc"
