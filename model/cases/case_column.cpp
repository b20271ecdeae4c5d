#include "cases/case_column.h"

#include "text/utf8.h"

#include <nlohmann/json.hpp>

#include <QByteArray>

#include <algorithm>
#include <span>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

/// Some rows with a value, in row order.
struct RowValues {
    std::span<const Row> rows;
    std::span<const uint32_t> values;
    std::vector<std::string> distinct;
};

CaseColumn byTrace(const SpanTable& table, RowValues in, const StopToken& stop) {
    CaseColumn out;
    out.distinct = std::move(in.distinct);
    out.ofService.resize(table.services().size());
    constexpr uint32_t kNone = AttributeColumn::kNone;
    std::vector<uint32_t> value(table.traceSlots(), kNone);
    std::vector<Row> from(table.traceSlots(), kNoRow);
    std::vector<CaseColumn::Said> others; // than the one that decides, as far as is known by now
    const auto moment = [&](Row r) { return std::tuple((table.flags(r) & kNoStart) != 0, table.start(r), r); };
    size_t traces = 0;
    for (size_t i = 0; i < in.rows.size(); ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        const Row row = in.rows[i];
        const uint32_t v = in.values[i];
        if (out.distinct[v].empty())
            continue;
        ++out.spans;
        ++out.ofService[table.service(row)];
        const TraceIndex t = table.trace(row);
        const auto other = [&](uint32_t which) {
            if (others.empty() || others.back().trace != t || others.back().value != which)
                others.push_back({t, which});
        };
        if (from[t] == kNoRow)
            ++traces;
        else if (!(moment(row) < moment(from[t]))) {
            if (value[t] != v)
                other(v);
            continue;
        } else if (value[t] != v)
            other(value[t]);
        value[t] = v;
        from[t] = row;
    }
    std::erase_if(others, [&](const CaseColumn::Said& said) { return value[said.trace] == said.value; });
    const auto order = [](const CaseColumn::Said& said) { return std::pair(said.trace, said.value); };
    std::sort(others.begin(), others.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
    others.erase(std::unique(others.begin(), others.end(), [&](const auto& a, const auto& b) { return order(a) == order(b); }), others.end());
    out.said.reserve(traces + others.size());
    size_t next = 0;
    for (TraceIndex t = 0; t < value.size(); ++t) {
        if (value[t] == kNone)
            continue;
        out.said.push_back({t, value[t]});
        for (; next < others.size() && others[next].trace == t; ++next)
            out.said.push_back(others[next]);
    }
    return out;
}

/// A column, and for rows without a value in it what their header of baggage says.
CaseColumn withHeaders(const SpanTable& table, const AttributeColumn& column, const std::string& attribute, const AttributeColumn& headers,
                       const std::vector<BaggageMembers>& members, const StopToken& stop) {
    std::vector<const std::string*> said(members.size(), nullptr); // of the attribute, by header
    for (size_t h = 0; h < members.size(); ++h)
        for (const auto& [key, value] : members[h])
            if (key == attribute)
                said[h] = &value;
    if (std::all_of(said.begin(), said.end(), [](const std::string* value) { return value == nullptr; }))
        return caseColumn(table, column, stop);
    RowValues all;
    all.distinct = column.distinct();
    std::unordered_map<std::string, uint32_t> numbers;
    for (uint32_t n = 0; n < all.distinct.size(); ++n)
        numbers.try_emplace(all.distinct[n], n);
    std::vector<uint32_t> ofHeader(members.size(), AttributeColumn::kNone);
    for (size_t h = 0; h < members.size(); ++h) {
        if (said[h] == nullptr)
            continue;
        const auto [at, isNew] = numbers.try_emplace(*said[h], static_cast<uint32_t>(all.distinct.size()));
        if (isNew)
            all.distinct.push_back(*said[h]);
        ofHeader[h] = at->second;
    }
    std::vector<Row> rows;
    std::vector<uint32_t> values;
    size_t i = 0, h = 0;
    while (i < column.rows().size() || h < headers.rows().size()) {
        const bool hasOwn = i < column.rows().size() && (h == headers.rows().size() || column.rows()[i] <= headers.rows()[h]);
        const Row row = hasOwn ? column.rows()[i] : headers.rows()[h];
        const uint32_t value = hasOwn ? column.values()[i] : ofHeader[headers.values()[h]];
        if (h < headers.rows().size() && headers.rows()[h] == row)
            ++h;
        i += hasOwn;
        if (value == AttributeColumn::kNone)
            continue;
        rows.push_back(row);
        values.push_back(value);
    }
    all.rows = rows;
    all.values = values;
    return byTrace(table, std::move(all), stop);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t";
    const size_t from = text.find_first_not_of(kSpace);
    return from == std::string_view::npos ? std::string_view() : text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

} // namespace

CaseColumn caseColumn(const SpanTable& table, const AttributeColumn& column, const StopToken& stop) {
    CaseColumn out = byTrace(table, {column.rows(), column.values(), column.distinct()}, stop);
    out.attribute = column.key();
    return out;
}

std::vector<CaseColumn> readCaseColumns(Database& db, const SpanTable& table, const AttributeDictionary* dictionary, const std::vector<std::string>& attributes, const StopToken& stop) {
    std::vector<ColumnSpec> specs;
    for (const std::string& attribute : attributes)
        specs.push_back({{attribute, "baggage." + attribute}, true});
    specs.push_back({{"http.request.header.baggage", "baggage"}, false});
    std::vector<AttributeColumn> columns = dictionary != nullptr ? readColumns(db, table, *dictionary, specs, stop) : readColumns(db, table, specs, stop);
    const AttributeColumn headers = std::move(columns.back());
    std::vector<BaggageMembers> members;
    for (const std::string& header : headers.distinct()) {
        if (members.size() % 1024 == 0)
            stop.check();
        members.push_back(baggageMembers(header, &attributes));
    }
    std::vector<CaseColumn> out;
    for (size_t a = 0; a < attributes.size(); ++a) {
        out.push_back(withHeaders(table, columns[a], attributes[a], headers, members, stop));
        out.back().attribute = attributes[a];
        columns[a] = {};
    }
    return out;
}

BaggageMembers baggageMembers(std::string_view header, const std::vector<std::string>* asked) {
    BaggageMembers out;
    const auto isAsked = [&](std::string_view key) {
        return asked == nullptr || (std::find(asked->begin(), asked->end(), key) != asked->end() && std::none_of(out.begin(), out.end(), [&](const auto& one) { return one.first == key; }));
    };
    if (trimmed(header).starts_with('[')) {
        const auto list = nlohmann::json::parse(header, nullptr, false); // never copied: of deep JSON that takes a deep stack
        if (!list.is_array())
            return out;
        for (const auto& one : list)
            if (one.is_string() && !trimmed(one.get_ref<const std::string&>()).starts_with('['))
                for (auto& member : baggageMembers(one.get_ref<const std::string&>(), asked))
                    if (isAsked(member.first))
                        out.push_back(std::move(member));
        return out;
    }
    while (!header.empty()) {
        const size_t end = std::min(header.find(','), header.size());
        std::string_view member = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        member = member.substr(0, member.find(';')); // properties say nothing of the value
        const size_t equals = member.find('=');
        if (equals == std::string_view::npos)
            continue;
        const std::string_view key = trimmed(member.substr(0, equals)), value = trimmed(member.substr(equals + 1));
        if (!key.empty() && isAsked(key))
            out.emplace_back(key, toUtf8(QByteArray::fromPercentEncoding(QByteArray(value.data(), static_cast<qsizetype>(value.size()))).toStdString()));
    }
    return out;
}

} // namespace aisle
