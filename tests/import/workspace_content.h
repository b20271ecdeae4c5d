#pragma once
// A workspace as records to compare: what was imported, and what was exported and imported again. Read without replay(),
// which exports are made of.

#include "format/ids_text.h"
#include "store/attribute_json.h"
#include "store/span_reader.h"
#include "store/workspace.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisle::test {

struct ContextContent {
    AttributeList resource, scope;
    std::string schema, scopeName, scopeVersion;
};
using ContextPtr = std::shared_ptr<const ContextContent>;

/// An id as it is shown, and as a number in hex.
struct IdContent {
    std::string text, number;
};

struct LinkContent {
    IdContent trace, span;
    std::string traceState;
    AttributeList attributes;
};

struct SpanContent {
    IdContent trace, span, parent;
    ContextPtr context;
    std::string name, statusMessage, traceState;
    Kind kind = Kind::Unspecified;
    Status status = Status::Unset;
    int64_t start = 0, duration = 0;
    uint8_t flags = 0;
    AttributeList attributes;
    std::vector<SpanEvent> events;
    std::vector<LinkContent> links;
};

struct LogContent {
    IdContent trace, span;
    ContextPtr context;
    std::string severityText, eventName, body;
    int64_t time = 0, severity = 0;
    ValueType bodyType = ValueType::String;
    AttributeList attributes;
};

struct Content {
    std::vector<SpanContent> spans;
    std::vector<LogContent> logs;
};

enum class Copies { LeftOut, Included };

/// One spelling: what is another number or list has another.
inline std::string plain(ValueType type, const std::string& value) {
    if (type == ValueType::Double)
        return nlohmann::json(std::strtod(value.c_str(), nullptr)).dump();
    if (type == ValueType::Array || type == ValueType::Map) {
        const auto json = nlohmann::ordered_json::parse(value, nullptr, false);
        return json.is_discarded() ? value : json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    }
    if (type == ValueType::Bytes)
        if (const auto bytes = bytesFromBase64(value)) {
            std::string out;
            appendBase64(out, *bytes);
            return out;
        }
    return value;
}

inline std::string text(AttributeList attributes) {
    std::vector<std::string> lines;
    for (const AttributeValue& a : attributes)
        lines.push_back(a.key + "=" + std::to_string(static_cast<int>(a.type)) + ":" + plain(a.type, a.value));
    std::sort(lines.begin(), lines.end());
    std::string out = "{";
    for (const std::string& line : lines)
        out += line + ", ";
    return out + "}";
}

/// Reads the tables in whole passes, with the dictionary in memory.
class ContentReader {
public:
    explicit ContentReader(Workspace& workspace) : db_(workspace.connect()), table_(workspace.table()) {
        std::unordered_map<int64_t, std::string> strings;
        for (Statement s = db_->prepare("SELECT id, text FROM string"); s.step();)
            strings[s.integer(0)] = s.text(1);
        for (Statement s = db_->prepare("SELECT id, key, type, value FROM attribute"); s.step();)
            pairs_[s.integer(0)] = {strings[s.integer(1)], static_cast<ValueType>(s.integer(2)), std::string(s.text(3))};
        for (Statement s = db_->prepare("SELECT id, text FROM id_text"); s.step();)
            idTexts_[std::string(s.blob(0))] = s.text(1);
        strings_ = std::move(strings);
        for (Statement s = db_->prepare("SELECT id, resource, coalesce(schema_url, ''), coalesce(scope_name, ''), coalesce(scope_version, ''), "
                                        "scope FROM context");
             s.step();) {
            contexts_[s.integer(0)] = std::make_shared<ContextContent>(ContextContent{
                attributes(s.text(1)), attributes(s.text(5)), std::string(s.text(2)), std::string(s.text(3)), std::string(s.text(4))});
        }
    }

    Content read(Copies copies) {
        Content content;
        std::unordered_map<Row, size_t> at;
        for (Statement s = db_->prepare("SELECT row, attributes, coalesce(status_message, ''), coalesce(trace_state, '') FROM span "
                                        "JOIN file f ON row >= f.first_row AND row < f.first_row + f.rows AND f.state = 'done' ORDER BY row");
             s.step();) {
            const auto row = static_cast<Row>(s.integer(0));
            if ((table_->derivedFlags(row) & (kHidden | kFragment)) == kHidden && copies == Copies::LeftOut)
                continue;
            at[row] = content.spans.size();
            span(row, s, content.spans.emplace_back());
        }
        for (Statement s = db_->prepare("SELECT row, time, name, attributes FROM event ORDER BY row, n"); s.step();)
            if (const auto found = at.find(static_cast<Row>(s.integer(0))); found != at.end())
                content.spans[found->second].events.push_back({s.integer(1), strings_[s.integer(2)], attributes(s.text(3))});
        for (Statement s = db_->prepare("SELECT row, high, low, span_id, coalesce(trace_state, ''), attributes FROM link ORDER BY row, n"); s.step();) {
            const auto found = at.find(static_cast<Row>(s.integer(0)));
            if (found == at.end())
                continue;
            content.spans[found->second].links.push_back(
                {idOf({static_cast<uint64_t>(s.integer(1)), static_cast<uint64_t>(s.integer(2))}), idOf(static_cast<SpanId>(s.integer(3))),
                 std::string(s.text(4)), attributes(s.text(5))});
        }
        logs(content);
        return content;
    }

private:
    void span(Row row, const Statement& s, SpanContent& out) {
        out.trace = idOf(table_->traceId(table_->trace(row)));
        out.span = idOf(table_->id(row));
        if (table_->parentId(row) != 0)
            out.parent = idOf(table_->parentId(row));
        out.context = contexts_[table_->context(row)];
        out.attributes = attributes(s.text(1));
        out.statusMessage = s.text(2);
        out.traceState = s.text(3);
        out.name = table_->nameText(row);
        out.kind = table_->kind(row);
        out.status = table_->status(row);
        out.start = table_->start(row);
        out.duration = table_->duration(row);
        out.flags = static_cast<uint8_t>(table_->flags(row) & ~kHasSideRecords);
    }

    void logs(Content& content) {
        for (Statement s = db_->prepare("SELECT l.high, l.low, l.span_id, l.time, l.severity, coalesce(l.severity_text, ''), coalesce(l.event_name, ''), "
                                        "l.body_type, l.body, l.attributes, l.context FROM log l JOIN file f ON f.id = l.file AND f.state = 'done'");
             s.step();) {
            LogContent& l = content.logs.emplace_back();
            l.trace = idOf({static_cast<uint64_t>(s.integer(0)), static_cast<uint64_t>(s.integer(1))});
            l.span = idOf(static_cast<SpanId>(s.integer(2)));
            l.time = s.integer(3);
            l.severity = s.integer(4);
            l.severityText = s.text(5);
            l.eventName = s.text(6);
            l.bodyType = static_cast<ValueType>(s.integer(7));
            l.body = s.text(8);
            l.attributes = attributes(s.text(9));
            l.context = contexts_[s.integer(10)];
        }
    }

    AttributeList attributes(std::string_view json) {
        AttributeList out;
        forEachAttribute(
            json, [&](uint32_t id) { out.push_back(pairs_.at(id)); },
            [&](uint32_t key, ValueType type, std::string_view quoted) { out.push_back({strings_.at(key), type, unquoteJson(quoted)}); });
        return out;
    }

    IdContent idOf(TraceId id) const { return {textOf(id, toHex(id)), toHex(id)}; }
    IdContent idOf(SpanId id) const { return {textOf({0, id}, toHex(id)), toHex(id)}; }
    std::string textOf(TraceId id, const std::string& hex) const {
        std::string bytes(16, '\0');
        for (size_t i = 0; i < 8; ++i) {
            bytes[i] = static_cast<char>(id.high >> (56 - 8 * i));
            bytes[8 + i] = static_cast<char>(id.low >> (56 - 8 * i));
        }
        const auto found = idTexts_.find(bytes);
        return found != idTexts_.end() ? found->second : hex;
    }

    std::unique_ptr<Database> db_;
    SpanTablePtr table_;
    std::unordered_map<int64_t, std::string> strings_;
    std::unordered_map<int64_t, AttributeValue> pairs_;
    std::unordered_map<int64_t, ContextPtr> contexts_;
    std::unordered_map<std::string, std::string> idTexts_;
};

/// Visible spans and fragments, with or without copies; all log records.
inline Content contentOf(Workspace& workspace, Copies copies) { return ContentReader(workspace).read(copies); }

/// One line per record, sorted; numbers and lists in one spelling.
inline std::vector<std::string> linesOf(const Content& content) {
    std::unordered_map<const ContextContent*, std::string> contexts;
    const auto contextText = [&](const ContextPtr& context) -> const std::string& {
        std::string& known = contexts[context.get()];
        if (known.empty())
            known = context == nullptr ? " no context"
                                       : " resource " + text(context->resource) + " schema " + context->schema + " scope " + context->scopeName +
                                             " " + context->scopeVersion + " " + text(context->scope);
        return known;
    };
    std::vector<std::string> lines;
    for (const SpanContent& s : content.spans) {
        std::string line = "span " + s.trace.text + " " + s.span.text + " parent " + s.parent.text + " \"" + s.name + "\" " + std::string(kindName(s.kind)) +
                           " " + std::string(statusName(s.status)) + " \"" + s.statusMessage + "\" state \"" + s.traceState + "\" " +
                           std::to_string(s.start) + "+" + std::to_string(s.duration) + " flags " + std::to_string(s.flags) + contextText(s.context) +
                           " attributes " + text(s.attributes);
        for (const SpanEvent& event : s.events)
            line += " event " + std::to_string(event.time) + " \"" + event.name + "\" " + text(event.attributes);
        for (const LinkContent& link : s.links)
            line += " link " + link.trace.text + " " + link.span.text + " \"" + link.traceState + "\" " + text(link.attributes);
        lines.push_back(std::move(line));
    }
    for (const LogContent& l : content.logs)
        lines.push_back("log " + l.trace.text + " " + l.span.text + " " + std::to_string(l.time) + " " + std::to_string(l.severity) + " " + l.severityText +
                        " " + l.eventName + " " + std::to_string(static_cast<int>(l.bodyType)) + ":" + plain(l.bodyType, l.body) + " " + text(l.attributes) +
                        contextText(l.context));
    std::sort(lines.begin(), lines.end());
    return lines;
}

} // namespace aisle::test
