// What is worked out for all views of a window, and what they see when it fails.

#include "ui_fixture.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace aisle;
using namespace aisle::test;
using Term = ScopeTerm::Kind;

class TestViewContext : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        context_ = std::make_unique<ViewContext>();
        context_->setWorkspace(demoWorkspace(dir_->path(), 20));
        QVERIFY(settle());
    }
    void cleanup() {
        context_.reset();
        dir_.reset();
    }

    // When the graph could not be read, a scope with a call kept showing what the scope before had selected.
    void failedScopeSelectsNothingAndSaysWhy() {
        selection().addTerm(term(Term::Service, "payment"));
        QVERIFY(settle());
        QVERIFY(context_->scopeResult()->spanCount > 0);
        takeFileAway();
        QSignalSpy changed(context_.get(), &ViewContext::scopeResultChanged);
        selection().addTerm(term(Term::Edge, "checkout", "payment"));
        QVERIFY(settle());
        QCOMPARE(changed.count(), 1);
        const ScopeResult& result = *context_->scopeResult();
        QVERIFY(!result.everything);
        QCOMPARE(result.spanCount, uint64_t(0));
        QCOMPARE(result.traces.count(), size_t(0));
        QCOMPARE(result.traces.size(), size_t(context_->table()->traceSlots()));
        QCOMPARE(result.problems.size(), size_t(1));
        QVERIFY(!result.problems[0].empty());
    }

    // Old highlights stayed under the new focus: for as long as it was worked out, and for ever when that failed.
    void marksOfAnotherFocusGo() {
        selection().setFocus(Focus::onService("payment"));
        QVERIFY(settle());
        QVERIFY(context_->focusMatches()->traceCount > 0);
        selection().setFocus(Focus::onService("cart"));
        QCOMPARE(context_->focusMatches()->traceCount, uint64_t(0));
        QCOMPARE(context_->focusMatches()->rows.count(), size_t(0));
        QVERIFY(settle());
        QVERIFY(context_->focusMatches()->traceCount > 0);
        takeFileAway();
        QSignalSpy changed(context_.get(), &ViewContext::focusMatchesChanged);
        selection().setFocus(Focus::onEdge("checkout", "payment"));
        QVERIFY(settle());
        QCOMPARE(context_->focusMatches()->traceCount, uint64_t(0));
        QCOMPARE(changed.count(), 1);
    }

private:
    SelectionModel& selection() { return context_->selection(); }
    /// The next connection fails.
    void takeFileAway() { QVERIFY(QFile::remove(dir_->filePath(QStringLiteral("shop.aisle")))); }

    std::unique_ptr<QTemporaryDir> dir_;
    std::unique_ptr<ViewContext> context_;
};

QTEST_MAIN(TestViewContext)
#include "tst_view_context.moc"
