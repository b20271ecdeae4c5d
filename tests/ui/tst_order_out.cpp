// What leaves the page of one order, by buttons and menus, and the sentences that it is told in.

#include "orders/order_words.h"
#include "order_view_fixture.h"

#include <QDir>

#include <fstream>
#include <map>
#include <utility>

using namespace aisle;
using namespace aisle::test;

class TestOrderOut : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
        masking_ = std::make_shared<const MaskingRedactor>(maskingRules(), "aisle_salt_of_this_test");
    }

    // What an order can be exported as was found by nobody who does not know the keys.
    void exportsByMouse() {
        Window w(workspace_);
        auto* button = buttonWithText<QToolButton>(w.view(), QStringLiteral("Export"));
        QVERIFY(!button->isEnabled() && !button->toolTip().isEmpty());
        w.live.setRedactor(masking_, true);
        std::string copied;
        w.live.exporter().clipboard = [&](const std::string& text) { copied = text; };
        const CaseNumber order = 1;
        w.live.selection().setFocus(Focus::onCase(w.cases()[order].value));
        QVERIFY(settle());
        QVERIFY(button->isEnabled());
        QStringList wanted;
        connect(w.view(), &View::documentWanted, this, [&](const QString& suffix) { wanted << suffix; });
        std::shared_ptr<const ScopeResult> spans;
        connect(w.view(), &View::spansWanted, this, [&](const std::shared_ptr<const ScopeResult>& of, const QString&) { spans = of; });
        for (QAction* action : button->menu()->actions()) {
            QVERIFY(action->isSeparator() || !action->toolTip().isEmpty());
            action->trigger();
        }
        QCOMPARE(wanted, (QStringList{QStringLiteral("pdf"), QStringLiteral("html"), QStringLiteral("md"), QStringLiteral("json")}));
        for (const QString& suffix : wanted) { // there is such a document
            const auto documents = w.view()->documents();
            QVERIFY(std::any_of(documents.begin(), documents.end(), [&](const ViewDocument& document) { return document.suffix == suffix; }));
        }
        QVERIFY2(copied.starts_with("# Order "), copied.c_str());
        QVERIFY(QByteArray::fromStdString(copied).replace('\\', QByteArray()).indexOf(kSecret) < 0);
        // The traces are those of the order, with all their spans.
        QVERIFY(spans != nullptr && !spans->everything);
        uint64_t count = 0;
        for (const TraceIndex trace : w.cases()[order].traces) {
            QVERIFY(spans->traces[trace]);
            for (const Row row : w.live.table()->rowsOf(trace))
                if (!w.live.table()->isHidden(row)) {
                    QVERIFY(spans->spans[row]);
                    ++count;
                }
        }
        QCOMPARE(spans->spanCount, count);
        QCOMPARE(spans->traceCount, w.cases()[order].traces.size());
    }

    void menuOfASentence() {
        Window w(workspace_);
        w.live.setRedactor(masking_, true);
        std::string copied;
        w.live.exporter().clipboard = [&](const std::string& text) { copied = text; };
        w.live.selection().setFocus(Focus::onCase(w.cases()[0].value));
        QVERIFY(settle());
        const auto& lines = w.model().page().lines;
        const auto at = std::find_if(lines.begin(), lines.end(), [](const OrderPage::Line& line) { return !line.details.empty() && line.details[0].isTrace; });
        QVERIFY(at != lines.end());
        const auto row = static_cast<int>(at - lines.begin());
        const auto placeOf = [&](int of) {
            w.list()->scrollTo(w.list()->model()->index(of, 0));
            return w.list()->visualRect(w.list()->model()->index(of, 0)).center();
        };
        const auto choose = [&](int of, const QString& words) {
            return chooseInMenu([&] { Q_EMIT w.list()->customContextMenuRequested(placeOf(of)); }, words);
        };
        QVERIFY(choose(row, QStringLiteral("Copy the sentence")));
        QCOMPARE(copied, at->text);
        const int closed = w.model().rowCount();
        QVERIFY(choose(row, QStringLiteral("Show the technical detail")));
        QVERIFY(w.model().rowCount() > closed);
        QSignalSpy traces(&w.live, &ViewContext::traceRequested);
        QVERIFY(choose(row, QStringLiteral("Show its trace in the waterfall")));
        QCOMPARE(traces.count(), 1);
        QCOMPARE(toHex(w.live.selection().focus().trace), at->details[0].traceId);
        QVERIFY(settle());
        QVERIFY(choose(row + 1, QStringLiteral("Show it in the waterfall")));
        QCOMPARE(traces.count(), 2);
        QVERIFY(settle());
        QVERIFY(choose(row + 1, QStringLiteral("Copy the detail")));
        QVERIFY2(copied.starts_with(at->details[0].service + " "), copied.c_str());
        QVERIFY(choose(row, QStringLiteral("Hide the technical detail")));
        QCOMPARE(w.model().rowCount(), closed);
    }

    void documentsOfAllForms() {
        Window w(workspace_);
        QVERIFY(w.view()->documents().empty() && w.view()->tabular() == nullptr);
        w.live.setRedactor(masking_, true);
        const std::string order = w.cases()[0].value;
        w.live.selection().setFocus(Focus::onCase(order));
        QVERIFY(settle());
        std::map<QString, std::string> forms;
        for (const ViewDocument& document : w.view()->documents())
            forms[document.suffix] = document.render(w.live.exporter().redactor());
        QCOMPARE(forms.size(), size_t(5));
        QVERIFY(forms[QStringLiteral("json")].starts_with("{"));
        QVERIFY(forms[QStringLiteral("pdf")].starts_with("%PDF-"));
        QVERIFY(forms[QStringLiteral("html")].starts_with("<!DOCTYPE html>"));
        QVERIFY(forms[QStringLiteral("md")].starts_with("# Order "));
        QVERIFY2(forms[QStringLiteral("txt")].starts_with("Order " + order), forms[QStringLiteral("txt")].c_str());
    }

    // The window told in English whatever the shop had written.
    void ownSentences() {
        Window w(workspace_), other(workspace_);
        const std::string order = w.cases()[0].value;
        w.live.selection().setFocus(Focus::onCase(order));
        other.live.selection().setFocus(Focus::onCase(order));
        QVERIFY(settle());
        const auto titles = [&] { return w.model().page().title + ", " + other.model().page().title; };
        const std::string english = "Order " + order + ", Order " + order;
        QCOMPARE(titles(), english);
        const QDir folder(dir_.path());
        const auto write = [&](const QString& name, const char* text) {
            std::ofstream(folder.filePath(name).toStdString()) << text;
            return folder.filePath(name);
        };
        std::function<void()> undo;
        QString told;
        connect(&w.live, &ViewContext::undoOffered, this, [&](const QString& words, const std::function<void()>& back) {
            told = words;
            undo = back;
        });
        w.view()->words().readFile(write(QStringLiteral("shop.json"), "{\"language\": \"en\", \"sentences\": {\"page.title\": \"No. {order}\", \"charged.paid\": \"{amonut}\"}}"));
        QVERIFY(settle());
        QCOMPARE(titles(), "No. " + order + ", No. " + order); // also in the other window of the workspace
        QCOMPARE(told, QStringLiteral("Orders are told in the sentences of shop.json."));
        QVERIFY2(visibleWords(w.view()).contains(QStringLiteral("charged.paid has a place {amonut}")), qPrintable(visibleWords(w.view())));
        for (const ViewDocument& document : w.view()->documents())
            if (document.suffix == QStringLiteral("txt"))
                QVERIFY(document.render(w.live.exporter().redactor()).starts_with("No. "));
        {
            Window later(workspace_);
            later.live.selection().setFocus(Focus::onCase(order));
            QVERIFY(settle());
            QCOMPARE(later.model().page().title, "No. " + order);
        }
        // What is written can be read again.
        const QString saved = folder.filePath(QStringLiteral("saved.json"));
        w.view()->words().writeFile(saved);
        QVERIFY(settle());
        QCOMPARE(StoryTemplates::ofFile(saved.toStdString()).text("page.title"), std::string("No. {order}"));
        QVERIFY(undo);
        std::exchange(undo, {})();
        QVERIFY(settle());
        QCOMPARE(titles(), english);
        QVERIFY(!visibleWords(w.view()).contains(QStringLiteral("amonut")));
        w.view()->words().writeFile(saved);
        QVERIFY(settle());
        QVERIFY(StoryTemplates::ofFile(saved.toStdString()).problems().empty()); // the built-in ones, all of them
        QVERIFY(undo); // also what was undone
        std::exchange(undo, {})();
        QVERIFY(settle());
        QCOMPARE(titles(), "No. " + order + ", No. " + order);

        // What is no such file changes nothing.
        w.view()->words().readFile(write(QStringLiteral("none.json"), "[]"));
        QVERIFY(settle());
        QCOMPARE(titles(), "No. " + order + ", No. " + order);
        QVERIFY2(visibleWords(w.view()).contains(QStringLiteral("none.json")), qPrintable(visibleWords(w.view())));

        auto* button = named<QToolButton>(w.view(), QStringLiteral("Sentences"));
        QStringList entries;
        Q_EMIT button->menu()->aboutToShow();
        for (const QAction* action : button->menu()->actions())
            entries << action->text() + (action->isEnabled() ? QString() : QStringLiteral(" (off)"));
        QCOMPARE(entries, (QStringList{QStringLiteral("Open sentences from a file…"), QStringLiteral("Save the present sentences as a file…"), QStringLiteral("Back to the built-in sentences")}));
        button->menu()->actions().last()->trigger();
        QVERIFY(settle());
        QCOMPARE(titles(), english);
        Q_EMIT button->menu()->aboutToShow();
        QVERIFY(!button->menu()->actions().last()->isEnabled());
    }

    // A word about one thing took away what was said of another, and each closed what was open in the page.
    void problemsWithSentences() {
        QTemporaryDir otherDir;
        Window w(workspace_);
        OrderWords& sentences = w.view()->words();
        const QDir folder(dir_.path());
        const QString typo = folder.filePath(QStringLiteral("typo.json")), no = folder.filePath(QStringLiteral("no.json"));
        std::ofstream(typo.toStdString()) << "{\"language\": \"en\", \"sentences\": {\"charged.paid\": \"{amonut}\"}}";
        std::ofstream(no.toStdString()) << "[]";
        const auto says = [&](const char* words) { return visibleWords(w.view()).contains(QLatin1String(words)); };
        w.live.selection().setFocus(Focus::onCase(w.cases()[0].value));
        QVERIFY(settle());
        sentences.readFile(typo);
        QVERIFY(settle());
        QVERIFY2(says("{amonut}"), qPrintable(visibleWords(w.view())));
        const auto& lines = w.model().page().lines;
        const auto at = std::find_if(lines.begin(), lines.end(), [](const OrderPage::Line& line) { return !line.details.empty(); });
        QVERIFY(at != lines.end());
        const int closed = w.model().rowCount();
        w.click(static_cast<int>(at - lines.begin()));
        const int open = w.model().rowCount();
        QVERIFY(open > closed);
        sentences.readFile(no);
        QVERIFY(settle());
        QVERIFY2(says("{amonut}") && says("no.json"), qPrintable(visibleWords(w.view())));
        sentences.writeFile(folder.filePath(QStringLiteral("written.json")));
        QVERIFY(settle());
        QVERIFY2(says("{amonut}") && !says("no.json"), qPrintable(visibleWords(w.view())));
        QCOMPARE(w.model().rowCount(), open);
        sentences.readFile(no);
        QVERIFY(settle());
        QVERIFY(says("no.json"));
        sentences.useBuiltIn();
        QVERIFY(settle());
        QVERIFY2(!says("{amonut}") && !says("no.json"), qPrintable(visibleWords(w.view())));
        // It is of one workspace, and so is what is read.
        sentences.readFile(no);
        QVERIFY(settle());
        QVERIFY(says("no.json"));
        w.live.setWorkspace(nullptr);
        QVERIFY(settle());
        QVERIFY2(!says("no.json"), qPrintable(visibleWords(w.view())));
        w.live.setWorkspace(workspace_);
        QVERIFY(settle());
        sentences.readFile(typo);
        w.live.setWorkspace(demoWorkspace(otherDir.path(), 20));
        QVERIFY(settle());
        QVERIFY(sentences.own().empty());
        // That they are not kept is said beside what is wrong with them.
        w.live.setWorkspace(Workspace::open(workspace_->path(), Workspace::Access::ReadOnly));
        QVERIFY(settle());
        sentences.readFile(typo);
        QVERIFY(settle());
        QVERIFY2(says("read-only") && says("{amonut}"), qPrintable(visibleWords(w.view())));
        w.live.setWorkspace(nullptr);
        QVERIFY(settle());
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
    std::shared_ptr<const Redactor> masking_;
};

AISLE_TEST_MAIN(TestOrderOut)
#include "tst_order_out.moc"
