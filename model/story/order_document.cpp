#include "story/order_document.h"

#include "text/markdown.h"
#include "text/utf8.h"

#include <QByteArray>
#include <QCryptographicHash>
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

std::string html(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toHtmlEscaped().toStdString(); }

/// A part of a document that no stranger wrote.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --text: #1c1e21; --muted: #595f66; --line: #d5d8dc; --surface: #ffffff; --error: #b3261e; --warning: #8a5200; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e7e9; --muted: #a7adb5; --line: #3a3f45; --surface: #1b1d20; --error: #ff8a80; --warning: #ffb74d; } }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--text); background: var(--surface); max-width: 52em; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 20px; margin: 0 0 8px; overflow-wrap: anywhere; }
p { margin: 0 0 16px; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0 0 16px; }
dt, .clock, .label, footer { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
ol { list-style: none; margin: 0; padding: 0; }
li { border-left: 3px solid var(--line); padding: 4px 0 4px 12px; overflow-wrap: anywhere; }
li.failed { border-color: var(--error); }
li.waited, li.retried, li.open { border-color: var(--warning); }
.clock { font-variant-numeric: tabular-nums; margin-right: 8px; }
.label { margin-right: 8px; }
details ul { font-size: 12px; color: var(--muted); margin: 4px 0; padding-left: 16px; }
summary { cursor: pointer; }
footer { margin-top: 16px; font-size: 12px; }
@media print { @page { size: A4; margin: 14mm; } :root { --text: #000; --muted: #444; --line: #bbb; --surface: #fff; --error: #b3261e; --warning: #8a5200; }
  body { margin: 0; padding: 0; max-width: none; font-size: 9.5px; } h1 { font-size: 14px; } li { padding: 1px 0 1px 8px; break-inside: avoid; } summary { list-style: none; } details:not([open]) ul { display: none; } }
)";

std::string asHtml(const OrderPage& page, bool withDetail, TimeZone zone) {
    const QByteArray style(kStyle.data(), static_cast<qsizetype>(kStyle.size()));
    const std::string hash = QCryptographicHash::hash(style, QCryptographicHash::Sha256).toBase64().toStdString();
    const bool isCode = !page.language.empty() && std::all_of(page.language.begin(), page.language.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; });
    std::string out = "<!DOCTYPE html>\n<html lang=\"" + (isCode ? page.language : "en") + "\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" + hash + "'; base-uri 'none'; form-action 'none'\">\n";
    out += "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + html(page.title) + "</title>\n<style>";
    out += kStyle;
    out += "</style>\n</head>\n<body>\n<h1>" + html(page.title) + "</h1>\n<p>" + html(page.headline) + "</p>\n<dl>\n";
    for (const auto& figure : page.figures)
        out += "<dt>" + html(figure.label) + "</dt><dd dir=\"auto\">" + html(figure.value) + "</dd>\n";
    out += "</dl>\n<ol>\n";
    for (const auto& line : page.lines) {
        out += "<li class=\"" + std::string(kindName(line.kind)) + "\">";
        const std::string sentence = (line.clock.empty() ? std::string() : "<span class=\"clock\">" + html(line.clock) + "</span>") + "<span class=\"label\">" + html(line.label) + "</span><bdi>" + html(line.text) + "</bdi>";
        if (line.details.empty()) {
            out += sentence + "</li>\n";
            continue;
        }
        out += std::string("<details") + (withDetail ? " open" : "") + "><summary>" + sentence + "</summary><ul>";
        for (const auto& detail : line.details)
            out += "<li><bdi>" + html(detailText(detail, zone)) + "</bdi></li>";
        if (line.moreDetails > 0)
            out += "<li>" + formatCount(line.moreDetails) + " more</li>";
        out += "</ul></details></li>\n";
    }
    out += "</ol>\n<footer>";
    for (const std::string& note : page.notes)
        out += html(note) + "<br>";
    return out + "</footer>\n</body>\n</html>\n";
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
