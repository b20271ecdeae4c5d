#pragma once
// The dotted chart (Song, van der Aalst 2007; van der Aalst 2016, "Process Mining", 9.2): each visit of a stage as a dot, orders from top
// to bottom, time from left to right. Bounded for the screen: orders share rows, visits of a stage in the same cell are one dot.
//
// Times are ns since the Unix epoch. Pure; on any thread.

#include "export/tabular.h"
#include "orders/fulfilment_log.h"

#include <span>
#include <string_view>
#include <utility>

namespace aisle {

enum class DottedTime : uint8_t { Absolute, SinceStart };
/// By the start of the order; by lead time; by the stage that it came to (FulfilmentLog::cameTo). Ties by start, then case.
enum class DottedSort : uint8_t { Start, Lead, LastStage };
std::string_view sortName(DottedSort sort); ///< "start", "lead", "stage"

struct DottedChartAsked {
    DottedTime time = DottedTime::Absolute;
    DottedSort sort = DottedSort::Start;
    uint32_t columns = 1000, rows = 600; ///< at most, at least 1
    bool operator==(const DottedChartAsked&) const = default;
};

struct DottedChart {
    struct Dot {
        uint32_t row = 0, column = 0, stage = 0;
        uint32_t count = 0, failed = 0; ///< visits
        uint32_t first = 0;             ///< of FulfilmentLog::visits, the first of the order on top
    };
    DottedChartAsked asked;
    std::vector<std::string> stages;
    std::vector<uint64_t> visitsOf;  ///< by stage
    std::vector<CaseNumber> orders;  ///< that have visits, from top to bottom
    std::vector<int64_t> start;      ///< by order, parallel: earliest start of its visits
    uint32_t columns = 0, rows = 0;  ///< as asked; no more rows than orders
    int64_t from = 0, to = 0;        ///< of the x axis, both within; since the start `from` is 0
    std::vector<Dot> dots;           ///< by row, column, stage; at most one of each
    uint64_t visits = 0, failed = 0;

    uint32_t columnOf(int64_t x) const; ///< of a time on the x axis, within it. O(1)
    /// Orders that share a row. O(1)
    std::span<const CaseNumber> ordersOf(uint32_t row) const;
    uint32_t rowOf(size_t order) const; ///< of an order by its place in `orders`. O(1)
    std::span<const Dot> dotsAt(uint32_t row, uint32_t column) const; ///< by stage. O(log n)
};

/// Of the orders of `only` (by CaseNumber). O(visits + orders log orders + dots log dots). Throws Stopped.
DottedChart dottedChart(const FulfilmentLog& log, const std::vector<bool>& only, const DottedChartAsked& asked, const StopToken& stop = {});
/// The visits that fall on a cell: numbers of FulfilmentLog::visits, by order from top to bottom, then time.
std::vector<uint32_t> visitsAt(const DottedChart& chart, const FulfilmentLog& log, uint32_t row, uint32_t column);

/// A row for each visit, orders from top to bottom, of at most so many orders (0: all).
Tabular tabulate(const DottedChart& chart, const FulfilmentLog& log, const JourneyState& state, uint64_t limit, bool utc);
/// What is folded, in sentences.
std::vector<std::string> dottedNotes(const DottedChart& chart);

} // namespace aisle
