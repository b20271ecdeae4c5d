// What the command line tells of a workspace: views, SQL, values, exports.

#include "cli_fixture.h"

#include <algorithm>
#include <map>

using namespace aisle::test;

class TestCliQueries : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    void show_data() {
        QTest::addColumn<QString>("view");
        for (const char* view : {"overview", "trace-list", "waterfall", "lanes", "flame", "spans", "statistics", "sequence", "critical-path", "service-graph", "funnel"})
            QTest::newRow(view) << s(view);
    }

    void show() {
        QFETCH(QString, view);
        const Result text = run({s("show"), view, shop_});
        QVERIFY2(text.code == 0, text.error);
        QVERIFY(text.error.contains("not masked"));
        QVERIFY(text.out.count('\n') > 3);
        const Result csv = run({s("show"), view, shop_, s("--as"), s("csv")});
        QVERIFY(csv.out.contains("\r\n") && csv.out.split('\n')[0].contains(','));
        QStringList asJson{s("show"), view, shop_, s("--as"), s("json")};
        if (view == s("service-graph")) // else nodes and edges, and no table
            asJson << s("--by") << s("edge");
        const json rows = json::parse(run(asJson).out.toStdString());
        QCOMPARE(static_cast<qsizetype>(rows.size()), csv.out.count("\r\n") - 1);
        QVERIFY(run({s("show"), view, demo_, s("--as"), s("csv")}).out == csv.out); // straight from the trace file
        const QString file = path("out.png");
        const Result png = run({s("show"), view, shop_, s("--as"), s("png"), s("--out"), file});
        QVERIFY2(png.code == 0, png.error);
        QVERIFY(png.out.isEmpty());
        QVERIFY(read(file).startsWith("\x89PNG") && read(file).size() > (view == s("lanes") || view == s("flame") ? 1000 : 5000));
        const Result svg = run({s("show"), view, shop_, s("--as"), s("svg")});
        QVERIFY2(svg.code == 0, svg.error);
        QVERIFY(svg.out.contains("<svg") && svg.out.trimmed().endsWith("</svg>"));
    }

    /// A command that was ended while it worked left its workspace in the temporary folder, as large as the trace file.
    void endedCommandsLeaveNothing() {
        const QTemporaryDir folder;
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(s("TMPDIR"), folder.path());
        process.setProcessEnvironment(environment);
        process.start(s(AISLE_PROGRAM), {s("show"), s("differences"), demo_, s("--select"), s("status = error"), s("--as"), s("json")});
        const auto isEmpty = [&] { return QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::NoDotAndDotDot); };
        QVERIFY(process.waitForStarted());
        bool isAtWork = false;
        while (!isAtWork && !process.waitForFinished(1))
            isAtWork = !isEmpty();
        QVERIFY(isAtWork);
        process.terminate();
        QVERIFY(process.waitForFinished(30'000));
        QVERIFY2(isEmpty(), qPrintable(QDir(folder.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).join(u' ')));
    }

    void graphsForOtherPrograms() {
        const auto graph = [&](QStringList more) { return run(QStringList{s("show"), s("service-graph"), shop_} + more); };
        const json whole = json::parse(graph({s("--as"), s("json")}).out.toStdString());
        QVERIFY(whole.at("nodes").size() > 10 && whole.at("edges").size() > 20);
        QVERIFY(graph({s("--as"), s("dot")}).out.startsWith("digraph"));
        QVERIFY(graph({s("--as"), s("mermaid")}).out.contains("flowchart"));
        QVERIFY(graph({s("--as"), s("graphml")}).out.contains("<graphml"));
        QVERIFY(graph({s("--as"), s("pdf")}).out.startsWith("%PDF"));
        QVERIFY(graph({s("--by"), s("node"), s("--as"), s("csv")}).out.count("\r\n") > 10);
        const Result changed = graph({s("--select"), s("status = error"), s("--baseline"), s("{ }"), s("--as"), s("csv")});
        QVERIFY2(changed.code == 0 && changed.out.contains("(user)"), changed.error);
        // One trace has fewer calls than all.
        const QByteArray trace = run({s("show"), s("trace-list"), shop_, s("--as"), s("csv"), s("--limit"), s("1")}).out.split('\n').at(1).split(',').at(0);
        QVERIFY(graph({s("--trace"), QString::fromUtf8(trace), s("--as"), s("csv")}).out.size() < graph({s("--as"), s("csv")}).out.size());
        // Numbers that only the tables had: what takes longer to find out than counts and quantiles.
        const json rows = json::parse(graph({s("--by"), s("edge"), s("--as"), s("json")}).out.toStdString());
        QCOMPARE(whole["edges"].size(), rows.size());
        for (size_t e = 0; e < rows.size(); ++e)
            for (const char* field : {"calls", "calls_per_second", "critical_share", "gap_p95_ns", "per_request", "most_of_one", "retries", "wait_p95_ns"})
                QVERIFY2(whole["edges"][e].at(field) == rows[e].at(field), field);
        const auto& nodes = whole["nodes"];
        QVERIFY(std::any_of(nodes.begin(), nodes.end(), [](const json& node) { return node["instances"].is_array() && !node["instances"].empty() && !node["failures"].empty(); }));
        QVERIFY(graph({s("--as"), s("graphml")}).out.contains("attr.name=\"critical_share\""));
    }

    // The sequence of calls as Mermaid could be copied from the window alone.
    void sequencesForMarkdown() {
        const auto sequence = [&](const QStringList& more) { return run(QStringList{s("show"), s("sequence"), shop_, s("--as"), s("mermaid")} + more); };
        const Result slowest = sequence({});
        QVERIFY2(slowest.code == 0 && slowest.out.startsWith("sequenceDiagram\n") && slowest.out.contains("->>"), slowest.error);
        QVERIFY(slowest.error.contains("not masked"));
        const Result all = sequence({s("--all"), s("--select"), s("{ aisle:error = true }")});
        QVERIFY2(all.code == 0 && all.out.contains("->>") && all.out != slowest.out, all.error);
        QVERIFY(run({s("show"), s("sequence"), shop_, s("--as"), s("json")}).out.startsWith('[')); // no document, but the table
    }

    /// What was asked in TraceQL: traces, spans with chosen fields, groups, series.
    void queries() {
        const auto rows = [&](const char* query, const QStringList& more = {}) {
            const Result r = run(QStringList{s("query"), shop_, s(query), s("--as"), s("json")} + more);
            if (r.code != 0)
                qFatal("%s: %s", query, r.error.constData());
            return json::parse(r.out.toStdString());
        };
        const json traces = rows("{ status = error }");
        QVERIFY(traces.size() > 3);
        const json all = json::parse(run({s("show"), s("trace-list"), shop_, s("--as"), s("json"), s("--select"), s("{ status = error }")}).out.toStdString());
        QCOMPARE(traces.size(), all.size());
        const json spans = rows("{ status = error } | select(.http.route, kind)", {s("--limit"), s("0")});
        size_t matching = 0;
        for (const json& trace : traces)
            matching += trace["matching"].get<size_t>();
        QCOMPARE(spans.size(), matching);
        QVERIFY(spans[0].contains(".http.route") && spans[0].contains("span:kind"));
        QCOMPARE(rows("{ status = error }", {s("--spans"), s("--limit"), s("2")}).size(), size_t(2));
        const json groups = rows("{ kind = server } | by(resource.service.name) | avg(duration) > 1ms");
        QVERIFY(!groups.empty() && groups[0].contains("resource.service.name") && groups[0]["avg(span:duration)_ns"].get<double>() > 1e6);
        const json series = rows("{ } | count_over_time() by (resource.service.name)", {s("--step"), s("1m"), s("--limit"), s("0")});
        double sum = 0;
        for (const json& value : series)
            sum += value["count_over_time"].get<double>();
        const json overview = json::parse(run({s("sql"), shop_, s("SELECT count(*) AS n FROM spans"), s("--as"), s("json")}).out.toStdString());
        QCOMPARE(sum, overview[0]["n"].get<double>());
        QVERIFY(run({s("query"), demo_, s("checkout")}).out.contains("checkout")); // words, straight from the trace file
        QVERIFY(!rows("aisle:case({ name =~ \".*\" } && !{ status = error })").empty());

        const Result wrong = run({s("query"), shop_, s("{ duraton > 1s }")});
        QCOMPARE(wrong.code, 2);
        QVERIFY2(wrong.error.contains("character 3: There is no field duraton; did you mean duration?"), wrong.error);
        QVERIFY2(wrong.error.contains("    ^^^^^^^"), wrong.error);
        QCOMPARE(run({s("query"), shop_, s("{ } | rate()"), s("--step"), s("soon")}).code, 2);
        const Result nothing = run({s("query"), shop_, s("{ resource.service.name = \"nope\" }")});
        QCOMPARE(nothing.code, 0);
        QVERIFY2(nothing.error.contains("No service here is called nope."), nothing.error);
        QVERIFY(nothing.out.contains("0 spans in 0 traces."));
    }

    void comparing() {
        const json traces = json::parse(run({s("show"), s("trace-list"), shop_, s("--as"), s("json")}).out.toStdString());
        // The slowest of an operation that many traces begin with.
        std::map<std::string, std::vector<json>> byRoot;
        for (const json& trace : traces)
            byRoot[trace["service"].get<std::string>() + trace["operation"].get<std::string>()].push_back(trace);
        const auto most = std::max_element(byRoot.begin(), byRoot.end(), [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
        QVERIFY(most->second.size() > 5);
        const QString id = QString::fromStdString(most->second.front()["trace_id"]), other = QString::fromStdString(most->second.back()["trace_id"]);
        const Result usual = run({s("show"), s("compare"), shop_, s("--trace"), id});
        QVERIFY2(usual.code == 0, usual.error);
        QVERIFY(usual.out.contains("After: ") && usual.out.contains("in both"));
        const Result text = run({s("show"), s("compare"), shop_, s("--trace"), id, s("--with"), other});
        QVERIFY(text.out.contains(QByteArray("Before: " + other.toUtf8())));
        const json rows = json::parse(run({s("show"), s("compare"), shop_, s("--trace"), id, s("--with"), id, s("--as"), s("json")}).out.toStdString());
        QCOMPARE(rows.size(), most->second.front()["spans"].get<size_t>());
        for (const json& row : rows)
            QCOMPARE(row["self_time_change_ns"].get<int64_t>(), int64_t(0));
        const Result svg = run({s("show"), s("compare"), shop_, s("--trace"), id, s("--with"), other, s("--as"), s("svg")});
        QVERIFY2(svg.code == 0, svg.error);
        QVERIFY(svg.out.contains("<svg"));
        verifySentence(run({s("show"), s("compare"), shop_, s("--trace"), id, s("--with"), s("00ff00")}), 1, "No trace has the id 00ff00");
    }

    // The traces of one service on one timeline, and what is too much for one.
    void allOfTheScope() {
        const json traces = json::parse(run({s("show"), s("trace-list"), shop_, s("--select"), s("{ aisle:error = true }"), s("--as"), s("json")}).out.toStdString());
        QVERIFY(traces.size() > 1 && traces.size() < 2000);
        uint64_t spans = 0;
        for (const json& trace : traces)
            spans += trace["spans"].get<uint64_t>();
        for (const char* view : {"waterfall", "spans"}) {
            const json rows = json::parse(run({s("show"), s(view), shop_, s("--all"), s("--select"), s("{ aisle:error = true }"), s("--as"), s("json")}).out.toStdString());
            uint64_t ids = 0;
            for (const json& row : rows)
                ids += row["span_id"].get<std::string>().empty() ? 0 : 1;
            QCOMPARE(ids, spans);
        }
        const Result svg = run({s("show"), s("waterfall"), shop_, s("--all"), s("--select"), s("{ aisle:error = true }"), s("--as"), s("svg")});
        QVERIFY2(svg.code == 0, svg.error);
        QVERIFY(svg.out.contains("on one timeline"));
    }

    void statisticsByAnything() {
        for (const char* by : {"operation", "service", "service.name"}) {
            const Result r = run({s("show"), s("statistics"), shop_, s("--by"), s(by), s("--as"), s("json")});
            QCOMPARE(r.code, 0);
            uint64_t spans = 0;
            const json rows = json::parse(r.out.toStdString());
            for (const json& row : rows)
                spans += row["spans"].get<uint64_t>();
            const json whole = json::parse(run({s("show"), s("spans"), shop_, s("--as"), s("json")}).out.toStdString());
            QCOMPARE(spans, static_cast<uint64_t>(whole.size()));
        }
        verifySentence(run({s("show"), s("statistics"), shop_, s("--by"), s("no.such.key")}), 1, "No span of this trace has the attribute no.such.key");
        // The critical path of a trace with one root is as long as the root.
        const json path = json::parse(run({s("show"), s("critical-path"), shop_, s("--as"), s("json")}).out.toStdString());
        const json flame = json::parse(run({s("show"), s("flame"), shop_, s("--as"), s("json")}).out.toStdString());
        int64_t sum = 0, inFlames = 0;
        for (const json& row : path)
            sum += row["duration_ns"].get<int64_t>();
        for (const json& row : flame)
            inFlames += row["critical_path_ns"].get<int64_t>();
        QVERIFY(sum > 0);
        QCOMPARE(inFlames, sum);
    }

    void selections() {
        const auto rows = [&](const char* scope) {
            const Result r = run({s("show"), s("trace-list"), shop_, s("--as"), s("json"), s("--select"), s(scope)});
            return r.code == 0 ? static_cast<int>(json::parse(r.out.toStdString()).size()) : -1;
        };
        const int all = rows("{ }"), errors = rows("{ aisle:error = true }"), checkout = rows("{ resource.service.name = \"checkout\" }");
        QVERIFY(all > 50 && checkout > 0 && checkout < all && errors < all);
        QCOMPARE(rows("{ resource.service.name = \"nobody\" }"), 0);
        const json sql = json::parse(run({s("sql"), shop_, s("SELECT count(DISTINCT trace_id) AS n FROM spans WHERE service = 'checkout'"), s("--as"), s("json")}).out.toStdString());
        QCOMPARE(sql[0]["n"].get<int>(), checkout);
        const json limited = json::parse(run({s("show"), s("trace-list"), shop_, s("--as"), s("json"), s("--limit"), s("3")}).out.toStdString());
        QCOMPARE(limited.size(), size_t(3));
        const std::string id = limited[0]["trace_id"];
        QCOMPARE(run({s("show"), s("waterfall"), shop_, s("--trace"), QString::fromStdString(id)}).code, 0);
        verifySentence(run({s("show"), s("waterfall"), shop_, s("--trace"), s("00ff00")}), 1, "No trace has the id 00ff00");
    }

    void sql() {
        const Result r = run({s("sql"), shop_, s("SELECT 'a,b' AS t, 5 AS i, 0.5 AS d, NULL AS n"), s("--as"), s("csv")});
        QCOMPARE(r.code, 0);
        QCOMPARE(r.out, QByteArray("t,i,d,n\r\n\"a,b\",5,0.5,\r\n"));
        for (const char* view : {"files", "spans", "traces", "attributes", "resources", "events", "links", "logs"})
            QVERIFY2(run({s("sql"), shop_, s("SELECT * FROM ") + s(view) + s(" LIMIT 1")}).code == 0, view);
        verifySentence(run({s("sql"), shop_, s("SELEC 1")}), 1, "syntax error");
        verifySentence(run({s("sql"), shop_, s("")}), 1, "empty");
    }

    void sqlIsReadOnly_data() {
        QTest::addColumn<QString>("query");
        const QString victim = path("victim");
        for (const QString& query : {s("INSERT INTO meta VALUES('x', 1)"), s("DELETE FROM span"), s("UPDATE span SET name = 0"), s("DROP TABLE span"), s("ATTACH '%1' AS x"),
                                     s("PRAGMA journal_mode = OFF"), s("PRAGMA query_only = OFF"), s("PRAGMA user_version = 7"), s("SELECT load_extension('%1')"),
                                     s("SELECT writefile('%1', 'x')"), s("SELECT readfile('/etc/passwd')"), s("VACUUM INTO '%1'"), s("CREATE TABLE t(x)"),
                                     s("WITH x AS (SELECT 1) INSERT INTO meta SELECT 'a', 2")})
            QTest::newRow(query.toUtf8().constData()) << (query.contains(s("%1")) ? query.arg(victim) : query);
    }

    void sqlIsReadOnly() {
        QFETCH(QString, query);
        const QByteArray before = read(shop_);
        const Result r = run({s("sql"), shop_, query});
        if (query.startsWith(s("PRAGMA user_version")) && r.code == 0)
            QVERIFY(read(shop_) == before);
        else
            verifySentence(r, 1, "aisle: ");
        QVERIFY(read(shop_) == before);
        QVERIFY(!QFileInfo::exists(path("victim")));
    }

    // A second statement was left out in silence.
    void oneStatementAtATime() {
        const QByteArray before = read(shop_);
        verifySentence(run({s("sql"), shop_, s("SELECT 1; DELETE FROM span")}), 1, "more than one SQL statement");
        verifySentence(run({s("sql"), shop_, s("SELECT 1; SELEC 2")}), 1, "more than one SQL statement");
        QVERIFY(read(shop_) == before);
        QCOMPARE(run({s("sql"), shop_, s("SELECT 1; -- done\n ")}).code, 0);
    }

    // What is exported and imported again is the same workspace.
    void exportAndBack() {
        QCOMPARE(run({s("export"), shop_, s("--out"), path("back.jsonl")}).code, 0);
        QCOMPARE(run({s("import"), path("back.jsonl"), s("--into"), path("back.aisle"), s("-q")}).code, 0);
        for (const char* query : {"SELECT trace_id, span_id, parent_span_id, service, name, kind, status, status_message, error, start_ns, duration_ns FROM spans ORDER BY 1, 2, 5",
                                  "SELECT s.trace_id, s.span_id, a.key, a.type, a.value FROM attributes a JOIN spans s ON s.row = a.row ORDER BY 1, 2, 3, 5",
                                  "SELECT s.trace_id, s.span_id, e.n, e.time_ns, e.name FROM events e JOIN spans s ON s.row = e.row ORDER BY 1, 2, 3",
                                  "SELECT s.trace_id, s.span_id, l.n, l.trace_id, l.span_id FROM links l JOIN spans s ON s.row = l.row ORDER BY 1, 2, 3",
                                  "SELECT time_ns, severity, body FROM logs ORDER BY 1, 3", "SELECT DISTINCT key, value FROM resources ORDER BY 1, 2"}) {
            const QByteArray before = run({s("sql"), shop_, s(query), s("--as"), s("csv")}).out;
            QVERIFY(before.size() > 15); // the header at least
            QVERIFY2(before == run({s("sql"), path("back.aisle"), s(query), s("--as"), s("csv")}).out, query);
        }
        const Result part = run({s("export"), shop_, s("--select"), s("{ resource.service.name = \"payment\" }")});
        QCOMPARE(part.code, 0);
        QVERIFY(part.out.contains("payment") && !part.out.contains("\"frontend\"")); // its spans alone
        verifySentence(run({s("export"), shop_, s("--out"), shop_}), 1, "is not overwritten");
    }

    // What a format cannot hold is no failure, but it is said and counted.
    void exportSaysWhatIsLost() {
        const QByteArray spans = run({s("sql"), shop_, s("SELECT count(*) FROM spans"), s("--as"), s("csv")}).out.split('\n').at(1).trimmed();
        for (const char* format : {"otlp-json", "otlp-proto", "jaeger", "zipkin", "csv"}) {
            const QString file = path(std::string("export.") + format);
            const Result r = run({s("export"), shop_, s("--format"), s(format), s("--out"), file});
            QCOMPARE(r.code, 0);
            const QString words = QString::fromUtf8(r.error).remove(QLatin1Char(',')), name = QString::fromUtf8(format);
            QVERIFY2(words.contains(QStringLiteral("aisle: %1 spans").arg(QString::fromUtf8(spans))), r.error);
            QVERIFY2(words.contains(QStringLiteral(" exported as %1").arg(name)), r.error);
            QCOMPARE(words.contains(QStringLiteral("aisle: %1 cannot hold parts of a microsecond: ").arg(name)), name == s("jaeger") || name == s("zipkin"));
        }
        QCOMPARE(run({s("export"), shop_, s("--format"), s("xml")}).code, 2);
    }

    void valuesOfAttributes() {
        const QString workspace = path("values.aisle"), file = path("values.jsonl");
        write(file, R"({"resourceSpans":[{"scopeSpans":[{"spans":[)"
                    R"({"traceId":"0000000000000000000000000000000a","spanId":"1","name":"a","startTimeUnixNano":"5","endTimeUnixNano":"9","attributes":[{"key":"order.id","value":{"stringValue":"ORD-12"}}]},)"
                    R"({"traceId":"0000000000000000000000000000000b","spanId":"2","name":"a","startTimeUnixNano":"5","endTimeUnixNano":"9","attributes":[{"key":"order.id","value":{"stringValue":"ORD-13"}}]})"
                    R"(]}]}]})");
        QCOMPARE(run({s("import"), file, s("--into"), workspace}).code, 0);
        const Result keys = run({s("values"), workspace, s("--as"), s("csv")});
        QCOMPARE(keys.code, 0);
        QCOMPARE(keys.out, QByteArray("key,values,many_valued\r\norder.id,2,0\r\n"));
        QCOMPARE(run({s("values"), workspace, s("order.id"), s("ORD-13"), s("--as"), s("csv")}).out,
                 QByteArray("value,spans,traces,trace_id\r\nORD-13,1,1,000000000000000b\r\n"));
        QCOMPARE(run({s("values"), workspace, s("order.id"), s("d-1"), s("--match"), s("contains"), s("--as"), s("csv")}).out.count('\n'), 3);
        QVERIFY(run({s("values"), workspace, s("order.id"), s("ORD"), s("--match"), s("prefix"), s("--limit"), s("1")}).out.contains("more than 1 such values"));
        QVERIFY(run({s("values"), workspace, s("order.id"), s("ord-13")}).out.contains("No span has such a value of order.id."));
        QCOMPARE(run({s("values"), workspace, s("order.id"), s("x"), s("--match"), s("fuzzy")}).code, 2);
    }
};

QTEST_GUILESS_MAIN(TestCliQueries)
#include "tst_cli_queries.moc"
