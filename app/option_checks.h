#pragma once
// What values options may have, and what is said of others.

#include <CLI/CLI.hpp>

#include <cstdint>

namespace aisle {

/// The decimal digits of a whole number from `least` on, which may be 0 or 1.
CLI::Validator wholeNumber(uint64_t least);

/// Of this command and all below it: an option whose value is empty is wrong usage, as of a script whose variable is not set. It meant
/// what the command does without the option, or nothing. Positional arguments are not options. Call it when all of them are added.
void refuseEmptyValues(CLI::App& app);

} // namespace aisle
