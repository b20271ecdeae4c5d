#pragma once
// What kind of failure the error of a span is: the first there is of error.type, exception.type (of the span, then of its events), the
// status code of HTTP or gRPC. Of a span that recorded none of these: "failed".
// Source: OpenTelemetry semantic conventions, "Recording errors" (error.type), and their former names.

#include "query/source.h"
#include "table/cancel.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aisle {

class ErrorKinds {
public:
    ErrorKinds() = default;
    /// Of those of these rows that have an error. Reads attributes: some 20 ms each over 5 M spans. Throws StoreError and Stopped.
    ErrorKinds(const traceql::Source& source, const RowSet& rows, const StopToken& stop);
    std::string_view of(Row row) const;

private:
    std::vector<std::string> names_;
    std::unordered_map<Row, uint32_t> kinds_; ///< of rows of which there is more to say than that they failed
};

} // namespace aisle
