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

namespace {

/// What a page asked to have listed.
struct Listed {
    explicit Listed(const CasePage* page) {
        QObject::connect(page, &CasePage::casesWanted, page, [this](const CaseSet& set) {
            last = set;
            ++times;
        });
    }
    CaseSet last;
    int times = 0;
};

std::vector<CaseNumber> those(const JourneyState& journey, const std::function<bool(const CaseProgress&, CaseNumber)>& isOne) {
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < journey.counted.size(); ++c)
        if (journey.counted[c] && isOne(journey.everything.progress[c], c))
            out.push_back(c);
    return out;
}

} // namespace

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

    // The page began with a version that was the same in all cases.
    void beginsWithAFieldThatDivides() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<BreakdownView> host({900, 500}, context);
        QVERIFY(settle());
        const JourneyState& journey = *context.journey();
        const std::string usual = usualField(context.queryContext(), journey, journey.counted);
        QCOMPARE(host.view->fields()->field(), usual);
        QCOMPARE(host.view->model().content().field, usual);
        QVERIFY(host.view->model().rowCount() >= 2);
        // What was chosen stays, also in another journey.
        host.view->fields()->setField("span:name");
        QVERIFY(settle());
        QCOMPARE(host.view->model().content().field, std::string("span:name"));
        JourneyDefinition shorter = *journey.definition;
        shorter.stages.resize(2);
        shorter.exclusions.clear();
        context.setJourney(shorter);
        QVERIFY(settle());
        QCOMPARE(host.view->fields()->field(), std::string("span:name"));
        QCOMPARE(host.view->model().content().field, std::string("span:name"));

        ViewContext another; // settings that come before the journey is known are a choice, too
        const Host<BreakdownView> copy({900, 500}, another);
        copy.view->applySettings({{QStringLiteral("by"), QStringLiteral("resource.service.version")}});
        another.setWorkspace(workspace_);
        QVERIFY(settle());
        QCOMPARE(copy.view->model().content().field, std::string("resource.service.version"));
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

    void casesOfAValue() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<BreakdownView> host({900, 500}, context);
        QVERIFY(settle());
        host.view->applySettings({{QStringLiteral("by"), QStringLiteral("aisle:path")}});
        auto* attribution = named<QComboBox>(host.view, QStringLiteral("Which trace of a case the value is of"));
        attribution->setCurrentIndex(1);
        Q_EMIT attribution->activated(1);
        QVERIFY(settle());
        const BreakdownModel& model = host.view->model();
        const JourneyState& journey = *context.journey();
        QVERIFY(model.rowCount() > 2 && model.columnCount() > BreakdownModel::FirstStageColumn);
        Listed listed(host.view);
        int asked = 0;
        for (int row = 0; row < model.rowCount(); ++row)
            for (int column = BreakdownModel::CasesColumn; column < model.columnCount(); ++column) {
                const FunnelGroup& group = model.groupAt(row);
                const auto number = static_cast<uint32_t>(model.groupNumber(row));
                host.view->list()->setCurrentIndex(model.index(row, column));
                QTest::keyClick(host.view->list(), Qt::Key_L);
                QVERIFY(settle());
                QCOMPARE(listed.times, ++asked);
                const auto stage = static_cast<size_t>(column - BreakdownModel::FirstStageColumn) + 1;
                const bool isOfStage = column >= BreakdownModel::FirstStageColumn;
                QCOMPARE(listed.last.cases, those(journey, [&](const CaseProgress& progress, CaseNumber c) {
                             if (model.content().ofCase[c] != number)
                                 return false;
                             return column == BreakdownModel::CasesColumn || (isOfStage ? progress.reached(stage) && progress.reached(group.funnel.stages[stage].before) : progress.isConverted);
                         }));
                QCOMPARE(listed.last.cases.size(), column == BreakdownModel::CasesColumn ? group.funnel.cases : isOfStage ? group.funnel.stages[stage].fromBefore : group.funnel.converted);
                QVERIFY2(listed.last.words.starts_with("aisle:path"), listed.last.words.c_str());
            }
        // A double click on a count does the same, on the value it filters.
        QTableView* list = host.view->list();
        const auto doubleClick = [&](int column) {
            const QPoint at = list->visualRect(model.index(0, column)).center();
            QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, at);
            QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, at);
        };
        QVERIFY(model.index(0, BreakdownModel::ConvertedColumn).data(Qt::ToolTipRole).toString().contains(QStringLiteral("Double click lists those that converted")));
        doubleClick(BreakdownModel::ConvertedColumn);
        QVERIFY(settle());
        QCOMPARE(listed.times, asked + 1);
        QCOMPARE(listed.last.cases.size(), model.groupAt(0).funnel.converted);
        QVERIFY(context.selection().scope().isEmpty());
        const FunnelGroup first = model.groupAt(0);
        QVERIFY(chooseInMenu(list->viewport(), list->visualRect(model.index(0, 0)).center(), QStringLiteral("List the %1 that entered").arg(QString::fromStdString(formatCount(first.entered())))));
        QVERIFY(settle());
        QCOMPARE(listed.last.cases.size(), first.entered());
        QVERIFY(!first.condition.empty());
        doubleClick(BreakdownModel::ValueColumn);
        QVERIFY(!context.selection().scope().isEmpty());
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

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestJourneyPages)
#include "tst_journey_pages.moc"
