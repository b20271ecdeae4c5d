// What is personal and hidden: within bytes that are encoded, in several parts, in a number of another form, before an address, behind an option of a
// command line, in a statement that a message quotes. Each of these came through.

#include "masking_fixture.h"

#include <QByteArray>
#include <QTest>

#include <nlohmann/json.hpp>

#include <array>
#include <vector>

using namespace aisle;
using namespace aisle::test;
using nlohmann::json;

namespace {

QByteArray bytesOf(const char* text) { return QByteArray(text, static_cast<qsizetype>(strlen(text))); }

/// A message of Protocol Buffers: a field of varint, one of text, and one behind it.
QByteArray message(const QByteArray& text, char tagBehind = '\x18') {
    return QByteArray("\x08\x96\x01\x12", 4) + static_cast<char>(text.size()) + text + QByteArray(1, tagBehind) + QByteArray("\x05\xff\x00\x80", 4);
}

QByteArray utf16(const QByteArray& text, bool isBigEndian) {
    QByteArray out;
    for (const char c : text)
        out += isBigEndian ? QByteArray(1, '\0') + c : QByteArray(1, c) + '\0';
    return out;
}

QByteArray base32(const QByteArray& bytes) {
    QByteArray out;
    uint32_t bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        for (held += 8; held >= 5; held -= 5)
            out += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits >> (held - 5)) & 31];
    }
    if (held > 0)
        out += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits << (5 - held)) & 31];
    while (out.size() % 8 != 0)
        out += '=';
    return out;
}

std::string maskedNumber(std::string_view number) { return redactor().redactNumber("x", number); }

} // namespace

class TestMaskingHidden : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Bytes that were not text from their beginning to their end were not looked at.
    void withinBytes_data() {
        QTest::addColumn<QByteArray>("value");
        const QByteArray mail = "jane.doe@example.com", card = "4012888888881881", withMail = message(mail), withCard = message(card);
        QTest::addRow("base64 with e-mail") << withMail.toBase64();
        QTest::addRow("base64 with card") << withCard.toBase64();
        QTest::addRow("base64 with card, behind which a field begins with a digit") << message(card, '2').toBase64();
        QTest::addRow("base64 of URLs") << withMail.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        QTest::addRow("hex") << withMail.toHex();
        QTest::addRow("hex with 0x") << "0x" + withCard.toHex();
        QTest::addRow("hex of PostgreSQL") << "\\x" + mail.toHex();
        QTest::addRow("base32") << base32(mail);
        QTest::addRow("base32 in lower case, with bytes") << base32(withMail).toLower();
        QTest::addRow("UTF-16") << utf16(mail, false).toBase64();
        QTest::addRow("UTF-16, the other order") << utf16(mail, true).toBase64();
        QTest::addRow("JSON behind the head of gRPC") << QByteArray(QByteArray("\0\0\0\0\x20", 5) + "{\"email\":\"jane\",\"city\":\"Bath\"}").toBase64();
        QTest::addRow("base64 in bytes in base64") << message(mail.toBase64()).toBase64();
        QTest::addRow("bytes of OTLP") << "[{\"key\":\"payload\",\"value\":{\"bytesValue\":\"" + withMail.toBase64() + "\"}}]";
    }
    void withinBytes() {
        QFETCH(QByteArray, value);
        for (const std::string& out : {masked("payload", value.toStdString()), masked("message", "got " + value.toStdString() + " there")}) {
            QVERIFY2(out.find("text ") != std::string::npos, out.c_str());
            QCOMPARE(masked("payload", out), out);
        }
    }

    void bytesOfNobodyStay_data() {
        QTest::addColumn<QByteArray>("value");
        QTest::addRow("message") << message("nothing of anybody here").toBase64();
        QTest::addRow("order") << message("ORD-1000014").toHex();
        QTest::addRow("base32") << base32("nothing of anybody here");
        QTest::addRow("UTF-16") << utf16("nothing of anybody", false).toBase64();
        QTest::addRow("trace") << QByteArray("4bf92f3577b34da6a3ce929d0e0e4736");
        QTest::addRow("digest") << QByteArray("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        QTest::addRow("random bytes that look like an address") << QByteArray("rsQtxcva2EkAwsgIxLZ1fo1lrv47hfi8/8m05WcnGuwsleYtvWJAUS5qWXd+iaSC");
        QTest::addRow("word") << QByteArray("internationalization");
        QTest::addRow("pointer") << QByteArray("0x00007ffe4b1c2a90");
    }
    void bytesOfNobodyStay() {
        QFETCH(QByteArray, value);
        QCOMPARE(QByteArray::fromStdString(masked("message", value.toStdString())), value);
    }

    // Only what was one number in one text was a card: not 4.012888888881881e15, nor one digit group each in a list.
    void cardsInOtherForms() {
        const std::string card = masked("message", "4012888888881881");
        QVERIFY(card.starts_with("card "));
        for (const char* number : {"4.012888888881881e15", "4.012888888881881E15", "4.012888888881881e+15", "4012888888881881.0"})
            QCOMPARE(maskedNumber(number), card);
        QCOMPARE(masked("message", "paid with 4.012888888881881E15 at once"), "paid with " + card + " at once");
        for (const char* number : {"4.012888888881882e15", "4012888888881881.5", "4.5", "1e15", "1.773478800000000009e18", "411111.11", "-4012888888881881.0", "4.012888888881881e14"})
            QCOMPARE(maskedNumber(number), std::string(number));
        QCOMPARE(json::parse(masked("body", "{\"doubleValue\":4.012888888881881e15}"))["doubleValue"].get<std::string>(), card);

        for (const char* parts : {"[\"4012\",\"8888\",\"8888\",\"1881\"]", "[\"3782\", \"822463\", \"10005\"]", "{\"a\":[{\"stringValue\":\"4012\"},{\"stringValue\":\"8888\"},{\"stringValue\":\"8888\"},{\"stringValue\":\"1881\"}]}",
                                  "[\"4\",\"0\",\"1\",\"2\",\"8\",\"8\",\"8\",\"8\",\"8\",\"8\",\"8\",\"8\",\"1\",\"8\",\"8\",\"1\"]", "[\n \"40128888\" ,\n \"88881881\"\n]"}) {
            const std::string out = masked("body", parts);
            QVERIFY2(json::accept(out) && out.find("1881\"") == std::string::npos && out.find("\"8888\"") == std::string::npos && out.find("\"10005\"") == std::string::npos && out.find("card ") != std::string::npos, out.c_str());
            QCOMPARE(masked("body", out), out);
        }
        for (const char* parts : {"[\"4012\",\"8888\",\"8888\",\"1882\"]", "[\"4711\",\"5102\"]", "[4012,8888,8888,1881]", "{\"product_ids\":[\"4012\",\"8888\",\"8888\",\"1881\"]}", "[[[["})
            QCOMPARE(QByteArray::fromStdString(masked("body", parts)), QByteArray(parts));
    }

    // Six digits and four of a card are what PCI DSS lets everybody see, and tell whose bank declines.
    void partsOfCardsStay() {
        for (const char* key : {"card.last4", "payment.card.last_four", "card.bin", "card.first6"})
            QCOMPARE(masked(key, "401288"), std::string("401288"));
    }

    // The address was masked, and who it is of stood before it.
    void namesBeforeAddresses_data() {
        QTest::addColumn<QByteArray>("value");
        for (const char* value : {"Ann Lee <ann@example.com>", "\"Lee, Ann\" <ann@example.com>", "To: Ann Lee <ann@example.com>", "to: ann lee <ann@example.com>", "sent to Ann Lee <ann@example.com> at once",
                                  "Reply-To: \"Ann Lee\" <ann@example.com>\r\nSubject: x", "ann lee <ann@example.com>", "bob@example.com, Ann Lee <ann@example.com>", "From: Ann van der Lee <ann@example.com>",
                                  "From: =?utf-8?B?QW5uIExlZQ==?= <ann@example.com>", "To: =?utf-8?Q?Ann?= =?utf-8?Q?_Lee?= <ann@example.com>", "Ann Lee &lt;ann@example.com&gt;", "{\"to\": \"Ann Lee <ann@example.com>\"}"})
            QTest::addRow("%s", value) << QByteArray(value);
    }
    void namesBeforeAddresses() {
        QFETCH(QByteArray, value);
        const std::string out = masked("message", value.toStdString());
        for (const char* secret : {"Ann", "Lee", "ann", "lee", "QW5u"})
            QVERIFY2(out.find(secret) == std::string::npos, out.c_str());
        QVERIFY2(out.find("person ") != std::string::npos && out.find("e-mail") != std::string::npos, out.c_str());
        QCOMPARE(masked("message", out), out);
    }
    void whatIsNoNameBeforeAddresses() {
        QVERIFY(masked("message", "could not deliver mail for <ann@example.com>").starts_with("could not deliver mail for <e-mail "));
        QVERIFY(masked("message", "no answer of the server within 5 s <ann@example.com>").starts_with("no answer of the server within 5 s <e-mail "));
        QCOMPARE(masked("message", "To: Ann Lee <ann@example.com>").substr(4, 19), masked("user.name", "Ann Lee").substr(0, 19)); // one person
    }

    void options() {
        for (const char* line : {"mysql --user=shop --password hunter2 orders", "login --token hunter2", "run --api-key \"hunter2\" --verbose", "pay --pass hunter2", "[\"mysql\",\"--password\",\"hunter2\",\"orders\"]"}) {
            const std::string out = masked("process.command_line", line);
            QVERIFY2(out.find("hunter2") == std::string::npos, out.c_str());
            QCOMPARE(masked("process.command_line", out), out);
        }
        for (const char* line : {"mysql --port 3306 orders", "tar --verbose file", "x --password --verbose", "a -- token found", "SELECT 1 -- token 5", "[\"--password\",\"--verbose\"]", "[\"--port\",\"3306\"]"})
            QCOMPARE(masked("process.command_line", line), std::string(line));
    }

    // Only what stands under the key of a statement was read as one: a program that quotes it in its message said who it is about.
    void statementsInMessages_data() {
        QTest::addColumn<QByteArray>("value");
        for (const char* value : {"UPDATE customers SET name='Ann Lee' WHERE id = 7", "failed: UPDATE shop.customers SET name='Ann Lee', tier='gold' WHERE id = 7", "SELECT id FROM customers c WHERE c.name = 'Ann Lee'", "SELECT id FROM customers WHERE name LIKE 'Ann Lee%' LIMIT 5",
                                  "near \"(\": INSERT INTO customers VALUES (7, 'Ann Lee', 'gold')", "INSERT INTO orders (id, full_name, state) VALUES (7, 'Ann Lee', 'open'), (8, 'Ann Lee', 'open')", "DELETE FROM people WHERE LOWER(last_name) = 'Ann Lee'",
                                  "SELECT * FROM orders o JOIN users u ON u.id = o.user_id WHERE u.name IN ('Bob', 'Ann Lee')", "insert into `shop_users` values (\"Ann Lee\")"})
            QTest::addRow("%s", value) << QByteArray(value);
    }
    void statementsInMessages() {
        QFETCH(QByteArray, value);
        const std::string out = masked("message", value.toStdString());
        QVERIFY2(out.find("Ann") == std::string::npos && out.find("Lee") == std::string::npos && out.find("Bob") == std::string::npos, out.c_str());
        QCOMPARE(masked("message", out), out);
    }
    void statementsOfThingsStay() {
        for (const char* value : {"UPDATE products SET name='Red Mug' WHERE id = 7", "INSERT INTO products VALUES (7, 'Red Mug', 12.5)", "SELECT id FROM orders WHERE state = 'open' AND total > 4711", "UPDATE customers SET tier='gold' WHERE id = 4711",
                                  "cannot select 'Red Mug' from the shelf", "INSERT INTO orders (id, product_name, state) VALUES (4711, 'Red Mug', 'open')", "SELECT \"id\" FROM \"users\" WHERE \"state\" = 'open'"})
            QCOMPARE(masked("message", value), std::string(value));
        const std::string out = masked("message", "INSERT INTO orders (id, full_name, state) VALUES (4711, 'Ann Lee', 'open')");
        QVERIFY2(out.starts_with("INSERT INTO orders (id, full_name, state) VALUES (4711, 'person ") && out.ends_with("', 'open')"), out.c_str());
    }

    // That they end within the time that a test has is what is tested.
    void longTexts() {
        for (const QByteArray& part : {bytesOf("--password "), bytesOf("--password \""), bytesOf("address: a "), bytesOf("?t=a&"), bytesOf("address=\"a "), bytesOf("Ann Lee <"), bytesOf("\"a\" <a@b.cc"), bytesOf("select 'a' from b where c = 'd' "), bytesOf("insert into a values ('"),
                                       bytesOf("[ "), bytesOf("AAAA"), bytesOf("=?a?= "), bytesOf("4.1e15 "), bytesOf("pass=a,"), bytesOf("<address>a b"), bytesOf("<address><!--"), bytesOf("<address><![CDATA["), bytesOf("shipping address=a b, C"), bytesOf("a_"), bytesOf("?name=A+B"), bytesOf("mysql -p"), bytesOf("cvv 7 "), bytesOf("tel 01"), bytesOf("a\">\"<a name=\"email\">"), bytesOf("/reset/"), bytesOf("1^a^"), bytesOf("a (at) b.cc "), bytesOf("=40a.cc a"), bytesOf("<input name=\""), bytesOf("form-data; name=\"a\"\n\n"), bytesOf("name -> A, "), bytesOf("name: Some(\"a"), bytesOf("customer=A b="), bytesOf("email: must "), bytesOf("phone:"), bytesOf("name="), bytesOf("name=A B "), bytesOf("customer Ann "), bytesOf("<param name=\"a\""), bytesOf("-p'a"), bytesOf("redis-cli -a 'b "), bytesOf("\"Ann\" <a (at) b.cc> ")}) {
            const std::string text = part.repeated(40'000).toStdString();
            const std::string out = masked("message", text);
            QVERIFY(out.size() <= text.size() * 4 + 100);
        }
        // As JSON, which these are only when they are closed.
        for (const auto& [begin, part, end] : std::vector<std::array<QByteArray, 3>>{{"[", "\"4\",", "\"4\"]"}, {"[", "4,", "4]"}, {"", "[", QByteArray("1") + QByteArray("]").repeated(40'000)}, {"{", "\"name\":1,", "\"a\":1}"}, {"", "{\"name\":", QByteArray("1") + QByteArray("}").repeated(40'000)}}) {
            const std::string text = QByteArray(begin + part.repeated(40'000) + end).toStdString();
            QVERIFY(json::accept(text));
            QCOMPARE(masked("message", text), text);
        }
        QByteArray nested = "jane.doe@example.com";
        for (int i = 0; i < 30 && nested.size() < 200'000; ++i)
            nested = QByteArray(QByteArray("\x08\x96\x01\x12\x80\x01", 6) + nested + QByteArray("\x18\x05\xff\x00\x80", 5)).toBase64();
        QVERIFY(masked("message", nested.toStdString()).starts_with("text ")); // deeper than is looked
    }

    // Each level of what is encoded was looked at in several ways, with all levels within each time: 15 kB took seconds.
    void encodedInWaysThatMultiply() {
        QByteArray text = "aaa/aaa_aaa_aaa_";
        for (int i = 0; i < 9; ++i)
            text = "aaa/aaa_aaa_aaa_" + QByteArray(text + "jane.doe@example.com").toBase64();
        const std::string out = masked("message", text.toStdString());
        QVERIFY2(out.find("text ") != std::string::npos, out.c_str());
        for (const char* ids : {"550e8400-e29b-41d4-a716-446655440000", "/orders/550e8400-e29b-41d4-a716-446655440000/items", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
            QCOMPARE(masked("message", ids), std::string(ids));
        const std::string hex = "v1_" + QByteArray("jane.doe@example.com").toHex().toStdString();
        QVERIFY(masked("message", hex).find("text ") != std::string::npos);
    }

    // What is nested millions of times took gigabytes.
    void deepJson() {
        const auto nested = [](qsizetype levels, const QByteArray& inner) { return QByteArray(QByteArray("[").repeated(levels) + inner + QByteArray("]").repeated(levels)).toStdString(); };
        QVERIFY(masked("message", nested(1'000'000, "\"jane.doe@example.com\"")).starts_with("text ")); // the whole
        QCOMPARE(masked("message", nested(1'000'000, "")), nested(1'000'000, ""));
        QVERIFY(masked("message", nested(10'000, "\"jane.doe@example.com\"")).starts_with("[[[["));
    }

    // A name that another name stands before has its contact ahead all the same.
    void namesBeforeContacts() {
        for (const char* value : {"{\"name\":\"Jane Doe\",\"name\":\"Jane Doe\",\"email\":\"x\"}", "{\"name\":\"Jane Doe\",\"a\":{\"name\":7},\"b\":[\"\"],\"name\":\"Jane Doe\",\"phone\":\"1\"}"})
            QVERIFY2(masked("body", value).find("Jane") == std::string::npos, value);
    }
};

QTEST_GUILESS_MAIN(TestMaskingHidden)
#include "tst_masking_hidden.moc"
