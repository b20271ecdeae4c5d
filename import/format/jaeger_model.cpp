// Jaeger's model (api_v2) in protobuf's JSON mapping: base64 ids, RFC 3339 times, durations as text, typed
// tags.

#include "format/jaeger_reader.h"
#include "json/json_probe.h"

namespace aisle {

namespace {

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string_view prefix : {"", "spans[].", "result.spans[]."}) {
        const std::string at(prefix);
        if (!probe.has(at + "traceId") || !probe.has(at + "spanId") || probe.valueAt(at + "startTime") != '"')
            continue;
        for (const char* key :
             {"operationName", "references", "process.serviceName", "tags[].vType", "logs[].fields"})
            if (probe.has(at + key))
                return {Claim::Yes, "JSON spans with " + at + "traceId, a startTime in text and " + key};
    }
    return {};
}

} // namespace

extern const Format kJaegerModel;
constinit const Format kJaegerModel = {"jaeger-model",
                                       "Jaeger model JSON",
                                       "Jaeger's api_v2 model in protobuf's JSON: traces, batches, spans",
                                       "*.json *.jsonl",
                                       sniff,
                                       [] { return makeJaegerImporter(JaegerBinary::Base64); }};

} // namespace aisle
