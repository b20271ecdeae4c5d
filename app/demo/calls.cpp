#include "demo/calls.h"

#include "demo/json_out.h"

namespace aisle::demo {
namespace {

constexpr int kHttps = 443;
constexpr int kGrpcPort = 8080;
constexpr Nanos kDispatch = 60 * kMicro; // from the start of a span until its code does something

// The codes that make a SERVER span an error; the others are the caller's fault (conventions for
// gRPC spans). On the CLIENT side everything but OK is an error.
bool isServerError(std::string_view status) {
    return status == "UNKNOWN" || status == "DEADLINE_EXCEEDED" || status == "UNIMPLEMENTED" ||
           status == "INTERNAL" || status == "UNAVAILABLE" || status == "DATA_LOSS";
}

} // namespace

Calls::Calls(const Topology& topology, const ScenarioModel& model, TraceWriter& writer)
    : topology_(topology), model_(model), writer_(writer) {}

void Calls::begin(uint64_t session, uint32_t number, Rng& rng) {
    rng_ = &rng;
    writer_.beginTrace(session, number);
}

Cursor Calls::root(InstanceId instance, Kind kind, std::string_view name, Nanos at) {
    return {writer_.beginSpan(instance, kind, name, at), instance, at + logNormal(rng(), kDispatch), 0};
}

Cursor Calls::enter(Cursor& caller, Service callee, std::string_view method) {
    const SpanIndex client =
        writer_.beginChild(caller.span, caller.instance, Kind::Client, method, caller.now);
    const Nanos arrival = caller.now + logNormal(rng(), 250 * kMicro);
    const InstanceId instance = pick(callee, arrival);
    const SpanIndex server = writer_.beginChild(client, instance, Kind::Server, method, arrival);
    for (const SpanIndex side : {client, server}) {
        std::string& attributes = writer_.span(side).attributes;
        addText(attributes, "rpc.system.name", "grpc");
        addText(attributes, "rpc.method", method);
        addText(attributes, "server.address", info(callee).name);
        addNumber(attributes, "server.port", kGrpcPort);
    }
    return {server, instance, arrival + logNormal(rng(), kDispatch), client};
}

void Calls::leave(Cursor& caller, const Cursor& callee, std::string_view status) {
    end(callee);
    caller.now = callee.now + logNormal(rng(), 220 * kMicro);
    writer_.span(callee.client).end = caller.now;
    for (const SpanIndex side : {callee.client, callee.span})
        addText(writer_.span(side).attributes, "rpc.response.status_code", status);
    if (status == "OK")
        return;

    SpanRecord& client = writer_.span(callee.client);
    client.error = true;
    addText(client.attributes, "error.type", status);
    if (isServerError(status) && !writer_.span(callee.span).error)
        fail(callee, status);
}

Cursor Calls::inner(const Cursor& parent, std::string_view name) {
    return {writer_.beginChild(parent.span, parent.instance, Kind::Internal, name, parent.now),
            parent.instance, parent.now, 0};
}

void Calls::leaveInner(Cursor& parent, const Cursor& inner) {
    end(inner);
    parent.now = inner.now;
}

void Calls::work(Cursor& cursor, Nanos median) {
    cursor.now += stretched(cursor, logNormal(rng(), median));
}

void Calls::query(Cursor& cursor, const Statement& statement) {
    query(cursor, statement, statement.median);
}

void Calls::query(Cursor& cursor, const Statement& statement, Nanos median) {
    const SpanIndex span =
        writer_.beginChild(cursor.span, cursor.instance, Kind::Client, statement.summary, cursor.now);
    cursor.now += stretched(cursor, logNormal(rng(), median));
    writer_.span(span).end = cursor.now;

    std::string& attributes = writer_.span(span).attributes;
    const bool cache = statement.collection.empty();
    addText(attributes, "db.system.name", statement.system);
    addText(attributes, "db.namespace", statement.database);
    addText(attributes, "db.query.text", statement.text);
    addText(attributes, "db.query.summary", statement.summary);
    addText(attributes, "db.operation.name", statement.operation);
    if (!cache)
        addText(attributes, "db.collection.name", statement.collection);
    addText(attributes, "server.address", statement.server);
    addNumber(attributes, "server.port", cache ? 6379 : 5432);
    cursor.now += logNormal(rng(), 60 * kMicro); // reading the answer
}

void Calls::external(Cursor& cursor, const Remote& remote, Nanos duration, int status, int resend) {
    const SpanIndex span =
        writer_.beginChild(cursor.span, cursor.instance, Kind::Client, remote.name, cursor.now);
    cursor.now += duration;
    SpanRecord& record = writer_.span(span);
    record.end = cursor.now;
    addText(record.attributes, "http.request.method", "POST");
    beginAttribute(record.attributes, "url.full", "stringValue");
    record.attributes.append("\"https://").append(remote.host).append(remote.path).append("\"}}");
    addText(record.attributes, "server.address", remote.host);
    addNumber(record.attributes, "server.port", kHttps);
    if (resend > 0)
        addNumber(record.attributes, "http.request.resend_count", resend);
    if (status == 0) {
        record.error = true;
        addText(record.attributes, "error.type", "timeout");
        return;
    }
    addNumber(record.attributes, "http.response.status_code", status);
    if (status >= 400) {
        record.error = true;
        addText(record.attributes, "error.type", std::to_string(status));
    }
}

void Calls::fail(const Cursor& cursor, std::string_view errorType, std::string_view message) {
    SpanRecord& record = writer_.span(cursor.span);
    record.error = true;
    record.statusMessage = message;
    addText(record.attributes, "error.type", errorType);
}

void Calls::raise(const Cursor& cursor, const Fault& fault) {
    fail(cursor, fault.type, fault.message);
    if (info(topology_[cursor.instance].service).exceptionsAsLogs)
        writer_.addExceptionLog(cursor.span, cursor.now, fault.type, fault.message, fault.stack);
    else
        writer_.addExceptionEvent(cursor.span, cursor.now, fault.type, fault.message, fault.stack);
}

InstanceId Calls::pick(Service service, Nanos at) {
    const uint32_t replica = rng().below(info(service).replicas);
    return service == Service::Checkout ? model_.checkout(replica, at) : topology_.instance(service, replica);
}

Nanos Calls::stretched(const Cursor& cursor, Nanos duration) const {
    const Instance& instance = topology_[cursor.instance];
    return duration * instance.slowness / 1000 * model_.stretch(instance.service, cursor.now);
}

} // namespace aisle::demo
