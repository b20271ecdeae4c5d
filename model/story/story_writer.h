#pragma once
// What all need who tell a part of an order's story (order_story.h): what its spans say, the words, and where their sentences go.

#include "analysis/waterfall.h"
#include "story/failure_reasons.h"
#include "story/order_story.h"
#include "story/span_facts.h"
#include "story/story_attributes.h"

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace aisle {

/// A trace of the order while it is told. It stays where it is: the reasons refer to it.
struct ToldTrace {
    std::vector<Row> rows, errors; ///< by time, without what is hidden; of these those with an error
    Waterfall tree;
    std::optional<FailureReasons> reasons; ///< always there while it is told

    /// Itself, and the errors below it.
    std::vector<Row> errorsBelow(Row top) const;
};

/// The references have to outlive it. Thread: any, one at a time.
class StoryWriter {
public:
    StoryWriter(const SpanTable& spans, const StoryTemplates& templates) : table(spans), words(templates) {}
    StoryWriter(const StoryWriter&) = delete;
    StoryWriter& operator=(const StoryWriter&) = delete;

    const SpanTable& table;
    const StoryTemplates& words;
    const StoryAttributes& names = StoryAttributes::preset();
    SpanFacts facts;
    std::vector<StoryValue> everywhere; ///< values that every sentence has
    std::vector<StorySentence> sentences;
    std::unordered_set<Row> told;         ///< spans behind them
    std::unordered_set<Row> failedVisits; ///< of stages: those that no error says it of, too

    bool hasFailed(Row row) const { return table.isError(row) || failedVisits.contains(row); }

    /// `rows`: the one that it is about first. Without `time` where that one did not record its start.
    StorySentence& sayPattern(StoryKind kind, const std::string& pattern, std::vector<StoryValue> values, std::vector<Row> rows, std::optional<int64_t> time);
    /// `key`: of the templates.
    StorySentence& say(StoryKind kind, std::string_view key, std::vector<StoryValue> values, std::vector<Row> rows, std::optional<int64_t> time);
    bool isFull() const { return sentences.size() >= OrderStory::kMostSentences; }

    bool isUnfinished(Row row) const { return (table.flags(row) & kUnfinished) != 0; }
    /// What it may be known by to a template: its name, path and topic.
    std::vector<std::string> namesOf(Row row) const;
    /// What it did, in words, which nothing personal is found in any more: masked is what they are made of. `unknown`: key of what stands where there are none.
    StoryValue operationOf(std::string place, Row row, std::string_view unknown) const;
};

} // namespace aisle
