#include "show_order.h"

#include "journey/saved_journeys.h"
#include "offscreen_application.h"
#include "orders/fulfilment_log.h"
#include "orders/order_flow.h"
#include "show_orders.h"
#include "orders/order_pdf.h"
#include "scope_result.h"
#include "story/kept_words.h"
#include "story/order_document.h"
#include "story/order_search.h"
#include "text/utf8.h"

#include <algorithm>
#include <stdexcept>

namespace aisle {

namespace {

/// As a shell takes it for one word; control characters are left out.
std::string shellWord(const std::string& text) {
    const std::string shown = printable(text);
    const bool isPlain = !shown.empty() && std::all_of(shown.begin(), shown.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-_./:@+=,").find(c) != std::string_view::npos; });
    if (isPlain)
        return shown;
    std::string out = "'";
    for (const char c : shown)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

/// The order of that number; else the only one that is found by it: its session, its mistyped number.
CaseNumber orderNamed(const std::string& text, const JourneyState& state, CaseSource& source, const OpenedWorkspace& opened) {
    if (const CaseNumber number = state.cases().find(text); number != kNoCase)
        return number;
    constexpr size_t kMost = 5;
    const OrderHits found = OrderSearch(source, state.index).find(text, kMost);
    if (found.hits.size() == 1 && found.hits[0].match == OrderMatch::Whole)
        return found.hits[0].order;
    const std::string none = "No " + state.cases().key().noun() + " here is " + shortened(text), file = shellWord(opened.source.string());
    if (found.hits.empty())
        throw std::runtime_error(none + ", and none is like it. aisle show orders " + file + " lists all; aisle find " + file + " TEXT finds one by a session, user, e-mail address or tracking number.");
    const auto redactor = opened.redactor();
    std::string like;
    for (const OrderHit& hit : found.hits)
        like += (like.empty() ? "" : ", ") + shortened(redactor->redact(state.cases().attribute(), state.cases().cases()[hit.order].value));
    throw std::runtime_error(none + "; like it are " + like + (found.isCut ? " and more" : "") + ". What matches: aisle find " + file + " " + shellWord(text));
}

} // namespace

void addOrderOptions(CLI::App& command, ShowOptions& o) {
    command.add_option("--order", o.order, "Number of the order that order shows, or a session, user, e-mail address or tracking number that only one order has; aisle find finds orders");
    command.add_option("--words", o.words, "JSON file with the sentences of order, in place of those kept in the workspace and the built-in English ones");
    command.add_flag("--technical", o.technical, "Of order, with the traces and spans behind each sentence");
}

int showOrder(const ShowOptions& o, const OpenedWorkspace& opened, int& argc, char** argv) {
    const traceql::Context context = contextOf(opened.workspace, false);
    const auto flow = !o.targets.empty() ? orderFlow(o, opened.workspace) : o.journeyDefinition ? o.journeyDefinition : lastJourney(*opened.workspace->connect(), kOrderFlow);
    const JourneyState state = workOutFulfilment(context, flow);
    if (state.cases().cases().empty() || (flow && !state.definition))
        throw std::runtime_error(state.problem.empty() ? "There are no orders in this file." : state.problem);
    const std::shared_ptr<const Redactor> redactor = opened.redactor();
    const CaseNumber number = orderNamed(o.order, state, *context.cases, opened);
    const StoryTemplates words = o.words.empty() ? StoryTemplates::ofKept(keptStoryWords(*opened.workspace->connect())) : StoryTemplates::ofFile(o.words);
    sayProblems(words.problems());
    const FulfilmentLog nothing;
    const OrderStory story = orderStory(opened.workspace->connect().get(), state, state.orders ? *state.orders : nothing, number, words);
    const OrderPage page = orderPage(story, *context.table, words, *redactor, opened.masking != nullptr, {o.utc});
    std::string bytes;
    if (o.as == "pdf") {
        const OffscreenApplication app(argc, argv, o.theme);
        bytes = orderPdf(page, o.technical, {o.utc});
    } else {
        const OrderForm form = o.as == "json" ? OrderForm::Json : o.as == "html" ? OrderForm::Html : o.as == "md" ? OrderForm::Markdown : OrderForm::Text;
        bytes = orderDocument(page, form, o.technical, {o.utc});
    }
    return handOver(opened, Export(redactor), bytes, o.out);
}

} // namespace aisle
