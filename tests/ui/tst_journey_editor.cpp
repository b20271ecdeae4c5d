// The editor of journeys: what is typed is counted, what contradicts itself cannot be saved, what is saved is kept in the workspace.

#include "funnel/funnel_view.h"
#include "journey/journey_proposal.h"
#include "journey/saved_journeys.h"
#include "journey_editor/journey_editor.h"
#include "query_bar/query_edit.h"
#include "text/format.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QToolButton>

#include <algorithm>
#include <utility>

using namespace aisle;
using namespace aisle::test;

namespace {

std::vector<QueryEdit*> conditions(const JourneyEditor& editor) {
    std::vector<QueryEdit*> out;
    for (QueryEdit* edit : editor.findChildren<QueryEdit*>())
        if (edit->accessibleName() == QStringLiteral("Condition of the stage"))
            out.push_back(edit);
    return out;
}

/// What a view offered last to take back.
struct Offered {
    explicit Offered(const ViewContext& context) {
        QObject::connect(&context, &ViewContext::undoOffered, &receiver, [this](const QString& said, const std::function<void()>& action) {
            words = said;
            undo = action;
        });
    }
    QString words;
    std::function<void()> undo;
    QObject receiver; // last, so that it goes first
};

} // namespace

class TestJourneyEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void countsWhileItIsEdited() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        const JourneyDefinition start = *context.journey()->definition;
        QWidget window;
        JourneyEditor editor(context, start, &window);
        editor.show();
        QVERIFY(editor.journey() == start);
        QVERIFY(QTest::qWaitFor([&] { return editor.counted() != nullptr; }));
        QCOMPARE(editor.counted()->everything.converted, context.journey()->everything.converted);
        const QString words = visibleWords(&editor);
        QVERIFY2(words.contains(QString::fromStdString(formatCount(context.journey()->everything.stages[1].reached)) + QStringLiteral(" sessions came here")), qPrintable(words));

        conditions(editor)[1]->setText(QStringLiteral("{ name = \"nothing is called so\" }"));
        QVERIFY(editor.counted() == nullptr); // the numbers of before are not said of what is there now
        QVERIFY(QTest::qWaitFor([&] { return editor.counted() != nullptr; }));
        QCOMPARE(editor.counted()->everything.stages[1].reached, uint64_t(0));

        auto* save = buttonWithText<QPushButton>(&editor, QStringLiteral("Save"));
        QVERIFY(save->isEnabled());
        conditions(editor)[1]->setText(QStringLiteral("{ name = "));
        QVERIFY(!save->isEnabled());
        QVERIFY(!editor.problem().isEmpty());
        conditions(editor)[1]->setText(QStringLiteral("{ aisle:stage = \"x\" }"));
        QVERIFY2(editor.problem().contains(QStringLiteral("made of stages")), qPrintable(editor.problem()));
        conditions(editor)[1]->setText(QString::fromStdString(start.stages[1].where));
        QVERIFY(save->isEnabled());
    }

    void stagesAreAddedMovedAndRemoved() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        const JourneyDefinition start = *context.journey()->definition;
        QWidget window;
        JourneyEditor editor(context, start, &window);
        editor.show();
        const size_t n = start.stages.size();
        QTest::mouseClick(buttonWithText<QPushButton>(&editor, QStringLiteral("Add a stage")), Qt::LeftButton);
        QCOMPARE(editor.journey().stages.size(), n + 1);
        QVERIFY(!editor.problem().isEmpty()); // it has no name yet
        std::vector<QToolButton*> up, remove;
        for (QToolButton* button : editor.findChildren<QToolButton*>()) {
            if (button->accessibleName() == QStringLiteral("Move the stage up"))
                up.push_back(button);
            if (button->accessibleName() == QStringLiteral("Remove the stage"))
                remove.push_back(button);
        }
        QVERIFY(!up[0]->isEnabled() && up[1]->isEnabled());
        QTest::mouseClick(remove.back(), Qt::LeftButton);
        QCOMPARE(editor.journey().stages.size(), n);
        QTest::mouseClick(up[1], Qt::LeftButton);
        QCOMPARE(editor.journey().stages[0].name, start.stages[1].name);
        QCOMPARE(editor.journey().stages[1].name, start.stages[0].name);
        QTest::mouseClick(buttonWithText<QPushButton>(&editor, QStringLiteral("Add what may not happen between stages")), Qt::LeftButton);
        QCOMPARE(editor.journey().exclusions.size(), size_t(1));
        QCOMPARE(std::pair(editor.journey().exclusions[0].after, editor.journey().exclusions[0].before), std::pair(0U, 1U));
    }

    // Of a journey, targets and what fails at a stage have no fields: they were lost.
    void whatHasNoFieldStays() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        JourneyDefinition flow = *context.journey()->definition;
        QVERIFY(flow.stages.size() > 2);
        flow.id = flow.name = "Own";
        flow.target = 3600 * int64_t(1'000'000'000);
        flow.stages[1].within = 60 * int64_t(1'000'000'000);
        flow.stages[1].failed = "{ .http.response.status_code >= 400 }";
        QWidget window;
        JourneyEditor editor(context, flow, &window);
        QVERIFY(editor.journey() == flow);
        // The first stage has none before it that it could be late after.
        for (QToolButton* button : editor.findChildren<QToolButton*>())
            if (button->accessibleName() == QStringLiteral("Move the stage up") && button->isEnabled()) {
                button->click();
                break;
            }
        QCOMPARE(editor.journey().stages[0].name, flow.stages[1].name);
        QCOMPARE(editor.journey().stages[0].within, int64_t(0));
        QVERIFY2(editor.problem().isEmpty(), qPrintable(editor.problem()));
    }

    void everythingComesBack() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        JourneyDefinition journey = *context.journey()->definition;
        journey.window = 90 * int64_t(1'000'000'000); // was made two minutes
        journey.idleLimit = 120 * int64_t(1'000'000'000);
        journey.order = StageOrder::Strict;
        journey.isOpen = journey.withBots = true;
        journey.hold = {"product.id", "user.id"};
        journey.stages[1].isOptional = journey.stages[2].anySpan = true;
        journey.stages[2].times = 3;
        journey.stages[2].holds = false;
        journey.exclusions = {{"Emptied", "{ name = \"empty\" }", 2, 3}};
        QWidget window;
        const JourneyEditor editor(context, journey, &window);
        QVERIFY(editor.journey() == journey);
    }

    // A stage was moved or removed, and an exclusion was between other ones.
    // What somebody had edited counted as a proposal, and its stages were proposed anew with other cases.
    void anEditedProposalIsNoProposal() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        JourneyDefinition proposed = *context.journey()->definition;
        nameAsProposal(proposed);
        QWidget window;
        const JourneyEditor editor(context, proposed, &window);
        QCOMPARE(editor.journey().name, proposed.name);
        QVERIFY(!isProposal(editor.journey()));
    }

    void exclusionsFollowTheirStages() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        JourneyDefinition journey = *context.journey()->definition;
        QVERIFY(journey.stages.size() >= 4);
        journey.exclusions = {{"Emptied", "{ name = \"empty\" }", 1, 3}};
        QWidget window;
        JourneyEditor editor(context, journey, &window);
        editor.show();
        const auto between = [&] {
            const JourneyDefinition now = editor.journey();
            return std::pair(now.stages[now.exclusions[0].after].name, now.stages[now.exclusions[0].before].name);
        };
        const auto press = [&](const QString& name, size_t at) {
            std::vector<QToolButton*> buttons;
            for (QToolButton* button : editor.findChildren<QToolButton*>())
                if (button->accessibleName() == name)
                    buttons.push_back(button);
            QTest::mouseClick(buttons.at(at), Qt::LeftButton);
        };
        const std::pair wanted(journey.stages[1].name, journey.stages[3].name);
        QCOMPARE(between(), wanted);
        press(QStringLiteral("Move the stage down"), 1);
        QCOMPARE(editor.journey().exclusions[0].after, 2U);
        QCOMPARE(between(), wanted);
        press(QStringLiteral("Remove the stage"), 0);
        QCOMPARE(editor.journey().exclusions[0].after, 1U);
        QCOMPARE(between(), wanted);
    }

    // From the name Tab went to Save and Cancel, and to the stages last.
    void tabGoesThroughTheStagesBeforeTheButtons() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QWidget window;
        JourneyEditor editor(context, *context.journey()->definition, &window);
        editor.show();
        QTest::mouseClick(buttonWithText<QPushButton>(&editor, QStringLiteral("Add a stage")), Qt::LeftButton);
        std::vector<const QWidget*> chain;
        const QWidget* first = named<QLineEdit>(&editor, QStringLiteral("Name of the journey"));
        for (const QWidget* at = first; chain.empty() || at != first; at = at->nextInFocusChain())
            chain.push_back(at);
        const auto place = [&](const QWidget* widget) { return std::find(chain.begin(), chain.end(), widget) - chain.begin(); };
        const auto edits = conditions(editor);
        for (size_t k = 1; k < edits.size(); ++k)
            QVERIFY(place(edits[k - 1]) < place(edits[k]));
        QVERIFY(place(named<QSpinBox>(&editor, QStringLiteral("Silence after which a case is over"))) < place(edits.front()));
        QVERIFY(place(edits.back()) < place(buttonWithText<QPushButton>(&editor, QStringLiteral("Add a stage"))));
        QVERIFY(place(edits.back()) < place(buttonWithText<QPushButton>(&editor, QStringLiteral("Save"))));
    }

    // What a file held came into the place of what was edited, which was lost.
    void aFileInPlaceOfWhatWasEditedIsUndone() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QWidget window;
        JourneyEditor editor(context, *context.journey()->definition, &window);
        editor.show();
        auto* undo = buttonWithText<QPushButton>(&editor, QStringLiteral("Undo"));
        QVERIFY(!undo->isVisible());
        auto* name = named<QLineEdit>(&editor, QStringLiteral("Name of the journey"));
        name->setText(QStringLiteral("Mine"));
        JourneyDefinition mine = editor.journey();
        mine.window = 90 * int64_t(1'000'000'000);
        editor.setJourney(mine);
        JourneyDefinition other = mine;
        other.id = other.name = "Other";
        other.stages.resize(2);
        other.exclusions.clear();
        other.ownCase = CaseKey{"visit", "Visit", "visits", {"session.id"}};
        other.caseKey = "visit";
        auto* cases = named<QComboBox>(&editor, QStringLiteral("What a case is"));
        const int kinds = cases->count();
        editor.replaceBy(other, QStringLiteral("<b>other</b>.json"));
        QVERIFY(editor.journey() == other);
        QVERIFY(undo->isVisible());
        QVERIFY2(visibleWords(&editor).contains(QStringLiteral("\u201c<b>other</b>.json\u201d is in the place of what was edited.")), qPrintable(visibleWords(&editor)));
        QTest::mouseClick(undo, Qt::LeftButton);
        QVERIFY(editor.journey() == mine);
        QCOMPARE(cases->count(), kinds);
        // And the other way round, by the keyboard; a line that has something to undo keeps the key.
        QVERIFY(undo->isVisible());
        QTest::keyClicks(name, QStringLiteral("x"));
        QVERIFY(!(editor.journey() == mine));
        QTest::keyClick(name, Qt::Key_Z, Qt::ControlModifier);
        QCoreApplication::processEvents();
        QVERIFY(editor.journey() == mine);
        QTest::keyClick(conditions(editor)[0], Qt::Key_Z, Qt::ControlModifier); // its row goes with it
        QTRY_VERIFY(editor.journey() == other);
        QTest::keyClick(name, Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(editor.journey() == mine);
        QVERIFY(settle());
    }

    void aRemovedStageIsUndone() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        JourneyDefinition journey = *context.journey()->definition;
        journey.exclusions = {{"Emptied", "{ name = \"empty\" }", 1, 3}};
        QWidget window;
        JourneyEditor editor(context, journey, &window);
        editor.show();
        auto* undo = buttonWithText<QPushButton>(&editor, QStringLiteral("Undo"));
        for (const char* what : {"Remove the stage", "Remove the exclusion"}) {
            QTest::mouseClick(named<QToolButton>(&editor, QString::fromLatin1(what)), Qt::LeftButton);
            QVERIFY(!(editor.journey() == journey));
            QVERIFY(undo->isVisible());
            QTest::mouseClick(undo, Qt::LeftButton);
            QVERIFY(editor.journey() == journey);
            QVERIFY(settle());
        }
    }

    // What failed was said in the window behind the editor.
    void aFileThatCannotBeWrittenIsSaidInTheEditor() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QWidget window;
        JourneyEditor editor(context, *context.journey()->definition, &window);
        editor.show();
        const auto write = [&](const QString& path) {
            QTest::mouseClick(buttonWithText<QPushButton>(&editor, QStringLiteral("Write to a file…")), Qt::LeftButton);
            auto* dialog = editor.findChild<QFileDialog*>();
            QVERIFY(dialog != nullptr);
            Q_EMIT dialog->fileSelected(path);
            dialog->close();
            QVERIFY(settle());
        };
        write(dir_.filePath(QStringLiteral("no/such/journey.json")));
        QVERIFY2(visibleWords(&editor).contains(QStringLiteral("journey.json cannot be written")), qPrintable(visibleWords(&editor)));
        QVERIFY(!buttonWithText<QPushButton>(&editor, QStringLiteral("Undo"))->isVisible());
        const QString path = dir_.filePath(QStringLiteral("journey.json"));
        write(path);
        QVERIFY(!visibleWords(&editor).contains(QStringLiteral("cannot be written")));
        QVERIFY(journeyOfFile(path.toStdString()) == editor.journey());
    }

    /// From the menu of the funnel into the workspace, and out of it when it is opened again.
    void isKeptInTheWorkspace() {
        JourneyDefinition own;
        {
            ViewContext context;
            context.setWorkspace(workspace_);
            Host<FunnelView> host({900, 500}, context);
            QVERIFY(settle());
            const auto before = context.journey()->definition;
            auto* edit = buttonWithText<QToolButton>(host.view, QStringLiteral("Edit"));
            Q_EMIT edit->menu()->actions()[0]->triggered();
            auto* editor = host.view->findChild<JourneyEditor*>();
            QVERIFY(editor != nullptr);
            named<QLineEdit>(editor, QStringLiteral("Name of the journey"))->setText(QStringLiteral("My <b>own</b>"));
            own = editor->journey();
            own.stages.pop_back();
            editor->setJourney(own);
            QTest::mouseClick(buttonWithText<QPushButton>(editor, QStringLiteral("Save")), Qt::LeftButton);
            QVERIFY(settle());
            QVERIFY(context.journey()->definition == own);
            auto* box = named<QComboBox>(host.view, QStringLiteral("Journey"));
            QCOMPARE(box->currentText(), QStringLiteral("My <b>own</b>"));
            QCOMPARE(host.view->funnel().stages.size(), own.stages.size());
            QVERIFY(before && !(*before == own));
        }
        const auto kept = lastJourney(*workspace_->connect());
        QVERIFY(kept && *kept == own);
        ViewContext again;
        again.setWorkspace(workspace_);
        Host<FunnelView> host({900, 500}, again);
        QVERIFY(settle());
        QVERIFY(again.journey()->definition == own); // what it was looked at with last
        auto* edit = buttonWithText<QToolButton>(host.view, QStringLiteral("Edit"));
        QVERIFY(edit->menu()->actions()[2]->isEnabled());
        Q_EMIT edit->menu()->actions()[2]->triggered();
        QVERIFY(settle());
        QVERIFY(!lastJourney(*workspace_->connect()));
        QVERIFY(again.journey()->definition && again.journey()->definition->id == "shop");
        QVERIFY(!edit->menu()->actions()[2]->isEnabled()); // a preset
    }

    // A journey that was saved over was lost, and so was one that was removed.
    void whatWasKeptCanBeHadBack() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<FunnelView> host({900, 500}, context);
        QVERIFY(settle());
        Offered offered(context);
        std::function<void()>& undo = offered.undo;
        const QString& words = offered.words;
        const auto kept = [&] { return lastJourney(*workspace_->connect()); };
        auto* menu = buttonWithText<QToolButton>(host.view, QStringLiteral("Edit"))->menu();
        const auto save = [&](const JourneyDefinition& journey) {
            Q_EMIT menu->actions()[0]->triggered();
            auto* editor = host.view->findChild<JourneyEditor*>();
            QVERIFY(editor != nullptr);
            editor->setJourney(journey);
            QTest::mouseClick(buttonWithText<QPushButton>(editor, QStringLiteral("Save")), Qt::LeftButton);
            QVERIFY(settle());
            QVERIFY(context.journey()->definition == journey);
            QVERIFY(kept() == journey);
        };
        JourneyDefinition first = *context.journey()->definition;
        first.id = first.name = "Mine <b>too</b>";
        JourneyDefinition second = first;
        second.stages.pop_back();
        second.exclusions.clear();
        save(first);
        QVERIFY(!undo); // nothing was there
        save(first);
        QVERIFY(!undo); // and nothing is lost
        save(second);
        QVERIFY2(words == QStringLiteral("The journey \u201cMine <b>too</b>\u201d was saved over another one."), qPrintable(words));
        std::exchange(undo, {})();
        QVERIFY(settle());
        QVERIFY(context.journey()->definition == first);
        QVERIFY(kept() == first);
        QCOMPARE(host.view->funnel().stages.size(), first.stages.size());
        QVERIFY(undo != nullptr); // the other way round, too
        std::exchange(undo, {})();
        QVERIFY(settle());
        QVERIFY(context.journey()->definition == second);
        QVERIFY(kept() == second);
        undo = {};
        Q_EMIT menu->actions()[2]->triggered();
        QVERIFY(settle());
        QVERIFY(!kept());
        QVERIFY2(words == QStringLiteral("The journey \u201cMine <b>too</b>\u201d was removed."), qPrintable(words));
        std::exchange(undo, {})();
        QVERIFY(settle());
        QVERIFY(kept() == second);
        QVERIFY(context.journey()->definition == second);
        QCOMPARE(named<QComboBox>(host.view, QStringLiteral("Journey"))->currentText(), QStringLiteral("Mine <b>too</b>"));
        // Not into another workspace.
        Q_EMIT menu->actions()[2]->triggered();
        QVERIFY(settle());
        QVERIFY(undo != nullptr);
        QTemporaryDir elsewhere;
        const auto other = demoWorkspace(elsewhere.path(), 20);
        context.setWorkspace(other);
        QVERIFY(settle());
        undo();
        QVERIFY(settle());
        QVERIFY(!lastJourney(*other->connect()));
        QVERIFY(!kept());
        QVERIFY2(visibleWords(host.view).contains(QStringLiteral("The journey is of another workspace.")), qPrintable(visibleWords(host.view)));
        context.setWorkspace(nullptr);
        QVERIFY(settle());
    }

    // Escape threw away what had been edited, without a word.
    void whatWasGivenUpCanBeHadBack() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<FunnelView> host({900, 500}, context);
        QVERIFY(settle());
        Offered offered(context);
        std::function<void()>& undo = offered.undo;
        const QString& words = offered.words;
        QPointer<JourneyEditor> editor;
        const auto giveUp = [&] {
            QTest::keyClick(editor, Qt::Key_Escape);
            QVERIFY(QTest::qWaitFor([&] { return editor.isNull(); }));
        };
        Q_EMIT buttonWithText<QToolButton>(host.view, QStringLiteral("Edit"))->menu()->actions()[0]->triggered();
        editor = host.view->findChild<JourneyEditor*>();
        QVERIFY(editor);
        giveUp();
        QVERIFY(!undo); // nothing was edited
        Q_EMIT buttonWithText<QToolButton>(host.view, QStringLiteral("Edit"))->menu()->actions()[0]->triggered();
        editor = host.view->findChild<JourneyEditor*>();
        QVERIFY(editor);
        auto* name = named<QLineEdit>(editor, QStringLiteral("Name of the journey"));
        name->selectAll();
        QTest::keyClicks(name, QStringLiteral("Half done"));
        const JourneyDefinition edited = editor->journey();
        giveUp();
        QVERIFY2(words == QStringLiteral("What was edited in the journey \u201cHalf done\u201d was given up."), qPrintable(words));
        for (int again = 0; again < 2; ++again) { // given up once more it is not lost either
            QVERIFY(undo != nullptr);
            std::exchange(undo, {})();
            editor = host.view->findChild<JourneyEditor*>();
            QVERIFY(editor && editor->isVisible());
            QVERIFY(editor->journey() == edited);
            giveUp();
        }
        QVERIFY(settle());
    }

    void besideEverythingElse() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<FunnelView> host({900, 500}, context);
        QVERIFY(settle());
        auto* compare = buttonWithText<QToolButton>(host.view, QStringLiteral("Compare"));
        QTest::mouseClick(compare, Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(host.view->comparison() == nullptr); // everything is selected: there is nothing else
        QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("nothing else to compare it with")), qPrintable(visibleWords(&host.window)));
        traceql::ParseError error;
        context.selection().setScope(*Scope::parse("{ aisle:error = true }", error));
        QVERIFY(settle());
        QVERIFY(host.view->comparison() != nullptr);
        QCOMPARE(host.view->comparison()->a.cases + host.view->comparison()->b.cases, context.journey()->everything.cases);
        for (const auto& column : host.view->chart()->frame().columns) {
            QVERIFY(!column.bar.intersects(column.baseline));
            QVERIFY(column.area.contains(column.baseline) || column.baseline.isEmpty());
        }
        QVERIFY(host.view->tabular()->columns.size() == tabulate(*host.view->comparison()).columns.size());
        QTest::mouseClick(compare, Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(host.view->comparison() == nullptr);
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestJourneyEditor)
#include "tst_journey_editor.moc"
