// Charts of what is selected, against counts made as plainly as they can be: rates, shares of errors and percentiles over time,
// histograms, dots, and how often attributes have which values.

#include "analysis/attribute_counts.h"
#include "analysis/duration_histogram.h"
#include "analysis/heatmap.h"
#include "analysis/over_time.h"
#include "analysis/quantile.h"
#include "analysis/scatter.h"
#include "query/field_condition.h"
#include "store/span_reader.h"
#include "traceql_fixture.h"

#include <QTest>

#include <cmath>
#include <map>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr int64_t kMs = 1'000'000;

/// Traces of a root and some children, of which the children alone have `colour`.
void fillRandom(SpanSink& sink, uint32_t seed) {
    std::mt19937 random(seed);
    ContextRecord record;
    record.resource = {{"service.name", ValueType::String, "web"}};
    const ContextHandle web = sink.context(record);
    record.resource = {{"service.name", ValueType::String, "db"}, {"zone", ValueType::String, "a"}};
    const ContextHandle db = sink.context(record);
    SpanRecord s;
    for (uint64_t trace = 1; trace <= 120; ++trace) {
        const int64_t start = static_cast<int64_t>(random() % 60'000);
        for (SpanId id = 1; id <= 1 + random() % 4; ++id) {
            s.trace.id = {0, trace};
            s.span.id = id;
            s.parent.id = id == 1 ? 0 : 1;
            s.context = id == 1 ? web : db;
            s.name = id == 1 ? (random() % 3 == 0 ? "GET /cart" : "GET /") : "SELECT";
            s.kind = id == 1 ? Kind::Server : Kind::Client;
            s.status = random() % 7 == 0 ? Status::Error : Status::Unset;
            s.setTimes(kNow + (start + static_cast<int64_t>(id)) * kMs, kNow + (start + static_cast<int64_t>(id) + 1 + static_cast<int64_t>(random() % 500)) * kMs);
            const std::string n = std::to_string(random() % 30);
            if (id > 1 && random() % 3 != 0)
                s.attributes = {{"colour", ValueType::String, random() % 2 == 0 ? "red" : "blue"}, {"n", ValueType::Int, n}};
            sink.span(s);
            s.clear();
        }
    }
}

struct Explored {
    QueryShop shop;
    traceql::Context context;
    explicit Explored(uint32_t seed) {
        shop.add("shop.json", [seed](SpanSink& sink) { fillRandom(sink, seed); });
        shop.index();
        context.table = shop.workspace->table();
        context.attributes = std::make_shared<traceql::DictionarySource>(shop.workspace, context.table);
    }
    ScopeResult select(const std::string& text) const {
        traceql::ParseError error;
        return evaluate(*Scope::parse(text, error), context);
    }
};

struct Plain {
    std::vector<Item> items;
    uint64_t errors = 0;
};

Plain plainly(const SpanTable& table, const ScopeResult& scope, ItemsOf of) {
    Plain out;
    if (of == ItemsOf::Spans) {
        table.forEachRow([&](Row row) {
            if (scope.spans[row])
                out.items.push_back({table.start(row), table.duration(row), table.trace(row), row, table.isError(row)});
        });
    } else {
        for (TraceIndex t = 0; t < table.traceSlots(); ++t)
            if (scope.traces[t])
                out.items.push_back({table.summary(t).start, table.summary(t).duration, t, table.summary(t).root, table.summary(t).errors > 0});
    }
    for (const Item& item : out.items)
        out.errors += item.isError;
    return out;
}

/// The value of the first span of a trace that has one, the root's first; or of the span.
std::string valueOf(const Explored& e, const Item& item, ItemsOf of, const std::string& text) {
    const SpanTable& table = *e.context.table;
    const auto ofRow = [&](Row row) -> std::string {
        if (text == "span:name")
            return std::string(table.nameText(row));
        if (text == "resource.service.name")
            return std::string(table.serviceText(row));
        for (const AttributeValue& value : readSpan(*e.shop.db, table, row).attributes)
            if ("span." + value.key == text)
                return value.value;
        return {};
    };
    if (of == ItemsOf::Spans)
        return ofRow(item.row);
    std::string found = ofRow(item.row);
    for (const Row row : table.rowsOf(item.trace))
        if (found.empty())
            found = ofRow(row);
    return found;
}

void cases() {
    QTest::addColumn<bool>("ofTraces");
    QTest::addColumn<QString>("select");
    QTest::addColumn<QString>("by");
    for (const bool ofTraces : {true, false})
        for (const char* select : {"{ }", "{ duration > 200ms }", "{ kind = client && status != error }"})
            for (const char* by : {"", "span:name", "resource.service.name", "span.colour", "span.n"})
                QTest::addRow("%s of %s by %s", ofTraces ? "traces" : "spans", select, by) << ofTraces << QString::fromLatin1(select) << QString::fromLatin1(by);
}

} // namespace

class TestExploration : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { explored_ = std::make_unique<Explored>(4); }
    void cleanupTestCase() { explored_.reset(); }

    void overTime_data() { cases(); }
    void overTime() {
        const SpanTable& table = *explored_->context.table;
        const auto [of, by, scope, plain] = given();
        QVERIFY(plain.items.size() > 20 && plain.errors < plain.items.size());
        for (const Measure measure : {Measure::Rate, Measure::ErrorShare, Measure::P50, Measure::P95, Measure::Longest}) {
            OverTimeAsked asked{of, measure, by, 30};
            const OverTime found = aisle::overTime(explored_->context, scope, asked);
            QVERIFY(found.steps() > 5 && found.steps() <= 32 && found.start <= table.startTime() && found.end() >= table.endTime());
            QCOMPARE(found.counted, uint64_t(plain.items.size()));
            uint64_t items = 0;
            std::set<std::string> named;
            for (const auto& line : found.lines)
                named.insert(line.label);
            for (const auto& line : found.lines) {
                items += line.items;
                const bool isOthers = line.label.ends_with(" other values");
                std::vector<std::vector<int64_t>> durations(found.steps());
                std::vector<uint64_t> errors(found.steps());
                for (const Item& item : plain.items) {
                    std::string label = by.empty() ? std::string() : valueOf(*explored_, item, of, by);
                    if (!by.empty() && label.empty())
                        label = "(none)";
                    if (isOthers ? named.contains(label) : label != line.label)
                        continue;
                    const auto at = static_cast<size_t>((item.start - found.start) / found.step);
                    durations[at].push_back(item.duration);
                    errors[at] += item.isError;
                }
                for (size_t i = 0; i < found.steps(); ++i) {
                    const double value = line.values[i], count = static_cast<double>(durations[i].size());
                    if (measure == Measure::Rate) {
                        QVERIFY(std::abs(value - count / (static_cast<double>(found.step) / 1e9)) < 1e-9);
                        continue;
                    }
                    QCOMPARE(std::isnan(value), durations[i].empty());
                    if (durations[i].empty())
                        continue;
                    if (measure == Measure::ErrorShare) {
                        QVERIFY(std::abs(value - static_cast<double>(errors[i]) / count) < 1e-12);
                        continue;
                    }
                    std::sort(durations[i].begin(), durations[i].end());
                    const double q = measure == Measure::P50 ? 0.5 : measure == Measure::P95 ? 0.95 : 1;
                    QCOMPARE(static_cast<int64_t>(value), durations[i][static_cast<size_t>(std::ceil(q * count - 1e-9)) - 1]);
                    const auto& exemplar = line.exemplars[i];
                    QCOMPARE(of == ItemsOf::Traces ? table.summary(exemplar.trace).duration : table.duration(exemplar.row), durations[i].back());
                }
            }
            QCOMPARE(items, found.counted);
            QVERIFY(found.lines.size() <= ItemGroups::kMost);
            QVERIFY(!tabulate(found, true).rows.empty());
        }
    }

    void percentilesOverTime() {
        const OverTime found = aisle::overTime(explored_->context, explored_->select("{ }"), {ItemsOf::Traces, Measure::Percentiles, "span:name", 30});
        QCOMPARE(found.lines.size(), size_t(3));
        for (size_t i = 0; i < found.steps(); ++i)
            if (!std::isnan(found.lines[0].values[i]))
                QVERIFY(found.lines[0].values[i] >= found.lines[1].values[i] && found.lines[1].values[i] >= found.lines[2].values[i]);
    }

    void histogram_data() { cases(); }
    void histogram() {
        const SpanTable& table = *explored_->context.table;
        const auto [of, by, scope, plain] = given();
        const DurationHistogram h = durationHistogram(explored_->context, scope, of, by, heatmapAxes(table, of, 1, 20).durations);
        std::vector<int64_t> durations;
        for (const Item& item : plain.items)
            durations.push_back(item.duration);
        QCOMPARE(h.counted, uint64_t(durations.size()));
        uint64_t all = 0;
        for (uint32_t bar = 0; bar < h.bars(); ++bar) {
            const auto isIn = [&](int64_t d) { return d >= h.edges[bar] && d < h.edges[bar + 1]; };
            const auto count = static_cast<uint64_t>(std::count_if(durations.begin(), durations.end(), isIn));
            QCOMPARE(h.selected[bar], count);
            uint64_t ofGroups = 0;
            for (const auto& group : h.ofGroup)
                ofGroups += group[bar];
            QCOMPARE(ofGroups, count);
            if (count > 0)
                QVERIFY(isIn(of == ItemsOf::Traces ? table.summary(h.exemplars[bar].trace).duration : table.duration(h.exemplars[bar].row)));
            all += h.all[bar];
        }
        QCOMPARE(all, of == ItemsOf::Traces ? uint64_t(table.traceCount()) : table.spanCount());
        QCOMPARE(h.p95, quantile(durations, 0.95));
        QVERIFY(!tabulate(h).rows.empty());
    }

    void dots_data() { cases(); }
    void dots() {
        const SpanTable& table = *explored_->context.table;
        const auto [of, by, scope, plain] = given();
        const Scatter found = scatter(explored_->context, scope, of, by, heatmapAxes(table, of, 12, 8)); // coarse, so that dots hold several
        QCOMPARE(found.counted, uint64_t(plain.items.size()));
        QCOMPARE(found.errors, plain.errors);
        uint64_t items = 0;
        for (const Scatter::Dot& dot : found.dots) {
            items += dot.count;
            QVERIFY(dot.errors == 0 || dot.item.isError); // what failed is what the dot is of
            QCOMPARE(found.axes.columnOf(dot.item.start), std::optional(dot.column));
            QCOMPARE(found.axes.rowOf(dot.item.duration), std::optional(dot.row));
            QCOMPARE(found.at(dot.column, dot.row), &dot);
            if (!by.empty() && !found.groups[dot.group].label.ends_with(" other values")) {
                const std::string value = valueOf(*explored_, dot.item, of, by);
                QCOMPARE(value.empty() ? std::string("(none)") : value, found.groups[dot.group].label);
            }
        }
        QCOMPARE(items, found.counted);
        QCOMPARE(tabulateItems(table, scope, of, 0, true).rows.size(), size_t(found.counted));
        const Tabular some = tabulateItems(table, scope, of, 5, true);
        QVERIFY(some.rows.size() == 5 && some.notes.size() == 1);
    }

    /// What a legend filters to is what its group was made of.
    void conditionsOfGroups() {
        for (const char* by : {"span:name", "resource.service.name", "span.colour", "span.n", "span:kind", "span:status", "aisle:file"}) {
            const ScopeResult scope = explored_->select("{ duration > 100ms }");
            const ItemGroups groups(explored_->context, scope, ItemsOf::Spans, *fieldOf(by), 50, {});
            QVERIFY2(!groups.groups().empty(), by);
            for (const auto& group : groups.groups()) {
                QVERIFY2(!group.condition.empty(), by);
                QCOMPARE(explored_->select("{ duration > 100ms && " + group.condition + " }").spanCount, group.items);
            }
        }
    }

    void noField() {
        for (const char* text : {"", "no field", "1 + 2", "duration > 3", "{ }", "parent.resource.service.name"})
            QVERIFY2(!fieldOf(text), text);
        const OverTimeAsked asked{ItemsOf::Spans, Measure::Rate, "no field", 30};
        QVERIFY_EXCEPTION_THROWN((void)aisle::overTime(explored_->context, explored_->select("{ }"), asked), std::runtime_error);
        QCOMPARE(measureOf("p95"), std::optional(Measure::P95));
        QVERIFY(!measureOf("p42"));
    }

    void nothing() {
        traceql::Context context;
        context.table = SpanTableBuilder().snapshot();
        const ScopeResult scope = evaluate(Scope(), context);
        QCOMPARE(aisle::overTime(context, scope, {}).lines.size(), size_t(0));
        QCOMPARE(durationHistogram(context, scope, ItemsOf::Traces, {}, heatmapAxes(*context.table, ItemsOf::Traces, 1, 20).durations).bars(), 0U);
        QVERIFY(scatter(context, scope, ItemsOf::Spans, {}, heatmapAxes(*context.table, ItemsOf::Spans, 10, 10)).dots.empty());
    }

    void attributes() {
        const SpanTable& table = *explored_->context.table;
        for (const char* select : {"{ }", "{ status = error }", "{ duration > 250ms }"}) {
            const ScopeResult scope = explored_->select(select);
            const AttributeKeys keys = attributeKeys(explored_->context, scope);
            QCOMPARE(keys.selected + keys.others, table.spanCount());
            std::map<std::string, std::map<std::string, std::array<uint64_t, 2>>> plain; // by key and value: others, selected
            table.forEachRow([&](Row row) {
                const SpanDetails details = readSpan(*explored_->shop.db, table, row);
                for (const AttributeValue& value : details.attributes)
                    ++plain["span." + value.key][value.value][scope.spans[row]];
                for (const AttributeValue& value : details.resource)
                    ++plain["resource." + value.key][value.value][scope.spans[row]];
                ++plain["span:name"][std::string(table.nameText(row))][scope.spans[row]];
            });
            size_t seen = 0;
            for (const auto& key : keys.keys) {
                const auto expected = plain.find(traceql::toText(key.field));
                if (expected == plain.end())
                    continue; // kind and status
                ++seen;
                std::array<uint64_t, 2> sum{};
                const AttributeValues values = attributeValues(explored_->context, scope, key.field);
                QCOMPARE(values.values.size(), expected->second.size());
                for (const auto& value : values.values) {
                    const auto& counts = expected->second.at(value.text);
                    QCOMPARE(value.selected, counts[1]);
                    QCOMPARE(value.others, counts[0]);
                    sum[0] += counts[0];
                    sum[1] += counts[1];
                }
                QCOMPARE(key.selected, sum[1]);
                QCOMPARE(key.others, sum[0]);
            }
            QCOMPARE(seen, plain.size());
        }
    }

    /// A span that says the method in the old name and in the new one was counted twice, and of many values those that were
    /// rare on one side had none there.
    void oldAndNewNamesAndManyValues() {
        QueryShop shop;
        shop.add("both.json", [](SpanSink& sink) {
            ContextRecord record;
            record.resource = {{"service.name", ValueType::String, "web"}};
            const ContextHandle web = sink.context(record);
            SpanRecord s;
            for (uint64_t trace = 1; trace <= 12'000; ++trace) {
                s.trace.id = {0, trace};
                s.span.id = 1;
                s.context = web;
                s.name = trace % 2 == 0 ? "even" : "odd";
                s.setTimes(kNow, kNow + kMs);
                const std::string user = "u" + std::to_string(trace / 2);
                s.attributes = {{"http.method", ValueType::String, "GET"}, {"http.request.method", ValueType::String, "GET"}, {"user", ValueType::String, user}};
                sink.span(s);
                s.clear();
            }
        });
        shop.index();
        traceql::Context context;
        context.table = shop.workspace->table();
        context.attributes = std::make_shared<traceql::DictionarySource>(shop.workspace, context.table);
        traceql::ParseError error;
        const ScopeResult even = evaluate(*Scope::parse("{ name = \"even\" }", error), context);
        for (const auto& key : attributeKeys(context, even).keys)
            QVERIFY2(key.selected <= 6'000 && key.others <= 6'000, key.field.name.c_str());
        const AttributeValues methods = attributeValues(context, even, {traceql::Scope::Span, false, "http.method"});
        QCOMPARE(methods.values.size(), size_t(1));
        QCOMPARE(methods.values[0].selected, uint64_t(6'000));
        QCOMPARE(methods.values[0].others, uint64_t(6'000));
        for (const auto& value : attributeValues(context, even, {traceql::Scope::Span, false, "user"}).values)
            if (value.text != "u0" && value.text != "u6000")
                QVERIFY2(value.selected == 1 && value.others == 1, value.text.c_str());
    }

    void conditionsOfValues() {
        const traceql::Field field{traceql::Scope::Span, false, "a key"};
        QCOMPARE(traceql::conditionOf(field, ValueType::String, "x\"y"), std::string("span.\"a key\" = \"x\\\"y\""));
        QCOMPARE(traceql::conditionOf(field, ValueType::Int, "-3"), std::string("span.\"a key\" = -3"));
        QCOMPARE(traceql::conditionOf(field, ValueType::Bool, "true"), std::string("span.\"a key\" = true"));
        QCOMPARE(traceql::conditionOf(field, ValueType::Double, "1e400"), std::string("span.\"a key\" = \"1e400\""));
        QCOMPARE(traceql::conditionOf(field, ValueType::Array, "[1]"), std::string());
        for (const auto& [type, value] : {std::pair(ValueType::String, "7"), std::pair(ValueType::Int, "-9223372036854775808"), std::pair(ValueType::Double, "NaN"), std::pair(ValueType::Double, "1.5e-7"), std::pair(ValueType::Bool, "maybe")}) {
            traceql::ParseError error;
            QVERIFY2(traceql::parse("{ " + traceql::excluding(traceql::conditionOf(field, type, value)) + " }", error), value);
        }
    }

private:
    struct Given {
        ItemsOf of;
        std::string by;
        ScopeResult scope;
        Plain plain;
    };
    /// Of the present row of cases().
    Given given() const {
        QFETCH(bool, ofTraces);
        QFETCH(QString, select);
        QFETCH(QString, by);
        const ItemsOf of = ofTraces ? ItemsOf::Traces : ItemsOf::Spans;
        ScopeResult scope = explored_->select(select.toStdString());
        Plain plain = plainly(*explored_->context.table, scope, of);
        return {of, by.toStdString(), std::move(scope), std::move(plain)};
    }
    std::unique_ptr<Explored> explored_;
};

QTEST_GUILESS_MAIN(TestExploration)
#include "tst_exploration.moc"
