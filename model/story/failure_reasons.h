#pragma once
// Why something of an order failed, in the words of the templates: from what its spans recorded.

#include "analysis/waterfall.h"
#include "story/span_facts.h"
#include "story/story_templates.h"
#include "story/story_values.h"

#include <vector>

namespace aisle {

/// Of one trace, whose tree it was made with; all have to outlive it.
class FailureReasons {
public:
    FailureReasons(const SpanTable& table, const Waterfall& tree, const SpanFacts& facts, const StoryTemplates& words, const std::vector<Row>& rows);
    /// Of spans that failed together, not empty: what the innermost of them had to refuse, else what the innermost recorded that the templates have a
    /// reason for, else what a status says in plain words (plainMessage()). O(rows, sorted).
    /// Asked are the innermost kMostAsked, of each text its beginning: a stranger's trace may have a million, and each is searched for what all reasons have
    /// in common. Throws Stopped.
    StoryValue of(std::vector<Row> failed, const StopToken& stop = {}) const;
    /// Of a request that was refused: what had to be refused anywhere below it, before `failed`, which may be of calls that did not matter.
    StoryValue ofRequest(Row request, const std::vector<Row>& failed, const StopToken& stop) const;

    static constexpr size_t kMostAsked = 1000, kMostOfText = 4096;

private:
    const std::string* refusalBelow(Row top) const;

    const SpanTable& table_;
    const Waterfall& tree_;
    const SpanFacts& facts_;
    const StoryTemplates& words_;
    std::vector<NodeIndex> refusals_; ///< of spans that had to refuse something, ascending
};

} // namespace aisle
