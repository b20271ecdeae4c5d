#pragma once
// The waterfall for screen readers: a tree whose rows say service, operation, duration and status.

namespace aisle {

/// Once per process; more often does no harm. Thread: the UI thread.
void installWaterfallAccessibility();

} // namespace aisle
