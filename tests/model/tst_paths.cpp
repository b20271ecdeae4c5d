// Paths of cases: hand-worked maps and variants, counted again one by one on random ones.

#include "paths/follow_graph.h"
#include "paths/paths_table.h"
#include "paths/variants.h"
#include "shop_fixture.h"

#include <QTest>

#include <cmath>
#include <map>
#include <queue>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

using Follows = DirectlyFollows;

struct Kase {
    std::string events; ///< "A0-1 B3-4": an A from second 0 to 1, a B from 3 to 4; "C5-": one that never ended
    bool isOpen = false, isConverted = false;
};

constexpr size_t kLetters = 8;

CaseLog logOf(const std::vector<Kase>& cases) {
    CaseLog log;
    for (size_t a = 0; a < kLetters; ++a)
        log.activities.emplace_back(1, static_cast<char>('A' + a));
    log.conditions.resize(kLetters);
    log.first.push_back(0);
    for (const Kase& kase : cases) {
        std::istringstream words(kase.events);
        for (std::string word; words >> word;) {
            const size_t dash = word.find('-');
            log.activity.push_back(static_cast<uint32_t>(word[0] - 'A'));
            log.row.push_back(static_cast<Row>(log.row.size()));
            log.start.push_back(std::stoll(word.substr(1, dash - 1)) * kSecond);
            log.end.push_back(dash + 1 == word.size() ? CaseLog::kNoEnd : std::stoll(word.substr(dash + 1)) * kSecond);
        }
        log.first.push_back(static_cast<uint32_t>(log.activity.size()));
        log.isOpen.push_back(kase.isOpen);
        log.isConverted.push_back(kase.isConverted);
    }
    return log;
}

std::vector<bool> all(const CaseLog& log) { return std::vector<bool>(log.cases(), true); }

/// "A->B 2 3 1s 2s 1.5s": cases, times, p50, p90 and mean of the wait.
std::string edgeText(const CaseLog& log, const Follows& graph, const Follows::Edge& e) {
    std::string out = followName(log, graph, e.from) + "->" + followName(log, graph, e.to) + " " + std::to_string(e.cases) + " " + std::to_string(e.times);
    if (e.timed > 0)
        for (const int64_t wait : {e.p50, e.p90, e.mean})
            out += " " + formatDurationLiteral(wait);
    return out;
}
std::vector<std::string> edgeTexts(const CaseLog& log, const Follows& graph) {
    std::vector<std::string> out;
    for (const Follows::Edge& e : graph.edges)
        out.push_back(edgeText(log, graph, e));
    std::sort(out.begin(), out.end());
    return out;
}
std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::vector<std::string> variantTexts(const CaseLog& log, const Variants& found) {
    std::vector<std::string> out;
    for (const Variants::Variant& v : found.variants)
        out.push_back(std::to_string(v.cases) + ": " + variantText(log, v));
    return out;
}

std::vector<Kase> shopping() {
    return {{"A0-1 B3-4 C9-10", false, true},
            {"A0-1 B2-3 B5-6 C6-7", false, true}, // a loop
            {"A0-1 C4-5", false, true},
            {"A0-1 B2-4", false, false},           // an exit
            {"A0-1 B7-9 A10-11", true, false},     // open
            {"", false, false}};
}

CaseLog randomLog(std::mt19937& random, size_t cases, size_t letters, size_t longest) {
    const auto upTo = [&](size_t n) { return random() % (n + 1); };
    std::vector<Kase> out;
    for (size_t c = 0; c < cases; ++c) {
        Kase& kase = out.emplace_back();
        kase.isOpen = upTo(3) == 0;
        kase.isConverted = upTo(2) == 0;
        size_t at = 0;
        for (size_t i = upTo(longest); i > 0; --i) {
            at += upTo(4);
            // Rare letters, so that there is something to leave out; events overlap, and some never end.
            kase.events += static_cast<char>('A' + std::min(upTo(letters - 1), upTo(letters - 1)));
            kase.events += std::to_string(at) + "-" + (upTo(9) == 0 ? std::string() : std::to_string(at + upTo(5))) + " ";
        }
    }
    return logOf(out);
}

int64_t nearestRank(std::vector<int64_t> values, size_t percent) {
    std::sort(values.begin(), values.end());
    return values[(values.size() * percent + 99) / 100 - 1];
}

/// How many cases the weakest edge of the strongest way has, from the start to a node or from there to the end: the largest width that
/// still connects them.
uint64_t strongest(const Follows& graph, uint32_t node, bool fromStart) {
    std::set<uint64_t> widths;
    for (const Follows::Edge& e : graph.edges)
        widths.insert(e.cases);
    for (auto width = widths.rbegin(); width != widths.rend(); ++width) {
        std::set<uint32_t> reached = {node};
        for (size_t before = 0; before != reached.size();) {
            before = reached.size();
            for (const Follows::Edge& e : graph.edges)
                if (e.cases >= *width && reached.contains(fromStart ? e.to : e.from))
                    reached.insert(fromStart ? e.from : e.to);
        }
        if (fromStart ? reached.contains(Follows::kStart) : reached.contains(Follows::kEnd) || reached.contains(Follows::kOpen))
            return *width;
    }
    return 0;
}

} // namespace

class TestPaths : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void graphByHand() {
        const CaseLog log = logOf(shopping());
        const Follows graph = followGraph(log, all(log));
        QCOMPARE(edgeTexts(log, graph), sorted({"(start)->A 5 5", "A->B 4 4 1s 6s 2500ms", "A->C 1 1 3s 3s 3s", "B->B 1 1 2s 2s 2s", "B->C 2 2 0s 5s 2500ms", "B->A 1 1 1s 1s 1s",
                                                "C->(end) 3 3", "B->(end) 1 1", "A->(still open) 1 1"}));
        QCOMPARE(graph.cases, 6U);
        QCOMPARE(graph.emptyCases, 1U);
        QCOMPARE(graph.openCases, 1U);
        QCOMPARE(graph.nodes.size(), 3U);
        const Follows::Node& a = graph.nodes[0]; // 6 events, B 5, C 3
        QCOMPARE(log.activities[a.activity], std::string("A"));
        QCOMPARE(a.cases, 5U);
        QCOMPARE(a.events, 6U);
        QCOMPARE(a.begins, 5U);
        QCOMPARE(a.ends, 0U);
        QCOMPARE(a.open, 1U);
        QCOMPARE(a.reworked, 1U);
        const Follows::Node& b = graph.nodes[1];
        QCOMPARE(b.events, 5U);
        QCOMPARE(b.reworked, 1U);
        QCOMPARE(b.ends, 1U);
        QCOMPARE(b.p50, kSecond); // 1, 1, 1, 2, 2 s
        QCOMPARE(b.p90, 2 * kSecond);
        QVERIFY(leftOutSentence(graph).empty());
        // Of a scope only the cases in it.
        const Follows one = followGraph(log, {false, false, true, false, false, false});
        QCOMPARE(edgeTexts(log, one), sorted({"(start)->A 1 1", "A->C 1 1 3s 3s 3s", "C->(end) 1 1"}));
    }

    void waits() {
        // Overlap is no wait; after what never ended nobody knows, but from its start.
        const CaseLog log = logOf({{"A0-5 B2-3"}, {"A0- B4-5"}});
        const Follows graph = followGraph(log, all(log));
        const Follows::Edge* edge = graph.find(graph.nodeOf[0], graph.nodeOf[1]);
        QVERIFY(edge != nullptr);
        QCOMPARE(edge->times, 2U);
        QCOMPARE(edge->timed, 1U);
        QCOMPARE(edge->p90, 0);
        QCOMPARE(graph.nodes[graph.nodeOf[0]].timed, 1U);
        const Follows fromStart = followGraph(log, all(log), {1, 1, true});
        QCOMPARE(fromStart.find(graph.nodeOf[0], graph.nodeOf[1])->timed, 2U);
        QCOMPARE(fromStart.find(graph.nodeOf[0], graph.nodeOf[1])->p90, 4 * kSecond);
    }

    void farTimes() {
        // Clocks of strangers: a wait that no number holds is the longest one there is.
        CaseLog log = logOf({{"A0-1 B2-3"}});
        log.start[0] = log.end[0] = std::numeric_limits<int64_t>::min() + 1;
        log.start[1] = log.end[1] = std::numeric_limits<int64_t>::max();
        const Follows graph = followGraph(log, all(log));
        QCOMPARE(graph.find(0, 1)->mean, std::numeric_limits<int64_t>::max());
        QCOMPARE(log.duration(0), std::numeric_limits<int64_t>::max());
    }

    void projection() {
        // 6 A, 5 B, 3 C: of three activities two stay, and A is followed by A where B and C were.
        const CaseLog log = logOf({{"A0-1 B2-3 C4-5 A9-10"}, {"A0-1 B1-2 A2-3 B3-4"}, {"C0-1"}, {"A0-1 B1-2 C3-4"}, {"A0-1 B1-2", true}});
        const Follows two = followGraph(log, all(log), {0.5, 1, false});
        QCOMPARE(edgeTexts(log, two), sorted({"(start)->A 4 4", "A->B 4 5 0s 1s 200ms", "B->A 2 2 0s 6s 3s", "A->(end) 1 1", "B->(end) 2 2", "B->(still open) 1 1"}));
        QCOMPARE(two.emptyCases, 1U);
        QCOMPARE(two.leftOut.size(), size_t(1));
        QCOMPARE(two.eventsLeftOut, 3U);
        QCOMPARE(leftOutSentence(two), std::string("1 activity with 3 events is left out by the detail."));
        const Follows one = followGraph(log, all(log), {0, 1, false});
        QCOMPARE(edgeTexts(log, one), sorted({"(start)->A 4 4", "A->A 2 2 1s 8s 4500ms", "A->(end) 3 3", "A->(still open) 1 1"}));
        const Follows a = followGraph(log, all(log), {0.34, 1, false}); // ceil(1.02)
        QCOMPARE(a.nodes.size(), 2U);
    }

    void detailOfPaths() {
        // The way to D and back is rare; each node stays reachable, the shortcut does not.
        const CaseLog log = logOf({{"A0-1 B1-2"}, {"A0-1 B1-2"}, {"A0-1 B1-2"}, {"A0-1 D1-2 B2-3"}, {"A0-1 D1-2 B2-3"}, {"B0-1"}, {"A0-1 D1-2"}});
        const Follows graph = followGraph(log, all(log), {1, 0, false});
        QCOMPARE(edgeTexts(log, graph), sorted({"(start)->A 6 6", "A->B 3 3 0s 0s 0s", "A->D 3 3 0s 0s 0s", "D->B 2 2 0s 0s 0s", "B->(end) 6 6"}));
        QCOMPARE(graph.edgesLeftOut, 2U);
        QCOMPARE(graph.timesLeftOut, 2U);
        QCOMPARE(leftOutSentence(graph), std::string("2 edges, that happened 2 times, are left out by the detail."));
        QVERIFY(graph.find(Follows::kStart, graph.nodeOf[1]) == nullptr);
    }

    // Of no number the share was the whole of memory.
    void detailThatIsNoNumber() {
        const CaseLog log = logOf(shopping());
        const double none = std::numeric_limits<double>::quiet_NaN();
        const Follows found = followGraph(log, all(log), {none, none, false}), least = followGraph(log, all(log), {0, 0, false});
        QCOMPARE(edgeTexts(log, found), edgeTexts(log, least));
        QCOMPARE(found.nodes.size(), size_t(1));
    }

    void variantsByHand() {
        const CaseLog log = logOf({{"A0-1 B1-2", false, true}, {"A0-1 B1-6"}, {"B0-1"}, {"A0-1 A1-2 A2-3 B3-4", true}, {"A0-1 B1-4"}, {"A0-1"}, {""}, {"A0-1 A1-2 B2-3"}});
        const Variants found = variants(log, all(log));
        QCOMPARE(variantTexts(log, found), (std::vector<std::string>{"3: A → B", "1: A", "1: A x3 → B", "1: A x2 → B", "1: B"}));
        QCOMPARE(found.cases, 8U);
        QCOMPARE(found.emptyCases, 1U);
        const Variants::Variant& first = found.variants[0];
        QCOMPARE(first.share, 3.0 / 7);
        QCOMPARE(found.variants[1].cumulative, 4.0 / 7);
        QCOMPARE(found.variants.back().cumulative, 1.0);
        QCOMPARE(first.converted, 1U);
        QCOMPARE(first.open, 0U);
        QCOMPARE(first.p50, 4 * kSecond); // 2, 4, 6 s
        QCOMPARE(first.p90, 6 * kSecond);
        QCOMPARE(first.examples, (std::vector<CaseNumber>{0, 1, 4}));
        QCOMPARE(casesOfVariant(found, 0), (std::vector<CaseNumber>{0, 1, 4}));
        QCOMPARE(found.ofCase[6], Variants::kNone);

        const Variants folded = variants(log, all(log), true);
        QCOMPARE(variantTexts(log, folded), (std::vector<std::string>{"5: A x1-3 → B", "1: A", "1: B"}));
        QCOMPARE(folded.variants[0].open, 1U);

        // Of kept activities: B alone, and the case of A alone has none.
        const std::vector<bool> kept = {false, true, true, true, true, true, true, true};
        const Variants of = variants(log, all(log), false, &kept);
        QCOMPARE(variantTexts(log, of), (std::vector<std::string>{"6: B"}));
        QCOMPARE(of.emptyCases, 2U);
    }

    // Ways that began and ended alike looked the same where there was no room for their middle.
    void variantsByWhatDiffers() {
        const std::string usual = "A0-0 B1-1 C2-2 D3-3 E4-4";
        const CaseLog log = logOf({{usual}, {usual}, {"A0-0 B1-1 C2-2 C3-3 D4-4 E5-5"}, {"A0-0 B1-1 D2-2 E3-3"}, {"A0-0 B1-1 C2-2"}, {"F0-0 A1-1 B2-2 C3-3 D4-4 E5-5"}, {"A0-0 F1-1 G2-2 H3-3 E4-4"}, {"H0-0"}});
        const Variants found = variants(log, all(log));
        const auto told = [&](CaseNumber c, size_t around) { return variantDifference(log, found.variants[found.ofCase[c]], found.variants.front(), around); };
        const auto expect = [&](CaseNumber c, const std::vector<std::string>& texts) {
            for (size_t around = 0; around < texts.size(); ++around)
                QVERIFY2(told(c, around) == texts[around], (std::to_string(c) + " " + std::to_string(around) + " " + told(c, around)).c_str());
            QCOMPARE(told(c, 100), variantText(log, found.variants[found.ofCase[c]]));
        };
        QCOMPARE(found.ofCase[0], 0U);
        expect(0, {"A → … → E", "A → B → … → D → E"});
        expect(2, {"… → C x2 → …", "… → B → C x2 → D → …", "A → B → C x2 → D → E"});
        expect(3, {"… → B → D → …", "… → B → D → …", "A → B → D → E"});
        expect(4, {"… → C", "… → C", "… → B → C"});
        expect(5, {"F → …", "F → A → …"});
        expect(6, {"… → F → G → H → …"});
        expect(7, {"H"});
    }

    void longCases() {
        std::string many, folded;
        for (size_t i = 0; i < Variants::kMostSteps; ++i) {
            many += (i % 2 == 0 ? "A" : "B") + std::to_string(i) + "-" + std::to_string(i) + " ";
            folded += "A" + std::to_string(i) + "-" + std::to_string(i) + " ";
        }
        const CaseLog log = logOf({{many}, {many + "A900-900"}, {many + "C900-900 D901-901"}, {folded + "A900-900"}, {many + "B900-901"}});
        const Variants found = variants(log, all(log));
        QCOMPARE(found.cutCases, 4U);
        QCOMPARE(found.variants.size(), 3U); // as long as is compared; longer; only A, longer
        QCOMPARE(found.variants[0].cases, 3U);
        QVERIFY(found.variants[0].isCut);
        QVERIFY(variantText(log, found.variants[0]).ends_with(" → ..."));
        const Variants runs = variants(log, all(log), true);
        QCOMPARE(runs.cutCases, 2U); // a repeat of the last one is no further step
        QCOMPARE(variantText(log, runs.variants.back()), std::string("A x201"));
    }

    void randomLogs() {
        for (unsigned seed = 0; seed < 150; ++seed) {
            std::mt19937 random(seed);
            const CaseLog log = randomLog(random, 1 + random() % 40, 2 + random() % (kLetters - 1), 12);
            std::vector<bool> only(log.cases());
            for (size_t c = 0; c < only.size(); ++c)
                only[c] = random() % 5 != 0;
            const FollowDetail detail{seed % 3 == 0 ? 1.0 : static_cast<double>(random() % 101) / 100, seed % 2 == 0 ? 1.0 : static_cast<double>(random() % 101) / 100, random() % 2 == 0};
            const Follows graph = followGraph(log, only, detail);
            const Follows whole = followGraph(log, only, {detail.activities, 1, detail.fromStart});

            // Which are kept: one by one, by comparing with each other one.
            std::vector<uint64_t> events(kLetters, 0);
            for (CaseNumber c = 0; c < log.cases(); ++c)
                for (uint32_t i = log.first[c]; only[c] && i < log.first[c + 1]; ++i)
                    ++events[log.activity[i]];
            const auto occurring = static_cast<size_t>(std::count_if(events.begin(), events.end(), [](uint64_t n) { return n > 0; }));
            const auto wanted = std::max<size_t>(1, static_cast<size_t>(std::ceil(detail.activities * static_cast<double>(occurring) - 1e-6)));
            for (size_t a = 0; a < kLetters; ++a) {
                size_t ahead = 0;
                for (size_t b = 0; b < kLetters; ++b)
                    ahead += events[b] > events[a] || (events[b] == events[a] && b < a);
                QCOMPARE(bool(graph.kept[a]), events[a] > 0 && ahead < wanted);
            }

            // Counts, by strings.
            std::map<std::string, std::set<CaseNumber>> cases;
            std::map<std::string, uint64_t> times;
            std::map<std::string, std::vector<int64_t>> waits;
            std::map<std::string, std::set<CaseNumber>> sequences, runs;
            uint64_t empty = 0;
            for (CaseNumber c = 0; c < log.cases(); ++c) {
                if (!only[c])
                    continue;
                std::string letters;
                std::vector<uint32_t> at;
                for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i)
                    if (graph.kept[log.activity[i]]) {
                        letters += log.activities[log.activity[i]];
                        at.push_back(i);
                    }
                empty += letters.empty();
                if (letters.empty())
                    continue;
                const std::string way = "^" + letters + (log.isOpen[c] ? "?" : "$");
                for (size_t i = 0; i + 1 < way.size(); ++i) {
                    const std::string step = way.substr(i, 2);
                    cases[step].insert(c);
                    ++times[step];
                    if (i > 0 && i < letters.size()) {
                        const int64_t from = detail.fromStart ? log.start[at[i - 1]] : log.end[at[i - 1]];
                        if (from != CaseLog::kNoEnd)
                            waits[step].push_back(std::max<int64_t>(0, log.start[at[i]] - from));
                    }
                }
                sequences[letters].insert(c);
                std::string run = letters;
                run.erase(std::unique(run.begin(), run.end()), run.end());
                runs[run].insert(c);
            }
            const auto letter = [&](uint32_t node) {
                return node == Follows::kStart ? "^" : node == Follows::kEnd ? "$" : node == Follows::kOpen ? "?" : log.activities[graph.nodes[node].activity];
            };
            QCOMPARE(whole.edges.size(), times.size());
            QCOMPARE(whole.emptyCases, empty);
            QCOMPARE(graph.edges.size() + graph.edgesLeftOut, times.size());
            uint64_t happened = graph.timesLeftOut, allTimes = 0;
            for (const auto& [step, n] : times)
                allTimes += n;
            for (const Follows::Edge& e : graph.edges) {
                const std::string step = letter(e.from) + letter(e.to);
                happened += e.times;
                QCOMPARE(e.times, times[step]);
                QCOMPARE(e.cases, cases[step].size());
                QCOMPARE(e.timed, waits[step].size());
                if (e.timed > 0) {
                    QCOMPARE(e.p50, nearestRank(waits[step], 50));
                    QCOMPARE(e.p90, nearestRank(waits[step], 90));
                    QCOMPARE(e.mean, std::accumulate(waits[step].begin(), waits[step].end(), int64_t(0)) / static_cast<int64_t>(e.timed));
                }
                QCOMPARE(casesOfEdge(log, only, graph, e.from, e.to), (std::vector<CaseNumber>(cases[step].begin(), cases[step].end())));
            }
            QCOMPARE(happened, allTimes);

            // What flows in flows out.
            std::map<uint32_t, uint64_t> in, out;
            for (const Follows::Edge& e : whole.edges) {
                out[e.from] += e.times;
                in[e.to] += e.times;
            }
            for (uint32_t n = 0; n < whole.nodes.size(); ++n) {
                const Follows::Node& node = whole.nodes[n];
                QCOMPARE(in[n], node.events);
                QCOMPARE(out[n], node.events);
                const Follows::Edge* begins = whole.find(Follows::kStart, n);
                const Follows::Edge* ends = whole.find(n, Follows::kEnd);
                const Follows::Edge* open = whole.find(n, Follows::kOpen);
                QCOMPARE(node.begins, begins == nullptr ? 0 : begins->cases);
                QCOMPARE(node.ends, ends == nullptr ? 0 : ends->cases);
                QCOMPARE(node.open, open == nullptr ? 0 : open->cases);
                QCOMPARE(casesOfNode(log, only, whole, n).size(), node.cases);
                uint64_t again = 0;
                for (const auto& [text, of] : sequences)
                    again += std::count(text.begin(), text.end(), log.activities[node.activity][0]) > 1 ? of.size() : 0;
                QCOMPARE(node.reworked, again);
                // Ways are as strong as with all edges.
                QCOMPARE(strongest(graph, n, true), strongest(whole, n, true));
                QCOMPARE(strongest(graph, n, false), strongest(whole, n, false));
            }
            std::map<uint32_t, std::set<CaseNumber>> round; // the ends of cases, by those of their edges
            for (const Follows::Edge& e : whole.edges) {
                const auto of = casesOfEdge(log, only, whole, e.from, e.to);
                for (const uint32_t end : {e.from, e.to})
                    if (end >= whole.nodes.size())
                        round[end].insert(of.begin(), of.end());
            }
            for (const uint32_t end : {Follows::kStart, Follows::kEnd, Follows::kOpen})
                QCOMPARE(casesOfNode(log, only, graph, end), (std::vector<CaseNumber>(round[end].begin(), round[end].end())));
            QCOMPARE(round[Follows::kOpen].size(), whole.openCases);
            QCOMPARE(out[Follows::kStart], whole.cases - whole.emptyCases);
            QCOMPARE(in[Follows::kEnd] + in[Follows::kOpen], whole.cases - whole.emptyCases);

            for (const bool fold : {false, true}) {
                const Variants found = variants(log, only, fold, &graph.kept);
                const auto& reference = fold ? runs : sequences;
                QCOMPARE(found.variants.size(), reference.size());
                uint64_t sum = found.emptyCases;
                std::set<std::vector<CaseNumber>> groups;
                for (uint32_t v = 0; v < found.variants.size(); ++v) {
                    const Variants::Variant& variant = found.variants[v];
                    std::string text;
                    for (const Variants::Step& step : variant.steps)
                        text += std::string(fold ? 1 : step.most, log.activities[step.activity][0]);
                    QVERIFY(reference.contains(text));
                    const auto& of = reference.at(text);
                    QCOMPARE(casesOfVariant(found, v), (std::vector<CaseNumber>(of.begin(), of.end())));
                    QCOMPARE(variant.cases, of.size());
                    sum += variant.cases;
                    std::vector<int64_t> durations;
                    for (const CaseNumber c : of)
                        durations.push_back(log.duration(c));
                    QCOMPARE(variant.p50, nearestRank(durations, 50));
                    QCOMPARE(variant.open, static_cast<uint64_t>(std::count_if(of.begin(), of.end(), [&](CaseNumber c) { return log.isOpen[c]; })));
                    QCOMPARE(variant.converted, static_cast<uint64_t>(std::count_if(of.begin(), of.end(), [&](CaseNumber c) { return log.isConverted[c]; })));
                    if (v > 0)
                        QVERIFY(found.variants[v - 1].cases >= variant.cases);
                }
                QCOMPARE(sum, found.cases);
            }
        }
    }

    void stops() {
        const CaseLog log = logOf(shopping());
        const StopToken stop;
        stop.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, followGraph(log, all(log), {}, stop));
        QVERIFY_THROWS_EXCEPTION(Stopped, variants(log, all(log), false, nullptr, stop));
    }

    void tables() {
        const CaseLog log = logOf(shopping());
        const Follows graph = followGraph(log, all(log));
        const Tabular edges = tabulateFollows(log, graph);
        QCOMPARE(edges.rows.size(), graph.edges.size());
        QCOMPARE(std::get<std::string>(edges.rows[0][0].value), std::string("(start)"));
        QCOMPARE(std::get<int64_t>(edges.rows[0][2].value), 5);
        QVERIFY(std::holds_alternative<std::monostate>(edges.rows[0][5].value)); // no wait before the first
        QCOMPARE(edges.notes, (std::vector<std::string>{"1 of 6 cases have no event of these activities.", "A wait is from the end of the one to the start of the other, of every time that the one followed the other directly, repeats included."}));
        const Tabular nodes = tabulateActivities(log, graph);
        QCOMPARE(std::get<std::string>(nodes.rows[0][0].value), std::string("A"));
        QCOMPARE(std::get<int64_t>(nodes.rows[0][7].value), 1);
    }

    // Activities that are values of an attribute left unmasked where nothing but their key says that they are personal.
    void namesAreRedactedByTheirField() {
        class ByKey : public Redactor {
        public:
            std::string redact(std::string_view key, std::string_view value) const override { return key == ".user.name" ? "masked" + std::to_string(value.size()) : std::string(value); }
        };
        CaseLog log = logOf({{"A0-1 B1-2 C2-3"}, {"A0-1"}});
        log.activities = {"Ada", "Grace H", "(2 others)", "D", "E", "F", "G", "H"};
        log.conditions[0] = log.conditions[1] = "{ .user.name = \"x\" }"; // the others are no values
        const Follows graph = followGraph(log, all(log));
        const ByKey redactor;
        const auto text = [&](const Tabular& table) { return Export(std::make_shared<Redactor>()).render(table, TextFormat::Csv); };
        const auto every = [&] {
            return text(tabulateFollows(log, graph, redactor)) + text(tabulateActivities(log, graph, redactor)) + followText(log, graph, FollowFormat::Dot, redactor) + followText(log, graph, FollowFormat::Mermaid, redactor) +
                   variantText(log, variants(log, all(log)).variants.back(), redactor);
        };
        QVERIFY(every().find("Ada") != std::string::npos); // they are called so by nobody's attribute
        log.valuesOf = ".user.name";
        const std::string masked = every();
        QVERIFY2(masked.find("Ada") == std::string::npos && masked.find("Grace") == std::string::npos, masked.c_str());
        QVERIFY2(masked.find("masked3") != std::string::npos && masked.find("(2 others)") != std::string::npos && masked.find("(start)") != std::string::npos, masked.c_str());
        Variants::Variant way;
        way.steps = {{0, 1, 1}, {1, 3, 3}, {2, 1, 1}};
        QCOMPARE(variantText(log, way, redactor), std::string("masked3 → masked7 x3 → (2 others)"));
    }

    void documents() {
        CaseLog log = logOf({{"A0-1 B1-2"}, {"A0-1", true}});
        log.activities[0] = "GET \"x\\\" -> y\n";
        const Redactor redactor;
        const std::string dot = followText(log, followGraph(log, all(log)), FollowFormat::Dot, redactor);
        QVERIFY(dot.find("start -> n0 [label=\"2 cases\", penwidth=6.00]") != std::string::npos);
        QVERIFY(dot.find("n0 [label=\"GET \\\"x\\\\\\\" -> y \\n2 cases\"]") != std::string::npos);
        QVERIFY(dot.find("n0 -> open") != std::string::npos);
        QVERIFY(dot.find("n1 -> over") != std::string::npos);
        const std::string mermaid = followText(log, followGraph(log, all(log)), FollowFormat::Mermaid, redactor);
        QVERIFY(mermaid.starts_with("flowchart LR\n  start((\"start\"))\n"));
        QVERIFY(mermaid.find("GET #34;x#92;#34; -#62; y") != std::string::npos || mermaid.find("GET #34;x#92;#34; #45;#62; y") != std::string::npos);
        QVERIFY(mermaid.find("n0 -.->|\"1 case\"| open") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestPaths)
#include "tst_paths.moc"
