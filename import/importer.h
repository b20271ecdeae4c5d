#pragma once
// A format Aisle reads: a descriptor with a pure decision (sniff) and a stateful reader (Importer).
// A new format is one file in format/ and one line in registry.cpp.

#include "input/byte_source.h"
#include "store/span_sink.h"

#include <map>
#include <memory>
#include <span>
#include <set>
#include <string>
#include <string_view>

namespace aisle {

struct CsvMapping;

/// How sure a format is that the head of an input is its own, and why in words for the report.
struct Claim {
    enum Confidence { No, Maybe, Yes } confidence = No;
    std::string reason;
};

struct Format;

/// What a user can say of an import.
struct ImportLimits {
    uint64_t recordBytes = 64ULL << 20; ///< a larger record is skipped and reported with its offset
    uint64_t unpackBytes = kUnpackBytes; ///< a packed input that grows beyond it may be cut off (byte_source.h)
    const Format* format = nullptr; ///< what the inputs are; null: found by their content
    std::set<std::string> members; ///< only these of an archive, by their path within it; empty: all
    std::shared_ptr<const CsvMapping> csvMapping; ///< columns of a span table; null: as saved, or guessed
    std::shared_ptr<const std::map<std::string, CsvMapping>> savedMappings; ///< by csvSignature() of a header; may be null
};

class Importer {
public:
    virtual ~Importer() = default;
    /// Reads `input` to its end and hands everything over to `sink`. A bad record is skipped or repaired and
    /// said to the sink; only what makes the whole input unreadable throws ImportError. Throws Cancelled
    /// out of ByteSource::read.
    virtual void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) = 0;
};

class JsonProbe;

/// The first 64 KiB of an input after decompression, or all when shorter, as the formats look at it. The text is
/// borrowed.
class InputHead {
public:
    InputHead(std::string_view text, bool complete);
    ~InputHead();
    std::string_view text() const { return m_text; }
    bool isComplete() const { return m_complete; } ///< it is the whole input
    /// Its key paths where it is JSON; worked out once, when the first format asks.
    const JsonProbe& probe() const;

private:
    std::string_view m_text;
    bool m_complete;
    mutable std::unique_ptr<const JsonProbe> m_probe;
};

struct Format {
    std::string_view id;          ///< as in --format: "otlp-json"
    std::string_view name;        ///< "OTLP JSON"
    std::string_view description; ///< one line for `aisle formats`
    std::string_view patterns;    ///< usual file names, for the open dialog: "*.json *.jsonl"
    Claim (*sniff)(const InputHead& head);
    std::unique_ptr<Importer> (*create)();
};

/// All formats, in the order in which ties are broken.
std::span<const Format> formats();

/// The one format that claims the head best; null with `reason` saying in words what the input looks like
/// when none does.
const Format* detectFormat(const InputHead& head, std::string& reason);

} // namespace aisle
