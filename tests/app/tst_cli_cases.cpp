// Cases on the command line: all of them, one of them, and what a case could be.

#include "cases/case_key.h"
#include "cli_fixture.h"
#include "store/workspace.h"

#include <algorithm>

using namespace aisle::test;

class TestCliCases : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    void casesOneByOne() {
        const json all = shown({s("cases")});
        const json funnel = shown({s("funnel")});
        QVERIFY(all.size() >= 30);
        size_t converted = 0;
        for (const auto& row : all) {
            converted += row["outcome"] == "converted";
            QVERIFY(row["traces"] > 0 && row["spans"] >= row["traces"]);
        }
        QCOMPARE(converted, funnel.back()["reached"].get<size_t>());
        QCOMPARE(shown({s("cases"), s("--limit"), s("5")}).size(), size_t(5));
        const json some = shown({s("cases"), s("--select"), s("{ aisle:error = true }")});
        QVERIFY(!some.empty() && some.size() < all.size());
        QVERIFY(run({s("show"), s("cases"), shop_, s("--limit"), s("5")}).out.contains("more sessions left out by --limit"));
    }

    void oneCase() {
        const json all = shown({s("cases")});
        const auto& first = all[0];
        const QString value = QString::fromStdString(first["case"].get<std::string>());
        const json story = shown({s("case"), s("--case"), value});
        size_t traces = 0, stages = 0;
        for (const auto& row : story) {
            traces += row["what"] == "trace";
            stages += row["what"] == "stage";
        }
        QCOMPARE(traces, first["traces"].get<size_t>());
        QVERIFY(stages > 0);
        verifySentence(run({s("show"), s("case"), shop_, s("--case"), s("nobody")}), 1, "No session here is nobody");
        verifySentence(run({s("show"), s("case"), shop_}), 2, "case needs --case");
        verifySentence(run({s("show"), s("cases"), shop_, s("--case"), value}), 2, "--case is for case");
    }

    // Where no journey fits there are cases all the same.
    void withoutAJourney() {
        const QString file = path("inner.jsonl");
        {
            std::ofstream out(file.toStdString());
            for (int i = 1; i <= 3; ++i) {
                std::string line = "{'resourceSpans':[{'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'a'}}]},'scopeSpans':[{'spans':[{'traceId':'0123456789abcdef0123456789abcde" + std::to_string(i) +
                                   "','spanId':'0123456789abcde" + std::to_string(i) + "','name':'inner','kind':1,'startTimeUnixNano':'1700000000000000000','endTimeUnixNano':'1700000000100000000','attributes':[{'key':'session.id','value':{'stringValue':'s" +
                                   std::to_string(i) + "'}}]}]}]}]}";
                std::replace(line.begin(), line.end(), '\'', '"'); // raw strings with quotes hide the class from moc
                out << line << '\n';
            }
        }
        const Result cases = run({s("show"), s("cases"), file, s("--as"), s("json")});
        QVERIFY2(cases.code == 0, cases.error);
        QCOMPARE(json::parse(cases.out.toStdString()).size(), size_t(3));
        QVERIFY(run({s("show"), s("cases"), file}).out.contains("None of the known journeys fits"));
        QCOMPARE(run({s("show"), s("case"), file, s("--case"), s("s2")}).code, 0);
        QCOMPARE(run({s("show"), s("funnel"), file}).code, 1);
    }

    // "No span of this file says which session it belongs to", and no word of what to do about it here.
    void withoutSessions() {
        const auto requests = [](const char* key) {
            json spans = json::array();
            for (int i = 0; i < 6; ++i) {
                const std::string id = "000000000000000" + std::to_string(i + 1);
                spans.push_back({{"traceId", id}, {"id", id}, {"kind", "SERVER"}, {"name", i % 2 == 0 ? "look" : "buy"}, {"timestamp", 1'700'000'000'000'000 + 1000 * i}, {"duration", 10},
                                 {"localEndpoint", {{"serviceName", "shop"}}}, {"tags", {{key, "c" + std::to_string(i / 2)}}}});
            }
            return QByteArray::fromStdString(spans.dump());
        };
        const QString carts = path("carts.aisle"), nothing = path("nothing.aisle");
        for (const auto& [workspace, key] : {std::pair(carts, "shop.cartId"), std::pair(nothing, "colour")}) {
            write(path("requests.json"), requests(key));
            QCOMPARE(run({s("import"), path("requests.json"), s("--into"), workspace}).code, 0);
        }
        for (const char* view : {"cases", "funnel", "drop-off", "paths", "variants"}) {
            verifySentence(run({s("show"), s(view), carts}), 1, "Choose one with --by-case ATTRIBUTE, for example --by-case shop.cartId; aisle show case-keys lists");
            verifySentence(run({s("show"), s(view), nothing}), 1, "Choose one with --by-case ATTRIBUTE; aisle show case-keys lists");
        }
        QCOMPARE(run({s("show"), s("cases"), carts, s("--by-case"), s("shop.cartId")}).code, 0);
        const Result none = run({s("show"), s("case-keys"), nothing});
        QVERIFY2(none.code == 0 && none.out.startsWith("No attribute of this file looks like that of a session"), none.out);
    }

    // A picture of another stage or field was drawn, and an option whose value was empty did nothing.
    void whatIsNotThereIsNotDrawn() {
        const auto show = [&](const char* view, const char* option, const char* value, const char* as) { return run({s("show"), s(view), shop_, s(option), s(value), s("--as"), s(as)}); };
        verifySentence(show("drop-off", "--stage", "Nope", "svg"), 1, "The journey has no stage Nope; its stages are");
        QVERIFY(!show("drop-off", "--stage", "checkout", "svg").error.contains("has no stage")); // whatever the letters, as in text
        verifySentence(show("drop-off", "--stage", "Payment", "svg"), 1, "There is nothing to draw of drop-off; --as text says why");
        verifySentence(show("breakdown", "--by", "foo", "png"), 1, "is no field");
        QCOMPARE(show("drop-off", "--stage", "", "text").code, 2);
        QCOMPARE(show("funnel", "--baseline", "", "text").code, 2);
        const Result conversion = show("conversion", "--utc", "--with-bots", "text");
        QVERIFY2(conversion.code == 0 && conversion.out.contains("of bots and synthetic traffic count as well"), QByteArray(conversion.out + conversion.error));
    }

    // Headings that say what stands below them; and two durations are not called the same.
    void headings() {
        const QByteArray keys = run({s("show"), s("case-keys"), shop_}).out;
        for (const char* heading : {"For --by-case", "Good choice", "Your own", "Traces of largest"})
            QVERIFY2(keys.contains(heading), keys);
        const QByteArray cases = run({s("show"), s("cases"), shop_, s("--limit"), s("1")}).out, ways = run({s("show"), s("variants"), shop_, s("--limit"), s("1")}).out;
        QVERIFY2(cases.contains("First to last") && !cases.contains("Duration"), cases);
        QVERIFY2(ways.contains("p50 of events") && ways.contains("from the first event of a case to the end of its last one") && !ways.contains("p50 duration"), ways);
    }

    // As if everybody who stopped would have bought: "about 50,843 EUR at risk".
    void expectedLoss() {
        const Result shown = run({s("show"), s("drop-off"), shop_, s("--stage"), s("Visit")});
        QVERIFY2(shown.code == 0 && shown.out.contains("Expected loss of all that stopped here: about ") && shown.out.contains("converted as often as those that did go on and are over (") && !shown.out.contains("at risk"), shown.out);
    }

    void whatACaseIs() {
        const json keys = shown({s("case-keys")});
        QVERIFY(!keys.empty());
        QVERIFY(keys[0]["id"] == "session" && keys[0]["good"] == "yes" && keys[0]["cases"] >= 30);
        for (const auto& key : keys) {
            if (key["good"] != "yes")
                continue;
            const Result cases = run({s("show"), s("cases"), shop_, s("--as"), s("json"), s("--by-case"), QString::fromStdString(key["id"].get<std::string>())});
            QVERIFY2(cases.code == 0, cases.error);
            QVERIFY(json::parse(cases.out.toStdString()).size() <= key["cases"].get<size_t>()); // without those of bots
        }
        QCOMPARE(run({s("show"), s("funnel"), shop_, s("--by-case"), s("session.id")}).code, 0);
        verifySentence(run({s("show"), s("cases"), shop_, s("--by-case"), s("no.such.key")}), 1, "Cases can be by session");
        verifySentence(run({s("show"), s("trace-list"), shop_, s("--by-case"), s("session")}), 2, "--by-case is for");
        QVERIFY(run({s("show"), s("case-keys"), shop_, s("--as"), s("pdf")}).out.startsWith("%PDF-"));
        verifySentence(run({s("show"), s("case-keys"), shop_, s("--select"), s("{ }")}), 2, "--select does not apply");
    }

    // A notion of a file, of the workspace, and what it says of itself.
    void ownNotions() {
        const QString file = path("visit.json"), kept = path("kept.aisle");
        const QByteArray visit = "{\"id\": \"visit\", \"title\": \"Visit\", \"plural\": \"visits\", \"keys\": [\"no.such.key\", \"session.id\"], \"ties\": [\"order.id\"], "
                                "\"bots\": \"{ name = \\\"nothing is called so\\\" }\"}";
        write(file, visit);
        const Result funnel = run({s("show"), s("funnel"), shop_, s("--by-case"), file});
        QVERIFY2(funnel.code == 0 && funnel.out.contains("visits by session.id"), QByteArray(funnel.error + funnel.out));
        const Result trial = run({s("show"), s("case-keys"), shop_, s("--by-case"), file});
        QVERIFY2(trial.code == 0 && trial.out.contains("A visit is all traces with the same no.such.key, else session.id") && trial.out.contains("Nobody is a bot by") == !trial.out.contains("of bots and synthetic"), trial.out);
        QCOMPARE(shown({s("case-keys"), s("--by-case"), s("session")}).size(), size_t(1));
        write(file, "{\"id\": \"till\", \"title\": \"Till\", \"plural\": \"tills\", \"keys\": [\"till.id\"]}");
        verifySentence(run({s("show"), s("funnel"), shop_, s("--by-case"), file}), 1, "which till it belongs to");
        write(file, "{\"id\": \"till\"}");
        verifySentence(run({s("show"), s("funnel"), shop_, s("--by-case"), file}), 1, "visit.json: The notion of a case cannot be read");

        QVERIFY(QFile::copy(shop_, kept));
        {
            const auto workspace = aisle::Workspace::open(kept.toStdString(), aisle::Workspace::Access::ReadWrite);
            aisle::keepCaseKey(*workspace->connect(), aisle::caseKeyFromJson(visit.toStdString()), 1);
        }
        const Result list = run({s("show"), s("case-keys"), kept, s("--as"), s("json")});
        QVERIFY2(list.code == 0, list.error);
        const auto keys = json::parse(list.out.toStdString());
        QVERIFY(keys[0]["id"] == "visit" && keys[0]["own"] == "yes" && keys[0]["cases"] == keys[1]["cases"]);
        QVERIFY(keys[1]["id"] == "session" && keys[1]["own"] == "no");
        for (const char* name : {"visit", "Visit", "visits"}) {
            const Result cases = run({s("show"), s("funnel"), kept, s("--by-case"), s(name)});
            QVERIFY2(cases.code == 0 && cases.out.contains("visits by session.id"), QByteArray(cases.error + cases.out));
        }
    }

    // Each outcome lists the cases that all of them say have it.
    void byOutcome() {
        const json all = shown({s("cases")});
        size_t together = 0;
        for (const char* outcome : {"converted", "stopped", "open", "never-began"}) {
            const std::string words = std::string(outcome) == "never-began" ? "never began" : outcome;
            const json some = shown({s("cases"), s("--outcome"), s(outcome)});
            QCOMPARE(some.size(), static_cast<size_t>(std::count_if(all.begin(), all.end(), [&](const json& one) { return one["outcome"] == words; })));
            for (const auto& one : some)
                QVERIFY(one["outcome"] == words);
            together += some.size();
        }
        QCOMPARE(together, all.size());
        QVERIFY(shown({s("cases"), s("--outcome"), s("stopped")}).size() > 0);
        verifySentence(run({s("show"), s("funnel"), shop_, s("--outcome"), s("stopped")}), 2, "--outcome is for cases");
        QVERIFY(run({s("show"), s("cases"), shop_, s("--outcome"), s("sold")}).code != 0);
    }

    // By session the funnel of such a file said "choose users", and by user "choose sessions".
    void ordersWithoutSessions() {
        const QString file = path("orders.jsonl");
        {
            std::ofstream out(file.toStdString());
            int spans = 0;
            const auto span = [&](int trace, bool hasParent, const std::string& service, const std::string& name, const std::string& attributes) {
                const auto hex = [](int digits, int number) {
                    std::string text = std::to_string(number);
                    return std::string(static_cast<size_t>(digits) - text.size(), '0') + text;
                };
                ++spans;
                std::string line = "{'resourceSpans':[{'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'" + service + "'}}]},'scopeSpans':[{'spans':[{'traceId':'" + hex(32, trace) + "','spanId':'" + hex(16, spans) + "'," +
                                   (hasParent ? "'parentSpanId':'" + hex(16, spans - 1) + "'," : "") + "'name':'" + name + "','kind':2,'startTimeUnixNano':'" + std::to_string(1700000000000000000 + spans * 1000000LL) +
                                   "','endTimeUnixNano':'" + std::to_string(1700000000000500000 + spans * 1000000LL) + "','attributes':[" + attributes + "]}]}]}]}";
                std::replace(line.begin(), line.end(), '\'', '"');
                out << line << '\n';
            };
            const auto attribute = [](const std::string& key, const std::string& value) { return "{'key':'" + key + "','value':{'stringValue':'" + value + "'}}"; };
            const auto request = [&](int trace, const std::string& method, const std::string& asked, const std::string& session) {
                span(trace, false, "frontend", method, attribute("http.request.method", method) + "," + attribute("url.path", asked) + (session.empty() ? "" : "," + attribute("session.id", session)));
            };
            int trace = 1;
            for (const char* session : {"a", "b", "c"}) {
                request(trace++, "GET", "/", session);
                request(trace++, "POST", "/api/cart", session);
            }
            request(trace++, "GET", "/api/data", "only-data");
            for (const char* user : {"u", "v"}) {
                request(trace, "POST", "/api/checkout", "");
                span(trace++, true, "checkout", "CheckoutService/PlaceOrder", attribute("app.user.id", user));
            }
        }
        const Result sessions = run({s("show"), s("funnel"), file});
        QVERIFY2(sessions.code == 0 && sessions.out.contains("1 session never reached Visit: it only asked for GET /api/data."), QByteArray(sessions.out + sessions.error));
        QVERIFY2(sessions.out.contains("they have app.user.id: choose users as cases."), sessions.out);
        const Result users = run({s("show"), s("funnel"), file, s("--by-case"), s("user")});
        QVERIFY2(users.code == 0 && users.out.contains("The stages are proposed from what these users did") && !users.out.contains("choose sessions"), QByteArray(users.out + users.error));
        const json stages = json::parse(run({s("show"), s("funnel"), file, s("--by-case"), s("user"), s("--as"), s("json")}).out.toStdString());
        QCOMPARE(stages.size(), size_t(2));
        QVERIFY(stages.back()["stage"] == "Place order" && stages.back()["reached"] == 2);
        // A journey that was asked for is not exchanged.
        QCOMPARE(json::parse(run({s("show"), s("funnel"), file, s("--by-case"), s("user"), s("--journey"), s("otel-demo"), s("--as"), s("json")}).out.toStdString()).size(), size_t(3));
        const Result never = run({s("show"), s("cases"), file, s("--outcome"), s("never-began"), s("--as"), s("json")});
        QVERIFY2(never.code == 0, never.error);
        const json cases = json::parse(never.out.toStdString());
        QVERIFY(cases.size() == 1 && cases[0]["case"] == "only-data");
    }

    void withBots() {
        const Result without = run({s("show"), s("funnel"), shop_}), with = run({s("show"), s("funnel"), shop_, s("--with-bots")});
        QVERIFY2(without.code == 0 && without.out.contains("of bots and synthetic traffic") && without.out.contains("left out"), without.out);
        QVERIFY2(with.code == 0 && with.out.contains("as well.") && !with.out.contains("left out"), with.out);
        QVERIFY(shown({s("cases"), s("--with-bots")}).size() > shown({s("cases")}).size());
        verifySentence(run({s("show"), s("trace-list"), shop_, s("--with-bots")}), 2, "--with-bots is for");
    }

private:
    json shown(QStringList what) {
        what.insert(1, shop_);
        const Result r = run(QStringList{s("show")} + what + QStringList{s("--as"), s("json")});
        if (r.code != 0)
            qFatal("%s", r.error.constData());
        return json::parse(r.out.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestCliCases)
#include "tst_cli_cases.moc"
