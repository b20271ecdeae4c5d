// Why they stopped: rows as in the model, stages followed and chosen, filters that select who is counted, empty states, a picture.

#include "drop_off/drop_off_delegate.h"
#include "drop_off/drop_off_model.h"
#include "drop_off/drop_off_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/elided_label.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QListView>
#include <QPainter>
#include <QTemporaryDir>

#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

DropCause causeOf(const std::string& operation, double low, const TwoByTwo& cases) {
    DropCause cause;
    cause.factor.service = "shop";
    cause.factor.operation = operation;
    cause.cases = cases;
    cause.odds = oddsRatio(cases);
    cause.odds.low = low;
    cause.q = 0.01;
    return cause;
}

std::shared_ptr<DropOff> example() {
    auto drop = std::make_shared<DropOff>();
    drop->stageName = "Pay";
    drop->casePlural = "sessions";
    drop->compared = 12;
    drop->causes = {causeOf("<b>pay</b>", 3, {20, 10, 10, 90}), causeOf("ask", 2, {10, 10, 20, 90})};
    drop->causes[0].related = {drop->causes[1].factor};
    drop->chance = {causeOf("wait", 0.7, {5, 10, 20, 90}), causeOf("look", 0.6, {5, 10, 20, 90})};
    return drop;
}

} // namespace

class TestDropOffView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 1200, demo::Scenario::Steady);
    }

    void rows() {
        DropOffModel model;
        new QAbstractItemModelTester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal, &model);
        QCOMPARE(model.rowCount(), 0);
        model.setContent(example());
        QCOMPARE(model.rowCount(), 3); // two causes and the line
        QVERIFY(model.isLine(2) && model.cause(2) == nullptr && model.cause(3) == nullptr);
        model.setOpen(true);
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.cause(3)->factor.operation, std::string("wait"));
        QVERIFY(model.index(0).data(DropOffModel::ClearRole).toBool() && !model.index(3).data(DropOffModel::ClearRole).toBool());
        model.setOpen(false);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0).data(Qt::DisplayRole).toString(), QStringLiteral("Sessions whose <b>pay</b> of shop failed stopped at Pay 6.7 times as often: 20 of 30 against 10 of 100."));
        QVERIFY(model.index(0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("&lt;b&gt;")));
        QVERIFY(model.index(0).data(DropOffModel::AlsoRole).toString().contains(QStringLiteral("ask of shop")));
        model.setContent(std::make_shared<DropOff>());
        QCOMPARE(model.rowCount(), 0);
    }

    void barsAreLogarithmic() {
        const QFontMetrics metrics(theme().font);
        const DropOffRow row = layOutDropOff(QStringLiteral("a sentence"), true, {10, 20}, 600, metrics);
        QVERIFY(row.sentence.bottom() < row.bar.top() && row.detail.bottom() < row.also.top() && row.also.bottom() < 20 + row.height);
        QVERIFY(row.bar.right() < row.detail.left() && row.detail.right() <= 610);
        // From 1/2 to 32 in equal steps for each doubling.
        const int step = row.at(1, 32) - row.at(0.5, 32);
        QVERIFY(step > 10);
        for (double odds = 1; odds < 32; odds *= 2)
            QVERIFY(std::abs(row.at(2 * odds, 32) - row.at(odds, 32) - step) <= 1);
        QCOMPARE(row.at(0.01, 32), row.bar.left());
        QCOMPARE(row.at(1e9, 32), row.bar.right());
        const int one = layOutDropOff(QStringLiteral("short"), false, {}, 600, metrics).height;
        QVERIFY(layOutDropOff(QString(200, QLatin1Char('x')).replace(QStringLiteral("xx"), QStringLiteral("x ")), false, {}, 300, metrics).height > one);
    }

    void findsTheSlowQuote() {
        Window w(workspace_);
        auto* list = w.list();
        new QAbstractItemModelTester(list->model(), QAbstractItemModelTester::FailureReportingMode::Fatal, list);
        w.view()->setStage("Add to cart");
        QVERIFY(settle());
        QCOMPARE(w.stages()->currentData().toString(), QStringLiteral("Add to cart"));
        const DropOff& drop = w.model()->content();
        QVERIFY(!drop.causes.empty());
        QCOMPARE(drop.causes[0].factor.kind, DropFactor::Kind::Latency);
        QVERIFY(drop.causes[0].factor.threshold >= 500'000'000);
        const std::unique_ptr<Tabular> table = w.view()->tabular();
        QVERIFY(table != nullptr && table->rows.size() == drop.causes.size() + drop.chance.size());
        QVERIFY(w.view()->statusText().contains(QStringLiteral("stopped at Add to cart")));
        QVERIFY(visibleWords(w.view()).contains(QStringLiteral("need not be its cause")));
        QImage picture(w.view()->pictureSize(), QImage::Format_RGB32);
        QVERIFY(!picture.isNull());
        QPainter painter(&picture);
        w.view()->paintPicture(painter, picture.size());
        painter.end();

        // A click leads to a span that was slow, E to the next one.
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(0, 0)).center());
        QCOMPARE(w.context.selection().focus().kind, Focus::Kind::Span);
        QVERIFY(w.context.table()->duration(w.context.selection().focus().rowIn(*w.context.table())) > drop.causes[0].factor.threshold);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_E);
        const Focus first = w.context.selection().focus();
        QTest::keyClick(list, Qt::Key_E);
        QVERIFY(!(w.context.selection().focus() == first));

        // L lists exactly those that stopped with it.
        CaseSet listed;
        connect(w.view(), &CasePage::casesWanted, this, [&](const CaseSet& set) { listed = set; });
        QTest::keyClick(list, Qt::Key_L);
        QVERIFY(listed.journey == w.context.journey());
        QVERIFY(!listed.cases.empty() && std::is_sorted(listed.cases.begin(), listed.cases.end()));
        QVERIFY(std::is_permutation(listed.cases.begin(), listed.cases.end(), drop.causes[0].stopped.begin(), drop.causes[0].stopped.end()));
        QVERIFY2(listed.words.starts_with("sessions whose ") && listed.words.ends_with(", stopped at Add to cart"), listed.words.c_str());

        // Enter: exactly those that stopped with it, and what they are compared with stays.
        const std::set<CaseNumber> expected(drop.causes[0].stopped.begin(), drop.causes[0].stopped.end());
        const uint64_t wentOn = drop.wentOn;
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(settle());
        const std::vector<bool> chosen = casesInScope(*w.context.journey(), *w.context.scopeResult());
        for (CaseNumber c = 0; c < chosen.size(); ++c)
            QCOMPARE(bool(chosen[c]), expected.contains(c));
        QCOMPARE(w.model()->content().wentOn, wentOn);
        w.context.selection().setScope({});
        QVERIFY(settle());
        QCOMPARE(w.model()->content().wentOn, wentOn);
    }

    void followsTheStage() {
        Window w(workspace_);
        const auto& stages = w.context.journey()->everything.stages;
        QCOMPARE(w.stages()->count(), int(stages.size()) - 1);
        const size_t most = beginOf(w).stage;
        QCOMPARE(w.stages()->currentIndex(), int(most));
        QVERIFY(w.stages()->currentText().contains(QStringLiteral("stopped")));
        w.context.selection().setFocus(Focus::onStage(stages[2].name));
        QVERIFY(settle());
        QCOMPARE(w.stages()->currentIndex(), 2);
        QCOMPARE(w.model()->content().stage, size_t(2));
        QCOMPARE(w.view()->settings()[QStringLiteral("stage")].toString(), QString::fromStdString(stages[2].name));
        w.context.selection().setFocus(Focus::onService("frontend")); // is of no stage
        QVERIFY(settle());
        QCOMPARE(w.stages()->currentIndex(), 2);
        w.context.selection().setFocus(Focus::onStage(stages.back().name)); // at which nobody stops: the page said so, and its box nothing
        QVERIFY(settle());
        QCOMPARE(w.stages()->currentIndex(), 2);
        w.view()->applySettings({{QStringLiteral("stage"), 7}});
        w.view()->applySettings({{QStringLiteral("stage"), QStringLiteral("nowhere")}});
        QVERIFY(settle());
        QCOMPARE(w.stages()->currentIndex(), int(most));
        // A stage that was chosen in one workspace is none that was chosen in the next.
        w.view()->setStage(stages[most == 0 ? 1 : 0].name);
        QVERIFY(settle());
        QVERIFY(w.stages()->currentIndex() != int(most));
        w.context.setWorkspace(nullptr);
        QVERIFY(settle());
        w.context.setWorkspace(workspace_);
        QVERIFY(settle());
        QCOMPARE(w.stages()->currentIndex(), int(most));
        // The end of the journey: nobody stops there.
        w.view()->setStage(w.context.journey()->everything.stages.back().name);
        QVERIFY(settle());
        QVERIFY(visibleWords(w.view()).contains(QStringLiteral("Nobody stopped here")));
        QVERIFY(w.view()->tabular() == nullptr);
    }

    // It began where most stop and nothing is to be found, while the command line began where something stands out.
    void beginsWhereSomethingStandsOut() {
        QTemporaryDir dir;
        Window w(demoWorkspace(dir.path(), 1500, demo::Scenario::BadRelease));
        const size_t most = *stageOfMostStops(w.context.journey()->everything);
        const std::string mostName = w.context.journey()->everything.stages[most].name;
        const DropOff expected = beginOf(w);
        QVERIFY(expected.stage != most && !expected.causes.empty());
        QCOMPARE(w.model()->content().stage, expected.stage);
        QCOMPARE(w.model()->content().causes.size(), expected.causes.size());
        QCOMPARE(w.model()->content().causes[0].factor.toWords(), expected.causes[0].factor.toWords());
        QCOMPARE(w.stages()->currentData().toString().toStdString(), expected.stageName);
        const QString words = QStringLiteral("Most stopped at %1, where nothing stands out").arg(QString::fromStdString(mostName));
        QVERIFY2(w.words().contains(words), qPrintable(w.words()));
        QVERIFY(w.view()->settings()[QStringLiteral("stage")].toString().isEmpty()); // nobody has chosen it
        // Who chooses the other one sees it, also in another scope.
        const int index = int(most);
        w.stages()->setCurrentIndex(index);
        Q_EMIT w.stages()->activated(index);
        QVERIFY(settle());
        QCOMPARE(w.model()->content().stage, most);
        QVERIFY(!w.words().contains(words));
        w.context.selection().setScope(Scope().with(term(ScopeTerm::Kind::Stage, mostName)));
        QVERIFY(settle());
        QCOMPARE(w.model()->content().stage, most);
    }

    void whichIsClearer() {
        DropOff none, found, problem;
        found.causes = {causeOf("pay", 2, {20, 10, 10, 90})};
        problem.problem = "Nobody stopped at A.";
        QVERIFY(isClearer(found, none) && isClearer(found, problem) && isClearer(none, problem));
        QVERIFY(!isClearer(found, found) && !isClearer(none, none) && !isClearer(none, found) && !isClearer(std::nullopt, none) && !isClearer(std::nullopt, problem));
    }

    // Those with a cause were looked for when another scope was chosen, and took its place.
    void anotherScopeMeanwhile() {
        Window w(workspace_);
        w.view()->setStage("Add to cart");
        QVERIFY(settle());
        auto* list = w.list();
        QVERIFY(!w.model()->content().causes.empty());
        list->setCurrentIndex(list->model()->index(0, 0));
        QTest::keyClick(list, Qt::Key_Return);
        const Scope wanted = Scope().with(term(ScopeTerm::Kind::Service, "frontend"));
        w.context.selection().setScope(wanted);
        QVERIFY(settle());
        QVERIFY(w.context.selection().scope() == wanted);
    }

    // A long name made the window wider than the screen.
    void longNames() {
        Window w(workspace_);
        JourneyDefinition journey = *w.context.journey()->definition;
        journey.stages[0].name = std::string(300, 'x');
        w.context.setJourney(journey);
        QVERIFY(settle());
        QVERIFY(w.stages()->itemText(0).contains(QStringLiteral("xxx")));
        QVERIFY2(w.view()->minimumSizeHint().width() < 600, qPrintable(QString::number(w.view()->minimumSizeHint().width())));
    }

    void whatMayBeChanceIsBelowALine() {
        Window w(workspace_);
        auto* list = w.list();
        const auto& stages = w.context.journey()->everything.stages;
        for (size_t k = 0; k + 1 < stages.size(); ++k) {
            w.view()->setStage(stages[k].name);
            QVERIFY(settle());
            if (!w.model()->content().chance.empty())
                break;
        }
        const auto& drop = w.model()->content();
        QVERIFY(!drop.chance.empty());
        const int line = int(drop.causes.size());
        list->setFocus();
        list->setCurrentIndex(list->model()->index(line, 0));
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(list->model()->rowCount(), line + 1 + int(drop.chance.size()));
        QTest::keyClick(list, Qt::Key_Space);
        QCOMPARE(list->model()->rowCount(), line + 1);
    }

    void menu() {
        Window w(workspace_);
        w.view()->setStage("Add to cart");
        QVERIFY(settle());
        auto* list = w.list();
        const auto& causes = w.model()->content().causes;
        const bool hasCauses = !causes.empty();
        const auto& examples = hasCauses ? causes[0].examples : w.model()->content().chance.at(0).examples;
        if (!hasCauses) { // what may be chance is folded at first
            list->setCurrentIndex(list->model()->index(0, 0));
            QTest::keyClick(list, Qt::Key_Return);
        }
        const QString words = examples.size() > 1 ? QStringLiteral("Show an example, or the next one") : QStringLiteral("Show an example");
        QVERIFY(chooseInMenu(list->viewport(), list->visualRect(list->model()->index(hasCauses ? 0 : 1, 0)).center(), words));
        QCOMPARE(w.context.selection().focus().kind, Focus::Kind::Span);
    }

    void emptyStates() {
        ViewContext context;
        Host<DropOffView> host(QSize(800, 400), context);
        QVERIFY(QTest::qWaitForWindowExposed(&host.window));
        QVERIFY(settle());
        QVERIFY(visibleWords(host.view).contains(QStringLiteral("Open a trace file")));
        QVERIFY(host.view->tabular() == nullptr && host.view->pictureSize().isEmpty() && host.view->statusText().isEmpty());
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QVERIFY(!visibleWords(host.view).contains(QStringLiteral("Open a trace file")));
        traceql::ParseError error;
        context.selection().setScope(*Scope::parse("{ resource.service.name = \"nobody\" }", error));
        QVERIFY(settle());
        QVERIFY2(visibleWords(host.view).contains(QStringLiteral("No case in this scope")), qPrintable(visibleWords(host.view)));
    }

private:
    struct Window;
    /// What the command line says, where no stage is chosen.
    static DropOff beginOf(Window& w) {
        const traceql::Context asked = w.context.queryContext();
        const JourneyState& state = *w.context.journey();
        const size_t most = *stageOfMostStops(state.everything);
        DropOff first = dropOff(asked, state, state.counted, most);
        auto elsewhere = clearestDropOff(asked, state, state.counted, most);
        return first.causes.empty() && elsewhere && !elsewhere->causes.empty() ? *elsewhere : first;
    }

    struct Window {
        explicit Window(std::shared_ptr<Workspace> workspace) {
            context.setWorkspace(std::move(workspace));
            [[maybe_unused]] const bool shown = QTest::qWaitForWindowExposed(&host.window);
            if (!settle())
                qFatal("the view is not done");
        }
        DropOffView* view() const { return host.view; }
        QListView* list() const { return host.view->findChild<QListView*>(QString(), Qt::FindDirectChildrenOnly); }
        QComboBox* stages() const { return named<QComboBox>(host.view, QStringLiteral("Stage")); }
        QString words() const { return host.view->findChild<ElidedLabel*>()->text(); }
        DropOffModel* model() const { return qobject_cast<DropOffModel*>(list()->model()); }
        ViewContext context;
        Host<DropOffView> host{QSize(1000, 600), context};
    };
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestDropOffView)
#include "tst_drop_off_view.moc"
