#pragma once
// --mask and --privacy, which every command has that prints what is in a file.

#include <CLI/CLI.hpp>

#include <string>

namespace aisle {

struct MaskOptions {
    bool isAsked = false;
    std::string rules; ///< a file of them; empty: the preset and what is kept in the workspace

    bool isOn() const { return isAsked || !rules.empty(); }
};

inline void addMaskOptions(CLI::App& command, MaskOptions& options) {
    command.add_flag("--mask", options.isAsked, "Put pseudonyms in the place of personal data: e-mail addresses, card numbers, names, tokens; show masking lists what that is of a file");
    command.add_option("--privacy", options.rules, "Mask by the rules of this JSON file, in place of those that the program has and those that are kept in the workspace")->check([](const std::string& value) {
        return value.empty() ? std::string("the value is empty") : std::string();
    });
}

} // namespace aisle
