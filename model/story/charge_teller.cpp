#include "story/charge_teller.h"

#include "journey/case_money.h"
#include "story/amount_text.h"
#include "story/story_values.h"

#include <utility>

namespace aisle {

void ChargeTeller::tell(const ToldTrace& trace, Row request, const StopToken& stop) {
    const std::vector<Charge> found = finder_.find(out_.table, trace.tree, out_.facts, trace.rows, request);
    if (found.empty())
        return;
    const OfTrace known = {out_.facts.ofAny(trace.rows, out_.names.method), out_.facts.ofAny(trace.rows, out_.names.amounts), out_.facts.ofAny(trace.rows, out_.names.currencies)};
    for (const Charge& charge : found)
        if (!out_.isFull())
            tellCharge(trace, charge, known, stop);
}

/// What it says itself that it charges, else what the first below it does: in OpenTelemetry's demo the sum is in a span of its own below the request.
const SpanFacts::Fact* ChargeTeller::amountOfCharge(const ToldTrace& trace, Row row, const OfTrace& known) const {
    if (const SpanFacts::Fact* amount = out_.facts.of(row, out_.names.charge))
        return amount;
    const NodeIndex top = trace.tree.nodeOf(row);
    for (NodeIndex node = top + 1; node < trace.tree.nodes[top].end; ++node)
        if (const SpanFacts::Fact* amount = out_.facts.of(trace.tree.nodes[node].row, out_.names.charge))
            return amount;
    const SpanFacts::Fact* amount = out_.facts.of(row, out_.names.amounts);
    return amount != nullptr ? amount : known.amount;
}

void ChargeTeller::tellCharge(const ToldTrace& trace, const Charge& charge, const OfTrace& known, const StopToken& stop) {
    const Row row = charge.row;
    const bool hasFailed = out_.hasFailed(row), isUnfinished = out_.isUnfinished(row);
    const SpanFacts::Fact *amount = amountOfCharge(trace, row, known), *method = known.method;
    StoryValue sum = own("amount", out_.words.text("unknown.amount"));
    if (const auto number = amount != nullptr ? amountOf(amount->value) : std::nullopt) {
        const std::string unit = known.currency != nullptr ? currencyOf(known.currency->value) : currency_;
        sum = valueOf("amount", amount->key, exactMoney(*number, unit));
        if (!hasFailed && !isUnfinished && charge.kind != Charge::Kind::Authorised)
            (charge.kind == Charge::Kind::Paid ? paid_ : paidBack_)[unit] += *number;
    }
    std::vector<StoryValue> values = {std::move(sum), method != nullptr ? valueOf("method", method->key, method->value) : own("method", out_.words.text("unknown.method"))};
    std::vector<Row> rows = {row};
    const char* key = "charged.paid";
    if (isUnfinished) {
        key = charge.kind == Charge::Kind::PaidBack ? "charged.backUnfinished" : "charged.unfinished";
    } else if (hasFailed) {
        key = charge.kind == Charge::Kind::PaidBack ? "charged.backFailed" : "charged.failed";
        rows = trace.errorsBelow(row);
        values.push_back(trace.reasons->of(rows, stop));
    } else if (charge.kind != Charge::Kind::Paid) {
        key = charge.kind == Charge::Kind::PaidBack ? "charged.back" : "charged.authorised";
    }
    out_.say(StoryKind::Charged, key, std::move(values), std::move(rows), out_.table.start(row));
}

} // namespace aisle
