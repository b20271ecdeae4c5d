// Jaeger JSON, as its query API answers and its UI downloads and opens it. What has no field of its own is written as the
// OpenTelemetry collector's Jaeger exporter does: kind, status, scope and trace state as tags, links as references.

#include "format/span_fields.h"
#include "text/utf8.h"
#include "writer/span_tags.h"
#include "writer/trace_writer.h"

#include <deque>
#include <unordered_map>

namespace aisle {

namespace {

constexpr int64_t kSafeInteger = (1LL << 53) - 1; ///< beyond it Jaeger writes integers as strings, for JavaScript

class JaegerWriter : public TraceWriter {
public:
    using TraceWriter::TraceWriter;

    void finish() override {
        closeTrace();
        out_ += anyTrace_ ? "\n" : "{\"data\":[";
        out_ += "],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":null}\n";
        flush(out_, true);
    }

private:
    /// Processes are numbered by their content: contexts that differ in their scope alone share one.
    struct Context {
        size_t process = 0;
        std::string scopeName, scopeVersion;
    };

    void addContext(const ContextRecord& record) override {
        std::string process = "{\"serviceName\":";
        const auto service = std::find_if(record.resource.begin(), record.resource.end(), [](const Attribute& a) { return a.key == "service.name"; });
        if (service != record.resource.end() && service->type != ValueType::String)
            lose(loss::kSecondService);
        appendJsonString(process, service != record.resource.end() ? service->value : kNoServiceName);
        process += ",\"tags\":[";
        for (auto attribute = record.resource.begin(); attribute != record.resource.end(); ++attribute) {
            if (attribute == service)
                continue;
            if (attribute->key == "service.name")
                lose(loss::kSecondService);
            else
                tag(process, attribute->key, attribute->type, attribute->value);
        }
        process += "]}";
        if (!record.resourceSchema.empty())
            lose(loss::kSchema);
        if (!record.scope.empty())
            lose(loss::kScopeAttributes);
        const auto known = numbers_.try_emplace(std::move(process), numbers_.size()).first;
        if (known->second == processes_.size())
            processes_.push_back(&known->first);
        contexts_.push_back({known->second, std::string(record.scopeName), std::string(record.scopeVersion)});
    }

    void dropContexts() override {
        closeTrace(); // one with that many processes goes on in a second object
        contexts_.clear();
        processes_.clear();
        numbers_.clear();
    }

    void writeSpan(const SpanRecord& s) override {
        if (!inTrace_ || s.trace.id != trace_)
            openTrace(s);
        else
            out_ += ",\n";
        const Context& context = contexts_[s.context];
        out_ += "{\"traceID\":";
        appendJsonString(out_, idText(s.trace));
        out_ += ",\"spanID\":";
        appendJsonString(out_, idText(s.span));
        out_ += ",\"operationName\":";
        appendJsonString(out_, s.name);
        references(s);
        if ((s.flags & kNoStart) == 0)
            out_ += ",\"startTime\":" + std::to_string(micros(s.start));
        if ((s.flags & kUnfinished) == 0)
            out_ += ",\"duration\":" + std::to_string(micros(s.duration));
        if ((s.flags & kSharedId) != 0)
            lose(loss::kShared);
        const Attribute* const warnings = tags(s, context);
        out_ += ",\"logs\":[";
        for (size_t i = 0; i < s.eventCount; ++i)
            event(s.events[i]);
        out_ += "],\"processID\":\"p" + std::to_string(processNumber(context.process)) + "\",\"warnings\":";
        out_ += warnings != nullptr ? warnings->value : "null";
        out_ += '}';
        flush(out_);
    }

    void openTrace(const SpanRecord& s) {
        closeTrace();
        out_ += anyTrace_ ? ",\n" : "{\"data\":[\n";
        out_ += "{\"traceID\":";
        appendJsonString(out_, idText(s.trace));
        out_ += ",\"spans\":[\n";
        trace_ = s.trace.id;
        inTrace_ = anyTrace_ = true;
    }

    void closeTrace() {
        if (!inTrace_)
            return;
        out_ += "],\"processes\":{";
        for (size_t i = 0; i < inThisTrace_.size(); ++i)
            out_.append(i > 0 ? ",\n\"p" : "\n\"p").append(std::to_string(i + 1)).append("\":").append(*processes_[inThisTrace_[i]]);
        out_ += "},\"warnings\":null}";
        inThisTrace_.clear();
        numberInTrace_.clear();
        inTrace_ = false;
        flush(out_);
    }

    size_t processNumber(size_t process) {
        const auto [known, isNew] = numberInTrace_.try_emplace(process, inThisTrace_.size() + 1);
        if (isNew)
            inThisTrace_.push_back(process);
        return known->second;
    }

    int64_t micros(int64_t nanoseconds) {
        if (nanoseconds % 1000 != 0)
            lose(loss::kNanoseconds);
        return nanoseconds / 1000;
    }

    void references(const SpanRecord& s) {
        out_ += ",\"references\":[";
        bool any = false;
        const auto reference = [&](bool childOf, const TraceIdRecord& trace, const SpanIdRecord& span) {
            out_ += any ? ",{\"refType\":\"" : "{\"refType\":\"";
            out_ += childOf ? "CHILD_OF" : "FOLLOWS_FROM";
            out_ += "\",\"traceID\":";
            appendJsonString(out_, idText(trace));
            out_ += ",\"spanID\":";
            appendJsonString(out_, idText(span));
            out_ += '}';
            any = true;
        };
        const bool isChild = s.parent.id != 0 && (s.flags & kFollowsFrom) == 0;
        if (s.parent.id != 0)
            reference(isChild, s.trace, s.parent);
        for (size_t i = 0; i < s.linkCount; ++i) {
            const LinkRecord& link = s.links[i];
            const bool hasType = link.attributes.size() == 1 && link.attributes[0].key == "opentracing.ref_type" &&
                                 (link.attributes[0].value == "child_of" || link.attributes[0].value == "follows_from");
            const bool childOf = hasType && link.attributes[0].value == "child_of";
            if (!link.trace.id || link.span.id == 0) {
                lose(loss::kWholeTraceLink);
            } else if (link.trace.id == s.trace.id && (s.parent.id == 0 || (childOf && !isChild))) {
                lose(loss::kLinkAsParent);
            } else {
                if (!hasType || !link.traceState.empty())
                    lose(loss::kLinkContent);
                reference(childOf, link.trace, link.span);
            }
        }
        out_ += ']';
    }

    /// Gives the attribute that is not a tag but the span's warnings; null: there is none.
    const Attribute* tags(const SpanRecord& s, const Context& context) {
        const Attribute* warnings = nullptr;
        out_ += ",\"tags\":[";
        const auto add = [this](std::string_view key, std::string_view value) {
            if (!value.empty())
                tag(out_, key, ValueType::String, value);
        };
        add("otel.scope.name", context.scopeName);
        add("otel.scope.version", context.scopeVersion);
        for (const Attribute& attribute : s.attributes) {
            if (isOwnTag(attribute, true))
                lose(loss::kOwnName);
            else if (warnings == nullptr && attribute.key == "jaeger.warnings" && attribute.type == ValueType::Array &&
                     attribute.value != "[]" && isWritable(attribute))
                warnings = &attribute;
            else
                tag(out_, attribute.key, attribute.type, attribute.value);
        }
        if (s.kind != Kind::Unspecified)
            add("span.kind", kindName(s.kind));
        add("otel.status_code", statusCodeTag(s));
        if (s.status == Status::Error)
            tag(out_, "error", ValueType::Bool, "true");
        add("otel.status_description", s.statusMessage);
        add("w3c.tracestate", s.traceState);
        out_ += ']';
        return warnings;
    }

    void event(const EventRecord& event) {
        if (out_.back() != '[')
            out_ += ',';
        out_ += "{\"timestamp\":" + std::to_string(micros(event.time)) + ",\"fields\":[";
        if (!event.name.empty())
            tag(out_, "event", ValueType::String, event.name);
        for (const Attribute& attribute : event.attributes) {
            if (event.name.empty() && (attribute.key == "event" || attribute.key == "message") && !attribute.value.empty())
                lose(loss::kNamelessEvent);
            tag(out_, attribute.key, attribute.type, attribute.value);
        }
        out_ += "]}";
    }

    void tag(std::string& out, std::string_view key, ValueType type, std::string_view value) {
        out += out.back() == '[' ? "{\"key\":" : ",{\"key\":";
        appendJsonString(out, key);
        out += ",\"type\":\"";
        switch (writableType(type, value)) {
        case ValueType::Bool: out.append("bool\",\"value\":").append(value); break;
        case ValueType::Int: {
            const auto number = scaledInteger(value);
            const bool isSafe = number && *number <= kSafeInteger && *number >= -kSafeInteger;
            out.append(isSafe ? "int64\",\"value\":" : "int64\",\"value\":\"").append(value).append(isSafe ? "" : "\"");
            break;
        }
        case ValueType::Double: out.append("float64\",\"value\":").append(value); break;
        case ValueType::Bytes:
            out += "binary\",\"value\":";
            appendJsonString(out, value);
            break;
        case ValueType::Array:
        case ValueType::Map: lose(loss::kNested); [[fallthrough]];
        case ValueType::String:
            out += "string\",\"value\":";
            appendJsonString(out, value);
        }
        out += '}';
    }

    std::vector<Context> contexts_;
    std::unordered_map<std::string, size_t> numbers_; ///< of processes, by their JSON
    std::vector<const std::string*> processes_;       ///< their JSON, by number
    std::vector<size_t> inThisTrace_;                 ///< processes, in the order of their ids
    std::unordered_map<size_t, size_t> numberInTrace_;
    TraceId trace_;
    bool inTrace_ = false, anyTrace_ = false;
    std::string out_;
};

} // namespace

extern const WriterFormat kJaegerWriter;
constinit const WriterFormat kJaegerWriter = {"jaeger", "Jaeger JSON", "json", ReplayOrder::Traces, makeTraceWriter<JaegerWriter>};

} // namespace aisle
