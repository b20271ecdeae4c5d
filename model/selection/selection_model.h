#pragma once
// The one selection of a window: a scope that filters and a focus that highlights, with back and forward.
// Thread: the UI thread. No view knows another; each follows this model.

#include "selection/scope.h"

#include <QObject>

namespace aisle {

/// What was clicked. Named by ids that survive another import or a reload, never by row numbers.
struct Focus {
    enum class Kind { None, Trace, Span, Service, Edge, Stage, Step, Case, Traces };
    Kind kind = Kind::None;
    TraceId trace;    ///< Trace, Span
    SpanId span = 0;  ///< Span
    Row row = kNoRow; ///< Span: a hint that tells halves of one id apart; checked against `span` before use
    std::string name; ///< Service, Stage, Case; Edge: the caller; Step: the stage that it begins at
    std::string other; ///< Edge: the callee; Step: the stage that follows
    std::vector<std::string> passing; ///< Step: stages that are left out; they may lie in between, and do not count
    bool isStopped = false; ///< Stage: of those who came to it those who stopped there
    std::vector<TraceId> traces; ///< Traces: several, to be seen on one timeline

    static Focus onTrace(TraceId trace);
    static Focus onSpan(const SpanTable& table, Row row);
    static Focus onService(std::string name);
    static Focus onEdge(std::string from, std::string to);
    static Focus onStage(std::string name);
    static Focus onStopped(std::string stage); ///< those who came to the stage and no further
    static Focus onStep(std::string from, std::string to, std::vector<std::string> passing = {}); ///< from one stage to what follows it directly
    static Focus onCase(std::string value);
    static Focus onTraces(std::vector<TraceId> traces);
    bool operator==(const Focus&) const = default;

    /// The row or trace in that table; nothing when it is not there (any more).
    Row rowIn(const SpanTable& table) const;
    std::optional<TraceIndex> traceIn(const SpanTable& table) const;
    std::string toWords(const SpanTable* table) const;
};

struct Selection {
    Scope scope;
    Focus focus;
    bool operator==(const Selection&) const = default;
};

class SelectionModel : public QObject {
    Q_OBJECT
public:
    explicit SelectionModel(QObject* parent = nullptr);

    const Selection& selection() const { return current_; }
    const Scope& scope() const { return current_.scope; }
    const Focus& focus() const { return current_.focus; }

    /// An unchanged value signals nothing.
    void setFocus(const Focus& focus);
    void setScope(const Scope& scope);
    void addTerm(const ScopeTerm& term); ///< "Filter to this"
    void removeTerm(size_t index);
    /// While a brush moves: changes the scope without a step of history per pixel.
    void setScopeLive(const Scope& scope);
    bool isLive() const { return live_; } ///< a brush moves; setScope() with the same scope says that it is done

    bool canGoBack() const { return !back_.empty(); }
    bool canGoForward() const { return !forward_.empty(); }
    void goBack();
    void goForward();
    /// For another workspace: an empty selection and no history.
    void clear();

Q_SIGNALS:
    void scopeChanged(const aisle::Scope& scope);
    void focusChanged(const aisle::Focus& focus);
    void historyChanged();
    void cameToRest(); ///< a brush is done, and where it is has been signalled

private:
    void change(const Selection& to, bool live);
    void show(const Selection& to);

    Selection current_;
    std::vector<Selection> back_, forward_;
    bool live_ = false;
};

} // namespace aisle
