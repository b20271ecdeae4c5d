// Which requests are no acts of customers.

#include "paths/background_requests.h"
#include "query/traceql.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace aisle;

class TestBackgroundRequests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void preset_data() {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("what"); // empty: of a customer
        const auto are = [](const char* what, std::initializer_list<const char*> requests) {
            for (const char* request : requests)
                QTest::addRow("request %s", request) << QByteArray(request) << QByteArray(what);
        };
        are("static assets", {"/images/products/StarsenseExplorer.jpg", "/a.JPEG", "/app.js", "/chunk.mjs", "/app.js.map", "/site.css.map", "/fonts/a.woff2", "/favicon.ico", "/favicon", "/shop/favicon-32",
                              "/_next/static/chunks/main", "/shop/_next/static/x/_buildManifest", "/_next/image", "/_nuxt/entry", "/manifest.webmanifest", "/robots.txt", "a.png", "/multi\nline.svg"});
        are("health checks", {"/health", "/health/", "/healthz", "/_healthz", "/api/healthz", "/ready", "/readyz", "/livez", "/livez/ping", "/metrics", "/api/health", "/q/health/live", "/health/ready", "/actuator",
                              "/actuator/health", "/-/ready", "/ping", "/healthcheck", "/health-check", "grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"});
        are("telemetry", {"/v1/traces", "/otlp-http/v1/traces", "/v1/logs", "/api/17/envelope/", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"});
        are("feature flags", {"/flagservice/flagd.evaluation.v1.Service/ResolveAll", "flagd.evaluation.v1.Service/ResolveBoolean", "schema.v1.Service/ResolveBoolean", "/flagd.sync.v1.FlagSyncService/FetchAllFlags", "/ofrep/v1/evaluate/flags"});
        are("webhooks", {"/webhooks/carrier", "/api/webhook", "/webhook"});
        are("", {"/webhooks-guide", "", "/", "/cart", "/api/products/17", "/products/jpg", "/cart.json", "/invoice.pdf", "/category/health", "/health/vitamins", "/healthy-food", "/orders/ready", "/metrics/shop", "/_next/data/build/product.json",
                 "/products/readyz-shoes", "/traces", "/api/cart/envelope", "/jpg", "/live/show", "oteldemo.CartService/GetCart", "/png.html", "/next.js/book", "flagd", "/api/v1/products"});
    }
    void preset() {
        QFETCH(QByteArray, request);
        const BackgroundRequests& rules = BackgroundRequests::preset();
        const uint32_t kind = rules.kindOf(request.toStdString());
        QTEST(kind == BackgroundRequests::kNone ? QByteArray() : QByteArray::fromStdString(rules.kinds()[kind].what), "what");
    }

    void files() {
        const BackgroundRequests rules("[{\"what\": \"a\", \"paths\": [\"/x|/y\", \"(?i)/z\"]}, {\"what\": \"b\", \"paths\": [\"/.*\"]}]");
        QCOMPARE(rules.kindOf("/x"), 0U); // the first that takes it
        QCOMPARE(rules.kindOf("/Z"), 0U);
        QCOMPARE(rules.kindOf("/X"), 1U); // what one expression says of case is not said of the others
        QCOMPARE(rules.kindOf("/xy"), 1U);
        QCOMPARE(rules.kindOf("x"), BackgroundRequests::kNone);
        QCOMPARE(BackgroundRequests("[]").kindOf("/x"), BackgroundRequests::kNone);
        const std::string unclosed = "[{\"what\": \"a\", \"paths\": [\"(\"]}]"; // commas are not for macros, raw strings not for moc
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, BackgroundRequests{unclosed});
        QVERIFY_THROWS_EXCEPTION(nlohmann::json::exception, BackgroundRequests("[{}]"));
        QVERIFY_THROWS_EXCEPTION(nlohmann::json::exception, BackgroundRequests("["));
    }

    void patternsAreOfTraceQl() {
        for (const BackgroundRequests::Kind& kind : BackgroundRequests::preset().kinds()) {
            traceql::ParseError error;
            QVERIFY2(traceql::parse("{ aisle:path !~ " + traceql::quoted(kind.pattern) + " }", error), error.message.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestBackgroundRequests)
#include "tst_background_requests.moc"
