#pragma once
// What this selection is, in ten seconds: size, traffic, errors, latency, services, slow operations, what looks
// wrong.

#include "export/tabular.h"
#include "selection/scope.h"
#include "table/span_table.h"

namespace aisle {

/// Rate, errors and duration of a group of entry spans (domain rules, section 4). Durations: exact quantiles of
/// finished, non-negative spans, ns.
struct Red {
    uint64_t calls = 0, errors = 0;
    int64_t p50 = 0, p95 = 0, p99 = 0, max = 0;
    double errorShare() const { return calls == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(calls); }
};

struct ServiceOverview {
    uint32_t service = 0; ///< index in SpanTable::services()
    uint64_t spans = 0;
    int64_t selfTime = 0; ///< sum, ns
    Red entries;          ///< its entry spans
};

struct OperationOverview {
    uint32_t service = 0, name = 0;
    Kind kind = Kind::Unspecified;
    Red red;
    int64_t selfTime = 0;  ///< sum, ns
    Row slowest = kNoRow, failed = kNoRow; ///< examples; failed: the slowest that failed
};

/// Something that a person should look at first, in one sentence, and where it leads.
struct Finding {
    enum class Kind { ErrorShare, SlowTail, Orphans, Imbalance };
    Kind kind = Kind::ErrorShare;
    std::string words;
    uint32_t service = 0;
    Row example = kNoRow;
};

struct Overview {
    uint64_t spans = 0, traces = 0, errorTraces = 0, orphans = 0;
    int64_t start = 0, end = 0;
    /// What customers waited for: entry spans that begin their trace, but no CONSUMER (nobody waits for a message)
    /// and no orphan (it began elsewhere). The time strip counts all entry spans and says so.
    Red requests;
    std::vector<ServiceOverview> services;     ///< by self time, largest first; without those that have no span
    std::vector<OperationOverview> operations; ///< entry spans by p95, slowest first
    std::vector<Finding> findings;             ///< at most 6, most striking first
};

/// O(n log n) over the spans of the scope's traces.
Overview overview(const SpanTable& table, const ScopeResult& scope, const StopToken& stop = {});

Tabular tabulateServices(const SpanTable& table, const Overview& overview);

} // namespace aisle
