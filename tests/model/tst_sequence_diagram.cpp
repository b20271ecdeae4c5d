// Which calls a sequence diagram has, from whom, to whom and in what order, and which are left out where there are too many.

#include "sequence_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestSequenceDiagram : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothing() {
        const Model model{Fixture()};
        const SequenceDiagram d = model.diagram();
        QVERIFY(d.participants.empty() && d.messages.empty() && d.steps.empty());
        QVERIFY(tabulate(d).rows.empty());
        QCOMPARE(mermaidSequence(d, Redactor()), std::string("sequenceDiagram\n"));
    }

    void aServiceThatCallsNobody() {
        Fixture f;
        f.span(1, 0, "batch", I, "run", 0, 10);
        const SequenceDiagram d = Model(f).diagram();
        compare(names(d), {"service:batch"});
        QVERIFY(d.messages.empty());
    }

    void clientsAndServers() {
        Fixture f;
        f.span(1, 0, "front", S, "GET /", 0, 100);
        f.call(2, 1, "front", "cart", "GetCart", 10, 60);
        f.span(4, 1, "front", C, "caller's name", 70, 90);
        f.span(5, 4, "price", S, "callee's name", 75, 85).isError = true;
        const SequenceDiagram d = Model(f).diagram();
        compare(names(d), {"user:(user)", "service:front", "service:cart", "service:price"});
        compare(text(d), {"(user) -> front: GET / 0+100", "front -> cart: GetCart 10+50", "front <- cart 60",
                          "front -> price: callee's name 70+20 !1", "front <- price 90", "(user) <- front 100"});
        compare(bars(d), {"front 0-100 level 0", "cart 11-59 level 0", "price 75-85 level 0"});
        QCOMPARE(d.calls[0].client, kNoRow);
        QCOMPARE(d.calls[0].server, Row(0));
        QCOMPARE(d.calls[1].client, Row(1));
        QCOMPARE(d.calls[1].server, Row(2));
        QCOMPARE(d.messages[0].depth, 0U);
        QCOMPARE(d.messages[2].depth, 1U);
        QCOMPARE(d.maxDepth, 1U);
        QCOMPARE(d.start, kStart);
        QCOMPARE(d.end, kStart + 100);
    }

    void internalSpansBetween() {
        Fixture f;
        f.span(1, 0, "front", I, "job", 0, 100);
        f.span(2, 1, "front", C, "call", 10, 60);
        f.span(3, 2, "front", I, "socket", 11, 59);
        f.span(4, 3, "cart", S, "serve", 20, 50);
        f.span(5, 4, "cart", I, "work", 21, 49);
        f.query(6, 5, "cart", "SELECT", 25, 30);
        f.span(7, 1, "mail", I, "without a client", 70, 80);
        const SequenceDiagram d = Model(f).diagram();
        compare(text(d), {"front -> cart: serve 10+50", "cart -> orders: SELECT 25+5", "front <- cart 60",
                          "front -> mail: without a client 70+10", "front <- mail 80"});
        compare(names(d), {"service:front", "service:cart", "database:orders", "service:mail"});
        compare(bars(d), {"cart 20-50 level 0", "orders 25-30 level 0", "mail 70-80 level 0"});
        QCOMPARE(d.messages[1].kind, ServiceGraph::EdgeKind::Database);
        QVERIFY(!d.messages[1].hasReturn);
        QCOMPARE(d.messages[1].depth, 1U);
    }

    void messagesGoThroughTheQueue() {
        Fixture f;
        f.span(1, 0, "shop", I, "order", 0, 20);
        f.span(2, 1, "shop", P, "send", 5, 8).attributes = {{"messaging.destination.name", "orders"}};
        f.span(3, 2, "mail", Q, "process", 50, 90);
        f.query(4, 3, "mail", "SELECT", 60, 70);
        const SequenceDiagram d = Model(f).diagram();
        compare(text(d), {"shop ~> orders: send 5+3", "orders ~> mail: process 50+40", "mail -> orders (database): SELECT 60+10"});
        compare(names(d), {"service:shop", "queue:orders", "service:mail", "database:orders (database)"});
        compare(bars(d), {"orders 5-8 level 0", "mail 50-90 level 0", "orders (database) 60-70 level 0"});
        QCOMPARE(d.calls[1].client, Row(1));
        QCOMPARE(d.calls[1].server, Row(2));
        QCOMPARE(d.messages[1].depth, 0U);
        QCOMPARE(d.messages[2].depth, 1U);
    }

    void consumersOfOtherTraces() {
        Fixture f;
        f.span(1, 0, "shop", P, "send", 0, 3, 1).attributes = {{"messaging.destination.name", "orders"}};
        f.span(2, 0, "mail", Q, "process", 50, 90, 2).links = {{1, 1}};
        f.span(3, 0, "shop", P, "send directly", 100, 103, 3);
        f.span(4, 0, "bill", Q, "process", 150, 190, 4).links = {{3, 3}};
        Model model(f);
        compare(text(model.diagram()), {"shop ~> orders: send 0+3", "orders ~> mail: process 50+40", "shop ~> bill: process 100+3"});
        model.show({1, 3}); // the consumers' only: the diagram begins with them
        compare(text(model.diagram()), {"orders ~> mail: process 0+40", "shop ~> bill: process 100+40"});
        QCOMPARE(model.diagram().calls[0].client, Row(0));
    }

    void messagesWithoutAProducer() {
        Fixture f;
        f.span(1, 0, "shop", I, "order", 0, 20);
        f.span(2, 1, "mail", Q, "process", 50, 90).attributes = {{"messaging.destination.name", "orders"}};
        const SequenceDiagram d = Model(f).diagram();
        compare(text(d), {"shop ~> orders: process 50+40", "orders ~> mail: process 50+40"});
        compare(bars(d), {"mail 50-90 level 0"});
    }

    // All of them would be lines of their own: a consumer that takes a batch is the root of its trace as a rule.
    void batches() {
        Fixture f;
        for (uint64_t i = 1; i <= 5; ++i)
            f.span(i, 0, "shop", P, "send", static_cast<int64_t>(i), static_cast<int64_t>(i + 1), i).attributes = {{"messaging.destination.name",
            "orders"}};
        f.span(10, 0, "mail", Q, "process", 50, 90, 10).links = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}};
        f.query(11, 10, "mail", "SELECT", 60, 70);
        f.spans.back().trace = 10;
        Model model(f);
        const auto trace = model.table->findTrace({0, 10});
        model.show({*trace});
        const SequenceDiagram d = model.diagram();
        compare(text(d), {"loop 5 {", "orders ~> mail: process 0+40 x5", "}", "mail -> orders (database): SELECT 10+10"});
        compare(bars(d), {"mail 0-40 level 0", "orders (database) 10-20 level 0"});
        QCOMPARE(model.unfolded().messages.size(), size_t(6));
        compare(bars(model.unfolded()), bars(d)); // five messages lead to one span
    }

    // An edge is synchronous as soon as one of its calls is.
    void messagesBesideCalls() {
        Fixture f;
        f.span(1, 0, "shop", I, "order", 0, 100);
        f.call(2, 1, "shop", "mail", "Render", 10, 20);
        f.span(4, 1, "shop", P, "send", 30, 35);
        f.span(5, 4, "mail", Q, "process", 50, 90);
        compare(text(Model(f).diagram()), {"shop -> mail: Render 10+10", "shop <- mail 20", "shop ~> mail: process 30+5"});
    }

    void selfCalls() {
        Fixture f;
        f.span(1, 0, "jobs", I, "run", 0, 100);
        f.span(2, 1, "jobs", P, "later", 10, 12);
        f.span(3, 2, "jobs", Q, "now", 50, 60);
        f.span(4, 1, "jobs", C, "call", 70, 90).attributes = {{"peer.service", "jobs"}};
        const SequenceDiagram d = Model(f).diagram();
        compare(names(d), {"service:jobs"});
        // As the edge has calls, it is synchronous; the message is none.
        compare(text(d), {"jobs ~> jobs: now 10+2", "jobs -> jobs: call 70+20", "jobs <- jobs 90"});
        compare(bars(d), {"jobs 50-60 level 0", "jobs 70-90 level 0"}); // without a span of the callee the caller's
    }

    void redirects() {
        Fixture f;
        f.span(1, 0, "front", S, "GET", 0, 100);
        f.span(2, 1, "front", C, "call", 10, 60);
        f.span(3, 2, "cart", S, "moved", 15, 20);
        f.span(4, 2, "cart", S, "here", 40, 55);
        f.span(5, 2, "price", S, "too", 56, 58);
        compare(text(Model(f).diagram()), {"(user) -> front: GET 0+100", "front -> cart: moved 15+5", "front <- cart 20",
                                           "front -> cart: here 40+15", "front <- cart 55",
                                           "front -> price: too 56+2", "front <- price 58", "(user) <- front 100"});
    }

    void atOneTime() {
        Fixture f;
        f.span(1, 0, "a", S, "one", 0, 50);
        f.span(2, 1, "b", S, "two", 0, 20);
        f.span(3, 2, "c", S, "three", 0, 20);
        f.span(4, 1, "b", S, "four", 20, 20);
        f.span(5, 4, "c", S, "five", 20, 20);
        f.span(6, 1, "b", S, "six", 20, 50);
        compare(text(Model(f).diagram()), {"(user) -> a: one 0+50", "a -> b: two 0+20", "b -> c: three 0+20", "b <- c 20", "a <- b 20",
                                           "a -> b: six 20+30", "a -> b: four 20+0", "b -> c: five 20+0",
                                           "b <- c 20", "a <- b 20", "a <- b 50", "(user) <- a 50"});
    }

    // What leads to the queue comes first, even where the consumer's trace does; then what the consumer calls.
    void atOneTimeThroughAQueue() {
        Fixture f;
        f.span(1, 0, "shop", P, "send", 50, 60, 5).attributes = {{"messaging.destination.name", "orders"}};
        f.span(2, 0, "mail", Q, "process", 50, 90, 2).links = {{5, 1}};
        f.query(3, 2, "mail", "SELECT", 50, 51);
        f.spans.back().trace = 2;
        compare(text(Model(f).diagram()), {"shop ~> orders: send 0+10", "orders ~> mail: process 0+40", "mail -> orders (database): SELECT 0+1"});
    }

    void timesThatAreNotKnown() {
        Fixture f;
        f.span(1, 0, "a", I, "root", 0, 50);
        auto& unfinished = f.span(2, 1, "b", S, "no end", 10, 10);
        unfinished.flags = kUnfinished;
        auto& negative = f.span(3, 1, "c", S, "ends before", 20, 15);
        negative.flags = kNegative;
        auto& timeless = f.span(4, 1, "d", S, "no start", 30, 35);
        timeless.start = 0;
        timeless.flags = kNoStart;
        const SequenceDiagram d = Model(f).diagram();
        compare(text(d), {"a -> d: no start 0+5", "a -> b: no end 10+0", "a -> c: ends before 20+0"});
        compare(bars(d), {"b 10-10 level 0", "c 20-20 level 0"});
        const Tabular table = tabulate(d);
        QVERIFY(std::holds_alternative<std::monostate>(table.rows[0][0].value)); // no offset
        QCOMPARE(std::get<int64_t>(table.rows[1][0].value), 10);
        QVERIFY(std::holds_alternative<std::monostate>(table.rows[1][5].value)); // no duration
    }

    void barsOfOneParticipantOverlap() {
        Fixture f;
        f.span(1, 0, "a", I, "root", 0, 100);
        f.span(2, 1, "b", S, "one", 0, 40);
        f.span(3, 1, "b", S, "two", 10, 60);
        f.span(4, 3, "b", I, "within", 11, 59);
        f.span(5, 1, "b", S, "three", 20, 30);
        f.span(6, 1, "b", S, "four", 40, 50);
        f.span(7, 1, "b", S, "five", 45, 50);
        compare(bars(Model(f).diagram()), {"b 0-40 level 0", "b 10-60 level 1", "b 20-30 level 2", "b 40-50 level 0", "b 45-50 level 2"});
    }

    void otherClocks() {
        Fixture f;
        f.span(1, 0, "front", I, "run", 0, 100);
        f.span(2, 1, "cart", S, "first", 10, 20);
        f.span(3, 1, "price", S, "second", 30, 40);
        const Model model(f);
        auto shifts = std::make_shared<std::vector<int64_t>>(model.table->contextCount(), 0);
        (*shifts)[model.table->context(1)] = 50;
        const std::vector<TraceIndex> traces{0};
        const SpanTablePtr table = model.table->withClocks(shifts, traces);
        compare(text(sequenceDiagram(*table, waterfall(*table, traces), *model.calls)),
                {"front -> price: second 30+10", "front <- price 40", "front -> cart: first 60+10", "front <- cart 70"});
    }

    void tooManyMessages() {
        Fixture f;
        f.span(1, 0, "a", S, "run", 0, 1000);
        for (uint64_t i = 0; i < 10; ++i)
            f.query(10 + i, 1, "a", ("q" + std::to_string(i)).c_str(), static_cast<int64_t>(10 * i + 10), static_cast<int64_t>(11 * i + 11));
        f.spans[3].isError = true;   // q2
        f.call(50, 1, "a", "b", "GET", 200, 208);
        f.query(60, 51, "b", "deep and long", 201, 300);
        f.query(61, 51, "b", "deep and failed", 206, 207);
        f.spans.back().isError = true;
        for (uint64_t i = 0; i < 3; ++i)
            f.query(70 + i, 51, "b", "short", 208, 209);
        const Model model(f);
        SequenceOptions options;
        options.most = 5;
        const SequenceDiagram d = model.diagram(options);
        compare(text(d), {"(user) -> a: run 0+1000", "a -> orders: q2 30+3 !1", "a -> orders: q8 90+9", "a -> orders: q9 100+10",
                          "b -> orders: deep and failed 206+1 !1", "(user) <- a 1000"});
        QCOMPARE(d.leftOut, uint64_t(7 + 1 + 1 + 3)); // a call for each that a message stands for
        QCOMPARE(d.leftOutErrors, uint64_t(0));
        QVERIFY(d.loops.empty());
        QCOMPARE(d.calls.size(), size_t(5));
        options.most = 1;
        const SequenceDiagram one = model.diagram(options);
        compare(text(one), {"a -> orders: q2 30+3 !1"});
        compare(names(one), {"service:a", "database:orders"});
        QCOMPARE(one.leftOutErrors, uint64_t(1));
        compare(notesOf(one), {"16 more calls are left out, 1 of them failed: failed ones come first, then the less nested, then the longest."});
        compare(tabulate(one).notes, notesOf(one));
        options.maxDepth = 1;
        QCOMPARE(model.diagram(options).deeper, uint64_t(5));
        QCOMPARE(model.diagram(options).deeperErrors, uint64_t(1));
        QCOMPARE(model.diagram(options).leftOut, uint64_t(11));
    }

    void deepChains() {
        constexpr uint32_t kDepth = 100'000;
        GraphFixture f;
        for (uint64_t id = 1; id <= kDepth; ++id) {
            auto& span = f.add(1, id, id - 1, id % 2 == 0 ? "a" : "b", S);
            span.start = kStart + static_cast<int64_t>(id);
            span.duration = 2 * (kDepth - static_cast<int64_t>(id)) + 1;
        }
        f.spans.back().isError = true;
        const SpanTablePtr table = f.table();
        const GraphCalls calls(*table, {});
        const Waterfall tree = waterfall(*table, 0);
        SequenceOptions options;
        options.most = kDepth;
        const SequenceDiagram all = sequenceDiagram(*table, tree, calls, options);
        QCOMPARE(all.messages.size(), size_t(kDepth));
        QCOMPARE(all.messages.back().depth, kDepth - 1);
        QCOMPARE(all.steps.size(), size_t(2 * kDepth));
        QCOMPARE(all.steps.back().message, 0U);
        const SequenceDiagram d = sequenceDiagram(*table, tree, calls);
        QCOMPARE(d.messages.size(), size_t(2000));
        QCOMPARE(d.messages[1998].depth, 1998U);
        QCOMPARE(d.messages[1999].depth, kDepth - 1); // failed
        QCOMPARE(d.leftOut, uint64_t(kDepth - 2000));
    }

    void wideFans() {
        constexpr uint64_t kCalls = 200'000;
        GraphFixture f;
        f.add(1, 1, 0, "a", I);
        for (uint64_t i = 0; i < kCalls; ++i) {
            f.add(1, 2 + i, 1, "b", S).name = i % 4 == 3 && i < kCalls / 2 ? "other" : "op";
            f.spans.back().isError = i % 1000 == 0;
        }
        const SpanTablePtr table = f.table();
        const GraphCalls calls(*table, {});
        const SequenceDiagram d = sequenceDiagram(*table, waterfall(*table, 0), calls);
        QCOMPARE(d.loops.size(), size_t(2));
        QCOMPARE(d.loops[0].period, 4U);
        QCOMPARE(d.loops[1].period, 1U);
        QCOMPARE(d.loops[0].errors + d.loops[1].errors, uint64_t(200));
    }

    void stops() {
        const Model model(orders());
        StopToken stop;
        stop.stop();
        bool stopped = false;
        try {
            sequenceDiagram(*model.table, model.tree, *model.calls, {}, stop);
        } catch (const Stopped&) {
            stopped = true;
        }
        QVERIFY(stopped);
    }
};

QTEST_GUILESS_MAIN(TestSequenceDiagram)
#include "tst_sequence_diagram.moc"
