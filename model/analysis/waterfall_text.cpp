#include "analysis/waterfall_text.h"

#include "analysis/span_marks.h"
#include "analysis/waterfall.h"
#include "text/format.h"

#include <algorithm>

namespace aisle {

std::vector<SpanWarning> spanWarnings(const SpanTable& table, Row row) {
    std::vector<SpanWarning> out;
    const auto add = [&](const char* word, std::string sentence, bool isNotice = false) {
        out.push_back({word, std::move(sentence), isNotice});
    };
    const uint8_t recorded = table.flags(row), derived = table.derivedFlags(row);
    if ((derived & kOrphan) != 0)
        add("missing parent",
            "Its parent " + toHex(table.parentId(row)) + " is in no file of this workspace.");
    if ((derived & kCycle) != 0)
        add("cycle",
            table.parentId(row) == table.id(row)
                ? "It names itself as its parent; it is shown as a root."
                : "Its chain of parents leads back to itself; the cycle was broken here and it is shown "
                  "as a root.");
    if ((recorded & kUnfinished) != 0)
        add("unfinished", "The file has no end for it, so its duration is not known.");
    if ((recorded & kNoStart) != 0)
        add("no start", "The file has no start time for it, so it has no place on the time axis.");
    if ((recorded & kNegative) != 0)
        add("ends before it starts",
            "It ends " + formatDuration(-table.duration(row)) +
                " before it starts; it is drawn as a point and left out of quantiles.");
    if ((recorded & kRepaired) != 0)
        add("repaired", "Part of the record could not be read as it was; the import report says what.");
    const Row parent = table.parent(row);
    const bool timed = (recorded & (kUnfinished | kNoStart | kNegative)) == 0;
    if (parent != kNoRow && timed && (table.flags(parent) & (kUnfinished | kNoStart | kNegative)) == 0) {
        const bool queued = (table.kind(parent) == Kind::Producer && table.kind(row) == Kind::Consumer) ||
                            (recorded & kFollowsFrom) != 0;
        if (table.start(row) < table.start(parent))
            add("starts before parent", "It starts " +
                                            formatDuration(table.start(parent) - table.start(row)) +
                                            " before its parent; the clocks of the two hosts may differ.");
        if (table.start(row) >= table.end(parent) && table.duration(parent) > 0)
            add("starts after parent",
                "It starts " + formatDuration(table.start(row) - table.end(parent)) +
                    " after its parent has ended, so the parent did not wait for it.",
                true);
        else if (table.end(row) > table.end(parent))
            add("outlives parent",
                "It ends " + formatDuration(table.end(row) - table.end(parent)) + " after its parent.",
                queued);
    }
    if ((derived & kServerHalf) != 0)
        add("shared id", "Client and server recorded this call under one span id; this is the server's half.",
            true);
    return out;
}

Tabular tabulate(const SpanTable& table, const Waterfall& waterfall, NodeIndex only) {
    // A chain of 100,000 spans would otherwise be 10 GB of spaces.
    constexpr uint32_t kMaxIndent = 40;
    Tabular out;
    out.columns = {{"name", "Operation", false},      {"service", "Service", false},
                   {"kind", "Kind", false},           {"start_offset_ns", "Start", true},
                   {"duration_ns", "Duration", true}, {"self_time_ns", "Self", true},
                   {"status", "Status", false},       {"flags", "Notes", false},
                   {"depth", "Depth", true},          {"span_id", "Span id", false}};
    if (waterfall.isOfSeveral())
        out.columns.push_back({"trace_id", "Trace id", false});
    const NodeIndex from = only == kNoNode ? 0 : only;
    const auto to = only == kNoNode ? static_cast<NodeIndex>(waterfall.nodes.size()) : only + 1;
    out.rows.reserve(to - from);
    const std::vector<Retry> repeated = only == kNoNode ? retries(table, waterfall) : std::vector<Retry>();
    size_t next = 0;
    uint32_t orphans = 0;
    bool indentCut = false;
    for (NodeIndex i = from; i < to; ++i) {
        const WaterfallNode& node = waterfall.nodes[i];
        const std::string indent(2 * std::min(node.depth, kMaxIndent), ' ');
        indentCut = indentCut || node.depth > kMaxIndent;
        std::vector<Cell> cells;
        cells.reserve(out.columns.size());
        const auto named = [&](std::string name) {
            Cell cell(name);
            cell.shown = indent + name;
            cells.push_back(std::move(cell));
        };
        if (const SiblingGroup* group = node.row == kNoRow ? waterfall.groupAt(i) : nullptr) {
            const Row first = waterfall.nodes[i + 1].row;
            named("x" + std::to_string(group->members) + " " + std::string(table.nameText(first)));
            cells.emplace_back(std::string(table.serviceText(first)));
            cells.emplace_back();
            cells.push_back(group->hasStart ? Cell::duration(group->start - waterfall.start) : Cell());
            cells.push_back(Cell::duration(group->total));
            cells.emplace_back();
            cells.emplace_back(group->errors > 0 ? counted(group->errors, "error", "errors") : std::string());
            cells.emplace_back("in all; longest " + formatDuration(table.duration(waterfall.nodes[group->longest].row)));
        } else if (node.row == kNoRow) {
            const MissingParent* missing = waterfall.missingAt(i);
            orphans += node.children;
            named("missing parent " + toHex(missing != nullptr ? missing->id : SpanId(0)));
            cells.resize(7);
            cells.emplace_back(std::string("not in this workspace"));
        } else {
            const Row row = node.row;
            named(std::string(table.nameText(row)));
            cells.emplace_back(std::string(table.serviceText(row)));
            cells.emplace_back(std::string(kindName(table.kind(row))));
            const uint8_t flags = table.flags(row);
            cells.push_back((flags & kNoStart) != 0 ? Cell()
                                                    : Cell::duration(table.start(row) - waterfall.start));
            cells.push_back((flags & kUnfinished) != 0 ? Cell() : Cell::duration(table.duration(row)));
            cells.push_back(Cell::duration(table.selfTime(row)));
            cells.emplace_back(table.isError(row) ? std::string("error")
                                                  : std::string(statusName(table.status(row))));
            std::string words;
            const auto note = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
            for (const SpanWarning& warning : spanWarnings(table, row))
                note(warning.word);
            if (const auto wait = queueWait(table, row))
                note("waited " + formatDuration(wait->to - wait->from));
            if (const auto legs = callLegs(table, waterfall, i))
                note("under way " + formatDuration(legs->request) + " + " + formatDuration(legs->response));
            while (next < repeated.size() && repeated[next].node < i)
                ++next;
            const uint32_t attempt = only != kNoNode ? attemptOf(table, waterfall, i) : next < repeated.size() && repeated[next].node == i ? repeated[next].attempt : 1;
            if (attempt > 1)
                note("attempt " + std::to_string(attempt));
            if (table.isError(row) && errorOrigin(table, waterfall, i) == i)
                note("error began here");
            cells.emplace_back(std::move(words));
        }
        cells.emplace_back(static_cast<int64_t>(node.depth));
        cells.emplace_back(node.row == kNoRow ? std::string() : toHex(table.id(node.row)));
        if (waterfall.isOfSeveral()) // what has no span is in the trace of what is below it
            cells.emplace_back(toHex(table.traceId(table.trace(waterfall.nodes[node.row == kNoRow ? waterfall.firstSpan(i) : i].row))));
        out.rows.push_back(std::move(cells));
    }
    if (orphans > 0)
        out.notes.push_back(formatCount(orphans) + (orphans == 1 ? " span names" : " spans name") +
                            " a parent that is in no file of this workspace; shown under 'missing parent'.");
    if (indentCut)
        out.notes.push_back("Deeper than " + std::to_string(kMaxIndent) +
                            " levels the indent stays the same; the depth column goes on.");
    return out;
}

} // namespace aisle
