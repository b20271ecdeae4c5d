// What is a comment or a text in one program and an operator in another, and what looks like a mail.

#include "masking_fixture.h"
#include "privacy/sql_literals.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

std::vector<std::string> literals(const std::string& statement) {
    std::vector<std::string> out;
    findSqlLiterals(statement, [&](size_t begin, size_t end, bool) { out.push_back(statement.substr(begin, end - begin)); });
    return out;
}

std::string masked(std::string_view value) { return redactor().redact("message", value); }

} // namespace

class TestMaskingDialects : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void literalsOfStatements_data() {
        QTest::addColumn<QString>("statement");
        QTest::addColumn<QStringList>("found");
        const auto row = [](const char* statement, const QStringList& found) { QTest::addRow("%s", statement) << QString::fromUtf8(statement) << found; };
        // Comments of MySQL, also those that begin like an operator.
        row("SELECT 1 # for Ada", {QStringLiteral("for Ada")});
        row("SELECT 1 ## for Ada\nFROM t", {QStringLiteral("# for Ada")});
        row("SELECT 1 #> for Ada", {QStringLiteral("> for Ada")});
        row("SELECT 1\n#- for Ada", {QStringLiteral("- for Ada")});
        row("SELECT 1 # 4 for Ada", {QStringLiteral("4 for Ada")});
        row("SELECT 1 # 4) for Ada", {QStringLiteral("4) for Ada")});
        row("SELECT a # b FROM t WHERE x = $1", {QStringLiteral("b FROM t WHERE x = $1")}); // in doubt
        // Operators of PostgreSQL.
        row("SELECT flags # 4\nFROM t WHERE name = 'Ada'", {QStringLiteral("Ada")});
        row("SELECT (flags # 4) FROM t WHERE name = 'Ada'", {QStringLiteral("Ada")});
        // A number alone was said to be a comment in doubt; only what is long is masked, as any number.
        row("SELECT 1 # 12", {});
        row("SELECT 1 # 4711", {QStringLiteral("4711")});
        row("SELECT $1::int # flags FROM t WHERE name = 'Ada'", {QStringLiteral("Ada")});
        row("SELECT a::int # flags FROM t WHERE name = 'Ada'", {QStringLiteral("Ada")});
        row("SELECT data #>> '{a}' FROM t WHERE name = 'Ada'", {QStringLiteral("{a}"), QStringLiteral("Ada")});
        row("SELECT data #> ARRAY['a'], data #- '{b}' FROM t", {QStringLiteral("a"), QStringLiteral("{b}")});
        row("SELECT * FROM #users WHERE name = 'Ada'", {QStringLiteral("Ada")}); // SQL Server
        // Texts of Oracle, which quotes do not end.
        row("SELECT q'[it's Ada]' FROM t", {QStringLiteral("it's Ada")});
        row("SELECT Q'{Ada's}', nq'!Grace's!', q'(a) b)' FROM dual", {QStringLiteral("Ada's"), QStringLiteral("Grace's"), QStringLiteral("a) b")});
        row("SELECT q'<Ada's", {QStringLiteral("Ada's")}); // cut off
        row("SELECT q FROM t WHERE q = 'Ada'", {QStringLiteral("Ada")});
    }
    void literalsOfStatements() {
        QFETCH(QString, statement);
        QFETCH(QStringList, found);
        QStringList is;
        for (const std::string& literal : literals(statement.toStdString()))
            is.append(QString::fromStdString(literal));
        QCOMPARE(is, found);
    }

    void quotedPrintable() {
        for (const char* mail : {"To: jane.doe=40example.com", "Content-Transfer-Encoding: quoted-printable\r\n\r\njane.doe=40example.com", "lost <jane.doe=40example.com> today",
                                 // Headers that mail servers add, and none at all, were not known.
                                 "Delivered-To: jane.doe=40example.com", "X-Original-To: jane.doe=40example.com", "Envelope-To:jane.doe=40example.com", "X-Failed-Recipients: jane.doe=40example.com", "reply-to: jane.doe=40example.com",
                                 "user jane=40example.com not found", "jane=40shop.example.de", "no mailbox 'jane=40example.com'.", "moved to jane=40example.com.", "undelivered jane=40example.com; try again", "who is jane=40example.com?"})
            QVERIFY2(masked(mail).find("jane") == std::string::npos, masked(mail).c_str());
        for (const char* other : {"key=40px.auto", "margin=40px.auto&x=1", "a.b=40em.solid", "https://shop.example/x?jane=40b.com", "x=1&jane=40b.com", "jane=40b.com&x=1", "margin=40px.com;x", "jane=40px.auto not found"})
            QCOMPARE(masked(other), std::string(other));
    }
};

QTEST_GUILESS_MAIN(TestMaskingDialects)
#include "tst_masking_dialects.moc"
