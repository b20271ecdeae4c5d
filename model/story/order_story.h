#pragma once
// What happened to one order, in plain words and in the order of time: for support staff, who know the shop and not its software.
//
// A sentence is a template (story_templates.h) with values, each with the attribute it comes from, so that it can be masked when the
// sentence is put together (order_page.h). Behind it lie the spans that say so. Each trace of the order is behind exactly one sentence;
// what no sentence tells is counted in the last.
//
// What is told:
// - requests of customers: roots of traces that ask for a path, unless a template calls it a stage; what the customer saw where the answer
//   failed, or took 2 s or more;
// - charges: spans with an amount charged, or called so (resources/presets/story.json), the topmost of each; what was paid back is none. What only
//   authorises a payment takes no money: it is told as that, and not where the same span also has what takes it below or above;
// - stages: visits of the FulfilmentLog, and entry spans that a template knows as one; mails;
// - waits for a stage that took 1 s or more and longer than 9 of 10 orders waited, or 10 s; compared where 5 others waited for its first visit
//   (p90, nearest rank). The time that a customer took between two requests is no wait of the order;
// - attempts after one that failed, of stages and (analysis/span_marks.h) within traces;
// - failures that none of these tells;
// - what is still open (story_head.h, which has the headline and the figures as well).
// Times are ns since the Unix epoch, durations ns; as far as the clocks of the hosts agree.

#include "orders/fulfilment_log.h"
#include "story/story_templates.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace aisle {

class Database;

/// Did, Saw: the customer. Happened: to the order. More: what nothing else tells.
enum class StoryKind : uint8_t { Did, Saw, Charged, Happened, Waited, Failed, Retried, Open, More };
/// "did", as in the templates and in JSON.
inline std::string_view kindName(StoryKind kind) {
    constexpr std::array<std::string_view, 9> kNames = {"did", "saw", "charged", "happened", "waited", "failed", "retried", "open", "more"};
    return kNames[static_cast<size_t>(kind)];
}

struct StoryValue {
    std::string place; ///< of the template
    std::string key;   ///< the attribute it comes from, which says whether it is masked; empty: made here, of numbers and words of the templates
    std::string text;  ///< untrusted; one line
    std::string whenMasked = {}; ///< in its place where values are masked, for what may name somebody and no rule knows; empty: the text itself
    std::string source = {};     ///< what the text was made of: `whenMasked` stands there only where something of this is masked; empty: always
};

struct StorySentence {
    StoryKind kind = StoryKind::More;
    std::optional<int64_t> time; ///< nothing: of no moment, or not recorded
    std::string pattern;         ///< of the templates
    std::vector<StoryValue> values;
    std::vector<Row> rows;          ///< spans that say so, the one that it is about first
    std::vector<TraceIndex> traces; ///< traces of the order that no other sentence has
};

struct OrderStory {
    CaseNumber number = kNoCase;
    std::string order;               ///< its number: untrusted
    std::optional<OrderState> state; ///< nothing: it came to no stage
    StorySentence headline;
    struct Figure {
        std::string label; ///< key of the templates: "page.lead"
        StoryValue value;
    };
    std::vector<Figure> figures;
    std::vector<StorySentence> sentences; ///< by time; those of no moment last
    /// Of an order with more than so many, what comes after is counted in the last sentence.
    static constexpr size_t kMostSentences = 1000;
};

/// `log` is that of `state`. `db` null: without attributes. O(spans of the order, sorted, + visits of the log). Throws StoreError and
/// Stopped. Thread: that of `db`; keep it off the UI thread.
OrderStory orderStory(Database* db, const JourneyState& state, const FulfilmentLog& log, CaseNumber number, const StoryTemplates& words, const StopToken& stop = {});

} // namespace aisle
