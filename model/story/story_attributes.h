#pragma once
// What attributes mean that an order's story is told from, and by which an order is found: resources/presets/story.json. Amounts and
// currencies are those of resources/presets/amounts.json.

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

namespace aisle {

struct StoryAttributes {
    /// Names of attributes, best first.
    std::vector<std::string> email, tracking, charge, method, mail, reason, status, path, topic, amounts, currencies;
    /// What a span says that had to refuse something and is no error itself: the value of an attribute that says so.
    std::map<std::string, std::string> refusals;
    /// Regular expressions (RE2), searched in the names of operations without regard to case: a charge, what is paid back, and a mail to the customer.
    std::string payment, refund, mailing;
    /// The same, searched in the last part of the name of a charge ("Authorize" of "pay.PaymentService/Authorize"): what only reserves the money,
    /// and what takes it, also where it does both.
    std::string authorisation, capture;
    /// Words of messages that nobody is called by, small.
    std::unordered_set<std::string> messageWords;

    static const StoryAttributes& preset();
};

} // namespace aisle
