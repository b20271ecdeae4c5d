// Details of a trace, several traces, a stage or a case.

#include "analysis/saturating.h"
#include "details/detail_lines.h"
#include "details/details_content.h"
#include "orders/order_list.h"
#include "widgets/words.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace aisle {

namespace {

std::string rootWords(const SpanTable& table, TraceIndex trace) {
    const Row root = table.summary(trace).root;
    return root == kNoRow ? "(no spans)"
                          : std::string(table.serviceText(root)) + "  " + std::string(table.nameText(root));
}

} // namespace

DetailsContent traceContent(const SpanTable& table, TraceIndex trace, TimeZone zone, const StopToken& stop) {
    const TraceSummary& summary = table.summary(trace);
    DetailsContent out;
    out.what = "Trace";
    out.title = summary.root == kNoRow ? "Trace" : std::string(table.nameText(summary.root));
    out.service = summary.root == kNoRow ? "" : std::string(table.serviceText(summary.root));
    out.subtitle = out.service + " · " + counted(summary.spans, "span", "spans") + " · " +
                   counted(summary.services, "service", "services");
    out.isError = summary.errors > 0;
    out.facts = {{"Duration", formatDuration(summary.duration)},
                 {"Errors", formatCount(summary.errors)}};
    if (summary.hasStart)
        out.facts.push_back({"Start", formatTime(summary.start, zone, 6) + " " + zoneName(summary.start, zone)});
    out.facts.push_back({"Trace id", toHex(table.traceId(trace))});
    if (summary.orphans > 0)
        out.warnings.push_back(
            summary.orphans == 1
                ? std::string("1 span names a parent that is in no file of this workspace; it is shown under "
                              "'missing parent'.")
                : formatCount(summary.orphans) +
                      " spans name a parent that is in no file of this workspace; they are shown "
                      "under 'missing parent'.");
    struct PerService {
        uint64_t spans = 0, errors = 0;
        int64_t self = 0;
    };
    std::unordered_map<uint32_t, PerService> services;
    std::vector<Row> errors;
    int64_t self = 0;
    for (const Row row : table.rowsOf(trace)) {
        if (table.isHidden(row))
            continue;
        PerService& s = services[table.service(row)];
        ++s.spans;
        addSaturated(s.self, table.selfTime(row));
        addSaturated(self, table.selfTime(row));
        if (table.isError(row)) {
            ++s.errors;
            errors.push_back(row);
        }
    }
    stop.check();
    std::vector<std::pair<uint32_t, PerService>> sorted(services.begin(), services.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return std::tie(b.second.self, a.first) < std::tie(a.second.self, b.first);
    });
    DetailItem group = line("Services by self time", counted(sorted.size(), "service", "services"));
    for (const auto& [service, s] : sorted) {
        const std::string& name = table.services()[service];
        const double part = self > 0 ? static_cast<double>(s.self) / static_cast<double>(self) : 0;
        DetailItem item = line(name,
                               formatPercent(part) + " · " + formatDuration(s.self) + " · " +
                                   counted(s.spans, "span", "spans"),
                               Focus::onService(name));
        item.term = term(ScopeTerm::Kind::Service, name);
        sayErrors(item, s.errors);
        group.children.push_back(std::move(item));
    }
    out.groups.push_back(std::move(group));
    if (!errors.empty()) {
        std::sort(errors.begin(), errors.end(),
                  [&](Row a, Row b) { return std::pair(table.start(a), a) < std::pair(table.start(b), b); });
        DetailItem list = line("Errors", formatCount(errors.size()));
        for (size_t i = 0; i < errors.size() && i < kMostLines; ++i) {
            list.children.push_back(line(std::string(table.serviceText(errors[i])),
                                         std::string(table.nameText(errors[i])),
                                         Focus::onSpan(table, errors[i])));
            list.children.back().tone = DetailItem::Tone::Error;
        }
        sayMore(list, errors.size());
        out.groups.push_back(std::move(list));
    }
    out.terms = {{"this trace", term(ScopeTerm::Kind::Trace, toHex(table.traceId(trace)))}};
    if (summary.root != kNoRow)
        out.targets = {{"root span", Focus::onSpan(table, summary.root)}};
    return out;
}

DetailsContent stageContent(const JourneyState& journey, const FunnelResult& funnel, bool isInScope,
                            const std::string& stage, bool isStopped) {
    DetailsContent out;
    out.what = "Stage";
    out.title = isStopped ? "Stopped at " + stage : stage;
    const auto& stages = funnel.stages;
    const auto found =
        std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& s) { return s.name == stage; });
    if (found == stages.end()) {
        out.subtitle = "not a stage of the present journey";
        return out;
    }
    const CaseKey& key = journey.cases().key();
    const std::string plural = key.plural.empty() ? "cases" : key.plural;
    out.subtitle = journey.definition ? "stage of " + journey.definition->name : "stage of the journey";
    out.subtitle += isInScope ? " · in the present scope" : " · in the whole workspace";
    const bool isOfOrders = journey.orders != nullptr; // of which who failed here has not come here, and one that ended here stopped at the stage before
    const DetailsContent::Fact stopped{isOfOrders ? "Went no further" : "Stopped here", formatCount(found->dropped) + " " + plural + ", " + share(found->dropped, found->reached) + (isStopped || isOfOrders ? isOfOrders ? " of those that passed it" : " of those that reached it" : "")};
    if (isStopped)
        out.facts.push_back(stopped);
    out.facts.push_back({isOfOrders ? "Passed" : "Reached", formatCount(found->reached) + " " + plural + ", " +
                                        share(found->reached, stages.front().reached) + " of the first stage"});
    if (!isStopped && found != stages.begin()) {
        const FunnelStage& before = *(found - 1);
        out.facts.push_back({"From " + before.name, share(found->reached, before.reached) + " went on"});
        if (found->timed > 0)
            out.facts.push_back({isOfOrders ? "Start to start" : "Time between", "p50 " + formatWait(found->p50FromPrevious) + " · p90 " +
                                                 formatWait(found->p90FromPrevious)});
    }
    if (!isStopped && found + 1 != stages.end())
        out.facts.push_back(stopped);
    out.facts.push_back({"Still open", formatCount(found->open) + " " + plural + ", not counted as stopped"});
    out.terms = {{plural + (isOfOrders ? " that passed " : " that reached ") + stage, term(ScopeTerm::Kind::Stage, stage)}};
    if (found + 1 != stages.end())
        out.terms.emplace_back(plural + " that stopped at " + stage, term(ScopeTerm::Kind::Dropped, stage));
    if (isStopped) { // what is in focus first
        std::reverse(out.terms.begin(), out.terms.end());
        out.targets = {{"stage " + stage, Focus::onStage(stage)}};
    }
    return out;
}

namespace {

/// The traces in order, each a way to it.
void addTraces(DetailsContent& out, const SpanTable& table, std::span<const TraceIndex> traces, TimeZone zone, const CaseIndex* cases = nullptr) {
    DetailItem list = line("Traces in order", formatCount(traces.size()));
    uint64_t errors = 0;
    for (const TraceIndex trace : traces) {
        const TraceSummary& s = table.summary(trace);
        errors += s.errors;
        if (list.children.size() >= kMostLines)
            continue;
        DetailItem item = line(s.hasStart ? formatClock(s.start, zone) : "no start",
                               rootWords(table, trace) + " · " + formatDuration(s.duration),
                               Focus::onTrace(table.traceId(trace)));
        item.term = term(ScopeTerm::Kind::Trace, toHex(table.traceId(trace)));
        if (cases != nullptr && cases->tieOf(trace) != CaseTie::Own)
            item.value += " · " + cases->tieWords(trace);
        sayErrors(item, s.errors);
        list.children.push_back(std::move(item));
    }
    sayMore(list, traces.size());
    out.isError = errors > 0;
    out.groups.push_back(std::move(list));
}

} // namespace

DetailsContent caseContent(const SpanTable& table, const JourneyState& journey, const std::string& value,
                           TimeZone zone) {
    DetailsContent out;
    const CaseKey& key = journey.cases().key();
    out.what = key.title.empty() ? "Case" : key.title;
    out.title = value;
    const CaseNumber number = journey.cases().find(value);
    if (number == kNoCase || journey.table.get() != &table) {
        out.subtitle = key.plural.empty() ? "not in this workspace" : "not among the " + key.plural + " of this workspace";
        return out;
    }
    const CaseIndex::Case& one = journey.cases().cases()[number];
    out.subtitle = journey.cases().attribute();
    out.facts = {{"Traces", formatCount(one.traces.size())}};
    std::map<std::string, uint64_t> tied;
    for (const TraceIndex t : one.traces)
        if (journey.cases().tieOf(t) != CaseTie::Own)
            ++tied[journey.cases().tieWords(t)];
    for (const auto& [by, count] : tied)
        out.facts.push_back({"Of these " + by, formatCount(count)});
    if (table.summary(one.traces.front()).hasStart) {
        out.facts.push_back({"From", formatTime(one.start, zone, 3) + " " + zoneName(one.start, zone)});
        out.facts.push_back({"First to last", formatDuration(one.end - one.start)});
    }
    const auto& progress = journey.everything.progress;
    if (number < progress.size() && !journey.everything.stages.empty()) {
        const CaseProgress& p = progress[number];
        const auto& stages = journey.everything.stages;
        if (const FulfilmentLog* log = journey.orders.get()) { // as the list of orders has it
            out.facts.push_back({"Came to", log->reachedName(number).empty() ? std::string("no stage") : std::string(log->reachedName(number))});
            if (log->hasVisits(number)) {
                out.facts.push_back({"State", std::string(orderStateName(log->state[number]))});
                out.facts.push_back({"Lead time", formatDuration(log->lead[number])});
            }
        } else {
            out.facts.push_back({"Came to", p.last == 0 ? "no stage" : stages[std::min<size_t>(p.last, stages.size()) - 1].name + (p.isOpen ? ", still open" : "")});
        }
    }
    addTraces(out, table, one.traces, zone, &journey.cases());
    out.terms = {{out.what + " " + value, term(ScopeTerm::Kind::Case, value)}};
    return out;
}

DetailsContent tracesContent(const SpanTable& table, std::span<const TraceId> ids, TimeZone zone) {
    DetailsContent out;
    std::vector<TraceIndex> traces;
    for (const TraceId id : ids)
        if (const auto trace = table.findTrace(id))
            traces.push_back(*trace);
    if (traces.empty())
        return out;
    std::sort(traces.begin(), traces.end(), [&](TraceIndex a, TraceIndex b) { return table.summary(a).start < table.summary(b).start; });
    out.what = "Traces";
    out.title = counted(traces.size(), "trace", "traces");
    out.subtitle = "on one timeline";
    std::optional<int64_t> start;
    int64_t end = 0;
    uint64_t spans = 0;
    for (const TraceIndex trace : traces) {
        const TraceSummary& s = table.summary(trace);
        spans += s.spans;
        if (!s.hasStart)
            continue;
        end = start ? std::max(end, s.start + s.duration) : s.start + s.duration;
        start = start ? std::min(*start, s.start) : s.start;
    }
    out.facts = {{"Spans", formatCount(spans)}};
    if (start) {
        out.facts.push_back({"From", formatTime(*start, zone, 3) + " " + zoneName(*start, zone)});
        out.facts.push_back({"Lasted", formatDuration(end - *start)});
    }
    addTraces(out, table, traces, zone);
    return out;
}

} // namespace aisle
