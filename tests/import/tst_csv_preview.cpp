// The first rows of a table read with a mapping: what is shown before it is imported.

#include "csv_fixture.h"
#include "format/csv_preview.h"

using namespace aisle;
using namespace aisle::test;

class TestCsvPreview : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void preview() {
        const std::string table = "id,sid,up,svc,op,from,took,k,st,note\n"
                                  "aa,1,,shop,GET /,1773478800.5,2.5,server,200,x\n"
                                  "aa,2,1,cart,add,yesterday,7,wizard,bad,y\n"
                                  ",3,1,cart,add,1773478800,7,,,\n"
                                  "aa,4,1,cart,add,1773478801,7\n";
        std::string error;
        const CsvMapping mapping =
            csvMappingFromText("trace=id,span=sid,parent=up,service=svc,name=op,start=from:s,duration=took:ms,kind=k,status=st", error).value();
        const TablePreview shown = previewCsv(table, true, mapping);
        COMPARE_TEXT(shown.problem, "");
        QCOMPARE(shown.rowCount, uint64_t(4));
        QCOMPARE(shown.spanCount, uint64_t(3));
        QCOMPARE(shown.rows.size(), size_t(4));
        const auto cell = [&](size_t row, CsvRole role) { return shown.rows[row].cells[static_cast<size_t>(role)]; };
        COMPARE_TEXT(cell(0, CsvRole::Trace).text, "00000000000000aa");
        COMPARE_TEXT(cell(0, CsvRole::Service).text, "shop");
        COMPARE_TEXT(cell(0, CsvRole::Name).text, "GET /");
        COMPARE_TEXT(cell(0, CsvRole::Start).text, "2026-03-14 09:00:00.500000");
        COMPARE_TEXT(cell(0, CsvRole::End).text, "2026-03-14 09:00:00.502500");
        COMPARE_TEXT(cell(0, CsvRole::Duration).text, "2.50 ms");
        COMPARE_TEXT(cell(0, CsvRole::Kind).text, "server");
        COMPARE_TEXT(cell(0, CsvRole::Parent).text, "");
        for (const TablePreview::Cell& c : shown.rows[0].cells)
            QVERIFY(!c.isUnread);
        for (const CsvRole role : {CsvRole::Start, CsvRole::Kind, CsvRole::Status}) {
            QVERIFY(cell(1, role).isUnread);
            QCOMPARE(shown.unread[static_cast<size_t>(role)], uint64_t(1));
        }
        COMPARE_TEXT(cell(1, CsvRole::Start).text, "yesterday");
        QVERIFY(!cell(1, CsvRole::Duration).isUnread);
        QVERIFY(shown.rows[1].remark.find("time or duration that cannot be read") != std::string::npos);
        QVERIFY(!shown.rows[2].isSpan);
        COMPARE_TEXT(shown.rows[2].remark, "a row without a trace id");
        QCOMPARE(shown.skipped.at("a row without a trace id"), uint64_t(1));
        QCOMPARE(shown.rows[2].number, uint64_t(3));
        COMPARE_TEXT(cell(2, CsvRole::Name).text, "add");
        COMPARE_TEXT(shown.rows[3].remark, "a row with fewer fields than the header");
        QCOMPARE(shown.remarks.at("a row with fewer fields than the header"), uint64_t(1));
    }

    /// Of a large table only what is whole is looked at; a quote that runs over the end of the head was a broken row.
    void previewOfALargeTable() {
        std::string table = kHeader;
        for (int i = 0; table.size() < 2 * kCsvSampleBytes; ++i)
            table += "1," + std::to_string(i + 1) + ",,p,\"two\nlines\",1674982306057000000,1674982306057001000,1\n" + (i == 3 ? kHeader : "");
        for (const size_t cut : {0, 1, 30, 36, 40, 70}) {
            const TablePreview shown = previewCsv(std::string_view(table).substr(0, kCsvSampleBytes - cut), false, {});
            QCOMPARE(shown.rows.size(), TablePreview::kRows);
            QVERIFY(shown.rowCount > 2000 && shown.spanCount == shown.rowCount && shown.remarks.empty() && shown.skipped.empty());
            QCOMPARE(shown.rows[4].number, uint64_t(6)); // the header came again before it
            COMPARE_TEXT(shown.rows[4].cells[static_cast<size_t>(CsvRole::Span)].text, "0000000000000005");
        }
    }

    void previewOfNonsense() {
        const TablePreview raw = previewCsv("A;B;C\n1;2;3\n", true, {});
        COMPARE_TEXT(raw.problem.substr(0, 25), "It is a table (A, B, C), ");
        QCOMPARE(raw.rows.at(0).raw, CsvRow({"1", "2", "3"})); // to choose columns by
        QVERIFY(!raw.rows[0].isSpan);
        QVERIFY(!previewCsv("", true, {}).problem.empty());
        std::string error;
        const CsvMapping mapping = csvMappingFromText("trace=A,span=B,start=C:s,end=D:s,duration=D:s", error).value();
        const TablePreview extremes =
            previewCsv("A,B,C,D\n1,1,9223372036,-9223372036\n1,2,-9223372036,9223372036\n1,3,99999999999999999999,1e999\n", true, mapping);
        COMPARE_TEXT(extremes.problem, "");
        QCOMPARE(extremes.spanCount, uint64_t(3));
        QVERIFY(extremes.rows[2].cells[static_cast<size_t>(CsvRole::Start)].isUnread);
        uint32_t state = 1;
        for (int round = 0; round < 300; ++round) {
            std::string noise = "A,B,C,D\n";
            for (int i = 0; i < 200; ++i)
                noise += "0123456789,\n\"-.e \xff\t;A"[((state = state * 1664525U + 1013904223U) >> 24) % 20];
            const TablePreview shown = previewCsv(noise, round % 2 == 0, mapping);
            QVERIFY(shown.spanCount <= shown.rowCount);
        }
    }
};

QTEST_GUILESS_MAIN(TestCsvPreview)
#include "tst_csv_preview.moc"
