// Tables as Markdown and as HTML: what stands in them is text, whatever it looks like, and is redacted.

#include "export/table_document.h"

#include <QTest>

using namespace aisle;

namespace {

Tabular table(const std::string& value) {
    Tabular out;
    out.columns = {{"field", "Name", false, "Which \"one\""}, {"value", "What it has"}, {"duration_ns", "Took", true}};
    out.rows = {{Cell("user.email"), Cell(value), Cell::duration(1'240'000)}, {Cell("a|b"), Cell()}};
    out.notes = {"2 more <left> out."};
    return out;
}

class Marker : public Redactor {
public:
    std::string redact(std::string_view key, std::string_view value) const override { return key == "user.email" ? "e-mail 1" : std::string(value); }
};

size_t count(const std::string& text, const std::string& of) {
    size_t n = 0;
    for (size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1))
        ++n;
    return n;
}

} // namespace

class TestTableDocument : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void markdown() {
        const std::string expected = "# Orders\n\n| Name | What it has | Took |\n|---|---|---:|\n| user.email | \\<b> x | 1.24 ms |\n| a\\|b |  |  |\n\n2 more \\<left> out.\n";
        QCOMPARE(tableMarkdown("Orders", table("<b>\nx"), Redactor()), expected);
    }

    void html() {
        const std::string page = tableHtml("Orders", table("<script>alert(1)</script> & \"x\""), Redactor());
        QVERIFY(page.starts_with("<!DOCTYPE html>") && page.ends_with("</body>\n</html>\n"));
        QVERIFY(page.find("<h1>Orders</h1>") != std::string::npos);
        QVERIFY(page.find("<bdi>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;</bdi>") != std::string::npos);
        QVERIFY(page.find("<p>2 more &lt;left&gt; out.</p>") != std::string::npos);
        QVERIFY(page.find("<th title=\"Which &quot;one&quot;\">") != std::string::npos);
        for (const char* never : {"<script", "src=", "href=", "url(", "http://", "https://"})
            QVERIFY2(page.find(never) == std::string::npos, never);
        QCOMPARE(count(page, "<tr>"), size_t(3));
        QCOMPARE(count(page, "<td"), size_t(6)); // a row that ends early is filled
    }

    void redacted() {
        for (const std::string& document : {tableMarkdown("Orders", table("anna@example.com"), Marker()), tableHtml("Orders", table("anna@example.com"), Marker())})
            QVERIFY(document.find("anna") == std::string::npos && document.find("e-mail 1") != std::string::npos && document.find("1.24 ms") != std::string::npos);
    }

    void nothing() {
        Tabular none = table("x");
        none.rows.clear();
        QCOMPARE(tableMarkdown("Orders", none, Redactor()), std::string("# Orders\n\n2 more \\<left> out.\n"));
        QVERIFY(tableHtmlPart(none, Redactor()).find("<table") == std::string::npos);
        QCOMPARE(tableMarkdown("Orders", Tabular(), Redactor()), std::string("# Orders\n"));
    }

    void cut() {
        const Tabular two = table("x");
        QCOMPARE(count(tableHtmlPart(two, Redactor(), 1), "<tr>"), size_t(2));
        QVERIFY(tableHtmlPart(two, Redactor(), 1).find("1 more row is left out here") != std::string::npos);
        QVERIFY(tableHtmlPart(two, Redactor(), 2).find("left out here") == std::string::npos);
        const Tabular large = table(std::string(1'000'000, 'w'));
        QVERIFY(tableHtmlPart(large, Redactor(), 2).size() < 2000 && tableHtmlPart(large, Redactor()).size() > 1'000'000);
    }
};

QTEST_GUILESS_MAIN(TestTableDocument)
#include "tst_table_document.moc"
