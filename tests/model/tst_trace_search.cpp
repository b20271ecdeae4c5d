// Searching in one trace: what words mean, values of every kind, the naive reference.

#include "analysis/trace_search.h"
#include "store/span_reader.h"
#include "workspace_fixture.h"

#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

struct Said {
    SpanId id, parent;
    std::string service, name;
    int64_t start, duration;
    Pairs attributes;
    Status status = Status::Unset;
    Kind kind = Kind::Server;
};

void addSpans(Workspace& workspace, const std::vector<Said>& spans, const std::string& file = "a.json") {
    WorkspaceFixture::add(workspace, file, [&](SpanSink& sink) {
        for (const Said& said : spans) {
            SpanRecord span;
            span.trace.id = TraceId{0, 1};
            span.span.id = said.id;
            span.parent.id = said.parent;
            span.name = said.name;
            span.start = said.start;
            span.duration = said.duration;
            span.status = said.status;
            span.kind = said.kind;
            span.context = serviceContext(sink, said.service, said.service + "-1");
            span.attributes = attributes(said.attributes);
            sink.span(span);
        }
    });
}

/// Ids of what is found by everything: names, dictionary, others.
std::vector<SpanId> found(const Workspace& workspace, const std::string& text, size_t* pendingSeen = nullptr) {
    const SpanTablePtr table = workspace.table();
    const Waterfall tree = waterfall(*table, 0, {3});
    std::string problem;
    const auto query = TraceQuery::parse(text, problem);
    if (!query)
        return {SpanId(0xdead)};
    const auto db = workspace.connect();
    const TraceAttributes attributes = TraceAttributes::read(*db, *table, std::vector<TraceIndex>{0}, {});
    TraceMatches matches = searchTrace(*table, tree, *query, &attributes);
    if (pendingSeen != nullptr)
        *pendingSeen = matches.pending.size();
    TraceAttributes::Reader reader(*db, attributes);
    for (const NodeIndex node : searchPending(*table, tree, *query, attributes, reader, matches.pending))
        matches.found.push_back(node);
    // What is pending without attributes holds everything that they bring, and nothing is found that is none.
    const TraceMatches without = searchTrace(*table, tree, *query, nullptr);
    for (const NodeIndex node : matches.found) {
        const auto place = std::find(tree.byRow.begin(), tree.byRow.end(), node);
        if (place != tree.byRow.end() && std::find(without.found.begin(), without.found.end(), node) == without.found.end() &&
            std::find(without.pending.begin(), without.pending.end(), static_cast<size_t>(place - tree.byRow.begin())) == without.pending.end())
            return {SpanId(0xbad)};
    }
    for (const NodeIndex node : without.found)
        if (std::find(matches.found.begin(), matches.found.end(), node) == matches.found.end())
            return {SpanId(0xbad)};
    std::vector<SpanId> ids;
    for (const NodeIndex node : matches.found)
        ids.push_back(tree.nodes[node].row == kNoRow ? tree.missingAt(node)->id : table->id(tree.nodes[node].row));
    std::sort(ids.begin(), ids.end());
    return ids;
}

using Ids = std::vector<SpanId>;

} // namespace

class TestTraceSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void words() {
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        addSpans(*workspace, {{1, 0, "frontend", "GET /cart", 1000, 900'000'000, {{"http.response.status_code", "200"}, {"url.path", "/cart?x=1"}}},
                              {2, 1, "cart", "lookup", 2000, 150'000'000, {{"item", "Umbrella"}, {"http.response.status_code", "503"}}, Status::Error},
                              {0xabc, 2, "db", "SELECT", 3000, 5'000'000, {{"db.statement", "select \"a b\" from cart"}}, Status::Unset, Kind::Client},
                              {4, 0x77, "mail", "send", 4000, 100'000'000, {}}});
        QCOMPARE(found(*workspace, "cart"), (Ids{1, 2, 0xabc})); // name, service, value
        QCOMPARE(found(*workspace, "SELECT"), (Ids{0xabc}));
        QCOMPARE(found(*workspace, "umbrella"), (Ids{2}));
        QCOMPARE(found(*workspace, "0000000000000abc"), (Ids{0xabc}));
        QCOMPARE(found(*workspace, "0000000000000077"), (Ids{0x77})); // a missing parent
        QCOMPARE(found(*workspace, "nothing"), Ids{});
        QCOMPARE(found(*workspace, ""), Ids{});
        QCOMPARE(found(*workspace, "   "), Ids{});
        QCOMPARE(found(*workspace, "service=CART"), (Ids{2}));
        QCOMPARE(found(*workspace, "service=car"), Ids{});
        QCOMPARE(found(*workspace, "service!=cart"), (Ids{1, 4, 0xabc}));
        QCOMPARE(found(*workspace, "name=\"GET /cart\""), (Ids{1}));
        QCOMPARE(found(*workspace, "\"get /c\""), (Ids{1}));
        QCOMPARE(found(*workspace, "\"select \\\"a b\\\"\""), (Ids{0xabc}));
        QCOMPARE(found(*workspace, "status=error"), (Ids{2}));
        QCOMPARE(found(*workspace, "kind=client"), (Ids{0xabc}));
        QCOMPARE(found(*workspace, "item=umbrella"), (Ids{2}));
        QCOMPARE(found(*workspace, "http.response.status_code>=500"), (Ids{2}));
        QCOMPARE(found(*workspace, "http.response.status_code=200.0"), Ids{}); // recorded as a text
        QCOMPARE(found(*workspace, "http.response.status_code!=200"), (Ids{2})); // others do not have it
        QCOMPARE(found(*workspace, "url.path=/cart?x=1"), (Ids{1}));
        QCOMPARE(found(*workspace, "service.instance.id=mail-1"), (Ids{4})); // of the resource
        QCOMPARE(found(*workspace, ">100ms"), (Ids{1, 2}));
        QCOMPARE(found(*workspace, ">=100ms <1s"), (Ids{1, 2, 4}));
        QCOMPARE(found(*workspace, "duration<=5ms"), (Ids{0xabc}));
        QCOMPARE(found(*workspace, "self>700ms"), (Ids{1}));
        QCOMPARE(found(*workspace, "cart >100ms status=error"), (Ids{2})); // all have to hold
        QCOMPARE(found(*workspace, "cart umbrella"), (Ids{2}));            // each somewhere
    }

    // Versions were compared as numbers, large ids as doubles; attributes called as a field of a span were not reached.
    void equalMeansEqual() {
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        WorkspaceFixture::add(*workspace, "a.json", [&](SpanSink& sink) {
            const auto add = [&](SpanId id, std::string_view key, ValueType type, std::string_view value) {
                SpanRecord span;
                span.trace.id = TraceId{0, 1};
                span.span.id = id;
                span.name = "op";
                span.start = 1000 + static_cast<int64_t>(id);
                span.duration = 10;
                span.context = serviceContext(sink, "shop");
                span.attributes.push_back({key, type, value});
                sink.span(span);
            };
            add(1, "version", ValueType::String, "1.10");
            add(2, "version", ValueType::String, "1.1");
            add(3, "user.id", ValueType::Int, "1234567890123456789");
            add(4, "user.id", ValueType::Int, "1234567890123456790");
            add(5, "ratio", ValueType::Double, "0.5");
            add(6, "status", ValueType::Int, "500");
        });
        QCOMPARE(found(*workspace, "version=1.1"), (Ids{2}));
        QCOMPARE(found(*workspace, "version!=1.1"), (Ids{1}));
        QCOMPARE(found(*workspace, "user.id=1234567890123456789"), (Ids{3}));
        QCOMPARE(found(*workspace, "ratio=.50"), (Ids{5}));
        QCOMPARE(found(*workspace, "status=500"), Ids{});
        QCOMPARE(found(*workspace, "\"status\"=500"), (Ids{6}));
        QCOMPARE(found(*workspace, "\"status\">=500.0"), (Ids{6}));
        std::string problem;
        QVERIFY(!TraceQuery::parse("name<abc", problem));
        QVERIFY(problem.find("= or !=") != std::string::npos);
    }

    void problems() {
        std::string problem;
        QVERIFY(!TraceQuery::parse("name=\"open", problem));
        QCOMPARE(problem, std::string("A quote is not closed."));
        QVERIFY(!TraceQuery::parse(">fast", problem));
        QVERIFY(problem.find("is no duration") != std::string::npos);
        QVERIFY(!TraceQuery::parse("http.status>=many", problem));
        QVERIFY(problem.find("is no number") != std::string::npos);
        QVERIFY(TraceQuery::parse("", problem)->terms().empty());
        QCOMPARE(TraceQuery::parse("a  b\"\" =", problem) ? 1 : 0, 0); // "=" alone is no duration
        for (const char* odd : {"!=", "\\", "\"\"", "a=\"\"", "=5ms", "a!b", "<", "\"\\"})
            (void)TraceQuery::parse(odd, problem); // whatever it is, it comes back
        QCOMPARE(TraceQuery::parse("a!b", problem)->terms().at(0).text, std::string("a!b"));
        QCOMPARE(TraceQuery::parse("=5ms", problem)->terms().at(0).time, int64_t(5'000'000));
    }

    // Values that left the dictionary were not found.
    void valuesThatAreNotInTheDictionary() {
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        std::vector<Said> spans;
        constexpr SpanId kSpans = 70'000; // more than a key has in the dictionary
        for (SpanId i = 1; i <= kSpans; ++i)
            spans.push_back({i, SpanId(i == 1 ? 0 : 1), "shop", "op", static_cast<int64_t>(i), 10, {{"order", "O-" + std::to_string(i)}, {"colour", i % 2 == 0 ? "red" : "blue"}}});
        addSpans(*workspace, spans);
        size_t pending = 0;
        QCOMPARE(found(*workspace, "order=O-69999", &pending), (Ids{69'999}));
        QVERIFY(pending > 0);
        QCOMPARE(found(*workspace, "order=O-5"), (Ids{5}));
        QCOMPARE(found(*workspace, "o-6999 colour=red"), (Ids{69'990, 69'992, 69'994, 69'996, 69'998}));
        QCOMPARE(found(*workspace, "colour=green", &pending), Ids{});
    }

    void agreesWithNaive() {
        std::mt19937 random(1);
        for (int round = 0; round < 30; ++round) {
            WorkspaceFixture fixture;
            const auto workspace = fixture.open();
            std::vector<Said> spans;
            const auto pick = [&](const char* prefix, unsigned n) { return prefix + std::to_string(random() % n); };
            for (SpanId i = 1; i <= 60; ++i) {
                Said said{i, random() % i, pick("service", 3), pick("name", 4), static_cast<int64_t>(random() % 100), static_cast<int64_t>(random() % 1000), {}, Status::Unset, Kind::Server};
                for (unsigned k = random() % 4; k > 0; --k)
                    said.attributes.emplace_back(pick("key", 3), random() % 2 == 0 ? pick("", 30) : pick("value", 5));
                spans.push_back(said);
            }
            addSpans(*workspace, spans);
            const SpanTablePtr table = workspace->table();
            const auto db = workspace->connect();
            for (int k = 0; k < 20; ++k) {
                const std::string key = pick("key", 3), value = random() % 2 == 0 ? pick("", 30) : pick("value", 5);
                Ids equal, less, contains;
                for (const Row row : table->rowsOf(0)) {
                    if (table->isHidden(row))
                        continue;
                    bool isEqual = false, isLess = false, holds = std::string(table->nameText(row)).find(value) != std::string::npos ||
                                                                  std::string(table->serviceText(row)).find(value) != std::string::npos;
                    const SpanDetails details = readSpan(*db, *table, row);
                    for (const auto* list : {&details.attributes, &details.resource}) {
                        for (const AttributeValue& a : *list) {
                            holds = holds || a.value.find(value) != std::string::npos;
                            isEqual = isEqual || (a.key == key && a.value == value);
                            isLess = isLess || (a.key == key && !a.value.empty() && std::isdigit(a.value[0]) && std::stoi(a.value) < 15);
                        }
                    }
                    if (isEqual)
                        equal.push_back(table->id(row));
                    if (isLess)
                        less.push_back(table->id(row));
                    if (holds)
                        contains.push_back(table->id(row));
                }
                for (Ids* ids : {&equal, &less, &contains})
                    std::sort(ids->begin(), ids->end());
                QCOMPARE(found(*workspace, key + "=" + value), equal);
                QCOMPARE(found(*workspace, key + "<15"), less);
                QCOMPARE(found(*workspace, value), contains);
            }
        }
    }

    void stops() {
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        addSpans(*workspace, {{1, 0, "a", "b", 1, 1, {{"k", "v"}}}});
        StopToken stop;
        stop.stop();
        const Waterfall tree = waterfall(*workspace->table(), 0);
        std::string problem;
        QVERIFY_THROWS_EXCEPTION(Stopped, searchTrace(*workspace->table(), tree, *TraceQuery::parse("a", problem), nullptr, stop));
        TraceAttributesSource source(workspace, workspace->table(), {0});
        QVERIFY(!source.ready());
        const auto attributes = source.get({});
        QCOMPARE(source.ready(), attributes);
        QCOMPARE(attributes->places(), size_t(1));
        QCOMPARE(TraceAttributesSource(nullptr, workspace->table(), {0}).get({})->places(), size_t(0));
    }
};

QTEST_GUILESS_MAIN(TestTraceSearch)
#include "tst_trace_search.moc"
