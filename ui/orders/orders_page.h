#pragma once
// Base of the views about what happened to the orders of the scope; their context is the OrdersContext.

#include "funnel/journey_page.h"
#include "orders/fulfilment_log.h"

namespace aisle {

class OrdersPage : public JourneyPage {
    Q_OBJECT
protected:
    OrdersPage(ViewContext& context, QString title, QString words, QWidget* parent, ScopeWithout::Kinds own = {}) : JourneyPage(context, std::move(title), std::move(words), parent, std::move(own)) {}

    /// work() with the log of these orders.
    template <typename Result>
    void workOnOrders(std::function<Result(const JourneyState&, const FulfilmentLog&, const std::vector<bool>&, const StopToken&)> find, std::function<void(Result)> show) {
        const auto log = context().orderLog();
        work<Result>([find = std::move(find), log](const JourneyState& state, const std::vector<bool>& only, const StopToken& stop) { return log ? find(state, *log, only, stop) : Result(); },
                     [this, show = std::move(show), log](Result found) {
                         shownLog_ = log;
                         show(std::move(found));
                     });
    }
    const std::shared_ptr<const FulfilmentLog>& shownLog() const { return shownLog_; } ///< that the content on show is of
    /// Lists these, of the orders on show.
    void listOrders(std::vector<CaseNumber> orders, std::string words) {
        if (!shownJourney() || orders.empty())
            return;
        CaseSet set;
        set.journey = shownJourney();
        set.words = std::move(words);
        set.cases = std::move(orders);
        Q_EMIT casesWanted(set);
    }

private:
    std::shared_ptr<const FulfilmentLog> shownLog_;
};

} // namespace aisle
