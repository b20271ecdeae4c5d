#include "analysis/sampling.h"

#include "query/row_values.h"
#include "store/trace_states.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aisle {

namespace {

/// The next piece of a list, which is cut off it.
std::string_view next(std::string_view& list, char separator) {
    const size_t end = list.find(separator);
    std::string_view piece = list.substr(0, end);
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    while (!piece.empty() && (piece.front() == ' ' || piece.front() == '\t'))
        piece.remove_prefix(1);
    while (!piece.empty() && (piece.back() == ' ' || piece.back() == '\t'))
        piece.remove_suffix(1);
    return piece;
}

/// Up to 14 hexadecimal digits, of which trailing zeros are left away.
std::optional<double> ofThreshold(std::string_view digits) {
    constexpr size_t kDigits = 14;
    uint64_t threshold = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), threshold, 16);
    if (digits.empty() || digits.size() > kDigits || error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    threshold <<= 4 * (kDigits - digits.size());
    constexpr uint64_t kAll = uint64_t(1) << 56;
    return static_cast<double>(kAll) / static_cast<double>(kAll - threshold); // subtracted exactly: the largest threshold is 1 below
}

/// 63 is "never".
std::optional<double> ofPower(std::string_view digits) {
    int power = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), power);
    if (error != std::errc() || end != digits.data() + digits.size() || power < 0 || power > 62)
        return std::nullopt;
    return std::ldexp(1.0, power);
}

} // namespace

std::optional<double> sampledWeight(std::string_view traceState) {
    std::optional<double> power;
    while (!traceState.empty()) {
        std::string_view member = next(traceState, ',');
        if (!member.starts_with("ot="))
            continue;
        member.remove_prefix(3);
        while (!member.empty()) {
            const std::string_view entry = next(member, ';');
            if (entry.starts_with("th:"))
                if (const auto weight = ofThreshold(entry.substr(3)))
                    return weight;
            if (entry.starts_with("p:"))
                power = ofPower(entry.substr(2));
        }
    }
    return power;
}

void Sampling::take(TraceIndex trace, double weight, size_t traces) {
    if (!(weight > 1) || !(weight < 1e12)) // everything was recorded, or nonsense
        return;
    if (weights_.empty())
        weights_.assign(traces, 1);
    weights_[trace] = std::max(weights_[trace], weight);
}

Sampling::Sampling(const traceql::Source& source, const StopToken& stop) {
    if (source.db == nullptr || !source.attributes)
        return;
    const SpanTable& table = *source.table;
    forEachTraceState(*source.db, table, stop, [&](Row row, std::string_view state) {
        if (const auto weight = sampledWeight(state))
            take(table.trace(row), *weight, table.traceSlots());
    });
    // What clients write, they write on the first span of a process.
    RowSet entries(table);
    table.forEachRow([&](Row row) {
        if (table.isEntry(row) || table.parent(row) == kNoRow)
            entries.set(row);
    });
    const auto values = [&](const char* name) {
        stop.check();
        return traceql::FieldValues(source, {traceql::Scope::Span, false, name}, entries, stop);
    };
    const auto rate = values("SampleRate"), type = values("sampler.type"), parameter = values("sampler.param");
    if (rate.valueNumbers() <= 2 && parameter.valueNumbers() <= 2)
        return; // nobody has one
    entries.forEach([&](Row row) {
        if (const auto value = rate(row); value.isNumber)
            take(table.trace(row), value.number, table.traceSlots());
        if (const auto value = parameter(row); value.isNumber && value.number > 0 && type(row).text == "probabilistic")
            take(table.trace(row), 1 / value.number, table.traceSlots());
    });
}

} // namespace aisle
