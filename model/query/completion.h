#pragma once
// What may stand at a place of a query that somebody is writing: which kind of thing, and which of it fits what is there.

#include "query/source.h"
#include "query/traceql.h"
#include "query/value_counts.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle::traceql {

/// Where the cursor is. Works on text that is no query yet.
struct Site {
    enum class What : uint8_t {
        Nothing,   ///< within a number, or where nothing can be said
        Begin,     ///< of a spanset, or words
        Field, Operator, Value,
        Connector, ///< behind a condition in a spanset
        Relation,  ///< behind a spanset
        Stage,     ///< behind |
    };
    What what = What::Nothing;
    size_t from = 0, to = 0; ///< bytes that a completion takes the place of
    std::string typed;       ///< what is there of it, up to the cursor; of a value without its quote
    Field field;             ///< that an Operator or Value belongs to
};
Site siteAt(std::string_view text, size_t cursor);

struct Completion {
    std::string text;   ///< to be put in place
    std::string detail; ///< "12,345 spans", "time from start to end"
};

/// The keys of the workspace, read once for many completions.
struct Vocabulary {
    std::vector<KeyCount> keys;
};

/// Those that fit, best first: what begins as typed before what holds it, of these the frequent ones. Values are read from the
/// source. Throws StoreError and Stopped; keep it off the UI thread.
std::vector<Completion> completions(const Site& site, const Source& source, const Vocabulary& vocabulary, const StopToken& stop = {});

/// Parts of a query for colouring, also of text that is no query.
struct Part {
    enum class What : uint8_t { Field, Literal, Function, Operator, Bracket };
    What what;
    size_t from, to; ///< bytes
};
std::vector<Part> parts(std::string_view text);

} // namespace aisle::traceql
