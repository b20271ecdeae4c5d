// What was found about a stage, in sentences and as a table.

#include "journey/drop_off.h"

#include "export/export.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <set>

namespace aisle {

namespace {

std::string thresholdWords(int64_t ns) {
    constexpr int64_t kSecond = 1'000'000'000;
    if (ns >= 60 * kSecond || ns < 1'000'000)
        return formatDuration(ns);
    std::array<char, 40> text{};
    const bool isSeconds = ns >= kSecond;
    std::snprintf(text.data(), text.size(), "%g %s", static_cast<double>(ns) / (isSeconds ? 1e9 : 1e6), isSeconds ? "s" : "ms");
    return text.data();
}

/// Of 999.5 and more.
std::string large(double value) { return formatCount(static_cast<uint64_t>(std::llround(std::min(value, 1e15)))); }

std::string number(double value) {
    if (value >= 999.5)
        return large(value);
    if (value < 0.001)
        return "0";
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), value >= 100 ? "%.0f" : value >= 0.1 ? "%.1f" : "%.2g", value);
    return text.data();
}

/// Three digits, and no exponent.
std::string ratioWords(double value) {
    if (value >= 999.5)
        return large(value);
    if (value < 0.005)
        return "<0.01";
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.*f", value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2, value);
    return text.data();
}

std::string capitalised(std::string text) {
    if (!text.empty())
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

std::string kindWord(DropFactor::Kind kind) {
    switch (kind) {
    case DropFactor::Kind::Failure: return "failure";
    case DropFactor::Kind::Latency: return "latency";
    case DropFactor::Kind::Repeated: return "repeated call";
    case DropFactor::Kind::Resource: return "resource";
    case DropFactor::Kind::Attribute: return "attribute";
    case DropFactor::Kind::RequestFailed: return "failed request";
    case DropFactor::Kind::CriticalPath: return "critical path";
    }
    return {};
}

/// What factors have said. Once is enough of a value on the spans of several operations, and of a call that shows on both of its sides.
class Said {
public:
    bool insert(const DropFactor& f) {
        const bool isAttribute = f.kind == DropFactor::Kind::Attribute;
        const auto kind = f.kind == DropFactor::Kind::RequestFailed ? DropFactor::Kind::Failure : f.kind;
        const std::string what = isAttribute ? std::string() : f.operation + '\0' + f.request + '\0';
        const std::string rest = kindWord(kind) + '\0' + what + f.field + '\0' + f.value + '\0' + std::to_string(f.threshold) + '\0';
        if (!said_.insert(rest + (isAttribute ? std::string() : f.service)).second)
            return false;
        // "GET" alone may be of any two services.
        const bool isCall = !isAttribute && (f.spanKind == Kind::Client || f.spanKind == Kind::Server) && f.operation.find_first_of(" /.") != std::string::npos;
        if (!isCall)
            return true;
        sides_.insert(rest + std::string(kindName(f.spanKind)));
        return !sides_.contains(rest + std::string(kindName(f.spanKind == Kind::Client ? Kind::Server : Kind::Client)));
    }

private:
    std::set<std::string> said_, sides_;
};

/// Factors that go together with that of `cause`, each once; `said`: what is said already. The request is left out where it is that of the cause.
std::string listed(const std::vector<DropFactor>& factors, const DropFactor& cause, Said& said) {
    constexpr size_t kMost = 4;
    const std::string& request = cause.request.empty() ? cause.operation : cause.request;
    std::string out;
    size_t count = 0;
    for (const DropFactor& factor : factors) {
        if (!said.insert(factor) || ++count > kMost)
            continue;
        DropFactor shown = factor;
        if (shown.request == request)
            shown.request.clear();
        out += (count == 1 ? "" : "; ") + shown.toWords();
    }
    if (count > kMost)
        out += "; and " + formatCount(count - kMost) + " more";
    return out;
}

Cell ratio(double value) { return std::isfinite(value) ? Cell::real(value, ratioWords(value)) : Cell(); }

std::string chanceWords(double p) {
    if (p < 0.001)
        return "<0.001";
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.2g", p);
    return text.data();
}

Cell chance(double p) { return Cell::real(p, chanceWords(p)); }

std::vector<Cell> rowOf(const DropOff& drop, const DropCause& cause, bool isClear, const JourneyState& state) {
    const SpanTable& table = *state.table;
    const DropFactor& f = cause.factor;
    const auto text = [](const std::string& value) { return value.empty() ? Cell() : Cell(value); };
    const bool hasExample = !cause.examples.empty();
    const Row row = hasExample ? cause.examples.front().row : kNoRow;
    std::vector<Cell> cells = {Cell(sentenceOf(drop, cause)),
                               Cell(isClear ? 1 : 0, isClear ? "yes" : "may be chance"),
                               ratio(cause.odds.value),
                               ratio(cause.odds.low),
                               ratio(cause.odds.high),
                               chance(cause.q),
                               Cell::real(cause.cases.excess(), number(std::max(0.0, cause.cases.excess()))),
                               text(cause.moneyWords()),
                               text(alsoOf(drop, cause)),
                               Cell(kindWord(f.kind)),
                               text(f.service),
                               text(f.operation),
                               text(f.request),
                               text(f.field),
                               text(f.value),
                               f.kind == DropFactor::Kind::Latency ? Cell::duration(f.threshold) : Cell(),
                               Cell::count(cause.cases.with),
                               Cell::count(cause.cases.allWith()),
                               Cell::count(cause.cases.without),
                               Cell::count(cause.cases.allWithout()),
                               chance(cause.p),
                               text(f.condition.empty() ? std::string() : "{ " + f.condition + " }"),
                               hasExample ? Cell(state.cases().cases()[cause.examples.front().number].value) : Cell(),
                               row == kNoRow ? Cell() : Cell(toHex(table.traceId(table.trace(row)))),
                               row == kNoRow ? Cell() : Cell(toHex(table.id(row)))};
    return cells;
}

} // namespace

std::string DropFactor::toWords() const {
    const std::string what = shortened(operation) + " of " + shortened(service) + (request.empty() ? "" : " in " + shortened(request));
    switch (kind) {
    case Kind::Failure: return "whose " + what + " failed" + (value.empty() ? "" : " with " + shortened(value));
    case Kind::RequestFailed: return "whose " + what + " failed";
    case Kind::Latency: return "whose " + what + " took over " + thresholdWords(threshold);
    case Kind::Repeated: return "for whom " + what + " was called again after a failure";
    case Kind::Resource: return "served by " + shortened(service) + " with " + shortened(field) + " " + shortened(value);
    case Kind::Attribute: return "whose " + what + " had " + shortened(field) + " " + shortened(value);
    case Kind::CriticalPath: return "whose " + what + " waited mostly for " + shortened(value);
    }
    return {};
}

std::string DropCause::moneyWords() const { return q > DropOff::kMostFalse ? std::string() : money.toWords(excessShare()); }

std::string sentenceOf(const DropOff& drop, const DropCause& cause) {
    const TwoByTwo& t = cause.cases;
    const auto of = [](uint64_t part, uint64_t all) { return (part == 0 ? "none" : formatCount(part)) + " of " + formatCount(all); };
    std::string out = capitalised(drop.casePlural) + " " + cause.factor.toWords() + " stopped at " + shortened(drop.stageName);
    if (t.without > 0) {
        const double times = t.shareWith() / t.shareWithout();
        out += " " + number(times) + " times as often";
    }
    return out + ": " + of(t.with, t.allWith()) + " against " + of(t.without, t.allWithout()) + ".";
}

std::string alsoOf(const DropOff& drop, const DropCause& cause) {
    Said said;
    said.insert(cause.factor);
    std::string out;
    if (const std::string same = listed(cause.same, cause.factor, said); !same.empty())
        out = "In nearly the same " + drop.casePlural + ": those " + same + ".";
    if (const std::string related = listed(cause.related, cause.factor, said); !related.empty())
        out += (out.empty() ? "" : " ") + ("More often with it: " + drop.casePlural + " " + related) + ".";
    return out;
}

std::string figuresOf(const DropCause& cause) {
    std::string out = "odds ratio " + ratioWords(cause.odds.value) + " (" + ratioWords(cause.odds.low) + " to " + ratioWords(cause.odds.high) + "), q " + chanceWords(cause.q);
    if (const double excess = cause.cases.excess(); excess >= 0.5)
        out += ", " + formatCount(static_cast<uint64_t>(std::llround(excess))) + " more than among the others";
    if (const std::string money = cause.moneyWords(); !money.empty())
        out += "; " + money;
    return out;
}

std::vector<std::string> dropOffNotes(const DropOff& drop) {
    if (!drop.problem.empty())
        return {drop.problem};
    std::vector<std::string> notes;
    notes.push_back(formatCount(drop.stopped) + " of " + formatCount(drop.stopped + drop.wentOn) + " " + drop.casePlural + " stopped at " + shortened(drop.stageName) +
                    (drop.open > 0 ? "; " + formatCount(drop.open) + " that may still go on " + (drop.open == 1 ? "is" : "are") + " left out" : "") + ".");
    const std::string looked = "Failures, durations, versions, instances and other attributes of services and operations with at most " + formatCount(DropOff::kMostValues) + " values, and who was waited for: " +
                               counted(drop.compared, "comparison", "comparisons") + " of " + drop.casePlural + " that made the same request or call";
    if (drop.causes.empty())
        notes.push_back("Nothing stands out. " + looked + (drop.compared == 1 ? " was" : " were") + " made; what differs may be chance.");
    else
        notes.push_back(looked + "; of what is found at most 1 in 20 is expected to be chance (Fisher's or chi-squared test, Benjamini-Hochberg; what shows in several ways counts once).");
    notes.push_back("Correlation: what goes together with stopping need not be its cause.");
    if (std::string money = drop.money.explained(drop.casePlural); !money.empty())
        notes.push_back(std::move(money));
    return notes;
}

DropCause redacted(DropCause cause, const Redactor& redactor) {
    const auto redact = [&redactor](DropFactor& f) {
        f.service = redactor.redact("service.name", f.service);
        f.operation = redactor.redact("name", f.operation);
        f.request = redactor.redact("name", f.request);
        f.value = redactor.redact(f.field.empty() ? "exception.type" : f.field, f.value);
    };
    redact(cause.factor);
    std::for_each(cause.same.begin(), cause.same.end(), redact);
    std::for_each(cause.related.begin(), cause.related.end(), redact);
    return cause;
}

DropOff redacted(DropOff drop, const Redactor& redactor) {
    for (auto* list : {&drop.causes, &drop.chance})
        for (DropCause& cause : *list)
            cause = redacted(std::move(cause), redactor);
    return drop;
}

Tabular tabulate(const DropOff& drop, const JourneyState& state) {
    Tabular out;
    out.columns = {{"sentence", "What goes together with stopping"},
                   {"clear", "Clear"},
                   {"odds_ratio", "Odds ratio", true},
                   {"odds_ratio_low", "at least", true},
                   {"odds_ratio_high", "at most", true},
                   {"q", "q", true},
                   {"excess", "Excess", true},
                   {"expected_loss", "Expected loss"},
                   {"also", "Also"},
                   {"kind", "Kind"},
                   {"service", "Service"},
                   {"operation", "Operation"},
                   {"request", "Request"},
                   {"field", "Attribute"},
                   {"value", "Value"},
                   {"longer_than_ns", "Longer than", true},
                   {"stopped_with", "Stopped with", true},
                   {"with", "With", true},
                   {"stopped_without", "Stopped without", true},
                   {"without", "Without", true},
                   {"p", "p", true},
                   {"condition", "Condition"},
                   {"example_case", "Example", false, {}, state.cases().attribute()},
                   {"example_trace", "Trace"},
                   {"example_span", "Span"}};
    for (const DropCause& cause : drop.causes)
        out.rows.push_back(rowOf(drop, cause, true, state));
    for (const DropCause& cause : drop.chance)
        out.rows.push_back(rowOf(drop, cause, false, state));
    out.notes = dropOffNotes(drop);
    return out;
}

} // namespace aisle
