#include "story/failure_teller.h"

#include "analysis/saturating.h"
#include "analysis/span_marks.h"
#include "story/story_values.h"
#include "text/format.h"

#include <algorithm>
#include <map>
#include <utility>

namespace aisle {

namespace {

/// The innermost first; their consequences are told with them.
std::vector<Row> untoldErrors(StoryWriter& out, const ToldTrace& trace) {
    const std::vector<Row> outer = consequences(out, trace);
    out.told.insert(outer.begin(), outer.end());
    std::vector<Row> rows;
    for (const Row row : trace.errors)
        if (!out.told.contains(row))
            rows.push_back(row);
    if (rows.empty())
        return rows;
    const Row origin = *std::max_element(rows.begin(), rows.end(), [&](Row a, Row b) { return out.table.depth(a) < out.table.depth(b); });
    std::stable_partition(rows.begin(), rows.end(), [&](Row row) { return row == origin; });
    return rows;
}

} // namespace

void tellRetries(StoryWriter& out, const ToldTrace& trace, const StopToken& stop) {
    std::map<std::pair<std::string_view, std::string_view>, std::vector<Row>> again; // by service and name
    for (const Retry& retry : retries(out.table, trace.tree, stop))
        if (const Row row = trace.tree.nodes[retry.node].row; row != kNoRow)
            again[{out.table.serviceText(row), out.table.nameText(row)}].push_back(row);
    for (auto& [what, rows] : again) {
        const uint64_t count = rows.size();
        const int64_t time = out.table.start(rows.front());
        const StoryValue operation = out.operationOf("what", rows.front(), "unknown.what");
        out.sayPattern(StoryKind::Retried, out.words.text("retried.inside", count), {operation, own("count", formatCount(count))}, std::move(rows), time);
    }
}

std::vector<Row> consequences(const StoryWriter& out, const ToldTrace& trace) {
    std::unordered_set<Row> above;
    for (const Row row : trace.errors)
        if (out.told.contains(row)) {
            int steps = 1000;
            for (Row up = out.table.parent(row); up != kNoRow && steps-- > 0 && above.insert(up).second; up = out.table.parent(up)) {
            }
        }
    std::vector<Row> rows;
    for (const Row row : trace.errors)
        if (above.contains(row) && !out.told.contains(row))
            rows.push_back(row);
    return rows;
}

bool tellFailedStage(StoryWriter& out, const ToldTrace& trace, const FulfilmentLog::Visit& visit, const StoryTemplates::Step* step, const std::string& noun, size_t from, const StopToken& stop) {
    const auto tellsFailure = [&](const StorySentence& one) { return one.kind == StoryKind::Failed || (one.kind == StoryKind::Charged && out.hasFailed(one.rows.front())); };
    if (step == nullptr || step->failed.empty() || std::any_of(out.sentences.begin() + static_cast<std::ptrdiff_t>(from), out.sentences.end(), tellsFailure))
        return false;
    std::vector<Row> rows = untoldErrors(out, trace);
    const int64_t time = rows.empty() ? visit.end : out.table.start(rows.front());
    if (rows.empty())
        rows.push_back(visit.row);
    const StoryValue reason = trace.reasons->ofRequest(visit.row, rows, stop);
    out.sayPattern(StoryKind::Failed, step->failed, {ofStage("stage", noun), ofStage("page", noun), own("time", formatDuration(timeBetween(visit.start, visit.end))), reason}, std::move(rows), time);
    return true;
}

void tellFailures(StoryWriter& out, const ToldTrace& trace, std::string_view key, const StopToken& stop) {
    std::vector<Row> rows = untoldErrors(out, trace);
    if (rows.empty())
        return;
    const Row origin = rows.front();
    const StoryValue what = out.operationOf("what", origin, "unknown.what"), reason = trace.reasons->of(rows, stop);
    out.say(StoryKind::Failed, key, {what, reason}, std::move(rows), out.table.start(origin));
}

} // namespace aisle
