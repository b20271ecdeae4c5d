#pragma once
// What the scope selects without some of its terms: a view is not filtered by what is brushed in it.
// Thread: the UI thread.

#include "view_context.h"

namespace aisle {

class ScopeWithout : public QObject {
    Q_OBJECT
public:
    using Kinds = std::vector<ScopeTerm::Kind>;
    ScopeWithout(ViewContext& context, Kinds kinds, QObject* parent);
    void setKinds(Kinds kinds);
    /// Of the context's table; never null.
    const std::shared_ptr<const ScopeResult>& result() const { return result_; }
    bool isBusy() const { return worker_.isBusy(); }

Q_SIGNALS:
    void changed(); ///< not while only the terms left out change

private:
    void follow();
    void show(std::shared_ptr<const ScopeResult> result);

    ViewContext& context_;
    Kinds kinds_;
    SpanTablePtr table_; ///< that `result_` is of
    std::shared_ptr<const JourneyState> journey_; ///< with which it was worked out
    std::shared_ptr<const ScopeResult> result_;
    Worker worker_{this};
};

} // namespace aisle
