#pragma once
// Where money was taken, reserved or paid back in a trace of an order.
//
// A charge is a span with an amount charged (StoryAttributes::charge), or one that is called so; of those of the client and of the server the
// server's, where it is in the file. What lies below a charge is a part of it. An authorisation only reserves the money: beside what takes it it
// is told apart, around or below that it is a part of the same charge. What has an amount and is called neither, as the request around an
// authorisation, is what is below it.

#include "analysis/waterfall.h"
#include "story/name_pattern.h"
#include "story/span_facts.h"
#include "story/story_attributes.h"

#include <string_view>
#include <vector>

namespace aisle {

struct Charge {
    enum class Kind : uint8_t { Paid, Authorised, PaidBack }; ///< as it was meant: it may have failed
    Kind kind = Kind::Paid;
    Row row = kNoRow;
};

class ChargeFinder {
public:
    explicit ChargeFinder(const StoryAttributes& names);
    /// In the order of `tree`, which is that of the trace with these rows. `request`: that of the customer with which the trace begins, which is no charge by its name alone; kNoRow: it begins otherwise.
    std::vector<Charge> find(const SpanTable& table, const Waterfall& tree, const SpanFacts& facts, const std::vector<Row>& rows, Row request) const;

private:
    bool isAuthorisation(std::string_view name) const;

    const StoryAttributes& names_;
    const NamePattern payment_, refund_, authorisation_, capture_;
};

} // namespace aisle
