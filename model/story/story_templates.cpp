#include "story/story_templates.h"

#include "resource/resource.h"
#include "story/name_pattern.h"
#include "text/json_problem.h"
#include "text/small_file.h"
#include "text/utf8.h"

#include <re2/re2.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace aisle {

namespace {

using Places = std::vector<std::string_view>;

/// The places of each sentence, beside those that all have.
const std::map<std::string_view, Places>& placesOfKeys() {
    static const std::map<std::string_view, Places> known = {
        {"headline.done", {"time"}}, {"headline.doneFailed", {"time", "stage"}}, {"headline.doneUnseen", {}}, {"headline.doneFailedUnseen", {"stage"}}, {"headline.underWay", {"stage", "silent"}}, {"headline.stuck", {"stage", "silent"}}, {"headline.underWayFailed", {"stage", "silent"}}, {"headline.stuckFailed", {"stage", "silent"}}, {"headline.awaited", {"stage", "silent", "next"}}, {"headline.left", {"stage", "silent", "next"}},
        {"headline.failed", {"stage"}}, {"headline.setAside", {"stage"}}, {"headline.nothing", {}},
        {"request.did", {"page"}}, {"saw.refused", {}}, {"saw.denied", {}}, {"saw.notFound", {}}, {"saw.conflict", {}}, {"saw.tooMany", {}}, {"saw.invalid", {}}, {"saw.unavailable", {}}, {"saw.fault", {}},
        {"saw.slow", {"time"}}, {"saw.nothing", {}},
        {"charged.paid", {"amount", "method"}}, {"charged.failed", {"amount", "method", "reason"}}, {"charged.unfinished", {"amount", "method"}}, {"charged.back", {"amount", "method"}}, {"charged.backFailed", {"amount", "method", "reason"}}, {"charged.backUnfinished", {"amount", "method"}}, {"charged.authorised", {"amount", "method"}},
        {"stage.done", {"stage", "time"}}, {"stage.failed", {"stage", "reason"}}, {"stage.unfinished", {"stage"}}, {"tracking", {}}, {"mail.sent", {"address", "mail"}}, {"mail.failed", {"address", "mail", "reason"}}, {"mail.sentUntitled", {"address"}}, {"mail.failedUntitled", {"address", "reason"}},
        {"waited.compared", {"stage", "time", "usual"}}, {"waited.alone", {"stage", "time"}}, {"retried.stage", {"stage", "attempt"}}, {"retried.inside", {"what", "count"}}, {"failed.inside", {"what", "reason"}}, {"failed.behind", {"what", "reason"}},
        {"open.underWay", {"next", "silent", "limit"}}, {"open.stuck", {"next", "silent", "limit"}}, {"open.left", {"next", "silent", "limit"}}, {"open.assumed", {"next", "silent", "limit"}}, {"late.stage", {"stage", "time", "target"}}, {"late.open", {"stage", "time", "target"}}, {"late.whole", {"time", "target"}}, {"begins.unseen", {"stage"}}, {"order.standsFor", {"what"}}, {"more.fine", {"count", "time"}}, {"more.failed", {"count", "time", "failures"}},
        {"silent.short", {}}, {"unknown.customer", {}}, {"unknown.amount", {}}, {"unknown.method", {}}, {"unknown.reason", {}}, {"unknown.technical", {}}, {"unknown.masked", {}}, {"unknown.said", {"said"}}, {"unknown.stage", {"stage"}}, {"unknown.address", {}}, {"unknown.page", {}}, {"unknown.what", {}},
        {"kind.did", {}}, {"kind.saw", {}}, {"kind.charged", {}}, {"kind.happened", {}}, {"kind.waited", {}}, {"kind.failed", {}}, {"kind.retried", {}}, {"kind.open", {}}, {"kind.more", {}},
        {"page.title", {}}, {"page.state", {}}, {"page.customer", {}}, {"page.began", {}}, {"page.lead", {}}, {"page.late", {}}, {"page.paidBack", {}}, {"page.working", {}}, {"page.charged", {}}, {"page.tracking", {}}, {"page.detail", {}},
        {"page.zone", {"zone"}}, {"page.masked", {}}, {"state.done", {}}, {"state.underWay", {}}, {"state.stuck", {}}, {"state.failed", {}}, {"state.nothing", {}}};
    return known;
}

const Places kEverywhere = {"order", "customer", "tracking"};
const Places kOfSteps = {"stage", "page", "time", "reason"}, kOfLeft = {"stage", "silent", "next"};

/// Calls text(part) and place(name) in their order. What is wrong with the braces, without a full stop; empty: nothing.
std::string takenApart(std::string_view text, const std::function<void(std::string_view)>& plain, const std::function<void(std::string_view)>& place) {
    while (!text.empty()) {
        const size_t at = text.find_first_of("{}");
        plain(text.substr(0, at));
        if (at == std::string_view::npos)
            return {};
        text.remove_prefix(at);
        if (text.size() > 1 && text[1] == text[0]) {
            plain(text.substr(0, 1));
            text.remove_prefix(2);
            continue;
        }
        const size_t end = text.find_first_of("{}", 1);
        if (text[0] == '}')
            return "has a } that no { belongs to; }} is a brace";
        if (end == std::string_view::npos || text[end] == '{')
            return "has a { without its }; {{ is a brace";
        place(text.substr(1, end - 1));
        text.remove_prefix(end + 1);
    }
    return {};
}

/// Files may come from strangers.
constexpr size_t kLongest = 1000, kMostRules = 1000, kLongestPart = 200, kMostProblems = 100;

/// What is wrong with its length, in code points; empty: nothing.
std::string problemOfLength(std::string_view text, size_t longest) {
    const auto characters = static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    return characters <= longest ? std::string() : "is longer than " + std::to_string(longest) + " characters";
}

/// What is wrong with a sentence; empty: nothing.
std::string problemOfText(std::string_view text, const Places& places) {
    if (std::string problem = problemOfLength(text, kLongest); !problem.empty())
        return problem;
    std::string unknown;
    std::string problem = takenApart(text, [](std::string_view) {}, [&](std::string_view place) {
        const auto isIn = [&](const Places& known) { return std::find(known.begin(), known.end(), place) != known.end(); };
        if (unknown.empty() && !isIn(places) && !isIn(kEverywhere))
            unknown = "has a place {" + shortened(place, 40) + "}, which it does not know";
    });
    if (!problem.empty() || unknown.empty())
        return problem;
    std::string known;
    for (const Places* some : {&places, &kEverywhere})
        for (const std::string_view place : *some)
            known += (known.empty() ? " (it knows {" : ", {") + std::string(place) + "}";
    return unknown + known + ")";
}

/// Where a text stands in the file; 0: nobody knows, for JSON has other ways to write it.
size_t lineOf(std::string_view json, const std::string& text) {
    const size_t at = json.find(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return at == std::string_view::npos ? 0 : 1 + static_cast<size_t>(std::count(json.begin(), json.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

std::string atLine(size_t line) { return line == 0 ? std::string() : "Line " + std::to_string(line) + ": "; }

bool finds(const std::shared_ptr<const re2::RE2>& expression, std::string_view text) {
    return expression && re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression);
}

bool findsOne(const std::shared_ptr<const re2::RE2>& expression, const std::vector<std::string>& texts) {
    return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return finds(expression, text); });
}

} // namespace

std::string_view pluralCategory(std::string_view language, uint64_t count) {
    const std::string_view code = language.substr(0, language.find_first_of("-_"));
    const auto isAny = [&](std::initializer_list<std::string_view> of) { return std::find(of.begin(), of.end(), code) != of.end(); };
    const uint64_t ten = count % 10, hundred = count % 100;
    const bool isTeen = hundred >= 11 && hundred <= 14;
    if (isAny({"ja", "zh", "ko", "vi", "th", "id", "ms"}))
        return "other";
    if (isAny({"fr", "pt", "hi", "fa"}))
        return count <= 1 ? "one" : "other";
    if (isAny({"ru", "uk", "be", "sr", "hr", "bs"})) {
        const bool isFew = ten >= 2 && ten <= 4 && !isTeen;
        if (isAny({"sr", "hr", "bs"}))
            return ten == 1 && !isTeen ? "one" : isFew ? "few" : "other";
        return ten == 1 && !isTeen ? "one" : isFew ? "few" : "many";
    }
    if (code == "pl")
        return count == 1 ? "one" : ten >= 2 && ten <= 4 && !isTeen ? "few" : "many";
    if (isAny({"cs", "sk"}))
        return count == 1 ? "one" : count >= 2 && count <= 4 ? "few" : "other";
    return count == 1 ? "one" : "other";
}

const StoryTemplates& StoryTemplates::english() {
    static const StoryTemplates known = [] {
        StoryTemplates out;
        out.read(readResource(":/story/en.json"));
        return out;
    }();
    return known;
}

StoryTemplates StoryTemplates::fromJson(std::string_view json) {
    StoryTemplates out = english();
    out.problems_.clear();
    out.read(json);
    return out;
}

StoryTemplates StoryTemplates::ofKept(const std::string& json) {
    if (json.empty())
        return english();
    try {
        return fromJson(json);
    } catch (const std::runtime_error& e) {
        StoryTemplates out = english();
        out.problems_ = {std::string("The sentences that are kept in the workspace are not in use: ") + printable(e.what())};
        return out;
    }
}

StoryTemplates StoryTemplates::ofFile(const std::string& path) {
    return readSmallFile(path, [](const std::string& text) { return fromJson(text); });
}

void StoryTemplates::read(std::string_view json) {
    readJson(json, "The sentences", [&](const nlohmann::json& file) {
        const bool isBuiltIn = sentences_.empty();
        const std::string before = language_;
        language_ = file.at("language");
        if (language_ != before) {
            rules_.clear();
            reasons_.clear();
        }
        // To find the line of each of very many would take hours.
        const auto complain = [&](const std::string& of, const std::string& why) {
            if (problems_.size() < kMostProblems)
                problems_.push_back(atLine(lineOf(json, of)) + why + ".");
        };
        const auto isFine = [&](const std::string& what, const std::string& text, const Places& places) {
            const std::string why = problemOfText(text, places);
            if (!why.empty())
                complain(text, what + " " + why);
            return why.empty();
        };
        // The noun of a step or what a reason says; empty: it is too long.
        const auto part = [&](const std::string& what, const std::string& text) {
            const std::string why = problemOfLength(text, kLongestPart);
            if (!why.empty())
                complain(text, what + " " + why);
            return why.empty() ? printable(text) : std::string();
        };
        const nlohmann::json none = nlohmann::json::object();
        const nlohmann::json& sentences = file.contains("sentences") ? file.at("sentences") : none;
        if (!sentences.is_object())
            throw std::runtime_error("its sentences have no names");
        for (const auto& [key, value] : sentences.items()) {
            const auto known = placesOfKeys().find(key);
            if (known == placesOfKeys().end()) {
                complain(key, "there is no sentence " + shortened(key, 40));
                continue;
            }
            std::map<std::string, std::string, std::less<>> forms;
            if (value.is_string())
                forms["other"] = value;
            else
                forms = value.get<std::map<std::string, std::string, std::less<>>>();
            bool isUsable = true;
            for (const auto& [category, text] : forms)
                isUsable = isFine(key, text, known->second) && isUsable;
            if (!forms.contains("other")) {
                complain(key, key + " has no form \"other\"");
                isUsable = false;
            }
            if (!isUsable)
                continue;
            sentences_[key] = std::move(forms);
            languageOf_[key] = language_;
        }
        std::string missing;
        size_t count = 0;
        for (const auto& [key, places] : placesOfKeys())
            if (const auto has = languageOf_.find(key); !sentences.contains(std::string(key)) && (isBuiltIn || has == languageOf_.end() || has->second != language_)) {
                missing += (missing.empty() ? "" : ", ") + std::string(key);
                ++count;
            }
        if (isBuiltIn && count > 0)
            throw std::runtime_error("sentences are missing: " + missing);
        if (count > 0)
            problems_.push_back("Not translated, and said in English: " + missing + ".");

        const auto expression = [&](const nlohmann::json& of, const char* key) -> std::shared_ptr<const re2::RE2> {
            if (!of.contains(key))
                return nullptr;
            const std::string text = of.at(key);
            auto out = std::make_shared<const re2::RE2>(text, NamePattern::options());
            if (out->ok())
                return out;
            complain(text, "\"" + std::string(key) + "\" is no regular expression: " + shortened(out->error(), kLongestPart));
            return nullptr;
        };
        std::vector<Rule> rules;
        for (const auto& step : file.value("steps", nlohmann::json::array())) {
            if (rules.size() == kMostRules)
                throw std::runtime_error("there are more than " + std::to_string(kMostRules) + " steps");
            Rule rule;
            const std::string of = step.at("of");
            if (of != "request" && of != "stage")
                throw std::runtime_error("a step is of a request or of a stage, not of " + shortened(of, 40));
            rule.isRequest = of == "request";
            rule.stage = expression(step, "stage");
            rule.operation = expression(step, "operation");
            rule.step = {part("the noun of a step", step.value("noun", std::string())), step.value("done", std::string()), step.value("failed", std::string()), step.value("left", std::string())};
            for (std::string* text : {&rule.step.done, &rule.step.failed})
                if (!isFine("a step", *text, kOfSteps))
                    text->clear();
            if (!isFine("a step", rule.step.left, kOfLeft))
                rule.step.left.clear();
            rules.push_back(std::move(rule));
        }
        rules_.insert(rules_.begin(), std::make_move_iterator(rules.begin()), std::make_move_iterator(rules.end()));
        std::vector<Reason> reasons;
        for (const auto& reason : file.value("reasons", nlohmann::json::array()))
            if (auto when = expression(reason, "when")) {
                if (reasons.size() == kMostRules)
                    throw std::runtime_error("there are more than " + std::to_string(kMostRules) + " reasons");
                if (std::string say = part("a reason", reason.at("say").get<std::string>()); !say.empty())
                    reasons.push_back({std::move(when), std::move(say), reason.value("general", false)});
            }
        reasons_.insert(reasons_.begin(), std::make_move_iterator(reasons.begin()), std::make_move_iterator(reasons.end()));
    });
}

const std::string& StoryTemplates::text(std::string_view key, uint64_t count) const {
    const auto at = sentences_.find(key);
    if (at == sentences_.end())
        throw std::logic_error("There is no sentence " + std::string(key) + ".");
    const auto form = at->second.find(pluralCategory(languageOf_.find(key)->second, count));
    return form != at->second.end() ? form->second : at->second.find("other")->second;
}

const StoryTemplates::Step* StoryTemplates::requestStep(const std::vector<std::string>& names) const {
    for (const Rule& rule : rules_)
        if (rule.isRequest && findsOne(rule.operation, names))
            return &rule.step;
    return nullptr;
}

const StoryTemplates::Step* StoryTemplates::stageStep(std::string_view stage, const std::vector<std::string>& names) const {
    for (const Rule& rule : rules_)
        if (!rule.isRequest && findsOne(rule.operation, names))
            return &rule.step;
    for (const Rule& rule : rules_)
        if (!rule.isRequest && !stage.empty() && finds(rule.stage, stage))
            return &rule.step;
    return nullptr;
}

const std::string* StoryTemplates::reason(const std::vector<std::string>& texts, bool withGeneral) const {
    for (const Reason& reason : reasons_)
        if ((withGeneral || !reason.isGeneral) && findsOne(reason.when, texts))
            return &reason.say;
    return nullptr;
}

std::vector<std::string> StoryTemplates::sentenceKeys() {
    std::vector<std::string> out;
    for (const auto& [key, places] : placesOfKeys())
        out.emplace_back(key);
    return out;
}

std::string filledIn(std::string_view text, const std::vector<std::pair<std::string, std::string>>& values) {
    std::string out;
    takenApart(
        text, [&](std::string_view plain) { out += plain; },
        [&](std::string_view place) {
            const auto at = std::find_if(values.begin(), values.end(), [&](const auto& one) { return one.first == place; });
            out += at != values.end() ? at->second : "{" + std::string(place) + "}";
        });
    return out;
}

} // namespace aisle
