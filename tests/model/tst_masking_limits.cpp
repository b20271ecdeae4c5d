// Where what is personal ends, and what stands beside it that somebody needs: codes, reasons, other keys, names of things. Each of these was lost or came through.

#include "masking_fixture.h"

#include <QByteArray>
#include <QTest>

#include <initializer_list>
#include <utility>

using namespace aisle;
using namespace aisle::test;

namespace {

/// Values in which that stands in « » which is masked, as the key masks it; nothing else is.
void addRows(const char* key, std::initializer_list<const char*> values) {
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    for (const char* value : values)
        QTest::addRow("%s", value) << QByteArray(key) << QByteArray(value);
}

void verifyRow() {
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    const QByteArray opens = "\xc2\xab", closes = "\xc2\xbb";
    QByteArray expected, plain;
    for (qsizetype at = 0; at < value.size();) {
        const qsizetype open = value.indexOf(opens, at), close = value.indexOf(closes, open);
        plain += value.mid(at, open < 0 ? -1 : open - at);
        expected += value.mid(at, open < 0 ? -1 : open - at);
        if (open < 0)
            break;
        const QByteArray part = value.mid(open + 2, close - open - 2);
        plain += part;
        expected += QByteArray::fromStdString(masked(key.toStdString(), part.toStdString()));
        at = close + 2;
    }
    const std::string out = masked("message", plain.toStdString());
    QCOMPARE(QByteArray::fromStdString(out).replace("%20", " "), expected.replace("%20", " ")); // in URLs
    QCOMPARE(masked("message", out), out);
}

} // namespace

class TestMaskingLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // A code or a time behind a number was taken as a part of it, or kept it from being one.
    void phones_data() {
        addRows("phone", {"SMS to «+4917123456789» 500 Internal Server Error", "«+49 171 2345678» 2026-03-14T10:00:00Z", "SMS to «+49 171 2345678» 30s timeout", "call «+442079460958» 12ms", "sms sent to «+14155552671» 200 OK", "«+49 171 2345678» (3 attempts)",
                          "«+49 171 2345678» 503 Service Unavailable", "«0049 171 2345678» 503 Service Unavailable", "«(0171) 2345678» 503 Service Unavailable", "«+33 6 12 34 56 78» 503 Service Unavailable", "«+33 6 12 34 56 78» called", "«+44 7700 900123» 12ms", "«+447700 900123» is busy", "«+49 (0)171 2345678» is busy",
                          "«(415) 555-2671» 200 OK", "«+1 415 555 2671» 200 OK", "«+49 30 123456-78» is busy", "«+7 495 123-45-67» is busy"});
    }
    void phones() { verifyRow(); }
    void phonesByName() {
        for (const char* rest : {" 2nd time", " 503 Service Unavailable", " 30s", " (3 attempts)"}) {
            const std::string out = masked("message", std::string("Tel. 0171 2345678") + rest);
            QCOMPARE(out, "Tel. " + masked("phone", "0171 2345678") + rest);
        }
    }

    // Of a line of key=value the rest went with the first one that may have spaces in it, and who stood before the next key came through.
    void keysBehind_data() {
        addRows("user.name", {"level=info addr=checkout err=refused code=503", "level=error username=«ann» msg=timeout code=503", "holder=worker-3 lock=stock state=waiting", "user_name=«ann» error=\"card declined\"", "customer=«Ann Lee» order=4711 state=failed",
                              "buyer=«Ann van Lee» order=7", "First name: «Ann» order.id=7"});
    }
    void keysBehind() { verifyRow(); }

    // What failed was read as the next part of an address, or as one.
    void reasonsBesideAddresses_data() {
        addRows("shipping.address", {"address: «5 Main Street», Error 503 from billing", "shipping address=«5 Main Street», Timeout after 30s", "address=checkout connection refused", "addr=redis timed out after 30s", "Address: Connection refused", "Address: 10 retries failed", "address: «5 Main Street», 10 retries failed",
                                     "address=«5 Main Street, Flat 2, 94043 Bath», state=open", "address: «12 High Street, Stoke on Trent»", "address: «Rue haute 5, 1000 Bruxelles»", "city=«Bath» err=refused status=503", "<address>«rose cottage»</address>", "address=\"«rose cottage»\""});
    }
    void reasonsBesideAddresses() { verifyRow(); }

    // Ids of orders and payments were taken for what an account is reset by.
    void tokensOfPaths_data() {
        addRows("token", {"/checkout/confirmation/550e8400-e29b-41d4-a716-446655440000", "/order/confirm/ORD-20261130-A7K2-Q9X1", "/order-confirmation/4bf92f3577b34da6a3ce929d0e0e4736", "/payment/verify/pi_3MtwBwLkdIwHu7ix28a3tqPa", "/payment/verify/550e8400-e29b-41d4-a716-446655440000",
                          "/reset/«4bf92f3577b34da6a3ce929d0e0e4736»", "/email/confirm/«Zk3v9QpL2xWb7TnR5sYc»", "/confirm-email/«Zk3v9QpL2xWb7TnR5sYc»", "/reset-password/«550e8400-e29b-41d4-a716-446655440000»", "/invite/«Zk3v9QpL2xWb7TnR5sYc»"});
    }
    void tokensOfPaths() { verifyRow(); }

    // What passed a test and which version it was became a secret.
    void passes_data() {
        addRows("password", {"PASS: test_login2", "test pass=unit2 ok", "compiler pass: ssa2", "pass=3.2.1-beta", "passes=100000", "user=shop pass=«hunter2»", "pass: «hunter2»", "Pass: «Hunter2»", "PASS: «pa$$word2»"});
    }
    void passes() { verifyRow(); }

    // One person had two pseudonyms, of which a URL had the other.
    void spacesOfUrls() {
        const std::string person = masked("user.name", "Ann Lee"), id = person.substr(person.find(' ') + 1), address = masked("shipping.address", "5 Main Street");
        for (const char* value : {"/order?name=Ann+Lee&x=1", "/order?name=Ann%20Lee&x=1", "/order?customer=Ann+Lee", "/order?x=1&full_name=Ann+Lee", "Ann Lee <ann@example.com>"})
            QVERIFY2(masked("message", value).find(id) != std::string::npos, value);
        for (const char* value : {"/order?address=5+Main+Street", "/order?address=5+main+street", "address=5 Main Street"})
            QVERIFY2(masked("message", value).find(address.substr(address.find(' ') + 1)) != std::string::npos, value);
        QVERIFY(masked("message", "/x?email=ann+shop@example.com") != masked("message", "/x?email=ann shop@example.com"));
    }

    // A secret in quotes was read up to its first space, or not at all, and options of the program behind sshpass as those of it.
    void commandLines_data() {
        addRows("password", {"curl -su greta:«hunter2» https://shop.example", "curl -sku greta:«hunter2» https://shop.example", "redis-cli -a '«two hunter2»' ping", "curl --user 'greta:«my hunter2»' https://shop.example", "[\"curl\",\"-su\",\"greta:«hunter2»\"]", "sshpass -p «hunter2» ssh -p 2222 host",
                             "curl -sS https://shop.example/u", "cmd='mysql -u root -p' exit=1, 'x'", "ran \"redis-cli -a «hunter2» ping\" twice"});
    }
    void commandLines() { verifyRow(); }
    void secretsAttachedInQuotes() {
        for (const char* line : {"mysql -u root -p'hunter2' shop", "mysql -u root -p\"hunter2\" shop", "mysql -u root -p'my hunter2' shop", "curl -u'greta:hunter2' x"}) {
            const std::string out = masked("message", line);
            QVERIFY2(out.find("hunter2") == std::string::npos && out.find("my") != 4, out.c_str());
            QVERIFY2(out.ends_with(" shop") || out.ends_with("' x"), out.c_str());
            QCOMPARE(masked("message", out), out);
        }
    }

    // The apostrophe of a sentence opened a text, up to that in the next statement, whose own was none then.
    void apostrophesBetweenStatements_data() {
        addRows("user.name", {"SELECT id FROM carts WHERE id=7 didn't match; then SELECT id FROM users WHERE name='«Ann Lee»'", "SELECT id FROM carts of the customer's shop, SELECT id FROM users WHERE name='«Ann Lee»' AND id = 7", "SELECT id FROM users WHERE name LIKE'«Ann Lee»'", "SELECT id FROM users WHERE name=N'«Ann Lee»'"});
    }
    void apostrophesBetweenStatements() { verifyRow(); }

    // What is wrong with a value stands in the place of that, and was taken for it.
    void reasonsInPlaceOfValues_data() {
        addRows("email", {"email: must not be blank", "createUser.request.email: must be a well-formed email address", "firstName: must not be null, street: size must be between 1 and 50", "email: cannot be blank", "token: expired", "Invalid token: expired", "Invalid address: No such mailbox",
                          "recipient: mailbox full", "zip: Invalid zip code for country DE", "phone: is invalid", "Unprocessable: email: This field may not be blank.", "Invalid token: signature mismatch", "recipient: Required", "password: [FILTERED]", "{\"errors\":{\"email\":[\"has already been taken\"]}}", "{'email': ['Enter a valid email address.']}", "Access denied for user (using password: YES)", "CVV: N", "password: must not be blank",
                          "recipient: No Lee", "{\"email\":\"«ann»\"}"});
    }
    void reasonsInPlaceOfValues() {
        QFETCH(QByteArray, value);
        if (!value.startsWith("recipient: No Lee"))
            return verifyRow();
        QVERIFY(!QByteArray::fromStdString(masked("message", value.toStdString())).contains("Lee"));
    }

    // What programs print around a value was masked alone, and arrows were none between key and value.
    void wrappers_data() {
        addRows("last_name", {"last_name: Some(\"«Rosenthal»\"), state: open", "last_name=Optional('«Rosenthal»')", "LastName { last_name: String(\"«Rosenthal»\") }", "last_name = Just \"«Rosenthal»\"", "#{last_name => <<\"«Rosenthal»\">>}", "Map(lastName -> «Rosenthal», state -> open)", "{FirstName:«Eva» LastName:«Rosenthal» Total:5}",
                              "customer->last_name(\"x\")"});
    }
    void wrappers() { verifyRow(); }
    void secretsInWrappers() {
        const std::string out = masked("message", "Payment { cvv: Some(\"672\"), password: Some(\"hunter2xx\"), state: Some(\"open\") }");
        QVERIFY2(out.find("672") == std::string::npos && out.find("hunter2xx") == std::string::npos && out.find("state: Some(\"open\")") != std::string::npos, out.c_str());
    }

    // Whoever has a name beside an address or a number was a person, and who is called "details" or "Dto" was none.
    void ownersOfNames_data() {
        addRows("user.name", {"{\"service\":{\"name\":\"Billing\",\"email\":null}}", "{\"carrier\":{\"name\":\"DHL\",\"phone\":null}}", "{\"merchant\":{\"name\":\"Red Mug Shop\",\"email\":null}}", "{\"name\":\"checkout\",\"phone\":null}", "{\"order\":\"7\",\"name\":\"Mug\",\"billingEmail\":null}", "{\"fname\":\"handleCheckout\"}",
                              "{\"delivery\":{\"first\":\"pending\",\"last\":\"shipped\"}}", "{\"shipping\":{\"first\":\"«Ann»\",\"last\":\"«Lee»\"}}", "{\"name\":\"«Ann»\",\"phone\":null}", "{\"name\":\"«Ann Lee»\",\"billingEmail\":null}", "{\"member\":{\"name\":\"«ann»\",\"email\":null}}",
                              "{\"billing_details\":{\"name\":\"«Eva Rosenthal»\"}}", "{\"customerInfo\":{\"name\":\"«Eva»\"}}", "CustomerDto(name=«Eva Rosenthal», id=5)", "CreateCustomerRequest(name=«Eva Rosenthal»)", "CustomerEntity{name='«Eva Rosenthal»'}", "ship_to {\n name: \"«Eva Rosenthal»\" age: 4 }", "{\"receiver\":{\"name\":\"«Eva»\"}}",
                              "user=«Eva Rosenthal», order=5", "ProductDto(name=Red Mug, id=5)", "product_info {\n name: \"Red Mug\" }", "/product?name=Red+Mug"});
    }
    void ownersOfNames() { verifyRow(); }

    // One number in ten passes the check of cards: those of articles and orders, lists, ids in hex and the digits of fractions did.
    void numbersThatAreNoCards_data() {
        addRows("card.number", {"/p/4006381333931", "product:4006381333931", "EAN 4006381333931", "{\"n\":4006381333931}", "/x?ids=2889,5742,5219,5672,9500,2843", "/x?ids=4012,8888,8888,1881", "order 6190496500770349 done", "order 545-6638473-7032614", "took 521.4794727001095 ms", "took 0.4012888888881881 s",
                                "00-a4012888888881881b7b34da6a3ce929-00f067aa0ba902b7-01", "Root=1-40128888-88881881e1be46a994272793", "visa «4222222222222»", "card no. «4222222222222»", "paid with «4012888888881881»", "«4012 8888 8888 1881»", "«3782-822463-10005»", "«40128888 88881881»",
                                "version 1.2.3.4", "build 5.3.4.11", "release=5.3.4.11", "/assets/_npm_esm_index_js-4f2a9c81e7", "kiosk-sk-frontend-service-7d9c6bd8f-x2k4j", "sk-shoes-and-boots-women-sale-2026"});
    }
    void numbersThatAreNoCards() { verifyRow(); }
    void tokensWithPrefixes() {
        for (const char* token : {"sk-proj4eC39HqLyjWDarjtT1zdp7dc", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "key_sk_live_4eC39HqLyjWDarjtT1zdp7dc"})
            QVERIFY2(masked("message", token).find("4eC39") == std::string::npos, token);
    }

    // One address had another pseudonym in a list, with its port, or as IPv6 has it, and one number with 00.
    void oneOfSeveralForms() {
        const std::string ip = masked("client.address", "203.0.113.9"), other = masked("client.address", "198.51.100.7");
        QCOMPARE(masked("http.request.header.x-forwarded-for", "203.0.113.9, 198.51.100.7"), ip + ", " + other);
        QCOMPARE(masked("client.address", "203.0.113.9:5432"), ip + ":5432");
        QCOMPARE(masked("client.address", "::ffff:203.0.113.9"), ip);
        QCOMPARE(masked("client.address", "[2001:db8::1]:443"), masked("client.address", "2001:db8::1") + ":443");
        QCOMPARE(masked("message", "0049 151 23456789"), masked("message", "+49 151 23456789"));
        for (const char* value : {"203.0.113.9,", ",", "unknown, 203.0.113.9", "[", "[]:", "203.0.113.9 , ,x"})
            QVERIFY2(masked("client.address", value).find("203") == std::string::npos, value);
        for (const char* value : {"203.0.113.9, 198.51.100.7", "203.0.113.9:5432"})
            QCOMPARE(masked("client.address", masked("client.address", value)), masked("client.address", value));
    }

    // Servers have no private addresses, and a browser says of "mobile" yes or no.
    void whatIsOfServersStays_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        for (const auto& [key, value] : std::initializer_list<std::pair<const char*, const char*>>{{"server.address", "203.0.113.9"}, {"net.host.ip", "203.0.113.9"}, {"server.address", "upstream service"}, {"db.cassandra.tried_hosts", "203.0.113.9"}, {"http.request.header.sec-ch-ua-mobile", "?0"}, {"headers", "[\"Cookie\",\"Accept-Encoding\",\"Authorization\"]"}, {"body", "<input name=\"state\" value=\"open\">"}})
            QTest::addRow("%s %s", key, value) << QByteArray(key) << QByteArray(value);
    }
    void whatIsOfServersStays() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QCOMPARE(QByteArray::fromStdString(masked(key.toStdString(), value.toStdString())), value);
    }

    // What a form names apart from its value came through, and of an element its type was masked.
    void formsAndHeaders_data() {
        addRows("last_name", {"Content-Disposition: form-data; name=\"last_name\"\r\n\r\n«Rosenthal»\r\n--x", "Content-Disposition: form-data; name=\"last_name\"\r\nContent-Type: text/plain\r\n\r\n«Rosenthal»\r\n--x", "Content-Disposition: form-data; name=\"state\"\r\n\r\nopen\r\n--x", "<input type=\"text\" name=\"last_name\" value=\"«Rosenthal»\">",
                              "<firstName xsi:type=\"xsd:string\">«Eva»</firstName>"});
    }
    void formsAndHeaders() { verifyRow(); }
    void flatHeaders() {
        const std::string out = masked("body", "[\"Accept\",\"text/html\",\"Authorization\",\"Bearer abcdef123\",\"Cookie\",\"sid=b1\"]");
        QVERIFY2(out.starts_with("[\"Accept\",\"text/html\",\"Authorization\",\"token ") && out.find("abcdef") == std::string::npos && out.find("sid=b1") == std::string::npos, out.c_str());
    }

    // Codes that a message sends, and whose folder a program was built in, stood in the clear.
    void saidInSentences_data() {
        addRows("otp", {"Your code is «493817». Do not share.", "OTP «493817» for login", "verification code: «4938»", "your code is 5 characters long", "error code 493817"});
    }
    void saidInSentences() { verifyRow(); }
    // Only JSON knew whose name stands beside an address.
    void peopleInTexts_data() {
        addRows("user.name", {"name=«Eva Rosenthal» email=null", "{Name:«Eva Rosenthal» Street:null}", "ship_to: name: \"«Eva Rosenthal»\" street_address: \"null\"", "name=Red Mug, qty=1", "customer «Eva Rosenthal» not found", "customer «Eva van der Rosenthal» was Refused", "user \"«Eva Rosenthal»\" not found", "User 'x' not found", "customer not found", "User Not Found", "name=checkout-1, phone=x, state=open",
                              "<parameter name=\"lastName\" value=\"«Rosenthal»\"/>", "<property name=\"state\" value=\"open\"/>", "<name><first>«Eva»</first><last>«Rosenthal»</last></name>"});
    }
    void peopleInTexts() { verifyRow(); }
    void folders_data() {
        addRows("user.name", {"/Users/«rosenthal»/shop/bin/node", "at f (/home/«rosenthal»/shop/a.js:1:2)", "File \"/home/«rosenthal»/shop/a.py\", line 7", "at f (/home/node/shop/a.js:1:2)", "/Users/Shared/x", "GET /home/kitchen/pans"});
    }
    void folders() { verifyRow(); }
};

QTEST_GUILESS_MAIN(TestMaskingLimits)
#include "tst_masking_limits.moc"
