#include "format/csv_mapping.h"

#include "format/time_text.h"
#include "json/json_value.h"
#include "store/string_pool.h"
#include "table/ids.h"

#include <algorithm>

namespace aisle {

namespace {


struct UnitName {
    std::string_view text;
    TimeUnit unit;
};
constexpr UnitName kUnits[] = {
    {"ns", TimeUnit::Nanoseconds},         {"nano", TimeUnit::Nanoseconds},    {"nanos", TimeUnit::Nanoseconds},
    {"nanoseconds", TimeUnit::Nanoseconds}, {"us", TimeUnit::Microseconds},     {"usec", TimeUnit::Microseconds},
    {"micro", TimeUnit::Microseconds},     {"micros", TimeUnit::Microseconds}, {"microseconds", TimeUnit::Microseconds},
    {"ms", TimeUnit::Milliseconds},        {"msec", TimeUnit::Milliseconds},   {"milli", TimeUnit::Milliseconds},
    {"millis", TimeUnit::Milliseconds},    {"milliseconds", TimeUnit::Milliseconds}, {"s", TimeUnit::Seconds},
    {"sec", TimeUnit::Seconds},            {"secs", TimeUnit::Seconds},        {"seconds", TimeUnit::Seconds},
};

/// What follows a time column's name: "unixnano", "inms", "us"; nothing when it is no unit.
std::optional<TimeUnit> unitOf(std::string_view rest) {
    for (const std::string_view filler : {"unix", "epoch", "in"})
        if (rest.starts_with(filler))
            rest.remove_prefix(filler.size());
    if (rest.empty())
        return TimeUnit::Unknown;
    for (const UnitName& unit : kUnits)
        if (rest == unit.text)
            return unit.unit;
    return std::nullopt;
}

/// Names of a role's column, the best first.
std::vector<std::string_view> namesOf(CsvRole role) {
    switch (role) {
    case CsvRole::Trace: return {"traceid", "tracetraceid", "contexttraceid", "traceidhex", "trace"};
    case CsvRole::Span: return {"spanid", "tracespanid", "contextspanid", "spanidhex", "span", "id"};
    case CsvRole::Parent: return {"parentspanid", "parentid", "traceparentid", "parentspan", "parentspanidhex", "parent"};
    case CsvRole::Name: return {"spanname", "operationname", "name", "operation"};
    case CsvRole::Service: return {"servicename", "resourceservicename", "processservicename", "service", "serviceid",
                                   "application", "app", "cmdbid", "podname", "k8spodname", "pod"};
    case CsvRole::Start: return {"starttimestamp", "starttime", "startts", "begintime", "start", "timestamp", "time", "ts"};
    case CsvRole::End: return {"endtimestamp", "endtime", "endts", "finishtime", "end", "finish"};
    case CsvRole::Duration: return {"duration", "elapsedtime", "elapsed", "latency", "dur"};
    case CsvRole::Kind: return {"spankind", "kind"};
    case CsvRole::Status: return {"otelstatuscode", "statuscode", "spanstatus", "status"};
    case CsvRole::Message: return {"statusmessage", "otelstatusdescription", "statusdescription"};
    }
    return {};
}

size_t columnOf(const CsvRow& header, std::string_view name) {
    return static_cast<size_t>(std::find(header.begin(), header.end(), name) - header.begin());
}

void guessName(const CsvRow& header, const std::vector<std::string>& plainNames, CsvRole role, CsvMapping& mapping) {
    CsvMapping::Column& column = mapping[role];
    const auto taken = [&](const std::string& name) {
        return std::any_of(mapping.columns.begin(), mapping.columns.end(),
                           [&](const CsvMapping::Column& other) { return other.name && *other.name == name; });
    };
    for (const std::string_view known : namesOf(role)) {
        for (size_t i = 0; i < header.size(); ++i) {
            const std::string& plain = plainNames[i];
            if (!plain.starts_with(known) || taken(header[i]))
                continue;
            const auto unit = isTimeRole(role) ? unitOf(std::string_view(plain).substr(known.size()))
                                           : plain.size() == known.size() ? std::optional(TimeUnit::Unknown) : std::nullopt;
            if (!unit)
                continue;
            column.name = header[i];
            if (column.unit == TimeUnit::Unknown)
                column.unit = *unit;
            return;
        }
    }
    column.name = std::string();
}

/// Cells of a column that hold something.
std::vector<std::string_view> cells(const std::vector<CsvRow>& rows, size_t column) {
    std::vector<std::string_view> found;
    for (const CsvRow& row : rows)
        if (column < row.size() && !row[column].empty())
            found.push_back(row[column]);
    return found;
}

/// A cell with its decimal comma as a point, kept in `kept`. With both it is left as it is, and no number.
std::string_view withPoint(std::string_view text, DecimalSeparator decimal, std::string& kept) {
    const size_t comma = decimal == DecimalSeparator::Comma ? text.find(',') : std::string_view::npos;
    if (comma == std::string_view::npos || text.find('.') != std::string_view::npos)
        return text;
    kept = text;
    kept[comma] = '.';
    return kept;
}

/// Times since the epoch say their unit by their size: the bounds are the years 1973 and 5138.
TimeUnit unitOfTimes(const std::vector<std::string_view>& texts, DecimalSeparator decimal) {
    std::string kept;
    for (const std::string_view text : texts) {
        if (timeFromText(text))
            return TimeUnit::Text;
        const auto value = scaledInteger(withPoint(text, decimal, kept));
        if (!value || *value < 100'000'000)
            continue;
        if (*value < 100'000'000'000)
            return TimeUnit::Seconds;
        if (*value < 100'000'000'000'000)
            return TimeUnit::Milliseconds;
        return *value < 100'000'000'000'000'000 ? TimeUnit::Microseconds : TimeUnit::Nanoseconds;
    }
    return TimeUnit::Unknown;
}

/// The one unit in which most durations are end minus start, to one unit.
TimeUnit unitOfDurations(const std::vector<CsvRow>& rows, size_t start, TimeUnit startUnit, size_t end, TimeUnit endUnit,
                         size_t duration, DecimalSeparator decimal) {
    std::string kept;
    constexpr std::array<int64_t, 4> sizes = {1, 1000, 1'000'000, 1'000'000'000};
    std::array<size_t, 4> agreeing{};
    size_t looked = 0;
    for (const CsvRow& row : rows) {
        if (std::max({start, end, duration}) >= row.size())
            continue;
        const auto from = csvTime(row[start], startUnit, decimal), to = csvTime(row[end], endUnit, decimal);
        int64_t length = 0;
        if (!from || !to || __builtin_sub_overflow(*to, *from, &length) || length <= 0)
            continue;
        const std::string_view text = withPoint(row[duration], decimal, kept);
        if (scaledInteger(text) == 0)
            continue;
        ++looked;
        for (size_t i = 0; i < sizes.size(); ++i) {
            const auto said = scaledInteger(text, static_cast<int>(3 * i));
            int64_t off = 0;
            if (said && *said != 0 && !__builtin_sub_overflow(*said, length, &off) && off <= sizes[i] && off >= -sizes[i])
                ++agreeing[i];
        }
    }
    const size_t best = static_cast<size_t>(std::max_element(agreeing.begin(), agreeing.end()) - agreeing.begin());
    return agreeing[best] * 2 > looked ? static_cast<TimeUnit>(best + 1) : TimeUnit::Unknown;
}

void guessUnits(const CsvRow& header, const std::vector<CsvRow>& rows, DecimalSeparator decimal, CsvMapping& mapping) {
    const auto index = [&](CsvRole role) { return mapping.has(role) ? columnOf(header, *mapping[role].name) : header.size(); };
    for (const CsvRole role : {CsvRole::Start, CsvRole::End})
        if (mapping.has(role) && mapping[role].unit == TimeUnit::Unknown)
            mapping[role].unit = unitOfTimes(cells(rows, index(role)), decimal);
    CsvMapping::Column& duration = mapping[CsvRole::Duration];
    if (!mapping.has(CsvRole::Duration) || duration.unit != TimeUnit::Unknown)
        return;
    const auto texts = cells(rows, index(CsvRole::Duration));
    if (!texts.empty() && !isJsonNumber(texts.front()) && csvDuration(texts.front(), TimeUnit::Text, decimal))
        duration.unit = TimeUnit::Text;
    else if (mapping.has(CsvRole::Start) && mapping.has(CsvRole::End))
        duration.unit = unitOfDurations(rows, index(CsvRole::Start), mapping[CsvRole::Start].unit, index(CsvRole::End),
                                        mapping[CsvRole::End].unit, index(CsvRole::Duration), decimal);
}

} // namespace

std::string plainColumnName(std::string_view name) {
    std::string plain;
    for (size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const std::string_view pair = name.substr(i, 2);
        if (pair == "\xc2\xb5" || pair == "\xce\xbc") {
            plain += 'u';
            ++i;
        } else if (c >= 'A' && c <= 'Z') {
            plain += static_cast<char>(c + 32);
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            plain += c;
        }
    }
    return plain;
}

CsvMapping guessCsvMapping(const CsvRow& header, const std::vector<CsvRow>& rows, CsvMapping said, DecimalSeparator decimal) {
    std::vector<std::string> plainNames;
    for (const std::string& name : header)
        plainNames.push_back(plainColumnName(name));
    for (size_t i = 0; i < kCsvRoles; ++i)
        if (!said.columns[i].name)
            guessName(header, plainNames, static_cast<CsvRole>(i), said);
    guessUnits(header, rows, decimal, said);
    return said;
}

CsvMapping withoutGuessable(const CsvRow& header, CsvMapping mapping) {
    for (size_t i = 0; i < kCsvRoles; ++i) {
        const auto role = static_cast<CsvRole>(i);
        CsvMapping shorter = mapping;
        shorter[role].name.reset();
        if (!mapping.has(role) && !guessCsvMapping(header, {}, shorter).has(role))
            mapping = shorter;
    }
    return mapping;
}

std::string csvSignature(const CsvRow& header) {
    uint64_t a = 1, b = 2;
    for (const std::string& name : header) {
        a = hashBytes(name, a);
        b = hashBytes(name, b);
    }
    return toHex(TraceId{a | 1, b});
}

std::optional<int64_t> csvTime(std::string_view text, TimeUnit unit, DecimalSeparator decimal) {
    if (unit == TimeUnit::Text)
        return timeFromText(text);
    if (unit == TimeUnit::Unknown)
        return std::nullopt;
    std::string kept;
    return scaledInteger(withPoint(text, decimal, kept), 3 * (static_cast<int>(unit) - 1));
}

std::optional<int64_t> csvDuration(std::string_view text, TimeUnit unit, DecimalSeparator decimal) {
    if (unit != TimeUnit::Text)
        return csvTime(text, unit, decimal);
    std::string kept;
    text = withPoint(text, decimal, kept);
    if (const auto clock = durationFromClock(text))
        return clock;
    const size_t digits = std::min(text.find_first_not_of("0123456789.-"), text.size());
    const auto named = digits == text.size() ? std::nullopt : unitOf(plainColumnName(text.substr(digits)));
    return named ? csvTime(text.substr(0, digits), *named) : std::nullopt;
}

} // namespace aisle
