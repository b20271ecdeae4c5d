// Zipkin v2 JSON, a list of spans. What has no field of its own is written as the OpenTelemetry collector's Zipkin exporter
// does: kind internal, status, scope, trace state, links and the resource's attributes as tags, attributes of events in
// the annotation's value.

#include "format/span_fields.h"
#include "format/zipkin_otlp.h"
#include "text/utf8.h"
#include "writer/span_tags.h"
#include "writer/trace_writer.h"

#include <algorithm>
#include <unordered_set>

namespace aisle {

namespace {

constexpr std::string_view kKinds[] = {"", "", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"};

bool isIp(std::string_view text) {
    const bool isV6 = text.find(':') != std::string_view::npos;
    return !text.empty() && text.find_first_not_of(isV6 ? "0123456789abcdefABCDEF:." : "0123456789.") == std::string_view::npos;
}

bool isPort(const Attribute& attribute) {
    const auto port = scaledInteger(attribute.value);
    return attribute.type == ValueType::Int && port && *port > 0 && *port < 65536;
}

/// The attributes that an endpoint says; null: there is none, or none that an endpoint can say.
struct Endpoint {
    const Attribute *service = nullptr, *ip = nullptr, *ipv6 = nullptr, *port = nullptr;

    bool isEmpty() const { return service == nullptr && ip == nullptr && ipv6 == nullptr && port == nullptr; }
    bool has(const Attribute& attribute) const {
        return &attribute == service || &attribute == ip || &attribute == ipv6 || &attribute == port;
    }

    void append(std::string& out) const {
        out += '{';
        const auto text = [&](const char* key, const Attribute* attribute) {
            if (attribute == nullptr)
                return;
            out += out.back() == '{' ? "\"" : ",\"";
            out.append(key).append("\":");
            if (attribute->type == ValueType::Int)
                out += attribute->value;
            else
                appendJsonString(out, attribute->value);
        };
        text("serviceName", service);
        text(ip != nullptr && ip->value.find(':') != std::string_view::npos ? "ipv6" : "ipv4", ip);
        text("ipv6", ipv6);
        text("port", port);
        out += '}';
    }
};

/// Local or remote: what the importer reads back as these attributes.
Endpoint endpointOf(const Attributes& attributes, bool isLocal) {
    Endpoint endpoint;
    const auto set = [](const Attribute*& field, const Attribute& attribute) {
        if (field == nullptr)
            field = &attribute;
    };
    for (const Attribute& attribute : attributes) {
        const bool isText = attribute.type == ValueType::String && !attribute.value.empty();
        if (attribute.key == (isLocal ? "service.name" : "peer.service") && isText && attribute.value != kNoServiceName)
            set(endpoint.service, attribute);
        else if (attribute.key == (isLocal ? "net.host.ip" : "net.peer.ip") && isText && isIp(attribute.value))
            set(endpoint.ip, attribute);
        else if (isLocal && attribute.key == "net.host.ipv6" && isText && isIp(attribute.value))
            set(endpoint.ipv6, attribute);
        else if (attribute.key == (isLocal ? "net.host.port" : "net.peer.port") && isPort(attribute))
            set(endpoint.port, attribute);
    }
    if (endpoint.ip == nullptr || endpoint.ip->value.find(':') != std::string_view::npos)
        endpoint.ipv6 = nullptr; // it would be read as the first
    return endpoint;
}

class ZipkinWriter : public TraceWriter {
public:
    using TraceWriter::TraceWriter;

    void finish() override {
        out_ += any_ ? "\n]\n" : "[]\n";
        flush(out_, true);
    }

private:
    /// Of a resource and scope: the endpoint as JSON, and what becomes tags of each span.
    struct Context {
        std::string endpoint;
        std::vector<std::pair<std::string, std::string>> tags;
        std::string scopeName, scopeVersion;
    };

    void addContext(const ContextRecord& record) override {
        Context& context = contexts_.emplace_back();
        const Endpoint endpoint = endpointOf(record.resource, true);
        endpoint.append(context.endpoint); // also an empty one: it tells other tools, and Aisle, what this is
        for (const Attributes* attributes : {&record.resource, &record.scope})
            for (const Attribute& attribute : *attributes)
                if (!endpoint.has(attribute)) {
                    lose(loss::kResource);
                    if (!isOwnTag(attribute, true) && !zipkinLinkNumber(attribute.key) && attribute.key != "error")
                        context.tags.emplace_back(attribute.key, attribute.value);
                }
        if (!record.resourceSchema.empty())
            lose(loss::kSchema);
        context.scopeName = record.scopeName;
        context.scopeVersion = record.scopeVersion;
    }

    void dropContexts() override { contexts_.clear(); }

    void writeSpan(const SpanRecord& s) override {
        const Context& context = contexts_[s.context];
        out_ += any_ ? ",\n" : "[\n";
        any_ = true;
        out_ += "{\"traceId\":";
        appendJsonString(out_, idText(s.trace));
        out_ += ",\"id\":";
        appendJsonString(out_, idText(s.span));
        if (s.parent.id != 0) {
            out_ += ",\"parentId\":";
            appendJsonString(out_, idText(s.parent));
        }
        out_ += ",\"name\":";
        appendJsonString(out_, s.name);
        if (const std::string_view kind = kKinds[static_cast<size_t>(s.kind)]; !kind.empty())
            out_.append(",\"kind\":\"").append(kind) += '"';
        times(s);
        out_.append(",\"localEndpoint\":").append(context.endpoint);
        const Endpoint remote = endpointOf(s.attributes, false);
        if (!remote.isEmpty()) {
            out_ += ",\"remoteEndpoint\":";
            remote.append(out_);
        }
        if (s.eventCount > 0)
            annotations(s);
        tags(s, context, remote);
        if ((s.flags & kSharedId) != 0)
            out_ += ",\"shared\":true";
        if ((s.flags & kFollowsFrom) != 0)
            lose(loss::kFollowsFrom);
        if (isDebug(s))
            out_ += ",\"debug\":true";
        out_ += '}';
        flush(out_);
    }

    static bool isDebugMark(const Attribute& a) { return a.key == "zipkin.debug" && a.type == ValueType::Bool && a.value == "true"; }
    static bool isDebug(const SpanRecord& s) { return std::any_of(s.attributes.begin(), s.attributes.end(), isDebugMark); }

    void times(const SpanRecord& s) {
        if ((s.flags & kNoStart) == 0) {
            const int64_t start = micros(s.start);
            if (start == 0)
                lose(loss::kZeroStart);
            else
                out_ += ",\"timestamp\":" + std::to_string(start);
        }
        if ((s.flags & kUnfinished) == 0)
            out_ += ",\"duration\":" + std::to_string(micros(s.duration));
    }

    int64_t micros(int64_t nanoseconds) {
        if (nanoseconds % 1000 != 0)
            lose(loss::kNanoseconds);
        return nanoseconds / 1000;
    }

    void annotations(const SpanRecord& s) {
        out_ += ",\"annotations\":[";
        for (size_t i = 0; i < s.eventCount; ++i) {
            const EventRecord& event = s.events[i];
            out_ += (i > 0 ? ",{\"timestamp\":" : "{\"timestamp\":") + std::to_string(micros(event.time)) + ",\"value\":";
            text_ = event.name;
            // A name that looks as if it had attributes behind it gets some behind it.
            pool_.clear();
            if (!event.attributes.empty() || reader_.readAttributes(event.name, scratch_, pool_)) {
                text_ += '|';
                object(event.attributes);
                text_ += "|0";
            }
            appendJsonString(out_, text_);
            out_ += '}';
        }
        out_ += ']';
    }

    void tags(const SpanRecord& s, const Context& context, const Endpoint& remote) {
        const size_t before = out_.size();
        out_ += ",\"tags\":{";
        const size_t empty = out_.size();
        used_.clear();
        add("otel.scope.name", context.scopeName);
        add("otel.scope.version", context.scopeVersion);
        bool hasError = false, hasDebug = false;
        for (const Attribute& attribute : s.attributes) {
            if (remote.has(attribute) || (isDebugMark(attribute) && !std::exchange(hasDebug, true)))
                continue;
            if (isOwnTag(attribute, s.kind == Kind::Unspecified || s.kind == Kind::Internal) || attribute.key == "otel.status_code" ||
                zipkinLinkNumber(attribute.key) || (s.kind == Kind::Internal && attribute.key == "span.kind")) {
                lose(loss::kOwnName);
            } else if (attribute.key == "error" && !isErrorKept(s, attribute)) {
                lose(loss::kErrorTag);
            } else {
                if (!used_.insert(attribute.key).second) {
                    lose(loss::kSameTag);
                    continue;
                }
                if (attribute.type != ValueType::String)
                    lose(loss::kTagType);
                hasError = hasError || attribute.key == "error";
                tag(attribute.key, attribute.value);
            }
        }
        if (s.kind == Kind::Internal)
            add("span.kind", "internal");
        add("otel.status_code", statusCodeTag(s));
        if (s.status == Status::Error && !hasError)
            add("error", "true");
        add("otel.status_description", s.statusMessage);
        add("w3c.tracestate", s.traceState);
        for (size_t i = 0; i < s.linkCount; ++i)
            link(i, s.links[i]);
        for (const auto& [key, value] : context.tags)
            if (used_.insert(key).second)
                tag(key, value);
        if (out_.size() == empty)
            out_.resize(before);
        else
            out_ += '}';
    }

    /// Zipkin takes every span with such a tag for failed; error=true beside an error status is that status.
    static bool isErrorKept(const SpanRecord& s, const Attribute& attribute) {
        return s.status == Status::Error ? attribute.value != "true" : saysError(attribute.value);
    }

    void link(size_t number, const LinkRecord& link) {
        text_ = idText(link.trace);
        text_ += '|';
        text_ += idText(link.span);
        ((text_ += '|') += link.traceState) += '|';
        object(link.attributes);
        text_ += "|0";
        tag(std::string(kZipkinLinkTag) + std::to_string(number), text_);
    }

    /// To text_.
    void object(const Attributes& attributes) {
        text_ += '{';
        for (const Attribute& attribute : attributes) {
            if (text_.back() != '{')
                text_ += ',';
            appendJsonString(text_, attribute.key);
            text_ += ':';
            const ValueType type = writableType(attribute.type, attribute.value);
            if (type == ValueType::Bytes)
                lose(loss::kBytes);
            appendPlainJson(text_, type, attribute.value);
        }
        text_ += '}';
    }

    void add(std::string_view key, std::string_view value) {
        if (value.empty())
            return;
        used_.insert(key);
        tag(key, value);
    }

    void tag(std::string_view key, std::string_view value) {
        if (out_.back() != '{')
            out_ += ',';
        appendJsonString(out_, key);
        out_ += ':';
        appendJsonString(out_, value);
    }

    std::vector<Context> contexts_;
    std::unordered_set<std::string_view> used_; ///< names of the span's tags; views of the span and of constants
    std::string out_, text_;
    ZipkinOtlp reader_;
    Attributes scratch_;
    TextPool pool_;
    bool any_ = false;
};

} // namespace

extern const WriterFormat kZipkinWriter;
constinit const WriterFormat kZipkinWriter = {"zipkin", "Zipkin v2 JSON", "json", ReplayOrder::Rows, makeTraceWriter<ZipkinWriter>};

} // namespace aisle
