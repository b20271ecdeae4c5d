#pragma once
// The trace that the trace views show, worked out once for all of them: that of the focus. A focus on a service, call,
// stage or case keeps it; where it has none of what that is about, the longest trace that has some comes instead (going
// back brings the other one back).
// Thread: the UI thread; the work runs on a worker.

#include "trace/trace_data.h"

#include <QObject>

namespace aisle {

class Worker;
class ViewContext;
struct Focus;

class ShownTrace : public QObject {
    Q_OBJECT
public:
    /// `context` outlives this.
    explicit ShownTrace(ViewContext& context);
    ~ShownTrace() override;

    const TraceDataPtr& data() const { return data_; } ///< null: none is chosen
    bool isBusy() const;
    const QString& problem() const { return problem_; } ///< why there is none; empty: nothing went wrong

    /// Whether repeated siblings are groups.
    bool groupsSiblings() const { return options_.groupFrom > 0; }
    void setGroupsSiblings(bool groups);

    /// Focus on the slowest trace of the scope, else of all.
    void openSlowest();

    /// Siblings of one operation from here on are a group: fewer are seen at a glance.
    static constexpr uint32_t kGroupFrom = 5;

Q_SIGNALS:
    void changed(); ///< other data, none, or a problem

private:
    void follow(const Focus& focus);
    void followMatches();
    void tableChanged();
    void build(TraceIndex trace);

    ViewContext& context_;
    TraceDataPtr data_;
    WaterfallOptions options_{kGroupFrom};
    TraceId wanted_; ///< being built or shown
    QString problem_;
    Worker* worker_;
};

} // namespace aisle
