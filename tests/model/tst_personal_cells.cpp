// Cells of a query that are personal under another name, and those that only look as if they were.

#include "model/workspace_fixture.h"
#include "privacy/masking_redactor.h"
#include "privacy/personal_cells.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

void fill(SpanSink& sink) {
    const ContextHandle context = serviceContext(sink, "checkout");
    auto say = [&, id = SpanId(0)](std::string_view name, const Attributes& with) mutable {
        SpanRecord span;
        span.trace.id.low = 1;
        span.span.id = ++id;
        span.context = context;
        span.name = name;
        span.start = static_cast<int64_t>(id);
        span.duration = 1;
        span.attributes = with;
        sink.span(span);
    };
    say("pay", {{"user.name", ValueType::String, "Ada"}, {"card.cvv", ValueType::Int, "672"}, {"tier", ValueType::String, "gold"}});
    say("ship", {{"user.name", ValueType::String, "checkout"}, {"card.cvv", ValueType::Int, "12"}, {"http.status_code", ValueType::Int, "500"}});
    say("pay", {{"user.name", ValueType::String, "pay"}});
    say("pay", {{"user.name", ValueType::String, "gold"}});
    say("ship", {{"geo.latitude", ValueType::Double, "52.52"}, {"address.zip", ValueType::String, "01307"}});
}

std::string text(const Cell& cell) { return std::get<std::string>(cell.value); }

} // namespace

class TestPersonalCells : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        workspace_ = fixture_.open();
        WorkspaceFixture::add(*workspace_, "shop", fill);
        cells_ = personalCells(*workspace_->connect(), workspace_->table(), *maskingRules(), {"Ada", "672", "12", "500", "checkout", "pay", "gold", "nobody", "52.52", "1307"});
    }

    void comparesTextsAndIntegers() {
        QCOMPARE(key("x", "Ada"), std::string("user.name"));
        QCOMPARE(key("x", "672"), std::string("card.cvv"));
        QCOMPARE(key("x", "12"), std::string()); // too short to be known
        QCOMPARE(key("x", "500"), std::string());
        QCOMPARE(key("x", "nobody"), std::string());
    }

    void namesOfServicesAndSpansStay() {
        QCOMPARE(key("service", "checkout"), std::string());
        QCOMPARE(key("name", "pay"), std::string());
        QCOMPARE(key("x", "checkout"), std::string("user.name"));
        QCOMPARE(key("service", "Ada"), std::string("user.name")); // a column is only called so
        QCOMPARE(key("name", "gold"), std::string("user.name"));
    }

    void keysOfTheQueryCountWhereTheFileSaysThem() {
        QCOMPARE(key("value", "gold", "tier"), std::string()); // the file has that
        QCOMPARE(key("value", "gold", "x"), std::string("user.name"));
        QCOMPARE(key("value", "Ada", "tier"), std::string("user.name")); // and not that
        QCOMPARE(key("value", "Ada", "user.name"), std::string());       // which says itself that it is a name
    }

    void tablesAreRedacted() {
        const MaskingRedactor masking(maskingRules(), "salt");
        for (const bool isKeyFirst : {true, false}) {
            Tabular table;
            table.columns = {{"key", "key"}, {"value", "value"}};
            for (const auto& [k, v] : {std::pair("tier", "gold"), {"x", "gold"}, {"x", "Ada"}, {"x", "nobody"}})
                table.rows.push_back({Cell(std::string(k)), Cell(std::string(v))});
            if (!isKeyFirst) {
                std::swap(table.columns[0], table.columns[1]);
                for (auto& row : table.rows)
                    std::swap(row[0], row[1]);
            }
            redactCells(table, cells_, masking);
            const size_t value = isKeyFirst ? 1 : 0;
            QCOMPARE(text(table.rows[0][value]), std::string("gold"));
            QVERIFY(text(table.rows[1][value]).starts_with("person "));
            QVERIFY(text(table.rows[2][value]).starts_with("person "));
            QCOMPARE(text(table.rows[3][value]), std::string("nobody"));
            QVERIFY(table.notes.empty());
        }
        // Of two columns of keys the last one, by which an export redacts.
        Tabular two;
        two.columns = {{"key", "key"}, {"field", "field"}, {"value", "value"}};
        two.rows = {{Cell(std::string("tier")), Cell(std::string("x")), Cell(std::string("gold"))}};
        QCOMPARE(*keyBeside(two, 0, 2), std::string("x"));
        QVERIFY(keyBeside(two, 0, 1) == nullptr);
        QCOMPARE(textsOf(two), (std::unordered_set<std::string>{"tier", "x", "gold"}));
    }

    // A code that the query took as a number was printed as it is.
    void numbersAreRedacted() {
        Tabular table;
        table.columns = {{"x", "x", true}, {"y", "y", true}};
        table.rows = {{Cell(int64_t(672)), Cell::real(672.0, {})}, {Cell(int64_t(12)), Cell::real(500.0, {})}, {Cell(int64_t(7)), Cell::real(52.52, {})}};
        QCOMPARE(textsOf(table), (std::unordered_set<std::string>{"672", "500", "52.52"}));
        const MaskingRedactor masking(maskingRules(), "salt");
        redactCells(table, cells_, masking);
        const std::string code = masking.redact("card.cvv", "672");
        QVERIFY(code.starts_with("code "));
        for (const Cell& cell : table.rows[0])
            QCOMPARE(text(cell), code);
        QCOMPARE(std::get<int64_t>(table.rows[1][0].value), int64_t(12));
        QCOMPARE(std::get<double>(table.rows[1][1].value), 500.0);
        QVERIFY(text(table.rows[2][1]).starts_with("address ")); // a latitude
        const CellRedactor cellRedactor(cells_, masking);
        QCOMPARE(cellRedactor.redactNumber("x", "672"), code);
        QCOMPARE(cellRedactor.redactNumber("x", "500"), std::string("500"));
        QCOMPARE(key("x", "1307"), std::string("address.zip")); // 01307
    }

    // What a column is called says nothing of what the query put into it: a code may stand there as a count, and a count may be masked as a code.
    void whatACoincidenceIsIsSaid() {
        const MaskingRedactor masking(maskingRules(), "salt");
        Tabular table;
        table.columns = {{"row", "row", true}, {"bytes", "bytes", true}, {"x", "x", true}};
        table.rows = {{Cell(int64_t(672)), Cell(int64_t(672)), Cell(int64_t(12))}};
        redactCells(table, cells_, masking);
        QVERIFY(text(table.rows[0][0]).starts_with("code ") && text(table.rows[0][1]).starts_with("code "));
        QCOMPARE(table.notes.size(), size_t(1));
        QVERIFY2(table.notes[0].starts_with("2 numbers are masked because card.cvv has the same"), table.notes[0].c_str());
    }

    void numbersDoNotStayWhileItIsPending() {
        PersonalCells pending;
        pending.isPending = true;
        Tabular table;
        table.columns = {{"x", "x", true}};
        table.rows = {{Cell(int64_t(672))}, {Cell::real(67.2, {})}, {Cell(int64_t(12))}};
        redactCells(table, pending, MaskingRedactor(maskingRules(), "salt"));
        QVERIFY(text(table.rows[0][0]).starts_with("value ") && text(table.rows[1][0]).starts_with("value "));
        QCOMPARE(std::get<int64_t>(table.rows[2][0].value), int64_t(12));
    }

    void allKeysOfOneText() {
        constexpr size_t kSpans = 100, kKeys = 50;
        const WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        WorkspaceFixture::add(*workspace, "shop", [](SpanSink& sink) {
            const ContextHandle context = serviceContext(sink, "checkout");
            for (size_t s = 0; s < kSpans; ++s) {
                std::vector<std::string> keys{"user.name"};
                for (size_t k = 0; k < kKeys; ++k)
                    keys.push_back("k" + std::to_string(s * kKeys + k));
                SpanRecord span;
                span.trace.id.low = 1;
                span.span.id = s + 1;
                span.context = context;
                span.name = "pay";
                span.start = static_cast<int64_t>(s + 1);
                span.duration = 1;
                for (const std::string& one : keys)
                    span.attributes.push_back({one, ValueType::String, "Ada"});
                sink.span(span);
            }
        });
        const PersonalCells cells = personalCells(*workspace->connect(), workspace->table(), *maskingRules(), {"Ada"});
        QCOMPARE(cells.texts.at("Ada").keys.size(), kSpans * kKeys + 1);
        const StopToken stop;
        stop.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, (void)personalCells(*workspace->connect(), workspace->table(), *maskingRules(), {"Ada"}, stop));
    }

    void nothingStaysWhileItIsPending() {
        PersonalCells pending;
        pending.isPending = true;
        const MaskingRedactor masking(maskingRules(), "salt");
        for (const char* column : {"x", "service", "value", "key"})
            for (const char* beside : {"user.name", "tier"}) {
                const std::string by(beside), value("nobody at all");
                const std::string* found = pending.keyOf(column, value, &by);
                QVERIFY(found != nullptr);
                QVERIFY2(masking.redact(*found, value).starts_with("value "), masking.redact(*found, value).c_str());
            }
        QVERIFY(pending.keyOf("x", "") == nullptr);
    }

private:
    /// Empty: it is redacted by its own column.
    std::string key(const char* column, const std::string& value, const char* beside = nullptr) const {
        const std::string by(beside == nullptr ? "" : beside);
        const std::string* found = cells_.keyOf(column, value, beside == nullptr ? nullptr : &by);
        return found == nullptr ? std::string() : *found;
    }

    WorkspaceFixture fixture_;
    std::shared_ptr<Workspace> workspace_;
    PersonalCells cells_;
};

QTEST_GUILESS_MAIN(TestPersonalCells)
#include "tst_personal_cells.moc"
