#include "story/charges.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace aisle {

namespace {

/// Those of `rows` that are below no other one and pass, ascending.
template <typename Passes>
std::vector<NodeIndex> topmost(const Waterfall& tree, const std::vector<Row>& rows, Passes passes) {
    std::vector<NodeIndex> nodes, out;
    for (const Row row : rows)
        if (const NodeIndex node = tree.nodeOf(row); node != kNoNode && passes(row))
            nodes.push_back(node);
    std::sort(nodes.begin(), nodes.end());
    NodeIndex end = 0; // of the topmost one before
    for (const NodeIndex node : nodes)
        if (node >= end) {
            end = tree.nodes[node].end;
            out.push_back(node);
        }
    return out;
}

/// `top`: from topmost().
bool isWithin(const Waterfall& tree, const std::vector<NodeIndex>& top, NodeIndex node) {
    const auto after = std::upper_bound(top.begin(), top.end(), node);
    return after != top.begin() && tree.nodes[*std::prev(after)].end > node;
}
bool isAround(const Waterfall& tree, NodeIndex node, const std::vector<NodeIndex>& top) {
    const auto after = std::lower_bound(top.begin(), top.end(), node);
    return after != top.end() && *after < tree.nodes[node].end;
}

} // namespace

ChargeFinder::ChargeFinder(const StoryAttributes& names) : names_(names), payment_(names.payment), refund_(names.refund), authorisation_(names.authorisation), capture_(names.capture) {}

bool ChargeFinder::isAuthorisation(std::string_view name) const {
    const std::string_view last = name.substr(name.find_last_of("/.") + 1);
    return authorisation_.finds(last) && !capture_.finds(last) && !refund_.finds(name);
}

std::vector<Charge> ChargeFinder::find(const SpanTable& table, const Waterfall& tree, const SpanFacts& facts, const std::vector<Row>& rows, Row request) const {
    std::vector<Row> own, calls;
    for (const Row row : rows) {
        const std::string_view name = table.nameText(row);
        const bool isCalled = row != request && (payment_.finds(name) || refund_.finds(name));
        if (facts.of(row, names_.charge) != nullptr || (isCalled && table.kind(row) != Kind::Client && table.kind(row) != Kind::Producer))
            own.push_back(row);
        else if (isCalled && table.kind(row) == Kind::Client)
            calls.push_back(row);
    }
    if (own.empty()) // the payment's own spans are not in the file
        own = std::exchange(calls, {});
    const auto reserves = [&](Row row) { return isAuthorisation(table.nameText(row)); };
    const std::vector<NodeIndex> authorised = topmost(tree, own, reserves);
    std::vector<NodeIndex> taken = topmost(tree, own, [&](Row row) { return !reserves(row); });
    if (taken.empty()) // only those of its authorisation are
        taken = topmost(tree, calls, [&](Row row) { return !reserves(row) && !isWithin(tree, authorised, tree.nodeOf(row)); });
    // What only has the amount, as a request has, does what is called so below it.
    std::vector<Row> called = own;
    called.insert(called.end(), calls.begin(), calls.end());
    std::erase_if(called, [&](Row row) { return !payment_.finds(table.nameText(row)); });
    const std::vector<NodeIndex> calledAuthorised = topmost(tree, called, reserves);
    const std::vector<NodeIndex> calledTaken = topmost(tree, called, [&](Row row) { return !reserves(row) && (table.kind(row) != Kind::Client || !isWithin(tree, calledAuthorised, tree.nodeOf(row))); });
    const auto isReserved = [&](NodeIndex node, Row row) {
        return reserves(row) || (!payment_.finds(table.nameText(row)) && isAround(tree, node, calledAuthorised) && !isAround(tree, node, calledTaken));
    };
    std::vector<NodeIndex> nodes = taken;
    std::copy_if(authorised.begin(), authorised.end(), std::back_inserter(nodes), [&](NodeIndex node) { return !isWithin(tree, taken, node) && !isAround(tree, node, taken); });
    std::sort(nodes.begin(), nodes.end());
    std::vector<Charge> out;
    for (const NodeIndex node : nodes) {
        const Row row = tree.nodes[node].row;
        out.push_back({refund_.finds(table.nameText(row)) ? Charge::Kind::PaidBack : isReserved(node, row) ? Charge::Kind::Authorised : Charge::Kind::Paid, row});
    }
    return out;
}

} // namespace aisle
