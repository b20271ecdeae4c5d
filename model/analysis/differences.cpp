#include "analysis/differences.h"

#include "analysis/proportions.h"
#include "query/numbered_field.h"
#include "query/value_counts.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace aisle {

namespace {

using traceql::Field;

class Comparison {
public:
    Comparison(const traceql::Source& source, const RowSet& selected, const RowSet* baseline, const StopToken& stop)
        : source_(source), table_(*source.table), selected_(selected), baseline_(baseline), stop_(stop) {
        for (TraceIndex t = 0; t < table_.traceSlots(); ++t) {
            bool isSelected = false, isOther = false;
            forEachSpan(t, [&](Row, bool is) { (is ? isSelected : isOther) = true; });
            out_.selected += isSelected;
            out_.others += isOther;
        }
    }

    Differences run(const std::function<void(uint64_t done, uint64_t all)>& progress) {
        if (out_.selected == 0 || out_.others == 0)
            return std::move(out_);
        RowSet both = selected_;
        if (baseline_ != nullptr)
            both |= *baseline_;
        else
            table_.forEachRow([&](Row row) { both.set(row); });
        const auto fields = traceql::comparedFields(source_, stop_);
        uint64_t done = 0;
        for (const Field& field : fields) {
            stop_.check();
            count(field, traceql::numberedField(source_, field, both, stop_));
            if (progress)
                progress(++done, fields.size());
        }
        return rank();
    }

private:
    template <typename F>
    void forEachSpan(TraceIndex trace, F&& f) {
        if ((++visited_ & 0xfff) == 0)
            stop_.check();
        for (const Row row : table_.rowsOf(trace)) {
            if (table_.isHidden(row))
                continue;
            const bool isSelected = selected_[row];
            if (isSelected || baseline_ == nullptr || (*baseline_)[row])
                f(row, isSelected);
        }
    }

    struct Count {
        uint64_t traces[2] = {0, 0}, spans[2] = {0, 0}; ///< others, selected
        TraceIndex last[2] = {kNoTrace, kNoTrace};
    };

    void count(const Field& named, const traceql::NumberedField& field) {
        std::vector<Count> counts(field.count);
        Count any;
        for (TraceIndex t = 0; t < table_.traceSlots(); ++t)
            forEachSpan(t, [&](Row row, bool isSelected) {
                const uint32_t number = field.number(row);
                if (number == 0)
                    return;
                for (Count* c : {&counts[number], &any}) {
                    ++c->spans[isSelected];
                    c->traces[isSelected] += c->last[isSelected] != t;
                    c->last[isSelected] = t;
                }
            });
        std::vector<uint32_t> present;
        for (uint32_t n = 1; n < field.count; ++n)
            if (counts[n].spans[0] + counts[n].spans[1] > 0)
                present.push_back(n);
        const bool isMany = present.size() > Differences::kMostValues ||
                            std::any_of(present.begin(), present.end(), [&](uint32_t n) { return field.value(n).type == traceql::Value::Type::Nil; });
        if (isMany) {
            add(named, {}, any);
            return;
        }
        for (const uint32_t n : present)
            add(named, field.value(n), counts[n]);
    }

    void add(const Field& field, const traceql::Value& value, const Count& count) {
        ++out_.tested;
        if (count.traces[0] + count.traces[1] < kLeast)
            return;
        Difference d;
        d.field = field;
        d.isPresence = value.type == traceql::Value::Type::Nil;
        d.value = d.isPresence ? std::string() : value.toText();
        d.isText = value.type == traceql::Value::Type::Text;
        d.selected = count.traces[1];
        d.others = count.traces[0];
        d.selectedSpans = count.spans[1];
        d.otherSpans = count.spans[0];
        d.share = static_cast<double>(d.selected) / static_cast<double>(out_.selected);
        d.otherShare = static_cast<double>(d.others) / static_cast<double>(out_.others);
        out_.found.push_back(std::move(d));
    }

    Differences rank() {
        const double z = normalQuantile((1 - Differences::kConfidence) / static_cast<double>(std::max<uint64_t>(1, out_.tested)));
        for (Difference& d : out_.found) {
            const Interval interval = differenceInterval(d.selected, out_.selected, d.others, out_.others, z);
            d.low = interval.low;
            d.high = interval.high;
        }
        std::stable_sort(out_.found.begin(), out_.found.end(), [](const Difference& a, const Difference& b) {
            if (a.isClear() != b.isClear())
                return a.isClear();
            if (a.isClear())
                return a.certainty() > b.certainty();
            return std::abs(a.share - a.otherShare) > std::abs(b.share - b.otherShare);
        });
        if (out_.found.size() > Differences::kMost)
            out_.more = out_.found.size() - Differences::kMost, out_.found.resize(Differences::kMost);
        return std::move(out_);
    }

    static constexpr uint64_t kLeast = 3; ///< traces with a value, or nothing can be said of it
    const traceql::Source& source_;
    const SpanTable& table_;
    const RowSet& selected_;
    const RowSet* baseline_;
    const StopToken& stop_;
    uint64_t visited_ = 0;
    Differences out_;
};

} // namespace

double Difference::certainty() const { return low > 0 ? low : high < 0 ? -high : 0; }

std::string Difference::condition(bool excludes) const {
    if (isPresence)
        return traceql::toText(field) + (excludes ? " = nil" : " != nil");
    const std::string text = isText ? traceql::quoted(value) : value;
    // What is excluded may also have no value at all.
    return excludes ? "!(" + traceql::toText(field) + " = " + text + ")" : traceql::toText(field) + " = " + text;
}

Differences differences(const traceql::Source& source, const RowSet& selected, const RowSet* baseline, const StopToken& stop,
                        const std::function<void(uint64_t done, uint64_t all)>& progress) {
    return Comparison(source, selected, baseline, stop).run(progress);
}

namespace {

RowSet spansOf(const SpanTable& table, const ScopeResult& scope, DifferencesOf of) {
    if (of == DifferencesOf::Spans || scope.everything)
        return scope.spans;
    RowSet out(table);
    for (uint32_t number = 0; number < table.segmentCount(); ++number)
        if (table.hasSegment(number)) {
            const auto& traces = table.segmentAt(number).trace;
            const auto& flags = table.derivedAt(number).flags;
            out.segment(number).setWhere([&](size_t i) { return (flags[i] & kHidden) == 0 && scope.traces[traces[i]]; });
        }
    return out;
}

} // namespace

Differences differences(const traceql::Context& context, const ScopeResult& selected, const Scope& baseline, DifferencesOf of, const StopToken& stop) {
    traceql::Needs needs;
    needs.attributes = true;
    const traceql::OpenSource open(context, needs, stop);
    RowSet own = spansOf(*context.table, selected, of);
    if (baseline.isEmpty())
        return differences(open.source(), own, nullptr, stop);
    RowSet others = spansOf(*context.table, evaluate(baseline, context, stop), of);
    if (selected.everything)
        own -= others;
    else
        others -= own;
    return differences(open.source(), own, &others, stop);
}

Tabular tabulate(const Differences& differences) {
    Tabular out;
    out.columns = {{"field", "Field"},          {"value", "Value"},           {"share", "Selected", true},     {"other_share", "Others", true}, {"difference_low", "At least", true}, {"difference_high", "At most", true},
                   {"lift", "Times", true},     {"traces", "Traces", true},   {"other_traces", "Of others", true}, {"spans", "Spans", true}, {"clear", "Clear"}};
    const auto points = [](double share) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%+.1f", share * 100);
        return Cell::real(share, text.data());
    };
    for (const Difference& d : differences.found) {
        std::array<char, 32> lift{};
        std::snprintf(lift.data(), lift.size(), "%.3g", d.otherShare > 0 ? d.share / d.otherShare : 0);
        Cell value(d.isPresence ? std::string("(any)") : d.value);
        value.shown = shortened(d.isPresence ? "(any)" : d.value, 60);
        out.rows.push_back({traceql::toText(d.field), std::move(value), Cell::percent(d.share), Cell::percent(d.otherShare), points(d.low), points(d.high),
                            d.otherShare > 0 ? Cell::real(d.share / d.otherShare, lift.data()) : Cell(), Cell::count(d.selected), Cell::count(d.others), Cell::count(d.selectedSpans),
                            Cell(d.isClear() ? 1 : 0, d.isClear() ? "yes" : "no")});
    }
    out.notes.push_back("Shares of " + counted(differences.selected, "trace", "traces") + " that are selected and of " + counted(differences.others, "other", "others") +
                        "; differences in points, within the bounds with 95 % confidence for all " + counted(differences.tested, "value", "values") +
                        " that were looked at together. What goes together with the selection need not be its cause.");
    if (differences.more > 0)
        out.notes.push_back(formatCount(differences.more) + " more values, less different, are left out.");
    return out;
}

} // namespace aisle
