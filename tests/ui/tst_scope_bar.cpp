// The scope in words: chips that remove their part, the text form with its errors, back and forward.

#include "model/trace_fixture.h"
#include "privacy/masking_redactor.h"
#include "query_bar/query_edit.h"
#include "query_bar/query_store.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "window/scope_bar.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QSignalSpy>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;
using Term = ScopeTerm::Kind;

class TestScopeBar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        TraceFixture f;
        f.add(1, 0, 1'000'000'000, 1'200'000'000, "checkout", "Place");
        f.add(2, 1, 1'010'000'000, 1'100'000'000, "payment", "Charge");
        context_->setTable(f.table(), false);
        host_ = std::make_unique<Host<ScopeBar>>(QSize(1100, 40), *context_);
        QVERIFY(QTest::qWaitForWindowExposed(&host_->window));
        text_ = named<QueryEdit>(bar(), QStringLiteral("Scope as text"));
    }
    void cleanup() {
        host_.reset();
        context_.reset();
    }

    void everything() {
        QVERIFY(chips().isEmpty());
        QVERIFY(visibleWords(bar()).contains(QStringLiteral("everything")));
        bar()->setDocumentTitle(QStringLiteral("shop.aisle"));
        QVERIFY(visibleWords(bar()).contains(QStringLiteral("shop.aisle")));
    }

    /// Ctrl+C in the line of the scope, which clicks on values have made, put them into the clipboard as they are.
    void copiesAreMasked() {
        const auto clipboard = [] { return QGuiApplication::clipboard()->text(); };
        context_->exporter().clipboard = [](const std::string& text) { QGuiApplication::clipboard()->setText(QString::fromStdString(text)); };
        context_->setRedactor(std::make_shared<const MaskingRedactor>(maskingRules(), "aisle_salt_of_this_test"), true);
        selection().addTerm(term(Term::Query, "{ .app.user.email = \"ada@lovelace.example\" && .user.name = \"Ada Lovelace\" }"));
        QVERIFY(settle());
        bar()->edit();
        const QString whole = text_->text();
        QVERIFY2(whole.contains(QStringLiteral("lovelace")), qPrintable(whole)); // on the screen it is as it is
        QTest::keyClick(text_, Qt::Key_C, Qt::ControlModifier);
        const QString masked = clipboard();
        QVERIFY2(masked.contains(QStringLiteral(".app.user.email = \"e-mail ")) && masked.contains(QStringLiteral(".user.name = \"person ")), qPrintable(masked));
        QVERIFY2(!masked.contains(QStringLiteral("ovelace")), qPrintable(masked));
        // A word of a value is copied as the whole masked one, and is pasted as itself.
        text_->setSelection(static_cast<int>(whole.indexOf(QStringLiteral("Lovelace"))), 8);
        QTest::keyClick(text_, Qt::Key_C, Qt::ControlModifier);
        QVERIFY2(clipboard().startsWith(QStringLiteral("person ")) && masked.contains(QString(QLatin1Char('"') + clipboard() + QLatin1Char('"'))), qPrintable(clipboard()));
        QTest::keyClick(text_, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(text_->text(), whole);
        text_->selectAll();
        QTest::keyClick(text_, Qt::Key_X, Qt::ControlModifier);
        QVERIFY(text_->text().isEmpty());
        QCOMPARE(clipboard(), masked);
        QTest::keyClick(text_, Qt::Key_V, Qt::ControlModifier); // here it is still what was cut
        QCOMPARE(text_->text(), whole);
        for (const QKeySequence::StandardKey deletes : {QKeySequence::DeleteCompleteLine, QKeySequence::DeleteEndOfLine})
            for (const QKeySequence& keys : QKeySequence::keyBindings(deletes)) {
                text_->setText(whole);
                text_->setCursorPosition(0);
                QGuiApplication::clipboard()->setText(QStringLiteral("before"));
                QTest::keySequence(text_, keys);
                QVERIFY(text_->text().isEmpty());
                QCOMPARE(clipboard(), masked);
            }
        text_->setText(whole);

        QContextMenuEvent event(QContextMenuEvent::Keyboard, text_->rect().center(), text_->mapToGlobal(text_->rect().center()));
        text_->selectAll();
        QGuiApplication::clipboard()->setText(QStringLiteral("before"));
        QApplication::sendEvent(text_, &event);
        auto* menu = text_->findChild<QMenu*>();
        QVERIFY(menu != nullptr);
        for (QAction* action : menu->actions())
            if (action->text() == QStringLiteral("Copy"))
                action->trigger();
        QCOMPARE(clipboard(), masked);
        menu->close();
        QGuiApplication::clipboard()->setText(QStringLiteral("{ }"));
        text_->selectAll();
        QTest::keyClick(text_, Qt::Key_V, Qt::ControlModifier); // of another program
        QCOMPARE(text_->text(), QStringLiteral("{ }"));
    }

    /// A long file name, or a problem that quotes one, made the window wider than the screen.
    void longWordsWidenNothing() {
        const int before = bar()->minimumSizeHint().width();
        const QString name(400, QLatin1Char('W'));
        bar()->setDocumentTitle(name);
        selection().addTerm(term(Term::Service, name.toStdString()));
        QVERIFY(settle());
        QVERIFY(bar()->minimumSizeHint().width() <= before + 100); // the chip
        bar()->edit();
        text_->setText(QStringLiteral("{ ") + name + QStringLiteral(" = 1 }"));
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(bar()->minimumSizeHint().width() <= before + 400); // the line edit
        QVERIFY(visibleWords(bar()).contains(name)); // the whole of it is still there, for the tool tip
    }

    // What was wrong with the text stood beside the editor, left it 25 px, and stayed after Escape.
    void problemsHaveTheirOwnLine() {
        bar()->edit();
        QCoreApplication::processEvents();
        const int width = text_->width(), window = host_->window.width();
        for (const int letters : {5, 600}) {
            text_->setText(QStringLiteral("{ ") + QString(letters, QLatin1Char('W')) + QStringLiteral(" = 1 }"));
            QTest::keyClick(text_, Qt::Key_Return);
            QVERIFY(settle());
            bar()->adjustSize();
            bar()->resize(window, bar()->height());
            QCoreApplication::processEvents();
            QVERIFY2(text_->width() >= width - 1, qPrintable(QString::number(text_->width())));
            QCOMPARE(host_->window.width(), window);
            const QList<QLabel*> labels = bar()->findChildren<QLabel*>();
            const auto said = std::find_if(labels.begin(), labels.end(), [](const QLabel* l) { return l->isVisible() && l->text().contains(QStringLiteral("WWWWW")); });
            QVERIFY(said != labels.end());
            QVERIFY((*said)->y() >= text_->geometry().bottom());
        }
        QTest::keyClick(text_, Qt::Key_Escape);
        QVERIFY(!visibleWords(bar()).contains(QStringLiteral("WWWWW")));
    }

    void chipsSayTheScope() {
        ScopeTerm slow;
        slow.kind = Term::TraceDuration;
        slow.from = 100'000'000;
        selection().addTerm(term(Term::Service, "checkout"));
        selection().addTerm(term(Term::Error, {}));
        selection().addTerm(slow);
        selection().addTerm(term(Term::Edge, "checkout", "payment"));
        QVERIFY(settle());
        QStringList expected;
        for (const ScopeTerm& t : selection().scope().terms())
            expected.append(QString::fromStdString(t.toWords()));
        QCOMPARE(words(), expected);
        QCOMPARE(expected[0], QStringLiteral("service checkout"));
        QVERIFY(!visibleWords(bar()).contains(QStringLiteral("everything")));
        for (QToolButton* chip : chips()) {
            QVERIFY(chip->isVisible());
            QVERIFY(bar()->rect().contains(QRect(chip->mapTo(bar(), QPoint()), chip->size())));
        }
    }

    // The chip of a time range said it in another zone than the rest of the window, and did not say which, nor the day.
    void timesAreOfTheWindowsZone() {
        ScopeTerm range;
        range.kind = Term::Time;
        range.from = 1'773'478'800'000'000'000; // 2026-03-14 09:00:00 UTC
        range.to = range.from + 600'000'000'000;
        qputenv("TZ", "Asia/Tokyo");
        tzset();
        selection().addTerm(range);
        QVERIFY(settle());
        QCOMPARE(words(), QStringList{QStringLiteral("2026-03-14 18:00:00 to 18:10:00 JST")});
        context_->setTimeZone({true});
        QCOMPARE(words(), QStringList{QStringLiteral("2026-03-14 09:00:00 to 09:10:00 UTC")});
        qputenv("TZ", "UTC");
        tzset();
    }

    // What the funnel calls stopped was called dropped here.
    void stoppedIsOneWord() {
        selection().addTerm(term(Term::Dropped, "Payment"));
        QVERIFY(settle());
        QCOMPARE(words(), QStringList{QStringLiteral("stage Payment: stopped")});
    }

    // Cases that were named one by one filled the bar with their query, or with a hundred parts.
    void casesAreCounted() {
        selection().addTerm(term(Term::Query, "{ aisle:case = \"s1\" || aisle:case = \"s2\" }"));
        selection().addTerm(term(Term::Error, {}));
        QVERIFY(settle());
        QCOMPARE(words().size(), 2);
        QVERIFY2(words()[0].startsWith(QStringLiteral("2 ")), qPrintable(words()[0]));
        QVERIFY(chips()[0]->toolTip().contains(QStringLiteral("aisle:case = &quot;s2&quot;")));
        QTest::mouseClick(chips()[0], Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(words(), QStringList{QStringLiteral("errors")});
        for (const char* value : {"s1", "s2", "s3"})
            selection().addTerm(term(Term::Case, value));
        QVERIFY(settle());
        QCOMPARE(words(), (QStringList{QStringLiteral("errors"), QStringLiteral("case s1"), QStringLiteral("case s2"), QStringLiteral("case s3")}));
        selection().addTerm(term(Term::Case, "s4"));
        QVERIFY(settle());
        QCOMPARE(words().size(), 2);
        QVERIFY2(words()[1].startsWith(QStringLiteral("4 ")), qPrintable(words()[1]));
        QTest::mouseClick(chips()[1], Qt::LeftButton); // all of them
        QVERIFY(settle());
        QCOMPARE(selection().scope().terms(), std::vector<ScopeTerm>{term(Term::Error, {})});
    }

    void clickRemovesThatPart() {
        selection().addTerm(term(Term::Service, "checkout"));
        selection().addTerm(term(Term::Error, {}));
        selection().addTerm(term(Term::Name, "Place"));
        QVERIFY(settle());
        QTest::mouseClick(chips()[1], Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(selection().scope().terms(), (std::vector<ScopeTerm>{term(Term::Service, "checkout"), term(Term::Name, "Place")}));
        QCOMPARE(words().size(), 2);
        QTest::mouseClick(chips()[0], Qt::LeftButton);
        QVERIFY(settle());
        QTest::keyClick(chips()[0], Qt::Key_Space); // by keyboard, too
        QVERIFY(settle());
        QVERIFY(selection().scope().isEmpty());
        QVERIFY(chips().isEmpty());
        QVERIFY(visibleWords(bar()).contains(QStringLiteral("everything")));
    }

    void editAsText() {
        selection().addTerm(term(Term::Service, "checkout"));
        QVERIFY(settle());
        QVERIFY(!bar()->isEditing());
        QTest::mouseClick(text_, Qt::LeftButton);
        QVERIFY(bar()->isEditing());
        QCOMPARE(text_->text(), QStringLiteral("{ resource.service.name = \"checkout\" }"));
        type("{ resource.service.name = \"payment\" && aisle:error = true }");
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(!bar()->isEditing());
        QCOMPARE(selection().scope().terms(), (std::vector<ScopeTerm>{term(Term::Service, "payment"), term(Term::Error, {})}));
        QCOMPARE(words().size(), 2);
        // What is written comes back as it is.
        bar()->edit();
        QCOMPARE(text_->text().toStdString(), selection().scope().toText());
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(words().size(), 2);
        // Nothing written: everything.
        bar()->edit();
        type("   ");
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(selection().scope().isEmpty());
    }

    void escapeLeavesItAlone() {
        selection().addTerm(term(Term::Service, "checkout"));
        bar()->edit();
        type("{ aisle:error = tr ue");
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(visibleWords(bar()).contains(QStringLiteral("no field tr")));
        QTest::keyClick(text_, Qt::Key_Escape);
        QVERIFY(settle());
        QVERIFY(!bar()->isEditing());
        QCOMPARE(words(), QStringList{QStringLiteral("service checkout")});
        QVERIFY(!visibleWords(bar()).contains(QStringLiteral("no field tr")));
    }

    void errorsArePointedAt_data() {
        QTest::addColumn<QString>("written");
        QTest::addColumn<int>("position");
        QTest::addColumn<QString>("saying");
        QTest::newRow("field") << QStringLiteral("{ nonsense = \"x\" }") << 2 << QStringLiteral("no field nonsense");
        QTest::newRow("without braces") << QStringLiteral("nonsense = \"x\"") << 0 << QStringLiteral("no field nonsense");
        QTest::newRow("second field") << QStringLiteral("{ aisle:error = true && who = \"x\" }") << 24 << QStringLiteral("no field who");
        QTest::newRow("after letters of two bytes") << QStringLiteral("{ span:name = \"Größe\" && who = \"x\" }") << 25 << QStringLiteral("no field who");
        QTest::newRow("spaces before") << QStringLiteral("    { nonsense = \"x\" }") << 6 << QStringLiteral("no field nonsense");
        QTest::newRow("no quote") << QStringLiteral("{ span:name = \"open }") << 14 << QStringLiteral("A quote is not closed");
        QTest::newRow("type") << QStringLiteral("{ duration > \"slow\" }") << 13 << QStringLiteral("a duration such as");
        QTest::newRow("series") << QStringLiteral("{ } | rate()") << 6 << QStringLiteral("aisle query");
    }
    void errorsArePointedAt() {
        QFETCH(QString, written);
        QFETCH(int, position);
        QFETCH(QString, saying);
        selection().addTerm(term(Term::Service, "checkout"));
        QVERIFY(settle());
        bar()->edit();
        text_->setText(written);
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(bar()->isEditing()); // nothing written is lost
        QCOMPARE(text_->text(), written);
        QVERIFY2(visibleWords(bar()).contains(saying), qPrintable(visibleWords(bar())));
        if (position >= 0)
            QCOMPARE(text_->cursorPosition(), position);
        QCOMPARE(selection().scope().terms(), std::vector<ScopeTerm>{term(Term::Service, "checkout")});
        // Set right, the sentence goes.
        text_->setText(QStringLiteral("{ aisle:error = true }"));
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(!visibleWords(bar()).contains(saying));
    }

    /// What may follow is listed while somebody types; Tab takes the first, Return asks when nothing was chosen.
    void completes() {
        auto* popup = host_->window.findChild<QListView*>();
        bar()->edit();
        QTest::keyClicks(text_, QStringLiteral("{ resource.ser"));
        QTRY_VERIFY(popup->isVisible());
        QVERIFY(text_->hasFocus());
        QTest::keyClick(text_, Qt::Key_Tab);
        QCOMPARE(text_->text(), QStringLiteral("{ resource.service.name "));
        QTRY_VERIFY(popup->isVisible()); // the operators
        QTest::keyClick(text_, Qt::Key_Down);
        QTest::keyClick(text_, Qt::Key_Return);
        QCOMPARE(text_->text(), QStringLiteral("{ resource.service.name = "));
        QTRY_VERIFY(popup->isVisible() && popup->model()->rowCount() == 2); // the services
        QTest::keyClick(text_, Qt::Key_Down);
        QTest::keyClick(text_, Qt::Key_Up);
        QTest::keyClick(text_, Qt::Key_Tab);
        QCOMPARE(text_->text(), QStringLiteral("{ resource.service.name = \"payment\" ")); // the last, around from the first
        QTRY_VERIFY(popup->isVisible());
        QTest::keyClick(text_, Qt::Key_Escape); // the list, not the query
        QVERIFY(!popup->isVisible());
        QVERIFY(bar()->isEditing());
        QTest::keyClicks(text_, QStringLiteral("}"));
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(!popup->isVisible());
        QCOMPARE(words(), QStringList{QStringLiteral("service payment")});
        bar()->edit();
        QTest::keyClick(text_, Qt::Key_Space, Qt::ControlModifier);
        QTRY_VERIFY(popup->isVisible());
        host_->window.grab();
        text_->clearFocus();
        QVERIFY(!popup->isVisible());
    }

    void remembersWhatWasAsked() {
        for (const char* query : {"status = error", "name = \"Charge\"", "duration > 1ms"}) {
            bar()->edit();
            type(query);
            QTest::keyClick(text_, Qt::Key_Return);
            QVERIFY(settle());
        }
        QCOMPARE(bar()->queries().asked().size(), 3);
        bar()->edit();
        const QString present = text_->text();
        QTest::keyClick(text_, Qt::Key_Up);
        QCOMPARE(text_->text(), QStringLiteral("duration > 1ms"));
        QTest::keyClick(text_, Qt::Key_Up);
        QCOMPARE(text_->text(), QStringLiteral("name = \"Charge\""));
        QTest::keyClick(text_, Qt::Key_Down);
        QTest::keyClick(text_, Qt::Key_Down);
        QCOMPARE(text_->text(), present);
        QTest::keyClick(text_, Qt::Key_Up);
        QTest::keyClick(text_, Qt::Key_Up);
        QTest::keyClick(text_, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(words(), QStringList{QStringLiteral("operation Charge")});
        QCOMPARE(bar()->queries().asked().first(), QStringLiteral("name = \"Charge\"")); // each once, the newest first
        QCOMPARE(bar()->queries().asked().size(), 3);
        // With a name, from the menu.
        bar()->queries().keep(QStringLiteral("Charges & more"), QStringLiteral("name = \"Charge\""));
        QMenu* menu = button(QStringLiteral("Queries: saved ones, and those asked before"))->menu();
        Q_EMIT menu->aboutToShow();
        QStringList said;
        for (const QAction* action : menu->actions())
            said << action->text();
        QVERIFY2(said.contains(QStringLiteral("Charges && more")) && said.contains(QStringLiteral("status = error")), qPrintable(said.join(QLatin1Char('|'))));
        QSignalSpy removed(bar(), &ScopeBar::queryRemoved);
        for (QAction* action : menu->actions())
            if (action->menu() != nullptr)
                action->menu()->actions().last()->trigger();
        QCOMPARE(removed.size(), 1);
        QVERIFY(bar()->queries().named().empty());
    }

    void saysWhatCannotMatch() {
        selection().addTerm(term(Term::Service, "nowhere"));
        QVERIFY(settle());
        QVERIFY(visibleWords(bar()).contains(QStringLiteral("No service here is called nowhere.")));
        QTest::mouseClick(chips()[0], Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(!visibleWords(bar()).contains(QStringLiteral("nowhere")));
    }

    void backAndForward() {
        QToolButton *back = button(QStringLiteral("Back (Alt+Left)")), *forward = button(QStringLiteral("Forward (Alt+Right)"));
        QVERIFY(!back->isEnabled() && !forward->isEnabled());
        selection().addTerm(term(Term::Service, "checkout"));
        selection().setFocus(Focus::onService("payment"));
        QVERIFY(back->isEnabled() && !forward->isEnabled());
        QTest::mouseClick(back, Qt::LeftButton);
        QCOMPARE(selection().focus(), Focus());
        QCOMPARE(words().size(), 1);
        QVERIFY(forward->isEnabled());
        QTest::mouseClick(back, Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(chips().isEmpty());
        QVERIFY(!back->isEnabled());
        QTest::mouseClick(forward, Qt::LeftButton);
        QTest::mouseClick(forward, Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(words(), QStringList{QStringLiteral("service checkout")});
        QCOMPARE(selection().focus(), Focus::onService("payment"));
        QVERIFY(!forward->isEnabled());
    }

    void longAndHostileParts() {
        selection().addTerm(term(Term::Name, "<b>bold</b>\n" + std::string(500, 'x')));
        QVERIFY(settle());
        QCOMPARE(chips().size(), 1);
        QVERIFY(chips()[0]->width() <= 520);
        QVERIFY(!chips()[0]->accessibleName().contains(QLatin1Char('\n')));
        QVERIFY(!chips()[0]->toolTip().contains(QStringLiteral("<b>")));
        host_->window.grab();
    }

private:
    ScopeBar* bar() const { return host_->view; }
    SelectionModel& selection() { return context_->selection(); }
    QToolButton* button(const QString& name) const { return named<QToolButton>(bar(), name); }
    /// In the order in which they are shown.
    QList<QToolButton*> chips() const {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCoreApplication::processEvents();
        QList<QToolButton*> out;
        for (QToolButton* candidate : bar()->findChildren<QToolButton*>())
            if (candidate->accessibleName().startsWith(kPrefix))
                out.append(candidate);
        std::sort(out.begin(), out.end(), [](const QWidget* a, const QWidget* b) { return a->x() < b->x(); });
        return out;
    }
    QStringList words() const {
        QStringList out;
        for (const QToolButton* chip : chips())
            out.append(chip->accessibleName().mid(kPrefix.size()));
        return out;
    }
    void type(const char* text) {
        text_->selectAll();
        QTest::keyClicks(text_, QString::fromLatin1(text));
    }
    const QString kPrefix = QStringLiteral("Remove from the scope: ");
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<ScopeBar>> host_;
    QueryEdit* text_ = nullptr;
};

AISLE_TEST_MAIN(TestScopeBar)
#include "tst_scope_bar.moc"
