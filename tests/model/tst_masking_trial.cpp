// What a review and a trial of masking found: names before addresses that were none, sentences, parts that were left, and texts that took forever.

#include "masking_fixture.h"

#include <QByteArray>
#include <QTest>

#include <nlohmann/json.hpp>

#include <array>

using namespace aisle;
using namespace aisle::test;
using nlohmann::json;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Nothing of `secret` is left, JSON stays JSON, and what is masked stays so.
void verifyMasked(const std::string& key, const std::string& value, std::string_view secret) {
    const std::string out = masked(key, value), what = key + ": " + value + " -> " + out;
    QVERIFY2(!holds(out, secret), what.c_str());
    QVERIFY2((value[0] != '{' && value[0] != '[') || !json::accept(value) || json::accept(out), what.c_str());
    QCOMPARE(masked(key, out), out);
}

using Rows = std::vector<std::array<const char*, 3>>; ///< key, value, what is secret of it

void addRows(const Rows& rows) {
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("secret");
    for (size_t i = 0; i < rows.size(); ++i)
        QTest::addRow("%zu %s: %s", i, rows[i][0], rows[i][1]) << QByteArray(rows[i][0]) << QByteArray(rows[i][1]) << QByteArray(rows[i][2]);
}

void verifyStay(const std::vector<std::array<const char*, 2>>& rows) {
    for (const auto& [key, value] : rows)
        QCOMPARE(QByteArray::fromStdString(masked(key, value)), QByteArray(value));
}

} // namespace

class TestMaskingTrial : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // The quote that opens a value was taken for one that closes a name: the key of the value was masked, and XML was none any more.
    void whatStandsBeforeTheQuoteOfAnAddressStays() {
        for (const auto& [value, head] : std::vector<std::pair<const char*, const char*>>{{"msg=\"mail sent\" to=\"<ann@example.com>\"", "msg=\"mail sent\" to=\"<e-mail "}, {"{'to': '<ann@example.com>'}", "{'to': '<e-mail "}, {"{'a': '.', 'to': '<ann@example.com>'}", "{'a': '.', 'to': '<e-mail "},
                                                                                         {"<m from=\"x\" to=\"&lt;ann@example.com&gt;\"/>", "<m from=\"x\" to=\"&lt;e-mail"}, {"<m from=\"\" to=\"&lt;ann@example.com&gt;\"/>", "<m from=\"\" to=\"&lt;e-mail"}}) {
            const std::string out = masked("message", value);
            QVERIFY2(out.starts_with(head), out.c_str());
        }
    }

    // A few words before an address were a name whatever they were.
    void sentencesBeforeAddressesStay() {
        for (const char* head : {"550 5.1.1 ", "mailbox full ", "notify ", "POST /notify ", "To: 550 5.1.1 ", "relay=mx.example.org, status=5.1.1 "}) {
            const std::string out = masked("message", std::string(head) + "<ann@example.com>: Recipient address rejected: User unknown");
            QVERIFY2(out.starts_with(std::string(head) + "<e-mail ") && out.ends_with(">: Recipient address rejected: User unknown"), out.c_str());
        }
    }

    // Of "Lee, Ann" without quotes the family name was left.
    void familyNamesBeforeTheComma_data() {
        addRows({{"message", "To: Lee, Ann <ann@example.com>", "Lee"}, {"message", "Hostile, Hildegard <h@example.com>", "Hostile"}, {"message", "To: bob@example.com, van Lee, Ann <ann@example.com>", "Lee"}, {"message", "Cc: Bob <bob@example.com>, Lee, Ann <ann@example.com>", "Lee"},
                 {"body", "{\"to\":\"Lee, Ann <ann@example.com>\"}", "Lee"}});
    }
    void familyNamesBeforeTheComma() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, secret);
        verifyMasked(key.toStdString(), value.toStdString(), secret.toStdString());
        QVERIFY(!holds(masked(key.toStdString(), value.toStdString()), "Ann"));
    }

    // Advice of a missing comma helped nobody whose backslash was wrong.
    void wrongJsonIsToldByWhatIsWrong() {
        for (const auto& [rules, said] : std::vector<std::pair<const char*, const char*>>{{R"({"rules": [{"patterns": ["\d+"]}]})", "write a backslash twice"}, {R"({"rules": ["\user"]})", "write a backslash twice"}, {"{\"rules\": [\"a\xff\"]}", "it is no UTF-8"}, {"{\"rules\": [\"a\nb\"]}", "a line break, a tab or the like stands within quotes"},
                                                                                         {"{\"rules\": [\"a\tb\"]}", "a line break, a tab or the like stands within quotes"}}) {
            std::string problem;
            try {
                const MaskingRules read(rules);
            } catch (const std::runtime_error& e) {
                problem = e.what();
            }
            QVERIFY2(holds(problem, said) && holds(problem, " at line ") && !holds(problem, "missing comma"), problem.c_str());
        }
    }

    // The plural of address was "addresse", what follows a comma was left, and so was base64 behind a prefix.
    void parts_data() {
        addRows({{"body", "{\"addresses\":[\"5 Main Street, Bath\"]}", "Main"}, {"message", "address=5 Main Street, 94043 Bath", "Bath"}, {"message", "address: Hostilestrasse 12, 98765 Hostiletown", "Hostiletown"}, {"message", "order of address=5 Main Street, Flat 2, 94043 Bath, state=open", "Bath"},
                 {"message", "shipping_address=5 Main Street, 94043 Bath", "Bath"}, {"message", "user_amFuZS5kb2VAZXhhbXBsZS5jb20=", "amFuZS5k"}, {"http.url", "/x/v1_user-amFuZS5kb2VAZXhhbXBsZS5jb20", "amFuZS5k"}});
    }
    void parts() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, secret);
        verifyMasked(key.toStdString(), value.toStdString(), secret.toStdString());
    }
    void whatFollowsAnAddressStays() {
        for (const char* rest : {", state=open", ", Order: 4711", ", the order was refused"})
            QVERIFY2(masked("message", std::string("address=5 Main Street") + rest).ends_with(rest), rest);
        QVERIFY(masked("message", "email: ann, Order 4711 refused").ends_with(", Order 4711 refused"));
    }

    // One in 25 lists of figures passes the check of cards.
    void cardsInLists() {
        for (const char* value : {R"({"card":["401288","88888","81881"]})", R"({"payment":{"digits":[4012,8888,8888,1881]}})", R"({"pan":{"parts":[4,0,1,2,8,8,8,8,8,8,8,8,1,8,8,1]}})", R"([{"key":"card","value":{"arrayValue":{"values":[{"intValue":"4012"},{"intValue":8888},{"intValue":"8888"},{"intValue":"1881"}]}}}])"}) {
            verifyMasked("body", value, "8888");
            verifyMasked("body", value, "1881");
        }
        verifyStay({{"body", R"({"sku":["4012","8888","8888","1881"]})"}, {"body", R"({"eans":["4012","8888","8888","1881"]})"}, {"body", R"({"products":["4012","8888","8888","1881"]})"}, {"body", R"(["401288","88888","81881"])"}, {"body", R"({"sizes":[4012,8888,8888,1881]})"}});
    }

    // What says "pass" is of a compiler, a test or a journey more often than of an account.
    void passesThatAreNoSecrets() {
        verifyStay({{"compiler.pass", "inline"}, {"compiler.pass", "loop-unroll"}, {"message", "compiler.pass=\"inline\""}, {"body", R"({"pass":"second"})"}, {"message", "Boarding pass: sent"}, {"message", "Pass: retry"}});
        for (const char* value : {"hunter2", "pa$$word", "123456"})
            verifyMasked("pass", value, value);
        verifyMasked("mysql.pass", "correct", "correct");
        verifyMasked("smtp.pass", "correct", "correct");
    }

    // Only keys said what three digits are, only long options what a word is, and only the first group of a number was the number.
    void byWhatStandsBefore_data() {
        addRows({{"message", "card 4111111111111111, cvv 737, exp 12/29", "737"}, {"message", "cvv 737", "737"}, {"message", "CVC 737 does not match", "737"}, {"message", "cvv2 737", "737"}, {"message", "the security code is 737", "737"}, {"message", "CVV #7371", "7371"},
                 {"message", "%B4111111111111111^HOSTILE/HILDEGARD^29121010000?", "HILDEGARD"}, {"message", "swiped %B4111111111111111^HOSTILE/HILDEGARD^29121010000? twice", "1111"}, {"message", "%B4111111111111111^HOSTILE/HILDEGARD^29121010000?", "2912"}, {"message", ";4111111111111111=29121010000?", "2912"},
                 {"message", "PAN4111111111111111", "1111"}, {"message", "\xc2\xb2" "4111111111111111", "1111"}, {"message", "4111111111111111\xc2\xb2", "1111"},
                 {"message", "curl -u greta:hunter2 https://shop.example", "hunter2"}, {"message", "curl -sS --user greta:hunter2 https://shop.example", "hunter2"}, {"message", "ran `/usr/bin/mysql -u greta -phunter2 shop`", "hunter2"}, {"body", R"(["mysql","-u","greta","-phunter2"])", "hunter2"},
                 {"body", R"(["redis-cli","-a","hunter2"])", "hunter2"}, {"message", "PGPASSWORD=hunter2 psql", "hunter2"}, {"message", "REDISCLI_AUTH=hunter2", "hunter2"}, {"message", "login -password hunter2", "hunter2"}, {"body", R"(["login","-password","hunter2"])", "hunter2"}, {"message", "sshpass -p hunter2 ssh greta@db", "hunter2"},
                 {"message", "docker login -u greta -p hunter2", "hunter2"}, {"message", "redis-cli -h db -a 'hunter2'", "hunter2"},
                 {"message", "Phone: 0171 2345678", "2345"}, {"message", "phone=0171 2345678", "2345"}, {"message", "called phone 0171 234 5678 twice", "5678"}, {"message", "Tel. 0171-2345678", "0171"}, {"message", "Telefon 030 / 123456-78", "78"}, {"sms.to", "01712345678", "0171"},
                 {"http.url", "https://shop.example/reset/4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f"}, {"http.url", "/account/verify-email/Zk3v9QpL2xWb7TnR5sYc?x=1", "Zk3v9"}});
    }
    void byWhatStandsBefore() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, secret);
        verifyMasked(key.toStdString(), value.toStdString(), secret.toStdString());
    }
    void byWhatStandsBeforeOthersStay() {
        verifyStay({{"message", "cvv failed 737 times"}, {"message", "CVC 12345"}, {"message", "status code is 503"}, {"message", "code 737"}, {"message", "a^b^c 4711"}, {"message", "4012888888881882=29121010000"},
                    {"message", "mkdir -p data"}, {"message", "docker run -p 8080:80 shop"}, {"message", "curl -u greta https://shop.example"}, {"message", "mysql -u greta -p shop"}, {"message", "INFO - token found"}, {"message", "redis-cli -h db -p 6379"}, {"body", R"(["docker","run","-p","8080:80"])"},
                    {"message", "phone 12:30"}, {"message", "telephone 2 calls, 017 left"}, {"http.url", "/reset/password-by-mail-now"}, {"http.url", "/orders/4bf92f3577b34da6a3ce929d0e0e4736"}, {"http.url", "/confirm/ORD-1000682"}});
    }

    // "name" was a person's under few keys, and "customer" under none.
    void whoeverItIs_data() {
        addRows({{"body", R"({"shipTo":{"name":"Hildegard Hostile","line1":"Rose Cottage","line2":"x"}})", "Hostile"}, {"body", R"({"shipTo":{"name":"Hildegard Hostile","line1":"Rose Cottage"}})", "Rose"}, {"body", R"({"customer":{"first":"Hildegard","last":"Hostile"}})", "Hostile"},
                 {"body", R"({"people":[{"name":"Hildegard"}]})", "Hildegard"}, {"body", R"({"besteller":{"name":"Hildegard"}})", "Hildegard"}, {"body", R"({"billing":{"street2":"Rose Cottage"}})", "Rose"}, {"body", R"({"deliverTo":{"last":"Hostile"}})", "Hostile"},
                 {"body", R"({"id":7,"name":"Hildegard Hostile","email":"h@example.com"})", "Hildegard"}, {"body", R"({"phone":"1","name":"Hildegard"})", "Hildegard"}, {"body", R"([{"name":"Hildegard","a":{"b":[1]},"street":"x"}])", "Hildegard"},
                 {"body", R"({"customer":"Hildegard Hostile"})", "Hostile"}, {"body", R"({"customer":["Hildegard","Hostile"]})", "Hostile"}, {"body", R"([{"key":"customer","value":{"stringValue":"Hildegard Hostile"}}])", "Hostile"}, {"customer", "Hildegard van der Hostile", "Hostile"},
                 {"body", R"({"Name":"lastName","Value":"Hostile"})", "Hostile"}, {"body", R"({"id":"lastName","val":"Hostile"})", "Hostile"}, {"body", "<order><param key=\"customer_name\">Hostile</param></order>", "Hostile"}, {"body", "<field name=\"email\">hostile</field>", "hostile"},
                 {"shipTo", "Hildegard Hostile", "Hostile"}, {"buyer", "Hildegard Hostile", "Hostile"}, {"payer", "Hildegard Hostile", "Hostile"}, {"purchaser.name", "Hostile", "Hostile"}, {"guest", "Hildegard Hostile", "Hostile"}, {"addressee", "Hostile", "Hostile"}, {"addr", "5 Main Street", "Main"}, {"cognome", "Hostile", "Hostile"},
                 {"kunde", "Hildegard Hostile", "Hostile"}, {"inhaber", "Hildegard Hostile", "Hostile"}, {"lname", "Hostile", "Hostile"}, {"fname", "Hildegard", "Hildegard"}, {"custName", "Hostile", "Hostile"}, {"http.url", "/order?name=Hildegard+Hostile&x=1", "Hostile"}, {"http.url", "GET /order?name=Hildegard%20Hostile HTTP/1.1", "Hostile"},
                 {"http.url", "/order?addr=5+Main+Street", "Main"}});
    }
    void whoeverItIs() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, secret);
        verifyMasked(key.toStdString(), value.toStdString(), secret.toStdString());
    }
    void whateverItIsStays() {
        verifyStay({{"customer", "gold"}, {"customer", "C-4711"}, {"customer", "gold tier"}, {"body", R"({"customer":{"segment":"Gold Member","tier":"Gold"}})"}, {"body", R"([{"key":"customer","value":{"kvlistValue":{"values":[{"key":"segment","value":{"stringValue":"Gold Member"}}]}}}])"},
                    {"body", R"({"customer":{"first":3,"last":"2026-03-14"}})"}, {"body", R"({"name":"Red Mug","price":5})"}, {"body", R"({"name":"checkout-7","email_verified":true,"notify":{"email":null}})"}, {"body", R"({"id":"ORD-1","value":"Red Mug"})"}, {"body", R"({"customers":["gold","silver"]})"},
                    {"body", "<field name=\"state\">open</field>"}, {"body", "<note id=\"Jane Secret\">open</note>"}, {"guest", "true"}, {"fname", "/tmp/x.txt"}, {"http.url", "/products?name=Red+Mug"}, {"http.url", "/order?name=checkout"}, {"line1", "at shop.Cart"}, {"shipping.method", "Next Day"}});
    }
};

QTEST_GUILESS_MAIN(TestMaskingTrial)
#include "tst_masking_trial.moc"
