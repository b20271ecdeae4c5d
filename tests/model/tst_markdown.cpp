// Text of strangers in Markdown: a mark where it is needed, and none where it is not. Worked out by hand from CommonMark.

#include "text/markdown.h"

#include <QTest>

using namespace aisle;

class TestMarkdown : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("cell");
        QTest::addColumn<QString>("within");
        const auto same = [](const char* text) { QTest::newRow(text) << text << text << text << text; };
        const auto lineOnly = [](const char* text, const char* line) { QTest::newRow(text) << text << line << text << text; };
        const auto anywhere = [](const char* text, const char* shown) { QTest::newRow(text) << text << shown << shown << shown; };
        for (const char* text : {"2026-03-14 09:42:14", "e-mail", "The customer paid 45.50 EUR by visa.", "(1 more)", "a > b", "x = y + z - 1", "order_id", "A & B", "anna.berg@example.com", "100 %", "\"quoted\"", "it's", "1.5 s", "1234567890. x", "3.x", "a # b", "$5", "!", ":)"})
            same(text);
        lineOnly("- item", "\\- item");
        lineOnly("-5 %", "\\-5 %");
        lineOnly("---", "\\---");
        lineOnly("+ item", "\\+ item");
        lineOnly("# heading", "\\# heading");
        lineOnly("> quote", "\\> quote");
        lineOnly("===", "\\===");
        lineOnly("1. item", "1\\. item");
        lineOnly("12) item", "12\\) item");
        lineOnly("7.", "7\\.");
        lineOnly("heading #", "heading \\#");
        lineOnly("heading ##", "heading #\\#");
        anywhere("* item", "\\* item");
        anywhere("**bold**", "\\*\\*bold\\*\\*");
        anywhere("_it_", "\\_it\\_");
        anywhere("a _b", "a \\_b");
        anywhere("`code`", "\\`code\\`");
        anywhere("```", "\\`\\`\\`");
        anywhere("~~~", "\\~\\~\\~");
        anywhere("[a](javascript:b)", "\\[a\\](javascript:b)");
        anywhere("![a](b)", "!\\[a\\](b)");
        anywhere("[x]: /a", "\\[x\\]: /a");
        anywhere("<img src=x onerror=alert(1)>", "\\<img src=x onerror=alert(1)>");
        anywhere("<!-- -->", "\\<!-- -->");
        anywhere("&lt;b&gt;", "\\&lt;b\\&gt;");
        anywhere("&#60;", "\\&#60;");
        anywhere("https://evil.example", "https\\://evil.example");
        anywhere("WWW.evil.example", "WWW\\.evil.example");
        anywhere("C:\\*", "C:\\\\\\*");
        QTest::newRow("cell") << "a|b \\| c" << "a|b \\\\| c" << "a\\|b \\\\\\| c" << "a|b \\\\| c";
        QTest::newRow("code") << "     - x" << "\\- x" << "- x" << "- x";
        QTest::newRow("blank") << "  \t" << "" << "" << "";
    }
    void byHand() {
        QFETCH(QString, text);
        QFETCH(QString, line);
        QFETCH(QString, cell);
        QFETCH(QString, within);
        const auto shown = [&](MarkdownPlace place) { return QString::fromStdString(markdownText(text.toStdString(), place)); };
        QCOMPARE(shown(MarkdownPlace::Line), line);
        QCOMPARE(shown(MarkdownPlace::Cell), cell);
        QCOMPARE(shown(MarkdownPlace::Within), within);
    }
};

QTEST_GUILESS_MAIN(TestMarkdown)
#include "tst_markdown.moc"
