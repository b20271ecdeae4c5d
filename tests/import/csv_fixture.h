#pragma once
// What the tests of tables share.

#include <QByteArray>
#include <QTest>

#include <string>

/// QCOMPARE of texts, which says both where they differ.
#define COMPARE_TEXT(a, b) QCOMPARE(QByteArray::fromStdString(std::string(a)), QByteArray::fromStdString(std::string(b)))

namespace aisle::test {

/// Of a table whose services are pods.
inline const std::string kHeader = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n";

} // namespace aisle::test
