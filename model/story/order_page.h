#pragma once
// The story of an order put into text: what the window shows, and what becomes text, Markdown, HTML, JSON (order_document.h) and PDF. Every value
// of the file has passed the Redactor; all text is plain, in one line, whatever it looks like.

#include "export/export.h"
#include "story/order_story.h"
#include "text/format.h"

namespace aisle {

struct OrderPage {
    std::string language; ///< of the sentences: "en"
    std::string title, headline;
    struct Figure {
        std::string label, value;
    };
    std::vector<Figure> figures;

    /// What is behind a sentence: a trace of the order, or a span.
    struct Detail {
        bool isTrace = false;
        std::string traceId, spanId; ///< hex; of a trace without the second
        std::string service, operation, instance;
        std::optional<int64_t> start; ///< ns since the Unix epoch
        int64_t duration = 0;         ///< ns
        uint64_t spans = 1, errors = 0;
        bool isUnfinished = false;
    };
    struct Line {
        StoryKind kind = StoryKind::More;
        std::string label;           ///< of the kind, in words
        std::optional<int64_t> time; ///< ns since the Unix epoch
        std::string clock;           ///< the same in words; empty: of no moment
        std::string text;
        std::vector<Detail> details; ///< traces first; of very many the first
        uint64_t moreDetails = 0;
    };
    std::vector<Line> lines;
    std::string detailTitle;
    std::vector<std::string> notes; ///< sentences below it
    static constexpr size_t kMostDetails = 100;
};

/// `isMasked`: the redactor masks, which is said, and what may name somebody though no rule knows is left out. Pure; any thread.
OrderPage orderPage(const OrderStory& story, const SpanTable& table, const StoryTemplates& words, const Redactor& redactor, bool isMasked, TimeZone zone = {});

/// "frontend POST /api/checkout, 2026-03-14 09:00:00.000, 19.0 ms, 14 spans, 1 error, trace 22571b6a...": what people read first, and detailId() last.
std::string detailText(const OrderPage::Detail& detail, TimeZone zone = {});
/// "trace 22571b6a...", "span 0a1b... of trace 22571b6a..."
std::string detailId(const OrderPage::Detail& detail);

} // namespace aisle
