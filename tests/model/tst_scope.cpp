// Scopes: their text, what they select, and the selection that holds one.

#include "selection/selection_model.h"
#include "text/format.h"
#include "trace_fixture.h"

#include <QSignalSpy>
#include <QTest>

#include <random>
#include <set>

using namespace aisle;
using K = ScopeTerm::Kind;

namespace {

constexpr int64_t kDay = 86'400'000'000'000, kNow = 1'773'478'800'123'456'789;

ScopeTerm term(K kind, std::string text = {}, std::string other = {}, int64_t from = 0, int64_t to = 0) {
    return {kind, std::move(text), std::move(other), from, to};
}

Scope scopeOf(const std::vector<ScopeTerm>& terms) {
    Scope scope;
    for (const ScopeTerm& t : terms)
        scope = scope.with(t);
    return scope;
}

std::vector<ScopeTerm> oneOfEach() {
    return {term(K::Service, "checkout"), term(K::Name, "POST /orders"), term(K::Error), term(K::TraceDuration, {}, {}, 1'500'000'000, 0),
            term(K::Time, {}, {}, kNow, kNow + kDay), term(K::Trace, "0af7651916cd43dd8448eb211c80319c"), term(K::File, "a b.json.gz"),
            term(K::Edge, "frontend", "cart"), term(K::Case, "session-\xc3\xbc"), term(K::Stage, "Payment"), term(K::Text, "cart")};
}

void verifyRoundTrip(const Scope& scope) {
    traceql::ParseError error;
    const std::string text = scope.toText();
    const auto back = Scope::parse(text, error);
    QVERIFY2(back, (text + ": " + error.message).c_str());
    QVERIFY2(*back == scope, (text + " became " + back->toText()).c_str());
}

} // namespace

class TestScope : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyScope() {
        QCOMPARE(Scope().toText(), std::string("{ }"));
        verifyRoundTrip({});
        traceql::ParseError error;
        QVERIFY(Scope::parse("{}", error)->isEmpty());
    }

    void textOfEachTerm() {
        const char* const expected[] = {"{ resource.service.name = \"checkout\" }",
                                        "{ span:name = \"POST /orders\" }",
                                        "{ aisle:error = true }",
                                        "{ trace:duration >= 1500ms }",
                                        "{ aisle:time = \"2026-03-14T09:00:00.123456789Z/2026-03-15T09:00:00.123456789Z\" }",
                                        "{ trace:id = \"0af7651916cd43dd8448eb211c80319c\" }",
                                        "{ aisle:file = \"a b.json.gz\" }",
                                        "{ aisle:edge = \"frontend -> cart\" }",
                                        "{ aisle:case = \"session-\xc3\xbc\" }",
                                        "{ aisle:stage = \"Payment\" }",
                                        "{ aisle:text = \"cart\" }"};
        size_t i = 0;
        for (const ScopeTerm& t : oneOfEach()) {
            QCOMPARE(scopeOf({t}).toText(), std::string(expected[i++]));
            verifyRoundTrip(scopeOf({t}));
            QVERIFY(!t.toWords().empty());
        }
        QCOMPARE(scopeOf({term(K::Dropped, "Payment")}).toText(), std::string("{ aisle:dropped = \"Payment\" }"));
        QCOMPARE(scopeOf({term(K::TraceDuration, {}, {}, 5, 7)}).toText(), std::string("{ trace:duration >= 5ns && trace:duration <= 7ns }"));
        QCOMPARE(scopeOf({term(K::TraceDuration, {}, {}, 0, 7)}).toText(), std::string("{ trace:duration <= 7ns }"));
        QCOMPARE(scopeOf({term(K::Service, "a"), term(K::Error), term(K::Service, "b")}).toText(),
                 std::string("{ resource.service.name = \"a\" && aisle:error = true } && { resource.service.name = \"b\" && aisle:error = true }"));
    }

    void roundTripOfRandomCombinations() {
        std::mt19937 rng(11);
        const std::vector<std::string> texts = {"a", "checkout", "", " ", "\"", "\\", "\\\"", "}", "{ && }", "a = \"b\"", "\n\t\r", std::string("a\0b", 3),
                                                "\xe2\x82\xac \xf0\x9f\x9b\x92", "\x7f\x01", "GET /a?b=c&&d", "-- ->", "\\u0041"};
        const auto text = [&] { return texts[rng() % texts.size()]; };
        const auto number = [&] { return static_cast<int64_t>(rng() % 5 == 0 ? 0 : rng() << (rng() % 16)); };
        for (int round = 0; round < 3000; ++round) {
            std::vector<ScopeTerm> terms;
            for (size_t n = rng() % 6; n > 0; --n) {
                switch (const auto kind = static_cast<K>(rng() % 14)) {
                case K::Error: terms.push_back(term(kind)); break;
                case K::Duration:
                case K::TraceDuration: terms.push_back(term(kind, {}, {}, number(), number())); break;
                case K::TraceTime:
                case K::Time: terms.push_back(term(kind, {}, {}, number() - kDay, kNow + number())); break;
                case K::Edge: terms.push_back(term(kind, text(), text())); break;
                default: terms.push_back(term(kind, text())); break;
                }
            }
            verifyRoundTrip(scopeOf(terms));
            if (QTest::currentTestFailed())
                return;
        }
        for (const int64_t at : {kMinTime, kMaxTime, int64_t(0), int64_t(-1)})
            verifyRoundTrip(scopeOf({term(K::Time, {}, {}, at, at)}));
        verifyRoundTrip(scopeOf({term(K::TraceDuration, {}, {}, kMaxDuration, kMaxDuration)}));
    }

    // A service may well be called "a -> b"; the text must not be read as another edge.
    void edgeOfNamesWithArrows() {
        verifyRoundTrip(scopeOf({term(K::Edge, "a -> b", "c")}));
        verifyRoundTrip(scopeOf({term(K::Edge, "a", "b -> c")}));
        verifyRoundTrip(scopeOf({term(K::Edge, "a\\", "\\b -> c")}));
    }

    void spacesAndOldNames() {
        traceql::ParseError error;
        const auto scope = Scope::parse(" {name=\"x\"\t&&\n traceDuration>=1.5s } ", error);
        QVERIFY(scope);
        QVERIFY(*scope == scopeOf({term(K::Name, "x"), term(K::TraceDuration, {}, {}, 1'500'000'000)}));
    }

    void parseErrors_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("position");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* text, int position, const char* words) {
            QTest::newRow(text) << QString::fromUtf8(text) << position << QString::fromUtf8(words);
        };
        row("{ aisle:error = true", 20, "} at the end");
        row("{ aisle:error = true } x", 23, "ends before this");
        row("{ foo = \"a\" }", 2, "no field foo");
        row("foo = \"a\"", 0, "no field foo");
        row("{ resource.service.name = a }", 26, "quotes");
        row("{ resource.service.name = \"a }", 26, "not closed");
        row("{ trace:duration = \"5s\" }", 19, "a duration such as");
        row("{ aisle:time = \"today\" }", 15, "two times");
        row("{ aisle:time = \"2026-03-14T09:00:00Z\" }", 15, "two times");
        row("{ aisle:edge = \"a\" }", 15, "caller -> callee");
        row("{ aisle:stage =~ \"a\" }", 17, "only = and != are understood");
        row("{ name = \"a\" } && ", 18, "begins with {");
        row("{ } | rate()", 6, "aisle query");
    }
    void parseErrors() {
        QFETCH(QString, text);
        QFETCH(int, position);
        QFETCH(QString, words);
        traceql::ParseError error;
        QVERIFY(!Scope::parse(text.toStdString(), error));
        QVERIFY2(QString::fromStdString(error.message).contains(words), error.message.c_str());
        QCOMPARE(static_cast<int>(error.position), position);
    }

    // Whatever can be asked is a scope: what is no list of terms is one term, and the others choose among its spans.
    void queriesAreTerms() {
        const auto parsed = [](const char* text) {
            traceql::ParseError error;
            auto scope = Scope::parse(text, error);
            if (!scope)
                qFatal("%s: %s", text, error.message.c_str());
            verifyRoundTrip(*scope);
            return *scope;
        };
        const auto query = [](const char* text) { return term(K::Query, text); };
        QVERIFY(parsed("{ status = error }") == scopeOf({query("{ span:status = error }")}));
        QVERIFY(parsed("status = error") == scopeOf({query("{ span:status = error }")}));
        QVERIFY(parsed("duration >= 5ms && duration <= 7ms && aisle:traceTime = \"2026-03-14T09:00:00Z/2026-03-14T10:00:00Z\"") ==
                scopeOf({term(K::Duration, {}, {}, 5'000'000, 7'000'000), term(K::TraceTime, {}, {}, 1'773'478'800'000'000'000, 1'773'482'400'000'000'000)}));
        QVERIFY(parsed("name = \"x\"") == scopeOf({term(K::Name, "x")}));
        QVERIFY(parsed("{ .a = 1 } >> { name = \"x\" }") == scopeOf({query("{ .a = 1 } >> { span:name = \"x\" }")}));
        QVERIFY(parsed("{ .a = 1 } | { name = \"x\" && aisle:error = true }") == scopeOf({query("{ .a = 1 }"), term(K::Name, "x"), term(K::Error)}));
        QVERIFY(parsed("{ .a = 1 } | count() > 2 | { name = \"x\" }") == scopeOf({query("{ .a = 1 } | count() > 2"), term(K::Name, "x")}));
        QVERIFY(parsed("{ } | by(name) | count() > 2") == scopeOf({query("{ } | by(span:name) | count() > 2")}));
        QVERIFY(parsed("{ name = \"x\" || aisle:error = true }") == scopeOf({query("{ span:name = \"x\" || aisle:error = true }")}));
        QVERIFY(parsed("{ name = \"x\" && name = \"y\" }") == scopeOf({query("{ span:name = \"x\" && span:name = \"y\" }")}));
        QVERIFY(parsed("{ resource.service.name != \"a\" }") == scopeOf({query("{ resource.service.name != \"a\" }")}));
        QVERIFY(parsed("cart") == scopeOf({term(K::Text, "cart")}));
        QVERIFY(parsed(" cart \"two words\" ") == scopeOf({term(K::Text, "cart"), term(K::Text, "two words")}));
        QVERIFY(parsed("").isEmpty());
        const Scope both = parsed("{ (.a = 1 || .b = 2) && .c = 3 }");
        QCOMPARE(both.toText(), std::string("{ (.a = 1 || .b = 2) && .c = 3 }"));
        // A query takes the place of the one there is, and goes like any other term.
        const Scope other = both.with(term(K::Service, "a")).with(query("{ .d = 4 }"));
        QCOMPARE(other.toText(), std::string("{ .d = 4 } | { resource.service.name = \"a\" }"));
        verifyRoundTrip(other);
        QVERIFY(other.without(1) == scopeOf({term(K::Service, "a")}));
        // Several of two kinds: one service and one name a span, and in each trace all of them.
        QCOMPARE(scopeOf({term(K::Service, "a"), term(K::Service, "b"), term(K::Name, "x"), term(K::Name, "y"), term(K::Error)}).toText(),
                 std::string("{ (resource.service.name = \"a\" || resource.service.name = \"b\") && (span:name = \"x\" || span:name = \"y\") && aisle:error = true } | "
                             "{ resource.service.name = \"a\" } && { resource.service.name = \"b\" } && { span:name = \"x\" } && { span:name = \"y\" }"));
    }

    void parsingNeverCrashes() {
        std::mt19937 rng(3);
        const std::string whole = scopeOf(oneOfEach()).toText();
        traceql::ParseError error;
        for (size_t i = 0; i <= whole.size(); ++i) {
            (void)Scope::parse(std::string_view(whole).substr(0, i), error);
            QVERIFY(error.position <= whole.size());
            std::string changed = whole;
            if (i < changed.size())
                changed[i] = static_cast<char>(rng());
            (void)Scope::parse(changed, error);
        }
        (void)Scope::parse(std::string(100'000, '{'), error);
    }

    void withAndWithout() {
        Scope scope = scopeOf({term(K::Service, "a"), term(K::Service, "b"), term(K::Service, "a")});
        QCOMPARE(scope.terms().size(), size_t(2));
        scope = scope.with(term(K::Time, {}, {}, 1, 2)).with(term(K::Time, {}, {}, 3, 4));
        QCOMPARE(scope.terms().size(), size_t(3));
        QCOMPARE(scope.terms()[2].from, 3);
        scope = scope.with(term(K::Stage, "Cart")).with(term(K::Dropped, "Payment"));
        QCOMPARE(scope.terms().size(), size_t(4));
        QVERIFY(scope.terms()[3].kind == K::Dropped);
        QVERIFY(scope == scopeOf({term(K::Dropped, "Payment"), term(K::Time, {}, {}, 3, 4), term(K::Service, "b"), term(K::Service, "a")}));
        QCOMPARE(scope.without(0).terms().size(), size_t(3));
        QVERIFY(!scope.without(0).contains(term(K::Service, "a")));
        QVERIFY(scope.without(99) == scope);
        QVERIFY(!(scope == scope.without(1)));
    }

    // Terms of one kind widen, of different kinds narrow; a trace must hold a match for every term.
    void facets() {
        test::TraceFixture f;
        const auto add = [&](uint64_t trace, SpanId id, const char* service, const char* name, bool error) {
            test::TraceFixture::Span s{id, 0, name, service, static_cast<int64_t>(trace * 100), 10, Kind::Server, error ? Status::Error : Status::Unset, 0, {0, trace}};
            f.add(s);
        };
        add(1, 1, "a", "x", false); // rows 0..
        add(1, 2, "b", "y", true);
        add(2, 1, "a", "x", true);
        add(3, 1, "b", "x", false);
        add(4, 1, "c", "z", true);
        const SpanTablePtr table = f.table();
        const auto rows = [&](const std::vector<ScopeTerm>& terms) {
            std::vector<Row> out;
            const ScopeResult r = evaluate(scopeOf(terms), {table});
            r.spans.forEach([&](Row row) { out.push_back(row); });
            if (r.spanCount != out.size() || r.traceCount != r.traces.count() || r.everything != terms.empty())
                qFatal("the counts are wrong");
            return out;
        };
        QCOMPARE(rows({}), (std::vector<Row>{0, 1, 2, 3, 4}));
        QCOMPARE(rows({term(K::Service, "a")}), (std::vector<Row>{0, 2}));
        QCOMPARE(rows({term(K::Service, "a"), term(K::Service, "b")}), (std::vector<Row>{0, 1})); // traces that touch both
        QCOMPARE(rows({term(K::Service, "a"), term(K::Error)}), (std::vector<Row>{2}));           // the same span is both
        QCOMPARE(rows({term(K::Name, "x"), term(K::Service, "b")}), (std::vector<Row>{3}));
        QCOMPARE(rows({term(K::Name, "x"), term(K::Name, "y")}), (std::vector<Row>{0, 1}));
        QCOMPARE(rows({term(K::Service, "a"), term(K::Service, "c")}), (std::vector<Row>{}));
        QCOMPARE(rows({term(K::Time, {}, {}, 100, 300)}), (std::vector<Row>{0, 1, 2})); // from inclusive, to exclusive
        QCOMPARE(rows({term(K::Text, "A")}), (std::vector<Row>{0, 2}));
        QCOMPARE(rows({term(K::File, "test.json")}), (std::vector<Row>{0, 1, 2, 3, 4}));
        QCOMPARE(rows({term(K::Trace, "0000000000000002")}), (std::vector<Row>{2}));
    }

    // A second "Filter to this trace" (or case, or file) was always empty: every trace had to be both.
    void severalTracesAreAnyOfThem() {
        test::TraceFixture f;
        const auto add = [&](uint64_t trace, SpanId id, const char* service) {
            f.add({id, 0, "x", service, static_cast<int64_t>(trace * 100), 10, Kind::Server, Status::Unset, 0, {0, trace}});
        };
        add(1, 1, "a"); // rows 0..
        add(1, 2, "b");
        add(2, 1, "a");
        add(3, 1, "b");
        const SpanTablePtr table = f.table();
        const auto rows = [&](const std::vector<ScopeTerm>& terms) {
            std::vector<Row> out;
            evaluate(scopeOf(terms), {table}).spans.forEach([&](Row row) { out.push_back(row); });
            return out;
        };
        const ScopeTerm one = term(K::Trace, "0000000000000001"), two = term(K::Trace, "0000000000000002");
        QCOMPARE(rows({one, two}), (std::vector<Row>{0, 1, 2}));
        QCOMPARE(rows({one, two, term(K::Service, "a")}), (std::vector<Row>{0, 2}));
        QCOMPARE(rows({one, two, term(K::Service, "a"), term(K::Service, "b")}), (std::vector<Row>{0, 1})); // both in one of them
        QCOMPARE(rows({term(K::File, "test.json"), term(K::File, "other.json")}), (std::vector<Row>{0, 1, 2, 3}));
        verifyRoundTrip(scopeOf({one, two, term(K::Case, "a"), term(K::Case, "b"), term(K::File, "a"), term(K::File, "b"), term(K::Error)}));
    }

    // Chips said a range in another zone than the rest of the window, without naming it, and "09:00:00 - 09:00:00" for
    // half a second.
    void timesInWords() {
        constexpr int64_t kAt = 1'773'478'800'000'000'000; // 2026-03-14 09:00:00 UTC
        const auto words = [&](int64_t length) { return term(K::Time, {}, {}, kAt, kAt + length).toWords({true}); };
        QCOMPARE(words(600'000'000'000), std::string("09:00:00 \xe2\x80\x93 09:10:00 UTC"));
        QCOMPARE(words(500'000'000), std::string("09:00:00.000 \xe2\x80\x93 09:00:00.500 UTC"));
        QCOMPARE(words(1'500'000), std::string("09:00:00.000000 \xe2\x80\x93 09:00:00.001500 UTC"));
        QCOMPARE(words(20), std::string("09:00:00.000000000 \xe2\x80\x93 09:00:00.000000020 UTC"));
        QVERIFY(!term(K::Time, {}, {}, INT64_MIN, INT64_MAX).toWords({true}).empty());
        QCOMPARE(words(kDay), std::string("2026-03-14 09:00:00 \xe2\x80\x93 2026-03-15 09:00:00 UTC"));
    }

    void problemsInWords() {
        test::TraceFixture f;
        f.add(1, 0, 0, 10);
        const SpanTablePtr table = f.table();
        for (const ScopeTerm& t : {term(K::Service, "nobody"), term(K::File, "nothing"), term(K::Trace, "00ff"), term(K::Edge, "a", "b"), term(K::Case, "c"),
                                   term(K::Stage, "s"), term(K::Dropped, "s")}) {
            const ScopeResult r = evaluate(scopeOf({t}), {table});
            QCOMPARE(r.spanCount, uint64_t(0));
            QCOMPARE(r.traceCount, uint64_t(0));
            QCOMPARE(r.problems.size(), size_t(1));
        }
        QVERIFY(evaluate(scopeOf({term(K::Service, "shop")}), {table}).problems.empty());
        QCOMPARE(evaluate(scopeOf(oneOfEach()), {SpanTableBuilder().snapshot()}).spanCount, uint64_t(0));
    }

    void evaluationAgainstReference() {
        std::mt19937 rng(29);
        const auto pick = [&](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
        const auto letter = [&](char first, int n) { return std::string(1, static_cast<char>(first + pick(n))); };
        for (int round = 0; round < 300; ++round) {
            test::TraceFixture f;
            const int n = 1 + pick(60);
            for (int i = 0; i < n; ++i) {
                test::TraceFixture::Span s;
                s.trace = {0, static_cast<uint64_t>(1 + pick(8))};
                s.id = static_cast<SpanId>(i + 1 - (pick(6) == 0 ? 1 : 0)); // some are copies
                s.parent = static_cast<SpanId>(pick(n));
                s.service = letter('a', 3);
                s.name = letter('x', 3);
                s.start = pick(100);
                s.duration = pick(50);
                s.status = static_cast<Status>(pick(3));
                f.add(s);
            }
            const SpanTablePtr table = f.table();
            std::vector<ScopeTerm> terms;
            for (int k = pick(5); k > 0; --k) {
                const std::vector<ScopeTerm> all = {term(K::Service, letter('a', 4)), term(K::Name, letter('x', 4)), term(K::Error),
                                                    term(K::TraceDuration, {}, {}, pick(3) == 0 ? 0 : pick(80), pick(3) == 0 ? 0 : pick(120)),
                                                    term(K::Time, {}, {}, pick(50), 50 + pick(60)), term(K::Text, letter('a', 26)),
                                                    term(K::Trace, "000" + std::to_string(pick(9))), term(K::File, "test.json")};
                terms.push_back(all[rng() % all.size()]);
            }
            const Scope scope = scopeOf(terms);
            const auto matches = [&](const ScopeTerm& t, Row r) {
                const TraceSummary& s = table->summary(table->trace(r));
                switch (t.kind) {
                case K::Service: return table->serviceText(r) == t.text;
                case K::Name: return table->nameText(r) == t.text;
                case K::Error: return table->status(r) == Status::Error;
                case K::TraceDuration: return (t.from == 0 || s.duration >= t.from) && (t.to == 0 || s.duration <= t.to);
                case K::Time: return table->start(r) >= t.from && table->start(r) < t.to;
                case K::Text: return table->nameText(r).find(t.text) != std::string::npos || table->serviceText(r).find(t.text) != std::string::npos;
                case K::Trace: return toHex(table->traceId(table->trace(r))).substr(12) == t.text;
                default: return true;
                }
            };
            const auto spanMatches = [&](Row r) { // some term of every kind
                std::set<K> wanted, got;
                for (const ScopeTerm& t : scope.terms()) {
                    wanted.insert(t.kind);
                    if (matches(t, r))
                        got.insert(t.kind);
                }
                return wanted == got;
            };
            std::vector<Row> expected;
            std::set<TraceIndex> traces;
            for (Row r = 0; r < static_cast<Row>(n); ++r) {
                if (table->isHidden(r) || !spanMatches(r))
                    continue;
                bool all = true; // every term has a match among the matching spans of the trace; a trace term has by itself
                for (const ScopeTerm& t : scope.terms()) {
                    bool any = t.kind == K::Trace || t.kind == K::Case || t.kind == K::File;
                    for (const Row other : table->rowsOf(table->trace(r)))
                        any |= !table->isHidden(other) && spanMatches(other) && matches(t, other);
                    all &= any;
                }
                if (all) {
                    expected.push_back(r);
                    traces.insert(table->trace(r));
                }
            }
            const ScopeResult result = evaluate(scope, {table});
            std::vector<Row> got;
            result.spans.forEach([&](Row r) { got.push_back(r); });
            QVERIFY2(got == expected, scope.toText().c_str());
            QCOMPARE(result.spanCount, uint64_t(expected.size()));
            QCOMPARE(result.traceCount, uint64_t(traces.size()));
            for (TraceIndex t = 0; t < table->traceSlots(); ++t)
                QCOMPARE(result.traces[t], traces.contains(t));
        }
    }

    void stopping() {
        test::TraceFixture f;
        for (SpanId i = 1; i < 70'000; ++i)
            f.add(i, 0, 0, 1);
        const SpanTablePtr table = f.table();
        StopToken stop;
        stop.stop();
        QVERIFY_EXCEPTION_THROWN((void)evaluate(scopeOf({term(K::Error)}), {table}, stop), Stopped);
    }

    void unchangedSelectionSignalsNothing() {
        SelectionModel model;
        QSignalSpy scope(&model, &SelectionModel::scopeChanged), focus(&model, &SelectionModel::focusChanged), history(&model, &SelectionModel::historyChanged);
        model.setScope({});
        model.setFocus({});
        QCOMPARE(scope.count() + focus.count() + history.count(), 0);
        model.addTerm(term(K::Service, "a"));
        QCOMPARE(scope.count(), 1);
        QCOMPARE(focus.count(), 0);
        model.addTerm(term(K::Service, "a"));
        model.setScope(scopeOf({term(K::Service, "a")}));
        model.removeTerm(7);
        QCOMPARE(scope.count(), 1);
        model.setFocus(Focus::onService("a"));
        model.setFocus(Focus::onService("a"));
        QCOMPARE(focus.count(), 1);
        QCOMPARE(scope.count(), 1);
        model.addTerm(term(K::Error)); // the same terms in another order are the same scope
        model.setScope(scopeOf({term(K::Error), term(K::Service, "a")}));
        QCOMPARE(scope.count(), 2);
    }

    void backAndForward() {
        SelectionModel model;
        QVERIFY(!model.canGoBack() && !model.canGoForward());
        model.goBack();
        model.goForward();
        model.addTerm(term(K::Service, "a"));
        model.setFocus(Focus::onStage("Cart"));
        model.addTerm(term(K::Error));
        const Selection last = model.selection();
        model.goBack();
        QVERIFY(model.scope() == scopeOf({term(K::Service, "a")}));
        QVERIFY(model.focus() == Focus::onStage("Cart"));
        model.goBack();
        QVERIFY(model.focus().kind == Focus::Kind::None);
        model.goBack();
        QVERIFY(model.selection() == Selection{});
        QVERIFY(!model.canGoBack());
        model.goForward();
        model.goForward();
        model.goForward();
        QVERIFY(model.selection() == last);
        QVERIFY(!model.canGoForward());
        model.goBack();
        model.setFocus(Focus::onCase("c")); // a new way: what was ahead is gone
        QVERIFY(!model.canGoForward());
        model.clear();
        QVERIFY(model.selection() == Selection{} && !model.canGoBack());
    }

    void liveChangesAreOneStep() {
        SelectionModel model;
        model.addTerm(term(K::Service, "a"));
        for (int i = 1; i <= 50; ++i)
            model.setScopeLive(model.scope().with(term(K::Time, {}, {}, i, 100)));
        QCOMPARE(model.scope().terms()[1].from, 50);
        model.goBack();
        QVERIFY(model.scope() == scopeOf({term(K::Service, "a")}));
        model.goForward();
        QCOMPARE(model.scope().terms()[1].from, 50);
        // Released, then brushed again: a second step.
        model.setScope(model.scope());
        model.setScopeLive(model.scope().with(term(K::Time, {}, {}, 60, 100)));
        model.setScopeLive(model.scope().with(term(K::Time, {}, {}, 61, 100)));
        model.goBack();
        QCOMPARE(model.scope().terms()[1].from, 50);
    }

    void historyIsBounded() {
        SelectionModel model;
        for (int i = 0; i < 1000; ++i)
            model.setFocus(Focus::onService(std::to_string(i)));
        int steps = 0;
        for (; model.canGoBack(); ++steps)
            model.goBack();
        QCOMPARE(steps, 200);
    }

    void focusSurvivesAnotherTable() {
        test::TraceFixture f;
        f.add(7, 0, 0, 10);
        f.add(8, 7, 0, 5);
        const SpanTablePtr one = f.table();
        test::TraceFixture g;
        g.add({5, 0, "op", "shop", 0, 1, Kind::Internal, Status::Unset, 0, {0, 99}});
        g.add(8, 7, 0, 5);
        const SpanTablePtr other = g.table();
        const Focus focus = Focus::onSpan(*one, 1);
        QCOMPARE(focus.rowIn(*one), 1U);
        QCOMPARE(focus.rowIn(*other), 1U);
        QVERIFY(Focus::onSpan(*one, 0).rowIn(*other) == kNoRow);
        QVERIFY(Focus::onTrace({0, 1}).traceIn(*other) == TraceIndex(1));
        QVERIFY(!Focus::onTrace({0, 2}).traceIn(*other));
        QCOMPARE(focus.toWords(one.get()), std::string("shop op"));
    }
};

QTEST_GUILESS_MAIN(TestScope)
#include "tst_scope.moc"
