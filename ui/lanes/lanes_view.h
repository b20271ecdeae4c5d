#pragma once
// The spans of the trace on show packed by depth: all of them at once, in as few lines as they fit into.

#include "analysis/lanes.h"
#include "trace/block_chart.h"

namespace aisle {

class LanesView : public BlockChart {
    Q_OBJECT
public:
    explicit LanesView(ViewContext& context, QWidget* parent = nullptr);

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;

protected:
    std::function<ContentPtr(const StopToken&)> maker(TraceDataPtr data) const override;
    NodeIndex nodeOf(uint32_t block) const override { return packed().lanes.spans[block]; }
    uint32_t blockOf(NodeIndex node) const override { return packed().blockOf[node]; }
    QString textOf(uint32_t block, const Redactor* redactor) const override;
    QString toolTipOf(uint32_t block) const override;
    QString emptyWords() const override;

private:
    struct LaneContent : Content {
        Lanes lanes;
        std::vector<uint32_t> blockOf; ///< by node
        uint32_t left = 0;             ///< spans without a start
    };
    const LaneContent& packed() const { return static_cast<const LaneContent&>(*content()); }
};

} // namespace aisle
