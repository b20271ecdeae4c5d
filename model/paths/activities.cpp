#include "paths/activities.h"

#include "analysis/items.h"
#include "orders/fulfilment_log.h"
#include "paths/path_conditions.h"
#include "paths/path_folding.h"
#include "query/numbered_field.h"
#include "query/request_path.h"
#include "table/row_column.h"
#include "text/format.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <stdexcept>
#include <unordered_map>

namespace aisle {

namespace {

/// What a condition of one span says of it; nothing: it is of several, or of any.
std::optional<std::string> saidOfSpan(const std::string& where) {
    traceql::ParseError error;
    const auto query = traceql::parse(where, error);
    if (!query)
        return std::nullopt;
    const traceql::Node& root = query->nodes[query->root];
    return root.type == traceql::Node::Type::Spanset && !root.children.empty() ? std::optional(query->toText(root.children[0])) : std::nullopt;
}

/// In a flow of orders what has an error fills no stage (followOrders()): its conditions of what came to it, and of what failed to. Empty: it cannot be said.
struct VisitConditions {
    std::string came, failed;

    explicit VisitConditions(const StageDefinition& stage) : came(stage.where), failed(stage.failed) {
        if (stage.where.find("aisle:error") != std::string::npos) // it says itself what an error is to it
            return;
        const auto where = saidOfSpan(stage.where), attempt = saidOfSpan(stage.failed);
        came = where ? "{ (" + *where + ") && aisle:error = false }" : std::string();
        if (!where || (!attempt && !stage.failed.empty()))
            failed.clear();
        else
            failed = "{ " + (attempt ? "(" + *attempt + ") || " : std::string()) + "((" + *where + ") && aisle:error = true) }";
    }
};

/// By stage: an order has a visit of it with an error, as followOrders() set it apart.
std::vector<bool> stagesWithErrors(const JourneyState& state) {
    std::vector<bool> out(state.definition->stages.size(), false);
    if (state.orders)
        for (const StageEvent& event : state.failed)
            if (state.table->isError(event.row))
                out[static_cast<size_t>(std::countr_zero(event.stages))] = true;
    return out;
}

/// By stage: some of its visits were set aside, and nothing on the spans says so: no condition tells those that came from those that failed.
std::vector<bool> stagesSetAside(const JourneyState& state) {
    std::vector<bool> out(state.definition->stages.size(), false);
    if (state.orders)
        for (const FulfilmentLog::Visit& visit : state.orders->visits)
            if (visit.isSetAside && !state.table->isError(visit.row))
                out[visit.stage] = true;
    return out;
}

Activities ofStages(const JourneyState& state, const StopToken& stop) {
    if (!state.definition)
        throw std::runtime_error(state.problem.empty() ? "There is no journey." : state.problem);
    Activities out;
    for (const StageDefinition& stage : state.definition->stages) {
        out.names.push_back(stage.name);
        out.conditions.push_back(stage.where);
    }
    const std::vector<bool> hasErrors = stagesWithErrors(state), areSetAside = stagesSetAside(state);
    for (size_t stage = 0; stage < hasErrors.size(); ++stage)
        if (areSetAside[stage])
            out.conditions[stage].clear();
        else if (hasErrors[stage])
            out.conditions[stage] = VisitConditions(state.definition->stages[stage]).came;
    const std::vector<uint32_t> stages = stageOfEvents(state, stop);
    for (size_t i = 0; i < stages.size(); ++i)
        if (stages[i] != kNoStage)
            out.events.push_back({state.events[i].row, stages[i]});
    for (const StageEvent& event : state.failed)
        if (const CaseNumber c = state.cases().caseOf(state.table->trace(event.row)); c != kNoCase && state.counted[c])
            ++out.failed;
    return out;
}

/// Those that failed under a name of their own, which exists where one did.
Activities ofVisits(const JourneyState& state, const StopToken& stop) {
    Activities out = ofStages(state, stop);
    const std::vector<StageDefinition>& stages = state.definition->stages;
    const std::vector<bool> hasErrors = stagesWithErrors(state), areSetAside = stagesSetAside(state);
    constexpr uint32_t kNone = 0xffffffffU;
    std::vector<uint32_t> failedOf(stages.size(), kNone); // activity
    const auto failed = [&](uint32_t stage) {
        if (failedOf[stage] == kNone) {
            failedOf[stage] = static_cast<uint32_t>(out.names.size());
            out.names.push_back(stages[stage].name + " (failed)");
            out.conditions.push_back(areSetAside[stage] ? std::string() : hasErrors[stage] ? VisitConditions(stages[stage]).failed : stages[stage].failed);
        }
        return failedOf[stage];
    };
    uint32_t some = 0; // bit k: a visit of stage k failed; their names are in the order of the stages
    for (const Activities::Event& event : out.events)
        some |= state.table->isError(event.row) ? uint32_t(1) << event.activity : 0U;
    for (const StageEvent& event : state.failed)
        some |= event.stages & (0U - event.stages);
    for (uint32_t stage = 0; stage < stages.size(); ++stage)
        if ((some >> stage & 1) != 0)
            failed(stage);
    for (Activities::Event& event : out.events) {
        if (!state.table->isError(event.row))
            continue;
        const uint32_t stage = event.activity;
        event.activity = failed(stage);
        out.conditions[stage].clear(); // the condition of the stage is of both
        out.conditions[event.activity].clear();
    }
    for (const StageEvent& event : state.failed)
        out.events.push_back({event.row, failed(static_cast<uint32_t>(std::countr_zero(event.stages)))});
    std::sort(out.events.begin(), out.events.end(), [](const Activities::Event& a, const Activities::Event& b) { return std::pair(a.row, a.activity) < std::pair(b.row, b.activity); });
    out.failed = 0;
    return out;
}

/// Gives names to events; of the names that are many only the most frequent stay.
class Naming {
public:
    explicit Naming(Activities& out) : out_(out) {}

    /// `source`: what it is called after, a number that finish() asks about. What is called the same is one activity.
    uint32_t activity(const std::string& name, uint64_t source) {
        const auto [at, isNew] = numbers_.try_emplace(name, static_cast<uint32_t>(out_.names.size()));
        if (isNew) {
            out_.names.push_back(name);
            sources_.emplace_back();
        }
        sources_[at->second].push_back(source);
        return at->second;
    }

    /// `conditionOf(source)`: of its spans as "{ ... }", or empty. Asked of those that stay alone: strangers have millions of names.
    template <typename F>
    void finish(F&& conditionOf) {
        cut();
        for (const std::vector<uint64_t>& sources : sources_) {
            std::string all;
            for (size_t i = 0; i < sources.size(); ++i) {
                std::string one = conditionOf(sources[i]);
                if (i == 0)
                    all = std::move(one);
                else if (all != one)
                    all = all.empty() || one.empty() ? std::string() : "{ (" + inner(all) + ") || (" + inner(one) + ") }";
            }
            out_.conditions.push_back(std::move(all));
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
        std::vector<std::vector<uint64_t>> sources;
        for (size_t i = 0; i < kKept; ++i) {
            to[order[i]] = static_cast<uint32_t>(i);
            names.push_back(std::move(out_.names[order[i]]));
            sources.push_back(std::move(sources_[order[i]]));
        }
        out_.rest = counts.size() - kKept;
        names.push_back("(" + counted(out_.rest, "other", "others") + ")");
        sources.emplace_back();
        for (Activities::Event& event : out_.events)
            event.activity = to[event.activity];
        out_.names = std::move(names);
        sources_ = std::move(sources);
    }

    static std::string inner(const std::string& condition) { return condition.substr(2, condition.size() - 4); }

    Activities& out_;
    std::unordered_map<std::string, uint32_t> numbers_;
    std::vector<std::vector<uint64_t>> sources_; ///< by activity
};

std::string equals(const traceql::Field& field, const traceql::Value& value) {
    return traceql::toText(field) + " = " + (value.type == traceql::Value::Type::Text ? traceql::quoted(value.text) : value.toText());
}

void nameByField(const traceql::Source& source, const std::string& text, const RowSet& rows, Activities& out, const StopToken& stop) {
    out.valuesOf = text;
    const traceql::Field field = fieldNamed(text);
    const traceql::NumberedField values = traceql::numberedField(source, field, rows, stop);
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
            const bool isUnread = value.type == traceql::Value::Type::Nil;
            const std::string name = value.toText();
            activity = naming.activity(isUnread ? "(one of very many values)" : name.empty() ? "(empty)" : name, number);
        }
        out.events.push_back({row, activity});
    });
    naming.finish([&](uint64_t number) {
        const traceql::Value value = values.value(static_cast<uint32_t>(number));
        return value.type == traceql::Value::Type::Nil ? std::string() : "{ " + equals(field, value) + " }";
    });
}

/// The counted cases' own.
RowSet ofCountedCases(const SpanTable& table, const JourneyState& state, const RowSet& requests, const StopToken& stop) {
    RowSet out(table);
    uint64_t n = 0;
    requests.forEach([&](Row row) {
        if ((++n & 0xffff) == 0)
            stop.check();
        if (const CaseNumber c = state.cases().caseOf(table.trace(row)); c != kNoCase && state.counted[c])
            out.set(row);
    });
    return out;
}

/// Counts background requests and takes them out of `rows`; says `conditions` what they asked for.
class BackgroundFilter {
public:
    BackgroundFilter(const traceql::Source& source, const traceql::FieldValues& paths, PathConditions& conditions, const StopToken& stop)
        : source_(source), table_(*source.table), paths_(paths), conditions_(conditions), stop_(stop) {}

    void leaveOut(RowSet& rows, Activities& out) {
        const BackgroundRequests& rules = BackgroundRequests::preset();
        counts_.assign(rules.kinds().size(), 0);
        RowSet found(table_), unknown(table_);
        std::vector<uint32_t> ofPath(paths_.valueNumbers(), kNew), ofName(table_.stringCount(), kNew);
        rows.forEach([&](Row row) {
            check();
            const uint32_t path = paths_.valueNumber(row);
            uint32_t& kind = path == 0 ? ofName[table_.name(row)] : ofPath[path];
            if (kind == kNew) {
                const std::string text = path == 0 ? std::string(table_.nameText(row)) : paths_.numbered(path).toText();
                kind = rules.kindOf(text);
                if (kind == BackgroundRequests::kNone && path != 0 && text.find('*') != std::string::npos)
                    kind = kCatchAll;
                if (kind < kCatchAll && path != 0)
                    conditions_.leaveOut(kind, text);
            }
            if (kind == kCatchAll)
                unknown.set(row);
            else
                take(row, kind, found);
        });
        // A route that takes everything, as of a folder of files, says nothing: what was asked for does.
        for (size_t key = 1; key < traceql::kRequestPathKeys.size() && unknown.any(); ++key) {
            const traceql::FieldValues asked(source_, {traceql::Scope::Span, false, std::string(traceql::kRequestPathKeys[key])}, unknown, stop_);
            std::vector<uint32_t> ofValue(asked.valueNumbers(), kNew);
            RowSet left(table_);
            unknown.forEach([&](Row row) {
                check();
                const uint32_t number = asked.valueNumber(row);
                if (number == 0) {
                    left.set(row);
                    return;
                }
                uint32_t& kind = ofValue[number];
                if (kind == kNew)
                    kind = rules.kindOf(traceql::pathOf(asked.numbered(number).toText()));
                take(row, kind, found);
            });
            unknown = std::move(left);
        }
        rows -= found;
        for (size_t kind = 0; kind < counts_.size(); ++kind)
            if (counts_[kind] > 0)
                out.background.push_back({rules.kinds()[kind].what, counts_[kind]});
    }

private:
    static constexpr uint32_t kNew = 0xfffffffeU, kCatchAll = 0xfffffffdU; ///< beside BackgroundRequests::kNone

    void check() {
        if ((++n_ & 0xffff) == 0)
            stop_.check();
    }
    void take(Row row, uint32_t kind, RowSet& found) {
        if (kind == BackgroundRequests::kNone)
            return;
        ++counts_[kind];
        found.set(row);
    }

    const traceql::Source& source_;
    const SpanTable& table_;
    const traceql::FieldValues& paths_;
    PathConditions& conditions_;
    const StopToken& stop_;
    std::vector<uint64_t> counts_;
    uint64_t n_ = 0;
};

/// Names requests by what they asked for.
class RequestNames {
public:
    RequestNames(const traceql::Source& source, const traceql::FieldValues& paths, PathConditions& conditions, const RowSet& rows, const StopToken& stop)
        : table_(*source.table), paths_(paths), conditions_(conditions), stop_(stop), methodField_{traceql::Scope::Any, false, "http.request.method"},
          methods_(traceql::numberedField(source, methodField_, rows, stop)), routes_(traceql::numberedField(source, {traceql::Scope::Span, false, "http.route"}, rows, stop)),
          asRoute_(paths.valueNumbers(), kNew), asPath_(paths.valueNumbers(), kNew) {}

    void name(const RowSet& rows, Activities& out) {
        fold(rows);
        Naming naming(out);
        std::unordered_map<uint64_t, uint32_t> known;                 // by method and what was asked for
        std::vector<uint32_t> ofName(table_.stringCount(), kNew); // of spans that asked for no path
        rows.forEach([&](Row row) {
            check();
            const uint32_t path = paths_.valueNumber(row);
            if (path == 0) {
                uint32_t& activity = ofName[table_.name(row)];
                if (activity == kNew) {
                    const std::string_view name = table_.nameText(row);
                    activity = naming.activity(name.empty() ? "(no name)" : std::string(name), kIsName | table_.name(row));
                }
                out.events.push_back({row, activity});
                return;
            }
            const uint32_t method = methods_.number(row), asked = (routes_.number(row) != 0 ? asRoute_ : asPath_)[path];
            const uint64_t source = uint64_t(method) << 32 | asked;
            const auto [at, isNew] = known.try_emplace(source, 0);
            if (isNew)
                at->second = naming.activity(nameOf(method, asked_[asked]), source);
            out.events.push_back({row, at->second});
        });
        naming.finish([&](uint64_t source) { return conditionOf(source); });
    }

private:
    static constexpr uint32_t kNew = 0xffffffffU;
    static constexpr uint64_t kIsName = uint64_t(1) << 63; ///< of a source: the name of spans; else method and what was asked for

    /// What one request, or those whose paths are folded to one, asked for.
    struct Asked {
        std::string text;
        bool isPattern = false;
    };

    void fold(const RowSet& rows) {
        std::vector<std::string> texts;
        std::vector<uint32_t> pathOf;
        rows.forEach([&](Row row) {
            check();
            const uint32_t path = paths_.valueNumber(row);
            const bool isRoute = path != 0 && routes_.number(row) != 0;
            if (path == 0 || (isRoute ? asRoute_ : asPath_)[path] != kNew)
                return;
            std::string text = paths_.numbered(path).toText();
            if (isRoute) {
                conditions_.add(text, text);
                asRoute_[path] = static_cast<uint32_t>(asked_.size());
                asked_.push_back({std::move(text), false});
            } else {
                asPath_[path] = 0; // until they are folded
                texts.push_back(std::move(text));
                pathOf.push_back(path);
            }
        });
        const std::vector<std::string> folded = foldedPaths(texts);
        stop_.check();
        std::unordered_map<std::string_view, uint32_t> numbers;
        for (size_t i = 0; i < texts.size(); ++i) {
            const auto [at, isNew] = numbers.try_emplace(folded[i], static_cast<uint32_t>(asked_.size()));
            if (isNew)
                asked_.push_back({folded[i], folded[i].find("{}") != std::string::npos});
            asPath_[pathOf[i]] = at->second;
            conditions_.add(std::move(texts[i]), folded[i]);
        }
        stop_.check();
    }

    traceql::Value verbOf(uint32_t method) const { return method == 0 ? traceql::Value{} : methods_.value(method); }

    std::string nameOf(uint32_t method, const Asked& asked) const {
        const traceql::Value verb = verbOf(method);
        return (verb.type == traceql::Value::Type::Nil ? std::string() : verb.toText() + " ") + (asked.text.empty() ? "(empty path)" : asked.text);
    }

    std::string conditionOf(uint64_t source) {
        if ((source & kIsName) != 0)
            return "{ span:name = " + traceql::quoted(table_.text(static_cast<uint32_t>(source & ~kIsName))) + " && aisle:path = nil }";
        const auto method = static_cast<uint32_t>(source >> 32);
        const Asked& asked = asked_[source & 0xffffffffU];
        std::string condition = asked.isPattern ? conditions_.of(asked.text, stop_) : "aisle:path = " + traceql::quoted(asked.text);
        if (condition.empty())
            return condition;
        if (method == 0)
            condition = traceql::toText(methodField_) + " = nil && " + condition;
        else if (const traceql::Value verb = verbOf(method); verb.type != traceql::Value::Type::Nil)
            condition = equals(methodField_, verb) + " && " + condition;
        return "{ " + condition + " }";
    }

    void check() {
        if ((++n_ & 0xffff) == 0)
            stop_.check();
    }

    const SpanTable& table_;
    const traceql::FieldValues& paths_;
    PathConditions& conditions_;
    const StopToken& stop_;
    const traceql::Field methodField_;
    const traceql::NumberedField methods_, routes_;
    std::vector<Asked> asked_;
    std::vector<uint32_t> asRoute_, asPath_; ///< by number of a path: what it asked for, with and without a route
    uint64_t n_ = 0;
};

} // namespace

ActivityChoice activityChoice(const std::string& of, bool everyRequest) {
    if (of == "stages")
        return {ActivityChoice::Of::Stages, {}, false};
    if (of == "visits")
        return {ActivityChoice::Of::Visits, {}, false};
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

std::vector<uint32_t> stageOfEvents(const JourneyState& state, const StopToken& stop) {
    const auto& events = state.events; // in row order
    const FunnelResult& all = state.everything;
    std::vector<uint32_t> filled(events.size(), kNoStage); // by event: the stage that it filled
    for (size_t cell = 0; cell < all.rows.size(); ++cell) {
        if ((cell & 0xffff) == 0)
            stop.check();
        if (all.rows[cell] == kNoRow)
            continue;
        const auto at = std::lower_bound(events.begin(), events.end(), all.rows[cell], [](const StageEvent& event, Row row) { return event.row < row; });
        if (at != events.end() && at->row == all.rows[cell])
            filled[static_cast<size_t>(at - events.begin())] = static_cast<uint32_t>(cell % all.stages.size());
    }
    for (size_t i = 0; i < events.size(); ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        if (events[i].stages == 0) // it only ends attempts
            continue;
        if (filled[i] == kNoStage) {
            const CaseNumber c = state.cases().caseOf(state.table->trace(events[i].row));
            const uint32_t reached = c < all.progress.size() ? events[i].stages & all.progress[c].filled : 0;
            filled[i] = reached != 0 ? static_cast<uint32_t>(std::bit_width(reached)) - 1 : static_cast<uint32_t>(std::countr_zero(events[i].stages));
        }
    }
    return filled;
}

Activities activities(const traceql::Context& context, const JourneyState& state, const ActivityChoice& choice, const StopToken& stop) {
    if (choice.of == ActivityChoice::Of::Stages)
        return ofStages(state, stop);
    if (choice.of == ActivityChoice::Of::Visits)
        return ofVisits(state, stop);
    const SpanTable& table = *context.table;
    RowSet rows = ofCountedCases(table, state, context.cases->facts(stop)->requests, stop);
    if (!choice.everyRequest)
        rows = frontDoors(table, rows, stop);
    const traceql::OpenSource open(context, {.attributes = true}, stop);
    Activities out;
    if (choice.everyRequest && choice.of == ActivityChoice::Of::Field) {
        nameByField(open.source(), choice.field, rows, out, stop);
        return out;
    }
    // Paths with ids are so many that they are kept with their spans; read all the same, for they are folded.
    const traceql::FieldValues paths(open.source(), {traceql::Scope::Intrinsic, false, "aisle:path"}, rows, stop);
    PathConditions conditions;
    if (!choice.everyRequest)
        BackgroundFilter(open.source(), paths, conditions, stop).leaveOut(rows, out);
    if (choice.of == ActivityChoice::Of::Field)
        nameByField(open.source(), choice.field, rows, out, stop);
    else
        RequestNames(open.source(), paths, conditions, rows, stop).name(rows, out);
    return out;
}

} // namespace aisle
