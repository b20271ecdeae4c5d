#pragma once
// The trace on show beside another one, its baseline: which spans are in both, what took longer, what came and went; sorted by what
// it did to the trace. The baseline is chosen in the list of traces or the waterfall; else it is what such a trace usually is.

#include "trace/trace_table.h"

class QLabel;
class QToolButton;

namespace aisle {

class CompareModel;

class CompareView : public TraceTable {
    Q_OBJECT
public:
    CompareView(ViewContext& context, QWidget* parent);

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;

protected:
    NodeIndex nodeAt(int row) const override;
    int rowOf(NodeIndex node) const override;
    void refresh(const TraceDataPtr& data) override;
    void clear() override;
    QString emptyWords() const override;
    void paintCell(QPainter& painter, const QRectF& rect, const QModelIndex& index) const override;

private:
    void showWords();
    CompareModel* model_;
    QLabel* words_;
    QToolButton* usual_;
    QString problem_;
};

} // namespace aisle
