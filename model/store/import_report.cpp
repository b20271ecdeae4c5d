#include "store/import_report.h"

#include "store/sqlite.h"
#include "store/table_columns.h"
#include "text/format.h"
#include "text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aisle {

namespace {

uint64_t total(const std::map<std::string, ReportLine>& lines) {
    uint64_t sum = 0;
    for (const auto& [reason, line] : lines)
        sum += line.count;
    return sum;
}

nlohmann::json linesToJson(const std::map<std::string, ReportLine>& lines) {
    nlohmann::json out = nlohmann::json::object();
    for (const auto& [reason, line] : lines) {
        auto& examples = out[reason]["examples"] = nlohmann::json::array();
        out[reason]["count"] = line.count;
        for (const Position& at : line.examples)
            examples.push_back({{"offset", at.offset}, {"record", at.record}});
    }
    return out;
}

std::map<std::string, ReportLine> linesFromJson(const nlohmann::json& json) {
    std::map<std::string, ReportLine> lines;
    if (!json.is_object())
        return lines;
    for (const auto& [reason, value] : json.items()) {
        ReportLine& line = lines[reason];
        line.count = value.value("count", uint64_t(0));
        for (const auto& at : value.value("examples", nlohmann::json::array()))
            line.examples.push_back({at.value("offset", uint64_t(0)), at.value("record", uint64_t(0))});
    }
    return lines;
}

std::string positions(const ReportLine& line) {
    std::string out;
    for (const Position& at : line.examples) {
        out += out.empty() ? " (" : "; ";
        if (at.record > 0)
            out += "record " + formatCount(at.record) + (at.offset > 0 ? ", " : "");
        if (at.offset > 0 || at.record == 0)
            out += "byte " + formatCount(at.offset);
    }
    if (!out.empty())
        out += line.count > line.examples.size() ? "; ...)" : ")";
    return out;
}

std::string counted(uint64_t count, const char* one) { return formatCount(count) + " " + one + (count == 1 ? "" : "s"); }

} // namespace

uint64_t ImportReport::skippedCount() const { return total(skipped); }
uint64_t ImportReport::repairedCount() const { return total(repaired); }
uint64_t ImportReport::ignoredCount() const {
    uint64_t sum = 0;
    for (const auto& [what, count] : ignored)
        sum += count;
    return sum;
}
uint64_t ImportReport::spansPerSecond() const {
    return seconds > 0 ? static_cast<uint64_t>(std::min(static_cast<double>(spansRead) / seconds, 1e15)) : 0;
}

ImportReport::Outcome ImportReport::outcome() const {
    if (removed)
        return Outcome::Removed;
    if (isRestOfFolder)
        return Outcome::InPart;
    return !succeeded() ? Outcome::Failed : !alreadyImported.empty() ? Outcome::AlreadyHere : lostSomething() ? Outcome::InPart : Outcome::Imported;
}

const char* ImportReport::words(Outcome outcome) {
    switch (outcome) {
    case Outcome::Failed: return "failed";
    case Outcome::InPart: return "in part";
    case Outcome::AlreadyHere: return "already here";
    case Outcome::Removed: return "removed";
    case Outcome::Imported: break;
    }
    return "imported";
}

std::string ImportReport::toJson() const {
    nlohmann::json json = {{"name", name},
                           {"path", path},
                           {"member", member},
                           {"modified", modified},
                           {"recordLimit", recordLimit},
                           {"unpackLimit", unpackLimit},
                           {"file", file},
                           {"contentHash", contentHash},
                           {"format", format},
                           {"formatReason", formatReason},
                           {"formatSaid", formatSaid},
                           {"columns", columns},
                           {"needsColumns", needsColumns},
                           {"container", container},
                           {"error", error},
                           {"isRestOfFolder", isRestOfFolder},
                           {"alreadyImported", alreadyImported},
                           {"bytes", bytes},
                           {"seconds", seconds},
                           {"spansPerSecond", spansPerSecond()},
                           {"spansRead", spansRead},
                           {"spansKept", spansKept},
                           {"duplicates", duplicates},
                           {"fragments", fragments},
                           {"traces", traces},
                           {"services", services},
                           {"logs", logs},
                           {"logsWithoutSpan", logsWithoutSpan},
                           {"orphans", orphans},
                           {"cycles", cycles},
                           {"unfinished", unfinished},
                           {"withoutStart", withoutStart},
                           {"negative", negative},
                           {"withoutId", withoutId},
                           {"skipped", linesToJson(skipped)},
                           {"repaired", linesToJson(repaired)},
                           {"ignored", ignored}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

ImportReport ImportReport::fromJson(const std::string& text) {
    ImportReport r;
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object())
        return r;
    try {
        r.name = json.value("name", "");
        r.path = json.value("path", "");
        r.member = json.value("member", "");
        r.modified = json.value("modified", int64_t(0));
        // A workspace may come from a stranger: no more than could be said on the command line.
        r.recordLimit = std::min(json.value("recordLimit", uint64_t(0)), uint64_t(4) << 30);
        r.unpackLimit = std::min(json.value("unpackLimit", uint64_t(0)), uint64_t(1) << 50);
        r.file = json.value("file", int64_t(0));
        r.contentHash = json.value("contentHash", "");
        r.format = json.value("format", "");
        r.formatReason = json.value("formatReason", "");
        r.formatSaid = json.value("formatSaid", false);
        r.columns = json.value("columns", "");
        r.needsColumns = json.value("needsColumns", false);
        r.container = json.value("container", "");
        r.error = json.value("error", "");
        r.isRestOfFolder = json.value("isRestOfFolder", false);
        r.alreadyImported = json.value("alreadyImported", "");
        r.bytes = json.value("bytes", uint64_t(0));
        r.seconds = std::clamp(json.value("seconds", 0.0), 0.0, 1e9); // a workspace may say anything
        r.spansRead = json.value("spansRead", uint64_t(0));
        r.spansKept = json.value("spansKept", uint64_t(0));
        r.duplicates = json.value("duplicates", uint64_t(0));
        r.fragments = json.value("fragments", uint64_t(0));
        r.traces = json.value("traces", uint64_t(0));
        r.services = json.value("services", uint64_t(0));
        r.logs = json.value("logs", uint64_t(0));
        r.logsWithoutSpan = json.value("logsWithoutSpan", uint64_t(0));
        r.orphans = json.value("orphans", uint64_t(0));
        r.cycles = json.value("cycles", uint64_t(0));
        r.unfinished = json.value("unfinished", uint64_t(0));
        r.withoutStart = json.value("withoutStart", uint64_t(0));
        r.negative = json.value("negative", uint64_t(0));
        r.withoutId = json.value("withoutId", uint64_t(0));
        r.skipped = linesFromJson(json.value("skipped", nlohmann::json::object()));
        r.repaired = linesFromJson(json.value("repaired", nlohmann::json::object()));
        const nlohmann::json left = json.value("ignored", nlohmann::json::object());
        for (const auto& [what, number] : left.items())
            r.ignored[what] = number.get<uint64_t>();
    } catch (const nlohmann::json::exception&) {
        // A report edited by hand: what could be read is shown.
    }
    return r;
}

std::vector<ReportNote> ImportReport::notes() const {
    std::vector<ReportNote> out;
    const auto add = [&](ReportNote::Kind kind, const std::string& words) { out.push_back({kind, printable(words)}); }; // may hold text of the input
    if (!format.empty())
        add(ReportNote::Plain, "format: " + format + (container.empty() ? "" : " in " + container) + " (" + formatReason + ")");
    if (!columns.empty())
        add(needsColumns ? ReportNote::Warning : ReportNote::Plain, "columns: " + mapOption(columns));
    if (!error.empty())
        add(isRestOfFolder ? ReportNote::Warning : ReportNote::Failure, (isRestOfFolder ? "" : "failed: ") + error);
    if (!alreadyImported.empty()) {
        add(ReportNote::Plain, "nothing added: the same content is already in the workspace as " + alreadyImported);
        return out;
    }
    if (format.empty())
        return out;
    add(ReportNote::Plain, counted(spansKept, "span") + ", " + counted(traces, "trace") + ", " + counted(services, "service") +
                               (logs > 0 ? ", " + counted(logs, "log record") : ""));
    add(ReportNote::Plain, "read " + counted(spansRead, "span") + " from " + formatBytes(bytes) + " in " +
                               formatDuration(static_cast<int64_t>(seconds * 1e9)) +
                               (seconds > 0 ? " (" + formatCount(spansPerSecond()) + " spans/s)" : ""));
    const auto note = [&](uint64_t count, const char* one, const char* many) {
        if (count > 0)
            add(ReportNote::Plain, formatCount(count) + (count == 1 ? one : many));
    };
    note(duplicates, " span is a copy of another and is hidden", " spans are copies of others and are hidden");
    note(fragments, " record was merged into the span it is a part of", " records were merged into the spans they are parts of");
    note(orphans, " span names a parent that is not in this workspace; it is shown under 'missing parent'",
         " spans name a parent that is not in this workspace; they are shown under 'missing parent'");
    note(cycles, " span would be its own ancestor; it is shown as a root", " spans would be their own ancestors; they are shown as roots");
    note(withoutStart, " span has no start, and no place on the time axis", " spans have no start, and no place on the time axis");
    note(unfinished, " span has no end", " spans have no end");
    note(negative, " span ends before it starts", " spans end before they start");
    note(withoutId, " span has no id", " spans have no id");
    if (logs > logsWithoutSpan)
        note(logs - logsWithoutSpan, " log record joined its span", " log records joined their spans");
    note(logsWithoutSpan, " log record belongs to no span of the workspace", " log records belong to no span of the workspace");
    for (const auto& [reason, line] : skipped)
        add(ReportNote::Warning, "skipped " + formatCount(line.count) + ": " + reason + positions(line));
    for (const auto& [reason, line] : repaired)
        add(ReportNote::Plain, "repaired " + formatCount(line.count) + ": " + reason + positions(line));
    for (const auto& [what, count] : ignored)
        add(ReportNote::Plain, "left out " + formatCount(count) + ": " + what);
    return out;
}

std::string ImportReport::toText() const {
    std::string out = printable(name) + "\n";
    for (const ReportNote& note : notes())
        out += "  " + note.words + "\n";
    return out;
}

std::string reportsToText(const std::vector<ImportReport>& reports) {
    std::string out;
    for (const ImportReport& report : reports)
        out += report.toText();
    return out;
}

std::string reportsToJson(const std::vector<ImportReport>& reports) {
    nlohmann::json json = nlohmann::json::array();
    for (const ImportReport& report : reports)
        json.push_back(nlohmann::json::parse(report.toJson()));
    return json.dump(2) + "\n";
}

Tabular tabulateReports(const std::vector<ImportReport>& reports) {
    Tabular table;
    table.columns = {{"file", "File", false}, {"result", "Result", false}, {"format", "Format", false}, {"why", "Why", false},
                     {"spans", "Spans", true}, {"traces", "Traces", true}, {"services", "Services", true}, {"copies", "Copies", true},
                     {"merged", "Merged", true}, {"logs", "Logs", true}, {"logs_without_span", "Logs without span", true},
                     {"repaired", "Repaired", true}, {"skipped", "Skipped", true}, {"left_out", "Left out", true},
                     {"bytes", "Size", true}, {"seconds", "Time", true}, {"spans_per_second", "Spans/s", true},
                     {"path", "Path", false}, {"columns", "Columns", false}};
    for (const ImportReport& r : reports) {
        table.rows.push_back({Cell(r.name), Cell(std::string(ImportReport::words(r.outcome()))), Cell(r.format), Cell(r.formatReason),
                              Cell::count(r.spansKept), Cell::count(r.traces), Cell::count(r.services), Cell::count(r.duplicates),
                              Cell::count(r.fragments), Cell::count(r.logs), Cell::count(r.logsWithoutSpan), Cell::count(r.repairedCount()),
                              Cell::count(r.skippedCount()), Cell::count(r.ignoredCount()), Cell(static_cast<int64_t>(r.bytes), formatBytes(r.bytes)),
                              Cell::real(r.seconds, formatDuration(static_cast<int64_t>(r.seconds * 1e9))), Cell::count(r.spansPerSecond()),
                              Cell(r.path), Cell(r.columns)});
    }
    return table;
}

std::vector<ImportReport> storedReports(Database& db) {
    std::vector<ImportReport> reports;
    for (Statement s = db.prepare("SELECT id, name, path, report, content_hash FROM file WHERE state = 'done' ORDER BY id"); s.step();) {
        ImportReport& report = reports.emplace_back(ImportReport::fromJson(std::string(s.text(3))));
        report.file = s.integer(0);
        report.name = s.text(1);
        report.path = s.text(2);
        report.contentHash = s.text(4);
    }
    return reports;
}

} // namespace aisle
