#pragma once
// Tells what was charged in the traces of an order (charges.h).

#include "story/charges.h"
#include "story/story_writer.h"

#include <map>
#include <string>
#include <utility>

namespace aisle {

class ChargeTeller {
public:
    /// `out` has to outlive it.
    explicit ChargeTeller(StoryWriter& out) : out_(out), finder_(out.names) {}
    void assume(std::string currency) { currency_ = std::move(currency); } ///< of amounts in traces that name none
    /// `request`: of the customer, who sends a payment by it; kNoRow: the trace begins otherwise. Throws Stopped.
    void tell(const ToldTrace& trace, Row request, const StopToken& stop);
    /// By currency, what was paid in all that was told.
    const std::map<std::string, double>& paid() const { return paid_; }
    const std::map<std::string, double>& paidBack() const { return paidBack_; }

private:
    /// What any span of the trace says; null: none does.
    struct OfTrace {
        const SpanFacts::Fact *method, *amount, *currency;
    };
    void tellCharge(const ToldTrace& trace, const Charge& charge, const OfTrace& known, const StopToken& stop);
    const SpanFacts::Fact* amountOfCharge(const ToldTrace& trace, Row row, const OfTrace& known) const;

    StoryWriter& out_;
    const ChargeFinder finder_;
    std::string currency_;
    std::map<std::string, double> paid_, paidBack_;
};

} // namespace aisle
