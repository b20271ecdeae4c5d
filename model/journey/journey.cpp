#include "journey/journey.h"

#include "query/context.h"
#include "resource/resource.h"
#include "text/json_problem.h"
#include "text/small_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace aisle {

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kLongestSeconds = int64_t(366) * 24 * 3600;
constexpr std::array<std::string_view, 3> kOrders = {"sequential", "strict", "any"};

uint32_t numberOf(const JourneyDefinition& journey, const std::string& name) {
    for (uint32_t k = 0; k < journey.stages.size(); ++k)
        if (journey.stages[k].name == name)
            return k;
    throw std::runtime_error("there is no stage \"" + name + '"');
}

StageOrder orderOf(const std::string& word) {
    const auto found = std::find(kOrders.begin(), kOrders.end(), word);
    if (found == kOrders.end())
        throw std::runtime_error("the order is sequential, strict or any, not \"" + word + '"');
    return static_cast<StageOrder>(found - kOrders.begin());
}

/// As a double: a number in JSON may be larger than any integer.
int64_t whole(const nlohmann::json& json, const char* key, int64_t usual, int64_t most) {
    const auto value = json.value(key, static_cast<double>(usual));
    if (!(value >= 0 && value <= static_cast<double>(most)))
        throw std::runtime_error(std::string(key) + " is 0 to " + std::to_string(most));
    if (value != std::floor(value))
        throw std::runtime_error(std::string(key) + " is a whole number");
    return static_cast<int64_t>(value);
}
int64_t seconds(const nlohmann::json& json, const char* key) { return whole(json, key, 0, kLongestSeconds) * kSecond; }

StageDefinition stageOf(const nlohmann::json& item) {
    StageDefinition stage;
    stage.name = item.at("name");
    stage.where = item.at("where");
    stage.anySpan = item.value("any_span", false);
    stage.isOptional = item.value("optional", false);
    stage.times = static_cast<uint32_t>(whole(item, "times", 1, JourneyDefinition::kMostTimes));
    stage.holds = item.value("holds", true);
    stage.within = seconds(item, "within_s");
    stage.failed = item.value("failed", std::string());
    return stage;
}

/// Throws what is wrong.
void check(const JourneyDefinition& journey) {
    const auto require = [](bool holds, const std::string& otherwise) {
        if (!holds)
            throw std::runtime_error(otherwise);
    };
    require(!journey.stages.empty() && journey.stages.size() <= JourneyDefinition::kMostStages, "a journey has 1 to " + std::to_string(JourneyDefinition::kMostStages) + " stages");
    require(!journey.stages.front().isOptional, "the first stage cannot be optional");
    require(journey.window >= 0 && journey.idleLimit >= 0 && journey.target >= 0, "a time is not negative");
    require(journey.exclusions.size() <= JourneyDefinition::kMostExclusions, "a journey has at most " + std::to_string(JourneyDefinition::kMostExclusions) + " exclusions");
    require(journey.hold.size() <= JourneyDefinition::kMostHeld, "at most " + std::to_string(JourneyDefinition::kMostHeld) + " attributes are held constant");
    for (const std::string& attribute : journey.hold)
        require(!attribute.empty(), "an attribute that is held constant has no name");
    const bool isInAnyOrder = journey.order == StageOrder::Any;
    require(!isInAnyOrder || (journey.exclusions.empty() && !journey.isOpen), "stages in any order have nothing between them to exclude, and no first one");
    const auto requireCondition = [&](const std::string& what, const std::string& name, const std::string& where) {
        const std::string problem = problemOfCondition(where);
        require(problem.empty(), what + " \"" + name + "\": " + problem);
    };
    for (size_t k = 0; k < journey.stages.size(); ++k) {
        const StageDefinition& stage = journey.stages[k];
        require(!stage.name.empty(), "stage " + std::to_string(k + 1) + " has no name");
        require(stage.times >= 1 && stage.times <= JourneyDefinition::kMostTimes, "the stage \"" + stage.name + "\" takes 1 to " + std::to_string(JourneyDefinition::kMostTimes) + " events");
        require(!isInAnyOrder || stage.times == 1, "in any order the stage \"" + stage.name + "\" takes one event");
        require(stage.within >= 0, "a time is not negative");
        require(stage.within == 0 || (k > 0 && !isInAnyOrder), "the stage \"" + stage.name + "\" has none before it that it could be late after");
        requireCondition("the stage", stage.name, stage.where);
        if (!stage.failed.empty())
            requireCondition("what failed at the stage", stage.name, stage.failed);
        for (size_t other = 0; other < k; ++other)
            require(journey.stages[other].name != stage.name, "there are two stages \"" + stage.name + '"');
    }
    for (const ExclusionDefinition& exclusion : journey.exclusions) {
        require(exclusion.before < journey.stages.size(), "the exclusion \"" + exclusion.name + "\" ends at no stage");
        require(exclusion.after < exclusion.before, "the exclusion \"" + exclusion.name + "\" begins after it ends");
        require(!journey.stages[exclusion.after].isOptional, "the exclusion \"" + exclusion.name + "\" begins at a stage that is optional");
        requireCondition("the exclusion", exclusion.name, exclusion.where);
    }
}

JourneyDefinition journeyOf(const nlohmann::json& json) {
    if (!json.is_object())
        throw std::runtime_error("it is no object with id, name and stages");
    JourneyDefinition journey;
    journey.id = json.at("id");
    journey.name = json.at("name");
    if (const auto of = json.find("case"); of != json.end() && of->is_object()) {
        journey.ownCase = caseKeyFromJson(of->dump());
        journey.caseKey = journey.ownCase->id;
    } else {
        journey.caseKey = json.value("case", "session");
    }
    journey.withBots = json.value("bots", false);
    journey.window = seconds(json, "window_s");
    journey.idleLimit = seconds(json, "idle_s");
    journey.target = seconds(json, "target_s");
    journey.order = orderOf(json.value("order", "sequential"));
    journey.isOpen = json.value("open", false);
    journey.hold = json.value("hold", std::vector<std::string>());
    for (const auto& item : json.at("stages")) {
        try {
            journey.stages.push_back(stageOf(item));
        } catch (const nlohmann::json::exception& e) {
            throw std::runtime_error("stage " + std::to_string(journey.stages.size() + 1) + ": " + jsonProblem(e));
        }
    }
    if (const auto exclude = json.find("exclude"); exclude != json.end()) // not value(), which copies: of deep JSON that takes a deep stack
        for (const auto& item : *exclude) {
            try {
                journey.exclusions.push_back({item.at("name"), item.at("where"), numberOf(journey, item.at("after")), numberOf(journey, item.at("before"))});
            } catch (const nlohmann::json::exception& e) {
                throw std::runtime_error("exclusion " + std::to_string(journey.exclusions.size() + 1) + ": " + jsonProblem(e));
            }
        }
    check(journey);
    return journey;
}

} // namespace

std::string_view orderName(StageOrder order) { return kOrders[static_cast<size_t>(order)]; }

std::string problemOfCondition(std::string_view where) {
    traceql::ParseError error;
    const auto query = traceql::parse(where, error);
    if (!query)
        return error.message;
    if (const auto wrong = traceql::check(*query))
        return wrong->message;
    if (traceql::needsOf(*query).cases)
        return "it cannot ask for cases or stages, which are made of stages";
    if (std::any_of(query->nodes.begin(), query->nodes.end(), [](const traceql::Node& node) { return node.type == traceql::Node::Type::Metric; }))
        return "it has to select spans, not make series over time";
    return {};
}

std::string problemOf(const JourneyDefinition& journey) {
    try {
        check(journey);
    } catch (const std::runtime_error& e) {
        return e.what();
    }
    return {};
}

JourneyDefinition journeyFromJson(std::string_view text) { return readJson(text, "The journey", journeyOf); }

JourneyDefinition journeyOfFile(const std::string& path) { return readSmallFile(path, journeyFromJson); }

std::string toJson(const JourneyDefinition& journey) {
    nlohmann::ordered_json json = {{"id", journey.id}, {"name", journey.name}, {"case", journey.caseKey}};
    if (journey.ownCase)
        json["case"] = nlohmann::ordered_json::parse(toJson(*journey.ownCase));
    const auto unless = [](nlohmann::ordered_json& object, const char* key, const auto& value, const auto& usual) {
        if (value != usual)
            object[key] = value;
    };
    unless(json, "bots", journey.withBots, false);
    unless(json, "window_s", journey.window / kSecond, int64_t(0));
    unless(json, "idle_s", journey.idleLimit / kSecond, int64_t(0));
    unless(json, "target_s", journey.target / kSecond, int64_t(0));
    unless(json, "order", std::string(orderName(journey.order)), std::string(kOrders[0]));
    unless(json, "open", journey.isOpen, false);
    unless(json, "hold", journey.hold, std::vector<std::string>());
    for (const StageDefinition& stage : journey.stages) {
        nlohmann::ordered_json item = {{"name", stage.name}, {"where", stage.where}};
        unless(item, "any_span", stage.anySpan, false);
        unless(item, "optional", stage.isOptional, false);
        unless(item, "times", stage.times, 1U);
        unless(item, "holds", stage.holds, true);
        unless(item, "within_s", stage.within / kSecond, int64_t(0));
        unless(item, "failed", stage.failed, std::string());
        json["stages"].push_back(std::move(item));
    }
    for (const ExclusionDefinition& exclusion : journey.exclusions)
        json["exclude"].push_back({{"name", exclusion.name}, {"where", exclusion.where}, {"after", journey.stages[exclusion.after].name}, {"before", journey.stages[exclusion.before].name}});
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::vector<JourneyDefinition> journeyPresets() {
    std::vector<JourneyDefinition> out;
    for (const std::string& path : listResources(":/presets/journeys"))
        out.push_back(journeyFromJson(readResource(path.c_str())));
    return out;
}

} // namespace aisle
