// Span tables: CSV, TSV and the like with one row per span and a header that says what the columns are.
//
// Columns are mapped by their names (csv_mapping.h); every column without a role is an attribute of the span.

#include "format/context_cache.h"
#include "format/csv_mapping.h"
#include "format/csv_records.h"
#include "format/ids_text.h"
#include "format/lent_source.h"
#include "format/span_fields.h"
#include "importer.h"
#include "json/json_value.h"

#include <algorithm>

namespace aisle {

namespace {

constexpr size_t kSampleBytes = 256 * 1024;
constexpr size_t kSampleRows = 200;

/// What the head of an input is as a table.
struct Table {
    char delimiter = ',';
    CsvRow header;
    CsvMapping mapping;
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

size_t roleCount(const CsvMapping& mapping) {
    size_t count = 0;
    for (size_t i = 0; i < kCsvRoles; ++i)
        count += mapping.has(static_cast<CsvRole>(i));
    return count;
}

/// The header and the sample rows, read with that delimiter.
std::vector<CsvRow> readRows(std::string_view head, bool complete, char delimiter, size_t count) {
    const auto source = memorySource(std::string(head));
    CsvRecords records(*source, delimiter, kSampleBytes);
    std::vector<CsvRow> rows;
    while (rows.size() < count && records.next()) {
        if (records.tooLarge() || (records.atEnd() && !complete))
            break;
        CsvRow& row = rows.emplace_back();
        for (const std::string_view field : records.fields())
            row.emplace_back(trimmed(field));
        records.expect(rows.front().size());
    }
    return rows;
}

/// The delimiter is the one with which the header has most roles, then most columns.
Table readTable(std::string_view head, bool complete, const CsvMapping& said) {
    Table best;
    size_t bestRoles = 0;
    for (const char delimiter : {',', '\t', ';', '|'}) {
        std::vector<CsvRow> rows = readRows(head, complete, delimiter, 1);
        if (rows.empty() || rows.front().size() < 2)
            continue;
        const size_t roles = roleCount(guessCsvMapping(rows.front(), {}, said));
        if (roles > bestRoles || (roles == bestRoles && rows.front().size() > best.header.size())) {
            bestRoles = roles;
            best.delimiter = delimiter;
            best.header = std::move(rows.front());
        }
    }
    std::vector<CsvRow> rows = readRows(head, complete, best.delimiter, kSampleRows);
    if (!rows.empty())
        rows.erase(rows.begin());
    best.mapping = guessCsvMapping(best.header, rows, said);
    return best;
}

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

class CsvReader {
public:
    CsvReader(SpanSink& sink, const Table& table) : m_sink(sink), m_table(table), m_mapping(table.mapping) {
        m_roles.assign(table.header.size(), kNoRole);
        m_column.fill(table.header.size());
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
        for (const CsvRole role : {CsvRole::Trace, CsvRole::Span})
            if (!m_mapping.has(role))
                throw ImportError("The table's columns do not say which one is the " + std::string(csvRoleName(role)) + " id");
        assumeUnits();
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
    static constexpr size_t kNoRole = kCsvRoles;

    void assumeUnits() {
        for (const CsvRole role : {CsvRole::Start, CsvRole::End})
            if (m_mapping[role].unit == TimeUnit::Unknown) {
                m_mapping[role].unit = TimeUnit::Microseconds;
                m_assumed[static_cast<size_t>(role)] = "the unit of the times is not known; they are taken as microseconds";
            }
        CsvMapping::Column& duration = m_mapping[CsvRole::Duration];
        if (duration.unit != TimeUnit::Unknown)
            return;
        const TimeUnit start = m_mapping[CsvRole::Start].unit;
        duration.unit = start == TimeUnit::Text ? TimeUnit::Milliseconds : start;
        m_assumed[static_cast<size_t>(CsvRole::Duration)] =
            start == TimeUnit::Text ? "the unit of the durations is not known; they are taken as milliseconds"
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
        if (m_fields.size() > m_table.header.size()) {
            m_remark = "a row with more fields than the header";
        } else if (m_fields.size() < m_table.header.size()) {
            m_remark = records.atEnd() ? "a last row that is cut off" : "a row with fewer fields than the header";
            if (records.atEnd())
                m_fields.pop_back(); // not what it was
        }
        if (const std::string_view problem = readSpan(); !problem.empty()) {
            m_sink.skipped(problem, m_at);
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
        return m_roles.back() != kNoRole && !(m_durationAgrees && m_roles.back() == static_cast<size_t>(CsvRole::Duration));
    }

    std::string_view cell(CsvRole role) const {
        const size_t column = m_column[static_cast<size_t>(role)];
        return column < m_fields.size() ? trimmed(m_fields[column]) : std::string_view();
    }

    /// Why the row is no span; empty when it is one.
    std::string_view readSpan() {
        m_span.clear();
        m_span.trace = traceIdFrom(cell(CsvRole::Trace));
        m_span.span = spanIdFrom(cell(CsvRole::Span));
        if (!m_span.trace.id)
            return "a row without a trace id";
        if (m_span.span.id == 0)
            return "a row without a span id";
        if (const std::string_view parent = cell(CsvRole::Parent); !saysNoParent(parent))
            m_span.parent = spanIdFrom(parent);
        m_span.name = cell(CsvRole::Name);
        m_span.statusMessage = cell(CsvRole::Message);
        readTimes();
        readKind();
        readStatus();
        for (size_t i = 0; i < m_fields.size(); ++i)
            if (i >= m_roles.size() || m_roles[i] == kNoRole)
                addAttribute(i);
        m_span.context = context();
        return {};
    }

    std::optional<int64_t> time(CsvRole role) {
        const std::string_view text = cell(role);
        if (text.empty())
            return std::nullopt;
        const TimeUnit unit = m_mapping[role].unit;
        const auto nanos = role == CsvRole::Duration ? csvDuration(text, unit) : csvTime(text, unit);
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
        std::string_view text = cell(CsvRole::Kind);
        constexpr std::string_view prefix = "SPAN_KIND_";
        if (text.starts_with(prefix))
            text.remove_prefix(prefix.size());
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
        m_key = cell(CsvRole::Service);
        return m_cache.get(m_key, [this] {
            m_context.clear();
            const std::string_view deployment = m_fromPods ? deploymentOf(m_key) : std::string_view();
            if (!m_key.empty())
                m_context.resource.push_back({"service.name", ValueType::String, deployment.empty() ? m_key : deployment});
            if (m_fromPods && !m_key.empty())
                m_context.resource.push_back({"k8s.pod.name", ValueType::String, m_key});
            return m_sink.context(m_context);
        });
    }

    SpanSink& m_sink;
    const Table& m_table;
    CsvMapping m_mapping;
    std::array<size_t, kCsvRoles> m_column{}; ///< of each role; the header's size when there is none
    std::vector<size_t> m_roles;              ///< of each column; kNoRole: an attribute
    std::array<std::string_view, kCsvRoles> m_assumed{};
    std::deque<std::string> m_names;
    std::vector<std::string_view> m_fields;
    SpanRecord m_span;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_key;
    std::string_view m_remark;
    bool m_fromPods = false, m_durationAgrees = false;
    Position m_at;
    uint64_t m_record = 0;
};

class CsvSpansImporter : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        std::string head = readHead(input, kSampleBytes);
        const Table table = readTable(head, head.size() < kSampleBytes, limits.csvMapping ? *limits.csvMapping : CsvMapping());
        CsvReader reader(sink, table);
        const auto whole = concatenate(std::move(head), std::make_unique<LentSource>(input));
        CsvRecords records(*whole, table.delimiter, limits.recordBytes);
        reader.run(records);
    }
};

Claim sniff(std::string_view head, bool complete) {
    const size_t text = head.find_first_not_of("\xef\xbb\xbf \t\r\n");
    if (text == std::string_view::npos || head[text] == '{' || head[text] == '[' || head[text] == '<' ||
        head.substr(0, 4096).find('\0') != std::string_view::npos)
        return {};
    const Table table = readTable(head, complete, {});
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
