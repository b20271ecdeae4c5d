#include "text/html.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QString>

#include <algorithm>

namespace aisle {

namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --text: #1c1e21; --muted: #595f66; --line: #d5d8dc; --surface: #ffffff; --error: #b3261e; --warning: #8a5200; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e7e9; --muted: #a7adb5; --line: #3a3f45; --surface: #1b1d20; --error: #ff8a80; --warning: #ffb74d; } }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--text); background: var(--surface); max-width: 52em; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 20px; margin: 0 0 8px; overflow-wrap: anywhere; }
p { margin: 0 0 16px; overflow-wrap: anywhere; }
footer { color: var(--muted); margin-top: 16px; font-size: 12px; }
@media print { @page { size: A4; margin: 14mm; } :root { --text: #000; --muted: #444; --line: #bbb; --surface: #fff; --error: #b3261e; --warning: #8a5200; }
  body { margin: 0; padding: 0; max-width: none; font-size: 9.5px; } h1 { font-size: 14px; } }
)";

} // namespace

std::string htmlText(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toHtmlEscaped().toStdString(); }

std::string htmlPageHead(std::string_view title, std::string_view style, std::string_view language) {
    const std::string whole = std::string(kStyle) + std::string(style);
    const std::string hash = QCryptographicHash::hash(QByteArray::fromStdString(whole), QCryptographicHash::Sha256).toBase64().toStdString();
    const bool isCode = !language.empty() && std::all_of(language.begin(), language.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; });
    const std::string name = htmlText(title);
    return "<!DOCTYPE html>\n<html lang=\"" + std::string(isCode ? language : "en") + "\">\n<head>\n<meta charset=\"utf-8\">\n" +
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" + hash + "'; base-uri 'none'; form-action 'none'\">\n" +
           "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + name + "</title>\n<style>" + whole +
           "</style>\n</head>\n<body>\n<h1>" + name + "</h1>\n";
}

} // namespace aisle
