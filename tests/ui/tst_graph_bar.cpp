// The controls above the service graph, in whatever width there is.

#include "graph/graph_bar.h"
#include "theme/theme.h"
#include "widgets/flow_layout.h"

#include <QComboBox>
#include <QTest>
#include <QToolButton>

using namespace aisle;

class TestGraphBar : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeMode::Light); }
    void cutsNoControl_data();
    void cutsNoControl();
    void hiddenWidgetsTakeNoPlace();
    void aRowFromRightToLeft();
    void whatExpandsTakesTheRestOfItsRow();
};

void TestGraphBar::cutsNoControl_data() {
    QTest::addColumn<int>("width");
    for (const int width : {280, 400, 572, 871, 1600})
        QTest::newRow(qPrintable(QString::number(width))) << width;
}

/// At scale 2 in a window of 1280 pixels "Around the focus" read "Around" and "Replay" was not there.
void TestGraphBar::cutsNoControl() {
    QFETCH(int, width);
    QWidget host;
    auto* bar = new GraphBar(&host);
    host.resize(width, 600);
    bar->resize(width, bar->layout()->heightForWidth(width));
    host.show();
    QVERIFY(QTest::qWaitForWindowExposed(&host));
    std::vector<QRect> places;
    QList<QWidget*> controls;
    for (QToolButton* button : bar->findChildren<QToolButton*>())
        controls << button;
    for (QComboBox* box : bar->findChildren<QComboBox*>())
        controls << box;
    for (QWidget* control : controls) {
        if (!control->isVisible())
            continue;
        const QRect place(control->mapTo(&host, QPoint()), control->size());
        QVERIFY2(place.left() >= 0 && place.right() < width, qPrintable(QStringLiteral("%1 ends at %2").arg(control->accessibleName()).arg(place.right())));
        QVERIFY(control->width() >= control->minimumSizeHint().width());
        for (const QRect& other : places)
            QVERIFY(!place.intersects(other));
        places.push_back(place);
    }
    QVERIFY(places.size() >= 9);
}

void TestGraphBar::hiddenWidgetsTakeNoPlace() {
    QWidget owner;
    FlowLayout flow(&owner, 10);
    flow.setContentsMargins(0, 0, 0, 0);
    auto *first = new QWidget(&owner), *hidden = new QWidget(&owner), *last = new QWidget(&owner);
    for (QWidget* widget : {first, hidden, last}) {
        widget->setFixedSize(50, 20);
        flow.addWidget(widget);
    }
    QCOMPARE(flow.sizeHint(), QSize(170, 20));
    QCOMPARE(flow.heightForWidth(170), 20);
    QCOMPARE(flow.heightForWidth(169), 45);
    QCOMPARE(flow.heightForWidth(60), 70);
    hidden->hide();
    QCOMPARE(flow.sizeHint(), QSize(110, 20));
    QCOMPARE(flow.heightForWidth(110), 20);
    flow.setGeometry(QRect(0, 0, 110, 20));
    QCOMPARE(last->geometry(), QRect(60, 0, 50, 20));
}

void TestGraphBar::aRowFromRightToLeft() {
    QWidget owner;
    owner.setLayoutDirection(Qt::RightToLeft);
    FlowLayout flow(&owner, 10);
    flow.setContentsMargins(0, 0, 0, 0);
    auto *first = new QWidget(&owner), *second = new QWidget(&owner);
    for (QWidget* widget : {first, second}) {
        widget->setFixedSize(50, 20);
        flow.addWidget(widget);
    }
    flow.setGeometry(QRect(0, 0, 200, 20));
    QCOMPARE(first->geometry(), QRect(150, 0, 50, 20));
    QCOMPARE(second->geometry(), QRect(90, 0, 50, 20));
}

void TestGraphBar::whatExpandsTakesTheRestOfItsRow() {
    QWidget owner;
    FlowLayout flow(&owner, 10);
    flow.setContentsMargins(0, 0, 0, 0);
    auto *first = new QWidget(&owner), *words = new QWidget(&owner);
    first->setFixedSize(50, 20);
    words->setMinimumWidth(100);
    words->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    words->setMaximumHeight(10);
    words->setMinimumHeight(10);
    flow.addWidget(first);
    flow.addWidget(words);
    flow.setGeometry(QRect(0, 0, 300, 20));
    QCOMPARE(words->geometry(), QRect(60, 5, 240, 10)); // in the middle of the row
    flow.setGeometry(QRect(0, 0, 160, 20));
    QCOMPARE(words->geometry(), QRect(60, 5, 100, 10));
    flow.setGeometry(QRect(0, 0, 159, 35));
    QCOMPARE(words->geometry(), QRect(0, 25, 159, 10));
    // Also in front of others, which then end the row; what may not be wider leaves the rest to the next one.
    auto* last = new QWidget(&owner);
    last->setFixedSize(30, 20);
    flow.addWidget(last);
    first->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    flow.setGeometry(QRect(0, 0, 300, 20));
    QCOMPARE(first->geometry(), QRect(0, 0, 50, 20));
    QCOMPARE(words->geometry(), QRect(60, 5, 200, 10));
    QCOMPARE(last->geometry(), QRect(270, 0, 30, 20));
}

QTEST_MAIN(TestGraphBar)
#include "tst_graph_bar.moc"
