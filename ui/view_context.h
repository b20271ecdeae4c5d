#pragma once
// What the views of one window share: the workspace's table, the selection and its result, background work.
// Thread: the UI thread. A view reads from here and writes to the selection; it never knows another view.

#include "service_graph/graph_source.h"
#include "journey/journey_model.h"
#include "export/export.h"
#include "selection/focus_matches.h"
#include "selection/selection_model.h"
#include "store/workspace.h"
#include "text/format.h"
#include "theme/service_colours.h"
#include "trace/shown_trace.h"
#include "worker.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace aisle {

class CaseKeys;
struct FulfilmentLog;
class Notes;

class ViewContext : public QObject {
    Q_OBJECT
public:
    explicit ViewContext(QObject* parent = nullptr) : ViewContext(nullptr, parent) {}
    ~ViewContext() override;

    /// Null before anything is open; then views show their empty state.
    const std::shared_ptr<Workspace>& workspace() const { return workspace_; }
    /// Never null; empty when nothing is open. While an import runs: provisional, isProvisional() says so.
    const SpanTablePtr& table() const { return table_; }
    bool isProvisional() const { return provisional_; }
    /// Of the present table's services.
    const ServiceColours& serviceColours() const { return serviceColours_; }

    SelectionModel& selection() { return *selection_; }
    /// Of the present table and scope; never null. Lags behind while isScopePending().
    const std::shared_ptr<const ScopeResult>& scopeResult() const { return scopeResult_; }
    virtual bool isScopePending() const { return scopeWorker_.isBusy(); }
    /// While a brush moves the scope. Views follow with what they can say in a few ms, and say the rest when it has settled.
    bool isMoving() const { return selection_->isLive(); }

    /// What the focus is about, for highlighting; never null, empty while it is worked out.
    const std::shared_ptr<const FocusMatches>& focusMatches() const { return focusMatches_; }

    /// Cases and the funnel of the present journey; never null, empty until computed.
    const std::shared_ptr<const JourneyState>& journey() const { return journey_; }
    virtual void setJourney(const JourneyDefinition& definition);
    void setOrderFlow(const JourneyDefinition& definition); ///< in the place of a journey: what is open is a matter of how orders stand (followOrders())
    virtual void chooseJourney(); ///< the preset that fits best
    /// By somebody here, whether it fits the file or not; nothing: the last one of the workspace, else what fits best.
    const std::optional<JourneyDefinition>& chosenJourney() const { return definition_; }
    /// The journey is the flow of orders, its cases are orders, and it is kept as such (kOrderFlow).
    virtual bool isOfOrders() const { return false; }

    /// The service graph of the present table, worked out when first asked for (on a worker); never null.
    const std::shared_ptr<GraphSource>& graphSource() const { return graph_; }

    /// What queries about the present table are asked of.
    virtual traceql::Context queryContext() const { return {table_, attributes_, graph_, journey_, conditions_, cases_, otherJourney_}; }

    /// The other journey (here the flow of orders, see OrdersContext), whose cases and stages scopes and focus may name, too; null: it is not
    /// worked out.
    const std::shared_ptr<const JourneyState>& otherJourney() const { return otherJourney_; }
    void setOtherJourney(std::shared_ptr<const JourneyState> other);

    /// What happened to the orders that the journey is about, by its cases (OrdersContext); null: it is about none, or not worked out.
    virtual std::shared_ptr<const FulfilmentLog> orderLog() const { return nullptr; }

    /// The trace of the focus, for the views of one trace.
    virtual ShownTrace& shownTrace() { return *shownTrace_; }
    /// A view of it is shown, or asked for its content: what nobody looks at may be put off until then.
    virtual void seen() {}

    /// The way out: clipboard, files, pictures.
    virtual Export& exporter() { return exporter_; }
    /// What decides what may leave from now on. `masks`: it masks personal data, so views that show it in words of people mask it, too.
    void setRedactor(std::shared_ptr<const Redactor> redactor, bool masks);
    virtual bool masks() const { return masks_; }
    virtual Notes& notes(); ///< read when first asked for
    virtual CaseKeys& caseKeys(); ///< the user's own notions of a case; read when first asked for
    void setOwnCaseKeys(std::vector<CaseKey> keys); ///< of this workspace; the journey is worked out anew where they are others
    virtual bool isPinned() const { return false; } ///< of a copy beside the window's own view
    TimeZone timeZone() const { return timeZone_; }
    void setTimeZone(TimeZone zone);

    /// Scopes of pinned views, which later ones can be compared with. Nothing: it is pinned no more.
    void setPinned(const void* pin, const std::optional<Scope>& scope);
    const std::vector<std::pair<const void*, Scope>>& pinned() const { return pinned_; }

    void setWorkspace(std::shared_ptr<Workspace> workspace);
    /// The same content in another file: selection, its history and the chosen journey stay.
    void moveTo(std::shared_ptr<Workspace> workspace);
    void setTable(SpanTablePtr table, bool provisional);

Q_SIGNALS:
    void workspaceMoved();     ///< before tableChanged: the same content in another file
    void tableChanged();       ///< another workspace, another generation
    void scopeResultChanged(); ///< after scopeChanged and tableChanged, when the evaluation is done
    void scopeSettled();       ///< after scopeResultChanged: no brush moves it any more, or it stood still for a while
    void focusMatchesChanged(); ///< after focusChanged, when the rows are known
    void journeyChanged();
    void otherJourneyChanged();
    void revealRequested(bool reveal); ///< that personal data is shown, or masked again
    void maskingChanged();  ///< another redactor
    void caseKeysChanged(); ///< cases are others
    void timeZoneChanged();
    void pinnedChanged();
    void traceRequested(); ///< what is in focus was opened, not only chosen: the window brings up the views of one trace where they are not shown
    void openRequested(); ///< a view's invitation to open a file was taken up; the window asks which
    void undoOffered(const QString& words, const std::function<void()>& undo); ///< what happened, for the strip above the views

protected:
    /// `live`: whose selection it shares and follows; null: it has one of its own, and evaluates it.
    ViewContext(ViewContext* live, QObject* parent);
    /// Has the same content, worked out once for both; its own selection stays.
    void share(const ViewContext& other);
    /// Has the same table and what was read of it, but a journey of its own; says nothing.
    void shareTable(const ViewContext& other);
    virtual void evaluateJourney();
    void showJourney(std::shared_ptr<const JourneyState> journey);
    void shareScope(const ViewContext& other) { scopeResult_ = other.scopeResult_; }
    void setFocusMatches(std::shared_ptr<const FocusMatches> matches) { focusMatches_ = std::move(matches); }
    void forgetJourney(); ///< that was chosen for another workspace
    bool usesPresets() const { return usesPresets_; }

private:
    void evaluateScope();
    void evaluateIfAboutCases();
    void evaluateFocus();
    void show(std::shared_ptr<const ScopeResult> result);
    void settle();

    SelectionModel* selection_;
    bool evaluates_; ///< the selection is its own
    std::shared_ptr<Workspace> workspace_;
    SpanTablePtr table_;
    ServiceColours serviceColours_;
    bool provisional_ = false;
    std::shared_ptr<const ScopeResult> scopeResult_;
    std::shared_ptr<const FocusMatches> focusMatches_ = std::make_shared<FocusMatches>();
    std::shared_ptr<const JourneyState> journey_, otherJourney_;
    std::shared_ptr<GraphSource> graph_;
    std::shared_ptr<CaseSource> cases_;
    std::shared_ptr<traceql::DictionarySource> attributes_;
    std::shared_ptr<traceql::ConditionCache> conditions_;
    std::optional<JourneyDefinition> definition_; ///< chosen by the user; else the last one of the workspace, else the best preset
    bool isOrderFlow_ = false;    ///< definition_ is one
    bool usesPresets_ = false; ///< and not the last one of the workspace
    std::vector<std::pair<const void*, Scope>> pinned_;
    Export exporter_;
    bool masks_ = false;
    TimeZone timeZone_;
    std::unique_ptr<ShownTrace> shownTrace_;
    std::unique_ptr<Notes> notes_;
    std::unique_ptr<CaseKeys> caseKeys_;
    std::optional<std::vector<CaseKey>> ownCaseKeys_; ///< as they were edited here; nothing: as they are in the workspace
    QTimer settling_;
    Worker scopeWorker_{this}, journeyWorker_{this, Worker::Work::Long}, focusWorker_{this};
};

} // namespace aisle
