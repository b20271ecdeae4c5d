#include "analysis/clock_skew.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

constexpr uint8_t kWithoutTimes = kNoStart | kUnfinished | kNegative;

/// A shift beyond that is no clock that is off, but another epoch: nothing to put right.
constexpr int64_t kMost = 30LL * 24 * 3600 * 1'000'000'000;

/// The bounds of one call; nothing when it says nothing.
struct Bounds {
    int64_t low, high;
    bool isOutside() const { return low > 0 || high < 0; }
};
std::optional<Bounds> boundsOf(const SpanTable& table, Row server) {
    const Row client = table.parent(server);
    if (client == kNoRow || table.kind(server) != Kind::Server || table.kind(client) != Kind::Client || table.isError(client) ||
        ((table.flags(server) | table.flags(client)) & kWithoutTimes) != 0 || table.duration(server) > table.duration(client))
        return std::nullopt;
    Bounds bounds{};
    if (__builtin_sub_overflow(table.start(client), table.start(server), &bounds.low) || __builtin_sub_overflow(table.end(client), table.end(server), &bounds.high) ||
        bounds.low < -kMost || bounds.high > kMost)
        return std::nullopt;
    return bounds;
}

uint64_t pairKey(uint32_t caller, uint32_t callee) { return static_cast<uint64_t>(caller) << 32 | callee; }

} // namespace

ClockSkew ClockSkew::measure(const SpanTable& table, const StopToken& stop) {
    ClockSkew out;
    std::unordered_map<uint64_t, uint32_t> hosts;
    const uint32_t contexts = table.contextCount(); // those of hidden rows, too
    out.hostOfContext_.resize(contexts);
    for (uint32_t i = 0; i < contexts; ++i) {
        const ContextInfo& info = table.contextInfo(i);
        const uint64_t key = info.instance != ContextInfo::kNoInstance ? info.instance : kService + info.service;
        const auto [at, isNew] = hosts.try_emplace(key, static_cast<uint32_t>(out.keys_.size()));
        if (isNew)
            out.keys_.push_back(key);
        out.hostOfContext_[i] = at->second;
    }
    out.roots_.assign(out.keys_.size(), 0);
    std::unordered_map<uint64_t, size_t> pairOf;
    uint64_t looked = 0;
    table.forEachRow([&](Row server) {
        if ((++looked & 0xffff) == 0)
            stop.check();
        const Row client = table.parent(server);
        const uint32_t callee = out.hostOfContext_[table.context(server)];
        if (client == kNoRow) {
            ++out.roots_[callee];
            return;
        }
        const uint32_t caller = out.hostOfContext_[table.context(client)];
        if (caller == callee)
            return;
        const auto bounds = boundsOf(table, server);
        if (!bounds)
            return;
        const auto [at, isNew] = pairOf.try_emplace(pairKey(caller, callee), out.pairs_.size());
        if (isNew)
            out.pairs_.push_back({caller, callee, bounds->low, bounds->high, 0, 0});
        HostPair& pair = out.pairs_[at->second];
        pair.low = std::max(pair.low, bounds->low);
        pair.high = std::min(pair.high, bounds->high);
        ++pair.calls;
        pair.outside += bounds->isOutside();
    });
    std::sort(out.pairs_.begin(), out.pairs_.end(), [](const HostPair& a, const HostPair& b) {
        return std::tie(b.calls, a.caller, a.callee) < std::tie(a.calls, b.caller, b.callee);
    });
    return out;
}

std::string ClockSkew::hostName(const SpanTable& table, uint32_t host) const {
    const uint64_t key = keys_[host];
    return std::string(key >= kService ? std::string_view(table.services()[key - kService]) : table.text(static_cast<uint32_t>(key)));
}

bool ClockSkew::isAny() const {
    return std::any_of(pairs_.begin(), pairs_.end(), [](const HostPair& pair) { return pair.differs() || pair.drifts(); });
}

std::vector<int64_t> ClockSkew::shifts(double share) const {
    const auto hosts = static_cast<uint32_t>(keys_.size());
    std::vector<std::vector<uint32_t>> pairsOf(hosts);
    for (uint32_t i = 0; i < pairs_.size(); ++i) {
        pairsOf[pairs_[i].caller].push_back(i);
        pairsOf[pairs_[i].callee].push_back(i);
    }
    const auto offset = [&](const HostPair& pair) -> int64_t {
        if (!pair.differs())
            return 0;
        const double wide = static_cast<double>(pair.high) - static_cast<double>(pair.low);
        return std::clamp(pair.low + static_cast<int64_t>(std::llround(wide * std::clamp(share, 0.0, 1.0))), pair.low, pair.high);
    };
    std::vector<int64_t> ofHost(hosts, 0);
    std::vector<bool> known(hosts, false);
    std::vector<uint32_t> order(hosts);
    for (uint32_t i = 0; i < hosts; ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return roots_[a] > roots_[b]; });
    std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> open; // pairs: those with the most calls have the smallest numbers
    for (const uint32_t reference : order) {
        if (known[reference])
            continue;
        known[reference] = true;
        for (const uint32_t i : pairsOf[reference])
            open.push(i);
        while (!open.empty()) {
            const HostPair& pair = pairs_[open.top()];
            open.pop();
            if (pair.drifts() || known[pair.caller] == known[pair.callee])
                continue;
            const uint32_t next = known[pair.caller] ? pair.callee : pair.caller;
            ofHost[next] = std::clamp(known[pair.caller] ? ofHost[pair.caller] + offset(pair) : ofHost[pair.callee] - offset(pair), -kMost, kMost);
            known[next] = true;
            for (const uint32_t i : pairsOf[next])
                open.push(i);
        }
    }
    std::vector<int64_t> out(hostOfContext_.size());
    for (size_t i = 0; i < out.size(); ++i)
        out[i] = ofHost[hostOfContext_[i]];
    return out;
}

ClockFindings clockFindings(const SpanTable& table, const ClockSkew& skew, std::span<const TraceIndex> traces, const std::vector<int64_t>& shifts, const StopToken& stop) {
    ClockFindings out;
    const auto& pairs = skew.pairs();
    std::unordered_map<uint64_t, uint32_t> said;
    for (uint32_t i = 0; i < pairs.size(); ++i)
        if (pairs[i].differs() || pairs[i].drifts())
            said.emplace(pairKey(pairs[i].caller, pairs[i].callee), i);
    if (said.empty())
        return out;
    std::vector<bool> isFound(pairs.size(), false);
    uint64_t looked = 0;
    for (const TraceIndex trace : traces) {
        for (const Row row : table.rowsOf(trace)) {
            if ((++looked & 0xffff) == 0)
                stop.check();
            if (table.isHidden(row))
                continue;
            out.spans += shifts[table.context(row)] != 0;
            const Row client = table.parent(row);
            const auto at = client == kNoRow ? said.end() : said.find(pairKey(skew.hostOf(table.context(client)), skew.hostOf(table.context(row))));
            if (at == said.end())
                continue;
            // Also calls that are no evidence themselves: that the clocks differ is known from others.
            if (table.kind(row) != Kind::Server || table.kind(client) != Kind::Client || ((table.flags(row) | table.flags(client)) & kWithoutTimes) != 0)
                continue;
            out.calls += table.start(row) < table.start(client) || table.end(row) > table.end(client);
            isFound[at->second] = true;
        }
    }
    for (uint32_t i = 0; i < pairs.size(); ++i)
        if (isFound[i])
            (pairs[i].drifts() ? out.drifting : out.differing).push_back(pairs[i]);
    return out;
}

} // namespace aisle
