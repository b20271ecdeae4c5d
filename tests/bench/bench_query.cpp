// How long queries take over a large workspace, as the median of interleaved runs.
//
//   bench_query [--spans 5000000] [--runs 5] [--folder DIR]
//
// Each is evaluated whole: conditions, matching traces, counts. Bars at 5 M spans: columns 30 ms, an attribute with postings
// 50 ms, structure 500 ms; more or fewer spans, more or less in proportion. The limit they are compared with is a scan of
// one column of eight bytes a span.

#include "bench.h"
#include "query/evaluate.h"
#include "shop_workspace.h"
#include "store/indexes.h"
#include "store/workspace.h"

#include <QtGlobal>


using namespace aisle;
using namespace aisle::bench;
namespace fs = std::filesystem;

namespace {

struct Asked {
    const char* kind;
    double bar; ///< ms at 5 M spans
    const char* text;
};

constexpr Asked kQueries[] = {
    {"column", 30, "{ }"},
    {"column", 30, "{ duration > 100ms }"},
    {"column", 30, "{ status = error }"},
    {"column", 30, "{ kind = server && duration > 10ms && duration < 1s }"},
    {"column", 30, "{ name = \"SELECT products\" }"},
    {"column", 30, "{ name =~ \".*cart.*\" }"},
    {"column", 30, "{ resource.service.name = \"checkout\" }"},
    {"column", 30, "{ trace:duration > 1s }"},
    {"column", 30, "{ aisle:time = \"2026-03-14T09:00:10Z/2026-03-14T09:00:20Z\" }"},
    {"attribute", 50, "{ .http.response.status_code >= 500 }"},
    {"attribute", 50, "{ span.http.route = \"/api/cart\" }"},
    {"attribute", 50, "{ span.http.route != \"/api/cart\" }"},
    {"attribute", 50, "{ .http.route =~ \"/api/.*\" }"},
    {"attribute", 50, "{ .db.system = nil }"},
    {"attribute", 50, "{ resource.service.version = \"1.0.0\" }"},
    {"attribute", 50, "{ .order.id != nil }"},
    {"structure", 500, "{ status = error } > { kind = client }"},
    {"structure", 500, "{ kind = server } >> { kind = client }"},
    {"structure", 500, "{ kind = client } << { kind = server }"},
    {"structure", 500, "{ kind = client } ~ { kind = client }"},
    {"structure", 500, "{ status = error } !>> { kind = client }"},
    {"structure", 500, "{ kind = server } &>> { duration > 10ms }"},
    {"stages", 500, "{ kind = client } | count() > 3"},
    {"stages", 500, "{ kind = server } | avg(duration) > 50ms"},
    {"stages", 500, "{ kind = server } && { status = error }"},
    {"other", 0, "{ } | by(resource.service.name) | count() > 3"},
    {"other", 0, "{ } | rate() by (resource.service.name)"},
    {"other", 0, "{ } | quantile_over_time(duration, .5, .99) by (resource.service.name)"},
    {"other", 0, "{ .http.response.status_code * 1ms > duration }"},
    {"other", 0, "{ aisle:text = \"visa\" }"},
    {"other", 0, "{ .session.id =~ \".*ff\" }"},
};

} // namespace

int main(int argc, char** argv) {
    const Options given(argc, argv);
    const uint64_t spans = given.number("--spans", 5'000'000);
    const int runs = static_cast<int>(given.number("--runs", 5));
    const Folder folder(given);
    const fs::path path = shopWorkspace(folder, spans);
    const auto workspace = Workspace::open(path, Workspace::Access::ReadOnly);
    const auto db = workspace->connect();
    traceql::Source source;
    source.table = workspace->table();
    source.db = db.get();
    std::vector<Measured> all;
    all.push_back({"the dictionary of attributes", [&] { source.attributes = AttributeDictionary::read(*db, source.table); }});
    int64_t sum = 0;
    all.push_back({"scan of one column", [&] {
                       for (uint32_t s = 0; s < source.table->segmentCount(); ++s)
                           if (source.table->hasSegment(s))
                               for (const int64_t duration : source.table->segmentAt(s).duration)
                                   sum += duration;
                   }});
    std::vector<uint64_t> found(std::size(kQueries));
    for (size_t i = 0; i < std::size(kQueries); ++i)
        all.push_back({kQueries[i].text, [&, i] {
                           traceql::ParseError error;
                           const auto query = traceql::parse(kQueries[i].text, error);
                           found[i] = evaluate(*query, source).spanCount;
                       }});
    interleave(all, runs);
    const double scale = static_cast<double>(source.table->spanCount()) / 5e6, scan = all[1].median();
    std::printf("%llu spans, %d runs; %s\n%-78s %8.1f ms\n%-78s %8.1f ms\n", static_cast<unsigned long long>(source.table->spanCount()), runs, indexWords(*db).c_str(),
                all[0].label.c_str(), all[0].median() * 1e3, all[1].label.c_str(), scan * 1e3);
    int notKept = sum == 0;
    for (size_t i = 0; i < std::size(kQueries); ++i) {
        const double ms = all[i + 2].median() * 1e3, bar = kQueries[i].bar * scale;
        const bool kept = bar <= 0 || ms <= bar;
        notKept += !kept;
        std::printf("%-9s %-68s %8.1f ms  %5.1f scans  %9llu found  %s\n", kQueries[i].kind, kQueries[i].text, ms, ms / scan / 1e3, static_cast<unsigned long long>(found[i]),
                    bar <= 0 ? "" : kept ? "kept" : "NOT KEPT");
    }
    return notKept;
}
