#include "format/jaeger_reader.h"

#include "format/context_cache.h"
#include "format/jaeger_record.h"
#include "json/json_records.h"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

enum class Role : uint8_t {
    Documents,
    Wrapper,
    Trace,
    Spans,
    ProcessMap,
    // Taken whole:
    Span,
    Processes,
    MappedProcess,
    BatchProcess,
    TraceId,
    // Left out:
    ServiceEntry,
    BulkAction,
    Odd, ///< of another shape than it should be
    None
};

constexpr size_t kWrapperLevels = 8;

bool isWrapperKey(std::string_view key) {
    return key == "data" || key == "hits" || key == "_source" || key == "responses" || key == "result";
}

/// What an object is, by its own keys; a trace may have keys of a span in front of its spans. Looks at `text`
/// only, which may end anywhere.
Role roleOfObject(std::string_view text) {
    int depth = 0;
    bool inString = false, escaped = false;
    Role role = Role::None;
    size_t keyStart = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                inString = false;
                if (depth != 1)
                    continue;
                size_t next = i + 1;
                while (next < text.size() && static_cast<unsigned char>(text[next]) <= ' ')
                    ++next;
                if (next >= text.size() || text[next] != ':')
                    continue;
                const std::string_view key = text.substr(keyStart, i - keyStart);
                if (key == "spans" || key == "processes")
                    return Role::Trace;
                if (isWrapperKey(key))
                    return Role::Wrapper;
                if (key == "serviceName")
                    return Role::ServiceEntry;
                if (key == "index" || key == "create")
                    return Role::BulkAction;
                for (const std::string_view name :
                     {"spanID", "spanId", "operationName", "references", "startTime", "duration", "processID",
                      "processId", "process"})
                    if (key == name)
                        role = Role::Span;
            }
        } else if (c == '"') {
            inString = true;
            keyStart = i + 1;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            break;
        }
    }
    return role;
}

class JaegerReader : public JsonHandler {
public:
    JaegerReader(SpanSink& sink, JaegerBinary binary) : m_sink(sink), m_records(binary) {}

    JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) override {
        const Role parent = m_roles.empty() ? Role::Documents : m_roles.back();
        m_next = roleOf(splitter, parent, key, first, level);
        switch (m_next) {
        case Role::None:
            if (parent == Role::Documents && first == '[')
                m_sink.skipped("a list nested deeper than four levels", {m_at.offset, m_recordNumber});
            if (parent == Role::Documents && first == '{')
                m_sink.skipped("an object that is neither a trace nor a span", {m_at.offset, m_recordNumber});
            return JsonTake::Skip;
        case Role::ServiceEntry:
            ++m_serviceEntries;
            return JsonTake::Skip;
        case Role::BulkAction:
            return JsonTake::Skip;
        case Role::Odd:
            m_sink.skipped(key == "spans" ? "spans that are no list" : "processes of another form than Jaeger's", m_at);
            return JsonTake::Skip;
        case Role::Span:
        case Role::Processes:
        case Role::MappedProcess:
        case Role::BatchProcess:
        case Role::TraceId:
            return JsonTake::Whole;
        default:
            return JsonTake::Descend;
        }
    }

    void enter(std::string_view, char, size_t) override {
        m_roles.push_back(m_next);
        if (m_next == Role::Trace)
            beginTrace();
    }

    void leave(size_t) override {
        const Role role = m_roles.back();
        m_roles.pop_back();
        if (role == Role::Trace)
            endTrace();
    }

    void value(std::string_view, const JsonSlice& slice, size_t) override {
        m_at.offset = slice.offset;
        if (m_next == Role::Span)
            span(slice);
        else if (m_next == Role::Processes)
            processes(slice);
        else if (m_next == Role::MappedProcess || m_next == Role::BatchProcess)
            process(slice, m_next == Role::MappedProcess);
        else if (slice.text.size() >= 2 && slice.text[0] == '"')
            m_traceId = slice.text.substr(1, slice.text.size() - 2);
    }

    void problem(std::string_view reason, uint64_t offset) override {
        m_sink.skipped(reason, {offset, m_recordNumber});
    }

    void finish() {
        if (m_serviceEntries != 0)
            m_sink.ignored("entries of Jaeger's index of services", m_serviceEntries);
    }

private:
    /// A process of the current trace: its JSON once that is read, and a context for each scope that its spans name.
    struct Process {
        std::string json;
        std::unordered_map<std::string, ContextHandle> contexts;
    };

    /// Each trace has its own table, and nearly all say the same processes: they are known by their bytes.
    struct KnownProcess {
        ContextRecord record;
        void keep(const ContextRecord& read) {
            for (const Attribute& attribute : read.resource)
                record.resource.push_back({text.emplace_back(attribute.key), attribute.type, text.emplace_back(attribute.value)});
        }
        std::deque<std::string> text; ///< that the record refers to
    };
    static constexpr size_t kKnownBytes = 4U << 20;
    /// Of a trace's table: a stranger's may name a process for each span.
    static constexpr size_t kTableBytes = 64U << 20;

    static Role roleOf(JsonSplitter& splitter, Role parent, std::string_view key, char first, size_t level) {
        switch (parent) {
        case Role::Documents:
            if (first == '[')
                return level < 4 ? Role::Documents : Role::None;
            return first == '{' ? roleOfObject(splitter.ahead(64 * 1024)) : Role::None;
        case Role::Wrapper:
            if (!isWrapperKey(key))
                return Role::None;
            if (first == '[')
                return Role::Documents;
            return first == '{' && level < kWrapperLevels ? roleOfObject(splitter.ahead(64 * 1024))
                                                          : Role::None;
        case Role::Trace:
            if (key == "spans" && first == '[')
                return Role::Spans;
            if (key == "processes" && first == '{')
                return Role::Processes;
            if (key == "processMap" && first == '[')
                return Role::ProcessMap;
            if (key == "process" && first == '{')
                return Role::BatchProcess;
            if ((key == "spans" || key == "processes" || key == "processMap" || key == "process") && first != 'n')
                return Role::Odd;
            return key == "traceID" && first == '"' ? Role::TraceId : Role::None;
        case Role::Spans:
            return Role::Span;
        case Role::ProcessMap:
            return Role::MappedProcess;
        default:
            return Role::None;
        }
    }

    void beginTrace() {
        m_processes.clear();
        m_tableBytes = 0;
        m_traceId.clear();
    }

    void endTrace() {
        const auto open = std::count_if(m_processes.begin(), m_processes.end(), [](const auto& entry) {
            return !entry.first.empty() && entry.second.json.empty();
        });
        if (open != 0)
            m_sink.repaired("a process id that is not in the trace's table", m_at);
        m_processes.clear();
        m_traceId.clear();
    }

    void processes(const JsonSlice& slice) {
        bool oneByOne = false;
        const auto read = [&](JsonObject object) {
            for (ondemand::field& field : members(object)) {
                const std::string id(std::string_view(field.unescaped_key()));
                JsonValue& value = field.value();
                if (value.type() != ondemand::json_type::object)
                    continue;
                const std::string_view json = rawJson(value);
                try {
                    complete(id, json);
                } catch (const simdjson::simdjson_error& error) {
                    if (!oneByOne)
                        throw;
                    m_sink.repaired(std::string("a process that could not be read: ") + simdjson::error_message(error.error()), m_at);
                } catch (const RecordError& error) {
                    if (!oneByOne)
                        throw;
                    m_sink.repaired(error.reason, m_at);
                }
            }
        };
        RecordOutcome outcome = readRecord(m_parser, slice, read);
        if (!outcome.taken) { // JSON that cannot be repaired, or a process of another shape: the others still count
            oneByOne = true;
            outcome = readRecord(m_parser, slice, read);
        }
        if (!outcome.taken)
            m_sink.skipped("a process table that is no JSON: " + outcome.reason, m_at);
        else if (!outcome.repair.empty())
            m_sink.repaired(outcome.repair, m_at);
    }

    /// An entry {"processId": ..., "process": {...}} of a model trace, or the one process of a model batch.
    void process(const JsonSlice& slice, bool isMapped) {
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) {
            if (!isMapped) {
                complete({}, object.raw_json().value());
                return;
            }
            std::string id, json = "{}"; // protobuf leaves out what is empty
            for (ondemand::field& field : members(object)) {
                const std::string_view key = rawKey(field);
                JsonValue& value = field.value();
                if (key == "processId")
                    id = scalarText(value);
                else if (key == "process")
                    json = rawJson(value);
            }
            if (!id.empty())
                complete(id, json);
        });
        if (!outcome.taken)
            m_sink.skipped("a process that is no JSON: " + outcome.reason, m_at);
        else if (!outcome.repair.empty())
            m_sink.repaired(outcome.repair, m_at);
    }

    /// Gives the process its content; the first of an id counts. Throws what contextFor() throws, and has done nothing.
    void complete(const std::string& id, std::string_view json) {
        contextFor(json, {});
        if (isTableFull(id, {}))
            return;
        const bool isFull = m_tableBytes > kTableBytes;
        Process& process = m_processes[id];
        if (!process.json.empty())
            return;
        m_tableBytes += json.size() + id.size() + sizeof(Process);
        for (const auto& [scope, handle] : process.contexts)
            m_sink.complete(handle, withinBudget(json, scope));
        process.json = isFull ? "{}" : json; // no further scopes of it are taken then
    }

    /// `json` empty: the span names no process. Valid until the next call. Throws simdjson_error and RecordError.
    const ContextRecord& contextFor(std::string_view json, std::string_view scope) {
        auto known = m_known.find(json);
        if (known == m_known.end()) {
            ContextRecord read;
            if (!json.empty()) {
                auto document = m_processParser.iterateCopy(json);
                m_records.readProcess(document.get_object(), read);
                if (!m_records.processRemark().empty())
                    m_sink.repaired(m_records.processRemark(), m_at);
            }
            if (m_knownBytes > kKnownBytes) {
                m_known.clear();
                m_knownBytes = 0;
            }
            m_knownBytes += json.size() + 512;
            known = m_known.try_emplace(std::string(json)).first;
            known->second.keep(read);
        }
        ContextRecord& context = known->second.record;
        const size_t end = std::min(scope.find('\0'), scope.size());
        context.scopeName = scope.substr(0, end);
        context.scopeVersion = scope.substr(std::min(end + 1, scope.size()));
        return context;
    }

    /// contextFor(), without all but the service where it would be too much. Valid until the next call.
    const ContextRecord& withinBudget(std::string_view json, std::string_view scope) {
        const ContextRecord& whole = contextFor(json, scope);
        if (m_budget.take(json.size() + scope.size()))
            return whole;
        m_sink.repaired(ContextBudget::kSpent, m_at);
        m_reduced = whole;
        ContextBudget::onlyService(m_reduced.resource);
        return m_reduced;
    }

    void span(const JsonSlice& slice) {
        m_budget.given(slice.text.size());
        m_at.record = ++m_recordNumber;
        const bool inTrace = !m_roles.empty() && m_roles.back() == Role::Spans;
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) {
            m_records.readSpan(object, inTrace ? std::string_view(m_traceId) : std::string_view(), slice.truncated, m_span);
        });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, m_at);
            return;
        }
        if (!outcome.repair.empty() || !m_records.remark().empty()) {
            m_span.flags |= kRepaired;
            m_sink.repaired(outcome.repair.empty() ? m_records.remark() : outcome.repair, m_at);
        }
        m_span.context = contextOf(inTrace);
        m_sink.span(m_span);
    }

    ContextHandle contextOf(bool inTrace) {
        m_scope = m_records.scope().name();
        (m_scope += '\0') += m_records.scope().version();
        // The spans of a model batch have no id: its process is the one without a name.
        if (m_records.process().empty() && inTrace && (m_records.isModel() || !m_records.processId().empty())) {
            m_key = m_records.processId();
            if (isTableFull(m_key, m_scope))
                return m_sink.context({});
            Process& process = m_processes[m_key];
            const auto [known, isNew] = process.contexts.try_emplace(m_scope, 0);
            if (isNew)
                m_tableBytes += m_key.size() + m_scope.size() + sizeof(Process);
            if (isNew)
                known->second = process.json.empty() ? m_sink.openContext() : newContext(process.json);
            return known->second;
        }
        if (m_records.process().empty() && !m_records.processId().empty())
            m_sink.repaired("a process id without a process table", m_at);
        m_key = m_records.process();
        (m_key += '\0') += m_scope;
        return m_cache.get(m_key, [this] { return newContext(m_records.process()); });
    }

    /// Neither that process nor, where one is given, that scope of it gets into the table any more.
    bool isTableFull(const std::string& id, const std::string& scope) {
        if (m_tableBytes <= kTableBytes)
            return false;
        const auto process = m_processes.find(id);
        if (process != m_processes.end() && (scope.empty() || process->second.contexts.contains(scope)))
            return false;
        m_sink.repaired("a process left out: those of its trace take more than 64 MB", m_at);
        return true;
    }

    ContextHandle newContext(std::string_view json) {
        try {
            return m_sink.context(withinBudget(json, m_scope));
        } catch (const simdjson::simdjson_error& error) {
            m_sink.repaired(std::string("a process that could not be read: ") + simdjson::error_message(error.error()), m_at);
        } catch (const RecordError& error) {
            m_sink.repaired(error.reason, m_at);
        }
        return m_sink.context({});
    }

    SpanSink& m_sink;
    JaegerRecords m_records;
    JsonParser m_parser, m_processParser;
    SpanRecord m_span;
    std::map<std::string, KnownProcess, std::less<>> m_known;
    size_t m_knownBytes = 0;
    ContextBudget m_budget;
    ContextRecord m_reduced;
    ContextCache m_cache;
    std::unordered_map<std::string, Process> m_processes; ///< of the current trace, by processID
    size_t m_tableBytes = 0;
    std::string m_traceId, m_key, m_scope; ///< the scope: name, zero, version
    std::vector<Role> m_roles;
    Role m_next = Role::None;
    Position m_at;
    uint64_t m_recordNumber = 0, m_serviceEntries = 0;
};

class JaegerImporter : public Importer {
public:
    explicit JaegerImporter(JaegerBinary binary) : m_binary(binary) {}
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        JaegerReader reader(sink, m_binary);
        JsonSplitter(input, reader, limits.recordBytes).run();
        reader.finish();
    }

private:
    const JaegerBinary m_binary;
};

} // namespace

std::unique_ptr<Importer> makeJaegerImporter(JaegerBinary binary) {
    return std::make_unique<JaegerImporter>(binary);
}

} // namespace aisle
