// The journey by value of a field, through real events on a small demo shop.

#include "breakdown/breakdown_view.h"
#include "journey_pages_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestBreakdownView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
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

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestBreakdownView)
#include "tst_breakdown_view.moc"
