#include "analysis/trace_values.h"

#include <algorithm>
#include <limits>

namespace aisle {

TraceValues::TraceValues(const traceql::Source& source, const traceql::Field& field, const BitSet* traces, const StopToken& stop)
    : numbers_(source.table->traceSlots()), rows_(source.table->traceSlots(), kNoRow) {
    const SpanTable& table = *source.table;
    RowSet rows(table); // of spans that match and of others
    table.forEachRow([&](Row row) {
        if (traces == nullptr || (*traces)[table.trace(row)])
            rows.set(row);
    });
    values_ = traceql::numberedField(source, field, rows, stop);
    for (TraceIndex trace = 0; trace < table.traceSlots(); ++trace) {
        if ((trace & 0xfff) == 0)
            stop.check();
        if (traces != nullptr && !(*traces)[trace])
            continue;
        const auto take = [&](Row row) {
            numbers_[trace] = values_.number(row);
            if (numbers_[trace] != 0)
                rows_[trace] = row;
            return numbers_[trace] != 0;
        };
        if (const Row root = table.summary(trace).root; root != kNoRow && take(root))
            continue;
        for (const Row row : table.rowsOf(trace))
            if (!table.isHidden(row) && take(row))
                break;
    }
}

std::vector<int64_t> TraceValues::order() const {
    std::vector<uint32_t> byValue;
    bool isNumeric = true;
    std::vector<uint8_t> occurs(count());
    for (const uint32_t number : numbers_)
        occurs[number] = 1;
    std::vector<std::pair<traceql::Value, std::string>> values(count());
    for (uint32_t n = 1; n < count(); ++n)
        if (occurs[n] != 0) {
            values[n] = {values_.value(n), {}};
            values[n].second = values[n].first.toText();
            isNumeric = isNumeric && values[n].first.isNumber;
            byValue.push_back(n);
        }
    std::sort(byValue.begin(), byValue.end(), [&](uint32_t a, uint32_t b) {
        if (isNumeric && values[a].first.number != values[b].first.number)
            return values[a].first.number < values[b].first.number;
        return values[a].second < values[b].second;
    });
    std::vector<int64_t> rank(count(), std::numeric_limits<int64_t>::min()); // without a value: below all
    for (size_t i = 0; i < byValue.size(); ++i)
        rank[byValue[i]] = static_cast<int64_t>(i);
    std::vector<int64_t> out;
    out.reserve(numbers_.size());
    for (const uint32_t number : numbers_)
        out.push_back(rank[number]);
    return out;
}

} // namespace aisle
