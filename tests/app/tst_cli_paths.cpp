// aisle show paths and variants, on the demo shop.

#include "cli_fixture.h"

#include <map>
#include <set>

using namespace aisle::test;

class TestCliPaths : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    void tablesAgree() {
        for (const QStringList& of : {QStringList{}, {s("--of"), s("stages")}, {s("--of"), s("span:name"), s("--every-request")}}) {
            const json edges = table(QStringList{s("paths")} + of), nodes = table(QStringList{s("paths"), s("--by"), s("node")} + of);
            const json ways = table(QStringList{s("variants")} + of);
            std::map<std::string, int64_t> in, out;
            for (const json& edge : edges) {
                out[edge["from"]] += edge["times"].get<int64_t>();
                in[edge["to"]] += edge["times"].get<int64_t>();
            }
            QVERIFY(nodes.size() > 2);
            for (const json& node : nodes) {
                QCOMPARE(in[node["activity"]], node["events"].get<int64_t>());
                QCOMPARE(out[node["activity"]], node["events"].get<int64_t>());
            }
            int64_t cases = 0, open = 0;
            for (const json& way : ways) {
                cases += way["cases"].get<int64_t>();
                open += way["open"].get<int64_t>();
            }
            QCOMPARE(cases, out["(start)"]);
            QCOMPARE(open, in["(still open)"]);
            QCOMPARE(cases, in["(end)"] + open);
            QVERIFY(table(QStringList{s("paths"), s("--by"), s("variant")} + of) == ways);
        }
    }

    // Those that had converted and might go on were open here, and nowhere in the funnel.
    void openAsInTheFunnel() {
        int64_t open = 0, ofFunnel = 0;
        for (const json& way : table({s("variants")}))
            open += way["open"].get<int64_t>();
        for (const json& stage : table({s("funnel")}))
            ofFunnel += stage["open"].is_number() ? stage["open"].get<int64_t>() : 0;
        QCOMPARE(open, ofFunnel); // everybody visits
    }

    void wideValuesAreCutInText() {
        const QStringList variants{s("show"), s("variants"), shop_, s("--of"), s("span:name"), s("--every-request")};
        const Result text = run(variants), csv = run(variants + QStringList{s("--as"), s("csv")});
        QVERIFY2(text.code == 0 && csv.code == 0, QByteArray(text.error + csv.error));
        QVERIFY(text.out.contains("\u2026") && text.out.contains("csv and json have them whole"));
        QVERIFY(!csv.out.contains("\u2026"));
    }

    void namesOfRequests() {
        std::set<std::string> names;
        for (const json& node : table({s("paths"), s("--by"), s("node")}))
            names.insert(node["activity"].get<std::string>());
        QVERIFY2(names.contains("POST /api/payment"), qPrintable(QString::fromStdString(json(names).dump())));
        for (const std::string& name : names)
            QVERIFY2(std::none_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }), name.c_str()); // no ids
    }

    void background() {
        json spans = json::array();
        const auto add = [&](const char* session, const std::string& path) {
            const std::string id = "000000000000000" + std::to_string(spans.size() + 1);
            spans.push_back({{"traceId", id}, {"id", id}, {"kind", "SERVER"}, {"name", "get"}, {"timestamp", 1'700'000'000'000'000 + 1000 * spans.size()}, {"duration", 10}, {"localEndpoint", {{"serviceName", "shop"}}},
                             {"tags", {{"session.id", session}, {"http.method", "GET"}, {"http.path", path}}}});
        };
        for (const char* session : {"a", "b"}) {
            add(session, "/cart");
            add(session, "/logo.png");
        }
        add("a", "/healthz");
        const QString file = path("assets.json");
        write(file, QByteArray::fromStdString(spans.dump()));
        for (const QString& view : {s("paths"), s("variants")}) {
            const Result shown = run({s("show"), view, file});
            QVERIFY2(shown.code == 0 && shown.out.contains("3 requests that are no acts of customers are left out (static assets 2, health checks 1); --every-request counts them."), QByteArray(shown.out + shown.error));
            QVERIFY2(shown.out.contains("GET /cart") && !shown.out.contains("logo.png"), shown.out);
            const Result every = run({s("show"), view, file, s("--every-request")});
            QVERIFY2(every.code == 0 && every.out.contains("GET /logo.png") && every.out.contains("GET /healthz") && !every.out.contains("left out"), QByteArray(every.out + every.error));
        }
    }

    void detail() {
        const json all = table({s("paths"), s("--by"), s("node")});
        const json half = table({s("paths"), s("--by"), s("node"), s("--detail"), s("50")});
        QCOMPARE(half.size(), (all.size() + 1) / 2);
        QVERIFY(table({s("paths"), s("--detail"), s("100,0")}).size() < table({s("paths")}).size());
        const Result text = run({s("show"), s("paths"), shop_, s("--detail"), s("50,20")});
        QVERIFY2(text.out.contains("left out by the detail"), text.out);
        QVERIFY(text.out.contains("is over when it has been silent"));
        const json folded = table({s("variants"), s("--fold-repeats")}), apart = table({s("variants")});
        QVERIFY(folded.size() <= apart.size());
        QCOMPARE(table({s("variants"), s("--limit"), s("2")}).size(), size_t(2));
        QCOMPARE(table({s("paths"), s("--by"), s("variant"), s("--limit"), s("2")}), table({s("variants"), s("--limit"), s("2")}));
        const Result none = run({s("show"), s("paths"), shop_, s("--select"), s("{ name = \"nobody does this\" }")});
        QVERIFY2(none.code == 0 && none.out.contains("Nothing is selected."), none.out);
    }

    void documents() {
        const Result dot = run({s("show"), s("paths"), shop_, s("--as"), s("dot"), s("--of"), s("stages")});
        QVERIFY2(dot.code == 0, dot.error);
        QVERIFY(dot.out.contains("digraph paths {") && dot.out.contains("start -> n") && dot.out.contains("-> over ["));
        const Result mermaid = run({s("show"), s("paths"), shop_, s("--as"), s("mermaid")});
        QVERIFY2(mermaid.code == 0 && mermaid.out.startsWith("flowchart LR\n"), mermaid.error);
    }

    void pictures() {
        const Result svg = run({s("show"), s("paths"), shop_, s("--as"), s("svg"), s("--of"), s("stages"), s("--detail"), s("100")});
        QVERIFY2(svg.code == 0, svg.error);
        QVERIFY(svg.out.contains("<svg") && svg.out.contains("Start") && svg.out.contains("Checkout"));
        const Result variants = run({s("show"), s("variants"), shop_, s("--as"), s("svg"), s("--of"), s("stages"), s("--limit"), s("1")}); // the table: no view draws it
        QVERIFY2(variants.code == 0 && variants.out.contains("<svg") && variants.out.contains("left out by --limit"), variants.error);
        QVERIFY(run({s("show"), s("variants"), shop_, s("--as"), s("png"), s("--theme"), s("dark")}).out.startsWith("\x89PNG"));
    }

    void wrongUsage() {
        verifySentence(run({s("show"), s("paths"), shop_, s("--as"), s("graphml")}), 2, "--as graphml is for the service graph");
        verifySentence(run({s("show"), s("variants"), shop_, s("--as"), s("dot")}), 2, "and for paths");
        verifySentence(run({s("show"), s("paths"), shop_, s("--by"), s("service")}), 2, "paths are by edge, node or variant");
        verifySentence(run({s("show"), s("paths"), shop_, s("--fold-repeats")}), 2, "--fold-repeats is for variants");
        for (const char* of : {"stages", "visits"})
            verifySentence(run({s("show"), s("paths"), shop_, s("--of"), s(of), s("--every-request")}), 2, "--every-request");
        verifySentence(run({s("show"), s("funnel"), shop_, s("--of"), s("stages")}), 2, "are for paths and variants");
        verifySentence(run({s("show"), s("paths"), shop_, s("--of"), s("no field")}), 1, "is no field");
        for (const char* percent : {"101", "50,-1", "nan"}) // of no number the program crashed
            verifySentence(run({s("show"), s("paths"), shop_, s("--detail"), s(percent)}), 2, "--detail is percent, 0 to 100");
    }

private:
    json table(const QStringList& arguments) {
        const Result shown = run(QStringList{s("show"), arguments.front(), shop_, s("--as"), s("json")} + arguments.mid(1));
        if (shown.code != 0)
            qFatal("%s", shown.error.constData());
        return json::parse(shown.out.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestCliPaths)
#include "tst_cli_paths.moc"
