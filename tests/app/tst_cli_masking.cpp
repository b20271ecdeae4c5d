// --mask, --privacy and show masking, on the checkout span of OpenTelemetry's demo, which says e-mail address, card number and CVV: with the
// attributes of version 2 (app.) and of version 3 (demo., user.; those with personal data where its flag emitRawPii is on), and with more
// personal data in places where that demo has none (name, status, event, request, tags).

#include "cli_fixture.h"

#include "writer/trace_writer.h"

#include <array>

using namespace aisle::test;

namespace {

constexpr const char* kCheckout = "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"checkout\"}},{\"key\":\"client.address\",\"value\":{\"stringValue\":\"203.0.113.77\"}}]},\n"
    "\"scopeSpans\":[{\"scope\":{\"name\":\"checkout\"},\"spans\":[{\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"spanId\":\"00f067aa0ba902b7\",\"name\":\"PlaceOrder for ada@lovelace.example\",\"kind\":2,\n"
    "\"startTimeUnixNano\":\"1773478800000000009\",\"endTimeUnixNano\":\"1773478801000000009\",\"attributes\":[\n"
    "{\"key\":\"app.order.id\",\"value\":{\"stringValue\":\"8a3f11ee-7b0c-11ee-b962-0242ac120002\"}},\n"
    "{\"key\":\"app.order.amount\",\"value\":{\"doubleValue\":411.11}},\n"
    "{\"key\":\"app.user.currency\",\"value\":{\"stringValue\":\"USD\"}},\n"
    "{\"key\":\"demo.user_context.selected_currency\",\"value\":{\"stringValue\":\"USD\"}},\n"
    "{\"key\":\"user_agent.synthetic.type\",\"value\":{\"stringValue\":\"test\"}},\n"
    "{\"key\":\"demo.order.id\",\"value\":{\"stringValue\":\"8a3f11ee-7b0c-11ee-b962-0242ac120002\"}},\n"
    "{\"key\":\"demo.order.amount\",\"value\":{\"doubleValue\":411}},\n"
    "{\"key\":\"demo.order.items.count\",\"value\":{\"intValue\":\"2\"}},\n"
    "{\"key\":\"demo.shipping.amount\",\"value\":{\"doubleValue\":8}},\n"
    "{\"key\":\"demo.shipping.tracking.id\",\"value\":{\"stringValue\":\"5f1d6a3e-9d2b-4a55-8a8d-7f4a0f2f9b11\"}},\n"
    "{\"key\":\"user.email\",\"value\":{\"stringValue\":\"ada@lovelace.example\"}},\n"
    "{\"key\":\"app.user.full_name\",\"value\":{\"stringValue\":\"Ada Lovelace\"}},\n"
    "{\"key\":\"demo.payment.card_number\",\"value\":{\"stringValue\":\"4432-8015-6152-0454\"}},\n"
    "{\"key\":\"demo.payment.card_cvv\",\"value\":{\"intValue\":\"672\"}},\n"
    "{\"key\":\"demo.request\",\"value\":{\"stringValue\":\"{\\\"email\\\":\\\"ada@lovelace.example\\\",\\\"credit_card\\\":{\\\"credit_card_number\\\":\\\"4432801561520454\\\",\\\"credit_card_cvv\\\":672},\\\"address\\\":{\\\"street_address\\\":\\\"1600 Amphitheatre Parkway\\\",\\\"zip_code\\\":\\\"94043\\\"}}\"}},\n"
    "{\"key\":\"demo.tags\",\"value\":{\"arrayValue\":{\"values\":[{\"stringValue\":\"gold\"},{\"stringValue\":\"ada@lovelace.example\"}]}}}],\n"
    "\"events\":[{\"timeUnixNano\":\"1773478800000000010\",\"name\":\"mailed ada@lovelace.example\",\"attributes\":[{\"key\":\"exception.message\",\"value\":{\"stringValue\":\"could not charge 4432 8015 6152 0454\"}}]}],\n"
    "\"status\":{\"code\":2,\"message\":\"card 4432801561520454 of Ada <ada@lovelace.example> declined\"}}]}]}],\"x\":0}";

/// What must be in nothing that is masked.
constexpr std::array kSecrets = {"lovelace", "Lovelace", "4432", "8015", "672", "Amphitheatre", "94043", "203.0.113.77"};

} // namespace

class TestCliMasking : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY2(fs::exists(AISLE_PROGRAM), "build the program first");
        shop_ = path("checkout.aisle");
        write(path("checkout.json"), kCheckout);
        const Result r = run({s("import"), path("checkout.json"), s("--into"), shop_});
        QVERIFY2(r.code == 0, r.error);
    }

    void exportsOfAllFormats() {
        for (const aisle::WriterFormat& format : aisle::writerFormats()) {
            const QString id = QString::fromUtf8(format.id.data(), static_cast<qsizetype>(format.id.size()));
            const Result plain = run({s("export"), shop_, s("--format"), id}), masked = run({s("export"), shop_, s("--format"), id, s("--mask")});
            QVERIFY2(plain.code == 0 && plain.out.contains("lovelace"), id.toUtf8()); // else this test says nothing
            QVERIFY(plain.error.contains("not masked"));
            QVERIFY2(masked.code == 0, masked.error);
            for (const char* secret : kSecrets)
                QVERIFY2(!masked.out.contains(secret), QByteArray(id.toUtf8() + " " + secret + ": " + masked.out));
            QVERIFY(masked.error.contains(", masked ") && masked.error.contains(" rules"));
            QVERIFY(!masked.error.contains("not masked"));
        }
    }

    // Masked traces are traces: ids, keys, times, figures and structure are as they were.
    void maskedTracesReadBack() {
        const QString file = path("masked.json"), back = path("masked.aisle");
        QCOMPARE(run({s("export"), shop_, s("--mask"), s("--out"), file}).code, 0);
        const Result imported = run({s("import"), file, s("--into"), back});
        QVERIFY2(imported.code == 0, imported.error);
        const char* ids = "SELECT trace_id, span_id, service, kind, status, start_ns, duration_ns FROM spans";
        QCOMPARE(run({s("sql"), back, s(ids), s("--as"), s("csv")}).out, run({s("sql"), shop_, s(ids), s("--as"), s("csv")}).out);
        const auto keys = [&](const QString& workspace) { return run({s("sql"), workspace, s("SELECT key FROM attributes ORDER BY key"), s("--as"), s("csv")}).out; };
        QCOMPARE(keys(back), keys(shop_));
        const auto value = [&](const char* key) { return run({s("sql"), back, s("SELECT value FROM attributes WHERE key = '") + s(key) + s("'"), s("--as"), s("csv")}).out.split('\n').value(1).trimmed(); };
        QCOMPARE(value("app.order.id"), QByteArray("8a3f11ee-7b0c-11ee-b962-0242ac120002"));
        QCOMPARE(value("app.order.amount"), QByteArray("411.11"));
        QCOMPARE(value("demo.order.id"), QByteArray("8a3f11ee-7b0c-11ee-b962-0242ac120002"));
        QCOMPARE(value("demo.shipping.tracking.id"), QByteArray("5f1d6a3e-9d2b-4a55-8a8d-7f4a0f2f9b11"));
        QCOMPARE(value("demo.user_context.selected_currency"), QByteArray("USD"));
        QVERIFY(value("user.email").startsWith("e-mail "));
        QVERIFY(value("demo.payment.card_cvv").startsWith("code "));
        QVERIFY2(value("demo.tags").contains("gold") && value("demo.tags").contains(value("user.email")), value("demo.tags"));
    }

    void everyCommandMasks() {
        for (const QStringList& command : {QStringList{s("show"), s("trace-list"), shop_}, QStringList{s("show"), s("spans"), shop_}, QStringList{s("show"), s("waterfall"), shop_}, QStringList{s("show"), s("attributes"), shop_, s("--by"), s(".user.email")},
                                           QStringList{s("values"), shop_, s("user.email")}, QStringList{s("values"), shop_, s("demo.payment.card_cvv")}, QStringList{s("query"), shop_, s("{ } | select(.user.email, .demo.payment.card_cvv)"), s("--spans")},
                                           QStringList{s("sql"), shop_, s("SELECT key, value FROM attributes")}, QStringList{s("show"), s("sequence"), shop_, s("--as"), s("mermaid")}}) {
            for (const char* form : {"text", "csv", "json"}) {
                const QStringList as = command.contains(s("mermaid")) ? QStringList() : QStringList{s("--as"), QString::fromUtf8(form)};
                const Result masked = run(command + as + QStringList{s("--mask")});
                QVERIFY2(masked.code == 0, QByteArray(command.join(u' ').toUtf8() + ": " + masked.error));
                for (const char* secret : kSecrets)
                    QVERIFY2(!masked.out.contains(secret), QByteArray(command.join(u' ').toUtf8() + ": " + masked.out));
                QVERIFY(!masked.error.contains("not masked"));
            }
        }
        QVERIFY(run({s("sql"), shop_, s("SELECT key, value FROM attributes")}).out.contains("lovelace"));
        // Names under a name of the query's own, where no key says what they are; one that spans of no attribute like that have stays.
        for (const char* query : {"SELECT value AS x FROM attributes WHERE key = 'app.user.full_name'", "SELECT value AS order_id, service FROM attributes JOIN spans USING (row) WHERE key = 'app.user.full_name'",
                                  "SELECT value AS session FROM attributes WHERE key = 'user.email'", "SELECT 'x' AS key, value FROM attributes WHERE key = 'app.user.full_name'"}) {
            const QStringList command{s("sql"), shop_, s(query), s("--as"), s("csv")};
            QVERIFY(run(command).out.toLower().contains("lovelace"));
            const Result masked = run(command + QStringList{s("--mask")});
            QVERIFY2(masked.code == 0 && !masked.out.toLower().contains("lovelace"), QByteArray(masked.out + masked.error));
            QVERIFY2(masked.out.contains("person ") || masked.out.contains("e-mail "), masked.out);
        }
        QVERIFY(run({s("sql"), shop_, s("SELECT service AS x FROM spans"), s("--mask")}).out.contains("checkout"));
        // What the file has as an integer is text in the views.
        const Result number = run({s("sql"), shop_, s("SELECT value AS x FROM attributes WHERE key = 'demo.payment.card_cvv'"), s("--mask")});
        QVERIFY2(number.code == 0 && !number.out.contains("672") && number.out.contains("code "), number.out);
        // And what a query made a number of again left as it is.
        for (const char* cast : {"CAST(value AS INTEGER)", "CAST(value AS REAL)", "value + 0", "value + 0.0"}) {
            const Result taken = run({s("sql"), shop_, s("SELECT ") + s(cast) + s(" AS x FROM attributes WHERE key = 'demo.payment.card_cvv'"), s("--mask")});
            QVERIFY2(taken.code == 0 && !taken.out.contains("672") && taken.out.contains("code "), taken.out);
        }
    }

    // Values that became labels lost the key that says that they are names: activities of paths printed them.
    void labelsAreMaskedByKey() {
        json spans = json::array();
        const auto add = [&](const char* session, const char* name, int64_t second) {
            const std::string id = "000000000000000" + std::to_string(spans.size() + 1);
            spans.push_back({{"traceId", id}, {"id", id}, {"kind", "SERVER"}, {"name", "get"}, {"timestamp", 1'700'000'000'000'000 + 1'000'000 * second}, {"duration", 10}, {"localEndpoint", {{"serviceName", "shop"}}},
                             {"tags", {{"session.id", session}, {"user.name", name}, {"http.method", "GET"}, {"http.path", "/cart"}}}});
        };
        add("a", "Ada Lovelace", 0);
        add("a", "Grace", 1);
        add("b", "Ada Lovelace", 2);
        add("b", "Mary 5", 3);
        const QString file = path("names.json"), names = path("names.aisle");
        write(file, QByteArray::fromStdString(spans.dump()));
        QCOMPARE(run({s("import"), file, s("--into"), names}).code, 0);
        const QString field = s(".user.name");
        const std::vector<QStringList> commands = {
            {s("show"), s("paths"), names, s("--of"), field},
            {s("show"), s("paths"), names, s("--of"), field, s("--by"), s("node")},
            {s("show"), s("variants"), names, s("--of"), field},
            {s("show"), s("cases"), names, s("--by-case"), s("user.name")},
            {s("show"), s("attributes"), names, s("--by"), field},
            {s("show"), s("rates"), names, s("--by"), field},
            {s("show"), s("histogram"), names, s("--by"), field},
            {s("show"), s("statistics"), names, s("--all"), s("--by"), s("user.name")},
            {s("query"), names, s("{ } | rate() by (.user.name)")},
            {s("query"), names, s("{ } | by(.user.name) | count() > 0")},
            {s("query"), names, s("{ } | select(.user.name)"), s("--spans")},
        };
        for (const QStringList& command : commands)
            for (const char* form : {"text", "csv", "json"}) {
                if (&command != &commands.front() && form != std::string_view("text"))
                    continue; // of all tables the same makes the forms; a run takes a second here
                const QStringList as{s("--as"), QString::fromUtf8(form)};
                const Result plain = run(command + as), masked = run(command + as + QStringList{s("--mask")});
                const QByteArray what = command.join(u' ').toUtf8() + " " + form + ": ";
                QVERIFY2(plain.code == 0 && masked.code == 0, QByteArray(what + plain.error + masked.error));
                QVERIFY2(plain.out.contains("Grace"), QByteArray(what + plain.out));
                for (const char* name : {"Lovelace", "Grace", "Mary"})
                    QVERIFY2(!masked.out.contains(name), QByteArray(what + masked.out));
                QVERIFY2(masked.out.contains("person "), QByteArray(what + masked.out));
            }
        for (const char* form : {"dot", "mermaid"}) {
            const Result masked = run({s("show"), s("paths"), names, s("--of"), field, s("--as"), QString::fromUtf8(form), s("--mask")});
            QVERIFY2(masked.code == 0 && masked.out.contains("person ") && !masked.out.contains("Grace"), QByteArray(masked.error + masked.out));
        }
    }

    // The same customer has the same pseudonym tomorrow, and another one in another workspace.
    void theWorkspaceKeepsItsSalt() {
        const auto pseudonym = [&](const QString& workspace) { return run({s("values"), workspace, s("user.email"), s("--as"), s("csv"), s("--mask")}).out.split('\n').value(1).split(',').value(0); };
        const QByteArray first = pseudonym(shop_);
        QVERIFY2(first.startsWith("e-mail "), first);
        QCOMPARE(pseudonym(shop_), first);
        const QString other = path("other.aisle");
        QCOMPARE(run({s("import"), path("checkout.json"), s("--into"), other}).code, 0);
        QVERIFY(pseudonym(other) != first);
        QVERIFY(!run({s("sql"), shop_, s("SELECT content FROM user_item WHERE kind = 'masking-salt'"), s("--mask")}).out.contains("aisle_salt_"));
    }

    void preview() {
        const Result csv = run({s("show"), s("masking"), shop_, s("--as"), s("csv")});
        QVERIFY2(csv.code == 0, csv.error);
        QVERIFY2(csv.out.contains("user.email,e-mail address,its key,1,1,e-mail "), csv.out);
        QVERIFY2(csv.out.contains("demo.payment.card_cvv,card security code,its key,1,1,code "), csv.out);
        QVERIFY2(csv.out.contains("status_message,card number,what it says,1,1,"), csv.out);
        QVERIFY2(csv.out.contains("app.order.id,remains,"), csv.out);
        for (const char* secret : kSecrets)
            QVERIFY2(!csv.out.contains(secret), csv.out);
        QVERIFY(run({s("show"), s("masking"), shop_}).code == 0);
        verifySentence(run({s("show"), s("masking"), shop_, s("--select"), s("duration > 1s")}), 2, "--select does not apply");
        for (const char* form : {"html", "md", "svg"}) {
            const QByteArray bytes = run({s("show"), s("masking"), shop_, s("--as"), s(form)}).out;
            QVERIFY2(bytes.contains("card security code"), form);
            for (const char* secret : kSecrets)
                QVERIFY2(!bytes.contains(secret), form);
        }
    }

    // Beside its pseudonym the number of an order that may be one of a card stood in the clear: who knows one knew the other.
    void findingAnOrder() {
        const QByteArray card = "4012888888881881";
        write(path("cards.json"), QByteArray(kCheckout).replace("8a3f11ee-7b0c-11ee-b962-0242ac120002", card));
        const Result plain = run({s("find"), path("cards.json"), s("4012888888881881"), s("--as"), s("csv")});
        QVERIFY2(plain.code == 0 && plain.out.contains(card), QByteArray(plain.error + plain.out)); // else this test says nothing
        const Result masked = run({s("find"), path("cards.json"), s("4012888888881881"), s("--as"), s("csv"), s("--mask")});
        QVERIFY2(masked.code == 0 && masked.out.contains("card ") && !masked.out.contains(card), QByteArray(masked.error + masked.out));
        const Result none = run({s("find"), path("cards.json"), s("5105105105105100"), s("--mask")});
        QVERIFY2(none.code == 0 && none.out.contains("No order") && !none.out.contains("5105"), QByteArray(none.error + none.out));
        const Result other = run({s("find"), shop_, s("8a3f11ee"), s("--as"), s("csv"), s("--mask")});
        QVERIFY2(other.out.contains("8a3f11ee-7b0c-11ee-b962-0242ac120002,order number,8a3f11ee-7b0c-11ee-b962-0242ac120002"), other.out);
    }

    void rulesOfAUser() {
        write(path("rules.json"), "{\"rules\": [{\"name\": \"order\", \"word\": \"order\", \"keys\": [\"order id\"]}], \"find\": {}}");
        const Result own = run({s("values"), shop_, s("app.order.id"), s("--privacy"), path("rules.json")});
        QVERIFY2(own.code == 0, own.error);
        QVERIFY(own.out.contains("order ") && !own.out.contains("8a3f11ee"));
        QVERIFY(run({s("values"), shop_, s("user.email"), s("--privacy"), path("rules.json")}).out.contains("lovelace"));
        write(path("wrong.json"), "{}");
        verifySentence(run({s("values"), shop_, s("user.email"), s("--privacy"), path("wrong.json")}), 1, "rules of masking cannot be read: it has no list");
        write(path("wrong.json"), "{\"rules\": [{");
        verifySentence(run({s("values"), shop_, s("user.email"), s("--privacy"), path("wrong.json")}), 1, "wrong.json: The rules of masking cannot be read: it is no JSON (it ends too early, in line 1,");
        verifySentence(run({s("show"), s("spans"), shop_, s("--reveal")}), 2, "--reveal is for");
    }
};

QTEST_GUILESS_MAIN(TestCliMasking)
#include "tst_cli_masking.moc"
