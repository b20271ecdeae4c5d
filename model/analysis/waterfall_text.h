#pragma once
// What is special about a span, in words; the same in the waterfall, the details and the command line.

#include "table/span_table.h"

#include <string>
#include <vector>

namespace aisle {

struct SpanWarning {
    std::string word;      ///< "missing parent"
    std::string sentence;  ///< "Its parent 00f067aa0ba902b7 is in no file of this workspace."
    bool isNotice = false; ///< worth saying, nothing wrong
};

std::vector<SpanWarning> spanWarnings(const SpanTable& table, Row row);

} // namespace aisle
