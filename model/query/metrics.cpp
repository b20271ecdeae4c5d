#include "query/metrics.h"

#include "analysis/quantile.h"
#include "store/string_pool.h"
#include "text/format.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>

namespace aisle::traceql {

namespace {

constexpr size_t kMostValues = 20'000'000; ///< of all series together: some hundred MB
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.10g", value);
    return text;
}

/// One group of spans: what it needs for its function.
struct Accumulator {
    std::vector<double> count, sum, least, most;
    std::vector<std::vector<double>> all; ///< by step, for quantiles and histograms
};

} // namespace

int64_t chosenStep(int64_t range, int64_t most) {
    static constexpr int64_t kSecond = 1'000'000'000;
    for (int64_t power = 1; power <= kSecond; power *= 10)
        for (const int64_t n : {1, 2, 5})
            if (range / (power * n) < most && power * n <= 30 * kSecond)
                return power * n;
    for (const int64_t seconds : {10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400})
        if (range / (seconds * kSecond) < most)
            return seconds * kSecond;
    int64_t days = 1;
    while (range / (days * 86400 * kSecond) >= most)
        days *= 2;
    return days * 86400 * kSecond;
}

Steps Steps::of(const SpanTable& table, const RowSet& rows, int64_t step) {
    int64_t first = std::numeric_limits<int64_t>::max(), last = std::numeric_limits<int64_t>::min();
    rows.forEach([&](Row row) {
        if ((table.flags(row) & kNoStart) == 0) {
            first = std::min(first, table.start(row));
            last = std::max(last, table.start(row));
        }
    });
    Steps out;
    if (first > last)
        return out;
    int64_t range = 0;
    if (__builtin_sub_overflow(last, first, &range))
        range = std::numeric_limits<int64_t>::max();
    // No series of a hostile file is longer than a screen is wide.
    out.width = step > 0 && range / step < 10'000 ? step : chosenStep(range);
    out.start = first / out.width * out.width - (first % out.width < 0 ? out.width : 0);
    out.count = static_cast<size_t>((last - out.start) / out.width) + 1;
    return out;
}

Metrics measured(const Query& query, const Node& node, const Source& source, const RowSet& rows, int64_t step, const StopToken& stop) {
    const SpanTable& table = *source.table;
    Metrics out;
    out.function = node.function;
    std::vector<FieldValues> by;
    std::optional<RowExpression> of;
    std::vector<double> quantiles;
    for (const NodeIndex child : node.children) {
        const Node& it = query.nodes[child];
        if (it.type == Node::Type::By) {
            for (const NodeIndex field : it.children) {
                by.emplace_back(source, query.nodes[field].field, rows, stop);
                out.labelNames.push_back(query.toText(field));
            }
        } else if (!of) {
            of.emplace(query, child, source, rows, stop);
        } else {
            quantiles.push_back(it.literal.type == Literal::Type::Integer ? static_cast<double>(it.literal.integer) : it.literal.number);
        }
    }
    const Steps time = Steps::of(table, rows, step);
    if (time.count == 0)
        return out;
    out.start = time.start;
    out.step = time.width;
    const size_t steps = time.count;
    const auto hasTime = [&](Row row) { return (table.flags(row) & kNoStart) == 0; };

    const bool wantsAll = node.function == "quantile_over_time" || node.function == "histogram_over_time";
    StringPool keys, texts;
    std::vector<Accumulator> groups;
    std::vector<std::vector<std::string>> labels;
    std::vector<uint32_t> key(by.size());
    uint64_t visited = 0, sawDuration = 0;
    rows.forEach([&](Row row) {
        if ((++visited & 0xffff) == 0)
            stop.check();
        if (!hasTime(row))
            return;
        double value = 1;
        if (of) {
            const Value its = (*of)(row);
            if (!its.isNumber)
                return;
            value = its.number;
            sawDuration += its.type == Value::Type::Duration;
        }
        for (size_t i = 0; i < by.size(); ++i)
            key[i] = texts.insert(by[i](row).key()).id;
        const auto found = keys.insert({reinterpret_cast<const char*>(key.data()), key.size() * sizeof(uint32_t)});
        if (found.isNew) {
            if ((groups.size() + 1) * steps > kMostValues)
                throw std::runtime_error("There are too many series: more than " + formatCount(groups.size()) + ", of " + formatCount(steps) + " values each. Group by a field with fewer values, or ask about fewer spans.");
            Accumulator& group = groups.emplace_back();
            group.count.assign(steps, 0);
            if (of && !wantsAll) {
                group.sum.assign(steps, 0);
                group.least.assign(steps, std::numeric_limits<double>::infinity());
                group.most.assign(steps, -std::numeric_limits<double>::infinity());
            }
            if (wantsAll)
                group.all.resize(steps);
            auto& names = labels.emplace_back();
            for (const uint32_t text : key)
                names.emplace_back(texts[text].substr(1, 1024)); // as groups
        }
        Accumulator& group = groups[found.id];
        const auto at = static_cast<size_t>((table.start(row) - out.start) / out.step);
        group.count[at] += 1;
        if (wantsAll) {
            group.all[at].push_back(value);
        } else if (of) {
            group.sum[at] += value;
            group.least[at] = std::min(group.least[at], value);
            group.most[at] = std::max(group.most[at], value);
        }
    });
    out.isDuration = sawDuration > 0;

    const auto add = [&](std::vector<std::string> names, std::vector<double> values) {
        Series series{std::move(names), std::move(values), 0};
        for (const double value : series.values)
            series.sum += std::isnan(value) ? 0 : value;
        out.series.push_back(std::move(series));
    };
    if (node.function == "quantile_over_time")
        out.labelNames.emplace_back("quantile");
    if (node.function == "histogram_over_time")
        out.labelNames.emplace_back("bucket");
    const double seconds = static_cast<double>(out.step) / 1e9;
    for (size_t g = 0; g < groups.size(); ++g) {
        stop.check();
        Accumulator& group = groups[g];
        std::vector<double> values(steps, kNone);
        if (node.function == "quantile_over_time") {
            for (const double q : quantiles) {
                for (size_t i = 0; i < steps; ++i)
                    values[i] = group.all[i].empty() ? kNone : quantile(group.all[i], q);
                auto names = labels[g];
                names.push_back(number(q));
                add(std::move(names), values);
            }
            continue;
        }
        if (node.function == "histogram_over_time") {
            std::map<double, std::vector<double>> buckets;
            for (size_t i = 0; i < steps; ++i)
                for (const double value : group.all[i]) {
                    const double bound = value <= 0 ? 0 : std::exp2(std::ceil(std::log2(value)));
                    auto& counts = buckets[bound];
                    counts.resize(steps);
                    counts[i] += 1;
                }
            for (auto& [bound, counts] : buckets) {
                auto names = labels[g];
                Value value{out.isDuration ? Value::Type::Duration : Value::Type::Number, true, bound, {}};
                names.push_back(value.toText());
                add(std::move(names), std::move(counts));
            }
            continue;
        }
        for (size_t i = 0; i < steps; ++i) {
            const double n = group.count[i];
            if (node.function == "rate")
                values[i] = n / seconds;
            else if (node.function == "count_over_time")
                values[i] = n;
            else if (n > 0)
                values[i] = node.function == "sum_over_time" ? group.sum[i] : node.function == "avg_over_time" ? group.sum[i] / n : node.function == "min_over_time" ? group.least[i] : group.most[i];
        }
        add(labels[g], std::move(values));
    }
    if (node.function == "histogram_over_time")
        out.isDuration = false; // the values are counts
    if (out.series.size() > Metrics::kMost) {
        std::stable_sort(out.series.begin(), out.series.end(), [](const Series& a, const Series& b) { return a.sum > b.sum; });
        out.moreSeries = out.series.size() - Metrics::kMost;
        out.series.resize(Metrics::kMost);
    }
    if (node.function != "histogram_over_time") // whose buckets ascend
        std::stable_sort(out.series.begin(), out.series.end(), [](const Series& a, const Series& b) { return a.labels < b.labels; });
    return out;
}

void choose(const Query& query, const Node& node, Metrics& metrics) {
    const auto count = static_cast<size_t>(query.nodes[node.children[0]].literal.integer);
    if (metrics.series.size() <= count)
        return;
    const bool isTop = node.function == "topk";
    std::stable_sort(metrics.series.begin(), metrics.series.end(), [&](const Series& a, const Series& b) { return isTop ? a.sum > b.sum : a.sum < b.sum; });
    metrics.series.resize(count);
}

} // namespace aisle::traceql
