#include "import_test.h"
#include "json/json_members.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

/// "key=value,..." with a '~' behind what is cut off and a '!' at the end for garbage.
std::string membersOf(const std::string& text) {
    std::string out;
    JsonMembers members({text, 100});
    while (members.next()) {
        if (!out.empty())
            out += ',';
        out += std::string(members.key()) + "=" + std::string(members.value().text);
        if (members.value().truncated)
            out += '~';
        if (text.substr(members.value().offset - 100, members.value().text.size()) != members.value().text)
            out += " at a wrong place";
    }
    return out + (members.hadGarbage() ? "!" : "");
}

} // namespace

class TestJsonMembers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void members_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* text, const char* expected) {
            QTest::newRow(text) << QByteArray::fromStdString(json(text)) << QByteArray::fromStdString(json(expected));
        };
        row("{}", "");
        row("[]", "");
        row("{'a':1,'b':[2,{'c':']'}],'d':'x\\'}y'}", "a=1,b=[2,{'c':']'}],d='x\\'}y'");
        row("[1, -2.5e3 ,true,null,'s',{},[]]", "=1,=-2.5e3,=true,=null,='s',={},=[]");
        row("{ 'a' : \n {'b':1} , }", "a={'b':1}");
        row("[{},,{}]", "={},={}");
        row("{'a':1,'b':{'c':[1", "a=1,b={'c':[1~");
        row("{'a':12", "a=12~");
        row("{'a':'x", "a='x~");
        row("{'a", "!");
        row("{'a':", "");
        row("{'a' 1,'b':2}", "b=2!");
        row("{a:1,'b':2}", "b=2!");
        row("[1 :2]", "=1,=2!");
        row("", "");
    }
    void members() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(QByteArray::fromStdString(membersOf(text.toStdString())), expected);
    }

    void tooDeepIsSaid() {
        const std::string text = "[" + std::string(1200, '[') + std::string(1200, ']') + "]";
        JsonMembers members({text});
        QVERIFY(members.next());
        QVERIFY(members.value().tooDeep && !members.value().truncated);
    }

    void firstKey() {
        QCOMPARE(firstKeyOf(json("{'x':{'b':1},'b':2,'a':3}"), {"a", "b"}), std::string_view("b"));
        QCOMPARE(firstKeyOf(json("{'x':{'b':1}"), {"a", "b"}), std::string_view());
        QCOMPARE(firstKeyOf(json("[{'a':1}]"), {"a"}), std::string_view());
    }
};

QTEST_GUILESS_MAIN(TestJsonMembers)
#include "tst_json_members.moc"
