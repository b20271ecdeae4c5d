#pragma once
// Sums of money as files write them.

#include <optional>
#include <string_view>

namespace aisle {

/// Of a text that is a number as a whole, or with a currency behind it. Nothing: it is none, or one that can be read in two ways, "1.234,56".
std::optional<double> amountOf(std::string_view text);

} // namespace aisle
