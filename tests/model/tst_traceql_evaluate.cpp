// What TraceQL queries select: results worked out by hand on a small shop, and what check() refuses and where.

#include "query/semantic_conventions.h"
#include "store/value_index.h"
#include "traceql_fixture.h"
#include "traceql_reference.h"

#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;

class TestTraceQlEvaluate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand_data() {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* query, const char* expected) { QTest::newRow(query) << QString::fromUtf8(expected); };
        row("{ }", "1.1 1.2 1.3 2.1 2.2 2.3 3.1");
        row("{ false }", "");
        // columns
        row("{ duration >= 100ms }", "1.1 2.1 2.2");
        row("{ duration > 100ms }", "2.1 2.2");
        row("{ 50ms = duration }", "1.3 2.3");
        row("{ duration < 2 * 10ms }", "3.1");
        row("{ duration != 50ms && duration != 100ms }", "1.2 2.1 2.2 3.1");
        row("{ duration > 49999999.5 && duration < 50000000.5 }", "1.3 2.3");
        row("{ aisle:selfTime > 100ms }", "2.1 2.2");
        row("{ status = error }", "2.1 2.2");
        row("{ status != error && kind = server }", "1.1 3.1");
        row("{ name = \"SELECT\" || name = `UPDATE` }", "1.2 1.3 2.3");
        row("{ name =~ \"GET.*\" }", "1.1 3.1");
        row("{ name =~ \"GET\" }", "");
        row("{ name !~ \".*/.*\" }", "1.2 1.3 2.2 2.3");
        row("{ resource.service.name = \"pay\" }", "2.2");
        row("{ .service.name != \"db\" }", "1.1 2.1 2.2 3.1");
        row("{ aisle:error = true }", "2.1 2.2");
        row("{ childCount = 2 }", "1.1");
        row("{ parent = nil }", "1.1 2.1 3.1");
        row("{ parent.span.retry = true }", "2.3");
        row("{ trace:duration > 100ms && kind = client }", "2.3");
        row("{ rootName = \"GET /\" && name = \"SELECT\" }", "1.2 1.3");
        row("{ trace:rootService = \"web\" && kind = client }", "1.2 1.3 2.3");
        row("{ trace:id = \"0003\" }", "3.1");
        row("{ trace:id =~ \"0*2\" && span:id = \"3\" }", "2.3");
        row("{ span:parentID = \"2\" }", "2.3");
        row("{ statusMessage =~ \"card.*\" }", "2.1");
        row("{ aisle:time = \"2026-03-14T09:00:01Z/2026-03-14T09:00:01.15Z\" }", "2.1 2.2");
        row("{ aisle:traceTime = \"2026-03-14T09:00:00.5Z/2026-03-14T09:00:02Z\" }", "2.1 2.2 2.3");
        row("{ aisle:file = \"shop.json\" && name = \"charge\" }", "2.2");
        // attributes: old and new names, types that a format lost
        row("{ .http.status_code = 200 }", "1.1");
        row("{ span.http.response.status_code = 200 }", "1.1");
        row("{ .http.status_code >= 400 }", "2.1 3.1");
        row("{ .http.status_code = \"200\" }", "1.1");
        row("{ .http.method = \"GET\" }", "1.1 3.1");
        row("{ .http.request.method =~ \"GET|POST\" }", "1.1 2.1 3.1");
        row("{ .db.system = \"microsoft.sql_server\" }", "1.2");
        row("{ .db.system.name = \"mssql\" }", "1.2");
        row("{ .db.system != \"mssql\" }", "1.3 2.3");
        row("{ .db.system = nil && kind = client }", "");
        row("{ .db.system != nil }", "1.2 1.3 2.3");
        row("{ .rows > 4 }", "1.2 1.3");
        row("{ .rows = 2.5 }", "2.3");
        row("{ .rows + .rows = 10 }", "1.2");
        row("{ .rows * 10ms > duration }", "1.2 1.3");
        row("{ .nothing = .neither }", "");
        row("{ .nothing != name }", "");
        row("{ .retry }", "2.2");
        row("{ !(.retry) && status = error }", "2.1");
        row("{ .items = \"pen\" }", "2.2 3.1");
        row("{ .items != \"book\" }", "3.1");
        row("{ .timeout = 300ms }", "2.2");
        row("{ .timeout = 0.3s && .timeout != 300 }", "2.2");
        row("{ resource.service.version = \"9\" }", "1.2 1.3 2.3");
        row("{ resource.service.version = 9 }", "1.2 1.3 2.3");
        row("{ .deployment.environment.name = \"live\" && kind = server }", "1.1 2.1 2.2 3.1");
        row("{ span.deployment.environment = \"live\" }", "");
        row("{ instrumentation:name = \"http\" && instrumentation:version = \"1.2\" }", "1.1 2.1 3.1");
        row("{ instrumentation.auto = true && kind = server }", "1.1 2.1 2.2 3.1");
        row("{ event:name = \"exception\" }", "2.1");
        row("{ event.exception.type != nil }", "2.1");
        row("{ event.exception.type = \"Other\" }", "");
        row("{ event:timeSinceStart <= 5ms }", "2.1");
        row("{ link:traceID = \"0000000000000001\" }", "2.3");
        row("{ link.why = \"queue\" }", "2.3");
        row("{ aisle:text = \"POSTGRES\" }", "1.3 2.3");
        row("{ aisle:text = \"pay\" }", "2.1 2.2");
        row("{ aisle:text = \"live\" && aisle:text = \"get\" }", "1.1 3.1");
        // several spansets
        row("{ name = \"SELECT\" } && { status = error }", "");
        row("{ name = \"GET /\" } && { duration = 50ms }", "1.1 1.3");
        row("{ name = \"SELECT\" } || { name = \"charge\" }", "1.2 1.3 2.2");
        row("{ status = error } > { }", "2.2 2.3");
        row("{ name = \"POST /pay\" } >> { kind = client }", "2.3");
        row("{ name = \"POST /pay\" } > { kind = client }", "");
        row("{ kind = client } < { }", "1.1 2.2");
        row("{ kind = client } << { }", "1.1 2.1 2.2");
        row("{ name = \"SELECT\" } ~ { name = \"SELECT\" }", "1.2 1.3");
        row("{ duration = 20ms } ~ { }", "1.3");
        row("{ kind = server } ~ { }", "");
        row("{ status = error } !> { kind = client }", "1.2 1.3");
        row("{ name = \"POST /pay\" } !>> { kind = client }", "1.2 1.3");
        row("{ name = \"POST /pay\" } &>> { kind = client }", "2.1 2.3");
        row("{ duration = 20ms } &~ { duration = 50ms }", "1.2 1.3");
        row("({ name = \"GET /\" } > { duration = 20ms }) && { duration = 50ms }", "1.2 1.3");
        // stages
        row("{ kind = client } | count() > 1", "1.2 1.3");
        row("{ kind = client } | avg(duration) >= 50ms", "2.3");
        row("{ kind = client } | sum(.rows) = 55", "1.2 1.3");
        row("{ kind = client } | max(.rows) < 10", "2.3");
        row("{ } | count() * 2 >= max(duration) / 25ms", "1.1 1.2 1.3 3.1");
        row("{ } | by(resource.service.name) | count() > 1", "1.2 1.3");
        row("{ } | by(resource.service.name) | count() > 1 | coalesce() | count() = 2", "1.2 1.3");
        row("{ kind = server } | { status = error }", "2.1 2.2");
        row("{ } | { kind = client } && { status = error }", "2.1 2.2 2.3");
        row("({ kind = client } | count() = 1) && { name = \"charge\" }", "2.2 2.3");
        row("{ } | avg(.nothing) > 0", "");
        row("{ } | select(.rows) | { .rows = 5 }", "1.2");
        // cases: s1 has traces 1 and 2, s2 has 3
        row("aisle:case({ name = \"GET /\" } && { name = \"POST /pay\" })", "1.1 2.1");
        row("aisle:case({ name = \"GET /\" } && !{ name = \"POST /pay\" })", "3.1");
        row("aisle:case(!{ status = error })", "3.1");
        row("aisle:case(!({ status = error } || { kind = client }))", "3.1");
        row("aisle:trace({ kind = server } && !{ status = error })", "1.1 3.1");
        row("aisle:trace(!{ kind = client })", "3.1");
        row("aisle:trace(({ kind = server } | count() > 1) && !{ name = \"SELECT\" })", "2.1 2.2");
        row("{ kind = client } && aisle:case({ status = error })", "2.1 2.2 2.3");
        row("{ aisle:case = \"s2\" }", "3.1");
    }
    void byHand() {
        const std::string text = QTest::currentDataTag();
        QFETCH(QString, expected);
        for (const bool indexed : {false, true}) {
            QueryShop shop;
            shop.add("shop.json", fill);
            shop.withCases();
            if (indexed)
                shop.index();
            const Query query = read(text);
            QVERIFY(!query.nodes.empty());
            const Source source = shop.source();
            const Result result = evaluate(query, source);
            QCOMPARE(spansOf(*source.table, result.spans), expected);
            QCOMPARE(result.spanCount, result.spans.count());
            QCOMPARE(result.traceCount, result.traces.count());
            TraceQlReference reference(*shop.db, *source.table, &shop.cases);
            const bool isByText = text.find("aisle:t") != std::string::npos || text.find("aisle:case =") != std::string::npos || text.find(":id") != std::string::npos || text.find("parentID") != std::string::npos;
            if (!isByText) { // of what the simple evaluation does not know, or only as it is written
                RowSet rows(*source.table);
                for (const Row row : reference.evaluate(query))
                    rows.set(row);
                QCOMPARE(spansOf(*source.table, rows), expected);
            }
        }
    }

    void refused_data() {
        QTest::addColumn<int>("position");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* query, int position, const char* part) { QTest::newRow(query) << position << QString::fromUtf8(part); };
        row("{ status = \"error\" }", 11, "error, ok or unset");
        row("{ duration = \"1s\" }", 13, "a duration such as 100ms");
        row("{ name = 5 }", 9, "a text in quotes");
        row("{ name =~ 5 }", 10, "text in quotes");
        row("{ duration =~ \"5.*\" }", 2, "about texts");
        row("{ name =~ \"a(\" }", 10, "no regular expression");
        row("{ status > error }", 2, "= and !=");
        row("{ .x = error }", 7, "\"error\"");
        row("{ .x > true }", 2, "= and !=");
        row("{ .x > nil }", 2, "nil");
        row("{ duration }", 2, "compare it");
        row("{ name && status = error }", 2, "compare it");
        row("{ name + 1 = 2 }", 2, "calculated");
        row("{ !duration }", 2, "before a condition");
        row("{ count() > 2 }", 2, "behind a |");
        row("{ nestedSetLeft > 2 }", 2, "not supported");
        row("{ parent = 5 }", 11, "nil");
        row("{ aisle:time = \"now\" }", 15, "slash");
        row("{ aisle:edge = \"a\" }", 15, "caller -> callee");
        row("{ aisle:stage =~ \"a\" }", 17, "only = and !=");
        row("{ } | name = \"x\"", 6, "in braces");
        row("{ } | avg(name) > 1", 10, "number or duration");
        row("{ } | count() > \"x\"", 16, "numbers and durations");
        row("{ } | by(1 + 2)", 9, "field");
        row("{ } | by(name) | { } >> { }", 17, "coalesce()");
        row("{ } | quantile_over_time(duration)", 6, "quantiles");
        row("{ } | quantile_over_time(duration, 1.5)", 35, "0 to 1");
        row("{ } | rate(duration)", 6, "no argument");
        row("{ } | topk(5)", 6, "before it");
        row("{ } | rate() | topk(0)", 15, "1 to 1000");
        row("{ } | rate() | count() > 1", 15, "can follow");
        row("({ } | rate()) && { }", 7, "part of a spanset");
        row("aisle:case(!{ } >> { })", 11, "!>>");
        row("aisle:case(({ } && !{ } | count() > 2))", 19, "joined by");
        row("{ } | ! count() > 2", 6, "before a condition");
        row("{ } | by(event.exception.type)", 9, "not among what is grouped by");
        row("{ } | max(event:timeSinceStart) > 1ms", 10, "not among what is grouped by");
        row("{ statusMessage = .error.message }", 2, "not among what is grouped by");
        row("{ } | compare()", 6, "compared with the other ones");
        row("{ } | compare({ })", 6, "compared with the other ones");
        row("{ } | compare({ status = error }, 0)", 34, "1 to 1000");
        row("{ } | compare({ status = error }, 5, 1, 2)", 37, "aisle:time");
        row("{ } | compare({ status = error }) by (name)", 6, "compared with the other ones");
        row("{ } | compare({ stats = error })", 16, "stat");
        row("{ name == \"a\" }", 7, "one =");
        row("{ name = 'a' }", 9, "double quotes");
        row("{ name = \"a\" and status = error }", 13, "&&");
        row("{ } && !{ }", 7, "spanset begins with {");
    }
    void refused() {
        QFETCH(int, position);
        QFETCH(QString, part);
        ParseError error;
        const auto query = traceql::parse(QTest::currentDataTag(), error);
        if (query) {
            const auto problem = traceql::check(*query);
            QVERIFY(problem);
            error = *problem;
        }
        QVERIFY2(error.message.find(part.toStdString()) != std::string::npos, error.message.c_str());
        QCOMPARE(static_cast<int>(error.position), position);
    }

    void groupsAndSelections() {
        QueryShop shop;
        shop.add("shop.json", fill);
        const Source source = shop.source();
        const Result result = evaluate(read("{ kind = client } | by(.db.system) | avg(.rows) > 0 | select(.rows, name, .rows)"), source);
        QCOMPARE(result.labelNames, (std::vector<std::string>{".db.system"}));
        QCOMPARE(result.valueNames, (std::vector<std::string>{"avg(.rows)"}));
        QStringList groups;
        for (const auto& group : result.groups)
            groups << QStringLiteral("%1 %2 %3 %4").arg(source.table->traceId(group.trace).low).arg(QString::fromStdString(group.labels[0])).arg(group.values[0]).arg(group.spans);
        groups.sort();
        QCOMPARE(groups.join(QLatin1Char(';')), QStringLiteral("1 mssql 5 1;1 postgresql 50 1;2 postgresql 2.5 1"));
        QCOMPARE(result.selected.size(), size_t(2));
    }

    void metrics() {
        QueryShop shop;
        shop.add("shop.json", fill);
        const Source source = shop.source();
        const auto lines = [&](const std::string& text) {
            const Result result = evaluate(read(text), source);
            QStringList out;
            for (const auto& series : result.metrics->series) {
                double sum = 0, most = 0;
                for (const double value : series.values)
                    if (!std::isnan(value)) {
                        sum += value;
                        most = std::max(most, value);
                    }
                QStringList labels;
                for (const std::string& label : series.labels)
                    labels << QString::fromStdString(label);
                out << QStringLiteral("%1 %2 %3").arg(labels.join(QLatin1Char(','))).arg(sum).arg(most);
            }
            return out.join(QLatin1Char(';'));
        };
        QCOMPARE(lines("{ } | count_over_time() by (resource.service.name)"), QStringLiteral("db 3 2;pay 1 1;web 3 1"));
        QCOMPARE(lines("{ } | count_over_time() by (resource.service.name) | topk(1)"), QStringLiteral("db 3 2"));
        QCOMPARE(lines("{ } | count_over_time() by (resource.service.name) | bottomk(1)"), QStringLiteral("pay 1 1"));
        QCOMPARE(lines("{ name = \"SELECT\" } | max_over_time(duration)"), QStringLiteral(" 7e+07 5e+07"));
        QCOMPARE(lines("{ name = \"nothing\" } | rate()"), QString());
        QCOMPARE(lines("{ kind = client } | quantile_over_time(.rows, 0, 1) by (trace:rootName)"), QStringLiteral("GET /,0 55 50;GET /,1 55 50;POST /pay,0 2.5 2.5;POST /pay,1 2.5 2.5"));
        QCOMPARE(lines("{ } | histogram_over_time(.rows)"), QStringLiteral("4 1 1;8 1 1;64 1 1"));
        // Of 7 spans the 2 with errors, one of web and one of pay, are compared with the other 5: 3 of db and 2 of web.
        const auto of = [&](const QString& text, const QString& attribute) {
            QStringList out;
            for (const QString& line : lines(text.toStdString()).split(QLatin1Char(';')))
                if (line.contains(QLatin1Char(',') + attribute + QLatin1Char(',')))
                    out << line;
            return out.join(QLatin1Char(';'));
        };
        const QString service = QStringLiteral("resource.service.name"), compare = QStringLiteral("{ } | compare({ status = error }, %1)");
        QCOMPARE(of(compare.arg(10), service), QStringLiteral("baseline,resource.service.name,db 3 2;baseline,resource.service.name,web 2 1;baseline_total,resource.service.name, 5 3;"
                                                              "selection,resource.service.name,pay 1 1;selection,resource.service.name,web 1 1;selection_total,resource.service.name, 2 1"));
        QVERIFY(of(compare.arg(1), service).startsWith(QStringLiteral("baseline,resource.service.name,db 3 2;baseline_total,resource.service.name, 5 3;selection,")));
        QCOMPARE(of(compare.arg(1), service).count(QLatin1Char(';')), 3);
        QCOMPARE(of(compare.arg(10), QStringLiteral("span:status")), QStringLiteral("baseline,span:status,unset 5 3;baseline_total,span:status, 5 3;selection,span:status,error 2 1;selection_total,span:status, 2 1"));
        QVERIFY(lines("{ } | compare({ status = error })").contains(QStringLiteral("selection,span.")));
        const Result rate = evaluate(read("{ } | rate()"), source);
        QCOMPARE(rate.metrics->step, int64_t(50'000'000)); // 2 s in at most 100 steps
        QCOMPARE(rate.metrics->series[0].values[0], 3 / 0.05); // three spans begin in the first
        QCOMPARE(rate.metrics->start % rate.metrics->step, 0);
    }

    /// What a brush asks: boxes of whole traces, which are made of the ones before. The same as without a memory of them.
    void boxesThatMove() {
        QueryShop shop;
        shop.add("one.json", [](SpanSink& sink) {
            std::mt19937 dice(7);
            ContextRecord record;
            record.resource = {{"service.name", ValueType::String, "web"}};
            const ContextHandle context = sink.context(record);
            SpanRecord s;
            for (uint64_t i = 0; i < 400; ++i) {
                s.clear();
                s.trace.id = {0, i % 60 + 1};
                s.span.id = static_cast<SpanId>(dice() % 350 + 1); // some ids twice: copies are hidden
                s.parent.id = i < 60 ? 0 : dice() % 350 + 1;
                s.context = context;
                s.name = "GET";
                s.status = static_cast<Status>(dice() % 3);
                const int64_t start = kNow + static_cast<int64_t>(i % 60 * 80 + dice() % 20) * 1'000'000;
                s.setTimes(start, start + static_cast<int64_t>(dice() % 30) * 1'000'000);
                sink.span(s);
            }
        });
        const Source plain = shop.source();
        Source kept = plain;
        kept.cache = std::make_shared<traceql::ConditionCache>(plain.table);
        std::mt19937 random(3);
        const auto time = [&](int ms) { return "2026-03-14T09:00:0" + std::to_string(ms / 1000) + "." + std::to_string(1000 + ms % 1000).substr(1) + "Z"; };
        for (int round = 0; round < 300; ++round) {
            const int from = static_cast<int>(random() % 5000), low = static_cast<int>(random() % 50);
            const std::string range = "aisle:traceTime = \"" + time(from) + "/" + time(from + static_cast<int>(random() % 4000)) + "\"", duration = "trace:duration >= " + std::to_string(low) + "ms",
                              at = "trace:duration < " + std::to_string(low + static_cast<int>(random() % 50)) + "ms";
            const std::string conditions[] = {range, duration, range + " && " + duration + " && " + at, range + " || " + at, "!(" + range + ")", "trace:duration != 20ms", "trace:duration = nil", range + " && status = error"};
            const std::string text = "{ " + conditions[random() % std::size(conditions)] + " }";
            const Result a = evaluate(read(text), plain), b = evaluate(read(text), kept);
            QVERIFY2(a.spans == b.spans && a.traces == b.traces && a.spanCount == b.spanCount && a.traceCount == b.traceCount, text.c_str());
        }
    }

    /// Of no traces, a set of one was asked to differ from a set of none.
    void nothingOpen() {
        Source source;
        source.table = SpanTableBuilder().snapshot();
        source.cache = std::make_shared<traceql::ConditionCache>(source.table);
        for (const char* text : {"{ trace:id = \"abc\" }", "{ trace:duration > 1s }", "{ trace:id =~ \"a\" }", "{ aisle:case = \"x\" }", "{ trace:duration > 1s }", "{ } | compare({ status = error })"})
            QCOMPARE(evaluate(read(text), source).spanCount, uint64_t(0));
    }

    void withoutAStoreColumnsStillAnswer() {
        QueryShop shop;
        shop.add("shop.json", fill);
        Source source;
        source.table = shop.workspace->table();
        QCOMPARE(spansOf(*source.table, evaluate(read("{ duration > 100ms && resource.service.name = \"pay\" }"), source).spans), QStringLiteral("2.2"));
        QCOMPARE(spansOf(*source.table, evaluate(read("{ .rows = 5 }"), source).spans), QString());
    }

    void whatNothingCanMatchIsSaid() {
        QueryShop shop;
        shop.add("shop.json", fill);
        const Source source = shop.source();
        for (const char* text : {"{ resource.service.name = \"nope\" }", "{ trace:id = \"77\" }", "{ aisle:file = \"x\" }", "{ aisle:edge = \"a -> b\" }", "{ aisle:case = \"s9\" }", "{ aisle:stage = \"Pay\" }"}) {
            const Result result = evaluate(read(text), source);
            QCOMPARE(result.spanCount, uint64_t(0));
            QCOMPARE(result.problems.size(), size_t(1));
        }
    }

    void onlyWithin() {
        QueryShop shop;
        shop.add("shop.json", fill);
        Source source = shop.source();
        RowSet trace(*source.table);
        for (const Row row : source.table->rowsOf(*source.table->findTrace({0, 2})))
            trace.set(row);
        source.within = &trace;
        QCOMPARE(spansOf(*source.table, evaluate(read("{ kind = client }"), source).spans), QStringLiteral("2.3"));
        QCOMPARE(spansOf(*source.table, evaluate(read("{ !(.rows > 1) }"), source).spans), QStringLiteral("2.1 2.2"));
        QCOMPARE(spansOf(*source.table, evaluate(read("{ .rows + 1 > 1 }"), source).spans), QStringLiteral("2.3"));
    }

    // What the cache keeps about some rows is not mistaken for what it keeps about all.
    void ofParentsWithin() {
        QueryShop shop;
        shop.add("shop.json", fill);
        Source source = shop.source();
        source.cache = std::make_shared<traceql::ConditionCache>(source.table);
        const RowSet none(*source.table);
        const QString all = spansOf(*source.table, evaluate(read("{ parent.span.retry = true }"), shop.source()).spans);
        QVERIFY(!all.isEmpty());
        source.within = &none;
        source.withinName = "none ";
        QCOMPARE(spansOf(*source.table, evaluate(read("{ parent.span.retry = true }"), source).spans), QString());
        QCOMPARE(spansOf(*source.table, evaluate(read("{ kind = server }"), source).spans), QString());
        source.within = nullptr;
        source.withinName = {};
        QCOMPARE(spansOf(*source.table, evaluate(read("{ parent.span.retry = true }"), source).spans), all);
    }

    // A case with neither span was left out of "has not paid, or was refunded", because some other case had a span to name.
    void whatHoldsByAbsenceIsThere() {
        QueryShop shop;
        shop.add("shop.json", fill);
        shop.withCases();
        const Source source = shop.source();
        QCOMPARE(spansOf(*source.table, evaluate(read("aisle:case(!{ name = \"POST /pay\" } || { name = \"charge\" })"), source).spans), QStringLiteral("2.2 3.1"));
        QCOMPARE(spansOf(*source.table, evaluate(read("aisle:trace({ name = \"charge\" } || !{ kind = client })"), source).spans), QStringLiteral("2.2 3.1"));
    }

    // The column of an aggregate that occurs twice had the values of the first stage beside the spans of the last.
    void anAggregateIsOfTheSpansThatAreLeft() {
        QueryShop shop;
        shop.add("shop.json", fill);
        const Result result = evaluate(read("{ } | count() > 0 | { kind = client } | count() > 1"), shop.source());
        QCOMPARE(result.groups.size(), size_t(1));
        QCOMPARE(result.groups[0].values, std::vector<double>{2});
        QCOMPARE(result.groups[0].spans, uint64_t(2));
    }

    // Elements of arrays are values, but the index of a key with many values knows whole values only.
    void elementsOfArraysOfManyValuedKeys() {
        QueryShop shop;
        shop.add("shop.json", fill);
        shop.db->exec("INSERT INTO value_key SELECT id FROM string WHERE text = 'items'");
        buildValueIndex(*shop.db, *shop.workspace->table());
        shop.index();
        QCOMPARE(spansOf(*shop.workspace->table(), evaluate(read("{ .items = \"pen\" }"), shop.source()).spans), QStringLiteral("2.2 3.1"));
        QCOMPARE(spansOf(*shop.workspace->table(), evaluate(read("{ .items != \"book\" }"), shop.source()).spans), QStringLiteral("3.1"));
    }

    // "NaN" and "infinity" are words: sums of a trace that had one were nothing at all.
    void wordsAreNoNumbers() {
        QueryShop shop;
        shop.add("shop.json", [](SpanSink& sink) {
            const ContextHandle context = serviceContext(sink, "shop");
            for (const char* value : {"NaN", "infinity", "3"}) {
                SpanRecord s;
                s.trace.id = {0, 1};
                s.span.id = static_cast<SpanId>(value[0]);
                s.context = context;
                s.attributes = {{"n", ValueType::String, value}};
                sink.span(s);
            }
        });
        QCOMPARE(evaluate(read("{ } | sum(.n) = 3"), shop.source()).spanCount, uint64_t(3));
        QCOMPARE(evaluate(read("{ .n > 1 }"), shop.source()).spanCount, uint64_t(1));
    }

    // Grouping by ids of millions of spans asked for gigabytes before the many series were thrown away.
    void tooManySeriesAreRefused() {
        QueryShop shop;
        shop.add("shop.json", [](SpanSink& sink) {
            const ContextHandle context = serviceContext(sink, "shop");
            for (SpanId id = 1; id <= 4000; ++id) {
                SpanRecord s;
                s.trace.id = {0, 1};
                s.span.id = id;
                s.context = context;
                s.start = kNow + static_cast<int64_t>(id) * 1'000'000;
                sink.span(s);
            }
        });
        QVERIFY_EXCEPTION_THROWN((void)evaluate(read("{ } | rate() by (span:id)"), shop.source(), {}, 500'000), std::runtime_error);
        QCOMPARE(evaluate(read("{ } | rate() by (span:id)"), shop.source()).metrics->series.size(), traceql::Metrics::kMost);
    }
};

QTEST_GUILESS_MAIN(TestTraceQlEvaluate)
#include "tst_traceql_evaluate.moc"
