#pragma once
// Reads one record with simdjson, and once more after a repair when simdjson refuses it.

#include "json/json_repair.h"
#include "json/json_splitter.h"
#include "json/json_value.h"

namespace aisle {

struct RecordOutcome {
    bool taken = false;
    std::string repair; ///< what was repaired, in words
    std::string reason; ///< why it was not taken
};

/// Calls read(JsonObject); it may be called twice and throws what it likes of simdjson_error and RecordError.
template <typename Read>
RecordOutcome readRecord(JsonParser& parser, const JsonSlice& slice, Read&& read) {
    RecordOutcome outcome;
    if (slice.text.empty() || slice.text[0] != '{') {
        outcome.reason = "not a JSON object where a record should be";
        return outcome;
    }
    if (slice.tooDeep) {
        outcome.reason = "a record nested deeper than 1,000 levels";
        return outcome;
    }
    const auto attempt = [&](std::string_view text, bool copy) {
        try {
            auto document = copy ? parser.iterateCopy(text) : parser.iterate(text);
            read(JsonObject(document.get_object()));
            outcome.taken = true;
        } catch (const simdjson::simdjson_error& error) {
            outcome.reason = simdjson::error_message(error.error());
        } catch (const RecordError& error) {
            outcome.reason = error.reason;
        }
        return outcome.taken;
    };
    if (!slice.truncated && attempt(slice.text, false))
        return outcome;
    const std::string repaired = repairJson(slice.text, outcome.repair, slice.truncated);
    if (!repaired.empty())
        attempt(repaired, true);
    return outcome;
}

} // namespace aisle
