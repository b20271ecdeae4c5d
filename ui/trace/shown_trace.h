#pragma once
// What the trace views show, worked out once for all of them: the trace of the focus, or several on one timeline (those of a
// case, or that were chosen together). A focus on a service, call or stage keeps what is shown; where it has none of what that is
// about, the longest trace that has some comes instead (going back brings the other one back). A focus on a span of what is
// shown keeps it, too.
// Thread: the UI thread; the work runs on workers.

#include "analysis/clock_skew.h"
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
    bool groupsSiblings() const { return options_.tree.groupFrom > 0; }
    void setGroupsSiblings(bool groups);

    /// Whether idle time takes less place.
    bool skipsIdle() const { return data_ && data_->axis.hasFolds(); }
    void setSkipsIdle(bool skips);

    /// Whether axes say the time of day instead of the time since the start.
    bool showsClock() const { return showsClock_; }
    void setShowsClock(bool shows);

    /// What the clocks of hosts say about the traces on show, as recorded; null: not known yet, or nothing to say.
    const std::shared_ptr<const ClockFindings>& clocks() const { return findings_; }
    const std::shared_ptr<const ClockSkew>& clockSkew() const { return skew_; } ///< null: not known yet
    /// Whether calls are shown within their callers; recorded times never change. For the traces on show only: another one is shown
    /// as recorded again.
    bool adjustsClocks() const { return options_.skew != nullptr; }
    double clockShare() const { return options_.clockShare; }
    /// `share`: where in what is possible, 0 to 1.
    void setAdjustsClocks(bool adjusts, double share = 0.5);

    /// Asks the waterfall to look for this query (TraceQL), and to show nothing else.
    void requestSearch(const QString& query) { Q_EMIT searchRequested(query); }

    /// What the trace on show is compared with; nothing: what such a trace usually is. Kept until another one is chosen.
    const std::optional<TraceId>& baseline() const { return baseline_; }
    void setBaseline(std::optional<TraceId> trace);

    /// Focus on the slowest trace of the scope, else of all.
    void openSlowest();

    /// Siblings of one operation from here on are a group: fewer are seen at a glance.
    static constexpr uint32_t kGroupFrom = 5;
    /// Traces on one timeline; of more the first by start are shown, and that is said.
    static constexpr size_t kMostTraces = 2000;
    size_t leftOut() const { return leftOut_; } ///< traces that are too many

Q_SIGNALS:
    void changed();       ///< other data, none, or a problem
    void clockChanged();  ///< what axes say
    void clocksMeasured(); ///< clocks() is another one
    void searchRequested(const QString& query);
    void baselineChanged();

private:
    void follow(const Focus& focus);
    void followMatches();
    void tableChanged();
    void show(std::vector<TraceIndex> traces);
    void build();
    /// What data is made of.
    struct Request {
        SpanTablePtr table;
        std::vector<TraceId> traces;
        TraceOptions options;
        bool operator==(const Request&) const = default;
    };
    void measureClocks();
    void findClocks();

    ViewContext& context_;
    TraceDataPtr data_;
    TraceOptions options_;
    std::vector<TraceId> wanted_; ///< being built or shown
    Request shown_, asked_;       ///< what data_ was made of, and what was asked for last
    size_t leftOut_ = 0;
    std::optional<TraceId> baseline_;
    bool showsClock_ = false;
    std::shared_ptr<const ClockSkew> skew_; ///< of the present table
    std::shared_ptr<const ClockFindings> findings_;
    QString problem_;
    Worker *worker_, *skewWorker_, *findingsWorker_;
};

} // namespace aisle
