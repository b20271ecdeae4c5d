#include "journey/funnel_breakdown.h"

#include "analysis/items.h"
#include "analysis/saturating.h"
#include "analysis/trace_values.h"
#include "cases/case_key.h"
#include "query/metrics.h"
#include "resource/resource.h"
#include "text/format.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle {

namespace {

std::string conditionOf(const traceql::Field& field, const traceql::Value& value) {
    return traceql::toText(field) + " = " + (value.type == traceql::Value::Type::Text ? traceql::quoted(value.text) : value.toText());
}

FunnelGroup groupOf(const FunnelResult& whole, const std::vector<bool>& only) {
    FunnelGroup out;
    out.funnel = funnelOf(whole, only);
    out.conversion = shareInterval(out.funnel.converted, out.entered());
    return out;
}

/// The number of the value of a case; 0: none.
uint32_t valueOfCase(const JourneyState& state, CaseNumber c, const TraceValues& values, Attribution attribution) {
    if (attribution.of == Attribution::Of::Stage) {
        const Row row = attribution.stage < state.everything.stages.size() ? state.everything.rows[state.everything.at(c, attribution.stage)] : kNoRow;
        return row == kNoRow ? 0 : values.number(state.table->trace(row));
    }
    const auto& traces = state.cases().cases()[c].traces;
    uint32_t number = 0;
    for (size_t i = 0; i < traces.size() && number == 0; ++i)
        number = values.number(traces[attribution.of == Attribution::Of::First ? i : traces.size() - 1 - i]);
    return number;
}

BitSet tracesOf(const JourneyState& state, const std::vector<bool>& only, size_t slots) {
    BitSet traces(slots);
    for (CaseNumber c = 0; c < only.size(); ++c)
        if (only[c])
            for (const TraceIndex t : state.cases().cases()[c].traces)
                traces.set(t);
    return traces;
}

constexpr const char* kVersion = "resource.service.version";

/// Names by their words: "card type" is payment.card_type as well as cardType.
std::vector<std::vector<std::string>> usualNames(bool isOfOrders) {
    const auto presets = nlohmann::json::parse(readResource(":/presets/usual_fields.json"));
    std::vector<std::vector<std::string>> out;
    for (const char* part : {"orders", "cases"})
        for (const auto& name : presets.at(part))
            if (isOfOrders || part == std::string_view("cases"))
                out.push_back(attributeWords(name.get<std::string>()));
    return out;
}

/// service.version, then the span attributes whose names speak of what becomes of orders and of the customer: by the presets, then as frequent as they are.
std::vector<std::string> usualFields(const traceql::Context& context, bool isOfOrders, const StopToken& stop) {
    constexpr size_t kMostKeys = 300;
    const std::vector<std::string> all = groupableFields(context, kMostKeys, stop);
    std::vector<std::string> out;
    if (std::find(all.begin(), all.end(), kVersion) != all.end())
        out.emplace_back(kVersion);
    for (const std::vector<std::string>& wanted : usualNames(isOfOrders))
        for (const std::string& text : all) {
            const auto field = fieldOf(text);
            if (!field || field->scope != traceql::Scope::Span || std::find(out.begin(), out.end(), text) != out.end())
                continue;
            const std::vector<std::string> name = attributeWords(field->name);
            if (std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) { return std::find(name.begin(), name.end(), word) != name.end(); }))
                out.push_back(text);
        }
    return out;
}

double share(uint64_t part, uint64_t whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }

} // namespace

FunnelBreakdown funnelBreakdown(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, const std::string& text, Attribution attribution,
                                const StopToken& stop) {
    const traceql::Field field = fieldNamed(text);
    const traceql::OpenSource open(context, {.attributes = true}, stop);
    const BitSet traces = tracesOf(state, only, context.table->traceSlots());
    const TraceValues values(open.source(), field, &traces, stop);
    std::vector<uint32_t> valueOf(only.size(), 0);
    std::vector<uint64_t> counts(std::max<uint32_t>(1, values.count()), 0);
    for (CaseNumber c = 0; c < only.size(); ++c)
        if (only[c])
            ++counts[valueOf[c] = valueOfCase(state, c, values, attribution)];
    std::vector<uint32_t> order;
    for (uint32_t n = 1; n < counts.size(); ++n)
        if (counts[n] > 0)
            order.push_back(n);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return counts[a] > counts[b]; });
    const size_t shown = order.size() > FunnelBreakdown::kMostGroups ? FunnelBreakdown::kMostGroups - 1 : order.size();
    std::vector<uint32_t> groupOfValue(counts.size(), 0); // 0: none, shown + 1: the others
    for (size_t i = 0; i < order.size(); ++i)
        groupOfValue[order[i]] = static_cast<uint32_t>(std::min(i, shown) + 1);

    FunnelBreakdown out;
    out.field = traceql::toText(field);
    out.attribution = attribution;
    out.all = groupOf(state.everything, only);
    std::vector<bool> some(only.size());
    const auto group = [&](uint32_t number) {
        stop.check();
        for (CaseNumber c = 0; c < only.size(); ++c)
            some[c] = only[c] && groupOfValue[valueOf[c]] == number;
        return groupOf(state.everything, some);
    };
    for (size_t i = 0; i < shown; ++i) {
        FunnelGroup one = group(static_cast<uint32_t>(i + 1));
        const traceql::Value value = values.value(order[i]);
        // Values of a key with very many are kept with their spans, and were not read.
        one.label = value.type == traceql::Value::Type::Nil ? "(one of very many values)" : value.toText();
        if (value.type != traceql::Value::Type::Nil)
            one.condition = conditionOf(field, value);
        out.groups.push_back(std::move(one));
    }
    if (order.size() > shown) {
        out.groups.push_back(group(static_cast<uint32_t>(shown + 1)));
        out.groups.back().label = counted(order.size() - shown, "other value", "other values");
    }
    if (counts[0] > 0) {
        out.groups.push_back(group(0));
        out.groups.back().isNone = true;
        out.groups.back().condition = out.field + " = nil";
    }
    out.ofCase.assign(only.size(), FunnelBreakdown::kNone);
    for (CaseNumber c = 0; c < only.size(); ++c)
        if (only[c]) {
            const uint32_t number = groupOfValue[valueOf[c]]; // 0: without a value, which is last
            out.ofCase[c] = number == 0 ? static_cast<uint32_t>(out.groups.size() - 1) : number - 1;
        }
    return out;
}

std::string usualField(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, const StopToken& stop) {
    const std::vector<std::string> fields = usualFields(context, state.orders != nullptr, stop);
    const traceql::OpenSource open(context, {.attributes = true}, stop);
    const BitSet traces = tracesOf(state, only, context.table->traceSlots());
    const auto all = static_cast<size_t>(std::count(only.begin(), only.end(), true));
    for (size_t i = 0; i < std::min(fields.size(), kMostUsualTried); ++i) {
        const TraceValues values(open.source(), fieldNamed(fields[i]), &traces, stop);
        std::vector<bool> seen(std::max<uint32_t>(1, values.count()), false);
        size_t held = 0;
        for (CaseNumber c = 0; c < only.size(); ++c)
            if (const uint32_t number = only[c] ? valueOfCase(state, c, values, {}) : 0; number > 0) {
                seen[number] = true;
                ++held;
            }
        const auto found = static_cast<size_t>(std::count(seen.begin(), seen.end(), true));
        if (found >= 2 && found <= kMostUsualValues && held * 2 >= all)
            return fields[i];
    }
    return kVersion;
}

Tabular tabulate(const FunnelBreakdown& breakdown, bool isOfOrders) {
    Tabular out;
    out.columns = {{"value", breakdown.field, false}, {"cases", isOfOrders ? "Orders" : "Cases", true}, {"entered", "Entered", true}, {"converted", isOfOrders ? "Done" : "Converted", true}, {"conversion", isOfOrders ? "Share done" : "Conversion", true},
                   {"conversion_low", "at least", true}, {"conversion_high", "at most", true}, {"open", "Still open", true}};
    out.columns.front().valuesOf = breakdown.field;
    for (const FunnelStage& stage : breakdown.all.funnel.stages)
        out.columns.push_back({"reached_" + stage.name, stage.name, true});
    const auto add = [&](const FunnelGroup& group, const std::string& label) {
        auto& row = out.rows.emplace_back();
        row = {Cell(label), Cell::count(group.funnel.cases), Cell::count(group.entered()), Cell::count(group.funnel.converted),
               group.entered() == 0 ? Cell() : Cell::percent(group.rate()), group.entered() == 0 ? Cell() : Cell::percent(group.conversion.low),
               group.entered() == 0 ? Cell() : Cell::percent(group.conversion.high), Cell::count(group.funnel.openCases)};
        for (const FunnelStage& stage : group.funnel.stages)
            row.push_back(Cell::count(stage.reached));
    };
    for (const FunnelGroup& group : breakdown.groups)
        add(group, group.isNone ? "(no value)" : group.label);
    add(breakdown.all, "(all)");
    if (breakdown.groups.size() == 1 && breakdown.groups.front().isNone)
        out.notes.push_back(std::string("Nothing in these ") + (isOfOrders ? "orders" : "cases") + " has " + breakdown.field + ".");
    out.notes.push_back(std::string(isOfOrders ? "The share done" : "Conversion") + " is of those that entered, with an interval of 95 % (Wilson).");
    return out;
}

namespace {

/// When it came to its first stage; nothing: it never did.
std::optional<int64_t> enteredAt(const FunnelResult& all, CaseNumber number) {
    if (all.progress[number].last == 0)
        return std::nullopt;
    int64_t entered = std::numeric_limits<int64_t>::max();
    for (size_t k = 0; k < all.stages.size(); ++k)
        if (all.progress[number].reached(k))
            entered = std::min(entered, all.times[all.at(number, k)]);
    return entered;
}

} // namespace

std::optional<size_t> stepOf(const FunnelTrend& trend, const JourneyState& state, CaseNumber number) {
    const auto entered = enteredAt(state.everything, number);
    if (!entered)
        return std::nullopt;
    const auto at = (static_cast<__int128>(*entered) - trend.start) / trend.step;
    return static_cast<size_t>(std::clamp<__int128>(at, 0, static_cast<__int128>(trend.steps.size()) - 1));
}

FunnelTrend funnelTrend(const JourneyState& state, const std::vector<bool>& only, size_t mostSteps, const StopToken& stop) {
    const FunnelResult& all = state.everything;
    const SpanTable& table = *state.table;
    constexpr int64_t kSecond = 1'000'000'000;
    FunnelTrend out;
    int64_t first = std::numeric_limits<int64_t>::max(), last = std::numeric_limits<int64_t>::min();
    for (CaseNumber c = 0; c < all.progress.size(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (const auto entered = state.counted[c] ? enteredAt(all, c) : std::nullopt) {
            first = std::min(first, *entered);
            last = std::max(last, *entered);
        }
    }
    if (first > last) { // nobody did
        first = table.startTime();
        last = table.endTime();
    }
    const int64_t range = timeBetween(first, last);
    out.step = std::max(traceql::chosenStep(range, static_cast<int64_t>(std::max<size_t>(1, mostSteps))), range < kSecond ? int64_t(1) : kSecond / 100);
    out.start = clamped(static_cast<__int128>(first) / out.step * out.step - (first % out.step < 0 ? out.step : 0));
    out.steps.resize(static_cast<size_t>((static_cast<__int128>(last) - out.start) / out.step) + 1);
    for (CaseNumber c = 0; c < all.progress.size(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        const CaseProgress& progress = all.progress[c];
        const auto at = only[c] ? stepOf(out, state, c) : std::nullopt;
        if (!at)
            continue;
        FunnelTrend::Step& step = out.steps[*at];
        ++step.entered;
        ++(progress.isConverted ? step.converted : progress.isOpen ? step.open : step.dropped);
    }
    for (FunnelTrend::Step& step : out.steps)
        step.conversion = shareInterval(step.converted, step.over());
    return out;
}

Tabular tabulate(const FunnelTrend& trend, bool utc, bool isOfOrders) {
    Tabular out;
    out.columns = {{"time", "Entered at", false}, {"entered", "Entered", true}, {"converted", isOfOrders ? "Done" : "Converted", true}, {"stopped", "Stopped", true}, {"open", "Still open", true},
                   {"conversion", isOfOrders ? "Share done" : "Conversion", true}, {"conversion_low", "at least", true}, {"conversion_high", "at most", true}};
    for (size_t i = 0; i < trend.steps.size(); ++i) {
        const FunnelTrend::Step& step = trend.steps[i];
        if (step.entered == 0)
            continue;
        const bool isKnown = step.over() > 0;
        out.rows.push_back({Cell::time(trend.start + trend.step * static_cast<int64_t>(i), utc), Cell::count(step.entered), Cell::count(step.converted), Cell::count(step.dropped), Cell::count(step.open),
                            isKnown ? Cell::percent(share(step.converted, step.over())) : Cell(), isKnown ? Cell::percent(step.conversion.low) : Cell(),
                            isKnown ? Cell::percent(step.conversion.high) : Cell()});
    }
    out.notes = {"Each step is " + formatDuration(trend.step) + " long. " + (isOfOrders ? "The share done is of those that are done or stopped" : "Conversion is of those that converted or are over") + ", with an interval of 95 % (Wilson)."};
    return out;
}

FunnelComparison compareFunnels(const JourneyState& state, const std::vector<bool>& a, const std::vector<bool>& b) {
    FunnelComparison out;
    out.a = funnelOf(state.everything, a);
    out.b = funnelOf(state.everything, b);
    out.ofA = a;
    out.ofB = b;
    for (size_t k = 0; k < out.a.stages.size(); ++k) {
        const FunnelStage &x = out.a.stages[k], &y = out.b.stages[k];
        FunnelComparison::Stage& stage = out.stages.emplace_back();
        stage.ofEntered = differenceInterval(x.reached, entered(out.a), y.reached, entered(out.b));
        stage.hasBefore = shareOfBefore(out.a, k) && shareOfBefore(out.b, k);
        if (stage.hasBefore)
            stage.ofBefore = differenceInterval(x.fromBefore, out.a.stages[x.before].reached, y.fromBefore, out.b.stages[y.before].reached);
    }
    out.conversion = differenceInterval(out.a.converted, entered(out.a), out.b.converted, entered(out.b));
    return out;
}

FunnelComparison compareFunnels(const JourneyState& state, const ScopeResult& scope, const Scope& baseline, const traceql::Context& context, const StopToken& stop) {
    std::vector<bool> a = casesInScope(state, scope), b = state.counted;
    if (!baseline.isEmpty())
        b = casesInScope(state, evaluate(baseline, context, stop));
    for (CaseNumber c = 0; c < a.size(); ++c)
        if (a[c] && b[c])
            (scope.everything ? a : b)[c] = false;
    return compareFunnels(state, a, b);
}

Tabular tabulate(const FunnelComparison& comparison) {
    Tabular out;
    out.columns = {{"stage", "Stage", false}, {"reached", "Reached", true}, {"reached_baseline", "Baseline", true}, {"share_of_previous", "Of previous", true},
                   {"share_of_previous_baseline", "Baseline", true}, {"difference_low", "Difference at least", true}, {"difference_high", "at most", true},
                   {"share_of_first", "Of all", true}, {"share_of_first_baseline", "Baseline", true}, {"p50_from_previous_ns", "p50 from previous", true}, {"p50_from_previous_baseline_ns", "Baseline", true}};
    const auto points = [](double value) { return Cell::real(value, (value > 0 ? "+" : value < 0 ? "-" : "") + formatPercent(std::abs(value))); };
    const auto percent = [](std::optional<double> value) { return value ? Cell::percent(*value) : Cell(); };
    for (size_t k = 0; k < comparison.stages.size(); ++k) {
        const FunnelComparison::Stage& s = comparison.stages[k];
        const FunnelStage &a = comparison.a.stages[k], &b = comparison.b.stages[k];
        out.rows.push_back({Cell(a.name), Cell::count(a.reached), Cell::count(b.reached), percent(shareOfBefore(comparison.a, k)), percent(shareOfBefore(comparison.b, k)),
                            s.hasBefore ? points(s.ofBefore.low) : Cell(), s.hasBefore ? points(s.ofBefore.high) : Cell(), percent(shareOfEntered(comparison.a, k)), percent(shareOfEntered(comparison.b, k)),
                            a.timed == 0 ? Cell() : Cell::wait(a.p50FromPrevious), b.timed == 0 ? Cell() : Cell::wait(b.p50FromPrevious)});
    }
    out.notes = {"Differences are of the shares of the stage before, with an interval of 95 % (Newcombe): one that holds 0 may be chance."};
    return out;
}

} // namespace aisle
