#include "paths/activities.h"

#include "analysis/items.h"
#include "paths/path_folding.h"
#include "query/numbered_field.h"
#include "service_graph/row_column.h"
#include "text/format.h"

#include <re2/re2.h>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <stdexcept>
#include <unordered_map>

namespace aisle {

namespace {

Activities ofStages(const JourneyState& state, const StopToken& stop) {
    if (!state.definition)
        throw std::runtime_error(state.problem.empty() ? "There is no journey." : state.problem);
    Activities out;
    for (const StageDefinition& stage : state.definition->stages) {
        out.names.push_back(stage.name);
        out.conditions.push_back(stage.where);
    }
    for (const StageEvent& event : state.events) {
        if ((out.events.size() & 0xffff) == 0)
            stop.check();
        if (event.stages != 0) // else it only ends attempts
            out.events.push_back({event.row, static_cast<uint32_t>(std::countr_zero(event.stages))});
    }
    return out;
}

/// Gives names to events; of the names that are many only the most frequent stay.
class Naming {
public:
    explicit Naming(Activities& out) : out_(out) {}

    uint32_t activity(const std::string& name) {
        const auto [at, isNew] = numbers_.try_emplace(name, static_cast<uint32_t>(out_.names.size()));
        if (isNew)
            out_.names.push_back(name);
        return at->second;
    }

    /// `conditionOf(row)` is asked of the first event of each that stays.
    template <typename F>
    void finish(F&& conditionOf) {
        cut();
        out_.conditions.resize(out_.names.size());
        std::vector<bool> isKnown(out_.names.size(), false);
        if (out_.rest > 0)
            isKnown.back() = true;
        for (const Activities::Event& event : out_.events)
            if (!isKnown[event.activity]) {
                isKnown[event.activity] = true;
                out_.conditions[event.activity] = conditionOf(event.row);
            }
    }

private:
    void cut() {
        if (out_.names.size() <= Activities::kMost)
            return;
        std::vector<uint64_t> counts(out_.names.size(), 0);
        for (const Activities::Event& event : out_.events)
            ++counts[event.activity];
        std::vector<uint32_t> order(counts.size());
        for (uint32_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return counts[a] != counts[b] ? counts[a] > counts[b] : out_.names[a] < out_.names[b]; });
        constexpr size_t kKept = Activities::kMost - 1;
        std::vector<uint32_t> to(counts.size(), kKept);
        std::vector<std::string> names;
        for (size_t i = 0; i < kKept; ++i) {
            to[order[i]] = static_cast<uint32_t>(i);
            names.push_back(std::move(out_.names[order[i]]));
        }
        out_.rest = counts.size() - kKept;
        names.push_back("(" + counted(out_.rest, "other", "others") + ")");
        for (Activities::Event& event : out_.events)
            event.activity = to[event.activity];
        out_.names = std::move(names);
    }

    Activities& out_;
    std::unordered_map<std::string, uint32_t> numbers_;
};

std::string equals(const traceql::Field& field, const traceql::Value& value) {
    return traceql::toText(field) + " = " + (value.type == traceql::Value::Type::Text ? traceql::quoted(value.text) : value.toText());
}

Activities ofField(const traceql::Context& context, const std::string& text, const RowSet& rows, const StopToken& stop) {
    const traceql::Field field = fieldNamed(text);
    const traceql::OpenSource open(context, {.attributes = true}, stop);
    const traceql::NumberedField values = traceql::numberedField(open.source(), field, rows, stop);
    Activities out;
    Naming naming(out);
    constexpr uint32_t kUnknown = 0xffffffffU;
    std::vector<uint32_t> activityOf(values.count, kUnknown);
    uint64_t n = 0;
    rows.forEach([&](Row row) {
        if ((++n & 0xffff) == 0)
            stop.check();
        const uint32_t number = values.number(row);
        if (number == 0) {
            ++out.without;
            return;
        }
        uint32_t& activity = activityOf[number];
        if (activity == kUnknown) {
            const traceql::Value value = values.value(number);
            const std::string name = value.toText();
            activity = naming.activity(value.type == traceql::Value::Type::Nil ? "(one of very many values)" : name.empty() ? "(empty)" : name);
        }
        out.events.push_back({row, activity});
    });
    naming.finish([&](Row row) {
        const traceql::Value value = values.value(values.number(row));
        return value.type == traceql::Value::Type::Nil ? std::string() : "{ " + equals(field, value) + " }";
    });
    return out;
}

/// A path's regular expression: {} is any one segment.
std::string patternOf(const std::string& folded) {
    std::string out;
    size_t from = 0;
    for (size_t at = folded.find("{}"); at != std::string::npos; at = folded.find("{}", from)) {
        out += RE2::QuoteMeta(re2::StringPiece(folded.data() + from, at - from)) + "[^/]+";
        from = at + 2;
    }
    return out + RE2::QuoteMeta(re2::StringPiece(folded.data() + from, folded.size() - from));
}

/// Conditions about the paths that were folded to one; what the pattern matches and is called otherwise is left out again.
class PathConditions {
public:
    struct Path {
        std::string text, folded;
    };
    PathConditions(std::vector<Path> paths, const StopToken& stop) : paths_(std::move(paths)), stop_(stop) {
        std::sort(paths_.begin(), paths_.end(), [](const Path& a, const Path& b) { return a.text < b.text; });
    }

    /// Empty: too much is to be left out.
    std::string of(const std::string& folded) const {
        stop_.check();
        const std::string beginning = folded.substr(0, folded.find("{}")), pattern = patternOf(folded);
        const RE2 regex(pattern, RE2::Quiet);
        if (!regex.ok()) // longer than RE2 takes
            return {};
        std::string others;
        size_t count = 0;
        constexpr size_t kMost = 50;
        auto path = std::lower_bound(paths_.begin(), paths_.end(), beginning, [](const Path& one, const std::string& text) { return one.text < text; });
        for (; path != paths_.end() && path->text.starts_with(beginning); ++path) {
            if (path->folded == folded || !RE2::FullMatch(path->text, regex))
                continue;
            if (++count > kMost)
                return {};
            others += (others.empty() ? "" : "|") + RE2::QuoteMeta(path->text);
        }
        return "aisle:path =~ " + traceql::quoted(pattern) + (others.empty() ? "" : " && aisle:path !~ " + traceql::quoted(others));
    }

private:
    std::vector<Path> paths_; ///< by text
    const StopToken& stop_;
};

Activities ofRequests(const traceql::Context& context, const RowSet& rows, const StopToken& stop) {
    const SpanTable& table = *context.table;
    const traceql::OpenSource open(context, {.attributes = true}, stop);
    const traceql::Field methodField{traceql::Scope::Any, false, "http.request.method"}, routeField{traceql::Scope::Span, false, "http.route"};
    const traceql::Field pathField{traceql::Scope::Intrinsic, false, "aisle:path"};
    const traceql::NumberedField methods = traceql::numberedField(open.source(), methodField, rows, stop);
    const traceql::NumberedField routes = traceql::numberedField(open.source(), routeField, rows, stop);
    // Paths with ids are so many that they are kept with their spans; read all the same, for they are folded.
    const traceql::FieldValues paths(open.source(), pathField, rows, stop);

    std::vector<std::string> texts;
    std::vector<uint32_t> textOf(paths.valueNumbers(), 0); // 0: not seen as a path without a route
    std::vector<bool> isRouteSeen(paths.valueNumbers(), false);
    std::vector<PathConditions::Path> known;
    uint64_t n = 0;
    rows.forEach([&](Row row) {
        if ((++n & 0xffff) == 0)
            stop.check();
        const uint32_t path = paths.valueNumber(row);
        if (path != 0 && routes.number(row) != 0 && !isRouteSeen[path]) {
            isRouteSeen[path] = true;
            const std::string text = paths.numbered(path).toText();
            known.push_back({text, text});
        }
        if (path == 0 || routes.number(row) != 0 || textOf[path] != 0)
            return;
        texts.emplace_back(paths.numbered(path).toText());
        textOf[path] = static_cast<uint32_t>(texts.size());
    });
    const std::vector<std::string> folded = foldedPaths(texts);
    for (size_t i = 0; i < texts.size(); ++i)
        known.push_back({texts[i], folded[i]});
    const PathConditions conditions(std::move(known), stop);
    stop.check();

    Activities out;
    Naming naming(out);
    const auto pathOf = [&](Row row, uint32_t path) { return routes.number(row) != 0 ? paths.numbered(path).toText() : folded[textOf[path] - 1]; };
    const auto verbOf = [&](Row row) {
        const uint32_t method = methods.number(row);
        return method == 0 ? traceql::Value{} : methods.value(method);
    };
    const auto nameOf = [&](Row row) {
        const uint32_t path = paths.valueNumber(row);
        if (path == 0)
            return table.nameText(row).empty() ? std::string("(no name)") : std::string(table.nameText(row));
        const std::string text = pathOf(row, path);
        const traceql::Value verb = verbOf(row);
        return (verb.type == traceql::Value::Type::Nil ? "" : verb.toText() + " ") + (text.empty() ? "(empty path)" : text);
    };
    const auto conditionOf = [&](Row row) -> std::string {
        const uint32_t path = paths.valueNumber(row);
        if (path == 0)
            return "{ span:name = " + traceql::quoted(table.nameText(row)) + " && aisle:path = nil }";
        const std::string text = pathOf(row, path);
        const bool isPattern = routes.number(row) == 0 && text.find("{}") != std::string::npos;
        const std::string condition = isPattern ? conditions.of(text) : "aisle:path = " + traceql::quoted(text);
        const traceql::Value verb = verbOf(row);
        return condition.empty() ? condition : "{ " + (verb.type == traceql::Value::Type::Nil ? "" : equals(methodField, verb) + " && ") + condition + " }";
    };
    std::map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> activityOf; // method, path, name of a span that has none
    rows.forEach([&](Row row) {
        if ((++n & 0xffff) == 0)
            stop.check();
        const uint32_t path = paths.valueNumber(row);
        const auto [at, isNew] = activityOf.try_emplace({path == 0 ? 0 : methods.number(row), path, path == 0 ? table.name(row) : routes.number(row)}, 0);
        if (isNew)
            at->second = naming.activity(nameOf(row));
        out.events.push_back({row, at->second});
    });
    naming.finish(conditionOf);
    return out;
}

} // namespace

ActivityChoice activityChoice(const std::string& of, bool everyRequest) {
    if (of == "stages")
        return {ActivityChoice::Of::Stages, {}, false};
    if (of.empty() || of == "requests")
        return {ActivityChoice::Of::Requests, {}, everyRequest};
    (void)fieldNamed(of);
    return {ActivityChoice::Of::Field, of, everyRequest};
}

RowSet frontDoors(const SpanTable& table, const RowSet& requests, const StopToken& stop) {
    // What is above a span, as far as it matters: no entry span, those of one service, or of several.
    constexpr uint32_t kUnknown = 0xffffffffU, kNone = 0xfffffffeU, kSeveral = 0xfffffffdU;
    RowColumn<uint32_t> above(table, kUnknown);
    const auto with = [](uint32_t services, uint32_t service) { return services == kNone || services == service ? service : kSeveral; };
    RowSet out(table);
    std::vector<Row> way;
    uint64_t n = 0;
    requests.forEach([&](Row row) {
        if ((++n & 0xffff) == 0)
            stop.check();
        way.clear();
        for (Row up = row; up != kNoRow && above[up] == kUnknown; up = table.parent(up)) {
            above[up] = kNone; // parents have no cycles; the mark is overwritten below
            way.push_back(up);
        }
        for (size_t i = way.size(); i-- > 0;) {
            const Row parent = table.parent(way[i]);
            if (parent != kNoRow)
                above[way[i]] = table.isEntry(parent) ? with(above[parent], table.service(parent)) : above[parent];
        }
        if ((above[row] == kNone || above[row] == table.service(row)) && table.kind(row) != Kind::Consumer)
            out.set(row);
    });
    return out;
}

Activities activities(const traceql::Context& context, const JourneyState& state, const ActivityChoice& choice, const StopToken& stop) {
    if (choice.of == ActivityChoice::Of::Stages)
        return ofStages(state, stop);
    const auto facts = context.cases->facts(stop);
    const RowSet rows = choice.everyRequest ? facts->requests : frontDoors(*context.table, facts->requests, stop);
    return choice.of == ActivityChoice::Of::Field ? ofField(context, choice.field, rows, stop) : ofRequests(context, rows, stop);
}

} // namespace aisle
