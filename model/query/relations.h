#pragma once
// How spans of one trace stand to each other: TraceQL's structural operators on sets of rows.
//
//   left > right   the right ones whose parent is a left one; >> an ancestor is
//   left < right   the right ones that are parent of a left one; << ancestor
//   left ~ right   the right ones that share a parent with another left one; roots share none
//   !              the right ones that are not, also of traces without any left one
//   &              both sides: the right ones that are, and the left ones through which they are
//
// Parents are the table's: across services, client half above server half. 5 M spans: structure alone 0.1 to 0.3 s.

#include "query/traceql.h"
#include "table/cancel.h"
#include "table/row_set.h"

namespace aisle::traceql {

/// `op` is one of Child, Descendant, Parent, Ancestor, Sibling. Throws Stopped.
RowSet related(const SpanTable& table, const RowSet& left, const RowSet& right, Op op, Form form, const StopToken& stop = {});

} // namespace aisle::traceql
