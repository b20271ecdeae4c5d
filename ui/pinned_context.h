#pragma once
// The context of a pinned view: it shows what the window shows, but keeps the scope it had when it was pinned. What is chosen or
// filtered in it is chosen and filtered in the window.
// Thread: the UI thread.

#include "view_context.h"

namespace aisle {

class PinnedContext : public ViewContext {
    Q_OBJECT
public:
    /// `keepsFocus`: of a view that is about the focus (a trace, details), which would show another one otherwise.
    PinnedContext(ViewContext& live, bool keepsFocus, QObject* parent);
    const Selection& pinned() const { return pinned_; }
    Export& exporter() override { return live_.exporter(); }
    bool masks() const override { return live_.masks(); }
    bool isPinned() const override { return true; }
    bool isOfOrders() const override { return live_.isOfOrders(); }
    Notes& notes() override { return live_.notes(); }
    CaseKeys& caseKeys() override { return live_.caseKeys(); }
    std::shared_ptr<const FulfilmentLog> orderLog() const override { return live_.orderLog(); }
    void setJourney(const JourneyDefinition& definition) override { live_.setJourney(definition); }
    void chooseJourney() override { live_.chooseJourney(); }

private:
    void handOver();
    ViewContext& live_;
    const bool keepsFocus_;
    Selection pinned_;
    bool isHandingOver_ = false;
};

} // namespace aisle
