#include "journey/drop_factors.h"

#include "analysis/error_kinds.h"
#include "analysis/quantile.h"
#include "analysis/waterfall_path.h"
#include "journey/case_money.h"
#include "query/numbered_field.h"
#include "query/request_path.h"
#include "query/value_counts.h"
#include "table/row_column.h"
#include "text/format.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <mutex>

namespace aisle {

namespace {

using Met = DropComparisons::Met;
using Seen = StageExperience::Seen;

/// Two significant digits, so that what is said is what was compared.
int64_t rounded(int64_t ns) {
    int64_t unit = 1;
    while (ns / unit >= 100)
        unit *= 10;
    return (ns + unit / 2) / unit * unit;
}

/// What spans say about how they ended.
bool isOutcome(const std::string& field) {
    static constexpr std::array<std::string_view, 11> kFields = {"error", "error.type", "error.message", "exception.type", "exception.message", "http.response.status_code", "http.status_code",
                                                                "rpc.response.status_code", "rpc.grpc.status_code", "rpc.status_code", "otel.status_code"};
    return std::find(kFields.begin(), kFields.end(), field) != kFields.end();
}

/// Adds what a case met with; a number comes once.
void meet(Met& met, const Seen& span) {
    if (met.empty() || met.back().first != span.number)
        met.emplace_back(span.number, span.row);
}

class Factors {
public:
    Factors(const StageExperience& experience, const StopToken& stop) : experience_(experience), table_(experience.table()), stop_(stop), placeOf_(table_, kNoPlace) { index(); }

    /// Of the spans of operations, in the order in which they were seen.
    template <typename F>
    void forEachOf(uint32_t operation, F&& f) const {
        for (size_t i = first_[operation]; i < first_[operation + 1]; ++i)
            f(byOperation_[i]);
    }
    size_t operations() const { return experience_.operations.size(); }
    /// Enough cases for any comparison; names of operations may be as many as spans.
    bool isFrequent(uint32_t operation) const { return cases_[operation] >= 2 * DropOff::kLeastCases; }
    DropGroundPtr ground(uint32_t operation, const DropComparisons& comparisons) const {
        std::vector<uint32_t> numbers;
        forEachOf(operation, [&](const Seen& span) {
            if (numbers.empty() || numbers.back() != span.number)
                numbers.push_back(span.number);
        });
        return comparisons.groundOf(numbers);
    }

    DropFactor factorOf(DropFactor::Kind kind, uint32_t operation) const {
        const StageExperience::Operation& o = experience_.operations[operation];
        DropFactor factor = factorOfService(kind, o.service);
        factor.operation = table_.text(o.name);
        factor.spanKind = o.kind;
        factor.depth = o.depth;
        if (!factor.condition.empty())
            factor.condition += " && span:name = " + traceql::quoted(factor.operation) + " && kind = " + std::string(kindName(o.kind));
        if (o.request != StageExperience::Operation::kNone) {
            const StageExperience::Operation& request = experience_.operations[o.request];
            factor.request = table_.text(request.name);
            if (table_.services()[request.service] == kUnknownService)
                factor.condition.clear();
            if (!factor.condition.empty())
                factor.condition += " && trace:rootName = " + traceql::quoted(factor.request) + " && trace:rootService = " + traceql::quoted(table_.services()[request.service]);
        }
        return factor;
    }
    DropFactor factorOfService(DropFactor::Kind kind, uint32_t service) const {
        DropFactor factor;
        factor.kind = kind;
        factor.service = table_.services()[service];
        if (factor.service != kUnknownService)
            factor.condition = "resource.service.name = " + traceql::quoted(factor.service);
        return factor;
    }

    void failures(const ErrorKinds& kinds, DropComparisons& out) const {
        for (uint32_t o = 0; o < operations(); ++o) {
            if (!isFrequent(o))
                continue;
            stop_.check();
            const DropGroundPtr ground = this->ground(o, out);
            Met any, requests, repeated;
            std::map<std::string_view, Met> byKind;
            forEachOf(o, [&](const Seen& span) {
                if (span.is(StageExperience::kOrigin)) {
                    meet(any, span);
                    meet(byKind[kinds.of(span.row)], span);
                }
                if (span.is(StageExperience::kRootFailed))
                    meet(requests, span);
                if (span.is(StageExperience::kRepeated))
                    meet(repeated, span);
            });
            DropFactor failure = factorOf(DropFactor::Kind::Failure, o);
            if (!failure.condition.empty())
                failure.condition += " && aisle:error = true";
            // A kind that all of them have says more than that they failed.
            const bool isOne = byKind.size() == 1;
            if (!isOne)
                out.compare(failure, any, ground);
            for (const auto& [kind, met] : byKind) {
                DropFactor factor = failure;
                factor.value = kind == "failed" ? std::string() : std::string(kind);
                if (!isOne)
                    factor.condition.clear(); // a query cannot ask for it
                if (isOne || !factor.value.empty())
                    out.compare(factor, met, ground);
            }
            DropFactor request = failure;
            request.kind = DropFactor::Kind::RequestFailed;
            request.isOutcome = true;
            out.compare(request, requests, ground);
            DropFactor again = factorOf(DropFactor::Kind::Repeated, o);
            again.condition.clear();
            out.compare(again, repeated, ground);
        }
    }

    void latencies(DropComparisons& out) const {
        for (uint32_t o = 0; o < operations(); ++o) {
            if (!isFrequent(o))
                continue;
            stop_.check();
            std::vector<int64_t> durations;
            Met longest; // of each case
            forEachOf(o, [&](const Seen& span) {
                const int64_t duration = table_.duration(span.row);
                if (duration < 0 || table_.isError(span.row)) // how long a failure took is no delay
                    return;
                durations.push_back(duration);
                if (longest.empty() || longest.back().first != span.number)
                    longest.emplace_back(span.number, span.row);
                else if (duration > table_.duration(longest.back().second))
                    longest.back().second = span.row;
            });
            compareThresholds(o, durations, longest, out);
        }
    }

    /// Of the operations of requests, i.e. of roots: which service they waited for most.
    void criticalPaths(DropComparisons& out) const {
        for (uint32_t o = 0; o < operations(); ++o) {
            if (!isFrequent(o) || experience_.operations[o].request != StageExperience::Operation::kNone)
                continue;
            stop_.check();
            std::map<uint32_t, Met> byService;
            size_t n = 0;
            forEachOf(o, [&](const Seen& span) {
                const TraceIndex trace = table_.trace(span.row);
                if (table_.summary(trace).root != span.row || table_.duration(span.row) < DropOff::kLeastLatency)
                    return;
                if (++n % 256 == 0)
                    stop_.check();
                meet(byService[dominatingService(table_, trace, stop_)], span);
            });
            if (byService.empty())
                continue;
            const DropGroundPtr ground = this->ground(o, out);
            for (const auto& [service, met] : byService) {
                DropFactor factor = factorOf(DropFactor::Kind::CriticalPath, o);
                factor.value = table_.services()[service];
                factor.isOutcome = true;
                factor.condition.clear();
                out.compare(factor, met, ground);
            }
        }
    }

    /// The values go from the order of rows into that of operations once: read there by case they took a cache miss each, 40 % of the causes
    /// of 5 M spans.
    void attribute(const traceql::Source& source, const traceql::Field& field, DropComparisons& out) const {
        const traceql::NumberedField values = traceql::numberedField(source, field, experience_.rows, stop_);
        if (field.scope == traceql::Scope::Resource) {
            std::vector<ByValue> ofServices(table_.services().size());
            for (const uint32_t i : ofContexts_) {
                const Seen& span = experience_.seen[i];
                if (const uint32_t number = values.number(span.row); number != 0)
                    ofServices[table_.service(span.row)].add(span, number, values);
            }
            for (uint32_t service = 0; service < ofServices.size(); ++service)
                compareValues(field, values, service, ofServices[service], out);
            return;
        }
        if (!values.rows) // nobody has it
            return;
        std::vector<uint32_t> numbers(byOperation_.size());
        size_t n = 0;
        values.rows->forEach([&](Row row) {
            if ((++n & 0xffff) == 0)
                stop_.check();
            if (const uint32_t place = placeOf_[row]; place != kNoPlace)
                numbers[place] = values.number(row);
        });
        for (uint32_t o = 0; o < operations(); ++o) {
            if (!isFrequent(o))
                continue;
            stop_.check();
            ByValue found;
            for (size_t i = first_[o]; i < first_[o + 1] && !found.isMany; ++i)
                if (numbers[i] != 0)
                    found.add(byOperation_[i], numbers[i], values);
            compareValues(field, values, o, found, out);
        }
    }

private:
    /// The cases of an operation or a service by the values that its spans have; spans come by case.
    struct ByValue {
        std::vector<std::pair<uint32_t, Met>> met;
        std::vector<uint32_t> cases;
        size_t last = 0;
        bool isMany = false; ///< too many values to compare

        void add(const Seen& span, uint32_t number, const traceql::NumberedField& values) {
            if (isMany)
                return;
            if (cases.empty() || cases.back() != span.number)
                cases.push_back(span.number);
            if (last >= met.size() || met[last].first != number) {
                last = static_cast<size_t>(std::find_if(met.begin(), met.end(), [&](const auto& one) { return one.first == number; }) - met.begin());
                if (last == met.size()) {
                    if (met.size() == DropOff::kMostValues || values.value(number).type == traceql::Value::Type::Nil) {
                        *this = {};
                        isMany = true;
                        return;
                    }
                    met.emplace_back(number, Met());
                }
            }
            meet(met[last].second, span);
        }
    };

    void index() {
        first_.resize(operations() + 1);
        for (const Seen& span : experience_.seen)
            if (span.is(StageExperience::kOfOperation))
                ++first_[span.operation + 1];
        for (size_t o = 0; o < operations(); ++o)
            first_[o + 1] += first_[o];
        byOperation_.resize(first_.back());
        std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
        for (const Seen& span : experience_.seen)
            if (span.is(StageExperience::kOfOperation))
                byOperation_[next[span.operation]++] = span;
        // What a resource says is the same for all spans of a context.
        std::vector<uint32_t> caseOf(table_.contextCount(), std::numeric_limits<uint32_t>::max());
        for (size_t i = 0; i < experience_.seen.size(); ++i) {
            const Seen& span = experience_.seen[i];
            if (span.is(StageExperience::kOfService) && std::exchange(caseOf[table_.context(span.row)], span.number) != span.number)
                ofContexts_.push_back(static_cast<uint32_t>(i));
        }
        cases_.resize(operations());
        std::vector<uint32_t> last(operations(), std::numeric_limits<uint32_t>::max());
        for (const Seen& span : experience_.seen)
            if (span.is(StageExperience::kOfOperation) && std::exchange(last[span.operation], span.number) != span.number)
                ++cases_[span.operation];
        for (size_t i = 0; i < byOperation_.size(); ++i)
            if (isFrequent(byOperation_[i].operation))
                placeOf_[byOperation_[i].row] = static_cast<uint32_t>(i);
    }

    void compareThresholds(uint32_t operation, std::vector<int64_t>& durations, const Met& longest, DropComparisons& out) const {
        std::vector<int64_t> thresholds;
        for (const double q : DropOff::kQuantiles)
            thresholds.push_back(rounded(quantile(durations, q)));
        // Of thresholds that tell the same cases apart the largest round one is said.
        thresholds.insert(thresholds.end(), DropOff::kRound.begin(), DropOff::kRound.end());
        std::vector<uint32_t> numbers;
        for (const auto& [number, row] : longest)
            numbers.push_back(number);
        if (numbers.size() < 2 * DropOff::kLeastCases)
            return;
        const DropGroundPtr ground = out.groundOf(numbers);
        const auto slower = [&](int64_t threshold) {
            Met met;
            for (const auto& [number, row] : longest)
                if (table_.duration(row) > threshold)
                    met.emplace_back(number, row);
            return met;
        };
        struct Best {
            double value = 0;
            size_t comparison = 0;
            int64_t threshold = -1;
            TwoByTwo table;
        } best;
        for (size_t t = 0; t < thresholds.size(); ++t) {
            const int64_t threshold = thresholds[t];
            if (threshold < DropOff::kLeastLatency || std::find(thresholds.begin() + static_cast<ptrdiff_t>(t) + 1, thresholds.end(), threshold) != thresholds.end())
                continue;
            const Met met = slower(threshold);
            if (!out.isComparable(met.size(), *ground))
                continue;
            const TwoByTwo table = out.tableOf(met, *ground);
            const size_t comparison = out.count(table);
            if (const double value = chiSquared(table); table.with >= DropOff::kLeastStopped && table.shareWith() > table.shareWithout() && value >= best.value)
                best = {value, comparison, threshold, table};
        }
        if (best.threshold < 0)
            return;
        DropFactor factor = factorOf(DropFactor::Kind::Latency, operation);
        factor.threshold = best.threshold;
        if (!factor.condition.empty())
            factor.condition += " && span:duration > " + formatDurationLiteral(best.threshold);
        out.keep(best.comparison, factor, slower(best.threshold), best.table, ground);
    }

    void compareValues(const traceql::Field& field, const traceql::NumberedField& values, uint32_t carrier, const ByValue& byValue, DropComparisons& out) const {
        if (byValue.met.size() < 2 || byValue.cases.size() < 2 * DropOff::kLeastCases)
            return;
        const bool ofResource = field.scope == traceql::Scope::Resource;
        const DropGroundPtr ground = out.groundOf(byValue.cases);
        for (const auto& [number, met] : byValue.met) {
            if (!out.isComparable(met.size(), *ground))
                continue;
            DropFactor factor = ofResource ? factorOfService(DropFactor::Kind::Resource, carrier) : factorOf(DropFactor::Kind::Attribute, carrier);
            const traceql::Value value = values.value(number);
            factor.field = field.name;
            factor.value = value.toText();
            factor.isOutcome = isOutcome(field.name);
            if (!factor.condition.empty())
                factor.condition += " && " + traceql::toText(field) + " = " + (value.type == traceql::Value::Type::Text ? traceql::quoted(value.text) : factor.value);
            out.compare(std::move(factor), met, ground);
        }
    }

    const StageExperience& experience_;
    const SpanTable& table_;
    const StopToken& stop_;
    static constexpr uint32_t kNoPlace = std::numeric_limits<uint32_t>::max();
    std::vector<Seen> byOperation_;
    std::vector<uint32_t> first_;      ///< of operation o: byOperation_[first_[o]..first_[o + 1])
    std::vector<uint32_t> cases_;      ///< by operation: how many have it
    RowColumn<uint32_t> placeOf_;      ///< in byOperation_, of rows of operations that are frequent, else kNoPlace
    std::vector<uint32_t> ofContexts_; ///< of each case the first of each context, numbers in `seen`
};

} // namespace

uint32_t dominatingService(const SpanTable& table, TraceIndex trace, const StopToken& stop) {
    const Waterfall tree = waterfall(table, trace, {}, stop);
    std::map<uint32_t, int64_t> times;
    const CriticalPath path = criticalPath(table, tree, stop);
    for (const PathSection& section : path.sections)
        times[table.service(tree.nodes[section.node].row)] += section.to - section.from;
    const auto most = std::max_element(times.begin(), times.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == times.end() ? table.service(table.summary(trace).root) : most->first;
}

DropComparisons compareFactors(const traceql::Context& context, const StageExperience& experience, std::vector<traceql::Field> fields, const StopToken& stop) {
    const Factors factors(experience, stop);
    // Operations are what is compared within; the rest of these says no more. Which pages somebody asked for makes the stages, and is no cause.
    // Nor is a sum to the cent.
    std::erase_if(fields, [](const traceql::Field& field) {
        const auto& paths = traceql::kRequestPathKeys;
        return field.scope == traceql::Scope::Intrinsic || field.name == "service.name" || std::find(paths.begin(), paths.end(), field.name) != paths.end() || isAmount(field.name);
    });
    using Task = std::function<void(const traceql::Source& source, DropComparisons& out)>;
    std::vector<Task> tasks;
    tasks.emplace_back([&](const traceql::Source& source, DropComparisons& out) {
        RowSet origins(experience.table());
        for (const Seen& span : experience.seen)
            if (span.is(StageExperience::kOrigin))
                origins.set(span.row);
        factors.failures(ErrorKinds(source, origins, stop), out);
    });
    tasks.emplace_back([&](const traceql::Source&, DropComparisons& out) { factors.latencies(out); });
    tasks.emplace_back([&](const traceql::Source&, DropComparisons& out) { factors.criticalPaths(out); });
    for (const traceql::Field& field : fields)
        tasks.emplace_back([&](const traceql::Source& source, DropComparisons& out) { factors.attribute(source, field, out); });
    // Two threads; put together in the order of the tasks, so that the same is left out of many each time.
    DropComparisons all(experience);
    std::map<size_t, DropComparisons> done;
    std::mutex mutex;
    size_t next = 0, appended = 0;
    const auto some = [&] {
        const traceql::OpenSource open(context, {.attributes = true}, stop);
        for (;;) {
            std::unique_lock lock(mutex);
            if (next == tasks.size())
                return;
            const size_t task = next++;
            lock.unlock();
            stop.check();
            DropComparisons out(experience);
            tasks[task](open.source(), out);
            lock.lock();
            done.emplace(task, std::move(out));
            for (auto first = done.begin(); first != done.end() && first->first == appended; first = done.erase(first), ++appended)
                all.append(std::move(first->second));
        }
    };
    auto others = std::async(std::launch::async, some); // where one throws, the other is waited for
    some();
    others.get();
    return all;
}

} // namespace aisle
