// Notes and bookmarks: what they are about survives as text, they are listed, searched, edited, removed and had back, and marked
// in the list of traces.

#include "model/workspace_fixture.h"
#include "notes/notes_view.h"
#include "theme/theme.h"
#include "trace_list/trace_list_model.h"
#include "trace_list/trace_list_view.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

class TestNotes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        workspace_ = demoWorkspace(folder_->path(), 20);
        open();
    }
    void cleanup() {
        context_.reset();
        workspace_.reset();
    }

    void targetsAsText() {
        const SpanTable& table = *context_->table();
        Row inner = kNoRow;
        table.forEachRow([&](Row row) { inner = table.parent(row) != kNoRow ? row : inner; });
        for (const Focus& focus : {Focus::onSpan(table, inner), Focus::onTrace(table.traceId(0)), Focus::onCase("a \"quoted\" {case}"), Focus::onEdge("from -> to", "b"), Focus::onService("web\n1"), Focus::onStage("Pay")}) {
            const auto target = NoteTarget::of(focus);
            QVERIFY(target);
            const auto again = NoteTarget::parse(target->toText());
            QVERIFY2(again, target->toText().c_str());
            QVERIFY2(*again == *target, target->toText().c_str());
            QVERIFY(!again->toWords(&table, {true}).empty() && !again->toWords(nullptr, {true}).empty());
        }
        QCOMPARE(NoteTarget::parse(NoteTarget::of(Focus::onSpan(table, inner))->toText())->focus.rowIn(table), inner);
        const NoteTarget range{{}, 1'700'000'000'000'000'001, 1'700'000'000'000'000'099};
        QVERIFY(*NoteTarget::parse(range.toText()) == range);
        QVERIFY(!NoteTarget::of({}) && !NoteTarget::of(Focus::onTraces({table.traceId(0)})));
        for (const char* text : {"", "{", "{ }", "status = error", "{ trace:id = \"xyz\" && span:id = \"1\" }", "{ trace:id = \"zz\" }"})
            QVERIFY2(!NoteTarget::parse(text), text);
    }

    void keptListedAndFoundAgain() {
        auto host = std::make_unique<Host<NotesView>>(QSize(700, 300), *context_);
        NotesView* view = host->view;
        auto* model = view->findChild<NotesModel*>();
        const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        auto* add = buttonWithText<QPushButton>(view, QStringLiteral("Add note"));
        QVERIFY(!add->isEnabled());
        QVERIFY(visibleWords(view).contains(QStringLiteral("No notes yet")));
        const TraceId trace = context_->table()->traceId(2);
        context_->selection().setFocus(Focus::onTrace(trace));
        QVERIFY(add->isEnabled());
        QTest::mouseClick(add, Qt::LeftButton);
        auto* list = view->findChild<QTableView*>();
        auto* editor = list->findChild<QLineEdit*>();
        QVERIFY(editor != nullptr); // its words are asked for in place
        editor->setText(QStringLiteral("slow <b>quote</b>"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(context_->notes().all().at(0).text, std::string("slow <b>quote</b>"));
        QCOMPARE(context_->notes().all().size(), size_t(1));
        context_->selection().setFocus(Focus::onService("checkout"));
        view->toggleBookmark();
        QCOMPARE(model->rowCount(), 2);
        view->toggleBookmark(); // a bookmark goes as it came
        QCOMPARE(model->rowCount(), 1);
        view->toggleBookmark();
        host->window.grab();
        view->findChild<QLineEdit*>()->setText(QStringLiteral("QUOTE"));
        QCOMPARE(model->rowCount(), 1);
        QCOMPARE(model->noteAt(0).target.focus.trace, trace);
        Q_EMIT list->clicked(model->index(0, 0));
        QCOMPARE(context_->selection().focus(), Focus::onTrace(trace));
        view->findChild<QLineEdit*>()->setText(QStringLiteral("nowhere"));
        QVERIFY(visibleWords(view).contains(QStringLiteral("No note says that")));
        view->findChild<QLineEdit*>()->clear();
        QCOMPARE(view->tabular()->rows.size(), size_t(2));
        QVERIFY(settle());

        // Another window, another day, and another import besides.
        host.reset();
        context_.reset();
        workspace_.reset();
        const auto path = std::filesystem::path(folder_->path().toStdString());
        demo::Options options;
        options.sessions = 5;
        options.seed = 9;
        workspace_ = Workspace::open(path / "shop.aisle", Workspace::Access::ReadWrite);
        ImportJob job(workspace_, {writeDemo(path / "more.jsonl", options)}, {});
        job.start();
        job.wait();
        open();
        QCOMPARE(context_->notes().all().size(), size_t(2));
        QVERIFY(context_->notes().hasTrace(*context_->table()->findTrace(trace)));
    }

    void removedAndHadBack() {
        Host<NotesView> host(QSize(700, 300), *context_);
        const NoteTarget target{{}, 1'700'000'000'000'000'000, 1'700'000'001'000'000'000};
        context_->notes().keep(target, "the sale began");
        auto* list = host.view->findChild<QTableView*>();
        list->setCurrentIndex(list->model()->index(0, 0));
        QTest::keyClick(list, Qt::Key_Return); // a range becomes the scope's
        QCOMPARE(context_->selection().scope().terms().at(0).kind, ScopeTerm::Kind::Time);
        list->setCurrentIndex(list->model()->index(0, 0));
        QTest::keyClick(list, Qt::Key_Delete);
        QVERIFY(context_->notes().all().empty());
        QTest::mouseClick(buttonWithText<QToolButton>(host.view, QStringLiteral("Undo")), Qt::LeftButton);
        QCOMPARE(context_->notes().all().size(), size_t(1));
        QCOMPARE(context_->notes().on(target)->text, std::string("the sale began"));
        QVERIFY(settle());
    }

    /// A bookmark that one window made took away the words that another one had kept on the same span, and each went on showing
    /// what it had read itself.
    void twoWindowsOfOneWorkspace() {
        ViewContext other;
        other.setWorkspace(workspace_);
        const NoteTarget target = *NoteTarget::of(Focus::onService("checkout"));
        other.notes().addBookmark(*NoteTarget::of(Focus::onService("cart"))); // before it has read any
        context_->notes().keep(target, "restarted at noon");
        other.notes().addBookmark(target);
        QVERIFY(settle());
        for (Notes* notes : {&context_->notes(), &other.notes()}) {
            QCOMPARE(notes->all().size(), size_t(2));
            QVERIFY(notes->on(target) != nullptr);
            QCOMPARE(notes->on(target)->text, std::string("restarted at noon"));
        }
        // "Save as" of the window that had only asked for a bookmark wrote the empty one over the words in the new file.
        const auto path = std::filesystem::path(folder_->path().toStdString()) / "copy.aisle";
        workspace_->saveCopy(path);
        workspace_ = Workspace::open(path, Workspace::Access::ReadWrite);
        context_->moveTo(workspace_);
        other.moveTo(workspace_);
        QVERIFY(settle());
        QCOMPARE(context_->notes().on(target)->text, std::string("restarted at noon"));
        other.notes().remove(target);
        QVERIFY(settle());
        QVERIFY(context_->notes().on(target) == nullptr);
    }

    /// What was kept in the moment before a window was closed was not written.
    void keptByAWindowThatIsClosed() {
        for (int i = 0; i < 20; ++i)
            context_->notes().keep(*NoteTarget::of(Focus::onService("service " + std::to_string(i))), "kept");
        context_.reset();
        QVERIFY(settle());
        open();
        QCOMPARE(context_->notes().all().size(), size_t(20));
    }

    /// "Save as" copies the workspace, and what was kept while it did so stayed in the old file.
    void keptWhileTheWorkspaceMoves() {
        context_->notes().addBookmark(*NoteTarget::of(Focus::onService("before")));
        QVERIFY(settle());
        const auto path = std::filesystem::path(folder_->path().toStdString()) / "copy.aisle";
        workspace_->saveCopy(path);
        context_->notes().keep(*NoteTarget::of(Focus::onService("meanwhile")), "x");
        context_->notes().remove(*NoteTarget::of(Focus::onService("before")));
        context_->moveTo(Workspace::open(path, Workspace::Access::ReadWrite));
        QVERIFY(settle());
        QCOMPARE(context_->notes().all().size(), size_t(1));
        workspace_ = context_->workspace();
        open();
        QCOMPARE(context_->notes().all().size(), size_t(1));
        QCOMPARE(context_->notes().all()[0].text, std::string("x"));
    }

    /// While a file is imported the table changes several times a second: each time the note that was being written was gone.
    void writtenWhileTheTableChanges() {
        Host<NotesView> host(QSize(700, 300), *context_);
        context_->selection().setFocus(Focus::onService("checkout"));
        host.view->edit();
        auto* list = host.view->findChild<QTableView*>();
        auto* editor = list->findChild<QLineEdit*>();
        QVERIFY(editor != nullptr);
        editor->setText(QStringLiteral("half a sen"));
        context_->setTable(context_->table(), true);
        context_->setTable(context_->table(), false);
        QVERIFY(settle());
        QCOMPARE(list->findChild<QLineEdit*>(), editor);
        QCOMPARE(editor->text(), QStringLiteral("half a sen"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(context_->notes().all().at(0).text, std::string("half a sen"));
        QVERIFY(settle());
    }

    void strangersNotes() {
        context_.reset();
        {
            const auto db = workspace_->connect();
            keepUserItem(*db, kNote, {NoteTarget::of(Focus::onService("a"))->toText(), std::string(9'999, 'x') + "\u00e9" + std::string(100'000, 'y'), 1});
            keepUserItem(*db, kNote, {NoteTarget::of(Focus::onService(std::string(100'000, 'b')))->toText(), "long", 2});
            keepUserItem(*db, kNote, {"{ nonsense", "odd", 3});
        }
        open();
        QCOMPARE(context_->notes().all().size(), size_t(1));
        QCOMPARE(context_->notes().all()[0].text, std::string(9'999, 'x')); // no half of a character
    }

    void markedInTheListOfTraces() {
        Host<TraceListView> host(QSize(900, 400), *context_);
        QVERIFY(settle());
        auto* model = host.view->findChild<TraceListModel*>();
        const SpanTablePtr table = context_->table();
        const TraceIndex trace = model->traceAt(3);
        const Row last = table->rowsOf(trace).back();
        context_->notes().keep(*NoteTarget::of(Focus::onSpan(*table, last)), "look here");
        QCOMPARE(model->index(3, TraceListModel::StartColumn).data(TraceListModel::NoteRole).toString(), QStringLiteral("look here"));
        QVERIFY(!model->index(2, TraceListModel::StartColumn).data(TraceListModel::NoteRole).isValid());
        QVERIFY(context_->notes().hasRow(last));
        host.window.grab();
        const auto exported = host.view->tabular();
        QCOMPARE(exported->columns.back().key, std::string("note"));
        QCOMPARE(std::get<std::string>(exported->rows[3].back().value), std::string("look here"));
        QVERIFY(settle());
    }

private:
    void open() {
        context_ = std::make_unique<ViewContext>();
        context_->notes(); // read from now on
        context_->setWorkspace(workspace_);
        QVERIFY(settle());
    }
    std::unique_ptr<QTemporaryDir> folder_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<ViewContext> context_;
};

AISLE_TEST_MAIN(TestNotes)
#include "tst_notes.moc"
