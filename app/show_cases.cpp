#include "show_cases.h"

#include "cases/case_candidates.h"
#include "journey/case_list.h"
#include "journey/funnel_table.h"
#include "scope_result.h"
#include "show_orders.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace aisle {

namespace {

/// What --by-case says: a notion that is kept in the workspace or a preset, by id or name, else a file, else an attribute.
CaseChoice caseChoice(Database& db, const std::string& text) {
    const std::vector<CaseKey> known = caseKeys(db);
    for (const auto member : {&CaseKey::id, &CaseKey::title, &CaseKey::plural})
        for (const CaseKey& key : known)
            if (key.*member == text)
                return {key.id, {}};
    // A directory may be called like an attribute.
    if (std::error_code ignored; std::filesystem::exists(text, ignored) && (text.find('/') != std::string::npos || !std::filesystem::is_directory(text, ignored))) {
        CaseChoice out;
        out.own = caseKeyOfFile(text);
        out.id = out.own->id;
        return out;
    }
    return {text, {}};
}

/// The journey with such cases; without one see journeyByCases(). Throws when the file has none of them.
JourneyDefinition journeyByCase(const std::shared_ptr<Workspace>& workspace, const std::optional<JourneyDefinition>& journey, const CaseChoice& by) {
    const traceql::Context context = contextOf(workspace, true, journey);
    const auto cases = by.own ? context.cases->cases(*by.own) : context.cases->cases(by.id);
    if (cases->cases().empty() || cases->key().id != by.id) {
        std::string known;
        for (const CaseCandidate& candidate : caseCandidates(context))
            if (candidate.isGood)
                known += (known.empty() ? "" : ", ") + candidate.id;
        throw std::runtime_error("No span of this file says which " + (by.own ? by.own->noun() : by.id) + " it belongs to." + (known.empty() ? "" : " Cases can be by " + known + "."));
    }
    if (!journey)
        return journeyByCases(context, context.journey->definition, by.id, by.own);
    JourneyDefinition out = *journey; // that was asked for
    out.caseKey = by.id;
    out.ownCase = by.own;
    return out;
}

/// The first that is good; nothing: none is.
std::optional<std::string> bestCandidate(const traceql::Context& context) {
    const std::vector<CaseCandidate> found = caseCandidates(context);
    const auto best = std::find_if(found.begin(), found.end(), [](const CaseCandidate& one) { return one.isGood; });
    return best == found.end() ? std::nullopt : std::optional(best->id);
}

JourneyDefinition journeyWithBots(const std::shared_ptr<Workspace>& workspace, const std::optional<JourneyDefinition>& journey) {
    JourneyDefinition out;
    if (journey) {
        out = *journey;
    } else {
        const traceql::Context context = contextOf(workspace, true);
        if (!context.journey->definition)
            throwProblem(context);
        out = *context.journey->definition;
    }
    out.withBots = true;
    return out;
}

/// Of what --outcome says; of nothing all.
CaseFilter outcomeFilter(const std::string& text) {
    for (const CaseOutcome outcome : {CaseOutcome::Converted, CaseOutcome::Stopped, CaseOutcome::Open})
        if (outcomeName(outcome) == text || (outcome == CaseOutcome::Converted && text == "done"))
            return {.which = CaseFilter::Which::Outcome, .outcome = outcome};
    return text.empty() ? CaseFilter() : CaseFilter{.which = CaseFilter::Which::Outcome, .outcome = CaseOutcome::NotEntered};
}

} // namespace

void throwProblem(const traceql::Context& context) {
    const JourneyState& state = *context.journey;
    if (!state.cases().cases().empty() || context.table->isEmpty())
        throw std::runtime_error(state.problem);
    const std::optional<std::string> best = bestCandidate(context);
    throw std::runtime_error(state.problem + " Choose one with --by-case ATTRIBUTE" + (best ? ", for example --by-case " + printable(*best) : "") + "; aisle show case-keys lists what this file has.");
}

void chooseCases(ShowOptions& o, const std::shared_ptr<Workspace>& workspace) {
    if (!o.byCase.empty())
        o.caseChoice = caseChoice(*workspace->connect(), o.byCase);
    if (isOfOrders(o.view))
        o.journeyDefinition = orderFlow(o, workspace);
    if (o.caseChoice && o.view != kCaseKeys)
        o.journeyDefinition = journeyByCase(workspace, o.journeyDefinition, *o.caseChoice);
    if (o.withBots)
        o.journeyDefinition = journeyWithBots(workspace, o.journeyDefinition);
}

void addCaseOptions(CLI::App& command, ShowOptions& o) {
    command.add_option("--by-case", o.byCase, "What a case is, for cases, case and what is about the journey or orders: session, user, order, one that is kept in the workspace, the name of an attribute, or a JSON file; case-keys lists what the file has, and says more of the one that is given");
    command.add_flag("--with-bots", o.withBots, "Count the cases of bots and synthetic traffic, too, which are left out otherwise");
    command.add_option("--outcome", o.outcome, "Of cases only those that converted (of an order flow: are done), stopped, are open or never-began; of orders those that are done, under-way, stuck, failed for good or late")
        ->check(CLI::IsMember({"converted", "stopped", "open", "never-began", "done", "under-way", "stuck", "failed", "late"}));
    command.add_option("--target", o.targets, "Time in which an order should be done, or come to a stage from the end of the one before it: 48h, Packed=4h, \"1 h 30 min\"; more than once. Orders are late against it")->allow_extra_args(false);
    command.add_option("--case", o.caseValue, "Value of the case that case shows");
}

std::optional<Tabular> casesContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    if (o.view == kCaseKeys && o.caseChoice) {
        const CaseChoice& by = *o.caseChoice;
        if (by.own)
            return tabulate(tryCaseKey(context, *by.own));
        const std::vector<CaseKey> keys = context.cases->keys();
        const auto kept = std::find_if(keys.begin(), keys.end(), [&](const CaseKey& key) { return key.id == by.id; });
        return tabulate(tryCaseKey(context, kept != keys.end() ? *kept : caseKeyOf(keys, by.id)));
    }
    if (o.view == kCaseKeys)
        return tabulate(caseCandidates(context));
    if (o.view != "cases" && o.view != kCase)
        return std::nullopt;
    const JourneyState& journey = *context.journey;
    if (journey.cases().cases().empty())
        throwProblem(context);
    if (o.view == kCase) {
        const CaseNumber number = journey.cases().find(o.caseValue);
        if (number == kNoCase)
            throw std::runtime_error("No " + journey.cases().key().noun() + " here is " + o.caseValue + ".");
        return tabulate(journey, caseStory(journey, number), o.utc);
    }
    const CaseTotals totals = caseTotals(journey);
    if (!o.outcome.empty() && !journey.definition)
        throw std::runtime_error(journey.problem);
    std::vector<CaseNumber> cases = listCases(journey, totals, casesInScope(journey, scope), outcomeFilter(o.outcome));
    const size_t all = cases.size();
    if (const uint64_t limit = o.limit.value_or(0); limit > 0 && cases.size() > limit)
        cases.resize(limit);
    Tabular out = tabulateCases(journey, totals, cases, o.utc);
    if (cases.size() < all)
        out.notes.push_back(formatCount(all - cases.size()) + " more " + (all - cases.size() == 1 ? journey.cases().key().noun() : journey.cases().key().plural) + " left out by --limit.");
    if (!journey.problem.empty())
        out.notes.push_back(journey.problem);
    for (std::string& note : caseNotes(journey))
        out.notes.push_back(std::move(note));
    return out;
}

} // namespace aisle
