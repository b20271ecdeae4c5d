// The pages beside the funnel: times of steps, by value, over time; through real events on a small demo shop.

#include "breakdown/breakdown_view.h"
#include "charts/field_box.h"
#include "conversion/conversion_view.h"
#include "step_times/step_times_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/empty_state.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QTableView>
#include <QTemporaryDir>

#include <algorithm>

using namespace aisle;
using namespace aisle::test;

class TestJourneyPages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void timesOfTheSteps() {
        ViewContext context;
        Host<StepTimesView> host({900, 500}, context);
        QVERIFY(host.view->tabular() == nullptr);
        QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("how long those who stopped had stayed")), qPrintable(visibleWords(&host.window)));
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        const StepTimes& times = host.view->times();
        QCOMPARE(times.stages.size(), context.journey()->everything.stages.size());
        QCOMPARE(times.whole.cases, context.journey()->everything.converted);
        const StepTimesLayout layout = host.view->chart()->layoutNow();
        QVERIFY(layout.rows.size() > times.stages.size());
        for (size_t i = 0; i < layout.rows.size(); ++i) {
            QVERIFY(!layout.rows[i].title.intersects(layout.rows[i].bars) && !layout.rows[i].bars.intersects(layout.rows[i].words));
            QVERIFY(layout.rows[i].times->cases > 0);
            const double p50 = layout.xOf(layout.rows[i].times->p50);
            QVERIFY(p50 >= layout.axis.left() && p50 <= layout.xOf(layout.rows[i].times->p95));
            if (i > 0)
                QVERIFY(layout.rows[i].area.top() >= layout.rows[i - 1].area.bottom());
        }
        QTest::mouseClick(host.view->chart(), Qt::LeftButton, {}, layout.rows[1].bars.center().toPoint());
        QCOMPARE(context.selection().focus(), Focus::onStage(times.stages[layout.rows[1].stage].name));
        QTest::keyClick(host.view->chart(), Qt::Key_Down);
        QCOMPARE(context.selection().focus(), Focus::onStage(times.stages[layout.rows[1].stage + 1].name));
        QVERIFY(host.view->tabular()->rows.size() >= times.stages.size());
        QVERIFY(!host.view->pictureSize().isEmpty());
        QVERIFY(host.view->chart()->accessibleDescription().contains(QStringLiteral("p50")));
        traceql::ParseError error;
        context.selection().setScope(*Scope::parse("{ name = \"nothing is called so\" }", error));
        QVERIFY(settle());
        QVERIFY(host.view->tabular() == nullptr);
        QVERIFY(visibleWords(&host.window).contains(QStringLiteral("No case in this scope")));
    }

    // Arrow keys led to rows below the edge, which stayed there.
    void keysLeadToWhatIsSeen() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<StepTimesView> host({900, 160}, context);
        QVERIFY(settle());
        StepTimesChart* chart = host.view->chart();
        const size_t last = host.view->times().stages.size() - 1;
        const auto isSeen = [&] {
            const auto rows = chart->layoutNow().rows;
            const auto row = std::find_if(rows.begin(), rows.end(), [&](const StepTimesLayout::Row& one) { return one.stage == last; });
            return row != rows.end() && chart->visibleRegion().contains(row->area.center().toPoint());
        };
        QVERIFY(!isSeen());
        for (size_t k = 0; k <= last; ++k)
            QTest::keyClick(chart, Qt::Key_Down);
        QCOMPARE(context.selection().focus(), Focus::onStage(host.view->times().stages[last].name));
        QVERIFY(isSeen());
    }

    // Of a journey that has no such stage the values at it were counted, and the box said the first ones.
    void anotherJourneyByValue() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<BreakdownView> host({900, 500}, context);
        host.view->applySettings({{QStringLiteral("by"), QStringLiteral("aisle:path")}});
        QVERIFY(settle());
        const JourneyDefinition journey = *context.journey()->definition;
        auto* attribution = named<QComboBox>(host.view, QStringLiteral("Which trace of a case the value is of"));
        attribution->setCurrentIndex(attribution->count() - 1);
        Q_EMIT attribution->activated(attribution->count() - 1);
        QVERIFY(settle());
        const Attribution atLast{Attribution::Of::Stage, journey.stages.size() - 1};
        QCOMPARE(host.view->model().content().attribution, atLast);
        const QJsonObject kept = host.view->settings();
        JourneyDefinition shorter = journey;
        shorter.stages.resize(2);
        shorter.exclusions.clear();
        context.setJourney(shorter);
        QVERIFY(settle());
        QCOMPARE(host.view->model().content().attribution, Attribution());
        QCOMPARE(attribution->currentIndex(), 0);
        context.setJourney(journey);
        QVERIFY(settle());
        QCOMPARE(host.view->model().content().attribution, atLast);

        ViewContext another; // before its journey is known
        const Host<BreakdownView> copy({900, 500}, another);
        copy.view->applySettings(kept);
        another.setWorkspace(workspace_);
        QVERIFY(settle());
        QCOMPARE(copy.view->model().content().attribution, atLast);
    }

    // What was counted by a field came when none was chosen any more, and nobody said what to do.
    void noField() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<BreakdownView> host({900, 500}, context);
        QVERIFY(settle());
        host.view->applySettings({{QStringLiteral("by"), QStringLiteral("aisle:path")}});
        host.view->applySettings({{QStringLiteral("by"), QString()}});
        QVERIFY(settle());
        QCOMPARE(host.view->model().rowCount(), 0);
        QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("Choose a field")), qPrintable(visibleWords(&host.window)));
    }

    void byValue() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<BreakdownView> host({900, 500}, context);
        QAbstractItemModelTester tester(host.view->list()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        QVERIFY(settle());
        host.view->applySettings({{QStringLiteral("by"), QStringLiteral("aisle:path")}});
        auto* attribution = named<QComboBox>(host.view, QStringLiteral("Which trace of a case the value is of"));
        QCOMPARE(attribution->count(), static_cast<int>(2 + context.journey()->everything.stages.size()));
        attribution->setCurrentIndex(1); // everybody begins alike
        Q_EMIT attribution->activated(1);
        QVERIFY(settle());
        const BreakdownModel& model = host.view->model();
        QCOMPARE(model.content().attribution.of, Attribution::Of::Last);
        QVERIFY(model.rowCount() > 2);
        uint64_t cases = 0;
        for (int row = 0; row < model.rowCount(); ++row)
            cases += model.groupAt(row).funnel.cases;
        QCOMPARE(cases, context.journey()->everything.cases);
        QCOMPARE(model.columnCount(), static_cast<int>(BreakdownModel::FirstStageColumn + context.journey()->everything.stages.size() - 1));
        host.view->list()->horizontalHeader()->setSortIndicator(BreakdownModel::CasesColumn, Qt::AscendingOrder);
        for (int row = 1; row < model.rowCount(); ++row)
            QVERIFY(model.groupAt(row - 1).funnel.cases <= model.groupAt(row).funnel.cases);
        int row = 0;
        while (model.groupAt(row).condition.empty())
            ++row;
        const FunnelGroup group = model.groupAt(row);
        host.view->list()->setCurrentIndex(model.index(row, 0));
        QTest::keyClick(host.view->list(), Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(!context.selection().scope().isEmpty());
        uint64_t held = 0; // the cases whose first value it was are among those that the scope holds
        for (const bool in : casesInScope(*context.journey(), *context.scopeResult()))
            held += in;
        QVERIFY(held >= group.funnel.cases);
        context.selection().setScope({});
        QVERIFY(settle());
        QVERIFY(!host.view->pictureSize().isEmpty());
        QVERIFY(host.view->tabular()->rows.size() == static_cast<size_t>(model.rowCount()) + 1);
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

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestJourneyPages)
#include "tst_journey_pages.moc"
