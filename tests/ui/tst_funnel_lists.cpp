// Exactly those whom a number of the funnel counts are listed, and who never began.

#include "cases/case_key_box.h"
#include "funnel_view_fixture.h"
#include "model/shop_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestFunnelLists : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    // Each number opens exactly the cases that it counts.
    void listsCases() {
        Window w(workspace_);
        const JourneyState& journey = *w.context.journey();
        const FunnelResult f = w.view()->funnel();
        CaseSet last;
        int times = 0, asked = 0;
        connect(w.view(), &CasePage::casesWanted, this, [&](const CaseSet& set) {
            last = set;
            ++times;
        });
        const auto check = [&](uint64_t count, const std::function<bool(const CaseProgress&, CaseNumber)>& isOne) {
            QVERIFY(settle());
            QCOMPARE(times, ++asked);
            std::vector<CaseNumber> expected;
            for (CaseNumber c = 0; c < journey.counted.size(); ++c)
                if (journey.counted[c] && isOne(journey.everything.progress[c], c))
                    expected.push_back(c);
            QCOMPARE(last.cases, expected);
            QCOMPARE(last.cases.size(), count);
        };
        const auto choose = [&](size_t k, const QString& words) {
            const QPoint at = w.chart()->frame().columns[k].title.center().toPoint();
            QVERIFY2(chooseInMenu(w.chart(), at, words), qPrintable(words));
        };
        const auto number = [](uint64_t count) { return QString::fromStdString(formatCount(count)); };
        int dropped = 0;
        for (size_t k = 0; k < f.stages.size(); ++k) {
            const FunnelStage& s = f.stages[k];
            const FunnelFrame::Column& c = w.chart()->frame().columns[k];
            QTest::mouseDClick(w.chart(), Qt::LeftButton, {}, c.count.center().toPoint());
            check(s.reached, [&](const CaseProgress& p, CaseNumber) { return p.reached(k); });
            QCOMPARE(last.words, "reached " + s.name);
            if (s.dropped > 0) {
                choose(k, QStringLiteral("List the %1 who stopped here").arg(number(s.dropped)));
                check(s.dropped, [&](const CaseProgress& p, CaseNumber) { return p.last == k + 1 && !p.isConverted && !p.isOpen; });
            }
            if (s.open > 0) {
                choose(k, QStringLiteral("List the %1 who may still go on from here").arg(number(s.open)));
                check(s.open, [&](const CaseProgress& p, CaseNumber) { return p.last == k + 1 && !p.isConverted && p.isOpen; });
            }
            if (k > 0) {
                QTest::mouseDClick(w.chart(), Qt::LeftButton, {}, w.chart()->frame().steps[k - 1].area.center().toPoint());
                check(s.fromBefore, [&](const CaseProgress& p, CaseNumber) { return p.reached(k) && p.reached(s.before); });
                const auto tookLong = [&](const CaseProgress&, CaseNumber n) { return journey.everything.fromPrevious[journey.everything.at(n, k)] >= s.p90FromPrevious; };
                uint64_t longer = 0;
                for (CaseNumber n = 0; n < journey.counted.size(); ++n)
                    longer += journey.counted[n] && tookLong(journey.everything.progress[n], n);
                QVERIFY(longer > 0 && longer * 10 >= s.fromBefore);
                choose(k, QStringLiteral("List who took p90 (%1) or longer to come here").arg(QString::fromStdString(formatDuration(s.p90FromPrevious))));
                check(longer, tookLong);
                if (c.dropped.height() >= 3) {
                    QTest::mouseDClick(w.chart(), Qt::LeftButton, {}, c.dropped.center().toPoint());
                    check(f.stages[k - 1].dropped, [&](const CaseProgress& p, CaseNumber) { return p.stoppedAt(k - 1); });
                    ++dropped;
                }
            }
        }
        QVERIFY(dropped > 0);
        // By keys.
        QTest::keyClick(w.chart(), Qt::Key_Home);
        QTest::keyClick(w.chart(), Qt::Key_L);
        check(f.stages[0].reached, [](const CaseProgress& p, CaseNumber) { return p.reached(0); });
        QTest::keyClick(w.chart(), Qt::Key_L, Qt::ShiftModifier);
        check(f.stages[0].dropped, [](const CaseProgress& p, CaseNumber) { return p.stoppedAt(0); });
        // In a scope those of the scope.
        w.context.selection().addTerm(term(ScopeTerm::Kind::Error, {}));
        QVERIFY(settle());
        const std::vector<bool> in = casesInScope(journey, *w.context.scopeResult());
        QVERIFY(f.stages[0].reached != w.view()->funnel().stages[0].reached || in != journey.counted);
        QTest::keyClick(w.chart(), Qt::Key_L);
        check(w.view()->funnel().stages[0].reached, [&](const CaseProgress& p, CaseNumber c) { return in[c] && p.reached(0); });
    }

    // What those did that never began is said, and each number of it opens the cases.
    void neverBegan() {
        Window w(workspace_);
        JourneyDefinition journey = *w.context.journey()->definition;
        journey.stages.erase(journey.stages.begin());
        w.context.setJourney(journey);
        QVERIFY(settle());
        const uint64_t count = w.view()->funnel().notEntered;
        QVERIFY(count > 0); // who only visited
        const auto state = w.context.journey();
        const NeverBegan expected = aisle::neverBegan(w.context.queryContext(), *state, state->counted);
        QCOMPARE(uint64_t(expected.cases.size()), count);
        QVERIFY(!expected.requests.empty());
        QVERIFY2(visibleWords(w.view()).contains(QString::fromStdString(sentenceOf(expected, *state))), qPrintable(visibleWords(w.view())));
        auto* never = named<QToolButton>(w.view(), QStringLiteral("Who never began"));
        QVERIFY(never->isVisible());
        QCOMPARE(never->text(), QStringLiteral("Never began: %1").arg(QString::fromStdString(formatCount(count))));
        CaseSet listed;
        connect(w.view(), &CasePage::casesWanted, this, [&](const CaseSet& set) { listed = set; });
        const auto actions = never->menu()->actions();
        QCOMPARE(size_t(actions.size()), expected.requests.size() + 1);
        actions[0]->trigger();
        QVERIFY(settle());
        QCOMPARE(listed.cases, expected.cases);
        QVERIFY(listed.journey == state);
        for (size_t i = 0; i < expected.requests.size(); ++i) {
            actions[qsizetype(i) + 1]->trigger();
            QVERIFY(settle());
            QCOMPARE(listed.cases, expected.requests[i].cases);
            QCOMPARE(listed.words, "never began, asked for " + expected.requests[i].name);
        }
        // Nobody of those that came to a stage.
        w.context.selection().setScope(Scope().with(term(ScopeTerm::Kind::Stage, journey.stages[0].name)));
        QVERIFY(settle());
        QVERIFY(!never->isVisible() && !visibleWords(w.view()).contains(QStringLiteral("never reached")));
        w.context.selection().setScope({});
        QVERIFY(settle());
        QVERIFY(never->isVisible());
        w.view()->compareWith(Scope().with(term(ScopeTerm::Kind::Dropped, journey.stages[0].name)));
        QVERIFY(settle());
        QVERIFY(!never->isVisible());
    }

    // By user the funnel of a shop whose orders say no session was empty, and advised to choose sessions.
    void stagesForTheChosenCases() {
        const Shop shop(ordersWithoutSessions());
        Window w(shop.workspace());
        auto* keys = named<CaseKeyBox>(w.view(), QStringLiteral("What a case is"));
        QCOMPARE(w.context.journey()->definition->id, std::string("otel-demo"));
        const JourneyDefinition before = *w.context.journey()->definition;
        QVERIFY(visibleWords(w.view()).contains(QStringLiteral("choose users as cases")));
        Q_EMIT keys->caseKeyChosen(QStringLiteral("user"));
        QVERIFY(settle());
        QCOMPARE(w.context.journey()->cases().key().id, std::string("user"));
        QCOMPARE(w.view()->funnel().stages.size(), size_t(2));
        QCOMPARE(w.view()->funnel().stages.back().reached, uint64_t(4));
        QVERIFY(visibleWords(w.view()).contains(QStringLiteral("The stages are proposed")));
        Q_EMIT keys->caseKeyChosen(QStringLiteral("session"));
        QVERIFY(settle());
        QVERIFY(*w.context.journey()->definition == before);
    }

    // Of everything beside a scope the funnel counts what is not in that scope.
    void listsCasesBesideOthers() {
        Window w(workspace_);
        const JourneyState& journey = *w.context.journey();
        CaseSet last;
        connect(w.view(), &CasePage::casesWanted, this, [&](const CaseSet& set) { last = set; });
        w.view()->compareWith(Scope().with(term(ScopeTerm::Kind::Dropped, journey.everything.stages[0].name)));
        QVERIFY(settle());
        QVERIFY(w.view()->comparison() != nullptr);
        const uint64_t dropped = journey.everything.stages[0].dropped;
        QVERIFY(dropped > 0);
        QCOMPARE(w.view()->funnel().stages[0].reached, journey.everything.stages[0].reached - dropped);
        QTest::mouseDClick(w.chart(), Qt::LeftButton, {}, w.chart()->frame().columns[0].count.center().toPoint());
        QVERIFY(settle());
        QCOMPARE(last.cases.size(), journey.everything.stages[0].reached - dropped);
        for (const CaseNumber c : last.cases)
            QVERIFY(!journey.everything.progress[c].stoppedAt(0));
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestFunnelLists)
#include "tst_funnel_lists.moc"
