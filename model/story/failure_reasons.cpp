#include "story/failure_reasons.h"

#include "story/plain_words.h"

#include <algorithm>

namespace aisle {

FailureReasons::FailureReasons(const SpanTable& table, const Waterfall& tree, const SpanFacts& facts, const StoryTemplates& words, const std::vector<Row>& rows) : table_(table), tree_(tree), facts_(facts), words_(words) {
    for (const Row row : rows)
        if (const NodeIndex node = tree.nodeOf(row); node != kNoNode && !facts.refusal(row).empty())
            refusals_.push_back(node);
    std::sort(refusals_.begin(), refusals_.end());
}

/// What had to be refused there or below, which is no error to who refuses, only to its caller. Null: nothing.
const std::string* FailureReasons::refusalBelow(Row top) const {
    const NodeIndex node = tree_.nodeOf(top);
    if (node == kNoNode)
        return nullptr;
    for (auto at = std::lower_bound(refusals_.begin(), refusals_.end(), node); at != refusals_.end() && *at < tree_.nodes[node].end; ++at)
        if (const std::string* reason = words_.reason({facts_.refusal(tree_.nodes[*at].row)}))
            return reason;
    return nullptr;
}

StoryValue FailureReasons::ofRequest(Row request, const std::vector<Row>& failed, const StopToken& stop) const {
    const std::string* refused = refusalBelow(request);
    return refused != nullptr ? own("reason", *refused) : of(failed, stop);
}

StoryValue FailureReasons::of(std::vector<Row> failed, const StopToken& stop) const {
    std::stable_sort(failed.begin(), failed.end(), [&](Row a, Row b) { return table_.depth(a) > table_.depth(b); });
    if (failed.size() > kMostAsked)
        failed.resize(kMostAsked);
    if (const std::string* reason = refusalBelow(failed.front()))
        return own("reason", *reason);
    bool isKnown = false;
    for (const bool withGeneral : {false, true}) // "mailbox unavailable" further out says more than the 422 of who said so
        for (const Row row : failed) {
            stop.check();
            std::vector<std::string> texts = facts_.reasons(row);
            for (std::string& text : texts)
                text.resize(beginning(text, kMostOfText).size());
            isKnown = isKnown || (table_.isError(row) && !texts.empty());
            if (const std::string* reason = table_.isError(row) ? words_.reason(texts, withGeneral) : nullptr)
                return own("reason", *reason);
        }
    const std::string& unknown = words_.text(isKnown ? "unknown.technical" : "unknown.reason");
    for (const Row row : failed)
        if (const std::string said = plainMessage(facts_.message(row)); !said.empty()) {
            StoryValue out = valueOf("reason", "status.message", filledIn(words_.text("unknown.said"), {{"said", said}}));
            if (!isWithoutNames(said))
                out.whenMasked = words_.text("unknown.masked");
            return out;
        }
    return own("reason", unknown);
}

} // namespace aisle
