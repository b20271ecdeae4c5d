// What users write, and what stands for a selection: scopes and column mappings.

#include "analysis/items.h"
#include "format/csv_mapping.h"
#include "fuzz.h"
#include "selection/note_target.h"
#include "text/utf8.h"

namespace aisle::fuzz {

namespace {

void requireRoundTrip(const Scope& scope) {
    const std::string text = scope.toText();
    traceql::ParseError error;
    const auto back = Scope::parse(text, error);
    if (!back) {
        const std::string what = "the text of a scope can be read: " + text + ": " + error.message;
        require(false, what);
    }
    require(*back == scope, "the text of a scope is read back as that scope");
    requireSame(text, back->toText(), "and has the same text");
    for (const ScopeTerm& term : scope.terms())
        require(!term.toWords().empty(), "a term has words");
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

/// One term a line: a byte for its kind, its text, a tab, its other text. As views make them from what files hold.
Scope scopeOfLines(std::string_view data) {
    Scope scope;
    for (const std::string_view line : split(data, '\n')) {
        if (line.empty() || scope.terms().size() > 20)
            continue;
        ScopeTerm term;
        term.kind = static_cast<ScopeTerm::Kind>(static_cast<unsigned char>(line[0]) % (static_cast<unsigned>(ScopeTerm::Kind::Text) + 1));
        const auto texts = split(line.substr(1), '\t');
        switch (term.kind) {
        case ScopeTerm::Kind::Error: break;
        case ScopeTerm::Kind::Duration:
        case ScopeTerm::Kind::TraceDuration: // not below 0, at most the longest there is
            term.from = static_cast<int64_t>(dice(texts[0], 1) >> (dice(texts[0], 2) % 56));
            term.to = static_cast<int64_t>(dice(texts[0], 3) >> (dice(texts[0], 4) % 56));
            break;
        case ScopeTerm::Kind::TraceTime:
        case ScopeTerm::Kind::Time:
            term.from = static_cast<int64_t>(dice(texts[0], 1)) * 32 - (1LL << 58);
            term.to = term.from + static_cast<int64_t>(dice(texts[0], 2) % 1'000'000'000'000);
            break;
        case ScopeTerm::Kind::Edge: term.other = toUtf8(texts.back()); [[fallthrough]];
        default: term.text = toUtf8(texts[0]);
        }
        scope = scope.with(term);
    }
    return scope;
}

} // namespace

void scope(std::string_view data) {
    traceql::ParseError error;
    if (const auto parsed = Scope::parse(data, error))
        requireRoundTrip(*parsed);
    else
        require(error.position <= data.size() && !error.message.empty(), "an error has a place and words");
    requireRoundTrip(scopeOfLines(data));
    if (const auto target = NoteTarget::parse(data)) {
        const auto back = NoteTarget::parse(target->toText());
        require(back && *back == *target, "what a note is about is read back as it was written");
    }
    if (const auto field = fieldOf(data))
        require(fieldOf(traceql::toText(*field)) == field, "a field is read back as it was written");
}

void csvMapping(std::string_view data) {
    std::string error;
    if (const auto mapping = csvMappingFromText(data, error)) {
        const std::string text = csvMappingToText(*mapping);
        const auto back = csvMappingFromText(text, error);
        require(back.has_value(), "the text of a mapping can be read");
        requireSame(text, csvMappingToText(*back), "the text of a mapping is read back as that mapping");
        for (size_t i = 0; i < kCsvRoles; ++i)
            require(mapping->columns[i].name == back->columns[i].name && mapping->columns[i].unit == back->columns[i].unit, "column by column");
    } else {
        require(!error.empty(), "an error has words");
    }
    // The same bytes as a header and rows, of which the mapping is guessed.
    std::vector<CsvRow> rows;
    for (const std::string_view line : split(data, '\n')) {
        rows.emplace_back();
        for (const std::string_view cell : split(line, ','))
            rows.back().emplace_back(cell);
        if (rows.size() == 50)
            break;
    }
    const CsvRow header = rows.front();
    rows.erase(rows.begin());
    const DecimalSeparator decimal = data.size() % 2 == 0 ? DecimalSeparator::Point : DecimalSeparator::Comma;
    const CsvMapping guess = guessCsvMapping(header, rows, {}, decimal);
    for (size_t i = 0; i < kCsvRoles; ++i)
        require(guess.columns[i].name.has_value(), "every role has a name, if an empty one");
    require(csvMappingFromText(csvMappingToText(guess), error).has_value(), "a guess can be written and read");
    for (const TimeUnit unit : {TimeUnit::Unknown, TimeUnit::Nanoseconds, TimeUnit::Microseconds, TimeUnit::Milliseconds, TimeUnit::Seconds, TimeUnit::Text}) {
        (void)csvTime(data, unit, decimal);
        (void)csvDuration(data, unit, decimal);
    }
}

} // namespace aisle::fuzz
