#include "cases/case_index.h"

#include "analysis/saturating.h"
#include "text/format.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace aisle {

namespace {

int64_t idleLimitOf(std::vector<int64_t> gaps) {
    constexpr int64_t kShortest = 10'000'000'000, kLongest = 1'800'000'000'000;
    if (gaps.empty())
        return kLongest;
    const size_t rank = (gaps.size() * 95 + 99) / 100 - 1; // nearest rank
    std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(rank), gaps.end());
    const int64_t p95 = gaps[rank];
    return p95 > kLongest / 10 ? kLongest : std::max(kShortest, 10 * p95);
}

} // namespace

CaseIndex CaseIndex::build(const SpanTable& table, const CaseColumn& column, const CaseKey& key, const CaseParts& parts, const StopToken& stop) {
    CaseIndex index;
    index.key_ = key;
    index.attribute_ = column.attribute;
    const uint32_t traces = table.traceSlots();

    // What traces say themselves, numbered as in the column; then what they are tied to.
    std::vector<CaseNumber> own(traces, kNoCase);
    for (size_t i = 0; i < column.said.size(); ++i) {
        const auto [t, value] = column.said[i];
        if (table.summary(t).spans == 0)
            continue;
        if (column.decides(i))
            own[t] = value;
        else if (!column.decides(i - 1)) // counted with the second value
            continue;
        else
            ++index.ambiguous_;
    }
    uint64_t without = 0;
    for (TraceIndex t = 0; t < traces; ++t)
        without += table.summary(t).spans > 0 && own[t] == kNoCase;
    CaseTies ties;
    if (without > 0 && (!parts.ties.empty() || key.links)) {
        ties = tieTraces(table, std::move(own), parts.ties, key.links, stop);
    } else {
        ties.by.resize(traces);
        for (TraceIndex t = 0; t < traces; ++t)
            ties.by[t] = static_cast<uint8_t>(own[t] == kNoCase ? CaseTie::None : CaseTie::Own);
        ties.ofTrace = std::move(own);
    }
    index.contested_ = ties.contested;
    index.by_ = std::move(ties.by);
    for (const CaseColumn* tie : parts.ties)
        index.ties_.push_back(tie->attribute);
    std::vector<uint64_t> countOf(static_cast<size_t>(CaseTie::Attribute) + index.ties_.size(), 0);
    for (const uint8_t by : index.by_)
        ++countOf[by];
    for (size_t by = static_cast<size_t>(CaseTie::Link); by < countOf.size(); ++by)
        if (countOf[by] > 0)
            index.tied_.emplace_back(by == static_cast<size_t>(CaseTie::Link) ? "span links" : index.ties_[by - static_cast<size_t>(CaseTie::Attribute)], countOf[by]);
    std::stable_sort(index.tied_.begin(), index.tied_.end(), [](const auto& a, const auto& b) { return a.second > b.second; });

    // Numbered by start.
    constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
    const auto values = static_cast<CaseNumber>(column.distinct.size());
    std::vector<int64_t> starts(values, kNever), undated(values, kNever);
    std::vector<uint32_t> sizes(values, 0);
    for (TraceIndex t = 0; t < traces; ++t) {
        const TraceSummary& s = table.summary(t);
        const CaseNumber c = ties.ofTrace[t];
        if (s.spans == 0 || c == kNoCase) {
            index.without_ += s.spans > 0;
            ties.ofTrace[t] = kNoCase; // of a file that was removed
            continue;
        }
        ++sizes[c];
        int64_t& earliest = (s.hasStart ? starts : undated)[c];
        earliest = std::min(earliest, s.start);
    }
    std::vector<CaseNumber> order;
    for (CaseNumber c = 0; c < values; ++c) {
        if (sizes[c] == 0)
            continue;
        order.push_back(c);
        if (starts[c] == kNever)
            starts[c] = undated[c];
    }
    std::sort(order.begin(), order.end(), [&](CaseNumber a, CaseNumber b) { return std::tie(starts[a], column.distinct[a]) < std::tie(starts[b], column.distinct[b]); });
    std::vector<CaseNumber> numberOf(values, kNoCase);
    std::vector<uint32_t> first{0};
    for (const CaseNumber c : order) {
        numberOf[c] = static_cast<CaseNumber>(first.size() - 1);
        first.push_back(first.back() + sizes[c]);
        Case& one = index.cases_.emplace_back();
        one.value = column.distinct[c];
        one.start = one.end = one.lastStart = starts[c];
    }
    const auto flat = std::make_shared<std::vector<TraceIndex>>(first.back());
    std::vector<uint32_t> next(first.begin(), first.end() - 1);
    index.ofTrace_ = std::move(ties.ofTrace);
    for (TraceIndex t = 0; t < traces; ++t)
        if (index.ofTrace_[t] != kNoCase) {
            index.ofTrace_[t] = numberOf[index.ofTrace_[t]];
            (*flat)[next[index.ofTrace_[t]]++] = t;
        }

    std::vector<int64_t> gaps;
    for (CaseNumber c = 0; c < index.cases_.size(); ++c) {
        if ((c & 0xfff) == 0)
            stop.check();
        Case& one = index.cases_[c];
        const auto from = flat->begin() + first[c], to = flat->begin() + first[c + 1];
        std::sort(from, to, [&](TraceIndex a, TraceIndex b) {
            const TraceSummary &x = table.summary(a), &y = table.summary(b);
            return std::tuple(!x.hasStart, x.start, a) < std::tuple(!y.hasStart, y.start, b);
        });
        one.traces = {flat->data() + first[c], first[c + 1] - first[c]};
        const TraceSummary* before = nullptr;
        for (const TraceIndex t : one.traces) {
            const TraceSummary& s = table.summary(t);
            if (!s.hasStart)
                continue;
            one.end = std::max(one.end, s.start + s.duration);
            if (index.tieOf(t) != CaseTie::Own)
                continue;
            if (before != nullptr)
                gaps.push_back(timeBetween(before->start, s.start));
            before = &s;
        }
    }
    index.traces_ = flat;
    index.idleLimit_ = idleLimitOf(std::move(gaps));
    table.forEachRow([&](Row row) {
        if ((row & 0xffff) == 0)
            stop.check();
        const CaseNumber c = index.ofTrace_[table.trace(row)];
        if (c != kNoCase && (table.flags(row) & kNoStart) == 0 && table.start(row) > index.cases_[c].lastStart && table.isEntry(row))
            index.cases_[c].lastStart = table.start(row);
    });
    for (const TraceIndex t : parts.synthetic)
        if (const CaseNumber c = index.caseOf(t); c != kNoCase)
            index.cases_[c].isSynthetic = true;
    index.byValue_.resize(index.cases_.size());
    std::iota(index.byValue_.begin(), index.byValue_.end(), 0U);
    std::sort(index.byValue_.begin(), index.byValue_.end(), [&](CaseNumber a, CaseNumber b) { return index.cases_[a].value < index.cases_[b].value; });
    return index;
}

CaseNumber CaseIndex::find(std::string_view value) const {
    const auto at = std::lower_bound(byValue_.begin(), byValue_.end(), value, [&](CaseNumber c, std::string_view wanted) { return cases_[c].value < wanted; });
    return at != byValue_.end() && cases_[*at].value == value ? *at : kNoCase;
}

std::string CaseIndex::tieWords(TraceIndex trace) const {
    switch (tieOf(trace)) {
    case CaseTie::None: return {};
    case CaseTie::Own: return attribute_;
    case CaseTie::Link: return "tied by a span link";
    case CaseTie::Attribute: return "tied by " + ties_[by_[trace] - static_cast<size_t>(CaseTie::Attribute)];
    }
    return {};
}

std::vector<std::string> CaseIndex::notes() const {
    std::vector<std::string> out;
    if (!tied_.empty()) {
        std::string words = counted(tied_.front().second, "trace", "traces") + " without " + attribute_ + (tied_.front().second == 1 ? " was" : " were") + " tied by " + tied_.front().first;
        for (size_t i = 1; i < tied_.size(); ++i)
            words += ", " + formatCount(tied_[i].second) + " by " + tied_[i].first;
        out.push_back(words + ".");
    }
    if (contested_ > 0)
        out.push_back(counted(contested_, "trace", "traces") + " could be tied to several " + key_.plural + (contested_ == 1 ? " and belongs to none." : " and belong to none."));
    return out;
}

} // namespace aisle
