#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/demo_shop.h"
#include "demo/topology.h"

namespace aisle::demo {

enum class Kind : uint8_t { Internal = 1, Server, Client, Producer, Consumer }; // as in OTLP

struct TraceId {
    uint64_t high = 0;
    uint64_t low = 0;
};

struct SpanRef {
    TraceId trace;
    uint64_t span = 0;
};

// A span under construction. The texts are JSON already: members of an array, without brackets.
struct SpanRecord {
    SpanRef id;
    uint64_t parent = 0; // 0: a root
    Nanos start = 0;
    Nanos end = 0;
    std::string_view name;          // must outlive the batch: a literal
    std::string_view statusMessage; // likewise
    std::string attributes;
    std::string events;
    std::string links;
    uint32_t next = 0; // the next span of the same instance in the batch
    InstanceId instance = 0;
    Kind kind = Kind::Internal;
    bool error = false;
};

using SpanIndex = uint32_t; // of a span in the batch; valid until the trace is finished

// Gathers traces into batches of a few dozen spans, as a collector's exporter does, and writes each
// batch as one line with the spans grouped by instance (and a second line for its log records).
class TraceWriter {
public:
    TraceWriter(const Topology& topology, const Output& out, uint64_t seed);

    // `session` and `number` together must be unique; ids are made from them.
    void beginTrace(uint64_t session, uint32_t number);
    SpanIndex beginSpan(InstanceId instance, Kind kind, std::string_view name, Nanos start);
    SpanIndex beginChild(SpanIndex parent, InstanceId instance, Kind kind, std::string_view name,
                         Nanos start);
    void finishTrace();
    void flush();

    SpanRecord& span(SpanIndex index) { return batch_[index]; }
    const SpanRecord& span(SpanIndex index) const { return batch_[index]; }

    // An `exception` event of the span. `stack` is JSON-escaped.
    void addExceptionEvent(SpanIndex index, Nanos at, std::string_view type, std::string_view message,
                           std::string_view stack);
    // The same as a log record tied to the span.
    void addExceptionLog(SpanIndex index, Nanos at, std::string_view type, std::string_view message,
                         std::string_view stack);
    void addLink(SpanIndex from, const SpanRef& to);

    const Totals& totals() const { return totals_; }
    Totals& totals() { return totals_; }
    bool stopped() const { return stopped_; }

private:
    struct Log {
        SpanRef span;
        InstanceId instance;
        Nanos at;
        std::string_view body;
        std::string attributes;
    };

    void writeSpans();
    void writeSpan(const SpanRecord& record);
    void writeLogs();
    void handOver(std::size_t atLeast);

    const Topology& topology_;
    const Output& out_;
    uint64_t seed_;
    Totals totals_;
    bool stopped_ = false;

    TraceId trace_;
    uint64_t spanBase_ = 0; // of the ids of the current trace
    uint32_t used_ = 0;     // records of batch_ in use; the others keep their memory for later
    uint32_t traceStart_ = 0;
    std::vector<SpanRecord> batch_;
    std::vector<Log> logs_;

    struct Group {
        uint32_t first;
        uint32_t last;
    };
    std::vector<Group> groups_;     // by instance
    std::vector<InstanceId> order_; // of first appearance in the batch
    std::string text_;
};

} // namespace aisle::demo
