#include "story/story_attributes.h"

#include "resource/resource.h"

#include <nlohmann/json.hpp>

namespace aisle {

const StoryAttributes& StoryAttributes::preset() {
    static const StoryAttributes known = [] {
        const auto story = nlohmann::json::parse(readResource(":/presets/story.json")), money = nlohmann::json::parse(readResource(":/presets/amounts.json"));
        const auto& names = story.at("attributes");
        StoryAttributes out;
        out.email = names.at("email");
        out.tracking = names.at("tracking");
        out.charge = names.at("charge");
        out.method = names.at("method");
        out.mail = names.at("mail");
        out.reason = names.at("reason");
        out.refusals = story.at("refusals").get<std::map<std::string, std::string>>();
        out.status = names.at("status");
        out.path = names.at("path");
        out.topic = names.at("topic");
        out.amounts = money.at("amounts");
        out.currencies = money.at("currencies");
        out.payment = story.at("operations").at("payment");
        out.refund = story.at("operations").at("refund");
        out.authorisation = story.at("operations").at("authorisation");
        out.capture = story.at("operations").at("capture");
        out.mailing = story.at("operations").at("mail");
        out.messageWords = story.at("message_words").get<std::unordered_set<std::string>>();
        return out;
    }();
    return known;
}

} // namespace aisle
