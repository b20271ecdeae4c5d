#pragma once
// What masking would do to a workspace: which keys, by which rules, and which keys with words of people remain as they are.

#include "export/tabular.h"
#include "privacy/masking_redactor.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <cstdint>
#include <string>
#include <vector>

namespace aisle {

struct MaskingPreview {
    struct Key {
        std::string key;       ///< of an attribute, or what else is exported: "name", "status_message", "body", "attribute key"
        std::string rule;      ///< its name; empty: nothing of this key is masked
        uint64_t values = 0;   ///< different ones that were looked at
        uint64_t masked = 0;   ///< of those, by this rule
        std::string example;   ///< the first of those, as it is masked
        std::string before;    ///< the same as it is: for eyes that may see it, in no table
        bool isByKey = false;  ///< whatever the value is
        bool isFreeText = false; ///< nothing is masked, and some values are several words
        bool isSampled = false;  ///< it has more than those, of which `most` were looked at
        bool isCut = false;      ///< it has more than those: with them there were too many of all keys
    };
    std::vector<Key> keys; ///< a key has a line for each rule; masked ones first, then free text, then by name
    uint32_t most = 0;     ///< of a key that is sampled so many values were looked at that spans do not share
    uint64_t mostOfAll = 0; ///< different values of all keys that were looked at, at most
};

/// Looks at all values that an export would write, each once: of spans, events, links, logs, resources and scopes. Of those of a key that are not
/// in the dictionary, which has what spans share, at `most`; where there are more, first at those of up to `most` spans, evenly chosen. Of all
/// keys at `mostOfAll`, which take 40 bytes each. Throws StoreError and Stopped. 1 M spans take some seconds. Thread: that of `db`; keep it off the UI thread.
MaskingPreview maskingPreview(Database& db, const SpanTablePtr& table, const MaskingRedactor& redactor, uint32_t most = 100'000, const StopToken& stop = {}, uint64_t mostOfAll = 5'000'000);
/// No value but masked ones is in it.
Tabular tabulate(const MaskingPreview& preview);

} // namespace aisle
