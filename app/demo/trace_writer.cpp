#include "demo/trace_writer.h"

#include "demo/json_out.h"

namespace aisle::demo {
namespace {

constexpr uint32_t kBatchSpans = 40;
constexpr std::size_t kChunkBytes = 256 * 1024;
constexpr uint32_t kNone = UINT32_MAX;

// 12 bits for the trace within its session and 10 for the span within its trace; the rest is the
// session, so that mix64() makes distinct ids of distinct spans.
constexpr int kTraceBits = 12;
constexpr int kSpanBits = 10;

void describeException(std::string& attributes, std::string_view type, std::string_view message,
                       std::string_view stack) {
    addText(attributes, "exception.type", type);
    addText(attributes, "exception.message", message);
    addText(attributes, "exception.stacktrace", stack);
}

} // namespace

TraceWriter::TraceWriter(const Topology& topology, const Output& out, uint64_t seed)
    : topology_(topology), out_(out), seed_(mix64(seed + 0x5eed)),
      groups_(topology.size(), Group{kNone, kNone}) {
    text_.reserve(2 * kChunkBytes);
}

void TraceWriter::beginTrace(uint64_t session, uint32_t number) {
    const uint64_t key = session << kTraceBits | number;
    trace_ = {mix64(key ^ seed_), mix64(key + mix64(seed_))};
    spanBase_ = key << kSpanBits;
    traceStart_ = used_;
}

SpanIndex TraceWriter::beginSpan(InstanceId instance, Kind kind, std::string_view name, Nanos start) {
    if (used_ == batch_.size())
        batch_.emplace_back();
    SpanRecord& record = batch_[used_];
    record.id = {trace_, mix64((spanBase_ | (used_ - traceStart_)) ^ mix64(seed_ + 1))};
    record.parent = 0;
    record.start = record.end = start;
    record.name = name;
    record.statusMessage = {};
    record.attributes.clear();
    record.events.clear();
    record.links.clear();
    record.next = kNone;
    record.instance = instance;
    record.kind = kind;
    record.error = false;
    return used_++;
}

SpanIndex TraceWriter::beginChild(SpanIndex parent, InstanceId instance, Kind kind, std::string_view name,
                                  Nanos start) {
    const SpanIndex child = beginSpan(instance, kind, name, start);
    batch_[child].parent = batch_[parent].id.span;
    return child;
}

void TraceWriter::finishTrace() {
    ++totals_.traces;
    totals_.spans += used_ - traceStart_;
    if (used_ >= kBatchSpans) {
        writeSpans();
        writeLogs();
        handOver(kChunkBytes);
    }
}

void TraceWriter::flush() {
    writeSpans();
    writeLogs();
    handOver(1);
}

void TraceWriter::addExceptionEvent(SpanIndex index, Nanos at, std::string_view type,
                                    std::string_view message, std::string_view stack) {
    SpanRecord& record = batch_[index];
    std::string attributes;
    describeException(attributes, type, message, stack);
    record.events.append(record.events.empty() ? "" : ",").append(R"({"timeUnixNano":")");
    appendNumber(record.events, at + topology_[record.instance].clockSkew);
    record.events.append(R"(","name":"exception","attributes":[)").append(attributes).append("]}");
}

void TraceWriter::addExceptionLog(SpanIndex index, Nanos at, std::string_view type, std::string_view message,
                                  std::string_view stack) {
    const SpanRecord& record = batch_[index];
    Log log{record.id, record.instance, at, message, {}};
    describeException(log.attributes, type, message, stack);
    logs_.push_back(std::move(log));
    ++totals_.logs;
}

void TraceWriter::addLink(SpanIndex from, const SpanRef& to) {
    std::string& links = batch_[from].links;
    links.append(links.empty() ? R"({"traceId":")" : R"(,{"traceId":")");
    appendHex(links, to.trace.high);
    appendHex(links, to.trace.low);
    links += R"(","spanId":")";
    appendHex(links, to.span);
    links += "\"}";
}

void TraceWriter::writeSpans() {
    if (used_ == 0)
        return;
    for (uint32_t i = 0; i < used_; ++i) {
        Group& group = groups_[batch_[i].instance];
        if (group.first == kNone) {
            order_.push_back(batch_[i].instance);
            group.first = i;
        } else {
            batch_[group.last].next = i;
        }
        group.last = i;
    }

    text_ += R"({"resourceSpans":[)";
    bool firstGroup = true;
    for (const InstanceId id : order_) {
        text_.append(firstGroup ? "{" : ",{").append(topology_[id].resource);
        text_.append(R"(,"scopeSpans":[{)").append(topology_[id].scope).append(R"(,"spans":[)");
        for (uint32_t i = groups_[id].first; i != kNone; i = batch_[i].next) {
            if (i != groups_[id].first)
                text_ += ',';
            writeSpan(batch_[i]);
        }
        text_ += R"(]}],"schemaUrl":"https://opentelemetry.io/schemas/1.44.0"})";
        groups_[id] = {kNone, kNone};
        firstGroup = false;
    }
    text_ += "]}\n";
    order_.clear();
    used_ = 0;
}

void TraceWriter::writeSpan(const SpanRecord& record) {
    const Nanos skew = topology_[record.instance].clockSkew;
    text_ += R"({"traceId":")";
    appendHex(text_, record.id.trace.high);
    appendHex(text_, record.id.trace.low);
    text_ += R"(","spanId":")";
    appendHex(text_, record.id.span);
    if (record.parent != 0) {
        text_ += R"(","parentSpanId":")";
        appendHex(text_, record.parent);
    }
    text_.append(R"(","name":")").append(record.name).append(R"(","kind":)");
    appendNumber(text_, static_cast<int>(record.kind));
    text_ += R"(,"startTimeUnixNano":")";
    appendNumber(text_, record.start + skew);
    text_ += R"(","endTimeUnixNano":")";
    appendNumber(text_, record.end + skew);
    text_.append(R"(","attributes":[)").append(record.attributes).append("]");
    if (!record.events.empty())
        text_.append(R"(,"events":[)").append(record.events).append("]");
    if (!record.links.empty())
        text_.append(R"(,"links":[)").append(record.links).append("]");
    if (!record.error)
        text_ += R"(,"status":{}})";
    else if (record.statusMessage.empty())
        text_ += R"(,"status":{"code":2}})";
    else
        text_.append(R"(,"status":{"code":2,"message":")").append(record.statusMessage).append("\"}}");
}

void TraceWriter::writeLogs() {
    if (logs_.empty())
        return;
    text_ += R"({"resourceLogs":[)";
    for (std::size_t i = 0; i < logs_.size(); ++i) {
        const Log& log = logs_[i];
        const Instance& instance = topology_[log.instance];
        text_.append(i == 0 ? "{" : ",{").append(instance.resource);
        text_.append(R"(,"scopeLogs":[{)").append(instance.scope);
        text_.append(R"(,"logRecords":[{"timeUnixNano":")");
        appendNumber(text_, log.at + instance.clockSkew);
        text_ += R"(","observedTimeUnixNano":")";
        appendNumber(text_, log.at + instance.clockSkew);
        text_ += R"(","severityNumber":17,"severityText":"ERROR","body":{"stringValue":")";
        text_.append(log.body).append(R"("},"attributes":[)").append(log.attributes);
        text_ += R"(],"traceId":")";
        appendHex(text_, log.span.trace.high);
        appendHex(text_, log.span.trace.low);
        text_ += R"(","spanId":")";
        appendHex(text_, log.span.span);
        text_ += "\"}]}]}";
    }
    text_ += "]}\n";
    logs_.clear();
}

void TraceWriter::handOver(std::size_t atLeast) {
    if (text_.size() < atLeast || stopped_)
        return;
    totals_.bytes += text_.size();
    stopped_ = !out_(text_);
    text_.clear();
}

} // namespace aisle::demo
