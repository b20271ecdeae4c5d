// aisle show fulfilment and orders, on the demo shop.

#include "cli_fixture.h"
#include "journey/journey.h"
#include "store/user_items.h"
#include "store/workspace.h"

#include <QRegularExpression>

#include <algorithm>
#include <map>

using namespace aisle::test;

class TestCliOrders : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    void viewsAgree() {
        const json stages = table({s("fulfilment")}), orders = table({s("orders")});
        QCOMPARE(stages.size(), size_t(7));
        QVERIFY(stages[0]["stage"] == "Placed" && stages[6]["stage"] == "Delivered");
        QVERIFY(orders.size() > 0);
        QCOMPARE(stages[0]["orders"].get<int64_t>(), static_cast<int64_t>(orders.size()));
        QVERIFY(stages == table({s("fulfilment"), s("--by"), s("stage")}));
        int64_t underWay = 0, stuck = 0, failed = 0;
        for (const json& stage : stages) {
            underWay += stage["under_way"].get<int64_t>();
            stuck += stage["stuck"].get<int64_t>();
            failed += stage["failed_orders"].get<int64_t>();
        }
        std::map<std::string, int64_t> states;
        for (const json& order : orders)
            ++states[order["state"].get<std::string>()];
        QCOMPARE(states["under way"], underWay);
        QCOMPARE(states["stuck"], stuck);
        QCOMPARE(states["failed"], failed);
        for (const char* outcome : {"done", "under-way", "stuck", "failed"}) {
            std::string state(outcome);
            std::replace(state.begin(), state.end(), '-', ' ');
            QCOMPARE(static_cast<int64_t>(table({s("orders"), s("--outcome"), s(outcome)}).size()), states[state]);
        }
        QVERIFY(table({s("orders"), s("--outcome"), s("late")}).empty()); // the preset has no targets, and what is usual for a shop nobody knows
        const Result said = run({s("show"), s("orders"), shop_, s("--outcome"), s("late")});
        QVERIFY2(said.code == 0 && said.out.contains("the order flow has no target") && said.out.contains("--target 48h"), said.out);
        const json late = table({s("orders"), s("--outcome"), s("late"), s("--target"), s("1s")});
        QVERIFY(late.size() > 0);
        for (const json& order : late)
            QVERIFY(order["late"].get<std::string>().find("the whole") != std::string::npos);
        for (const json& order : table({s("orders"), s("--outcome"), s("late"), s("--target"), s("Paid=1s"), s("--target"), s("Accepted=1us")}))
            QVERIFY(order["late"].get<std::string>().find("Paid") != std::string::npos || order["late"].get<std::string>().find("Accepted") != std::string::npos);
        QCOMPARE(table({s("orders"), s("--limit"), s("1")}).size(), size_t(1));
        for (const json& row : table({s("fulfilment"), s("--by"), s("conformance")}))
            QVERIFY(row["orders"].get<int64_t>() > 0);
    }

    // How an order stands, how far it came and what it took was said in several ways.
    void oneWordForOpen() {
        const json stages = table({s("fulfilment")}), funnel = table({s("funnel"), s("--journey"), s("fulfilment")}), orders = table({s("orders")});
        int64_t underWay = 0, open = 0;
        for (const json& stage : stages)
            underWay += stage["under_way"].get<int64_t>();
        for (const json& stage : funnel)
            open += stage["open"].is_null() ? 0 : stage["open"].get<int64_t>(); // at the last one nobody may be
        QVERIFY(underWay > 0);
        // Of those that are at no stage of the funnel, for they came to none in its order, a sentence tells.
        const QByteArray words = run({s("show"), s("funnel"), shop_, s("--journey"), s("fulfilment")}).out;
        const QRegularExpressionMatch goOn = QRegularExpression(s("(?:\\(|; )([0-9,]+) (?:of those that never began )?may still go on")).match(QString::fromUtf8(words));
        open += goOn.hasMatch() ? static_cast<int64_t>(goOn.captured(1).remove(u',').toLongLong()) : 0;
        QCOMPARE(open, underWay);
        int64_t inVariants = 0;
        for (const json& variant : table({s("variants"), s("--journey"), s("fulfilment"), s("--of"), s("stages")}))
            inVariants += variant["open"].get<int64_t>();
        QCOMPARE(inVariants, underWay);
        int64_t onTheMap = 0;
        for (const json& node : table({s("paths"), s("--journey"), s("fulfilment"), s("--of"), s("stages"), s("--by"), s("node")}))
            onTheMap += node["open"].get<int64_t>();
        QCOMPARE(onTheMap, underWay);
        const json cases = table({s("cases"), s("--journey"), s("fulfilment")});
        QCOMPARE(cases.size(), orders.size());
        int64_t listed = 0;
        for (size_t i = 0; i < cases.size(); ++i) { // both by start
            QVERIFY(cases[i]["case"] == orders[i]["order"] && cases[i]["came_to"] == orders[i]["came_to"] && cases[i]["first_to_last_ns"] == orders[i]["first_to_last_ns"]);
            QVERIFY(orders[i]["lead_ns"].get<int64_t>() <= orders[i]["first_to_last_ns"].get<int64_t>());
            listed += cases[i]["outcome"] == "open";
        }
        QCOMPARE(listed, underWay);
        int64_t failed = 0;
        for (const json& node : table({s("paths"), s("--journey"), s("fulfilment"), s("--of"), s("visits"), s("--by"), s("node")}))
            if (node["activity"].get<std::string>().ends_with(" (failed)"))
                failed += node["events"].get<int64_t>();
        int64_t failedVisits = 0;
        for (const json& stage : stages)
            failedVisits += stage["failed"].get<int64_t>();
        QVERIFY(failedVisits > 0);
        QCOMPARE(failed, failedVisits);
        const Result text = run({s("show"), s("variants"), shop_, s("--journey"), s("fulfilment"), s("--of"), s("stages")});
        QVERIFY2(text.out.contains("An order is open while it is under way") && !text.out.contains("is over when"), text.out);
    }

    // Who had stopped at a stage was drawn by one notion of open and printed by another.
    void picturesAreOfTheSameOrders() {
        const auto picture = [&](const QString& scope, const QStringList& more) {
            const Result drawn = run(QStringList{s("show"), s("heatmap"), shop_, s("--as"), s("svg"), s("--select"), scope} + more);
            return drawn.code == 0 ? drawn.out : drawn.error;
        };
        const QStringList flow{s("--journey"), s("fulfilment")};
        const auto tracesOf = [&](const QString& scope, const QStringList& more) {
            QStringList traces;
            for (const json& trace : table(QStringList{s("trace-list"), s("--select"), scope} + more))
                traces.append(s("trace:id = \"") + QString::fromStdString(trace["trace_id"].get<std::string>()) + s("\""));
            return traces;
        };
        // What all spans of a case are like was asked of sessions in a picture, and of orders in a table.
        const QString ofCases = s("aisle:case({ status = error })");
        QVERIFY(tracesOf(ofCases, flow) != tracesOf(ofCases, {}));
        QStringList scopes{ofCases};
        for (const json& stage : table({s("fulfilment")}))
            scopes.append(s("{ aisle:dropped = \"") + QString::fromStdString(stage["stage"].get<std::string>()) + s("\" }"));
        qsizetype compared = 0;
        for (const QString& scope : scopes) {
            const QStringList traces = tracesOf(scope, flow);
            QVERIFY(scope != ofCases || !traces.isEmpty());
            if (traces.isEmpty() || traces.size() > 100)
                continue;
            ++compared;
            const QByteArray drawn = picture(scope, flow);
            QVERIFY2(drawn.contains("<svg"), drawn);
            QVERIFY2(drawn == picture(s("{ ") + traces.join(s(" || ")) + s(" }"), {}), scope.toUtf8());
        }
        QVERIFY(compared > 1);
    }

    void flowsByName() {
        const json own = table({s("fulfilment")});
        QVERIFY(own == table({s("fulfilment"), s("--journey"), s("shop-orders")}));
        QVERIFY(own == table({s("fulfilment"), s("--journey"), s("fulfilment")}));
        QVERIFY(own == table({s("fulfilment"), s("--by-case"), s("order")}));
        const json funnel = table({s("funnel"), s("--journey"), s("fulfilment")});
        QCOMPARE(funnel.size(), own.size());
        QVERIFY(funnel[0]["reached"] == own[0]["orders"]);
        QVERIFY(table({s("variants"), s("--by-case"), s("order"), s("--of"), s("stages"), s("--journey"), s("fulfilment")}).size() > 0);
        const QString file = path("flow.json");
        write(file, QByteArray("{'id': 'own', 'name': 'Own', 'case': 'order', 'target_s': 1, 'stages': [{'name': 'Asked', 'where': '{ aisle:path = `/api/checkout` }'}, {'name': 'Paid', 'where': '{ aisle:path = `/api/payment` }'}]}").replace('\'', '"'));
        QCOMPARE(table({s("fulfilment"), s("--journey"), file}).size(), size_t(2));
        QVERIFY(table({s("orders"), s("--journey"), file, s("--outcome"), s("late")}).size() > 0);
    }

    // The window's choice was not that of the command line.
    void theFlowThatWasChosenLast() {
        const QString own = path("own.aisle");
        QVERIFY(QFile::copy(shop_, own));
        const QByteArray text = QByteArray("{'id': 'own', 'name': 'Own', 'case': 'order', 'target_s': 1, 'stages': [{'name': 'Asked', 'where': '{ aisle:path = `/api/checkout` }'}, {'name': 'Paid', 'where': '{ aisle:path = `/api/payment` }'}]}").replace('\'', '"');
        aisle::JourneyDefinition flow = aisle::journeyFromJson(text.toStdString());
        const auto keep = [&](const aisle::JourneyDefinition& one, int64_t changed) {
            const auto workspace = aisle::Workspace::open(own.toStdString(), aisle::Workspace::Access::ReadWrite);
            aisle::keepUserItem(*workspace->connect(), aisle::kOrderFlow, {one.name, aisle::toJson(one), changed});
        };
        keep(flow, 1);
        const auto rows = [&](const QStringList& arguments) {
            const Result r = run(QStringList{s("show"), arguments[0], own, s("--as"), s("json")} + arguments.mid(1));
            if (r.code != 0)
                qWarning("%s", r.error.constData()); // fails the test
            return r.code == 0 ? json::parse(r.out.toStdString()) : json::array();
        };
        const json stages = rows({s("fulfilment")});
        QCOMPARE(stages.size(), size_t(2));
        QVERIFY(stages[0]["stage"] == "Asked");
        QVERIFY(stages == rows({s("fulfilment"), s("--journey"), s("Own")}));
        QVERIFY(rows({s("orders"), s("--outcome"), s("late")}).size() > 0);
        QCOMPARE(rows({s("fulfilment"), s("--journey"), s("shop-orders")}).size(), size_t(7)); // what is asked for goes before
        QCOMPARE(rows({s("fulfilment"), s("--by-case"), s("order")}).size(), size_t(7));
        QVERIFY(rows({s("funnel")})[0]["stage"] != "Asked"); // it is no journey of customers
        const std::string order = rows({s("orders"), s("--limit"), s("1")})[0]["order"].get<std::string>();
        const Result found = run({s("find"), own, QString::fromStdString(order)});
        QVERIFY2(found.code == 0 && found.out.contains(order.c_str()), found.error);
        // One that does not fit the file says so.
        flow.name = "Other";
        flow.caseKey = "nothing.id";
        keep(flow, 2);
        verifySentence(run({s("show"), s("fulfilment"), own}), 1, "No span of this file says which nothing.id");
        verifySentence(run({s("find"), own, QString::fromStdString(order)}), 1, "No span of this file says which nothing.id");
    }

    // What is asked for in text could not be put into a ticket or sent: "--as html is for order".
    void everyTableIsADocument() {
        for (const QStringList& asked : {QStringList{s("fulfilment")}, QStringList{s("fulfilment"), s("--by"), s("conformance")}, QStringList{s("orders")}, QStringList{s("bottlenecks")}, QStringList{s("variants"), s("--journey"), s("fulfilment")}, QStringList{s("work-in-progress")}, QStringList{s("report")}}) {
            const auto as = [&](const char* form) { return run(QStringList{s("show"), asked[0], shop_, s("--as"), s(form)} + asked.mid(1)); };
            const Result md = as("md"), html = as("html");
            QVERIFY2(md.code == 0 && md.out.startsWith("# ") && md.out.contains("\n|---|"), md.error);
            QVERIFY2(html.code == 0 && html.out.startsWith("<!DOCTYPE html>") && html.out.endsWith("</html>\n") && html.out.contains("prefers-color-scheme: dark"), html.error);
            QVERIFY(!html.out.contains("<script") && !html.out.contains("src=") && !html.out.contains("href=") && !html.out.contains("url("));
        }
        for (const QStringList& asked : {QStringList{s("bottlenecks")}, QStringList{s("fulfilment"), s("--by"), s("conformance")}}) {
            const Result svg = run(QStringList{s("show"), asked[0], shop_, s("--as"), s("svg")} + asked.mid(1));
            QVERIFY2(svg.code == 0 && svg.out.contains("<svg") && svg.out.contains(asked.size() > 1 ? "Deviation" : "Time lost"), svg.error);
        }
        QVERIFY(run({s("show"), s("orders"), shop_, s("--as"), s("pdf")}).out.startsWith("%PDF-"));
    }

    // Variants of orders had the conversion of cases, where every other page of orders says what is done.
    void variantsOfOrders() {
        const QByteArray text = run({s("show"), s("variants"), shop_, s("--journey"), s("fulfilment")}).out;
        QVERIFY2(text.contains("Orders") && text.contains("Share done") && text.contains("of an order") && !text.contains("Conver") && !text.contains(" case"), text);
        QVERIFY(run({s("show"), s("variants"), shop_}).out.contains("Conversion"));
    }

    void twoScopes() {
        const json beside = table({s("fulfilment"), s("--select"), s("{ resource.service.name = \"warehouse\" }")}), all = table({s("fulfilment")});
        QVERIFY(beside[0]["orders"].get<int64_t>() < all[0]["orders"].get<int64_t>());
        const json compared = table({s("fulfilment"), s("--select"), s("{ resource.service.name = \"warehouse\" }"), s("--baseline"), s("{ }")});
        QCOMPARE(compared[0]["orders"].get<int64_t>() + compared[0]["orders_baseline"].get<int64_t>(), all[0]["orders"].get<int64_t>());
    }

    void whatDoesNotGoTogether() {
        const auto refused = [&](const QStringList& arguments, const char* words) { verifySentence(run(QStringList{s("show"), arguments[0], shop_} + arguments.mid(1)), 2, words); };
        refused({s("fulfilment"), s("--by"), s("node")}, "by stage or by conformance");
        refused({s("fulfilment"), s("--by"), s("conformance"), s("--baseline"), s("{ }")}, "does not go with it");
        refused({s("orders"), s("--outcome"), s("converted")}, "orders are done");
        refused({s("cases"), s("--outcome"), s("stuck")}, "is for orders");
        refused({s("orders"), s("--baseline"), s("{ }")}, "--baseline is for");
        refused({s("cases"), s("--target"), s("48h")}, "--target is for");
        for (const char* target : {"soon", "Packed=", "Packed=-4h", "0s"})
            verifySentence(run({s("show"), s("orders"), shop_, s("--target"), s(target)}), 1, "has no time");
        verifySentence(run({s("show"), s("orders"), shop_, s("--target"), s("Nowhere=4h")}), 1, "there is none Nowhere");
        verifySentence(run({s("show"), s("orders"), shop_, s("--target"), s("Placed=4h")}), 1, "none before it");
        verifySentence(run({s("show"), s("fulfilment"), shop_, s("--by-case"), s("nowhere")}), 1, "No span of this file says which nowhere");
        const QString file = path("parcels.json");
        write(file, QByteArray("{'id': 'parcels', 'name': 'Parcels', 'case': 'parcel.id', 'stages': [{'name': 'Asked', 'where': '{ aisle:path = `/api/checkout` }'}]}").replace('\'', '"'));
        for (const char* view : {"fulfilment", "orders", "bottlenecks"})
            verifySentence(run({s("show"), s(view), shop_, s("--journey"), file}), 1, "No span of this file says which parcel.id");
        verifySentence(run({s("show"), s("order"), shop_, s("--order"), s("x"), s("--journey"), file}), 1, "No span of this file says which parcel.id"); // not: no session is x
    }

private:
    json table(const QStringList& arguments) {
        const Result r = run(QStringList{s("show"), arguments[0], shop_, s("--as"), s("json")} + arguments.mid(1));
        if (r.code != 0)
            qWarning("%s", r.error.constData()); // fails the test
        return r.code == 0 ? json::parse(r.out.toStdString()) : json::array();
    }
};

QTEST_GUILESS_MAIN(TestCliOrders)
#include "tst_cli_orders.moc"
