// Anonymous memory of `aisle import` at its peak, for shapes of files that ask for much of it:
//
//   bench_import_memory [--size lines in M spans: 1,5,20] [--document BYTES] [--folder DIR]
//
// The files are made while they are read (standard input), so that only the workspaces take disk. Bar for each: 250 MB
// and 80 bytes a span (the table and the ids). The value index is made in the same process, after the import.

#include "bench.h"
#include "child.h"
#include "demo/demo_shop.h"

#include <filesystem>
#include <sqlite3.h>

using namespace aisle;
using namespace aisle::bench;
namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMeg = 1'000'000;
int notKept = 0;

/// Text towards the child, in pieces of a megabyte.
class Text {
public:
    explicit Text(const Feed& feed) : feed_(feed) {}
    ~Text() { flush(); }
    template <typename... Args>
    void format(const char* form, Args... args) {
        char line[2048];
        const int n = std::snprintf(line, sizeof line, form, args...);
        add({line, static_cast<size_t>(n)});
    }
    void add(std::string_view bytes) {
        buffer_ += bytes;
        if (buffer_.size() >= (1U << 20))
            flush();
    }
    void flush() {
        alive_ = alive_ && feed_(buffer_);
        buffer_.clear();
    }
    bool isAlive() const { return alive_; }

private:
    const Feed& feed_;
    std::string buffer_;
    bool alive_ = true;
};

using Make = std::function<uint64_t(const Feed&)>; ///< makes the file; how many spans

uint64_t lines(const Feed& feed, uint64_t spans) {
    demo::Options options;
    options.spans = spans;
    return demo::write(options, feed).spans;
}

constexpr uint64_t kStart = 1'700'000'000'000'000; // us
unsigned long long asLong(uint64_t n) { return n; }

/// A Jaeger span of some 690 bytes; 20 to a trace, or one trace of all.
void jaegerSpan(Text& out, uint64_t n, bool oneTrace) {
    out.format(R"({"traceID":"%032llx","spanID":"%016llx","operationName":"GET /product/%llu","references":[{"refType":"CHILD_OF","traceID":"%032llx","spanID":"%016llx"}],)"
               R"("startTime":%llu,"duration":%llu,"tags":[{"key":"span.kind","type":"string","value":"server"},{"key":"http.method","type":"string","value":"GET"},)"
               R"({"key":"http.status_code","type":"int64","value":200},{"key":"net.peer.ip","type":"string","value":"10.0.%llu.%llu"},)"
               R"({"key":"http.target","type":"string","value":"/product/%llu?currency=EUR"},{"key":"internal.span.format","type":"string","value":"otlp"}],)"
               R"("logs":[],"processID":"p%llu","warnings":null})",
               asLong(oneTrace ? 1 : n / 20 + 1), asLong(n + 1), asLong(n % 97), asLong(oneTrace ? 1 : n / 20 + 1), asLong(n % 20 == 0 ? 1 : n), asLong(kStart + n * 10),
               asLong(5 + n % 1000), asLong(n / 7 % 250), asLong(n % 250), asLong(n % 97), asLong(1 + n % 4));
}

constexpr std::string_view kProcesses =
    R"("processes":{"p1":{"serviceName":"frontend","tags":[{"key":"host.name","type":"string","value":"a"}]},"p2":{"serviceName":"cart","tags":[]},)"
    R"("p3":{"serviceName":"checkout","tags":[]},"p4":{"serviceName":"payment","tags":[]}})";

uint64_t jaeger(const Feed& feed, uint64_t bytes, bool oneTrace) {
    Text out(feed);
    uint64_t n = 0;
    out.add(R"({"data":[{"traceID":"1","spans":[)");
    for (uint64_t size = 0; size < bytes && out.isAlive(); size += 690, ++n) {
        if (n > 0 && n % 20 == 0 && !oneTrace) {
            out.add("],");
            out.add(kProcesses);
            out.add(R"(},{"traceID":"2","spans":[)");
        } else if (n > 0) {
            out.add(",");
        }
        jaegerSpan(out, n, oneTrace);
    }
    out.add("],");
    out.add(kProcesses);
    out.add("}]}");
    return n;
}

/// OTLP JSON, one document; spans of some 560 bytes, the resource behind its spans. `distinct`: a value of its own each.
uint64_t otlpDocument(const Feed& feed, uint64_t bytes, uint64_t spansPerResource, bool distinct) {
    Text out(feed);
    uint64_t n = 0;
    const auto resource = [&] { out.format(R"(]}],"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"service-%llu"}}]}})", asLong(n / spansPerResource % 14)); };
    out.add(R"({"resourceSpans":[{"scopeSpans":[{"spans":[)");
    for (uint64_t size = 0; size < bytes && out.isAlive(); size += distinct ? 660 : 560, ++n) {
        if (n > 0 && n % spansPerResource == 0) {
            resource();
            out.add(R"(,{"scopeSpans":[{"spans":[)");
        } else if (n > 0) {
            out.add(",");
        }
        out.format(R"({"traceId":"%032llx","spanId":"%016llx","parentSpanId":"%016llx","name":"GET /product/%llu","kind":2,"startTimeUnixNano":"%llu000","endTimeUnixNano":"%llu000",)"
                   R"("attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"http.response.status_code","value":{"intValue":"200"}},)"
                   R"({"key":"url.path","value":{"stringValue":"/product/%llu"}},{"key":"network.peer.address","value":{"stringValue":"10.0.%llu.%llu"}})",
                   asLong(n / 20 + 1), asLong(n + 1), asLong(n % 20 == 0 ? 0 : n), asLong(n % 97), asLong(kStart + n * 10), asLong(kStart + n * 10 + 5 + n % 1000), asLong(n % 97),
                   asLong(n / 7 % 250), asLong(n % 250));
        if (distinct) {
            const uint64_t a = (n + 1) * 0x9e3779b97f4a7c15ULL, b = (n + 7) * 0xd6e8feb86659fd93ULL;
            out.format(R"(,{"key":"app.order.id","value":{"stringValue":"%08llx-%04llx-%04llx-%04llx-%012llx"}})", asLong(a >> 32), asLong(a >> 16 & 0xffff), asLong(a & 0xffff), asLong(b >> 48),
                       asLong(b & 0xffffffffffffULL));
        }
        out.add(R"(],"status":{"code":1}})");
    }
    resource();
    out.add("]}");
    return n;
}

void varint(std::string& out, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
}
void field(std::string& out, unsigned number, std::string_view bytes) {
    varint(out, number << 3 | 2);
    varint(out, bytes.size());
    out += bytes;
}
void fixed(std::string& out, unsigned number, uint64_t value) {
    varint(out, number << 3 | 1);
    out.append(reinterpret_cast<const char*>(&value), 8); // x86 and ARM are little-endian
}

/// One ExportTraceServiceRequest with one ResourceSpans with one ScopeSpans, the resource behind it.
uint64_t protoMessage(const Feed& feed, uint64_t bytes) {
    const auto keyValue = [](std::string_view key, std::string_view value) {
        std::string any, pair;
        field(any, 1, value);
        field(pair, 1, key);
        field(pair, 2, any);
        return pair;
    };
    const auto span = [&](uint64_t n) {
        std::string ids(16, '\0'), out, status;
        const uint64_t trace = n / 20 + 1, id = n + 1;
        std::memcpy(ids.data() + 8, &trace, 8);
        field(out, 1, ids);
        field(out, 2, {reinterpret_cast<const char*>(&id), 8});
        field(out, 5, "GET /product");
        varint(out, 6 << 3);
        varint(out, 2);
        fixed(out, 7, (kStart + n * 10) * 1000);
        fixed(out, 8, (kStart + n * 10 + 5) * 1000);
        field(out, 9, keyValue("http.request.method", "GET"));
        char address[32];
        std::snprintf(address, sizeof address, "10.0.%03llu.%03llu", asLong(n / 7 % 250), asLong(n % 250));
        field(out, 9, keyValue("network.peer.address", address));
        field(out, 9, keyValue("url.path", "/product/1234567890"));
        field(out, 15, status);
        std::string whole;
        field(whole, 2, out); // ScopeSpans.spans
        return whole;
    };
    const uint64_t each = span(0).size(), n = bytes / each;
    std::string resource, inner, head;
    field(resource, 1, keyValue("service.name", "shop"));
    field(inner, 1, resource); // ResourceSpans.resource
    std::string scopeHead;
    varint(scopeHead, 2 << 3 | 2); // ResourceSpans.scope_spans
    varint(scopeHead, n * each);
    varint(head, 1 << 3 | 2); // ExportTraceServiceRequest.resource_spans
    varint(head, scopeHead.size() + n * each + inner.size());
    Text out(feed);
    out.add(head);
    out.add(scopeHead);
    for (uint64_t i = 0; i < n && out.isAlive(); ++i)
        out.add(span(i));
    out.add(inner);
    return n;
}

uint64_t storedSpans(const fs::path& workspace) {
    sqlite3* db = nullptr;
    sqlite3_stmt* statement = nullptr;
    uint64_t n = 0;
    if (sqlite3_open_v2(workspace.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT sum(rows) FROM file WHERE state = 'done'", -1, &statement, nullptr) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        n = static_cast<uint64_t>(sqlite3_column_int64(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return n;
}

void measure(const char* label, const fs::path& workspace, const Make& make) {
    fs::remove(workspace);
    uint64_t spans = 0;
    const ChildResult r = runAisle({"import", "-", "--into", workspace.string(), "-q"}, [&](const Feed& feed) { spans = make(feed); });
    const double bar = 250e6 + 80.0 * static_cast<double>(spans), used = static_cast<double>(r.anonymous);
    const bool kept = r.succeeded && used <= bar && storedSpans(workspace) == spans;
    notKept += !kept;
    std::printf("%-52s %6.2f M spans %6.2f GB %6.1f s: RssAnon %6.0f MB of %6.0f MB%s, workspace %4.0f %%\n", label, static_cast<double>(spans) / 1e6,
                static_cast<double>(r.fed) / 1e9, r.seconds, used / 1e6, bar / 1e6, kept ? "" : "  NOT KEPT",
                100.0 * static_cast<double>(fs::exists(workspace) ? fs::file_size(workspace) : 0) / static_cast<double>(std::max<uint64_t>(1, r.fed)));
    std::fflush(stdout);
    fs::remove(workspace);
}

} // namespace

int main(int argc, char** argv) {
    const Options options(argc, argv);
    std::string sizes = options.text("--size", "1,5,20");
    const uint64_t document = options.number("--document", 2'000'000'000);
    const Folder folder(options);
    const fs::path workspace = folder / "import.aisle";
    for (char* at = sizes.data(); *at != '\0';) {
        const uint64_t spans = std::strtoull(at, &at, 10) * kMeg;
        measure("demo shop, OTLP JSON lines", workspace, [&](const Feed& feed) { return lines(feed, spans); });
        at += *at == ',';
    }
    if (document > 0) {
        measure("one Jaeger document, processes behind the spans", workspace, [&](const Feed& feed) { return jaeger(feed, document, false); });
        measure("one Jaeger document of one trace, processes last", workspace, [&](const Feed& feed) { return jaeger(feed, document, true); });
        measure("one OTLP JSON document, resources last", workspace, [&](const Feed& feed) { return otlpDocument(feed, document, 1000, false); });
        measure("one OTLP JSON document, one resource, last", workspace, [&](const Feed& feed) { return otlpDocument(feed, document, ~uint64_t(0), false); });
        measure("one OTLP protobuf message, resource last", workspace, [&](const Feed& feed) { return protoMessage(feed, document); });
        measure("5 M different values of one attribute", workspace, [&](const Feed& feed) { return otlpDocument(feed, document / 2 * 33 / 10, 1000, true); });
    }
    return notKept == 0 ? 0 : 1;
}
