#pragma once
// What follows what: the directly-follows graph of process mining (van der Aalst 2016, "Process Mining", 6.4), with how often and after
// which wait, where cases begin and end, and what is done again.
//
// Detail is adjusted as in fuzzy mining (Guenther and van der Aalst 2007): activities that are rare are left out of the cases, so that what is
// before and behind them follows directly; then edges that are rare are left out, except those on the strongest way from the start to each
// node and from each node to the end (the widest paths: Pollack 1960), so that every node stays reachable. All of it is counted.

#include "paths/case_log.h"

namespace aisle {

struct FollowDetail {
    double activities = 1, paths = 1; ///< shares of them that are kept, the most frequent first; at least one activity, and what connects it
    bool fromStart = false;           ///< waits are from the start of what is before, not from its end
    bool operator==(const FollowDetail&) const = default;
};

struct DirectlyFollows {
    static constexpr uint32_t kStart = 0xffffffffU; ///< in place of a node, before the first event of a case
    static constexpr uint32_t kEnd = 0xfffffffeU;   ///< behind the last one of a case that is over
    static constexpr uint32_t kOpen = 0xfffffffdU;  ///< behind the last one of a case that is open (CaseLog::isOpen)
    static constexpr uint32_t kNone = 0xfffffffcU;

    struct Node {
        uint32_t activity = 0; ///< in CaseLog::activities
        uint64_t cases = 0, events = 0;
        uint64_t begins = 0, ends = 0, open = 0; ///< cases that begin with it; that are over and end with it; that came to it last and may go on
        uint64_t reworked = 0;                   ///< cases in which it is more than once
        uint64_t timed = 0;                      ///< events that have ended
        int64_t p50 = 0, p90 = 0;                ///< ns that one takes, nearest rank over `timed`
    };
    struct Edge {
        uint32_t from = 0, to = 0; ///< nodes; equal: done again at once
        uint64_t cases = 0, times = 0;
        uint64_t timed = 0;                 ///< with a wait; 0 of edges of kStart, kEnd and kOpen
        int64_t p50 = 0, p90 = 0, mean = 0; ///< ns from the end (or start) before to the start behind, 0 where the two overlap
    };
    std::vector<Node> nodes; ///< by events, then name
    std::vector<Edge> edges; ///< by cases, then times, then nodes
    std::vector<bool> kept;  ///< by activity
    std::vector<uint32_t> nodeOf; ///< by activity; kNone: left out, or there is none
    uint64_t cases = 0;        ///< looked at
    uint64_t emptyCases = 0;   ///< of them without an event of an activity that is kept
    uint64_t openCases = 0;    ///< of those with one
    std::vector<uint32_t> leftOut; ///< activities of these cases that detail leaves out, the most frequent first
    uint64_t eventsLeftOut = 0;
    uint64_t edgesLeftOut = 0, timesLeftOut = 0; ///< and how often these happened

    /// Null: there is no such edge, or it is left out.
    const Edge* find(uint32_t from, uint32_t to) const;
};

/// Over the cases of `only` (by number). 1 M events of 100,000 cases take 50 ms. Throws Stopped.
DirectlyFollows followGraph(const CaseLog& log, const std::vector<bool>& only, const FollowDetail& detail = {}, const StopToken& stop = {});

/// O(events), as the next one; both throw Stopped.
/// The cases, ascending, that have the node's activity; of kStart all with events, of kEnd and kOpen those of them that are over and that may go on.
std::vector<CaseNumber> casesOfNode(const CaseLog& log, const std::vector<bool>& only, const DirectlyFollows& graph, uint32_t node, const StopToken& stop = {});
/// The cases, ascending, in which `to` follows `from` in that graph; either may be kStart, kEnd or kOpen.
std::vector<CaseNumber> casesOfEdge(const CaseLog& log, const std::vector<bool>& only, const DirectlyFollows& graph, uint32_t from, uint32_t to, const StopToken& stop = {});

} // namespace aisle
