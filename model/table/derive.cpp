#include "table/derive.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace aisle {

namespace {

constexpr uint32_t kNone = kNoRow;

bool isClientSide(Kind kind) { return kind == Kind::Client || kind == Kind::Producer; }
bool isServerSide(Kind kind, uint8_t flags) {
    return kind == Kind::Server || kind == Kind::Consumer || (flags & kSharedId) != 0;
}

int64_t endOf(int64_t start, int64_t duration) { return start + std::max<int64_t>(duration, 0); }

/// So many spans of one id are looked at when a parent is sought: a file in which a million different spans
/// share one id must not take a million times a million steps.
constexpr size_t kSameId = 256;

} // namespace

void TraceRows::resize(size_t n) {
    start.resize(n);
    duration.resize(n);
    id.resize(n);
    parentId.resize(n);
    name.resize(n);
    service.resize(n);
    instance.resize(n);
    kind.resize(n);
    flags.resize(n);
    attributeCount.resize(n);
}

void TraceDeriver::derive(const TraceRows& in, TraceDerived& out) {
    const size_t n = in.row.size();
    out.parent.assign(n, kNone);
    out.depth.assign(n, 0);
    out.selfTime.assign(n, 0);
    out.flags.assign(n, 0);
    hideCopies(in, out);
    resolveParents(in, out);
    breakCycles(in, out);
    childrenAndDepth(in, out);
    selfTimes(in, out);
    summarise(in, out);
}

/// Copies of one span (same id, service, name, kind, start): the finished one wins, then the later ending,
/// then the one with more attributes, then the first. A Zipkin record without kind and time is a fragment of
/// the record with its id and service. Leaves order_ sorted by id, of one id the visible ones first.
void TraceDeriver::hideCopies(const TraceRows& in, TraceDerived& out) {
    const auto n = static_cast<uint32_t>(in.row.size());
    order_.resize(n);
    std::iota(order_.begin(), order_.end(), 0U);
    if (n < 2)
        return;
    const auto identity = [&](uint32_t i) {
        return std::tuple(in.id[i], in.service[i], in.name[i], in.kind[i], in.start[i]);
    };
    std::sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) {
        return in.id[a] != in.id[b] ? in.id[a] < in.id[b] : std::tuple(identity(a), a) < std::tuple(identity(b), b);
    });
    const auto better = [&](uint32_t a, uint32_t b) { // a before b in row order
        const bool aDone = (in.flags[a] & kUnfinished) == 0, bDone = (in.flags[b] & kUnfinished) == 0;
        return std::tuple(bDone, in.duration[b], in.attributeCount[b]) >
                       std::tuple(aDone, in.duration[a], in.attributeCount[a])
                   ? b
                   : a;
    };
    for (uint32_t from = 0; from < n;) {
        uint32_t to = from + 1;
        while (to < n && in.id[order_[to]] == in.id[order_[from]])
            ++to;
        if (in.id[order_[from]] != 0 && to - from > 1) {
            for (uint32_t a = from; a < to;) {
                uint32_t b = a + 1, winner = order_[a];
                for (; b < to && identity(order_[b]) == identity(order_[a]); ++b)
                    winner = better(winner, order_[b]);
                for (uint32_t k = a; k < b; ++k) {
                    if (order_[k] != winner) {
                        out.flags[order_[k]] = kHidden;
                        out.parent[order_[k]] = winner;
                    }
                }
                a = b;
            }
            mergeFragments(in, out, std::span(order_).subspan(from, to - from));
            // Visible ones first: a parent is sought among so many of them only (kSameId).
            std::stable_partition(order_.begin() + from, order_.begin() + to,
                                  [&](uint32_t i) { return (out.flags[i] & kHidden) == 0; });
        }
        from = to;
    }
}

/// Fragments merge into the earliest whole record of their service among those of their id; where there is none,
/// into the first fragment. What was a copy of a fragment then belongs to that record too.
void TraceDeriver::mergeFragments(const TraceRows& in, TraceDerived& out, std::span<const uint32_t> sameId) {
    const auto isVisible = [&](uint32_t i) { return (out.flags[i] & kHidden) == 0; };
    const auto isFragment = [&](uint32_t i) {
        return in.kind[i] == Kind::Unspecified && (in.flags[i] & kNoStart) != 0;
    };
    if (std::none_of(sameId.begin(), sameId.end(), [&](uint32_t i) { return isVisible(i) && isFragment(i); }))
        return;
    struct Service {
        uint32_t number, whole = kNone, fragment = kNone;
    };
    std::vector<Service> services; // sameId is sorted by service
    for (const uint32_t i : sameId) {
        if (!isVisible(i))
            continue;
        if (services.empty() || services.back().number != in.service[i])
            services.push_back({in.service[i]});
        Service& s = services.back();
        if (isFragment(i))
            s.fragment = std::min(s.fragment, i);
        else if (s.whole == kNone || std::tuple(in.start[i], i) < std::tuple(in.start[s.whole], s.whole))
            s.whole = i;
    }
    size_t at = 0;
    for (const uint32_t i : sameId) {
        if (!isVisible(i) || !isFragment(i))
            continue;
        while (services[at].number != in.service[i])
            ++at;
        const uint32_t into = services[at].whole != kNone ? services[at].whole : services[at].fragment;
        if (into != i) {
            out.flags[i] = kHidden | kFragment;
            out.parent[i] = into;
        }
    }
    for (const uint32_t i : sameId)
        if (!isVisible(i) && !isVisible(out.parent[i]))
            out.parent[i] = out.parent[out.parent[i]];
}

void TraceDeriver::resolveParents(const TraceRows& in, TraceDerived& out) {
    const auto n = static_cast<uint32_t>(in.row.size());
    const auto groupOf = [&](SpanId id) {
        const auto from = std::lower_bound(order_.begin(), order_.end(), id,
                                           [&](uint32_t i, SpanId wanted) { return in.id[i] < wanted; });
        auto to = from;
        while (to != order_.end() && in.id[*to] == id && static_cast<size_t>(to - from) < kSameId)
            ++to;
        return std::span<const uint32_t>(from, to);
    };
    const auto earlier = [&](uint32_t a, uint32_t b) {
        return a == kNone || std::tuple(in.start[b], b) < std::tuple(in.start[a], a) ? b : a;
    };
    // The halves of one id: the server half is the child of the client half.
    for (uint32_t from = 0; from < n;) {
        uint32_t to = from + 1;
        while (to < n && in.id[order_[to]] == in.id[order_[from]])
            ++to;
        if (to - from > 1 && in.id[order_[from]] != 0) {
            uint32_t client = kNone;
            for (uint32_t k = from; k < to; ++k) {
                const uint32_t i = order_[k];
                if ((out.flags[i] & kHidden) == 0 && isClientSide(in.kind[i]) && (in.flags[i] & kSharedId) == 0)
                    client = earlier(client, i);
            }
            for (uint32_t k = from; k < to && client != kNone; ++k) {
                const uint32_t i = order_[k];
                if ((out.flags[i] & kHidden) == 0 && i != client && isServerSide(in.kind[i], in.flags[i])) {
                    out.parent[i] = client;
                    out.flags[i] |= kServerHalf;
                }
            }
        }
        from = to;
    }
    for (uint32_t i = 0; i < n; ++i) {
        if ((out.flags[i] & (kHidden | kServerHalf)) != 0)
            continue;
        if (in.parentId[i] == 0) {
            out.flags[i] |= kRoot;
            continue;
        }
        uint32_t best = kNone;
        int bestRank = -1;
        bool onlyItself = false;
        for (const uint32_t candidate : groupOf(in.parentId[i])) {
            if ((out.flags[candidate] & kHidden) != 0)
                continue;
            if (candidate == i) {
                onlyItself = best == kNone;
                continue;
            }
            onlyItself = false;
            const int host = in.service[candidate] == in.service[i] && in.instance[candidate] == in.instance[i] ? 3
                             : in.service[candidate] == in.service[i]                                           ? 2
                             : isServerSide(in.kind[candidate], in.flags[candidate])                            ? 1
                                                                                                                : 0;
            // Of several on one host that which ran when the child began.
            const bool ran = ((in.flags[candidate] | in.flags[i]) & kNoStart) == 0 && in.start[i] >= in.start[candidate] &&
                             in.start[i] <= endOf(in.start[candidate], in.duration[candidate]);
            const int rank = 2 * host + (ran ? 1 : 0);
            if (rank > bestRank || (rank == bestRank && earlier(best, candidate) == candidate)) {
                best = candidate;
                bestRank = rank;
            }
        }
        out.parent[i] = best;
        if (best == kNone)
            out.flags[i] |= static_cast<uint8_t>(kRoot | (onlyItself ? kCycle : kOrphan));
    }
}

/// Every span has at most one parent, so a walk upwards either ends or comes back to itself. A cycle is broken
/// at its earliest span, then the smallest id.
void TraceDeriver::breakCycles(const TraceRows& in, TraceDerived& out) {
    const auto n = static_cast<uint32_t>(in.row.size());
    state_.assign(n, 0); // 0 new, 1 on the current walk, 2 done
    for (uint32_t first = 0; first < n; ++first) {
        if (state_[first] != 0 || (out.flags[first] & kHidden) != 0)
            continue;
        stack_.clear();
        uint32_t i = first;
        while (i != kNone && state_[i] == 0) {
            state_[i] = 1;
            stack_.push_back(i);
            i = out.parent[i];
        }
        if (i != kNone && state_[i] == 1) {
            uint32_t at = i;
            for (uint32_t k = out.parent[i]; k != i; k = out.parent[k])
                if (std::tuple(in.start[k], in.id[k], k) < std::tuple(in.start[at], in.id[at], at))
                    at = k;
            out.parent[at] = kNone;
            out.flags[at] = static_cast<uint8_t>((out.flags[at] & ~kServerHalf) | kRoot | kCycle);
        }
        for (const uint32_t k : stack_)
            state_[k] = 2;
    }
}

void TraceDeriver::childrenAndDepth(const TraceRows& in, TraceDerived& out) {
    const auto n = static_cast<uint32_t>(in.row.size());
    // A trace may be the whole file: each array of its length counts, so the order by id, which is done with, gives its
    // own to the children.
    children_.swap(order_);
    childStart_.assign(n + 1, 0);
    for (uint32_t i = 0; i < n; ++i)
        if (out.parent[i] != kNone && (out.flags[i] & kHidden) == 0)
            ++childStart_[out.parent[i]];
    uint32_t end = 0; // of the children of i; each child that is put there from behind makes it their beginning
    for (uint32_t i = 0; i < n; ++i) {
        if (childStart_[i] > 0)
            out.flags[i] |= kHasChildren;
        childStart_[i] = end += childStart_[i];
    }
    childStart_[n] = end;
    children_.resize(end);
    for (uint32_t i = n; i-- > 0;)
        if (out.parent[i] != kNone && (out.flags[i] & kHidden) == 0)
            children_[--childStart_[out.parent[i]]] = i;
    stack_.clear();
    for (uint32_t i = 0; i < n; ++i)
        if (out.parent[i] == kNone && (out.flags[i] & kHidden) == 0)
            stack_.push_back(i);
    while (!stack_.empty()) {
        const uint32_t i = stack_.back();
        stack_.pop_back();
        for (uint32_t k = childStart_[i]; k < childStart_[i + 1]; ++k) {
            out.depth[children_[k]] = out.depth[i] + 1;
            stack_.push_back(children_[k]);
        }
    }
}

void selfTimes(const SpanTable& table, std::span<const Row> rows, std::vector<int64_t>& out) {
    TraceRows in;
    in.row = rows;
    in.start.reserve(rows.size());
    in.duration.reserve(rows.size());
    TraceDerived derived;
    derived.parent.assign(rows.size(), kNone);
    derived.depth.assign(rows.size(), 0);
    derived.flags.reserve(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        const Row row = rows[i], parent = table.parent(row);
        in.start.push_back(table.start(row));
        in.duration.push_back(table.duration(row));
        derived.flags.push_back(table.derivedFlags(row));
        const auto at = parent == kNoRow ? rows.end() : std::lower_bound(rows.begin(), rows.end(), parent);
        if (at != rows.end() && *at == parent)
            derived.parent[i] = static_cast<uint32_t>(at - rows.begin());
    }
    TraceDeriver().deriveTimes(in, derived);
    out = std::move(derived.selfTime);
}

void TraceDeriver::deriveTimes(const TraceRows& in, TraceDerived& out) {
    out.selfTime.assign(in.row.size(), 0);
    childrenAndDepth(in, out);
    selfTimes(in, out);
}

/// Duration minus the union of the direct children, clipped to the span; asynchronous children included.
void TraceDeriver::selfTimes(const TraceRows& in, TraceDerived& out) {
    const auto n = static_cast<uint32_t>(in.row.size());
    for (uint32_t i = 0; i < n; ++i) {
        if ((out.flags[i] & kHidden) != 0 || in.duration[i] <= 0)
            continue;
        const auto first = children_.begin() + childStart_[i], last = children_.begin() + childStart_[i + 1];
        const auto byStart = [&](uint32_t a, uint32_t b) { return in.start[a] < in.start[b]; };
        if (!std::is_sorted(first, last, byStart))
            std::sort(first, last, byStart);
        const int64_t from = in.start[i], to = endOf(from, in.duration[i]);
        int64_t covered = 0, reached = from;
        for (auto child = first; child != last; ++child) {
            const int64_t begin = std::max(in.start[*child], reached);
            const int64_t end = std::min(endOf(in.start[*child], in.duration[*child]), to);
            if (end > begin) {
                covered += end - begin;
                reached = end;
            }
        }
        out.selfTime[i] = (to - from) - covered;
    }
}

void TraceDeriver::summarise(const TraceRows& in, TraceDerived& out) {
    TraceSummary& s = out.summary;
    s = {};
    int64_t start = std::numeric_limits<int64_t>::max(), end = std::numeric_limits<int64_t>::min();
    bool anyStart = false;
    thread_local std::vector<uint32_t> services;
    services.clear();
    for (uint32_t i = 0; i < in.row.size(); ++i) {
        if ((out.flags[i] & kHidden) != 0)
            continue;
        ++s.spans;
        s.errors += (in.flags[i] & kErrorByRule) != 0;
        s.orphans += (out.flags[i] & kOrphan) != 0;
        if (services.empty() || services.back() != in.service[i])
            services.push_back(in.service[i]);
        // A span without a start does not stretch its trace back to 1970.
        const bool hasStart = (in.flags[i] & kNoStart) == 0;
        if (hasStart && !anyStart) {
            anyStart = true;
            start = std::numeric_limits<int64_t>::max();
            end = std::numeric_limits<int64_t>::min();
        }
        if (hasStart || !anyStart) {
            start = std::min(start, in.start[i]);
            end = std::max(end, endOf(in.start[i], in.duration[i]));
        }
        if ((out.flags[i] & kRoot) != 0) {
            // Nor is it the root where another one is, however early 1970 was.
            const auto rank = [&](uint32_t k) {
                return std::tuple((out.flags[k] & kOrphan) != 0, (in.flags[k] & kNoStart) != 0, in.start[k], in.id[k], k);
            };
            if (s.root == kNone || rank(i) < rank(s.root))
                s.root = i;
        }
    }
    if (s.spans == 0)
        return;
    std::sort(services.begin(), services.end());
    s.services = static_cast<uint32_t>(std::unique(services.begin(), services.end()) - services.begin());
    s.hasStart = anyStart;
    s.start = start;
    s.duration = end - start;
}

} // namespace aisle
