#pragma once
// What tests of queries share: a workspace to ask, a small shop of two sessions, results as text.

#include "query/evaluate.h"
#include "store/indexes.h"
#include "store_fixture.h"

#include "cases/case_index.h"

namespace aisle::test {

using traceql::ParseError;
using traceql::Query;
using traceql::Result;
using traceql::Source;

struct QueryShop {
    WorkspaceFixture files;
    std::shared_ptr<Workspace> workspace = files.open();
    std::unique_ptr<Database> db = workspace->connect();
    CaseIndex cases;

    void add(const std::string& name, const Fill& fill) { WorkspaceFixture::add(*workspace, name, fill); }
    void withCases() {
        const ColumnSpec spec{{"session.id"}, true};
        cases = CaseIndex::build(*workspace->table(), readColumns(*db, *workspace->table(), {&spec, 1})[0], {"session", "Session", "sessions", {"session.id"}});
    }
    Source source() {
        Source out;
        out.table = workspace->table();
        out.db = db.get();
        out.attributes = AttributeDictionary::read(*db, out.table);
        out.cases = &cases;
        return out;
    }
    void index() { buildIndexes(*db, workspace->table()); }
};

inline Query read(const std::string& text) {
    ParseError error;
    auto query = traceql::parse(text, error);
    if (query)
        if (const auto problem = traceql::check(*query)) {
            error = *problem;
            query.reset();
        }
    if (!query) {
        qWarning("%s: %zu %s", text.c_str(), error.position, error.message.c_str());
        return {};
    }
    return *query;
}

/// A shop of two sessions. Times in ms from kNow.
inline void fill(SpanSink& sink) {
    constexpr int64_t ms = 1'000'000;
    const auto context = [&](const char* service, const char* version) {
        ContextRecord record;
        record.resource = {{"service.name", ValueType::String, service}, {"service.version", ValueType::String, version}, {"deployment.environment", ValueType::String, "live"}};
        record.scopeName = std::string_view(service) == "web" ? "http" : "";
        record.scopeVersion = std::string_view(service) == "web" ? "1.2" : "";
        record.scope = {{"auto", ValueType::Bool, "true"}};
        return sink.context(record);
    };
    const ContextHandle web = context("web", "1"), pay = context("pay", "2"), db = context("db", "9");
    SpanRecord s;
    const auto span = [&](uint64_t trace, SpanId id, SpanId parent, ContextHandle in, const char* name, Kind kind, int64_t from, int64_t to, Attributes attributes) {
        s.trace.id = {0, trace};
        s.span.id = id;
        s.parent.id = parent;
        s.context = in;
        s.name = name;
        s.kind = kind;
        s.setTimes(kNow + from * ms, kNow + to * ms);
        s.attributes = std::move(attributes);
        sink.span(s);
        s.clear();
    };
    // 1: a page, in the old names
    span(1, 1, 0, web, "GET /", Kind::Server, 0, 100, {{"http.method", ValueType::String, "GET"}, {"http.status_code", ValueType::Int, "200"}, {"session.id", ValueType::String, "s1"}});
    span(1, 2, 1, db, "SELECT", Kind::Client, 10, 30, {{"db.system", ValueType::String, "mssql"}, {"rows", ValueType::Int, "5"}});
    span(1, 3, 1, db, "SELECT", Kind::Client, 40, 90, {{"db.system.name", ValueType::String, "postgresql"}, {"rows", ValueType::String, "50"}});
    // 2: a payment that fails, in the new names
    s.statusMessage = "card declined";
    s.status = Status::Error;
    EventRecord& event = s.addEvent();
    event.time = kNow + 1005 * ms;
    event.name = "exception";
    event.attributes = {{"exception.type", ValueType::String, "Declined"}};
    span(2, 1, 0, web, "POST /pay", Kind::Server, 1000, 1500, {{"http.request.method", ValueType::String, "POST"}, {"http.response.status_code", ValueType::Int, "502"}, {"session.id", ValueType::String, "s1"}});
    s.status = Status::Error;
    span(2, 2, 1, pay, "charge", Kind::Server, 1100, 1400, {{"retry", ValueType::Bool, "true"}, {"items", ValueType::Array, R"(["book","pen"])"}, {"timeout", ValueType::String, "300ms"}});
    LinkRecord& link = s.addLink();
    link.trace.id = {0, 1};
    link.span.id = 2;
    link.attributes = {{"why", ValueType::String, "queue"}};
    span(2, 3, 2, db, "UPDATE", Kind::Client, 1150, 1200, {{"db.system", ValueType::String, "postgresql"}, {"rows", ValueType::Double, "2.5"}});
    // 3: a page of another session
    span(3, 1, 0, web, "GET /", Kind::Server, 2000, 2010, {{"http.method", ValueType::String, "GET"}, {"http.status_code", ValueType::String, "404"}, {"session.id", ValueType::String, "s2"}, {"items", ValueType::Array, R"(["pen"])"}});
}

/// "1.2 2.1": trace and span.
inline QString spansOf(const SpanTable& table, const RowSet& rows) {
    QStringList out;
    rows.forEach([&](Row row) { out << QStringLiteral("%1.%2").arg(table.traceId(table.trace(row)).low).arg(table.id(row)); });
    out.sort();
    return out.join(QLatin1Char(' '));
}

} // namespace aisle::test
