#include "analysis/over_time.h"

#include "analysis/quantile.h"
#include "query/metrics.h"
#include "text/format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace aisle {

namespace {

constexpr std::array<std::pair<Measure, std::string_view>, 7> kNames = {{{Measure::Rate, "rate"},
                                                                        {Measure::ErrorShare, "errors"},
                                                                        {Measure::Percentiles, "percentiles"},
                                                                        {Measure::P50, "p50"},
                                                                        {Measure::P95, "p95"},
                                                                        {Measure::P99, "p99"},
                                                                        {Measure::Longest, "max"}}};

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double rankOf(Measure measure) { return measure == Measure::P50 ? 0.5 : measure == Measure::P95 ? 0.95 : measure == Measure::P99 ? 0.99 : 1; }

/// The items of one group in one step, or in all of them.
struct Bucket {
    uint64_t items = 0, errors = 0;
    std::vector<int64_t> durations; ///< of measures of durations
    OverTime::Exemplar exemplar, failed;
    int64_t longest = -1, longestFailed = -1;

    void add(const Item& item, bool keepsDuration) {
        ++items;
        errors += item.isError;
        if (keepsDuration)
            durations.push_back(item.duration);
        if (item.duration > longest) {
            longest = item.duration;
            exemplar = {item.trace, item.row};
        }
        if (item.isError && item.duration > longestFailed) {
            longestFailed = item.duration;
            failed = {item.trace, item.row};
        }
    }
};

double value(Measure measure, Bucket& cell, double seconds) {
    switch (measure) {
    case Measure::Rate: return static_cast<double>(cell.items) / seconds;
    case Measure::ErrorShare: return cell.items == 0 ? kNone : static_cast<double>(cell.errors) / static_cast<double>(cell.items);
    default: return cell.items == 0 ? kNone : static_cast<double>(quantile(cell.durations, rankOf(measure)));
    }
}

} // namespace

std::string_view measureName(Measure measure) {
    return std::find_if(kNames.begin(), kNames.end(), [&](const auto& one) { return one.first == measure; })->second;
}

std::optional<Measure> measureOf(std::string_view name) {
    const auto found = std::find_if(kNames.begin(), kNames.end(), [&](const auto& one) { return one.second == name; });
    return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

OverTime overTime(const traceql::Context& context, const ScopeResult& scope, const OverTimeAsked& asked, const StopToken& stop) {
    const SpanTable& table = *context.table;
    OverTime out;
    out.asked = asked;
    if (table.isEmpty())
        return out;
    const ItemGroups groups = ItemGroups::by(asked.measure == Measure::Percentiles ? std::string() : asked.by, context, scope, asked.of, stop);
    int64_t range = 0;
    if (__builtin_sub_overflow(table.endTime(), table.startTime(), &range))
        range = std::numeric_limits<int64_t>::max();
    out.step = traceql::chosenStep(range, std::max(1U, asked.mostSteps));
    // Of what lasted no time a rate a second says nothing.
    constexpr int64_t kSecond = 1'000'000'000;
    out.step = std::max(out.step, range == 0 ? kSecond : range < kSecond ? kSecond / 100 : 1);
    out.start = table.startTime() / out.step * out.step - (table.startTime() % out.step < 0 ? out.step : 0);
    const auto steps = static_cast<size_t>((static_cast<__int128>(table.endTime()) - out.start) / out.step) + 1;

    const bool keepsDurations = asked.measure != Measure::Rate && asked.measure != Measure::ErrorShare;
    std::vector<std::vector<Bucket>> cells(groups.groups().size(), std::vector<Bucket>(steps + 1)); // the last: of the whole time
    forEachItem(
        table, &scope, asked.of, stop,
        [&](const Item& item) {
            const auto at = (static_cast<__int128>(item.start) - out.start) / out.step;
            if (item.start < out.start || at >= static_cast<__int128>(steps)) {
                ++out.without;
                return;
            }
            auto& group = cells[groups.of(item)];
            group[static_cast<size_t>(at)].add(item, keepsDurations);
            group[steps].add(item, keepsDurations);
            ++out.counted;
        },
        [&] { ++out.without; }, keepsDurations);

    const double seconds = static_cast<double>(out.step) / 1e9;
    const auto addLine = [&](std::vector<Bucket>& of, Measure measure, std::string label, std::string condition) {
        stop.check();
        OverTime::Line line;
        line.label = std::move(label);
        line.condition = std::move(condition);
        line.items = of[steps].items;
        line.errors = of[steps].errors;
        line.whole = value(measure, of[steps], seconds * static_cast<double>(steps));
        for (size_t i = 0; i < steps; ++i) {
            line.values.push_back(value(measure, of[i], seconds));
            line.exemplars.push_back(measure == Measure::ErrorShare && of[i].errors > 0 ? of[i].failed : of[i].exemplar);
        }
        out.lines.push_back(std::move(line));
    };
    if (asked.measure == Measure::Percentiles) {
        for (const auto& [measure, label] : {std::pair(Measure::P99, "p99"), std::pair(Measure::P95, "p95"), std::pair(Measure::P50, "p50")})
            addLine(cells[0], measure, label, {});
        return out;
    }
    for (size_t g = 0; g < cells.size(); ++g)
        addLine(cells[g], asked.measure, groups.groups()[g].label, groups.groups()[g].condition);
    return out;
}

Tabular tabulate(const OverTime& overTime, bool utc) {
    Tabular out;
    const Measure measure = overTime.asked.measure;
    const std::string name(measureName(measure));
    const bool isDuration = measure != Measure::Rate && measure != Measure::ErrorShare;
    const std::string group = measure == Measure::Percentiles ? "percentile" : overTime.asked.by.empty() ? "of" : fieldNamed(overTime.asked.by).name; // by which values are redacted
    out.columns = {{"time", "Time"}, {group, group}, {isDuration ? (measure == Measure::Percentiles ? "duration" : name) + "_ns" : name, isDuration ? "Duration" : measure == Measure::Rate ? "Per second" : "Errors", true}};
    const std::string all = overTime.asked.of == ItemsOf::Traces ? "traces" : "spans";
    for (size_t i = 0; i < overTime.steps(); ++i)
        for (const OverTime::Line& line : overTime.lines) {
            const double value = line.values[i];
            if (std::isnan(value))
                continue;
            out.rows.push_back({Cell::time(overTime.start + overTime.step * static_cast<int64_t>(i), utc), Cell(line.label.empty() ? all : line.label),
                                isDuration ? Cell::duration(static_cast<int64_t>(value)) : measure == Measure::Rate ? Cell::real(value, formatRate(value)) : Cell::real(value, formatPercent(value))});
        }
    if (overTime.without > 0)
        out.notes.push_back(formatCount(overTime.without) + " without a start or an end are left out.");
    return out;
}

} // namespace aisle
