#pragma once

#include "table/span_table.h"

#include <vector>

namespace aisle {

/// One value per row of a table.
template <typename T>
class RowColumn {
public:
    RowColumn(const SpanTable& table, T value) {
        segments_.resize(table.segmentCount());
        for (uint32_t i = 0; i < table.segmentCount(); ++i)
            if (table.hasSegment(i))
                segments_[i].assign(table.segmentAt(i).rows(), value);
    }
    T& operator[](Row row) { return segments_[row >> 16][row & (kSegmentRows - 1)]; }
    const T& operator[](Row row) const { return segments_[row >> 16][row & (kSegmentRows - 1)]; }

private:
    std::vector<std::vector<T>> segments_;
};

} // namespace aisle
