#include "show_order_charts.h"

#include "journey/funnel_table.h"
#include "offscreen_application.h"
#include "orders/dotted_chart_painter.h"
#include "orders/performance_spectrum_painter.h"
#include "orders/work_in_progress_painter.h"
#include "scope_result.h"
#include "show_drop_off.h"
#include "theme/theme.h"
#include "window/picture.h"

#include <QPainter>

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace aisle {

namespace {

constexpr QSize kPicture(1132, 640); // as wide as other pictures

struct Orders {
    const JourneyState& state;
    const FulfilmentLog& log;
    std::vector<bool> only;
};

Orders ordersOf(const traceql::Context& context, const ScopeResult& scope) {
    const JourneyState& state = *context.journey;
    if (!state.orders)
        throw std::runtime_error(state.problem);
    return {state, *state.orders, casesInScope(state, scope)};
}

/// The stages that are named, else those of the pair with the largest total.
SpectrumAsked spectrumAsked(const ShowOptions& o, const Orders& orders, std::vector<StagePair> pairs) {
    SpectrumAsked asked;
    asked.directly = !o.eventually;
    asked.byTarget = o.byTarget;
    const auto named = [&](const std::string& name) { return static_cast<uint32_t>(stageNamed(name, orders.state.everything)); };
    if (!o.from.empty())
        asked.from = named(o.from);
    if (!o.to.empty())
        asked.to = named(o.to);
    if (!o.from.empty() && !o.to.empty())
        return asked;
    std::erase_if(pairs, [&](const StagePair& pair) { return pair.from == pair.to || (!o.from.empty() && pair.from != asked.from) || (!o.to.empty() && pair.to != asked.to); });
    const std::optional<StagePair> widest = widestPair(pairs);
    if (!widest)
        throw std::runtime_error(!o.from.empty() ? "No order went on from " + orders.log.stages[asked.from] + "." : !o.to.empty() ? "No order came to " + orders.log.stages[asked.to] + " from another stage." : "No order went from one stage to another.");
    asked.from = widest->from;
    asked.to = widest->to;
    return asked;
}

DottedChartAsked dottedAsked(const ShowOptions& o) {
    DottedChartAsked asked;
    asked.time = o.sinceStart ? DottedTime::SinceStart : DottedTime::Absolute;
    for (const DottedSort sort : {DottedSort::Start, DottedSort::Lead, DottedSort::LastStage})
        if (o.sort == sortName(sort))
            asked.sort = sort;
    return asked;
}

Tabular spectrumTable(const ShowOptions& o, const Orders& orders) {
    const std::vector<StagePair> pairs = stagePairs(orders.log, orders.only);
    if (o.by == "pair")
        return tabulatePairs(pairs, orders.log);
    const PerformanceSpectrum found = performanceSpectrum(orders.log, orders.only, spectrumAsked(o, orders, pairs));
    if (o.by == "time")
        return tabulateBins(found, o.utc);
    if (o.by == "batch")
        return tabulateBatches(found, o.utc);
    if (o.by == "blockage")
        return tabulateBlockages(found, o.utc);
    return tabulate(found, orders.state, o.limit.value_or(0), o.utc);
}

} // namespace

void addOrderChartOptions(CLI::App& command, ShowOptions& o) {
    command.add_option("--sort", o.sort, "What the orders of the dotted chart are sorted by: start (as without), lead, the lead time, or stage, how far they came")->check(CLI::IsMember({"start", "lead", "stage"}));
    command.add_flag("--since-start", o.sinceStart, "The dotted chart by the time since each order's start");
    command.add_option("--from", o.from, "Stage that the performance spectrum is from, by name; without --from and --to the two between which most time passed in all");
    command.add_option("--to", o.to, "Stage that the performance spectrum is to, by name");
    command.add_flag("--eventually", o.eventually, "The performance spectrum from the first visit of the one stage to the first of the other after it, also with others in between");
    command.add_flag("--by-target", o.byTarget, "Colours the picture of the performance spectrum by what is later than the target, where there is one, not by quarters");
}

std::string wrongForOrderCharts(const ShowOptions& o) {
    const bool isSpectrum = o.view == kPerformanceSpectrum;
    if ((!o.sort.empty() || o.sinceStart) && o.view != kDottedChart)
        return "--sort and --since-start are for dotted-chart";
    if (o.sinceStart && !o.isPicture())
        return "--since-start is for the picture; the table has both times";
    if ((!o.from.empty() || !o.to.empty() || o.eventually || o.byTarget) && !isSpectrum)
        return "--from, --to, --eventually and --by-target are for performance-spectrum";
    if (o.byTarget && !o.isPicture())
        return "--by-target is for the picture; the table says which are late";
    if (!isOrderChart(o.view))
        return {};
    if (!o.by.empty() && o.isPicture())
        return "--by is for " + o.view + " as a table";
    if (isSpectrum && !o.by.empty() && o.by != "order" && o.by != "pair" && o.by != "time" && o.by != "batch" && o.by != "blockage")
        return "performance-spectrum is by order, pair, time, batch or blockage";
    if (isSpectrum && o.by == "pair" && (!o.from.empty() || !o.to.empty() || o.eventually))
        return "--by pair is of all stages; --from, --to and --eventually do not go with it";
    if (isSpectrum && o.limit && !o.by.empty() && o.by != "order")
        return "--limit is for performance-spectrum by order";
    if (o.view == kWorkInProgress && !o.by.empty() && o.by != "time" && o.by != "stage")
        return "work-in-progress is by time or by stage";
    return {};
}

std::optional<Tabular> orderChartContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    if (!isOrderChart(o.view))
        return std::nullopt;
    const Orders orders = ordersOf(context, scope);
    Tabular out;
    if (o.view == kDottedChart) {
        out = tabulate(dottedChart(orders.log, orders.only, dottedAsked(o)), orders.log, orders.state, o.limit.value_or(0), o.utc);
    } else if (o.view == kPerformanceSpectrum) {
        out = spectrumTable(o, orders);
    } else {
        const WorkInProgress work = workInProgress(orders.log, orders.only);
        out = o.by == "stage" ? tabulateStages(work, o.utc) : tabulate(work, o.utc);
    }
    if (std::string note = timeNote(scope.scope, orders.state.cases().key()); !note.empty())
        out.notes.push_back(std::move(note));
    return out;
}

std::string drawnOrderChart(const ShowOptions& o, const std::shared_ptr<Workspace>& workspace, int& argc, char** argv) {
    const OffscreenApplication app(argc, argv, o.theme);
    const EvaluatedScope evaluated = evaluateScope(workspace, o.scope, true, o.journeyDefinition, true);
    const Orders orders = ordersOf(evaluated.context, evaluated.result);
    const auto picture = [&](const auto& chart, const auto& paint) {
        return pictureAs(o.as, kPicture, [&](QPainter& painter) {
            painter.fillRect(QRect(QPoint(), kPicture), theme().surface);
            paint(painter, QSizeF(kPicture), chart, TimeZone{o.utc}, theme(), o.redactor.get());
        });
    };
    const std::runtime_error nothing("There is nothing to draw of " + o.view + "; --as text says why.");
    if (o.view == kDottedChart) {
        DottedChartAsked asked = dottedAsked(o);
        std::tie(asked.columns, asked.rows) = DottedChartLayout::cellsFor(kPicture);
        const DottedChart chart = dottedChart(orders.log, orders.only, asked);
        if (chart.orders.empty())
            throw nothing;
        return picture(chart, paintDottedChart);
    }
    if (o.view == kPerformanceSpectrum) {
        const PerformanceSpectrum chart = performanceSpectrum(orders.log, orders.only, spectrumAsked(o, orders, stagePairs(orders.log, orders.only)));
        if (chart.counts.empty())
            throw nothing;
        return picture(chart, paintPerformanceSpectrum);
    }
    const WorkInProgress chart = workInProgress(orders.log, orders.only, 200);
    if (chart.all.bins.empty())
        throw nothing;
    return picture(chart, paintWorkInProgress);
}

} // namespace aisle
