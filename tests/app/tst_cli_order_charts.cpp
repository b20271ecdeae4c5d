// aisle show dotted-chart, performance-spectrum and work-in-progress, on a demo shop whose stock is slow.

#include "cli_fixture.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace aisle::test;

class TestCliOrderCharts : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY2(fs::exists(AISLE_PROGRAM), "build the program first");
        demo_ = path("demo.jsonl");
        shop_ = path("shop.aisle");
        QCOMPARE(run({s("demo"), s("--scenario"), s("slow-inventory"), s("--sessions"), s("300"), s("--out"), demo_}).code, 0);
        const Result r = run({s("import"), demo_, s("--into"), shop_});
        QVERIFY2(r.code == 0, r.error);
    }

    // The three say the same of the same orders.
    void tablesAgree() {
        const json dots = table({s("dotted-chart")}), pairs = table({s("performance-spectrum"), s("--by"), s("pair")});
        std::map<std::string, std::vector<json>> visits;
        for (const json& dot : dots)
            visits[dot["order"].get<std::string>()].push_back(dot);
        QVERIFY(visits.size() > 10);
        const json byTime = table({s("work-in-progress")}), byStage = table({s("work-in-progress"), s("--by"), s("stage")});
        int64_t arrivals = 0;
        for (const json& bin : byTime)
            arrivals += bin["arrivals"].get<int64_t>();
        QCOMPARE(arrivals, int64_t(visits.size()));
        QVERIFY(byStage[0]["arrived"] == arrivals);
        int64_t mean = 0;
        for (const json& stage : byStage)
            mean += (stage == byStage[0] ? -1 : 1) * std::llround(stage["mean"].get<double>() * 1e6);
        QVERIFY2(std::abs(mean) < 20, qPrintable(QString::number(mean))); // stages add up to the whole

        // Pairs counted again from the dots, which are by time within an order.
        std::map<std::pair<std::string, std::string>, int64_t> times;
        for (const auto& [order, own] : visits)
            for (size_t i = 1; i < own.size(); ++i)
                ++times[{own[i - 1]["stage"].get<std::string>(), own[i]["stage"].get<std::string>()}];
        QCOMPARE(pairs.size(), times.size());
        for (const json& pair : pairs)
            QCOMPARE(pair["times"].get<int64_t>(), (times[{pair["from"].get<std::string>(), pair["to"].get<std::string>()}]));

        // Without stages the spectrum is of the first pair that has two.
        const auto widest = std::find_if(pairs.begin(), pairs.end(), [](const json& pair) { return pair["from"] != pair["to"]; });
        QVERIFY(widest != pairs.end());
        const json spectrum = table({s("performance-spectrum")});
        QVERIFY((*widest)["times"] == spectrum.size());
        int64_t total = 0, overtook = 0, overtaken = 0;
        for (const json& segment : spectrum) {
            total += segment["duration_ns"].get<int64_t>();
            overtook += segment["overtook"].get<int64_t>();
            overtaken += segment["overtaken_by"].get<int64_t>();
        }
        QVERIFY((*widest)["total_ns"] == total);
        QCOMPARE(overtook, overtaken);
        const QStringList named{s("--from"), QString::fromStdString((*widest)["from"].get<std::string>()), s("--to"), QString::fromStdString((*widest)["to"].get<std::string>())};
        QVERIFY(table(QStringList{s("performance-spectrum")} + named) == spectrum);
        QCOMPARE(table(QStringList{s("performance-spectrum"), s("--limit"), s("2")} + named).size(), size_t(2));
        QVERIFY(table(QStringList{s("performance-spectrum"), s("--eventually")} + named).size() > 0);
        int64_t in = 0;
        for (const json& bin : table(QStringList{s("performance-spectrum"), s("--by"), s("time")} + named))
            in += bin["in"].get<int64_t>();
        QVERIFY(in >= int64_t(spectrum.size())); // and those that wait
    }

    void sorted() {
        const auto orders = [&](const char* by) {
            std::vector<std::string> out;
            for (const json& dot : table({s("dotted-chart"), s("--sort"), s(by)}))
                if (const auto order = dot["order"].get<std::string>(); out.empty() || out.back() != order)
                    out.push_back(order);
            return out;
        };
        auto start = orders("start"), lead = orders("lead");
        QVERIFY(start != lead && start.size() == lead.size());
        std::sort(start.begin(), start.end());
        std::sort(lead.begin(), lead.end());
        QVERIFY(start == lead && std::adjacent_find(start.begin(), start.end()) == start.end());
        std::set<std::string> few;
        for (const json& dot : table({s("dotted-chart"), s("--limit"), s("3")}))
            few.insert(dot["order"].get<std::string>());
        QCOMPARE(few.size(), size_t(3));
    }

    void pictures() {
        for (const QStringList& view : {QStringList{s("dotted-chart")}, {s("dotted-chart"), s("--since-start"), s("--sort"), s("lead")}, {s("performance-spectrum")}, {s("performance-spectrum"), s("--by-target")}, {s("work-in-progress")}})
            for (const char* form : {"svg", "png", "pdf"}) {
                const Result r = run(QStringList{s("show"), view[0], shop_} + view.mid(1) + QStringList{s("--as"), s(form), s("--utc")});
                QVERIFY2(r.code == 0, r.error);
                QVERIFY2(r.out.startsWith(form[0] == 's' ? "<?xml" : form[1] == 'n' ? "\x89PNG" : "%PDF"), r.out.left(20));
                if (form[0] == 's')
                    QVERIFY2(r.out.contains("UTC") || view.contains(s("--since-start")), qPrintable(view.join(u' ')));
            }
        const auto svg = [&](const QStringList& more) { return run(QStringList{s("show"), s("dotted-chart"), shop_, s("--as"), s("svg")} + more).out; };
        QVERIFY(svg({}).contains("Delivered") && svg({}) == svg({}));
        QVERIFY(svg({}) != svg({s("--sort"), s("lead")}) && svg({}) != svg({s("--theme"), s("dark")}) && svg({}) != svg({s("--since-start")}));
        const Result nothing = run({s("show"), s("work-in-progress"), shop_, s("--as"), s("svg"), s("--select"), s("{ name = \"nope\" }")});
        verifySentence(nothing, 1, "There is nothing to draw of work-in-progress");
    }

    void whatCannotBe_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const auto add = [](const QStringList& arguments, int code, const char* words) { QTest::addRow("%s", qPrintable(arguments.join(u' '))) << arguments << code << QByteArray(words); };
        add({s("performance-spectrum"), s("--from"), s("Nowhere")}, 1, "no stage Nowhere; its stages are Placed, ");
        add({s("performance-spectrum"), s("--by"), s("day")}, 2, "by order, pair, time, batch or blockage");
        add({s("performance-spectrum"), s("--by"), s("pair"), s("--from"), s("Paid")}, 2, "do not go with it");
        add({s("performance-spectrum"), s("--by"), s("time"), s("--limit"), s("3")}, 2, "--limit is for performance-spectrum by order");
        add({s("performance-spectrum"), s("--by"), s("time"), s("--as"), s("png")}, 2, "as a table");
        add({s("performance-spectrum"), s("--by-target")}, 2, "--by-target is for the picture");
        add({s("performance-spectrum"), s("--sort"), s("lead")}, 2, "are for dotted-chart");
        add({s("dotted-chart"), s("--since-start")}, 2, "--since-start is for the picture");
        add({s("dotted-chart"), s("--from"), s("Paid")}, 2, "are for performance-spectrum");
        add({s("dotted-chart"), s("--by"), s("stage")}, 2, "--by is for ");
        add({s("work-in-progress"), s("--by"), s("day")}, 2, "by time or by stage");
        add({s("work-in-progress"), s("--limit"), s("3")}, 2, "--limit is for ");
        add({s("funnel"), s("--eventually")}, 2, "are for performance-spectrum");
    }
    void whatCannotBe() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        verifySentence(run(QStringList{s("show"), arguments[0], shop_} + arguments.mid(1)), code, words.constData());
    }

private:
    json table(const QStringList& arguments) {
        const Result r = run(QStringList{s("show"), arguments[0], shop_} + arguments.mid(1) + QStringList{s("--as"), s("json")});
        if (r.code != 0)
            qFatal("%s", r.error.constData());
        return json::parse(r.out.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestCliOrderCharts)
#include "tst_cli_order_charts.moc"
