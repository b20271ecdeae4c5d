#include "table/span_table.h"

#include "table/derive.h"

#include <algorithm>
#include <limits>

namespace aisle {

namespace {

/// Whether a SERVER span is a part of another one of its service: two libraries that both record one request. A CLIENT or PRODUCER between
/// them, or another instance, makes it another request. Not so CONSUMER spans: those below one that receives are each a message. Chains of
/// parents are walked for so many steps and no further. In the Astronomy Shop file each second request to its frontend is recorded twice, and most of those that failed.
bool isRecordedTwice(const SpanTable& table, Row row) {
    constexpr int kMostSteps = 16;
    Row up = table.parent(row);
    for (int step = 0; step < kMostSteps && up != kNoRow && table.service(up) == table.service(row); ++step, up = table.parent(up)) {
        if (table.kind(up) == table.kind(row))
            return table.contextInfo(table.context(up)).instance == table.contextInfo(table.context(row)).instance;
        if (table.kind(up) != Kind::Internal && table.kind(up) != Kind::Unspecified)
            return false;
    }
    return false;
}

} // namespace

bool SpanTable::isEntry(Row r) const {
    switch (kind(r)) {
    case Kind::Server: return !isRecordedTwice(*this, r);
    case Kind::Consumer: return true;
    case Kind::Internal: return parent(r) == kNoRow && (derivedFlags(r) & kOrphan) == 0;
    case Kind::Unspecified: {
        const Row up = parent(r);
        return up == kNoRow || service(up) != service(r);
    }
    case Kind::Client:
    case Kind::Producer: return false;
    }
    return false;
}

std::optional<uint32_t> SpanTable::serviceByName(std::string_view name) const {
    const auto found = std::find(services_->begin(), services_->end(), name);
    if (found == services_->end())
        return std::nullopt;
    return static_cast<uint32_t>(found - services_->begin());
}

std::optional<TraceIndex> SpanTable::findTrace(TraceId id) const {
    const auto& byId = traces_->byId;
    const auto found = std::lower_bound(byId.begin(), byId.end(), id, [this](TraceIndex t, TraceId wanted) {
        return traces_->ids[t] < wanted;
    });
    if (found == byId.end() || traces_->ids[*found] != id || traces_->summaries[*found].spans == 0)
        return std::nullopt;
    return *found;
}

std::span<const Row> SpanTable::rowsOf(TraceIndex t) const {
    const uint32_t from = traces_->firstRowIndex[t], to = traces_->firstRowIndex[t + 1];
    return {traces_->rows.data() + from, to - from};
}

Row SpanTable::findSpan(TraceIndex t, SpanId wanted) const {
    Row found = kNoRow;
    const auto rank = [this](Row r) { return std::pair((derivedFlags(r) & kServerHalf) != 0, start(r)); };
    for (const Row r : rowsOf(t))
        if (id(r) == wanted && !isHidden(r) && (found == kNoRow || rank(r) < rank(found)))
            found = r;
    return found;
}

void SpanTable::findSpans(TraceIndex t, std::span<const SpanId> ids, std::vector<Row>& rows) const {
    rows.assign(ids.size(), kNoRow);
    const auto rank = [this](Row r) { return std::pair((derivedFlags(r) & kServerHalf) != 0, start(r)); };
    for (const Row r : rowsOf(t)) {
        if (isHidden(r))
            continue;
        const auto at = static_cast<size_t>(std::lower_bound(ids.begin(), ids.end(), id(r)) - ids.begin());
        if (at < ids.size() && ids[at] == id(r) && (rows[at] == kNoRow || rank(r) < rank(rows[at])))
            rows[at] = r;
    }
    for (size_t i = 1; i < ids.size(); ++i)
        if (ids[i] == ids[i - 1])
            rows[i] = rows[i - 1];
}

int64_t SpanTable::shifted(Row r, int64_t time) const {
    const int64_t by = (*clocks_)[context(r)], latest = std::numeric_limits<int64_t>::max() - std::max<int64_t>(0, duration(r));
    int64_t out = 0;
    if (!__builtin_add_overflow(time, by, &out))
        return std::min(out, latest);
    return by > 0 ? latest : std::numeric_limits<int64_t>::min();
}

SpanTablePtr SpanTable::withClocks(std::shared_ptr<const std::vector<int64_t>> shifts, std::span<const TraceIndex> traces) const {
    auto out = std::make_shared<SpanTable>(*this);
    out->clocks_ = std::move(shifts);
    std::vector<std::shared_ptr<DerivedSegment>> fresh(derived_.size());
    std::vector<int64_t> self;
    for (const TraceIndex trace : traces) {
        selfTimes(*out, rowsOf(trace), self);
        size_t i = 0;
        for (const Row row : rowsOf(trace)) {
            auto& segment = fresh[row >> 16];
            if (!segment)
                segment = std::make_shared<DerivedSegment>(*derived_[row >> 16]);
            segment->selfTime[offset(row)] = self[i++];
        }
    }
    for (size_t i = 0; i < fresh.size(); ++i)
        if (fresh[i])
            out->derived_[i] = std::move(fresh[i]);
    return out;
}

} // namespace aisle
