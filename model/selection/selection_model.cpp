#include "selection/selection_model.h"

#include "service_graph/node_words.h"
#include "text/format.h"

namespace aisle {

namespace {
constexpr size_t kHistory = 200;
}

Focus Focus::onTrace(TraceId trace) {
    Focus f;
    f.kind = Kind::Trace;
    f.trace = trace;
    return f;
}

Focus Focus::onSpan(const SpanTable& table, Row row) {
    Focus f;
    f.kind = Kind::Span;
    f.trace = table.traceId(table.trace(row));
    f.span = table.id(row);
    f.row = row;
    return f;
}

Focus Focus::onService(std::string name) {
    Focus f;
    f.kind = Kind::Service;
    f.name = std::move(name);
    return f;
}

Focus Focus::onEdge(std::string from, std::string to) {
    Focus f;
    f.kind = Kind::Edge;
    f.name = std::move(from);
    f.other = std::move(to);
    return f;
}

Focus Focus::onStage(std::string name) {
    Focus f;
    f.kind = Kind::Stage;
    f.name = std::move(name);
    return f;
}

Focus Focus::onStopped(std::string stage) {
    Focus f = onStage(std::move(stage));
    f.isStopped = true;
    return f;
}

Focus Focus::onStep(std::string from, std::string to, std::vector<std::string> passing) {
    Focus f;
    f.kind = Kind::Step;
    f.name = std::move(from);
    f.other = std::move(to);
    f.passing = std::move(passing);
    return f;
}

Focus Focus::onCase(std::string value) {
    Focus f;
    f.kind = Kind::Case;
    f.name = std::move(value);
    return f;
}

Focus Focus::onTraces(std::vector<TraceId> traces) {
    Focus f;
    f.kind = Kind::Traces;
    f.traces = std::move(traces);
    return f;
}

Row Focus::rowIn(const SpanTable& table) const {
    if (kind != Kind::Span)
        return kNoRow;
    const auto index = table.findTrace(trace);
    if (!index)
        return kNoRow;
    for (const Row candidate : table.rowsOf(*index))
        if (candidate == row && table.id(candidate) == span && !table.isHidden(candidate))
            return candidate;
    return table.findSpan(*index, span);
}

std::optional<TraceIndex> Focus::traceIn(const SpanTable& table) const {
    if (kind != Kind::Span && kind != Kind::Trace)
        return std::nullopt;
    return table.findTrace(trace);
}

std::string Focus::toWords(const SpanTable* table) const {
    switch (kind) {
    case Kind::None: return {};
    case Kind::Trace: return "trace " + toHex(trace);
    case Kind::Span: {
        const Row found = table != nullptr ? rowIn(*table) : kNoRow;
        return found == kNoRow ? "span " + toHex(span)
                               : std::string(table->serviceText(found)) + " " + std::string(table->nameText(found));
    }
    case Kind::Service: return table == nullptr || table->serviceByName(name) ? "service " + name : nodeWords(name); // else a database, queue, user
    case Kind::Edge: return nodeWords(name) + " \xe2\x86\x92 " + nodeWords(other);
    case Kind::Stage: return (isStopped ? "stopped at " : "stage ") + name;
    case Kind::Step: return "step " + name + " \xe2\x86\x92 " + other + (passing.empty() ? "" : " past " + (passing.size() == 1 ? passing[0] : counted(passing.size(), "stage", "stages")));
    case Kind::Case: return "case " + name;
    case Kind::Traces: return counted(traces.size(), "trace", "traces");
    }
    return {};
}

SelectionModel::SelectionModel(QObject* parent) : QObject(parent) {}

void SelectionModel::setFocus(const Focus& focus) { change({current_.scope, focus}, false); }

void SelectionModel::setScope(const Scope& scope) { change({scope, current_.focus}, false); }

void SelectionModel::addTerm(const ScopeTerm& term) { setScope(current_.scope.with(term)); }

void SelectionModel::removeTerm(size_t index) { setScope(current_.scope.without(index)); }

void SelectionModel::setScopeLive(const Scope& scope) { change({scope, current_.focus}, true); }

void SelectionModel::change(const Selection& to, bool live) {
    if (to == current_) {
        if (std::exchange(live_, live_ && live) && !live_)
            Q_EMIT cameToRest();
        return;
    }
    if (!(live && live_)) {
        back_.push_back(current_);
        if (back_.size() > kHistory)
            back_.erase(back_.begin());
    }
    live_ = live;
    forward_.clear();
    show(to);
}

void SelectionModel::goBack() {
    if (back_.empty())
        return;
    const Selection to = back_.back();
    back_.pop_back();
    forward_.push_back(current_);
    live_ = false;
    show(to);
}

void SelectionModel::goForward() {
    if (forward_.empty())
        return;
    const Selection to = forward_.back();
    forward_.pop_back();
    back_.push_back(current_);
    live_ = false;
    show(to);
}

void SelectionModel::clear() {
    back_.clear();
    forward_.clear();
    live_ = false;
    show({});
}

void SelectionModel::show(const Selection& to) {
    const Selection from = std::exchange(current_, to);
    if (!(from.scope == to.scope))
        Q_EMIT scopeChanged(current_.scope);
    if (!(from.focus == to.focus))
        Q_EMIT focusChanged(current_.focus);
    Q_EMIT historyChanged();
}

} // namespace aisle
