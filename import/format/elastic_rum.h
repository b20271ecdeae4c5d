#pragma once
// The short keys of Elastic's browser agent (intake "rum v3") and its spans, which lie inside their transaction.

#include "format/elastic_record.h"

#include <optional>
#include <string>
#include <vector>

namespace aisle {

/// Gives the event's leaves the names of intake v2.
void expandRumNames(ElasticEvent& event);

/// Spans have neither trace nor time of their own: their start is in milliseconds from the transaction's, their
/// parent an index into the spans before.
class RumTransaction {
public:
    std::optional<int64_t> start; ///< nanoseconds

    void clear();
    void begin(const ElasticEvent& transaction);
    /// Adds what a span has from its transaction.
    void complete(ElasticEvent& span);

private:
    std::string m_trace, m_id;
    std::vector<std::string> m_spans;
};

} // namespace aisle
