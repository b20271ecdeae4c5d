// Statements that a message quotes: whose literals are of people, and where the statement ends. Each of these came through, or lost more than it should.

#include "masking_fixture.h"

#include <QByteArray>
#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

QByteArray maskedMessage(const QByteArray& value) { return QByteArray::fromStdString(masked("message", value.toStdString())); }

void addRows(std::initializer_list<const char*> values) {
    QTest::addColumn<QByteArray>("value");
    for (const char* value : values)
        QTest::addRow("%s", value) << QByteArray(value);
}

} // namespace

class TestMaskingSql : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // What people are called stayed.
    void peopleAreMasked_data() {
        addRows({"SELECT id FROM users WHERE LOWER(name) = LOWER('Ann Lee')", "SELECT id FROM orders WHERE lower(last_name) = lower('Ann')", "SELECT id FROM users WHERE name = BINARY 'Ann'", "SELECT id FROM users WHERE name COLLATE NOCASE = 'Ann'",
                 "SELECT id FROM users WHERE name SIMILAR TO 'Ann%'", "SELECT id FROM users WHERE name = ANY(ARRAY['Ann', 'Lee'])", "SELECT o.id FROM orders o, users u WHERE u.name = 'Ann Lee'", "SELECT id FROM users WHERE \"name\" = 'Ann Lee'",
                 "INSERT INTO orders (id, \"full_name\", state) VALUES (4711, 'Ann Lee', 'open')", "INSERT OR IGNORE INTO customers VALUES (7, 'Ann Lee')", "UPDATE IGNORE users SET name = 'Ann'", "UPDATE customers SET name='Ann O\\'Lee' WHERE id = 7",
                 "SELECT id FROM users WHERE last_name = 'O''Lee' AND id = 7", "{\\\"q\\\":\\\"UPDATE users SET name=\\\"Ann Lee\\\" WHERE id = 7", "SELECT id FROM t WHERE last_name IN ('Ann', 'Lee')", "SELECT id FROM t WHERE last_name ILIKE '%Lee'",
                 "SELECT id FROM t WHERE last_name ~* 'Lee'", "SELECT id FROM t WHERE last_name <> 'Lee'", "SELECT id FROM t WHERE last_name != 'Lee'", "SELECT id FROM t WHERE last_name BETWEEN 'Ann' AND 'Lee'", "SELECT id FROM t WHERE 'Lee' = last_name",
                 "SELECT id FROM t WHERE 'Lee' = LOWER(last_name)", "SELECT id FROM t WHERE (first_name,last_name) = ('Ann','Lee')", "SELECT id FROM t WHERE (id, last_name) IN ((1,'Ann'),(2,'Lee'))", "EXEC dbo.AddCustomer @id=7, @name=N'Ann Lee'",
                 "UPDATE users SET name = 'Ann' || ' Lee'", "INSERT INTO customers SELECT 'Ann','Lee'", "MERGE (c:Customer {name: 'Ann Lee'}) RETURN c", "MATCH (c:Customer) WHERE c.name = 'Ann Lee' RETURN c", "CREATE USER x IDENTIFIED BY 'AnnLee99'",
                 "ALTER USER x WITH PASSWORD 'AnnLee99'", "CREATE USER x IDENTIFIED WITH plugin BY 'AnnLee99'", "SELECT id FROM [users] WHERE [name] = 'Ann'", "SELECT id FROM t WHERE NOT (last_name = 'Lee')", "SELECT id FROM users WHERE name::text = 'Ann'",
                 "SELECT id FROM t WHERE data->>'last_name' = 'Lee'", "SELECT id FROM t WHERE SUBSTRING(last_name FROM 1 FOR 3) = 'Lee'", "SELECT id FROM t WHERE CAST(last_name AS CHAR(9)) = 'Lee'", "UPDATE%20users%20SET%20name%20=%20%27Ann%27",
                 "query='SELECT id FROM users WHERE name = ''Ann'' AND id = 7'", "UPDATE ONLY shop.users AS u SET name = upper('Ann')", "SELECT id FROM t WHERE MATCH(last_name) AGAINST ('Lee')", "INSERT INTO t (id, full_name) SELECT 7, 'Ann'", "INSERT INTO users VALUES (7, UPPER('Ann')), (8, 'Le' || 'Lee')",
                 "SELECT id FROM t WHERE last_name NOT IN ('Ann') OR 'x' = 'y' AND last_name = 'Lee'", "SELECT id FROM t WHERE last_name IS NOT DISTINCT FROM 'Lee'", "SELECT id FROM t WHERE COALESCE(state, last_name) = 'Lee'", "MATCH (c:Customer) WHERE c.name STARTS WITH 'Ann' RETURN c",
                 "UPDATE t SET (id, last_name) = (7, 'Lee')", "INSERT INTO users (id, name) VALUES (7, 'x') ON CONFLICT (id) DO UPDATE SET name = 'Ann'", "INSERT INTO [shop].[users] ([id], [full_name]) VALUES (7, N'Ann')", "SELECT id FROM users WHERE name = /* who */ 'Ann'",
                 "INSERT INTO users SET id = 7, name = 'Ann'", "WITH x AS (SELECT id FROM users WHERE name = 'Ann') SELECT * FROM x", "ALTER LOGIN x WITH PASSWORD = N'AnnLee99'", "{\"q\": \"SELECT id FROM users WHERE name = 'Ann O\\\\'Lee'\"} x"});
    }
    void peopleAreMasked() {
        QFETCH(QByteArray, value);
        const QByteArray out = maskedMessage(value);
        QVERIFY2(!out.contains("Ann") && !out.contains("Lee"), out.constData());
        QCOMPARE(maskedMessage(out), out);
    }

    // Whatever came after a personal column was masked, however far away.
    void whatElseIsSaidStays_data() {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("begins");
        QTest::addColumn<QByteArray>("ends");
        const auto row = [](const char* value, const char* begins, const char* ends) { QTest::addRow("%s", value) << QByteArray(value) << QByteArray(begins) << QByteArray(ends); };
        row("Query \"SELECT id FROM users WHERE name = 'Ann'\" failed: deadlock detected", "Query \"SELECT id FROM users WHERE name = '", "'\" failed: deadlock detected");
        row("query=\"SELECT id FROM users WHERE name = 'Ann'\" state=\"failed\"", "query=\"SELECT id FROM users WHERE name = '", "'\" state=\"failed\"");
        row("<q sql=\"SELECT id FROM users WHERE name = 'Ann'\" state=\"failed\"/>", "<q sql=\"SELECT id FROM users WHERE name = '", "'\" state=\"failed\"/>");
        row("UPDATE customers SET name='Ann O\\'Lee' WHERE id = 4711", "UPDATE customers SET name='person ", "' WHERE id = 4711");
        row("SELECT id FROM users WHERE last_name = 'O''Lee' AND state = 'open'", "SELECT id FROM users WHERE last_name = 'person ", "' AND state = 'open'");
        row("INSERT INTO customers VALUES (1000014, 'Ann', 4915112345679, 94043)", "INSERT INTO customers VALUES (1000014, 'value ", "', ?, ?)");
        row("INSERT INTO orders (id, \"full_name\", state) VALUES (4711, 'Ann', 'open')", "INSERT INTO orders (id, \"full_name\", state) VALUES (4711, 'person ", "', 'open')");
    }
    void whatElseIsSaidStays() {
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, begins);
        QFETCH(QByteArray, ends);
        const QByteArray out = maskedMessage(value);
        QVERIFY2(out.startsWith(begins) && out.endsWith(ends) && !out.contains("Ann") && !out.contains("Lee"), out.constData());
    }

    void thingsStay_data() {
        addRows({"SELECT email, 'pending' AS state FROM users", "SELECT p.id FROM products p JOIN users u ON u.id = p.seller WHERE p.name = 'Red Mug'", "INSERT INTO orders SELECT 'open', id FROM users", "INSERT INTO orders VALUES (1,'OPEN',100000)",
                 "SELECT CASE WHEN email IS NULL THEN 'none' ELSE 'some' END FROM users", "SELECT id FROM users WHERE email IS NOT NULL AND state = 'open'", "INSERT INTO products (id, name) VALUES (1, 'Red Mug') ON DUPLICATE KEY UPDATE address = 7, name = 'Red Mug'",
                 "update your basket to set 'Red Mug' aside", "MATCH (p:Product {name: 'Red Mug'}) RETURN p", "SELECT 'first_name', \"last_name\" FROM t",
                 "SELECT id FROM users WHERE last_login > '2026-01-01' AND tier IN ('gold', 'silver')", "UPDATE users SET tier = 'gold' WHERE id IN (SELECT user_id FROM orders WHERE state = 'open')", "INSERT INTO orders (id, state) VALUES (1, 'open') RETURNING name, 'x'", "CREATE USER x WITH ROLE 'reader'"});
    }
    void thingsStay() {
        QFETCH(QByteArray, value);
        QCOMPARE(maskedMessage(value), value);
    }

    // Words of statements in any order: it ends, and reads nothing that is not there.
    void randomStatements() {
        const QByteArrayList parts = {"(", ")", "(", ")", ",", "=", "'x'", "name", "last_name", "u.", "SELECT", "FROM", "users", "WHERE", "INSERT INTO", "VALUES", "AND", "OR", "IN", "BETWEEN", "NOT", "[", "]", "{", "}", ":", "||", "->>", "\"name\"", "'", "\"", "AS", "COLLATE", "ARRAY", "5", "IDENTIFIED", "BY", ";", "--", "/*", "*/", "MATCH", "SET", "LOWER"};
        std::mt19937 random(13);
        for (int i = 0; i < 20'000; ++i) {
            QByteArray text = i % 2 == 0 ? "SELECT 1 FROM users WHERE (name, b) = (" : "INSERT INTO users (";
            for (size_t n = random() % 30; n > 0; --n)
                text += ' ' + parts[static_cast<qsizetype>(random() % static_cast<size_t>(parts.size()))];
            QVERIFY(maskedMessage(text + " (a, b) = 'x'").isValidUtf8());
        }
        QVERIFY(maskedMessage("SELECT 1 FROM users WHERE (a, name) = (OR , (c)) = 'x'").isValidUtf8());
    }

    // Rules were looked up anew for each literal, and what is long took gigabytes. That they end within the time that a test has is what is tested.
    void longStatements() {
        const QByteArray column = QByteArray("a_").repeated(256), start = "SELECT 1 FROM t,a,b,c,d,e,f,g WHERE ";
        for (const QByteArray& text : std::initializer_list<QByteArray>{start + column + " IN (" + QByteArray("'a',").repeated(300'000), start + QByteArray("(").repeated(3'000'000) + "'a'", start + QByteArray("a_b = 'c' and ").repeated(40'000), start + QByteArray("(a,").repeated(200'000) + "'a'",
                                       start + QByteArray("a='\\'").repeated(100'000), start + QByteArray("''a ").repeated(100'000), start + QByteArray("from a,").repeated(100'000), start + QByteArray("{[(").repeated(100'000) + "'", start + QByteArray("(a,b)=((").repeated(60'000) + "'x'"}) {
            const QByteArray out = maskedMessage(text);
            QVERIFY(out.size() <= text.size() * 4 + 100);
        }
        const QByteArray rows = maskedMessage(QByteArray("INSERT INTO users VALUES ") + QByteArray("(7, 'Ann \xc3\xbc'),").repeated(100'000));
        QVERIFY(!rows.contains("Ann") && rows.isValidUtf8());
    }
};

QTEST_GUILESS_MAIN(TestMaskingSql)
#include "tst_masking_sql.moc"
