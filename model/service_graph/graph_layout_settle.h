#pragma once
// Places on a line for things that keep their order and their distances.

#include <vector>

namespace aisle {

/// Places as near to the wishes as `offset` allows, which rises from thing to thing by the least distance between them: weighted
/// least squares, by pooling neighbours that want to pass each other (isotonic regression). Linear.
std::vector<double> settleInOrder(const std::vector<double>& wish, const std::vector<double>& weight, const std::vector<double>& offset);

} // namespace aisle
