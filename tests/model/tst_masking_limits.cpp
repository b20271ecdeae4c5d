// Where what is personal ends, and what stands beside it that somebody needs: codes, reasons, other keys, names of things. Each of these was lost or came through.

#include "masking_fixture.h"

#include <QByteArray>
#include <QTest>

#include <initializer_list>

using namespace aisle;
using namespace aisle::test;

namespace {

/// Values in which that stands in « » which is masked, as the key masks it; nothing else is.
void addRows(const char* key, std::initializer_list<const char*> values) {
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    for (const char* value : values)
        QTest::addRow("%s", value) << QByteArray(key) << QByteArray(value);
}

void verifyRow() {
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    const QByteArray opens = "\xc2\xab", closes = "\xc2\xbb";
    QByteArray expected, plain;
    for (qsizetype at = 0; at < value.size();) {
        const qsizetype open = value.indexOf(opens, at), close = value.indexOf(closes, open);
        plain += value.mid(at, open < 0 ? -1 : open - at);
        expected += value.mid(at, open < 0 ? -1 : open - at);
        if (open < 0)
            break;
        const QByteArray part = value.mid(open + 2, close - open - 2);
        plain += part;
        expected += QByteArray::fromStdString(masked(key.toStdString(), part.toStdString()));
        at = close + 2;
    }
    const std::string out = masked("message", plain.toStdString());
    QCOMPARE(QByteArray::fromStdString(out), expected);
    QCOMPARE(masked("message", out), out);
}

} // namespace

class TestMaskingLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // A code or a time behind a number was taken as a part of it, or kept it from being one.
    void phones_data() {
        addRows("phone", {"SMS to «+4917123456789» 500 Internal Server Error", "«+49 171 2345678» 2026-03-14T10:00:00Z", "SMS to «+49 171 2345678» 30s timeout", "call «+442079460958» 12ms", "sms sent to «+14155552671» 200 OK", "«+49 171 2345678» (3 attempts)",
                          "«+49 171 2345678» 503 Service Unavailable", "«0049 171 2345678» 503 Service Unavailable", "«(0171) 2345678» 503 Service Unavailable", "«+33 6 12 34 56 78» 503 Service Unavailable", "«+33 6 12 34 56 78» called", "«+44 7700 900123» 12ms", "«+447700 900123» is busy", "«+49 (0)171 2345678» is busy",
                          "«(415) 555-2671» 200 OK", "«+1 415 555 2671» 200 OK", "«+49 30 123456-78» is busy", "«+7 495 123-45-67» is busy"});
    }
    void phones() { verifyRow(); }
    void phonesByName() {
        for (const char* rest : {" 2nd time", " 503 Service Unavailable", " 30s", " (3 attempts)"}) {
            const std::string out = masked("message", std::string("Tel. 0171 2345678") + rest);
            QCOMPARE(out, "Tel. " + masked("phone", "0171 2345678") + rest);
        }
    }
};

QTEST_GUILESS_MAIN(TestMaskingLimits)
#include "tst_masking_limits.moc"
