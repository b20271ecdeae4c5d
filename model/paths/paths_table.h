#pragma once
// Maps and variants of paths as tables and documents, for the command line, for copying and for other programs.

#include "export/export.h"
#include "paths/follow_graph.h"
#include "paths/variants.h"

namespace aisle {

/// "(start)", "(end)", "(still open)", or the name of the node's activity.
std::string followName(const CaseLog& log, const DirectlyFollows& graph, uint32_t node, const Redactor& redactor = Redactor());

// Of tables that leave: names pass the redactor, since a column of them, or a cell with several, does not say whose values they are.
Tabular tabulateFollows(const CaseLog& log, const DirectlyFollows& graph, const Redactor& redactor = Redactor());    ///< a row for each edge
Tabular tabulateActivities(const CaseLog& log, const DirectlyFollows& graph, const Redactor& redactor = Redactor()); ///< a row for each node
/// `limit`: at most so many rows; 0: all. Of the orders of a flow in its words: orders that are done.
Tabular tabulate(const JourneyState& state, const CaseLog& log, const Variants& variants, size_t limit = 0, const Redactor& redactor = Redactor());

/// What was counted, in sentences: the key, what an event is, what is left out. `everyRequest`: see backgroundSentence().
std::vector<std::string> pathNotes(const JourneyState& state, const Activities& activities, const CaseLog& log, std::string_view everyRequest);
/// Which requests are no steps of customers, and how many; empty: none is. `everyRequest`: what counts them, as whoever reads it calls it: an
/// option of the command line, or what the window has to choose.
std::string backgroundSentence(const Activities& activities, std::string_view everyRequest);
/// What the detail of a map leaves out; empty: nothing.
std::string leftOutSentence(const DirectlyFollows& graph);

enum class FollowFormat : uint8_t { Dot, Mermaid };
/// The map as text in UTF-8; names pass the redactor, and can be nothing but names.
std::string followText(const CaseLog& log, const DirectlyFollows& graph, FollowFormat format, const Redactor& redactor);

} // namespace aisle
