// What cases read of attributes: by trace, from baggage, and by postings as in one pass.

#include "cases/case_column.h"
#include "shop_fixture.h"
#include "store/postings.h"

#include <QTest>

#include <deque>
#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

/// "trace: value value; ...", with the trace's number as the test gave it.
std::string wordsOf(const SpanTable& table, const CaseColumn& column) {
    std::string out;
    for (size_t i = 0; i < column.said.size(); ++i)
        out += (column.decides(i) ? (out.empty() ? "" : "; ") + std::to_string(table.traceId(column.said[i].trace).low) + ": " : " ") + column.distinct[column.said[i].value];
    return out;
}

CaseColumn read(const Shop& shop, const std::string& attribute) { return std::move(readCaseColumns(*shop.db, *shop.table, nullptr, {attribute})[0]); }

} // namespace

class TestCaseColumns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byTrace() {
        const Shop shop({{"late", 50, "x", {}, 1}, {"early", 10, "x", {}, 1}, {"late", 55, "x", {}, 1}, {"", 5, "x", {}, 1}, {"one", 20, "x", {}, 2}, {"one", 21, "x", {}, 2}, {"(empty)", 1, "x", {}, 3}});
        const CaseColumn column = read(shop, "session.id");
        QCOMPARE(wordsOf(*shop.table, column), std::string("1: early late; 2: one"));
        QCOMPARE(column.spans, uint64_t(5));
        QCOMPARE(column.attribute, std::string("session.id"));
        QCOMPARE(column.ofService[*shop.table->serviceByName("shop")], uint64_t(5));
    }

    void spansWithoutAStartComeLast() {
        const Shop shop({{"undated", -kBegin, "x", {}, 1}, {"dated", 10, "x", {}, 1}});
        QCOMPARE(wordsOf(*shop.table, read(shop, "session.id")), std::string("1: dated undated"));
    }

    void baggageHeaders_data() {
        QTest::addColumn<QString>("header");
        QTest::addColumn<QString>("members"); // key=value|...
        const auto row = [](const char* header, const char* members) { QTest::newRow(header) << QString::fromUtf8(header) << QString::fromUtf8(members); };
        row("", "");
        row("session.id=a", "session.id=a");
        row("a=1,b=2", "a=1|b=2");
        row(" a = 1 ;ttl=30;x , b=2", "a=1|b=2");
        row("a=x%20y%2Cz%3D", "a=x y,z=");
        row("a=caf%C3%A9", "a=caf\u00e9");
        row("a=%FF", "a=\ufffd");
        row("a=b=c", "a=b=c");
        row("novalue,=x,a=", "a=");
        row("[\"a=1,b=2\",\"c=3\"]", "a=1|b=2|c=3");
        row("[\"a=1\", 7, [\"b=2\"]]", "a=1");
        row("[\"[\\\"a=1\\\"]\"]", "");
        row("[not json", "");
    }
    void baggageHeaders() {
        QFETCH(QString, header);
        QFETCH(QString, members);
        QStringList found;
        for (const auto& [key, value] : baggageMembers(header.toStdString()))
            found << QString::fromStdString(key + "=" + value);
        QCOMPARE(found.join(QLatin1Char('|')), members);
    }

    // A list of lists was copied, which takes a deep stack: a header crashed the program. And of each header all members were kept.
    void baggageOfStrangers() {
        const std::string deep = std::string(400'000, '[') + std::string(400'000, ']');
        QVERIFY(baggageMembers(deep).empty());
        QVERIFY(baggageMembers("[" + deep + "]").empty());
        const std::vector<std::string> asked = {"a", "c"};
        QCOMPARE(baggageMembers("x=0,a=1,a=2,c=3,y=4", &asked), (Members{{"a", "1"}, {"c", "3"}}));
        QCOMPARE(baggageMembers("[\"a=1,x=0\",\"a=2,c=3\"]", &asked), (Members{{"a", "1"}, {"c", "3"}}));
    }

    void baggageStandsInForTheKey() {
        const Shop shop({{"own", 1, "x", {{"baggage.session.id", "other"}}, 1},
                         {"", 1, "x", {{"baggage.session.id", "carried"}}, 2},
                         {"", 1, "x", {{"http.request.header.baggage", "user.id=7,session.id=in%20header;p=1"}}, 3},
                         {"", 1, "x", {{"http.request.header.baggage", "[\"session.id=listed\"]"}}, 4},
                         {"", 1, "x", {{"baggage", "session.id=carried"}}, 5},
                         {"own", 1, "x", {{"baggage", "session.id=other"}}, 6},
                         {"", 1, "x", {{"baggage", "user.id=8"}}, 7},
                         {"", 5, "x", {{"baggage", "session.id=early"}}, 8},
                         {"later", 9, "x", {}, 8}});
        QCOMPARE(wordsOf(*shop.table, read(shop, "session.id")), std::string("1: own; 2: carried; 3: in header; 4: listed; 5: carried; 6: own; 8: early later"));
        QCOMPARE(wordsOf(*shop.table, read(shop, "user.id")), std::string("3: 7; 7: 8"));
        QCOMPARE(shop.context.cases->cases("session")->cases().size(), size_t(5));
    }

    // With postings and without, the columns are the same: values of spans and resources, values that are kept with their spans, spans that
    // have a key twice, fragments of spans.
    void postingsAreAsOnePass_data() {
        QTest::addColumn<int>("distinct");
        QTest::newRow("few values") << 5;
        QTest::newRow("values that are kept with their spans") << 300;
    }
    void postingsAreAsOnePass() {
        QFETCH(int, distinct);
        std::mt19937 rng(static_cast<unsigned>(distinct));
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        WorkspaceFixture::add(*workspace, "a.json", [&](SpanSink& sink) {
            SpanRecord s;
            std::deque<std::string> texts;
            const ContextHandle plain = serviceContext(sink, "shop");
            ContextRecord record;
            record.resource = {{"service.name", ValueType::String, "other"}, {"a", ValueType::String, "of the resource"}, {"c", ValueType::Int, "7"}};
            const ContextHandle rich = sink.context(record);
            std::vector<uint64_t> traces;
            std::vector<ContextHandle> contexts;
            for (uint64_t i = 0; i < 3000; ++i) {
                s.clear();
                const bool isFragment = i > 0 && rng() % 20 == 0; // without kind and start: a part of a span before
                const uint64_t of = isFragment ? rng() % i : i;
                traces.push_back(isFragment ? traces[of] : 1 + rng() % 500);
                contexts.push_back(isFragment ? contexts[of] : rng() % 4 == 0 ? rich : plain);
                s.trace.id = {0, traces.back()};
                s.span.id = of + 1;
                s.context = contexts.back();
                s.name = "x";
                s.kind = isFragment ? Kind::Unspecified : Kind::Server;
                const int64_t start = isFragment ? 0 : kBegin + static_cast<int64_t>(rng() % 1000);
                s.setTimes(start, isFragment ? 0 : kBegin + 2000);
                for (const char* key : {"a", "b", "c", "a"})
                    if (rng() % 3 == 0) { // long texts are kept with their spans
                        texts.push_back(std::to_string(rng() % static_cast<unsigned>(distinct)) + (distinct > 100 && rng() % 10 == 0 ? std::string(300, 'x') : ""));
                        s.attributes.push_back({key, rng() % 2 == 0 ? ValueType::String : ValueType::Int, texts.back()});
                    }
                sink.span(s);
            }
        });
        const auto db = workspace->connect();
        const SpanTablePtr table = workspace->table();
        const auto dictionary = AttributeDictionary::read(*db, table);
        const std::vector<ColumnSpec> specs = {{{"a"}, true}, {{"b", "a"}, true}, {{"c", "nowhere"}, false}, {{"nowhere"}, true}, {{"a", "b", "c"}, false}};
        const auto pass = readColumns(*db, *table, specs);
        buildPostings(*db, *table, *dictionary);
        QVERIFY(hasPostings(*db) && !postingsAreDue(*db, *table));
        const auto postings = readColumns(*db, *table, *dictionary, specs);
        QVERIFY(!pass[0].rows().empty() && !pass[2].rows().empty());
        uint64_t fragments = 0;
        for (Row row = 0; row < table->segmentAt(0).rows(); ++row)
            fragments += (table->derivedFlags(row) & kFragment) != 0;
        QVERIFY(fragments > 20);
        QCOMPARE(postings.size(), pass.size());
        for (size_t c = 0; c < pass.size(); ++c) {
            QCOMPARE(postings[c].key(), pass[c].key());
            QCOMPARE(postings[c].rows(), pass[c].rows());
            for (const Row row : pass[c].rows())
                QCOMPARE(postings[c].textAt(row), pass[c].textAt(row));
        }
    }
};

QTEST_GUILESS_MAIN(TestCaseColumns)
#include "tst_case_columns.moc"
