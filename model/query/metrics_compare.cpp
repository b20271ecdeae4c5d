#include "query/metrics.h"
#include "query/numbered_field.h"
#include "query/value_counts.h"

#include <algorithm>

namespace aisle::traceql {

namespace {

constexpr size_t kUsual = 10; ///< values of an attribute, as in Tempo
constexpr size_t kLongest = 1024; ///< bytes of a label, as of groups

/// The numbers of the values that most of these spans have; ties in the order of the numbers.
std::vector<uint32_t> mostFrequent(const NumberedField& field, const std::vector<uint64_t>& counts, size_t most) {
    std::vector<uint32_t> out;
    for (uint32_t n = 1; n < counts.size(); ++n)
        if (counts[n] > 0 && field.value(n).type != Value::Type::Nil)
            out.push_back(n);
    std::stable_sort(out.begin(), out.end(), [&](uint32_t a, uint32_t b) { return counts[a] > counts[b]; });
    out.resize(std::min(out.size(), most));
    return out;
}

} // namespace

Metrics compared(const Query& query, const Node& node, const Source& source, const RowSet& rows, const RowSet& selection, int64_t step, const StopToken& stop) {
    const SpanTable& table = *source.table;
    Metrics out;
    out.function = node.function;
    out.labelNames = {"type", "attribute", "value"};
    const Steps time = Steps::of(table, rows, step);
    if (time.count == 0)
        return out;
    out.start = time.start;
    out.step = time.width;
    const size_t most = node.children.size() > 1 ? static_cast<size_t>(query.nodes[node.children[1]].literal.integer) : kUsual;

    const auto add = [&](const char* type, const Field& field, std::string value, std::vector<double> values) {
        Series series;
        series.labels.emplace_back(type);
        series.labels.push_back(toText(field));
        series.labels.push_back(std::move(value));
        series.values = std::move(values);
        for (const double count : series.values)
            series.sum += count;
        out.series.push_back(std::move(series));
    };
    // Of a hostile file's thousand keys only what will be kept is held; of each type as much as of the other, or a baseline of
    // most spans would push out what it is compared with.
    const auto prune = [&] {
        std::stable_sort(out.series.begin(), out.series.end(), [](const Series& a, const Series& b) { return a.sum > b.sum; });
        size_t kept[2] = {0, 0};
        out.moreSeries += std::erase_if(out.series, [&](const Series& one) { return ++kept[one.labels[0].starts_with("selection")] > Metrics::kMost / 2; });
    };
    const auto forEach = [&](auto&& f) { // f(row, whether it is selected)
        uint64_t visited = 0;
        rows.forEach([&](Row row) {
            if ((++visited & 0xffff) == 0)
                stop.check();
            if ((table.flags(row) & kNoStart) == 0)
                f(row, selection[row]);
        });
    };
    static constexpr const char *kTypes[] = {"baseline", "selection"}, *kTotals[] = {"baseline_total", "selection_total"};
    for (const Field& field : comparedFields(source, stop)) {
        const NumberedField numbered = numberedField(source, field, rows, stop);
        std::vector<uint64_t> counts[2] = {std::vector<uint64_t>(numbered.count), std::vector<uint64_t>(numbered.count)};
        forEach([&](Row row, bool isSelected) { ++counts[isSelected][numbered.number(row)]; });
        // First which values there are most of, then when: of a field with a value for every span nobody keeps a series of each.
        std::vector<uint32_t> chosen[2], seriesOf[2];
        std::vector<std::vector<double>> series[2];
        for (const int is : {0, 1}) {
            chosen[is] = mostFrequent(numbered, counts[is], most);
            seriesOf[is].assign(numbered.count, 0); // the first one is of all values
            series[is].assign(chosen[is].size() + 1, std::vector<double>(time.count));
            for (uint32_t i = 0; i < chosen[is].size(); ++i)
                seriesOf[is][chosen[is][i]] = i + 1;
        }
        forEach([&](Row row, bool is) {
            const uint32_t number = numbered.number(row);
            if (number == 0)
                return;
            const auto at = static_cast<size_t>((table.start(row) - time.start) / time.width);
            series[is][0][at] += 1;
            if (const uint32_t of = seriesOf[is][number]; of > 0)
                series[is][of][at] += 1;
        });
        for (const int is : {0, 1}) {
            if (std::any_of(series[is][0].begin(), series[is][0].end(), [](double count) { return count > 0; }))
                add(kTotals[is], field, {}, std::move(series[is][0]));
            for (size_t i = 0; i < chosen[is].size(); ++i)
                add(kTypes[is], field, numbered.value(chosen[is][i]).toText().substr(0, kLongest), std::move(series[is][i + 1]));
        }
        if (out.series.size() > 2 * Metrics::kMost)
            prune();
    }
    prune();
    std::stable_sort(out.series.begin(), out.series.end(), [](const Series& a, const Series& b) { return a.labels < b.labels; });
    return out;
}

} // namespace aisle::traceql
