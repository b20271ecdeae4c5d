#pragma once
// Keeps a row of a list where it is on the screen while rows above it come and go.

#include <QPersistentModelIndex>

class QListView;

namespace aisle {

/// The row under the mouse, else the current one where it can be seen, else, in a list that was scrolled, the first that can be seen. None
/// in a list at its top that nobody points at: what comes first there is to be seen. Thread: the UI thread.
class RowAnchor {
public:
    explicit RowAnchor(QListView& list); ///< before the change
    bool holds() const { return row_.isValid(); } ///< there is such a row, and the change did not take it away
    /// Lays the rows out and scrolls until it is where it was. How many px it is above that, where the list is at its top already.
    int restore();

private:
    QListView& list_;
    QPersistentModelIndex row_;
    int top_ = 0;
};

} // namespace aisle
