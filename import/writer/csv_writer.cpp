// A table of spans, one row each, with the names of OpenTelemetry's table of traces for ClickHouse: attributes are JSON
// objects, events and links lists of objects, times nanoseconds.

#include "export/csv_text.h"
#include "format/csv_nested.h"
#include "text/utf8.h"
#include "writer/trace_writer.h"

namespace aisle {

namespace {

constexpr std::string_view kKinds[] = {"", "Internal", "Server", "Client", "Producer", "Consumer"};
constexpr std::string_view kStatuses[] = {"Unset", "Ok", "Error"};

class CsvWriter : public TraceWriter {
public:
    explicit CsvWriter(Write write) : TraceWriter(std::move(write)) {
        for (const std::string_view name : kAisleCsvHeader)
            field(name, false);
        endRow();
    }

    void finish() override { flush(out_, true); }

private:
    struct Context {
        std::string service, cells; ///< the last five cells, ready to be repeated
    };

    void addContext(const ContextRecord& record) override {
        Context& context = contexts_.emplace_back();
        for (const Attribute& attribute : record.resource)
            if (attribute.key == "service.name") {
                context.service = attribute.value;
                break;
            }
        std::string row = std::move(out_);
        out_.clear();
        object(record.resource);
        field(record.resourceSchema, true);
        field(record.scopeName, true);
        field(record.scopeVersion, true);
        object(record.scope);
        context.cells = std::move(out_);
        out_ = std::move(row);
    }

    void dropContexts() override { contexts_.clear(); }

    void writeSpan(const SpanRecord& s) override {
        const Context& context = contexts_[s.context];
        const auto number = [this](bool isSaid, int64_t value) { field(isSaid ? std::to_string(value) : std::string(), false); };
        field(idText(s.trace), true);
        field(idText(s.span), true);
        field(idText(s.parent), true);
        field(s.name, true);
        field(kKinds[static_cast<size_t>(s.kind)], false);
        field(context.service, true);
        number((s.flags & kNoStart) == 0, s.start);
        number((s.flags & kUnfinished) == 0, s.duration);
        field(kStatuses[static_cast<size_t>(s.status)], false);
        field(s.statusMessage, true);
        field(s.traceState, true);
        object(s.attributes);
        events(s);
        links(s);
        if ((s.flags & kSharedId) != 0)
            lose(loss::kShared);
        if ((s.flags & kFollowsFrom) != 0)
            lose(loss::kFollowsFrom);
        out_ += context.cells;
        endRow();
        flush(out_);
    }

    /// Cells end in a comma, the last one of a row as well until endRow().
    void field(std::string_view text, bool isText) {
        appendCsvField(out_, text, isText);
        out_ += ',';
    }
    void endRow() {
        out_.pop_back();
        out_ += "\r\n";
    }

    void object(const Attributes& attributes) {
        json_.clear();
        if (!attributes.empty())
            append(attributes);
        field(json_, false);
    }

    void events(const SpanRecord& s) {
        json_.clear();
        for (size_t i = 0; i < s.eventCount; ++i) {
            json_ += (i > 0 ? ",{\"timeUnixNano\":\"" : "[{\"timeUnixNano\":\"") + std::to_string(s.events[i].time) + "\",\"name\":";
            appendJsonString(json_, s.events[i].name);
            json_ += ",\"attributes\":";
            append(s.events[i].attributes);
            json_ += '}';
        }
        if (!json_.empty())
            json_ += ']';
        field(json_, false);
    }

    void links(const SpanRecord& s) {
        json_.clear();
        for (size_t i = 0; i < s.linkCount; ++i) {
            json_ += i > 0 ? ",{\"traceId\":" : "[{\"traceId\":";
            appendJsonString(json_, idText(s.links[i].trace));
            json_ += ",\"spanId\":";
            appendJsonString(json_, idText(s.links[i].span));
            json_ += ",\"traceState\":";
            appendJsonString(json_, s.links[i].traceState);
            json_ += ",\"attributes\":";
            append(s.links[i].attributes);
            json_ += '}';
        }
        if (!json_.empty())
            json_ += ']';
        field(json_, false);
    }

    /// An object to json_.
    void append(const Attributes& attributes) {
        json_ += '{';
        for (const Attribute& attribute : attributes) {
            if (json_.back() != '{')
                json_ += ',';
            appendJsonString(json_, attribute.key);
            json_ += ':';
            const ValueType type = writableType(attribute.type, attribute.value);
            if (type == ValueType::Bytes)
                lose(loss::kBytes);
            appendPlainJson(json_, type, attribute.value);
        }
        json_ += '}';
    }

    std::vector<Context> contexts_;
    std::string out_, json_;
};

} // namespace

extern const WriterFormat kCsvWriter;
constinit const WriterFormat kCsvWriter = {"csv", "CSV table of spans", "csv", ReplayOrder::Rows, makeTraceWriter<CsvWriter>};

} // namespace aisle
