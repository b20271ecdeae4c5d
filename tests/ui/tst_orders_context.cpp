// The context of the views of orders: the window's one selection, the flow of orders as its journey, and scopes and focus that name stages and
// orders everywhere.

#include "details/details_view.h"
#include "orders/fulfilment.h"
#include "orders/order_list.h"
#include "orders_context.h"
#include "text/format.h"
#include "ui_fixture.h"

#include <QSignalSpy>
#include <QTemporaryDir>

#include <algorithm>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

Scope scopeOf(const std::string& text) {
    traceql::ParseError error;
    const auto scope = Scope::parse(text, error);
    if (!scope)
        qFatal("%s", error.message.c_str());
    return *scope;
}

std::set<TraceIndex> tracesOf(const ScopeResult& result) {
    std::set<TraceIndex> out;
    result.traces.forEach([&](size_t t) { out.insert(static_cast<TraceIndex>(t)); });
    return out;
}

} // namespace

class TestOrdersContext : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        workspace_ = demoWorkspace(dir_.path(), 150);
    }
    void init() {
        live_ = std::make_unique<ViewContext>();
        orders_ = std::make_unique<OrdersContext>(*live_);
        live_->setWorkspace(workspace_);
        QVERIFY(settle());
    }
    void cleanup() {
        QVERIFY(settle());
        orders_.reset();
        live_.reset();
    }

    void workedOutWhenSeen() {
        QVERIFY(orders_->table() == live_->table() && orders_->workspace() == workspace_);
        QVERIFY(orders_->orderLog() == nullptr && !orders_->journey()->definition && live_->otherJourney() == nullptr);
        QSignalSpy changed(orders_.get(), &ViewContext::journeyChanged), other(live_.get(), &ViewContext::otherJourneyChanged);
        orders_->seen();
        QVERIFY(settle());
        QCOMPARE(changed.count(), 1);
        QCOMPARE(other.count(), 1);
        const JourneyState& flow = *orders_->journey();
        QCOMPARE(flow.definition->id, std::string("shop-orders"));
        QVERIFY(flow.table == live_->table());
        QVERIFY(flow.orders != nullptr && flow.orders == orders_->orderLog());
        for (CaseNumber c = 0; c < flow.orders->cases(); ++c)
            QVERIFY(!flow.orders->hasVisits(c) || flow.everything.progress[c].isOpen == (flow.orders->state[c] == OrderState::UnderWay));
        QVERIFY(live_->otherJourney() == orders_->journey() && orders_->otherJourney() == live_->journey());
        QVERIFY(live_->journey()->definition && live_->journey()->definition->id != flow.definition->id);
        QCOMPARE(orders_->orderLog()->cases(), flow.cases().cases().size());
        uint64_t there = 0;
        for (CaseNumber c = 0; c < orders_->orderLog()->cases(); ++c)
            there += orders_->orderLog()->hasVisits(c);
        QVERIFY2(there > 5, std::to_string(there).c_str());
        orders_->seen(); // another one of its views: nothing is worked out anew
        QCOMPARE(Worker::busyCount(), 0);
        QCOMPARE(changed.count(), 1);
    }

    void oneSelection() {
        QVERIFY(&orders_->selection() == &live_->selection());
        QSignalSpy results(orders_.get(), &ViewContext::scopeResultChanged), settled(orders_.get(), &ViewContext::scopeSettled);
        orders_->selection().addTerm(term(ScopeTerm::Kind::Service, "inventory"));
        QVERIFY(settle());
        QVERIFY(results.count() > 0 && settled.count() > 0);
        QVERIFY(orders_->scopeResult() == live_->scopeResult());
        QVERIFY(live_->scopeResult()->traceCount > 0 && !live_->scopeResult()->everything);
        live_->selection().setFocus(Focus::onService("inventory"));
        QVERIFY(settle());
        QCOMPARE(orders_->selection().focus(), Focus::onService("inventory"));
        QCOMPARE(orders_->focusMatches()->traceCount, live_->focusMatches()->traceCount);
        QVERIFY(live_->focusMatches()->traceCount > 0);
        QVERIFY(&orders_->exporter() == &live_->exporter());
        QVERIFY(&orders_->shownTrace() == &live_->shownTrace());
        QVERIFY(&orders_->notes() == &live_->notes());
        // What its views ask of the window comes to the window.
        QSignalSpy traces(live_.get(), &ViewContext::traceRequested), reveals(live_.get(), &ViewContext::revealRequested), masks(orders_.get(), &ViewContext::maskingChanged);
        Q_EMIT orders_->traceRequested();
        Q_EMIT orders_->revealRequested(true);
        QCOMPARE(traces.count(), 1);
        QCOMPARE(reveals.count(), 1);
        QVERIFY(reveals[0][0].toBool());
        live_->setRedactor(std::make_shared<const Redactor>(), true);
        QCOMPARE(masks.count(), 1);
        QVERIFY(orders_->masks());
    }

    // A scope is one for all views: it says its problem until orders are worked out, and then selects.
    void scopeByAStage() {
        live_->selection().setScope(scopeOf("{ aisle:stage = \"Reserved\" }"));
        QVERIFY(settle());
        QCOMPARE(live_->scopeResult()->traceCount, uint64_t(0));
        QCOMPARE(live_->scopeResult()->problems, std::vector<std::string>{"The journey has no stage Reserved."});
        orders_->seen();
        QVERIFY(settle());
        QVERIFY(live_->scopeResult()->problems.empty());
        const FulfilmentLog& log = *orders_->orderLog();
        const auto stage = static_cast<uint32_t>(std::find(log.stages.begin(), log.stages.end(), "Reserved") - log.stages.begin());
        QVERIFY(stage < log.stages.size());
        std::set<TraceIndex> expected; // nobody skips a stage in the demo: who was there has come there
        for (CaseNumber c = 0; c < log.cases(); ++c)
            for (uint32_t v = log.first[c]; v < log.first[c + 1]; ++v)
                if (log.visits[v].stage == stage)
                    expected.insert(orders_->journey()->cases().cases()[c].traces.begin(), orders_->journey()->cases().cases()[c].traces.end());
        QVERIFY(expected.size() > 10 && expected.size() < live_->table()->traceCount());
        QVERIFY(tracesOf(*live_->scopeResult()) == expected);
        QVERIFY(orders_->scopeResult() == live_->scopeResult());
        // A stage of the journey still is one.
        live_->selection().setScope(Scope().with(term(ScopeTerm::Kind::Stage, live_->journey()->everything.stages[0].name)));
        QVERIFY(settle());
        QVERIFY(live_->scopeResult()->problems.empty() && live_->scopeResult()->traceCount > 0);
        live_->selection().setScope(scopeOf("{ aisle:stage = \"nowhere\" }"));
        QVERIFY(settle());
        QCOMPARE(live_->scopeResult()->problems, std::vector<std::string>{"The journey has no stage nowhere."});
        QCOMPARE(live_->scopeResult()->traceCount, uint64_t(0));
    }

    void scopeByAnOrder() {
        orders_->seen();
        QVERIFY(settle());
        const CaseIndex& cases = orders_->journey()->cases();
        size_t looked = 0;
        for (const CaseIndex::Case& one : cases.cases()) {
            QVERIFY2(one.value.starts_with("ORD-"), one.value.c_str());
            live_->selection().setScope(Scope().with(term(ScopeTerm::Kind::Case, one.value)));
            QVERIFY(settle());
            QVERIFY(live_->scopeResult()->problems.empty());
            QVERIFY(tracesOf(*live_->scopeResult()) == std::set<TraceIndex>(one.traces.begin(), one.traces.end()));
            if (++looked == 4)
                break;
        }
        QCOMPARE(looked, size_t(4));
        live_->selection().setScope(scopeOf("{ aisle:case = \"ORD-nothing\" }"));
        QVERIFY(settle());
        QCOMPARE(live_->scopeResult()->problems, std::vector<std::string>{"No case here is ORD-nothing."});
    }

    // The details said that a stage of orders is none, and that an order is not among the sessions.
    void focusOnAStageAndAnOrder() {
        Host<DetailsView> details(QSize(400, 600), *live_);
        live_->selection().setFocus(Focus::onStage("Reserved"));
        QVERIFY(settle());
        QCOMPARE(live_->focusMatches()->traceCount, uint64_t(0));
        orders_->seen();
        QVERIFY(settle());
        QVERIFY(live_->focusMatches()->traceCount > 0);
        QCOMPARE(orders_->focusMatches()->traceCount, live_->focusMatches()->traceCount);
        const FulfilmentLog& log = *orders_->orderLog();
        const auto stage = std::find(log.stages.begin(), log.stages.end(), "Reserved") - log.stages.begin();
        QVERIFY(orders_->focusMatches()->stages >> stage & 1); // each context says its own stages
        QCOMPARE(orders_->focusMatches()->stages, live_->focusMatches()->otherStages);
        QCOMPARE(orders_->focusMatches()->otherStages, live_->focusMatches()->stages);
        QCOMPARE(details.view->content().title, std::string("Reserved"));
        QVERIFY2(details.view->content().subtitle.starts_with("stage of " + orders_->journey()->definition->name), details.view->content().subtitle.c_str());
        // What is open of a stage is what the stages say is under way there.
        const auto fact = [&](const std::string& label) {
            const auto& facts = details.view->content().facts;
            const auto found = std::find_if(facts.begin(), facts.end(), [&](const auto& one) { return one.name == label; });
            return found == facts.end() ? std::string("no such fact") : found->value;
        };
        const JourneyState& flow = *orders_->journey();
        const FulfilmentFigures figures = fulfilment(flow, log, flow.counted);
        uint64_t underWay = 0;
        for (size_t k = 0; k < figures.stages.size(); ++k) {
            underWay += figures.stages[k].underWay;
            live_->selection().setFocus(Focus::onStage(figures.stages[k].name));
            QVERIFY(settle());
            QCOMPARE(fact("Still open"), formatCount(figures.stages[k].underWay) + " orders, not counted as stopped");
        }
        QVERIFY(underWay > 0);

        const CaseIndex::Case& one = orders_->journey()->cases().cases()[1];
        live_->selection().setFocus(Focus::onCase(one.value));
        QVERIFY(settle());
        QCOMPARE(live_->focusMatches()->traceCount, one.traces.size());
        QCOMPARE(details.view->content().subtitle, orders_->journey()->cases().attribute());
        const CaseNumber number = orders_->journey()->cases().find(one.value);
        QCOMPARE(fact("Came to"), std::string(log.reachedName(number)));
        QCOMPARE(fact("State"), std::string(orderStateName(log.state[number])));
        QCOMPARE(fact("Lead time"), formatDuration(log.lead[number]));
    }

    void anotherWorkspace() {
        orders_->seen();
        QVERIFY(settle());
        JourneyDefinition two = *orders_->journey()->definition;
        two.stages.resize(2);
        orders_->setJourney(two);
        QVERIFY(settle());
        QCOMPARE(orders_->orderLog()->stages.size(), size_t(2));
        QVERIFY(live_->otherJourney() == orders_->journey());
        QTemporaryDir dir;
        const auto other = demoWorkspace(dir.path(), 40, demo::Scenario::Steady);
        live_->setWorkspace(other);
        QVERIFY(orders_->orderLog() == nullptr && orders_->table() == other->table()); // at once: nothing is said of the file before
        QVERIFY(settle());
        QVERIFY(orders_->journey()->table == other->table());
        QVERIFY(orders_->orderLog()->stages.size() > 2); // what was chosen was chosen for the file before
        QCOMPARE(orders_->orderLog()->cases(), orders_->journey()->cases().cases().size());
        QVERIFY(live_->otherJourney() == orders_->journey());
        live_->setWorkspace(nullptr);
        QVERIFY(settle());
        QVERIFY(orders_->orderLog() == nullptr && !orders_->journey()->definition && orders_->table()->isEmpty());
    }

    // One that was worked out while the file was closed.
    void closedMeanwhile() {
        orders_->seen();
        live_->setWorkspace(nullptr);
        QVERIFY(settle());
        QVERIFY(orders_->orderLog() == nullptr && !orders_->journey()->definition);
        QVERIFY(!live_->otherJourney() || !live_->otherJourney()->definition);
    }

    // The sessions of the file were taken for orders.
    void ordersThatTheFileDoesNotHave() {
        orders_->seen();
        QVERIFY(settle());
        JourneyDefinition parcels = *orders_->journey()->definition;
        parcels.caseKey = "parcel.id";
        orders_->setJourney(parcels);
        QVERIFY(settle());
        QVERIFY(!orders_->journey()->definition && orders_->journey()->cases().cases().empty());
        QCOMPARE(orders_->journey()->problem, std::string("No span of this file says which parcel.id it belongs to."));
        QVERIFY(orders_->orderLog() == nullptr);
        QVERIFY(live_->otherJourney() == orders_->journey());
    }

    void withoutOrders() {
        QTemporaryDir dir;
        const std::filesystem::path in(dir.path().toStdString());
        std::ofstream(in / "one.json") << "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"name\":\"one\",\"startTimeUnixNano\":\"1700000000000000000\",\"endTimeUnixNano\":\"1700000001000000000\"}]}]}]}";
        live_->setWorkspace(importInto(in / "one.aisle", {in / "one.json"}));
        orders_->seen();
        QVERIFY(settle());
        QVERIFY(!orders_->journey()->problem.empty());
        QVERIFY(orders_->orderLog() == nullptr);
        live_->setWorkspace(nullptr);
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<ViewContext> live_;
    std::unique_ptr<OrdersContext> orders_;
};

AISLE_TEST_MAIN(TestOrdersContext)
#include "tst_orders_context.moc"
