// Details of a span.

#include "analysis/waterfall_text.h"
#include "details/details_content.h"
#include "query/field_condition.h"

namespace aisle {

namespace {

using Tone = DetailItem::Tone;

DetailItem line(std::string key, std::string value, Tone tone = Tone::Plain) {
    DetailItem item;
    item.key = std::move(key);
    item.value = std::move(value);
    item.tone = tone;
    return item;
}

DetailItem group(const char* name, bool startsOpen = true) {
    DetailItem item;
    item.key = name;
    item.startsOpen = startsOpen;
    return item;
}

void addAttributes(std::vector<DetailItem>& to, const AttributeList& attributes, std::optional<traceql::Scope> of = {}) {
    for (const AttributeValue& a : attributes) {
        DetailItem item = line(a.key, a.value);
        if (of)
            item.condition = traceql::conditionOf({*of, false, a.key}, a.type, a.value);
        if (a.key == "service.name")
            item.term = ScopeTerm{ScopeTerm::Kind::Service, a.value, {}, 0, 0};
        if (a.key == "exception.message" || a.key == "exception.type" || a.key == "error.type")
            item.tone = Tone::Error;
        to.push_back(std::move(item));
    }
}

void finish(DetailsContent& out, DetailItem item, uint64_t more) {
    if (more > 0)
        item.children.push_back(line(formatCount(more) + " more", "not shown here", Tone::Muted));
    if (item.children.empty())
        return;
    item.value = formatCount(item.children.size() - (more > 0 ? 1 : 0) + more);
    out.groups.push_back(std::move(item));
}

std::string spanWords(const SpanTable& table, Row row) {
    return std::string(table.serviceText(row)) + "  " + std::string(table.nameText(row));
}

/// After the span's start, or on the clock where the span has none.
std::string moment(int64_t time, std::optional<int64_t> start, TimeZone zone) {
    return start ? (time >= *start ? "+" : "") + formatDuration(time - *start)
                 : formatTime(time, zone, 6) + " " + zoneName(time, zone);
}

DetailItem events(const SpanDetails& details, std::optional<int64_t> start, TimeZone zone) {
    DetailItem out = group("Events");
    for (const SpanEvent& event : details.events) {
        const bool isException = event.name == "exception";
        DetailItem item =
            line(event.name, moment(event.time, start, zone),
                 isException ? Tone::Error : Tone::Plain);
        addAttributes(item.children, event.attributes);
        item.startsOpen = isException || details.events.size() <= 3;
        out.children.push_back(std::move(item));
    }
    return out;
}

DetailItem links(const SpanTable& table, const SpanDetails& details) {
    DetailItem out = group("Links");
    for (const SpanLinkDetails& link : details.links) {
        DetailItem item = line("links to",
                               link.target != kNoRow ? spanWords(table, link.target)
                                                     : "span " + link.spanId + " of trace " + link.traceId +
                                                           ", in no file of this workspace",
                               link.target != kNoRow ? Tone::Plain : Tone::Muted);
        if (link.target != kNoRow)
            item.target = Focus::onSpan(table, link.target);
        item.children.push_back(line("trace_id", link.traceId));
        item.children.push_back(line("span_id", link.spanId));
        if (!link.traceState.empty())
            item.children.push_back(line("trace_state", link.traceState));
        addAttributes(item.children, link.attributes);
        item.startsOpen = false;
        out.children.push_back(std::move(item));
    }
    for (const Row from : details.incoming) {
        if (from == details.row)
            continue;
        DetailItem item = line("linked from", spanWords(table, from));
        item.target = Focus::onSpan(table, from);
        out.children.push_back(std::move(item));
    }
    return out;
}

DetailItem logs(const SpanDetails& details, std::optional<int64_t> start, TimeZone zone) {
    DetailItem out = group("Logs");
    for (const SpanLog& log : details.logs) {
        std::string key = !log.severityText.empty() ? log.severityText
                          : !log.eventName.empty()  ? log.eventName
                                                    : "log";
        DetailItem item = line("body", log.body,
                               log.severity >= 17   ? Tone::Error
                               : log.severity >= 13 ? Tone::Warning
                                                    : Tone::Plain);
        item.shownKey = moment(log.time, start, zone) + "  " + key;
        if (!log.eventName.empty())
            item.children.push_back(line("event name", log.eventName));
        addAttributes(item.children, log.attributes);
        item.startsOpen = false;
        out.children.push_back(std::move(item));
    }
    return out;
}

DetailItem identifiers(const SpanTable& table, const SpanDetails& details) {
    const Row row = details.row;
    DetailItem out = group("Identifiers", false);
    const auto add = [&](const char* key, const char* shown, std::string value) -> DetailItem& {
        out.children.push_back(line(key, std::move(value)));
        out.children.back().shownKey = shown;
        return out.children.back();
    };
    DetailItem& trace = add("trace_id", "trace id", details.traceId);
    trace.term = ScopeTerm{ScopeTerm::Kind::Trace, toHex(table.traceId(table.trace(row))), {}, 0, 0};
    trace.target = Focus::onTrace(table.traceId(table.trace(row)));
    add("span_id", "span id", details.spanId);
    if (!details.parentId.empty()) {
        DetailItem& parent = add("parent_span_id", "parent span id", details.parentId);
        if (table.parent(row) != kNoRow)
            parent.target = Focus::onSpan(table, table.parent(row));
    }
    if (!details.traceState.empty())
        add("trace_state", "trace state", details.traceState);
    if (!details.file.empty())
        add("file", "file", details.file).term = ScopeTerm{ScopeTerm::Kind::File, details.file, {}, 0, 0};
    if ((table.flags(row) & kNoStart) == 0)
        add("start_ns", "start, ns since 1970", std::to_string(table.start(row)));
    add("duration_ns", "duration, ns", std::to_string(table.duration(row)));
    return out;
}

} // namespace

DetailsContent spanContent(const SpanTable& table, const SpanDetails& details, TimeZone zone) {
    const Row row = details.row;
    const TraceSummary& trace = table.summary(table.trace(row));
    const uint8_t flags = table.flags(row);
    DetailsContent out;
    out.what = "Span";
    out.title = table.nameText(row);
    out.service = table.serviceText(row);
    out.isError = table.isError(row);
    out.subtitle = out.service + " · " + std::string(kindName(table.kind(row))) + " · " +
                   (out.isError && table.status(row) != Status::Error
                        ? "error by its attributes"
                        : "status " + std::string(statusName(table.status(row))));
    if (!details.statusMessage.empty())
        out.facts.push_back({"Status message", details.statusMessage});
    const bool timed = (flags & (kUnfinished | kNegative)) == 0;
    if ((flags & kUnfinished) == 0)
        out.facts.push_back({"Duration", formatDuration(table.duration(row))});
    if (timed)
        out.facts.push_back(
            {"Self time",
             formatDuration(table.selfTime(row)) +
                 (table.duration(row) > 0 ? ", " + formatPercent(static_cast<double>(table.selfTime(row)) /
                                                                 static_cast<double>(table.duration(row)))
                                          : "")});
    if (timed && trace.duration > 0)
        out.facts.push_back({"Share of trace", formatPercent(static_cast<double>(table.duration(row)) /
                                                             static_cast<double>(trace.duration))});
    if ((flags & kNoStart) == 0) {
        out.facts.push_back(
            {"Start", formatTime(table.start(row), zone, 6) + " " + zoneName(table.start(row), zone)});
        out.facts.push_back({"In trace", "after " + formatDuration(table.start(row) - trace.start)});
    }
    for (const SpanWarning& warning : spanWarnings(table, row))
        (warning.isNotice ? out.notices : out.warnings).push_back(warning.sentence);
    uint64_t copies = details.moreMerged;
    for (const MergedRecord& merged : details.merged)
        copies += !merged.isFragment;
    if (copies > 0)
        out.notices.push_back(formatCount(copies) + (copies == 1 ? " copy" : " copies") +
                              " of this span, also in the files, " + (copies == 1 ? "is" : "are") +
                              " hidden.");
    if (!details.found)
        out.notices.push_back(
            "Its attributes are not written yet; they appear when the import has come so far.");

    DetailItem attributes = group("Attributes");
    addAttributes(attributes.children, details.attributes, traceql::Scope::Span);
    for (const MergedRecord& merged : details.merged)
        if (merged.isFragment)
            addAttributes(attributes.children, merged.attributes, traceql::Scope::Span);
    finish(out, std::move(attributes), 0);
    std::optional<int64_t> start;
    if ((flags & kNoStart) == 0)
        start = table.start(row);
    finish(out, events(details, start, zone), details.moreEvents);
    finish(out, links(table, details), details.moreLinks + details.moreIncoming);
    finish(out, logs(details, start, zone), details.moreLogs);
    DetailItem resource = group("Resource", false);
    addAttributes(resource.children, details.resource, traceql::Scope::Resource);
    if (!details.resourceSchema.empty())
        resource.children.push_back(line("schema_url", details.resourceSchema, Tone::Muted));
    finish(out, std::move(resource), 0);
    DetailItem scope = group("Instrumentation scope", false);
    if (!details.scopeName.empty())
        scope.children.push_back(line("name", details.scopeName));
    if (!details.scopeVersion.empty())
        scope.children.push_back(line("version", details.scopeVersion));
    addAttributes(scope.children, details.scope, traceql::Scope::Instrumentation);
    finish(out, std::move(scope), 0);
    finish(out, identifiers(table, details), 0);

    out.terms = {{"service " + out.service, {ScopeTerm::Kind::Service, out.service, {}, 0, 0}},
                 {"operation " + out.title, {ScopeTerm::Kind::Name, out.title, {}, 0, 0}},
                 {"this trace", {ScopeTerm::Kind::Trace, toHex(table.traceId(table.trace(row))), {}, 0, 0}}};
    out.targets = {{"trace", Focus::onTrace(table.traceId(table.trace(row)))},
                   {"service " + out.service, Focus::onService(out.service)}};
    if (table.parent(row) != kNoRow)
        out.targets.emplace_back("parent span", Focus::onSpan(table, table.parent(row)));
    return out;
}

} // namespace aisle
