// Nothing personal leaves through a masking redactor, however it is written; what analyses need does; and what leaves is no broken file.

#include "masking_fixture.h"
#include "text/utf8.h"

#include <QByteArray>
#include <QTest>

#include <nlohmann/json.hpp>

#include <functional>
#include <random>

using namespace aisle;
using namespace aisle::test;
using nlohmann::json;

namespace {

std::string base64(const std::string& text, bool isForUrls = false) {
    return QByteArray::fromStdString(text).toBase64(isForUrls ? QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals : QByteArray::Base64Encoding).toStdString();
}

std::string hex(const std::string& text) { return QByteArray::fromStdString(text).toHex().toStdString(); }

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Hostile {
    const char* key;
    std::string value;
    std::vector<std::string> secrets; ///< none of them may be in what comes out
};

std::vector<Hostile> hostileValues() {
    const std::string mail = "jane.doe@example.com", card = "4111111111111111";
    std::vector<Hostile> out = {
        {"message", "Mail to jane.doe@example.com failed", {"jane", "doe@"}},
        {"message", "Mail to Jane.Doe+shop@sub.example.co.uk.", {"Jane", "Doe", "+shop"}},
        {"message", "\"jane doe\"@example.com", {"jane", "example.com"}},
        {"message", "j\xc3\xbcrgen@b\xc3\xbc" "cher.example", {"rgen", "cher"}},
        {"message", "jane (at) example dot com", {"jane"}},
        {"message", "jane[at]example.com", {"jane"}},
        {"message", "jane\xe2\x80\x8b.doe@exam\xe2\x80\x8bple.com", {"jane", "doe"}},
        {"message", "jane\xc2\xad" "doe@example.com", {"jane", "doe"}},
        {"message", "\xef\xbd\x8a\xef\xbd\x81\xef\xbd\x8e\xef\xbd\x85\xef\xbc\xa0\xef\xbd\x85\xef\xbd\x98.com", {"\xef\xbd\x8a", "\xef\xbc\xa0"}}, // full width
        {"message", "jane\xff@example.com", {"jane", "example"}},
        {"http.url", "https://shop.example/find?q=jane.doe%40example.com&page=2", {"jane", "doe"}},
        {"http.url", "https://shop.example/find?q=jane.doe%2540example.com", {"jane", "doe"}},
        {"http.url", "https://shop.example/users/jane.doe@example.com/orders", {"jane", "doe"}},
        {"http.url", "https://jane:hunter2@shop.example/x", {"jane", "hunter2"}},
        {"http.url", "https://shop.example/x?access_token=abc123&token=s3cr3t%26more&x=1", {"abc123", "s3cr3t", "more"}},
        {"http.url", "https://shop.example/go?to=https%3A%2F%2Fother%2F%3Fapi_key%3Dk3y9", {"k3y9"}},
        {"http.target", "/login?password=hunter2", {"hunter2"}},
        {"http.url", "https://shop.example/find?q=jane.doe%2525252540example.com", {"jane", "doe"}},
        {"message", "password:\thunter2", {"hunter2"}},
        {"message", "password:        hunter2", {"hunter2"}},
        {"message", "First name: Jane", {"Jane"}},
        {"message", "The security code : 672", {"672"}},
        {"scope", "{ .user.name =~ \"Jane.*\" && .user.city != \"Bath\" }", {"Jane", "Bath"}},
        {"message", "&#106;ane&#64;example.com", {"ane", "example.com"}},
        {"message", "\\u006aane\\u0040example.com", {"ane", "example.com"}},
        {"message", "jane&#64example.com, joe&#0000064;example.com, jim&#x000000000000000000040;example.com", {"jane", "joe", "jim"}},
        {"message", "To: jane.doe=40example.com", {"jane", "doe", "example.com"}}, // quoted-printable
        {"message", "\xe2\x80\xaejane.doe@example.com\xe2\x80\xac", {"jane", "doe"}}, // written from right to left
        {"message", "jane\xe2\x80\x8f.doe@\xe2\x80\x8e" "example.com", {"jane", "doe"}},
        {"message", "{\"a\": \"{\\\"b\\\": \\\"{\\\\\\\"user_email\\\\\\\": \\\\\\\"jane\\\\\\\"}\\\"}\"}", {"jane"}}, // three deep
        {"body", base64("{\"user\": {\"email\": \"jane.doe@example.com\"}}"), {base64("{\"user\": {\"email\": \"jane.doe@example.com\"}}").substr(0, 12)}},
        {"message", "\xef\xbc\x94\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91\xef\xbc\x91", {"\xef\xbc\x94", "\xef\xbc\x91"}}, // full width
        {"message", "4\xe2\x80\x8b" "1\xe2\x80\x8c" "1\xe2\x81\xa0" "1111111111111", {"1111"}}, // between digits what is not drawn
        {"message", "from 2001:DB8:0:0:8:800:200C:417A and ::ffff:203.0.113.77", {"200C", "203.0.113"}},
        {"message", "card 4111111111111111 declined", {"4111", "1111"}},
        {"message", "card 4111 1111 1111 1111 declined", {"4111", "1111"}},
        {"message", "card 4111-1111-1111-1111", {"4111", "1111"}},
        {"message", "4111.1111.1111.1111", {"4111", "1111"}},
        {"message", "4111_1111/1111 1111", {"4111", "1111"}},
        {"message", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", {"4 1 1", "1 1 1"}},
        {"message", "4111\xe2\x80\xa2" "1111\xe2\x80\xa2" "1111\xe2\x80\xa2" "1111", {"4111", "1111"}},
        {"message", "4111\xe2\x80\x93" "1111\xe2\x80\x93" "1111\xe2\x80\x93" "1111", {"4111", "1111"}},
        {"message", "41111111\xe2\x80\x8b" "11111111", {"4111", "1111"}},
        {"message", "4111%2D1111%2D1111%2D1111", {"4111", "1111"}},
        {"message", "cc4111111111111111", {"4111"}},
        {"message", "3782 822463 10005", {"3782", "822463"}}, // American Express
        {"message", "6011111111111117,5555555555554444", {"6011", "5555"}},
        {"message", "paid with 5105105105105100 05/27 123", {"5105"}},
        {"message", "call +49 151 23456789 now", {"151", "2345"}},
        {"message", "tel:+4915123456789", {"151"}},
        {"message", "(415) 555-2671", {"555", "2671"}},
        {"message", "from 203.0.113.77:443", {"203.0.113.77"}},
        {"message", "from [2001:db8:85a3::8a2e:370:7334]:443", {"85a3", "7334"}},
        {"message", "IBAN DE89 3704 0044 0532 0130 00 is wrong", {"3704", "0532"}},
        {"message", "gb29nwbk60161331926819", {"60161331"}},
        {"message", "Authorization: Basic amFuZTpodW50ZXIy", {"amFuZ"}},
        {"message", "authorization=Bearer abc.def.ghi x", {"abc.def"}},
        {"message", "sent Bearer 0123456789abcdef0123 to it", {"0123456789"}},
        {"message", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl", {"eyJ"}},
        {"message", "key sk_live_4eC39HqLyjWDarjtT1zdp7dc", {"4eC39"}},
        {"message", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", {"MIIEow"}},
        {"message", "Cookie: a=1; session=topsecret\nHost: shop", {"topsecret"}},
        {"message", "{\"email\": \"jane\", \"nested\": \"{\\\"password\\\": \\\"hunter2\\\"}\"}", {"jane", "hunter2"}},
        {"message", "{\"email\": \"jane.doe@example.com\", \"items\": [1, 2", {"jane"}}, // cut off
        {"message", "POST body={\"card_number\":\"4111\",\"card_cvv\":672}", {"4111", "672"}},
        {"message", "{\\\"card_cvv\\\": \\\"672\\\"", {"672"}},
        {"message", "{\"key\":\"card_cvv\",\"value\":{\"intValue\":\"672\"}}", {"672"}},
        {"message", "{\"jane.doe@example.com\": 1}", {"jane"}},
        {"message", "[[\"4111 1111 1111 1111\"], 4111111111111111]", {"4111"}},
        {"message", "<email>jane</email><street>Main St 5</street>", {"jane", "Main"}},
        {"message", "full_name=Jane+Doe&zip_code=94043&x=1", {"Jane", "Doe", "94043"}},
        {"message", "user[password]=hunter2&x=1", {"hunter2"}},
        {"message", "password='hunter2'", {"hunter2"}},
        {"message", "java.lang.Exception: no such user jane@example.com\n\tat a.b.C(D.java:5)", {"jane"}},
        {"db.query.text", "SELECT * FROM users WHERE name = 'O''Brien' AND note = 'it\\'s' AND code = 4711", {"Brien", "it\\", "4711"}},
        {"db.statement", "SELECT * FROM users WHERE name = \"Ada Lovelace\" AND city IN (\"Bath\", 'York') OR nick LIKE \"O\"\"Brien%\"", {"Ada", "Bath", "York", "Brien"}}, // MySQL
        {"db.statement", "INSERT INTO `users` (name, city) VALUES (\"Ada\", \"Bath\"), (\"Grace\", \"York\")", {"Ada", "Bath", "Grace", "York"}},
        {"db.statement", "SELECT TRIM(FROM \"Ada\"), CONCAT(\"Grace\", ' ', last)", {"Ada", "Grace"}},
        {"db.statement", "UPDATE users SET name = \"it\\\"s Ada\" WHERE code = 4711", {"Ada", "4711"}},
        {"db.statement", "SELECT \"users\".\"id\" FROM \"users\" WHERE \"users\".\"name\" = 'Ada' AND city = \"Bath\" AND x IN (\"York\") AND y = \"one two\"", {"Ada", "Bath", "York", "one two"}}, // SQLite
        {"db.statement", "SELECT 1 -- for Ada Lovelace\nFROM users /* asked by Grace */ WHERE id = 7 # said Mary", {"Ada", "Grace", "Mary"}},
        {"db.statement", "/* Ada */ SELECT 1 /* a /* b */ Grace */", {"Ada", "Grace"}},
        {"db.statement", "SELECT 1 -- it's for Ada", {"Ada"}},
        {"db.statement", "SELECT /*!40101 'Ada' */ 1, /*+ INDEX(users idx) */ 'Grace'", {"Ada", "Grace"}},
        {"db.statement", "SELECT $body$ Ada $ Lovelace $body$, $$Grace$$, $1", {"Ada", "Lovelace", "Grace"}},
        {"db.statement", "SELECT * FROM t WHERE path = 'C:\\' AND name = 'Ada'", {"Ada"}}, // standard SQL knows no \'
        {"db.statement", "SELECT * FROM t WHERE name = N'Ada' AND raw = 0x416461 AND other = X'416461'", {"Ada", "416461"}},
        {"db.statement", "SELECT * FROM t WHERE name = 'Ada", {"Ada"}}, // cut off
        {"db.statement", "SELECT * FROM t WHERE name = \"Ada", {"Ada"}},
        {"db.statement", "SELECT 1 /* for Ada", {"Ada"}},
        {"db.statement", "SELECT * FROM #users WHERE name = 'Ada' AND data #>> '{Grace}' = x", {"Ada", "Grace"}},
        {"db.statement", "INSERT INTO cards VALUES ('4111111111111111', 672, 'Jane Doe')", {"4111", "672", "Jane"}},
        {"db.query.parameter.0", "Jane", {"Jane"}},
        {"body", base64(mail), {base64(mail).substr(0, 12)}},
        {"body", "data=" + base64("{\"card\":\"" + card + "\"}") + ";", {base64("{\"card\":\"" + card + "\"}").substr(0, 12)}},
        {"body", base64("who? jane.doe@example.com >>>???", true), {base64("who? jane.doe@example.com >>>???", true).substr(0, 12)}},
        {"body", base64(base64(mail)), {base64(base64(mail)).substr(0, 12)}},
        {"http.url", "https://shop.example/back/" + base64(mail, true), {base64(mail, true).substr(0, 12)}},
        {"body", hex(mail), {hex(mail).substr(0, 12)}},
        {"user.email", "jane", {"jane"}},
        {"app.user.full_name", "Jane", {"Jane"}},
        {"demo.payment.card_number", "4111-1111", {"4111"}},
        {"card_cvv", "672", {"672"}},
        {"cardCVV", "672", {"672"}},
        {"app.shipping.zip_code", "94043", {"94043"}},
        {"client.address", "10.0.0.5", {"10.0.0.5"}},
        {"http.request.header.authorization", "[\"Bearer x\"]", {"Bearer x"}},
        {"http.request.header.cookie", "a", {"=a"}},
        {"X-Api-Key", "abc", {"abc"}},
        {"session.id", "jane.doe@example.com", {"jane"}}, // an id, but an address all the same
    };
    return out;
}

} // namespace

class TestMasking : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hostile() {
        for (const Hostile& each : hostileValues()) {
            const std::string out = masked(each.key, each.value);
            const std::string what = std::string(each.key) + ": " + each.value + " -> " + out;
            QVERIFY2(out != each.value, what.c_str());
            for (const std::string& secret : each.secrets)
                QVERIFY2(!holds(out, secret), what.c_str());
            QCOMPARE(isUtf8(out) || !isUtf8(each.value), true);
            if (const std::string before = each.value; json::accept(before) && (before[0] == '{' || before[0] == '[' || before[0] == '"')) // a bare number is a text like any other
                QVERIFY2(json::accept(out), what.c_str());
            const std::string again = masked(each.key, out);
            QVERIFY2(again == out, (what + " -> " + again).c_str());
        }
    }

    void whatAnalysesNeedStays_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        const std::vector<std::pair<const char*, const char*>> rows = {
            {"trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"},
            {"message", "trace 41111111111111114111111111111a11"},
            {"message", "span 00f067aa0ba902b7 of 4bf92f3577b34da6a3ce929d0e0e4736"},
            {"message", "41111111-1111-4111-8111-111111111111"},
            {"app.order.id", "8a3f11ee-7b0c-11ee-b962-0242ac120002"},
            {"order.id", "4111111111111111"},
            {"order.number", "ORD-1000001"},
            {"message", "ORD-1000001"},
            {"session.id", "5f1d6a3e-9d2b-4a55-8a8d-7f4a0f2f9b11"},
            {"message", "1700000000000000003"}, // passes Luhn, as one nanosecond in ten
            {"message", "at 1773478800000000009 ns"},
            {"message", "2026-03-14T09:00:00.123456789+01:00"},
            {"message", "took 4.123456789012345 s"},
            {"k8s.pod.name", "checkout-7d9f8b6c5-x2x9z"},
            {"message", "checkout-7d9f8b6c5-x2x9z"},
            {"service.version", "1.2.3.4"},
            {"message", "v1.2.3.4"},
            {"user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"},
            {"message", "Mozilla/5.0 Chrome/120.0.0.0"},
            {"http.response.status_code", "500"},
            {"app.order.amount", "411111.11"},
            {"server.port", "8080"},
            {"server.address", "10.0.0.7"},
            {"http.route", "/api/products/{id}"},
            {"http.url", "http://frontend:8080/api/cart?sessionId=1&currencyCode=USD"},
            {"name", "oteldemo.CheckoutService/PlaceOrder"},
            {"message", "lodash@4.17.21"},
            {"http.url", "http://shop/img?w=40&h=40.5&q=4012.jpg"},
            {"message", "std::vector::at 12:30:45"},
            {"message", "customer called by phone 12:30"},
            {"message", "order number: 4711, tracking number: AB12"},
            {"exception.stacktrace", "at com.shop.Cart.add(Cart.java:41)\n\tat com.shop.Main.main(Main.java:7)"},
            {"user.email_verified", "true"},
            {"gen_ai.usage.input_tokens", "1204"},
            {"db.query.text", "SELECT id FROM products WHERE id = ? LIMIT 10"},
            {"db.query.text", "SELECT \"users\".\"id\", \"name\" FROM \"users\" JOIN \"orders\" ON \"orders\".\"user_id\" = \"users\".\"id\" WHERE \"total\" = $1 ORDER BY \"name\""},
            {"db.query.text", "INSERT INTO \"users\" (\"name\", \"city\") VALUES (?, ?) RETURNING \"id\""},
            {"db.query.text", "SELECT `a`.`name` FROM `users` `a` /*traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',route='/cart'*/"},
            {"db.query.text", "SELECT * FROM #users /*+ INDEX(users idx) */ WHERE id = 42"},
            {"password", "***"},
            {"message", ""},
        };
        for (size_t i = 0; i < rows.size(); ++i)
            QTest::addRow("%zu %s", i, rows[i].first) << QByteArray(rows[i].first) << QByteArray(rows[i].second);
    }

    void whatAnalysesNeedStays() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QCOMPARE(QByteArray::fromStdString(masked(key.toStdString(), value.toStdString())), value);
    }

    void numbers() {
        QCOMPARE(redactor().redactNumber("http.response.status_code", "500"), std::string("500"));
        QCOMPARE(redactor().redactNumber("duration_ns", "4111111111111111"), std::string("4111111111111111"));
        QCOMPARE(redactor().redactNumber("start", "1700000000000000003"), std::string("1700000000000000003"));
        QVERIFY(redactor().redactNumber("card_cvv", "672").starts_with("code "));
        QVERIFY(redactor().redactNumber("x", "4111111111111111").starts_with("card "));
        QCOMPARE(redactor().redactNumber("x", "4111111111111112"), std::string("4111111111111112")); // no card
    }

    // One customer stays one, in another spelling and beside other words, and another is another.
    void pseudonymsAreConsistent() {
        const std::string one = masked("user.email", "Jane.Doe@example.com");
        QVERIFY(one.starts_with("e-mail "));
        QCOMPARE(masked("message", "jane.doe@example.com"), one);
        QCOMPARE(masked("message", "to jane.doe@example.com."), "to " + one + ".");
        QVERIFY(masked("user.email", "john@example.com") != one);
        QCOMPARE(masked("message", "4111 1111 1111 1111"), masked("card_number", "4111-1111-1111-1111"));
        const MaskingRedactor other(maskingRules(), "aisle_salt_of_another");
        QVERIFY(other.redact("user.email", "jane.doe@example.com") != one);
        QVERIFY(other.redact("message", "x " + one).ends_with(one)); // a pseudonym of another workspace is nothing personal
    }

    // Else a password of two words could say of itself that it is masked.
    void nobodyCanPretendToBeMasked() {
        QVERIFY(masked("password", "secret abcdefghijkl") != "secret abcdefghijkl");
        const std::string mine = masked("password", "x");
        QCOMPARE(masked("password", mine), mine);
    }

    void formsStayForms() {
        const std::string url = masked("http.url", "https://jane:pw@shop.example/a?email=jane%40example.com&page=2#top");
        QVERIFY2(url.starts_with("https://person%20") && holds(url, "@shop.example/a?email=e-mail%20") && url.ends_with("&page=2#top"), url.c_str());
        const std::string sql = masked("db.statement", "UPDATE users SET name = 'Jane' WHERE id = 12");
        QVERIFY2(sql.starts_with("UPDATE users SET name = 'person ") && sql.ends_with("' WHERE id = 12"), sql.c_str());
        const std::string mySql = masked("db.statement", "UPDATE users SET name = \"Jane\" WHERE id = 12 -- for Jane");
        QVERIFY2(mySql.starts_with("UPDATE users SET name = \"person ") && holds(mySql, "\" WHERE id = 12 -- value "), mySql.c_str());
        const json out = json::parse(masked("body", "{\"user\": {\"email\": \"jane\", \"age\": 5}, \"zip\": [94043, null, true], \"n\": 1.50}"));
        QVERIFY(out["user"]["email"].get<std::string>().starts_with("e-mail "));
        QCOMPARE(out["user"]["age"].get<int>(), 5);
        QVERIFY(out["zip"][0].get<std::string>().starts_with("address ") && out["zip"][1].is_null() && out["zip"][2].is_boolean());
        QCOMPARE(masked("body", "{ \"n\" : 1.50 ,\"n\":2e3 }"), std::string("{ \"n\" : 1.50 ,\"n\":2e3 }")); // byte by byte
    }

    void counts() {
        const MaskingRedactor one(maskingRules(), "salt");
        QCOMPARE(one.notice(), std::string("nothing had to be masked"));
        (void)one.redact("message", "nothing here");
        (void)one.redact("user.email", "jane");
        QCOMPARE(one.notice(), std::string("masked 1 value by 1 rule"));
        (void)one.redact("user.email", "jane"); // known by then
        (void)one.redact("message", "a@example.com b@example.com 4111111111111111");
        QCOMPARE(one.notice(), std::string("masked 3 values by 2 rules"));
        QCOMPARE(one.maskedByRule(), (std::map<std::string, uint64_t>{{"card number", 1}, {"e-mail address", 4}}));
    }

    void rulesOfAUser() {
        const auto rules = std::make_shared<const MaskingRules>(R"({"rules": [{"name": "loyalty", "word": "loyal", "keys": ["loyalty no"]}], "find": {}})");
        const MaskingRedactor one(rules, "salt");
        QVERIFY(one.redact("loyaltyNo", "77").starts_with("loyal "));
        QCOMPARE(one.redact("user.email", "jane@example.com"), std::string("jane@example.com"));
        for (const char* wrong : {"", "[]", "{}", R"({"rules": [], "find": {}})", R"({"rules": [{"name": "a", "word": "b c"}], "find": {}})",
                                  R"({"rules": [{"name": "a", "word": "b"}], "find": {"smell": "a"}})", R"({"rules": [{"name": "a", "word": "b"}], "find": {"email": "c"}})",
                                  R"({"rules": [{"name": "a", "word": "b", "keys": [" "]}], "find": {}})"})
            QVERIFY_EXCEPTION_THROWN(MaskingRules{wrong}, std::runtime_error);
        QCOMPARE(wordsOfKey("http.request.header.X-APIKey_name[0]"), (std::vector<std::string>{"http", "request", "header", "x", "api", "key", "name"}));
    }

    // Texts that make a careless program slow or deep. That they end within the time that a test has is what is tested.
    void longTexts() {
        const auto repeated = [](const char* part, size_t times) {
            std::string out;
            for (size_t i = 0; i < times; ++i)
                out += part;
            return out;
        };
        for (const std::string& text : {repeated("a", 1'000'000), repeated("@", 300'000), repeated("a@", 300'000), repeated("a@b.", 200'000), repeated("4 1 ", 200'000), repeated("1", 1'000'000),
                                        repeated("cookie: ", 100'000), repeated("password=\"", 100'000), repeated("://", 200'000), repeated("%25", 300'000), repeated("\\\\", 300'000),
                                        repeated("[", 200'000), repeated("[", 200'000) + repeated("]", 200'000), repeated("eyJ", 200'000), repeated("a:", 300'000), repeated("+1 ", 200'000),
                                        repeated("<email>", 100'000), repeated("e-mail aaaaaaaaaaaa ", 30'000), repeated("\xff\xfe", 300'000)}) {
            const std::string out = masked("message", text);
            QVERIFY(out.size() <= text.size() * 4 + 100);
        }
        const std::string personal = repeated("jane@example.com, ", 50'000);
        QVERIFY(!holds(masked("message", personal), "jane"));
    }

    // The result parses and has the same shape; what is masked stays so.
    void randomJson() {
        std::mt19937 random(7);
        const auto upTo = [&](size_t n) { return static_cast<size_t>(random() % n); };
        const std::vector<std::string> keys = {"email", "id", "amount", "card_number", "a\"b", "zip", "value", "key", "\xc3\xbc", "password"};
        const std::vector<json> leaves = {"jane@example.com", 5, 1.5, true, nullptr, "4111 1111 1111 1111", "plain", "", 4111111111111111, "{\"email\":\"x\"}", "a=b&token=c", "\\\"", "caf\xc3\xa9"};
        const std::function<json(int)> make = [&](int depth) -> json {
            const size_t kind = depth == 0 ? 2 : upTo(4);
            json out = kind == 0 ? json::array() : json::object();
            if (kind >= 2)
                return leaves[upTo(leaves.size())];
            for (size_t i = upTo(5); i > 0; --i) {
                json child = upTo(6) == 0 ? json(make(depth - 1).dump()) : make(depth - 1);
                if (kind == 0)
                    out.push_back(std::move(child));
                else
                    out[keys[upTo(keys.size())]] = std::move(child);
            }
            return out;
        };
        const std::function<bool(const json&, const json&)> sameShape = [&](const json& a, const json& b) {
            if (a.is_structured() != b.is_structured() || a.is_array() != b.is_array() || (a.is_structured() && a.size() != b.size()))
                return false;
            auto other = b.begin();
            for (auto each = a.begin(); a.is_structured() && each != a.end(); ++each, ++other)
                if (!sameShape(*each, *other))
                    return false;
            return a.is_structured() || a.is_null() == b.is_null();
        };
        size_t changed = 0;
        for (int i = 0; i < 3000; ++i) {
            const json before = make(5);
            if (!before.is_structured())
                continue;
            const std::string text = before.dump(), out = masked("body", text);
            QVERIFY2(json::accept(out), out.c_str());
            QVERIFY2(sameShape(before, json::parse(out)), (text + " -> " + out).c_str());
            QVERIFY2(!holds(out, "jane@"), (text + " -> " + out).c_str());
            QCOMPARE(masked("body", out), out);
            changed += out != text;
        }
        QVERIFY(changed > 200);
    }

    // Any bytes: it ends, and valid text stays valid.
    void randomBytes() {
        std::mt19937 random(11);
        const std::vector<std::string> parts = {"a", "@", "example.com", "4111111111111111", " ", "%40", "%", "\\", "\"", "'", "{", "}", "[", "]", ":", "=", "&", "email", "cookie", "\xff", "\xe2\x80\x8b",
                                                "jane@example.com", "://", "/", "+49 151 23456789", "\n", "Bearer ", "amFuZUBleGFtcGxlLmNvbQ==", "1.2.3.4", ",", "<", ">"};
        for (int i = 0; i < 20'000; ++i) {
            std::string text;
            for (size_t n = random() % 12; n > 0; --n)
                text += parts[random() % parts.size()];
            const std::string out = masked(i % 2 == 0 ? "message" : "db.statement", text);
            QVERIFY2(isUtf8(out) || !isUtf8(text), text.c_str());
            QVERIFY2(!holds(out, "jane@example.com"), (text + " -> " + out).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestMasking)
#include "tst_masking.moc"
