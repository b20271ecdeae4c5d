#pragma once
// The performance spectrum as it is drawn: segments from the one stage above to the other below, what went in, out and waited as bars
// beneath, blockages as bands. Pure. Thread: the UI thread.

#include "orders/performance_spectrum.h"
#include "orders/stage_legend.h"
#include "text/format.h"

namespace aisle {

struct SpectrumLayout {
    QRectF title, segments, below, counts, axis, legend;
    std::vector<LegendEntry> entries;
    const TimeBins bins;
    uint64_t most = 1; ///< of the counts
    double xOf(int64_t time) const;
    int64_t timeAt(double x) const;

    SpectrumLayout(const PerformanceSpectrum& spectrum, QSizeF size, const Theme& theme);
};

void paintPerformanceSpectrum(QPainter& painter, QSizeF size, const PerformanceSpectrum& spectrum, TimeZone zone, const Theme& theme, const Redactor* redactor = nullptr);

} // namespace aisle
