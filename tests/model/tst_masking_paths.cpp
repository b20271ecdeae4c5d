// A key counts with the keys of what it is in: in JSON, also one that is cut off, in what programs print, in XML and forms.

#include "masking_fixture.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <array>

using namespace aisle;
using namespace aisle::test;
using nlohmann::json;

class TestMaskingPaths : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesOfPeople_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        const std::string inner = R"({"name":"Jane Secret"})";
        const std::string nested[] = {json{{"data", json{{"user", json::parse(inner)}}.dump()}}.dump(), json{{"user", inner}}.dump()}; // JSON in a string
        const std::vector<std::pair<const char*, const char*>> rows = {
            {"body", R"({"customer":{"name":"Jane Secret"}})"},
            {"body", R"({"order":{"id":7,"user":{"id":3,"name":"Jane Secret"}}})"},
            {"user", R"({"name":"Jane Secret","tier":"gold"})"}, // an attribute that is a map
            {"app.customer", R"({"name":"Jane Secret"})"},
            {"users", R"([{"name":"Jane Secret"}])"},
            {"body", R"({"customers":[[{"name":"Jane Secret"}]]})"},
            {"body", R"({"customers":{"0":{"name":"Jane Secret"}}})"},
            {"body", nested[0].c_str()},
            {"body", nested[1].c_str()},
            {"body", R"([{"key":"user","value":{"kvlistValue":{"values":[{"key":"name","value":{"stringValue":"Jane Secret"}}]}}}])"},
            {"body", R"({"user":[{"key":"name","value":"Jane Secret"}]})"},
            {"customers[3].name", "Jane Secret"},
            {"body", R"({"customer":{"name":"Jane Secret"},"items":[1,2)"}, // cut off
            {"body", R"({"items":[{"name":"mug"}],"customers":[{"id":1},{"id":2,"name":"Jane Secret"},)"},
            {"message", "created Customer{id=7, name='Jane Secret'} at once"},
            {"message", "Order(id=7, user=User(name=Jane Secret))"},
            {"message", "{customer={name=Jane Secret, tier=gold}}"},
            {"message", "{:user => {:id => 7, :name => \"Jane Secret\"}}"},
            {"user", "{name=Jane Secret}"},
            {"body", "<order><customer><name>Jane Secret</name></customer></order>"},
            {"body", "<s:Customer id=\"7\"><s:name lang=\"en\">Jane Secret</s:name></s:Customer>"},
            {"body", "<br><customer><br><id>7</id><name><![CDATA[Jane Secret]]></name></customer>"},
            {"body", "<customer><name>A<b>x</b>Jane Secret</name></customer>"}, // behind an element, a comment or a bracket within
            {"body", "<customer><name><br/>Jane Secret</name></customer>"},
            {"body", "<customer><name><!-- x -->Jane Secret</name></customer>"},
            {"body", "<customer><name><!-- Jane Secret --></name></customer>"},
            {"body", "<customer><name><![CDATA[A]]> Jane Secret</name></customer>"},
            {"body", "<customer><name>\n  <![CDATA[Jane Secret]]>\n</name></customer>"}, // printed over several lines
            {"body", "<customer><name>Dr. <![CDATA[Jane Secret]]></name></customer>"}, // behind a text these were left
            {"body", "<customer><name>A<!-- Jane Secret --></name></customer>"},
            {"body", "<customer><name>A < Jane Secret</name></customer>"},
            {"body", "<customer><name>A<!-- </name> -->Jane Secret</name></customer>"}, // no end of the element
            {"body", "<customer><name>A<!--> </name> -->Jane Secret</name></customer>"},
            {"body", "<customer><name>A<!---> </name> -->Jane Secret</name></customer>"},
            {"body", "<customer><!-- </customer> --><name>Jane Secret</name></customer>"},
            {"body", "<customer><![CDATA[</customer>]]><name>Jane Secret</name></customer>"},
            {"body", "<customer><name>(A<br/>Jane Secret</name></customer>"},
            {"body", "f(<customer><name>A :) <b>x</b>Jane Secret</name></customer>)"},
            {"body", "<customer id=\"7\" name=\"Jane Secret\"/>"},
            {"body", "id=7&customer[name]=Jane+Secret&x=1"},
            {"body", "customer%5B0%5D%5Bname%5D=Jane%20Secret"},
            {"body", "customers[0][name]=Jane+Secret"},
            {"http.url", "https://shop.example/x?user.name=Jane%20Secret&x=1"},
        };
        for (size_t i = 0; i < rows.size(); ++i)
            QTest::addRow("%zu %s", i, rows[i].second) << QByteArray(rows[i].first) << QByteArray(rows[i].second);
    }
    void namesOfPeople() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        const std::string out = masked(key.toStdString(), value.toStdString());
        QVERIFY2(out.find("Jane") == std::string::npos && out.find("Secret") == std::string::npos, out.c_str());
        QVERIFY2(out.find("person ") != std::string::npos || out.find("person%20") != std::string::npos, out.c_str());
        QCOMPARE(masked(key.toStdString(), out), out);
    }

    // The prefix of a namespace was taken for a key, and what it is the prefix of for its value: tags did not match any more.
    void prefixesOfNamespacesStay() {
        const std::string out = masked("body", "<m:Order xmlns:m=\"urn:x\"><m:customer><m:Name xsi:type=\"xsd:string\">Jane Secret</m:Name><m:Email>jane@x.example</m:Email><m:Token/></m:customer></m:Order>");
        for (const char* tag : {"<m:Order xmlns:m=\"urn:x\">", "<m:customer><m:Name xsi:type=", ">person ", "</m:Name><m:Email>e-mail ", "</m:Email><m:Token/></m:customer></m:Order>"})
            QVERIFY2(out.find(tag) != std::string::npos, out.c_str());
        QVERIFY2(out.find("Jane") == std::string::npos && out.find("jane") == std::string::npos, out.c_str());
    }

    void namesOfThingsStay_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        const std::vector<std::pair<const char*, const char*>> rows = {
            {"name", "checkout"},
            {"body", R"({"name":"Red Mug"})"},
            {"body", R"({"user":{"id":3},"product":{"name":"Red Mug"}})"},
            {"body", R"({"user":{"id":3},"name":"Red Mug"})"},
            {"body", R"({"user":{"cart":{"name":"Red Mug"}}})"},
            {"product", R"({"name":"Red Mug"})"},
            {"body", R"({"user":{"id":3},"products":[{"name":"Red Mug"},)"}, // cut off
            {"message", "Order(user=User(id=3), product=Product(name=Red Mug))"},
            {"message", "user (see below) name: Red Mug"},
            {"body", "<order><customer><id>3</id></customer><product><name>Red Mug</name></product></order>"},
            {"body", "<customer id=\"3\"/><name>Red Mug</name>"},
            {"message", "usage: <customer> <name>Red Mug"},
            {"exception.stacktrace", "at shop.Users.getToken(Cart.java:41)\n\tat shop.User.name(User.java:7)"},
            {"body", R"({"order":{"number":4711,"status":{"code":500}}})"},
        };
        for (size_t i = 0; i < rows.size(); ++i)
            QTest::addRow("%zu %s", i, rows[i].second) << QByteArray(rows[i].first) << QByteArray(rows[i].second);
    }
    void namesOfThingsStay() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QCOMPARE(QByteArray::fromStdString(masked(key.toStdString(), value.toStdString())), value);
    }

    // Who an address is of is a person and no address; what has no rule of its own within one is a part of it.
    void ownRuleBeforeThatAround() {
        const auto out = nlohmann::json::parse(masked("body", R"({"shippingAddress":{"name":"Jane","careOf":"Mary","email":"jane","lines":["5 Main St"]}})"))["shippingAddress"];
        QVERIFY(out["name"].get<std::string>().starts_with("person "));
        QVERIFY(out["careOf"].get<std::string>().starts_with("address "));
        QVERIFY(out["email"].get<std::string>().starts_with("e-mail "));
        QVERIFY(out["lines"][0].get<std::string>().starts_with("address "));
        const std::string xml = masked("body", "<shippingAddress><name>Jane</name><careOf>Mary</careOf></shippingAddress>");
        QVERIFY2(xml.starts_with("<shippingAddress><name>person ") && xml.find("<careOf>address ") != std::string::npos, xml.c_str());
        QCOMPARE(masked("user.name", "Jane"), nlohmann::json::parse(masked("body", R"({"user":{"name":"jane"}})"))["user"]["name"].get<std::string>()); // one customer
    }

    // What is left behind the first line of an address was in the clear.
    void allOfAnElement() {
        const std::string xml = masked("body", "<order><shippingAddress>Ada Lovelace<br/>12 Main Street</shippingAddress><note>by bike</note></order>");
        QVERIFY2(xml.starts_with("<order><shippingAddress>address ") && xml.find("<br/>address ") != std::string::npos, xml.c_str());
        QVERIFY2(xml.ends_with("</shippingAddress><note>by bike</note></order>"), xml.c_str());
        QVERIFY2(xml.find("Ada") == std::string::npos && xml.find("Main") == std::string::npos, xml.c_str());
    }

    // Brackets that nobody closed in an element were still waited for behind its end.
    void whatIsDeeperEndsWithItsElement() {
        const std::string text = "user={x=<b>" + std::string(300, '(') + "</b>} name=Red Mug";
        QCOMPARE(masked("message", text), text);
    }

    void wordsOfOneOfMany() {
        QCOMPARE(wordsOfKey("customers[0].name"), (std::vector<std::string>{"customer", "name"}));
        QCOMPARE(wordsOfKey("addresses[12][3].line"), (std::vector<std::string>{"address", "line"}));
        QCOMPARE(wordsOfKey("address[0].zip"), (std::vector<std::string>{"address", "zip"}));
        QCOMPARE(wordsOfKey("users[x].name"), (std::vector<std::string>{"users", "x", "name"}));
        QCOMPARE(wordsOfKey("emails[0]"), (std::vector<std::string>{"emails"}));
        QCOMPARE(wordsOfKey("[0]"), std::vector<std::string>());
    }

    // Only "shipping address" and the like were known, only English, and no password that is called pass.
    void wordsOfOtherKeys_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("secret");
        const std::vector<std::array<const char*, 3>> rows = {
            {"address", "5 Main Street, Bath", "Main"}, {"order.address", "Rose Cottage", "Rose"}, {"http.url", "https://shop.example/x?address=5+Main+Street&page=2", "Main"}, {"http.url", "/x?address=5%20Main%20Street", "Main"},
            {"message", "address=5 Main Street", "Main"}, {"body", R"({"order":{"address":"5 Main Street"}})", "Main"}, {"body", "<order><address>5 Main Street</address></order>", "Main"}, {"body", R"([{"key":"address","value":{"stringValue":"5 Main Street"}}])", "Main"},
            {"holder", "Ann Lee", "Ann"}, {"card.holder", "Ann", "Ann"}, {"card_holder", "Ann", "Ann"}, {"body", R"({"card":{"holder":"Ann Lee"}})", "Ann"}, {"message", "holder: Ann Lee", "Ann"},
            {"pass", "hunter2", "hunter2"}, {"smtp.pass", "hunter2", "hunter2"}, {"message", "user=shop pass=hunter2", "hunter2"}, {"http.url", "/login?pass=hunter2&x=1", "hunter2"}, {"body", R"({"pwd":"hunter2"})", "hunter2"}, {"pass", "123456", "123456"},
            {"http.url", "https://shop.example/reset?t=Zk3v9QpL2xWb7TnR5sYc", "Zk3v9"}, {"http.url", "/x?a=1&key=Zk3v9QpL2xWb7TnR5sYc#top", "Zk3v9"}, {"http.url", "/x?sig=abc", "abc"},
            {"kunde.nachname", "Lee", "Lee"}, {"vorname", "Ann", "Ann"}, {"body", R"({"kunde":{"name":"Lee","ort":"Bath"}})", "Bath"}, {"message", "Name des Kunden: Lee", "Lee"}, {"message", "Stra\xc3\x9f" "e: Hauptstr. 5", "Haupt"}, {"stra\xc3\x9f" "e", "Hauptstr. 5", "Haupt"},
            {"lieferung.strasse", "Hauptstr. 5", "Haupt"}, {"lieferung.hausnummer", "5a", "5a"}, {"plz", "50667", "50667"}, {"telefonnummer", "0221 4711", "4711"}, {"handy", "0171 4711", "4711"}, {"geburtsdatum", "1.2.1970", "1970"}, {"kartennummer", "4012", "4012"}, {"passwort", "hunter2", "hunter2"},
            {"client.prenom", "Ann", "Ann"}, {"pr\xc3\xa9nom", "Ann", "Ann"}, {"body", R"({"client":{"nom":"Lee"}})", "Lee"}, {"rue", "Rue Haute 5", "Haute"}, {"cliente.nombre", "Ann", "Ann"}, {"apellidos", "Lee", "Lee"}, {"calle", "Mayor 5", "Mayor"}, {"correo", "ann", "ann"}, {"adresse", "Rue Haute 5", "Haute"},
        };
        for (size_t i = 0; i < rows.size(); ++i)
            QTest::addRow("%zu %s", i, rows[i][0]) << QByteArray(rows[i][0]) << QByteArray(rows[i][1]) << QByteArray(rows[i][2]);
    }
    void wordsOfOtherKeys() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, secret);
        const std::string out = masked(key.toStdString(), value.toStdString());
        QVERIFY2(out.find(secret.toStdString()) == std::string::npos, out.c_str());
        QCOMPARE(masked(key.toStdString(), out), out);
    }

    void machinesKeepTheirs_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        const std::vector<std::pair<const char*, const char*>> rows = {
            {"server.address", "db.internal"}, {"network.peer.address", "10.0.0.7"}, {"net.peer.address", "redis:6379"}, {"address", "0x7ffe4b1c2a90"}, {"address", "10.0.0.7"}, {"address", "redis:6379 of cluster 2"}, {"address", "10.0.0.7 port 80"},
            {"message", "bind: address already in use"}, {"message", "lookup address: no such host"}, {"message", "address=0x7ffe is free"}, {"message", "Server{address=redis:6379, id=7}"}, {"body", R"({"server":{"address":"db.internal","port":5432}})"}, {"body", R"({"address":{"host":"db.internal","port":5432}})"},
            {"lock.holder", "worker-7"}, {"render.pass", "2"}, {"message", "first pass: 20 ms"}, {"body", R"({"pass":12,"fail":3})"}, {"message", "pass=true"},
            {"http.url", "/app.js?t=1773478800000"}, {"http.url", "/x?key=summer-sale-2026-campaign"}, {"http.url", "/x?t=abc"}, {"cache.key", "Zk3v9QpL2xWb7TnR5sYc"}, {"body", R"({"key":"Zk3v9QpL2xWb7TnR5sYc","value":1})"},
            {"produit.nom", "Chaise"}, {"producto.nombre", "Silla"}, {"transport.support", "air"}, {"version.ortung", "x"},
        };
        for (size_t i = 0; i < rows.size(); ++i)
            QTest::addRow("%zu %s", i, rows[i].first) << QByteArray(rows[i].first) << QByteArray(rows[i].second);
    }
    void machinesKeepTheirs() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QCOMPARE(QByteArray::fromStdString(masked(key.toStdString(), value.toStdString())), value);
    }

    // Whoever gets a message was called an e-mail, also by name.
    void recipientsAreWhatTheyLookLike() {
        QVERIFY(masked("demo.notification.recipient", "Ann Lee").starts_with("person "));
        QCOMPARE(masked("demo.notification.recipient", "ann@example.com"), masked("user.email", "ann@example.com"));
        QCOMPARE(masked("recipient", "+49 151 23456789"), masked("phone", "+49 151 23456789"));
        QCOMPARE(masked("user.name", "ann@example.com"), masked("user.email", "ann@example.com"));
        QVERIFY(masked("password", "ann@example.com").starts_with("secret ")); // not to be told from the address
    }

    // That they end within the time that a test has, and deep ones without a deep stack, is what is tested.
    void longAndDeep() {
        const auto repeated = [](const std::string& part, size_t times) {
            std::string out;
            for (size_t i = 0; i < times; ++i)
                out += part;
            return out;
        };
        for (const std::string& text : {repeated("{", 20'000), repeated("a(", 20'000), repeated("a{}", 20'000), repeated("<a>", 20'000) + "</a>", repeated("<a>", 20'000) + repeated("</a>", 20'000),
                                        repeated("</a>", 20'000), repeated("<", 20'000), repeated(">", 20'000), repeated("\"a\":{", 20'000), repeated("<a b=", 20'000), repeated("a[0]", 20'000),
                                        repeated("{\"a\":", 20'000) + "1" + repeated("}", 20'000)})
            QCOMPARE(masked("message", text), text);
        const std::string deep = repeated("{\"a\":", 20'000) + R"({"user":{"name":"Jane"}})" + repeated("}", 20'000);
        QVERIFY(masked("message", deep).find("Jane") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestMaskingPaths)
#include "tst_masking_paths.moc"
