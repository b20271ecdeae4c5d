// What of a sequence diagram repeats and is folded, and unfolded again.

#include "sequence_fixture.h"
#include "sequence_invariants.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestSequenceLoops : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void loops() {
        Fixture f;
        f.span(1, 0, "cart", S, "GET", 0, 100);
        f.query(2, 1, "cart", "BEGIN", 1, 2);
        f.span(3, 1, "cart", I, "each", 5, 90); // every other query lies in a span of its own
        for (uint64_t i = 0; i < 6; ++i) {
            f.span(100 + i, 3, "cart", I, "item", static_cast<int64_t>(10 * i + 10), static_cast<int64_t>(10 * i + 19));
            f.query(10 + i, i % 2 == 0 ? 3 : 100 + i, "cart", "SELECT", static_cast<int64_t>(10 * i + 11), static_cast<int64_t>(10 * i + 14));
        }
        for (GraphFixture::Span& span : f.spans)
            span.isError = span.id == 12 || span.id == 15;
        f.query(30, 1, "cart", "COMMIT", 92, 93);
        const Model model(f);
        const SequenceDiagram d = model.diagram();
        compare(text(d), {"(user) -> cart: GET 0+100", "cart -> orders: BEGIN 1+1", "loop 6 {", "cart -> orders: SELECT 11+3 x6 !2", "}",
                          "cart -> orders: COMMIT 92+1", "(user) <- cart 100"});
        QCOMPARE(d.messages[2].total, 18);
        QCOMPARE(d.callsOf(d.messages[2]).back().start, kStart + 61);
        QCOMPARE(d.loops[0].start, kStart + 11);
        QCOMPARE(d.loops[0].end, kStart + 64);
        QCOMPARE(d.loops[0].period, 1U);
        QCOMPARE(d.loops[0].errors, uint64_t(2));
        QCOMPARE(model.table->id(d.loops[0].key), SpanId(10));
        const Tabular table = tabulate(d);
        QCOMPARE(table.rows.size(), size_t(4));
        QCOMPARE(std::get<int64_t>(table.rows[2][0].value), 11);
        QCOMPARE(std::get<std::string>(table.rows[2][1].value), std::string("cart"));
        QCOMPARE(std::get<std::string>(table.rows[2][2].value), std::string("orders"));
        QCOMPARE(std::get<std::string>(table.rows[2][3].value), std::string("SELECT"));
        QCOMPARE(table.rows[2][3].shown, std::string("  SELECT"));
        QCOMPARE(std::get<std::string>(table.rows[2][4].value), std::string("database"));
        QCOMPARE(std::get<int64_t>(table.rows[2][5].value), 18);
        QCOMPARE(std::get<int64_t>(table.rows[2][6].value), 6);
        QCOMPARE(std::get<int64_t>(table.rows[2][7].value), 2);
        QCOMPARE(std::get<int64_t>(table.rows[2][8].value), 1);
        QCOMPARE(table.columns.size(), table.rows[2].size());
        QVERIFY(table.notes.empty());

        SequenceOptions options;
        options.foldRepeats = false;
        options.expanded = {d.loops[0].key}; // there is nothing to expand
        const SequenceDiagram all = model.diagram(options);
        QCOMPARE(all.messages.size(), size_t(9));
        QVERIFY(all.loops.empty());
        for (const SequenceDiagram::Message& m : all.messages)
            QCOMPARE(m.expandedLoop, kNoRow);
    }

    void loopsWithAPeriod_data() {
        QTest::addColumn<QString>("calls");
        QTest::addColumn<QString>("expected");
        QTest::newRow("two") << "ABABAB" << "3(AB)";
        QTest::newRow("the rest") << "XABABABAY" << "X3(AB)AY";
        QTest::newRow("four") << "ABCDABCD" << "2(ABCD)";
        QTest::newRow("five is too long") << "ABCDEABCDE" << "ABCDEABCDE";
        QTest::newRow("the smallest period") << "AAAA" << "4(A)";
        QTest::newRow("the longest run") << "AABAABAAB" << "3(AAB)";
        QTest::newRow("one after the other") << "AAABBCACA" << "3(A)2(B)2(CA)";
        QTest::newRow("nothing repeats") << "ABC" << "ABC";
    }

    void loopsWithAPeriod() {
        QFETCH(QString, calls);
        QFETCH(QString, expected);
        Fixture f;
        f.span(1, 0, "cart", I, "run", 0, 1000);
        for (qsizetype i = 0; i < calls.size(); ++i)
            f.query(10 + static_cast<uint64_t>(i), 1, "cart", calls.mid(i, 1).toLatin1().constData(), 10 * i, 10 * i + 1);
        const SequenceDiagram d = Model(f).diagram();
        QString found;
        size_t loop = 0;
        for (uint32_t step = 0; step < d.steps.size(); ++step) {
            if (loop < d.loops.size() && d.loops[loop].firstStep == step)
                found += QString::number(d.loops[loop].iterations) + QLatin1Char('(');
            found += QString::fromStdString(d.messages[step].label);
            if (loop < d.loops.size() && d.loops[loop].endStep == step + 1) {
                QCOMPARE(d.loops[loop].period, d.loops[loop].endStep - d.loops[loop].firstStep);
                found += QLatin1Char(')');
                ++loop;
            }
        }
        QCOMPARE(found, expected);
    }

    void loopsInLoops() {
        Fixture f = orders();
        f.spans.back().isError = true;
        const Model model(f);
        const SequenceDiagram d = model.diagram();
        compare(text(d), {"loop 3 {", "batch -> shop: Order 10+80 x3", "loop 6 {", "shop -> orders: SELECT 20+5 x6 !1", "}",
                          "batch <- shop 90", "}"});
        QCOMPARE(d.loops[1].depth, 1U);
        QCOMPARE(d.loops[0].errors, uint64_t(1));
        QCOMPARE(d.loops[0].end, kStart + 290);
        verifySteps(d);
        verifyLoops(d);
    }

    void whatIsBelowMustBeAlike() {
        Fixture f = orders();
        f.query(900, 201, "shop", "INSERT", 185, 188);
        compare(text(Model(f).diagram()), {"batch -> shop: Order 10+80", "shop -> orders: SELECT 20+5", "batch <- shop 90",
                                           "batch -> shop: Order 110+80", "loop 3 {", "shop -> orders: SELECT 120+5 x3", "}",
                                           "shop -> orders: INSERT 185+3", "batch <- shop 190", "batch -> shop: Order 210+80",
                                           "loop 2 {", "shop -> orders: SELECT 220+5 x2", "}", "batch <- shop 290"});
        SequenceOptions options;
        options.maxDepth = 0; // nothing is below
        const SequenceDiagram d = Model(f).diagram(options);
        compare(text(d), {"loop 3 {", "batch -> shop: Order 10+80 x3", "batch <- shop 90", "}"});
        QCOMPARE(d.deeper, uint64_t(7));
        QCOMPARE(d.deeperErrors, uint64_t(0));
        QCOMPARE(d.maxDepth, 1U);
        compare(names(d), {"service:batch", "service:shop"});
        compare(notesOf(d), {"7 calls below those on show are not listed."});
    }

    void callsOfDifferentCallersAreNoLoop() {
        Fixture f;
        f.span(1, 0, "a", I, "one", 0, 50);
        f.query(2, 1, "a", "SELECT", 10, 15);
        f.span(3, 0, "a", I, "other root", 60, 90);
        f.query(4, 3, "a", "SELECT", 70, 75);
        for (uint64_t i = 0; i < 3; ++i) // users
            f.span(10 + i, 0, "front", S, "GET", static_cast<int64_t>(100 + 10 * i), static_cast<int64_t>(105 + 10 * i), 2 + i);
        for (const uint32_t groupFrom : {0U, 2U}) { // of the waterfall, which groups roots
            const SequenceDiagram d = Model(f, groupFrom).diagram();
            QVERIFY(d.loops.empty());
            QCOMPARE(d.messages.size(), size_t(5));
        }
        Fixture orphans; // their caller is the same, though it is missing
        orphans.query(2, 77, "a", "SELECT", 10, 15);
        orphans.query(4, 77, "a", "SELECT", 70, 75);
        compare(text(Model(orphans).diagram()), {"loop 2 {", "a -> orders: SELECT 0+5 x2", "}"});
    }

    void groupsOfTheWaterfallDoNotMatter() {
        Fixture f;
        for (uint64_t i = 1; i <= 3; ++i)
            f.query(i, 0, "a", "SELECT", static_cast<int64_t>(10 * i), static_cast<int64_t>(10 * i + 5)); // roots
        compare(text(Model(f, 2).diagram()), {"a -> orders: SELECT 0+5", "a -> orders: SELECT 10+5", "a -> orders: SELECT 20+5"});
        compare(text(Model(orders(), 2).diagram()), text(Model(orders()).diagram()));
        Fixture users;
        for (uint64_t i = 1; i <= 3; ++i)
            users.span(i, 0, "front", S, "GET", static_cast<int64_t>(10 * i), static_cast<int64_t>(10 * i + 5));
        QVERIFY(Model(users, 2).diagram().loops.empty());
    }

    void expanding() {
        const Model model(orders());
        const SequenceDiagram folded = model.diagram();
        SequenceOptions options;
        options.expanded = {folded.loops[0].key};
        const SequenceDiagram d = model.diagram(options);
        compare(text(d), {"batch -> shop: Order 10+80", "shop -> orders: SELECT 20+5", "batch <- shop 90", "batch -> shop: Order 110+80",
                          "loop 3 {", "shop -> orders: SELECT 120+5 x3", "}", "batch <- shop 190",
                          "batch -> shop: Order 210+80", "loop 2 {", "shop -> orders: SELECT 220+5 x2", "}", "batch <- shop 290"});
        QCOMPARE(d.messages[0].expandedLoop, folded.loops[0].key);
        QCOMPARE(d.messages[1].expandedLoop, kNoRow);
        QCOMPARE(d.messages[2].expandedLoop, folded.loops[0].key);
        // The inner one while the outer one is folded: the first order has one query only, and no loop of its own.
        options.expanded = {folded.loops[1].key};
        compare(text(model.diagram(options)), {"batch -> shop: Order 10+80", "shop -> orders: SELECT 20+5", "batch <- shop 90",
                                               "loop 2 {", "batch -> shop: Order 110+80 x2", "loop 5 {",
                                               "shop -> orders: SELECT 120+5 x5", "}",
                                               "batch <- shop 190", "}"});
        options.expanded.insert(d.loops[0].key);
        compare(text(model.diagram(options)), {"batch -> shop: Order 10+80", "shop -> orders: SELECT 20+5", "batch <- shop 90",
                                               "batch -> shop: Order 110+80", "shop -> orders: SELECT 120+5",
                                               "shop -> orders: SELECT 130+5", "shop -> orders: SELECT 140+5", "batch <- shop 190",
                                               "batch -> shop: Order 210+80", "loop 2 {", "shop -> orders: SELECT 220+5 x2", "}",
                                               "batch <- shop 290"});
    }

    // Another call while a loop runs is not in its frame.
    void whatHappensMeanwhile() {
        Fixture f;
        f.span(1, 0, "a", I, "run", 0, 100);
        f.query(2, 1, "a", "ONE", 10, 12);
        f.query(3, 1, "a", "TWO", 20, 22);
        f.query(4, 1, "a", "ONE", 30, 32);
        f.query(5, 1, "a", "TWO", 40, 42);
        f.span(6, 0, "b", I, "other", 15, 100);
        f.call(7, 6, "b", "c", "GET", 15, 35);
        compare(text(Model(f).diagram()), {"loop 2 {", "a -> orders: ONE 10+2 x2", "a -> orders: TWO 20+2 x2", "}", "b -> c: GET 15+20",
                                           "b <- c 35"});
    }

    // Two chains that are alike are folded, as deep as they are.
    void deepLoops() {
        constexpr uint64_t kDepth = 50'000;
        GraphFixture f;
        f.add(1, 1, 0, "root", I);
        for (uint64_t chain = 0; chain < 2; ++chain)
            for (uint64_t i = 0; i < kDepth; ++i)
                f.add(1, 2 + chain * kDepth + i, i == 0 ? 1 : 1 + chain * kDepth + i, i % 2 == 0 ? "a" : "b", S);
        const SpanTablePtr table = f.table();
        const GraphCalls calls(*table, {});
        SequenceOptions options;
        options.most = kDepth;
        const SequenceDiagram d = sequenceDiagram(*table, waterfall(*table, 0), calls, options);
        QCOMPARE(d.messages.size(), size_t(kDepth));
        QCOMPARE(d.calls.size(), size_t(2 * kDepth));
        QCOMPARE(d.loops.size(), size_t(1));
    }

    void sumsDoNotOverflow() {
        Fixture f;
        f.span(1, 0, "a", I, "run", 0, 10);
        for (uint64_t i = 0; i < 9; ++i)
            f.query(2 + i, 1, "a", "SELECT", static_cast<int64_t>(i), static_cast<int64_t>(i) + kMaxDuration);
        QCOMPARE(Model(f).diagram().messages[0].total, std::numeric_limits<int64_t>::max());
    }
};

QTEST_GUILESS_MAIN(TestSequenceLoops)
#include "tst_sequence_loops.moc"
