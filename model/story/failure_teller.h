#pragma once
// Tells what failed and was tried again within a trace of an order.

#include "orders/fulfilment_log.h"
#include "story/story_writer.h"

#include <vector>

namespace aisle {

/// What was tried again below one that failed (analysis/span_marks.h), once for each operation. Throws Stopped, as the others do.
void tellRetries(StoryWriter& out, const ToldTrace& trace, const StopToken& stop);

/// Errors that only came of what was told already, further in.
std::vector<Row> consequences(const StoryWriter& out, const ToldTrace& trace);

/// What failed behind a request that would have been a stage, as that of the stage: "The order could not be placed because ...". `step`: null: the
/// templates have no words for it. False: they have none, or it was told from sentence `from` on: the payment that was refused.
bool tellFailedStage(StoryWriter& out, const ToldTrace& trace, const FulfilmentLog::Visit& visit, const StoryTemplates::Step* step, const std::string& noun, size_t from, const StopToken& stop);

/// Errors that nothing has told, the innermost first, in one sentence; with none nothing. `key`: its template.
void tellFailures(StoryWriter& out, const ToldTrace& trace, std::string_view key, const StopToken& stop);

} // namespace aisle
