// Options of aisle show: honoured by a view, or refused.

#include "cli_fixture.h"

#include <algorithm>
#include <set>

using namespace aisle::test;

class TestCliOptions : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    // Options that were not honoured were not refused either, and a bad --baseline was a failure where a bad --select was wrong usage.
    void whatAViewCannotHonourIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("words");
        const auto add = [](const char* view, const QStringList& more, const char* words) { QTest::addRow("%s %s", view, qPrintable(more.join(u' '))) << (QStringList{s(view)} + more) << QByteArray(words); };
        for (const char* view : {"service-graph", "sequence"}) {
            add(view, {s("--limit"), s("5")}, "--limit is for trace-list, scatter, cases, orders, dotted-chart, performance-spectrum, variants and paths by variant");
            add(view, {s("--with"), s("0a")}, "--with is for compare");
            add(view, {s("--matching-spans")}, "--matching-spans is for ");
            add(view, {s("--measure"), s("p50")}, "--measure is for rates");
            add(view, {s("--theme"), s("dark")}, "--theme is for pictures");
            add(view, {s("--select"), s("{ nonsense")}, "--select, character ");
        }
        add("sequence", {s("--baseline"), s("{ }")}, "--baseline is for differences, funnel, fulfilment and service-graph");
        add("sequence", {s("--by"), s("service")}, "--by is for ");
        add("sequence", {s("--as"), s("dot")}, "--as dot is for the service graph");
        add("service-graph", {s("--adjust-clocks")}, "--adjust-clocks is for ");
        add("service-graph", {s("--all")}, "--all is for ");
        add("service-graph", {s("--by"), s("service")}, "by edge or by node");
        add("service-graph", {s("--by"), s("node"), s("--as"), s("dot")}, "as a table");
        add("service-graph", {s("--by"), s("node"), s("--as"), s("png")}, "as a table");
        add("service-graph", {s("--baseline"), s("{ }"), s("--as"), s("dot")}, "a table or a picture");
        add("service-graph", {s("--baseline"), s("{ }"), s("--trace"), s("0a")}, "--trace does not go with it");
        add("service-graph", {s("--baseline"), s("{ }"), s("--by"), s("node")}, "--by does not go with it");
        add("service-graph", {s("--baseline"), s("{ nonsense")}, "--baseline, character ");
        add("differences", {s("--baseline"), s("{ nonsense")}, "--baseline, character ");
        add("trace-list", {s("--as"), s("dot")}, "--as dot is for the service graph");
        add("waterfall", {s("--as"), s("mermaid")}, "--as mermaid is for the service graph, for paths and for sequence");
        add("trace-list", {s("--trace"), s("0a")}, "--trace is for ");
        add("compare", {s("--adjust-clocks")}, "--adjust-clocks is for ");
        add("notes", {s("--select"), s("{ }")}, "--select does not apply");
        add("scatter", {s("--limit"), s("5"), s("--as"), s("png")}, "--limit is for tables");
        add("paths", {s("--limit"), s("5")}, "--limit is for ");
        add("paths", {s("--limit"), s("5"), s("--by"), s("node")}, "--limit is for ");
        for (const char* view : {"case-keys", "funnel", "service-graph", "waterfall", "overview", "report"})
            add(view, {s("--utc")}, "--utc is for what shows moments");
        add("waterfall", {s("--utc"), s("--as"), s("svg")}, "--utc is for what shows moments");
    }

    void whatAViewCannotHonourIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, words);
        verifySentence(run(QStringList{s("show"), arguments[0], shop_} + arguments.mid(1)), 2, words.constData());
    }

    // Of a script whose variable is not set: "--detail ''" kept 0 % of the activities, other options meant what there is without them.
    void emptyValuesAreRefused() {
        for (const char* option : {"--select", "--trace", "--with", "--baseline", "--journey", "--by-case", "--outcome", "--case", "--stage", "--by", "--measure", "--limit", "--of", "--detail", "--as", "--theme", "--out"}) {
            const Result r = run({s("show"), s("funnel"), shop_, s(option), QString()});
            QVERIFY2(r.code == 2 && r.error.startsWith(QByteArray("aisle: " + QByteArray(option) + ": the value is empty\n")), QByteArray(option + r.error));
        }
        for (const QStringList& more : {QStringList{s("query"), shop_, s("{ }"), s("--step"), QString()}, {s("values"), shop_, s("--match"), QString()}, {s("export"), shop_, s("--select"), QString()}, {s("sql"), shop_, s("SELECT 1"), s("--out"), QString()},
                                        {s("import"), demo_, s("--into"), QString()}, {s("demo"), s("--out"), QString()}, {s("--select"), QString()}}) {
            const Result r = run(more);
            QVERIFY2(r.code == 2 && r.error.contains(": the value is empty\n"), qPrintable(more.join(u' ') + QString::fromUtf8(r.error)));
        }
        QCOMPARE(run({s("values"), shop_, s("session.id"), QString(), s("--limit"), s("1")}).code, 0); // an argument is no option: the first values
    }

    // "Value -1 not in range 0.000000 to 1797693...", 300 digits.
    void numbersSayWhatIsAllowed() {
        const auto is = [&](const QStringList& arguments, const char* words) {
            const Result r = run(arguments);
            QVERIFY2(r.code == 2 && r.error.startsWith(QByteArray("aisle: " + QByteArray(words) + "\n")), qPrintable(arguments.join(u' ') + QString::fromUtf8(r.error)));
        };
        for (const char* number : {"-1", "1.5", "many", "99999999999999999999"})
            is({s("show"), s("trace-list"), shop_, s("--limit"), s(number)}, qPrintable(QStringLiteral("--limit: \"%1\" is not allowed: a whole number, 0 or more").arg(s(number))));
        is({s("query"), shop_, s("{ }"), s("--limit"), s("-1")}, "--limit: \"-1\" is not allowed: a whole number, 0 or more");
        is({s("values"), shop_, s("--limit"), s("0")}, "--limit: \"0\" is not allowed: a whole number, 1 or more");
        is({s("demo"), s("--out"), s("-"), s("--sessions"), s("0")}, "--sessions: \"0\" is not allowed: a whole number, 1 or more");
        QCOMPARE(run({s("show"), s("trace-list"), shop_, s("--limit"), s("0"), s("--as"), s("csv")}).out, run({s("show"), s("trace-list"), shop_, s("--as"), s("csv")}).out); // all
    }

    // What is refused elsewhere changes something here.
    void utcIsHonoured() {
        qputenv("TZ", "Asia/Tokyo");
        for (const char* view : {"trace-list", "heatmap", "scatter", "rates", "conversion", "cases", "overview"}) {
            const QStringList show{s("show"), s(view), shop_, s("--as"), std::string_view(view) == "overview" ? s("svg") : s("text")};
            const Result local = run(show), utc = run(show + QStringList{s("--utc")});
            QVERIFY2(local.code == 0 && utc.code == 0 && local.out != utc.out, view);
        }
        qunsetenv("TZ");
    }

    // Compared with nothing the table was refused, and the picture showed a graph without colours.
    void graphsAreNotComparedWithNothing() {
        for (const char* form : {"text", "csv", "svg", "png"}) {
            const auto compare = [&](const char* select, const char* baseline) {
                return run({s("show"), s("service-graph"), shop_, s("--as"), s(form), s("--select"), s(select), s("--baseline"), s(baseline)});
            };
            verifySentence(compare("{ }", "{ name = \"nope\" }"), 1, "There is nothing to compare with.");
            verifySentence(compare("{ name = \"nope\" }", "{ }"), 1, "Nothing is selected.");
        }
        const Result changed = run({s("show"), s("service-graph"), shop_, s("--as"), s("svg"), s("--select"), s("{ aisle:error = true }"), s("--baseline"), s("{ }")});
        QVERIFY2(changed.code == 0 && changed.out.contains("changed beyond chance"), changed.error); // under the picture, what was compared
    }

    // A picture of differences was the same whatever it was asked to compare.
    void picturesOfDifferencesHonourOptions() {
        const auto picture = [&](const QStringList& more) { return run(QStringList{s("show"), s("differences"), shop_, s("--as"), s("svg"), s("--select"), s("{ aisle:error = true }")} + more).out; };
        const QByteArray plain = picture({});
        QVERIFY(plain.contains("<svg") && plain == picture({}));
        for (const QStringList& more : {QStringList{s("--baseline"), s("{ resource.service.name = \"cart\" }")}, {s("--matching-spans")}})
            QVERIFY(picture(more).contains("<svg") && plain != picture(more));
    }

    // --trace beside --select: the scope was not looked at.
    void theTraceMustBeInTheScope() {
        const char* const inside = "{ aisle:error = true }";
        const auto idsOf = [&](const char* scope) {
            std::set<std::string> ids;
            for (const json& trace : json::parse(run({s("show"), s("trace-list"), shop_, s("--as"), s("json"), s("--select"), s(scope)}).out.toStdString()))
                ids.insert(trace["trace_id"].get<std::string>());
            return ids;
        };
        const std::set<std::string> in = idsOf(inside), all = idsOf("{ }");
        const auto outside = std::find_if(all.begin(), all.end(), [&](const std::string& id) { return !in.contains(id); });
        QVERIFY(!in.empty() && outside != all.end());
        const QString failed = QString::fromStdString(*in.begin()), other = QString::fromStdString(*outside);
        for (const char* view : {"service-graph", "sequence", "waterfall"}) {
            const auto show = [&](const QStringList& more) { return run(QStringList{s("show"), s(view), shop_} + more); };
            const Result both = show({s("--trace"), failed, s("--select"), s(inside)});
            QVERIFY2(both.code == 0, both.error);
            QVERIFY(both.out == show({s("--trace"), failed}).out);
            verifySentence(show({s("--trace"), other, s("--select"), s(inside)}), 1, "is not in the scope of --select");
            verifySentence(show({s("--trace"), other, s("--select"), s(inside), s("--as"), s("svg")}), 1, "is not in the scope of --select");
        }
        QCOMPARE(run({s("show"), s("compare"), shop_, s("--trace"), other, s("--with"), failed, s("--select"), s(inside)}).code, 0); // there it says what is usual
    }
};

QTEST_GUILESS_MAIN(TestCliOptions)
#include "tst_cli_options.moc"
