// Span tables: CSV, TSV and the like with one row per span and a header that says what the columns are.
//
// Columns are mapped by their names (csv_mapping.h), those with JSON in them as well (csv_nested.h); every other column is
// an attribute of the span.

#include "export/csv_text.h"
#include "format/context_cache.h"
#include "format/csv_mapping.h"
#include "format/csv_nested.h"
#include "format/csv_table.h"
#include "format/ids_text.h"
#include "format/span_fields.h"
#include "importer.h"
#include "json/json_value.h"

#include <algorithm>
#include <limits>

namespace aisle {

namespace {

bool saysNoParent(std::string_view text) {
    constexpr std::string_view words[] = {"root", "null", "none", "nil", "nan", "undefined", "n/a", "\\n", "-", "-1"};
    return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) {
        return std::equal(word.begin(), word.end(), text.begin(), text.end(), [](char a, char b) {
            return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
        });
    });
}

/// The deployment of a pod named by Kubernetes: name-<replica set>-<five characters>.
std::string_view deploymentOf(std::string_view pod) {
    const auto cut = [&](std::string_view text, size_t least, size_t most) {
        const size_t dash = text.rfind('-');
        if (dash == std::string_view::npos || dash == 0 || text.size() - dash - 1 < least || text.size() - dash - 1 > most ||
            text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz", dash + 1) != std::string_view::npos)
            return std::string_view();
        return text.substr(0, dash);
    };
    const std::string_view replicaSet = cut(pod, 5, 5);
    const std::string_view name = cut(replicaSet, 8, 10);
    // A replica set's name is a hash: it has a digit.
    return !name.empty() && replicaSet.find_first_of("0123456789", name.size()) != std::string_view::npos ? name : std::string_view();
}

/// Written by `aisle export`.
bool isAislesOwn(const CsvTable& table) {
    return std::equal(table.header.begin(), table.header.end(), kAisleCsvHeader.begin(), kAisleCsvHeader.end());
}

class CsvReader {
public:
    CsvReader(SpanSink& sink, const CsvTable& table) : m_sink(sink), m_table(table), m_mapping(table.mapping), m_isAisles(isAislesOwn(table)) {
        m_roles.assign(table.header.size(), kNoRole);
        m_column.fill(kNoColumn);
        for (size_t i = 0; i < kCsvRoles; ++i) {
            const auto role = static_cast<CsvRole>(i);
            if (!m_mapping.has(role))
                continue;
            const auto found = std::find(table.header.begin(), table.header.end(), *m_mapping[role].name);
            if (found == table.header.end())
                throw ImportError("The table has no column \"" + *m_mapping[role].name + "\" for the " +
                                  std::string(csvRoleName(role)));
            m_column[i] = static_cast<size_t>(found - table.header.begin());
            m_roles[m_column[i]] = i;
        }
        m_nested.fill(kNoColumn);
        for (size_t i = 0; i < table.header.size(); ++i) {
            const auto nested = csvNestedFrom(plainColumnName(table.header[i]));
            if (!nested || m_roles[i] != kNoRole || m_nested[static_cast<size_t>(*nested)] != kNoColumn)
                continue;
            m_nested[static_cast<size_t>(*nested)] = i;
            m_roles[i] = kNestedRole;
        }
        if (!m_mapping.has(CsvRole::Trace) || !m_mapping.has(CsvRole::Span))
            throw ImportError(askForColumns(table));
        assumeUnits();
        m_sink.columns(csvMappingToText(withoutGuessable(table.header, table.mapping)),
                       std::all_of(m_assumed.begin(), m_assumed.end(), [](std::string_view assumed) { return assumed.empty(); }));
        const std::string& service = m_mapping[CsvRole::Service].name.value_or("");
        m_fromPods = service.size() >= 3 && (service.starts_with("Pod") || service.starts_with("pod") || service.ends_with("pod") ||
                                             service.ends_with("pod.name") || service.ends_with("pod_name"));
        for (const std::string& name : table.header)
            m_names.push_back(name.empty() ? "column " + std::to_string(m_names.size() + 1) : name);
    }

    void run(CsvRecords& records) {
        bool header = true;
        records.expect(m_table.header.size());
        while (records.next()) {
            if (header) {
                header = false;
                continue;
            }
            m_at = {records.offset(), ++m_record};
            if (records.tooLarge())
                m_sink.skipped("a row larger than the limit", m_at);
            else if (repeatsHeader(records.fields()))
                m_sink.ignored("repeated header lines", 1);
            else
                row(records);
        }
    }

private:
    static constexpr size_t kNoColumn = std::numeric_limits<size_t>::max();
    static constexpr size_t kNoRole = kCsvRoles, kNestedRole = kCsvRoles + 1;

    void assumeUnits() {
        for (const CsvRole role : {CsvRole::Start, CsvRole::End})
            if (m_mapping.has(role) && m_mapping[role].unit == TimeUnit::Unknown) {
                m_mapping[role].unit = TimeUnit::Microseconds;
                m_assumed[static_cast<size_t>(role)] = "the unit of the times is not known; they are taken as microseconds";
            }
        CsvMapping::Column& duration = m_mapping[CsvRole::Duration];
        if (!m_mapping.has(CsvRole::Duration) || duration.unit != TimeUnit::Unknown)
            return;
        const TimeUnit times = m_mapping.has(CsvRole::Start) ? m_mapping[CsvRole::Start].unit : m_mapping[CsvRole::End].unit;
        duration.unit = times == TimeUnit::Text || times == TimeUnit::Unknown ? TimeUnit::Milliseconds : times;
        m_assumed[static_cast<size_t>(CsvRole::Duration)] =
            duration.unit != times ? "the unit of the durations is not known; they are taken as milliseconds"
                                   : "the unit of the durations is not known; it is taken to be that of the times";
    }

    bool repeatsHeader(const std::vector<std::string_view>& fields) const {
        return std::equal(fields.begin(), fields.end(), m_table.header.begin(), m_table.header.end(),
                          [](std::string_view a, const std::string& b) { return trimmed(a) == b; });
    }

    void row(const CsvRecords& records) {
        m_fields = records.fields();
        m_remark = {};
        if (records.unclosedQuote())
            m_remark = "a quote that is not closed";
        if (m_fields.size() > m_table.header.size() + CsvRecords::kFieldsTooMany) { // each would become an attribute of its own
            m_remark = "a row with over 1,000 fields more than the header: those are left out";
            m_fields.resize(m_table.header.size());
        } else if (m_fields.size() > m_table.header.size()) {
            m_remark = "a row with more fields than the header";
        } else if (m_fields.size() < m_table.header.size()) {
            m_remark = records.atEnd() ? "a last row that is cut off" : "a row with fewer fields than the header";
            if (records.atEnd())
                m_fields.pop_back(); // not what it was
        }
        try {
            readSpan();
        } catch (const RecordError& error) {
            m_sink.skipped(error.reason, m_at);
            return;
        }
        if (m_remark.empty() && records.atEnd() && lastFieldIsUnsure())
            m_remark = "a last row without a line end: its last field may be cut off";
        if (!m_remark.empty()) {
            m_span.flags |= kRepaired;
            m_sink.repaired(m_remark, m_at);
        }
        m_sink.span(m_span);
    }

    /// A duration that agrees with the times is whole.
    bool lastFieldIsUnsure() const {
        return m_roles.back() < kNoRole && !(m_durationAgrees && m_roles.back() == static_cast<size_t>(CsvRole::Duration));
    }

    std::string_view cell(CsvRole role) const { return cell(m_column[static_cast<size_t>(role)]); }
    std::string_view cell(CsvNested nested) const { return cell(m_nested[static_cast<size_t>(nested)]); }
    std::string_view cell(size_t column) const {
        if (column >= m_fields.size())
            return {};
        return m_isAisles ? withoutFormulaGuard(m_fields[column]) : trimmed(m_fields[column]);
    }

    void readSpan() {
        m_span.clear();
        m_span.trace = traceIdFrom(cell(CsvRole::Trace));
        m_span.span = spanIdFrom(cell(CsvRole::Span));
        if (!m_span.trace.id)
            throw RecordError{"a row without a trace id"};
        if (m_span.span.id == 0)
            throw RecordError{"a row without a span id"};
        if (const std::string_view parent = cell(CsvRole::Parent); m_isAisles || !saysNoParent(parent))
            m_span.parent = spanIdFrom(parent);
        m_span.name = cell(CsvRole::Name);
        m_span.statusMessage = cell(CsvRole::Message);
        readTimes();
        readKind();
        readStatus();
        for (size_t i = 0; i < m_fields.size(); ++i)
            if (i >= m_roles.size() || m_roles[i] == kNoRole)
                addAttribute(i);
        readNested();
        m_span.context = context();
    }

    /// What cannot be read as what its column's name says is an attribute like others.
    void readNested() {
        m_pool.clear();
        m_span.traceState = cell(CsvNested::TraceState);
        const auto read = [this](CsvNested nested, auto&& readText) {
            if (const std::string_view text = cell(nested); !text.empty() && !readText(text))
                addAttribute(m_nested[static_cast<size_t>(nested)]);
        };
        read(CsvNested::SpanAttributes, [this](std::string_view text) {
            if (!readJsonAttributes(m_parser, text, m_attributes, m_pool))
                return false;
            m_span.attributes.insert(m_span.attributes.end(), m_attributes.begin(), m_attributes.end());
            return true;
        });
        read(CsvNested::Events, [this](std::string_view text) { return readCsvEvents(m_parser, text, m_span, m_pool); });
        read(CsvNested::Links, [this](std::string_view text) { return readCsvLinks(m_parser, text, m_span, m_pool); });
    }

    std::optional<int64_t> time(CsvRole role) {
        const std::string_view text = cell(role);
        if (text.empty())
            return std::nullopt;
        const TimeUnit unit = m_mapping[role].unit;
        const DecimalSeparator decimal = decimalOf(m_table.delimiter);
        const auto nanos = role == CsvRole::Duration ? csvDuration(text, unit, decimal) : csvTime(text, unit, decimal);
        if (std::string_view& assumed = m_assumed[static_cast<size_t>(role)]; !assumed.empty()) {
            m_sink.repaired(assumed, m_at);
            assumed = {};
        }
        if (!nanos) {
            m_remark = "a time or duration that cannot be read";
            addAttribute(m_column[static_cast<size_t>(role)]);
        }
        return nanos;
    }

    void readTimes() {
        auto start = time(CsvRole::Start), end = time(CsvRole::End), duration = time(CsvRole::Duration);
        if (end == 0 && start > 0)
            end.reset(); // OpenTelemetry: not ended
        int64_t length = 0;
        m_durationAgrees = false;
        if (!start && end && duration && !__builtin_sub_overflow(*end, *duration, &length))
            start = length;
        else if (start && end && !__builtin_sub_overflow(*end, *start, &length))
            duration = betterDuration(duration, length);
        setTimes(m_span, start, duration);
    }

    /// The finer of what the column says and end minus start; the latter when they contradict each other.
    int64_t betterDuration(std::optional<int64_t> said, int64_t length) {
        if (!said)
            return length;
        constexpr std::array<int64_t, 6> sizes = {1, 1, 1000, 1'000'000, 1'000'000'000, 1'000'000};
        const auto size = [&](CsvRole role) { return sizes[static_cast<size_t>(m_mapping[role].unit)]; };
        const int64_t times = std::max(size(CsvRole::Start), size(CsvRole::End)), durations = size(CsvRole::Duration);
        int64_t off = 0;
        const bool agree = !__builtin_sub_overflow(*said, length, &off) && off <= std::max(times, durations) &&
                           off >= -std::max(times, durations);
        m_durationAgrees = agree;
        if (agree)
            return durations < times ? *said : length;
        m_remark = "a duration that is not end minus start, which counts";
        addAttribute(m_column[static_cast<size_t>(CsvRole::Duration)]);
        return length;
    }

    void readKind() {
        const std::string_view text = cell(CsvRole::Kind);
        m_span.kind = kindFromText(text);
        if (text.size() == 1 && text[0] >= '1' && text[0] <= '5')
            m_span.kind = static_cast<Kind>(text[0] - '0');
        else if (m_span.kind == Kind::Unspecified && !text.empty())
            addAttribute(m_column[static_cast<size_t>(CsvRole::Kind)]);
    }

    void readStatus() {
        const std::string_view text = cell(CsvRole::Status);
        if (text.empty())
            return;
        if (const auto status = statusFromText(text))
            m_span.status = *status;
        else if (text.size() == 3 && text[0] >= '1' && text[0] <= '5' && isJsonInteger(text))
            m_span.attributes.push_back({"http.response.status_code", ValueType::Int, text});
        else
            addAttribute(m_column[static_cast<size_t>(CsvRole::Status)]);
    }

    void addAttribute(size_t column) {
        const std::string_view text = m_fields[column];
        if (text.empty())
            return;
        while (column >= m_names.size())
            m_names.push_back("column " + std::to_string(m_names.size() + 1));
        ValueType type = ValueType::String;
        if (text == "true" || text == "false")
            type = ValueType::Bool;
        else if (isJsonNumber(text))
            type = checkedType(ValueType::Int, text);
        m_span.attributes.push_back({m_names[column], type, text});
    }

    ContextHandle context() {
        const std::string_view service = cell(CsvRole::Service), resource = cell(CsvNested::ResourceAttributes),
                               scope = cell(CsvNested::ScopeAttributes);
        m_key.clear();
        for (const std::string_view text : {service, resource, cell(CsvNested::ResourceSchema), cell(CsvNested::ScopeName),
                                            cell(CsvNested::ScopeVersion), scope})
            appendKeyPart(m_key, text);
        return m_cache.get(m_key, [&] {
            m_context.clear();
            m_contextPool.clear();
            const auto read = [this](CsvNested column, std::string_view text, Attributes& attributes) {
                if (!text.empty() && !readJsonAttributes(m_parser, text, attributes, m_contextPool))
                    attributes.push_back({m_names[m_nested[static_cast<size_t>(column)]], ValueType::String, text});
            };
            read(CsvNested::ResourceAttributes, resource, m_context.resource);
            read(CsvNested::ScopeAttributes, scope, m_context.scope);
            m_context.resourceSchema = cell(CsvNested::ResourceSchema);
            m_context.scopeName = cell(CsvNested::ScopeName);
            m_context.scopeVersion = cell(CsvNested::ScopeVersion);
            addService(service);
            return m_sink.context(m_context);
        });
    }

    void addService(std::string_view service) {
        Attributes& resource = m_context.resource;
        if (service.empty() || std::any_of(resource.begin(), resource.end(), [](const Attribute& a) { return a.key == "service.name"; }))
            return;
        const std::string_view deployment = m_fromPods ? deploymentOf(service) : std::string_view();
        resource.push_back({"service.name", ValueType::String, deployment.empty() ? service : deployment});
        if (m_fromPods)
            resource.push_back({"k8s.pod.name", ValueType::String, service});
    }

    SpanSink& m_sink;
    const CsvTable& m_table;
    CsvMapping m_mapping;
    std::array<size_t, kCsvRoles> m_column{};  ///< of each role; kNoColumn when there is none
    std::array<size_t, kCsvNested> m_nested{}; ///< the same
    std::vector<size_t> m_roles;               ///< of each column; kNoRole: an attribute
    std::array<std::string_view, kCsvRoles> m_assumed{};
    std::deque<std::string> m_names;
    std::vector<std::string_view> m_fields;
    SpanRecord m_span;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_key;
    std::string_view m_remark;
    JsonParser m_parser;
    TextPool m_pool, m_contextPool;
    Attributes m_attributes;
    const bool m_isAisles;
    bool m_fromPods = false, m_durationAgrees = false;
    Position m_at;
    uint64_t m_record = 0;
};

class CsvSpansImporter : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        std::string head = readHead(input, kCsvSampleBytes);
        const CsvTable table = readCsvTable(head, head.size() < kCsvSampleBytes, limits);
        CsvReader reader(sink, table);
        const auto whole = concatenate(std::move(head), input);
        CsvRecords records(*whole, table.delimiter, limits.recordBytes);
        reader.run(records);
    }
};

Claim sniff(const InputHead& head) {
    if (!mayBeTable(head.text()))
        return {};
    const CsvTable table = readCsvTable(head.text(), head.isComplete(), {});
    const CsvMapping& mapping = table.mapping;
    if (!mapping.has(CsvRole::Trace) || !mapping.has(CsvRole::Span))
        return {};
    // Log records have trace and span ids and a time as well.
    if (!mapping.has(CsvRole::Duration) && !(mapping.has(CsvRole::Start) && (mapping.has(CsvRole::End) || mapping.has(CsvRole::Parent))))
        return {Claim::No, "a table with trace and span ids, but without durations"};
    return {Claim::Yes, "a table with columns " + *mapping[CsvRole::Trace].name + " and " + *mapping[CsvRole::Span].name};
}

} // namespace

extern const Format kCsvSpans;
constinit const Format kCsvSpans = {"csv", "CSV or TSV span table", "One row per span, columns mapped by the header",
                                    "*.csv *.tsv", sniff,
                                    [] { return std::unique_ptr<Importer>(std::make_unique<CsvSpansImporter>()); }};

} // namespace aisle
