#include "analysis/error_kinds.h"

#include "query/row_values.h"
#include "store/event_values.h"

#include <array>
#include <cmath>
#include <span>

namespace aisle {

namespace {

using traceql::Value;

enum class Says { Type, Http, Grpc };
struct Where {
    Says what;
    const char* key;
};

/// In this order, events before status codes; former names of an attribute are found with it.
constexpr Where kOfSpan[] = {{Says::Type, "error.type"}, {Says::Type, "exception.type"}};
constexpr Where kStatusCodes[] = {{Says::Http, "http.response.status_code"}, {Says::Grpc, "rpc.grpc.status_code"}, {Says::Grpc, "rpc.response.status_code"}};

/// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
std::string grpcStatus(const Value& value) {
    static constexpr std::array<std::string_view, 17> kCodes = {
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"};
    if (!value.isNumber)
        return value.toText() == "OK" ? std::string() : "gRPC " + value.toText();
    if (value.number < 1 || value.number > 16 || value.number != std::floor(value.number)) // 0 is no failure
        return {};
    return "gRPC " + std::string(kCodes[static_cast<size_t>(value.number)]);
}

std::string httpStatus(const Value& value) {
    return value.isNumber && value.number >= 400 && value.number < 600 ? "HTTP " + value.toText() : std::string();
}

std::string kindOf(Says what, const Value& value) {
    if (value.type == Value::Type::Nil)
        return {};
    switch (what) {
    case Says::Http: return httpStatus(value);
    case Says::Grpc: return grpcStatus(value);
    case Says::Type: break;
    }
    const std::string text = value.toText();
    // Instrumentation writes the status code as the type, and _OTHER where it knows none.
    if (const std::string http = httpStatus(value); !http.empty())
        return http;
    return text == "_OTHER" ? std::string() : text;
}

} // namespace

ErrorKinds::ErrorKinds(const traceql::Source& source, const RowSet& rows, const StopToken& stop) {
    if (source.db == nullptr || !source.attributes)
        return;
    const SpanTable& table = *source.table;
    RowSet unknown(table); // failed, of no kind yet
    rows.forEach([&](Row row) {
        if (table.isError(row))
            unknown.set(row);
    });
    std::unordered_map<std::string, uint32_t> numbers;
    const auto take = [&](Row row, const std::string& kind) {
        if (kind.empty() || kinds_.contains(row))
            return;
        const auto [at, isNew] = numbers.try_emplace(kind, static_cast<uint32_t>(names_.size()));
        if (isNew)
            names_.push_back(kind);
        kinds_.emplace(row, at->second);
    };
    const auto leaveKnown = [&] {
        for (const auto& [row, kind] : kinds_)
            unknown.reset(row);
    };
    const auto read = [&](std::span<const Where> places) {
        for (const Where& where : places) {
            stop.check();
            const traceql::FieldValues values(source, {traceql::Scope::Span, false, where.key}, unknown, stop);
            unknown.forEach([&](Row row) { take(row, kindOf(where.what, values(row))); });
            leaveKnown();
        }
    };
    read(kOfSpan);
    forEachEventValue(*source.db, "exception.type", unknown, stop, [&](Row row, std::string_view type) { take(row, std::string(type)); });
    leaveKnown();
    read(kStatusCodes);
}

std::string_view ErrorKinds::of(Row row) const {
    const auto found = kinds_.find(row);
    return found == kinds_.end() ? std::string_view("failed") : std::string_view(names_[found->second]);
}

} // namespace aisle
