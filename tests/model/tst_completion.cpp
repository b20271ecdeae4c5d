// Completing a query: what may stand at the cursor ("^"), and which of it there is in the file.

#include "query/completion.h"
#include "store/postings.h"
#include "workspace_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;
using namespace aisle::traceql;

class TestCompletion : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sites_data() {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) { QTest::newRow(text) << QString::fromUtf8(expected); };
        row("^", "begin [] 0-0");
        row("ca^", "begin [ca] 0-2");
        row("{ ^", "field [] 2-2");
        row("{ dur^", "field [dur] 2-5");
        row("{ dur^ation }", "field [dur] 2-10");
        row("{ .http.ro^", "field [.http.ro] 2-10");
        row("{ resource.^", "field [resource.] 2-11");
        row("{ duration ^", "operator [] 11-11 of span:duration");
        row("{ .a ^", "operator [] 5-5 of a");
        row("{ name = ^", "value [] 9-9 of span:name");
        row("{ name = \"GE^", "value [GE] 9-12 of span:name");
        row("{ name = \"GE^T\" }", "value [GE] 9-14 of span:name");
        row("{ .a.b =~ `x^", "value [x] 10-12 of a.b");
        row("{ status = err^", "value [err] 11-14 of span:status");
        row("{ .a > 5^", "value [5] 7-8 of a");
        row("{ .a > 5 ^", "connector [] 9-9");
        row("{ name = \"a\" ^", "connector [] 13-13");
        row("{ name = \"a\" && ^", "field [] 16-16");
        row("{ (name = \"a\" || ^", "field [] 17-17");
        row("{ status = error } ^", "relation [] 19-19");
        row("{ } >> ^", "begin [] 7-7");
        row("{ } | ^", "stage [] 6-6");
        row("{ } | co^", "stage [co] 6-8");
        row("{ } | by(^", "field [] 9-9");
        row("{ } | by(name, ^", "field [] 15-15");
        row("{ } | avg(du^", "field [du] 10-12");
        row("{ } | { ^", "field [] 8-8");
        row("{ } | count() > 2 | ^", "stage [] 20-20");
        row("\"a^", "nothing [a] 0-2");
        row("{ # ^", "field [] 4-4"); // what is wrong is left of it
    }
    void sites() {
        QFETCH(QString, expected);
        std::string text = QTest::currentDataTag();
        const size_t cursor = text.find('^');
        text.erase(cursor, 1);
        const Site site = siteAt(text, cursor);
        static constexpr const char* what[] = {"nothing", "begin", "field", "operator", "value", "connector", "relation", "stage"};
        QString found = QStringLiteral("%1 [%2] %3-%4").arg(QString::fromUtf8(what[static_cast<size_t>(site.what)]), QString::fromStdString(site.typed)).arg(site.from).arg(site.to);
        if (site.what == Site::What::Operator || site.what == Site::What::Value)
            found += QStringLiteral(" of ") + QString::fromStdString(site.field.name);
        QCOMPARE(found, expected);
    }

    void fits_data() {
        QTest::addColumn<QString>("first");
        const auto row = [](const char* text, const char* first) { QTest::newRow(text) << QString::fromUtf8(first); };
        row("{ ^", "name |duration |status ");
        row("{ rout^", ".http.route ");
        row("{ .http^", ".http.route |.http.response.status_code ");
        row("{ span.http.r^", "span.http.route |span.http.response.status_code ");
        row("{ resource.service.v^", "resource.service.version ");
        row("{ .http.route = ^", "\"/cart\" |\"/pay\" ");
        row("{ .http.route = \"p^", "\"/pay\" ");
        row("{ .http.status_code = ^", "200 |500 "); // under its former name
        row("{ .order.id = \"ord-1^", "\"ord-1\" |\"ord-10\" ");
        row("{ resource.service.name = ^", "\"shop\" ");
        row("{ .service.version = ^", "\"2\" ");
        row("{ name = \"G^", "\"GET\" ");
        row("{ status = ^", "error |ok |unset ");
        row("{ duration ^", "> |< |= ");
        row("{ .http.route ^", "= |!= |=~ ");
        row("{ aisle:file = ^", "\"a.json\" ");
        row("{ } | co^", "count() > |coalesce()");
        row("{ nothing like it^", "");
    }
    void fits() {
        QFETCH(QString, first);
        std::string text = QTest::currentDataTag();
        const size_t cursor = text.find('^');
        text.erase(cursor, 1);
        QStringList found;
        const Site site = siteAt(text, cursor);
        for (const Completion& completion : completions(site, source_, {keyCounts(source_)}))
            found << QString::fromStdString(completion.text);
        if (first.isEmpty())
            QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('|'))));
        else
            QCOMPARE(found.mid(0, first.count(QLatin1Char('|')) + 1).join(QLatin1Char('|')), first);
    }

    /// Whatever is typed, a completion is put in place of whole characters, and what is put there is no error.
    void anywhere() {
        const std::string text = "{ .http.route = \"/c\xc3\xa4rt\" && duration > 5ms } >> { name =~ `x` } | by(name) | count() > 2";
        for (size_t cursor = 0; cursor <= text.size(); ++cursor) {
            if (cursor < text.size() && (static_cast<unsigned char>(text[cursor]) & 0xc0) == 0x80)
                continue;
            const Site site = siteAt(text, cursor);
            QVERIFY(site.from <= cursor && cursor <= site.to && site.to <= text.size());
            (void)completions(site, source_, {keyCounts(source_)});
        }
    }

    void initTestCase() {
        workspace_ = files_.open();
        WorkspaceFixture::add(*workspace_, "a.json", [](SpanSink& sink) {
            ContextRecord record;
            record.resource = {{"service.name", ValueType::String, "shop"}, {"service.version", ValueType::String, "2"}};
            const ContextHandle context = sink.context(record);
            for (int i = 0; i < 30; ++i) {
                const std::string order = "ord-" + std::to_string(i);
                SpanRecord s;
                s.trace.id = {0, 1};
                s.span.id = static_cast<SpanId>(i + 1);
                s.context = context;
                s.name = i % 3 == 0 ? "POST" : "GET";
                s.attributes = {{"http.route", ValueType::String, i % 3 == 0 ? "/pay" : "/cart"}, {"order.id", ValueType::String, order}};
                if (i < 10)
                    s.attributes.push_back({"http.response.status_code", ValueType::Int, i == 0 ? "500" : "200"});
                sink.span(s);
            }
        });
        db_ = workspace_->connect();
        source_.table = workspace_->table();
        source_.db = db_.get();
        source_.attributes = AttributeDictionary::read(*db_, source_.table);
        buildPostings(*db_, *source_.table, *source_.attributes);
    }

    void countsInASelection() {
        RowSet some(*source_.table);
        for (Row row = 0; row < 6; ++row)
            some.set(row);
        const ValueCounts counts = valueCounts(source_, {traceql::Scope::Any, false, "http.route"}, &some, {}, 10);
        QCOMPARE(counts.values.size(), size_t(2));
        QCOMPARE(counts.values[0].text, std::string("/cart"));
        QCOMPARE(counts.values[0].spans, uint64_t(4));
        QCOMPARE(counts.present, uint64_t(6));
        QVERIFY(valueCounts(source_, {traceql::Scope::Any, false, "order.id"}, nullptr, {}, 10).isCut);
        const auto keys = keyCounts(source_);
        QCOMPARE(keys.size(), size_t(5));
        QCOMPARE(keys.back().name, std::string("http.response.status_code"));
        QCOMPARE(keys.back().spans, uint64_t(10));
    }

private:
    WorkspaceFixture files_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<Database> db_;
    Source source_;
};

QTEST_GUILESS_MAIN(TestCompletion)
#include "tst_completion.moc"
