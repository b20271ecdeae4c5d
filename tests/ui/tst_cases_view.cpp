// The list of cases and the choice of what a case is, through real events on a small demo shop.

#include "cases/case_key_box.h"
#include "cases/cases_view.h"
#include "journey/case_scope.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/list_delegate.h"

#include <algorithm>
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

class TestCasesView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void emptyStates() {
        ViewContext context;
        Host<CasesView> host({900, 500}, context);
        QVERIFY(host.view->tabular() == nullptr);
        QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("how far it came on the journey")), qPrintable(visibleWords(&host.window)));
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QVERIFY(host.view->model().rowCount() > 100);
        traceql::ParseError error;
        context.selection().setScope(*Scope::parse("{ name = \"nothing is called so\" }", error));
        QVERIFY(settle());
        QVERIFY(host.view->tabular() == nullptr);
        QVERIFY(visibleWords(&host.window).contains(QStringLiteral("No case in this scope")));
    }

    void listsTheCases() {
        Window w(workspace_);
        const JourneyState& journey = *w.context.journey();
        const CasesModel& model = w.view->model();
        QCOMPARE(static_cast<uint64_t>(model.rowCount()), journey.everything.cases);
        QCOMPARE(w.view->tabular()->rows.size(), size_t(model.rowCount()));
        QVERIFY2(w.view->statusText().contains(QStringLiteral("sessions")), qPrintable(w.view->statusText()));
        QVERIFY(!w.view->pictureSize().isEmpty());
        for (int row = 1; row < model.rowCount(); ++row)
            QVERIFY(model.at(row - 1).start <= model.at(row).start);
        for (int row = 0; row < model.rowCount(); ++row) {
            const CaseProgress& progress = journey.everything.progress[model.caseAt(row)];
            QCOMPARE(model.index(row, CasesModel::OutcomeColumn).data().toString() == QStringLiteral("converted"), progress.isConverted);
            QCOMPARE(model.index(row, CasesModel::StageColumn).data().toString().isEmpty(), progress.last == 0);
            QCOMPARE(model.index(row, CasesModel::ValueColumn).data().toString().toStdString(), model.at(row).value);
        }
    }

    void sortsByEveryColumn() {
        Window w(workspace_);
        const CasesModel& model = w.view->model();
        auto* header = w.view->list()->horizontalHeader();
        for (int column = 0; column < CasesModel::ColumnTotal; ++column)
            for (const Qt::SortOrder order : {Qt::DescendingOrder, Qt::AscendingOrder}) {
                header->setSortIndicator(column, order);
                QVERIFY(settle());
                QVERIFY(model.rowCount() > 100);
                const auto totals = model.content().totals;
                const auto value = [&](int row) -> int64_t {
                    const CaseIndex::Case& one = model.at(row);
                    switch (column) {
                    case CasesModel::StartColumn: return one.start;
                    case CasesModel::DurationColumn: return one.end - one.start;
                    case CasesModel::TracesColumn: return static_cast<int64_t>(one.traces.size());
                    case CasesModel::SpansColumn: return static_cast<int64_t>(totals->spans[model.caseAt(row)]);
                    case CasesModel::ErrorsColumn: return static_cast<int64_t>(totals->errors[model.caseAt(row)]);
                    case CasesModel::StageColumn: return model.content().journey->everything.progress[model.caseAt(row)].last;
                    case CasesModel::OutcomeColumn: return static_cast<int64_t>(outcomeOf(model.content().journey->everything.progress[model.caseAt(row)]));
                    default: return 0;
                    }
                };
                for (int row = 1; row < model.rowCount(); ++row) {
                    if (column == CasesModel::ValueColumn)
                        QVERIFY(order == Qt::AscendingOrder ? model.at(row - 1).value < model.at(row).value : model.at(row).value < model.at(row - 1).value);
                    else
                        QVERIFY(order == Qt::AscendingOrder ? value(row - 1) <= value(row) : value(row - 1) >= value(row));
                }
            }
    }

    void filters() {
        Window w(workspace_);
        const CasesModel& model = w.view->model();
        const FunnelResult& all = w.context.journey()->everything;
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        auto* text = named<QLineEdit>(w.view, QStringLiteral("Filter cases"));
        const auto choose = [&](const QString& words) {
            const int index = which->findText(words, Qt::MatchExactly);
            QVERIFY2(index >= 0, qPrintable(words));
            which->setCurrentIndex(index);
            QVERIFY(settle());
        };
        choose(QStringLiteral("Converted"));
        QCOMPARE(static_cast<uint64_t>(model.rowCount()), all.converted);
        QVERIFY2(w.view->statusText().contains(QStringLiteral(" of ")), qPrintable(w.view->statusText()));
        for (const FunnelStage& stage : all.stages) {
            choose(QStringLiteral("Reached ") + QString::fromStdString(stage.name));
            QCOMPARE(static_cast<uint64_t>(model.rowCount()), stage.reached);
        }
        for (size_t k = 0; k + 1 < all.stages.size(); ++k) {
            choose(QStringLiteral("Stopped at ") + QString::fromStdString(all.stages[k].name));
            QCOMPARE(static_cast<uint64_t>(model.rowCount()), all.stages[k].dropped);
        }
        choose(QStringLiteral("All"));
        const std::string value = model.at(7).value;
        text->setText(QString::fromStdString(value).toUpper());
        QVERIFY(settle());
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.at(0).value, value);
        text->setText(QStringLiteral("nobody is called so"));
        QVERIFY(settle());
        QCOMPARE(model.rowCount(), 0);
        QVERIFY2(w.view->statusText().startsWith(QStringLiteral("None of ")), qPrintable(w.view->statusText()));
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

    void focusAndScope() {
        Window w(workspace_);
        QTableView* list = w.view->list();
        const std::string value = w.view->model().at(3).value;
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(w.view->model().index(3, 2)).center());
        QCOMPARE(w.context.selection().focus(), Focus::onCase(value));
        QVERIFY(w.context.selection().scope().isEmpty());
        QVERIFY(w.view->model().index(3, 0).data(MarkRole).toBool());
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(w.context.selection().focus(), Focus::onCase(w.view->model().at(4).value));
        // From elsewhere: the row comes into view.
        const std::string last = w.view->model().at(w.view->model().rowCount() - 1).value;
        w.context.selection().setFocus(Focus::onCase(last));
        QVERIFY(settle());
        QCOMPARE(list->currentIndex().row(), w.view->model().rowCount() - 1);
        QVERIFY(list->viewport()->rect().intersects(list->visualRect(list->currentIndex())));
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(w.context.selection().scope().terms().size(), size_t(1));
        QVERIFY(w.context.selection().scope().contains(term(ScopeTerm::Kind::Case, last)));
        QCOMPARE(w.view->model().rowCount(), 1);
        QCOMPARE(w.view->model().at(0).value, last);
    }

    // A trace in focus did not show which case it belongs to.
    void followsATrace() {
        Window w(workspace_);
        const Focus trace = Focus::onTrace(w.context.table()->traceId(w.view->model().at(3).traces[0]));
        w.context.selection().setFocus(trace);
        QVERIFY(settle());
        QVERIFY(w.view->model().index(3, 0).data(MarkRole).toBool() && !w.view->model().index(2, 0).data(MarkRole).toBool());
        QCOMPARE(w.context.selection().focus(), trace);
    }

    void doubleClickFilters() {
        Window w(workspace_);
        QTableView* list = w.view->list();
        const std::string value = w.view->model().at(2).value;
        const QPoint at = list->visualRect(w.view->model().index(2, 0)).center();
        QSignalSpy opened(&w.context, &ViewContext::traceRequested);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(settle());
        QCOMPARE(opened.size(), 0); // chosen, not opened
        QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(settle());
        QVERIFY(w.context.selection().scope().contains(term(ScopeTerm::Kind::Case, value)));
        QCOMPARE(w.context.selection().focus(), Focus::onCase(value));
        QCOMPARE(opened.size(), 1);
        // Enter as well, also when a trace of it was in focus.
        w.context.selection().setScope({});
        const CaseNumber number = w.context.journey()->cases().find(value);
        w.context.selection().setFocus(Focus::onTrace(w.context.table()->traceId(w.context.journey()->cases().cases()[number].traces.back())));
        QVERIFY(settle());
        QCOMPARE(list->currentIndex().row(), w.view->model().rowOf(number));
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(w.context.selection().scope().contains(term(ScopeTerm::Kind::Case, value)));
        QCOMPARE(w.context.selection().focus(), Focus::onCase(value));
        QCOMPARE(opened.size(), 2);
    }

    void menu() {
        Window w(workspace_);
        QTableView* list = w.view->list();
        std::string copied;
        w.context.exporter().clipboard = [&](const std::string& text) { copied = text; };
        const CaseIndex::Case& one = w.view->model().at(1);
        const QPoint at = list->visualRect(w.view->model().index(1, 0)).center();
        QSignalSpy opened(&w.context, &ViewContext::traceRequested);
        QVERIFY(chooseInMenu(list->viewport(), at, QStringLiteral("Show its traces on one timeline")));
        QCOMPARE(opened.size(), 1);
        QCOMPARE(w.context.selection().focus().kind, Focus::Kind::Traces);
        QCOMPARE(w.context.selection().focus().traces.size(), one.traces.size());
        QVERIFY(chooseInMenu(list->viewport(), at, QStringLiteral("Copy session.id")));
        QCOMPARE(copied, one.value);
        copied.clear();
        QVERIFY(chooseInMenu(list->viewport(), at, QStringLiteral("Copy list as CSV")));
        QVERIFY(settle());
        QCOMPARE(copied, w.context.exporter().render(*w.view->tabular(), TextFormat::Csv));
        QVERIFY(copied.find(one.value) != std::string::npos && copied.starts_with("case,start"));
        QVERIFY2(w.view->statusText().endsWith(QStringLiteral("sessions")), qPrintable(w.view->statusText())); // as before
        QVERIFY(chooseInMenu(list->viewport(), at, QStringLiteral("Filter to this session")));
        QVERIFY(w.context.selection().scope().contains(term(ScopeTerm::Kind::Case, one.value)));
    }

    void settings() {
        Window w(workspace_);
        w.view->applySettings({{QStringLiteral("which"), 7777}, {QStringLiteral("sort"), -4}, {QStringLiteral("filter"), 5}});
        QVERIFY(settle());
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), w.context.journey()->everything.cases);
        w.view->list()->horizontalHeader()->setSortIndicator(CasesModel::SpansColumn, Qt::DescendingOrder);
        named<QComboBox>(w.view, QStringLiteral("Which cases"))->setCurrentIndex(1);
        QVERIFY(settle());
        const QJsonObject kept = w.view->settings();
        Window other(workspace_);
        other.view->applySettings(kept);
        QVERIFY(settle());
        QCOMPARE(other.view->model().content().cases, w.view->model().content().cases);
        // Before the journey is known, too.
        w.context.selection().setFocus(Focus::onStage(w.context.journey()->everything.stages[1].name));
        QVERIFY(settle());
        ViewContext context;
        Host<CasesView> host({900, 500}, context);
        host.view->applySettings(w.view->settings());
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QCOMPARE(host.view->model().content().cases, w.view->model().content().cases);
    }

    // Views were saved with the number of a stage.
    void settingsNameTheStage() {
        Window w(workspace_);
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        const QString key = QStringLiteral("which"), stageKey = QStringLiteral("stage");
        const auto& stages = w.context.journey()->everything.stages;
        const QString second = QString::fromStdString(stages[1].name);
        which->setCurrentIndex(which->findText(QStringLiteral("Stopped at ") + second, Qt::MatchExactly));
        QCOMPARE(w.view->settings()[key].toString(), QStringLiteral("stopped-at"));
        QCOMPARE(w.view->settings()[stageKey].toString(), second);
        const auto after = [&](const QJsonObject& settings) {
            w.view->applySettings(settings);
            return which->currentText();
        };
        for (const auto& [name, words] : {std::pair("all", "All"), {"converted", "Converted"}, {"stopped", "Stopped"}, {"open", "Still open"}, {"never-began", "Never began"}}) {
            QCOMPARE(after({{key, QString::fromLatin1(name)}}), QString::fromLatin1(words));
            QCOMPARE(w.view->settings()[key].toString(), QString::fromLatin1(name));
            QVERIFY(!w.view->settings().contains(stageKey));
        }
        const QString reached = QStringLiteral("reached");
        QCOMPARE(after({{key, reached}, {stageKey, second}}), QStringLiteral("Reached ") + second);
        QCOMPARE(after({{key, QStringLiteral("no such kind")}}), QStringLiteral("Reached ") + second); // makes no sense, and changes nothing
        QCOMPARE(after({{QStringLiteral("sort"), 1}}), QStringLiteral("Reached ") + second);
        QCOMPARE(after({{key, reached}, {stageKey, QStringLiteral("no such stage")}}), QStringLiteral("All"));
        // As they were: kind << 8 | number.
        QCOMPARE(after({{key, 1 << 8 | 1}}), QStringLiteral("Reached ") + second);
        QCOMPARE(after({{key, 3 << 8 | 2}}), QStringLiteral("Stopped"));
        QCOMPARE(after({{key, 3 << 8 | 0}}), QStringLiteral("Never began"));
        QCOMPARE(after({{key, 2 << 8 | 0}}), QStringLiteral("Stopped at ") + QString::fromStdString(stages[0].name));
        QCOMPARE(after({{key, 2 << 8 | 99}}), QStringLiteral("All"));
        QCOMPARE(after({{key, 3 << 8 | 3}}), QStringLiteral("Converted"));
        QCOMPARE(after({{key, 0}}), QStringLiteral("All"));
        QVERIFY(settle());
        // Before a journey is known they wait for it, and are handed on meanwhile.
        for (const QJsonObject& settings : {QJsonObject{{key, 1 << 8 | 1}}, QJsonObject{{key, reached}, {stageKey, second}}}) {
            ViewContext context;
            Host<CasesView> host({900, 500}, context);
            host.view->applySettings(settings);
            QCOMPARE(host.view->settings().value(key), settings.value(key));
            QCOMPARE(host.view->settings().value(stageKey), settings.value(stageKey));
            context.setWorkspace(workspace_);
            QVERIFY(settle());
            QCOMPARE(named<QComboBox>(host.view, QStringLiteral("Which cases"))->currentText(), QStringLiteral("Reached ") + second);
            QCOMPARE(host.view->settings()[stageKey].toString(), second);
        }
    }

    void whatACaseIs() {
        ViewContext context;
        Host<CaseKeyBox> host({400, 40}, context);
        QVERIFY(!host.view->isEnabled());
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QVERIFY(host.view->isEnabled() && host.view->count() == static_cast<int>(host.view->candidates().size()) + 2);
        QCOMPARE(host.view->itemText(host.view->count() - 1), QStringLiteral("Edit what a case is…")); // behind a line
        QVERIFY(host.view->candidates().size() >= 2);
        const auto now = static_cast<size_t>(host.view->currentIndex());
        QCOMPARE(host.view->candidates()[now].attribute, context.journey()->cases().attribute());
        const auto* items = qobject_cast<QStandardItemModel*>(host.view->model());
        for (int i = 0; i < host.view->count() - 2; ++i) {
            const CaseCandidate& c = host.view->candidates()[static_cast<size_t>(i)];
            QVERIFY(host.view->itemText(i).contains(QString::fromStdString(c.attribute)));
            QVERIFY(host.view->itemData(i, Qt::ToolTipRole).toString().contains(QString::fromStdString(c.attribute)));
            QCOMPARE(items->item(i)->isEnabled(), c.isGood);
        }
        QSignalSpy chosen(host.view, &CaseKeyBox::caseKeyChosen);
        size_t other = 0;
        while (other == now || !host.view->candidates()[other].isGood)
            ++other;
        QVERIFY(other < host.view->candidates().size());
        host.view->setCurrentIndex(static_cast<int>(other));
        Q_EMIT host.view->activated(static_cast<int>(other));
        QCOMPARE(chosen.size(), 1);
        JourneyDefinition journey = *context.journey()->definition;
        journey.caseKey = chosen[0][0].toString().toStdString();
        context.setJourney(journey);
        QVERIFY(settle());
        QCOMPARE(context.journey()->cases().attribute(), host.view->candidates()[other].attribute);
        QCOMPARE(static_cast<size_t>(host.view->currentIndex()), other);
        context.setWorkspace(nullptr);
        QVERIFY(settle());
        QVERIFY(!host.view->isEnabled() && host.view->count() == 0);
    }

private:
    struct Window {
        explicit Window(std::shared_ptr<Workspace> workspace) : host({900, 500}, context), view(host.view), tester(host.view->list()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal) {
            context.setWorkspace(std::move(workspace));
            if (!settle())
                qFatal("the work does not end");
        }
        CaseSet set(std::vector<CaseNumber> cases) const { return {context.journey(), "chosen, 1 s to 2 s", std::move(cases), {}}; }
        std::vector<CaseNumber> listed() const {
            std::vector<CaseNumber> out = view->model().content().cases;
            std::sort(out.begin(), out.end());
            return out;
        }
        ViewContext context;
        Host<CasesView> host;
        CasesView* view;
        QAbstractItemModelTester tester;
    };
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestCasesView)
#include "tst_cases_view.moc"
