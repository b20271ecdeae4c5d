#include "story/order_document.h"

#include "text/html.h"
#include "text/markdown.h"
#include "text/utf8.h"

#include <QString>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aisle {

namespace {

// --- text

std::string asText(const OrderPage& page, bool withDetail, TimeZone zone) {
    std::string out = page.title + "\n\n" + page.headline + "\n\n";
    const auto widthOf = [](const std::string& text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).size(); };
    const auto padded = [&](const std::string& text, qsizetype width) { return text + std::string(static_cast<size_t>(std::max<qsizetype>(width - widthOf(text), 0)), ' '); };
    qsizetype label = 0, clock = 0, kind = 0;
    for (const auto& figure : page.figures)
        label = std::max(label, widthOf(figure.label));
    for (const auto& figure : page.figures)
        out += padded(figure.label, label) + "  " + figure.value + "\n";
    out += "\n";
    for (const auto& line : page.lines) {
        clock = std::max(clock, widthOf(line.clock));
        kind = std::max(kind, widthOf(line.label));
    }
    for (const auto& line : page.lines) {
        out += padded(line.clock, clock) + "  " + padded(line.label, kind) + "  " + line.text + "\n";
        if (!withDetail)
            continue;
        for (const auto& detail : line.details)
            out += "    " + detailText(detail, zone) + "\n";
        if (line.moreDetails > 0)
            out += "    " + formatCount(line.moreDetails) + " more\n";
    }
    out += "\n";
    for (const std::string& note : page.notes)
        out += note + "\n";
    return out;
}

// --- Markdown

std::string asMarkdown(const OrderPage& page, bool withDetail, TimeZone zone) {
    using Place = MarkdownPlace;
    std::string out = "# " + markdownText(page.title, Place::Line) + "\n\n" + markdownText(page.headline, Place::Line) + "\n\n";
    if (!page.figures.empty())
        out += "| | |\n|---|---|\n";
    for (const auto& figure : page.figures)
        out += "| " + markdownText(figure.label, Place::Cell) + " | " + markdownText(figure.value, Place::Cell) + " |\n";
    out += "\n";
    for (const auto& line : page.lines) {
        out += "- " + (line.clock.empty() ? std::string() : markdownText(line.clock, Place::Line) + " ") + "**" + markdownText(line.label, Place::Within) + "** " + markdownText(line.text, Place::Within) + "\n";
        if (!withDetail)
            continue;
        for (const auto& detail : line.details)
            out += "  - " + markdownText(detailText(detail, zone), Place::Line) + "\n";
        if (line.moreDetails > 0)
            out += "  - " + formatCount(line.moreDetails) + " more\n";
    }
    for (const std::string& note : page.notes)
        out += "\n" + markdownText(note, Place::Line) + "\n";
    return out;
}

// --- HTML

constexpr std::string_view kStyle = R"(
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0 0 16px; }
dt, .clock, .label { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
ol { list-style: none; margin: 0; padding: 0; }
li { border-left: 3px solid var(--line); padding: 4px 0 4px 12px; overflow-wrap: anywhere; }
li.failed { border-color: var(--error); }
li.waited, li.retried, li.open { border-color: var(--warning); }
.clock { font-variant-numeric: tabular-nums; margin-right: 8px; }
.label { margin-right: 8px; }
details ul { font-size: 12px; color: var(--muted); margin: 4px 0; padding-left: 16px; }
summary { cursor: pointer; }
@media print { li { padding: 1px 0 1px 8px; break-inside: avoid; } summary { list-style: none; } details:not([open]) ul { display: none; } }
)";

std::string asHtml(const OrderPage& page, bool withDetail, TimeZone zone) {
    std::string out = htmlPageHead(page.title, kStyle, page.language) + "<p>" + htmlText(page.headline) + "</p>\n<dl>\n";
    for (const auto& figure : page.figures)
        out += "<dt>" + htmlText(figure.label) + "</dt><dd dir=\"auto\">" + htmlText(figure.value) + "</dd>\n";
    out += "</dl>\n<ol>\n";
    for (const auto& line : page.lines) {
        out += "<li class=\"" + std::string(kindName(line.kind)) + "\">";
        const std::string sentence = (line.clock.empty() ? std::string() : "<span class=\"clock\">" + htmlText(line.clock) + "</span>") + "<span class=\"label\">" + htmlText(line.label) + "</span><bdi>" + htmlText(line.text) + "</bdi>";
        if (line.details.empty()) {
            out += sentence + "</li>\n";
            continue;
        }
        out += std::string("<details") + (withDetail ? " open" : "") + "><summary>" + sentence + "</summary><ul>";
        for (const auto& detail : line.details)
            out += "<li><bdi>" + htmlText(detailText(detail, zone)) + "</bdi></li>";
        if (line.moreDetails > 0)
            out += "<li>" + formatCount(line.moreDetails) + " more</li>";
        out += "</ul></details></li>\n";
    }
    out += "</ol>\n<footer>";
    for (const std::string& note : page.notes)
        out += htmlText(note) + "<br>";
    return out + "</footer>\n" + std::string(kHtmlPageEnd);
}

// --- JSON

std::string asJson(const OrderPage& page) {
    using Json = nlohmann::ordered_json;
    const auto timeOf = [](const std::optional<int64_t>& time) { return time ? Json(formatRfc3339(*time)) : Json(nullptr); };
    Json out = {{"title", page.title}, {"headline", page.headline}, {"figures", Json::array()}, {"sentences", Json::array()}, {"notes", page.notes}};
    for (const auto& figure : page.figures)
        out["figures"].push_back({{"label", figure.label}, {"value", figure.value}});
    for (const auto& line : page.lines) {
        Json sentence = {{"kind", kindName(line.kind)}, {"time", timeOf(line.time)}, {"text", line.text}, {"detail", Json::array()}};
        for (const auto& detail : line.details) {
            Json one = {{"trace_id", detail.traceId}};
            if (!detail.isTrace)
                one["span_id"] = detail.spanId;
            one["service"] = detail.service;
            one["operation"] = detail.operation;
            if (!detail.instance.empty())
                one["instance"] = detail.instance;
            one["start"] = timeOf(detail.start);
            one["duration_ns"] = detail.duration;
            if (detail.isTrace)
                one["spans"] = detail.spans;
            one["errors"] = detail.errors;
            sentence["detail"].push_back(std::move(one));
        }
        if (line.moreDetails > 0)
            sentence["more_detail"] = line.moreDetails;
        out["sentences"].push_back(std::move(sentence));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace

std::string orderDocument(const OrderPage& page, OrderForm form, bool withDetail, TimeZone zone) {
    switch (form) {
    case OrderForm::Text: return asText(page, withDetail, zone);
    case OrderForm::Markdown: return asMarkdown(page, withDetail, zone);
    case OrderForm::Html: return asHtml(page, withDetail, zone);
    case OrderForm::Json: return asJson(page);
    }
    return {};
}

} // namespace aisle
