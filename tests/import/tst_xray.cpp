#include "import_test.h"

#include <QtTest/QtTest>

#include <set>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("xray", json(text)); }

const std::string kSegment = "{'trace_id':'1-65f0a1b2-00112233445566778899aabb','id':'00000000000000a1','name':'cart','start_time':1700000000.125,"
                             "'end_time':1700000000.5}";

/// JSON as the content of a JSON text.
std::string quoted(std::string text) {
    std::string out = "\"";
    for (const char c : json(std::move(text))) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

std::string batch(const std::string& document) {
    return json("{'Traces':[{'Duration':0.4,'Segments':[{'Document':") + document + json(",'Id':'a1'}],'Id':'1-65f0a1b2-00112233445566778899aabb'}],"
                "'UnprocessedTraceIds':[]}");
}

} // namespace

class TestXray : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        const std::string segment = json(kSegment);
        row("one", segment, 1);
        row("lines", segment + "\n" + segment + "\n", 2);
        row("list", "[" + segment + "," + segment + "]", 2);
        row("daemon", json("{'format': 'json', 'version': 1}\n") + segment + "\n", 1);
        row("batch", batch(quoted(kSegment)), 1);
        row("batch with objects", batch(segment), 1);
        row("documents", json("{'TraceSegmentDocuments':[") + quoted(kSegment) + "," + quoted(kSegment) + "]}", 2);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        std::string reason;
        const Format* const format = detectFormat({input.toStdString(), true}, reason);
        QVERIFY2((format && format->id == "xray") || QByteArray(QTest::currentDataTag()) == "batch with objects", reason.c_str());
        const RecordingSink sink = importBytes("xray", input.toStdString());
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(s.record.trace.id, (TraceId{0x65f0a1b200112233, 0x445566778899aabb}));
        QCOMPARE(s.record.span.id, SpanId(0xa1));
        QCOMPARE(s.name, std::string("cart"));
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(s.record.kind, Kind::Server);
        QCOMPARE(s.record.start, int64_t(1700000000125000000));
        QCOMPARE(s.record.duration, int64_t(375000000));
    }

    void times_data() {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<qint64>("start");
        QTest::addColumn<qint64>("duration");
        QTest::addColumn<int>("flags");
        const auto row = [](const char* fields, qint64 start, qint64 duration, int flags) {
            QTest::newRow(fields) << QByteArray(fields) << start << duration << flags;
        };
        row("'start_time':1.478293361271E9,'end_time':1.478293361449E9", 1478293361271000000, 178000000, 0);
        row("'start_time':1.47E9,'end_time':1470000001", 1470000000000000000, 1000000000, 0);
        row("'start_time':1700000000.123456789,'end_time':1700000000.12345679", 1700000000123456789, 1, 0);
        row("'start_time':1700000000,'in_progress':true", 1700000000000000000, 0, kUnfinished);
        row("'start_time':1700000000", 1700000000000000000, 0, kUnfinished);
        row("'end_time':1700000000", 0, 0, kNoStart | kUnfinished);
        row("'start_time':2,'end_time':1", 2000000000, -1000000000, kNegative);
        row("'start_time':'soon','end_time':1E300", 0, 0, kNoStart | kUnfinished | kRepaired);
    }
    void times() {
        QFETCH(QByteArray, fields);
        QFETCH(qint64, start);
        QFETCH(qint64, duration);
        QFETCH(int, flags);
        const RecordingSink sink = import("{'trace_id':'1-65f0a1b2-00112233445566778899aabb','id':'a1','name':'n'," + fields.toStdString() + "}");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(qint64(sink.spans[0].record.start), start);
        QCOMPARE(qint64(sink.spans[0].record.duration), duration);
        QCOMPARE(int(sink.spans[0].record.flags), flags);
    }

    // Subsegments before the id and the trace id of what they are in.
    void nested() {
        const RecordingSink sink = import(
            "{'subsegments':[{'subsegments':[{'id':'c1','name':'DynamoDB','namespace':'aws','start_time':3,'end_time':4,"
            "'aws':{'table_name':'carts','operation':'GetItem'}}],'id':'b1','name':'## load','start_time':2,'end_time':5},"
            "{'id':'b2','name':'pay.example.com','namespace':'remote','start_time':5,'end_time':6,"
            "'http':{'request':{'method':'POST','url':'https://pay.example.com/'},'response':{'status':404,'content_length':-1}},'error':true}],"
            "'id':'a1','name':'shop','start_time':1,'end_time':9,'trace_id':'1-65f0a1b2-00112233445566778899aabb',"
            "'service':{'version':'4.2','runtime':'go'},'user':'u7','origin':'AWS::EC2::Instance','aws':{'ec2':{'instance_id':'i-1'}},"
            "'http':{'request':{'client_ip':'1.2.3.4','user_agent':'curl'},'response':{'status':429}},'error':true,'throttle':true,"
            "'annotations':{'order_id':'o1','count':3},'metadata':{'debug':{'x':[1]}}}");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.spans.size(), size_t(4));
        const RecordedSpan &root = sink.spans[0], &load = sink.spans[1], &get = sink.spans[2], &pay = sink.spans[3];
        QCOMPARE(load.record.parent.id, SpanId(0xa1));
        QCOMPARE(get.record.parent.id, SpanId(0xb1));
        QCOMPARE(pay.record.parent.id, SpanId(0xa1));
        for (const RecordedSpan& s : sink.spans) {
            QCOMPARE(s.record.trace.id, (TraceId{0x65f0a1b200112233, 0x445566778899aabb}));
            QCOMPARE(sink.service(s), std::string("shop"));
        }
        QCOMPARE(sink.contexts.size(), size_t(1));
        QCOMPARE(sink.contexts[0].attribute("service.version"), std::string("4.2"));
        QCOMPARE(sink.contexts[0].attribute("service.runtime"), std::string("go"));
        QCOMPARE(sink.contexts[0].attribute("service.instance.id"), std::string("i-1"));
        QCOMPARE(root.record.kind, Kind::Server);
        QCOMPARE(root.record.status, Status::Unset); // a 4xx of its own is the client's error
        QCOMPARE(root.attribute("aws.xray.throttle"), std::string("true"));
        QCOMPARE(root.attribute("user.id"), std::string("u7"));
        QCOMPARE(root.attribute("client.address"), std::string("1.2.3.4"));
        QCOMPARE(root.attribute("order_id"), std::string("o1"));
        QCOMPARE(root.type("count"), ValueType::Int);
        QCOMPARE(root.attribute("metadata.debug.x"), std::string("[1]"));
        QCOMPARE(root.attribute("origin"), std::string("AWS::EC2::Instance"));
        QCOMPARE(load.record.kind, Kind::Internal);
        QCOMPARE(get.record.kind, Kind::Client);
        QCOMPARE(get.attribute("peer.service"), std::string("DynamoDB"));
        QCOMPARE(get.attribute("db.system.name"), std::string("aws.dynamodb"));
        QCOMPARE(get.attribute("db.collection.name"), std::string("carts"));
        QCOMPARE(get.attribute("aws.operation"), std::string("GetItem"));
        QCOMPARE(pay.record.status, Status::Error);
        QCOMPARE(pay.attribute("http.request.method"), std::string("POST"));
        QCOMPARE(pay.attribute("url.full"), std::string("https://pay.example.com/"));
        QCOMPARE(pay.attribute("http.response.status_code"), std::string("404"));
    }

    void independentSubsegment() {
        const RecordingSink sink = import(
            "{'name':'shop@db','id':'b1','start_time':1,'end_time':2,'namespace':'remote','type':'subsegment',"
            "'trace_id':'1-65f0a1b2-00112233445566778899aabb','parent_id':'a1',"
            "'sql':{'url':'jdbc:x','database_type':'PostgreSQL','user':'me','sanitized_query':'SELECT 1'}}\n"
            "{'id':'17','name':'SNS','start_time':1,'end_time':2,'parent_id':'b1','inferred':true,'trace_id':'1-65f0a1b2-00112233445566778899aabb'}");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.record.parent.id, SpanId(0xa1));
        QCOMPARE(s.attribute("db.query.text"), std::string("SELECT 1"));
        QCOMPARE(s.attribute("db.system.name"), std::string("postgresql"));
        QCOMPARE(s.attribute("sql.url"), std::string("jdbc:x"));
        QCOMPARE(sink.spans.at(1).record.kind, Kind::Server);
        QCOMPARE(sink.spans.at(1).attribute("inferred"), std::string("true"));
    }

    void causesAndLinks() {
        const RecordingSink sink = import(
            "{'id':'a1','name':'n','start_time':1,'end_time':2,'trace_id':'1-65f0a1b2-00112233445566778899aabb','fault':true,"
            "'cause':{'working_directory':'/srv','exceptions':[{'id':'e1','type':'IOError','message':'gone','remote':true,"
            "'stack':[{'path':'a.py','line':3,'label':'f'},{'path':'b.py','line':4,'label':'g'}]}]},"
            "'links':[{'trace_id':'1-65f0a1b2-000000000000000000000001','id':'c1','attributes':{'why':'batch'}}]}");
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.statusMessage, std::string("gone"));
        QCOMPARE(s.attribute("cause.working_directory"), std::string("/srv"));
        QCOMPARE(s.events.size(), size_t(1));
        QCOMPARE(s.events[0].time, int64_t(2000000000));
        QCOMPARE(s.events[0].attributes.size(), size_t(5));
        QCOMPARE(s.events[0].attributes[4].value, std::string("f (a.py:3)\ng (b.py:4)"));
        QCOMPARE(s.links.at(0).trace, (TraceId{0x65f0a1b200000000, 1}));
        QCOMPARE(s.links.at(0).span, SpanId(0xc1));
        const RecordingSink id = import("{'id':'a1','name':'n','start_time':1,'trace_id':'t','cause':'e7'}");
        QCOMPARE(id.spans.at(0).attribute("cause"), std::string("e7"));
    }

    void withoutTraceId() {
        const RecordingSink sink = import("{'id':'a1','name':'n','start_time':1,'end_time':2,'subsegments':[{'id':'b1','name':'m','start_time':1}]}\n"
                                          "{'id':'a2','name':'n','start_time':1,'end_time':2}");
        QCOMPARE(sink.spans.size(), size_t(3));
        QCOMPARE(sink.spans[0].record.trace.id, sink.spans[1].record.trace.id);
        QVERIFY(sink.spans[0].record.trace.id != sink.spans[2].record.trace.id);
        QCOMPARE(sink.repairs.at("a segment without a trace id: it is a trace of its own").size(), size_t(2));
    }

    void commaTooMany() {
        const RecordingSink sink = import("{'id':'a1','name':'DynamoDB','start_time':1,'end_time':2,'aws':{'operation':'GetItem',}}");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.spans[0].attribute("aws.operation"), std::string("GetItem"));
        QVERIFY((sink.spans[0].record.flags & kRepaired) != 0);
        QCOMPARE(sink.repairCount(), size_t(2)); // the comma, and that it has no trace id
    }

    void badRecords() {
        const RecordingSink sink = import(
            "{'id':'a1','name':'n','start_time':1,'trace_id':'1-65f0a1b2-00112233445566778899aabb','subsegments':["
            "{'id':'b1','name':'x','start_time':1},{'name':'no id','subsegments':[{'id':'c1','name':'y'}]},17,{'id':'b2','name':'z'}]}");
        QCOMPARE(sink.spans.size(), size_t(4));
        QCOMPARE(sink.skipCount(), size_t(2));
        QCOMPARE(sink.spans[2].record.parent.id, SpanId(0xa1)); // c1: of the next one that has an id
        const RecordingSink lines = import(kSegment + "\n{'trace_id':'x','id':'a2','name':\n" + kSegment +
                                           "\n{'Traces':[{'Segments':[{'Document':'no json'},17]}]}\n" + kSegment + "\n");
        QCOMPARE(lines.spans.size(), size_t(4));
        QVERIFY2(lines.skipCount() >= 3, lines.problems().c_str());
        const RecordingSink bytes = import("{'id':'a1','name':'n\xff','start_time':1,'trace_id':'x','subsegments':[{'id':'b1','name':'x'}]}");
        QCOMPARE(bytes.spans.size(), size_t(2));
        QVERIFY((bytes.spans[0].record.flags & kRepaired) != 0);
        QVERIFY((bytes.spans[1].record.flags & kRepaired) == 0);
    }

    void anyDepth() {
        constexpr int kDepth = 100'000;
        std::string text = "{'id':'1','name':'n','start_time':1,'trace_id':'x'";
        for (int i = 2; i <= kDepth; ++i) {
            QByteArray id = QByteArray::number(i, 16);
            text += ",'subsegments':[{'id':'" + id.toStdString() + "','name':'n'";
        }
        for (int i = 2; i <= kDepth; ++i)
            text += "}]";
        const RecordingSink sink = import(text + "}");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.spans.size(), size_t(kDepth));
        QCOMPARE(sink.spans.back().record.parent.id, SpanId(kDepth - 1));
    }

    void limit() {
        std::string text = "{'id':'a1','name':'n','start_time':1,'trace_id':'x','subsegments':[";
        for (int i = 0; i < 100; ++i)
            text += "{'id':'b1','name':'" + std::string(1000, 'n') + "'},";
        ImportLimits small;
        small.recordBytes = 10'000;
        const RecordingSink sink = importBytes("xray", json(text + "{'id':'b2'}]}" + kSegment), small);
        QVERIFY(sink.spans.size() < 15);
        QCOMPARE(sink.spans.back().name, std::string("cart"));
        QVERIFY(sink.skipCount() > 80);
    }

    void truncation() {
        const std::string nested = "{'trace_id':'1-65f0a1b2-00112233445566778899aabb','id':'a1','name':'c\\u00e4rt\\\\','start_time':1700000000.125,"
                                   "'end_time':1700000000.5,'annotations':{'k':'value'},'subsegments':[{'id':'b1','name':'sub','start_time':1700000000.25}]}";
        const std::set<std::string> names = {"c\xc3\xa4rt\\", "sub", ""};
        for (const std::string& text : {json(nested), batch(quoted(nested))}) {
            for (size_t size = 0; size < text.size(); ++size) {
                const RecordingSink sink = importBytes("xray", text.substr(0, size));
                for (const RecordedSpan& s : sink.spans) {
                    QVERIFY2(s.record.span.id == 0xa1 || s.record.span.id == 0xb1, text.substr(0, size).c_str());
                    QVERIFY2(names.contains(s.name), s.name.c_str());
                    QVERIFY(s.record.start == 1700000000125000000 || s.record.start == 1700000000250000000 || (s.record.flags & kNoStart) != 0);
                    QVERIFY(s.record.duration == 375000000 || (s.record.flags & kUnfinished) != 0);
                    QVERIFY(s.attribute("k") == "value" || s.attribute("k") == "(none)");
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestXray)
#include "tst_xray.moc"
