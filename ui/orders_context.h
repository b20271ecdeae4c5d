#pragma once
// The context of the views of orders: the window's table and its one selection, with the flow of orders as the journey. So the pages of
// journeys (paths, times, by value, cases) are pages of orders, too, and a stage or an order that is chosen here is chosen everywhere.
// The flow is worked out when one of its views is seen first: 5 M spans take 2 s.
// Thread: the UI thread.

#include "orders/fulfilment_log.h"
#include "view_context.h"

namespace aisle {

class OrdersContext : public ViewContext {
    Q_OBJECT
public:
    /// `live` outlives this.
    explicit OrdersContext(ViewContext& live, QObject* parent = nullptr);

    std::shared_ptr<const FulfilmentLog> orderLog() const override { return log_; }
    bool isOfOrders() const override { return true; }

    bool isScopePending() const override { return live_.isScopePending(); }
    traceql::Context queryContext() const override { return live_.queryContext(); } ///< so that a scope means the same everywhere
    ShownTrace& shownTrace() override { return live_.shownTrace(); }
    Export& exporter() override { return live_.exporter(); }
    bool masks() const override { return live_.masks(); }
    Notes& notes() override { return live_.notes(); }
    CaseKeys& caseKeys() override { return live_.caseKeys(); }
    void seen() override;

private:
    void followTable();
    void followFocus();
    void evaluateJourney() override;

    ViewContext& live_;
    std::shared_ptr<const FulfilmentLog> log_;
    bool isSeen_ = false;
    Worker worker_{this, Worker::Work::Long};
};

} // namespace aisle
