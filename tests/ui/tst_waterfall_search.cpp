// The search of the waterfall: words as a person types them, and every value at its span.

#include "model/workspace_fixture.h"
#include "query_bar/query_edit.h"
#include "waterfall_view_fixture.h"

#include <QLabel>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestWaterfallSearch : public QObject, protected WaterfallViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        aisle::test::failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() { open(); }
    void cleanup() { close(); }
    void searchCountsAndWalks();
    void searchFindsValues();
    void valuesThatAreOnlyInTheStore();
};

void TestWaterfallSearch::searchCountsAndWalks() {
    const SpanTablePtr table = shop();
    show(table, Focus::onTrace({0, 1}));
    view_->collapseAll();
    view_->openSearch();
    auto* line = view_->findChild<QueryEdit*>();
    QVERIFY(line->isVisible());
    QTest::keyClicks(line, QStringLiteral("sh"));
    const auto count = [&] {
        QStringList all;
        for (const auto* label : view_->findChildren<QLabel*>())
            all << label->text();
        return all.join(QLatin1Char(' '));
    };
    QTRY_VERIFY2(count().contains(QStringLiteral("1 of 1 span")), qPrintable(count()));
    QCOMPARE(view_->visibleRows()[view_->visibleRows().lineOf(3)], NodeIndex(3)); // revealed
    line->clear();
    QTest::keyClicks(line, QStringLiteral("p")); // POST, PlaceOrder, payment, shipping
    QTRY_VERIFY2(count().contains(QStringLiteral("of 4 spans")), qPrintable(count()));
    QTest::keyClick(line, Qt::Key_Return);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(context_->selection().focus(), Focus::onSpan(*table, 2));
    QTest::keyClick(line, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(context_->selection().focus(), Focus::onSpan(*table, 1));
    QCOMPARE(view_->frame().matchMarks.size(), size_t(4));
    line->setText(QStringLiteral("resource.service.name = \"payment\" && status = error && duration > 10ms"));
    QTRY_VERIFY2(count().contains(QStringLiteral("1 of 1 span")), qPrintable(count()));
    line->setText(QStringLiteral("name = \"open"));
    QTRY_VERIFY(count().contains(QStringLiteral("A quote is not closed.")));
    line->setText(QStringLiteral("service = \"payment\""));
    QTRY_VERIFY2(count().contains(QStringLiteral("did you mean resource.service.name?")), qPrintable(count()));
    line->setText(QStringLiteral("nothing at all"));
    QTRY_VERIFY(count().contains(QStringLiteral("No span matches")));
    QTest::keyClick(line, Qt::Key_Escape);
    QVERIFY(!line->isVisible());
}

// The values of attributes were not searched.
void TestWaterfallSearch::searchFindsValues() {
    const QTemporaryDir folder;
    const auto workspace = aisle::test::demoWorkspace(folder.path(), 60);
    context_->setWorkspace(workspace);
    const SpanTablePtr table = context_->table();
    TraceIndex most = 0;
    for (TraceIndex t = 0; t < table->traceSlots(); ++t)
        if (table->summary(t).spans > table->summary(most).spans)
            most = t;
    context_->selection().setFocus(Focus::onTrace(table->traceId(most)));
    QVERIFY(aisle::test::settle());
    view_->openSearch();
    auto* line = view_->findChild<QueryEdit*>();
    const auto db = workspace->connect();
    // Each value of a few spans is found at its span, by itself and with its key.
    int tried = 0;
    for (const NodeIndex node : view_->data()->tree.byRow) {
        const Row row = view_->data()->tree.nodes[node].row;
        for (const AttributeValue& a : readSpan(*db, *table, row).attributes) {
            if (a.value.empty() || a.value.find_first_of("\"\\") != std::string::npos || ++tried > 40)
                continue;
            for (const QString& words : {QStringLiteral("\"%1\"").arg(QString::fromStdString(a.value)),
                                         QStringLiteral("span.%1 = \"%2\"").arg(QString::fromStdString(a.key), QString::fromStdString(a.value))}) {
                line->setText(words);
                QVERIFY(aisle::test::settle());
                bool isFound = false;
                for (const WaterfallRow& row2 : view_->frame().rows)
                    isFound = isFound || (row2.isMatch && row2.node == node);
                if (!isFound) { // not in sight: walk to it
                    for (int i = 0; i < 200 && view_->selectedNode() != node; ++i)
                        QTest::keyClick(line, Qt::Key_Return);
                    isFound = view_->selectedNode() == node;
                }
                QVERIFY2(isFound, qPrintable(words));
            }
        }
    }
    QVERIFY(tried > 10);
}

// A value of more than 256 bytes stays in the store: looking for anything ended the program, because one argument of a call took
// away what the other one read.
void TestWaterfallSearch::valuesThatAreOnlyInTheStore() {
    WorkspaceFixture fixture;
    const auto workspace = fixture.open();
    WorkspaceFixture::add(*workspace, "a.json", [&](SpanSink& sink) {
        for (SpanId id = 1; id <= 3; ++id) {
            SpanRecord span;
            span.trace.id = TraceId{0, 1};
            span.span.id = id;
            span.name = "op";
            span.start = kStart + static_cast<int64_t>(id);
            span.duration = kMs;
            span.context = serviceContext(sink, "shop", "shop-1");
            const Pairs pairs{{"long", std::string(400, 'x') + (id == 2 ? "needle" : "hay")}};
            span.attributes = aisle::test::attributes(pairs);
            sink.span(span);
        }
    });
    context_->setWorkspace(workspace);
    context_->selection().setFocus(Focus::onTrace({0, 1}));
    QVERIFY(settle());
    view_->openSearch();
    auto* line = view_->findChild<QueryEdit*>();
    QTest::keyClicks(line, QStringLiteral("needle"));
    QVERIFY(settle());
    QVERIFY(visibleWords(view_.get()).contains(QStringLiteral("1 of 1 span")));
    line->setText(QStringLiteral("x"));
    QVERIFY(settle());
    QVERIFY(visibleWords(view_.get()).contains(QStringLiteral("of 3 spans")));
}

AISLE_TEST_MAIN(TestWaterfallSearch)
#include "tst_waterfall_search.moc"
