// Jaeger JSON, as its query API and its UI write it.

#include "format/jaeger_reader.h"
#include "json/json_probe.h"

namespace aisle {

namespace {

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string_view prefix : {"", "spans[].", "data[].spans[].", "data.spans[]."}) {
        const std::string at(prefix);
        if (!probe.has(at + "traceID") || !probe.has(at + "spanID"))
            continue;
        if (probe.has(at + "startTimeMillis") || probe.has(at + "_source"))
            continue; // Jaeger's Elasticsearch documents
        for (const char* key : {"operationName", "startTime", "duration", "references", "processID", "process"})
            if (probe.has(at + key))
                return {Claim::Yes, "JSON spans with " + at + "traceID, spanID and " + key};
    }
    if (probe.valueAt("data") == '[' && probe.has("total") && probe.has("limit") && probe.has("errors") &&
        !probe.has("data[].id"))
        return {Claim::Maybe, "an answer of Jaeger's query API"};
    return {};
}

} // namespace

extern const Format kJaegerJson;
constinit const Format kJaegerJson = {"jaeger-json", "Jaeger JSON",
                                      "Jaeger's query API and UI download: data, traces, spans, JSON lines of them",
                                      "*.json *.jsonl", sniff,
                                      [] { return makeJaegerImporter(JaegerBinary::Base64); }};

} // namespace aisle
