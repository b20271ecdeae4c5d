#pragma once
// What stands above the story of an order: its headline, which says how it stands, and its figures; and the sentence about what is still to come,
// which follows from the same.
//
// Times are ns since the Unix epoch, durations ns. Pure functions: any thread, and nothing is thrown but what `nounOf` throws.

#include "story/order_story.h"
#include "story/span_facts.h"

#include <functional>
#include <map>

namespace aisle {

struct StoryHead {
    std::optional<OrderState> state;   ///< nothing: it came to no stage
    StorySentence headline;            ///< without the values that are known everywhere, as the next
    std::optional<StorySentence> beginning; ///< that it was not seen, before all else; nothing: it was
    std::vector<StorySentence> late;        ///< at stages, in their order
    std::optional<StorySentence> open; ///< what is still to come; nothing: it is over, or came to no stage
};

/// `log` is that of `state`. `nounOf`: what a stage is called within a sentence. O(visits of the order + stages).
StoryHead storyHead(const JourneyState& state, const FulfilmentLog& log, CaseNumber number, const StoryTemplates& words,
                    const std::function<std::string(uint32_t stage)>& nounOf);

/// What the spans of an order say that is a figure.
struct FigureFacts {
    const SpanFacts::Fact *email = nullptr, *tracking = nullptr; ///< null: none says it
    std::map<std::string, double> charged, paidBack;             ///< what was paid, and paid back, by currency
};

/// `state` is that of the StoryHead.
std::vector<OrderStory::Figure> storyFigures(std::optional<OrderState> state, const JourneyState& journey, const FulfilmentLog& log, CaseNumber number, const FigureFacts& facts,
                                             const StoryTemplates& words);

} // namespace aisle
