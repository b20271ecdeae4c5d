#pragma once
// Every trace, or span, as a dot by its start and its duration: one dot where several fall on the same place of the screen, of
// one that failed if one did, so that a failure is never hidden under others.

#include "analysis/heatmap.h"

namespace aisle {

struct Scatter {
    ItemsOf of = ItemsOf::Traces;
    HeatmapAxes axes; ///< as fine as the screen
    struct Dot {
        uint32_t column, row;
        uint32_t count, errors; ///< items in its place
        uint32_t group;         ///< of `item`
        Item item;              ///< the first that failed, else the first one
    };
    std::vector<Dot> dots; ///< by column, then row
    std::string by;
    std::vector<ItemGroups::Group> groups;
    uint64_t counted = 0, errors = 0, without = 0;
    const Dot* at(uint32_t column, uint32_t row) const; ///< null: none. O(log n)
};

/// Of what the scope selects, in the axes of everything. `by`: what colours are by; empty: none. Throws std::runtime_error with a
/// sentence when it is no field, StoreError and Stopped.
Scatter scatter(const traceql::Context& context, const ScopeResult& scope, ItemsOf of, const std::string& by, const HeatmapAxes& axes, const StopToken& stop = {});

/// A row for each dot: its item, and how many there are in its place.
Tabular tabulate(const Scatter& scatter, const SpanTable& table, bool utc);

/// Every item by start, not dots; at most so many (0: all), the rest is counted in a note.
Tabular tabulateItems(const SpanTable& table, const ScopeResult& scope, ItemsOf of, uint64_t limit, bool utc);

} // namespace aisle
