// Which cases are listed: those of a stage in focus, a set that another view asked for, those of another journey.

#include "cases_view_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestCasesListed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void followsAStage() {
        Window w(workspace_);
        const FunnelResult& all = w.context.journey()->everything;
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        w.context.selection().setFocus(Focus::onStage(all.stages[1].name));
        QVERIFY(settle());
        QCOMPARE(which->currentText(), QStringLiteral("Reached ") + QString::fromStdString(all.stages[1].name));
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), all.stages[1].reached);
        which->setCurrentIndex(which->findText(QStringLiteral("Stopped at ") + QString::fromStdString(all.stages[0].name), Qt::MatchExactly));
        w.context.selection().setFocus(Focus::onStage(all.stages[2].name));
        QVERIFY(settle());
        QCOMPARE(which->currentText(), QStringLiteral("Stopped at ") + QString::fromStdString(all.stages[2].name));
        w.context.selection().setFocus({});
        QVERIFY(settle());
        QCOMPARE(which->currentText(), QStringLiteral("Stopped at ") + QString::fromStdString(all.stages[2].name)); // what was chosen stays
    }

    // Those who stopped, as the funnel has them in focus, were listed as all who had come to the stage.
    void followsWhoStopped() {
        Window w(workspace_);
        const FunnelResult& all = w.context.journey()->everything;
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        const auto shows = [&](const char* words, size_t stage, uint64_t count) {
            return which->currentText() == QLatin1String(words) + QString::fromStdString(all.stages[stage].name) && static_cast<uint64_t>(w.view->model().rowCount()) == count;
        };
        QVERIFY(all.stages[1].dropped != all.stages[1].reached);
        w.context.selection().setFocus(Focus::onStopped(all.stages[1].name));
        QVERIFY(settle());
        QVERIFY2(shows("Stopped at ", 1, all.stages[1].dropped), qPrintable(which->currentText()));
        w.context.selection().setFocus(Focus::onStage(all.stages[1].name)); // all of it again
        QVERIFY(settle());
        QVERIFY2(shows("Reached ", 1, all.stages[1].reached), qPrintable(which->currentText()));
        // What is chosen in the box after that is a choice as any other.
        w.context.selection().setFocus(Focus::onStopped(all.stages[1].name));
        QVERIFY(settle());
        const int chosen = which->findText(QStringLiteral("Stopped at ") + QString::fromStdString(all.stages[0].name));
        which->setCurrentIndex(chosen);
        Q_EMIT which->activated(chosen);
        w.context.selection().setFocus(Focus::onStage(all.stages[2].name));
        QVERIFY(settle());
        QVERIFY2(shows("Stopped at ", 2, all.stages[2].dropped), qPrintable(which->currentText()));
    }

    // While a stage was in focus, nothing else could be chosen: each list that came set it back.
    void anotherChoiceWhileAStageIsInFocus() {
        Window w(workspace_);
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        w.context.selection().setFocus(Focus::onStage(w.context.journey()->everything.stages[1].name));
        QVERIFY(settle());
        which->setCurrentIndex(0);
        QVERIFY(settle());
        QCOMPARE(which->currentText(), QStringLiteral("All"));
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), w.context.journey()->everything.cases);
    }

    // The list of a new journey was still that of a stage of the one before.
    void anotherJourney() {
        Window w(workspace_);
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        w.context.selection().setFocus(Focus::onStage(w.context.journey()->everything.stages.back().name));
        QVERIFY(settle());
        QVERIFY(static_cast<uint64_t>(w.view->model().rowCount()) < w.context.journey()->everything.cases);
        JourneyDefinition journey = *w.context.journey()->definition;
        journey.stages.resize(2);
        journey.stages[1].name = "Something else";
        journey.exclusions.clear();
        w.context.setJourney(journey);
        QVERIFY(settle());
        QCOMPARE(which->currentText(), QStringLiteral("All"));
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), w.context.journey()->everything.cases);
        QVERIFY(which->findText(QStringLiteral("Reached Something else"), Qt::MatchExactly) >= 0);
    }

    // What was chosen was the number of a stage: of a journey with other stages the cases of another one were listed.
    void aJourneyWithAStageLess() {
        Window w(workspace_);
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        const JourneyDefinition whole = *w.context.journey()->definition;
        QVERIFY(whole.stages.size() >= 4);
        JourneyDefinition fewer = whole;
        fewer.exclusions.clear();
        fewer.stages.erase(fewer.stages.begin() + 1);
        const QString name = QString::fromStdString(whole.stages[2].name);
        const auto choose = [&](const QString& words) {
            which->setCurrentIndex(which->findText(words, Qt::MatchExactly));
            QVERIFY(settle());
            QCOMPARE(which->currentText(), words);
        };
        const auto show = [&](const JourneyDefinition& journey) {
            w.context.setJourney(journey);
            QVERIFY(settle());
        };
        const auto stage = [&](size_t k) -> const FunnelStage& { return w.context.journey()->everything.stages[k]; };
        choose(QStringLiteral("Reached ") + name);
        QVERIFY(stage(1).reached != stage(2).reached);
        show(fewer);
        QCOMPARE(which->currentText(), QStringLiteral("Reached ") + name);
        QCOMPARE(stage(1).name, whole.stages[2].name);
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), stage(1).reached);
        choose(QStringLiteral("Stopped at ") + name);
        show(whole);
        QCOMPARE(which->currentText(), QStringLiteral("Stopped at ") + name);
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), stage(2).dropped);
        choose(QStringLiteral("Reached ") + QString::fromStdString(whole.stages[1].name));
        show(fewer); // which has it not
        QCOMPARE(which->currentText(), QStringLiteral("All"));
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), w.context.journey()->everything.cases);
        choose(QStringLiteral("Stopped"));
        const uint64_t stopped = static_cast<uint64_t>(w.view->model().rowCount());
        QVERIFY(stopped > 0 && stopped < w.context.journey()->everything.cases);
        show(whole);
        QCOMPARE(which->currentText(), QStringLiteral("Stopped"));
        // The cases are another file's for a while.
        choose(QStringLiteral("Reached ") + name);
        w.context.setWorkspace(nullptr);
        QVERIFY(settle());
        w.context.setWorkspace(workspace_);
        QVERIFY(settle());
        QCOMPARE(which->currentText(), QStringLiteral("Reached ") + name);
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), stage(2).reached);
    }

    // Exactly the cases behind a number, whatever the scope is, until something else is chosen.
    void listsASet() {
        Window w(workspace_);
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        auto* text = named<QLineEdit>(w.view, QStringLiteral("Filter cases"));
        const CasesModel& model = w.view->model();
        const CaseSet set = w.set({2, 5, 7, 40});
        text->setText(QStringLiteral("nobody is called so"));
        QVERIFY(w.view->list(set));
        QVERIFY(settle());
        QCOMPARE(which->currentText().toStdString(), set.words);
        QVERIFY(text->text().isEmpty());
        QCOMPARE(w.listed(), set.cases);
        QVERIFY2(w.view->statusText().startsWith(QStringLiteral("4 sessions")), qPrintable(w.view->statusText()));
        text->setText(QString::fromStdString(model.at(1).value));
        QVERIFY(settle());
        QCOMPARE(model.rowCount(), 1);
        QVERIFY2(w.view->statusText().startsWith(QStringLiteral("1 of 4 sessions")), qPrintable(w.view->statusText()));
        text->clear();
        QVERIFY(settle());
        // One after the other is looked at; the list stays.
        QTest::mouseClick(w.view->list()->viewport(), Qt::LeftButton, {}, w.view->list()->visualRect(model.index(1, 2)).center());
        QTest::keyClick(w.view->list(), Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(w.context.selection().scope().terms().size(), size_t(1));
        QCOMPARE(w.listed(), set.cases);
        QVERIFY2(w.view->statusText().contains(QStringLiteral("3 of them not in the scope")), qPrintable(w.view->statusText()));
        w.context.selection().setScope({});
        QVERIFY(settle());
        which->setCurrentIndex(0);
        QVERIFY(settle());
        QCOMPARE(static_cast<uint64_t>(model.rowCount()), w.context.journey()->everything.cases);
        const int entries = which->count();
        CaseSet other = w.set({3});
        other.words = "<b>another</b>\nset";
        QVERIFY(w.view->list(other)); // in the place of the one before
        QVERIFY(settle());
        QCOMPARE(which->count(), entries);
        QCOMPARE(which->currentText(), QStringLiteral("<b>another</b> set"));
        QCOMPARE(w.listed(), other.cases);
        QVERIFY(w.view->list(w.set({}))); // a number may be 0
        QVERIFY(settle());
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!visibleWords(&w.host.window).contains(QStringLiteral("No case in this scope")));
    }

    // The numbers of cases are those of one journey.
    void aSetOfAnotherJourney() {
        Window w(workspace_);
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        const CaseSet set = w.set({1, 2});
        QVERIFY(w.view->list(set));
        QVERIFY(settle());
        JourneyDefinition journey = *w.context.journey()->definition;
        journey.idleLimit = 7200 * int64_t(1'000'000'000); // with stages of the same names
        w.context.setJourney(journey);
        QVERIFY(settle());
        QCOMPARE(which->currentText(), QStringLiteral("All"));
        QCOMPARE(which->findText(QString::fromStdString(set.words), Qt::MatchExactly), -1);
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), w.context.journey()->everything.cases);
        QVERIFY(!w.view->list(set));
        QVERIFY(settle());
        QCOMPARE(which->currentText(), QStringLiteral("All"));
        QVERIFY(w.view->list(w.set({1, 2})));
        w.context.setWorkspace(nullptr);
        QVERIFY(settle());
        QCOMPARE(w.view->model().rowCount(), 0);
        QCOMPARE(which->currentText(), QStringLiteral("All"));
    }

    void aSetIsNoSetting() {
        Window w(workspace_);
        QVERIFY(w.view->list(w.set({1, 2})));
        QVERIFY(settle());
        Window other(workspace_);
        other.view->applySettings(w.view->settings());
        QVERIFY(settle());
        QCOMPARE(static_cast<uint64_t>(other.view->model().rowCount()), other.context.journey()->everything.cases);
    }

    void onlyThese() {
        Window w(workspace_);
        const JourneyState& journey = *w.context.journey();
        auto* only = buttonWithText<QToolButton>(w.view, QStringLiteral("Only these"));
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        QVERIFY(!only->isEnabled()); // all are
        const auto held = [&] {
            std::vector<CaseNumber> out;
            const std::vector<bool> in = casesInScope(journey, *w.context.scopeResult());
            for (CaseNumber c = 0; c < in.size(); ++c)
                if (in[c])
                    out.push_back(c);
            return out;
        };
        which->setCurrentIndex(which->findText(QStringLiteral("Reached ") + QString::fromStdString(journey.everything.stages[1].name), Qt::MatchExactly));
        QVERIFY(settle());
        const auto reached = w.listed();
        QVERIFY(only->isEnabled() && !reached.empty() && reached.size() < journey.everything.cases);
        only->click();
        QVERIFY(settle());
        QCOMPARE(w.context.selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Stage, journey.everything.stages[1].name)});
        QCOMPARE(held(), reached);
        w.context.selection().setScope({});
        QVERIFY(settle());
        const CaseSet set = w.set({2, 5, 7});
        QVERIFY(w.view->list(set));
        QVERIFY(settle());
        QVERIFY(chooseInMenu(w.view->list()->viewport(), w.view->list()->visualRect(w.view->model().index(0, 0)).center(), QStringLiteral("Only these 3 sessions")));
        QVERIFY(settle());
        QCOMPARE(held(), set.cases);
        QCOMPARE(w.listed(), set.cases);
        // Too many to be named, and no query that is known.
        w.context.selection().setScope({});
        QVERIFY(settle());
        CaseSet many = w.set({});
        for (CaseNumber c = 0; many.cases.size() <= kMostCasesNamed; c += 1)
            if (journey.counted[c])
                many.cases.push_back(c);
        QVERIFY(many.cases.size() < journey.everything.cases);
        QVERIFY(w.view->list(many));
        QVERIFY(settle());
        only->click();
        QVERIFY(settle());
        QVERIFY(w.context.selection().scope().isEmpty());
        QVERIFY2(w.view->statusText().contains(QStringLiteral("No query says which")), qPrintable(w.view->statusText()));
    }

    // The page was empty where no journey fits.
    void withoutAJourney() {
        const std::filesystem::path file = std::filesystem::path(dir_.path().toStdString()) / "inner.jsonl";
        {
            std::ofstream out(file);
            for (int i = 1; i <= 3; ++i) {
                std::string line = "{'resourceSpans':[{'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'a'}}]},'scopeSpans':[{'spans':[{'traceId':'0123456789abcdef0123456789abcde" + std::to_string(i) +
                                   "','spanId':'0123456789abcde" + std::to_string(i) + "','name':'inner','kind':1,'startTimeUnixNano':'1700000000000000000','endTimeUnixNano':'1700000000100000000','attributes':[{'key':'session.id','value':{'stringValue':'s" +
                                   std::to_string(i) + "'}}]}]}]}]}";
                std::replace(line.begin(), line.end(), '\'', '"'); // raw strings with quotes hide the class from moc
                out << line << '\n';
            }
        }
        Window w(importInto(file.parent_path() / "inner.aisle", {file}));
        QVERIFY(!w.context.journey()->definition);
        const CasesModel& model = w.view->model();
        QCOMPARE(model.rowCount(), 3);
        QVERIFY2(w.view->statusText().startsWith(QStringLiteral("3 sessions. No journey was found")), qPrintable(w.view->statusText()));
        QCOMPARE(named<QComboBox>(w.view, QStringLiteral("Which cases"))->count(), 1);
        for (int row = 0; row < 3; ++row) {
            QVERIFY(model.index(row, CasesModel::OutcomeColumn).data().toString().isEmpty());
            QVERIFY(model.index(row, CasesModel::StageColumn).data().toString().isEmpty());
            QVERIFY(!model.index(row, CasesModel::ValueColumn).data().toString().isEmpty());
        }
        QVERIFY(w.view->tabular() != nullptr);
        w.context.selection().addTerm(term(ScopeTerm::Kind::Service, "not here"));
        QVERIFY(settle());
        QVERIFY2(visibleWords(&w.host.window).contains(QStringLiteral("No case in this scope")), qPrintable(visibleWords(&w.host.window)));
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestCasesListed)
#include "tst_cases_listed.moc"
