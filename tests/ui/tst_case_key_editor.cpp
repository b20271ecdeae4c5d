// The editor of what a case is: opened from where it is chosen, counts while it is edited, keeps in the workspace, deletes and undoes.

#include "cases/attribute_lines.h"
#include "cases/case_key_box.h"
#include "cases/case_key_editor.h"
#include "cases/case_keys.h"
#include "funnel/funnel_view.h"
#include "journey_editor/journey_editor.h"
#include "query_bar/query_edit.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <algorithm>

#include <QAbstractItemView>
#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

namespace {

const CaseKey kVisit{"Visit", "Visit", "visits", {"no.such.key", "session.id"}, {"order.id"}, true, "{ .user_agent.synthetic.type = \"bot\" }"};

QLineEdit* line(const QWidget& editor, const char* name) { return named<QLineEdit>(&editor, QString::fromLatin1(name)); }
QPushButton* button(const QWidget& editor, const char* text) { return buttonWithText<QPushButton>(&editor, QString::fromUtf8(text)); }
QComboBox* kinds(const QWidget& editor) { return named<QComboBox>(&editor, QStringLiteral("Kind of case")); }

} // namespace

class TestCaseKeyEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void countsWhileItIsEdited() {
        Open w(workspace_, "session");
        CaseKeyEditor& editor = *w.editor;
        QCOMPARE(editor.caseKey(), caseKeys()[0]);
        QVERIFY(editor.problem().isEmpty());
        QVERIFY(QTest::qWaitFor([&] { return editor.counted() != nullptr; }));
        QCOMPARE(editor.counted()->index->cases().size(), w.context.journey()->cases().cases().size());
        QVERIFY2(visibleWords(&editor).contains(QStringLiteral("A session is all traces with the same session.id")), qPrintable(visibleWords(&editor)));
        editor.setCaseKey({"", "Client", "clients", {"user.id"}});
        QVERIFY(editor.counted() == nullptr); // the numbers of before are not said of what is there now
        QVERIFY(QTest::qWaitFor([&] { return editor.counted() != nullptr; }));
        QCOMPARE(editor.counted()->candidate.key.id, std::string("session")); // its id stays
        QCOMPARE(editor.counted()->candidate.attribute, std::string("user.id"));
        QVERIFY2(visibleWords(&editor).contains(QStringLiteral("user.id: ")), qPrintable(visibleWords(&editor)));
        editor.setCaseKey({"", "Client", "clients", {"no.such.key"}});
        QVERIFY(QTest::qWaitFor([&] { return editor.counted() != nullptr; }));
        QVERIFY2(visibleWords(&editor).contains(QStringLiteral("No span of this file has no.such.key.")), qPrintable(visibleWords(&editor)));
    }

    void everythingComesBack() {
        Open w(workspace_, "");
        w.editor->setCaseKey(kVisit);
        QCOMPARE(w.editor->caseKey(), kVisit);
    }

    void whatIsWrongIsSaid() {
        Open w(workspace_, "");
        CaseKeyEditor& editor = *w.editor;
        const auto says = [&](const char* words) { return editor.problem().contains(QString::fromLatin1(words)) && !button(editor, "Save")->isEnabled() && visibleWords(&editor).contains(editor.problem()); };
        QVERIFY(says("no name"));
        line(editor, "Name of one case")->setText(QStringLiteral("session"));
        QVERIFY(says("no name of several"));
        line(editor, "Name of several cases")->setText(QStringLiteral("visits"));
        QVERIFY(says("already is a kind of case called Session"));
        line(editor, "Name of one case")->setText(QStringLiteral("Visit"));
        QVERIFY(says("names no attribute"));
        line(editor, "Attribute of the case, 1")->setText(QStringLiteral("session.id"));
        QVERIFY(editor.problem().isEmpty() && button(editor, "Save")->isEnabled());
        line(editor, "Attribute of the case, 2")->setText(QStringLiteral("session.id"));
        QVERIFY(says("session.id twice"));
        line(editor, "Attribute of the case, 2")->setText(QStringLiteral(" "));
        auto* bots = named<QueryEdit>(&editor, QStringLiteral("Condition of bots"));
        bots->setText(QStringLiteral("{ name = "));
        QVERIFY(says("the condition of bots: "));
        bots->setText(QStringLiteral("{ aisle:stage = \"x\" }"));
        QVERIFY(says("made of stages"));
        bots->clear();
        QVERIFY(button(editor, "Save")->isEnabled());
        QVERIFY(settle());
    }

    void attributesAreCompletedMovedAndRemoved() {
        Open w(workspace_, "");
        CaseKeyEditor& editor = *w.editor;
        const auto* lines = editor.findChildren<AttributeLines*>()[0];
        auto* first = line(editor, "Attribute of the case, 1");
        editor.activateWindow(); // a line is completed while it has the keyboard
        QVERIFY(QTest::qWaitForWindowActive(&editor));
        first->setFocus();
        QTest::keyClicks(first, QStringLiteral("SSION.I")); // anywhere in the name, in whatever letters
        QCOMPARE(first->completer()->completionCount(), 1);
        const QString offered = first->completer()->completionModel()->index(0, 0).data().toString();
        QVERIFY2(offered.startsWith(QStringLiteral("session.id (")) && offered.endsWith(QStringLiteral(" spans)")), qPrintable(offered));
        QTest::keyClick(first->completer()->popup(), Qt::Key_Down);
        QTest::keyClick(first->completer()->popup(), Qt::Key_Return);
        QCOMPARE(lines->attributes(), (std::vector<std::string>{"session.id"}));
        line(editor, "Attribute of the case, 2")->setText(QStringLiteral("user.id"));
        const auto buttons = [&](const char* name) {
            std::vector<QToolButton*> out;
            for (QToolButton* one : lines->findChildren<QToolButton*>())
                if (one->accessibleName() == QString::fromLatin1(name))
                    out.push_back(one);
            return out;
        };
        QVERIFY(!buttons("Move the attribute up")[0]->isEnabled() && buttons("Move the attribute up")[1]->isEnabled());
        QTest::mouseClick(buttons("Move the attribute up")[1], Qt::LeftButton);
        QCOMPARE(lines->attributes(), (std::vector<std::string>{"user.id", "session.id"}));
        QCOMPARE(line(editor, "Attribute of the case, 1")->text(), QStringLiteral("user.id"));
        QTest::mouseClick(buttons("Remove the attribute")[0], Qt::LeftButton); // of session.id, which came first
        QVERIFY(settle());
        QCOMPARE(lines->attributes(), (std::vector<std::string>{"user.id"}));
        QVERIFY(line(editor, "Attribute of the case, 2")->text().isEmpty());
        // All of it by the keyboard.
        QWidget* widget = line(editor, "Attribute of the case, 1");
        for (const char* next : {"Move the attribute up", "Remove the attribute", "Attribute of the case, 2"}) {
            do
                widget = widget->nextInFocusChain();
            while (widget->focusPolicy() == Qt::NoFocus);
            QCOMPARE(widget->accessibleName(), QString::fromLatin1(next));
        }
    }

    /// From the box above the funnel into the workspace, what the cases are by then, and out of it again.
    void isKeptInTheWorkspace() {
        {
            ViewContext context;
            context.setWorkspace(workspace_);
            Host<FunnelView> host({900, 500}, context);
            QVERIFY(settle());
            auto* box = host.view->findChild<CaseKeyBox*>();
            const QString before = box->currentText();
            CaseKeyEditor* editor = openEditor(box);
            QCOMPARE(box->currentText(), before); // the entry is no choice
            QCOMPARE(editor->caseKey().id, std::string("session"));
            QTest::mouseClick(button(*editor, "New"), Qt::LeftButton);
            editor->setCaseKey(kVisit);
            QTest::mouseClick(button(*editor, "Save"), Qt::LeftButton);
            QVERIFY(settle());
            QCOMPARE(context.journey()->cases().key(), kVisit);
            QCOMPARE(context.journey()->definition->caseKey, std::string("Visit"));
            QCOMPARE(box->currentIndex(), 0); // the user's own come first
            QVERIFY2(box->currentText().startsWith(QStringLiteral("visits by session.id")), qPrintable(box->currentText()));
            QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("visits by session.id")), qPrintable(visibleWords(&host.window)));
        }
        QCOMPARE(caseKeys(*workspace_->connect())[0], kVisit);

        ViewContext again;
        again.setWorkspace(workspace_);
        Host<FunnelView> host({900, 500}, again);
        QVERIFY(settle());
        auto* box = host.view->findChild<CaseKeyBox*>();
        QCOMPARE(box->candidates()[0].id, std::string("Visit"));
        Q_EMIT box->activated(0);
        QVERIFY(settle());
        QCOMPARE(again.journey()->cases().key(), kVisit);
        const JourneyEditor journeys(again, *again.journey()->definition, &host.window);
        QVERIFY(journeys.journey() == *again.journey()->definition);

        CaseKeyEditor* editor = openEditor(box);
        QCOMPARE(editor->caseKey(), kVisit);
        QTest::mouseClick(button(*editor, "Delete"), Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY2(visibleWords(editor).contains(QStringLiteral("\u201cVisit\u201d was deleted.")), qPrintable(visibleWords(editor)));
        QVERIFY(!(editor->caseKey() == kVisit) && !button(*editor, "Delete")->isEnabled());
        QVERIFY(caseKeys(*workspace_->connect()) == caseKeys());
        QVERIFY(again.journey()->cases().key().id != "Visit"); // of what else there is
        QVERIFY(box->candidates()[0].id != "Visit");
        QTest::mouseClick(button(*editor, "Undo"), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(editor->caseKey(), kVisit);
        QCOMPARE(again.journey()->cases().key(), kVisit);
        QCOMPARE(caseKeys(*workspace_->connect())[0], kVisit);
        QTest::mouseClick(button(*editor, "Delete"), Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(caseKeys(*workspace_->connect()) == caseKeys());
    }

    // A file of which no attribute is known as a case's: what one is can be said, and a journey is found with it.
    void whereNothingIsKnown() {
        const std::filesystem::path folder(dir_.path().toStdString());
        std::ofstream file(folder / "tills.json");
        for (int till = 0, id = 1; till < 6; ++till)
            for (const char* path : {"/products", "/cart", "/checkout"}) {
                std::string span = "{'traceId':'" + std::to_string(1000 + id) + "','id':'" + std::to_string(2000 + id) + "','name':'get " + path + "','kind':'SERVER','timestamp':" + std::to_string(1'700'000'000'000'000 + id * 1'000'000) +
                                   ",'duration':1000,'localEndpoint':{'serviceName':'shop'},'tags':{'till':'t" + std::to_string(till) + "','http.method':'GET','http.target':'" + path + "'}}";
                std::replace(span.begin(), span.end(), '\'', '"'); // raw strings with quotes hide the class from moc
                file << (id == 1 ? "[" : ",") << span;
                ++id;
            }
        file << "]";
        file.close();
        ViewContext context;
        context.setWorkspace(importInto(folder / "tills.aisle", {folder / "tills.json"}));
        Host<FunnelView> host({900, 500}, context);
        QVERIFY(settle());
        QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("Any other attribute can be what a case is.")), qPrintable(visibleWords(&host.window)));
        auto* box = host.view->findChild<CaseKeyBox*>();
        QVERIFY(box->isEnabled() && box->candidates().empty());
        QCOMPARE(host.view->childAt(box->mapTo(host.view, box->rect().center())), static_cast<QWidget*>(box)); // nothing covers it
        CaseKeyEditor* editor = openEditor(box);
        QCOMPARE(editor->problem(), QStringLiteral("the case has no name"));
        editor->setCaseKey({"", "Till", "tills", {"till"}});
        QTest::mouseClick(button(*editor, "Save"), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(context.journey()->cases().attribute(), std::string("till"));
        QCOMPARE(context.journey()->cases().cases().size(), size_t(6));
        QVERIFY(context.journey()->definition && context.journey()->everything.stages.size() > 1);
        QVERIFY(context.journey()->everything.stages[1].reached > 0);
        QVERIFY(box->currentText().startsWith(QStringLiteral("tills by till (6)")));
    }

    // A preset that is changed is one's own, in its place, until that is deleted.
    void inPlaceOfAPreset() {
        Open w(workspace_, "session");
        CaseKeyEditor& editor = *w.editor;
        QVERIFY(!button(editor, "Delete")->isEnabled());
        line(editor, "Name of several cases")->setText(QStringLiteral("visits"));
        QSignalSpy saved(&editor, &CaseKeyEditor::saved);
        QTest::mouseClick(button(editor, "Save"), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(saved.size(), 1);
        QCOMPARE(saved[0][0].toString(), QStringLiteral("session"));
        QCOMPARE(w.context.caseKeys().own().size(), size_t(1));
        QCOMPARE(w.context.caseKeys().all().size(), caseKeys().size());
        QCOMPARE(w.context.journey()->cases().key().plural, std::string("visits"));
        Open other(workspace_, "session"); // another window sees it
        QCOMPARE(other.context.journey()->cases().key().plural, std::string("visits"));
        QTest::mouseClick(button(*other.editor, "Delete"), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(other.editor->caseKey(), caseKeys()[0]);
        QCOMPARE(other.context.journey()->cases().key().plural, std::string("sessions"));
        QCOMPARE(w.context.journey()->cases().key().plural, std::string("sessions"));
        QVERIFY(caseKeys(*workspace_->connect()) == caseKeys());
    }

    void whatIsNotSavedCanBeHadBack() {
        Open w(workspace_, "session");
        CaseKeyEditor& editor = *w.editor;
        QVERIFY(!button(editor, "Undo")->isVisible());
        line(editor, "Name of several cases")->setText(QStringLiteral("visits"));
        const CaseKey edited = editor.caseKey();
        auto* which = kinds(editor);
        Q_EMIT which->activated(which->findText(QStringLiteral("User")));
        QCOMPARE(editor.caseKey(), caseKeys()[1]);
        QCOMPARE(which->currentText(), QStringLiteral("User"));
        QVERIFY(button(editor, "Undo")->isVisible());
        QTest::mouseClick(button(editor, "Undo"), Qt::LeftButton);
        QCOMPARE(editor.caseKey(), edited);
        QCOMPARE(which->currentText(), QStringLiteral("Session"));
        QTest::mouseClick(button(editor, "Duplicate"), Qt::LeftButton);
        QCOMPARE(editor.caseKey().title, std::string("Session 2"));
        QCOMPARE(editor.caseKey().id, std::string("Session 2"));
        QCOMPARE(editor.caseKey().keys, edited.keys);
        QVERIFY(editor.problem().isEmpty());
        QVERIFY(settle());
        QVERIFY(caseKeys(*workspace_->connect()) == caseKeys()); // nothing was saved
    }

    // What a file held came into the place of what was edited, which was lost.
    void aFileInPlaceOfWhatWasEditedIsUndone() {
        Open w(workspace_, "session");
        CaseKeyEditor& editor = *w.editor;
        editor.replaceBy(kVisit);
        QCOMPARE(editor.caseKey(), kVisit);
        QVERIFY(!button(editor, "Undo")->isVisible()); // nothing was edited
        auto* title = line(editor, "Name of one case");
        title->setText(QStringLiteral("Call"));
        const CaseKey edited = editor.caseKey();
        CaseKey other = kVisit;
        other.id = other.title = "Other";
        editor.replaceBy(other);
        QCOMPARE(editor.caseKey(), other);
        QVERIFY(button(editor, "Undo")->isVisible());
        QTest::keyClick(title, Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(editor.caseKey(), edited);
        QTest::keyClick(title, Qt::Key_Z, Qt::ControlModifier); // what was opened is not lost either
        QTRY_COMPARE(editor.caseKey(), other);
        QVERIFY(settle());
        QVERIFY(caseKeys(*workspace_->connect()) == caseKeys()); // nothing was saved
    }

    void aFileThatCannotBeWrittenIsSaidAboveWhatIsEdited() {
        Open w(workspace_, "session");
        QTest::mouseClick(button(*w.editor, "Write to a file…"), Qt::LeftButton);
        auto* dialog = w.editor->findChild<QFileDialog*>();
        QVERIFY(dialog != nullptr);
        Q_EMIT dialog->fileSelected(dir_.filePath(QStringLiteral("no/such/case.json")));
        dialog->close();
        QVERIFY(settle());
        line(*w.editor, "Name of several cases")->setText(QStringLiteral("visits"));
        QVERIFY(settle());
        // What is counted meanwhile does not take its place.
        QTRY_VERIFY(w.editor->counted() != nullptr);
        QVERIFY2(visibleWords(w.editor).contains(QStringLiteral("case.json cannot be written")), qPrintable(visibleWords(w.editor)));
    }

    // A key in the closed box opens it, and works nothing out.
    void theBoxByTheKeyboard() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<CaseKeyBox> host({400, 40}, context);
        QVERIFY(settle());
        QSignalSpy chosen(host.view, &CaseKeyBox::caseKeyChosen);
        QTest::keyClick(host.view, Qt::Key_Down);
        QVERIFY(host.view->view()->isVisible());
        QTest::keyClick(host.view->view(), Qt::Key_End);
        QTest::keyClick(host.view->view(), Qt::Key_Return);
        QVERIFY(host.view->findChild<CaseKeyEditor*>() != nullptr);
        QCOMPARE(chosen.size(), 0);
        QVERIFY(settle());
    }

private:
    struct Open {
        Open(const std::shared_ptr<Workspace>& workspace, const std::string& id) {
            window.resize(720, 620);
            window.show();
            context.setWorkspace(workspace);
            (void)context.caseKeys();
            if (!settle())
                qFatal("the work does not end");
            editor = new CaseKeyEditor(context, id, &window);
            editor->show();
            if (!settle())
                qFatal("the work does not end");
        }
        ViewContext context;
        QWidget window;
        CaseKeyEditor* editor;
    };

    static CaseKeyEditor* openEditor(CaseKeyBox* box) {
        box->setCurrentIndex(box->count() - 1);
        Q_EMIT box->activated(box->count() - 1);
        auto* editor = box->findChild<CaseKeyEditor*>();
        if (editor == nullptr)
            qFatal("no editor opens");
        return editor;
    }

    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestCaseKeyEditor)
#include "tst_case_key_editor.moc"
