#include "analysis/overview.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "text/format.h"

#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

struct Group {
    uint64_t calls = 0, errors = 0;
    std::vector<int64_t> durations;
    void add(const SpanTable& table, Row r) {
        ++calls;
        errors += table.isError(r);
        if ((table.flags(r) & (kUnfinished | kNegative)) == 0)
            durations.push_back(table.duration(r));
    }
    Red red() {
        Red out{calls, errors, 0, 0, 0, 0};
        if (durations.empty())
            return out;
        out.p50 = quantile(durations, 0.5);
        out.p95 = quantile(durations, 0.95);
        out.p99 = quantile(durations, 0.99);
        out.max = *std::max_element(durations.begin(), durations.end());
        return out;
    }
};

std::string operationWords(const SpanTable& table, const OperationOverview& o) {
    return table.services()[o.service] + " " + std::string(table.text(o.name));
}

/// An instance that is much slower than its siblings at the same work.
void findImbalance(const SpanTable& table, const std::map<std::pair<uint32_t, uint32_t>, Group>& byInstance,
                   std::vector<Finding>& findings) {
    std::map<uint32_t, std::vector<std::tuple<int64_t, uint32_t, uint64_t>>> services;
    for (const auto& [key, group] : byInstance) {
        std::vector<int64_t> durations = group.durations;
        if (durations.size() >= 20)
            services[key.first].emplace_back(quantile(durations, 0.5), key.second, durations.size());
    }
    for (auto& [service, instances] : services) {
        if (instances.size() < 2)
            continue;
        std::sort(instances.begin(), instances.end());
        const auto [slow, slowInstance, n] = instances.back();
        const int64_t typical = std::get<0>(instances[(instances.size() - 1) / 2]);
        if (typical > 0 && slow >= 2 * typical && slow > 1'000'000) {
            Finding f;
            f.kind = Finding::Kind::Imbalance;
            f.service = service;
            f.words = "Instance " + std::string(table.text(slowInstance)) + " of " + table.services()[service] + " takes " +
                      formatDuration(slow) + " at the median, its siblings " + formatDuration(typical) + ".";
            findings.push_back(std::move(f));
        }
    }
}

} // namespace

Overview overview(const SpanTable& table, const ScopeResult& scope, const StopToken& stop) {
    Overview out;
    std::vector<ServiceOverview> services(table.services().size());
    std::vector<Group> entries(table.services().size());
    Group requests;
    struct Operation {
        OperationOverview result;
        Group group;
    };
    std::unordered_map<uint64_t, std::vector<Operation>> operations;
    std::map<std::pair<uint32_t, uint32_t>, Group> byInstance;
    int64_t start = std::numeric_limits<int64_t>::max(), end = std::numeric_limits<int64_t>::min();
    scope.traces.forEach([&](size_t i) {
        const TraceSummary& s = table.summary(static_cast<TraceIndex>(i));
        if (s.spans == 0)
            return;
        ++out.traces;
        out.errorTraces += s.errors > 0;
        out.orphans += s.orphans;
        if (!s.hasStart)
            return;
        start = std::min(start, s.start);
        end = std::max(end, s.start + s.duration);
    });
    if (out.traces == 0)
        return out;
    if (end >= start) {
        out.start = start;
        out.end = end;
    }

    uint64_t n = 0;
    table.forEachRow([&](Row r) {
        if ((++n & 0xffff) == 0)
            stop.check();
        if (!scope.everything && !scope.spans[r])
            return;
        ++out.spans;
        const uint32_t service = table.service(r);
        services[service].service = service;
        ++services[service].spans;
        addSaturated(services[service].selfTime, table.selfTime(r));
        if (!table.isEntry(r))
            return;
        entries[service].add(table, r);
        if (table.parent(r) == kNoRow && (table.derivedFlags(r) & kOrphan) == 0 && table.kind(r) != Kind::Consumer)
            requests.add(table, r);
        const uint64_t key = static_cast<uint64_t>(table.name(r)) << 32 | service;
        auto& sameName = operations[key];
        auto found = std::find_if(sameName.begin(), sameName.end(),
                                  [&](const Operation& o) { return o.result.kind == table.kind(r); });
        if (found == sameName.end()) {
            found = sameName.insert(sameName.end(), Operation{});
            found->result.service = service;
            found->result.name = table.name(r);
            found->result.kind = table.kind(r);
        }
        found->group.add(table, r);
        addSaturated(found->result.selfTime, table.selfTime(r));
        if (found->result.slowest == kNoRow || table.duration(r) > table.duration(found->result.slowest))
            found->result.slowest = r;
        if (table.isError(r) && (found->result.failed == kNoRow || table.duration(r) > table.duration(found->result.failed)))
            found->result.failed = r;
        if (const uint32_t instance = table.contextInfo(table.context(r)).instance;
            instance != ContextInfo::kNoInstance)
            byInstance[{service, instance}].add(table, r);
    });
    out.requests = requests.red();
    for (uint32_t s = 0; s < services.size(); ++s) {
        if (services[s].spans == 0)
            continue;
        services[s].entries = entries[s].red();
        out.services.push_back(services[s]);
    }
    std::sort(out.services.begin(), out.services.end(), [](const auto& a, const auto& b) {
        return std::tuple(-a.selfTime, a.service) < std::tuple(-b.selfTime, b.service);
    });
    for (auto& [key, sameName] : operations) {
        for (Operation& o : sameName) {
            o.result.red = o.group.red();
            out.operations.push_back(o.result);
        }
    }
    std::sort(out.operations.begin(), out.operations.end(), [](const auto& a, const auto& b) {
        return std::tuple(-a.red.p95, a.service, a.name, a.kind) < std::tuple(-b.red.p95, b.service, b.name, b.kind);
    });

    // What looks wrong. Errors first: the operation with the most failing calls among those that fail often.
    const OperationOverview* failing = nullptr;
    for (const OperationOverview& o : out.operations)
        if (o.red.errors >= 3 && o.red.errorShare() >= 0.02 && (failing == nullptr || o.red.errors > failing->red.errors))
            failing = &o;
    // A small file has no three of anything; when most of its requests fail, that is what there is to see.
    if (failing == nullptr && out.requests.errorShare() >= 0.5)
        for (const OperationOverview& o : out.operations)
            if (o.red.errors > 0 && (failing == nullptr || o.red.errors > failing->red.errors))
                failing = &o;
    if (failing != nullptr)
        out.findings.push_back({Finding::Kind::ErrorShare,
                                operationWords(table, *failing) + " fails in " + formatPercent(failing->red.errorShare()) +
                                    " of its calls: " + formatCount(failing->red.errors) + " of " +
                                    formatCount(failing->red.calls) + ".",
                                failing->service, failing->failed});
    findImbalance(table, byInstance, out.findings);
    const OperationOverview* tail = nullptr;
    for (const OperationOverview& o : out.operations)
        if (o.red.calls >= 20 && o.red.p50 > 0 && o.red.p99 >= 10 * o.red.p50 && o.red.p99 > 100'000'000 &&
            (tail == nullptr || o.red.p99 > tail->red.p99))
            tail = &o;
    if (tail != nullptr)
        out.findings.push_back({Finding::Kind::SlowTail,
                                operationWords(table, *tail) + " usually takes " + formatDuration(tail->red.p50) +
                                    ", but one call in a hundred takes " + formatDuration(tail->red.p99) + " or more.",
                                tail->service, tail->slowest});
    if (out.orphans > 0)
        out.findings.push_back({Finding::Kind::Orphans,
                                formatCount(out.orphans) + (out.orphans == 1 ? " span names a parent" : " spans name a parent") +
                                    " that is not in this workspace; other files may hold it.",
                                0, kNoRow});
    if (out.findings.size() > 6)
        out.findings.resize(6);
    return out;
}

namespace {
void addRed(std::vector<Cell>& row, const Red& red) {
    row.push_back(Cell::count(red.calls));
    row.push_back(Cell::count(red.errors));
    row.push_back(Cell::percent(red.errorShare()));
    row.push_back(Cell::duration(red.p50));
    row.push_back(Cell::duration(red.p95));
    row.push_back(Cell::duration(red.p99));
}
const std::vector<Column> kRedColumns = {{"calls", "Calls", true},        {"errors", "Errors", true},
                                         {"error_share", "Error %", true}, {"p50_ns", "p50", true},
                                         {"p95_ns", "p95", true},          {"p99_ns", "p99", true}};
} // namespace

Tabular tabulateServices(const SpanTable& table, const Overview& overview) {
    Tabular out;
    out.columns = {{"service", "Service", false}, {"spans", "Spans", true}, {"self_time_ns", "Self time", true}};
    out.columns.insert(out.columns.end(), kRedColumns.begin(), kRedColumns.end());
    for (const ServiceOverview& s : overview.services) {
        out.rows.push_back({Cell(table.services()[s.service]), Cell::count(s.spans), Cell::duration(s.selfTime)});
        addRed(out.rows.back(), s.entries);
    }
    const double seconds = static_cast<double>(overview.end - overview.start) * 1e-9;
    out.notes.push_back(formatCount(overview.traces) + (overview.traces == 1 ? " trace, " : " traces, ") + formatCount(overview.spans) + (overview.spans == 1 ? " span in " : " spans in ") +
                        formatDuration(overview.end - overview.start) + " from " + formatTime(overview.start, {true}) + ".");
    if (const Red& r = overview.requests; r.calls > 0)
        out.notes.push_back(formatCount(r.calls) + " requests" + (seconds > 0 ? ", " + formatRate(static_cast<double>(r.calls) / seconds) : "") + "; " +
                            formatPercent(r.errorShare()) + " failed; p50 " + formatDuration(r.p50) + ", p95 " +
                            formatDuration(r.p95) + ", p99 " + formatDuration(r.p99) + ".");
    for (const Finding& finding : overview.findings)
        out.notes.push_back(finding.words);
    return out;
}

} // namespace aisle
