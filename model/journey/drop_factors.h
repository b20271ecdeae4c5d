#pragma once
// What cases met with at a stage, each as a comparison of those that did with those that did not. Of drop_off.h; not for others.

#include "journey/drop_off.h"
#include "journey/stage_experience.h"

#include <memory>
#include <utility>
#include <vector>

namespace aisle {

/// Cases that could have met with something, by number in StageExperience::cases.
struct DropGround {
    BitSet cases;
    uint64_t all = 0, stopped = 0;
};
using DropGroundPtr = std::shared_ptr<const DropGround>;

/// A comparison that may be worth telling: those with the factor stopped more often.
struct DropCandidate {
    DropFactor factor;
    TwoByTwo cases;
    OddsRatio odds;
    double p = 1, q = 1;
    BitSet with; ///< by number; a part of the ground
    DropGroundPtr ground;
    std::vector<std::pair<uint32_t, Row>> examples; ///< number and span, of those that stopped
};

class DropComparisons {
public:
    explicit DropComparisons(const StageExperience& experience) : experience_(experience) {}

    using Met = std::vector<std::pair<uint32_t, Row>>; ///< number and span, ascending, each number once
    DropGroundPtr groundOf(const std::vector<uint32_t>& numbers) const;
    /// Enough cases on both sides, and both outcomes.
    bool isComparable(uint64_t with, const DropGround& ground) const;
    TwoByTwo tableOf(const Met& with, const DropGround& ground) const;
    /// Counts a comparison; its number for keep().
    size_t count(const TwoByTwo& table);
    void keep(size_t comparison, DropFactor factor, const Met& with, const TwoByTwo& table, const DropGroundPtr& ground);
    void compare(DropFactor factor, const Met& with, const DropGroundPtr& ground);

    void append(DropComparisons&& other);
    /// With q worked out over all that were counted. Of very many candidates those that are least likely by chance, of equal ones the deepest, are
    /// left: some 64 MB of them, at most 128.
    std::vector<DropCandidate> take();
    uint64_t counted() const { return chances_.size(); }

private:
    static constexpr double kMostChance = 0.2; ///< of what is worth telling
    void leaveOut(size_t from); ///< where there are more, all but most()
    size_t most() const;

    const StageExperience& experience_;
    std::vector<double> chances_;
    std::vector<std::pair<size_t, DropCandidate>> kept_; ///< with their number
};

/// All of them; `fields`: traceql::comparedFields(). Throws StoreError and Stopped.
DropComparisons compareFactors(const traceql::Context& context, const StageExperience& experience, std::vector<traceql::Field> fields, const StopToken& stop);

/// The service with most of the critical path of the trace of a root, by number; of equals the first. For tests.
uint32_t dominatingService(const SpanTable& table, TraceIndex trace, const StopToken& stop);

} // namespace aisle
