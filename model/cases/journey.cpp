#include "cases/journey.h"

#include "analysis/quantile.h"
#include "cases/journey_matcher.h"
#include "resource/resource.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

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

/// A condition of a stage or of an exclusion.
struct Compiled {
    uint32_t stages;     ///< its bit
    uint8_t exclusions;  ///< or its bit
    bool anySpan;
    bool needsRoute, needsMethod;
    std::vector<bool> method, route, operation, service;
};

} // namespace

namespace {

std::vector<StageCondition> conditionsOf(const nlohmann::json& list) {
    std::vector<StageCondition> out;
    for (const auto& condition : list) {
        out.push_back({condition.value("method", ""), condition.value("route", ""), condition.value("operation", ""), condition.value("service", "")});
        for (const std::string& pattern : {out.back().route, out.back().operation, out.back().service})
            (void)std::regex(pattern);
    }
    return out;
}

StageDefinition stageOf(const nlohmann::json& item) {
    StageDefinition stage;
    stage.name = item.at("name");
    stage.anySpan = item.value("any_span", false);
    stage.isOptional = item.value("optional", false);
    stage.times = item.value("times", 1U);
    stage.holds = item.value("holds", true);
    stage.any = conditionsOf(item.at("any"));
    return stage;
}

uint32_t numberOf(const JourneyDefinition& journey, const std::string& name) {
    for (uint32_t k = 0; k < journey.stages.size(); ++k)
        if (journey.stages[k].name == name)
            return k;
    throw std::runtime_error("there is no stage \"" + name + '"');
}

StageOrder orderOf(const std::string& word) {
    if (word == "sequential")
        return StageOrder::Sequential;
    if (word == "strict")
        return StageOrder::Strict;
    if (word == "any")
        return StageOrder::Any;
    throw std::runtime_error("the order is sequential, strict or any, not \"" + word + '"');
}

/// Throws what is wrong.
void check(const JourneyDefinition& journey) {
    const auto require = [](bool holds, const std::string& otherwise) {
        if (!holds)
            throw std::runtime_error(otherwise);
    };
    require(!journey.stages.empty() && journey.stages.size() <= JourneyDefinition::kMostStages, "a journey has 1 to " + std::to_string(JourneyDefinition::kMostStages) + " stages");
    require(!journey.stages.front().isOptional, "the first stage cannot be optional");
    require(journey.window >= 0, "a window is not negative");
    require(journey.exclusions.size() <= JourneyDefinition::kMostExclusions, "a journey has at most " + std::to_string(JourneyDefinition::kMostExclusions) + " exclusions");
    require(journey.hold.size() <= JourneyDefinition::kMostHeld, "at most " + std::to_string(JourneyDefinition::kMostHeld) + " attributes are held constant");
    const bool isInAnyOrder = journey.order == StageOrder::Any;
    require(!isInAnyOrder || (journey.exclusions.empty() && !journey.isOpen), "stages in any order have nothing between them to exclude, and no first one");
    for (size_t k = 0; k < journey.stages.size(); ++k) {
        const StageDefinition& stage = journey.stages[k];
        require(stage.times >= 1 && stage.times <= JourneyDefinition::kMostTimes, "the stage \"" + stage.name + "\" takes 1 to " + std::to_string(JourneyDefinition::kMostTimes) + " events");
        require(!isInAnyOrder || stage.times == 1, "in any order the stage \"" + stage.name + "\" takes one event");
        for (size_t other = 0; other < k; ++other)
            require(journey.stages[other].name != stage.name, "there are two stages \"" + stage.name + '"');
    }
    for (const ExclusionDefinition& exclusion : journey.exclusions) {
        require(exclusion.after < exclusion.before, "the exclusion \"" + exclusion.name + "\" begins after it ends");
        require(!journey.stages[exclusion.after].isOptional, "the exclusion \"" + exclusion.name + "\" begins at a stage that is optional");
    }
}

} // namespace

JourneyDefinition journeyFromJson(std::string_view text) {
    try {
        const auto json = nlohmann::json::parse(text);
        JourneyDefinition journey;
        journey.id = json.at("id");
        journey.name = json.at("name");
        journey.caseKey = json.value("case", "session");
        journey.window = json.value("window_s", int64_t(0)) * 1'000'000'000;
        journey.order = orderOf(json.value("order", "sequential"));
        journey.isOpen = json.value("open", false);
        journey.hold = json.value("hold", std::vector<std::string>());
        for (const auto& item : json.at("stages"))
            journey.stages.push_back(stageOf(item));
        for (const auto& item : json.value("exclude", nlohmann::json::array()))
            journey.exclusions.push_back({item.at("name"), conditionsOf(item.at("any")), numberOf(journey, item.at("after")), numberOf(journey, item.at("before"))});
        check(journey);
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

std::vector<ColumnSpec> holdColumns(const JourneyDefinition& journey) {
    std::vector<ColumnSpec> out;
    for (const std::string& key : journey.hold)
        out.push_back({{key}, true});
    return out;
}

namespace {

/// The values of an event that are held constant, numbered.
class HeldValues {
public:
    HeldValues(const SpanTable& table, std::span<const AttributeColumn> columns, const StopToken& stop) : table_(table), columns_(columns), ofTrace_(columns.size()) {
        for (size_t c = 0; c < columns.size(); ++c) {
            std::unordered_map<TraceIndex, Row> earliest;
            for (size_t i = 0; i < columns[c].rows().size(); ++i) {
                if (i % 65536 == 0)
                    stop.check();
                const Row row = columns[c].rows()[i];
                const auto [at, isNew] = earliest.try_emplace(table.trace(row), row);
                if (isNew || std::pair(table.start(row), row) < std::pair(table.start(at->second), at->second)) {
                    at->second = row;
                    ofTrace_[c][table.trace(row)] = columns[c].values()[i];
                }
            }
        }
    }

    /// kNothing: one of the values is not known.
    uint32_t of(Row row) {
        std::vector<uint32_t> values;
        for (size_t c = 0; c < columns_.size(); ++c) {
            const auto& rows = columns_[c].rows();
            const auto own = std::lower_bound(rows.begin(), rows.end(), row);
            if (own != rows.end() && *own == row) {
                values.push_back(columns_[c].values()[static_cast<size_t>(own - rows.begin())]);
                continue;
            }
            const auto trace = ofTrace_[c].find(table_.trace(row));
            if (trace == ofTrace_[c].end())
                return StageEvent::kNothing;
            values.push_back(trace->second);
        }
        return numbers_.try_emplace(values, static_cast<uint32_t>(numbers_.size())).first->second;
    }

private:
    const SpanTable& table_;
    std::span<const AttributeColumn> columns_;
    std::vector<std::unordered_map<TraceIndex, uint32_t>> ofTrace_; ///< by column: the value of the earliest span that has one
    std::map<std::vector<uint32_t>, uint32_t> numbers_;
};

} // namespace

std::vector<StageEvent> stageEvents(const SpanTable& table, const JourneyDefinition& journey, const AttributeColumn& method,
                                    const AttributeColumn& route, std::span<const AttributeColumn> held, const StopToken& stop) {
    std::vector<Compiled> conditions;
    const auto compile = [&](uint32_t stages, uint8_t exclusions, bool anySpan, const std::vector<StageCondition>& any) {
        for (const StageCondition& c : any) {
            Compiled out{};
            out.stages = stages;
            out.exclusions = exclusions;
            out.anySpan = anySpan;
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
    };
    for (size_t k = 0; k < journey.stages.size(); ++k)
        compile(1U << k, 0, journey.stages[k].anySpan, journey.stages[k].any);
    for (size_t x = 0; x < journey.exclusions.size(); ++x)
        compile(0, static_cast<uint8_t>(1U << x), true, journey.exclusions[x].any);
    HeldValues values(table, held, stop);
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
        StageEvent event{row, 0};
        for (const Compiled& c : conditions) {
            if ((!entry && !c.anySpan) || (c.needsMethod && (methodValue == AttributeColumn::kNone || !c.method[methodValue])) ||
                (c.needsRoute && (routeValue == AttributeColumn::kNone || !c.route[routeValue])) ||
                !c.operation[table.name(row)] || !c.service[table.service(row)])
                continue;
            event.stages |= c.stages;
            event.exclusions |= c.exclusions;
        }
        if (event.stages == 0 && event.exclusions == 0)
            return;
        if (!held.empty())
            event.held = values.of(row);
        events.push_back(event);
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
        result.converted += progress.isConverted;
        if (progress.last == 0) {
            ++result.notEntered;
            continue;
        }
        for (size_t k = 0; k < stageCount; ++k) {
            if (!progress.reached(k))
                continue;
            ++result.stages[k].reached;
            if (const int64_t time = whole.fromPrevious[c * stageCount + k]; time >= 0)
                fromPrevious[k].push_back(time);
        }
        FunnelStage& last = result.stages[progress.last - 1];
        if (!progress.isConverted)
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
    result.fromPrevious.assign(cases.cases().size() * stageCount, -1);
    for (const StageDefinition& stage : journey.stages)
        result.stages.push_back({stage.name, 0, 0, 0, 0, 0});

    // Events by case.
    const std::vector<int64_t> resolutions = clockResolutions(table);
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

    JourneyMatcher matcher(journey);
    std::vector<JourneyEvent> timed;
    const int64_t fileEnd = table.endTime();
    for (CaseNumber c = 0; c < cases.cases().size(); ++c) {
        if (c % 1024 == 0)
            stop.check();
        if (only != nullptr && !(*only)[c])
            continue;
        timed.clear();
        int64_t resolution = 1; // what lies within the coarsest clock of the case is a tie
        for (uint32_t i = firstEvent[c]; i < firstEvent[c + 1]; ++i) {
            resolution = std::max(resolution, resolutions[table.service(ordered[i].row)]);
            if (const auto time = causalStart(table, ordered[i].row))
                timed.push_back({*time, ordered[i]});
        }
        const JourneyMatcher::Match& match = matcher.match(timed, resolution, stop);
        CaseProgress& progress = result.progress[c];
        progress.filled = match.filled;
        progress.isConverted = match.isConverted;
        result.cutCases += match.isCut;
        const CaseIndex::Case& kase = cases.cases()[c];
        if (match.isConverted) {
            progress.isOpen = false;
        } else if (kase.traces.size() > 1) {
            progress.isOpen = fileEnd - kase.lastStart <= result.idleLimit;
        } else { // a single trace is over when its root has ended
            const Row root = table.summary(kase.traces.front()).root;
            progress.isOpen = root != kNoRow && (table.flags(root) & kUnfinished) != 0;
        }
        if (match.filled == 0)
            continue;
        progress.events = match.rows;
        // Stages in the order in which they were filled: in any order it is not theirs.
        std::array<uint32_t, JourneyDefinition::kMostStages> filled{};
        size_t count = 0;
        for (uint32_t k = 0; k < stageCount; ++k)
            if (progress.reached(k))
                filled[count++] = k;
        if (journey.order == StageOrder::Any)
            std::sort(filled.begin(), filled.begin() + static_cast<std::ptrdiff_t>(count), [&](uint32_t a, uint32_t b) { return std::pair(match.times[a], a) < std::pair(match.times[b], b); });
        progress.last = filled[count - 1] + 1;
        for (size_t i = 1; i < count; ++i)
            result.fromPrevious[c * stageCount + filled[i]] = std::max<int64_t>(0, match.times[filled[i]] - match.times[filled[i - 1]]);
    }
    tally(result, result, only);
    return result;
}

FunnelResult funnelOf(const FunnelResult& whole, const std::vector<bool>& only) {
    FunnelResult result;
    result.idleLimit = whole.idleLimit;
    result.botCases = whole.botCases;
    result.cutCases = whole.cutCases;
    for (const FunnelStage& stage : whole.stages)
        result.stages.push_back({stage.name, 0, 0, 0, 0, 0});
    tally(whole, result, &only);
    return result;
}

} // namespace aisle
