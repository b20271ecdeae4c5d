// Traces that name no case and are tied to one: by orders, messages and links.

#include "cases/case_index.h"
#include "shop_fixture.h"

#include <QRegularExpression>
#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

/// One span a trace: what it says, and the traces it links to.
struct Tied {
    std::string session;
    Pairs attributes = {};
    std::vector<uint64_t> links = {}; ///< numbers of traces, from 1
};

/// Traces are numbered from 1 in the order given.
class Chain {
public:
    explicit Chain(const std::vector<Tied>& traces) {
        workspace_ = fixture_.open();
        WorkspaceFixture::add(*workspace_, "chain.json", [&](SpanSink& sink) {
            SpanRecord s;
            for (uint64_t t = 1; t <= traces.size(); ++t) {
                s.clear();
                s.trace.id = {0, t};
                s.span.id = t;
                s.context = serviceContext(sink, "shop");
                s.name = "x";
                s.kind = Kind::Server;
                s.setTimes(kBegin + static_cast<int64_t>(t) * kSecond, kBegin + static_cast<int64_t>(t) * kSecond + kMs);
                const Tied& one = traces[t - 1];
                if (!one.session.empty())
                    s.attributes.push_back({"session.id", ValueType::String, one.session});
                for (const auto& [key, value] : one.attributes)
                    s.attributes.push_back({key, ValueType::String, value});
                for (const uint64_t to : one.links) {
                    LinkRecord& link = s.addLink();
                    link.trace.id = {0, to};
                    link.span.id = to;
                }
                sink.span(s);
            }
        });
        table = workspace_->table();
        const auto db = workspace_->connect();
        columns = readCaseColumns(*db, *table, nullptr, {"session.id", "order", "message"});
    }
    CaseIndex index(bool links = true) const {
        CaseKey key{"session", "Session", "sessions", {"session.id"}, {"order", "message"}, links};
        return CaseIndex::build(*table, columns[0], key, {{&columns[1], &columns[2]}, {}});
    }
    TraceIndex trace(uint64_t number) const { return *table->findTrace({0, number}); }
    /// "A A(tied by order) -", by trace.
    std::string words(bool links = true) const {
        const CaseIndex found = index(links);
        std::string out;
        for (TraceIndex t = 0; t < table->traceSlots(); ++t) {
            const CaseNumber c = found.caseOf(trace(t + 1));
            out += (out.empty() ? "" : " ") + (c == kNoCase ? "-" : found.cases()[c].value);
            if (found.tieOf(trace(t + 1)) > CaseTie::Own)
                out += "(" + found.tieWords(trace(t + 1)) + ")";
        }
        return out;
    }
    SpanTablePtr table;
    std::vector<CaseColumn> columns;

private:
    WorkspaceFixture fixture_;
    std::shared_ptr<Workspace> workspace_;
};

/// The rule, read literally: everything is looked at in every round.
std::vector<std::string> naive(const std::vector<Tied>& traces, bool links) {
    const size_t n = traces.size();
    std::vector<std::string> of(n);
    std::vector<bool> contested(n, false);
    for (size_t t = 0; t < n; ++t)
        of[t] = traces[t].session;
    const auto give = [&](std::vector<std::set<std::string>> offers) {
        bool changed = false;
        for (size_t t = 0; t < n; ++t) {
            if (!of[t].empty() || contested[t] || offers[t].empty())
                continue;
            changed = true;
            if (offers[t].size() > 1)
                contested[t] = true;
            else
                of[t] = *offers[t].begin();
        }
        return changed;
    };
    for (;;) {
        std::map<std::pair<std::string, std::string>, std::set<std::string>> casesOf;
        for (size_t t = 0; t < n; ++t)
            for (const auto& attribute : traces[t].attributes)
                if (!of[t].empty() && !attribute.second.empty())
                    casesOf[attribute].insert(of[t]);
        std::vector<std::set<std::string>> offers(n);
        for (size_t t = 0; t < n; ++t)
            for (const auto& attribute : traces[t].attributes)
                if (casesOf[attribute].size() == 1)
                    offers[t].insert(*casesOf[attribute].begin());
        if (give(offers))
            continue;
        if (!links)
            return of;
        offers.assign(n, {});
        for (size_t t = 0; t < n; ++t) {
            std::set<uint64_t> targets(traces[t].links.begin(), traces[t].links.end());
            targets.erase(t + 1);
            std::erase_if(targets, [&](uint64_t to) { return to > n; });
            for (const uint64_t to : targets) {
                if (!of[to - 1].empty())
                    offers[t].insert(of[to - 1]);
                if (targets.size() == 1 && !of[t].empty())
                    offers[to - 1].insert(of[t]);
            }
        }
        if (!give(offers))
            return of;
    }
}

} // namespace

class TestCaseTies : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rules_data() {
        using Chains = std::vector<Tied>;
        QTest::addColumn<Chains>("traces");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const Chains& traces, const char* expected) { QTest::newRow(name) << traces << QString::fromLatin1(expected); };
        const Pairs order1 = {{"order", "1"}}, order2 = {{"order", "2"}}, message1 = {{"message", "1"}};
        row("by an order", {{"A", order1}, {"", order1}, {"", order2}}, "A A(tied by order) -");
        row("an order of two sessions ties nothing", {{"A", order1}, {"B", order1}, {"", order1}}, "A B -");
        row("a consumer's trace of a consumer's trace", {{"", {{"message", "2"}}}, {"", {{"order", "1"}, {"message", "2"}}}, {"A", order1}}, "A(tied by message) A(tied by order) A");
        row("the better attribute is named", {{"A", {{"order", "1"}, {"message", "1"}}}, {"", {{"message", "1"}, {"order", "1"}}}}, "A A(tied by order)");
        row("two sessions: none of them", {{"A", order1}, {"B", message1}, {"", {{"order", "1"}, {"message", "1"}}}}, "A B -");
        row("through who is between two sessions nothing goes", {{"A", order1}, {"B", message1}, {"", {{"order", "1"}, {"message", "1"}, {"message", "9"}}}, {"", {{"message", "9"}}}}, "A B - -");
        row("an own session is never another", {{"A", order1}, {"B", {{"order", "1"}}}, {"B"}}, "A B B");
        row("an empty value ties nothing", {{"A", {{"order", ""}}}, {"", {{"order", ""}}}}, "A -");
        row("by a link", {{"A"}, {"", {}, {1}}}, "A A(tied by a span link)");
        row("to whom it links", {{"A", {}, {2}}, {""}}, "A A(tied by a span link)");
        row("a batch of two sessions", {{"A"}, {"B"}, {"", {}, {1, 2}}}, "A B -");
        row("a batch does not tie its senders", {{"A"}, {""}, {"", {}, {1, 2}}}, "A - A(tied by a span link)");
        row("a batch of one session", {{"A"}, {"A"}, {"", {}, {1, 2, 2}}}, "A A A(tied by a span link)");
        row("attributes before links", {{"A"}, {"B", order1}, {"", order1, {1}}}, "A B B(tied by order)");
        row("an attribute behind a link", {{"A"}, {"", order1, {1}}, {"", order1}, {"", {}, {3}}}, "A A(tied by a span link) A(tied by order) A(tied by a span link)");
        row("a link to itself", {{"A"}, {"", {}, {2}}}, "A -");
        row("a link to nowhere", {{"A"}, {"", {}, {77}}}, "A -");
    }
    void rules() {
        QFETCH(std::vector<Tied>, traces);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(Chain(traces).words()), expected);
        std::string reference; // in the same words, without how
        for (const std::string& value : naive(traces, true))
            reference += (reference.empty() ? "" : " ") + (value.empty() ? "-" : value);
        static const QRegularExpression how(QStringLiteral("\\([^)]*\\)"));
        QCOMPARE(QString(expected).remove(how), QString::fromStdString(reference));
    }

    void linksAreAskedFor() { QCOMPARE(Chain({{"A"}, {"", {}, {1}}}).words(false), std::string("A -")); }

    void saidInWords() {
        const Pairs order1 = {{"order", "1"}};
        const Chain chain({{"A", order1}, {"B", {{"message", "1"}}}, {"", order1}, {"", order1}, {"", {}, {3}}, {"", {{"order", "1"}, {"message", "1"}}}, {""}});
        const CaseIndex index = chain.index();
        QCOMPARE(index.tied(), (std::vector<std::pair<std::string, uint64_t>>{{"order", 2}, {"span links", 1}}));
        QCOMPARE(index.notes(), (std::vector<std::string>{"2 traces without session.id were tied by order, 1 by span links.", "1 trace could be tied to several sessions and belongs to none."}));
        QCOMPARE(index.tracesWithoutCase(), uint64_t(2));
        QCOMPARE(index.cases()[index.find("A")].traces.size(), size_t(4));
        QCOMPARE(index.tieWords(chain.trace(1)), std::string("session.id"));
        QCOMPARE(index.tieWords(chain.trace(7)), std::string());
        QVERIFY(Chain({{"A"}, {"B"}}).index().notes().empty());
    }

    // A consumer that runs a moment after the request is no step of the customer: the idle limit was 10 s where people paused for minutes.
    void tiedTracesMakeNoGaps() {
        std::vector<Tied> traces;
        for (int i = 0; i < 40; ++i)
            traces.push_back(i % 20 == 0 ? Tied{"A", {{"order", "1"}}} : Tied{"", {{"order", "1"}}});
        const CaseIndex index = Chain(traces).index();
        QCOMPARE(index.cases()[0].traces.size(), size_t(40));
        QCOMPARE(index.idleLimit(), 200 * kSecond); // the two own ones are 20 s apart
    }

    void randomAgainstTheRule_data() {
        QTest::addColumn<int>("sessions"); // in ten traces
        QTest::addColumn<int>("values");
        for (const int sessions : {1, 3, 8})
            for (const int values : {3, 15, 60})
                QTest::addRow("%d in ten traces have a session, %d values", sessions, values) << sessions << values;
    }
    void randomAgainstTheRule() {
        QFETCH(int, sessions);
        QFETCH(int, values);
        std::mt19937 rng(static_cast<unsigned>(sessions * 100 + values));
        const auto below = [&](int n) { return rng() % static_cast<unsigned>(n); };
        for (int round = 0; round < 4; ++round) {
            std::vector<Tied> traces(60);
            for (Tied& one : traces) {
                if (static_cast<int>(below(10)) < sessions)
                    one.session = std::string(1, static_cast<char>('A' + below(5)));
                for (const char* key : {"order", "message"})
                    while (below(3) == 0)
                        one.attributes.emplace_back(key, std::to_string(below(values)));
                while (below(3) == 0)
                    one.links.push_back(1 + below(60));
            }
            // A span says an attribute once: the first counts.
            for (Tied& one : traces) {
                Pairs first;
                for (const auto& pair : one.attributes)
                    if (std::none_of(first.begin(), first.end(), [&](const auto& other) { return other.first == pair.first; }))
                        first.push_back(pair);
                one.attributes = first;
            }
            const bool links = below(4) != 0;
            const Chain chain(traces);
            const CaseIndex index = chain.index(links);
            const std::vector<std::string> expected = naive(traces, links);
            uint64_t tied = 0;
            for (uint64_t t = 0; t < traces.size(); ++t) {
                const CaseNumber c = index.caseOf(chain.trace(t + 1));
                QCOMPARE(c == kNoCase ? std::string() : index.cases()[c].value, expected[t]);
                QCOMPARE(index.tieOf(chain.trace(t + 1)) > CaseTie::Own, traces[t].session.empty() && !expected[t].empty());
                tied += index.tieOf(chain.trace(t + 1)) > CaseTie::Own;
            }
            uint64_t counted = 0;
            for (const auto& [by, count] : index.tied())
                counted += count;
            QCOMPARE(counted, tied);
        }
    }
};

QTEST_GUILESS_MAIN(TestCaseTies)
#include "tst_case_ties.moc"
