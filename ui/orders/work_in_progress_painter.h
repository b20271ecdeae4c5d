#pragma once
// Work in progress as it is drawn: orders at each stage, one on top of the other, those that are stuck as a line; what came and was done
// beneath. Pure. Thread: the UI thread.

#include "orders/stage_legend.h"
#include "orders/work_in_progress.h"

#include <optional>

namespace aisle {

struct WorkLayout {
    QRectF stacks, counts, axis, legend;
    std::vector<LegendEntry> entries;
    const TimeBins bins;
    uint64_t most = 1;     ///< in progress at the end of a bin
    uint64_t mostMoves = 1; ///< arrivals or completions of a bin
    double xOf(uint32_t bin) const;
    double yOf(uint64_t orders) const;
    std::vector<uint64_t> ticks() const; ///< of orders in progress, round numbers from 0
    std::optional<uint32_t> binAt(double x) const;

    WorkLayout(const WorkInProgress& work, QSizeF size, const Theme& theme, const Redactor* redactor = nullptr);
};

void paintWorkInProgress(QPainter& painter, QSizeF size, const WorkInProgress& work, TimeZone zone, const Theme& theme, const Redactor* redactor = nullptr);

} // namespace aisle
