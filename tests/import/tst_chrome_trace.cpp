#include "import_test.h"

#include <QtTest/QtTest>

#include <set>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text, size_t step = 0) {
    if (step == 0)
        return importBytes("chrome-trace", json(text));
    RecordingSink sink;
    SlowSource source(json(text), step);
    formatNamed("chrome-trace")->create()->run(source, sink, {});
    return sink;
}

const RecordedSpan& named(const RecordingSink& sink, std::string_view name) {
    for (const RecordedSpan& span : sink.spans)
        if (span.name == name)
            return span;
    qFatal("no span of that name");
}

std::string parentName(const RecordingSink& sink, const RecordedSpan& span) {
    for (const RecordedSpan& other : sink.spans)
        if (span.record.parent.id != 0 && other.record.span.id == span.record.parent.id)
            return other.name;
    return span.record.parent.id == 0 ? "" : "(missing)";
}

/// "name<parent@start+duration" of each span in order of start and id; "?" for no duration.
std::string tree(const RecordingSink& sink) {
    std::vector<const RecordedSpan*> spans;
    for (const RecordedSpan& span : sink.spans)
        spans.push_back(&span);
    std::sort(spans.begin(), spans.end(), [](const auto* a, const auto* b) {
        return std::pair(a->record.start, a->record.span.id) < std::pair(b->record.start, b->record.span.id);
    });
    std::string out;
    for (const RecordedSpan* span : spans) {
        out += (out.empty() ? "" : " ") + span->name + "<" + parentName(sink, *span) + "@" +
               std::to_string(span->record.start / 1000) + "+";
        out += (span->record.flags & kUnfinished) ? "?" : std::to_string(span->record.duration / 1000);
    }
    return out;
}

#define COMPARE_TEXT(a, b) QCOMPARE(QByteArray::fromStdString(a), QByteArray(b))

const std::string kX = "{'ph':'X','pid':1,'tid':2,'ts':10,'dur':5,'name':'a','cat':'c','args':{'n':1}}";

} // namespace

class TestChromeTrace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("list", "[" + kX + "," + kX + "]", 2);
        row("unterminated list", "[" + kX + ",\n" + kX, 2);
        row("unterminated list with a comma", "[" + kX + ",\n" + kX + ",\n", 2);
        row("empty object at the end", "[" + kX + ",{}]", 1);
        row("object", "{'displayTimeUnit':'ns','traceEvents':[" + kX + "],'otherData':{'traceEvents':[1]}}", 1);
        row("metadata first", "{'metadata':{'a':[{'ph':'X'}]},'traceEvents':[" + kX + "]}", 1);
        row("lines", kX + "\n" + kX + "\n" + kX + "\n", 3);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        for (const size_t step : {size_t(0), size_t(1), size_t(7)}) {
            const RecordingSink sink = import(input.toStdString(), step);
            QCOMPARE(static_cast<int>(sink.spans.size()), count);
            QCOMPARE(sink.repairCount(), size_t(0));
            const RecordedSpan& s = sink.spans.back();
            QCOMPARE(s.record.start, int64_t(10000));
            QCOMPARE(s.record.duration, int64_t(5000));
            QCOMPARE(int(s.record.flags), 0);
            COMPARE_TEXT(s.attribute("cat"), "c");
            COMPARE_TEXT(s.attribute("n"), "1");
            QCOMPARE(s.type("n"), ValueType::Int);
            COMPARE_TEXT(sink.service(s), "process 1");
            COMPARE_TEXT(sink.contexts[s.record.context].attribute("thread.id"), "2");
        }
        const RecordingSink sink = import(input.toStdString());
        COMPARE_TEXT(sink.problems(), QByteArray(QTest::currentDataTag()).startsWith("unterminated") ? QByteArray::fromStdString(sink.problems()) : QByteArray());
    }

    void oneTracePerFile() {
        const RecordingSink a = import("[" + kX + "," + kX + "]"), again = import("[" + kX + "," + kX + "]"),
                            other = import("[" + kX + "," + kX + " ]");
        QVERIFY(a.spans[0].record.trace.id == a.spans[1].record.trace.id);
        QVERIFY(a.spans[0].record.span.id != a.spans[1].record.span.id);
        QVERIFY(a.spans[0].record.trace.id == again.spans[0].record.trace.id);
        QVERIFY(a.spans[0].record.trace.id != other.spans[0].record.trace.id);
        QVERIFY(a.spans[0].traceText.empty());
    }

    void nesting_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QByteArray>("expected");
        // Letters: B and E with name and time, X with name, time and duration; all of one thread.
        const auto row = [](const char* name, const std::string& short_, const char* expected) {
            std::string text;
            std::istringstream in(short_);
            for (std::string phase; in >> phase;) {
                std::string event, time, duration;
                in >> event >> time;
                text += (text.empty() ? "[{" : ",{") + std::string("'ph':'") + phase + "','pid':1,'tid':1,'ts':" + time;
                if (phase == "X") {
                    in >> duration;
                    text += ",'dur':" + duration;
                }
                text += event == "-" ? "}" : ",'name':'" + event + "'}";
            }
            QTest::newRow(name) << QByteArray::fromStdString(text + "]") << QByteArray(expected);
        };
        row("begin and end", "B a 1 B b 2 E b 3 B c 3 E c 4 E a 9", "a<@1+8 b<a@2+1 c<a@3+1");
        row("ends without names", "B a 1 B b 2 E - 3 E - 9", "a<@1+8 b<a@2+1");
        row("another name", "B a 1 E b 9", "a<@1+8");
        row("ends crossed", "B a 0 B b 1 E a 9 E b 10", "a<@0+9 b<a@1+9");
        row("a lost end takes no children", "B a 0 B lost 1 E a 5 B c 6 E c 7", "a<@0+5 lost<a@1+? c<@6+1");
        row("unfinished", "B a 1 B b 2 E b 3", "a<@1+? b<a@2+1");
        row("too many ends", "B a 1 E a 2 E a 3 E z 4", "a<@1+1");
        row("ends first", "E a 9 B a 0", "a<@0+?");
        row("end before begin", "B a 9 E a 5", "a<@9+-4");
        row("complete", "X a 0 10 X b 1 4 X c 2 1 X d 5 2 X e 10 1", "a<@0+10 b<a@1+4 c<b@2+1 d<a@5+2 e<@10+1");
        row("complete, same start", "X a 0 10 X b 0 10 X c 0 0", "a<@0+10 b<a@0+10 c<b@0+0");
        row("complete, overlapping", "X a 0 10 X b 5 10 X c 6 2", "a<@0+10 b<@5+10 c<b@6+2");
        row("complete, one unit over", "X a 0 10 X b 5 6", "a<@0+10 b<a@5+6");
        row("complete in begin", "B a 0 X b 1 2 B c 4 X d 5 1 E c 7 E a 9", "a<@0+9 b<a@1+2 c<a@4+3 d<c@5+1");
        row("begin in complete", "X a 0 9 B b 1 E b 4 B c 5 E c 9", "a<@0+9 b<a@1+3 c<a@5+4");
        row("complete over the end", "B a 0 X b 1 9 E a 5 X c 6 1", "a<@0+5 b<a@1+9 c<b@6+1");
    }
    void nesting() {
        QFETCH(QByteArray, input);
        QFETCH(QByteArray, expected);
        COMPARE_TEXT(tree(import(input.toStdString())), expected);
    }

    void unbalancedIsSaid() {
        const RecordingSink ends = import("[{'ph':'E','pid':1,'tid':1,'ts':1,'name':'a'}," + kX + "]");
        QCOMPARE(ends.spans.size(), size_t(1));
        QCOMPARE(ends.skips.at("an end without its begin").at(0).offset, uint64_t(1));
        QCOMPARE(ends.skips.at("an end without its begin").at(0).record, uint64_t(1));
        const RecordingSink name = import("[{'ph':'B','pid':1,'tid':1,'ts':1,'name':'a'},{'ph':'E','pid':1,'tid':1,'ts':2,'name':'b'}]");
        QCOMPARE(name.repairs.at("an end with another name than its begin").size(), size_t(1));
        QCOMPARE(int(name.spans.at(0).record.flags), int(kRepaired));
        const RecordingSink order = import("[{'ph':'X','pid':1,'tid':1,'ts':2,'dur':1,'name':'child'},{'ph':'X','pid':1,'tid':1,'ts':0,'dur':9,'name':'parent'}]");
        QCOMPARE(order.spans.size(), size_t(2));
        QCOMPARE(order.ignores.at("nesting of slices that are written after what they enclose"), uint64_t(1));
    }

    void threadsAreApart() {
        const RecordingSink sink = import("[{'ph':'B','pid':1,'tid':1,'ts':1,'name':'a'},{'ph':'B','pid':1,'tid':'1x','ts':2,'name':'b'},"
                                          "{'ph':'B','pid':2,'tid':1,'ts':3,'name':'c'},{'ph':'E','pid':1,'tid':1,'ts':9},"
                                          "{'ph':'E','pid':1,'tid':'1x','ts':8},{'ph':'E','pid':'2','tid':1,'ts':7}]");
        COMPARE_TEXT(tree(sink), "a<@1+8 b<@2+6 c<@3+4");
        QCOMPARE(sink.contexts.size(), size_t(3));
    }

    void numbers() {
        const RecordingSink sink = import("[{'ph':'X','pid':1,'tid':1,'ts':1124609194129.6716,'dur':0.25,'name':'a'},"
                                          "{'ph':'X','pid':1,'tid':1,'ts':'1124609194131','dur':'2','name':'b'},"
                                          "{'ph':'X','pid':1,'tid':1,'ts':1.124609195e12,'dur':-1,'name':'c'},"
                                          "{'ph':'X','pid':1,'tid':1,'ts':0,'dur':1,'name':'d'},"
                                          "{'ph':'X','pid':1,'tid':1,'ts':'soon','dur':1,'name':'e'},"
                                          "{'ph':'X','pid':1,'tid':1,'ts':5,'name':'f'},{'ph':'X','pid':1,'tid':1,'ts':6,'dur':1,'name':'g'},"
                                          "{'ph':'X','pid':1,'tid':1,'ts':9223372036854775,'dur':9223372036854775,'name':'h'}]");
        QCOMPARE(named(sink, "a").record.start, int64_t(1124609194129671));
        QCOMPARE(named(sink, "a").record.duration, int64_t(250));
        QCOMPARE(named(sink, "b").record.start, int64_t(1124609194131000));
        QCOMPARE(named(sink, "b").record.duration, int64_t(2000));
        QCOMPARE(named(sink, "c").record.start, int64_t(1124609195000000));
        QCOMPARE(int(named(sink, "c").record.flags), int(kNegative));
        QCOMPARE(int(named(sink, "d").record.flags), 0); // a start of 0 is one
        QCOMPARE(int(named(sink, "e").record.flags), int(kNoStart | kUnfinished | kRepaired));
        QCOMPARE(int(named(sink, "f").record.flags), int(kUnfinished));
        COMPARE_TEXT(parentName(sink, named(sink, "g")), "");
        QCOMPARE(int(named(sink, "h").record.flags), int(kUnfinished));
        QCOMPARE(sink.repairs.at("an event's time is no number").size(), size_t(1));
    }

    void metadataMayComeLast() {
        const RecordingSink sink = import("{'traceEvents':[" + kX + ",{'ph':'X','pid':1,'tid':3,'ts':1,'dur':1,'name':'b'},"
                                          "{'ph':'X','pid':7,'tid':2,'ts':1,'dur':1,'name':'c'},{'ph':'X','ts':1,'dur':1,'name':'d'},"
                                          "{'ph':'M','pid':1,'tid':0,'name':'process_name','args':{'name':'Browser'}},"
                                          "{'ph':'M','pid':1,'tid':0,'name':'process_labels','args':{'labels':'a tab'}},"
                                          "{'ph':'M','pid':1,'tid':2,'name':'thread_name','args':{'name':'Main'}},"
                                          "{'ph':'M','pid':1,'tid':2,'name':'thread_sort_index','args':{'sort_index':1}}]}");
        const RecordedContext& a = sink.contexts[named(sink, "a").record.context];
        COMPARE_TEXT(a.attribute("service.name"), "Browser");
        COMPARE_TEXT(a.attribute("labels"), "a tab");
        COMPARE_TEXT(a.attribute("process.pid"), "1");
        COMPARE_TEXT(a.attribute("thread.name"), "Main");
        COMPARE_TEXT(sink.contexts[named(sink, "b").record.context].attribute("service.name"), "Browser");
        COMPARE_TEXT(sink.contexts[named(sink, "b").record.context].attribute("thread.name"), "(none)");
        COMPARE_TEXT(sink.service(named(sink, "c")), "process 7");
        COMPARE_TEXT(sink.service(named(sink, "d")), "(none)");
        COMPARE_TEXT(sink.problems(), "ignored 1: metadata other than names; ");
        for (const RecordedContext& context : sink.contexts)
            QVERIFY(!context.open);
    }

    void argumentsOfTheEnd() {
        const RecordingSink sink = import("[{'ph':'B','pid':1,'tid':1,'ts':0,'name':'A','cat':'c','tts':4,'args':{'x':1,'y':'s'}},"
                                          "{'ph':'E','pid':1,'tid':1,'ts':9,'cat':'c','args':{'x':2,'z':{'a':[1, 2]}}},"
                                          "{'ph':'X','pid':1,'tid':1,'ts':20,'dur':1,'name':'B','args':'stripped'}]");
        const RecordedSpan& a = named(sink, "A");
        COMPARE_TEXT(a.attribute("x"), "1");
        COMPARE_TEXT(a.attribute("end.x"), "2");
        COMPARE_TEXT(a.attribute("y"), "s");
        COMPARE_TEXT(a.attribute("z"), QByteArray::fromStdString(json("{'a':[1,2]}")));
        COMPARE_TEXT(a.attribute("tts"), "4");
        COMPARE_TEXT(a.attribute("end.cat"), "(none)");
        COMPARE_TEXT(named(sink, "B").attribute("args"), "stripped");
    }

    void instants() {
        const RecordingSink sink = import("[{'ph':'i','pid':1,'tid':1,'ts':1,'name':'outside','s':'t'},"
                                          "{'ph':'X','pid':1,'tid':1,'ts':2,'dur':8,'name':'a'},{'ph':'B','pid':1,'tid':1,'ts':3,'name':'b'},"
                                          "{'ph':'I','pid':1,'tid':1,'ts':4,'name':'in b','args':{'k':'v'}},{'ph':'E','pid':1,'tid':1,'ts':5},"
                                          "{'ph':'R','pid':1,'tid':1,'ts':10,'name':'in a'},{'ph':'i','pid':1,'tid':1,'ts':11,'name':'behind'}]");
        QCOMPARE(named(sink, "b").events.size(), size_t(1));
        COMPARE_TEXT(named(sink, "b").events[0].name, "in b");
        QCOMPARE(named(sink, "b").events[0].time, int64_t(4000));
        COMPARE_TEXT(named(sink, "b").events[0].attributes.at(0).value, "v");
        QCOMPARE(named(sink, "a").events.size(), size_t(1));
        COMPARE_TEXT(sink.problems(), "ignored 2: instants outside any slice; ");
    }

    void oldAsync() {
        const RecordingSink sink = import("[{'ph':'S','pid':1,'tid':1,'ts':1,'cat':'c','name':'A','id':'1'},{'ph':'S','pid':1,'tid':1,'ts':2,'cat':'c','name':'A','id':2},"
                                          "{'ph':'T','pid':1,'tid':1,'ts':3,'cat':'c','name':'A','id':1,'args':{'step':'half'}},"
                                          "{'ph':'p','pid':1,'tid':1,'ts':4,'cat':'c','name':'A','id':1},"
                                          "{'ph':'F','pid':2,'tid':9,'ts':7,'cat':'c','name':'A','id':'1','args':{'r':1}},"
                                          "{'ph':'F','pid':1,'tid':1,'ts':8,'cat':'c','name':'Z','id':'9'},{'ph':'T','pid':1,'tid':1,'ts':9,'cat':'c','name':'A','id':'77'}]");
        COMPARE_TEXT(tree(sink), "A<@1+6 A<@2+?");
        const RecordedSpan& a = sink.spans.at(0);
        QCOMPARE(a.events.size(), size_t(2));
        COMPARE_TEXT(a.events[0].name, "half");
        COMPARE_TEXT(a.events[1].name, "A");
        COMPARE_TEXT(a.attribute("r"), "1");
        COMPARE_TEXT(a.attribute("id"), "1");
        COMPARE_TEXT(sink.service(a), "process 1");
        COMPARE_TEXT(sink.problems(), QByteArray::fromStdString("skipped 1: an end of an asynchronous slice without its begin at " +
                                      std::to_string(sink.skips.begin()->second[0].offset) + "; ignored 1: instants outside any slice; "));
    }

    void nestableAsync() {
        const RecordingSink sink = import("[{'ph':'b','pid':1,'tid':1,'ts':1,'cat':'c','name':'outer','id':'0x1'},{'ph':'b','pid':1,'tid':1,'ts':2,'cat':'c','name':'inner','id':'0x1'},"
                                          "{'ph':'n','pid':1,'tid':1,'ts':3,'cat':'c','name':'point','id':'0x1'},{'ph':'b','pid':1,'tid':1,'ts':3,'cat':'d','name':'other','id':'0x1'},"
                                          "{'ph':'e','pid':1,'tid':2,'ts':5,'cat':'c','name':'inner','id':'0x1'},{'ph':'e','pid':1,'tid':2,'ts':6,'cat':'c','name':'outer','id':'0x1'},"
                                          "{'ph':'b','pid':1,'tid':1,'ts':10,'cat':'c','name':'p1','id2':{'local':'0x5'}},{'ph':'b','pid':2,'tid':1,'ts':11,'cat':'c','name':'p2','id2':{'local':'0x5'}},"
                                          "{'ph':'e','pid':1,'tid':1,'ts':12,'cat':'c','id2':{'local':'0x5'}},{'ph':'e','pid':2,'tid':1,'ts':15,'cat':'c','id2':{'local':'0x5'}}]");
        COMPARE_TEXT(tree(sink), "outer<@1+5 inner<outer@2+3 other<@3+? p1<@10+2 p2<@11+4");
        QCOMPARE(named(sink, "inner").events.size(), size_t(1));
        COMPARE_TEXT(sink.problems(), "");
    }

    void flows() {
        const std::string at = "'pid':1,'cat':'c','name':'flow'";
        const RecordingSink sink = import("[{'ph':'X','pid':1,'tid':1,'ts':1,'dur':5,'name':'from'},{'ph':'s','tid':1,'ts':2,'id':7," + at + "},"
                                          "{'ph':'X','pid':1,'tid':2,'ts':10,'dur':5,'name':'over'},{'ph':'t','tid':2,'ts':11,'id':'7'," + at + "},"
                                          "{'ph':'X','pid':1,'tid':3,'ts':19,'dur':9,'name':'before'},{'ph':'f','tid':3,'ts':20,'id':'7'," + at + "},"
                                          "{'ph':'X','pid':1,'tid':3,'ts':21,'dur':5,'name':'next'},"
                                          "{'ph':'s','tid':3,'ts':22,'id':8," + at + "},{'ph':'X','pid':1,'tid':2,'ts':24,'dur':5,'name':'last'},{'ph':'f','tid':2,'ts':25,'id':8,'bp':'e'," + at + "},"
                                          "{'ph':'f','tid':2,'ts':26,'id':99,'bp':'e'," + at + "}]");
        QCOMPARE(named(sink, "from").links.size(), size_t(0));
        QCOMPARE(named(sink, "over").links.size(), size_t(1));
        QVERIFY(named(sink, "over").links[0].span == named(sink, "from").record.span.id);
        QVERIFY(named(sink, "over").links[0].trace == sink.spans[0].record.trace.id);
        QVERIFY(named(sink, "last").links.at(0).span == named(sink, "next").record.span.id);
        QCOMPARE(named(sink, "before").links.size(), size_t(0));
        QCOMPARE(named(sink, "next").links.size(), size_t(1));
        QVERIFY(named(sink, "next").links[0].span == named(sink, "over").record.span.id);
        COMPARE_TEXT(sink.problems(), "ignored 1: flows without a begin; ");
    }

    void flowsKeepToTheirTime() {
        const std::string at = "'pid':1,'cat':'c','name':'flow','id':7";
        std::string text = "[";
        for (const int time : {10, 20}) // all begins first, as a writer that goes thread by thread does
            text += "{'ph':'X','pid':1,'tid':1,'ts':" + std::to_string(time) + ",'dur':5,'name':'from" + std::to_string(time) +
                    "'},{'ph':'s','tid':1,'ts':" + std::to_string(time + 1) + "," + at + "},";
        for (const int time : {5, 12, 22})
            text += "{'ph':'X','pid':1,'tid':2,'ts':" + std::to_string(time) + ",'dur':5,'name':'to" + std::to_string(time) +
                    "'},{'ph':'f','bp':'e','tid':2,'ts':" + std::to_string(time + 1) + "," + at + "},";
        const RecordingSink sink = import(text + "{}]");
        QCOMPARE(named(sink, "to5").links.size(), size_t(0)); // before any begin
        QVERIFY(named(sink, "to12").links.at(0).span == named(sink, "from10").record.span.id);
        QVERIFY(named(sink, "to22").links.at(0).span == named(sink, "from20").record.span.id);
        COMPARE_TEXT(sink.problems(), "ignored 1: flows without a begin; ");
    }

    void flowsByBindId() {
        const RecordingSink sink = import("[{'ph':'X','pid':1,'tid':1,'ts':1,'dur':5,'name':'a','bind_id':'0x4','flow_out':true},"
                                          "{'ph':'X','pid':1,'tid':2,'ts':9,'dur':5,'name':'b','bind_id':'0x4','flow_in':true,'flow_out':true},"
                                          "{'ph':'X','pid':1,'tid':3,'ts':19,'dur':5,'name':'c','bind_id':'0x4','flow_in':true,'flow_out':false}]");
        QVERIFY(named(sink, "b").links.at(0).span == named(sink, "a").record.span.id);
        QVERIFY(named(sink, "c").links.at(0).span == named(sink, "b").record.span.id);
        QCOMPARE(named(sink, "a").links.size(), size_t(0));
    }

    void whatIsLeftOutIsSaid() {
        const RecordingSink sink = import("{'systemTraceEvents':'x','traceEvents':[{'ph':'C','pid':1,'ts':1,'name':'n'},{'ph':'O','pid':1,'ts':1},{'ph':'P','ts':1},"
                                          "{'ph':'v','ts':1},{'ph':'c','ts':1},{'ph':'xx','ts':1},{'name':'none'}," + kX + "]}");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.ignores.size(), size_t(6));
        QCOMPARE(sink.skipCount(), size_t(2));
    }

    void oneBadRecordCostsItself() {
        const RecordingSink sink = import("[" + kX + ",17,{'ph':'X','pid':{},'ts':1},{'ph':'X','ts':[1]},[1,2]," + kX + "]");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(4));
    }

    void cutAnywhere() {
        const std::string whole = json("{'traceEvents':[{'ph':'M','pid':11,'tid':22,'name':'process_name','args':{'name':'Renderer'}},"
                                       "{'ph':'B','pid':11,'tid':22,'ts':1234,'name':'outer','args':{'key':'value'}},{'ph':'X','pid':11,'tid':22,'ts':1300,'dur':77,'name':'inner'},"
                                       "{'ph':'E','pid':11,'tid':22,'ts':2345,'name':'outer'}]}");
        for (size_t size = 0; size <= whole.size(); ++size) {
            const RecordingSink sink = importBytes("chrome-trace", whole.substr(0, size));
            QVERIFY(sink.spans.size() <= 2);
            for (const RecordedSpan& span : sink.spans) {
                QVERIFY(std::set<std::string>({"outer", "inner", ""}).contains(span.name));
                QVERIFY(std::set<int64_t>({0, 1234000, 1300000}).contains(span.record.start));
                QVERIFY(std::set<int64_t>({0, 77000, 1111000}).contains(span.record.duration));
                QVERIFY(std::set<std::string>({"Renderer", "process 11", "(none)"}).contains(sink.service(span)));
                if (span.record.duration == 0)
                    QVERIFY(span.record.flags & kUnfinished);
            }
        }
    }

    void neverManyDeep() {
        std::string text = "[";
        for (int i = 0; i < 20000; ++i)
            text += (i == 0 ? "" : ",") + std::string("{'ph':'B','pid':1,'tid':1,'ts':") + std::to_string(20000 - i) + ",'name':'n" + std::to_string(i) + "'}";
        for (int i = 0; i < 20000; ++i)
            text += ",{'ph':'E','pid':1,'tid':1,'ts':30000,'name':'z'}";
        QCOMPARE(import(text + "]").spans.size(), size_t(20000));
    }
};

QTEST_GUILESS_MAIN(TestChromeTrace)
#include "tst_chrome_trace.moc"
