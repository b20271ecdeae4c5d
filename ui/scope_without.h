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
    void setKinds(Kinds kinds) { kinds_ = std::move(kinds); } ///< follow() then
    /// For whoever shows it, when the scope's result has changed and it can be seen: a chart behind another one would take
    /// half of the time that the ones on show have. True when changed() was emitted or will be.
    bool follow();
    /// Of the context's table; never null.
    const std::shared_ptr<const ScopeResult>& result() const { return result_; }

Q_SIGNALS:
    void changed(); ///< not while only the terms left out change

private:
    void show(std::shared_ptr<const ScopeResult> result);

    ViewContext& context_;
    Kinds kinds_;
    std::shared_ptr<const JourneyState> journey_; ///< with which it was worked out
    std::shared_ptr<const ScopeResult> result_;
    bool isTold_ = true; ///< changed() was emitted for it
    Worker worker_{this};
};

} // namespace aisle
