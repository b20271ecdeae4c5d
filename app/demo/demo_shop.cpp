#include "demo/demo_shop.h"

#include <algorithm>
#include <array>
#include <utility>

#include "demo/fulfilment.h"

namespace aisle::demo {
namespace {

constexpr std::array<std::pair<std::string_view, Scenario>, 4> kNames = {{
    {"steady", Scenario::Steady},
    {"flash-sale", Scenario::FlashSale},
    {"bad-release", Scenario::BadRelease},
    {"slow-inventory", Scenario::SlowInventory},
}};

// The recording goes on this long after the last customer came. Orders that are not through by then
// stay open in the file.
constexpr Nanos kRecordedAfter = 4 * kHour;

// Takes whatever is due next: a new customer, a customer's next page, or a step of an order. That
// keeps the output about in the order of time, as a collector writes it, and only what is under way
// in memory.
class Simulation {
public:
    Simulation(const Options& options, const Output& out)
        : options_(options), model_(options.scenario, topology_), writer_(topology_, out, options.seed),
          calls_(topology_, model_, writer_), queue_(calls_), requests_(calls_, queue_),
          fulfilment_(calls_, queue_, options.seed), arrival_(ScenarioModel::begin()) {
        planArrival();
    }

    Totals run() {
        while (!writer_.stopped() && step()) {
        }
        writer_.flush();
        return writer_.totals();
    }

private:
    static constexpr Nanos kNever = INT64_MAX;

    bool arriving() const {
        const Totals& totals = writer_.totals();
        return options_.spans > 0 ? totals.spans < options_.spans : totals.sessions < options_.sessions;
    }

    // False when nothing is left to do.
    bool step() {
        const Nanos newcomer = arriving() ? arrival_ : kNever;
        const Nanos page = sessions_.empty() ? kNever : sessions_.nextAt();
        Nanos order = fulfilment_.idle() ? kNever : fulfilment_.nextAt();
        if (newcomer == kNever && order > lastArrival_ + kRecordedAfter)
            order = kNever;

        const Nanos next = std::min({newcomer, page, order});
        if (next == kNever)
            return false;
        if (next == newcomer)
            welcome();
        else if (next == page)
            visit(sessions_.take());
        else
            fulfilment_.runNext();
        return true;
    }

    void welcome() {
        const uint64_t index = writer_.totals().sessions++;
        lastArrival_ = arrival_;
        visit(Session(options_.seed, index, arrival_));
        planArrival();
    }

    void planArrival() {
        Rng rng(mix64(mix64(options_.seed + 0xa771) + writer_.totals().sessions));
        arrival_ += model_.arrivalGap(arrival_, rng);
    }

    void visit(Session session) {
        if (const auto placed = session.step(calls_, requests_)) {
            ++writer_.totals().orders;
            fulfilment_.accept(*placed);
        }
        if (!session.over())
            sessions_.add(session.at(), std::move(session));
    }

    const Options options_;
    Topology topology_;
    ScenarioModel model_;
    TraceWriter writer_;
    Calls calls_;
    Queue queue_;
    Requests requests_;
    Fulfilment fulfilment_;
    Agenda<Session> sessions_;
    Nanos arrival_;         // of the next customer
    Nanos lastArrival_ = 0; // of the latest who came
};

} // namespace

std::optional<Scenario> scenarioFromName(std::string_view name) {
    for (const auto& [known, scenario] : kNames) {
        if (known == name)
            return scenario;
    }
    return std::nullopt;
}

std::string_view scenarioName(Scenario scenario) {
    for (const auto& [name, known] : kNames) {
        if (known == scenario)
            return name;
    }
    return {};
}

Totals write(const Options& options, const Output& out) {
    return Simulation(options, out).run();
}

} // namespace aisle::demo
