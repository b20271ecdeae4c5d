#pragma once

namespace aisle {

/// The calling thread, and threads it starts, leave the processors to whoever paints: on two cores a paint waited behind two
/// workers, and frames of 1 ms took 12. They get a tenth of the time of a thread that does not give way, and all that nobody else
/// wants. Only on Linux, where QThread's priorities say nothing.
void giveWay();

} // namespace aisle
