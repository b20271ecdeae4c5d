#include "store/import_report.h"

#include "text/format.h"
#include "text/utf8.h"

#include <nlohmann/json.hpp>

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

void appendLines(std::string& out, const char* verb, const std::map<std::string, ReportLine>& lines) {
    for (const auto& [reason, line] : lines) {
        out += "  " + std::string(verb) + " " + formatCount(line.count) + ": " + printable(reason);
        const char* separator = " (";
        for (const Position& at : line.examples) {
            out += separator;
            if (at.record > 0)
                out += "record " + formatCount(at.record) + (at.offset > 0 ? ", " : "");
            if (at.offset > 0 || at.record == 0)
                out += "byte " + formatCount(at.offset);
            separator = "; ";
        }
        if (!line.examples.empty())
            out += line.count > line.examples.size() ? "; ...)" : ")";
        out += "\n";
    }
}

} // namespace

uint64_t ImportReport::skippedCount() const { return total(skipped); }
uint64_t ImportReport::repairedCount() const { return total(repaired); }

std::string ImportReport::toJson() const {
    nlohmann::json json = {{"name", name},
                           {"format", format},
                           {"formatReason", formatReason},
                           {"container", container},
                           {"error", error},
                           {"alreadyImported", alreadyImported},
                           {"bytes", bytes},
                           {"seconds", seconds},
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
        r.format = json.value("format", "");
        r.formatReason = json.value("formatReason", "");
        r.container = json.value("container", "");
        r.error = json.value("error", "");
        r.alreadyImported = json.value("alreadyImported", "");
        r.bytes = json.value("bytes", uint64_t(0));
        r.seconds = json.value("seconds", 0.0);
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

std::string ImportReport::toText() const {
    std::string out = printable(name) + "\n"; // names and reasons hold text of the input
    if (!format.empty())
        out += "  format: " + format + (container.empty() ? "" : " in " + container) + " (" + printable(formatReason) + ")\n";
    if (!error.empty())
        out += "  failed: " + printable(error) + "\n";
    if (!alreadyImported.empty()) {
        out += "  nothing added: the same content is already in the workspace as " + printable(alreadyImported) + "\n";
        return out;
    }
    if (format.empty())
        return out;
    const auto counted = [](uint64_t count, const char* one) { return formatCount(count) + " " + one + (count == 1 ? "" : "s"); };
    out += "  " + counted(spansKept, "span") + ", " + counted(traces, "trace") + ", " + counted(services, "service") +
           (logs > 0 ? ", " + counted(logs, "log record") : "") + "\n";
    out += "  read " + counted(spansRead, "span") + " from " + formatBytes(bytes) + " in " +
           formatDuration(static_cast<int64_t>(seconds * 1e9));
    if (seconds > 0)
        out += " (" + formatCount(static_cast<uint64_t>(static_cast<double>(spansRead) / seconds)) + " spans/s)";
    out += "\n";
    const auto note = [&](uint64_t count, const char* one, const char* many) {
        if (count > 0)
            out += "  " + formatCount(count) + (count == 1 ? one : many) + "\n";
    };
    note(duplicates, " span is a copy of another and is hidden", " spans are copies of others and are hidden");
    note(fragments, " record was merged into the span it is a part of", " records were merged into the spans they are parts of");
    note(orphans, " span names a parent that is not in this workspace; it is shown under 'missing parent'",
         " spans name a parent that is not in this workspace; they are shown under 'missing parent'");
    note(cycles, " span would be its own ancestor; it is shown as a root", " spans would be their own ancestors; they are shown as roots");
    note(unfinished, " span has no end", " spans have no end");
    note(negative, " span ends before it starts", " spans end before they start");
    note(withoutId, " span has no id", " spans have no id");
    note(logsWithoutSpan, " log record belongs to no span of the workspace", " log records belong to no span of the workspace");
    appendLines(out, "skipped", skipped);
    appendLines(out, "repaired", repaired);
    for (const auto& [what, count] : ignored)
        out += "  left out " + formatCount(count) + ": " + what + "\n";
    return out;
}

} // namespace aisle
