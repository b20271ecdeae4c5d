#pragma once
// The spans of the trace on show by call path: what was called how often below what, and where the time went. The width of
// a block is the self time of its spans and of everything above it in the stack.

#include "analysis/flame_graph.h"
#include "trace/block_chart.h"

namespace aisle {

class FlameView : public BlockChart {
    Q_OBJECT
public:
    explicit FlameView(ViewContext& context, QWidget* parent = nullptr);

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    const Flame& flameAt(uint32_t block) const;

protected:
    std::function<ContentPtr(const StopToken&)> maker(TraceDataPtr data) const override;
    NodeIndex nodeOf(uint32_t block) const override;
    bool holds(uint32_t block, const RowSet& rows) const override;
    uint32_t blockOf(NodeIndex node) const override;
    QString textOf(uint32_t block, const Redactor* redactor) const override;
    QString toolTipOf(uint32_t block) const override;
    QString emptyWords() const override;

private:
    struct FlameContent : Content {
        FlameGraph graph;
        std::vector<FlameIndex> flames; ///< by block
        std::vector<uint32_t> blockOf;  ///< by flame
    };
    mutable std::vector<bool> held_; ///< by flame: one of its spans is in the rows of the focus
    mutable const RowSet* rowsOf_ = nullptr;
    mutable const FlameContent* flamesOf_ = nullptr;
    const FlameContent& flames() const { return static_cast<const FlameContent&>(*content()); }
};

} // namespace aisle
