// Keys and values in groups as an item model, and how its lines are painted.

#include "details/attribute_delegate.h"
#include "details_fixture.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QPainter>
#include <QTreeView>

using namespace aisle;
using namespace aisle::test;

class TestAttributeModel : public DetailsFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

    void modelIsSound() {
        AttributeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        std::vector<DetailItem> groups(3);
        groups[0].key = "Attributes";
        groups[0].children.resize(20);
        groups[2].key = "Events";
        groups[2].children.resize(2);
        groups[2].children[1].children.resize(3);
        groups[2].children[1].children[2].key = "deep";
        model.setGroups(groups);
        const QModelIndex deep = model.index(2, 0, model.index(1, 0, model.index(2, 0)));
        QCOMPARE(model.item(deep)->key, std::string("deep"));
        QCOMPARE(deep.parent().parent(), model.index(2, 0));
        QCOMPARE(model.rowCount(deep), 0);
        model.setGroups({});
        QCOMPARE(model.rowCount(), 0);
        model.setGroups(groups);
        QAbstractItemModelTester onView(view_->tree()->model(),
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        focus(Focus::onSpan(*workspace_->table(), 0));
        focus(Focus::onSpan(*workspace_->table(), 1));
        view_->findChild<QLineEdit*>()->setText(QStringLiteral("host"));
        focus(Focus::onTrace({0, 1}));
    }

    // The whole value was red although only its end says error.
    void onlyWhatSaysErrorIsRed() {
        DetailItem group, item;
        group.key = "Operations";
        item.key = "Place";
        item.value = "20 ms · 2 spans · 1 error";
        item.errorPart = "1 error";
        group.children = {item};
        view_->model()->setGroups({group});
        const QModelIndex value = view_->model()->index(0, 1, view_->model()->index(0, 0));
        QCOMPARE(value.data(Qt::ForegroundRole).value<QColor>(), theme().text);
        QImage image(300, measure::kRow, QImage::Format_RGB32);
        image.fill(theme().surface);
        QPainter painter(&image);
        QStyleOptionViewItem option;
        option.rect = image.rect();
        option.palette = view_->palette();
        AttributeDelegate().paint(&painter, option, value);
        painter.end();
        int red = 0, dark = 0, firstRed = 300, lastDark = 0;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y) {
                const QColor c = image.pixelColor(x, y);
                if (c.red() > c.green() + 90) {
                    ++red;
                    firstRed = std::min(firstRed, x);
                } else if (c.lightness() < 90) {
                    ++dark;
                    lastDark = std::max(lastDark, x);
                }
            }
        QVERIFY2(red > 10 && dark > 10 && firstRed > lastDark,
                 qPrintable(QStringLiteral("%1 red from %2, %3 dark to %4").arg(red).arg(firstRed).arg(dark).arg(lastDark)));
    }

    // http.request.* and http.response.* were cut to the same words.
    void longKeysDiffer() {
        DetailItem group, one, other;
        group.key = "Attributes";
        one.key = "http.request.header.content_type";
        other.key = "http.request.header.content_length";
        group.children = {one, other};
        view_->model()->setGroups({group});
        std::vector<QImage> images;
        for (const int row : {0, 1}) {
            images.emplace_back(110, measure::kRow, QImage::Format_RGB32);
            images.back().fill(theme().surface);
            QPainter painter(&images.back());
            QStyleOptionViewItem option;
            option.rect = images.back().rect();
            option.palette = view_->palette();
            AttributeDelegate().paint(&painter, option, view_->model()->index(row, 0, view_->model()->index(0, 0)));
        }
        QVERIFY(images[0] != images[1]);
    }
};

QTEST_MAIN(TestAttributeModel)
#include "tst_attribute_model.moc"
