#include "cases/case_candidates.h"

#include "query/value_counts.h"
#include "text/format.h"

#include <algorithm>
#include <map>
#include <set>

namespace aisle {

namespace {

constexpr uint64_t kMostKept = 1'000'000;     ///< values that are read with their spans, 2 s
constexpr std::ptrdiff_t kMostOthers = 100;   ///< attributes that no preset names
constexpr uint64_t kFewValues = 10;           ///< so many are those of versions, servers and payment methods
constexpr double kRare = 0.05;                ///< of the traces

using Words = std::set<std::string, std::less<>>;

/// Does a name end like that of an id?
bool looksLikeAnId(const std::string& attribute) {
    static const Words ends = {"id", "uuid", "guid", "key", "number", "no", "nr", "ref", "session", "order", "user", "customer", "visitor", "account", "cart", "basket", "sid"};
    static const Words nouns = {"session", "order", "user", "customer", "visitor", "account", "cart", "basket", "booking", "visit", "shopper", "member"};
    const std::vector<std::string> words = attributeWords(attribute);
    if (words.empty())
        return false;
    if (ends.contains(words.back()))
        return true;
    const std::string& last = words.back(); // "sessionid"
    return last.ends_with("id") && nouns.contains(last.substr(0, last.size() - 2));
}

/// Of machines and of tracing itself, as OpenTelemetry, Jaeger and the cloud providers call them.
bool isOfMachines(const std::string& attribute) {
    static constexpr std::array<std::string_view, 23> kBegins = {"aws.", "az.", "browser.", "cloud.", "container.", "db.", "device.", "faas.", "gcp.", "host.", "k8s.", "messaging.",
                                                                 "net.", "network.", "os.", "otel.", "process.", "rpc.", "server.", "service.", "telemetry.", "thread.", "trace"};
    static const Words others = {"span.id", "spanId", "span_id", "parentId", "parent_id", "internal.span.id", "guid:x-request-id", "http.request_id", "http.request.id", "node_id"};
    return others.contains(attribute) || std::any_of(kBegins.begin(), kBegins.end(), [&](std::string_view begin) { return attribute.starts_with(begin); });
}

std::string ratio(double value) {
    const auto tenths = static_cast<uint64_t>(value * 10 + 0.5);
    return tenths >= 100 || tenths % 10 == 0 ? formatCount(static_cast<uint64_t>(value + 0.5)) : std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

class Judge {
public:
    Judge(const traceql::Context& context, const StopToken& stop) : table_(*context.table), source_(*context.cases), stop_(stop) {}

    CaseCandidate judge(const CaseColumn& column, const CaseKey& key, bool isPreset) {
        CaseCandidate out;
        out.id = out.attribute = column.attribute;
        out.key = key;
        out.isPreset = isPreset;
        out.spans = column.spans;
        const std::vector<bool>& isOfBot = tracesOfBots(key);
        std::vector<uint32_t> tracesOf(column.distinct.size(), 0), severalIn(column.distinct.size(), 0);
        std::vector<bool> isBot(column.distinct.size(), false);
        for (size_t i = 0; i < column.said.size(); ++i) {
            if (!column.decides(i)) {
                severalIn[column.said[i - 1].value] += column.decides(i - 1);
                continue;
            }
            ++tracesOf[column.said[i].value];
            if (isOfBot[column.said[i].trace])
                isBot[column.said[i].value] = true;
        }
        People people;
        for (size_t v = 0; v < tracesOf.size(); ++v) {
            if (tracesOf[v] == 0)
                continue;
            ++out.cases;
            out.traces += tracesOf[v];
            out.most = std::max<uint64_t>(out.most, tracesOf[v]);
            if (isBot[v]) {
                ++out.bots;
                continue;
            }
            ++people.cases;
            people.traces += tracesOf[v];
            people.most = std::max<uint64_t>(people.most, tracesOf[v]);
            people.ambiguous += severalIn[v];
        }
        const std::string why = problemOf(out, people, column);
        out.isGood = why.empty();
        out.sentence = column.attribute + ": " + counted(out.cases, key.noun(), key.plural) + wordsOfSpread(out, column) + (why.empty() ? "." : "; " + why + ".");
        return out;
    }

private:
    /// What a journey counts of a candidate: cases without a trace of a bot.
    struct People {
        uint64_t cases = 0, traces = 0, most = 0;
        uint64_t ambiguous = 0; ///< traces that name several
    };

    /// Why it is no good case; empty: it is one.
    std::string problemOf(const CaseCandidate& c, const People& people, const CaseColumn& column) const {
        if (c.cases < 2 && table_.traceCount() >= 2)
            return "one value for everything tells nothing apart";
        if (people.cases == 0)
            return "all of them have traces of bots or synthetic traffic, and journeys leave such " + c.key.plural + " out";
        if (c.isPreset || c.cases < 2)
            return {};
        const std::string why = problemOfPeople(c, people, column);
        return why.empty() || c.bots == 0 ? why : "without those of bots and synthetic traffic, which journeys leave out, " + why;
    }

    static std::string problemOfPeople(const CaseCandidate& c, const People& people, const CaseColumn& column) {
        if (people.cases < 2)
            return "one is left, which tells nothing apart";
        if (people.ambiguous * 2 > people.traces)
            return "most of these traces name several, so it is something that customers look at, not who they are";
        const bool isEachOne = people.most == 1;
        if (isEachOne && column.spans < 2 * c.traces && column.distinct.size() >= c.traces && !saysWhat(c))
            return "a different value on every span, as of a request, ties nothing together";
        if (isEachOne && !isOrder(c))
            return "each value lies in one trace, so it ties nothing together";
        if (people.cases < kFewValues && people.traces >= 2 * people.cases && !saysWhat(c))
            return c.cases < kFewValues ? "so few values are those of versions or servers rather than of customers" : "only " + formatCount(people.cases) + " are left";
        return {};
    }

    static bool isOrder(const CaseCandidate& c) { return c.key.title == "Order"; }
    static bool saysWhat(const CaseCandidate& c) { return c.key.title != "Case"; }

    std::string wordsOfSpread(const CaseCandidate& c, const CaseColumn& column) const {
        const bool isRare = static_cast<double>(c.traces) < kRare * table_.traceCount();
        std::string out = (isRare ? ", only on " : " over ") + formatCount(c.traces) + (c.traces == table_.traceCount() ? "" : " of " + formatCount(table_.traceCount())) +
                          (table_.traceCount() == 1 ? " trace" : " traces");
        const auto most = std::max_element(column.ofService.begin(), column.ofService.end());
        if (isRare && most != column.ofService.end() && *most == column.spans)
            out += ", of " + table_.services()[static_cast<size_t>(most - column.ofService.begin())];
        if (c.cases < 2)
            return out;
        if (c.most == 1)
            return out + ", each " + (isOrder(c) ? "order is one trace here" : "in one trace");
        return out + ", " + ratio(c.tracesPerCase()) + " traces each";
    }

    /// By TraceIndex. Of one condition of bots once.
    const std::vector<bool>& tracesOfBots(const CaseKey& key) {
        const auto [at, isNew] = ofBots_.try_emplace(key.bots, table_.traceSlots(), false);
        if (isNew)
            for (const TraceIndex t : source_.syntheticTraces(key, stop_))
                at->second[t] = true;
        return at->second;
    }

    const SpanTable& table_;
    CaseSource& source_;
    const StopToken& stop_;
    std::map<std::string, std::vector<bool>> ofBots_; ///< by CaseKey::bots
};

/// As a whole; `attribute`: that its cases are by, empty: the file has none of them.
CaseCandidate candidateOf(Judge& judge, CaseSource& cases, const CaseKey& key, const std::string& attribute, const StopToken& stop) {
    CaseCandidate out;
    if (!attribute.empty()) {
        out = judge.judge(*cases.columns({attribute}, stop).front(), key, true);
    } else {
        out.key = key;
        out.isPreset = true;
        out.attribute = key.keys.empty() ? std::string() : key.keys.front();
        for (const std::string& one : key.keys)
            out.sentence += (out.sentence.empty() ? "No span of this file has " : ", ") + one;
        out.sentence += ".";
    }
    out.id = key.id;
    out.isOwn = isOwn(key) && key.keys != std::vector<std::string>{key.id}; // an attribute alone is nobody's notion
    return out;
}

} // namespace

std::vector<CaseCandidate> caseCandidates(const traceql::Context& context, const StopToken& stop) {
    std::vector<CaseCandidate> out;
    if (!context.cases || context.table->isEmpty())
        return out;
    const std::vector<CaseKey> keys = context.cases->keys();
    Judge judge(context, stop);
    Words seen;
    for (const CaseKey& key : keys)
        for (const std::string& tie : key.ties) // they tie, but are no cases
            if (std::none_of(keys.begin(), keys.end(), [&](const CaseKey& one) { return std::find(one.keys.begin(), one.keys.end(), tie) != one.keys.end(); }))
                seen.insert(tie);
    for (const CaseKey& key : keys) {
        const std::string chosen = context.cases->attributeOf(key, stop);
        if (isOwn(key)) { // what it is by can be what a preset is by as well
            out.push_back(candidateOf(judge, *context.cases, key, chosen, stop));
            continue;
        }
        for (const auto& column : context.cases->columns(key.keys, stop)) {
            if (column->isEmpty() || !seen.insert(column->attribute).second)
                continue;
            CaseKey mine = key;
            if (column->attribute != chosen) {
                mine.id = column->attribute;
                mine.keys = {column->attribute};
            }
            out.push_back(judge.judge(*column, mine, true));
            out.back().id = mine.id;
        }
    }
    const size_t presets = out.size();
    const traceql::OpenSource open(context, {.attributes = true}, stop);
    std::vector<std::string> others;
    for (const traceql::KeyCount& key : traceql::keyCounts(open.source(), stop)) {
        if (std::ssize(others) == kMostOthers)
            break;
        if (!looksLikeAnId(key.name) || isOfMachines(key.name) || !seen.insert(key.name).second)
            continue;
        const traceql::ValueCounts values = traceql::valueCounts(open.source(), {traceql::Scope::Span, false, key.name}, nullptr, {}, 0, stop);
        if (values.uncounted <= kMostKept)
            others.push_back(key.name);
    }
    for (const auto& column : context.cases->columns(others, stop))
        if (!column->isEmpty())
            out.push_back(judge.judge(*column, caseKeyOf(keys, column->attribute), false));
    std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(presets), out.end(),
                     [](const CaseCandidate& a, const CaseCandidate& b) { return std::tuple(!a.isGood, b.traces, a.attribute) < std::tuple(!b.isGood, a.traces, b.attribute); });
    return out;
}

Tabular tabulate(const std::vector<CaseCandidate>& candidates) {
    Tabular out;
    out.columns = {{"id", "For --by-case"},  {"attribute", "Attribute"}, {"good", "Good choice"}, {"own", "Your own"}, {"cases", "Cases", true}, {"traces", "Traces", true}, {"traces_per_case", "Traces per case", true},
                   {"most_traces", "Traces of largest", true}, {"spans", "Spans", true}, {"why", "Why"}};
    for (const CaseCandidate& c : candidates)
        out.rows.push_back({Cell(c.id), Cell(c.attribute), Cell(std::string(c.isGood ? "yes" : "no")), Cell(std::string(c.isOwn ? "yes" : "no")), Cell::count(c.cases), Cell::count(c.traces), Cell::real(c.tracesPerCase(), ratio(c.tracesPerCase())),
                            Cell::count(c.most), Cell::count(c.spans), Cell(c.sentence)});
    if (std::count_if(candidates.begin(), candidates.end(), [](const CaseCandidate& c) { return !c.isPreset; }) == kMostOthers)
        out.notes.push_back("Of attributes that no preset names these are the " + std::to_string(kMostOthers) + " on most spans whose names end like those of ids.");
    if (candidates.empty())
        out.notes.emplace_back("No attribute of this file looks like that of a session, user or order. --by-case takes any attribute.");
    return out;
}

CaseTrial tryCaseKey(const traceql::Context& context, const CaseKey& key, const StopToken& stop) {
    CaseTrial out;
    out.index = context.cases->cases(key, stop);
    Judge judge(context, stop);
    out.candidate = candidateOf(judge, *context.cases, key, out.index->attribute(), stop);
    out.notes.push_back(sentenceOf(key));
    for (std::string& note : out.index->notes())
        out.notes.push_back(std::move(note));
    const auto& cases = out.index->cases();
    out.bots = static_cast<uint64_t>(std::count_if(cases.begin(), cases.end(), [](const CaseIndex::Case& one) { return one.isSynthetic; }));
    if (out.bots > 0)
        out.notes.push_back(counted(out.bots, key.noun(), key.plural) + (out.bots == 1 ? " is" : " are") + " of bots and synthetic traffic.");
    else if (!key.bots.empty() && !cases.empty())
        out.notes.push_back("Nobody is a bot by " + key.bots + ".");
    return out;
}

Tabular tabulate(const CaseTrial& trial) {
    Tabular out = tabulate(std::vector{trial.candidate});
    out.notes = trial.notes;
    return out;
}

} // namespace aisle
