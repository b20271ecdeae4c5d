// Queries about every real file: through postings and from the rows, and beside the simplest evaluation there is.

#include "import_job_fixture.h"
#include "model/traceql_reference.h"
#include "query/evaluate.h"
#include "query/value_counts.h"
#include "store/indexes.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;
using aisle::traceql::Source;

namespace {

/// Files of more spans are asked, but not compared: the simplest evaluation looks at every pair of spans.
constexpr uint64_t kCompared = 1500;

traceql::Query read(const std::string& text) {
    traceql::ParseError error;
    auto query = traceql::read(text, error);
    if (!query)
        qFatal("%s: %s", text.c_str(), error.message.c_str());
    return *query;
}

std::vector<std::string> queriesFor(const Source& source) {
    std::vector<std::string> out = {"{ }", "{ duration > 1ms && status != error }", "{ kind = server || kind = consumer }", "{ parent = nil }", "{ aisle:error = true }",
                                    "{ status = error } >> { }", "{ kind = client } < { }", "{ } ~ { kind = client }", "{ kind = server } !>> { kind = client }",
                                    "{ event:name = \"exception\" }", "{ event.exception.type != nil }", "{ link:spanID != nil }", "{ statusMessage != nil }",
                                    "{ instrumentation:name =~ \".+\" }", "{ .http.response.status_code >= 400 }", "{ .db.system != nil && duration > 100us }",
                                    "{ } | by(resource.service.name) | count() > 2", "{ name =~ \".*[gG]et.*\" } | avg(duration) > 1us", "{ resource.service.name != nil }"};
    const auto keys = traceql::keyCounts(source);
    for (size_t i = 0; i < keys.size(); i += std::max<size_t>(1, keys.size() / 6)) {
        const traceql::Field field{keys[i].scope, false, keys[i].name};
        traceql::Query query;
        traceql::Node& node = query.nodes.emplace_back();
        node.type = traceql::Node::Type::Field;
        node.field = field;
        const std::string name = query.toText();
        out.push_back("{ " + name + " != nil }");
        const auto counts = traceql::valueCounts(source, field, nullptr, {}, 3);
        for (const auto& value : counts.values) {
            out.push_back("{ " + name + " = " + traceql::quoted(value.text) + " }");
            out.push_back("{ " + name + " != " + traceql::quoted(value.text) + " }");
        }
    }
    return out;
}

} // namespace

class TestTraceQlFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void realFiles_data() {
        addRealFiles();
    }

    void realFiles() {
        QFETCH(QString, path);
        WorkspaceFixture f;
        const auto workspace = f.open();
        import(workspace, {path.toStdString()});
        const auto db = workspace->connect();
        Source source;
        source.table = workspace->table();
        source.db = db.get();
        source.attributes = AttributeDictionary::read(*db, source.table);
        const std::vector<std::string> queries = queriesFor(source);
        std::vector<RowSet> found;
        for (const std::string& text : queries) {
            found.push_back(evaluate(read(text), source).spans);
            QCOMPARE(found.back().count(), evaluate(read(text), source).spanCount);
        }
        QCOMPARE(found[0].count(), source.table->spanCount());
        buildIndexes(*db, source.table);
        QVERIFY(!indexesAreDue(*db, *source.table));
        for (size_t i = 0; i < queries.size(); ++i)
            QVERIFY2(evaluate(read(queries[i]), source).spans == found[i], queries[i].c_str());
        if (source.table->spanCount() > kCompared)
            return;
        TraceQlReference reference(*db, *source.table);
        for (size_t i = 0; i < queries.size(); ++i) {
            RowSet expected(*source.table);
            for (const Row row : reference.evaluate(read(queries[i])))
                expected.set(row);
            QVERIFY2(found[i] == expected, queries[i].c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestTraceQlFiles)
#include "tst_traceql_files.moc"
