// How long steps of the journey took, through real events on a small demo shop.

#include "step_times/step_times_view.h"
#include "journey_pages_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestStepTimesView : public QObject {
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
            const auto& row = layout.rows[i];
            QVERIFY(!row.title.intersects(row.bars) && !row.p50.intersects(row.p90) && !row.p50.intersects(row.p95) && !row.p90.intersects(row.p95));
            for (const QRectF& words : {row.p50, row.p90, row.p95})
                QVERIFY(!words.intersects(row.bars) && row.area.contains(words));
            QVERIFY(layout.rows[i].times->cases > 0);
            const double p50 = layout.xOf(layout.rows[i].times->p50);
            QVERIFY(p50 >= layout.axis.left() && p50 <= layout.xOf(layout.rows[i].times->p95));
            if (i > 0)
                QVERIFY(layout.rows[i].area.top() >= layout.rows[i - 1].area.bottom());
        }
        QTest::mouseClick(host.view->chart(), Qt::LeftButton, {}, layout.rows[1].bars.center().toPoint());
        QCOMPARE(context.selection().focus(), Focus::onStage(times.stages[layout.rows[1].stage].name));
        QTest::keyClick(host.view->chart(), Qt::Key_Down);
        QCOMPARE(context.selection().focus(), Focus::onStage(times.stages[layout.rows[2].stage].name));
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
        for (size_t i = 0; i < chart->layoutNow().rows.size() && context.selection().focus() != Focus::onStage(host.view->times().stages[last].name); ++i)
            QTest::keyClick(chart, Qt::Key_Down);
        QCOMPARE(context.selection().focus(), Focus::onStage(host.view->times().stages[last].name));
        QVERIFY(isSeen());
    }

    void casesOfTheTimes() {
        ViewContext context;
        Host<StepTimesView> host({900, 500}, context);
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        StepTimesChart* chart = host.view->chart();
        const StepTimes& times = host.view->times();
        const JourneyState& journey = *context.journey();
        Listed listed(host.view);
        const StepTimesLayout layout = chart->layoutNow();
        int asked = 0;
        const auto open = [&](const QRectF& at, const std::function<bool(int64_t)>& isWithin, const StepTimesLayout::Row& row) {
            QTest::mouseDClick(chart, Qt::LeftButton, {}, at.center().toPoint());
            QVERIFY(settle());
            QCOMPARE(listed.times, ++asked);
            QVERIFY(listed.last.journey == context.journey());
            QVERIFY(!listed.last.words.empty());
            QCOMPARE(listed.last.cases, those(journey, [&](const CaseProgress& progress, CaseNumber c) {
                         const auto& all = journey.everything;
                         if (row.isStayed)
                             return progress.stoppedAt(row.stage) && isWithin(journey.cases().cases()[c].end - all.times[all.at(c, row.stage)]);
                         if (!row.isWhole)
                             return all.fromPrevious[all.at(c, row.stage)] >= 0 && isWithin(all.fromPrevious[all.at(c, row.stage)]);
                         return progress.isConverted && isWithin(all.times[all.at(c, all.stages.size() - 1)] - all.times[all.at(c, 0)]);
                     }));
        };
        bool hasStayed = false;
        for (const StepTimesLayout::Row& row : layout.rows) {
            hasStayed |= row.isStayed;
            open(row.title, [](int64_t) { return true; }, row);
            QCOMPARE(listed.last.cases.size(), row.times->cases);
            open(row.p50, [&](int64_t time) { return time >= row.times->p50; }, row);
            open(row.p90, [&](int64_t time) { return time >= row.times->p90; }, row);
            open(row.p95, [&](int64_t time) { return time >= row.times->p95; }, row);
            int bars = 0;
            for (size_t i = 0; i < row.times->bars.size() && bars < 3; ++i) {
                const QRectF bar = layout.barOf(row, i);
                if (row.times->bars[i] == 0 || bar.width() < 3)
                    continue;
                ++bars;
                open(bar, [&](int64_t time) { return time >= times.edges[i] && time < times.edges[i + 1]; }, row);
                QCOMPARE(listed.last.cases.size(), row.times->bars[i]);
            }
            QVERIFY(bars > 0);
        }
        QVERIFY(hasStayed && layout.rows.back().isWhole);
        QTest::mouseDClick(chart, Qt::LeftButton, {}, QPoint(chart->width() / 2, 2)); // on the axis nothing is counted
        QVERIFY(settle());
        QCOMPARE(listed.times, asked);
    }

    void keysOfTheTimes() {
        ViewContext context;
        Host<StepTimesView> host({900, 500}, context);
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        StepTimesChart* chart = host.view->chart();
        Listed listed(host.view);
        QTest::keyClick(chart, Qt::Key_Return); // nothing is chosen
        QVERIFY(settle());
        QCOMPARE(listed.times, 0);
        QTest::keyClick(chart, Qt::Key_Down);
        QTest::keyClick(chart, Qt::Key_Down);
        const StepTimesLayout layout = chart->layoutNow();
        const auto& row = layout.rows[1];
        QVERIFY(chart->cursor() == (StepTimesLayout::Hit{StepTimesLayout::Hit::Part::All, 1, 0}));
        QTest::keyClick(chart, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(listed.last.cases.size(), row.times->cases);
        // Over all bars that count somebody, and back.
        std::vector<size_t> bars;
        for (size_t i = 0; i < row.times->bars.size(); ++i)
            if (row.times->bars[i] > 0)
                bars.push_back(i);
        QVERIFY(bars.size() > 2);
        for (const size_t i : bars) {
            QTest::keyClick(chart, Qt::Key_Right);
            QVERIFY(chart->cursor() == (StepTimesLayout::Hit{StepTimesLayout::Hit::Part::Bar, 1, i}));
            QTest::keyClick(chart, Qt::Key_Return);
            QVERIFY(settle());
            QCOMPARE(listed.last.cases.size(), row.times->bars[i]);
        }
        QTest::keyClick(chart, Qt::Key_Right); // there is no further one
        QCOMPARE(chart->cursor().bar, bars.back());
        for (size_t i = bars.size() - 1; i > 0; --i) {
            QTest::keyClick(chart, Qt::Key_Left);
            QCOMPARE(chart->cursor().bar, bars[i - 1]);
        }
        QTest::keyClick(chart, Qt::Key_Left);
        QVERIFY(chart->cursor().part == StepTimesLayout::Hit::Part::All);
        const QString p90 = QStringLiteral("List those of p90 (%1) or longer").arg(QString::fromStdString(formatDuration(row.times->p90)));
        QVERIFY(chooseInMenu(chart, row.title.center().toPoint(), p90));
        QVERIFY(settle());
        QVERIFY(!listed.last.cases.empty() && listed.last.cases.size() < row.times->cases);
        QVERIFY2(listed.last.words.ends_with("or longer"), listed.last.words.c_str());
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestStepTimesView)
#include "tst_step_times_view.moc"
