#pragma once

#include "demo/catalogue.h"
#include "demo/scenario.h"
#include "demo/trace_writer.h"

namespace aisle::demo {

// Where the execution of a request stands: in which span, on which instance, at what time. Building
// a trace is moving cursors forward; a parallel branch starts from a saved `now`.
struct Cursor {
    SpanIndex span = 0;
    InstanceId instance = 0;
    Nanos now = 0;
    SpanIndex client = 0; // the caller's side of the call, for leave()
};

struct Remote {
    std::string_view host;
    std::string_view path;
    std::string_view name; // of the span: "METHOD template"
};

// Appends the spans of calls, queries and failures to the current trace, with the attributes that
// the semantic conventions v1.44.0 ask for.
class Calls {
public:
    Calls(const Topology& topology, const ScenarioModel& model, TraceWriter& writer);

    // `rng` decides everything random about the trace, and must live until finish().
    void begin(uint64_t session, uint32_t number, Rng& rng);
    void finish() { writer_.finishTrace(); }

    Cursor root(InstanceId instance, Kind kind, std::string_view name, Nanos at);

    // gRPC to some instance of another service: a CLIENT span here, a SERVER span there.
    Cursor enter(Cursor& caller, Service callee, std::string_view method);
    // `status` is the gRPC status. The caller goes on when the answer has arrived.
    void leave(Cursor& caller, const Cursor& callee, std::string_view status = "OK");

    Cursor inner(const Cursor& parent, std::string_view name);
    void leaveInner(Cursor& parent, const Cursor& inner);

    // The service computes for about `median`, longer on a busy or overloaded instance.
    void work(Cursor& cursor, Nanos median);
    void query(Cursor& cursor, const Statement& statement);
    // The same with another typical time than the statement's.
    void query(Cursor& cursor, const Statement& statement, Nanos median);

    // A POST to another company's API, which has no spans of its own. `status` 0 is a timeout.
    void external(Cursor& cursor, const Remote& remote, Nanos duration, int status, int resend = 0);

    // The span failed. Exceptions go where the service's SDK sends them: an event or a log record.
    void fail(const Cursor& cursor, std::string_view errorType, std::string_view message = {});
    void raise(const Cursor& cursor, const Fault& fault);

    std::string& attributes(const Cursor& cursor) { return writer_.span(cursor.span).attributes; }
    void end(const Cursor& cursor) { writer_.span(cursor.span).end = cursor.now; }

    const Topology& topology() const { return topology_; }
    const ScenarioModel& model() const { return model_; }
    TraceWriter& writer() { return writer_; }
    Rng& rng() { return *rng_; }

private:
    InstanceId pick(Service service, Nanos at);
    Nanos stretched(const Cursor& cursor, Nanos duration) const;

    const Topology& topology_;
    const ScenarioModel& model_;
    TraceWriter& writer_;
    Rng* rng_ = nullptr;
};

} // namespace aisle::demo
