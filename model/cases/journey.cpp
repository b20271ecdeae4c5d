#include "cases/journey.h"

#include "analysis/quantile.h"
#include "resource/resource.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <limits>
#include <regex>
#include <tuple>

namespace aisle {

namespace {

constexpr size_t kMaxStages = 32;

/// For each distinct text, whether the pattern matches all of it; an empty pattern matches anything.
std::vector<bool> matches(const std::string& pattern, size_t count, auto&& text) {
    std::vector<bool> out(count, true);
    if (pattern.empty())
        return out;
    const std::regex regex(pattern, std::regex::ECMAScript | std::regex::optimize);
    for (size_t i = 0; i < count; ++i) {
        const std::string_view value = text(i);
        // std::regex recurses per character; nothing that long is a route or an operation.
        out[i] = value.size() <= 1024 && std::regex_match(value.begin(), value.end(), regex);
    }
    return out;
}

/// The path of a route, a target with its query or a full URL.
std::string_view pathOf(std::string_view url) {
    if (const size_t scheme = url.find("://"); scheme != std::string_view::npos) {
        url.remove_prefix(scheme + 3);
        const size_t slash = url.find('/');
        url = slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
    }
    return url.substr(0, url.find_first_of("?#"));
}

/// An entry span that starts its service's part of a request: where a framework and a proxy inside one service both
/// make SERVER spans (frontend of the OpenTelemetry demo does), the request is still one event.
bool isRequest(const SpanTable& table, Row row) {
    const Row up = table.parent(row);
    return table.isEntry(row) && (up == kNoRow || table.service(up) != table.service(row));
}

/// Resolution of each service's clock, ns: 1 ms where every start is a whole millisecond, else 1.
std::vector<int64_t> clockResolutions(const SpanTable& table) {
    constexpr int64_t ms = 1'000'000;
    std::vector<int64_t> resolution(table.services().size(), ms);
    table.forEachRow([&](Row row) {
        if (table.start(row) % ms != 0)
            resolution[table.service(row)] = 1;
    });
    return resolution;
}

/// When a span began as far as cause and effect tell: not before the spans it is part of, whatever their clocks say
/// (in the Astronomy Shop file 8,040 of 64,151 spans start up to 1 ms before their parent).
/// Nothing when neither the span nor those above it have a start.
std::optional<int64_t> causalStart(const SpanTable& table, Row row) {
    std::optional<int64_t> start;
    int steps = 64; // bounded: a chain of 100,000 spans must not be walked for each of its events
    for (Row up = row; up != kNoRow && steps-- > 0; up = table.parent(up))
        if ((table.flags(up) & kNoStart) == 0)
            start = std::max(start.value_or(table.start(up)), table.start(up));
    return start;
}

struct Compiled {
    size_t stage;
    bool anySpan;
    bool needsRoute, needsMethod;
    std::vector<bool> method, route, operation, service;
};

} // namespace

JourneyDefinition journeyFromJson(std::string_view text) {
    try {
        const auto json = nlohmann::json::parse(text);
        JourneyDefinition journey;
        journey.id = json.at("id");
        journey.name = json.at("name");
        journey.caseKey = json.value("case", "session");
        journey.window = json.value("window_s", int64_t(0)) * 1'000'000'000;
        for (const auto& item : json.at("stages")) {
            StageDefinition stage;
            stage.name = item.at("name");
            stage.anySpan = item.value("any_span", false);
            for (const auto& condition : item.at("any")) {
                stage.any.push_back({condition.value("method", ""), condition.value("route", ""),
                                     condition.value("operation", ""), condition.value("service", "")});
                for (const std::string& pattern : {stage.any.back().route, stage.any.back().operation, stage.any.back().service})
                    (void)std::regex(pattern);
            }
            journey.stages.push_back(std::move(stage));
        }
        if (journey.stages.empty() || journey.stages.size() > kMaxStages)
            throw std::runtime_error("a journey has 1 to 32 stages");
        return journey;
    } catch (const std::exception& e) {
        throw std::runtime_error(std::string("The journey cannot be read: ") + e.what() + ".");
    }
}

std::vector<JourneyDefinition> journeyPresets() {
    std::vector<JourneyDefinition> out;
    for (const std::string& path : listResources(":/presets/journeys"))
        out.push_back(journeyFromJson(readResource(path.c_str())));
    return out;
}

std::vector<ColumnSpec> journeyColumns() {
    return {{{"http.request.method", "http.method"}, false},
            {{"http.route", "url.path", "http.target", "http.path", "url.full", "http.url"}, false}};
}

std::vector<StageEvent> stageEvents(const SpanTable& table, const JourneyDefinition& journey, const AttributeColumn& method,
                                    const AttributeColumn& route, const StopToken& stop) {
    std::vector<Compiled> conditions;
    for (size_t k = 0; k < journey.stages.size(); ++k) {
        for (const StageCondition& c : journey.stages[k].any) {
            Compiled out{};
            out.stage = k;
            out.anySpan = journey.stages[k].anySpan;
            out.needsMethod = !c.method.empty();
            out.needsRoute = !c.route.empty();
            for (const std::string& value : method.distinct())
                out.method.push_back(c.method.empty() || value == c.method);
            out.route = matches(c.route, route.distinct().size(), [&](size_t i) {
                return pathOf(route.distinct()[i]);
            });
            out.operation = matches(c.operation, table.stringCount(), [&](size_t i) { return table.text(static_cast<uint32_t>(i)); });
            out.service = matches(c.service, table.services().size(), [&](size_t i) { return std::string_view(table.services()[i]); });
            conditions.push_back(std::move(out));
        }
        stop.check();
    }
    // Both columns are in row order, as the rows are: walk along instead of searching per row.
    size_t m = 0, r = 0;
    const auto valueAt = [](const AttributeColumn& column, size_t& at, Row row) {
        while (at < column.rows().size() && column.rows()[at] < row)
            ++at;
        return at < column.rows().size() && column.rows()[at] == row ? column.values()[at] : AttributeColumn::kNone;
    };
    std::vector<StageEvent> events;
    table.forEachRow([&](Row row) {
        if ((row & 0xffff) == 0)
            stop.check();
        const uint32_t methodValue = valueAt(method, m, row), routeValue = valueAt(route, r, row);
        const bool entry = isRequest(table, row);
        uint32_t stages = 0;
        for (const Compiled& c : conditions) {
            if ((!entry && !c.anySpan) || (c.needsMethod && (methodValue == AttributeColumn::kNone || !c.method[methodValue])) ||
                (c.needsRoute && (routeValue == AttributeColumn::kNone || !c.route[routeValue])) ||
                !c.operation[table.name(row)] || !c.service[table.service(row)])
                continue;
            stages |= 1U << c.stage;
        }
        if (stages != 0)
            events.push_back({row, stages});
    });
    return events;
}

namespace {

/// Counts the cases of `whole` into the stages of `result`.
void tally(const FunnelResult& whole, FunnelResult& result, const std::vector<bool>* only) {
    const size_t stageCount = result.stages.size();
    std::vector<std::vector<int64_t>> fromPrevious(stageCount);
    for (size_t c = 0; c < whole.progress.size(); ++c) {
        if (only != nullptr && !(*only)[c])
            continue;
        const CaseProgress& progress = whole.progress[c];
        ++result.cases;
        result.openCases += progress.isOpen;
        if (progress.stagesReached == 0) {
            ++result.notEntered;
            continue;
        }
        for (size_t k = 0; k < progress.stagesReached; ++k) {
            ++result.stages[k].reached;
            if (k > 0)
                fromPrevious[k].push_back(whole.fromPrevious[c * stageCount + k]);
        }
        FunnelStage& last = result.stages[progress.stagesReached - 1];
        if (progress.stagesReached < stageCount)
            ++(progress.isOpen ? last.open : last.dropped);
    }
    for (size_t k = 1; k < stageCount; ++k) {
        result.stages[k].medianFromPrevious = quantile(fromPrevious[k], 0.5);
        result.stages[k].p90FromPrevious = quantile(fromPrevious[k], 0.9);
    }
}

} // namespace

FunnelResult funnel(const SpanTable& table, const CaseIndex& cases, const JourneyDefinition& journey,
                    const std::vector<StageEvent>& events, const std::vector<bool>* only, const StopToken& stop) {
    const size_t stageCount = journey.stages.size();
    FunnelResult result;
    result.idleLimit = cases.idleLimit();
    result.progress.resize(cases.cases().size());
    result.fromPrevious.resize(cases.cases().size() * stageCount);
    for (const StageDefinition& stage : journey.stages)
        result.stages.push_back({stage.name, 0, 0, 0, 0, 0});

    // Events by case, by time. What lies within the coarsest clock of the case is a tie, and ties go in funnel order.
    const std::vector<int64_t> resolutions = clockResolutions(table);
    struct Timed {
        int64_t tick, time;
        StageEvent event;
    };
    std::vector<Timed> timed;
    std::vector<uint32_t> firstEvent(cases.cases().size() + 1, 0);
    for (const StageEvent& event : events)
        if (const CaseNumber c = cases.caseOf(table.trace(event.row)); c != kNoCase)
            ++firstEvent[c + 1];
    for (size_t i = 1; i < firstEvent.size(); ++i)
        firstEvent[i] += firstEvent[i - 1];
    std::vector<StageEvent> ordered(firstEvent.back());
    std::vector<uint32_t> next(firstEvent.begin(), firstEvent.end() - 1);
    for (const StageEvent& event : events)
        if (const CaseNumber c = cases.caseOf(table.trace(event.row)); c != kNoCase)
            ordered[next[c]++] = event;

    struct Attempt {
        int64_t start = std::numeric_limits<int64_t>::min(); // of its first stage; min: none
        uint32_t last = kNoRow;                              // number in `chain`
    };
    struct Link {
        Row row;
        uint32_t previous;
    };
    std::vector<Attempt> best(stageCount);
    std::vector<Link> chain;
    const int64_t fileEnd = table.endTime();

    for (CaseNumber c = 0; c < cases.cases().size(); ++c) {
        if (c % 1024 == 0)
            stop.check();
        if (only != nullptr && !(*only)[c])
            continue;
        const auto begin = ordered.begin() + firstEvent[c], end = ordered.begin() + firstEvent[c + 1];
        timed.clear();
        int64_t resolution = 1;
        for (auto event = begin; event != end; ++event)
            resolution = std::max(resolution, resolutions[table.service(event->row)]);
        for (auto event = begin; event != end; ++event) {
            if (const auto time = causalStart(table, event->row))
                timed.push_back({*time / resolution, *time, *event});
        }
        std::sort(timed.begin(), timed.end(), [](const Timed& a, const Timed& b) {
            return std::tuple(a.tick, std::countr_zero(a.event.stages), a.time, a.event.row) <
                   std::tuple(b.tick, std::countr_zero(b.event.stages), b.time, b.event.row);
        });
        std::fill(best.begin(), best.end(), Attempt{});
        chain.clear();
        for (const auto& [tick, time, event] : timed) {
            // From the last stage down, so that one event fills one stage of an attempt.
            for (size_t k = stageCount; k-- > 0;) {
                if ((event.stages >> k & 1) == 0)
                    continue;
                if (k == 0) {
                    chain.push_back({event.row, kNoRow});
                    best[0] = {time, static_cast<uint32_t>(chain.size() - 1)};
                } else if (best[k - 1].last != kNoRow && best[k - 1].start > best[k].start &&
                           (journey.window == 0 || time - best[k - 1].start <= journey.window)) {
                    chain.push_back({event.row, best[k - 1].last});
                    best[k] = {best[k - 1].start, static_cast<uint32_t>(chain.size() - 1)};
                }
            }
        }
        CaseProgress& progress = result.progress[c];
        const CaseIndex::Case& kase = cases.cases()[c];
        if (kase.traces.size() > 1) {
            progress.isOpen = fileEnd - kase.lastStart <= result.idleLimit;
        } else { // a single trace is over when its root has ended
            const Row root = table.summary(kase.traces.front()).root;
            progress.isOpen = root != kNoRow && (table.flags(root) & kUnfinished) != 0;
        }
        for (size_t k = stageCount; k-- > 0;) {
            if (best[k].last == kNoRow)
                continue;
            progress.stagesReached = static_cast<uint32_t>(k + 1);
            for (uint32_t at = best[k].last; at != kNoRow; at = chain[at].previous)
                progress.events.push_back(chain[at].row);
            std::reverse(progress.events.begin(), progress.events.end());
            break;
        }
        if (progress.stagesReached == stageCount)
            progress.isOpen = false;
        for (size_t k = 1; k < progress.stagesReached; ++k)
            result.fromPrevious[c * stageCount + k] = *causalStart(table, progress.events[k]) - *causalStart(table, progress.events[k - 1]);
    }
    tally(result, result, only);
    return result;
}

FunnelResult funnelOf(const FunnelResult& whole, const std::vector<bool>& only) {
    FunnelResult result;
    result.idleLimit = whole.idleLimit;
    result.botCases = whole.botCases;
    for (const FunnelStage& stage : whole.stages)
        result.stages.push_back({stage.name, 0, 0, 0, 0, 0});
    tally(whole, result, &only);
    return result;
}

} // namespace aisle
