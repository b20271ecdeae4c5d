#include "cases/case_index.h"

#include "resource/resource.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace aisle {

std::vector<CaseKey> caseKeys() {
    std::vector<CaseKey> out;
    const auto json = nlohmann::json::parse(readResource(":/presets/cases.json"));
    for (const auto& item : json)
        out.push_back({item.at("id"), item.at("title"), item.at("plural"), item.at("keys")});
    return out;
}

CaseIndex CaseIndex::build(const SpanTable& table, const AttributeColumn& column, const CaseKey& key, const AttributeColumn* synthetic) {
    CaseIndex index;
    index.key_ = key;
    index.attribute_ = column.key();
    const uint32_t traces = table.traceSlots();
    std::vector<uint32_t> value(traces, AttributeColumn::kNone);
    std::vector<Row> from(traces, kNoRow);
    std::vector<bool> ambiguous(traces, false);
    for (size_t i = 0; i < column.rows().size(); ++i) {
        const Row row = column.rows()[i];
        const uint32_t v = column.values()[i];
        if (column.distinct()[v].empty())
            continue;
        const TraceIndex t = table.trace(row);
        if (from[t] == kNoRow) {
            value[t] = v;
            from[t] = row;
            continue;
        }
        if (value[t] != v)
            ambiguous[t] = true;
        const auto moment = [&](Row r) { return std::tuple((table.flags(r) & kNoStart) != 0, table.start(r), r); };
        if (moment(row) < moment(from[t])) {
            value[t] = v;
            from[t] = row;
        }
    }

    std::vector<CaseNumber> ofValue(column.distinct().size(), kNoCase);
    index.ofTrace_.assign(traces, kNoCase);
    for (TraceIndex t = 0; t < traces; ++t) {
        if (table.summary(t).spans == 0)
            continue;
        if (value[t] == AttributeColumn::kNone) {
            ++index.without_;
            continue;
        }
        index.ambiguous_ += ambiguous[t];
        CaseNumber& number = ofValue[value[t]];
        if (number == kNoCase) {
            number = static_cast<CaseNumber>(index.cases_.size());
            index.cases_.push_back({column.distinct()[value[t]], {}, 0, 0, 0, false});
        }
        index.cases_[number].traces.push_back(t);
    }
    std::vector<int64_t> gaps;
    for (Case& c : index.cases_) {
        std::sort(c.traces.begin(), c.traces.end(), [&](TraceIndex a, TraceIndex b) {
            const TraceSummary &x = table.summary(a), &y = table.summary(b);
            return std::tuple(!x.hasStart, x.start, a) < std::tuple(!y.hasStart, y.start, b);
        });
        c.start = table.summary(c.traces.front()).start;
        c.lastStart = c.start;
        for (const TraceIndex t : c.traces)
            for (const Row row : table.rowsOf(t))
                if (!table.isHidden(row) && table.isEntry(row) && (table.flags(row) & kNoStart) == 0)
                    c.lastStart = std::max(c.lastStart, table.start(row));
        c.end = c.start;
        for (size_t i = 0; i < c.traces.size(); ++i) {
            const TraceSummary& s = table.summary(c.traces[i]);
            if (s.hasStart)
                c.end = std::max(c.end, s.start + s.duration);
            if (i > 0 && s.hasStart && table.summary(c.traces[i - 1]).hasStart)
                gaps.push_back(s.start - table.summary(c.traces[i - 1]).start);
        }
    }
    std::sort(index.cases_.begin(), index.cases_.end(),
              [](const Case& a, const Case& b) { return std::tie(a.start, a.value) < std::tie(b.start, b.value); });
    for (CaseNumber number = 0; number < index.cases_.size(); ++number)
        for (const TraceIndex t : index.cases_[number].traces)
            index.ofTrace_[t] = number;
    if (synthetic != nullptr)
        for (const Row row : synthetic->rows())
            if (const CaseNumber number = index.caseOf(table.trace(row)); number != kNoCase)
                index.cases_[number].isSynthetic = true;

    constexpr int64_t kShortest = 10'000'000'000, kLongest = 1'800'000'000'000;
    index.idleLimit_ = kLongest;
    if (!gaps.empty()) {
        const size_t rank = (gaps.size() * 95 + 99) / 100 - 1; // nearest rank
        std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(rank), gaps.end());
        const int64_t p95 = gaps[rank];
        index.idleLimit_ = p95 > kLongest / 10 ? kLongest : std::max(kShortest, 10 * p95);
    }
    return index;
}

CaseNumber CaseIndex::find(std::string_view value) const {
    for (CaseNumber number = 0; number < cases_.size(); ++number)
        if (cases_[number].value == value)
            return number;
    return kNoCase;
}

} // namespace aisle
