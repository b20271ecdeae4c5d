#include "option_checks.h"

#include <charconv>
#include <string>

namespace aisle {

CLI::Validator wholeNumber(uint64_t least) {
    return CLI::Validator(
        [least](std::string& value) {
            uint64_t number = 0;
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
            const bool isWhole = error == std::errc() && end == value.data() + value.size();
            return isWhole && number >= least ? std::string() : "\"" + value + "\" is not allowed: a whole number, " + std::to_string(least) + " or more";
        },
        least == 0 ? "NONNEGATIVE" : "POSITIVE");
}

void refuseEmptyValues(CLI::App& app) {
    for (CLI::Option* option : app.get_options([](CLI::Option* one) { return one->nonpositional() && one->get_items_expected_max() > 0; }))
        option->transform(CLI::Validator([](std::string& value) { return value.empty() ? std::string("the value is empty") : std::string(); }, "")); // before other checks
    for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; }))
        refuseEmptyValues(*command);
}

} // namespace aisle
