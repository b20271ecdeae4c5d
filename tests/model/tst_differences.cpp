// What is different about a selection: intervals of the literature, a shop worked out by hand, and that chance is no finding.

#include "analysis/differences.h"
#include "analysis/proportions.h"
#include "store/indexes.h"
#include "workspace_fixture.h"

#include <QTest>

#include <cmath>
#include <map>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

struct Shop {
    WorkspaceFixture files;
    std::shared_ptr<Workspace> workspace = files.open();
    traceql::Context context() const {
        traceql::Context out{workspace->table()};
        out.attributes = std::make_shared<traceql::DictionarySource>(workspace, out.table);
        return out;
    }
    ScopeResult select(const char* text) const {
        traceql::ParseError error;
        const auto scope = Scope::parse(text, error);
        if (!scope)
            qFatal("%s", error.message.c_str());
        return evaluate(*scope, context());
    }
};

const Difference* find(const Differences& d, const std::string& field, const std::string& value) {
    for (const Difference& one : d.found)
        if (one.field.name == field && one.value == value)
            return &one;
    return nullptr;
}

} // namespace

class TestDifferences : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Newcombe 1998, table II, method 10.
    void intervals_data() {
        QTest::addColumn<QList<double>>("given");
        QTest::newRow("56/70 - 48/80") << QList<double>{56, 70, 48, 80, 0.0524, 0.3339};
        QTest::newRow("9/10 - 3/10") << QList<double>{9, 10, 3, 10, 0.1705, 0.8090};
        QTest::newRow("6/7 - 2/7") << QList<double>{6, 7, 2, 7, 0.0582, 0.8062};
        QTest::newRow("5/56 - 0/29") << QList<double>{5, 56, 0, 29, -0.0381, 0.1926};
        QTest::newRow("0/10 - 0/20") << QList<double>{0, 10, 0, 20, -0.1611, 0.2775};
        QTest::newRow("10/10 - 0/20") << QList<double>{10, 10, 0, 20, 0.6791, 1.0};
    }
    void intervals() {
        QFETCH(QList<double>, given);
        const Interval found = differenceInterval(static_cast<uint64_t>(given[0]), static_cast<uint64_t>(given[1]), static_cast<uint64_t>(given[2]), static_cast<uint64_t>(given[3]), normalQuantile(0.05));
        QVERIFY2(std::abs(found.low - given[4]) < 6e-5 && std::abs(found.high - given[5]) < 6e-5, qPrintable(QStringLiteral("%1 %2").arg(found.low).arg(found.high)));
    }
    void quantiles() {
        QVERIFY(std::abs(normalQuantile(0.05) - 1.959964) < 1e-6);
        QVERIFY(std::abs(normalQuantile(0.05 / 1000) - 4.055627) < 1e-6);
    }

    /// 40 of 60 failing checkouts are of version 2, 10 of 140 of the others.
    void byHand() {
        Shop shop;
        WorkspaceFixture::add(*shop.workspace, "a.json", [](SpanSink& sink) {
            std::map<std::string, ContextHandle> contexts;
            for (const char* version : {"1", "2"}) {
                ContextRecord record;
                record.resource = {{"service.name", ValueType::String, "checkout"}, {"service.version", ValueType::String, version}};
                contexts[version] = sink.context(record);
            }
            for (uint64_t i = 0; i < 200; ++i) {
                const bool fails = i < 60, isSecond = fails ? i < 40 : i < 70;
                const std::string order = "order-" + std::to_string(i);
                SpanRecord s;
                for (SpanId id = 1; id <= 3; ++id) { // three spans are one observation
                    s.clear();
                    s.trace.id = {0, i + 1};
                    s.span.id = id;
                    s.parent.id = id - 1;
                    s.context = contexts[isSecond ? "2" : "1"];
                    s.name = "pay";
                    s.status = fails ? Status::Error : Status::Ok;
                    s.attributes = {{"card", ValueType::String, i % 2 == 0 ? "visa" : "amex"}, {"order.id", ValueType::String, order}, {"retry", ValueType::Bool, fails ? "true" : "false"}};
                    sink.span(s);
                }
            }
        });
        const Differences d = differences(shop.context(), shop.select("status = error"), {});
        QCOMPARE(d.selected, uint64_t(60));
        QCOMPARE(d.others, uint64_t(140));
        const Difference* second = find(d, "service.version", "2");
        QVERIFY(second != nullptr && second->isClear());
        QCOMPARE(second->selected, uint64_t(40));
        QCOMPARE(second->others, uint64_t(10));
        QCOMPARE(second->selectedSpans, uint64_t(120));
        QVERIFY(std::abs(second->share - 40.0 / 60) < 1e-9 && std::abs(second->otherShare - 10.0 / 140) < 1e-9);
        QVERIFY(second->low < second->share - second->otherShare && second->share - second->otherShare < second->high);
        const Difference* visa = find(d, "card", "visa");
        QVERIFY(visa != nullptr && !visa->isClear());
        QCOMPARE(visa->certainty(), 0.0);
        QCOMPARE(find(d, "order.id", "order-1"), nullptr); // too few to say anything
        // What defines the selection comes first, then what goes together with it.
        QCOMPARE(d.found[0].certainty(), find(d, "span:status", "error")->certainty());
        QCOMPARE(second->condition(), std::string("resource.service.version = \"2\""));
        QCOMPARE(second->condition(true), std::string("!(resource.service.version = \"2\")"));
        QCOMPARE(find(d, "retry", "true")->condition(), std::string("span.retry = true"));
        // The conditions say what was counted, and filter to it.
        for (const Difference& one : d.found) {
            traceql::ParseError error;
            QVERIFY2(Scope::parse("{ " + one.condition() + " }", error), error.message.c_str());
            if (!one.isPresence)
                QCOMPARE(shop.select(("{ " + one.condition() + " && status = error }").c_str()).spanCount, one.selectedSpans);
        }
        const Tabular table = tabulate(d);
        QCOMPARE(table.rows.size(), d.found.size());
    }

    /// Among two hundred attributes that have nothing to do with it none is found, in nineteen of twenty files.
    void chanceIsNoFinding() {
        std::mt19937 random(5);
        int wrong = 0;
        constexpr int kFiles = 40;
        for (int file = 0; file < kFiles; ++file) {
            Shop shop;
            WorkspaceFixture::add(*shop.workspace, "a.json", [&](SpanSink& sink) {
                std::vector<std::string> keys;
                for (int k = 0; k < 20; ++k)
                    keys.push_back("key." + std::to_string(k));
                const ContextHandle context = serviceContext(sink, "shop");
                for (uint64_t i = 0; i < 150; ++i) {
                    SpanRecord s;
                    s.trace.id = {0, i + 1};
                    s.span.id = 1;
                    s.context = context;
                    s.name = i < 50 ? "bad" : "good";
                    static const char* const kValues[] = {"a", "b", "c", "d", "e"};
                    for (const std::string& key : keys)
                        s.attributes.push_back({key, ValueType::String, kValues[random() % 5]});
                    sink.span(s);
                }
            });
            const Differences d = differences(shop.context(), shop.select("name = \"bad\""), {});
            wrong += std::any_of(d.found.begin(), d.found.end(), [](const Difference& one) { return one.isClear() && one.field.name.starts_with("key."); });
        }
        QVERIFY2(wrong <= kFiles / 10, qPrintable(QString::number(wrong)));
    }

    /// Compared are whole traces: failing spans differ from other kinds of spans in everything that they are. Filtering to a value
    /// finds the traces that were counted, leaving it out the others.
    void ofWholeTraces() {
        Shop shop;
        WorkspaceFixture::add(*shop.workspace, "a.json", [](SpanSink& sink) {
            const ContextHandle web = serviceContext(sink, "web"), db = serviceContext(sink, "db");
            for (uint64_t i = 0; i < 100; ++i) {
                SpanRecord s;
                s.trace.id = {0, i + 1};
                s.span.id = 1;
                s.context = web;
                s.name = "POST";
                s.status = i < 40 ? Status::Error : Status::Ok;
                s.attributes = {{"card", ValueType::String, i % 4 == 0 ? "visa" : i < 40 ? "amex" : "visa"}};
                sink.span(s);
                s.clear();
                s.trace.id = {0, i + 1};
                s.span.id = 2;
                s.parent.id = 1;
                s.context = db;
                s.name = "SELECT";
                sink.span(s);
            }
        });
        const ScopeResult failed = shop.select("status = error");
        const Differences d = differences(shop.context(), failed, {});
        QCOMPARE(d.selected, uint64_t(40));
        QCOMPARE(d.others, uint64_t(60));
        QVERIFY(!find(d, "span:name", "SELECT")->isClear()); // in every trace
        QVERIFY(find(differences(shop.context(), failed, {}, DifferencesOf::Spans), "span:name", "SELECT")->isClear());
        const Difference* amex = find(d, "card", "amex");
        QVERIFY(amex->isClear());
        traceql::ParseError error;
        const Scope scope = *Scope::parse("status = error", error);
        QCOMPARE(evaluate(scope.withTraces(amex->condition(), false), shop.context()).traceCount, amex->selected);
        QCOMPARE(evaluate(scope.withTraces(amex->condition(), true), shop.context()).traceCount, 40 - amex->selected);
        QCOMPARE(evaluate(Scope().withTraces(amex->condition(), true), shop.context()).traceCount, 100 - amex->selected - amex->others);
        QCOMPARE(scope.withTraces(amex->condition(), true).toText(), std::string("aisle:trace({ span:status = error } && !{ span.card = \"amex\" })"));
    }

    /// Counts beside counting span by span, with other baselines, through postings and without.
    void countsAreThoseOfTheSpans() {
        std::mt19937 random(9);
        Shop shop;
        for (const char* name : {"before.json", "after.json"})
            WorkspaceFixture::add(*shop.workspace, name, [&](SpanSink& sink) {
                const ContextHandle context = serviceContext(sink, "shop");
                for (uint64_t i = 0; i < 300; ++i) {
                    SpanRecord s;
                    s.trace.id = {name[0] == 'b' ? 1U : 2U, random() % 60 + 1};
                    s.span.id = i + 1;
                    s.context = context;
                    s.name = random() % 3 == 0 ? "a" : "b";
                    if (random() % 2 == 0)
                        s.attributes.push_back({"x", ValueType::Int, random() % 2 == 0 ? "1" : "2"});
                    sink.span(s);
                }
            });
        traceql::ParseError error;
        const Scope before = *Scope::parse("{ aisle:file = \"before.json\" }", error);
        for (const bool indexed : {false, true}) {
            if (indexed)
                buildIndexes(*shop.workspace->connect(), shop.workspace->table());
            for (const bool everything : {false, true}) {
                const ScopeResult selected = everything ? shop.select("") : shop.select("name = \"a\"");
                const SpanTablePtr table = shop.workspace->table();
                const RowSet others = evaluate(before, shop.context()).spans;
                std::set<TraceIndex> here, there, hereWithOne, thereWithOne;
                RowSet ones = shop.select(".x = 1").spans;
                table->forEachRow([&](Row row) {
                    const bool isHere = everything ? !others[row] : selected.spans[row], isThere = everything ? others[row] : others[row] && !selected.spans[row];
                    if (isHere)
                        here.insert(table->trace(row));
                    if (isThere)
                        there.insert(table->trace(row));
                    if (isHere && ones[row])
                        hereWithOne.insert(table->trace(row));
                    if (isThere && ones[row])
                        thereWithOne.insert(table->trace(row));
                });
                const Differences d = differences(shop.context(), selected, before, DifferencesOf::Spans);
                QCOMPARE(d.selected, uint64_t(here.size()));
                QCOMPARE(d.others, uint64_t(there.size()));
                const Difference* one = find(d, "x", "1");
                QVERIFY(one != nullptr);
                QCOMPARE(one->selected, uint64_t(hereWithOne.size()));
                QCOMPARE(one->others, uint64_t(thereWithOne.size()));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDifferences)
#include "tst_differences.moc"
