// What programs write that talk to databases: statements with placeholders, and the values beside them under keys of their own. Each of these was damaged or
// came through.

#include "masking_fixture.h"

#include <QByteArray>
#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

QByteArray maskedAs(const char* key, const QByteArray& value) { return QByteArray::fromStdString(masked(key, value.toStdString())); }

} // namespace

class TestMaskingDatabase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // A placeholder behind a personal column was masked as a value, often with the rest of the statement.
    void placeholdersStay_data() {
        QTest::addColumn<QByteArray>("value");
        for (const char* value :
             {"select * from `users` where `email` = ? and `users`.`deleted_at` is null limit 1", "select u1_0.id from users u1_0 where u1_0.email=? and u1_0.status=?", "SELECT \"users\".* FROM \"users\" WHERE \"users\".\"email\" = $1 LIMIT $2",
              "SELECT \"auth_user\".\"id\" FROM \"auth_user\" WHERE \"auth_user\".\"email\" = %s LIMIT 21", "SELECT 1 FROM \"sentry_userip\" WHERE (\"sentry_userip\".\"ip_address\" = %s AND \"sentry_userip\".\"user_id\" = %s)",
              "SELECT users.id AS users_id FROM users WHERE users.email = %(email_1)s::VARCHAR LIMIT %(param_1)s", "SELECT Id FROM Users WHERE Email = @Email AND Active = 1", "SELECT [u].[Id] FROM [Users] AS [u] WHERE [u].[Email] = @__email_0",
              "SELECT id FROM users WHERE email = :email AND status = :status", "SELECT o.id FROM orders o JOIN customers c ON o.email = c.email WHERE o.status = ?", "SELECT o.id FROM orders o JOIN addresses a ON o.address_id = a.id AND a.zip = o.zip",
              "UPDATE users SET password = ?, token = ?, email = ? WHERE id = ?", "UPDATE users SET phone = NULL, email = DEFAULT, ip_address = lower(ip_address), updated_at = now() WHERE zip IS NOT NULL", "UPDATE u SET \"ip_address\" = %s, \"email\" = %s",
              "INSERT INTO u (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET email = EXCLUDED.email, token = excluded.token WHERE u.id = $2", "INSERT INTO sessions (token, data) VALUES (?, ?) ON DUPLICATE KEY UPDATE token = VALUES(token), data = ?",
              "INSERT INTO u (\"ip_address\",\"email\") VALUES (%s,%s)", "INSERT INTO shop.u (\"ip_address\",\"email\") VALUES (?,?)", "DELETE FROM users WHERE \"email\" = ?", "SELECT \"id\", \"email\" FROM users WHERE \"email\" = $1", "MATCH (u:User {email: $email}) RETURN u",
              "SELECT * FROM a JOIN b ON a.email = b.email AND a.phone=b.phone WHERE a.ip_address <> b.ip_address", "SELECT * FROM `u` WHERE `u`.`email` = `b`.`email` OR `u`.`phone` = #{phone} OR phone = ${phone}",
              "SELECT * FROM u WHERE email = (SELECT email FROM b WHERE b.token = ?) AND phone = CASE WHEN id = ? THEN ? ELSE phone END", "[SQL: SELECT * FROM u WHERE email = %(email_1)s AND phone = %(phone_1)s AND password = %s AND token = ?]",
              "could not prepare statement [select u1_0.id from users u1_0 where u1_0.email=? and u1_0.status=?]", "column u.ip_address = %s", "user email=%s phone=%s password=%s token=%s"})
            QTest::addRow("%s", value) << QByteArray(value);
    }
    void placeholdersStay() {
        QFETCH(QByteArray, value);
        for (const char* key : {"db.statement", "db.query.text", "name", "exception.message"})
            QCOMPARE(maskedAs(key, value), value);
    }

    // Variables and types of GraphQL were masked as values.
    void documentsOfGraphQlStay_data() {
        QTest::addColumn<QByteArray>("value");
        for (const char* value : {"query Q($email: String!, $phone: String, $password: String!) { login(email: $email, password: $password) { token user { email phone address { street city zip } } } }", "type User { email: String! phone: String address: Address! }",
                                  "mutation M($email: [String!]!, $address: AddressInput) { create(email: $email, address: $address) { token } }"})
            QTest::addRow("%s", value) << QByteArray(value);
    }
    void documentsOfGraphQlStay() {
        QFETCH(QByteArray, value);
        QCOMPARE(maskedAs("graphql.document", value), value);
        QCOMPARE(maskedAs("message", value), value);
    }

    // What only looks like a placeholder, or comes behind a statement, is a value all the same.
    void valuesBesideThemAreMasked_data() {
        QTest::addColumn<QByteArray>("value");
        for (const char* value : {"password=?Rosenthal", "password=$1Rosenthal", "password: $Rosenthal", "token=%sRosenthal9", "password=@Rosenthal1 and more", "last_name: ?Rosenthal", "(select u.id from users u where u.email = ?) failed for username=eva.Rosenthal",
                                  "SELECT u.id FROM users u WHERE u.email = ?; username=eva.Rosenthal", "type: x { lastName: Rosenthal }", "select * from `users` where `last_name` = Rosenthal and `status` = open limit 1", "SELECT a.id FROM users a WHERE username=eva.Rosenthal"})
            QTest::addRow("%s", value) << QByteArray(value);
    }
    void valuesBesideThemAreMasked() {
        QFETCH(QByteArray, value);
        const QByteArray out = maskedAs("message", value);
        QVERIFY2(!out.contains("Rosenthal"), out.constData());
    }

    // A value without quotes took the rest of the statement with it.
    void clausesStay() {
        const QByteArray out = maskedAs("exception.message", "SQLSTATE[42S22]: x (SQL: select * from `users` where `last_name` = Ann Lee and `status` = open order by `id` limit 1)");
        QVERIFY2(!out.contains("Lee") && out.endsWith(" and `status` = open order by `id` limit 1)"), out.constData());
    }

    // The values beside a statement came through under all keys but three.
    void parametersByKeyAreMasked() {
        for (const char* key : {"db.operation.parameter.last_name", "db.operation.parameter.0", "db.query.params", "db.sql.params", "db.params", "db.parameters", "db.arguments", "db.bindings", "db.statement.binds", "db.bind_vars", "db.postgresql.values", "db.mysql.values", "db.mysql.query.values", "db.parameters.0"})
            for (const char* value : {"Rosenthal", "[\"Rosenthal\",\"x\"]", "{\"a\":\"Rosenthal\"}"})
                QVERIFY2(!maskedAs(key, value).contains("Rosenthal"), key);
        for (const char* key : {"db.operation.name", "db.operation.batch.size", "db.collection.name", "db.values.count"})
            QCOMPARE(maskedAs(key, "users"), QByteArray("users"));
    }

    // One person had two pseudonyms: one where the statement compares, another one where it inserts.
    void personIsOne() {
        const QByteArray person = maskedAs("user.full_name", "Eva Rosenthal");
        QVERIFY(person.startsWith("person "));
        for (const char* key : {"db.statement", "message"})
            for (const char* statement : {"INSERT INTO users (id,full_name) VALUES (7,'Eva Rosenthal')", "SELECT id FROM users WHERE full_name='Eva Rosenthal'", "SELECT id FROM users WHERE full_name IN ('Eva Rosenthal')", "UPDATE users SET name = 'Eva Rosenthal' WHERE id = 7"})
                QCOMPARE(maskedAs(key, statement), QByteArray(statement).replace("Eva Rosenthal", person));
    }

    // Linear, however it is built; that it ends within the time that a test has is what is tested.
    void longTexts() {
        const QByteArray start = "SELECT a FROM b WHERE ";
        for (const char* one : {"email=a,", "email=a and ", "select ) from ", "select a from ", "email = `", "$a: B ", "type A { ", "email: [[[", "email = a.a.a.", "email = $a "}) {
            const QByteArray text = QByteArray(one).repeated(100'000);
            QVERIFY(maskedAs("message", text).isValidUtf8());
            QVERIFY(maskedAs("message", start + text).isValidUtf8());
        }
    }
};

QTEST_GUILESS_MAIN(TestMaskingDatabase)
#include "tst_masking_database.moc"
