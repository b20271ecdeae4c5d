#pragma once
// What of the real files is read as what, and where its numbers differ from the manifest's, and why; for tst_detect
// and tst_import_job.

#include <cstdint>
#include <map>
#include <string>

namespace aisle {

/// The folder's format, for what has an importer.
inline const std::map<std::string, std::string, std::less<>> kFormatOf = {
    {"otlp-json", "otlp-json"},
    {"otlp-jsonl", "otlp-json"},
    {"otlp-proto", "otlp-proto"},
    {"tempo-json", "otlp-json"},
    {"jaeger-apiv3", "otlp-json"},
    {"jaeger-json", "jaeger-json"},
    {"jaeger-es", "jaeger-es"},
    {"jaeger-model", "jaeger-model"},
    {"zipkin-v1", "zipkin-v1"},
    {"zipkin-v2", "zipkin-v2"},
    {"skywalking", "skywalking"},
    {"gcloud-trace", "gcloud-trace"},
    {"chrome-trace", "chrome-trace"},
    {"csv-spans", "csv"},
    {"appinsights", "appinsights"},
    {"datadog", "datadog"},
    {"xray", "xray"},
    {"elastic-intake", "elastic-intake"},
    {"elastic-es", "elastic-es"},
    {"sentry", "sentry"},
};

/// Where our numbers differ from those of the independent counter, and by which rule (domain.md, section 9).
struct Difference {
    uint64_t spans, traces, services, duplicates, fragments;
    const char* why;
};
inline const std::map<std::string, Difference, std::less<>> kDifferences = {
    // The counter takes process ids of all events, we the process names of the slices.
    {"chrome-trace/catapult-async_begin_end.json", {15, 1, 3, 0, 0, "process 3 has only a step and an end"}},
    {"chrome-trace/catapult-simple_trace.json", {12, 1, 1, 0, 0, "only an instant has no process id"}},
    {"chrome-trace/lighthouse-pid-change.json.gz", {7663, 1, 3, 0, 0, "two of four processes are named Renderer; the fifth has only metadata"}},
    {"chrome-trace/lighthouse-progressive-app.json.gz", {8666, 1, 4, 0, 0, "of seven processes four share the name Renderer"}},
    // The manifest's counter knows no service in this format; the spans have service.name as an attribute.
    {"gcloud-trace/gcp-traces_basic_expected.json", {20, 8, 2, 0, 0, "service.name among the attributes names the service"}},
    {"jaeger-json/jaeger-query-otlp2jaeger-out.json", {1, 1, 1, 1, 0, "its two spans are copies: same id, service, name, kind and start"}},
    {"jaeger-json/jaegerui-otlp2jaeger-out.json", {1, 1, 1, 1, 0, "the same"}},
    {"otlp-json/jaegerui-otlp2jaeger-in.json", {1, 1, 1, 1, 0, "the same"}},
    {"xray/docs-aws-subsegment-TRAILING-COMMA.json", {1, 1, 1, 0, 0, "the counter's strict parser refuses it; the comma is dropped and said"}},
    {"elastic-intake/apm-data-ratelimit.ndjson", {2, 2, 1, 8, 0, "five copies each of a span and a transaction"}},
    {"sentry/spotlight-envelope_with_only_span.txt", {1, 1, 1, 0, 0, "its release names the service"}},
    {"zipkin-v1/zipkin-bench-span-rpc.json", {2, 1, 2, 0, 0, "a record with cs, cr, sr and ss is a client and a server span"}},
    // Counted by a script of its own: 84 of 1,041 records have neither kind nor timestamp, and for each of them there
    // is a whole record with its id and service; no two records are copies. 957 + 84 = 1,041.
    {"zipkin-v2/zipkin-lens-smartthings-mobile-web-install.json", {957, 1, 16, 0, 84, "84 fragments merge into their spans"}},
};

} // namespace aisle
