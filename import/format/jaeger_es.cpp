// Jaeger's Elasticsearch documents: span documents alone, as hits of a search, or as lines of an index dump.

#include "format/jaeger_reader.h"
#include "json/json_probe.h"

namespace aisle {

namespace {

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string_view prefix :
         {"", "_source.", "hits.hits[]._source.", "responses[].hits.hits[]._source."}) {
        const std::string at(prefix);
        if (!probe.has(at + "traceID") || !probe.has(at + "spanID"))
            continue;
        if (probe.has(at + "startTimeMillis") || (!at.empty() && probe.has(at + "operationName")))
            return {Claim::Yes, "JSON documents of an index of Jaeger spans (" + at + "spanID)"};
    }
    return {};
}

} // namespace

extern const Format kJaegerEs;
constinit const Format kJaegerEs = {"jaeger-es",
                                    "Jaeger Elasticsearch documents",
                                    "span documents of Jaeger's index: searches, dumps, JSON lines",
                                    "*.json *.jsonl *.ndjson",
                                    sniff,
                                    [] { return makeJaegerImporter(JaegerBinary::Hex); }};

} // namespace aisle
