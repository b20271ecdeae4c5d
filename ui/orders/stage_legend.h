#pragma once
// Colours of the stages of an order flow, the same in every chart of it, and the lines of boxes and words under the charts that say
// what colours mean.

#include "export/export.h"
#include "theme/theme.h"

#include <QRectF>

#include <string>
#include <vector>

class QPainter;

namespace aisle {

/// By stage, along a ramp: how far an order came is how strong its colour is, also for who sees no red or green.
std::vector<QColor> stageColours(const std::vector<std::string>& stages, const Theme& theme);

/// In one line. `redactor`: of a picture that leaves; null: of the screen.
QString shownStage(const std::string& stage, const Redactor* redactor);

struct LegendEntry {
    QString words;
    QColor colour;
};
/// px, as tall as its lines are when wrapped at `width`. 0 without entries.
double legendHeight(const std::vector<LegendEntry>& entries, double width, const Theme& theme);
void paintLegend(QPainter& painter, const QRectF& rect, const std::vector<LegendEntry>& entries, const Theme& theme);

} // namespace aisle
