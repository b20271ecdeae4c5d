// Random TraceQL queries beside the simplest evaluation there is.

#include "store/value_index.h"
#include "traceql_fixture.h"
#include "traceql_reference.h"

#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;

class TestTraceQlRandom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Random spans with values of all types, kept ones, many-valued keys, copies in a second file; random queries.
    void randomQueries_data() {
        QTest::addColumn<bool>("indexed");
        QTest::newRow("read from the rows") << false;
        QTest::newRow("through postings") << true;
    }
    void randomQueries() {
        QFETCH(bool, indexed);
        std::mt19937 random(indexed ? 7 : 8);
        const auto pick = [&](const std::vector<std::string>& from) { return from[random() % from.size()]; };
        const std::vector<std::string> keys = {"http.status_code", "http.response.status_code", "http.method", "order", "long", "flag", "list", "size", "twice", "db.system", "http.route", "http.target", "url.full", "http.url"};
        const std::vector<std::string> texts = {"GET", "POST", "500", "mssql", "microsoft.sql_server", "true", "a", "", "1e2", "250ms"};
        const std::vector<std::string> urls = {"/cart", "/cart?a=1", "http://shop/cart", "http://shop/pay#b", "http://shop", "/"};
        int different = 0, empty = 0;
        for (int round = 0; round < 6; ++round) {
            QueryShop shop;
            const auto seed = static_cast<uint32_t>(random());
            const auto spans = [&](bool copies) {
                return [&, copies](SpanSink& sink) {
                    std::mt19937 dice(seed);
                    std::vector<ContextHandle> contexts;
                    for (int i = 0; i < 4; ++i) {
                        const std::string service = "s" + std::to_string(i % 3), version = std::to_string(i);
                        ContextRecord record;
                        record.resource = {{"service.name", ValueType::String, service}, {"version", ValueType::Int, version}};
                        if (i == 3)
                            record.resource.push_back({"order", ValueType::String, "a"});
                        record.scopeName = i == 1 ? "lib" : "";
                        contexts.push_back(sink.context(record));
                    }
                    SpanRecord s;
                    for (int i = 0; i < 150; ++i) {
                        s.clear();
                        s.trace.id = {0, dice() % 12 + 1};
                        s.span.id = static_cast<SpanId>(i + 1);
                        s.parent.id = dice() % 4 == 0 ? 0 : dice() % 150 + 1;
                        s.context = contexts[dice() % 4];
                        const std::string name = "op" + std::to_string(dice() % 5);
                        s.name = name;
                        s.kind = static_cast<Kind>(dice() % 6);
                        s.status = static_cast<Status>(dice() % 3);
                        if (dice() % 4 == 0)
                            s.statusMessage = "failed a";
                        const int64_t start = kNow + static_cast<int64_t>(dice() % 1000);
                        s.setTimes(start, start + static_cast<int64_t>(dice() % 300));
                        std::vector<std::string> kept;
                        kept.reserve(20);
                        for (int n = static_cast<int>(dice() % 5); n > 0; --n) {
                            const std::string& key = keys[dice() % keys.size()];
                            const auto type = static_cast<ValueType>(dice() % 4);
                            std::string value = texts[dice() % texts.size()];
                            if (type == ValueType::Int)
                                value = std::to_string(dice() % 600);
                            else if (type == ValueType::Double)
                                value = std::to_string(dice() % 100) + ".5";
                            else if (type == ValueType::Bool)
                                value = dice() % 2 == 0 ? "true" : "false";
                            if (key == "long")
                                value = std::string(300, 'x') + std::to_string(dice() % 3);
                            const bool isPath = key == "http.route" || key == "http.target" || key == "url.full" || key == "http.url";
                            if (isPath)
                                value = urls[dice() % urls.size()] + (dice() % 4 == 0 ? "?q=" + std::string(300, 'x') : "");
                            if (key == "list")
                                value = dice() % 2 == 0 ? R"(["a","GET"])" : "[500,true]";
                            kept.push_back(value);
                            s.attributes.push_back({key, key == "list" ? ValueType::Array : key == "long" || isPath ? ValueType::String : type, kept.back()});
                            if (key == "twice") {
                                kept.push_back("b");
                                s.attributes.push_back({key, ValueType::String, kept.back()});
                            }
                        }
                        if (dice() % 3 == 0) {
                            EventRecord& event = s.addEvent();
                            event.time = start + static_cast<int64_t>(dice() % 50);
                            event.name = dice() % 2 == 0 ? "exception" : "log";
                            event.attributes = {{"order", ValueType::String, "a"}};
                        }
                        if (dice() % 5 == 0)
                            s.addLink().trace.id = {0, dice() % 12 + 1};
                        if (!copies || i % 3 == 0)
                            sink.span(s);
                    }
                };
            };
            shop.add("one.json", spans(false));
            shop.add("two.json", spans(true));
            if (round % 2 == 1) {
                shop.db->exec("INSERT OR IGNORE INTO value_key SELECT id FROM string WHERE text IN ('order', 'http.target', 'http.url')");
                if (indexed)
                    buildValueIndex(*shop.db, *shop.workspace->table());
            }
            if (indexed)
                shop.index();
            const Source source = shop.source();
            TraceQlReference reference(*shop.db, *source.table, nullptr);
            Source kept = source;
            kept.cache = std::make_shared<traceql::ConditionCache>(source.table);
            RowSet some(*source.table);
            source.table->forEachRow([&](Row row) {
                if (random() % 3 == 0 && !source.table->isHidden(row))
                    some.set(row);
            });
            Source within = kept; // one cache knows conditions about all rows, and about these
            within.within = &some;
            within.withinName = "some ";

            const auto literal = [&]() -> std::string {
                switch (random() % 5) {
                case 0: return std::to_string(random() % 600);
                case 1: return std::to_string(random() % 100) + ".5";
                case 2: return random() % 2 == 0 ? "true" : "false";
                default: return "\"" + pick(texts) + "\"";
                }
            };
            const auto attribute = [&] { return pick({"", "", "span", "resource", "parent.span", "event"}) + "." + pick(keys); };
            const std::function<std::string(int)> condition = [&](int depth) -> std::string {
                if (depth > 0 && random() % 2 == 0) {
                    const std::string op = random() % 2 == 0 ? " && " : " || ";
                    return (random() % 4 == 0 ? "!" : "") + ("(" + condition(depth - 1) + op + condition(depth - 1) + ")");
                }
                const std::string equal = pick({"=", "!="}), order = pick({"<", "<=", ">", ">=", "=", "!="});
                switch (random() % 22) {
                case 0: return "duration " + order + " " + std::to_string(random() % 300) + "ns";
                case 1: return "name " + equal + " \"op" + std::to_string(random() % 5) + "\"";
                case 2: return "name " + pick({"=~", "!~"}) + " \"op[1-3]\"";
                case 3: return "status " + equal + " " + pick({"error", "ok", "unset"});
                case 4: return "kind " + equal + " " + pick({"server", "client", "internal"});
                case 5: return "resource.service.name " + equal + " \"s1\"";
                case 6: return pick({"childCount", "aisle:selfTime", "trace:duration", "event:timeSinceStart"}) + " " + order + " " + std::to_string(random() % 50);
                case 7: return pick({"parent", "statusMessage", "event:name", "instrumentation:name", "span:parentID"}) + " " + equal + " nil";
                case 8: return "resource.version " + order + " " + std::to_string(random() % 4);
                case 9: return attribute() + " " + pick({"=~", "!~"}) + " \"" + pick({".*00", "G.*|a", "mssql", "x*1", "[0-9]+"}) + "\"";
                case 10: return attribute() + " " + equal + " nil";
                case 11: return ".size * 2 " + order + " duration + .http.status_code";
                case 12: return "." + pick(keys) + " " + order + " ." + pick(keys);
                case 13: return pick({"rootName", "statusMessage", "event:name", "trace:id", "span:id"}) + " " + equal + " \"" + pick({"op1", "failed a", "exception", "0000000000000003", "000000000000000b"}) + "\"";
                case 20: return "aisle:path " + equal + " " + pick({"\"/cart\"", "\"/pay\"", "\"/\"", "nil"});
                case 21: return "aisle:path " + pick({"=~", "!~"}) + " \"" + pick({"/c.*", "/", "cart", "/(pay|cart)"}) + "\"";
                case 14: return "aisle:file " + equal + " \"one.json\"";
                default: {
                    const std::string value = literal();
                    return attribute() + " " + (value == "true" || value == "false" ? equal : order) + " " + value;
                }
                }
            };
            const std::function<std::string(int)> spanset = [&](int depth) -> std::string {
                if (depth > 0 && random() % 2 == 0)
                    return "(" + spanset(depth - 1) + " " +
                           pick({"&&", "||", ">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~"}) + " " + spanset(depth - 1) + ")";
                if (depth > 0 && random() % 6 == 0)
                    return "aisle:trace(" + spanset(depth - 1) + pick({" && !", " || !", " && "}) + spanset(depth - 1) + ")";
                if (depth > 0 && random() % 4 == 0) {
                    const std::string stage = pick({"count() > 2", "avg(duration) > 100", "max(.http.status_code) >= 300", "by(name) | count() > 1", "by(aisle:path) | count() > 1", "by(resource.version, .flag) | min(duration) < 50",
                                                    "by(status) | { kind = server } && { duration > 10 }", "sum(.size) != 3", "count() < 3 | { status = error }", "max(duration) - min(duration) < 200"});
                    return "(" + spanset(depth - 1) + " | " + stage + ")";
                }
                return "{ " + condition(2) + " }";
            };
            for (int n = 0; n < 250; ++n) {
                const std::string text = spanset(2);
                const Query query = read(text);
                QVERIFY2(!query.nodes.empty(), text.c_str());
                const Result result = evaluate(query, source);
                // With what was asked before, and asked again.
                for (int again = 0; again < 2; ++again)
                    QVERIFY2(evaluate(query, kept).spans == result.spans, text.c_str());
                const std::string alone = "{ " + condition(2) + " }";
                const Query single = read(alone);
                RowSet ofSome = evaluate(single, source).spans;
                ofSome &= some;
                for (int again = 0; again < 2; ++again)
                    QVERIFY2(evaluate(single, within).spans == ofSome, alone.c_str());
                RowSet expected(*source.table);
                for (const Row row : reference.evaluate(query))
                    expected.set(row);
                if (result.spans != expected) {
                    RowSet more = result.spans, fewer = expected;
                    more -= expected;
                    fewer -= result.spans;
                    qInfo("%s\n  too many: %s\n  missing: %s", text.c_str(), qPrintable(spansOf(*source.table, more)), qPrintable(spansOf(*source.table, fewer)));
                    ++different;
                }
                empty += result.spanCount == 0;
            }
        }
        QCOMPARE(different, 0);
        QVERIFY2(empty < 900, qPrintable(QString::number(empty))); // of 1,500, or the queries say little
    }
};

QTEST_GUILESS_MAIN(TestTraceQlRandom)
#include "tst_traceql_random.moc"
