#include "csv_fixture.h"
#include "format/csv_records.h"
#include "format/csv_table.h"
#include "import_test.h"

#include <QtTest/QtTest>

#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

RecordingSink import(const std::string& text, const std::string& map = {}, size_t step = 0) {
    ImportLimits limits;
    if (!map.empty()) {
        std::string error;
        const auto mapping = csvMappingFromText(map, error);
        if (!mapping)
            qFatal("%s", error.c_str());
        limits.csvMapping = std::make_shared<CsvMapping>(*mapping);
    }
    RecordingSink sink;
    keepSample("csv", text);
    SlowSource source(text, step == 0 ? text.size() + 1 : step);
    formatNamed("csv")->create()->run(source, sink, limits);
    return sink;
}

std::string records(const std::string& text, char delimiter = ',', size_t expected = 0, size_t step = 1, uint64_t limit = 1 << 20) {
    SlowSource source(text, step);
    CsvRecords reader(source, delimiter, limit);
    reader.expect(expected);
    std::string out;
    while (reader.next()) {
        if (reader.tooLarge())
            out += "(too large)";
        for (const std::string_view field : reader.fields())
            out += "[" + std::string(field) + "]";
        out += (reader.unclosedQuote() ? "?" : "") + std::string(reader.atEnd() ? "." : "") + "@" + std::to_string(reader.offset()) + " ";
    }
    return out;
}

bool claims(const std::string& head, bool complete = true) {
    std::string reason;
    const Format* const format = detectFormat({head, complete}, reason);
    return format && format->id == "csv";
}

std::string guessed(const CsvRow& header, const std::vector<CsvRow>& rows = {}) {
    return csvMappingToText(guessCsvMapping(header, rows));
}

} // namespace

class TestCsvSpans : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void splitting() {
        COMPARE_TEXT(records("a,b\n1,2\r\n\n\r\n,\n"), "[a][b]@0 [1][2]@4 [][]@12 ");
        COMPARE_TEXT(records("\xef\xbb\xbf" "a,b\n1,2"), "[a][b]@3 [1][2].@7 ");
        COMPARE_TEXT(records("\"a,\"\"x\"\"\",\"two\nlines\",\"\"\nz,y,x\n"), "[a,\"x\"][two\nlines][]@0 [z][y][x]@25 ");
        COMPARE_TEXT(records("a\tb c\n", '\t'), "[a][b c]@0 ");
        COMPARE_TEXT(records("in \"the\" middle,\"behind\" it\n"), "[in \"the\" middle][behind it]@0 ");
        COMPARE_TEXT(records(""), "");
        COMPARE_TEXT(records("\n\n"), "");
    }

    void anUnclosedQuoteCostsItsLine() {
        COMPARE_TEXT(records("a,\"b\n1,2\n3,4\n"), "[a][\"b]?@0 [1][2]@5 [3][4]@9 ");
        // closed by another row's quote: the number of fields tells
        COMPARE_TEXT(records("a,\"b\n1,\"x\"\n3,4\n", ',', 2), "[a][\"b]?@0 [1][x]@5 [3][4]@11 ");
        const std::string many(CsvRecords::kQuotedBytes + 10, 'x');
        COMPARE_TEXT(records("a,\"b\n1,2\n" + many + "\n3,\"4\"\n", ',', 0, 4096, 8 << 20).substr(0, 20), "[a][\"b]?@0 [1][2]@5 ");
        COMPARE_TEXT(records("a,b\n" + std::string(100, 'x') + "\n1,2\n", ',', 0, 3, 50), "[a][b]@0 (too large)@4 [1][2]@105 ");
    }

    void detection() {
        QVERIFY(claims(kHeader));
        QVERIFY(claims("trace_id;span_id;start;duration\n"));
        QVERIFY(claims("\xef\xbb\xbf\"Trace ID\"\t\"Span ID\"\t\"Duration (ms)\"\r\n"));
        QVERIFY(!claims("timestamp,trace_id,span_id,severity,message\n")); // log records
        QVERIFY(!claims("a,b,c\n1,2,3\n"));
        QVERIFY(!claims("a trace, a span and their duration\n"));
        QVERIFY(!claims(kHeader.substr(0, 60), false)); // no whole header
        QVERIFY(!claims("[\"traceid,spanid,duration\"]"));
    }

    void guesses() {
        COMPARE_TEXT(guessed({"TraceID", "SpanID", "ParentID", "PodName", "OperationName", "StartTimeUnixNano", "EndTimeUnixNano", "Duration"},
                             {{"a", "b", "root", "p", "o", "1674982306057000000", "1674982306627139076", "570139"}}),
                     "trace=TraceID,span=SpanID,parent=ParentID,name=OperationName,service=PodName,start=StartTimeUnixNano:ns,"
                     "end=EndTimeUnixNano:ns,duration=Duration:us,kind=,status=,message=");
        COMPARE_TEXT(guessed({"trace_id", "id", "parent", "service", "pod", "time", "duration_ms", "span.kind", "status_code"},
                             {{"a", "b", "", "s", "p", "2026-03-14T09:00:00Z", "5", "server", "OK"}}),
                     "trace=trace_id,span=id,parent=parent,name=,service=service,start=time:text,end=,duration=duration_ms:ms,"
                     "kind=span.kind,status=status_code,message=");
        COMPARE_TEXT(guessed({"Trace", "Span", "Start (\xc2\xb5s)", "Latency"}, {{"a", "b", "17", "1.5ms"}}),
                     "trace=Trace,span=Span,parent=,name=,service=,start=Start (\xc2\xb5s):us,end=,duration=Latency:text,kind=,status=,message=");
    }

    void unitsOfTimes_data() {
        QTest::addColumn<QByteArray>("start");
        QTest::addColumn<qint64>("nanos");
        QTest::newRow("s") << QByteArray("1773478800") << qint64(1773478800000000000);
        QTest::newRow("s, fraction") << QByteArray("1773478800.123456789") << qint64(1773478800123456789);
        QTest::newRow("ms") << QByteArray("1773478800123") << qint64(1773478800123000000);
        QTest::newRow("us") << QByteArray("1773478800123456") << qint64(1773478800123456000);
        QTest::newRow("ns") << QByteArray("1773478800123456789") << qint64(1773478800123456789);
        QTest::newRow("text") << QByteArray("2026-03-14T09:00:00.123456789Z") << qint64(1773478800123456789);
        QTest::newRow("text, zone") << QByteArray("2026-03-14 10:00:00.5+01:00") << qint64(1773478800500000000);
        QTest::newRow("text, no zone") << QByteArray("2026-03-14 09:00:00.5") << qint64(1773478800500000000);
        QTest::newRow("text, UTC") << QByteArray("2026-03-14 09:00:00 UTC") << qint64(1773478800000000000);
    }
    void unitsOfTimes() {
        QFETCH(QByteArray, start);
        QFETCH(qint64, nanos);
        const RecordingSink sink = import("trace,span,start,duration_us\n1,2," + start.toStdString() + ",7\n");
        QCOMPARE(sink.spans.at(0).record.start, int64_t(nanos));
        QCOMPARE(sink.spans.at(0).record.duration, int64_t(7000));
        COMPARE_TEXT(sink.problems(), "");
    }

    // Tables written where the comma is the decimal separator lost every time with one.
    void decimalCommas() {
        const RecordingSink sink = import("trace;span;start;duration_ms\n1;2;1773478800,25;12,5\n1;3;1773478800.25;1.5\n");
        COMPARE_TEXT(sink.problems(), "");
        QCOMPARE(sink.spans.at(0).record.start, int64_t(1773478800250000000));
        QCOMPARE(sink.spans.at(0).record.duration, int64_t(12'500'000));
        QCOMPARE(sink.spans.at(1).record.start, int64_t(1773478800250000000));
        QCOMPARE(sink.spans.at(1).record.duration, int64_t(1'500'000));
        const RecordingSink text = import("trace;span;start;duration\n1;2;1773478800;1,5ms\n");
        QCOMPARE(text.spans.at(0).record.duration, int64_t(1'500'000));
        const RecordingSink guessed = import("trace;span;start;end;duration\n1;2;1773478800,25;1773478800,5;250,0\n");
        QCOMPARE(guessed.spans.at(0).record.duration, int64_t(250'000'000));

        // one thousand and a quarter of ..., or one and a quarter: not guessed
        for (const char* const either : {"trace;span;start;duration_ms\n1;2;1773478800;1.234,5\n",
                                         "trace,span,start,duration_ms\n1,2,1773478800,\"1,234\"\n"}) {
            const RecordingSink unread = import(either);
            QVERIFY(unread.problems().find("cannot be read") != std::string::npos);
        }
    }

    void podTable() {
        const RecordingSink sink = import(kHeader +
            "4d1e00c0db9010db86154a4ba6e91385,00000000000000b1,root,cart-5fcd447d84-wxwjd,GET /,1674982306057000000,1674982306627139076,570139\n"
            "4d1e00c0db9010db86154a4ba6e91385,b2,b1,cart-5fcd447d84-zzzzz,\"a, b\",1674982306057000001,1674982306057000001,0\n"
            "4d1e00c0db9010db86154a4ba6e91385,b3,B1,odd,c,1674982306057000001,0,0\n");
        COMPARE_TEXT(sink.problems(), "");
        QCOMPARE(sink.spans.size(), size_t(3));
        const RecordedSpan& root = sink.spans[0];
        QCOMPARE(root.record.parent.id, SpanId(0));
        QCOMPARE(root.record.span.id, SpanId(0xb1));
        QCOMPARE(root.record.start, int64_t(1674982306057000000));
        QCOMPARE(root.record.duration, int64_t(570139076));
        QCOMPARE(root.attributes.size(), size_t(0));
        COMPARE_TEXT(sink.service(root), "cart"); // two pods of one deployment are one service
        COMPARE_TEXT(sink.service(sink.spans[1]), "cart");
        COMPARE_TEXT(sink.contexts[sink.spans[1].record.context].attribute("k8s.pod.name"), "cart-5fcd447d84-zzzzz");
        COMPARE_TEXT(sink.service(sink.spans[2]), "odd");
        COMPARE_TEXT(sink.spans[1].name, "a, b");
        QCOMPARE(sink.spans[1].record.parent.id, SpanId(0xb1));
        QCOMPARE(int(sink.spans[1].record.flags), 0);
        QCOMPARE(int(sink.spans[2].record.flags), 0); // its duration of 0 is said, its end of 0 is not one
    }

    void fields() {
        const std::string longId = "1f0a3e8b-7c55-4dd2-9e1b-aa01bb02cc03.118.17734788001234567";
        const RecordingSink sink = import("trace_id\tspan_id\tparent_span_id\tservice.name\tname\tkind\tstatus\tstatus_message\tstart_ms\tduration\tn\tflag\ttext\n" +
                                              longId + "\tx-1\tNULL\tshop\tpay\tSPAN_KIND_CLIENT\tSTATUS_CODE_ERROR\tno money\t1773478800123\t12.5\t007\ttrue\t\"q\"\n" +
                                              longId + "\t2\tx-1\tshop\tpay\t2\t404\t\t1773478800123\t-1\t7\t0.5\t\n" +
                                              longId + "\t3\t-1\tshop\tpay\todd\tbroken\t\tsoon\t1\t\t\t\n");
        const RecordedSpan& a = sink.spans.at(0);
        COMPARE_TEXT(a.traceText, longId);
        COMPARE_TEXT(a.spanText, "x-1");
        QCOMPARE(a.record.parent.id, SpanId(0));
        QCOMPARE(a.record.kind, Kind::Client);
        QCOMPARE(a.record.status, Status::Error);
        COMPARE_TEXT(a.statusMessage, "no money");
        QCOMPARE(a.record.duration, int64_t(12500000));
        QCOMPARE(a.type("n"), ValueType::String);
        QCOMPARE(a.type("flag"), ValueType::Bool);
        COMPARE_TEXT(a.attribute("text"), "q");
        const RecordedSpan& b = sink.spans.at(1);
        QCOMPARE(b.record.parent.id, a.record.span.id);
        QCOMPARE(b.record.kind, Kind::Server);
        COMPARE_TEXT(b.attribute("http.response.status_code"), "404");
        QCOMPARE(int(b.record.flags), int(kNegative));
        QCOMPARE(b.type("n"), ValueType::Int);
        QCOMPARE(b.type("flag"), ValueType::Double);
        COMPARE_TEXT(b.attribute("text"), "(none)");
        const RecordedSpan& c = sink.spans.at(2);
        QCOMPARE(c.record.parent.id, SpanId(0));
        QCOMPARE(int(c.record.flags), int(kNoStart | kRepaired));
        COMPARE_TEXT(c.attribute("start_ms"), "soon");
        COMPARE_TEXT(c.attribute("kind"), "odd");
        COMPARE_TEXT(c.attribute("status"), "broken");
        COMPARE_TEXT(sink.service(c), "shop");
        QCOMPARE(sink.repairs.at("the unit of the durations is not known; it is taken to be that of the times").size(), size_t(1));
    }

    void durations() {
        // end minus start is finer than milliseconds
        const RecordingSink fine = import("trace,span,start,end,duration\n1,2,1773478800000000,1773478800001500,1\n1,3,1773478800000000,1773478800009000,9\n");
        QCOMPARE(fine.spans.at(0).record.duration, int64_t(1500000));
        COMPARE_TEXT(fine.problems(), "");
        // times in milliseconds, duration in microseconds
        const RecordingSink coarse = import("trace,span,start,end,duration_us\n1,2,1773478800000,1773478800001,1234\n");
        QCOMPARE(coarse.spans.at(0).record.duration, int64_t(1234000));
        const RecordingSink wrong = import("trace,span,start,end,duration_us\n1,2,1773478800000,1773478800001,99000\n");
        QCOMPARE(wrong.spans.at(0).record.duration, int64_t(1000000));
        COMPARE_TEXT(wrong.spans.at(0).attribute("duration_us"), "99000");
        QCOMPARE(int(wrong.spans.at(0).record.flags), int(kRepaired));
        const RecordingSink noStart = import("trace,span,end,duration_ms\n1,2,1773478800010,10\n");
        QCOMPARE(noStart.spans.at(0).record.start, int64_t(1773478800000000000));
        const RecordingSink unfinished = import("trace,span,start,end,duration_ms\n1,2,1773478800010,,\n1,3,,,\n");
        QCOMPARE(int(unfinished.spans.at(0).record.flags), int(kUnfinished));
        QCOMPARE(int(unfinished.spans.at(1).record.flags), int(kUnfinished | kNoStart));
        const RecordingSink text = import("trace,span,start,duration\n1,2,1773478800010,1.5 ms\n1,3,1773478800010,00:00:01.25\n1,4,1773478800010,7\xc2\xb5s\n");
        QCOMPARE(text.spans.at(0).record.duration, int64_t(1500000));
        QCOMPARE(text.spans.at(1).record.duration, int64_t(1250000000));
        QCOMPARE(text.spans.at(2).record.duration, int64_t(7000));
    }

    void relativeTimesAreSaid() {
        const RecordingSink sink = import("trace,span,start,duration\n1,2,0,7\n1,3,100,7\n");
        QCOMPARE(sink.spans.at(1).record.start, int64_t(100000));
        QCOMPARE(int(sink.spans.at(0).record.flags), 0);
        QCOMPARE(sink.repairs.at("the unit of the times is not known; they are taken as microseconds").size(), size_t(1));
    }

    void mappings() {
        const std::string table = "A;B;C;when;took;trace_id\nt1;1;;1000;5;x\n";
        const RecordingSink sink = import(table, "trace=A,span=B,parent=C,start=when:s,duration=took:ms,name=trace_id");
        QCOMPARE(sink.spans.at(0).record.start, int64_t(1000000000000));
        QCOMPARE(sink.spans.at(0).record.duration, int64_t(5000000));
        COMPARE_TEXT(sink.spans.at(0).traceText, "t1");
        COMPARE_TEXT(sink.spans.at(0).name, "x");
        try {
            import(table, "trace=Z,span=B");
            QFAIL("a column that is not there");
        } catch (const ImportError& error) {
            COMPARE_TEXT(error.what(), "The table has no column \"Z\" for the trace");
        }
        try {
            import(table);
            QFAIL("no span id");
        } catch (const ImportError& error) {
            COMPARE_TEXT(error.what(), "It is a table (A, B, C, when, took, trace_id), but it cannot be told which columns hold span, start, duration; "
                                       "say so with --map 'trace=trace_id,span=COLUMN,start=COLUMN,duration=COLUMN'");
        }
        QCOMPARE(import("trace,span,duration_ms\n1,2,3\n", "duration=").spans.at(0).record.flags, uint8_t(kNoStart | kUnfinished));
    }

    void mappingText() {
        std::string error;
        const auto mapping = csvMappingFromText("trace=TraceID,start=\"a, \"\"b\"\":c\":us,name=x:y,duration=d:e:ms,kind=", error);
        QVERIFY(mapping);
        COMPARE_TEXT(*(*mapping)[CsvRole::Start].name, "a, \"b\":c");
        QCOMPARE((*mapping)[CsvRole::Start].unit, TimeUnit::Microseconds);
        COMPARE_TEXT(*(*mapping)[CsvRole::Name].name, "x:y");
        COMPARE_TEXT(*(*mapping)[CsvRole::Duration].name, "d:e");
        QVERIFY((*mapping)[CsvRole::Kind].name && !mapping->has(CsvRole::Kind));
        QVERIFY(!(*mapping)[CsvRole::Span].name);
        const std::string text = csvMappingToText(*mapping);
        COMPARE_TEXT(csvMappingToText(csvMappingFromText(text, error).value()), text);
        QVERIFY(!csvMappingFromText("trace=a,spam=b", error));
        QVERIFY(error.find("\"spam\"") != std::string::npos);
        QVERIFY(!csvMappingFromText("trace=\"a", error));
        QVERIFY(!csvMappingFromText("trace", error));
    }

    /// What is said of the columns is the same again when it is given back as --map.
    void columnsAreSaid() {
        struct ColumnsSink : RecordingSink {
            std::string mapping;
            bool isSure = false;
            void columns(std::string_view text, bool sure) override {
                mapping = text;
                isSure = sure;
            }
        };
        const auto said = [](const std::string& table, const std::string& map = {}) {
            ImportLimits limits;
            std::string error;
            if (!map.empty())
                limits.csvMapping = std::make_shared<CsvMapping>(csvMappingFromText(map, error).value());
            ColumnsSink sink;
            SlowSource source(table, 7);
            formatNamed("csv")->create()->run(source, sink, limits);
            return sink.mapping + (sink.isSure ? "" : " (not sure)");
        };
        COMPARE_TEXT(said(kHeader + "1,2,,p,x,1674982306057000000,1674982306057001000,1\n"),
                     "trace=TraceID,span=SpanID,parent=ParentID,name=OperationName,service=PodName,start=StartTimeUnixNano:ns,end=EndTimeUnixNano:ns,duration=Duration:us");
        COMPARE_TEXT(said("trace,span,start,duration\n1,2,0,7\n"), "trace=trace,span=span,start=start,duration=duration (not sure)");
        // A role that the user said to be none is guessed again unless that is said, too.
        COMPARE_TEXT(said("trace,span,kind,start_us,duration_us\n1,2,5,0,7\n", "kind="), "trace=trace,span=span,start=start_us:us,duration=duration_us:us,kind=");
        COMPARE_TEXT(mapOption("trace=it's"), "--map 'trace=it'\\''s'");
    }

    void savedColumns() {
        auto saved = std::make_shared<CsvMappings>();
        std::string error;
        (*saved)[csvSignature({"A", "B", "when", "took"})] = csvMappingFromText("trace=A,span=B,start=when:s,duration=took:ms", error).value();
        ImportLimits limits;
        limits.savedMappings = saved;
        for (const std::string table : {"A;B;when;took\n1;2;3;4\n", "A,B,when,took\n1,2,3,4\n"}) {
            QVERIFY(readCsvTable(table, true, limits).isSaved);
            RecordingSink sink;
            SlowSource source(table, 3);
            formatNamed("csv")->create()->run(source, sink, limits);
            QCOMPARE(sink.spans.at(0).record.start, int64_t(3'000'000'000));
            QCOMPARE(sink.spans.at(0).record.duration, int64_t(4'000'000));
        }
        for (const std::string other : {"B;A;when;took\n1;2;3;4\n", "A;B;when\n1;2;3\n", "A;B;when;took;more\n1;2;3;4;5\n", "ABwhentook\n1\n", ""})
            QVERIFY(!readCsvTable(other, true, limits).isSaved);
        // What is said now counts more.
        limits.csvMapping = std::make_shared<CsvMapping>(csvMappingFromText("trace=B,span=A,start=when:s,duration=took:s", error).value());
        RecordingSink sink;
        SlowSource source("A;B;when;took\n1;2;3;4\n", 100);
        formatNamed("csv")->create()->run(source, sink, limits);
        QCOMPARE(sink.spans.at(0).record.duration, int64_t(4'000'000'000));
    }

    void tables() {
        const auto isOne = [](const std::string& head) { return mayBeTable(head) && isTable(readCsvTable(head, true, {})); };
        QVERIFY(isOne("A;B;C\n1;2;3\n4;5;6\n"));
        QVERIFY(isOne("A\tB\tC\n1\t2\t3\n"));
        QVERIFY(!isOne("A;B\n1;2\n"));        // too few for a span
        QVERIFY(!isOne("A;B;C\n"));           // no rows
        QVERIFY(!isOne("Dear diary,\ntoday I went, as ever, to the shop\nand, what can I say, bought milk, bread, and a trace file\n"));
        QVERIFY(!isOne("{\"a\":1,\"b\":2,\"c\":3}\n{\"a\":1,\"b\":2,\"c\":3}\n"));
        QVERIFY(!isOne("<a>,<b>,<c>\n1,2,3\n"));
        QVERIFY(!isOne(""));
    }

    void badRowsCostThemselves() {
        const std::string good = "1,2,,p,good,1674982306057000000,1674982306057000001,0\n";
        const RecordingSink sink = import(kHeader + good + ",2,,p,x,1,2,0\n1,,,p,x,1,2,0\n1,2,,p\n1,2,,p,n,1,2,0,extra\n" + kHeader + "\xff\xfe\x01\n1,2,,p,\"open,1,2,0\n" + good);
        QCOMPARE(sink.spans.size(), size_t(5));
        COMPARE_TEXT(sink.spans.front().name, "good");
        COMPARE_TEXT(sink.spans.back().name, "good");
        QCOMPARE(sink.skips.at("a row without a trace id").at(0).record, uint64_t(2));
        QCOMPARE(sink.skips.at("a row without a trace id").at(0).offset, uint64_t(kHeader.size() + good.size()));
        QCOMPARE(sink.skips.at("a row without a span id").size(), size_t(2));
        QCOMPARE(sink.repairs.at("a row with fewer fields than the header").size(), size_t(1));
        QCOMPARE(sink.repairs.at("a row with more fields than the header").size(), size_t(1));
        QCOMPARE(sink.repairs.at("a quote that is not closed").size(), size_t(1));
        QCOMPARE(sink.ignores.at("repeated header lines"), uint64_t(1));
        COMPARE_TEXT(sink.spans[2].attribute("column 9"), "extra");
    }

    /// One zero near the beginning made a table binary data.
    void aZeroInACell() {
        std::string text = "trace_id,span_id,name,start_time,duration_ms\n01,2,a?b,1700000000000,5\n01,3,c,1700000000000,5\n";
        text[text.find('?')] = '\0';
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "csv", reason.c_str());
        QCOMPARE(import(text).spans.size(), size_t(2));
        QVERIFY(detectFormat({text + std::string(100, '\0'), true}, reason) == nullptr);
    }

    void aRealTableNeedsNoHelp() {
        if (traceFolder().empty())
            QSKIP("no real files: set AISLE_TRACES");
        const RecordingSink sink = import(readFile(traceFolder() / "csv-spans/nezha-tt-2023-01-29-0850-normal.csv"));
        QCOMPARE(sink.spans.size(), size_t(4890));
        COMPARE_TEXT(sink.problems(), "");
        for (const RecordedSpan& span : sink.spans)
            QVERIFY(span.attributes.empty());
    }

    // Columns of OpenTelemetry's table for ClickHouse; their JSON was one attribute of text.
    void attributesInCells() {
        const std::string header = "Timestamp,TraceId,SpanId,SpanName,ServiceName,TraceState,ResourceAttributes,ScopeName,ScopeVersion,SpanAttributes,Events,Links,Duration\n";
        const RecordingSink sink = import(
            header + "1773478800000000001,a1,b1,op,cart,k=v,\"{\"\"host.name\"\":\"\"h\"\"}\",lib,1.0,"
                     "\"{\"\"n\"\":5,\"\"s\"\":\"\"5\"\",\"\"o\"\":{\"\"x\"\":[1]}}\","
                     "\"[{\"\"timeUnixNano\"\":\"\"7\"\",\"\"name\"\":\"\"e\"\",\"\"attributes\"\":{\"\"k\"\":1},\"\"more\"\":true}]\","
                     "\"[{\"\"traceId\"\":\"\"c1\"\",\"\"spanId\"\":\"\"d1\"\",\"\"attributes\"\":{\"\"w\"\":\"\"x\"\"}}]\",5\n"
                     "1773478800000000002,a1,b2,op,cart,,not json,,,{'k':'v'},[1],\"[{\"\"traceId\"\":{}}]\",5\n");
        const RecordedSpan& s = sink.spans.at(0);
        COMPARE_TEXT(s.attribute("n"), "5");
        QCOMPARE(s.type("n"), ValueType::Int);
        QCOMPARE(s.type("s"), ValueType::String);
        COMPARE_TEXT(s.attribute("o"), "{\"x\":[1]}");
        QCOMPARE(s.attributes.size(), size_t(3));
        COMPARE_TEXT(s.traceState, "k=v");
        const RecordedContext& context = sink.contexts[s.record.context];
        COMPARE_TEXT(context.attribute("host.name"), "h");
        COMPARE_TEXT(context.attribute("service.name"), "cart");
        COMPARE_TEXT(context.scopeName + " " + context.scopeVersion, "lib 1.0");
        QCOMPARE(s.events.at(0).time, int64_t(7));
        COMPARE_TEXT(s.events[0].name, "e");
        QCOMPARE(s.events[0].attributes.size(), size_t(2));
        COMPARE_TEXT(s.events[0].attributes[1].key, "more");
        QCOMPARE(s.links.at(0).trace.low, uint64_t(0xc1));
        COMPARE_TEXT(s.links[0].attributes.at(0).value, "x");
        // What is none stays to be seen.
        const RecordedSpan& odd = sink.spans.at(1);
        COMPARE_TEXT(odd.attribute("SpanAttributes"), "{'k':'v'}");
        COMPARE_TEXT(odd.attribute("Events"), "[1]");
        COMPARE_TEXT(odd.attribute("Links"), "[{\"traceId\":{}}]");
        QVERIFY(odd.events.empty() && odd.links.empty());
        COMPARE_TEXT(sink.contexts[odd.record.context].attribute("ResourceAttributes"), "not json");
        COMPARE_TEXT(sink.contexts[odd.record.context].attribute("service.name"), "cart");
    }

    // Each line opened a quote that the next one closed: every one was searched to the end of the input, in minutes.
    void quotesThatOpenEachOther() {
        std::string text = "TraceID,SpanID,Name,StartTimeUnixNano,Duration\n";
        const size_t lines = 40'000;
        for (size_t i = 0; i < lines; ++i)
            text += "a,b,c,d\",\"\n";
        text += "1,2,last,1773478800000000000,5\n";
        const RecordingSink sink = importBytes("csv", text);
        QVERIFY(!sink.spans.empty());
        QCOMPARE(sink.spans.back().record.span.id, SpanId(2));
    }

    // A cell over 1 MiB was taken for a quote that is not closed, though it ends on its line.
    void aLargeCell() {
        const std::string large(3 * CsvRecords::kQuotedBytes, 'x');
        const RecordingSink sink = import("trace_id,span_id,name,duration_ns,note\na1,b1,one,5,\"" + large + ",\"\nfa,fb,two,6,\n");
        COMPARE_TEXT(sink.problems(), "");
        QCOMPARE(sink.spans.size(), size_t(2));
        QVERIFY(sink.spans[0].attribute("note") == large + ",");
    }

    void cutAnywhere() {
        const std::string whole = "trace,span,name,start_us,duration_us\r\nabcd,1,\"one\",1773478800000000,77\r\nabce,2,\"two \"\"2\"\"\",1773478800000005,88\r\n";
        for (size_t size = 0; size <= whole.size(); ++size) {
            RecordingSink sink;
            try {
                sink = import(whole.substr(0, size), {}, size % 3 + 1);
            } catch (const ImportError&) {
                QVERIFY(size < 20);
                continue;
            }
            for (const RecordedSpan& span : sink.spans) {
                if (span.record.flags & kRepaired)
                    continue; // said that something is cut off
                QVERIFY(std::set<std::string>({"one", "two \"2\""}).contains(span.name));
                QVERIFY(std::set<int64_t>({77000, 88000}).contains(span.record.duration));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCsvSpans)
#include "tst_csv_spans.moc"
