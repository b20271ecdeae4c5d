// The list of formats. A new one is two lines here.

#include "importer.h"
#include "json/json_probe.h"

#include <algorithm>
#include <array>

namespace aisle {

extern const Format kOtlpJson;
extern const Format kOtlpProto;
extern const Format kJaegerJson;
extern const Format kJaegerEs;
extern const Format kJaegerModel;
extern const Format kZipkinV1;
extern const Format kZipkinV2;
extern const Format kChromeTrace;
extern const Format kCsvSpans;
extern const Format kAppInsights;
extern const Format kHoneycomb;
extern const Format kNewRelic;
extern const Format kTempoSearch;
extern const Format kSkywalking;
extern const Format kGcloudTrace;
extern const Format kDatadog;
extern const Format kXray;
extern const Format kElasticIntake;
extern const Format kElasticEs;
extern const Format kSentry;

std::span<const Format> formats() {
    // In the order in which ties are broken.
    static const std::array all{kOtlpJson,  kOtlpProto,     kJaegerJson, kJaegerEs,    kJaegerModel, kZipkinV1, kZipkinV2,
                                kTempoSearch, kDatadog,     kXray,       kElasticIntake, kElasticEs, kSkywalking, kSentry,
                                kGcloudTrace, kChromeTrace, kAppInsights, kHoneycomb,   kNewRelic,    kCsvSpans};
    return all;
}

namespace {

struct Magic {
    std::string_view bytes;
    std::string_view what;
};

using namespace std::string_view_literals;

constexpr Magic kMagics[] = {
    {"\x89PNG"sv, "a PNG image"},
    {"\xff\xd8\xff"sv, "a JPEG image"},
    {"GIF8"sv, "a GIF image"},
    {"%PDF"sv, "a PDF document"},
    {"\x7f"
     "ELF"sv,
     "an ELF binary"},
    {"MZ"sv, "a Windows program"},
    {"\xca\xfe\xba\xbe"sv, "a Java class or Mach-O binary"},
    {"PAR1"sv, "a Parquet file"},
    {"ARROW1"sv, "an Arrow file"},
    {"7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive, which Aisle does not unpack"},
    {"Rar!"sv, "a RAR archive, which Aisle does not unpack"},
    {"STEF"sv, "a STEF file"},
    {"\xd4\xc3\xb2\xa1"sv, "a network capture"},
    {"\x0a\x0d\x0d\x0a"sv, "a network capture"},
    {"<!DOCTYPE html"sv, "an HTML page"},
    {"<html"sv, "an HTML page"},
    {"<?xml"sv, "an XML document"},
};

std::string formatNames() {
    std::string names;
    for (const Format& format : formats()) {
        if (!names.empty())
            names += ", ";
        names += format.name;
    }
    return names;
}

/// Keys of a stranger's file, for a sentence: short, printable, at most eight.
std::string keyList(const std::vector<std::string>& keys) {
    std::string list;
    size_t count = 0;
    for (const std::string& key : keys) {
        if (count++ == 8) {
            list += ", ...";
            break;
        }
        if (!list.empty())
            list += ", ";
        for (const char c : std::string_view(key).substr(0, 40))
            list += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f ? '?' : c;
    }
    return list;
}

std::string looksLike(const InputHead& input) {
    const std::string_view head = input.text();
    if (head.empty())
        return "It is empty";
    if (head.starts_with("SQLite format 3"))
        return "It is a workspace or another SQLite database, not a trace file; open it, or use aisle show";
    for (const Magic& magic : kMagics)
        if (head.starts_with(magic.bytes))
            return "It looks like " + std::string(magic.what) + ", not a trace file";
    const std::string_view start = head.substr(0, 4096);
    const auto odd = std::count_if(start.begin(), start.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\x1b';
    });
    const JsonProbe& probe = input.probe();
    if (odd == 0 && probe.isJson()) {
        std::string reason = "This is JSON, but none of the trace formats Aisle reads (" + formatNames() + ")";
        if (!probe.topKeys().empty())
            reason += ": its top-level keys are " + keyList(probe.topKeys());
        return reason;
    }
    if (odd != 0)
        return "It is binary data of a kind Aisle does not know; the trace formats it reads are " + formatNames();
    return "It is text, but none of the trace formats Aisle reads (" + formatNames() + ")";
}

} // namespace

InputHead::InputHead(std::string_view text, bool complete) : m_text(text), m_complete(complete) {}

InputHead::~InputHead() = default;

const JsonProbe& InputHead::probe() const {
    if (!m_probe)
        m_probe = std::make_unique<const JsonProbe>(m_text);
    return *m_probe;
}

const Format* detectFormat(const InputHead& head, std::string& reason) {
    const Format* best = nullptr;
    Claim claimed;
    std::string refusal;
    for (const Format& format : formats()) {
        Claim claim = format.sniff(head);
        if (claim.confidence > claimed.confidence) {
            claimed = std::move(claim);
            best = &format;
        } else if (claim.confidence == Claim::No && !claim.reason.empty() && refusal.empty()) {
            refusal = std::move(claim.reason);
        }
    }
    if (best)
        reason = claimed.reason;
    else if (!refusal.empty())
        reason = "It holds " + refusal;
    else
        reason = looksLike(head);
    return best;
}

} // namespace aisle
