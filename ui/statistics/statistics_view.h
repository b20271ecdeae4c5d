#pragma once
// The spans of the trace on show by operation, by service or by the value of an attribute.

#include "trace/trace_table.h"

class QComboBox;
class QLabel;

namespace aisle {

class StatisticsModel;

class StatisticsView : public TraceTable {
    Q_OBJECT
public:
    explicit StatisticsView(ViewContext& context, QWidget* parent = nullptr);
    ~StatisticsView() override;

    /// "operation", "service" or "attribute:" and a key; the key alone where it is none of the others.
    void groupBy(const QString& what);
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;

protected:
    NodeIndex nodeAt(int row) const override;
    int rowOf(NodeIndex node) const override;
    void refresh(const TraceDataPtr& data) override;
    void clear() override;
    QString emptyWords() const override;

private:
    void readKeys();
    StatisticsModel* model_;
    QComboBox* by_;
    std::string groupedBy_ = "operation";
    QLabel* note_;
    Worker keyWorker_{this};
};

} // namespace aisle
