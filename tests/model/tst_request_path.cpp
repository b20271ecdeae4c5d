// aisle:path: which path a request asked for, worked out by hand. tst_traceql_random asks for it at random.

#include "analysis/items.h"
#include "query/completion.h"
#include "query/numbered_field.h"
#include "query/request_path.h"
#include "query/tabulate.h"
#include "query/value_counts.h"
#include "store/value_index.h"
#include "traceql_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;
using traceql::pathOf;
using traceql::pathsOf;

namespace {

const std::string kLong(300, 'x'); ///< such values are kept with their spans

/// One trace; what each span says is written beside it.
void requestSpans(SpanSink& sink) {
    ContextRecord record;
    record.resource = {{"service.name", ValueType::String, "web"}, {"http.route", ValueType::String, "/of/the/resource"}};
    const ContextHandle web = sink.context(record);
    const std::string longTarget = "/cart?items=" + kLong, longPath = "/" + kLong;
    const auto span = [&](SpanId id, const Attributes& attributes) {
        SpanRecord s;
        s.trace.id = {0, 1};
        s.span.id = id;
        s.context = web;
        s.name = "GET";
        s.kind = Kind::Server;
        s.setTimes(kNow + id, kNow + id + 10);
        s.attributes = attributes;
        sink.span(s);
    };
    using V = ValueType;
    span(1, {{"http.url", V::String, "https://shop/api/products/1?a=b"}, {"http.route", V::String, "/api/products/{id}"}}); // /api/products/{id}
    span(2, {{"url.full", V::String, "https://shop/other"}, {"url.path", V::String, "/api/products/7"}});                    // /api/products/7
    span(3, {{"http.path", V::String, "/no"}, {"http.target", V::String, "/cart?page=2#top"}});                              // /cart
    span(4, {{"url.full", V::String, "http://user@shop:8080/pay"}, {"http.path", V::String, "/checkout"}});                  // /checkout
    span(5, {{"http.url", V::String, "http://old/old"}, {"url.full", V::String, "http://user@shop:8080/pay?card=1"}});       // /pay
    span(6, {{"http.url", V::String, "http://shop"}});                                                                       // /
    span(7, {{"name", V::String, "/cart"}});                                                                                 // nothing
    span(8, {{"http.target", V::String, longTarget}, {"http.url", V::String, "http://shop/no"}});                            // /cart
    span(9, {{"http.url", V::String, "http://shop/" + kLong}, {"http.path", V::String, longPath}});                          // /xxx...
    span(10, {{"url.path", V::String, "/a"}, {"url.path", V::String, "/b"}, {"http.target", V::String, "/c"}});              // /a and /b
    span(11, {{"http.target", V::Array, R"(["/d?1","http://shop/e"])"}});                                                    // /d and /e
    span(12, {{"http.route", V::String, ""}, {"url.path", V::String, "/f"}});                                                // nothing behind its first /: ""
}

/// Two records that are one span: a fragment, as Zipkin has them, says more of it.
void fragments(SpanSink& sink) {
    const ContextHandle web = serviceContext(sink, "web");
    const auto span = [&](SpanId id, bool isFragment, const Attributes& attributes) {
        SpanRecord s;
        s.trace.id = {0, 2};
        s.span.id = id;
        s.context = web;
        s.name = "GET";
        s.kind = isFragment ? Kind::Unspecified : Kind::Server;
        s.setTimes(isFragment ? 0 : kNow, isFragment ? 0 : kNow + 10);
        s.attributes = attributes;
        sink.span(s);
    };
    using V = ValueType;
    span(1, false, {{"http.url", V::String, "http://shop/no"}});
    span(1, true, {{"http.path", V::String, "/more"}}); // what counts more
    span(2, false, {{"http.path", V::String, "/own"}});
    span(2, true, {{"http.url", V::String, "http://shop/no"}}); // what counts less
}

} // namespace

class TestRequestPath : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void path_data() {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* url, const char* expected) { QTest::newRow(url) << QString::fromUtf8(expected); };
        row("/cart", "/cart");
        row("/cart/", "/cart/");
        row("/cart?x=1&y=2", "/cart");
        row("/cart#top", "/cart");
        row("/cart#top?x", "/cart");
        row("https://shop.example/cart?x=1", "/cart");
        row("https://shop.example:8443/", "/");
        row("https://shop.example", "/");
        row("https://shop.example?x=/1", "/");
        row("https://shop.example#top", "/");
        row("http://[::1]:80/a/b", "/a/b");
        row("/login?to=http://shop/cart", "/login"); // a URL in a query is no host
        row("/proxy/http://shop/cart", "/proxy/http://shop/cart");
        row("//cart", "//cart");
        row("api/{controller}/{id?}", "api/{controller}/{id?}"); // routes of ASP.NET and Django
        row("^items/(?P<id>[0-9]+)/(?:x)", "^items/(?P<id>[0-9]+)/(?:x)");
        row("/a/{id?}?x={y?}", "/a/{id?}");
        row("?", "");
        row("*", "*");
        row("http://", "/");
    }
    void path() {
        QFETCH(QString, expected);
        const std::string_view url = QTest::currentDataTag();
        QCOMPARE(QString::fromStdString(std::string(pathOf(url))), expected);
    }

    void pathsOfAValue() {
        using Texts = std::vector<std::string>;
        QVERIFY(pathOf({}).empty());
        QCOMPARE(pathsOf(ValueType::String, "http://a/b?c"), Texts{"/b"});
        QCOMPARE(pathsOf(ValueType::Int, "7"), Texts{"7"});
        QCOMPARE(pathsOf(ValueType::Array, "[\"/a?b\",5,\"http://c/d\"]"), (Texts{"/a", "/d"}));
        QCOMPARE(pathsOf(ValueType::String, "[\"/a\"]"), Texts{"[\"/a\"]"});
        QCOMPARE(pathsOf(ValueType::Array, "[]"), Texts{"[]"});
        QCOMPARE(pathsOf(ValueType::Array, "[broken"), Texts{"[broken"});
    }

    void byHand_data() {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* query, const char* expected) { QTest::newRow(query) << QString::fromUtf8(expected); };
        row("{ aisle:path = \"/api/products/{id}\" }", "1.1");
        row("{ aisle:path = \"/api/products/1\" }", ""); // the route counts
        row("{ aisle:path =~ \"/api/products/[^/]+\" }", "1.1 1.2");
        row("{ aisle:path =~ \"/api/products/\" }", ""); // all of it
        row("{ aisle:path =~ \"products\" }", "");
        row("{ aisle:path = \"/cart\" }", "1.3 1.8");
        row("{ \"/cart\" = aisle:path }", "1.3 1.8");
        row("{ aisle:path =~ \"/c.*\" }", "1.3 1.4 1.8");
        row("{ aisle:path = \"/checkout\" || aisle:path = \"/pay\" }", "1.4 1.5");
        row("{ aisle:path = \"/\" }", "1.6");
        row("{ aisle:path =~ \"/x+\" }", "1.9");
        row("{ aisle:path = \"/no\" || aisle:path = \"/old\" || aisle:path = \"/c\" || aisle:path = \"/f\" || aisle:path = \"/of/the/resource\" }", "");
        row("{ aisle:path = \"/a\" }", "1.10");
        row("{ aisle:path = \"/b\" }", "1.10");
        row("{ aisle:path = \"/d\" && aisle:path = \"/e\" }", "1.11");
        row("{ aisle:path = \"\" }", "1.12");
        row("{ aisle:path = nil }", "1.7");
        row("{ aisle:path != nil && name = \"GET\" }", "1.1 1.10 1.11 1.12 1.2 1.3 1.4 1.5 1.6 1.8 1.9");
        row("{ aisle:path != \"/cart\" }", "1.1 1.10 1.11 1.12 1.2 1.4 1.5 1.6 1.9"); // of those that have one
        row("{ aisle:path != \"/b\" && aisle:path !~ \"/[a-z]*\" }", "1.1 1.12 1.2");
        row("{ !(aisle:path = \"/cart\") && aisle:path !~ \"/?.+\" }", "1.12");
        row("{ aisle:path =~ \"/p.*\" } | by(aisle:path) | count() = 1", "1.5");
        row("{ } | by(aisle:path) | count() = 2", "1.3 1.8"); // from a target and a kept one
    }
    void byHand() {
        QFETCH(QString, expected);
        QueryShop shop;
        shop.add("shop.json", requestSpans);
        const std::string text = QTest::currentDataTag();
        for (const bool isIndexed : {false, true}) {
            if (isIndexed)
                shop.index();
            Source source = shop.source();
            QCOMPARE(spansOf(*source.table, evaluate(read(text), source).spans), expected);
            source.cache = std::make_shared<traceql::ConditionCache>(source.table);
            for (int again = 0; again < 2; ++again)
                QCOMPARE(spansOf(*source.table, evaluate(read(text), source).spans), expected);
        }
    }

    /// Asked once it is known, and of some spans it is the answer about these.
    void keptAndWithin() {
        QueryShop shop;
        shop.add("shop.json", requestSpans);
        Source source = shop.source();
        source.cache = std::make_shared<traceql::ConditionCache>(source.table);
        const Query query = read("{ aisle:path = \"/cart\" }");
        QVERIFY(!source.cache->find("aisle:path = \"/cart\""));
        (void)evaluate(query, source);
        QVERIFY(source.cache->find("aisle:path = \"/cart\""));
        RowSet some(*source.table);
        for (const Row row : evaluateRows(source, "{ duration > 0ns }"))
            if (source.table->id(row) > 3)
                some.set(row);
        for (const bool isKept : {true, false}) {
            if (!isKept)
                source.cache.reset();
            source.within = &some;
            QCOMPARE(spansOf(*source.table, evaluate(query, source).spans), QStringLiteral("1.8"));
            QCOMPARE(spansOf(*source.table, evaluate(read("{ aisle:path = nil || aisle:path = \"/api/products/7\" }"), source).spans), QStringLiteral("1.7"));
        }
    }

    void fragmentsSayMore() {
        QueryShop shop;
        shop.add("zipkin.json", fragments);
        for (const bool isIndexed : {false, true}) {
            if (isIndexed)
                shop.index();
            const Source source = shop.source();
            QCOMPARE(source.table->spanCount(), uint64_t(2));
            QCOMPARE(spansOf(*source.table, evaluate(read("{ aisle:path = \"/more\" }"), source).spans), QStringLiteral("2.1"));
            QCOMPARE(spansOf(*source.table, evaluate(read("{ aisle:path = \"/own\" }"), source).spans), QStringLiteral("2.2"));
            QCOMPARE(spansOf(*source.table, evaluate(read("{ aisle:path = \"/no\" }"), source).spans), QString());
            const auto counts = traceql::valueCounts(source, {traceql::Scope::Intrinsic, false, "aisle:path"}, nullptr, {}, 10);
            QCOMPARE(counts.values.size(), size_t(2));
            QCOMPARE(counts.values[0].text, std::string("/more"));
            QCOMPARE(counts.values[1].text, std::string("/own"));
        }
    }

    /// Of a key with very many values the index says which rows may have it.
    void manyValues() {
        QueryShop shop;
        shop.add("shop.json", requestSpans);
        shop.db->exec("INSERT INTO value_key SELECT id FROM string WHERE text IN ('http.target', 'http.path', 'http.url')");
        buildValueIndex(*shop.db, *shop.workspace->table());
        shop.index();
        const Source source = shop.source();
        const auto found = [&](const std::string& text) { return spansOf(*source.table, evaluate(read(text), source).spans); };
        QCOMPARE(found("{ aisle:path = \"/cart\" }"), QStringLiteral("1.3 1.8"));
        QCOMPARE(found("{ aisle:path = \"/CART\" }"), QString());
        QCOMPARE(found("{ aisle:path = \"/" + kLong + "\" }"), QStringLiteral("1.9"));
        QCOMPARE(found("{ aisle:path = \"" + kLong + "\" }"), QString());
        QCOMPARE(found("{ aisle:path = \"/\" }"), QStringLiteral("1.6"));
        QCOMPARE(found("{ aisle:path = \"\" }"), QStringLiteral("1.12"));
        QCOMPARE(found("{ aisle:path != \"/cart\" }"), QStringLiteral("1.1 1.10 1.11 1.12 1.2 1.4 1.5 1.6 1.9"));
    }

    /// With values that are kept with their spans left unread, what depends on one does not match, and that is said.
    void unread() {
        QueryShop shop;
        shop.add("shop.json", requestSpans);
        Source source = shop.source();
        source.readsKept = false;
        const Result result = evaluate(read("{ aisle:path = \"/cart\" }"), source);
        QCOMPARE(spansOf(*source.table, result.spans), QStringLiteral("1.3"));
        QVERIFY(result.isPartial);
        QCOMPARE(spansOf(*source.table, evaluate(read("{ aisle:path = nil }"), source).spans), QStringLiteral("1.7"));
    }

    void refused_data() {
        QTest::addColumn<QString>("part");
        const auto row = [](const char* query, const char* part) { QTest::newRow(query) << QString::fromUtf8(part); };
        row("{ aisle:path < \"/a\" }", "= != =~ !~");
        row("{ aisle:path = 5 }", "a text in quotes");
        row("{ aisle:path = name }", "a text in quotes");
        row("{ aisle:path =~ \"(\" }", "no regular expression");
        row("{ aisle:path > nil }", "nil");
        row("{ aisle:path }", "compare it");
        row("{ aisle:pth = \"/a\" }", "aisle:path");
    }
    void refused() {
        QFETCH(QString, part);
        ParseError error;
        if (const auto query = traceql::parse(QTest::currentDataTag(), error)) {
            const auto problem = traceql::check(*query);
            QVERIFY(problem);
            error = *problem;
        }
        QVERIFY2(error.message.find(part.toStdString()) != std::string::npos, error.message.c_str());
    }

    /// What groups, charts, columns and completion have of it.
    void values() {
        QueryShop shop;
        shop.add("shop.json", requestSpans);
        const Source source = shop.source();
        const auto field = fieldOf("aisle:path");
        QVERIFY(field && traceql::isRequestPath(*field));
        RowSet all(*source.table);
        source.table->forEachRow([&](Row row) { all.set(row); });
        const QStringList paths = {QStringLiteral("/api/products/{id}"), QStringLiteral("/api/products/7"), QStringLiteral("/cart"), QStringLiteral("/checkout"), QStringLiteral("/pay"), QStringLiteral("/"),
                                   QStringLiteral("(none)"), QStringLiteral("/cart"), QString::fromStdString("/" + kLong), QStringLiteral("/a"), QStringLiteral("/d"), QString()};
        const traceql::FieldValues values(source, *field, all, {});
        const traceql::NumberedField numbered = traceql::numberedField(source, *field, all, {});
        all.forEach([&](Row row) {
            const auto id = static_cast<qsizetype>(source.table->id(row));
            QCOMPARE(QString::fromStdString(values(row).toText()), paths[id - 1]);
            const uint32_t number = numbered.number(row);
            QVERIFY(number < numbered.count);
            QCOMPARE(number == 0, id == 7);
            if (number != 0) // those that are kept with their spans are not read
                QCOMPARE(QString::fromStdString(numbered.value(number).toText()), id == 8 || id == 9 ? QStringLiteral("(none)") : paths[id - 1]);
        });

        const auto counts = traceql::valueCounts(source, *field, nullptr, {}, 20);
        QCOMPARE(counts.present, uint64_t(11));
        QCOMPARE(counts.uncounted, uint64_t(2));
        QCOMPARE(counts.values.size(), size_t(9));
        const auto products = traceql::valueCounts(source, *field, nullptr, "PRODUCTS", 20);
        QCOMPARE(products.values.size(), size_t(2));
        QCOMPARE(products.values[0].text, std::string("/api/products/7"));
        QCOMPARE(products.values[0].type, ValueType::String);
        QCOMPARE(products.values[0].spans, uint64_t(1));

        const auto offered = [&](const std::string& text) {
            QStringList out;
            for (const auto& completion : traceql::completions(traceql::siteAt(text, text.size()), source, {}))
                out << QString::fromStdString(completion.text);
            return out;
        };
        QCOMPARE(offered("{ aisle:pa"), QStringList{QStringLiteral("aisle:path ")});
        QCOMPARE(offered("{ aisle:path "), (QStringList{QStringLiteral("= "), QStringLiteral("!= "), QStringLiteral("=~ "), QStringLiteral("!~ "), QStringLiteral("!= nil "), QStringLiteral("= nil ")}));
        QCOMPARE(offered("{ aisle:path = \"/c"), (QStringList{QStringLiteral("\"/cart\" "), QStringLiteral("\"/checkout\" ")}));
    }

    /// As the command line prints it, and what a legend filters to: through a context, which opens only what is needed.
    void throughAContext() {
        QueryShop shop;
        shop.add("shop.json", requestSpans);
        traceql::Context context;
        context.table = shop.workspace->table();
        context.attributes = std::make_shared<traceql::DictionarySource>(shop.workspace, context.table);
        const Result selected = evaluate(read("{ aisle:path = \"/cart\" } | select(aisle:path)"), context);
        const Tabular table = traceql::tabulate(context, selected, traceql::Of::Traces, 0, true, {});
        QCOMPARE(table.columns.back().key, std::string("aisle:path"));
        QCOMPARE(table.rows.size(), size_t(2));
        for (const auto& row : table.rows)
            QCOMPARE(std::get<std::string>(row.back().value), std::string("/cart"));

        const Result rates = evaluate(read("{ aisle:path =~ \"/c.*\" } | count_over_time() by (aisle:path)"), context);
        QCOMPARE(rates.metrics->series.size(), size_t(2));
        QCOMPARE(rates.metrics->series[0].labels, std::vector<std::string>{"/cart"});
        QCOMPARE(rates.metrics->series[0].sum, 2.0);

        ParseError error;
        const ScopeResult scope = evaluate(*aisle::Scope::parse("{ duration > 0ns }", error), context);
        const ItemGroups groups(context, scope, ItemsOf::Spans, *fieldOf("aisle:path"), 50, {});
        uint64_t items = 0;
        for (const auto& group : groups.groups()) {
            items += group.items;
            const uint64_t others = group.label == "/cart" ? 1 : 0; // that of a value which is kept with its span, and not read to count by it
            if (group.condition.empty())
                QCOMPARE(group.items, uint64_t(2));
            else
                QCOMPARE(evaluate(*aisle::Scope::parse("{ " + group.condition + " }", error), context).spanCount, group.items + others);
        }
        QCOMPARE(items, uint64_t(12));
        QCOMPARE(groups.groups().size(), size_t(11));
    }

    void whereNothingSaysIt() {
        QueryShop shop;
        shop.add("shop.json", fill);
        Source source = shop.source();
        const Result result = evaluate(read("{ aisle:path = \"/\" }"), source);
        QCOMPARE(result.spanCount, uint64_t(0));
        QCOMPARE(result.problems, std::vector<std::string>{"Nothing here says which path was asked for."});
        QCOMPARE(evaluate(read("{ aisle:path = nil }"), source).spanCount, uint64_t(7));
        source.db = nullptr;
        source.attributes.reset();
        QCOMPARE(evaluate(read("{ aisle:path != nil }"), source).spanCount, uint64_t(0));
        QCOMPARE(evaluate(read("{ } | by(aisle:path) | count() > 0"), source).spanCount, uint64_t(7));
        QVERIFY(traceql::valueCounts(source, {traceql::Scope::Intrinsic, false, "aisle:path"}, nullptr, {}, 10).values.empty());
    }

private:
    static std::vector<Row> evaluateRows(const Source& source, const std::string& text) {
        std::vector<Row> out;
        evaluate(read(text), source).spans.forEach([&](Row row) { out.push_back(row); });
        return out;
    }
};

QTEST_GUILESS_MAIN(TestRequestPath)
#include "tst_request_path.moc"
