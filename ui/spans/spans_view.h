#pragma once
// Every span of the trace on show in a table, sortable by everything.

#include "trace/trace_table.h"

namespace aisle {

class SpansModel;

class SpansView : public TraceTable {
    Q_OBJECT
public:
    explicit SpansView(ViewContext& context, QWidget* parent = nullptr);

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;

protected:
    NodeIndex nodeAt(int row) const override;
    int rowOf(NodeIndex node) const override;
    void refresh(const TraceDataPtr& data) override;
    void clear() override;
    QString emptyWords() const override;

private:
    SpansModel* model_;
};

} // namespace aisle
